package agent

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"mandate/governance"
)

// CastArgs is the job that sends what is signed and reads it back.
type CastArgs struct {
	Owner  string `json:"owner"`
	Intent string `json:"intent"`
}

// Kind implements river.JobArgs.
func (CastArgs) Kind() string { return "cast" }

// InsertOpts implements river.JobArgsWithInsertOpts. One attempt: it snoozes
// between its steps, and what died with its process is taken up by settling.
func (CastArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueCast, MaxAttempts: 1}
}

// How often and how long.
const (
	shortPause   = time.Second
	longPause    = time.Minute
	longestWait  = 5 * time.Minute // that the other side can make us wait
	maxConflicts = 6               // sends that end in a conflict which nothing at the hub explains
)

func (a *Agent) castJob(ctx context.Context, args CastArgs) error {
	wait, err := a.step(ctx, args.Owner, args.Intent)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case governance.CodeOf(err) == governance.NotFound:
		return nil
	case err != nil:
		a.log(ctx).WarnContext(ctx, "A signed message could not be brought on.", "intent", args.Intent, "error", err)
		return river.JobSnooze(max(wait, shortPause))
	case wait > 0:
		return river.JobSnooze(wait)
	}
	return nil
}

// step does one thing for a signed or sent intent and returns when the next
// is due, 0 = never. Steps of one intent never overlap.
func (a *Agent) step(ctx context.Context, owner, id string) (wait time.Duration, err error) {
	if !a.take(id) {
		return shortPause, nil
	}
	defer func() { a.release(id, wait, err) }()
	i, err := a.Store.Intent(ctx, owner, id)
	switch {
	case err != nil:
		return longPause, err
	case i.State != governance.IntentSigned && i.State != governance.IntentSent:
		return 0, nil
	case relayed(&i):
		return a.followBallot(ctx, &i)
	case i.Act == governance.ActVote && i.Method == governance.ByTransaction:
		return a.followVote(ctx, &i)
	case i.Method == governance.ByTransaction:
		return a.followTransaction(ctx, &i)
	case i.State == governance.IntentSigned:
		return a.cast(ctx, &i)
	case i.Safe:
		return a.awaitOwners(ctx, &i)
	}
	return a.readBack(ctx, &i)
}

// take reserves an intent for a step.
func (a *Agent) take(id string) (ok bool) {
	a.state.do(func(s *state) {
		if ok = !s.casting[id]; ok {
			s.casting[id] = true
		}
	})
	return ok
}

// release ends a step: it notes when the next is due, and wakes who waits.
func (a *Agent) release(id string, wait time.Duration, err error) {
	a.state.do(func(s *state) {
		delete(s.casting, id)
		for _, c := range s.answered[id] {
			close(c)
		}
		delete(s.answered, id)
		if wait > 0 || err != nil {
			s.nextStep[id] = a.now().Add(max(wait, shortPause))
		} else {
			delete(s.nextStep, id)
		}
	})
}

// cast sends the stored bytes once. Before every try but the first it looks
// whether an earlier one arrived: an answer that was lost is no reason to
// send, and never one to sign, again.
func (a *Agent) cast(ctx context.Context, i *governance.Intent) (time.Duration, error) {
	if i.Tries > 0 || a.overdue(i) {
		e, err := a.look(ctx, i)
		if done, err2 := a.conclude(ctx, i, e); done || err2 != nil {
			return 0, err2
		}
		if a.overdue(i) {
			return a.giveUp(ctx, i, err == nil)
		}
	}
	// Counted before, so that whoever finds the intent after a crash looks first.
	counted, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentSigned, func(i *governance.Intent) { i.Tries++ })
	if err != nil {
		return shortPause, err
	}
	*i = counted
	receipt, err := a.send(ctx, i)
	switch {
	case err == nil:
		return a.sent(ctx, i, receipt)
	case ctx.Err() != nil:
		return shortPause, ctx.Err()
	}
	a.log(ctx).WarnContext(ctx, "A signed message was not accepted.", "intent", i.ID, "try", i.Tries, "error", err)
	if code := governance.CodeOf(err); code == governance.Upstream || code == governance.Limited || code == governance.Internal {
		return a.again(ctx, i, err)
	}
	return a.refused(ctx, i, err)
}

