package summarizer

import (
	"testing"

	"mandate/governance"
	"mandate/governance/text"
)

func TestFactsOfMoney(t *testing.T) {
	ask := func(amount, token, schedule string) governance.Ask {
		return governance.Ask{Amount: amount, Token: token, Schedule: schedule}
	}
	prices := governance.PriceTable{"ENS": 20}
	tests := []struct {
		name     string
		title    string
		kind     governance.Kind
		asks     []governance.Ask
		usd      float64
		unpriced bool
	}{
		{"nothing asked", "Elect", governance.KindElection, nil, 0, false},
		{"a grant without a sum", "Grant", governance.KindGrant, nil, 0, true},
		{"a treasury move without a sum", "Move", governance.KindTreasury, nil, 0, true},
		{"stablecoin", "Pay", governance.KindGrant, []governance.Ask{ask("1000", "USDC", "")}, 1000, false},
		{"owner's price", "Pay", governance.KindGrant, []governance.Ask{ask("10", "ENS", "")}, 200, false},
		{"unknown token", "Pay", governance.KindGrant, []governance.Ask{ask("1000", "USDC", ""), ask("1", "XYZ", "")}, 1000, true},
		{"no amount", "Pay", governance.KindGrant, []governance.Ask{ask("", "USDC", "")}, 0, true},
		{"monthly", "Pay", governance.KindGrant, []governance.Ask{ask("100", "USDC", "monthly")}, 1200, false},
		{"monthly for a time", "Pay", governance.KindGrant, []governance.Ask{ask("100", "USDC", "per month for 6 months")}, 600, false},
		{"over a time", "Pay", governance.KindGrant, []governance.Ask{ask("100", "USDC", "over 6 months")}, 100, false},
		{"by the second", "Pay", governance.KindGrant, []governance.Ask{ask("100", "USDC", "per second")}, 0, true},
		{"parts and their total", "Pay", governance.KindGrant, []governance.Ask{ask("60", "USDC", ""), ask("40", "USDC", ""), ask("100", "USDC", "")}, 100, false},
		{"huge", "Pay", governance.KindGrant, []governance.Ask{ask("1e999", "USDC", "")}, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &governance.Proposal{Ref: "snapshot:a.eth:1", Title: tt.title, Choices: []string{"For"}}
			f := PricedFacts(p, text.New(p), governance.Assessment{Kind: tt.kind, Asks: tt.asks}, prices)
			if f.AskUSD != tt.usd || f.Unpriced != tt.unpriced {
				t.Errorf("got %v %v, want %v %v", f.AskUSD, f.Unpriced, tt.usd, tt.unpriced)
			}
		})
	}
}

func TestFactsOfContradictoryTitle(t *testing.T) {
	p := &governance.Proposal{Ref: "snapshot:a.eth:1", Title: "Pay 5,000 USDC to the team", Body: "We ask for 50,000 USDC.", Choices: []string{"For"}}
	d := text.New(p)
	if len(text.Amounts(d.Title)) == 0 {
		t.Skip("amounts are not parsed yet")
	}
	for amount, want := range map[string]bool{"5000": false, "50000": true} {
		f := FactsOf(p, d, governance.Assessment{Asks: []governance.Ask{{Amount: amount, Token: "USDC"}}})
		if f.Unpriced != want {
			t.Errorf("%s: unpriced is %v, want %v", amount, f.Unpriced, want)
		}
	}
}

func TestFactsOfLeaningsAndChoices(t *testing.T) {
	p := harbour()
	d := text.New(p)
	one, _, _ := d.Find("Every quarter")
	a := Verify(d, p, governance.Assessment{
		Choices: []governance.ChoiceMeaning{{Index: 1, Stance: governance.Support}, {Index: 3, Stance: governance.AbstainVote}},
		Leanings: map[string]governance.Leaning{
			"transparency":    {Value: 2, Quote: "Every quarter the team publishes a report."},
			"user_protection": {Value: 1, Quote: "Without reports the stream stops."},
			"contributor_pay": {Value: 1, Quote: "The docs team asks for 120,000 USDC"},
		},
	})
	f := FactsOf(p, d, a)
	same, other := f.Leanings["transparency"], f.Leanings["contributor_pay"]
	if same.Start != one || same.Start != f.Leanings["user_protection"].Start || same.End != f.Leanings["user_protection"].End {
		t.Errorf("two sentences of one paragraph have the places %+v and %+v", same, f.Leanings["user_protection"])
	}
	if other.End > same.Start {
		t.Errorf("another paragraph overlaps: %+v and %+v", other, same)
	}
	want := []governance.Stance{governance.Support, governance.OtherStance, governance.AbstainVote}
	for i, c := range f.Choices {
		if c.Index != i+1 || c.Label != p.Choices[i] || c.Stance != want[i] {
			t.Errorf("choice %d is %+v", i, c)
		}
	}
}

func TestGovernorChoicesStartAtZero(t *testing.T) {
	p := harbour()
	p.Ref = "eip155:1:0x00000000000000000000000000000000000000aa:7"
	p.Choices = []string{"Against", "For", "Abstain"}
	d := text.New(p)
	a := Verify(d, p, governance.Assessment{Choices: []governance.ChoiceMeaning{
		{Index: 0, Stance: governance.Oppose}, {Index: 1, Stance: governance.Support}, {Index: 2, Stance: governance.AbstainVote}, {Index: 3, Stance: governance.Support},
	}})
	f := FactsOf(p, d, a)
	if len(f.Choices) != 3 || f.Choices[1] != (governance.FactChoice{Index: 1, Label: "For", Stance: governance.Support}) {
		t.Errorf("choices %+v", f.Choices)
	}
}
