package governor

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
)

// fill makes rows of a scan: how its proposals stand by one reading, and when
// everything was by one request for headers.
func (v *venue) fill(ctx context.Context, c *cursor, head governance.Head, tip governance.Block, s *scan, b *governance.Batch) error {
	to := c.Next - 1
	at := tip.Number
	if to <= head.Finalized.Number {
		at = head.Finalized.Number
	}
	if err := v.rebuilds(ctx, s, b); err != nil {
		return err
	}
	if c.Since == 0 {
		c.Since = at
	}
	subjects := s.subjects(c.Since)
	r := reading{at: at, finalized: head.Finalized.Number, subjects: subjects, times: timeline{clock: v.g.Clock}}
	var err error
	if len(subjects) > 0 {
		if r.stands, r.nodes, err = v.stands(ctx, at, subjects, b); err != nil {
			return err
		}
	}
	if err := v.unfit(&r); err != nil {
		return err
	}
	more := s.headers()
	if to > head.Finalized.Number {
		more = append(more, tip.Number, to)
	}
	if len(subjects) > 0 {
		more = append(more, at)
	}
	if r.times, r.blocks, err = v.timeline(ctx, head, r.moments(), more, b); err != nil {
		return err
	}
	if err := unmoved(tip, to > head.Finalized.Number, r.blocks, s); err != nil {
		return err
	}
	if to > head.Finalized.Number {
		c.keep(head.Finalized, head.Finalized.Number)
		c.keep(r.blocks[to], head.Finalized.Number)
	}
	v.rows(s, &r, b)
	return nil
}

// unmoved refuses what was read when the chain changed under the reading, or
// when a log is of another block than the chain has.
func unmoved(tip governance.Block, open bool, blocks map[uint64]governance.Block, s *scan) error {
	if open && blocks[tip.Number].Hash != tip.Hash {
		return governance.Errorf(governance.Upstream, "The chain's newest blocks changed while they were read.")
	}
	check := func(l *types.Log) error {
		if x, ok := blocks[l.BlockNumber]; ok && x.Hash != l.BlockHash.Hex() {
			return governance.Errorf(governance.Upstream, "A node returned a log of block %d that is not in the chain.", l.BlockNumber)
		}
		return nil
	}
	for _, c := range s.created {
		if err := check(c.log); err != nil {
			return err
		}
	}
	for _, l := range s.logs {
		if err := check(l); err != nil {
			return err
		}
	}
	return nil
}

// subjects are the new proposals and those of which something happened after
// a block.
func (s *scan) subjects(since uint64) []subject {
	var out []subject
	for _, c := range s.created {
		out = append(out, subject{id: c.id, fresh: c})
		delete(s.touched, c.id.String())
	}
	var ids []string
	for id, block := range s.touched {
		if block > since || s.ended[id] != nil {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		out = append(out, subject{id: idNumber(id)})
	}
	return out
}

// anchors is between how many headers the times of logs are interpolated
// where the node tells none.
const anchors = 8

// headers are the blocks whose times the rows need.
func (s *scan) headers() []uint64 {
	var out []uint64
	for _, c := range s.created {
		out = append(out, c.log.BlockNumber)
	}
	var untimed []*types.Log
	for _, l := range s.logs {
		if l.BlockTimestamp == 0 {
			untimed = append(untimed, l)
		}
	}
	if n := len(untimed); n > 0 {
		for i := range anchors {
			out = append(out, untimed[(n-1)*i/(anchors-1)].BlockNumber)
		}
	}
	for _, l := range s.ended {
		out = append(out, l.BlockNumber)
	}
	return out
}

// reading is what was asked about a scan's proposals.
type reading struct {
	at, finalized uint64
	nodes         int
	subjects      []subject
	stands        []stand
	times         timeline
	blocks        map[uint64]governance.Block
	anchors       []uint64 // numbers of blocks, ascending
}

func (r *reading) moments() []uint64 {
	var out []uint64
	for _, st := range r.stands {
		if st.err == nil && r.times.clock != governance.ClockSeconds {
			out = append(out, st.start, st.end)
		}
	}
	return out
}

// rows puts proposals, counts and events into the batch.
func (v *venue) rows(s *scan, r *reading, b *governance.Batch) {
	b.Skipped = append(b.Skipped, s.skipped...)
	for i, sub := range r.subjects {
		st := r.stands[i]
		if st.err != nil {
			b.Skipped = append(b.Skipped, fmt.Sprintf("%s: proposal %s: %v", v.g.ID, sub.id, st.err))
			continue
		}
		count := v.count(sub.id, st, r)
		if l := s.ended[sub.id.String()]; l != nil {
			if when := r.time(l); when.Before(count.End) {
				count.End, count.Standing.EndOff = when, 0
			}
		}
		if sub.fresh == nil {
			b.Counts = append(b.Counts, count)
		} else {
			b.Proposals = append(b.Proposals, v.proposal(sub.fresh, st, count, r.blocks[sub.fresh.log.BlockNumber]))
		}
	}
	for i := range s.events {
		s.events[i].Time = r.time(s.logs[i])
	}
	b.Events = s.events
}

// time is when a log's block was: as the node says, as its header says, or in
// proportion between two headers.
func (r *reading) time(l *types.Log) time.Time {
	if l.BlockTimestamp > 0 {
		return time.Unix(int64(min(l.BlockTimestamp, farthest)), 0).UTC()
	}
	if x, ok := r.blocks[l.BlockNumber]; ok {
		return x.Time
	}
	if r.anchors == nil {
		for n := range r.blocks {
			r.anchors = append(r.anchors, n)
		}
		slices.Sort(r.anchors)
	}
	i, _ := slices.BinarySearch(r.anchors, l.BlockNumber)
	if i == 0 || i == len(r.anchors) {
		return time.Time{}
	}
	low, high := r.blocks[r.anchors[i-1]], r.blocks[r.anchors[i]]
	share := float64(l.BlockNumber-low.Number) / float64(high.Number-low.Number)
	return low.Time.Add(time.Duration(share * float64(high.Time.Sub(low.Time)))).Truncate(time.Second)
}
