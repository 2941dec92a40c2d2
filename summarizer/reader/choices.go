package reader

import (
	"strings"

	"mandate/governance"
)

// quoteChoices takes the lines that explain choices into the quotes, up to a
// third of the budget.
func (w *writer) quoteChoices() {
	floor := w.chosen.left * 2 / 3
	for _, label := range w.doc.Choices {
		i := w.labelled(label)
		if i < 0 {
			continue
		}
		u := &w.units[i]
		if u.to-u.from > 300 || w.chosen.left-w.chosen.cost(u.from, u.to) < floor {
			continue
		}
		w.chosen.take(u.from, u.to, i)
	}
}

// choiceItems says what each choice means.
func (w *writer) choiceItems() []governance.ChoiceMeaning {
	base := 1
	if w.proposal.Ref.Venue() == governance.VenueGovernor {
		base = 0
	}
	list := make([]governance.ChoiceMeaning, 0, len(w.doc.Choices))
	for i, label := range w.doc.Choices {
		c := governance.ChoiceMeaning{Index: i + base, Stance: w.stanced[i].stance}
		c.Meaning = meaning(label, c.Stance)
		if u := w.unitLabelled(label); u != nil {
			if s, ok := w.chosen.holds(u.from, u.to); ok {
				c.Quote = w.text[s.from:s.to]
				c.Meaning = clipText(plainText(c.Quote), 200)
			}
		}
		list = append(list, c)
	}
	return list
}

// meaning says what a choice does where the text does not.
func meaning(label string, stance governance.Stance) string {
	switch stance {
	case governance.Support:
		return "Accepts what is proposed: " + clipText(label, 120)
	case governance.Oppose:
		return "Rejects what is proposed: " + clipText(label, 120)
	case governance.AbstainVote:
		return "Takes no side; may count towards a quorum"
	}
	return "Picks “" + clipText(label, 120) + "” among the options"
}

// clipText shortens s to n code points at a word.
func clipText(s string, n int) string {
	s = strings.TrimSpace(s)
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	cut := string(runes[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:-–—") + "…"
}
