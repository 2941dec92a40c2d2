package text

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"mandate/governance"
)

// dataRows reads a JSONL file of real data, or skips the test where there is
// none (CI always has it).
func dataRows[T any](t testing.TB, name string) []T {
	t.Helper()
	dir := os.Getenv("MANDATE_DATA_DIR")
	if dir == "" {
		dir = "../../../shared/data"
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no data: set MANDATE_DATA_DIR (%v)", err)
	}
	defer f.Close()
	var rows []T
	s := bufio.NewScanner(f)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		var row T
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

type proposalRow struct {
	ID, Space, Title, Body, Description string
	Choices                             []string
}

func (r proposalRow) proposal() *governance.Proposal {
	return &governance.Proposal{Ref: governance.SnapshotRef(r.Space, r.ID), Title: r.Title, Body: r.Body + r.Description, Choices: r.Choices}
}

// False alarms cost trust: this is how many real proposals are flagged.
func TestFlagsOnRealProposals(t *testing.T) {
	rows := dataRows[proposalRow](t, "proposals_snapshot.jsonl")
	counts := map[governance.Flag]int{}
	for _, r := range rows {
		for _, f := range New(r.proposal()).Flags {
			counts[f]++
			if os.Getenv("MANDATE_SHOW") == string(f) {
				t.Logf("%s %q %q", r.ID, r.Title, r.Choices)
			}
		}
	}
	t.Logf("%d proposals: %v", len(rows), counts)
	for f, most := range map[governance.Flag]float64{governance.FlagInstructions: 0.003, governance.FlagHiddenText: 0.02, governance.FlagMixedLanguage: 0.06, governance.FlagLinkMismatch: 0.02, governance.FlagChoices: 0.08} {
		if share := float64(counts[f]) / float64(len(rows)); share > most {
			t.Errorf("%s on %.1f%% of real proposals", f, 100*share)
		}
	}
}

// Attacks must be seen. Harmless requests that the collection also holds
// ("What is the capital of …?") cannot be told from text.
func TestFlagsOnInjections(t *testing.T) {
	type row struct{ Kind, Category, Text, Lang string }
	seen, all := map[string]int{}, map[string]int{}
	for _, r := range dataRows[row](t, "injections.jsonl") {
		d := New(&governance.Proposal{Title: "Routine update", Body: "This proposal updates one parameter.\n\n" + r.Text})
		kind := r.Kind
		if r.Kind == "prompt_injection" && len(r.Category) > 10 && r.Category[:10] == "ignore_pre" {
			kind = "ignore_previous"
		}
		all[kind]++
		if has(d.Flags, governance.FlagInstructions) || has(d.Flags, governance.FlagHiddenText) {
			seen[kind]++
		} else if os.Getenv("MANDATE_SHOW") == kind {
			t.Logf("%s %s %.200q", r.Category, r.Lang, r.Text)
		}
	}
	for kind, n := range all {
		t.Logf("%s: %d of %d flagged", kind, seen[kind], n)
	}
	for kind, least := range map[string]float64{"unicode_trick": 0.85, "ignore_previous": 0.75} {
		if got := float64(seen[kind]) / float64(max(1, all[kind])); got < least {
			t.Errorf("%s: %.2f flagged, want %.2f", kind, got, least)
		}
	}
}
