package views

import "strconv"

// BallotSlot is where a proposal's page has the vote. The page itself needs
// no network: for a signed-in person the ballot is fetched after it.
type BallotSlot struct {
	Src    string // of the fragment, "" = nothing is fetched
	SignIn string // path of the sign-in, for visitors while a vote is possible; "" = none
	Line   string // "Ends in 2 d 4 h", "Voting ended 3 d ago."
	Venue  Link   // the page at the venue
	Script string // address of ballot.js
}

func (b BallotSlot) shown() bool { return b.Src != "" || b.Line != "" }

// BallotKind is how a ballot is filled in.
type BallotKind string

// The kinds.
const (
	BallotNone   BallotKind = ""       // nothing can be cast
	BallotOne    BallotKind = "one"    // one choice
	BallotMany   BallotKind = "many"   // any number of choices
	BallotRank   BallotKind = "rank"   // all choices in order
	BallotSpread BallotKind = "spread" // weights
	BallotChain  BallotKind = "chain"  // at a governor: one choice, or the power split
)

// Ballot is the vote of a signed-in person on one proposal.
type Ballot struct {
	Ref     string
	Src     string // of this fragment, to fetch it again
	Heading string // "Your vote"
	Notices []Notice
	Power   *PowerLine // nil = not read, or of no use any more
	Cast    *CastVote  // nil = none
	Way     *VoteWay   // nil = nothing on its way
	Form    *BallotForm
	Venue   Link
}

// PowerLine is the voting power for this proposal.
type PowerLine struct {
	Amount string   // "12.5 ARC", "0 ARC"
	Note   string   // "counted at block 781,722,264", "may change until the end"
	Why    []string // why it is zero, and what else is to be known
}

// CastVote is the vote that counts now.
type CastVote struct {
	Choice string
	When   When
	Power  string // "with 12.5 ARC", "" = not known
	Reason string
	From   string // "Cast from here", "Cast elsewhere", …
	Facts  []Fact // the receipt
}

// VoteWay is a vote between signature and read-back, or how it failed.
type VoteWay struct {
	State  string // of the intent, for the script: it says each once
	Title  string
	Text   string
	Tone   Tone
	Steps  []VoteStep
	Poll   string // trigger of the next look, "load delay:2s"; "" = settled
	Facts  []Fact
	Choice string
	Stop   string // id of the intent whose wait can be stopped; "" = none
	File   Link   // a signed ballot, to be kept or relayed; Href "" = none
}

// VoteStep is one station of the way.
type VoteStep struct {
	Name      string
	Done, Now bool
}

// BallotForm is what can be filled in.
type BallotForm struct {
	Kind     BallotKind
	Rule     string // how this kind of vote counts
	Choices  []BallotChoice
	Change   bool // a vote was cast: the form is folded
	Reason   string
	Limit    int    // UTF-16 units of a reason; 0 = no reason can be given
	NoReason string // why, where Limit is 0
	Secret   string // a shielded vote explained, "" = not shielded
	Account  string // EIP-55
	Space    string
	Proposal string
	Hash     string // content hash of what is shown
	Safe     string // why the choice of a Safe is offered, "" = it is not
	Chain    *ChainBallot
	Last     string // what is said below the button
}

// ChainBallot is what only a vote at a governor has. Besides texts it holds
// what the page's script makes the call and the message of.
type ChainBallot struct {
	ChainID   string
	Governor  string // EIP-55
	Family    string
	BallotSig string    // "" = no ballots by signature
	Domain    [2]string // name, version
	Decimals  string
	Symbol    string
	Split     bool   // the power may be split
	Left      string // what is left to spend, "12.5 ARC"
	BySig     string // what a ballot by signature is
	ByTx      string // what a transaction is
}

// BallotChoice is one choice on a ballot.
type BallotChoice struct {
	N       string
	Label   string
	Note    string // "+46", "" = none
	Advised bool
	Picked  bool   // in the vote that counts now
	Place   string // in the ranking that counts now, "" = none
	Weight  string // likewise, "0" = none
}

// ranked are the choices that have a place, in their order.
func (f BallotForm) ranked() []BallotChoice {
	byPlace := map[string]BallotChoice{}
	for _, c := range f.Choices {
		if c.Place != "" {
			byPlace[c.Place] = c
		}
	}
	out := make([]BallotChoice, 0, len(byPlace))
	for i := range f.Choices {
		if c, ok := byPlace[strconv.Itoa(i+1)]; ok {
			out = append(out, c)
		}
	}
	return out
}

// many reports whether the list gets a frame to scroll in.
func (f BallotForm) many() bool { return len(f.Choices) > 10 }

func (f BallotForm) limit() string { return strconv.Itoa(f.Limit) }

func (f BallotForm) class() string {
	class := "ballot"
	if f.many() && f.Kind != BallotRank {
		class += " ballot--many"
	}
	if f.Kind == BallotSpread {
		class += " spread"
	}
	return class
}
