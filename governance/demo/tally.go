package demo

import (
	"math"
	"slices"
	"sort"
)

// tally is how a proposal stood before the sequencer took its first vote for
// it: the ballots of the many whom the world does not hold one by one.
type tally struct {
	scores []float64
	total  float64
	votes  int
}

// counted is one ballot in a count.
type counted struct {
	choice any
	power  float64
}

// recount counts a proposal anew and says whether there is one.
func (w *World) recount(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.proposals[id] == nil {
		return false
	}
	if w.base[id] != nil {
		w.recountLocked(id, nil)
	}
	return true
}

// recountLocked sets the proposal's scores to what stood before with what the
// sequencer took; replaced is the voter's ballot before, if any.
func (w *World) recountLocked(id string, replaced *Vote) {
	p := *w.proposals[id]
	b := w.base[id]
	if b == nil {
		b = baseOf(&p)
		w.base[id] = b
	}
	if replaced != nil && !w.cast[replaced.ID] {
		b.votes = max(0, b.votes-1) // it was among those before; its power stays in their scores
	}
	ballots, total := []counted{}, b.total
	for _, v := range w.votes {
		if v.Proposal != id || !w.cast[v.ID] {
			continue
		}
		if choice, err := parseJS(v.Choice); err == nil {
			ballots = append(ballots, counted{choice, v.VP})
		}
		total += v.VP
	}
	now := w.cfg.Now().Unix()
	p.Scores, p.ScoresTotal, p.ScoresUpdated = b.scoresWith(&p, ballots), &total, &now
	p.ScoresByStrategy, p.VoteCount, p.ScoresState = byStrategy(p.Scores), b.votes+len(ballots), "pending"
	w.proposals[id] = &p
	w.index = nil
}

func baseOf(p *Proposal) *tally {
	b := &tally{scores: make([]float64, len(p.Choices)), votes: p.VoteCount}
	copy(b.scores, p.Scores)
	if p.ScoresTotal != nil {
		b.total = *p.ScoresTotal
	}
	return b
}

// scoresWith counts the ballots as Snapshot does for the type of voting. What
// is shielded counts in no choice until the end.
func (b *tally) scoresWith(p *Proposal, ballots []counted) []float64 {
	n := len(p.Choices)
	if len(b.scores) != n { // the proposal was edited since
		b.scores = append(b.scores, make([]float64, n)...)[:n]
	}
	if p.Privacy == "shutter" {
		return make([]float64, n)
	}
	var valid []counted
	for _, c := range ballots {
		if ok, _ := validChoice(p.Type, n, c.choice); ok {
			valid = append(valid, c)
		}
	}
	switch p.Type {
	case "quadratic":
		return b.quadratic(n, valid)
	case "ranked-choice":
		return runoff(n, append(b.orders(), orders(n, valid)...))
	case "copeland":
		return copeland(n, append(b.orders(), orders(n, valid)...))
	}
	return b.added(p.Type, valid)
}

// added is the count of every type whose ballots just add up.
func (b *tally) added(kind string, ballots []counted) []float64 {
	out := slices.Clone(b.scores)
	for _, c := range ballots {
		switch kind {
		case "approval":
			list, _ := indexes(c.choice, len(out))
			for _, i := range list {
				out[i] += c.power
			}
		case "weighted":
			shares, _ := weights(c.choice, len(out))
			for i, share := range shares {
				out[i] += share * c.power
			}
		default:
			n, _ := c.choice.(float64)
			out[int(n)-1] += c.power
		}
	}
	return out
}

// quadratic squares the sum of roots, and scales the result to the power that
// voted. What stood before is taken for one ballot a choice.
func (b *tally) quadratic(n int, ballots []counted) []float64 {
	out, total, squares := make([]float64, n), sum(b.scores), 0.0
	for i := range out {
		roots := math.Sqrt(b.scores[i])
		for _, c := range ballots {
			shares, _ := weights(c.choice, n)
			roots += math.Sqrt(shares[i] * c.power)
		}
		out[i] = roots * roots
		squares += out[i]
	}
	for _, c := range ballots {
		total += c.power
	}
	for i := range out {
		if squares > 0 {
			out[i] *= total / squares
		}
	}
	return out
}

// order is a ballot that ranks choices, counted from 0, best first.
type order struct {
	choices []int
	power   float64
}

func orders(n int, ballots []counted) []order {
	out := make([]order, 0, len(ballots))
	for _, c := range ballots {
		list, _ := indexes(c.choice, n)
		out = append(out, order{list, c.power})
	}
	return out
}

// orders takes what stood before for one ballot a choice, which ranks that
// choice first and the others by their scores.
func (b *tally) orders() []order {
	byScore := make([]int, len(b.scores))
	for i := range byScore {
		byScore[i] = i
	}
	sort.SliceStable(byScore, func(i, j int) bool { return b.scores[byScore[i]] > b.scores[byScore[j]] })
	var out []order
	for i, score := range b.scores {
		if score > 0 {
			rest := slices.DeleteFunc(slices.Clone(byScore), func(c int) bool { return c == i })
			out = append(out, order{append([]int{i}, rest...), score})
		}
	}
	return out
}

// runoff drops the weakest first choice until one has more than half, or two
// are left. The result is the last round's.
func runoff(n int, ballots []order) []float64 {
	left := make([]bool, n)
	for i := range left {
		left[i] = len(ballots) > 0 // every ballot names every choice
	}
	for {
		out, total, running := make([]float64, n), 0.0, 0
		for _, b := range ballots {
			if i := slices.IndexFunc(b.choices, func(c int) bool { return left[c] }); i >= 0 {
				out[b.choices[i]] += b.power
				total += b.power
			}
		}
		last := -1
		for i := range out {
			if left[i] {
				running++
				if last < 0 || out[i] < out[last] {
					last = i
				}
			}
		}
		if running < 3 || slices.Max(out) > total/2 {
			return out
		}
		left[last] = false
	}
}

// copeland compares every two choices and shares the power out by victories,
// ties broken by average support.
func copeland(n int, ballots []order) []float64 {
	pairs, support, total := make([][]float64, n), make([]float64, n), 0.0
	for i := range pairs {
		pairs[i] = make([]float64, n)
	}
	for _, b := range ballots {
		total += b.power
		for i, better := range b.choices {
			for _, worse := range b.choices[i+1:] {
				pairs[better][worse] += b.power
				pairs[worse][better] -= b.power
				support[better] += b.power
			}
		}
	}
	out := make([]float64, n)
	for i := range out {
		for j := range out {
			switch {
			case i != j && pairs[i][j] > 0:
				out[i] += 2
			case i != j && pairs[i][j] == 0:
				out[i]++
			}
		}
		if total > 0 && n > 1 {
			out[i] += support[i] / (float64(n-1) * total) / 2
		}
	}
	points := sum(out)
	for i := range out {
		if points > 0 {
			out[i] *= total / points
		}
	}
	return out
}
