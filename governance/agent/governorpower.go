package agent

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// readChainPower returns an account's power at a governor's proposal, in whole
// tokens, and why it is none.
func (a *Agent) readChainPower(ctx context.Context, account string, p *governance.Proposal) (governance.PowerReport, error) {
	g, err := a.governorOf(ctx, p.Ref)
	if err != nil {
		return governance.PowerReport{}, err
	}
	b, err := a.Governors.Ballot(ctx, g, p.Ref, account)
	if err != nil {
		return governance.PowerReport{}, err
	}
	r := governance.PowerReport{Account: account, Symbol: g.Token.Symbol, Block: int64(b.VoteStart), Network: strconv.FormatUint(g.Chain, 10),
		Strategies: []string{"votes of the token " + g.Token.Address}, Why: []string{}, Read: a.now()}
	r.Total, r.State = tokens(wei(b.Power), g.Token.Decimals), "final"
	r.ByStrategy = []float64{r.Total}
	if !ballot.Same(b.Delegate, account) {
		r.Delegate = b.Delegate
	}
	if r.Total > 0 {
		if left := wei(b.Power); g.Fractional && b.Voted {
			left.Sub(left, wei(b.Used))
			r.Left = governance.FormatUnits(left, g.Token.Decimals)
			r.Why = append(r.Why, fmt.Sprintf("%s of it are not used yet.", amountText(left, &g)))
		}
		return r, nil
	}
	now := tokens(wei(b.PowerNow), g.Token.Decimals)
	r.Now = &governance.Power{Total: now, ByStrategy: []float64{now}, State: "pending"}
	if b.State == governance.Pending || b.State == governance.Updatable {
		r.State = "pending"
		r.Why = append(r.Why, fmt.Sprintf("Voting power counts at %s, which is still to come. Now it is %s.", snapshotWords(g.Clock, b.VoteStart), amountText(wei(b.PowerNow), &g)))
		return r, nil
	}
	r.Why = whyNone(&g, &b)
	return r, nil
}

func unixTime(at uint64) time.Time { return time.Unix(int64(min(at, 1<<40)), 0) }
