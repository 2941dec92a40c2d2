package agent

import (
	"context"
	"fmt"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// ballotsEvery is the longest pause between two looks for a ballot that waits
// for whoever relays it.
const ballotsEvery = 5 * time.Minute

// followBallot looks whether somebody relayed a signed ballot or delegation,
// and returns when to look again, 0 = never.
func (a *Agent) followBallot(ctx context.Context, i *governance.Intent) (time.Duration, error) {
	note, err := a.lookForRelayed(ctx, i)
	switch {
	case ctx.Err() != nil:
		return shortPause, ctx.Err()
	case err != nil:
		note = unreadable(err)
	case note == "":
		return 0, nil
	}
	// Written also where it says nothing new, so that others have their turn.
	if _, err := a.Store.MoveIntent(ctx, i.ID, i.State, func(i *governance.Intent) { i.Note = note }); err != nil {
		return longPause, err
	}
	return min(max(a.now().Sub(i.Created)/20, 5*time.Second), ballotsEvery), nil
}

// lookForRelayed looks once. It returns what is awaited, "" = the intent has
// ended.
func (a *Agent) lookForRelayed(ctx context.Context, i *governance.Intent) (string, error) {
	g, err := a.governorOfIntent(ctx, i)
	switch {
	case err != nil:
		return "", err
	case i.Act == governance.ActToken:
		return a.followBallotDelegation(ctx, i, &g)
	}
	return a.followBallotVote(ctx, i, &g)
}

// followBallotVote returns what is awaited, "" = the intent has ended.
func (a *Agent) followBallotVote(ctx context.Context, i *governance.Intent, g *governance.Governor) (string, error) {
	b, err := a.Governors.Ballot(ctx, *g, i.Ref, i.Voter)
	if err != nil {
		return "", err
	}
	if b.Voted && !besideOthers(i, g, &b) {
		seen, err := a.lookOnChain(ctx, i, g, firstBlock(i), 0)
		if err != nil {
			return "", err
		}
		if done, err := a.concludeOnChain(ctx, i, g, seen, nil); done || err != nil {
			return "", err
		}
		if seen.event != nil {
			return fmt.Sprintf("A vote of this account is in block %d. It counts as confirmed once that block is final.", seen.event.Block), nil
		}
	}
	switch {
	case !b.State.Votable() && (b.Final || a.longOver(i, &b)):
		return "", a.expireBallot(ctx, i, "Nobody relayed it before voting ended.")
	case !b.State.Votable():
		return "Voting has ended. It is looked once more whether somebody relayed the ballot in time.", nil
	case usedUp(i, g, &b):
		return "", a.expireBallot(ctx, i, "Another ballot of this account was used, which makes this one void.")
	}
	return ballotWaits, nil
}

// longOver reports whether voting ended so long ago that what the nodes say is
// final, also where they do not tell.
func (a *Agent) longOver(i *governance.Intent, b *governance.Ballot) bool {
	end := b.Ends
	if i.SendBy != nil && i.SendBy.After(end) {
		end = *i.SendBy
	}
	return a.now().After(end.Add(forgetAfter))
}

// besideOthers reports whether what the account voted leaves a ballot as valid
// as it was: power can be split, some is left, and the ballot's nonce is not
// used.
func besideOthers(i *governance.Intent, g *governance.Governor, b *governance.Ballot) bool {
	p, err := ballotOf(i)
	left := wei(b.Used).Cmp(wei(b.Power)) < 0
	return err == nil && left && g.Fractional && g.BallotSig == governance.BallotOZ5 && wei(b.Nonce).Cmp(wei(p.Nonce)) <= 0
}

// usedUp reports whether the nonce of a ballot was used by another one.
func usedUp(i *governance.Intent, g *governance.Governor, b *governance.Ballot) bool {
	p, err := ballotOf(i)
	return err == nil && g.BallotSig == governance.BallotOZ5 && !b.Voted && wei(b.Nonce).Cmp(wei(p.Nonce)) > 0
}

func (a *Agent) expireBallot(ctx context.Context, i *governance.Intent, note string) error {
	_, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentExpired, func(i *governance.Intent) { i.Note = note })
	return err
}

// followBallotDelegation returns what is awaited, "" = the intent has ended.
// The nonce is read before the delegate: a nonce that was used by this very
// delegation is then no reason to call it void.
func (a *Agent) followBallotDelegation(ctx context.Context, i *governance.Intent, g *governance.Governor) (string, error) {
	p, err := ballotOf(i)
	if err != nil {
		return "", err
	}
	nonce, err := a.Governors.TokenNonce(ctx, *g, i.Voter)
	if err != nil {
		return "", err
	}
	named, err := a.Chains.TokenDelegate(ctx, i.Chain, g.Token.Address, i.Voter)
	if err != nil {
		return "", err
	}
	used := wei(nonce).Cmp(wei(p.Nonce)) > 0
	switch {
	case used && ballot.Same(orZero(named), i.Target):
		return "", a.confirmRelayed(ctx, i)
	case used:
		_, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentSuperseded, func(i *governance.Intent) {
			i.Note = fmt.Sprintf("It is void: the token counts another signature of this account since. Its votes are with %s.", nobody(named))
		})
		return "", err
	case a.now().After(time.Unix(p.Expiry, 0).Add(2 * time.Minute)):
		return "", a.expireBallot(ctx, i, "Nobody relayed it in time.")
	}
	return delegationWaits, nil
}

func orZero(address string) string {
	if address == "" {
		return ballot.Zero
	}
	return address
}

func (a *Agent) confirmRelayed(ctx context.Context, i *governance.Intent) error {
	now := a.now()
	r := governance.Receipt{ID: i.Digest, Note: "relayed; read back from the contract", At: now, ReadBack: now}
	if _, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentConfirmed, func(i *governance.Intent) { i.Receipt, i.Note = &r, "" }); err != nil {
		return err
	}
	a.log(ctx).InfoContext(ctx, "A delegation is confirmed.", "intent", i.ID)
	return a.WatchAccount(ctx, i.Owner)
}
