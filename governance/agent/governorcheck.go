package agent

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"mandate/governance"
	"mandate/governance/ballot"
)

// checkChainCaller checks who asks, and that the governor can be voted at.
func (a *Agent) checkChainCaller(ctx context.Context, d *chainDraft) (err error) {
	if d.Account, err = ballot.Checksum(d.Account); err != nil {
		return err
	}
	if !ballot.Same(d.Account, d.Owner) {
		return governance.Errorf(governance.Denied, "You are signed in as %s. Sign in as %s to vote with its power.", d.Owner, d.Account)
	}
	if d.Ref, err = governance.ParseRef(string(d.Ref)); err != nil {
		return err
	}
	if d.Method == "" {
		d.Method = governance.ByTransaction
	}
	if d.Method != governance.ByTransaction && d.Method != governance.BySignature {
		return governance.Errorf(governance.Invalid, "A vote on chain is made by transaction or by signature.")
	}
	if d.g, err = a.governorOf(ctx, d.Ref); err != nil {
		return err
	}
	if d.g.Fault != "" { // what is known of it may be of other code
		return governance.Errorf(governance.Denied, "This governor is not read at present, so no vote at it is prepared. %s", line(d.g.Fault))
	}
	if d.g.ReadOnly != "" {
		return governance.Errorf(governance.Denied, "Nothing can be voted at this contract from here: %s", line(d.g.ReadOnly))
	}
	return a.checkGovernorCode(ctx, &d.g)
}

// checkGovernorCode refuses votes at a contract that is another one by now
// than the one that was looked at.
func (a *Agent) checkGovernorCode(ctx context.Context, g *governance.Governor) error {
	if a.Detector == nil {
		return nil
	}
	changed, err := a.Detector.Changed(ctx, *g)
	if err == nil && changed {
		return governance.Errorf(governance.Conflict, "The code of this governor is not what it was when it was checked. It is checked anew: try again in a few minutes.")
	}
	return err
}

// governorOf returns the governor of a proposal, and Denied where nothing is
// set up to read it by.
func (a *Agent) governorOf(ctx context.Context, ref governance.Ref) (governance.Governor, error) {
	if a.Governors == nil || a.Chains == nil {
		return governance.Governor{}, governance.Errorf(governance.Denied, "Voting on chain is not set up here: it needs a node to read the chain by.")
	}
	g, err := a.Store.Governor(ctx, ref.Governor())
	if err == nil && !a.Chains.Has(g.Chain) {
		err = governance.Errorf(governance.Denied, "Voting on chain %d needs a node to read the chain by: set MANDATE_RPC_%d.", g.Chain, g.Chain)
	}
	return g, err
}

// rereadOnChain reads the proposal's log anew. It returns Conflict where the
// page showed something else. A log that cannot be read at the moment is no
// reason to refuse, unless the proposal is dangerous: what is stored was read
// from a block that was final or is checked by reorg repair.
func (a *Agent) rereadOnChain(ctx context.Context, d *chainDraft) error {
	before, after, err := a.reread(ctx, d.Ref)
	switch code := governance.CodeOf(err); {
	case err == nil:
	case ctx.Err() != nil:
		return ctx.Err()
	case before.Proposal.OnChain == nil, before.Proposal.Risk >= governance.Danger.Rank(),
		code != governance.Upstream && code != governance.Limited && code != governance.Denied:
		return err
	default:
		after = before
		d.warnings = append(d.warnings, fmt.Sprintf("The proposal's text could not be read again from the chain just now. It is shown as it was read at %s.", moment(before.Proposal.Seen)))
	}
	d.p = after.Proposal
	shown := d.ContentHash
	if shown == "" {
		shown = before.Proposal.ContentHash
	}
	if shown != d.p.ContentHash {
		return governance.Errorf(governance.Conflict, "The proposal is not what you read: %s. Read it again before you vote.",
			chainDifferences(contentOf(before.Proposal, after.Versions, shown), d.p))
	}
	return nil
}

// chainDifferences says what of a proposal on chain changed. Its times are
// estimates, and no part of what was decided on.
func chainDifferences(old *governance.Proposal, p governance.Proposal) string {
	if old == nil {
		return "its content is not what the page showed"
	}
	var parts []string
	if old.Title != p.Title || old.Body != p.Body {
		parts = append(parts, "text")
	}
	if old.OnChain != nil && p.OnChain != nil && !slices.Equal(old.OnChain.Calls, p.OnChain.Calls) {
		parts = append(parts, "what it would do")
	}
	if old.Type != p.Type || !slices.Equal(old.Choices, p.Choices) {
		parts = append(parts, "choices")
	}
	if len(parts) == 0 {
		return "its settings changed"
	}
	return "changed: " + strings.Join(parts, ", ")
}

// checkStanding reads how the proposal stands for the account, from two nodes
// where there are two, and lets through what is open at the contract's clock.
func (a *Agent) checkStanding(ctx context.Context, d *chainDraft) (err error) {
	if d.stand, err = a.Governors.Ballot(ctx, d.g, d.p.Ref, d.Account); err != nil {
		return err
	}
	return openOnChain(&d.stand, &d.p, d.g.Fractional)
}

// openOnChain says why nobody can vote, or why this account cannot any more.
func openOnChain(b *governance.Ballot, p *governance.Proposal, fractional bool) error {
	switch b.State {
	case governance.Active, governance.Objection:
	case governance.Pending, governance.Updatable:
		return governance.Errorf(governance.Conflict, "Voting has not begun: it begins about %s.", moment(p.Start))
	default:
		return governance.Errorf(governance.Conflict, "Voting is over: the governor says that the proposal is %s.", b.State)
	}
	if b.Voted && !fractional {
		return governance.Errorf(governance.Conflict, "This account has voted already, and an on-chain vote cannot be changed.")
	}
	return nil
}

// checkChainChoice checks the choice and the reason against the governor.
func (a *Agent) checkChainChoice(_ context.Context, d *chainDraft) (err error) {
	if d.choice, err = ballot.ParseGovernorChoice(&d.g, d.p.Type, d.Choice); err != nil {
		return err
	}
	if d.stand.State == governance.Objection && d.choice.Support() != ballot.Against {
		return governance.Errorf(governance.Conflict, "The proposal is in its objection period: only votes against it count any more.")
	}
	_, _, err = d.vote().Call() // its own rules, among them those of the reason
	return err
}

// checkChainPower lets through who has power at the proposal's snapshot, and
// no more of it than is left.
func (a *Agent) checkChainPower(_ context.Context, d *chainDraft) error {
	power, err := ballot.ParseWei(d.stand.Power)
	if err != nil {
		return governance.Wrap(governance.Upstream, err, "The node did not tell the voting power.")
	}
	if power.Sign() == 0 {
		return governance.Errorf(governance.Denied, "%s", strings.Join(whyNone(&d.g, &d.stand), " "))
	}
	used := new(big.Int)
	if d.g.Fractional {
		used = wei(d.stand.Used)
	}
	if d.left = new(big.Int).Sub(power, used); d.left.Sign() <= 0 {
		return governance.Errorf(governance.Conflict, "This account has voted with all of its power already, and on-chain votes cannot be changed.")
	}
	if d.choice.Spends().Cmp(d.left) > 0 {
		return governance.Errorf(governance.Invalid, "The parts add up to %s, but only %s are left to vote with.", amountText(d.choice.Spends(), &d.g), amountText(d.left, &d.g))
	}
	return nil
}
