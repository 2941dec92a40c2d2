package quality

import (
	"context"
	"strings"
	"unicode/utf8"

	"mandate/governance"
	"mandate/governance/text"
)

// Baseline is what a title and the first three sentences tell: the figures
// to beat.
func Baseline(_ context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, error) {
	from, to := firstSentences(d.Text, d.Byte(d.BodyAt))
	start := d.CodePoint(from)
	end := min(start+600, start+utf8.RuneCountInString(d.Text[from:to]))
	a := governance.Assessment{Version: 1, Reader: "baseline", Headline: d.Title, Kind: governance.KindOther}
	seen := d.Title + "\n" + d.Slice(start, end)
	if end > start {
		a.SummaryQuotes = []governance.Item{{Quote: d.Slice(start, end), Start: start, End: end}}
	}
	for _, amount := range text.Amounts(seen) {
		if amount.Token != "" {
			a.Asks = append(a.Asks, governance.Ask{Amount: amount.Value, Token: amount.Token})
			a.Kind = governance.KindTreasury
		}
	}
	base := 1
	if p.Ref.Venue() == governance.VenueGovernor {
		base = 0
	}
	for i := range p.Choices {
		stance := [...]governance.Stance{governance.Support, governance.Oppose, governance.AbstainVote}[min(i, 2)]
		if base == 0 && i < 2 {
			stance = [...]governance.Stance{governance.Oppose, governance.Support}[i]
		}
		a.Choices = append(a.Choices, governance.ChoiceMeaning{Index: i + base, Meaning: p.Choices[i], Stance: stance})
	}
	return a, nil
}

// firstSentences returns where the first three sentences after from begin
// and end; headings are not sentences.
func firstSentences(s string, from int) (start, end int) {
	for strings.HasPrefix(s[from:], "#") || strings.HasPrefix(s[from:], "\n") {
		i := strings.IndexByte(s[from:], '\n')
		if i < 0 {
			break
		}
		from += i + 1
	}
	at := from
	for n := 0; n < 3 && at < len(s); {
		i := strings.IndexAny(s[at:], ".!?\n")
		if i < 0 {
			return from, len(s)
		}
		at += i + 1
		if at == len(s) || s[at-1] == '\n' || s[at] == ' ' || s[at] == '\n' {
			n++
		}
	}
	return from, at
}
