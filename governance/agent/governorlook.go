package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// onChain is what the chain shows of a voter's vote.
type onChain struct {
	event *governance.Event // nil = no log of a vote is found
	final bool              // its block is final
	same  bool              // it says what was signed
}

// lookOnChain reads a vote back: the governor says that there is one, and the
// log says which. to = 0: up to the block at which the governor said so.
func (a *Agent) lookOnChain(ctx context.Context, i *governance.Intent, g *governance.Governor, from, to uint64) (onChain, error) {
	voted, block, final, err := a.Governors.HasVoted(ctx, *g, i.Ref, i.Voter)
	if err != nil || !voted {
		return onChain{}, err
	}
	if to == 0 {
		to = max(block, from)
	}
	e, err := a.Governors.VoteOf(ctx, *g, i.Ref, i.Voter, from, to)
	if err != nil || e == nil {
		return onChain{}, err
	}
	if final { // the governor's answer may be about an earlier part of a split vote
		head, err := a.Chains.Head(ctx, i.Chain)
		if err != nil {
			return onChain{}, err
		}
		final = e.Block <= head.Finalized.Number
	}
	return onChain{event: e, final: final, same: saysSame(e, i, g)}, nil
}

// saysSame compares a log with what was chosen.
func saysSame(e *governance.Event, i *governance.Intent, g *governance.Governor) bool {
	choice, err := ballot.ParseGovernorChoice(g, governance.GovernorVote, i.Choice)
	if err != nil || e.Support != uint8(choice.Support()) || !ballot.Same(e.Account, i.Voter) {
		return false
	}
	params := e.Params
	if params == "" {
		params = "0x"
	}
	return strings.EqualFold(params, choice.ParamsHex())
}

// concludeOnChain ends an intent by what the chain shows; false means that it
// shows nothing final yet.
func (a *Agent) concludeOnChain(ctx context.Context, i *governance.Intent, g *governance.Governor, seen onChain, mined *governance.Mined) (bool, error) {
	switch {
	case seen.event == nil || !seen.final:
		return false, nil
	case !seen.same:
		_, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentSuperseded, func(i *governance.Intent) {
			i.Note = fmt.Sprintf("Another vote of this account counts instead: %s, in block %d.", ballot.Support(seen.event.Support), seen.event.Block)
		})
		return true, err
	}
	return true, a.confirmVote(ctx, i, g, seen.event, mined)
}

// confirmVote keeps the receipt and the vote in the account's history.
func (a *Agent) confirmVote(ctx context.Context, i *governance.Intent, g *governance.Governor, e *governance.Event, mined *governance.Mined) error {
	now := a.now()
	r := governance.Receipt{ID: e.Tx, Block: e.Block, At: now, ReadBack: now, Power: tokens(wei(e.Weight), g.Token.Decimals)}
	switch {
	case i.Method == governance.BySignature:
		r.Note = "relayed; read back from the chain"
	case ballot.Same(e.Tx, i.Digest):
		r.Verified = mined != nil && mined.Mined
	default:
		r.Note = "read back from the chain; another transaction than this one did it"
	}
	if _, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentConfirmed, func(i *governance.Intent) { i.Receipt, i.Note = &r, "" }); err != nil {
		return err
	}
	a.state.do(func(s *state) { delete(s.powers, powerKey(i.Voter, i.Ref)) }) // part of it is used now
	a.log(ctx).InfoContext(ctx, "A vote on chain is confirmed.", "intent", i.ID, "ref", i.Ref, "block", e.Block)
	cast := e.Time
	if cast.IsZero() {
		cast = now
	}
	choice := i.Choice
	if choice == nil {
		choice = json.RawMessage("null")
	}
	v := governance.Vote{ID: e.Tx, Ref: i.Ref, Voter: i.Voter, Choice: choice, Reason: i.Reason, App: a.app(), Power: r.Power, State: "final", Created: cast, DAO: i.DAO}
	if err := a.Store.SaveVotes(ctx, i.Owner, []governance.Vote{v}, time.Time{}); err != nil {
		return err
	}
	return a.WatchAccount(ctx, i.Owner)
}
