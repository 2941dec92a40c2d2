package reader

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"mandate/governance"
	"mandate/governance/text"
	"mandate/summarizer/quality"
)

// realProposals reads a file of real proposals, or skips where there is none
// (CI always has it).
func realProposals(t testing.TB, name string) []governance.Proposal {
	t.Helper()
	dir := os.Getenv("MANDATE_DATA_DIR")
	if dir == "" {
		dir = "../../../shared/data"
	}
	list, err := quality.Proposals(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CI") != "true" {
		t.Skipf("no data: set MANDATE_DATA_DIR (%v)", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Every real proposal gets a headline where it has a title, a summary of at
// most three sentences' quotes, and quotes that are literal and within the
// budget.
func TestRealProposals(t *testing.T) {
	for _, name := range []string{"proposals_snapshot.jsonl", "proposals_onchain.jsonl"} {
		list := realProposals(t, name)
		quotes, kinds, asked := 0, map[governance.Kind]int{}, 0
		for i := range list {
			d := text.New(&list[i])
			a, _, err := New().Extract(t.Context(), d, &list[i])
			if err != nil {
				t.Fatal(err)
			}
			quotes += checkAssessment(t, d, a)
			kinds[a.Kind]++
			if len(a.Asks) > 0 {
				asked++
			}
		}
		t.Logf("%s: %d proposals, %d quotes, all literal; %d ask for money; kinds %v", name, len(list), quotes, asked, kinds)
	}
}

// checkAssessment checks what must hold for every assessment and returns the
// number of its quotes.
func checkAssessment(t *testing.T, d text.Document, a governance.Assessment) int {
	t.Helper()
	if a.Headline == "" && d.Title != "" || len([]rune(a.Headline)) > maxHeadline {
		t.Errorf("headline %q of %q", a.Headline, d.Title)
	}
	if len(a.SummaryQuotes) > maxSummary || (a.Summary == "") != (len(a.SummaryQuotes) == 0) {
		t.Errorf("summary %q with %d quotes", a.Summary, len(a.SummaryQuotes))
	}
	if len(a.Choices) != len(d.Choices) {
		t.Errorf("%d meanings of %d choices", len(a.Choices), len(d.Choices))
	}
	quotes := quality.Quotes(d, a)
	total, end := 0, 0
	for _, q := range quotes {
		if d.Slice(q.Start, q.End) != q.Quote || q.End-q.Start > maxQuote {
			t.Errorf("quote %d–%d %q of %q", q.Start, q.End, q.Quote, d.Title)
		}
	}
	for _, s := range quality.Merge(quotes) {
		total += s[1] - max(s[0], end)
		end = s[1]
	}
	if size := len([]rune(d.Text)) - d.BodyAt; total > budgetOf(size) {
		t.Errorf("%d of %d code points quoted in %q", total, size, d.Title)
	}
	return len(quotes)
}

func BenchmarkReader(b *testing.B) {
	list := realProposals(b, "proposals_snapshot.jsonl")
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		p := &list[n%len(list)]
		if _, _, err := New().Extract(b.Context(), text.New(p), p); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "proposals/s")
}
