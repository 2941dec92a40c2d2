package actions

import (
	"context"
	"slices"
	"time"

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
// errors, so that it is tried again. Where a chain has no node the inspection
// says so and goes on; where two nodes disagree it believes neither, and the
// disagreement is a finding.
func (i Inspector) Inspect(ctx context.Context, s Subject) (governance.Inspection, error) {
	p := s.Proposal
	doc := text.New(p)
	out := governance.Inspection{Ref: p.Ref, ContentHash: p.ContentHash, Version: Version, Made: i.Now()}
	batches, faults := batchesOf(&s)
	c := Context{Title: doc.Title, Text: doc.Text, Flags: doc.Flags, Proposal: p, Governor: s.Governor, Past: s.Past, Votes: s.Votes, Now: out.Made, Mismatches: faults}
	var before []governance.CodeFact
	if s.Before != nil && s.Before.ContentHash == p.ContentHash {
		before = s.Before.Code
	}
	if !over(p) { // it may itself have changed what it names
		c.CodeBefore = before
	}
	c.Known = NewKnown(s.Governors, nil)
	for _, b := range batches {
		if err := i.batch(ctx, &c, &s, b); err != nil {
			return governance.Inspection{}, err
		}
	}
	for n := range c.Actions {
		c.Actions[n].Index = n
	}
	out.Actions, out.Findings, out.Simulation = c.Actions, Check(c), c.Simulation
	out.Code = firstSeen(before, c.Code)
	return out, nil
}

// firstSeen is what later readings are compared with: the first one of each
// address.
func firstSeen(before, now []governance.CodeFact) []governance.CodeFact {
	out := slices.Clone(before)
	for _, f := range now {
		if !slices.ContainsFunc(before, func(b governance.CodeFact) bool { return b.Chain == f.Chain && b.Address == f.Address }) {
			out = append(out, f)
		}
	}
	return out
}

// over: nothing of the proposal will run any more.
func over(p *governance.Proposal) bool {
	switch p.Outcome {
	case governance.Executed, governance.Canceled, governance.Defeated, governance.Expired, governance.Vetoed:
		return true
	}
	return false
}

// batch is the calls of one executor on one chain.
type batch struct {
	chain    uint64
	executor string // whose calls they are, "" = not known
	module   string // of Snapshot's plugins: what makes the Safe act
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
		out = append(out, batch{chain: f.ChainID, executor: f.Safe, module: f.Module, calls: f.Calls})
	}
	return out, faults
}

// batch decodes one batch and reads the chain for it.
func (i Inspector) batch(ctx context.Context, c *Context, s *Subject, b batch) error {
	list := Decode(Input{ChainID: b.chain, Calls: b.calls, Known: c.Known, Executor: b.executor})
	if len(list) == 0 {
		return nil
	}
	if i.Nodes == nil || !i.Nodes.Has(b.chain) {
		c.Actions = append(c.Actions, list...)
		if c.Simulation == nil {
			c.Simulation = &governance.Simulation{Why: "No node of this chain is set, so the calls were not tried out and the code of the contracts was not read."}
		}
		return nil
	}
	read := *c
	err := i.read(ctx, &read, s, b, list)
	switch governance.CodeOf(err) {
	case "":
		*c = read
		return nil
	case governance.Conflict: // nothing that was read counts
		c.Actions = append(c.Actions, list...)
		c.Disagreement = governance.MessageOf(err)
		c.Simulation = &governance.Simulation{Why: "The nodes of this chain disagree, so the calls were not tried out, and nothing that they say about the contracts is believed."}
		return nil
	}
	return err
}

// read adds to a context what the nodes say of a batch whose calls are list.
func (i Inspector) read(ctx context.Context, c *Context, s *Subject, b batch, list []governance.Action) error {
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
		list = Decode(Input{ChainID: b.chain, Calls: b.calls, Known: c.Known, Executor: b.executor})
	}
	first := len(c.Actions)
	c.Actions = append(slices.Clone(c.Actions), list...)
	code, err := codeFacts(ctx, i.Nodes, b.chain, at, b.born, places(list, b.chain))
	if err != nil {
		return err
	}
	c.Code = append(slices.Clone(c.Code), code...)
	held, err := treasury(ctx, i.Nodes, b.chain, at, b.executor, tokens, c.Known)
	if err != nil {
		return err
	}
	c.Treasury = append(slices.Clone(c.Treasury), held...)
	if c.Simulation == nil { // one trial a page: that of the first batch
		c.Simulation, err = i.try(ctx, s, b, list, first, head.Latest, c.Known)
	}
	return err
}
