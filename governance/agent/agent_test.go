package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
	"mandate/governance/snapshot"
	"mandate/governance/store"
)

// testNow is a little after the newest synthetic proposal.
var testNow = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// rig is an agent on a real store and a local hub.
type rig struct {
	agent *Agent
	world *demo.World
	store *store.Store
	hub   *snapshot.Hub
	clock *clock
}

func newRig(t testing.TB, cfg demo.Config, change ...func(*snapshot.Config)) *rig {
	t.Helper()
	c := &clock{at: testNow}
	cfg.Now, cfg.Empty = c.now, true
	w, err := demo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.Handler())
	t.Cleanup(srv.Close)
	sc := snapshot.Config{HubURL: srv.URL + "/graphql", Now: c.now, RetryDelay: time.Millisecond, Timeout: 2 * time.Second, Stall: 300 * time.Millisecond}
	for _, f := range change {
		f(&sc)
	}
	hub, err := snapshot.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t, filepath.Join(t.TempDir(), "m.db"), c.now)
	pause := func(ctx context.Context, d time.Duration) error {
		c.move(d)
		return ctx.Err()
	}
	return &rig{
		agent: &Agent{pause: pause, Store: s, Venues: []governance.Venue{hub}, Scope: governance.Scope{All: true}, Now: c.now, Log: slog.New(slog.DiscardHandler)},
		world: w, store: s, hub: hub, clock: c,
	}
}

