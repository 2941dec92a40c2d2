package agent

import (
	"context"
	"time"

	"mandate/governance"
)

const stoppedBallot = "You stopped waiting. What you signed stays valid: whoever has the file can still relay it, until it is used up, its time runs out or voting ends."

const stoppedWaiting = "You stopped waiting. The owners of the wallet may still sign it; a later vote wins anyway."

// StopWaiting ends the wait for the owners of a contract wallet, or for
// whoever relays a ballot, so that the account can vote on the proposal anew.
// It looks first: a vote that is there already is confirmed instead. Nothing
// is taken back from the relayer, which cannot be asked to forget. Errors:
// NotFound, Conflict (nothing waits), and those of the source and the store;
// then it still waits.
func (a *Agent) StopWaiting(ctx context.Context, owner, id string) (governance.Intent, error) {
	if i, err := a.Store.Intent(ctx, owner, id); err != nil {
		return governance.Intent{}, err
	} else if err := mayStopWaiting(&i); err != nil {
		return governance.Intent{}, err
	}
	if err := a.takeSoon(ctx, id); err != nil {
		return governance.Intent{}, err
	}
	var err error
	defer func() { a.release(id, 0, err) }()
	i, err := a.Store.Intent(ctx, owner, id) // a step may have moved it
	if err != nil {
		return governance.Intent{}, err
	}
	if i.State == governance.IntentConfirmed {
		return i, nil
	}
	if err = mayStopWaiting(&i); err != nil {
		return governance.Intent{}, err
	}
	if relayed(&i) {
		i, err = a.stopBallot(ctx, i)
		return i, err
	}
	e, err := a.look(ctx, &i)
	if err != nil {
		return governance.Intent{}, err
	}
	done, err := a.conclude(ctx, &i, e)
	if err != nil {
		return governance.Intent{}, err
	}
	if done {
		i, err = a.Store.Intent(ctx, owner, id)
		return i, err
	}
	i, err = a.Store.MoveIntent(ctx, id, governance.IntentSuperseded, func(i *governance.Intent) { i.Note = stoppedWaiting })
	return i, err
}

// stopBallot looks once more, and then lets a ballot go. Where the chain cannot
// be read it still waits.
func (a *Agent) stopBallot(ctx context.Context, i governance.Intent) (governance.Intent, error) {
	if _, err := a.lookForRelayed(ctx, &i); err != nil {
		return governance.Intent{}, err
	}
	now, err := a.Store.Intent(ctx, i.Owner, i.ID)
	if err != nil || !now.State.Live() {
		return now, err
	}
	return a.Store.MoveIntent(ctx, i.ID, governance.IntentSuperseded, func(i *governance.Intent) { i.Note = stoppedBallot })
}

// mayStopWaiting says in plain words why there is no wait to stop.
func mayStopWaiting(i *governance.Intent) error {
	switch {
	case relayed(i) && i.State == governance.IntentSigned:
		return nil
	case i.Act != governance.ActVote:
		return governance.Errorf(governance.Conflict, "Only a vote that waits for the owners of a Safe can be stopped.")
	case i.State == governance.IntentArmed:
		return governance.Errorf(governance.Conflict, "This vote is not signed, so nothing waits for it. It expires by itself.")
	case !i.State.Live():
		return governance.Errorf(governance.Conflict, "This vote has come to its end already: it is %s.", i.State)
	case !i.Safe:
		return governance.Errorf(governance.Conflict, "This vote is signed and on its way. It cannot be stopped; vote again once it is confirmed, and the later vote counts.")
	case i.State != governance.IntentSent:
		return governance.Errorf(governance.Conflict, "This vote has not reached the Safe relayer yet. Try again in a moment.")
	}
	return nil
}

// takeSoon reserves an intent as take does, and waits a little for a step
// that is under way.
func (a *Agent) takeSoon(ctx context.Context, id string) error {
	patience := time.NewTimer(a.patience())
	defer patience.Stop()
	for {
		ended := a.listen(id)
		if a.take(id) {
			a.deaf(id, ended)
			return nil
		}
		select {
		case <-ended:
		case <-patience.C:
			a.deaf(id, ended)
			return governance.Errorf(governance.Conflict, "This vote is being looked at right now. Try again in a moment.")
		case <-ctx.Done():
			a.deaf(id, ended)
			return ctx.Err()
		}
	}
}
