package governor

import (
	"context"
	"strconv"

	"mandate/governance"
	"mandate/governance/ballot"
)

// nodeLag is how many blocks behind the newest one two nodes are compared, so that
// the slower one has the block too.
const nodeLag = 2

// Detect finds out what stands at an address: the family of governor, how it
// counts, its token, its timelock, how ballots for it are signed, each with
// evidence. Invalid errors say what stands there instead; Conflict: two nodes
// say different things; Denied: no node of the chain; else as Nodes.
func (g *Governors) Detect(ctx context.Context, chain uint64, address string) (governance.Governor, error) {
	s, err := g.survey(ctx, chain, address)
	if err != nil {
		return governance.Governor{}, err
	}
	family, err := s.family()
	if err != nil {
		return governance.Governor{}, err
	}
	out := s.start(family, g)
	if out.Clock, err = s.clock(); err != nil {
		return governance.Governor{}, err
	}
	s.counting(&out)
	if err := s.signing(&out); err != nil {
		return governance.Governor{}, err
	}
	s.extensions(&out)
	if err := g.surroundings(ctx, s, &out); err != nil {
		return governance.Governor{}, err
	}
	g.firstBlock(ctx, s, &out)
	out.Evidence = s.evidence
	return out, nil
}

// Changed reports whether other code stands behind the governor than when it
// was detected: a new implementation, or the same address with other code. It
// takes a handful of requests. Errors are those of Nodes.
func (g *Governors) Changed(ctx context.Context, of governance.Governor) (bool, error) {
	at, err := g.block(ctx, of.Chain)
	if err != nil {
		return false, err
	}
	c, err := g.stands(ctx, of.Chain, at.Number, of.Address)
	if err != nil {
		return false, err
	}
	return c.implementation != of.Implementation || c.hash() != of.CodeHash, nil
}

// block is the newest block that all nodes of the chain are likely to have.
func (g *Governors) block(ctx context.Context, chain uint64) (governance.Block, error) {
	if !g.nodes.Has(chain) {
		return governance.Block{}, governance.Errorf(governance.Denied, "No node of chain %d is configured: set MANDATE_RPC_%d, or choose a public one.", chain, chain)
	}
	head, err := g.nodes.Head(ctx, chain)
	if err != nil {
		return governance.Block{}, err
	}
	if g.nodes.Count(chain) < 2 || head.Latest.Number <= nodeLag {
		return head.Latest, nil
	}
	blocks, err := g.nodes.Blocks(ctx, chain, []uint64{head.Latest.Number - nodeLag})
	if err != nil {
		return governance.Block{}, err
	}
	if len(blocks) != 1 || blocks[0].Number != head.Latest.Number-nodeLag {
		return governance.Block{}, governance.Errorf(governance.Upstream, "The node of chain %d gave another block than was asked for.", chain)
	}
	return blocks[0], nil
}

// survey asks an address everything, and refuses what holds no contract.
func (g *Governors) survey(ctx context.Context, chain uint64, address string) (*survey, error) {
	address, err := ballot.Checksum(address)
	if err != nil {
		return nil, err
	}
	at, err := g.block(ctx, chain)
	if err != nil {
		return nil, err
	}
	s := &survey{chain: chain, at: at, address: address}
	s.listing, s.listed = listed(chain, address)
	if s.contract, err = g.stands(ctx, chain, at.Number, address); err != nil {
		return nil, err
	}
	switch c := s.contract; {
	case len(c.code) == 0:
		return nil, s.invalid("no contract stands there: it is an ordinary account, or the contract is on another chain")
	case c.delegated != "":
		return nil, s.invalid("it is an ordinary account that runs the code of " + c.delegated)
	case c.echo:
		return nil, s.invalid("the contract answers even a question that nobody could know, so nothing that it says can be believed")
	}
	if s.got, s.nodes, err = g.questions(ctx, chain, at.Number, governorProbes(address)); err != nil {
		return nil, err
	}
	s.found()
	return s, nil
}

func (s *survey) invalid(found string) error {
	return governance.Errorf(governance.Invalid, "There is no governor at %s on chain %d: %s.", s.address, s.chain, found)
}

// found notes what was seen before any question.
func (s *survey) found() {
	agreed := "one node says so; a second one would make this certain"
	if s.nodes > 1 {
		agreed = "two independent nodes gave the same answers"
	}
	s.note("nodes", strconv.Itoa(s.nodes), agreed)
	if c := s.contract; c.implementation != "" {
		s.note("proxy", c.implementation, "a "+c.proxy+": the rules are in the code at this address, and can be replaced")
	}
}

// start fills what needs no further question.
func (s *survey) start(family governance.Family, g *Governors) governance.Governor {
	out := governance.Governor{
		ID: governance.GovernorID(s.chain, s.address), Chain: s.chain, Address: s.address,
		Name: clean(s.got.text("name()"), 80), Family: family,
		Abstain: family != governance.FamilyAlpha && family != governance.FamilyAave,
		Reasons: s.reasons(family), Threshold: s.got.decimal("proposalThreshold()"),
		Implementation: s.contract.implementation, CodeHash: s.contract.hash(),
		Checked: g.now().UTC(), Block: s.at.Number, Listed: s.listed, StartBlock: s.listing.StartBlock,
	}
	out.VotingDelay, _ = numberOf(s.got["votingDelay()"], 0)
	out.VotingPeriod, _ = numberOf(s.got["votingPeriod()"], 0)
	out.DAO, out.DAOName = s.listing.DAO, s.listing.DAOName
	if !s.listed {
		out.DAO, out.DAOName = out.ID, out.Name
	}
	if out.DAOName == "" {
		out.DAOName = "Governor " + s.address[:8] + "…"
	}
	return out
}

// reasons: OpenZeppelin's always take a reason, Alpha's never, and forks of
// Bravo where the function is in the code.
func (s *survey) reasons(family governance.Family) bool {
	switch family {
	case governance.FamilyOZ4, governance.FamilyOZ5, governance.FamilyArbitrum, governance.FamilyAgora:
		return true
	case governance.FamilyAlpha, governance.FamilyAave:
		return false
	case governance.FamilyBravo, governance.FamilyNouns:
	}
	return s.has("castVoteWithReason(uint256,uint8,string)")
}

// firstBlock searches the block in which the contract came into being, so
// that reading need not begin with the chain's first. It takes an archive
// node; without one nothing is lost but time.
func (g *Governors) firstBlock(ctx context.Context, s *survey, out *governance.Governor) {
	if out.StartBlock > 0 {
		return
	}
	none, there := uint64(0), s.at.Number // no code at none, code at there
	for there-none > 1 && ctx.Err() == nil {
		middle := none + (there-none)/2
		codes, err := g.nodes.Code(ctx, s.chain, middle, []string{s.address})
		if err != nil {
			s.note("first block", "not found", "the node keeps no old state; reading begins with the chain's first block, which takes long")
			return
		}
		if len(codes[0]) > 0 {
			there = middle
		} else {
			none = middle
		}
	}
	out.StartBlock = there
	s.note("first block", strconv.FormatUint(there, 10), "the contract came into being here; reading begins with it")
}
