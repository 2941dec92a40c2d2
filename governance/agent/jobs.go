package agent

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"mandate/governance"
	"mandate/governance/store"
)

// Queues: reading must not wait for explaining, and votes for neither.
const (
	queueRead   = "read"
	queueAssess = "assess"
	queueCast   = "cast"
)

// jobBudget is how long one job works before it makes room and continues in a
// new run. It is below the store's rescue time.
const jobBudget = 3 * time.Minute

// assessBatch is how many proposals are taken at once, so that what becomes
// urgent meanwhile comes soon.
const assessBatch = 64

// SyncArgs is the job that catches up with one source.
type SyncArgs struct {
	Source string `json:"source"`
}

// Kind implements river.JobArgs.
func (SyncArgs) Kind() string { return "sync" }

// InsertOpts implements river.JobArgsWithInsertOpts. One attempt: whatever
// happens to a job, the next period brings another.
func (SyncArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueRead, MaxAttempts: 1}
}

// RefreshArgs is the job that reads again what is open in one source.
type RefreshArgs struct {
	Source string `json:"source"`
}

// Kind implements river.JobArgs.
func (RefreshArgs) Kind() string { return "refresh" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (RefreshArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueRead, MaxAttempts: 1}
}

// AssessArgs is the job that explains what is due. The store can enqueue it
// whenever proposals change (store.Config.OnChange).
type AssessArgs struct{}

// Kind implements river.JobArgs.
func (AssessArgs) Kind() string { return "assess" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (AssessArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueAssess, MaxAttempts: 1}
}

// ForgetArgs is the daily job that removes what visitors left behind.
type ForgetArgs struct{}

// Kind implements river.JobArgs.
func (ForgetArgs) Kind() string { return "forget" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (ForgetArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueRead, MaxAttempts: 1}
}

// worker lets a function do a job.
type worker[T river.JobArgs] struct {
	river.WorkerDefaults[T]
	work func(ctx context.Context, args T) error
}

// Work implements river.Worker.
func (w *worker[T]) Work(ctx context.Context, job *river.Job[T]) error { return w.work(ctx, job.Args) }

// Jobs returns the agent's workers and periods for store.StartJobs. Periodic
// jobs carry no unique key: one that died with its process would hold up its
// successors; two at a time are kept apart by the agent.
func (a *Agent) Jobs() store.Jobs {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker[SyncArgs]{work: a.syncJob})
	river.AddWorker(workers, &worker[RefreshArgs]{work: a.refreshJob})
	river.AddWorker(workers, &worker[AssessArgs]{work: a.assessJob})
	river.AddWorker(workers, &worker[ForgetArgs]{work: a.forgetJob})
	river.AddWorker(workers, &worker[GovernorsArgs]{work: a.governorsJob})
	river.AddWorker(workers, &worker[CastArgs]{work: a.castJob})
	river.AddWorker(workers, &worker[SettleArgs]{work: a.settleJob})
	jobs := store.Jobs{Workers: workers, Queues: map[string]int{queueRead: 2*max(1, len(a.Venues)) + 1, queueAssess: 2, queueCast: 4}, Timeout: jobBudget + time.Minute/2}
	// At the start too: periods are not kept over a restart.
	jobs.Periodic = append(jobs.Periodic, a.every(24*time.Hour, true, ForgetArgs{}), a.every(settleEvery, true, SettleArgs{}))
	a.accountJobs(&jobs)
	for _, v := range a.Venues {
		jobs.Periodic = append(jobs.Periodic,
			a.every(a.interval(), true, SyncArgs{v.Source()}),
			a.every(a.interval(), false, RefreshArgs{v.Source()}))
	}
	river.AddWorker(workers, &worker[InspectArgs]{work: a.inspectJob})
	if a.Inspector != nil {
		jobs.Periodic = append(jobs.Periodic, a.every(a.interval(), true, InspectArgs{}))
	}
	if a.Detector != nil {
		jobs.Periodic = append(jobs.Periodic, a.every(a.interval(), true, GovernorsArgs{}))
	}
	if a.Assessor != nil {
		jobs.Periodic = append(jobs.Periodic, a.every(a.interval(), true, AssessArgs{}))
	}
	return jobs
}

