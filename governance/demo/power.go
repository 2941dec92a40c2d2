package demo

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
)

// SetPower says how much voting power an address has in a space, at every
// block: for tests.
func (w *World) SetPower(space, address string, power float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.power[space+" "+lower(address)] = power
}

// powerLocked is an address's power by strategy: at the proposal's block, or
// today where p is nil. What SetPower said counts first, then the practice
// accounts' own amounts, then what a ballot in the space showed.
func (w *World) powerLocked(space, address string, p *Proposal) []float64 {
	strategies := []Strategy{}
	if s := w.spaces[space]; s != nil {
		strategies = s.Strategies
	}
	if p != nil {
		strategies = p.Strategies
	}
	out := make([]float64, max(1, len(strategies)))
	if set, ok := w.power[space+" "+lower(address)]; ok {
		out[0] = set
		return out
	}
	if i := slices.IndexFunc(w.practice, func(a string) bool { return strings.EqualFold(a, address) }); i >= 0 {
		for n, s := range strategies {
			out[n] = practicePower(i, space, s.Name, p == nil)
		}
		return out
	}
	out[0] = w.shownLocked(space, address, p)
	return out
}

// shownLocked is what the address's ballot for the proposal weighed, or its
// last one in the space.
func (w *World) shownLocked(space, address string, p *Proposal) float64 {
	var last *Vote
	for _, v := range w.votes {
		if v.Space != space || !strings.EqualFold(v.Voter, address) {
			continue
		}
		if p != nil && v.Proposal == p.ID {
			return v.VP
		}
		if last == nil || v.Created > last.Created {
			last = v
		}
	}
	if last == nil {
		return 0
	}
	return last.VP
}

// practicePower is made up, but always the same. The newcomer came after every
// proposal; the delegator's tokens count elsewhere where a strategy moves them.
func practicePower(account int, space, strategy string, today bool) float64 {
	amount := practiceAmount(space, strategy)
	switch account {
	case holder:
		return amount
	case newcomer:
		if today && seedOf("newcomer "+space)%3 == 0 && !countsDelegated(strategy) {
			return math.Ceil(amount / 100)
		}
	case contract:
		if !countsDelegated(strategy) {
			return math.Ceil(amount / 10)
		}
	case delegator:
		if !countsDelegated(strategy) && !movesPower(strategy) {
			return math.Ceil(amount / 4)
		}
	}
	return 0
}

func practiceAmount(space, strategy string) float64 {
	seed := seedOf(space + " " + strategy)
	switch {
	case strategy == "whitelist", strategy == "ticket":
		return 1
	case strategy == "erc721", strategy == "multichain":
		return float64(1 + seed%5)
	case countsDelegated(strategy):
		return float64(seed%40000) / 100
	}
	return float64(1000_00+seed%59_000_00) / 100
}

// countsDelegated are the strategies that add what others gave to a delegate.
func countsDelegated(strategy string) bool {
	return slices.Contains([]string{"delegation", "delegation-with-cap", "delegation-with-overrides", "erc20-balance-of-delegation"}, strategy)
}

// movesPower are the strategies under which a delegator has nothing left.
func movesPower(strategy string) bool {
	return slices.Contains([]string{"with-delegation", "erc20-balance-of-with-delegation", "split-delegation"}, strategy)
}

// powerState is pending while others can still change the power.
func powerState(p *Proposal, now int64) string {
	for _, s := range p.Strategies {
		if now <= p.End && (countsDelegated(s.Name) || movesPower(s.Name)) {
			return "pending"
		}
	}
	return "final"
}

// validate answers the score API's rule for voters.
func validate(v Validation, power float64) (allowed, known bool) {
	switch v.Name {
	case "", "any":
		return true, true
	case "basic":
		var params struct {
			MinScore float64 `json:"minScore"`
		}
		if json.Unmarshal(v.Params, &params) != nil {
			return false, false
		}
		return power >= params.MinScore, true
	}
	return false, false
}

func sum(fs []float64) float64 {
	total := 0.0
	for _, f := range fs {
		total += f
	}
	return total
}
