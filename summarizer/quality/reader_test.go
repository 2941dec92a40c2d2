package quality

import (
	"context"
	"testing"

	"mandate/governance"
	"mandate/governance/text"
	"mandate/summarizer/reader"
)

func builtIn(ctx context.Context, d text.Document, p *governance.Proposal) (governance.Assessment, error) {
	a, _, err := reader.New().Extract(ctx, d, p)
	return a, err
}

func TestReader(t *testing.T) {
	for _, name := range []string{"labels_a.jsonl", "labels_b.jsonl"} {
		r, err := Run(t.Context(), cases(t, name), builtIn)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s, %d proposals\n%s", name, r.Proposals, r)
	}
}
