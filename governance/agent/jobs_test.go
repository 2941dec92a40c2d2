package agent

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
	"mandate/governance/governancetest"
	"mandate/governance/snapshot"
)

// The jobs read, follow and explain by themselves, and stop when told.
func TestJobs(t *testing.T) {
	r := newRig(t, demo.Config{}, func(c *snapshot.Config) { c.PageSize = 50 })
	r.world.Add(demo.Synthetic(300, 5)...)
	r.agent.Scope = governance.Scope{All: true}
	r.agent.Assessor = &testAssessor{seen: map[string]int{}}
	r.agent.Interval = time.Second
	log := &governancetest.Log{}
	r.store = openStore(t, filepath.Join(t.TempDir(), "jobs.db"), r.clock.now, slog.New(slog.NewTextHandler(log, nil)))
	r.agent.Store = r.store
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	changes := r.agent.Watch(ctx)
	if err := r.store.StartJobs(ctx, r.agent.Jobs()); err != nil {
		t.Fatal(err)
	}
	wait := func(what string, done func(Progress) bool) {
		t.Helper()
		for p := range changes {
			if done(p) {
				return
			}
		}
		t.Fatalf("%s: never; progress %+v", what, r.agent.Progress())
	}
	wait("everything explained", func(p Progress) bool { return p.Proposals == 300 && p.Unassessed == 0 && !p.Reading })
	r.world.Add(demo.Proposal{ID: "0xnew", Space: "load-01.dao.eth", Title: "New", Choices: []string{"For", "Against"},
		Created: testNow.Unix(), Start: testNow.Unix(), End: testNow.Add(time.Hour).Unix()})
	wait("a new one explained", func(p Progress) bool { return p.Proposals == 301 && p.Unassessed == 0 })
	r.world.FailAll(demo.FaultStall)
	for before := r.world.Requests().Faulty; r.world.Requests().Faulty == before; {
		<-time.After(time.Millisecond) // until a job waits for the hub
	}
	start := time.Now()
	stop, cancelStop := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancelStop()
	if err := r.store.StopJobs(stop); err != nil {
		t.Error(err)
	}
	t.Logf("stopped after %v with a source that stalls", time.Since(start).Round(time.Millisecond))
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if spaces, err := r.store.SpaceIDs(context.Background()); err != nil || len(spaces) < 30 {
		t.Errorf("%d spaces read, err %v", len(spaces), err)
	}
	for _, line := range strings.Split(log.String(), "\n") {
		if strings.Contains(line, "msg=Read.") && !strings.Contains(line, "job_id=") {
			t.Errorf("a job's line without its id: %s", line)
		}
	}
	if !strings.Contains(log.String(), "msg=Read.") {
		t.Error("the jobs say nothing")
	}
}

// Started jobs remove at once what is long over, and nothing else.
func TestForgetJob(t *testing.T) {
	c := &clock{at: testNow.AddDate(0, 0, -101)}
	s := openStore(t, filepath.Join(t.TempDir(), "forget.db"), c.now)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	subjects := []string{"session:old", "0x00000000000000000000000000000000000000aa"}
	for _, subject := range subjects {
		if _, err := s.SaveValues(ctx, subject, governance.Values{Statement: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	c.move(101 * 24 * time.Hour)
	a := &Agent{Store: s, Log: slog.New(slog.DiscardHandler), Now: c.now}
	if err := s.StartJobs(ctx, a.Jobs()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.StopJobs(ctx) }()
	for {
		v, err := s.Values(ctx, subjects[0])
		if err != nil {
			t.Fatal(err)
		}
		if v.Version == 0 {
			break
		}
		<-time.After(time.Millisecond) // until the job has run
	}
	if v, err := s.Values(ctx, subjects[1]); err != nil || v.Version != 1 {
		t.Errorf("values under an address: %+v, %v", v, err)
	}
}
