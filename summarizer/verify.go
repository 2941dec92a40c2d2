package summarizer

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"mandate/governance"
	"mandate/governance/text"
)

// Limits of what is kept of an assessment, in code points.
const (
	maxQuote     = 600
	minQuote     = 4
	maxHeadline  = 120
	maxClaim     = 400
	maxSentences = 3
	maxItems     = 40  // of a list of claims that are kept
	maxChecked   = 400 // of a list that are looked at; the rest counts as lost
)

// Verify drops every claim that the canonical text does not carry: quotes
// that are not literally in it, numbers, addresses and dates that do not
// occur in their quote, choices and dimensions that do not exist, doubles.
// Nothing is repaired. It sets Faithfulness to the share of claims that
// survived, and Flags to what code found: no claim can set or clear one.
func Verify(d text.Document, p *governance.Proposal, a governance.Assessment) governance.Assessment {
	v := verifier{doc: d}
	a.Version = 1
	a.Headline = v.headline(a.Headline)
	a.Summary = v.summary(a.Summary, a.SummaryQuotes)
	a.SummaryQuotes = v.items(a.SummaryQuotes)
	a.Kind = v.kind(a.Kind)
	a.Changes = v.items(a.Changes)
	a.Asks = v.asks(a.Asks)
	a.For = v.items(a.For)
	a.Against = v.items(a.Against)
	a.WinnersLosers = v.items(a.WinnersLosers)
	a.Questions = v.items(a.Questions)
	a.Choices = v.choices(p, a.Choices)
	a.Leanings = v.leanings(a.Leanings)
	a.Flags = append([]governance.Flag{}, d.Flags...)
	a.Faithfulness = v.share()
	return a
}

// verifier counts the claims that it sees and the ones that it keeps.
type verifier struct {
	doc         text.Document
	text        *numbers // of the whole text, read when first needed
	total, kept int
}

// covered reports whether s is in the text, or at least every figure of it is
// and it gives no advice of its own.
func (v *verifier) covered(s string) bool {
	if strings.Contains(v.doc.Text, s) {
		return true
	}
	if advises.MatchString(s) {
		return false
	}
	if v.text == nil {
		n := readNumbers(v.doc.Text)
		v.text = &n
	}
	return v.text.cover(s)
}

// count counts one claim and passes ok through.
func (v *verifier) count(ok bool) bool {
	v.total++
	if ok {
		v.kept++
	}
	return ok
}

func (v *verifier) share() float64 {
	if v.total == 0 {
		return 1
	}
	return float64(v.kept) / float64(v.total)
}

func (v *verifier) headline(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || !v.count(utf8.RuneCountInString(s) <= maxHeadline && plain(s) && v.covered(s)) {
		return ""
	}
	return s
}

// summary keeps the sentences whose figures are in the text. A summary that
// is made of its quotes is split where they end, else where sentences end.
func (v *verifier) summary(s string, quotes []governance.Item) string {
	parts, ok := splitByQuotes(strings.TrimSpace(s), quotes)
	if !ok {
		parts = sentences(s)
	}
	var kept []string
	for i, sentence := range parts {
		if v.count(i < maxSentences && utf8.RuneCountInString(sentence) <= maxQuote && plain(sentence) && v.covered(sentence)) {
			kept = append(kept, sentence)
		}
	}
	return strings.Join(kept, " ")
}

func (v *verifier) kind(k governance.Kind) governance.Kind {
	for _, known := range governance.Kinds() {
		if k == known {
			v.count(true)
			return k
		}
	}
	v.count(false)
	return governance.KindOther
}

func (v *verifier) items(list []governance.Item) []governance.Item {
	kept := []governance.Item{}
	seen := map[string]bool{}
	v.total += max(0, len(list)-maxChecked)
	for _, item := range list[:min(len(list), maxChecked)] {
		found, ok := v.item(item)
		if v.count(ok && len(kept) < maxItems && !seen[found.Text+"\x00"+found.Quote]) {
			seen[found.Text+"\x00"+found.Quote] = true
			kept = append(kept, found)
		}
	}
	return kept
}

// item places the quote and checks the claim against it.
func (v *verifier) item(item governance.Item) (governance.Item, bool) {
	item.Text = strings.TrimSpace(item.Text)
	var ok bool
	if item.Quote, item.Start, item.End, ok = v.place(item.Quote, item.Start, item.End); !ok {
		return item, false
	}
	if item.Text == item.Quote {
		return item, true
	}
	ok = utf8.RuneCountInString(item.Text) <= maxClaim && plain(item.Text) && !advises.MatchString(item.Text) && readNumbers(item.Quote).cover(item.Text)
	return item, ok
}

// place finds the quote in the text. Offsets that came with it are kept if
// the text has exactly the quote there.
func (v *verifier) place(quote string, start, end int) (string, int, int, bool) {
	trimmed := strings.TrimSpace(quote)
	n := utf8.RuneCountInString(trimmed)
	if n < minQuote || n > maxQuote || !strings.ContainsFunc(trimmed, wordRune) {
		return trimmed, 0, 0, false
	}
	if trimmed == quote && end-start == n && v.doc.Slice(start, end) == quote {
		return quote, start, end, true
	}
	start, end, ok := v.doc.Find(trimmed)
	return trimmed, start, end, ok
}

