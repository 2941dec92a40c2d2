package summarizer

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mandate/governance"
	"mandate/governance/governancetest"
	"mandate/governance/text"
)

// handlerTransport serves requests from a handler.
type handlerTransport struct{ handler http.Handler }

func (h handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w.Result(), nil
}

// tiny is the smallest reader: the title, and stances by the labels.
type tiny struct{}

func (tiny) Name() string { return "built-in" }

func (tiny) Extract(_ context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, governance.Usage, error) {
	a := governance.Assessment{Headline: d.Title, Kind: governance.KindOther}
	for i, label := range d.Choices {
		stance, ok := map[string]governance.Stance{"For": governance.Support, "Against": governance.Oppose, "Abstain": governance.AbstainVote}[label]
		if !ok {
			stance = governance.OtherStance
		}
		a.Choices = append(a.Choices, governance.ChoiceMeaning{Index: i + firstChoice(p.Ref), Stance: stance})
	}
	return a, governance.Usage{}, nil
}

// claims is a model that always makes the same claims; second, if set, is
// what it says when asked again.
type claims struct {
	first, second governance.Assessment
	err           error
	repeats       *int
}

func (c claims) Name() string { return "claimer" }

func (c claims) Extract(context.Context, text.Document, *governance.Proposal) (governance.Assessment, governance.Usage, error) {
	return c.first, governance.Usage{Model: "claimer", Calls: 1}, nil
}

func (c claims) Repeat(context.Context, text.Document, *governance.Proposal) (governance.Assessment, governance.Usage, error) {
	*c.repeats++
	return c.second, governance.Usage{Model: "claimer", Calls: 1}, c.err
}

func claim(kind governance.Kind, forStance, againstStance governance.Stance, leaning int) governance.Assessment {
	return governance.Assessment{
		Headline: "Fund the Harbour docs team", Kind: kind,
		SummaryQuotes: []governance.Item{item("", "Every quarter the team publishes a report.")},
		Choices:       []governance.ChoiceMeaning{{Index: 1, Stance: forStance}, {Index: 2, Stance: againstStance}, {Index: 3, Stance: governance.AbstainVote}},
		Leanings:      map[string]governance.Leaning{"transparency": {Value: leaning, Quote: "Every quarter the team publishes a report."}},
	}
}

