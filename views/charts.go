package views

import (
	"math"
	"strconv"
	"strings"
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
		return "<mark>"
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

// DiffLines compares two texts line by line and keeps context lines around
// each change. It cuts after limit lines and returns how many were left out.
// The work is bounded: above four million pairs of changed lines the texts
// are given whole,
// the old one removed and the new one added.
func DiffLines(old, now string, context, limit int) (lines []DiffLine, cut int) {
	all := compareLines(strings.Split(old, "\n"), strings.Split(now, "\n"))
	keep := make([]bool, len(all))
	for i, l := range all {
		if l.Kind == ' ' {
			continue
		}
		for j := max(0, i-context); j <= min(len(all)-1, i+context); j++ {
			keep[j] = true
		}
	}
	for i, l := range all {
		switch {
		case !keep[i]:
		case len(lines) < limit:
			lines = append(lines, l)
		default:
			cut++
		}
	}
	return lines, cut
}

// compareLines sets equal lines at both ends apart before aligning the rest.
func compareLines(a, b []string) []DiffLine {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	out := appendLines(nil, ' ', a[:head])
	out = append(out, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	return appendLines(out, ' ', a[len(a)-tail:])
}

const maxDiffCells = 4_000_000

// middle aligns what differs by the longest common subsequence.
func middle(a, b []string) []DiffLine {
	if len(a)*len(b) > maxDiffCells || len(a) == 0 || len(b) == 0 {
		return appendLines(appendLines(nil, '-', a), '+', b)
	}
	w := len(b) + 1
	common := make([]uint16, (len(a)+1)*w)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i*w+j] = common[(i+1)*w+j+1] + 1
			} else {
				common[i*w+j] = max(common[(i+1)*w+j], common[i*w+j+1])
			}
		}
	}
	var out []DiffLine
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			out = append(out, DiffLine{' ', a[i]})
			i, j = i+1, j+1
		case common[(i+1)*w+j] >= common[i*w+j+1]:
			out = append(out, DiffLine{'-', a[i]})
			i++
		default:
			out = append(out, DiffLine{'+', b[j]})
			j++
		}
	}
	return appendLines(appendLines(out, '-', a[i:]), '+', b[j:])
}

func appendLines(out []DiffLine, kind byte, lines []string) []DiffLine {
	for _, l := range lines {
		out = append(out, DiffLine{kind, l})
	}
	return out
}