func (v *verifier) asks(list []governance.Ask) []governance.Ask {
	kept := []governance.Ask{}
	seen := map[governance.Ask]bool{}
	v.total += max(0, len(list)-maxChecked)
	for _, ask := range list[:min(len(list), maxChecked)] {
		found, ok := v.ask(ask)
		if v.count(ok && len(kept) < maxItems && !seen[found]) {
			seen[found] = true
			kept = append(kept, found)
		}
	}
	return kept
}

func (v *verifier) ask(ask governance.Ask) (governance.Ask, bool) {
	if ask.Quote == "" {
		return v.askOfChoice(ask)
	}
	item, ok := v.item(ask.Item)
	switch {
	case ok:
		ask.Item = item
	case item.End == 0: // no such quote
		return ask, false
	default: // sum and recipient stand in fields of their own, checked below
		item.Text = item.Quote
		ask.Item = item
	}
	ask.Amount, ask.Token = strings.TrimSpace(ask.Amount), strings.ToUpper(strings.TrimSpace(ask.Token))
	ask.Recipient, ask.Schedule = strings.TrimSpace(ask.Recipient), strings.TrimSpace(ask.Schedule)
	ok = amountIn(ask.Amount, ask.Token, ask.Quote, v.doc.Text) &&
		(ask.Recipient == "" || v.names(ask.Recipient)) &&
		utf8.RuneCountInString(ask.Schedule) <= 80 && plain(ask.Schedule) && v.covered(ask.Schedule)
	return ask, ok
}

// askOfChoice keeps a sum that stands in no sentence, only in the label of a
// choice: then the label is the claim, and there is no quote.
func (v *verifier) askOfChoice(ask governance.Ask) (governance.Ask, bool) {
	for _, label := range v.doc.Choices {
		if ask.Amount != "" && amountIn(ask.Amount, ask.Token, label, v.doc.Text) && (ask.Recipient == "" || v.names(ask.Recipient)) {
			return governance.Ask{Amount: ask.Amount, Token: ask.Token, Recipient: ask.Recipient, Item: governance.Item{Text: label}}, true
		}
	}
	return ask, false
}

// names reports whether a recipient stands in the text as written; the
// address is often in another place than the sum.
func (v *verifier) names(recipient string) bool {
	return utf8.RuneCountInString(recipient) <= 200 && plain(recipient) && strings.Contains(v.doc.Text, recipient)
}

// choices keeps one meaning for each choice that exists, in the venue's
// order. A choice without a surviving meaning gets the stance other.
func (v *verifier) choices(p *governance.Proposal, list []governance.ChoiceMeaning) []governance.ChoiceMeaning {
	first := firstChoice(p.Ref)
	kept := make([]governance.ChoiceMeaning, len(v.doc.Choices))
	for i := range kept {
		kept[i] = governance.ChoiceMeaning{Index: i + first, Stance: governance.OtherStance}
	}
	seen := map[int]bool{}
	for _, c := range list {
		i := c.Index - first
		exists := i >= 0 && i < len(kept) && !seen[i]
		if !v.count(exists && v.choice(&c, v.doc.Choices[max(0, min(i, len(v.doc.Choices)-1))])) {
			continue
		}
		seen[i] = true
		kept[i] = c
	}
	return kept
}

// choice checks one meaning; its quote may be empty or from the label itself.
func (v *verifier) choice(c *governance.ChoiceMeaning, label string) bool {
	c.Meaning, c.Quote = strings.TrimSpace(c.Meaning), strings.TrimSpace(c.Quote)
	if utf8.RuneCountInString(c.Meaning) > maxClaim || !plain(c.Meaning) || !isStance(c.Stance) {
		return false
	}
	if c.Quote != "" && !strings.Contains(label, c.Quote) {
		if _, _, _, ok := v.place(c.Quote, 0, 0); !ok {
			return false
		}
	}
	return readNumbers(label + "\n" + c.Quote).cover(c.Meaning)
}

func isStance(s governance.Stance) bool {
	return s == governance.Support || s == governance.Oppose || s == governance.AbstainVote || s == governance.OtherStance
}

func (v *verifier) leanings(list map[string]governance.Leaning) map[string]governance.Leaning {
	kept := map[string]governance.Leaning{}
	for key, l := range list {
		if l.Value == 0 {
			continue // no claim
		}
		var ok bool
		l.Quote, l.Start, l.End, ok = v.place(l.Quote, l.Start, l.End)
		if v.count(ok && governance.IsDimension(key) && l.Value >= -2 && l.Value <= 2) {
			kept[key] = l
		}
	}
	return kept
}

// firstChoice is the index of the first choice: 1 on Snapshot, 0 where the
// index is a governor's support value.
func firstChoice(ref governance.Ref) int {
	if ref.Venue() == governance.VenueGovernor {
		return 0
	}
	return 1
}

// advises finds advice how to vote, which a reading never gives.
var advises = regexp.MustCompile(`(?i)\b(?:you should|vote (?:yes|no|against|for (?:this|it|the proposal))|recommend(?:s|ed)? (?:voting|to vote|a vote|approval))\b`)

// plain reports whether s is harmless to show: valid, without control or
// direction characters.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r)
	})
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
