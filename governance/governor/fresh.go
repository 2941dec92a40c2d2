package governor

import (
	"context"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// How far back an edited proposal's beginning is looked for: Nouns allow edits
// in the first days only.
const (
	lookBack  = 20_000 // blocks a step
	lookSteps = 20
)

// Fresh reads a proposal from the chain again, as it was created (and edited)
// and as it stands now. It returns NotFound where the block holds no such
// proposal, Conflict where it is not confirmed or the log does not fit the
// contract's answers, and Read's errors.
func (g *Governors) Fresh(ctx context.Context, of governance.Governor, ref governance.Ref, createdBlock uint64) (governance.Proposal, error) {
	v := g.venue(of, nil)
	var b governance.Batch
	head, err := v.nodes.Head(ctx, of.Chain)
	if err != nil {
		return governance.Proposal{}, err
	}
	at := confirmed(head)
	if createdBlock > at {
		return governance.Proposal{}, governance.Errorf(governance.Conflict, "The block of this proposal is not confirmed yet.")
	}
	to := createdBlock
	if of.Family == governance.FamilyNouns {
		to = at
	}
	c, err := v.story(ctx, idNumber(ref.ID()).String(), createdBlock, to, &b)
	if err != nil {
		return governance.Proposal{}, err
	}
	if c == nil {
		return governance.Proposal{}, governance.Errorf(governance.NotFound, "Block %d holds no proposal %s of this governor.", createdBlock, ref.ID())
	}
	return v.fresh(ctx, head, at, c, &b)
}

func (v *venue) fresh(ctx context.Context, head governance.Head, at uint64, c *creation, b *governance.Batch) (governance.Proposal, error) {
	r, err := v.look(ctx, head, at, []subject{{id: c.id, fresh: c}}, b, c.log.BlockNumber)
	if err != nil {
		return governance.Proposal{}, err
	}
	block := r.blocks[c.log.BlockNumber]
	switch st := r.stands[0]; {
	case st.err != nil:
		return governance.Proposal{}, governance.Wrap(governance.Conflict, st.err, "The node's log of this proposal does not fit what the governor says.")
	case block.Hash != c.log.BlockHash.Hex():
		return governance.Proposal{}, governance.Errorf(governance.Conflict, "The node's log of this proposal is of another block than the chain has.")
	default:
		return v.proposal(c, st, v.count(c.id, st, r), block), nil
	}
}

// story reads a proposal's creation and its edits in a range of blocks; nil
// where it was not created in it.
func (v *venue) story(ctx context.Context, id string, from, to uint64, b *governance.Batch) (*creation, error) {
	var p page
	err := v.whole(ctx, filter{[]common.Address{v.address}, [][]common.Hash{v.telling()}}, from, to, &p)
	b.Requests += p.requests
	if err != nil {
		return nil, err
	}
	s := v.newScan()
	s.add(p.logs)
	for _, c := range s.created {
		if c.id.String() == id {
			return c, nil
		}
	}
	return nil, nil
}

// telling are the topics of events that make or edit proposals.
func (v *venue) telling() []common.Hash {
	var out []common.Hash
	for _, s := range proposalShapes() {
		out = append(out, topicOf(v, s.signature))
	}
	return out
}

// rebuilds makes whole proposals of edits whose beginning lies further back.
func (v *venue) rebuilds(ctx context.Context, s *scan, b *governance.Batch) error {
	last := map[string]edit{}
	var order []string
	for _, e := range s.edits {
		if _, seen := last[e.id]; !seen {
			order = append(order, e.id)
		}
		last[e.id] = e
	}
	for _, id := range order {
		c, err := v.rebuild(ctx, last[id], b)
		switch {
		case err != nil:
			return err
		case c == nil:
			s.skip(last[id].log, "an edit of proposal "+id, errNoBeginning)
		default:
			s.create(c)
		}
	}
	return nil
}

// rebuild walks back from an edit to the proposal's creation.
func (v *venue) rebuild(ctx context.Context, e edit, b *governance.Batch) (*creation, error) {
	to := e.log.BlockNumber
	from := to
	for range lookSteps {
		from -= min(from, lookBack)
		from = max(from, v.g.StartBlock)
		c, err := v.story(ctx, e.id, from, to, b)
		if err != nil || c != nil || from <= v.g.StartBlock {
			return c, err
		}
	}
	return nil, nil
}
