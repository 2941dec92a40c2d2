package quality

import (
	"errors"
	"io/fs"
	"os"
	"testing"
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

func TestBaseline(t *testing.T) {
	for _, name := range []string{"labels_a.jsonl", "labels_b.jsonl"} {
		r, err := Run(t.Context(), cases(t, name), Baseline)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s, %d proposals\n%s", name, r.Proposals, r)
	}
}

func TestFactsAreInTheText(t *testing.T) {
	for _, name := range []string{"labels_a.jsonl", "labels_b.jsonl"} {
		for _, c := range cases(t, name) {
			for i, f := range c.Facts {
				if f[0] < 0 {
					t.Errorf("%s: fact %d (%s) is not in the canonical text", c.Label.ID, i, c.Label.Facts[i].Note)
				}
			}
		}
	}
}
