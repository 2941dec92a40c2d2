// Package agent does what happens by itself: it catches up with the sources,
// refreshes what is open, and has proposals explained. Each step is a method
// that can be called alone; Jobs returns the same steps as River jobs. A step
// reads what is due, does one thing, and stores result and progress in one
// transaction, so it may be stopped anywhere and taken again.
package agent

import (
	"context"
	"log/slog"
	"time"

	"mandate/governance"
	"mandate/governance/store"
)

// Assessor explains one proposal. Errors are retried later, whatever their
// code; they never hold up other proposals.
type Assessor interface {
	Assess(ctx context.Context, p *governance.Proposal) (governance.Assessment, governance.Facts, governance.Usage, error)
}

// SpaceReader is a venue that also has settings of spaces to read.
type SpaceReader interface {
	Spaces(ctx context.Context, ids []string) ([]governance.Space, error)
}

// Agent holds what the steps need. Store is required; it must not be copied
// after the first call.
type Agent struct {
	Store    *store.Store
	Venues   []governance.Venue
	Scope    governance.Scope
	Assessor Assessor // nil = nothing is explained
	Log      *slog.Logger
	Now      func() time.Time
	Interval time.Duration // between two looks at a source [60 s]
	Workers  int           // proposals explained at once [2]

	// What reading governors needs; without it none is read.
	Detector  Detector
	Inspector Inspector             // nil = what proposals would do is not checked
	Listed    []governance.Governor // named by the settings, not checked yet, the first rank first

	// What voting and delegating need; a nil part is off and says so.
	Hub       VoteHub
	Sequencer Sequencer
	Chains    Chains
	Governors Governors
	App       string // as which votes are cast, at most 24 characters ["mandate"]
	EonKey    string // public key for shielded votes [ballot.EonKey]

	answerWait time.Duration // how long Submit waits for the first answer [5 s]

	pause func(context.Context, time.Duration) error // nil = by the real clock
	state state
}

func (a *Agent) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}

func (a *Agent) interval() time.Duration {
	if a.Interval <= 0 {
		return time.Minute
	}
	return a.Interval
}

// log carries the job's id inside a job.
func (a *Agent) log(ctx context.Context) *slog.Logger {
	if l := store.LoggerFrom(ctx); l != slog.Default() || a.Log == nil {
		return l
	}
	return a.Log
}

func (a *Agent) sleep(ctx context.Context, d time.Duration) error {
	if a.pause != nil {
		return a.pause(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
