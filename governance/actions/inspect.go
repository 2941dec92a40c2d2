package actions

import (
	"context"
	"math/big"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
	"mandate/governance/text"
)

// Inspector finds out what proposals would do. Without Nodes it decodes and
// compares alone, and says what could not be read.
type Inspector struct {
	Nodes Nodes // nil = no network
	Now   func() time.Time
}

// Inspect decodes what a proposal would execute, reads what stands at the
// targets, tries the calls out, and applies the rules. It returns the nodes'
// errors; where a chain has no node the inspection says so and goes on.
// Conflict means that two nodes disagree: nothing of it may be believed.
func (i Inspector) Inspect(ctx context.Context, s Subject) (governance.Inspection, error) {
	p := s.Proposal
	doc := text.New(p)
	out := governance.Inspection{Ref: p.Ref, ContentHash: p.ContentHash, Version: Version, Made: i.Now()}
	batches, faults := batchesOf(&s)
	c := Context{Title: doc.Title, Text: doc.Text, Flags: doc.Flags, Proposal: p, Governor: s.Governor, Past: s.Past, Votes: s.Votes, Now: out.Made, Mismatches: faults}
	if s.Before != nil && s.Before.ContentHash == p.ContentHash {
		c.CodeBefore = s.Before.Code
	}
	listed := NewKnown(s.Governors, nil)
	c.Known = listed
	for _, b := range batches {
		if err := i.batch(ctx, &c, &s, b, listed); err != nil {
			return governance.Inspection{}, err
		}
	}
	for n := range c.Actions {
		c.Actions[n].Index = n
	}
	out.Actions, out.Findings, out.Simulation = c.Actions, Check(c), c.Simulation
	if out.Code = c.CodeBefore; len(out.Code) == 0 {
		out.Code = c.Code // what is compared with later
	}
	return out, nil
}

// batch is the calls of one executor on one chain.
type batch struct {
	chain    uint64
	executor string
	calls    []governance.Call
	born     uint64 // block of the proposal on this chain, 0 = elsewhere
}

// batchesOf takes the calls from where the proposal has them. What cannot be
// read is a fault in words.
func batchesOf(s *Subject) (out []batch, faults []string) {
	p := s.Proposal
	if o := p.OnChain; o != nil {
		chain, _, err := governance.ParseGovernorID(o.Governor)
		if err != nil {
			return nil, []string{governance.MessageOf(err)}
		}
		b := batch{chain: chain, calls: o.Calls, born: o.Block}
		if g := s.Governor; g != nil {
			if b.executor = g.Address; g.Timelock != nil {
				b.executor = g.Timelock.Address
			}
		}
		return []batch{b}, nil
	}
	found, err := Plugins(p.Plugins, p.Network)
	if err != nil {
		faults = append(faults, governance.MessageOf(err))
	}
	for _, f := range found {
		out = append(out, batch{chain: f.ChainID, executor: f.Safe, calls: f.Calls})
	}
	return out, faults
}

// batch decodes one batch and reads the chain for it.
func (i Inspector) batch(ctx context.Context, c *Context, s *Subject, b batch, listed Known) error {
	in := Input{ChainID: b.chain, Calls: b.calls, Known: c.Known, Executor: b.executor}
	list := Decode(in)
	readable := i.Nodes != nil && i.Nodes.Has(b.chain) && len(list) > 0
	if !readable {
		c.Actions = append(c.Actions, list...)
		if len(list) > 0 && c.Simulation == nil {
			c.Simulation = &governance.Simulation{Why: "No node of this chain is set, so the calls were not tried out and the code of the contracts was not read."}
		}
		return nil
	}
	head, err := i.Nodes.Head(ctx, b.chain)
	if err != nil {
		return err
	}
	at := head.Latest.Number
	tokens := tokensOf(list, b.chain)
	more, err := readTokens(ctx, i.Nodes, b.chain, at, tokens, c.Known)
	if err != nil {
		return err
	}
	if len(more) > 0 { // now amounts can be told in whole tokens
		c.Known = NewKnown(s.Governors, more)
		in.Known = c.Known
		list = Decode(in)
	}
	first := len(c.Actions)
	c.Actions = append(c.Actions, list...)
	code, err := codeFacts(ctx, i.Nodes, b.chain, at, b.born, places(list, b.chain))
	if err != nil {
		return err
	}
	c.Code = append(c.Code, code...)
	if b.executor == "" {
		return nil
	}
	held, err := treasury(ctx, i.Nodes, b.chain, at, b.executor, tokens, c.Known, listed)
	if err != nil {
		return err
	}
	c.Treasury = append(c.Treasury, held...)
	if c.Simulation != nil { // one trial a page: that of the first batch
		return nil
	}
	t, left := trialOf(s, b, list, first, at, head.Latest.Time)
	if len(t.calls) == 0 {
		c.Simulation = &governance.Simulation{Why: left}
		return nil
	}
	if c.Simulation, err = t.run(ctx, i.Nodes, c.Known); err == nil && left != "" {
		c.Simulation.Why = strings.TrimSpace(c.Simulation.Why + " " + left)
	}
	return err
}

// trialOf makes the trial of a batch: the executor makes the calls one after
// the other. What is over needs none.
func trialOf(s *Subject, b batch, list []governance.Action, first int, at uint64, now time.Time) (t trial, left string) {
	p := s.Proposal
	switch p.Outcome {
	case governance.Executed, governance.Canceled, governance.Defeated, governance.Expired, governance.Vetoed:
		return trial{}, "The proposal is over, so its calls are not tried out any more."
	}
	t = trial{chain: b.chain, at: at, from: strings.ToLower(b.executor), time: executionTime(s, now)}
	self := 0
	for n := range list {
		a := &list[n]
		value, ok := new(big.Int).SetString(a.Value, 10)
		if !ok || value.Sign() < 0 || !common.IsHexAddress(a.Target) {
			continue
		}
		if ownCall(s.Governor, a) {
			self++
			continue
		}
		t.calls = append(t.calls, trialCall{index: first + n, to: strings.ToLower(a.Target), value: value, data: common.FromHex(a.Calldata)})
	}
	if self > 0 {
		left = "Calls of the governor to itself are left out: it lets them through only while it executes a proposal."
	}
	return t, left
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
	}
	return false
}

// executionTime is when the calls can run at the earliest.
func executionTime(s *Subject, now time.Time) time.Time {
	p := s.Proposal
	if p.OnChain == nil {
		return now
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
	return now.Add(12 * time.Second) // the next block
}
