package governance

import (
	"context"
	"time"
)

// Venue is a place that proposals are read from. Every method returns
// Upstream (try again later, nothing lost), Limited (try again after the
// time named in the error), Invalid or Denied (a setting is wrong: trying
// again is of no use), or the context's error.
//
// Reading is a chain of pure steps: the batch after a cursor depends only on
// the cursor and the venue, so a step that was not stored is simply taken
// again.
type Venue interface {
	// Source names what is read, for cursors and source health.
	Source() string
	// Read returns the rows that follow cursor ("" = from the beginning).
	Read(ctx context.Context, scope Scope, cursor string) (Batch, error)
	// Refresh reads the given proposals again: counts, edits, flags. Those
	// that the venue affirms to be deleted are in Batch.Gone.
	Refresh(ctx context.Context, refs []Ref) (Batch, error)
}

// Scope is what part of a venue to read.
type Scope struct {
	Spaces []string // exact ids; ignored if All
	All    bool
}

// Batch is one step of reading.
type Batch struct {
	Spaces    []Space
	Proposals []Proposal
	Counts    []Count  // proposals of which only the count was read
	Gone      []Ref    // affirmed to be deleted
	Next      string   // cursor to store together with the rows
	Done      bool     // nothing newer for now
	Requests  int      // made for this batch
	Skipped   []string // rows that could not be understood, each with its reason
	Estimate  int      // rows still to come, 0 = unknown

	// Of governors: Rollback is applied first, then proposals, then events.
	Rollback *Rollback
	Events   []Event
	// Share says how far reading is, 0…1, where rows cannot be counted.
	Share float64
}

// Count is a fresh tally of a known proposal.
type Count struct {
	Ref     Ref
	Tally   Tally
	Flagged bool

	// Of governors, nil elsewhere.
	Standing *Standing
	Outcome  State
	Start    time.Time // as estimated now; zero = as stored
	End      time.Time // likewise; when voting ends or ended
}
