package reader

import (
	"context"
	"strings"

	"mandate/governance"
	"mandate/governance/text"
)

// Name is how assessments of this reader are signed.
const Name = "built-in"

// Reader explains proposals by rules alone. The zero value is ready.
type Reader struct{}

// New returns a Reader.
func New() *Reader { return &Reader{} }

// Name implements summarizer.Model.
func (*Reader) Name() string { return Name }

// Extract implements summarizer.Model. It returns no error but ctx's, takes
// time linear in the text, and uses no model.
func (r *Reader) Extract(ctx context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, governance.Usage, error) {
	if err := ctx.Err(); err != nil {
		return governance.Assessment{}, governance.Usage{}, err
	}
	w := newWriter(newPage(d), p)
	return w.assessment(), governance.Usage{}, nil
}

// writer puts an assessment together.
type writer struct {
	*page
	proposal *governance.Proposal
	stanced  []stanceOf
	found    []ask
	segments []segment
	chosen   chooser
	kind     governance.Kind
}

func newWriter(p *page, proposal *governance.Proposal) *writer {
	w := &writer{page: p, proposal: proposal}
	w.segments = p.rank()
	w.stanced = p.stances()
	w.found = p.asks(w.stanced)
	w.kind = p.kindOf(w.stanced, w.found)
	size := p.size(p.doc.Byte(p.doc.BodyAt), len(p.text))
	w.chosen = chooser{p: p, left: budgetOf(size)}
	return w
}

// assessment spends the budget in the order of what matters: what is asked,
// what the choices mean, then whatever ranks highest; items are made of the
// quotes that were chosen.
func (w *writer) assessment() governance.Assessment {
	a := governance.Assessment{Version: 1, Reader: Name, Kind: w.kind, Leanings: map[string]governance.Leaning{}, Faithfulness: 1, Flags: w.doc.Flags}
	w.quoteAsks()
	w.quoteChoices()
	w.quoteRisk()
	w.quoteLead()
	w.chosen.fill(w.segments)
	a.Asks = w.askItems()
	w.leaningItems(a.Leanings)
	a.Choices = w.choiceItems()
	w.sort(&a)
	a.Headline = w.headline()
	return a
}

// quoteAsks gives every ask its quote, up to two thirds of the budget.
func (w *writer) quoteAsks() {
	reserve := w.chosen.left / 3
	for i := range w.found {
		a := &w.found[i]
		if a.to <= a.from {
			continue
		}
		if w.chosen.left-w.chosen.cost(a.from, a.to) < reserve || !w.chosen.take(a.from, a.to, a.unit) {
			a.from, a.to = -1, -1
		}
	}
	kept := w.found[:0]
	for _, a := range w.found {
		if a.from >= 0 {
			kept = append(kept, a)
		}
	}
	w.found = kept
}

// leadUnits is how many sentences are quoted whole for the summary.
const leadUnits = 3

// quoteLead takes the sentences that rank highest as a whole, so that the
// summary reads well, as long as each takes no more than a third of the
// budget.
func (w *writer) quoteLead() {
	budget := w.chosen.left
	for range leadUnits {
		best := -1
		for i := range w.units {
			u := &w.units[i]
			if u.noise || u.kind == rowUnit || u.score == 0 || w.size(u.from, u.to)*3 > budget {
				continue
			}
			if _, taken := w.chosen.holds(u.from, u.to); !taken && (best < 0 || u.score > w.units[best].score) {
				best = i
			}
		}
		if best < 0 || !w.chosen.take(w.units[best].from, w.units[best].to, best) {
			return
		}
	}
}

// quoteRisk makes sure that a text which names risks is quoted on one, if
// that takes no more than a fifth of the budget.
func (w *writer) quoteRisk() {
	best := -1
	for i, s := range w.segments {
		if w.sectionOf(&w.units[s.unit]).role == roleAgainst && (best < 0 || s.share > w.segments[best].share) {
			best = i
		}
	}
	if best >= 0 && w.chosen.cost(w.segments[best].from, w.segments[best].to)*5 <= w.chosen.left {
		w.chosen.take(w.segments[best].from, w.segments[best].to, w.segments[best].unit)
	}
}

// item makes a claim of a quote: its own words, without Markdown.
func (w *writer) item(s span) governance.Item {
	quote := w.text[s.from:s.to]
	return governance.Item{Text: plainText(quote), Quote: quote, Start: w.doc.CodePoint(s.from), End: w.doc.CodePoint(s.to)}
}

func (w *writer) askItems() []governance.Ask {
	list := make([]governance.Ask, 0, len(w.found))
	for _, f := range w.found {
		ask := governance.Ask{Amount: f.value, Token: f.token, Recipient: f.payee, Schedule: f.schedule}
		if f.to > f.from {
			ask.Item = w.item(span{f.from, f.to, f.unit})
		}
		ask.Text = askText(f)
		list = append(list, ask)
	}
	return list
}

// askText says an ask in few words.
func askText(f ask) string {
	s := money(f.value, f.token)
	if f.payee != "" {
		s += " to " + f.payee
	}
	if f.schedule != "" {
		s += ", " + f.schedule
	}
	return s
}

// leaningItems backs each leaning with a quote; one without is dropped.
func (w *writer) leaningItems(into map[string]governance.Leaning) {
	all := w.leanings(w.kind, w.found)
	for _, d := range governance.Dimensions() { // in order: quotes share one budget
		e := all[d.Key]
		if e == nil || e.value() == 0 {
			continue
		}
		s, ok := w.evidenceSpan(e)
		if !ok {
			continue
		}
		it := w.item(s)
		into[d.Key] = governance.Leaning{Value: e.value(), Quote: it.Quote, Start: it.Start, End: it.End}
	}
}

// evidenceSpan finds a quote for evidence: the one chosen from its unit, the
// title, or new words if there is budget.
func (w *writer) evidenceSpan(e *evidence) (span, bool) {
	if e.unit >= 0 {
		if s, ok := w.chosen.inUnit(e.unit); ok {
			return s, true
		}
	}
	if e.unit == -1 && w.chosen.take(0, len(w.doc.Title), -1) {
		return span{0, len(w.doc.Title), -1}, true
	}
	if e.unit >= 0 && w.chosen.take(e.from, min(e.to, e.from+400), e.unit) {
		return span{e.from, min(e.to, e.from+400), e.unit}, true
	}
	return w.bestSpan()
}

// bestSpan is the chosen quote of the highest unit.
func (w *writer) bestSpan() (span, bool) {
	best, score := span{}, -1.0
	for _, s := range w.chosen.spans {
		if s.unit >= 0 && w.units[s.unit].score > score {
			best, score = s, w.units[s.unit].score
		}
	}
	return best, score >= 0
}

func money(value, token string) string {
	whole, fraction, _ := strings.Cut(value, ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	if token == "USD" {
		return "$" + b.String()
	}
	return b.String() + " " + token
}
