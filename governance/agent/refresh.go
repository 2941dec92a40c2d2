package agent

import (
	"context"
	"strings"
	"time"

	"mandate/governance"
)

// refreshAtOnce bounds how many proposals one refresh reads.
const refreshAtOnce = 500

// RefreshOnce reads the proposals again that are due: open ones the more often
// the nearer their end, those that just started or ended, and ended ones until
// their count is final. What the venue affirms to be deleted is marked. It
// returns Conflict while v is being caught up with, and the venue's and the
// store's errors.
func (a *Agent) RefreshOnce(ctx context.Context, v governance.Venue) (Summary, error) {
	source := v.Source()
	sum := Summary{Source: source}
	if !a.lock(source) {
		return sum, governance.Errorf(governance.Conflict, "The source %s is being read already.", source)
	}
	defer a.unlock(source)
	start := time.Now()
	refs, err := a.refreshDue(ctx, source)
	if err != nil {
		return sum, err
	}
	if len(refs) == 0 {
		sum.Done = true
		return sum, nil
	}
	b, err := v.Refresh(ctx, refs)
	sum.Requests = b.Requests
	if err != nil {
		a.settle(ctx, source, err)
		return sum, err
	}
	b.Next = "" // the place in the chain of pages stays
	done, err := a.Store.Apply(ctx, source, b)
	if err != nil {
		return sum, err
	}
	sum.New, sum.Edited, sum.Same, sum.Gone = done.New, done.Edited, done.Same, done.Gone
	sum.Skipped, sum.Took, sum.Done = b.Skipped, time.Since(start), len(refs) < refreshAtOnce
	a.change(func(s *state) {
		s.progress.Proposals += done.New - done.Gone
		s.progress.Unassessed += done.New + done.Edited
	})
	return sum, nil
}

// refreshDue lists what of a source is to be read again.
func (a *Agent) refreshDue(ctx context.Context, source string) ([]governance.Ref, error) {
	if strings.HasPrefix(source, "eip155:") {
		return a.Store.RefreshDue(ctx, source, a.now(), refreshAtOnce)
	}
	return a.Store.RefsToRefresh(ctx, a.now(), refreshAtOnce)
}
