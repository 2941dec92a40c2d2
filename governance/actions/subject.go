package actions

import "mandate/governance"

// Version grows when decoders or rules change: what was inspected before is
// then inspected anew.
const Version = 1

// Subject is what is inspected.
type Subject struct {
	Proposal  *governance.Proposal
	Governor  *governance.Governor   // nil at Snapshot
	Governors []governance.Governor  // all that are known: their contracts get names
	Before    *governance.Inspection // the earlier one, nil = the first
	Past      []Past
	Votes     []governance.Event
	// NoTrial leaves the simulation out: nodes failed at it again and again,
	// and calls that make them fail must not keep the findings away.
	NoTrial bool
}
