package actions

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// try tries a batch out: a queued proposal as a whole, by its governor, as
// anybody may execute it; else, or where that fails, call by call from the
// executor.
func (i Inspector) try(ctx context.Context, s *Subject, b batch, list []governance.Action, first int, now governance.Block, known Known) (*governance.Simulation, error) {
	switch {
	case over(s.Proposal):
		return &governance.Simulation{Why: "The proposal is over, so its calls are not tried out any more."}, nil
	case s.NoTrial:
		return &governance.Simulation{Why: "Several attempts to try the calls out ended in failures of the nodes, so it was left out. Calls can be made so that nodes give up on them."}, nil
	case b.executor == "":
		return &governance.Simulation{Why: "Who would make the calls is not known, so they were not tried out."}, nil
	}
	base := trial{chain: b.chain, at: now.Number, from: strings.ToLower(b.executor), time: executionTime(s, now.Time), now: now.Time}
	together, err := i.together(ctx, s, base, known)
	if err != nil || together != nil && together.OK && together.Method == "eth_simulateV1" {
		return together, err
	}
	each, left := base.each(s, b, list, first)
	out := &governance.Simulation{Block: base.at, From: common.HexToAddress(base.from).Hex()}
	if len(each.calls) > 0 {
		if out, err = each.run(ctx, i.Nodes, known); err != nil {
			return nil, err
		}
	}
	if together != nil {
		left = sumUp(out, together, left)
	}
	out.Why = strings.TrimSpace(out.Why + " " + left)
	return out, nil
}

// sumUp adds how the proposal went as a whole, and returns what is to be said
// of it.
func sumUp(out, together *governance.Simulation, left string) string {
	out.Method, out.Time = cmp.Or(out.Method, together.Method), together.Time
	out.OK = together.OK && (out.OK || len(out.Calls) == 0)
	out.Calls = append(out.Calls, together.Calls...)
	if together.OK {
		return left
	}
	return strings.TrimSpace("Executed as a whole the proposal would revert; how each call fares alone is shown beside it. " + left)
}

// together tries a queued proposal as a whole: anybody may have the governor
// execute it once its time has come. nil = it cannot be tried so.
func (i Inspector) together(ctx context.Context, s *Subject, base trial, known Known) (*governance.Simulation, error) {
	p, g := s.Proposal, s.Governor
	if g == nil || p.OnChain == nil || p.OnChain.ETA.IsZero() || p.Outcome != governance.Queued && p.OnChain.State != governance.Queued {
		return nil, nil
	}
	data := executeData(g.Family, p)
	if data == nil {
		return nil, nil
	}
	base.waits = p.OnChain.ETA.After(base.now)
	if base.by = strings.ToLower(p.Author); !common.IsHexAddress(base.by) {
		base.by = base.from
	}
	var out *governance.Simulation
	for _, value := range brought(g.Family, p.OnChain.Calls) {
		t := base
		t.calls = []trialCall{{index: -1, to: strings.ToLower(g.Address), value: value, data: data}}
		next, err := t.run(ctx, i.Nodes, known)
		switch {
		case err != nil:
			return nil, err
		case next.Method == "":
			return out, nil
		case value.Sign() > 0 && next.OK:
			next.Why = strings.TrimSpace(next.Why + " Whoever executes it has to bring the coins that it pays.")
		}
		if out = next; out.OK {
			break
		}
	}
	return out, nil
}

// each makes the trial of a batch: the executor makes the calls one after the
// other. left says what it leaves out.
func (t trial) each(s *Subject, b batch, list []governance.Action, first int) (_ trial, left string) {
	own, foreign := 0, 0
	for n := range list {
		a := &list[n]
		value, ok := new(big.Int).SetString(a.Value, 10)
		if !ok || value.Sign() < 0 || !common.IsHexAddress(a.Target) {
			continue
		}
		c := trialCall{index: first + n, to: strings.ToLower(a.Target), value: value, data: common.FromHex(a.Calldata)}
		switch {
		case ownCall(s.Governor, a):
			own++
			continue
		case s.Proposal.OnChain == nil && moduleAct(a, b.executor):
			if c.by = strings.ToLower(b.module); c.by == "" {
				foreign++
				continue
			}
		}
		t.calls = append(t.calls, c)
	}
	if own > 0 {
		left = "Calls of the governor to itself are left out: it lets them through only while it executes a proposal."
	}
	if foreign > 0 {
		left = strings.TrimSpace(left + " " + fmt.Sprintf("%d calls that a module would make through the Safe are left out: the proposal does not name the module.", foreign))
	}
	return t, left
}

// moduleAct: a plugin's delegatecall, which is written as the call of a module
// to the Safe.
func moduleAct(a *governance.Action, safe string) bool {
	sel := selectorOf("execTransactionFromModule(address,uint256,bytes,uint8)")
	return strings.EqualFold(a.Target, safe) && strings.HasPrefix(strings.ToLower(a.Calldata), "0x"+common.Bytes2Hex(sel[:]))
}

// ownCall: OpenZeppelin's governors take calls to themselves only while they
// execute (onlyGovernance).
func ownCall(g *governance.Governor, a *governance.Action) bool {
	if g == nil || !strings.EqualFold(a.Target, g.Address) {
		return false
	}
	switch g.Family {
	case governance.FamilyOZ4, governance.FamilyOZ5, governance.FamilyArbitrum, governance.FamilyAgora:
		return true
	case governance.FamilyAlpha, governance.FamilyBravo, governance.FamilyNouns, governance.FamilyAave:
	}
	return false
}

// executionTime is when the calls can run at the earliest.
func executionTime(s *Subject, now time.Time) time.Time {
	next := now.Add(12 * time.Second) // a block cannot have the time of the one before it
	p := s.Proposal
	if p.OnChain == nil {
		return next
	}
	due := p.OnChain.ETA
	if due.IsZero() {
		due = p.End
		if s.Governor != nil && s.Governor.Timelock != nil {
			due = due.Add(time.Duration(min(s.Governor.Timelock.MinDelay, 365*24*3600)) * time.Second)
		}
	}
	if due = due.Add(time.Second); due.After(now) {
		return due
	}
	return next
}
