package agent

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"mandate/governance"
)

// Detector finds out what stands at an address, and reads what it found:
// governor.Governors.
type Detector interface {
	Detect(ctx context.Context, chain uint64, address string) (governance.Governor, error)
	Changed(ctx context.Context, g governance.Governor) (bool, error)
	Venue(g governance.Governor, watch []string) governance.Venue
}

// GovernorsArgs is the job that checks the governors and catches up with
// them.
type GovernorsArgs struct{}

// Kind implements river.JobArgs.
func (GovernorsArgs) Kind() string { return "governors" }

// InsertOpts implements river.JobArgsWithInsertOpts. One attempt: the next
// period brings another.
func (GovernorsArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueRead, MaxAttempts: 1}
}

const (
	checkAge        = 24 * time.Hour   // after which a governor is detected anew
	checkAgain      = 10 * time.Minute // after which a failed check is tried again
	governorsAtOnce = 4
	governorBudget  = 20 * time.Second // before the next one has its turn
	quietPause      = 5 * time.Minute  // for a governor at which nothing happens
	quietKey        = " quiet"         // after its id
)

// governorsJob gives every governor its turn, those of the first rank first,
// and again while any is behind.
func (a *Agent) governorsJob(ctx context.Context, _ GovernorsArgs) error {
	if !a.lock("governors") {
		return nil
	}
	defer a.unlock("governors")
	until := time.Now().Add(jobBudget)
	list, err := a.governorList(ctx)
	for err == nil && len(list) > 0 && time.Now().Before(until) && ctx.Err() == nil {
		list = a.readGovernors(ctx, list)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		a.log(ctx).ErrorContext(ctx, "The governors could not be listed.", "error", err)
		return err
	case len(list) > 0:
		return river.JobSnooze(time.Second)
	}
	return nil
}

// GovernorsOnce checks on their chains the governors that are due, those that
// the settings name first, and returns those that can be read. A governor that
// fails its check says so and holds up no other. It returns the store's
// errors.
func (a *Agent) GovernorsOnce(ctx context.Context) (ready []governance.Governor, err error) {
	list, err := a.governorList(ctx)
	for i := range list {
		if err != nil {
			break
		}
		var checked governance.Governor
		if checked, err = a.checkGovernor(ctx, list[i]); err == nil && readable(&checked) {
			ready = append(ready, checked)
		}
	}
	return ready, err
}

// readable reports whether a governor passed its check.
func readable(g *governance.Governor) bool { return g.Fault == "" && !g.Checked.IsZero() }

// governorList is every governor whose chain has a node: those of the
// settings in their order, then those that were added here.
func (a *Agent) governorList(ctx context.Context) ([]governance.Governor, error) {
	if a.Detector == nil || a.Chains == nil {
		return nil, nil
	}
	stored, err := a.Store.Governors(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]governance.Governor{}
	for _, g := range stored {
		known[g.ID] = g
	}
	var list []governance.Governor
	for _, g := range a.Listed {
		if !a.Chains.Has(g.Chain) {
			continue
		}
		if old, ok := known[g.ID]; ok {
			list = append(list, asListed(old, g))
			delete(known, g.ID)
		} else if _, err := a.Store.Governor(ctx, g.ID); governance.CodeOf(err) == governance.NotFound { // else an owner removed it
			list = append(list, g)
		} else if err != nil {
			return nil, err
		}
	}
	for _, g := range stored {
		if _, ok := known[g.ID]; ok && !g.Listed && a.Chains.Has(g.Chain) {
			list = append(list, g)
		}
	}
	return list, ctx.Err()
}

// asListed keeps what the settings say about a stored governor.
func asListed(g, listed governance.Governor) governance.Governor {
	g.Listed = true
	if listed.DAO != "" {
		g.DAO = listed.DAO
	}
	if listed.DAOName != "" {
		g.DAOName = listed.DAOName
	}
	return g
}

// checkGovernor detects a governor that is new, old, or whose code is not
// what it was, and stores what was found.
func (a *Agent) checkGovernor(ctx context.Context, g governance.Governor) (governance.Governor, error) {
	age := a.now().Sub(g.Checked)
	switch {
	case g.Fault != "" && age < checkAgain, g.Fault == "" && !g.Checked.IsZero() && age < a.interval()/2:
		return g, nil
	case g.Fault == "" && !g.Checked.IsZero() && age < checkAge:
		changed, err := a.Detector.Changed(ctx, g)
		if err != nil || !changed {
			return g, nil //nolint:nilerr // the source's health tells that the node fails
		}
		a.log(ctx).WarnContext(ctx, "The code of a governor changed.", "governor", g.ID)
	}
	found, err := a.Detector.Detect(ctx, g.Chain, g.Address)
	switch {
	case ctx.Err() != nil:
		return g, ctx.Err()
	case err != nil && !g.Checked.IsZero() && g.Fault == "" && governance.CodeOf(err) != governance.Invalid:
		return g, nil // it was right before, and the node fails
	case err != nil:
		g.Fault, g.Checked = governance.MessageOf(err), a.now()
		a.log(ctx).WarnContext(ctx, "A governor could not be checked.", "governor", g.ID, "error", err)
		return g, a.Store.SaveGovernor(ctx, g)
	}
	return a.keepGovernor(ctx, g, found)
}

