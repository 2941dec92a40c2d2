package quality

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"mandate/governance"
	"mandate/governance/text"
)

// Assess explains one proposal.
type Assess func(ctx context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, error)

// Report holds the figures, each 0…1 unless it says otherwise.
type Report struct {
	Proposals      int
	Kind           float64 // the label's kind, or one that it calls as good
	KindExact      float64 // the label's kind only
	Asks           float64 // F1 of (amount, token), mean over proposals; none asked and none found is 1
	AsksPooled     float64 // F1 over all asks together
	Recipients     float64 // share of asks with a payee whose payee was found, mean over proposals
	Stances        float64 // per choice
	Misleading     float64 // per choice, where the labels mislead
	Facts          float64 // covered by quotes, mean over proposals
	Leanings       float64 // labelled leanings whose sign was found
	LeaningsFound  float64 // found leanings whose sign is the label's
	Literal        float64 // quotes that stand in the text where they say
	OverBudget     int     // assessments that quote more than they may
	QuotedPerText  float64 // code points quoted, share of the text
	EmptyHeadlines int
}

// String is one line a figure.
func (r Report) String() string {
	var b strings.Builder
	for _, f := range r.Figures() {
		fmt.Fprintf(&b, "%-16s %.3f\n", f.Name, f.Value)
	}
	fmt.Fprintf(&b, "%-16s %d\n", "over budget", r.OverBudget)
	return b.String()
}

// Figure is a named figure of a report.
type Figure struct {
	Name  string
	Value float64
}

// Figures lists the figures in the order of the report.
func (r Report) Figures() []Figure {
	return []Figure{{"kind", r.Kind}, {"kind exact", r.KindExact}, {"asks F1", r.Asks}, {"asks F1 pooled", r.AsksPooled}, {"recipients", r.Recipients},
		{"stances", r.Stances}, {"misleading", r.Misleading}, {"facts", r.Facts}, {"leanings", r.Leanings}, {"leanings found", r.LeaningsFound}, {"literal", r.Literal}}
}

// ratio is a share that is counted up.
type ratio struct{ hit, all float64 }

func (r *ratio) add(hit bool) {
	r.all++
	if hit {
		r.hit++
	}
}

func (r *ratio) mean(v float64) { r.hit += v; r.all++ }

func (r ratio) value() float64 {
	if r.all == 0 {
		return 0
	}
	return r.hit / r.all
}

// tally holds the counts of a run.
type tally struct {
	kind, kindExact, asks, recipients, stances, misleading, facts, leanings, found, literal, quoted ratio
	askHit, askFound, askAll                                                                        float64
	over, empty                                                                                     int
}

// Run assesses every case and returns the figures. It stops at the first
// error of assess or of ctx.
func Run(ctx context.Context, cases []Case, assess Assess) (Report, error) {
	var t tally
	for i := range cases {
		if err := ctx.Err(); err != nil {
			return Report{}, err
		}
		a, err := assess(ctx, cases[i].Document, &cases[i].Proposal)
		if err != nil {
			return Report{}, fmt.Errorf("assess %s: %w", cases[i].Label.ID, err)
		}
		t.count(&cases[i], a)
	}
	pooled := 0.0
	if t.askFound+t.askAll > 0 {
		pooled = 2 * t.askHit / (t.askFound + t.askAll)
	}
	return Report{Proposals: len(cases), Kind: t.kind.value(), KindExact: t.kindExact.value(), Asks: t.asks.value(), AsksPooled: pooled,
		Recipients: t.recipients.value(), Stances: t.stances.value(), Misleading: t.misleading.value(), Facts: t.facts.value(),
		Leanings: t.leanings.value(), LeaningsFound: t.found.value(), Literal: t.literal.value(), OverBudget: t.over,
		QuotedPerText: t.quoted.value(), EmptyHeadlines: t.empty}, nil
}

func (t *tally) count(c *Case, a governance.Assessment) {
	alternative := false
	for _, k := range c.Label.KindAlt {
		alternative = alternative || governance.Kind(k) == a.Kind
	}
	t.kindExact.add(a.Kind == c.Label.Kind)
	t.kind.add(a.Kind == c.Label.Kind || alternative)
	t.countAsks(c, a)
	t.countStances(c, a)
	t.countLeanings(c, a)
	t.countQuotes(c, a)
	if a.Headline == "" {
		t.empty++
	}
}

