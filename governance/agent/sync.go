package agent

import (
	"context"
	"time"

	"mandate/governance"
)

// Summary is what a step did.
type Summary struct {
	Source                           string
	New, Edited, Same, Counted, Gone int
	Requests                         int
	Skipped                          []string // rows that could not be understood, with reasons; the first 100
	Done                             bool     // nothing newer for now
	Took                             time.Duration
}

// maxSkipped bounds the reasons that a Summary keeps.
const maxSkipped = 100

// patience is how long a catch-up waits by itself for a limit to pass.
const patience = 2 * time.Minute

// SyncOnce reads v until there is nothing newer for now. The next page is
// fetched while one is stored; rows and cursor are stored together. report, if
// not nil, is called after every page. It returns Conflict if v is being read
// already, and the venue's and the store's errors; what was stored stays.
func (a *Agent) SyncOnce(ctx context.Context, v governance.Venue, report func(Progress)) (Summary, error) {
	return a.syncFor(ctx, v, report, 0)
}

// syncFor is SyncOnce that stops, without an error and not Done, after budget;
// 0 = no limit.
func (a *Agent) syncFor(ctx context.Context, v governance.Venue, report func(Progress), budget time.Duration) (Summary, error) {
	source := v.Source()
	if !a.lock(source) {
		return Summary{Source: source}, governance.Errorf(governance.Conflict, "The source %s is being read already.", source)
	}
	defer a.unlock(source)
	start := time.Now()
	c := &catchUp{agent: a, venue: v, report: report, sum: Summary{Source: source}}
	if budget > 0 {
		c.until = start.Add(budget)
	}
	err := c.run(ctx)
	c.sum.Took = time.Since(start)
	a.change(func(s *state) { s.reading[source] = err == nil && !c.sum.Done })
	a.settle(ctx, source, err)
	return c.sum, err
}

// catchUp is one run of SyncOnce.
type catchUp struct {
	agent  *Agent
	venue  governance.Venue
	report func(Progress)
	until  time.Time // zero = never stop early
	sum    Summary
}

// step is one batch on its way.
type step struct {
	batch governance.Batch
	err   error
}

func (c *catchUp) run(ctx context.Context) error {
	cursor, err := c.agent.Store.Cursor(ctx, c.venue.Source())
	if err != nil {
		return err
	}
	if cursor == "" {
		c.agent.change(func(s *state) { s.reading[c.sum.Source] = true })
	}
	ctx, cancel := context.WithCancel(ctx)
	next := c.read(ctx, cursor)
	defer func() {
		cancel()
		if next != nil {
			<-next // no request outlives the step
		}
	}()
	for {
		got := <-next
		next = nil
		if got.err != nil {
			if err := c.wait(ctx, got.err); err != nil {
				return err
			}
			next = c.read(ctx, cursor)
			continue
		}
		cursor = got.batch.Next
		if !got.batch.Done {
			next = c.read(ctx, cursor)
		}
		if err := c.store(ctx, got.batch); err != nil {
			return err
		}
		if c.sum.Done = got.batch.Done; c.sum.Done || !c.until.IsZero() && time.Now().After(c.until) {
			return nil
		}
	}
}

func (c *catchUp) read(ctx context.Context, cursor string) chan step {
	out := make(chan step, 1)
	go func() {
		b, err := c.venue.Read(ctx, c.agent.Scope, cursor)
		out <- step{b, err}
	}()
	return out
}

// wait sits out a short limit; anything else is returned.
func (c *catchUp) wait(ctx context.Context, err error) error {
	pause := governance.WaitOf(err)
	if governance.CodeOf(err) != governance.Limited || pause <= 0 || pause > patience {
		return err
	}
	c.agent.log(ctx).InfoContext(ctx, "Waiting for the source's limit.", "source", c.sum.Source, "wait", pause)
	return c.agent.sleep(ctx, pause)
}

// store applies one batch and tells how far things are.
func (c *catchUp) store(ctx context.Context, b governance.Batch) error {
	a := c.agent
	b.Estimate = a.estimate(b)
	done, err := a.Store.Apply(ctx, c.sum.Source, b)
	if err != nil {
		return err
	}
	c.sum.New += done.New
	c.sum.Edited += done.Edited
	c.sum.Same += done.Same
	c.sum.Counted += done.Counted
	c.sum.Gone += done.Gone
	c.sum.Requests += b.Requests
	for _, reason := range b.Skipped {
		a.log(ctx).WarnContext(ctx, "A proposal was skipped.", "source", c.sum.Source, "reason", reason)
		if len(c.sum.Skipped) < maxSkipped {
			c.sum.Skipped = append(c.sum.Skipped, reason)
		}
	}
	a.change(func(s *state) {
		s.reading[c.sum.Source] = !b.Done
		s.progress.Proposals += done.New - done.Gone
		s.progress.Unassessed += done.New + done.Edited
		s.count(c.sum.Source, len(b.Proposals), b)
	})
	if c.report != nil {
		c.report(a.Progress())
	}
	return nil
}

// estimate prefers the number that the spaces themselves say.
func (a *Agent) estimate(b governance.Batch) (n int) {
	if b.Done {
		return 0
	}
	a.state.do(func(s *state) {
		n = b.Estimate
		total := 0
		for _, id := range a.Scope.Spaces {
			total += s.expected[id]
		}
		if total > 0 && !a.Scope.All {
			n = max(0, total-s.progress.Proposals-len(b.Proposals))
		}
	})
	return n
}

// count keeps a source's numbers between two readings of the store.
func (s *state) count(source string, rows int, b governance.Batch) {
	for i := range s.progress.Sources {
		if h := &s.progress.Sources[i]; h.Source == source {
			h.Stored += int64(rows)
			h.Requests += int64(b.Requests)
			h.Done, h.Estimate = b.Done, b.Estimate
			return
		}
	}
	s.progress.Sources = append(s.progress.Sources, healthOf(source, rows, b))
}