func TestAssessWithoutModel(t *testing.T) {
	p := harbour()
	got, err := New(Config{Fallback: tiny{}}).Assess(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	a := got.Assessment
	if a.Reader != "built-in" || a.Fallback != "" || a.Headline != p.Title || a.Faithfulness != 1 || got.Usage.Calls != 0 {
		t.Errorf("result %+v", got)
	}
	if got.Text != text.New(p).Text || got.Facts.Ref != p.Ref || len(got.Facts.Choices) != 3 {
		t.Errorf("facts %+v", got.Facts)
	}
}

func TestAssessFallsBackWithTheReason(t *testing.T) {
	m, _, _ := startModel(t, scripted(serverReply{Content: "I cannot help with that."}), nil)
	got, err := New(Config{Model: m, Fallback: tiny{}}).Assess(t.Context(), harbour())
	if err != nil {
		t.Fatal(err)
	}
	if a := got.Assessment; a.Reader != "built-in" || a.Fallback != "The model declined to answer." || a.Headline == "" {
		t.Errorf("assessment %+v", a)
	}
	if got.Usage.Calls != 1 || got.Usage.Model != "test-model" {
		t.Errorf("the failed call is not in the usage: %+v", got.Usage)
	}
}

func TestAssessGivesUpWithTheCaller(t *testing.T) {
	m, _, _ := startModel(t, scripted(serverReply{Hang: true}), nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(Config{Model: m, Fallback: tiny{}}).Assess(ctx, harbour()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestHostileClaimsAreDropped(t *testing.T) {
	hostile := `{"headline":"Send 999 ETH to 0x00000000000000000000000000000000000000ff","summary":"Vote For. The audit passed on 2026-01-01.","kind":"treasury",` +
		`"summary_quotes":[{"text":"","quote":"Every quarter the team publishes a report."}],` +
		`"changes":[{"text":"Claim at https://evil.example","quote":"Every quarter the team publishes a report."},{"text":"ok","quote":"An audit is planned."}],` +
		`"asks":[{"text":"","quote":"asks for 120,000 USDC","amount":"999","token":"ETH","recipient":"","schedule":""}],` +
		`"for":[],"against":[],"winners_losers":[],"questions":[],` +
		`"choices":[{"index":1,"label":"For","meaning":"","stance":"support","quote":""},{"index":2,"label":"Against","meaning":"","stance":"oppose","quote":""},{"index":3,"label":"Abstain","meaning":"","stance":"abstain","quote":""}],` +
		`"leanings":[{"dimension":"security_caution","value":2,"quote":"audited by the best"}]}`
	m, _, _ := startModel(t, scripted(serverReply{Content: hostile}), nil)
	got, err := New(Config{Model: m, Fallback: tiny{}}).Assess(t.Context(), harbour())
	if err != nil {
		t.Fatal(err)
	}
	a := got.Assessment
	if len(a.Changes)+len(a.Asks)+len(a.Leanings) != 0 || strings.Contains(a.Headline+a.Summary, "999") || strings.Contains(a.Summary, "2026-01-01") {
		t.Errorf("hostile claims survived: %+v", a)
	}
}

func TestAssessTrust(t *testing.T) {
	sup, opp := governance.Support, governance.Oppose
	good := claim(governance.KindUpgrade, sup, opp, 2)
	mostlyFalse := claim(governance.KindUpgrade, sup, opp, 2)
	for range 8 {
		mostlyFalse.Changes = append(mostlyFalse.Changes, item("x", "not in the text"))
	}
	tests := []struct {
		name         string
		model        claims
		reader       string
		faithfulness float64
		repeats      int
	}{
		{"unimportant: read once", claims{first: claim(governance.KindElection, sup, opp, 2)}, "claimer", 1, 0},
		{"important and confirmed", claims{first: good, second: good}, "claimer", 1, 1},
		{"another kind the second time", claims{first: good, second: claim(governance.KindPolicy, sup, opp, 2)}, "claimer", 0.75, 1},
		{"a leaning turns", claims{first: good, second: claim(governance.KindUpgrade, sup, opp, -2)}, "claimer", 0.75, 1},
		{"the sides turn with the order", claims{first: good, second: claim(governance.KindUpgrade, opp, sup, 2)}, "claimer", 0.5, 1},
		{"no second reading", claims{first: good, err: governance.Errorf(governance.Limited, "The monthly limit of $5 is reached.")}, "claimer", 0.7, 1},
		{"the labels say the opposite", claims{first: claim(governance.KindElection, opp, sup, 2)}, "claimer", 0.5, 0},
		{"mostly false", claims{first: mostlyFalse}, "built-in", 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.model.repeats = new(int)
			got, err := New(Config{Model: tt.model, Fallback: tiny{}}).Assess(t.Context(), harbour())
			if err != nil {
				t.Fatal(err)
			}
			a := got.Assessment
			if a.Reader != tt.reader || a.Faithfulness != tt.faithfulness || got.Facts.Faithfulness != tt.faithfulness || *tt.model.repeats != tt.repeats {
				t.Errorf("reader %s, faithfulness %v, %d repeats; want %s, %v, %d", a.Reader, a.Faithfulness, *tt.model.repeats, tt.reader, tt.faithfulness, tt.repeats)
			}
		})
	}
}

func TestSecondReadingTurnsTheChoices(t *testing.T) {
	m, server, _ := startModel(t, func(_ int, r governancetest.ChatRequest) serverReply {
		return serverReply{Content: strings.Replace(governancetest.HonestAnswer(r), `"kind":"other"`, `"kind":"upgrade"`, 1)}
	}, nil)
	got, err := New(Config{Model: m, Fallback: tiny{}}).Assess(t.Context(), harbour())
	if err != nil {
		t.Fatal(err)
	}
	requests := server.Requests()
	if len(requests) != 2 || !strings.Contains(requests[1].User, `[{"index":1,"label":"Abstain"}`) {
		t.Fatalf("%d requests, the last %s", len(requests), requests[len(requests)-1].User)
	}
	if got.Assessment.Faithfulness != 1 || got.Usage.Calls != 2 {
		t.Errorf("faithfulness %v after %d calls", got.Assessment.Faithfulness, got.Usage.Calls)
	}
}

func TestNoClaimCanClearAFlag(t *testing.T) {
	p := harbour()
	p.Body += "\n\n<!-- hidden words -->"
	got, err := New(Config{Model: claims{first: claim(governance.KindElection, governance.Support, governance.Oppose, 2), repeats: new(int)}, Fallback: tiny{}}).Assess(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Assessment.Flags) == 0 || len(got.Facts.Flags) == 0 {
		t.Error("the flag is gone")
	}
}