func (t *tally) countAsks(c *Case, a governance.Assessment) {
	hits, used := 0.0, make([]bool, len(a.Asks))
	var payees ratio
	for _, want := range c.Label.Asks {
		match, payee := -1, false
		for i, got := range a.Asks {
			if got.Amount == want.Amount && strings.EqualFold(got.Token, want.Token) {
				payee = payee || samePayee(got.Recipient, want.Recipients)
				if match < 0 && !used[i] {
					match = i
				}
			}
		}
		if match >= 0 {
			used[match] = true
			hits++
		}
		if len(want.Recipients) > 0 {
			payees.add(payee)
		}
	}
	f1 := 1.0
	if n := len(a.Asks) + len(c.Label.Asks); n > 0 {
		f1 = 2 * hits / float64(n)
	}
	t.asks.mean(f1)
	t.askHit += hits
	t.askFound += float64(len(a.Asks))
	t.askAll += float64(len(c.Label.Asks))
	if payees.all > 0 {
		t.recipients.mean(payees.value())
	}
}

func samePayee(got string, want []string) bool {
	got = strings.ToLower(got)
	for _, w := range want {
		w = strings.ToLower(w)
		if got != "" && (got == w || len(got) > 2 && strings.Contains(w, got) || len(w) > 2 && strings.Contains(got, w)) {
			return true
		}
	}
	return false
}

func (t *tally) countStances(c *Case, a governance.Assessment) {
	for _, want := range c.Label.Choices {
		right := false
		for _, got := range a.Choices {
			right = right || got.Index == want.Index && got.Stance == want.Stance
		}
		t.stances.add(right)
		if c.Label.Misleading {
			t.misleading.add(right)
		}
	}
}

func (t *tally) countLeanings(c *Case, a governance.Assessment) {
	for key, want := range c.Label.Leanings {
		if want != 0 {
			t.leanings.add(want*a.Leanings[key].Value > 0)
		}
	}
	for key, got := range a.Leanings {
		if got.Value != 0 {
			t.found.add(c.Label.Leanings[key]*got.Value > 0)
		}
	}
}

// covers is the share of a fact that quotes must cover.
const covers = 0.7

func (t *tally) countQuotes(c *Case, a governance.Assessment) {
	spans := Quotes(c.Document, a)
	for _, s := range spans {
		t.literal.add(c.Document.Slice(s.Start, s.End) == s.Quote)
	}
	merged := Merge(spans)
	quoted, size := 0, utf8.RuneCountInString(c.Document.Text)
	for _, s := range merged {
		quoted += s[1] - s[0]
	}
	if quoted > Budget(size) {
		t.over++
	}
	t.quoted.mean(float64(quoted) / float64(max(1, size)))
	var facts ratio
	for _, f := range c.Facts {
		facts.add(covered(f, merged) >= covers)
	}
	if facts.all > 0 {
		t.facts.mean(facts.value())
	}
}

// Budget is how many code points of a text of that size all quotes of an
// assessment may have together.
func Budget(size int) int { return max(500, min(1800, size*4/10)) }

// Quotes lists every quote of an assessment.
func Quotes(d text.Document, a governance.Assessment) []governance.Item {
	var all []governance.Item
	for _, list := range [][]governance.Item{a.SummaryQuotes, a.Changes, a.For, a.Against, a.WinnersLosers, a.Questions} {
		all = append(all, list...)
	}
	for _, ask := range a.Asks {
		all = append(all, ask.Item)
	}
	for _, c := range a.Choices {
		if start, end, ok := d.Find(c.Quote); ok {
			all = append(all, governance.Item{Quote: c.Quote, Start: start, End: end})
		}
	}
	for _, l := range a.Leanings {
		if l.Quote != "" {
			all = append(all, governance.Item{Quote: l.Quote, Start: l.Start, End: l.End})
		}
	}
	return all
}

// Merge joins quotes that overlap.
func Merge(items []governance.Item) [][2]int {
	spans := make([][2]int, 0, len(items))
	for _, it := range items {
		spans = append(spans, [2]int{it.Start, it.End})
	}
	sort.Slice(spans, func(i, j int) bool { return spans[i][0] < spans[j][0] })
	var merged [][2]int
	for _, s := range spans {
		if n := len(merged); n > 0 && s[0] <= merged[n-1][1] {
			merged[n-1][1] = max(merged[n-1][1], s[1])
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// covered is the share of a fact inside the quotes.
func covered(fact [2]int, quotes [][2]int) float64 {
	n := 0
	for _, q := range quotes {
		n += max(0, min(fact[1], q[1])-max(fact[0], q[0]))
	}
	return float64(n) / float64(max(1, fact[1]-fact[0]))
}
