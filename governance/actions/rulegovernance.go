package actions

import (
	"fmt"
	"math/big"
	"strings"

	"mandate/governance"
)

// settingOf names what a governance effect sets, in our words.
func settingOf(d deed) string {
	s := strings.ToLower(d.Setting + " " + d.call.base())
	for _, name := range [...]string{"quorum", "threshold", "period", "delay"} {
		if strings.Contains(s, name) {
			return name
		}
	}
	return ""
}

// governanceLowered compares a new setting with the one it replaces.
func governanceLowered(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		if d.Kind != governance.EffectGovernance || settingOf(d) == "" {
			continue
		}
		next, ok := new(big.Int).SetString(d.New, 10)
		before := v.before(d)
		if !ok || before == nil || next.Cmp(before) >= 0 {
			continue
		}
		s := v.judged(d)
		if half := new(big.Int).Rsh(before, 1); next.Sign() == 0 || next.Cmp(half) < 0 {
			s = governance.Danger
		}
		found = append(found, finding(s, d.call, "A hurdle of governance is lowered", fmt.Sprintf("%s: %s now, %s then.", d.Setting, before, next),
			v.told(d), fromCalldata(d.call.shown()), fromChain(before.String())))
	}
	return found
}

// before is the value now: what the decoder saw, else what was read from the
// governor that the call is made on; nil = not known.
func (v *view) before(d deed) *big.Int {
	if n, ok := new(big.Int).SetString(d.Old, 10); ok {
		return n
	}
	g := v.Governor
	switch {
	case g == nil:
	case g.Timelock != nil && strings.EqualFold(d.call.Target, g.Timelock.Address) && settingOf(d) == "delay":
		return new(big.Int).SetUint64(g.Timelock.MinDelay)
	case !strings.EqualFold(d.call.Target, g.Address):
	case settingOf(d) == "delay":
		return new(big.Int).SetUint64(g.VotingDelay)
	case settingOf(d) == "period":
		return new(big.Int).SetUint64(g.VotingPeriod)
	case settingOf(d) == "threshold":
		return whole(g.Threshold)
	case settingOf(d) == "quorum" && !strings.Contains(strings.ToLower(d.Setting+d.call.base()), "numerator"):
		return whole(g.Quorum)
	}
	return nil
}

func whole(s string) *big.Int {
	if n, ok := new(big.Int).SetString(s, 10); ok {
		return n
	}
	return nil
}

// timelockChange: control over the timelock goes elsewhere.
func timelockChange(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		name := d.call.base()
		onTimelock := v.Governor != nil && v.Governor.Timelock != nil && strings.EqualFold(d.call.Target, v.Governor.Timelock.Address)
		moved := strings.Contains(name, "pendingadmin") || strings.Contains(name, "timelock") && strings.HasPrefix(name, "set") || name == "updatetimelock" || name == "acceptadmin" ||
			onTimelock && (d.Kind == governance.EffectOwner || d.Kind == governance.EffectGrant)
		if !moved || v.own(d.To) {
			continue
		}
		found = append(found, finding(v.judged(d), d.call, "Control over the timelock changes", "Whoever gets it can act in the DAO's name.", v.told(d), fromCalldata(d.call.shown())))
	}
	return found
}

// timelockBypassed is about the governor: who could act without its delay.
func timelockBypassed(v *view) []governance.Finding {
	g := v.Governor
	var found []governance.Finding
	for _, d := range v.deeds {
		if next, ok := new(big.Int).SetString(d.New, 10); ok && next.Sign() == 0 && d.Kind == governance.EffectGovernance && isTimelockDelay(v, d) {
			found = append(found, finding(governance.Danger, d.call, "The timelock's delay becomes nothing", "What passes could be executed at once.", v.told(d), fromCalldata(d.call.shown())))
		}
	}
	switch {
	case g == nil || g.Checked.IsZero() || len(v.Actions) == 0:
	case g.Timelock == nil:
		found = append(found, finding(governance.Warn, nil, "There is no timelock", "What passes can be executed at once.", fromChain(g.Address)))
	case g.Timelock.MinDelay == 0 && g.Timelock.Kind != "other":
		found = append(found, finding(governance.Warn, nil, "The timelock has no delay", "What passes can be executed at once.", fromChain(g.Timelock.Address)))
	default:
		found = append(found, v.outsiders()...)
	}
	return found
}

func isTimelockDelay(v *view, d deed) bool {
	name := d.call.base()
	return name == "updatedelay" || name == "setdelay" || v.Governor != nil && v.Governor.Timelock != nil && strings.EqualFold(d.call.Target, v.Governor.Timelock.Address) && settingOf(d) == "delay"
}

// outsiders are others than the governor who may put calls in the timelock.
func (v *view) outsiders() []governance.Finding {
	var found []governance.Finding
	for _, r := range v.Governor.Timelock.Roles {
		if r.Role != "proposer" && r.Role != "admin" || v.own(r.Holder) || r.Name != "" {
			continue
		}
		found = append(found, finding(governance.Info, nil, "Others than the governor may use the timelock", "The role "+r.Role+" is also held by an address that is not known here.", fromChain(r.Holder)))
	}
	return found
}

// flashGovernance: power is counted in the block of the proposal and nothing
// delays the execution; or the call is itself an emergency path.
func flashGovernance(v *view) []governance.Finding {
	var found []governance.Finding
	if g := v.Governor; g != nil && !g.Checked.IsZero() && g.VotingDelay == 0 && (g.Timelock == nil || g.Timelock.MinDelay == 0) {
		found = append(found, finding(governance.Danger, nil, "Borrowed tokens could pass this", "Voting power counts at once, and nothing delays what passes.", fromChain("voting delay 0, no timelock delay")))
	}
	for _, c := range v.calls {
		if strings.HasPrefix(c.base(), "emergencycommit") || strings.HasPrefix(c.base(), "emergencyexecute") {
			found = append(found, finding(governance.Danger, c, "An emergency path is used", "It skips the delays of governance.", fromCalldata(c.shown())))
		}
	}
	return found
}

// shortPeriod is the shortest time to vote that gives people a chance.
const shortPeriod = 24 * 3600

func shortDelay(v *view) []governance.Finding {
	var found []governance.Finding
	g, p := v.Governor, v.Proposal
	if g != nil && !g.Checked.IsZero() && g.VotingDelay == 0 {
		found = append(found, finding(governance.Warn, nil, "Voting begins at once", "Nobody has time to move tokens or to read before power is counted.", fromChain("voting delay 0")))
	}
	if p != nil && !p.Start.IsZero() && p.End.After(p.Start) && p.End.Sub(p.Start).Seconds() < shortPeriod {
		found = append(found, finding(governance.Warn, nil, "The vote is short", "It is open for "+p.End.Sub(p.Start).String()+".", fromChain(p.Start.UTC().Format("2006-01-02 15:04")+" to "+p.End.UTC().Format("2006-01-02 15:04")+" UTC")))
	}
	return found
}