func (a *Agent) every(d time.Duration, atStart bool, args river.JobArgs) *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(d),
		func() (river.JobArgs, *river.InsertOpts) { return args, nil }, &river.PeriodicJobOpts{RunOnStart: atStart})
}

func (a *Agent) venue(source string) governance.Venue {
	for _, v := range a.Venues {
		if v.Source() == source {
			return v
		}
	}
	return nil
}

// syncJob reads settings of new spaces first, so that proposals are stored
// under their DAO's name, then catches up.
func (a *Agent) syncJob(ctx context.Context, args SyncArgs) error {
	v := a.venue(args.Source)
	if v == nil || a.resting(args.Source) {
		return nil
	}
	if !a.resting(args.Source + " spaces") {
		if _, err := a.SpacesOnce(ctx, v); err != nil && ctx.Err() == nil {
			a.log(ctx).WarnContext(ctx, "Settings of spaces could not be read.", "source", args.Source, "error", err)
		}
	}
	sum, err := a.syncFor(ctx, v, nil, jobBudget)
	if err == nil && a.Scope.All { // spaces that only their proposals made known
		_, err = a.SpacesOnce(ctx, v)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil && !sum.Done:
		return river.JobSnooze(time.Second)
	case err == nil:
		a.log(ctx).InfoContext(ctx, "Read.", "source", sum.Source, "new", sum.New, "edited", sum.Edited, "counted", sum.Counted,
			"gone", sum.Gone, "requests", sum.Requests, "took", sum.Took.Round(time.Millisecond))
		return nil
	case governance.CodeOf(err) == governance.Conflict:
		return nil
	}
	return a.retryIn(args.Source)
}

// retryIn comes back before the next period where the source's pause is that
// short.
func (a *Agent) retryIn(source string) error {
	var pause time.Duration
	a.state.do(func(s *state) { pause = s.next[source].Sub(a.now()) })
	if pause > 0 && pause < a.interval() {
		return river.JobSnooze(pause)
	}
	return nil
}

func (a *Agent) refreshJob(ctx context.Context, args RefreshArgs) error {
	v := a.venue(args.Source)
	if v == nil || a.resting(args.Source) {
		return nil
	}
	sum, err := a.RefreshOnce(ctx, v)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case governance.CodeOf(err) == governance.Conflict && !a.behind(args.Source):
		return river.JobSnooze(2 * time.Second) // the sync of this period is about to end
	case err != nil:
		return nil //nolint:nilerr // the source's health tells it, and the next period tries again
	}
	if sum.Requests > 0 {
		a.log(ctx).InfoContext(ctx, "Refreshed.", "source", sum.Source, "same", sum.Same, "edited", sum.Edited, "gone", sum.Gone, "requests", sum.Requests)
	}
	return nil
}

// behind reports whether a catch-up of the source is under way.
func (a *Agent) behind(source string) (yes bool) {
	a.state.do(func(s *state) { yes = s.reading[source] })
	return yes
}

func (a *Agent) assessJob(ctx context.Context, _ AssessArgs) error {
	for until := time.Now().Add(jobBudget); time.Now().Before(until); {
		tried, _, err := a.assess(ctx, assessBatch)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			a.log(ctx).ErrorContext(ctx, "Assessments could not be stored.", "error", err)
			return errors.Join(err, a.LoadProgress(ctx))
		case tried == 0:
			return a.LoadProgress(ctx)
		}
	}
	return river.JobSnooze(time.Second)
}

func (a *Agent) forgetJob(ctx context.Context, _ ForgetArgs) error {
	f, err := a.Store.Forget(ctx)
	if err != nil {
		a.log(ctx).ErrorContext(ctx, "What visitors left could not be removed.", "error", err)
		return err
	}
	if f != (store.Forgotten{}) {
		a.log(ctx).InfoContext(ctx, "Removed what visitors left.", "sessions", f.Sessions, "values", f.Values)
	}
	return nil
}
