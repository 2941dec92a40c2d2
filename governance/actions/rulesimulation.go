package actions

import (
	"math/big"
	"strconv"
	"strings"

	"mandate/governance"
)

func simulationFailed(v *view) []governance.Finding {
	sim := v.Simulation
	if sim == nil || sim.Method == "" || sim.OK {
		return nil
	}
	var found []governance.Finding
	for _, c := range sim.Calls {
		if !c.OK {
			f := finding(governance.Warn, nil, "This call would revert", "As of block "+strconv.FormatUint(sim.Block, 10)+".", fromSimulation(clip(c.Error, 300)))
			f.ActionIndex = c.Index
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		found = append(found, finding(governance.Warn, nil, "The simulation failed", clip(sim.Why, 300)))
	}
	return found
}

// simulationDrop: more leaves the executor than the decoded calls move.
func simulationDrop(v *view) []governance.Finding {
	if v.Simulation == nil {
		return nil
	}
	allowed := map[string]*big.Int{}
	for i := range v.ledger.entries {
		d := v.ledger.entries[i].deed
		key := strings.ToLower(d.Token)
		if allowed[key] == nil {
			allowed[key] = new(big.Int)
		}
		allowed[key].Add(allowed[key], whole(d.Amount))
	}
	var found []governance.Finding
	for _, m := range v.Simulation.Moves {
		lost := whole(m.Delta)
		if lost == nil || lost.Sign() >= 0 || !strings.EqualFold(m.Account, v.Simulation.From) && !v.own(m.Account) || v.moves(m.Token, "all") {
			continue
		}
		lost.Neg(lost)
		if sum := allowed[strings.ToLower(m.Token)]; sum == nil || lost.Cmp(sum) > 0 {
			found = append(found, finding(governance.Danger, nil, "Money leaves that no decoded call moves", "The simulation shows a larger loss than the calls explain.",
				fromSimulation(m.Account+" loses "+lost.String()+" of "+clip(m.Symbol, 40)+" "+m.Token), fromCalldata("decoded: "+textOf(sum))))
		}
	}
	return found
}

func textOf(n *big.Int) string {
	if n == nil {
		return "nothing"
	}
	return n.String()
}

// moves: some call moves the given amount of the token ("all": an open end).
func (v *view) moves(token, amount string) bool {
	for _, d := range v.deeds {
		if strings.EqualFold(d.Token, token) && (d.Amount == amount || d.unlimited()) {
			return true
		}
	}
	return false
}

// simulationPower: an event of power that no decoded effect explains.
func simulationPower(v *view) []governance.Finding {
	if v.Simulation == nil {
		return nil
	}
	var found []governance.Finding
	for _, p := range v.Simulation.Powers {
		if v.expects(p) {
			continue
		}
		s := governance.Danger
		if p.Subject != "" && v.own(p.Subject) || p.Event == "RoleRevoked" {
			s = governance.Warn
		}
		f := finding(s, nil, "A power changes that no decoded call changes", "The simulation saw "+clip(p.Event, 60)+".",
			fromSimulation(clip(p.Event+" at "+p.Contract+" for "+p.Subject+" "+p.Detail, 400)))
		f.ActionIndex = p.Index
		found = append(found, f)
	}
	return found
}

// expects: a decoded effect of the same kind has the same contract or gainer.
func (v *view) expects(p governance.PowerChange) bool {
	for _, d := range v.deeds {
		if !fitsEvent(d.Kind, p.Event) {
			continue
		}
		sameContract := strings.EqualFold(p.Contract, d.Target) || strings.EqualFold(p.Contract, d.Token) || strings.EqualFold(p.Contract, d.call.Target)
		if sameContract && (p.Subject == "" || d.To == "" || strings.EqualFold(p.Subject, d.To)) {
			return true
		}
	}
	return false
}

func fitsEvent(k governance.EffectKind, event string) bool {
	switch event {
	case "RoleGranted":
		return k == governance.EffectGrant
	case "RoleRevoked":
		return k == governance.EffectRevoke
	case "RoleAdminChanged":
		return k == governance.EffectGrant || k == governance.EffectOwner || setsGovernance(k)
	case "OwnershipTransferred", "OwnershipTransferStarted", "AdminChanged", "NewAdmin", "NewPendingAdmin":
		return k == governance.EffectOwner
	case "Upgraded", "BeaconUpgraded", "NewImplementation":
		return k == governance.EffectUpgrade
	case "Approval", "ApprovalForAll":
		return k == governance.EffectApprove || k == governance.EffectTransfer
	case "AddedOwner", "EnabledModule":
		return k == governance.EffectOwner || k == governance.EffectGrant
	case "RemovedOwner":
		return k == governance.EffectOwner || k == governance.EffectRevoke
	case "ChangedThreshold":
		return k == governance.EffectOwner || k == governance.EffectGrant || k == governance.EffectRevoke || setsGovernance(k)
	case "MinDelayChange", "NewDelay", "VotingDelaySet", "VotingPeriodSet", "ProposalThresholdSet", "QuorumNumeratorUpdated", "TimelockChange", "ChangedGuard":
		return setsGovernance(k)
	}
	return false
}

func setsGovernance(k governance.EffectKind) bool {
	return k == governance.EffectGovernance || k == governance.EffectParameter
}