func openStore(t testing.TB, path string, now func() time.Time, log ...*slog.Logger) *store.Store {
	t.Helper()
	log = append(log, slog.New(slog.DiscardHandler))
	s, err := store.Open(context.Background(), store.Config{URL: "sqlite:" + path, Log: log[0], Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// catchUp syncs as the jobs do: a failed try is followed by another later.
func (r *rig) catchUp(t testing.TB, patience int) (total Summary) {
	t.Helper()
	for {
		sum, err := r.agent.SyncOnce(context.Background(), r.hub, nil)
		total.New += sum.New
		total.Edited += sum.Edited
		total.Requests += sum.Requests
		total.Skipped = append(total.Skipped, sum.Skipped...)
		if err == nil {
			return total
		}
		if patience--; patience < 0 {
			t.Fatal(err)
		}
		r.clock.move(10 * time.Minute)
	}
}

// wantStored compares the store with the hub, proposal by proposal.
func (r *rig) wantStored(t testing.TB) {
	t.Helper()
	wantStored(t, r.store, r.world, r.clock.now())
}

func wantStored(t testing.TB, s *store.Store, w *demo.World, now time.Time) {
	t.Helper()
	all := w.Proposals()
	counts, err := s.Counts(context.Background(), now)
	if err != nil || counts.Proposals != len(all) {
		t.Errorf("%d stored, the hub has %d, err %v", counts.Proposals, len(all), err)
	}
	for _, p := range all {
		d, err := s.Proposal(context.Background(), governance.SnapshotRef(p.Space, p.ID))
		if err != nil {
			t.Errorf("proposal %s: %v", p.ID, err)
			continue
		}
		if d.Proposal.Body != p.Body || len(d.Versions) > 0 && d.Proposal.Version == 1 {
			t.Errorf("proposal %s is stored with another body, or with versions", p.ID)
		}
	}
}

func TestSyncOnce(t *testing.T) {
	r := newRig(t, demo.Config{}, func(c *snapshot.Config) { c.PageSize = 100 })
	r.world.Add(demo.Synthetic(1000, 1)...)
	reports := 0
	sum, err := r.agent.SyncOnce(context.Background(), r.hub, func(Progress) { reports++ })
	if err != nil || sum.New != 1000 || !sum.Done || sum.Requests > 11 || reports != 11 {
		t.Errorf("%+v, %d reports, err %v", sum, reports, err)
	}
	r.wantStored(t)
	p := r.agent.Progress()
	if p.Reading || p.Proposals != 1000 || p.Unassessed != 1000 || len(p.Sources) != 1 || !p.Sources[0].OK || !p.Sources[0].Done {
		t.Errorf("progress %+v", p)
	}
}

// Every fault, mixed, again and again: every proposal arrives exactly once.
func TestSyncInAStorm(t *testing.T) {
	for _, gen := range []demo.Generation{demo.Old, demo.Latest} {
		t.Run(fmt.Sprint(gen), func(t *testing.T) {
			r := newRig(t, demo.Config{Generation: gen}, func(c *snapshot.Config) { c.PageSize = 50 })
			r.world.Add(demo.Synthetic(600, 2)...)
			faults := []demo.Fault{
				demo.FaultCut, demo.FaultNone, demo.FaultHTML, demo.FaultShortPage, demo.FaultUnordered, demo.FaultRepeatedPage,
				demo.FaultGarbage, demo.FaultNone, demo.FaultRetryAfter, demo.FaultNullRow, demo.FaultDuplicates, demo.FaultStall,
				demo.FaultResolver, demo.FaultEmptyAnswer, demo.FaultNone, demo.FaultWrongTypes, demo.FaultOversize, demo.FaultHTMLWithSuccess,
				demo.FaultBadKey, demo.FaultServerError, demo.FaultNullData, demo.FaultMalformed, demo.FaultGzipBomb, demo.FaultTooMany,
			}
			for i := range 4 * len(faults) {
				r.world.Fail(faults[i*7%len(faults)])
			}
			sum := r.catchUp(t, 60)
			if sum.New != 600 || sum.Edited != 0 {
				t.Errorf("%d new, %d edited, skipped %v", sum.New, sum.Edited, sum.Skipped)
			}
			r.wantStored(t)
		})
	}
}

func TestSteadyRequests(t *testing.T) {
	for _, spaces := range []int{30, 1000} {
		t.Run(strconv.Itoa(spaces), func(t *testing.T) {
			r := newRig(t, demo.Config{})
			r.agent.Scope = governance.Scope{}
			for i := range spaces {
				id := fmt.Sprintf("space-%04d.eth", i)
				r.agent.Scope.Spaces = append(r.agent.Scope.Spaces, id)
				r.world.Add(demo.Proposal{ID: fmt.Sprintf("0x%064x", i), Space: id, Title: "T", Choices: []string{"For", "Against"}, Created: testNow.Add(-time.Duration(i+10) * time.Minute).Unix(),
					Start: testNow.Add(-time.Hour).Unix(), End: testNow.Add(48 * time.Hour).Unix()})
			}
			r.catchUp(t, 0)
			r.clock.move(time.Minute)
			r.catchUp(t, 0)
			most := 0
			for range 30 {
				r.clock.move(time.Minute)
				r.world.ResetRequests()
				r.catchUp(t, 0)
				if _, err := r.agent.RefreshOnce(context.Background(), r.hub); err != nil {
					t.Fatal(err)
				}
				most = max(most, r.world.Requests().Total)
			}
			t.Logf("%d spaces with an open proposal each: at most %d requests an interval", spaces, most)
			if most > 5 {
				t.Errorf("%d requests", most)
			}
		})
	}
}

func TestEditsAndDeletions(t *testing.T) {
	r := newRig(t, demo.Config{})
	row := func(id string) demo.Proposal {
		return demo.Proposal{ID: id, Space: "a.eth", Title: "T", Body: "B", Choices: []string{"For", "Against"}, Created: testNow.Add(-time.Hour).Unix(),
			Start: testNow.Add(time.Hour).Unix(), End: testNow.Add(50 * time.Hour).Unix()}
	}
	r.world.Add(row("0xa"), row("0xb"), row("0xc"))
	r.catchUp(t, 0)
	r.clock.move(time.Minute)
	at := r.clock.now().Unix()
	r.world.Edit("0xa", func(p *demo.Proposal) { p.Body, p.Updated = "New", &at })
	r.world.Delete("0xb")
	r.clock.move(time.Minute)
	r.catchUp(t, 0)
	d, err := r.store.Proposal(context.Background(), "snapshot:a.eth:0xa")
	if err != nil || d.Proposal.Version != 2 || d.Proposal.Body != "New" || len(d.Versions) == 0 {
		t.Errorf("version %d, body %q, err %v", d.Proposal.Version, d.Proposal.Body, err)
	}
	if d, _ := r.store.Proposal(context.Background(), "snapshot:a.eth:0xb"); d.Proposal.Deleted {
		t.Error("absence alone deleted it")
	}
	r.clock.move(time.Hour)
	sum, err := r.agent.RefreshOnce(context.Background(), r.hub)
	if err != nil || sum.Gone != 1 {
		t.Errorf("%+v %v", sum, err)
	}
	if d, _ := r.store.Proposal(context.Background(), "snapshot:a.eth:0xb"); !d.Proposal.Deleted {
		t.Error("it is not marked")
	}
}

func TestHealth(t *testing.T) {
	r := newRig(t, demo.Config{})
	try := func(f demo.Fault, wantOK bool, wantPause time.Duration) {
		t.Helper()
		r.world.FailAll(f)
		_, err := r.agent.SyncOnce(context.Background(), r.hub, nil)
		list, err2 := r.store.Health(context.Background())
		if err2 != nil || len(list) != 1 {
			t.Fatal(list, err2)
		}
		if h := list[0]; h.OK != wantOK || (err == nil) != wantOK || h.NextTry.Sub(h.LastTry) != wantPause || (h.Error == "") != wantOK {
			t.Errorf("after %q: %+v, err %v", f, h, err)
		}
	}
	try(demo.FaultHTML, false, 10*time.Second)
	if !r.agent.resting("snapshot") {
		t.Error("the source is asked again at once")
	}
	try(demo.FaultHTML, false, 20*time.Second)
	for range 5 {
		r.clock.move(time.Hour)
		_, _ = r.agent.SyncOnce(context.Background(), r.hub, nil)
	}
	try(demo.FaultHTML, false, 5*time.Minute)
	try(demo.FaultValidation, false, time.Hour)
	try(demo.FaultNone, true, time.Minute)
	try(demo.FaultHTML, false, 10*time.Second)
}

// slow counts what it is asked and fails for what it is told.
type testAssessor struct {
	mu    sync.Mutex
	order []governance.Ref
	seen  map[string]int
	fail  func(p *governance.Proposal) bool
}

func (f *testAssessor) Assess(ctx context.Context, p *governance.Proposal) (governance.Assessment, governance.Facts, governance.Usage, error) {
	f.mu.Lock()
	f.order = append(f.order, p.Ref)
	f.seen[p.ContentHash]++
	f.mu.Unlock()
	if f.fail != nil && f.fail(p) {
		if len(p.Title)%2 == 0 {
			panic("a poisoned proposal")
		}
		return governance.Assessment{}, governance.Facts{}, governance.Usage{}, errors.New("it cannot be explained")
	}
	return governance.Assessment{Version: 1, Reader: "test", Headline: p.Title, Kind: governance.KindOther}, governance.Facts{Kind: governance.KindOther}, governance.Usage{}, ctx.Err()
}

func TestAssessDue(t *testing.T) {
	r := newRig(t, demo.Config{})
	r.world.Add(demo.Synthetic(100, 3)...)
	open := demo.Proposal{ID: "0xopen", Space: "a.eth", Title: "Open", Choices: []string{"For", "Against"}, Created: testNow.Add(-1000 * time.Hour).Unix(),
		Start: testNow.Add(-time.Hour).Unix(), End: testNow.Add(time.Hour).Unix()}
	later := open
	later.ID, later.Title, later.End = "0xlater", "Later", testNow.Add(2*time.Hour).Unix()
	r.world.Add(open, later)
	r.catchUp(t, 0)
	f := &testAssessor{seen: map[string]int{}}
	poisoned := map[governance.Ref]bool{}
	f.fail = func(p *governance.Proposal) bool { return p.Ref == "snapshot:a.eth:0xopen" || poisoned[p.Ref] }
	r.agent.Assessor, r.agent.Workers = f, 1
	total := 0
	for range 20 {
		n, err := r.agent.AssessDue(context.Background(), 10)
		if err != nil {
			t.Fatal(err)
		}
		total += n
	}
	if total != 101 || r.agent.Progress().Failing != 1 || r.agent.Progress().Unassessed != 1 {
		t.Errorf("%d explained, progress %+v", total, r.agent.Progress())
	}
	if f.order[0] != "snapshot:a.eth:0xopen" || f.order[1] != "snapshot:a.eth:0xlater" {
		t.Errorf("began with %v", f.order[:2])
	}
	for hash, n := range f.seen {
		if n > 1 {
			t.Errorf("content %s was explained %d times", hash, n)
		}
	}
	f.fail = nil
	r.clock.move(time.Minute)
	if n, err := r.agent.AssessDue(context.Background(), 10); n != 1 || err != nil {
		t.Errorf("the failed one was not tried again: %d, %v", n, err)
	}
}

func TestWatchDropsSlowReaders(t *testing.T) {
	r := newRig(t, demo.Config{}, func(c *snapshot.Config) { c.PageSize = 10 })
	r.world.Add(demo.Synthetic(200, 4)...)
	ctx, cancel := context.WithCancel(context.Background())
	c := r.agent.Watch(ctx)
	r.catchUp(t, 0)
	if p := <-c; p.Proposals != 200 {
		t.Errorf("a reader that slept got %+v first", p)
	}
	cancel()
	for range c { // ends because the channel closes
	}
}
