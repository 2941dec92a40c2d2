package agent

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"net/http/httptest"

	"mandate/governance"
	"mandate/governance/demo"
	"mandate/governance/snapshot"
)

// dataFile opens a file of the shared data, or skips the test; in CI the data
// is always there.
func dataFile(t *testing.T, name string) *os.File {
	t.Helper()
	dir := os.Getenv("MANDATE_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no real data (MANDATE_DATA_DIR): %v", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// All real proposals go through hub, client and store.
func TestRealProposals(t *testing.T) {
	w, err := demo.New(demo.Config{Proposals: dataFile(t, "proposals_snapshot.jsonl")})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.Handler())
	defer srv.Close()
	hub, err := snapshot.New(snapshot.Config{HubURL: srv.URL + "/graphql"})
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t, filepath.Join(t.TempDir(), "m.db"), time.Now)
	a := &Agent{Store: s, Scope: governance.Scope{All: true}}
	sum, err := a.SyncOnce(context.Background(), hub, nil)
	if err != nil || len(sum.Skipped) > 0 {
		t.Fatalf("skipped %v, err %v", sum.Skipped, err)
	}
	t.Logf("%d proposals in %d requests, %v", sum.New, sum.Requests, sum.Took)
	wantStored(t, s, w, time.Now())
}
