package agent

import (
	"context"
	"strconv"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// delegationLife is how long a delegation by signature may be relayed.
const delegationLife = 7 * 24 * time.Hour

// prepareDelegationBallot makes the message by which a votes token's power is
// delegated through whoever relays it.
func (a *Agent) prepareDelegationBallot(ctx context.Context, o *order) (governance.Prepared, error) {
	g := o.governor
	if g == nil || a.Governors == nil {
		return governance.Prepared{}, governance.Errorf(governance.Invalid, "Only the votes token of a governor can be delegated by signature here. Delegate by transaction.")
	}
	if !g.Token.BySig {
		return governance.Prepared{}, governance.Errorf(governance.Invalid, "This token takes no delegations by signature. Delegate by transaction.")
	}
	contract, err := a.Chains.IsContract(ctx, g.Chain, o.Account)
	switch {
	case err != nil:
		return governance.Prepared{}, err
	case contract:
		return governance.Prepared{}, governance.Errorf(governance.Invalid, "The token takes signatures of keys only, and %s is a contract wallet. Delegate by transaction.", o.Account)
	}
	nonce, err := a.Governors.TokenNonce(ctx, *g, o.Account)
	if err != nil {
		return governance.Prepared{}, err
	}
	expires := a.now().Add(delegationLife).Truncate(time.Second)
	typed, err := ballot.TokenDelegation{Token: g.Token, Chain: g.Chain, Delegate: o.Delegate, Nonce: nonce, Expires: expires}.Message()
	if err != nil {
		return governance.Prepared{}, err
	}
	i := governance.Intent{Owner: ballot.Lower(o.Owner), Voter: o.Account, Act: governance.ActToken, Target: o.Delegate, DAO: o.DAO, Chain: g.Chain, SendBy: &expires}
	return a.prepare(ctx, i, typed, payload{Nonce: nonce, Token: g.Token.Address, Expiry: expires.Unix()}, o.shownSigned(expires), append(o.warnings,
		"Power counts as it stood at each proposal's own block: this changes nothing for proposals that exist already.",
		"Anyone who has the signed delegation may relay it until its time runs out. Signing it costs nothing; whoever relays it pays the fee."))
}

// shownSigned says in people's words what the message does.
func (o *order) shownSigned(expires time.Time) [][2]string {
	rows := o.does()
	return append(rows, [2]string{"Account", o.Account}, [2]string{"Contract", o.rule.Contract}, [2]string{"Chain", strconv.FormatUint(o.rule.Chain, 10)},
		[2]string{"Valid until", moment(expires)})
}
