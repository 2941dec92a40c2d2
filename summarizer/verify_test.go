package summarizer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
	"mandate/governance/text"
)

// harbour is the proposal that the tests of this package read.
func harbour() *governance.Proposal {
	return &governance.Proposal{
		Ref: "snapshot:harbour.eth:0x01", DAO: "harbour.eth", Type: governance.SingleChoice,
		Title: "Fund the Harbour docs team",
		Body: `The docs team asks for 120,000 USDC over 12 months.

Payment goes to 0x00000000000000000000000000000000000000aA from 1 March 2026, in four parts of 30,000 USDC.

Every quarter the team publishes a report. Without reports the stream stops.

About 2.5% of the treasury is spent. An audit is not planned.`,
		Choices: []string{"For", "Against", "Abstain"},
	}
}

func item(claim, quote string) governance.Item { return governance.Item{Text: claim, Quote: quote} }

func TestVerifyItems(t *testing.T) {
	p := harbour()
	d := text.New(p)
	tests := []struct {
		name         string
		claim, quote string
		keep         bool
	}{
		{"literal", "The team wants money.", "The docs team asks for 120,000 USDC over 12 months.", true},
		{"quote alone", "", "Every quarter the team publishes a report.", true},
		{"number as in the quote", "It asks for 120000 USDC.", "asks for 120,000 USDC", true},
		{"not in the text", "x", "The docs team asks for 130,000 USDC", false},
		{"other case", "x", "the docs team asks", false},
		{"joined from two places", "x", "The docs team asks for 120,000 USDC. Every quarter", false},
		{"too short", "x", "The", false},
		{"no letters", "x", ".\n\n", false},
		{"number from elsewhere", "It asks for 30,000 USDC.", "asks for 120,000 USDC", false},
		{"part of a number", "It asks for 120 USDC.", "asks for 120,000 USDC", false},
		{"scale added", "It asks for 12M.", "over 12 months", false},
		{"token changed", "It asks for 120,000 ETH.", "asks for 120,000 USDC", false},
		{"percent added", "12% more.", "over 12 months", false},
		{"percent kept", "Spends 2.5 percent.", "About 2.5% of the treasury is spent.", true},
		{"number word invented", "Pays three teams.", "The docs team asks for 120,000 USDC", false},
		{"number word from the quote", "Pays in four parts.", "in four parts of 30,000 USDC", true},
		{"digits for a word", "Pays for twelve months.", "over 12 months", true},
		{"address from the quote", "Pays 0x00000000000000000000000000000000000000Aa.", "Payment goes to 0x00000000000000000000000000000000000000aA", true},
		{"address invented", "Pays 0x00000000000000000000000000000000000000ab.", "Payment goes to 0x00000000000000000000000000000000000000aA", false},
		{"address cut", "Pays 0x0000000000000000.", "Payment goes to 0x00000000000000000000000000000000000000aA", false},
		{"name invented", "Pays docs.eth.", "Payment goes to 0x00000000000000000000000000000000000000aA", false},
		{"link invented", "See https://evil.example/claim now.", "Every quarter the team publishes a report.", false},
		{"date", "From March 1, 2026.", "from 1 March 2026", true},
		{"other day", "From 12 March 2026.", "from 1 March 2026", false},
		{"other month", "From 1 December 2026.", "from 1 March 2026", false},
		{"direction trick", "Report\u202estop", "Every quarter the team publishes a report.", false},
		{"advice", "You should vote against it.", "Every quarter the team publishes a report.", false},
		{"overlong claim", strings.Repeat("a", 401), "Every quarter the team publishes a report.", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := Verify(d, p, governance.Assessment{Kind: governance.KindGrant, Changes: []governance.Item{item(tt.claim, tt.quote)}})
			if got := len(a.Changes) == 1; got != tt.keep {
				t.Fatalf("kept is %v, want %v", got, tt.keep)
			}
			want := 0.5 // the kind survived
			if tt.keep {
				want = 1
				if c := a.Changes[0]; d.Slice(c.Start, c.End) != c.Quote {
					t.Errorf("offsets %d…%d show %q", c.Start, c.End, d.Slice(c.Start, c.End))
				}
			}
			if a.Faithfulness != want {
				t.Errorf("faithfulness %v, want %v", a.Faithfulness, want)
			}
		})
	}
}

