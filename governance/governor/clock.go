package governor

import (
	"context"
	"math"
	"slices"
	"time"

	"mandate/governance"
)

// How blocks are told as times.
const (
	// enough is how many seconds a chain's present rate is measured over at
	// least, and fewest how many blocks, for single ones come early or late.
	enough, fewest = 60, 5
	// unlike is how far the present rate may be from that of the past, as a
	// share of it, before the past is taken for another chain's: one that made
	// blocks on demand, or changed its slots.
	unlike = 0.2
	// unsteady is the least share of a wait that such an estimate may be off by.
	unsteady = 0.1
	// slot is Ethereum's since the merge; missed ones only make blocks slower.
	slot = 12 * time.Second
	// leastSpread is the least share of a wait that an estimate may be off by.
	leastSpread = 0.01
	// lag is how far Arbitrum's view of Ethereum may be behind.
	lag = 60
	// farthest keeps hostile numbers inside of what a date can show: year 9999.
	farthest = 253402300799
)

// windows are how many blocks back a rate is measured from, shortest first.
func windows() []uint64 { return []uint64{32, 64, 256, 1024, 4096, 10_000} }

// timeline tells when the moments of a governor's clock are, seen from one
// block of its chain.
type timeline struct {
	clock governance.Clock
	head  governance.Block
	known map[uint64]governance.Block // by number in the clock's unit
	rate  float64                     // seconds a block
	off   float64                     // share of a wait that the estimate may be off by
}

// l1Of is the chain whose blocks an Arbitrum chain's contracts count.
func l1Of(chain uint64) uint64 {
	switch chain {
	case 42161, 42170:
		return 1
	case 421614:
		return 11155111
	}
	return 0
}

// timeline reads the headers that moments need, in one request, and those of
// more blocks of the governor's own chain, which it returns by their numbers.
func (v *venue) timeline(ctx context.Context, head governance.Head, moments, more []uint64, b *governance.Batch) (timeline, map[uint64]governance.Block, error) {
	t := timeline{clock: v.g.Clock, head: head.Latest, known: map[uint64]governance.Block{}}
	now := head.Latest.Number
	future := false
	for _, m := range moments {
		switch {
		case v.g.Clock == governance.ClockBlocks && m <= now:
			more = append(more, m)
		case v.g.Clock == governance.ClockBlocks:
			future = true
		case v.g.Clock == governance.ClockL1Blocks:
			future = true // past ones may need the rate as well
		}
	}
	if future {
		for _, back := range windows() {
			more = append(more, now-min(now, back))
		}
	}
	blocks, err := v.blocks(ctx, v.g.Chain, more, b)
	if err != nil {
		return t, nil, err
	}
	if future {
		var since []governance.Block
		for _, back := range windows() {
			since = append(since, blocks[now-min(now, back)])
		}
		t.measure(v.g.Chain, since)
	}
	if v.g.Clock == governance.ClockBlocks {
		t.known = blocks
	}
	if v.g.Clock == governance.ClockL1Blocks {
		err = v.ethereum(ctx, &t, moments, b)
		for _, x := range blocks {
			if _, exact := t.known[x.L1]; x.L1 > 0 && !exact {
				t.known[x.L1] = governance.Block{Time: x.Time, L1: x.L1}
			}
		}
	}
	return t, blocks, err
}

// ethereum reads the past moments of an l1-blocks clock from Ethereum itself
// where a node of it is there.
func (v *venue) ethereum(ctx context.Context, t *timeline, moments []uint64, b *governance.Batch) error {
	l1 := l1Of(v.g.Chain)
	if l1 == 0 || !v.nodes.Has(l1) {
		return nil
	}
	past := slices.DeleteFunc(slices.Clone(moments), func(m uint64) bool { return m == 0 || m > t.head.L1 })
	blocks, err := v.blocks(ctx, l1, past, b)
	if err != nil && ctx.Err() == nil {
		return nil // the estimate is enough
	}
	t.known = blocks
	return err
}

