package reader

import (
	"strings"
	"testing"

	"mandate/governance"
	"mandate/governance/text"
)

// Whatever the text, quotes are literal, within the budget, and nothing
// panics.
func FuzzReader(f *testing.F) {
	seeds := []string{
		"# Summary\n\nWe propose to pay 5,000 USDC to ada.eth for audits.\n\n| Who | USDC |\n|---|---|\n| Ada | 5,000 |",
		"---\nauthor: Ada\n---\n**Abstract** - This proposal [moves](https://a.example) funds; see (x) e.g. y.",
		"1. Option A: do nothing\n2. Option B: burn 10%\n\n```\nx | y\n```", "](((((", "| | |\n|-|-|\n||", "*** a ***\n> - # b:", "预算：5万USDT。给社区。",
	}
	for _, s := range seeds {
		f.Add("Fund the docs", s, "For\nAgainst\nAbstain")
	}
	f.Fuzz(func(t *testing.T, title, body, choices string) {
		p := &governance.Proposal{Ref: "snapshot:a.eth:0x1", Title: title, Body: body, Choices: strings.Split(choices, "\n")}
		d := text.New(p)
		a, _, err := New().Extract(t.Context(), d, p)
		if err != nil {
			t.Fatal(err)
		}
		checkAssessment(t, d, a)
	})
}
