package quality

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"

	"mandate/governance"
	"mandate/governance/text"
	"mandate/summarizer/reader"
)

// dataDir is where real proposals are; see the data folder's README.
func dataDir() string {
	if dir := os.Getenv("MANDATE_DATA_DIR"); dir != "" {
		return dir
	}
	return "../../../shared/data"
}

// cases loads labelled proposals, or skips where there is no data (CI always
// has it).
func cases(t testing.TB, name string) []Case {
	t.Helper()
	list, err := LoadFile("../testdata/"+name, dataDir())
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true" {
		t.Skipf("no data: set MANDATE_DATA_DIR (%v)", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func builtIn(ctx context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, error) {
	a, _, err := reader.New().Extract(ctx, d, p)
	return a, err
}

// floor is what the built-in reader has reached on the three sets of labels
// together, less 0.02: a
// change that falls below it made explanations worse.
var floor = map[string]float64{
	"kind": 0.96, "kind exact": 0.83, "asks F1": 0.87, "asks F1 pooled": 0.80, "recipients": 0.74, "stances": 0.98, "misleading": 0.98,
	"facts": 0.71, "leanings": 0.70, "leanings found": 0.57, "literal": 1,
}

func TestReaderKeepsItsFloor(t *testing.T) {
	var all []Case
	for _, name := range []string{"labels_a.jsonl", "labels_b.jsonl", "labels_c.jsonl"} {
		some := cases(t, name)
		all = append(all, some...)
		r, err := Run(t.Context(), some, builtIn)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s, %d proposals\n%s", name, r.Proposals, r)
	}
	base, err := Run(t.Context(), all, Baseline)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("title and first three sentences\n%s", base)
	r, err := Run(t.Context(), all, builtIn)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("built-in reader\n%s", r)
	for _, f := range r.Figures() {
		if f.Value < floor[f.Name] {
			t.Errorf("%s is %.3f, was at least %.3f", f.Name, f.Value, floor[f.Name])
		}
	}
	if r.OverBudget > 0 || r.EmptyHeadlines > 0 {
		t.Errorf("%d over the budget, %d without a headline", r.OverBudget, r.EmptyHeadlines)
	}
}

func TestFactsAreInTheText(t *testing.T) {
	for _, name := range []string{"labels_a.jsonl", "labels_b.jsonl", "labels_c.jsonl"} {
		for _, c := range cases(t, name) {
			for i, f := range c.Facts {
				if f[0] < 0 {
					t.Errorf("%s: fact %d (%s) is not in the canonical text", c.Label.ID, i, c.Label.Facts[i].Note)
				}
			}
		}
	}
}

// The scorer itself, on a proposal of its own.
func TestRunCounts(t *testing.T) {
	p := governance.Proposal{Ref: "snapshot:loom.eth:0x1", Title: "Pay Ada", Body: "We pay Ada 5 ETH. The rest is history.", Choices: []string{"Yes", "No"}}
	l := Label{ID: "1", Kind: governance.KindTreasury, KindAlt: []string{"grant"}, Asks: []LabelAsk{{Amount: "5", Token: "ETH", Recipients: []string{"Ada"}}},
		Choices: []LabelChoice{{1, governance.Support}, {2, governance.Oppose}}, Facts: []LabelFact{{0, 17, "pay"}, {18, 38, "rest"}}, Leanings: map[string]int{"treasury_prudence": -1}}
	c := newCase(l, p)
	right := func(context.Context, text.Document, *governance.Proposal) (governance.Assessment, error) {
		start, end, _ := c.Document.Find("We pay Ada 5 ETH.")
		it := governance.Item{Quote: "We pay Ada 5 ETH.", Start: start, End: end}
		return governance.Assessment{Headline: "Pay Ada", Kind: governance.KindGrant, SummaryQuotes: []governance.Item{it},
			Asks:     []governance.Ask{{Amount: "5", Token: "ETH", Recipient: "Ada", Item: it}, {Amount: "9", Token: "ETH", Item: it}},
			Choices:  []governance.ChoiceMeaning{{Index: 1, Stance: governance.Support}, {Index: 2, Stance: governance.Support}},
			Leanings: map[string]governance.Leaning{"treasury_prudence": {Value: -2, Quote: it.Quote, Start: start, End: end}}}, nil
	}
	r, err := Run(t.Context(), []Case{c}, right)
	if err != nil {
		t.Fatal(err)
	}
	want := Report{Proposals: 1, Kind: 1, KindExact: 0, Asks: 2.0 / 3, AsksPooled: 2.0 / 3, Recipients: 1, Stances: 0.5, Facts: 0.5, Leanings: 1, LeaningsFound: 1, Literal: 1, QuotedPerText: r.QuotedPerText}
	if r != want {
		t.Errorf("got %+v, want %+v", r, want)
	}
}
