package summarizer

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mandate/governance"
	"mandate/governance/text"
)

// FactsOf takes from an assessment what scoring needs, with stablecoins as
// the only known prices.
func FactsOf(p *governance.Proposal, d text.Document, a governance.Assessment) governance.Facts {
	return PricedFacts(p, d, a, nil)
}

// PricedFacts is FactsOf with the owner's prices. Leanings get the bounds of
// their paragraphs, because one paragraph counts once.
func PricedFacts(p *governance.Proposal, d text.Document, a governance.Assessment, prices governance.PriceTable) governance.Facts {
	f := governance.Facts{
		Ref: p.Ref, DAO: p.DAO, Author: p.Author, Type: p.Type, End: p.End, Tally: p.Tally,
		Kind: a.Kind, Flags: slices.Clone(a.Flags), Topics: slices.Clone(d.Topics), Faithfulness: a.Faithfulness,
		Choices: factChoices(p, d, a), Leanings: map[string]governance.Leaning{},
	}
	for key, l := range a.Leanings {
		start, end := paragraph(d, l.Start, l.End)
		f.Leanings[key] = governance.Leaning{Value: l.Value, Start: start, End: end}
	}
	f.AskUSD, f.Unpriced = askUSD(d, a, prices)
	return f
}

func factChoices(p *governance.Proposal, d text.Document, a governance.Assessment) []governance.FactChoice {
	first := firstChoice(p.Ref)
	choices := make([]governance.FactChoice, len(d.Choices))
	for i, label := range d.Choices {
		choices[i] = governance.FactChoice{Index: i + first, Label: label, Stance: governance.OtherStance}
	}
	for _, c := range a.Choices {
		if i := c.Index - first; i >= 0 && i < len(choices) {
			choices[i].Stance = c.Stance
		}
	}
	return choices
}

// askUSD adds up what is asked for. It is unpriced where an amount or a price
// is missing, where a kind that moves money names none, and where the title
// names a sum that the asks contradict.
func askUSD(d text.Document, a governance.Assessment, prices governance.PriceTable) (sum float64, unpriced bool) {
	if len(a.Asks) == 0 {
		return 0, a.Kind == governance.KindGrant || a.Kind == governance.KindTreasury
	}
	dollars := make([]float64, 0, len(a.Asks))
	for _, ask := range a.Asks {
		amount, err := strconv.ParseFloat(ask.Amount, 64)
		price, ok := prices.PriceUSD(ask.Token)
		times, known := payments(ask.Schedule)
		if err != nil || !ok || !known || amount < 0 || math.IsInf(amount, 0) {
			unpriced = true
			continue
		}
		dollars = append(dollars, amount*price*times)
	}
	sum = withoutTotal(dollars)
	return sum, unpriced || contradicts(d.Title, dollars, sum, prices)
}

// withoutTotal adds up, and counts a total that stands beside its parts once.
func withoutTotal(list []float64) float64 {
	var sum float64
	for _, x := range list {
		sum += x
	}
	for _, x := range list {
		if len(list) > 2 && math.Abs(2*x-sum) <= 0.005*x {
			return x
		}
	}
	return sum
}

// contradicts reports whether the title names a priced sum that is neither
// the total nor any single ask.
func contradicts(title string, dollars []float64, sum float64, prices governance.PriceTable) bool {
	for _, named := range text.Amounts(title) {
		price, ok := prices.PriceUSD(named.Token)
		amount, err := strconv.ParseFloat(named.Value, 64)
		if named.Percent || !ok || err != nil {
			continue
		}
		near := func(x float64) bool { return math.Abs(x-amount*price) <= 0.005*amount*price }
		if !near(sum) && !slices.ContainsFunc(dollars, near) {
			return true
		}
	}
	return false
}

var (
	everySchedule = regexp.MustCompile(`(?i)\b(?:(?:per|a|an|each|every) (second|hour|day|week|month|quarter|year)|(daily|weekly|monthly|quarterly|yearly|annually|annual))\b`)
	forSchedule   = regexp.MustCompile(`(?i)\b(?:for|over) (\d+) (day|week|month|quarter|year)s?\b`)
)

// payments says how often an amount is paid, over a year where no end is
// given. A rate by the second or hour has no sum.
func payments(schedule string) (times float64, known bool) {
	m := everySchedule.FindStringSubmatch(schedule)
	if m == nil {
		return 1, true
	}
	perYear := map[string]float64{"day": 365, "dai": 365, "week": 52, "month": 12, "quarter": 4, "year": 1, "annual": 1}
	unit := strings.TrimSuffix(strings.ToLower(m[1]+m[2]), "ly")
	every, ok := perYear[unit]
	if !ok {
		return 0, false
	}
	if span := forSchedule.FindStringSubmatch(schedule); span != nil {
		n, err := strconv.ParseFloat(span[1], 64)
		length := perYear[strings.ToLower(span[2])]
		if err != nil || length == 0 {
			return 0, false
		}
		return math.Max(1, every*n/length), true
	}
	return every, true
}

// longParagraph is where a paragraph without blank lines is taken by its
// lines instead: the text has no paragraphs then.
const longParagraph = 1500

// paragraph widens a place to its paragraph, or to its line in lists, tables
// and texts without blank lines. Offsets are code points.
func paragraph(d text.Document, start, end int) (int, int) {
	if start < 0 || end <= start {
		return 0, 0
	}
	from, to := d.Byte(start), d.Byte(end)
	if from < 0 || to < 0 {
		return 0, 0
	}
	low, high := bounds(d.Text, from, to, "\n\n")
	if block := d.Text[low:high]; high-low > longParagraph || listed.MatchString(block) {
		low, high = bounds(d.Text, from, to, "\n")
	}
	return d.CodePoint(low), d.CodePoint(high)
}

var listed = regexp.MustCompile(`(?m)^\s*(?:[-*+•|]|\d+[.)])`)

func bounds(s string, from, to int, separator string) (int, int) {
	low, high := 0, len(s)
	if i := strings.LastIndex(s[:from], separator); i >= 0 {
		low = i + len(separator)
	}
	if i := strings.Index(s[to:], separator); i >= 0 {
		high = to + i
	}
	return low, high
}
