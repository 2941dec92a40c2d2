package governor

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
)

func sortHashes(list []common.Hash) {
	slices.SortFunc(list, func(a, b common.Hash) int { return bytes.Compare(a[:], b[:]) })
}

// compare asks whether the newest block that was read is still there. If not,
// it finds the newest that is and puts the rollback into the batch. ahead says
// that the node is behind what was read.
func (v *venue) compare(ctx context.Context, c *cursor, head governance.Head, b *governance.Batch) (ahead bool, err error) {
	tail := slices.Clone(c.Tail)
	for len(tail) > 0 && tail[len(tail)-1].Number > head.Latest.Number {
		tail, ahead = tail[:len(tail)-1], true
	}
	if len(tail) == 0 {
		return ahead, nil
	}
	last := tail[len(tail)-1]
	same, err := v.matching(ctx, []mark{last}, b)
	if err != nil || same > 0 {
		return ahead, err
	}
	if same, err = v.matching(ctx, tail, b); err != nil {
		return ahead, err
	}
	// Without any block in common everything is read again.
	above := v.g.StartBlock - min(v.g.StartBlock, 1)
	if same > 0 {
		above = tail[same-1].Number
	}
	c.back(above)
	if same == 0 {
		c.Next = v.g.StartBlock
	}
	b.Rollback, b.Share = &governance.Rollback{Governor: v.g.ID, Above: above}, 0
	v.log.WarnContext(ctx, "Blocks that were read are replaced.", "governor", v.g.ID, "above", above)
	return false, nil
}

// matching counts how many marks, from the oldest, the chain still has.
func (v *venue) matching(ctx context.Context, marks []mark, b *governance.Batch) (int, error) {
	var numbers []uint64
	for _, m := range marks {
		numbers = append(numbers, m.Number)
	}
	blocks, err := v.blocks(ctx, v.g.Chain, numbers, b)
	if err != nil {
		return 0, err
	}
	n := 0
	for n < len(marks) && blocks[marks[n].Number].Hash == marks[n].Hash {
		n++
	}
	return n, nil
}

// tip is the block up to which is read, as it is before reading.
func (v *venue) tip(ctx context.Context, head governance.Head, limit uint64, b *governance.Batch) (governance.Block, error) {
	if head.Tags {
		return head.Safe, nil
	}
	blocks, err := v.blocks(ctx, v.g.Chain, []uint64{limit}, b)
	return blocks[limit], err
}

// page is a range of blocks with its logs.
type page struct {
	logs     []types.Log
	to       uint64
	requests int
	err      error
}

// pages reads ranges until there are enough logs for a batch. The next range
// is fetched while one is decoded.
func (v *venue) pages(ctx context.Context, c *cursor, limit uint64, s *scan, b *governance.Batch) error {
	next := v.fetch(ctx, c.Next, min(limit, c.Next+c.Span-1))
	total := 0
	for n := 1; ; n++ {
		p := <-next
		b.Requests += p.requests
		if p.err != nil {
			return p.err
		}
		c.fit(p.to-c.Next+1, len(p.logs))
		c.Next = p.to + 1
		total += len(p.logs)
		more := c.Next <= limit && total < stepLogs && n < stepPages
		if more {
			next = v.fetch(ctx, c.Next, min(limit, c.Next+c.Span-1))
		}
		s.add(p.logs)
		if !more {
			s.foreign()
			return nil
		}
	}
}

func (v *venue) fetch(ctx context.Context, from, to uint64) <-chan page {
	out := make(chan page, 1)
	go func() { out <- v.page(ctx, from, to) }()
	return out
}

// page asks for one range, and for the watched delegations in it.
func (v *venue) page(ctx context.Context, from, to uint64) (p page) {
	var nodes int
	p.logs, p.to, nodes, p.err = v.nodes.AgreedLogs(ctx, v.g.Chain, from, to, v.main.addresses, v.main.topics)
	p.requests = max(1, nodes)
	if p.err == nil && (p.to < from || p.to > to) {
		p.err = governance.Errorf(governance.Upstream, "The node answered another range of blocks than asked.")
	}
	if p.err != nil || len(v.watched) == 0 {
		return p
	}
	for _, q := range v.watched {
		if p.err = v.whole(ctx, q, from, p.to, &p); p.err != nil {
			return p
		}
	}
	slices.SortFunc(p.logs, func(a, b types.Log) int {
		return cmp.Or(cmp.Compare(a.BlockNumber, b.BlockNumber), cmp.Compare(a.Index, b.Index))
	})
	p.logs = slices.CompactFunc(p.logs, func(a, b types.Log) bool { return a.BlockNumber == b.BlockNumber && a.Index == b.Index })
	return p
}

// whole reads a range to its end, in as many steps as the node wants.
func (v *venue) whole(ctx context.Context, q filter, from, to uint64, p *page) error {
	for from <= to {
		logs, reached, nodes, err := v.nodes.AgreedLogs(ctx, v.g.Chain, from, to, q.addresses, q.topics)
		p.requests += max(1, nodes)
		if err != nil {
			return err
		}
		if reached < from {
			return governance.Errorf(governance.Upstream, "The node answered another range of blocks than asked.")
		}
		p.logs, from = append(p.logs, logs...), reached+1
	}
	return nil
}
