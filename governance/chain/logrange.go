package chain

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Ranges of blocks in one request for logs.
const (
	firstSpan = 2000
	maxSpan   = 1 << 20
	keepLimit = time.Hour // how long a node's limit is believed
)

// span is how many blocks of logs a node gives at once, as learned.
type span struct {
	step     uint64
	limit    uint64 // of blocks, as the node said or showed; 0 = none known
	limitEnd time.Time
	streak   int // answers since it was last refused
	patience int // answers before a larger range is tried again
	edge     uint64
}

const (
	firstPatience = 8
	maxPatience   = 512
)

func newSpan() span { return span{step: firstSpan} }

func (n *node) blocksAtOnce() uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.span.step
}

// gave learns from an answer about some blocks that took so many bytes.
func (n *node) gave(blocks uint64, size int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.span.grow(n.now(), blocks, size)
}

// refusedRange learns from a refusal and makes the next range smaller.
func (n *node) refusedRange(said string, from, to uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.span.shrink(n.now(), said, from, to)
}

// grow widens the range: at once up to what is known to work, and beyond what
// was refused only after many answers, since each try may be lost.
func (s *span) grow(now time.Time, blocks uint64, size int) {
	if blocks < s.step { // the end of the chain: it says nothing
		return
	}
	s.streak++
	if s.limit > 0 && now.After(s.limitEnd) {
		s.limit = 0
	}
	next := min(s.step*2, maxSpan)
	if s.limit > 0 {
		next = min(next, s.limit)
	}
	if size > maxAnswer/3 || next <= s.step || (next >= s.edge && s.edge > 0 && s.streak < s.patience) {
		return
	}
	s.step, s.streak = next, 0
}

// shrink takes the node's hint, or half of what it refused.
func (s *span) shrink(now time.Time, said string, from, to uint64) {
	asked := to - from + 1
	h := hintIn(said, from, to)
	next := asked / 2
	if h.blocks > 0 && h.blocks < asked {
		next = h.blocks
	}
	if s.patience = min(max(s.patience*2, firstPatience), maxPatience); h.fixed {
		s.limit, s.limitEnd = next, now.Add(keepLimit)
	}
	s.edge = asked
	s.step, s.streak = max(next, 1), 0
}

// hint is what an error says about a range that would work.
type hint struct {
	blocks uint64 // 0 = it does not say
	fixed  bool   // it is about blocks, not about what is in them: no larger range will ever work
}

// The forms in which nodes name a range that works. All in lower case.
const (
	rangeForms = `(?:try with this block range|this block range should work:?|retry with the range:?)\s*\[?(0x[0-9a-f]{1,16}|[0-9]{1,19})\s*[,-]\s*(0x[0-9a-f]{1,16}|[0-9]{1,19})\]?`
	countForms = `(?:limited to(?: a)?|maximum is set to:?|max(?:imum)?(?: allowed)?(?: block)? range(?: is)?:?|up to a|at most|maximum allowed is|max is|limit(?: is)?:?|less than|\([0-9]{1,19} >) ?([0-9][0-9,.]{0,20})(k?)\b`
)

// hintIn reads a node's words. It believes no range that does not begin where
// the question did, and none that is larger.
func hintIn(said string, from, to uint64) hint {
	text := strings.ToLower(said)
	if len(text) > 2000 {
		text = text[:2000]
	}
	var h hint
	ofContent := containsAny(text, "results", "logs matched", "response", "timeout", "timed out", "too big")
	h.fixed = containsAny(text, "block", "range") && !ofContent
	if m := regexp.MustCompile(rangeForms).FindStringSubmatch(text); m != nil {
		if low, ok := parseNumber(m[1]); ok && low == from {
			if high, ok := parseNumber(m[2]); ok && high >= low && high < to {
				h.blocks = high - low + 1
			}
		}
	}
	if h.fixed {
		if m := regexp.MustCompile(countForms).FindStringSubmatch(text); m != nil {
			if n, ok := parseCount(m[1], m[2]); ok && n <= to-from {
				h.blocks = n
			}
		}
	}
	return h
}

func containsAny(text string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

func parseNumber(text string) (uint64, bool) {
	n, err := strconv.ParseUint(text, 0, 64)
	return n, err == nil
}

// parseCount reads "10,000", "10.000" and "10k".
func parseCount(text, thousands string) (uint64, bool) {
	n, err := strconv.ParseUint(strings.NewReplacer(",", "", ".", "").Replace(text), 10, 64)
	if err != nil || n == 0 || n > math.MaxUint64/1000 {
		return 0, false
	}
	if thousands != "" {
		n *= 1000
	}
	return n, true
}
