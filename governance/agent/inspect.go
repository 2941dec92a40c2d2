package agent

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"mandate/governance"
	"mandate/governance/actions"
	"mandate/governance/store"
	"mandate/governance/text"
)

// Inspector finds out what a proposal would do: actions.Inspector.
type Inspector interface {
	Inspect(ctx context.Context, s actions.Subject) (governance.Inspection, error)
}

// InspectArgs is the job that has plain code look at what is due.
type InspectArgs struct{}

// Kind implements river.JobArgs.
func (InspectArgs) Kind() string { return "inspect" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (InspectArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueAssess, MaxAttempts: 1}
}

const (
	inspectAtOnce = 50
	heaviestVotes = 200             // of a proposal, for the rules about late votes
	pastProposals = 100             // of a governor, for the rule about resubmissions
	inspectHold   = 2 * time.Minute // after a failure
	inspectTrials = 3               // failures after which the calls are not tried out
)

func (a *Agent) inspectJob(ctx context.Context, _ InspectArgs) error {
	if !a.lock("inspect") {
		return nil
	}
	defer a.unlock("inspect")
	for until := time.Now().Add(jobBudget); time.Now().Before(until); {
		done, err := a.InspectDue(ctx, inspectAtOnce)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			a.log(ctx).ErrorContext(ctx, "Inspections could not be stored.", "error", err)
			return err
		case done == 0:
			return nil
		}
	}
	return river.JobSnooze(time.Second)
}

// InspectDue has plain code look at what up to limit proposals would do, open
// ones first, and finds their twins at the DAO's other venue. One that fails
// is tried again later and holds up no other. It returns how many were
// stored, and the store's errors.
func (a *Agent) InspectDue(ctx context.Context, limit int) (stored int, err error) {
	if a.Inspector == nil {
		return 0, nil
	}
	held := 0
	a.state.do(func(s *state) { held = len(s.uninspected) })
	due, err := a.Store.InspectionsDue(ctx, actions.Version, a.now(), limit+min(held, 500))
	if err != nil || len(due) == 0 {
		return 0, err
	}
	governors, err := a.Store.Governors(ctx)
	if err != nil {
		return 0, err
	}
	r := inspectRound{agent: a, governors: governors, past: map[string][]actions.Past{}}
	for i := range due {
		p := &due[i]
		if a.holds(p.Ref) {
			continue
		}
		ok, err := r.one(ctx, p)
		switch {
		case ctx.Err() != nil:
			return stored, ctx.Err()
		case err != nil:
			return stored, err
		case ok:
			stored++
		}
	}
	return stored, nil
}

// holds reports whether a proposal failed lately.
func (a *Agent) holds(ref governance.Ref) (yes bool) {
	a.state.do(func(s *state) {
		until, ok := s.uninspected[ref]
		if yes = ok && a.now().Before(until); ok && !yes {
			delete(s.uninspected, ref)
		}
	})
	return yes
}

// inspectRound keeps what several proposals of a round share.
type inspectRound struct {
	agent     *Agent
	governors []governance.Governor
	past      map[string][]actions.Past // by governor
}

// one inspects a proposal. Only the store's errors are returned.
func (r *inspectRound) one(ctx context.Context, p *governance.Proposal) (bool, error) {
	a := r.agent
	s, err := r.subject(ctx, p)
	if err != nil {
		return false, err
	}
	a.state.do(func(st *state) { s.NoTrial = st.untried[p.Ref] >= inspectTrials })
	found, err := a.Inspector.Inspect(ctx, s)
	if err != nil {
		a.state.do(func(s *state) {
			if ctx.Err() != nil { // the program ends: nobody's failure
				return
			}
			s.uninspected[p.Ref] = a.now().Add(inspectHold)
			s.untried[p.Ref]++
		})
		a.log(ctx).WarnContext(ctx, "What a proposal would do could not be checked.", "ref", p.Ref, "error", err)
		return false, nil
	}
	a.state.do(func(s *state) { delete(s.untried, p.Ref) })
	switch err := a.Store.SaveInspection(ctx, found); governance.CodeOf(err) {
	case "":
	case governance.Conflict, governance.NotFound: // it changed meanwhile, and comes again
		return false, nil
	default:
		return false, err
	}
	return true, r.twins(ctx, p)
}

// subject gathers what an inspection needs from the store.
func (r *inspectRound) subject(ctx context.Context, p *governance.Proposal) (actions.Subject, error) {
	st := r.agent.Store
	s := actions.Subject{Proposal: p, Governors: r.governors}
	before, err := st.Inspection(ctx, p.Ref)
	if err != nil && governance.CodeOf(err) != governance.NotFound {
		return s, err
	}
	if err == nil {
		s.Before = before
	}
	id := p.Ref.Governor()
	if id == "" {
		return s, nil
	}
	for i := range r.governors {
		if r.governors[i].ID == id {
			s.Governor = &r.governors[i]
		}
	}
	if s.Past, err = r.pastOf(ctx, id, p.Ref); err != nil {
		return s, err
	}
	votes, err := st.GovernorVotes(ctx, store.ChainVoteFilter{Ref: p.Ref, ByWeight: true, Limit: heaviestVotes})
	if err != nil {
		return s, err
	}
	events, err := st.Events(ctx, p.Ref)
	s.Votes = append(votes.Items, events...)
	return s, err
}

// pastOf is what a governor decided before, read once a round.
func (r *inspectRound) pastOf(ctx context.Context, governor string, but governance.Ref) ([]actions.Past, error) {
	list, ok := r.past[governor]
	if !ok {
		rows, err := r.agent.Store.PastProposals(ctx, governor, pastProposals)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			row := &rows[i]
			p := governance.Proposal{Title: row.Title}
			list = append(list, actions.Past{Ref: row.Ref, State: row.State, Title: row.Title, Text: text.Plain(&p).Text, Calls: row.Calls})
		}
		r.past[governor] = list
	}
	var out []actions.Past
	for _, p := range list {
		if p.Ref != but {
			out = append(out, p)
		}
	}
	return out, nil
}

// twins links a governor's proposal with its temperature check.
func (r *inspectRound) twins(ctx context.Context, p *governance.Proposal) error {
	if p.OnChain == nil {
		return nil
	}
	a := r.agent
	rows, err := a.Store.TwinCandidates(ctx, p.DAO, p.Created)
	if err != nil {
		return err
	}
	var others []governance.Question
	for i := range rows {
		others = append(others, question(&rows[i], a.now()))
	}
	return a.Store.SaveTwins(ctx, p.Ref, governance.MatchTwins(question(p, a.now()), others))
}

func question(p *governance.Proposal, now time.Time) governance.Question {
	return governance.Question{Ref: p.Ref, Title: p.Title, Body: p.Body, Created: p.Created, State: p.StateAt(now)}
}
