package reader

import (
	"math"
	"strings"
)

// The features of a unit. Their weights were fitted on labelled proposals
// (see quality) and say how much more likely a unit with the feature holds
// something that a voter must know.
const (
	fBias = iota
	fRole // one for each role
	fItem = iota + int(roles) - 1
	fRow  = iota + int(roles) - 1
	fFirst
	fSecond
	fThird
	fEarly
	fLate
	fSectionFirst
	fSectionSecond
	fBlockFirst
	fAsks
	fIfPassed
	fWill
	fChange
	fFromTo
	fMoney
	fMoneyMany
	fNumber
	fPercent
	fDate
	fAddress
	fTitle
	fTitleShare
	fCentral
	fTiny
	fShort
	fMiddle
	fLong
	fHuge
	fQuestion
	fLink
	fLeadAsks
	fLead
	fLabel
	fLimit
	fReason
	fSelf
	fPast
	fHype
	fBold
	fOption
	fDense
	fAmountAsk
	fTail
	fRowChange
	fClauseFirst
	fClauseLate
	fClauseOnly
	fClauseAsks
	fClauseChange
	fClauseLimit
	fClauseReason
	fClauseMoney
	fClausePercent
	fClauseNumber
	fClauseTiny
	fClauseShort
	fClauseLong
	features
)

type vector [features]float64

// rank scores every segment: the share of it that a voter is expected to
// need. A unit's score is that of its best segment.
func (p *page) rank() []segment {
	segments := p.segments()
	for i, v := range p.features() {
		odds := 0.0
		for f, x := range v {
			odds += x * weights[f]
		}
		s := &segments[i]
		s.share = 1 / (1 + math.Exp(-odds))
		if u := &p.units[s.unit]; s.share > u.score {
			u.score = s.share
		}
	}
	return segments
}

// features returns the features of every segment.
func (p *page) features() []vector {
	central := p.centrality()
	title := p.stems.terms(strings.ToLower(head(p.title, 300)))
	var all []vector
	at, unit := -1, vector{}
	for _, s := range p.segments() {
		if s.unit != at {
			at, unit = s.unit, p.vector(s.unit, title, central)
		}
		v := unit
		p.segmentFeatures(&v, s)
		all = append(all, v)
	}
	return all
}

// segmentFeatures adds what tells one clause of a unit from another.
func (p *page) segmentFeatures(v *vector, s segment) {
	on := func(f int, holds bool) {
		if holds {
			v[f] = 1
		}
	}
	low := strings.ToLower(p.text[s.from:s.to])
	on(fClauseFirst, s.index == 0 && s.of > 1)
	on(fClauseLate, s.index > 1)
	on(fClauseOnly, s.of == 1)
	on(fClauseAsks, asks(low))
	on(fClauseChange, hasAny(low, changeCues))
	on(fClauseLimit, hasAny(low, limitCues))
	on(fClauseReason, hasAny(low, reasonCues))
	money, percent, number := false, false, false
	u := &p.units[s.unit]
	for _, a := range u.amounts {
		if a.From >= s.from && a.From < s.to {
			money, percent, number = money || a.Token != "", percent || a.Percent, true
		}
	}
	on(fClauseMoney, money)
	on(fClausePercent, percent)
	on(fClauseNumber, number)
	size := s.to - s.from
	on(fClauseTiny, size < 30)
	on(fClauseShort, size >= 30 && size < 60)
	on(fClauseLong, size >= 140)
}

// comparesIn reports whether a table sets what is against what is proposed.
func (p *page) comparesIn(table int) bool {
	i, ok := p.tables[table]
	return ok && strings.Contains(p.units[i].low, "current") && hasAny(p.units[i].low, []string{"propos", "recommend", "new", "after"})
}

// centrality says for each stem how often units of the text use it.
func (p *page) centrality() []float64 {
	count := make([]float64, len(p.stems.stems)+64)
	n := 0.0
	for i := range p.units {
		if p.units[i].noise {
			continue
		}
		n++
		for _, t := range p.units[i].terms {
			count[t]++
		}
	}
	for t := range count {
		count[t] = math.Log1p(count[t]) / math.Log1p(math.Max(n, 2))
	}
	return count
}

func (p *page) vector(i int, title []int, central []float64) vector {
	u := &p.units[i]
	var v vector
	on := func(f int, holds bool) {
		if holds {
			v[f] = 1
		}
	}
	v[fBias] = 1
	v[fRole+int(p.sectionOf(u).role)] = 1
	on(fItem, u.kind == itemUnit)
	on(fRow, u.kind == rowUnit)
	on(fRowChange, u.kind == rowUnit && p.comparesIn(u.table))
	on(fFirst, i == 0)
	on(fSecond, i == 1)
	on(fThird, i == 2)
	on(fEarly, i < 8)
	v[fLate] = float64(i) / float64(len(p.units))
	on(fTail, i > 40)
	on(fSectionFirst, u.inSection == 0)
	on(fSectionSecond, u.inSection == 1)
	on(fBlockFirst, u.inBlock == 0)
	p.wordFeatures(u, on)
	p.numberFeatures(u, on)
	if u.lead >= 0 && u.lead < i {
		v[fLead] = 1
		on(fLeadAsks, asks(p.units[u.lead].low))
	}
	on(fLabel, u.label != "")
	overlap := 0
	for _, t := range title {
		for _, have := range u.terms {
			if t == have {
				overlap++
			}
		}
	}
	v[fTitle] = float64(overlap) / float64(max(1, len(title)))
	v[fTitleShare] = float64(overlap) / float64(max(3, len(u.terms)))
	for _, t := range u.terms {
		v[fCentral] += central[t]
	}
	v[fCentral] /= float64(len(u.terms) + 3)
	v[fDense] = math.Log1p(float64(len(u.terms)))
	size := u.to - u.from
	on(fTiny, size < 30)
	on(fShort, size >= 30 && size < 70)
	on(fMiddle, size >= 70 && size < 140)
	on(fLong, size >= 220 && size < 320)
	on(fHuge, size >= 320)
	return v
}