func TestVerifyAsks(t *testing.T) {
	p := harbour()
	d := text.New(p)
	quote := "The docs team asks for 120,000 USDC over 12 months."
	tests := []struct {
		name string
		ask  governance.Ask
		keep bool
	}{
		{"as written", governance.Ask{Amount: "120000", Token: "usdc", Item: item("", quote)}, true},
		{"recipient elsewhere in the text", governance.Ask{Amount: "120000", Token: "USDC", Recipient: "0x00000000000000000000000000000000000000aA", Item: item("", quote)}, true},
		{"invented recipient", governance.Ask{Amount: "120000", Token: "USDC", Recipient: "0x00000000000000000000000000000000000000bB", Item: item("", quote)}, false},
		{"other amount", governance.Ask{Amount: "1200000", Token: "USDC", Item: item("", quote)}, false},
		{"amount of another line", governance.Ask{Amount: "30000", Token: "USDC", Item: item("", quote)}, false},
		{"other token", governance.Ask{Amount: "120000", Token: "ETH", Item: item("", quote)}, false},
		{"no amount given", governance.Ask{Item: item("", quote)}, true},
		{"invented schedule", governance.Ask{Amount: "120000", Token: "USDC", Schedule: "over 99 months", Item: item("", quote)}, false},
		{"schedule", governance.Ask{Amount: "120000", Token: "USDC", Schedule: "over 12 months", Item: item("", quote)}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := Verify(d, p, governance.Assessment{Asks: []governance.Ask{tt.ask}})
			if got := len(a.Asks) == 1; got != tt.keep {
				t.Errorf("kept is %v, want %v", got, tt.keep)
			}
		})
	}
}

// A sum that stands only in a choice has no quote; anything else does.
func TestVerifyAsksOfChoices(t *testing.T) {
	p := harbour()
	p.Choices = []string{"Grant 3% (6M ZOO)", "No change"}
	d := text.New(p)
	a := Verify(d, p, governance.Assessment{Asks: []governance.Ask{
		{Amount: "6000000", Token: "ZOO", Item: item("6,000,000 ZOO", "")},
		{Amount: "7000000", Token: "ZOO", Item: item("", "")},
		{Amount: "120000", Token: "USDC", Item: item("", "")},
		{Token: "ZOO", Item: item("", "")},
	}})
	want := []governance.Ask{{Amount: "6000000", Token: "ZOO", Item: governance.Item{Text: "Grant 3% (6M ZOO)"}}}
	if diff := cmp.Diff(want, a.Asks); diff != "" {
		t.Error(diff)
	}
}

func TestAmountIn(t *testing.T) {
	tests := []struct {
		amount, token, quote string
		want                 bool
	}{
		{"1500000", "USDC", "up to 1.5M USDC", true},
		{"1500000", "USDC", "up to 1.5 million USDC", true},
		{"1500000", "USD", "a budget of $1,500,000", true},
		{"1500000.50", "USD", "a budget of $1,500,000.50", true},
		{"1500", "USD", "a budget of $1,500,000", false},
		{"250000", "USD", "250k dollars", true},
		{"5", "ETH", "5% of all ETH", false},
		{"5", "ETH", "5 WETH", false},
		{"", "ENS", "an unknown sum in ENS", true},
		{"20000", "BAL", "| Grants | 20,000 |", true},
		{"20000", "ARB", "| Grants | 20,000 |", false},
		{"20000", "BAL", "| Grants | 20,000 USDC |", false},
	}
	for _, tt := range tests {
		if got := amountIn(tt.amount, tt.token, tt.quote, tt.quote+" All sums in BAL or ETH."); got != tt.want {
			t.Errorf("%s %s in %q: %v, want %v", tt.amount, tt.token, tt.quote, got, tt.want)
		}
	}
}

