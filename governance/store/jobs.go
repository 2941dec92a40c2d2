package store

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"mandate/governance"
)

// Jobs are what StartJobs runs.
type Jobs struct {
	Workers  *river.Workers
	Periodic []*river.PeriodicJob
	// Queues names the queues with how many of their jobs run at once.
	// Empty = the default queue with two.
	Queues map[string]int
	// Timeout ends a job that has no timeout of its own; 0 = four minutes.
	Timeout time.Duration
}

// rescueAfter is when a job counts as lost with its process. A worker's own
// longer Timeout is respected.
const rescueAfter = 5 * time.Minute

func (s *Store) driver() riverdriver.Driver[*sql.Tx] {
	if s.pg {
		return riverdatabasesql.New(s.write.DB)
	}
	return riversqlite.New(s.write.DB)
}

// newInserter makes the client that enqueues without working.
func (s *Store) newInserter() (*river.Client[*sql.Tx], error) {
	client, err := river.NewClient(s.driver(), &river.Config{Logger: s.jobLog(), SkipUnknownJobCheck: true})
	return client, s.fail(err, "prepare the job queue")
}

// StartJobs works on jobs until StopJobs. ctx is only used for starting.
// It returns Conflict if jobs run already.
func (s *Store) StartJobs(ctx context.Context, jobs Jobs) error {
	queues := map[string]river.QueueConfig{}
	for name, workers := range jobs.Queues {
		queues[name] = river.QueueConfig{MaxWorkers: workers}
	}
	if len(queues) == 0 {
		queues[river.QueueDefault] = river.QueueConfig{MaxWorkers: 2}
	}
	timeout := jobs.Timeout
	if timeout == 0 {
		timeout = rescueAfter - time.Minute
	}
	client, err := river.NewClient(s.driver(), &river.Config{
		Workers: jobs.Workers, PeriodicJobs: jobs.Periodic, Queues: queues,
		JobTimeout: timeout, RescueStuckJobsAfter: max(rescueAfter, timeout),
		CompletedJobRetentionPeriod: time.Hour, CancelledJobRetentionPeriod: 24 * time.Hour, DiscardedJobRetentionPeriod: 7 * 24 * time.Hour,
		Logger: s.jobLog(), Middleware: []rivertype.Middleware{&jobLogger{log: s.log}},
	})
	if err != nil {
		return governance.Wrap(governance.Internal, err, "set up the jobs")
	}
	if !s.worker.CompareAndSwap(nil, client) {
		return governance.Errorf(governance.Conflict, "The jobs run already.")
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		s.worker.Store(nil)
		return s.fail(err, "start the jobs")
	}
	return nil
}

// StopJobs lets running jobs finish until ctx ends, then cancels them.
// Jobs that were cut off run again later.
func (s *Store) StopJobs(ctx context.Context) error {
	client := s.worker.Swap(nil)
	if client == nil {
		return nil
	}
	err := client.Stop(ctx)
	if err == nil || ctx.Err() == nil {
		return s.fail(err, "stop the jobs")
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return s.fail(client.StopAndCancel(hard), "cancel the jobs")
}

// Enqueue adds a job, also while no jobs are worked on. opts may be nil.
func (s *Store) Enqueue(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) error {
	_, err := s.inserter.Insert(ctx, args, opts)
	return s.fail(err, "enqueue a job")
}

// onceAtATime makes a job of a kind wait at most once.
func onceAtATime() river.UniqueOpts {
	return river.UniqueOpts{ByState: []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending,
		rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled}}
}

// jobLogger puts a logger with the job's id and kind into its context.
type jobLogger struct {
	river.MiddlewareDefaults
	log *slog.Logger
}

type logKey struct{}

// Work implements rivertype.WorkerMiddleware.
func (j *jobLogger) Work(ctx context.Context, job *rivertype.JobRow, work func(context.Context) error) error {
	log := j.log.With("job_id", job.ID, "job", job.Kind, "attempt", job.Attempt)
	return work(context.WithValue(ctx, logKey{}, log))
}

// LoggerFrom returns the logger of the job that ctx belongs to, or the
// default logger outside of jobs.
func LoggerFrom(ctx context.Context) *slog.Logger {
	if log, ok := ctx.Value(logKey{}).(*slog.Logger); ok {
		return log
	}
	return slog.Default()
}

// jobLog passes only River's warnings and errors on.
func (s *Store) jobLog() *slog.Logger { return slog.New(warnings{s.log.Handler()}) }

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
