package actions

import (
	"time"

	"mandate/governance"
)

// Context is everything that the rules may look at. Only Actions and Text
// are needed; a rule that lacks its facts says nothing.
type Context struct {
	Title string            // canonical
	Text  string            // canonical, title included (text.Document.Text)
	Flags []governance.Flag // what the text's own detectors found

	Proposal *governance.Proposal // nil for plugins of Snapshot
	Governor *governance.Governor // nil = none, or not read
	Actions  []governance.Action

	Code       []governance.CodeFact // now
	CodeBefore []governance.CodeFact // at the first inspection
	Simulation *governance.Simulation
	Treasury   []Holding
	Past       []Past             // earlier proposals of the same governor
	Votes      []governance.Event // votes and extensions of this proposal

	Known Known
	Now   time.Time // of the inspection
	// Disagreement is what two nodes of a chain say differently, in words:
	// then neither is believed, and there is no Code, Simulation, Treasury.
	Disagreement string
	// Mismatches are faults in the shape of what the chain gave: lists of
	// calls with different lengths and the like, in words.
	Mismatches []string
}

// Holding is what a DAO's treasury has of a token.
type Holding struct {
	Chain    uint64
	Token    string  // 0x…, "" = the chain's own coin
	Symbol   string  // hostile
	Decimals int     // -1 = not known
	Amount   string  // smallest unit, decimal
	USD      float64 // worth of all of it, 0 = not known
}

// Past is an earlier proposal of the same governor.
type Past struct {
	Ref   governance.Ref
	State governance.State
	Title string
	Text  string // canonical
	Calls []governance.Call
}
