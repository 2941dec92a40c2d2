package views

// Findings is what plain code saw in what a proposal would do, the worst
// first.
type Findings struct {
	Heading string // a finding: "One danger, two cautions", "Nothing stands out"
	Note    string // "Checked by plain code against 31 rules. No model can add or clear a finding."
	Rows    []FindingRow
	Folded  []FindingRow // notes, where there are many
	Fold    string
	Wait    string // instead of rows: not checked yet
}

// FindingRow is one finding. Level is its name in words, Tone doubles it.
type FindingRow struct {
	Level  string // "Danger", "Caution", "Note"
	Tone   Tone
	Icon   string
	Title  string
	Detail string
	Rule   string // its id in the table of rules
	Action Link   // "Action 3", Href "#action-3"; Href "" = the whole proposal
	Sides  []Side
}

// Side is one side of a finding, word for word.
type Side struct {
	Name string // "The text says", "The calls do", "The chain says"
	Text string
}

// tone is the class of a finding's level.
func (f FindingRow) tone() string {
	switch f.Tone {
	case Danger:
		return "bad"
	case Caution:
		return "warn"
	}
	return "soft"
}

// Calls are a proposal's actions, decoded.
type Calls struct {
	Heading string
	Note    string // "4 calls, all decoded"
	Rows    []CallRow
	Folded  []CallRow
	Fold    string // "462 more calls"
	Batches []Link // of other sources: "Safe on chain 1"
	Empty   string // "This proposal calls nothing."
}

// CallRow is one call. Nested calls are drawn inside it.
type CallRow struct {
	N        string // "3", "3.1"
	ID       string // anchor, "" = none
	Sentence string
	Mark     Mark // finding that names it; Text "" = none
	Target   string
	Address  string // EIP-55, whole
	Function string // "" = unknown
	Value    string // "0 ETH"
	Chain    string // "Ethereum", where it is another one than the proposal's
	Delegate bool
	Args     []ArgRow
	Raw      string
	Doubts   []string // what could not be verified
	Nested   []CallRow
}

// Mark is a small judgement beside a call.
type Mark struct {
	Text string
	Tone Tone
	Icon string
	Href string
}

func (m Mark) class() string {
	switch m.Tone {
	case Danger:
		return "sm bad"
	case Caution:
		return "sm warn"
	}
	return "sm ok"
}

// ArgRow is one argument.
type ArgRow struct {
	Name  string
	Type  string
	Value string
	Reads string // "25,000 USDC at 6 decimals"
}

// SimulationBox is what a node says would happen.
type SimulationBox struct {
	Heading string // "Every call went through when it was tried", "Call 2 fails"
	Note    string // "Tried at block 21,000,000 as the timelock, 4 min ago."
	Tone    Tone
	Why     string // what it leaves out, or why there is none
	Calls   []SimulatedRow
	Moves   []MoveRow
	Powers  []Fact
}

// SimulatedRow is how one call went.
type SimulatedRow struct {
	N    string // "Action 1"
	OK   bool
	Text string // "went through, 3 events" or "failed: …"
	Gas  string // "84,112 gas"
}

// MoveRow is by how much a balance changes.
type MoveRow struct {
	Who     string
	Address string
	Amount  string // "−25,000 USDC"
	Gains   bool
}

// urgent reports a danger: the findings then come before everything else.
func (f Findings) urgent() bool { return len(f.Rows) > 0 && f.Rows[0].Tone == Danger }
