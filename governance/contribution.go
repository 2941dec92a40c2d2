package governance

import (
	"cmp"
	"math"
	"slices"
)

// pointsPerWeight is what one step of weight is worth when a principle and
// the proposal agree fully: weight 5 gives 50 of 100 points.
const pointsPerWeight = 10

// maxEvidence bounds the leanings that are read from one proposal; there are
// twelve dimensions.
const maxEvidence = 16

// evidence is one leaning of a proposal. Leanings whose places in the text
// touch or overlap share a group: they are one paragraph's word.
type evidence struct {
	dimension  string
	value      float64
	start, end int
	group      int
}

// evidenceOf lists a proposal's leanings, grouped by place, in a stable order.
func evidenceOf(leanings map[string]Leaning) []evidence {
	list := make([]evidence, 0, len(leanings))
	for key, l := range leanings {
		if l.Value == 0 {
			continue
		}
		e := evidence{dimension: key, value: float64(max(-2, min(2, l.Value)))}
		if l.Start >= 0 && l.Start < l.End {
			e.start, e.end = l.Start, l.End
		}
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.dimension, b.dimension))
	})
	list = list[:min(len(list), maxEvidence)]
	group, reach := -1, -1
	for i := range list {
		// A leaning without a place stands alone: nothing says that it
		// shares a paragraph.
		if list[i].end == 0 || list[i].start >= reach {
			group++
		}
		reach = max(reach, list[i].end)
		list[i].group = group
	}
	return list
}

// contributions weighs every principle against the proposal and returns one
// contribution for each, in the order of the principles, and their sum
// (-100…100, not rounded). One paragraph counts once in each direction: where
// several principles draw on it, they share the points of the strongest.
func contributions(f Facts, principles []Principle) ([]Contribution, float64) {
	found := evidenceOf(f.Leanings)
	list := make([]Contribution, len(principles))
	cells := make([][maxEvidence]float64, len(principles))
	for i, p := range principles {
		list[i] = Contribution{Source: "principle:" + p.ID, Text: p.Text, Weight: p.Weight}
		cells[i], list[i].Leaning = match(p, found)
		list[i].Quote = f.Leanings[list[i].Leaning].Quote
	}
	shareGroups(cells)
	return total(list, cells)
}

// match returns the points of one principle for each group of evidence, and
// the dimension that matched best. Within a group only the best match counts;
// over all groups a principle gives at most its weight.
func match(p Principle, found []evidence) (cells [maxEvidence]float64, best string) {
	var sum, bestSize float64
	for _, e := range found {
		want := p.Leanings[e.dimension]
		agreement := float64(max(-2, min(2, want))) * e.value / 4
		if math.Abs(agreement) > bestSize {
			best, bestSize = e.dimension, math.Abs(agreement)
		}
		if old := math.Abs(cells[e.group]); math.Abs(agreement) > old {
			sum += math.Abs(agreement) - old
			cells[e.group] = agreement
		}
	}
	scale := float64(max(1, min(5, p.Weight))) * pointsPerWeight / math.Max(1, sum)
	for g := range cells {
		cells[g] *= scale
	}
	return cells, best
}

// shareGroups scales each group's points, apart for each direction, so that
// together they are worth the strongest one.
func shareGroups(cells [][maxEvidence]float64) {
	for g := range maxEvidence {
		var up, down, maxUp, maxDown float64
		for i := range cells {
			up, maxUp = up+math.Max(0, cells[i][g]), math.Max(maxUp, cells[i][g])
			down, maxDown = down+math.Max(0, -cells[i][g]), math.Max(maxDown, -cells[i][g])
		}
		for i := range cells {
			switch {
			case cells[i][g] > 0:
				cells[i][g] *= maxUp / up
			case cells[i][g] < 0:
				cells[i][g] *= maxDown / down
			}
		}
	}
}

// total sums up the cells. Beyond ±100 the points are scaled, so that the
// list still adds up to the score.
func total(list []Contribution, cells [][maxEvidence]float64) ([]Contribution, float64) {
	var sum float64
	for i := range list {
		for _, points := range cells[i] {
			list[i].Points += points
		}
		sum += list[i].Points
	}
	scale := 1.0
	if math.Abs(sum) > 100 {
		scale = 100 / math.Abs(sum)
	}
	for i := range list {
		list[i].Points = roundTo(list[i].Points*scale, 1)
	}
	return list, sum * scale
}
