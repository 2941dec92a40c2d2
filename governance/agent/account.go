package agent

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/store"
)

// queueAccount is the queue of what is read for accounts.
const queueAccount = "account"

const (
	accountsEvery = 10 * time.Minute
	// queuedFor is how long a job that was enqueued counts as under way. Another
	// process that shares the database may have done it, unseen from here.
	queuedFor = time.Minute
)

// AccountArgs is the job that reads votes, powers, delegations and aliases of
// one account.
type AccountArgs struct {
	Account string `json:"account"` // lower case
}

// Kind implements river.JobArgs.
func (AccountArgs) Kind() string { return "account" }

// InsertOpts implements river.JobArgsWithInsertOpts. One attempt: the next
// period brings another.
func (AccountArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueAccount, MaxAttempts: 1}
}

// AccountsArgs is the periodic job that has every account in use read.
type AccountsArgs struct{}

// Kind implements river.JobArgs.
func (AccountsArgs) Kind() string { return "accounts" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (AccountsArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueAccount, MaxAttempts: 1}
}

// watched is a reading of an account that is queued or under way.
type watched struct {
	queued  time.Time
	running bool
	again   bool // asked for once more while it ran
}

// accountJobs adds what reads accounts to the agent's jobs.
func (a *Agent) accountJobs(jobs *store.Jobs) {
	if a.Hub == nil && a.Governors == nil {
		return
	}
	river.AddWorker(jobs.Workers, &worker[AccountArgs]{work: a.accountJob})
	river.AddWorker(jobs.Workers, &worker[AccountsArgs]{work: a.accountsJob})
	jobs.Queues[queueAccount] = 2
	jobs.Periodic = append(jobs.Periodic, a.every(accountsEvery, true, AccountsArgs{}))
}

// WatchAccount has votes, powers, delegations and aliases of an account read
// by a job, soon. One that is queued already serves both; one that runs is
// followed by another. It returns the store's errors.
func (a *Agent) WatchAccount(ctx context.Context, account string) error {
	account = ballot.Lower(account)
	if a.Hub == nil && a.Governors == nil || account == "" {
		return nil
	}
	enqueue := false
	a.state.do(func(s *state) {
		w := s.watched[account]
		switch {
		case w.running:
			w.again = true
		case a.now().Sub(w.queued).Abs() >= queuedFor:
			w.queued, enqueue = a.now(), true
		}
		s.watched[account] = w
	})
	if !enqueue {
		return nil
	}
	err := a.Store.Enqueue(ctx, AccountArgs{Account: account}, nil)
	if err != nil {
		a.state.do(func(s *state) { delete(s.watched, account) })
	}
	return err
}

// Reading reports whether an account is about to be read or under way, by
// this process.
func (a *Agent) Reading(account string) (yes bool) {
	a.state.do(func(s *state) {
		w := s.watched[ballot.Lower(account)]
		yes = w.running || a.now().Sub(w.queued).Abs() < queuedFor
	})
	return yes
}

func (a *Agent) accountsJob(ctx context.Context, _ AccountsArgs) error {
	accounts, err := a.Store.AccountsInUse(ctx)
	for _, account := range accounts {
		if err == nil {
			err = a.WatchAccount(ctx, account)
		}
	}
	return err
}

func (a *Agent) accountJob(ctx context.Context, args AccountArgs) error {
	running := false
	a.state.do(func(s *state) {
		w := s.watched[args.Account]
		running = w.running
		w.running, w.again = true, w.again || running
		s.watched[args.Account] = w
	})
	if running { // the other job does it, and once more
		return nil
	}
	err := a.AccountOnce(ctx, args.Account)
	again := false
	a.state.do(func(s *state) {
		again = s.watched[args.Account].again
		delete(s.watched, args.Account)
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		a.log(ctx).WarnContext(ctx, "Something of an account could not be read.", "error", err)
	}
	if again {
		return a.WatchAccount(ctx, args.Account)
	}
	return nil
}

// saveHistory reads the account's votes since the last time. What came before
// an error is kept.
func (a *Agent) saveHistory(ctx context.Context, account string) error {
	if a.Hub == nil {
		return nil
	}
	since, err := a.Store.VotesCursor(ctx, account)
	if err != nil {
		return err
	}
	upTo := a.now().Add(-hubLag)
	votes, readErr := a.Hub.Votes(ctx, account, since)
	if readErr != nil {
		upTo = time.Time{}
		if len(votes) > 0 {
			upTo = votes[len(votes)-1].Created
		}
	}
	if err := a.Store.SaveVotes(ctx, account, votes, upTo); err != nil {
		return err
	}
	return readErr
}

// hubLag is how long a vote may take to show up at the hub, by its signed
// time: a Safe's owners may take days.
const hubLag = messageLife

func (a *Agent) saveAliases(ctx context.Context, account string) error {
	if a.Hub == nil {
		return nil
	}
	list, err := a.Hub.Aliases(ctx, account)
	if err != nil {
		return err
	}
	if len(list) > aliasesKept { // oldest first: the newest count
		list = list[len(list)-aliasesKept:]
	}
	own := make([]governance.Alias, 0, len(list))
	for _, x := range list {
		if ballot.Same(x.Owner, account) {
			own = append(own, x)
		}
	}
	return a.Store.SaveAliases(ctx, account, own)
}

const aliasesKept = 200
