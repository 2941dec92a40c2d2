package governor

import (
	"testing"
	"time"

	"mandate/governance"
)

// stretch is some blocks that took so many seconds each.
type stretch struct {
	blocks  uint64
	seconds float64
}

// blockBelow makes a block below the newest one, on stretches, the newest
// first; where l1 is given, Ethereum's blocks take so many seconds.
func blockBelow(head governance.Block, back uint64, l1 float64, stretches ...stretch) governance.Block {
	back = min(back, head.Number)
	out := governance.Block{Number: head.Number - back, Hash: "0x1", L1: head.L1}
	seconds, left := 0.0, back
	for i, s := range stretches {
		n := min(left, s.blocks)
		if i == len(stretches)-1 {
			n = left
		}
		seconds += float64(n) * s.seconds
		left -= n
	}
	out.Time = head.Time.Add(-time.Duration(seconds * float64(time.Second))).Truncate(time.Second)
	if l1 > 0 {
		out.L1 -= uint64(seconds / l1)
	}
	return out
}

func TestMeasure(t *testing.T) {
	blocks, l1 := governance.ClockBlocks, governance.ClockL1Blocks
	tests := []struct {
		name      string
		chain     uint64
		clock     governance.Clock
		height    uint64
		stretches []stretch
		l1        float64
		rate      float64 // within a hundredth
		off       [2]float64
	}{
		{"mainnet", 1, blocks, 23_000_000, []stretch{{1 << 30, 12.06}}, 0, 12.06, [2]float64{0.01, 0.01}},
		{"mainnet with missed slots", 1, blocks, 23_000_000, []stretch{{64, 12.6}, {1 << 30, 12.05}}, 0, 12.05, [2]float64{0.03, 0.06}},
		{"a demo on a sparse past", 1, blocks, 400, []stretch{{75, 1}, {1 << 30, 10_000}}, 0, 1, [2]float64{0.1, 0.1}},
		{"a demo that went on", 1, blocks, 3_000, []stretch{{2_700, 1}, {1 << 30, 10_000}}, 0, 1, [2]float64{0.1, 0.1}},
		{"a rate that just changed", 10, blocks, 100_000, []stretch{{40, 2}, {1 << 30, 10}}, 0, 5, [2]float64{0.5, 1}},
		{"slots became shorter", 100, blocks, 9_000_000, []stretch{{2_000, 2}, {1 << 30, 5}}, 0, 2, [2]float64{0.1, 0.1}},
		{"quarters of a second", 42170, blocks, 300_000_000, []stretch{{1 << 30, 0.25}}, 0, 0.25, [2]float64{0.01, 0.02}},
		{"quarters, busier before", 999, blocks, 300_000_000, []stretch{{2_000, 0.25}, {1 << 30, 1}}, 0, 0.25, [2]float64{0.1, 0.11}},
		{"all at once", 1, blocks, 80, []stretch{{1 << 30, 0}}, 0, 12, [2]float64{1, 1}},
		{"the first block", 1, blocks, 0, []stretch{{1 << 30, 1}}, 0, 12, [2]float64{1, 1}},
		{"ethereum through arbitrum", 42161, l1, 400_000_000, []stretch{{1 << 30, 0.25}}, 12.05, 12.05, [2]float64{0.01, 0.2}},
		{"ethereum cannot be quicker", 42161, l1, 400_000_000, []stretch{{1 << 30, 0.25}}, 6, 12, [2]float64{0.01, 0.01}},
		{"another one may", 5_000, l1, 400_000_000, []stretch{{1 << 30, 0.25}}, 2, 2, [2]float64{0.01, 0.2}},
		{"arbitrum without ethereum's number", 42161, l1, 400_000_000, []stretch{{1 << 30, 0.25}}, 0, 12, [2]float64{1, 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			head := governance.Block{Number: test.height, Hash: "0x1", Time: time.Unix(1_764_000_000, 0).UTC()}
			if test.l1 > 0 {
				head.L1 = 23_000_000
			}
			line := timeline{clock: test.clock, head: head}
			var since []governance.Block
			for _, back := range windows() {
				since = append(since, blockBelow(head, back, test.l1, test.stretches...))
			}
			line.measure(test.chain, since)
			if line.rate < test.rate*0.985 || line.rate > test.rate*1.015 || line.off < test.off[0]-1e-9 || line.off > test.off[1]+1e-9 {
				t.Errorf("%.3f s a block, off by %.3f; want %.3f, %v", line.rate, line.off, test.rate, test.off)
			}
		})
	}
}

// A moment between two sightings of Ethereum, one still to come, and numbers
// that lead out of any calendar.
func TestMoments(t *testing.T) {
	now := time.Unix(1_764_000_000, 0).UTC()
	seen := governance.Block{Number: 1_000, L1: 990, Time: now.Add(-10 * time.Minute)}
	line := timeline{clock: governance.ClockL1Blocks, rate: 12, off: 0.01, head: governance.Block{Number: 2_000, L1: 1_040, Time: now},
		known: map[uint64]governance.Block{990: seen, 1_010: {Number: 1_010, Hash: "0x2", Time: now.Add(-6 * time.Minute)}}}
	tests := []struct {
		name   string
		moment uint64
		at     time.Time
		off    [2]int64
	}{
		{"read from ethereum", 1_010, now.Add(-6 * time.Minute), [2]int64{lag, lag}},
		{"near a sighting", 991, seen.Time.Add(12 * time.Second), [2]int64{lag, lag + 1}},
		{"to come", 1_140, now.Add(20 * time.Minute), [2]int64{lag + 12, lag + 13}},
		{"never", 1 << 63, time.Unix(farthest, 0).UTC(), [2]int64{1 << 40 >> 4, farthest}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if at, off := line.at(test.moment); !at.Equal(test.at) || off < test.off[0] || off > test.off[1] {
				t.Errorf("%v, %d s off; want %v, %v", at, off, test.at, test.off)
			}
		})
	}
	seconds := timeline{clock: governance.ClockSeconds}
	if at, off := seconds.at(1<<64 - 1); at.Unix() != farthest || off != 0 {
		t.Errorf("the last second: %v, %d", at, off)
	}
}
