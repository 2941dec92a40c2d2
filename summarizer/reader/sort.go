package reader

import (
	"sort"
	"strings"

	"mandate/governance"
)

// maxSummary is how many sentences a summary has.
const maxSummary = 3

// sort deals the chosen quotes out to the parts of the assessment.
func (w *writer) sort(a *governance.Assessment) {
	lead := w.summarySpans()
	var sentences []string
	for _, s := range lead {
		it := w.item(s)
		a.SummaryQuotes = append(a.SummaryQuotes, it)
		sentences = append(sentences, sentence(it.Text))
	}
	a.Summary = strings.Join(sentences, " ")
	for _, s := range w.chosen.spans {
		if s.unit < 0 {
			continue
		}
		part := w.part(s)
		if contains(lead, s) && part != roleAgainst {
			continue
		}
		it := w.item(s)
		if !tells(it.Quote) {
			continue
		}
		switch part {
		case roleAgainst:
			a.Against = append(a.Against, it)
		case roleFor:
			a.For = append(a.For, it)
		case roleVote:
			a.Questions = append(a.Questions, it)
		case roleMoney:
			a.WinnersLosers = append(a.WinnersLosers, it)
		default:
			a.Changes = append(a.Changes, it)
		}
	}
}

// tells reports whether a quote says something by itself: a label, a call to
// vote or a pointer to another page does not.
func tells(quote string) bool {
	plain := strings.ToLower(strings.TrimLeft(quote, "*_>#-(| \t"))
	for _, idle := range []string{"please ", "vote now", "original author", "author:", "forum post", "full breakdown", "read more", "see the thread", "discussion:", "http"} {
		if strings.HasPrefix(plain, idle) {
			return false
		}
	}
	words := strings.Fields(plain)
	return len(words) > 3 || strings.ContainsAny(plain, "0123456789") || !isASCII(plain)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func contains(list []span, s span) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// summarySpans picks the quotes that say most, in the order of the text.
func (w *writer) summarySpans() []span {
	list := make([]span, 0, len(w.chosen.spans))
	for _, s := range w.chosen.spans {
		if s.unit >= 0 && s.to-s.from >= 20 && !w.units[s.unit].noise && w.units[s.unit].kind != rowUnit && !w.isAddressList(s) {
			list = append(list, s)
		}
	}
	if len(list) == 0 {
		for _, s := range w.chosen.spans {
			if s.unit >= 0 {
				list = append(list, s)
			}
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return w.weight(list[i]) > w.weight(list[j]) })
	list = list[:min(maxSummary, len(list))]
	sort.Slice(list, func(i, j int) bool { return list[i].from < list[j].from })
	return list
}

// isAddressList: a quote that is mostly addresses is no sentence.
func (w *writer) isAddressList(s span) bool {
	n := 0
	for _, a := range w.units[s.unit].addresses {
		if a.From >= s.from && a.To <= s.to {
			n += a.To - a.From
		}
	}
	return n*2 > s.to-s.from
}

// weight prefers quotes that begin a sentence and say what is proposed.
func (w *writer) weight(s span) float64 {
	u := &w.units[s.unit]
	v := u.score
	if s.from <= u.from+4 {
		v += 0.15
	}
	if s.to >= u.to-2 {
		v += 0.1
	}
	if asks(u.low) {
		v += 0.15
	}
	if s.to-s.from < 45 {
		v -= 0.3
	}
	if u.kind == itemUnit {
		v -= 0.08
	}
	if w.sectionOf(u).role == roleAgainst {
		v -= 0.4
	}
	return v
}

// sentence closes a quote as a sentence of the summary.
func sentence(s string) string {
	s = strings.TrimRight(s, " ,;:-–—(")
	if s == "" {
		return s
	}
	switch s[len(s)-1] {
	case '.', '!', '?':
		return s
	}
	if strings.HasSuffix(s, "。") || strings.HasSuffix(s, "！") || strings.HasSuffix(s, "？") {
		return s
	}
	return s + "."
}

// part says where a quote belongs, as the role of its section and its own
// words show: for, against, who gains (roleMoney), questions (roleVote), or
// what changes.
func (w *writer) part(s span) role {
	u := &w.units[s.unit]
	low := strings.ToLower(w.text[s.from:s.to])
	switch r := w.sectionOf(u).role; {
	case strings.HasSuffix(strings.TrimSpace(low), "?"):
		return roleVote
	case r == roleAgainst || hasAny(low, againstCues):
		return roleAgainst
	case r == roleFor || hasAny(low, forCues):
		return roleFor
	case hasAny(low, gainCues):
		return roleMoney
	case r == roleWhy || r == roleBackground:
		return roleFor
	}
	return roleSpec
}

var againstCues = []string{"risk", "downside", "drawback", "however", "concern", "dilut", "disadvantage", "against", "could lose", "danger", "unfortunately", "not guarantee", "风险", "砸盘", "단점", "riesgo"}

var forCues = []string{"benefit", "because", "will help", "would help", "allows ", "enabl", "ensure", "improve", "advantage", "in order to", "so that", "incentivi", "better ", "opportunit", "good for", "believe", "장점", "ventaja", "should increase"}

var gainCues = []string{"holders will", "users will", "holders would", "users would", "stakers", "will receive", "would receive", "will lose", "at the expense", "recipients", "delegates will"}
