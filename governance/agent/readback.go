package agent

import (
	"context"
	"fmt"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// evidence is what the hub shows of an intent's message.
type evidence struct {
	seen   bool             // it is there
	vote   *governance.Vote // as the hub has it
	beaten *governance.Vote // another vote of the account, which counts instead
	other  bool             // it is there, but with another choice than was signed
}

// Sent messages that stay unseen: when their proposal is looked for, when
// they are sent again, and when they are given up after the end.
const (
	lookForProposal = time.Minute
	resendAfter     = 10 * time.Minute
	resendMost      = 10
	forgetAfter     = time.Hour
)

// look reads an intent's message back, by its id and by whose it is.
func (a *Agent) look(ctx context.Context, i *governance.Intent) (evidence, error) {
	if a.Hub == nil {
		return evidence{}, governance.Errorf(governance.Upstream, "No Snapshot hub is set up here.")
	}
	if i.Act == governance.ActAlias || i.Act == governance.ActUnalias {
		return a.lookForAlias(ctx, i)
	}
	v, err := a.Hub.Vote(ctx, i.Digest)
	if err == nil && v == nil {
		v, err = a.Hub.VoteOf(ctx, i.Ref.ID(), i.Voter)
	}
	switch {
	case err != nil || v == nil:
		return evidence{}, err
	case !ballot.Same(v.Voter, i.Voter) || v.Ref.ID() != i.Ref.ID():
		// A hub that answers something else must not decide about a signed vote.
		return evidence{}, governance.Errorf(governance.Upstream, "The Snapshot hub answered with another vote than was asked for.")
	case ballot.Same(v.ID, i.Digest):
		same := choiceStands(v, i)
		return evidence{seen: same, other: !same, vote: v}, nil
	case laterVote(v, i):
		return evidence{beaten: v}, nil
	}
	return evidence{}, nil
}

// laterVote follows the sequencer: the later signed time counts, in the same
// second the higher id.
func laterVote(v *governance.Vote, i *governance.Intent) bool {
	ours := signedTime(i)
	return v.Created.After(ours) || v.Created.Equal(ours) && ballot.Lower(v.ID) > i.Digest
}

func (a *Agent) lookForAlias(ctx context.Context, i *governance.Intent) (evidence, error) {
	list, err := a.Hub.Aliases(ctx, i.Voter)
	if err != nil {
		return evidence{}, err
	}
	there := false
	for _, alias := range list {
		if ballot.Same(alias.Address, i.Target) {
			there = there || i.Act == governance.ActUnalias || !alias.Created.Before(signedTime(i).Truncate(time.Second))
		}
	}
	return evidence{seen: there == (i.Act == governance.ActAlias)}, nil
}

// conclude ends an intent by what the hub shows; false means that it shows
// nothing yet.
func (a *Agent) conclude(ctx context.Context, i *governance.Intent, e evidence) (bool, error) {
	switch {
	case e.seen:
		return true, a.confirmed(ctx, i, e.vote)
	case e.beaten != nil:
		_, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentSuperseded, func(i *governance.Intent) {
			i.Note = fmt.Sprintf("Another vote of this account, signed at %s, counts instead.", moment(e.beaten.Created))
		})
		return true, err
	}
	return false, nil
}

// confirmed keeps the receipt with what was read back, and the vote in the
// account's history, and has the account read anew.
func (a *Agent) confirmed(ctx context.Context, i *governance.Intent, v *governance.Vote) error {
	now := a.now()
	_, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentConfirmed, func(i *governance.Intent) {
		r := governance.Receipt{ID: i.Digest, Note: "no receipt arrived; read back from the hub", At: now}
		if i.Receipt != nil {
			r = *i.Receipt
		}
		r.ReadBack = now
		if v != nil {
			r.Power = v.Power
			if r.IPFS == "" {
				r.IPFS = v.IPFS
			}
		}
		i.Receipt, i.Note = &r, ""
	})
	if err != nil {
		return err
	}
	if v != nil {
		a.log(ctx).InfoContext(ctx, "A vote is confirmed.", "intent", i.ID, "ref", i.Ref)
		seen := *v
		seen.Ref, seen.DAO = i.Ref, i.DAO
		if err := a.Store.SaveVotes(ctx, i.Owner, []governance.Vote{seen}, time.Time{}); err != nil {
			return err
		}
	}
	return a.WatchAccount(ctx, i.Owner)
}

