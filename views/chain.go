package views

// ChainBox is how a proposal stands on its chain, and how one knows.
type ChainBox struct {
	Heading string // "Where it stands: queued, executable in 2 d"
	Note    string // "Read at block 21,000,000 by 2 nodes, 12 s ago."
	Doubt   string // nodes disagree, or nothing was read lately
	Steps   []Stage
	Facts   []Fact
}

// Stage is one step of a proposal's way.
type Stage struct {
	Name string // "Voting"
	When When
	Note string // "± 20 min", "block 21,000,000"
	Done bool
	Now  bool
}

// TwinRow is the same question at the DAO's other venue.
type TwinRow struct {
	Kicker string // "Temperature check on Snapshot", "The vote on chain"
	Title  string
	Href   string
	Meta   string // "closed 12 Oct; For 92%", "the titles are the same"
	Diff   []DiffLine
	Same   string // "The texts are the same.", "" where there are differences
	Cut    string
}

// VotesBox is who voted, newest first, with the votes over time.
type VotesBox struct {
	Heading string
	Note    string
	Series  *SeriesChart
	Rows    []VoteLine
	More    Link // Href "" = that is all
}

// VoteLine is one vote on chain.
type VoteLine struct {
	Voter  string // shortened, or a name
	Full   string // EIP-55
	Choice string
	Power  string
	When   When
	Reason string
}

// SeriesChart draws votes over time: one path a choice, in percent of the
// drawing.
type SeriesChart struct {
	Aria   string
	Lines  []SeriesLine
	Quorum string // y of the quorum line, "" = none
	From   string
	To     string
	Table  []SeriesRow // the same figures, at some of the times
}

// SeriesRow is how the count stood at one time.
type SeriesRow struct{ When, For, Against, Abstain string }

// SeriesLine is one choice.
type SeriesLine struct {
	Label string
	Path  string
	Class string // "ink", "hatch", "dots"
}

// ChainVotesPage lists the votes on a governor's proposal.
type ChainVotesPage struct {
	Shell Shell
	DAO   DAOName
	Title Title
	Back  string
	Sorts []Link
	Votes VotesBox
}
