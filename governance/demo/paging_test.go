package demo_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mandate/governance/demo"
)

const pageQuery = `query Page($from: Int!, $first: Int!) {
  proposals(first: $first, where: {created_gte: $from}, orderBy: "created", orderDirection: asc) { id created title body choices space { id } strategies { name network params } plugins scores }
}`

// walk pages by created, as a client must past skip 5,000, and returns every id
// that it met, in order of first sight.
func walk(t testing.TB, ask func(string, map[string]any) (int, answer), first int) (map[string]bool, int) {
	t.Helper()
	seen, from, requests := map[string]bool{}, int64(0), 0
	for {
		status, a := ask(pageQuery, map[string]any{"from": from, "first": first})
		requests++
		if status != http.StatusOK || len(a.Errors) > 0 {
			t.Fatalf("status %d: %.300s", status, a.Raw)
		}
		var rows []struct {
			ID      string
			Created int64
		}
		if err := json.Unmarshal(a.Data["proposals"], &rows); err != nil {
			t.Fatal(err)
		}
		fresh := 0
		for _, r := range rows {
			if !seen[r.ID] {
				fresh++
				seen[r.ID] = true
			}
			from = r.Created
		}
		if fresh == 0 {
			return seen, requests
		}
	}
}

func TestPagingPastTheSkipLimit(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true})
	w.Add(demo.Synthetic(12_345, 7)...)
	seen, requests := walk(t, ask, 1000)
	if len(seen) != 12_345 {
		t.Errorf("saw %d of 12,345 rows in %d requests", len(seen), requests)
	}
	if requests > 15 {
		t.Errorf("%d requests for 13 pages", requests)
	}
}

// More rows share a second than fit a page: a cursor on created alone stands
// still there, and skip must carry it over.
func TestManyRowsInOneSecond(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true})
	w.Add(rows(50, func(i int, p *demo.Proposal) { p.Created = 1000 + int64(i/40) })...)
	seen := map[string]bool{}
	for skip := 0; ; skip += 15 {
		_, a := ask(`query($s:Int!){proposals(first:15, skip:$s, where:{created_gte:1000}, orderBy:"created", orderDirection: asc){id}}`, map[string]any{"s": skip})
		page := ids(t, a, "proposals")
		if len(page) == 0 {
			break
		}
		for _, id := range page {
			if seen[id] {
				t.Errorf("%s twice", id)
			}
			seen[id] = true
		}
	}
	if len(seen) != 50 {
		t.Errorf("saw %d of 50", len(seen))
	}
}

func TestOrderAndTies(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true})
	w.Add(rows(4, func(i int, p *demo.Proposal) {
		p.Created = 1000 + int64(i/2)
		p.End = int64(9000 - i)
		p.VoteCount = i % 2
	})...)
	id := func(i ...int) (out []string) {
		for _, n := range i {
			out = append(out, fmt.Sprintf("0x%064d", n))
		}
		return out
	}
	for _, tc := range []struct {
		args string
		want []string
	}{
		{``, id(2, 3, 0, 1)},
		{`orderDirection: asc`, id(0, 1, 2, 3)},
		{`orderBy:"end", orderDirection: asc`, id(3, 2, 1, 0)},
		{`orderBy:"votes"`, id(1, 3, 0, 2)},
		{`orderBy:"nonsense"`, id(2, 3, 0, 1)},
		{`where:{created_lt:1001}`, id(0, 1)},
		{`where:{created_gt:1000, created_lte:1001}, orderDirection: asc`, id(2, 3)},
		{`skip:1, first:2`, id(3, 0)},
		{`where:{votes_gt:0}`, id(2, 3, 0, 1)},
		{`where:{votes:0}`, id(2, 0)},
	} {
		_, a := ask(`{proposals(first:10`+", "+tc.args+`){id}}`, nil)
		if tc.args == `skip:1, first:2` {
			_, a = ask(`{proposals(`+tc.args+`){id}}`, nil)
		}
		if got := ids(t, a, "proposals"); fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("%s: %v, want %v", tc.args, got, tc.want)
		}
	}
}

// dataFile opens one of the data sets that are kept beside the project.
func dataFile(t testing.TB, name string) *os.File {
	t.Helper()
	dir := os.Getenv("MANDATE_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	switch {
	case err == nil:
		t.Cleanup(func() { _ = f.Close() })
	case os.Getenv("CI") == "true":
		t.Fatalf("the data set is needed in CI: %v", err)
	default:
		t.Skipf("no data set here (set MANDATE_DATA_DIR): %v", err)
	}
	return f
}

func TestRealRowsAreServed(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	w, ask := hub(t, demo.Config{
		Proposals: dataFile(t, "proposals_snapshot.jsonl"), Votes: dataFile(t, "votes.csv"),
		Now: func() time.Time { return now },
	})
	seen, requests := walk(t, ask, 1000)
	t.Logf("%d rows in %d requests, %d spaces", len(seen), requests, len(w.Spaces()))
	if len(seen) != 4058 {
		t.Errorf("served %d rows", len(seen))
	}
	states, types, nulls, latest := map[string]int{}, map[string]int{}, 0, int64(0)
	for _, p := range w.Proposals() {
		types[p.Type]++
		states[p.State(now.Unix())]++
		if p.Scores == nil {
			nulls++
		}
		if p.Type == "" || p.Created == 0 || p.Created > now.Unix() || p.Created > p.Start {
			t.Errorf("%s: type %q, created %d, start %d", p.ID, p.Type, p.Created, p.Start)
		}
		latest = max(latest, p.End)
	}
	if states["active"] != 60 || states["closed"] != 3998 || latest != now.Add(7*24*time.Hour).Unix() {
		t.Errorf("states %v, the last ends %s", states, time.Unix(latest, 0).UTC())
	}
	t.Logf("types %v", types)
	if types["approval"] < 16 || types["ranked-choice"] < 15 || types["weighted"] < 90 || types["basic"] < 500 {
		t.Errorf("inferred types %v", types)
	}
	if _, a := ask(`{votes(first:1000){id proposal{id}}}`, nil); len(ids(t, a, "votes")) != 1000 {
		t.Errorf("votes: %.200s", a.Raw)
	}
	if nulls != 3322 {
		t.Errorf("%d rows with null scores, want 3,322", nulls)
	}
}

func BenchmarkPaging(b *testing.B) {
	const n = 100_000
	w, ask := hub(b, demo.Config{Empty: true})
	w.Add(demo.Synthetic(n, 1)...)
	b.ResetTimer()
	for range b.N {
		seen, _ := walk(b, ask, 1000)
		if len(seen) != n {
			b.Fatalf("saw %d", len(seen))
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "proposals/s")
}