// readBack waits until the hub shows what the sequencer accepted.
func (a *Agent) readBack(ctx context.Context, i *governance.Intent) (time.Duration, error) {
	e, err := a.look(ctx, i)
	if err != nil {
		if ctx.Err() != nil {
			return shortPause, ctx.Err()
		}
		return longPause / 4, nil // what was accepted stays so; the hub is asked again
	}
	if done, err := a.conclude(ctx, i, e); done || err != nil {
		return 0, err
	}
	age := a.now().Sub(answeredAt(i))
	if age > lookForProposal && i.Act == governance.ActVote {
		if _, err := a.Hub.Fresh(ctx, i.Ref); governance.CodeOf(err) == governance.NotFound {
			_, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentFailed, func(i *governance.Intent) {
				i.Note = "The proposal was deleted at Snapshot, and its votes with it."
			})
			return 0, err
		}
	}
	if a.now().After(a.deadline(i).Add(forgetAfter)) {
		note := "Snapshot accepted it, but does not show it an hour after the end. The receipt is the evidence."
		if e.other {
			note = otherChoice + " That is so an hour after the end. The receipt is the evidence."
		}
		_, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentFailed, func(i *governance.Intent) { i.Note = note })
		return 0, err
	}
	if e.other {
		return longPause / 4, a.noteOther(ctx, i)
	}
	if age > resendAfter && i.Tries < resendMost && !a.overdue(i) {
		return a.resend(ctx, i)
	}
	return min(max(age/2, shortPause), longPause), nil
}

const otherChoice = "Snapshot shows another choice under this vote's id than the one you signed."

// noteOther says what the hub shows; it is not what was signed, so it confirms
// nothing.
func (a *Agent) noteOther(ctx context.Context, i *governance.Intent) error {
	note := otherChoice + " It is looked at again. Look at Snapshot yourself too."
	if i.Note == note {
		return nil
	}
	a.log(ctx).ErrorContext(ctx, "The hub shows another choice than was signed.", "intent", i.ID, "digest", i.Digest)
	return a.note(ctx, i, note)
}

// resend sends the same bytes once more where the hub does not show what the
// sequencer accepted. Whatever it answers, the hub decides.
func (a *Agent) resend(ctx context.Context, i *governance.Intent) (time.Duration, error) {
	note := "Snapshot accepted it but does not show it yet. It was sent again, unchanged."
	if _, err := a.Store.MoveIntent(ctx, i.ID, i.State, func(i *governance.Intent) { i.Tries, i.Note = i.Tries+1, note }); err != nil {
		return shortPause, err
	}
	_, err := a.send(ctx, i)
	a.log(ctx).WarnContext(ctx, "An accepted message is not at the hub. It was sent again.", "intent", i.ID, "error", err)
	return longPause, nil
}

// awaitOwners waits at the relayer for the owners of a contract wallet.
func (a *Agent) awaitOwners(ctx context.Context, i *governance.Intent) (time.Duration, error) {
	e, err := a.look(ctx, i)
	if err == nil {
		if done, err := a.conclude(ctx, i, e); done || err != nil {
			return 0, err
		}
	}
	if ctx.Err() != nil {
		return shortPause, ctx.Err()
	}
	if err == nil && a.now().After(a.deadline(i).Add(2*time.Minute)) {
		_, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentExpired, func(i *governance.Intent) {
			i.Note = "The owners of this wallet did not sign in time."
		})
		return 0, err
	}
	pause := min(max(a.now().Sub(answeredAt(i))/4, 2*shortPause), longPause)
	pending, err := a.Sequencer.SafePending(ctx, i.Digest)
	note := i.Note // the relayer is asked again where it did not answer
	if err == nil && pending {
		note = awaitsOwners
	} else if err == nil {
		note = "The owners have signed, or the relayer does not know it any more. It is being read back."
	}
	return pause, a.note(ctx, i, note)
}

const awaitsOwners = "It waits for this wallet's owners to sign on chain."

// answeredAt is when the other side took the message.
func answeredAt(i *governance.Intent) time.Time {
	if i.Receipt != nil && !i.Receipt.At.IsZero() {
		return i.Receipt.At
	}
	return i.Updated
}
