package summarizer

import (
	"bufio"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mandate/governance"
	"mandate/governance/text"
)

// realProposals reads every step-th row of the real data, or skips with the
// reason. On CI the data is always there.
func realProposals(t *testing.T, step int) []governance.Proposal {
	t.Helper()
	dir := os.Getenv("MANDATE_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, "proposals_snapshot.jsonl"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no real data (set MANDATE_DATA_DIR): %v", err)
	}
	defer f.Close()
	var list []governance.Proposal
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for n := 0; lines.Scan(); n++ {
		var row struct {
			ID, Space, Title, Body string
			Choices                []string
			Type                   *string
		}
		if n%step != 0 {
			continue
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		p := governance.Proposal{Ref: governance.SnapshotRef(row.Space, row.ID), DAO: row.Space, Title: row.Title, Body: row.Body, Choices: row.Choices, Type: governance.SingleChoice}
		if row.Type != nil {
			p.Type = governance.VotingType(*row.Type)
		}
		list = append(list, p)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// eager claims every line of the text, every amount as an ask, and as many
// things that are false.
type eager struct{}

func (eager) Extract(ctx context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, governance.Usage, error) {
	a, usage, err := tiny{}.Extract(ctx, d, p)
	for i, line := range strings.Split(d.Text, "\n") {
		a.Changes = append(a.Changes, governance.Item{Text: line, Quote: line})
		a.Against = append(a.Against, governance.Item{Text: line, Quote: line + " and 7 more"})
		dims := governance.Dimensions()
		if i < len(dims) && len(line) > 10 && len(line) < 500 {
			if a.Leanings == nil {
				a.Leanings = map[string]governance.Leaning{}
			}
			a.Leanings[dims[i].Key] = governance.Leaning{Value: i%5 - 2, Quote: strings.TrimSpace(line)}
		}
		for _, m := range text.Amounts(line) {
			if len(line) < 600 && !m.Percent {
				a.Asks = append(a.Asks, governance.Ask{Amount: m.Value, Token: m.Token, Item: governance.Item{Quote: line}},
					governance.Ask{Amount: m.Value + "1", Token: m.Token, Item: governance.Item{Quote: line}})
			}
		}
	}
	return a, usage, err
}

func (eager) Name() string { return "eager" }

// TestRealProposals takes real texts the whole way from claims to scores:
// what survives is literal, what is false is dropped, every score is in range.
func TestRealProposals(t *testing.T) {
	s := New(Config{Fallback: eager{}})
	asked, kept, literal := 0, 0, 0
	for _, p := range realProposals(t, 6) {
		d := text.New(&p)
		claimed, _, _ := eager{}.Extract(t.Context(), d, &p)
		r, err := s.Assess(t.Context(), &p)
		if err != nil {
			t.Fatalf("%s: %v", p.Ref, err)
		}
		for _, quote := range quotes(r.Assessment) {
			literal++
			if !strings.Contains(r.Text, quote) {
				t.Fatalf("%s shows %q, which is not in the text", p.Ref, quote)
			}
		}
		if n := len(r.Assessment.Against); n > 0 {
			t.Errorf("%s keeps false claims: %+v", p.Ref, r.Assessment.Against)
		}
		asked, kept = asked+min(len(claimed.Asks)/2, maxItems), kept+len(r.Assessment.Asks)
		checkScores(t, r)
	}
	t.Logf("%d literal quotes; of %d true asks (some said twice) %d survive", literal, asked, kept)
}

func checkScores(t *testing.T, r Result) {
	t.Helper()
	for _, sample := range Samples() {
		got := governance.ScoreProposal(r.Facts, sample.Values, governance.ScoreContext{})
		for _, c := range got.Choices {
			if !(math.Abs(c.Score) <= 100) {
				t.Errorf("%s scores %v", r.Facts.Ref, c.Score)
			}
		}
		if got.Reason == "" || !(got.Confidence >= 0 && got.Confidence <= governance.MaxUncalibrated) || !(got.Importance >= 0 && got.Importance <= 1) {
			t.Errorf("%s: %+v", r.Facts.Ref, got)
		}
	}
}