// send hands the bytes to the sequencer, or to the relayer that waits for a
// Safe's owners.
func (a *Agent) send(ctx context.Context, i *governance.Intent) (governance.Receipt, error) {
	if a.Sequencer == nil || a.Hub == nil {
		return governance.Receipt{}, governance.Errorf(governance.Upstream, "No Snapshot sequencer is set up here.")
	}
	if !i.Safe {
		return a.Sequencer.Send(ctx, i.Envelope, i.Digest)
	}
	id, err := a.Sequencer.SendSafe(ctx, i.Envelope)
	if err == nil && id != i.Digest {
		err = governance.Errorf(governance.Conflict, "The Safe relayer answered for another message.")
	}
	return governance.Receipt{ID: i.Digest, Note: "relayed by the Safe relayer", At: a.now()}, err
}

// sent notes the answer and looks at once whether the hub has it.
func (a *Agent) sent(ctx context.Context, i *governance.Intent, receipt governance.Receipt) (time.Duration, error) {
	note := "Snapshot accepted it. It is being read back."
	if i.Safe {
		note = awaitsOwners
	}
	moved, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentSent, func(i *governance.Intent) { i.Receipt, i.Note = &receipt, note })
	if err != nil {
		return shortPause, err
	}
	if moved.Safe {
		return shortPause, nil
	}
	return a.readBack(ctx, &moved)
}

// again keeps the intent for another try with the same bytes.
func (a *Agent) again(ctx context.Context, i *governance.Intent, why error) (time.Duration, error) {
	note := governance.MessageOf(why)
	if governance.CodeOf(why) == governance.Internal {
		note = "The message could not be sent."
	}
	if _, err := a.Store.MoveIntent(ctx, i.ID, i.State, func(i *governance.Intent) { i.Note = note + " It is sent again, unchanged." }); err != nil {
		return shortPause, err
	}
	return a.pauseFor(i, governance.WaitOf(why)), nil
}

// note says what is awaited, where that is new.
func (a *Agent) note(ctx context.Context, i *governance.Intent, note string) error {
	if note == i.Note {
		return nil
	}
	_, err := a.Store.MoveIntent(ctx, i.ID, i.State, func(i *governance.Intent) { i.Note = note })
	return err
}

// refused believes a refusal only after it has looked: the answer may be to a
// message that an earlier try delivered.
func (a *Agent) refused(ctx context.Context, i *governance.Intent, why error) (time.Duration, error) {
	e, err := a.look(ctx, i)
	if err != nil {
		return a.again(ctx, i, why)
	}
	if done, err := a.conclude(ctx, i, e); done || err != nil {
		return 0, err
	}
	if governance.CodeOf(why) == governance.Conflict && i.Tries < maxConflicts && !a.overdue(i) {
		return a.again(ctx, i, why)
	}
	_, err = a.Store.MoveIntent(ctx, i.ID, governance.IntentFailed, func(i *governance.Intent) { i.Note = governance.MessageOf(why) })
	return 0, err
}

// giveUp ends an intent that was never accepted and is too late now. The hub
// gets a little time to show what arrived at the last moment, and while it
// could not be read nothing is given up.
func (a *Agent) giveUp(ctx context.Context, i *governance.Intent, read bool) (time.Duration, error) {
	if !read || a.now().Before(a.deadline(i).Add(2*time.Minute)) {
		return longPause / 2, nil
	}
	_, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentExpired, func(i *governance.Intent) {
		i.Note = "Snapshot did not accept it in time. Last answer: " + lastAnswer(i)
	})
	return 0, err
}

func lastAnswer(i *governance.Intent) string {
	if i.Note == "" {
		return "none."
	}
	return i.Note
}

// messageLife is how old a message may be for the sequencer, and how long the
// Safe relayer waits for a wallet's owners.
const messageLife = 6 * 24 * time.Hour

// deadline is until when sending makes sense: the end of the vote, or
// messageLife, whichever comes first.
func (a *Agent) deadline(i *governance.Intent) time.Time {
	limit := signedTime(i).Add(messageLife)
	if i.SendBy != nil && i.SendBy.Before(limit) {
		return *i.SendBy
	}
	return limit
}

func (a *Agent) overdue(i *governance.Intent) bool { return a.now().After(a.deadline(i)) }

// pauseFor doubles from a second to a minute, is at least what the other side
// asks, and leaves several tries before the deadline.
func (a *Agent) pauseFor(i *governance.Intent, asked time.Duration) time.Duration {
	pause := longPause
	if n := max(i.Tries-1, 0); n < 6 {
		pause = shortPause << n
	}
	pause = max(pause, min(asked, longestWait))
	if left := a.deadline(i).Sub(a.now()); left > 0 {
		pause = min(pause, left/4)
	}
	return max(pause, shortPause)
}
