package agent

import (
	"context"
	"fmt"
	"sync"
	"time"

	"mandate/governance"
	"mandate/governance/store"
)

// held is a content that could not be explained, and when it is tried again.
type held struct {
	failures int
	next     time.Time
}

// Pauses before a failed content is tried again.
const (
	firstHold   = time.Minute
	longestHold = 6 * time.Hour
)

// saveAtOnce is how many finished assessments go into one transaction.
const saveAtOnce = 16

// AssessDue explains up to limit proposals that have no assessment yet: open
// ones first, soonest end first, then the newest. One that fails is logged and
// tried again later; the others go on. It returns how many were stored, and
// the store's errors and the context's.
func (a *Agent) AssessDue(ctx context.Context, limit int) (int, error) {
	_, stored, err := a.assess(ctx, limit)
	return stored, err
}

// assess is AssessDue that also says how many it tried.
func (a *Agent) assess(ctx context.Context, limit int) (tried, stored int, err error) {
	if a.Assessor == nil || limit <= 0 {
		return 0, 0, nil
	}
	due, err := a.dueNow(ctx, limit)
	if err != nil || len(due) == 0 {
		return 0, 0, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stored, err = a.save(ctx, cancel, a.explain(ctx, due))
	return len(due), stored, err
}

// dueNow leaves out what failed lately, and every second copy of a content.
func (a *Agent) dueNow(ctx context.Context, limit int) ([]governance.Proposal, error) {
	holding := 0
	a.state.do(func(s *state) {
		for _, h := range s.held {
			if a.now().Before(h.next) {
				holding++
			}
		}
	})
	// They stand in the way, so ask for as many more; if hundreds fail, the
	// assessor is at fault and may as well rest.
	list, err := a.Store.DueAssessments(ctx, a.now(), limit+min(holding, 500))
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var out []governance.Proposal
	a.state.do(func(s *state) {
		for _, p := range list {
			wait := a.now().Before(s.held[p.ContentHash].next)
			if !wait && !seen[p.ContentHash] && len(out) < limit {
				seen[p.ContentHash] = true
				out = append(out, p)
			}
		}
	})
	return out, nil
}

// explain runs the workers; the channel closes when they are done.
func (a *Agent) explain(ctx context.Context, due []governance.Proposal) <-chan store.Assessed {
	workers := a.Workers
	if workers <= 0 {
		workers = 2
	}
	todo := make(chan *governance.Proposal)
	done := make(chan store.Assessed)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for p := range todo {
				if one, ok := a.explainOne(ctx, p); ok {
					done <- one
				}
			}
		})
	}
	go func() {
		for i := range due {
			if ctx.Err() != nil {
				break
			}
			todo <- &due[i]
		}
		close(todo)
		wg.Wait()
		close(done)
	}()
	return done
}

func (a *Agent) explainOne(ctx context.Context, p *governance.Proposal) (store.Assessed, bool) {
	out := store.Assessed{ContentHash: p.ContentHash}
	err := func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v", r)
			}
		}()
		out.Assessment, out.Facts, out.Usage, err = a.Assessor.Assess(ctx, p)
		return err
	}()
	if ctx.Err() != nil {
		return out, false
	}
	a.change(func(s *state) {
		if err == nil {
			delete(s.held, p.ContentHash)
			return
		}
		h := s.held[p.ContentHash]
		h.failures++
		h.next = a.now().Add(min(firstHold<<min(h.failures-1, 12), longestHold))
		s.held[p.ContentHash] = h
	})
	if err != nil {
		a.log(ctx).ErrorContext(ctx, "A proposal could not be explained.", "ref", p.Ref, "content", p.ContentHash, "error", err)
	}
	return out, err == nil
}

// save stores what the workers finish, in groups. It always drains done, so
// that no worker is left behind.
func (a *Agent) save(ctx context.Context, cancel context.CancelFunc, done <-chan store.Assessed) (n int, err error) {
	var group []store.Assessed
	flush := func() {
		if err == nil && len(group) > 0 {
			if err = a.Store.SaveAssessments(context.WithoutCancel(ctx), group); err != nil {
				cancel()
				return
			}
			n += len(group)
			a.change(func(s *state) { s.progress.Unassessed = max(0, s.progress.Unassessed-len(group)) })
		}
		group = nil
	}
	for one := range done {
		if group = append(group, one); len(group) >= saveAtOnce {
			flush()
		}
	}
	flush()
	if err == nil {
		err = ctx.Err()
	}
	return n, err
}
