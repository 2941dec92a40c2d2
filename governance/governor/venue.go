package governor

import (
	"context"
	"sync"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// venue reads one governor. It remembers only what cannot change.
type venue struct {
	*Governors
	g        governance.Governor
	address  common.Address
	shapes   map[common.Hash]shape
	emitters map[common.Address]origin
	main     filter
	watched  []filter

	mu     sync.Mutex
	starts map[string]uint64 // vote starts by proposal id
}

// filter says which logs are asked for.
type filter struct {
	addresses []common.Address
	topics    [][]common.Hash
}

// Venue makes the reader of a governor's proposals, votes and settings, and of
// the delegations at its token that the watched addresses give or get.
func (g *Governors) Venue(of governance.Governor, watch []string) governance.Venue {
	return g.venue(of, watch)
}

func (g *Governors) venue(of governance.Governor, watch []string) *venue {
	v := &venue{
		Governors: g, g: of, address: common.HexToAddress(of.Address), shapes: eventShapes(),
		emitters: map[common.Address]origin{}, starts: map[string]uint64{},
	}
	v.emitters[v.address] |= atGovernor
	v.main.addresses = []common.Address{v.address}
	if of.Timelock != nil && common.HexToAddress(of.Timelock.Address) != v.address {
		timelock := common.HexToAddress(of.Timelock.Address)
		v.emitters[timelock] |= atTimelock
		v.main.addresses = append(v.main.addresses, timelock)
	}
	v.main.topics = [][]common.Hash{v.topics(atGovernor | atTimelock)}
	if token := common.HexToAddress(of.Token.Address); len(watch) > 0 && token != (common.Address{}) {
		v.emitters[token] |= atToken
		v.watch(token, watch)
	}
	return v
}

// topics are the first topics of what the origins emit, in a steady order.
func (v *venue) topics(at origin) []common.Hash {
	var out []common.Hash
	for topic, s := range v.shapes {
		if s.at&at != 0 {
			out = append(out, topic)
		}
	}
	sortHashes(out)
	return out
}

// watch asks for delegations by an address, away from it, and to it: topics
// at different places cannot be asked for together.
func (v *venue) watch(token common.Address, watch []string) {
	var who []common.Hash
	for _, w := range watch {
		who = append(who, argument(common.HexToAddress(w)))
	}
	changes := []common.Hash{topicOf(v, "DelegateChanged(address,address,address)")}
	all := append(changes, topicOf(v, "DelegateChanged(address,(address,uint96)[],(address,uint96)[])"),
		topicOf(v, "DelegateChanged(address,address,uint96)"))
	at := []common.Address{token}
	v.watched = []filter{
		{at, [][]common.Hash{all, who}},
		{at, [][]common.Hash{changes, nil, who}},
		{at, [][]common.Hash{changes, nil, nil, who}},
	}
}

func topicOf(v *venue, signature string) common.Hash {
	for topic, s := range v.shapes {
		if s.signature == signature {
			return topic
		}
	}
	return common.Hash{}
}

// Source implements governance.Venue.
func (v *venue) Source() string { return v.g.ID }

// Read implements governance.Venue: the next ranges of confirmed blocks, with
// how their proposals stand. Where a block that was read is no more, it says
// so and goes back to the last one that is. It returns Upstream, Limited,
// Denied and Conflict errors, and the context's.
func (v *venue) Read(ctx context.Context, _ governance.Scope, stored string) (governance.Batch, error) {
	c := v.parse(stored)
	b := governance.Batch{Requests: 1, Share: 1}
	head, err := v.nodes.Head(ctx, v.g.Chain)
	if err != nil {
		return b, err
	}
	limit := confirmed(head)
	ahead, err := v.compare(ctx, &c, head, &b)
	if err != nil || ahead || b.Rollback != nil || c.Next > limit {
		b.Done = b.Rollback == nil
		b.Next = c.text()
		return b, err
	}
	tip, err := v.tip(ctx, head, limit, &b)
	if err != nil {
		return b, err
	}
	s := v.newScan()
	if err := v.pages(ctx, &c, limit, s, &b); err != nil {
		return b, err
	}
	if err := v.fill(ctx, &c, head, tip, s, &b); err != nil {
		return b, err
	}
	if err := v.gaps(ctx, &c, head, limit, &b); err != nil {
		return b, err
	}
	c.Rows += len(b.Proposals)
	b.Done, b.Next = c.Next > limit, c.text()
	v.progress(&c, limit, &b)
	return b, nil
}

// progress tells how far reading is, by blocks.
func (v *venue) progress(c *cursor, limit uint64, b *governance.Batch) {
	if b.Done || limit <= v.g.StartBlock {
		return
	}
	b.Share = float64(c.Next-v.g.StartBlock) / float64(limit-v.g.StartBlock+1)
	if b.Share > 0 {
		b.Estimate = int(float64(c.Rows) * (1 - b.Share) / b.Share)
	}
}