// blocks reads headers by number.
func (v *venue) blocks(ctx context.Context, chain uint64, numbers []uint64, b *governance.Batch) (map[uint64]governance.Block, error) {
	out := map[uint64]governance.Block{}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	if len(numbers) == 0 {
		return out, nil
	}
	b.Requests++
	got, err := v.nodes.Blocks(ctx, chain, numbers)
	if err != nil {
		return out, err
	}
	for _, x := range got {
		out[x.Number] = x
	}
	for _, n := range numbers {
		if _, ok := out[n]; !ok {
			return out, governance.Errorf(governance.Upstream, "The node of chain %d did not return block %d.", chain, n)
		}
	}
	return out, nil
}

// measure takes the rate from earlier blocks, the newest first. What the last
// minutes say counts where it is unlike what the longest window says.
func (t *timeline) measure(chain uint64, since []governance.Block) {
	rates := make([]float64, len(since))
	now := -1
	for i, x := range since {
		rates[i] = t.rateSince(x)
		if l1Of(chain) != 0 && t.clock == governance.ClockL1Blocks && rates[i] > 0 {
			rates[i] = max(rates[i], slot.Seconds())
		}
		if now < 0 && i > 0 && rates[i] > 0 && t.head.Time.Sub(x.Time).Seconds() >= enough && t.unit(t.head)-t.unit(x) >= fewest {
			now = i
		}
	}
	last := len(since) - 1
	if now < 0 {
		now = last
	}
	switch present, past := rates[now], rates[last]; {
	case present <= 0:
		t.rate, t.off = slot.Seconds(), 1 // nothing is known
	case math.Abs(present-past) > unlike*past:
		t.rate, t.off = present, min(1, max(unsteady, math.Abs(present-rates[max(now, 1)-1])/present))
	default:
		t.rate, t.off = past, max(leastSpread, math.Abs(present-past)/past)
	}
}

// rateSince is the seconds a block took since an earlier one, 0 = not known.
func (t *timeline) rateSince(since governance.Block) float64 {
	if n := t.unit(t.head); n > t.unit(since) {
		return max(0, t.head.Time.Sub(since.Time).Seconds()/float64(n-t.unit(since)))
	}
	return 0
}

// unit is a block's number in the clock's unit.
func (t *timeline) unit(x governance.Block) uint64 {
	if t.clock == governance.ClockL1Blocks {
		return x.L1
	}
	return x.Number
}

// at tells when a moment is, and by how many seconds that may be wrong.
func (t *timeline) at(moment uint64) (time.Time, int64) {
	if t.clock == governance.ClockSeconds {
		return time.Unix(int64(min(moment, farthest)), 0).UTC(), 0
	}
	if x, ok := t.known[moment]; ok && x.Hash != "" {
		if t.clock == governance.ClockL1Blocks {
			return x.Time, lag
		}
		return x.Time, 0
	}
	if t.clock == governance.ClockL1Blocks {
		return t.estimate(moment, t.nearest(moment), lag)
	}
	return t.estimate(moment, governance.Block{Number: t.head.Number, Time: t.head.Time}, t.rate)
}

// nearest is the block of the own chain that saw Ethereum closest to a moment.
func (t *timeline) nearest(moment uint64) governance.Block {
	best := governance.Block{Number: t.head.L1, Time: t.head.Time}
	for _, x := range t.known {
		if x.L1 > 0 && distance(x.L1, moment) < distance(best.Number, moment) {
			best = governance.Block{Number: x.L1, Time: x.Time}
		}
	}
	return best
}

func (t *timeline) estimate(moment uint64, from governance.Block, base float64) (time.Time, int64) {
	wait := float64(distance(moment, from.Number)) * t.rate
	if moment < from.Number {
		wait = -wait
	}
	at := min(max(float64(from.Time.Unix())+wait, 0), farthest)
	off := min(math.Ceil(math.Abs(wait)*t.off+base), farthest)
	return time.Unix(int64(at), 0).UTC(), int64(off)
}

func distance(a, b uint64) uint64 { return max(a, b) - min(a, b) }