func TestVerifyTheRest(t *testing.T) {
	p := harbour()
	d := text.New(p)
	quote := "Without reports the stream stops."
	got := Verify(d, p, governance.Assessment{
		Headline: "Pays the docs team 120,000 USDC",
		Summary:  "It pays 120,000 USDC. It also pays 999 ETH! Reports come every quarter. One more. And more.",
		Kind:     "bribe",
		For:      []governance.Item{item("a", quote), item("a", quote)},
		Choices: []governance.ChoiceMeaning{
			{Index: 2, Meaning: "Nothing is paid.", Stance: governance.Oppose},
			{Index: 1, Meaning: "Pays 120,000 USDC.", Stance: governance.Support, Quote: "asks for 120,000 USDC"},
			{Index: 3, Meaning: "Pays 5 USDC.", Stance: governance.AbstainVote},
			{Index: 4, Stance: governance.Support}, {Index: 0, Stance: governance.Support}, {Index: 1, Stance: governance.Oppose},
		},
		Leanings: map[string]governance.Leaning{
			"transparency": {Value: 2, Quote: quote}, "luck": {Value: 2, Quote: quote}, "privacy": {Value: 3, Quote: quote},
			"public_goods": {Value: 1, Quote: "not there"}, "partnerships": {},
		},
		Flags: []governance.Flag{governance.FlagSpam}, Faithfulness: 1,
	})
	want := governance.Assessment{
		Version: 1, Headline: "Pays the docs team 120,000 USDC",
		Summary: "It pays 120,000 USDC. Reports come every quarter.", Kind: governance.KindOther,
		For: []governance.Item{{Text: "a", Quote: quote, Start: got.For[0].Start, End: got.For[0].End}},
		Choices: []governance.ChoiceMeaning{
			{Index: 1, Meaning: "Pays 120,000 USDC.", Stance: governance.Support, Quote: "asks for 120,000 USDC"},
			{Index: 2, Meaning: "Nothing is paid.", Stance: governance.Oppose}, {Index: 3, Stance: governance.OtherStance},
		},
		Leanings: map[string]governance.Leaning{"transparency": {Value: 2, Quote: quote, Start: got.For[0].Start, End: got.For[0].End}},
		Flags:    []governance.Flag{}, Faithfulness: 7.0 / 19,
		SummaryQuotes: []governance.Item{}, Changes: []governance.Item{}, Asks: []governance.Ask{}, Against: []governance.Item{},
		WinnersLosers: []governance.Item{}, Questions: []governance.Item{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestVerifyKeepsOnlyWhatItWouldKeepAgain(t *testing.T) {
	p := harbour()
	d := text.New(p)
	first := Verify(d, p, governance.Assessment{Headline: "Fund", Summary: "Every quarter the team publishes a report. Without reports the stream stops.",
		SummaryQuotes: []governance.Item{item("", "Every quarter the team publishes a report."), item("", "x")}, Kind: governance.KindGrant,
		Choices: []governance.ChoiceMeaning{{Index: 1, Stance: governance.Support}, {Index: 2, Stance: governance.Oppose}, {Index: 3, Stance: governance.AbstainVote}}})
	second := Verify(d, p, first)
	if second.Faithfulness != 1 {
		t.Errorf("faithfulness %v", second.Faithfulness)
	}
	first.Faithfulness = 1
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
}

func TestVerifyOffsets(t *testing.T) {
	p := harbour()
	d := text.New(p)
	start, end, _ := d.Find("30,000 USDC")
	again := Verify(d, p, governance.Assessment{Changes: []governance.Item{
		{Quote: "30,000 USDC", Start: start, End: end}, {Quote: "30,000 USDC", Start: 1, End: 12, Text: "b"},
	}})
	if len(again.Changes) != 2 || again.Changes[0].Start != start || again.Changes[1].Start != start {
		t.Errorf("offsets %+v, want %d", again.Changes, start)
	}
}

func TestSentences(t *testing.T) {
	tests := []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"One. Two! Three? Four", []string{"One.", "Two!", "Three?", "Four"}},
		{"Pays 1.5M to docs.eth. Done.", []string{"Pays 1.5M to docs.eth.", "Done."}},
		{"Signed by J. Doe and Co. in May.", []string{"Signed by J. Doe and Co. in May."}},
		{"He said “stop.” Then more.", []string{"He said “stop.”", "Then more."}},
		{"第一。第二。", []string{"第一。", "第二。"}},
	}
	for _, tt := range tests {
		if got := sentences(tt.in); !cmp.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestFiguresAreNormalised(t *testing.T) {
	tests := []struct {
		in   string
		want []figure
	}{
		{"1,500,000", []figure{{"1500000", ""}}},
		{"1.500.000 and 1'500", []figure{{"1500000", ""}, {"1500", ""}}},
		{"1.500,25", []figure{{"1500.25", ""}}},
		{"1.5M, 2 billion, 3k, 4%", []figure{{"1.5", "m"}, {"2", "b"}, {"3", "k"}, {"4", "%"}}},
		{"v1.2.3", []figure{{"1", ""}, {"2", ""}, {"3", ""}}},
		{"5 months", []figure{{"5", ""}}},
		{"0x123456 pays 7", []figure{{"7", ""}}},
	}
	for _, tt := range tests {
		if got := figuresIn(tt.in); !cmp.Equal(got, tt.want, cmp.AllowUnexported(figure{})) {
			t.Errorf("%q: %v, want %v", tt.in, got, tt.want)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	p := harbour()
	p.Body = strings.Repeat(p.Body+"\n\n", 20)
	d := text.New(p)
	a := governance.Assessment{Headline: "Pays 120,000 USDC", Summary: "It pays 120,000 USDC in four parts. Reports come.", Kind: governance.KindGrant}
	for _, quote := range []string{"asks for 120,000 USDC", "About 2.5% of the treasury is spent.", "Without reports the stream stops."} {
		a.Changes = append(a.Changes, item("Something happens.", quote))
	}
	b.ReportAllocs()
	for b.Loop() {
		Verify(d, p, a)
	}
}
