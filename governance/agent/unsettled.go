package agent

import (
	"context"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"
)

// SettleArgs is the job that takes up what is signed or sent and that no other
// job is about to bring on.
type SettleArgs struct{}

// Kind implements river.JobArgs.
func (SettleArgs) Kind() string { return "settle" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (SettleArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueCast, MaxAttempts: 1}
}

const (
	settleEvery  = 15 * time.Second
	settleMost   = 200
	settleAtOnce = 4
)

func (a *Agent) settleJob(ctx context.Context, _ SettleArgs) error {
	if !a.take(settling) { // the one before is still at it
		return nil
	}
	defer a.release(settling, 0, nil)
	return a.SettleOnce(ctx)
}

// settling is what take knows the whole round by; no intent has such an id.
const settling = "settle"

// SettleOnce does the step that is due for each intent on its way. After a
// start that is every one of them. It returns the store's errors and the
// context's; an intent that fails waits for the next time.
func (a *Agent) SettleOnce(ctx context.Context) error {
	list, err := a.Store.UnsettledIntents(ctx, settleMost)
	if err != nil {
		return err
	}
	var steps errgroup.Group
	steps.SetLimit(settleAtOnce)
	for _, i := range list {
		var due bool
		a.state.do(func(s *state) { due = !a.now().Before(s.nextStep[i.ID]) })
		if !due {
			continue
		}
		steps.Go(func() error {
			if _, err := a.step(ctx, i.Owner, i.ID); err != nil && ctx.Err() == nil {
				a.log(ctx).WarnContext(ctx, "A signed message could not be brought on.", "intent", i.ID, "error", err)
			}
			return nil
		})
	}
	_ = steps.Wait() // each step has told its own failure
	return ctx.Err()
}
