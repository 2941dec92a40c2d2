package agent

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
	"mandate/governance/snapshot"
)

// TestKilledChild is no test of its own: it is the process that
// TestKillAndResume kills.
func TestKilledChild(t *testing.T) {
	hubURL, path := os.Getenv("MANDATE_TEST_HUB"), os.Getenv("MANDATE_TEST_DB")
	if hubURL == "" {
		t.Skip("only run by TestKillAndResume")
	}
	now := func() time.Time { return testNow }
	hub, err := snapshot.New(snapshot.Config{HubURL: hubURL, Now: now, PageSize: 50})
	if err != nil {
		t.Fatal(err)
	}
	a := &Agent{Store: openStore(t, path, now), Scope: governance.Scope{All: true}, Now: now}
	if _, err := a.SyncOnce(context.Background(), hub, nil); err != nil {
		t.Fatal(err)
	}
}

// A process that is killed in the middle of a catch-up, again and again, loses
// nothing and stores nothing twice.
func TestKillAndResume(t *testing.T) {
	w, err := demo.New(demo.Config{Now: func() time.Time { return testNow }, Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	w.Add(demo.Synthetic(2000, 11)...)
	srv := httptest.NewServer(w.Handler())
	defer srv.Close()
	path := filepath.Join(t.TempDir(), "m.db")
	kills := 0
	for run := 0; ; run++ {
		if run > 40 {
			t.Fatal("it does not get to an end")
		}
		if finished := childOnce(t, w, srv.URL+"/graphql", path, 2+run%5); finished {
			break
		}
		kills++
	}
	t.Logf("killed %d times; %d requests for 40 pages", kills, w.Requests().Total)
	if kills < 5 {
		t.Errorf("only %d kills", kills)
	}
	s := openStore(t, path, func() time.Time { return testNow })
	wantStored(t, s, w, testNow)
}

// childOnce starts a child and kills it after it made so many requests. It
// reports whether the child finished before.
func childOnce(t *testing.T, w *demo.World, hub, path string, requests int) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledChild$") // this test's own binary
	cmd.Env = append(os.Environ(), "MANDATE_TEST_HUB="+hub, "MANDATE_TEST_DB="+path)
	before := w.Requests().Total
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("the child failed: %v", err)
			}
			return true
		case <-time.After(time.Millisecond):
			if w.Requests().Total-before >= requests {
				_ = cmd.Process.Kill()
				<-ended
				return false
			}
		}
	}
}
