package actions

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"mandate/governance"
)

func optimisticVote(v *view) []governance.Finding {
	if v.Proposal == nil || v.Proposal.Type != governance.GovernorOptimistic {
		return nil
	}
	return []governance.Finding{finding(governance.Warn, nil, "Silence means yes", "This proposal passes unless enough vote Against.", fromChain(string(v.Proposal.Type)))}
}

// modulesUnread: an approval vote executes what its options hold.
func modulesUnread(v *view) []governance.Finding {
	if v.Proposal == nil || v.Proposal.OnChain == nil || v.Proposal.Type != governance.GovernorApproval {
		return nil
	}
	o := v.Proposal.OnChain
	return []governance.Finding{finding(governance.Danger, nil, "The calls of its options are not read", "Each option of this vote may carry calls of its own. Look at them before you vote.",
		fromChain(fmt.Sprintf("voting module %s, %d bytes of data", o.Module, max(0, len(o.ModuleData)-2)/2)))}
}

// lateSwing: the deadline moved, or much power came in the last tenth of the
// time and turned the result.
func lateSwing(v *view) []governance.Finding {
	var found []governance.Finding
	for _, e := range v.Votes {
		if e.Kind == governance.EventExtended {
			found = append(found, finding(governance.Warn, nil, "The vote was extended", "The deadline moved after the vote began.", fromChain("new deadline "+clip(e.Value, 80))))
		}
	}
	p := v.Proposal
	if p == nil || !p.End.After(p.Start) {
		return found
	}
	cut := p.End.Add(-p.End.Sub(p.Start) / 10)
	early, late := countVotes(v.Votes, cut)
	all := new(big.Int).Add(early.total(), late.total())
	if all.Sign() == 0 || late.total().Sign() == 0 {
		return found
	}
	turned := early.leads() != early.with(late).leads()
	if share := ratio(late.total(), all); turned && share >= 0.02 || share >= 0.3 {
		found = append(found, finding(governance.Warn, nil, "Much power voted at the end", fmt.Sprintf("%.0f%% of the power voted in the last tenth of the time%s.", share*100, turnedText(turned)), fromChain("since "+cut.UTC().Format("2006-01-02 15:04")+" UTC")))
	}
	return found
}

func turnedText(turned bool) string {
	if turned {
		return " and turned the result"
	}
	return ""
}

// poll is power against and for.
type poll [2]*big.Int

func (p poll) total() *big.Int { return new(big.Int).Add(p[0], p[1]) }

// leads reports whether For is ahead.
func (p poll) leads() bool { return p[1].Cmp(p[0]) > 0 }

func (p poll) with(q poll) poll {
	return poll{new(big.Int).Add(p[0], q[0]), new(big.Int).Add(p[1], q[1])}
}

// countVotes parts the votes at a moment. Fractional votes and abstentions
// are left out.
func countVotes(votes []governance.Event, cut time.Time) (early, late poll) {
	early, late = poll{new(big.Int), new(big.Int)}, poll{new(big.Int), new(big.Int)}
	for _, e := range votes {
		w := whole(e.Weight)
		if e.Kind != governance.EventVote || e.Support > 1 || w == nil || w.Sign() < 0 {
			continue
		}
		side := early
		if e.Time.After(cut) {
			side = late
		}
		side[e.Support].Add(side[e.Support], w)
	}
	return early, late
}

// resubmissions: a defeated proposal of the same governor comes back.
func resubmissions(v *view) []governance.Finding {
	if len(v.Past) == 0 {
		return nil
	}
	calls := callPrints(v.rawCallsOrActions())
	words := shingles(v.Text)
	var found []governance.Finding
	for _, p := range v.Past {
		switch p.State {
		case governance.Defeated, governance.Canceled, governance.Expired, governance.Vetoed:
		default:
			continue
		}
		past := callPrints(p.Calls)
		same := alikeCalls(calls, past)
		if !same && likeness(words, shingles(p.Text)) < 0.6 {
			continue
		}
		detail := "An earlier proposal with the same calls or words was " + string(p.State) + "."
		if grown := growth(calls, past); same && grown > 1.05 {
			detail += fmt.Sprintf(" This one moves %.1f times as much.", grown)
		}
		found = append(found, finding(governance.Warn, nil, "This was proposed before", detail, fromChain(strings.TrimSpace(string(p.Ref)+" "+clip(p.Title, 120)))))
	}
	return found
}

// rawCallsOrActions: plugins have no calls of their own.
func (v *view) rawCallsOrActions() []governance.Call {
	if raw := v.rawCalls(); len(raw) > 0 {
		return raw
	}
	var list []governance.Call
	for _, a := range v.Actions {
		list = append(list, governance.Call{Target: a.Target, Value: a.Value, Calldata: a.Calldata})
	}
	return list
}