// keepGovernor stores what the detector found under what is known of it.
func (a *Agent) keepGovernor(ctx context.Context, g, found governance.Governor) (governance.Governor, error) {
	found.DAO, found.DAOName, found.Listed, found.Added = g.DAO, g.DAOName, g.Listed, g.Added
	if found.Added.IsZero() {
		found.Added = a.now()
	}
	if g.StartBlock > 0 {
		found.StartBlock = g.StartBlock
	}
	if found.DAO == "" {
		dao, name, err := a.daoOfToken(ctx, found)
		if err != nil {
			return g, err
		}
		found.DAO, found.DAOName = dao, orText(g.DAOName, orText(name, orText(found.Name, found.Address)))
	}
	found.Checked = a.now()
	return found, a.Store.SaveGovernor(ctx, found)
}

// daoOfToken finds the DAO of a governor that the settings name by its votes
// token, at others that they name: a contract may call any token its own, so
// of strangers that says nothing. Without one the governor is a DAO of its own.
func (a *Agent) daoOfToken(ctx context.Context, found governance.Governor) (dao, name string, err error) {
	if !found.Listed {
		return found.ID, "", nil
	}
	stored, err := a.Store.Governors(ctx)
	if err != nil {
		return "", "", err
	}
	for _, g := range stored {
		if g.Listed && g.ID != found.ID && g.Chain == found.Chain && g.DAO != "" && strings.EqualFold(g.Token.Address, found.Token.Address) && found.Token.Address != "" {
			return g.DAO, g.DAOName, nil
		}
	}
	return found.ID, "", nil
}

func orText(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

// readGovernors gives each a turn, checked first where that is due, and returns
// those that are still behind.
func (a *Agent) readGovernors(ctx context.Context, list []governance.Governor) (behind []governance.Governor) {
	watch, err := a.Store.AccountsInUse(ctx)
	if err != nil {
		a.log(ctx).ErrorContext(ctx, "The accounts in use could not be listed.", "error", err)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	turns := make(chan struct{}, governorsAtOnce)
	for _, g := range list {
		if a.resting(g.ID + quietKey) {
			continue
		}
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			checked, err := a.checkGovernor(ctx, g)
			if err != nil && ctx.Err() == nil {
				a.log(ctx).ErrorContext(ctx, "A governor could not be stored.", "governor", g.ID, "error", err)
			}
			if err == nil && readable(&checked) && a.readGovernor(ctx, a.Detector.Venue(checked, watch)) {
				mu.Lock()
				defer mu.Unlock()
				behind = append(behind, g)
			}
		})
	}
	wg.Wait()
	return behind
}

// readGovernor catches up for a while and refreshes what is open. It reports
// whether more is waiting.
func (a *Agent) readGovernor(ctx context.Context, v governance.Venue) (behind bool) {
	if a.resting(v.Source()) {
		return false
	}
	sum, err := a.syncFor(ctx, v, nil, governorBudget)
	switch {
	case err != nil || ctx.Err() != nil:
		return false
	case sum.New+sum.Gone > 0:
		a.log(ctx).InfoContext(ctx, "Read.", "source", sum.Source, "new", sum.New, "gone", sum.Gone, "requests", sum.Requests, "took", sum.Took.Round(time.Millisecond))
	}
	if !sum.Done {
		return true
	}
	refreshed, err := a.RefreshOnce(ctx, v)
	switch {
	case err != nil && governance.CodeOf(err) != governance.Conflict:
		a.log(ctx).WarnContext(ctx, "Open proposals could not be read again.", "source", v.Source(), "error", err)
	case err == nil && refreshed.Requests == 0 && sum.New+sum.Edited+sum.Counted+sum.Gone == 0:
		a.letRest(v.Source())
	}
	return false
}

// letRest leaves a governor alone for a while where nothing happens: public
// nodes count requests, and there may be dozens of governors. Intervals below
// a minute are for chains of one's own.
func (a *Agent) letRest(source string) {
	if a.interval() < time.Minute {
		return
	}
	a.state.do(func(s *state) { s.next[source+quietKey] = a.now().Add(quietPause) })
}

// AddGovernor checks an address on its chain and has it read from now on. It
// returns Denied without a node of the chain, Invalid where no governor
// stands there, and the chain's and the store's errors.
func (a *Agent) AddGovernor(ctx context.Context, chain uint64, address, dao string) (governance.Governor, error) {
	if a.Detector == nil {
		return governance.Governor{}, governance.Errorf(governance.Denied, "Governor contracts are not read here: MANDATE_GOVERNORS is none.")
	}
	if a.Chains == nil || !a.Chains.Has(chain) {
		return governance.Governor{}, governance.Errorf(governance.Denied, "Chain %d cannot be read here: choose a node for it first, or set MANDATE_RPC_%d.", chain, chain)
	}
	found, err := a.Detector.Detect(ctx, chain, address)
	if err != nil {
		return governance.Governor{}, err
	}
	old, err := a.Store.Governor(ctx, found.ID)
	if err != nil && governance.CodeOf(err) != governance.NotFound {
		return governance.Governor{}, err
	}
	if dao != "" {
		old.DAO = dao
	}
	g, err := a.keepGovernor(ctx, old, found)
	if err != nil {
		return governance.Governor{}, err
	}
	return g, a.Store.Enqueue(ctx, GovernorsArgs{}, nil)
}
