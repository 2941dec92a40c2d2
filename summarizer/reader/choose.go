package reader

import (
	"sort"
	"unicode/utf8"
)

// span is a quote in the making, in bytes.
type span struct {
	from, to int
	unit     int // -1: the title
}

// chooser spends the reading budget: all quotes of an assessment together
// must stay far shorter than the text.
type chooser struct {
	p     *page
	left  int    // code points
	spans []span // disjoint, by place
}

// maxQuote is the longest quote, in code points.
const maxQuote = 600

// budgetOf is how many code points of a text of that size may be quoted.
func budgetOf(size int) int { return max(500, min(1800, size*4/10)) }

func (p *page) size(from, to int) int { return utf8.RuneCountInString(p.text[from:to]) }

// cost is how many new code points a quote of from…to would take.
func (c *chooser) cost(from, to int) int {
	n := c.p.size(from, to)
	for _, s := range c.spans {
		if a, z := max(from, s.from), min(to, s.to); a < z {
			n -= c.p.size(a, z)
		}
	}
	return n
}

// take adds a quote if the budget allows and says whether it did.
func (c *chooser) take(from, to, unit int) bool {
	if from >= to || c.p.size(from, to) > maxQuote {
		return false
	}
	cost := c.cost(from, to)
	if cost > c.left {
		return false
	}
	merged := span{from, to, unit}
	kept := make([]span, 0, len(c.spans)+1)
	for _, s := range c.spans {
		if s.unit == unit && s.from <= merged.to && merged.from <= s.to {
			merged.from, merged.to = min(s.from, merged.from), max(s.to, merged.to)
			continue
		}
		kept = append(kept, s)
	}
	if c.p.size(merged.from, merged.to) > maxQuote {
		return false
	}
	c.left -= cost
	kept = append(kept, merged)
	sort.Slice(kept, func(i, j int) bool { return kept[i].from < kept[j].from })
	c.spans = kept
	return true
}

// holds returns the chosen quote that covers from…to.
func (c *chooser) holds(from, to int) (span, bool) {
	for _, s := range c.spans {
		if s.from <= from && to <= s.to {
			return s, true
		}
	}
	return span{}, false
}

// inUnit returns the longest chosen quote of a unit.
func (c *chooser) inUnit(unit int) (span, bool) {
	best, ok := span{}, false
	for _, s := range c.spans {
		if s.unit == unit && s.to-s.from > best.to-best.from {
			best, ok = s, true
		}
	}
	return best, ok
}

// fill spends what is left on the segments that are worth most.
func (c *chooser) fill(segments []segment) {
	order := make([]int, len(segments))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return segments[order[a]].share > segments[order[b]].share })
	misses, said := 0, map[string]bool{}
	for _, i := range order {
		s := segments[i]
		if s.share < 0.02 || c.left < 12 || misses > 60 {
			break
		}
		words := c.p.text[s.from:s.to]
		if said[words] {
			continue
		}
		said[words] = true
		if !c.take(s.from, s.to, s.unit) {
			misses++
			continue
		}
		c.join(s)
	}
}

// maxGap is how many code points between two quotes of a sentence are taken
// along to make one quote of them.
const maxGap = 6

// join closes small gaps between a new quote and its neighbours.
func (c *chooser) join(s segment) {
	for i := 0; i+1 < len(c.spans); i++ {
		a, b := c.spans[i], c.spans[i+1]
		if a.unit != s.unit || b.unit != s.unit || b.from < a.to {
			continue
		}
		if gap := c.p.size(a.to, b.from); gap > 0 && gap <= maxGap && gap <= c.left {
			c.take(a.from, b.to, s.unit)
			return
		}
	}
}
