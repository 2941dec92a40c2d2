package demo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"mandate/governance/demo"
)

// hub starts a world and returns a function that asks it.
func hub(t testing.TB, cfg demo.Config) (*demo.World, func(query string, vars map[string]any) (int, answer)) {
	t.Helper()
	w, err := demo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.Handler())
	t.Cleanup(srv.Close)
	return w, func(query string, vars map[string]any) (int, answer) {
		t.Helper()
		return ask(t, srv.URL, query, vars)
	}
}

type answer struct {
	Data   map[string]json.RawMessage
	Errors []struct {
		Message string
		Path    []any
	}
	Raw    string
	Header http.Header
}

func ask(t testing.TB, url, query string, vars map[string]any) (int, answer) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(url+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{Raw: string(raw), Header: res.Header}
	_ = json.Unmarshal(raw, &a)
	return res.StatusCode, a
}

func ids(t testing.TB, a answer, root string) []string {
	t.Helper()
	var rows []*struct{ ID string }
	if err := json.Unmarshal(a.Data[root], &rows); err != nil {
		t.Fatalf("%v in %.300s", err, a.Raw)
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		if r != nil {
			out[i] = r.ID
		}
	}
	return out
}

func at(unix int64) func() time.Time { return func() time.Time { return time.Unix(unix, 0) } }

func rows(n int, each func(i int, p *demo.Proposal)) []demo.Proposal {
	out := make([]demo.Proposal, n)
	for i := range out {
		out[i] = demo.Proposal{
			ID: fmt.Sprintf("0x%064d", i), Space: "tests.dao.eth", Title: fmt.Sprint("Row ", i), Type: "basic",
			Choices: []string{"For", "Against", "Abstain"}, Created: int64(1000 + i), Start: int64(2000 + i), End: int64(3000 + i),
		}
		each(i, &out[i])
	}
	return out
}

func same(int, *demo.Proposal) {}

func TestSmoke(t *testing.T) {
	_, ask := hub(t, demo.Config{})
	status, a := ask(`query P($n:Int!){ proposals(first:$n, where:{state:"active"}, orderBy:"end", orderDirection: asc) { id title space{id name} strategies{name network params} validation{name params} plugins scores scores_total state quorum choices created start end snapshot } spaces{ id name proposalsCount activeProposals voting{delay period quorumType} } }`, map[string]any{"n": 5})
	t.Log(status, a.Raw[:min(1500, len(a.Raw))])
	if status != 200 || len(a.Errors) > 0 || len(ids(t, a, "proposals")) == 0 {
		t.Fatalf("%d %.500s", status, a.Raw)
	}
}
