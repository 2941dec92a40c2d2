package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// How long a reading of power is shown again, and how many are kept.
const (
	powerLife = time.Minute
	powerKept = 2000
)

// PowerFor returns an account's voting power for a proposal with what a
// person needs to know about it: at which block it counts, and why it is zero
// where it is. An answer is kept for a minute. It returns Invalid and NotFound
// errors, Denied where no hub or node is set up, and those of the hub, the
// nodes and the store.
func (a *Agent) PowerFor(ctx context.Context, account string, ref governance.Ref) (governance.PowerReport, error) {
	if a.Hub == nil && ref.Venue() == governance.VenueSnapshot {
		return governance.PowerReport{}, governance.Errorf(governance.Denied, "Voting power cannot be read here: no Snapshot hub is set up.")
	}
	account, err := ballot.Checksum(account)
	if err != nil {
		return governance.PowerReport{}, err
	}
	if kept, ok := a.KeptPower(account, ref); ok {
		return kept, nil
	}
	report, err := a.readPower(ctx, account, ref)
	if err != nil {
		return report, err
	}
	a.state.do(func(s *state) {
		if len(s.powers) >= powerKept {
			maps.DeleteFunc(s.powers, func(_ string, r governance.PowerReport) bool { return report.Read.Sub(r.Read) >= powerLife })
		}
		if len(s.powers) >= powerKept {
			clear(s.powers)
		}
		s.powers[powerKey(account, ref)] = report
	})
	return report, nil
}

// KeptPower returns what PowerFor would answer without asking anybody, and
// false where it would have to ask.
func (a *Agent) KeptPower(account string, ref governance.Ref) (governance.PowerReport, bool) {
	var kept governance.PowerReport
	a.state.do(func(s *state) { kept = s.powers[powerKey(account, ref)] })
	return kept, !kept.Read.IsZero() && a.now().Sub(kept.Read).Abs() < powerLife
}

func powerKey(account string, ref governance.Ref) string {
	return ballot.Lower(account) + " " + string(ref)
}

func (a *Agent) readPower(ctx context.Context, account string, ref governance.Ref) (governance.PowerReport, error) {
	detail, err := a.Store.Proposal(ctx, ref)
	if err != nil {
		return governance.PowerReport{}, err
	}
	p := &detail.Proposal
	if ref.Venue() != governance.VenueSnapshot {
		return a.readChainPower(ctx, account, p)
	}
	r := governance.PowerReport{Account: account, Symbol: p.Symbol, Block: p.Snapshot, Network: p.Network, Strategies: strategyNames(p), Why: []string{}, Read: a.now()}
	if r.Power, err = a.Hub.Power(ctx, account, p.DAO, ref.ID()); err != nil {
		return r, err
	}
	if r.Total <= 0 {
		a.explainZero(ctx, &r, p)
	} else if r.State == "pending" {
		r.Why = append(r.Why, "It may still change: it depends on who else votes, and is counted finally after the end.")
	}
	return r, nil
}

// explainZero looks for why an account has no power: it was delegated away,
// it came after the block at which power counts, or there is none at all.
// What cannot be read is left out.
func (a *Agent) explainZero(ctx context.Context, r *governance.PowerReport, p *governance.Proposal) {
	if now, err := a.Hub.Power(ctx, r.Account, p.DAO, ""); err == nil {
		r.Now = &now
	}
	if why := a.explainDelegation(ctx, r, p); why != "" {
		r.Why = append(r.Why, why)
	}
	if r.Now != nil && r.Now.Total > 0 && r.Block > 0 {
		r.Why = append(r.Why, fmt.Sprintf("Voting power counts at block %s, fixed when the proposal was made. This account had none then; the %s that it has now counts for later proposals.",
			thousands(strconv.FormatInt(r.Block, 10)), powerText(r.Now.Total, r.Symbol)))
	}
	if len(r.Why) == 0 {
		why := "This DAO finds no voting power of this account"
		if r.Block > 0 {
			why += fmt.Sprintf(" at block %d", r.Block)
		}
		if len(r.Strategies) > 0 {
			why += ". It looks for it by: " + strings.Join(r.Strategies, ", ")
		}
		r.Why = append(r.Why, why+".")
	}
}

// explainDelegation fills in who holds the account's power, and says what
// that means for its own vote.
func (a *Agent) explainDelegation(ctx context.Context, r *governance.PowerReport, p *governance.Proposal) string {
	dao, err := a.Store.DAO(ctx, p.DAO, a.now())
	if err != nil || dao.Space == nil || a.Chains == nil {
		return ""
	}
	for _, rule := range ballot.DelegationRules(*dao.Space) {
		if !a.Chains.Has(rule.Chain) {
			continue
		}
		held, _ := a.heldBy(ctx, rule, r.Account, dao.Space.ID) // what cannot be read explains nothing
		held = slices.DeleteFunc(held, func(h governance.Holder) bool { return ballot.Same(h.Address, r.Account) })
		if len(held) == 0 {
			continue
		}
		r.Delegate = held[0].Address
		where := "in this DAO"
		if held[0].All {
			where = "for all spaces"
		}
		if rule.Override {
			return fmt.Sprintf("Your power %s is delegated to %s.", where, r.Delegate)
		}
		return fmt.Sprintf("Your power %s is delegated to %s, and this DAO then counts none for your own vote.", where, r.Delegate)
	}
	return ""
}

// strategyNames lists how a proposal counts power, in the order of the hub.
func strategyNames(p *governance.Proposal) []string {
	var list []struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(p.Strategies, &list) != nil {
		return nil
	}
	names := make([]string, len(list))
	for i := range list {
		names[i] = line(list[i].Name)
	}
	return names
}
