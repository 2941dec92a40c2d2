package store

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"mandate/governance"
	"mandate/governance/governancetest"
)

type testArgs struct{ N int }

func (testArgs) Kind() string { return "test" }

type testWorker struct {
	river.WorkerDefaults[testArgs]
	work func(ctx context.Context, n int) error
}

func (w *testWorker) Work(ctx context.Context, job *river.Job[testArgs]) error {
	return w.work(ctx, job.Args.N)
}

func workers(work func(ctx context.Context, n int) error) Jobs {
	w := river.NewWorkers()
	river.AddWorker(w, &testWorker{work: work})
	return Jobs{Workers: w}
}

func queued(t *testing.T, s *Store) int {
	t.Helper()
	var n int
	if err := s.read.DB.QueryRow(`SELECT count(*) FROM river_job`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestJobs(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		var log governancetest.Log
		s.log = slog.New(slog.NewTextHandler(&log, nil))
		done := make(chan int, 10)
		jobs := workers(func(ctx context.Context, n int) error {
			LoggerFrom(ctx).InfoContext(ctx, "working")
			done <- n
			return nil
		})
		for n := range 3 {
			if err := s.Enqueue(ctx, testArgs{N: n}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.StartJobs(ctx, jobs); err != nil {
			t.Fatal(err)
		}
		wantCode(t, s.StartJobs(ctx, jobs), governance.Conflict)
		sum := 0
		for range 3 {
			sum += <-done
		}
		if err := s.StopJobs(ctx); err != nil {
			t.Error(err)
		}
		if err := s.StopJobs(ctx); err != nil {
			t.Errorf("a second stop: %v", err)
		}
		if sum != 3 || !strings.Contains(log.String(), "msg=working job_id=1 job=test attempt=1") {
			t.Errorf("sum %d, log %s", sum, log.String())
		}
	})
}

func TestStopCancelsLongJobs(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		started, ended := make(chan struct{}), make(chan error, 1)
		err := s.StartJobs(context.Background(), workers(func(ctx context.Context, _ int) error {
			close(started)
			<-ctx.Done()
			ended <- ctx.Err()
			return ctx.Err()
		}))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Enqueue(context.Background(), testArgs{}, nil); err != nil {
			t.Fatal(err)
		}
		<-started
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		if err := s.StopJobs(ctx); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// The job for what is new comes with the rows, once, or not at all.
func TestOnChange(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		s.onChange = testArgs{}
		b := governance.Batch{Proposals: []governance.Proposal{proposal(1, "a.eth", 1)}}
		apply(t, s, governance.Batch{Next: "c"})
		if n := queued(t, s); n != 0 {
			t.Errorf("%d jobs without a change", n)
		}
		apply(t, s, b)
		apply(t, s, b)
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{proposal(2, "a.eth", 1)}})
		if n := queued(t, s); n != 1 {
			t.Errorf("%d jobs, want one", n)
		}
	})
}

// A job of a process that died is worked on by the next one.
func TestLostJobIsRescued(t *testing.T) {
	s := openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	ctx := context.Background()
	if err := s.Enqueue(ctx, testArgs{N: 5}, nil); err != nil {
		t.Fatal(err)
	}
	_, err := s.write.DB.Exec(`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = ?, attempted_by = '["x"]'`,
		time.Now().Add(-rescueAfter-time.Hour).UTC().Format("2006-01-02 15:04:05.000"))
	if err != nil {
		t.Fatal(err)
	}
	var runs atomic.Int32
	done := make(chan struct{}, 9)
	err = s.StartJobs(ctx, workers(func(context.Context, int) error { runs.Add(1); done <- struct{}{}; return nil }))
	if err != nil {
		t.Fatal(err)
	}
	<-done
	if err := s.StopJobs(ctx); err != nil || runs.Load() != 1 {
		t.Errorf("%d runs, %v", runs.Load(), err)
	}
}
