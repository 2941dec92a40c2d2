package governor

import (
	"encoding/json"

	"mandate/governance"
)

// confirmations is how many blocks a block must be under the newest one before
// it is read, where the chain's nodes know no safe block.
const confirmations = 12

// Bounds of what is read at once, so that memory stays flat however dense the
// logs are.
const (
	firstSpan = 64        // blocks; it grows at once where there is little
	mostSpan  = 2_000_000 // blocks
	someLogs  = 4_000     // a range is meant to have
	stepLogs  = 16_000    // a batch ends with the range that reaches them
	stepPages = 16        // ranges of a batch
	mostMarks = 64
)

// cursor is where reading is: everything below Next was read.
type cursor struct {
	Next uint64 `json:"next"`
	// Tail are blocks that were read while they could still be replaced, and
	// the newest that could not, oldest first.
	Tail []mark `json:"tail,omitempty"`
	// Since is the block at which everything read so far was looked up or
	// later: a log from before it tells nothing new about how things stand.
	Since uint64 `json:"since"`
	Span  uint64 `json:"span"`
	Rows  int    `json:"rows"` // proposals so far
	// Top is the highest number of a proposal so far, where they are numbered.
	Top uint64 `json:"top,omitempty"`
}

type mark struct {
	Number uint64 `json:"n"`
	Hash   string `json:"h"`
}

// parse reads a stored cursor; what is not one is the beginning.
func (v *venue) parse(stored string) cursor {
	var c cursor
	if err := json.Unmarshal([]byte(stored), &c); err != nil || stored == "" {
		c = cursor{}
	}
	c.Next = max(c.Next, v.g.StartBlock)
	if c.Span == 0 || c.Span > mostSpan {
		c.Span = firstSpan
	}
	return c
}

func (c cursor) text() string {
	data, _ := json.Marshal(c) // numbers and hex cannot fail
	return string(data)
}

// confirmed is the newest block that is read.
func confirmed(h governance.Head) uint64 {
	if h.Tags {
		return h.Safe.Number
	}
	return h.Latest.Number - min(h.Latest.Number, confirmations)
}

// fit adapts the span to what the last range gave.
func (c *cursor) fit(blocks uint64, logs int) {
	switch {
	case logs > someLogs:
		c.Span = max(1, blocks*someLogs/uint64(logs))
	case logs < someLogs/2 && blocks >= c.Span:
		c.Span = min(c.Span*8, mostSpan, blocks*someLogs/uint64(max(logs, 1)))
	}
}

// keep remembers the hash of a block that was read, and forgets those that
// are final but for the newest of them.
func (c *cursor) keep(b governance.Block, finalized uint64) {
	if n := len(c.Tail); b.Hash != "" && (n == 0 || c.Tail[n-1].Number < b.Number) {
		c.Tail = append(c.Tail, mark{b.Number, b.Hash})
	}
	for len(c.Tail) > 1 && c.Tail[1].Number <= finalized {
		c.Tail = c.Tail[1:]
	}
	if len(c.Tail) > mostMarks {
		c.Tail = append(c.Tail[:1:1], c.Tail[2:]...)
	}
}

// back returns to the last block that both histories have.
func (c *cursor) back(above uint64) {
	for len(c.Tail) > 0 && c.Tail[len(c.Tail)-1].Number > above {
		c.Tail = c.Tail[:len(c.Tail)-1]
	}
	c.Next, c.Since = above+1, min(c.Since, above)
	c.Top = 0 // its block is not kept: gaps are looked for from the next one on
}
