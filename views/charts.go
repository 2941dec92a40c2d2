package views

import (
	"math"
	"strconv"
)

// The fills of bars. They differ in print and without colour.
const (
	FillInk   = "ink"
	FillHatch = "hatch"
	FillDots  = "dots"
)

// NewBar is the bar of one choice with score of total votes in symbol.
func NewBar(label string, score, total float64, symbol, fill string) Bar {
	share := Share(score, total)
	text := Number(score)
	if score >= 1e9 {
		text = Compact(score)
	}
	if symbol != "" {
		text += " " + symbol
	}
	return Bar{Label: label, Text: text + " · " + share, Width: share, Fill: fill}
}

// NewMini is the bar of the leading choice and the next one in a table.
func NewMini(leader string, first, second, total float64) *MiniTally {
	share := Share(first, total)
	lead := Percent(safeRatio(first, total))
	return &MiniTally{Lead: share, Next: Share(second, total), Text: lead, Aria: leader + " leads with " + lead}
}

// NewQuorum draws turnout against the quorum. The drawing ends at twice the
// quorum or at the turnout, whichever is more.
func NewQuorum(name string, turnout, quorum float64) *QuorumBar {
	if !(quorum > 0) {
		return nil
	}
	end := math.Max(2*quorum, turnout)
	q := &QuorumBar{
		Name: name, Reached: turnout >= quorum, Text: Compact(turnout) + " of " + Compact(quorum),
		Width: Share(turnout, end), Line: Share(quorum, end),
	}
	q.Aria = Number(turnout) + " counted; the quorum line stands at " + Number(quorum)
	return q
}

// NewContrib draws one reason of a score. The drawing's half is 50 points
// or the largest of the list, whichever is more.
func NewContrib(text, note string, points, largest float64) Contrib {
	scale := math.Max(50, math.Abs(largest))
	c := Contrib{Text: text, Note: note, Points: Points(points), Against: points < 0, X: "50%"}
	width := math.Min(math.Abs(points)/scale, 1) * 50
	c.Zero = width < 0.5
	c.Width = percentOf(width)
	if points < 0 {
		c.X = percentOf(50 - width)
	}
	return c
}

// NewShift draws a proposal's score before and after a change of values.
// Without a score before, known is false.
func NewShift(before float64, known bool, after float64) Shift {
	x := func(v float64) string { return strconv.Itoa(180 + int(math.Round(clamp(v, -100, 100)*1.76))) }
	s := Shift{After: Points(after), XAfter: x(after), Aria: "score " + Points(after)}
	if known {
		s.Before, s.XBefore = Points(before), x(before)
		s.Range = "M" + s.XBefore + " 8H" + s.XAfter
		s.Aria = "from " + s.Before + " to " + s.After
	}
	return s
}

// MarkOpen begins the mark of quote n in the full text; first is false for
// the further pieces of a quote that spans elements.
func MarkOpen(n int, first bool) string {
	if !first {
		return `<mark data-of="q` + strconv.Itoa(n) + `">`
	}
	return `<mark id="q` + strconv.Itoa(n) + `">`
}

// MarkClose ends a mark; the last piece carries the way back to the claim.
func MarkClose(n int, last bool) string {
	if !last {
		return "</mark>"
	}
	s := strconv.Itoa(n)
	return ` <a class="ref" href="#c` + s + `" aria-label="Back to claim ` + s + `">↑ ` + s + `</a></mark>`
}

// Refs numbers the quotes of a page. The first place that names a quote is
// the one that its mark leads back to.
type Refs struct{ seen map[int]bool }

// Of makes references to the quotes with the given numbers.
func (r *Refs) Of(numbers ...int) []QuoteRef {
	if r.seen == nil {
		r.seen = map[int]bool{}
	}
	refs := make([]QuoteRef, 0, len(numbers))
	for _, n := range numbers {
		refs = append(refs, QuoteRef{N: strconv.Itoa(n), First: !r.seen[n]})
		r.seen[n] = true
	}
	return refs
}

func percentOf(v float64) string { return trimZeros(strconv.FormatFloat(v, 'f', 1, 64)) + "%" }

func safeRatio(part, total float64) float64 {
	if !(total > 0) {
		return 0
	}
	return part / total
}
