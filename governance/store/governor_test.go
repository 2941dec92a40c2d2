package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
)

const (
	testGovernor  = "eip155:1:0x00000000000000000000000000000000000000a1"
	otherGovernor = "eip155:10:0x00000000000000000000000000000000000000b2"
)

func governor(id, dao string) governance.Governor {
	chain, address, err := governance.ParseGovernorID(id)
	if err != nil {
		panic(err)
	}
	return governance.Governor{ID: id, Chain: chain, Address: address, DAO: dao, Name: "Example Governor", Family: governance.FamilyOZ5, Clock: governance.ClockBlocks,
		Token: governance.VotesToken{Symbol: "EXG", Decimals: 18}, Timelock: &governance.Timelock{Kind: "openzeppelin", MinDelay: 60},
		Evidence: []governance.Evidence{{Probe: "p", Answer: "a", Says: "s"}}, Checked: t0()}
}

// onChain makes the governor's proposal n, created at block 100*n, open at t0.
func onChain(id string, n int) governance.Proposal {
	p := proposal(n, "", 5)
	p.Ref, p.Type, p.Choices = governance.GovernorRef(id, strconv.Itoa(n)), governance.GovernorVote, []string{"Against", "For", "Abstain"}
	p.DAO, p.Seen, p.Tally = "", t0(), governance.Tally{Scores: []float64{0, 0, 0}}
	p.OnChain = &governance.OnChain{Governor: id, Calls: []governance.Call{{Target: "0x00000000000000000000000000000000000000Cc", Value: "0", Calldata: "0x1234"}},
		Description: "0x61", VoteStart: uint64(100*n + 10), Clock: governance.ClockBlocks, Block: uint64(100 * n), BlockHash: fmt.Sprintf("0xhash%d", n), Tx: "0xtx",
		Standing: governance.Standing{State: governance.Active, Read: t0(), AtBlock: uint64(100*n + 20), VoteEnd: uint64(100*n + 90), Quorum: "4", EndOff: 12, Nodes: 2}}
	return p
}

// cast makes the vote of account n at a block.
func cast(ref governance.Ref, account, block int, weight string) governance.Event {
	return governance.Event{Governor: ref.Governor(), Ref: ref, Kind: governance.EventVote, Block: uint64(block), Index: uint(account), Tx: fmt.Sprintf("0xtx%d-%d", block, account),
		Time: t0().Add(time.Duration(block) * time.Second), Account: fmt.Sprintf("0x%038dAb", account), Support: 1, Weight: weight}
}

func detail(t testing.TB, s *Store, ref governance.Ref) governance.Proposal {
	t.Helper()
	d, err := s.Proposal(context.Background(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return d.Proposal
}

func TestGovernors(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		one, two := governor(testGovernor, ""), governor(otherGovernor, "b.eth")
		must(t, s.SaveGovernor(ctx, two))
		must(t, s.SaveGovernor(ctx, one))
		wantCode(t, s.SaveGovernor(ctx, governance.Governor{ID: "x"}), governance.Invalid)
		one.DAO, one.DAOName, two.DAOName = testGovernor, "Example Governor", "b.eth"
		got, err := s.Governors(ctx)
		if err != nil || cmp.Diff([]governance.Governor{one, two}, got) != "" {
			t.Errorf("%s %v", cmp.Diff([]governance.Governor{one, two}, got), err)
		}
		if got, err := s.GovernorsOf(ctx, "b.eth"); err != nil || len(got) != 1 || got[0].ID != otherGovernor {
			t.Errorf("%+v %v", got, err)
		}
		d, err := s.DAO(ctx, testGovernor, t0())
		if err != nil || d.Name != "Example Governor" || len(d.Governors) != 1 || d.Space != nil {
			t.Errorf("%+v %v", d, err)
		}
		daos, err := s.DAOs(ctx, t0())
		if err != nil || len(daos) != 2 || len(daos[0].Governors) != 1 || len(daos[1].Governors) != 1 {
			t.Errorf("%+v %v", daos, err)
		}
		apply(t, s, governance.Batch{Next: "x"})
		_, err = s.Apply(ctx, otherGovernor, governance.Batch{Next: "y", Share: 0.25})
		must(t, err)
		health, err := s.Health(ctx)
		if err != nil || len(health) != 2 || health[0].Share != 0.25 {
			t.Errorf("%+v %v", health, err)
		}
		must(t, s.RemoveGovernor(ctx, otherGovernor))
		wantCode(t, s.RemoveGovernor(ctx, otherGovernor), governance.NotFound)
		if got, err := s.Governors(ctx); err != nil || len(got) != 1 {
			t.Errorf("%+v %v", got, err)
		}
		if g, err := s.Governor(ctx, otherGovernor); err != nil || g.Fault == "" {
			t.Errorf("%+v %v", g, err)
		}
		if health, err := s.Health(ctx); err != nil || len(health) != 1 {
			t.Errorf("%+v %v", health, err)
		}
		must(t, s.SaveGovernor(ctx, two))
		if g, err := s.Governor(ctx, otherGovernor); err != nil || g.Fault != "" || g.DAO != "b.eth" {
			t.Errorf("%+v %v", g, err)
		}
		_, err = s.Governor(ctx, "eip155:7:0x00000000000000000000000000000000000000b2")
		wantCode(t, err, governance.NotFound)
	})
}

func TestGovernorMoves(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{onChain(testGovernor, 1), onChain(testGovernor, 2), proposal(9, "a.eth", 1)},
			Spaces: []governance.Space{{ID: "a.eth", Name: "Albatross"}}})
		must(t, s.SaveGovernor(ctx, governor(testGovernor, "")))
		must(t, s.SaveGovernor(ctx, governor(testGovernor, "a.eth")))
		daos, err := s.DAOs(ctx, t0())
		if err != nil || len(daos) != 1 || daos[0].Name != "Albatross" || daos[0].Proposals != 3 || daos[0].Active != 3 || len(daos[0].Governors) != 1 {
			t.Fatalf("%+v %v", daos, err)
		}
		// A reader that does not know it yet.
		p := onChain(testGovernor, 3)
		p.DAO = testGovernor
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{p, onChain(testGovernor, 1)}})
		must(t, s.SaveGovernor(ctx, governor(testGovernor, ""))) // the detector does not know it either
		page := list(t, s, Filter{DAO: "a.eth"})
		if page.Total != 4 || len(page.Items) != 4 || list(t, s, Filter{}).Total != 4 {
			t.Errorf("%d of %d", len(page.Items), page.Total)
		}
		for _, l := range page.Items {
			if l.Proposal.DAOName != "Albatross" {
				t.Errorf("%+v", l.Proposal)
			}
		}
		if got := list(t, s, Filter{Query: "albatross"}); got.Total != 4 {
			t.Errorf("%d found", got.Total)
		}
		must(t, s.SaveGovernor(ctx, governor(testGovernor, testGovernor))) // on its own again
		if daos, err := s.DAOs(ctx, t0()); err != nil || len(daos) != 2 || daos[0].Proposals != 3 || daos[1].Proposals != 1 {
			t.Errorf("%+v %v", daos, err)
		}
	})
}

func TestOnChainRoundTrip(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		p := onChain(testGovernor, 1)
		p.Title, p.OnChain.Calls[0].Signature = "NUL \x00", "bad \xff"
		b := governance.Batch{Proposals: []governance.Proposal{p}, Next: "c"}
		if got := apply(t, s, b); got != (Applied{New: 1}) {
			t.Errorf("%+v", got)
		}
		before := s.Generation()
		if got := apply(t, s, b); got != (Applied{Same: 1}) || s.Generation() != before {
			t.Errorf("%+v", got)
		}
		got := detail(t, s, p.Ref)
		p.Title, p.OnChain.Calls[0].Signature = "NUL \uFFFD", "bad \uFFFD"
		p.DAO, p.DAOName, p.ContentHash, p.Version = testGovernor, testGovernor, got.HashContent(), 1
		if diff := cmp.Diff(p, got); diff != "" {
			t.Error(diff)
		}
		due, err := s.DueAssessments(context.Background(), t0(), 5)
		if err != nil || len(due) != 1 || due[0].OnChain == nil || due[0].OnChain.State != governance.Active {
			t.Errorf("%+v %v", due, err)
		}
	})
}

// Times of governors are estimates: they move without a new version.
func TestReadingsMove(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		p := onChain(testGovernor, 1)
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{p}, Events: []governance.Event{cast(p.Ref, 1, 101, "5")}})
		later := *p.OnChain
		later.AtBlock, later.VoteEnd, later.For = 300, 250, "5"
		q := p
		q.OnChain, q.End, q.Start, q.Tally = &later, p.End.Add(time.Hour), p.Start.Add(time.Minute), governance.Tally{Scores: []float64{0, 5, 0}, Total: 5}
		if got := apply(t, s, governance.Batch{Proposals: []governance.Proposal{q}}); got != (Applied{Same: 1}) {
			t.Errorf("%+v", got)
		}
		if got := apply(t, s, governance.Batch{Proposals: []governance.Proposal{p}}); got != (Applied{Same: 1}) { // an old step, taken again
			t.Errorf("%+v", got)
		}
		got := detail(t, s, p.Ref)
		if got.Version != 1 || !got.End.Equal(q.End) || !got.Start.Equal(q.Start) || got.OnChain.For != "5" || got.Tally.Total != 5 || got.Tally.Voters != 1 {
			t.Errorf("%+v %+v", got, got.OnChain)
		}
		standing := later.Standing
		standing.AtBlock, standing.State, standing.Final = 400, governance.Executed, true
		count := governance.Count{Ref: p.Ref, Tally: governance.Tally{Scores: []float64{0, 6, 0}, Total: 6}, Standing: &standing, Outcome: governance.Executed, End: t0().Add(-time.Minute)}
		old := count
		old.Standing, old.Outcome = &later.Standing, ""
		for _, c := range []governance.Count{count, old} {
			if got := apply(t, s, governance.Batch{Counts: []governance.Count{c, {Ref: "eip155:1:0x1:9", Standing: &standing}}}); got != (Applied{Counted: 1}) {
				t.Errorf("%+v", got)
			}
		}
		got = detail(t, s, p.Ref)
		if got.Outcome != governance.Executed || got.OnChain.State != governance.Executed || got.StateAt(t0()) != governance.Executed || got.Tally.Voters != 1 || got.Tally.Total != 6 ||
			!got.Start.Equal(q.Start) || !got.End.Equal(count.End) {
			t.Errorf("%+v %+v", got, got.OnChain)
		}
		before := s.Generation()
		standing.AtBlock, standing.Read = 500, t0().Add(time.Hour)
		apply(t, s, governance.Batch{Counts: []governance.Count{count}})
		if s.Generation() != before {
			t.Error("the same standing at a later block changed the generation")
		}
		if refs, err := s.RefreshDue(context.Background(), testGovernor, t0().AddDate(0, 0, 2), 9); err != nil || len(refs) != 0 {
			t.Errorf("%v %v", refs, err)
		}
	})
}

func TestRefreshDue(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		var ps []governance.Proposal
		for n, c := range []struct {
			outcome governance.State
			ended   time.Duration
		}{{governance.Queued, 10 * 24 * time.Hour}, {governance.Succeeded, 40 * 24 * time.Hour}, {governance.Executed, time.Hour}, {"", -time.Hour}} {
			p := onChain(testGovernor, n+1)
			p.Outcome, p.End, p.Seen = c.outcome, t0().Add(-c.ended), t0().Add(-7*time.Hour)
			p.OnChain.Final = c.outcome == governance.Executed
			ps = append(ps, p)
		}
		apply(t, s, governance.Batch{Proposals: append(ps, onChain(otherGovernor, 7), proposal(8, "a.eth", 1))})
		if refs, err := s.RefreshDue(ctx, testGovernor, t0(), 9); err != nil || !slices.Equal(refs, []governance.Ref{ps[3].Ref, ps[0].Ref}) {
			t.Errorf("%v %v", refs, err)
		}
		if refs, err := s.RefsToRefresh(ctx, t0().Add(time.Hour), 9); err != nil || !slices.Equal(refs, []governance.Ref{proposal(8, "a.eth", 1).Ref}) {
			t.Errorf("%v %v", refs, err)
		}
	})
}

func TestOutcomeFilters(t *testing.T) {
	states := []governance.State{governance.Succeeded, governance.Defeated, governance.Queued, governance.Executed, governance.Canceled, governance.Expired, governance.Vetoed}
	eachEngine(t, func(t *testing.T, s *Store) {
		mixed(t, s)
		b := governance.Batch{}
		for n := range 21 {
			p := onChain(testGovernor, n+1)
			p.Outcome, p.End = states[n%7], t0().Add(-time.Duration(n+1)*time.Minute)
			b.Proposals = append(b.Proposals, p)
		}
		// Cancelled before it began, and decided before its time: over all the same.
		b.Proposals[4].Start, b.Proposals[4].End = t0().Add(time.Hour), t0().Add(-time.Minute)
		b.Proposals[0].End = t0().Add(time.Hour)
		apply(t, s, b)
		for i, state := range append(states, governance.Objection, governance.State("x' OR 1=1")) {
			want := 3
			if i >= len(states) {
				want = 0
			}
			for _, by := range []Sort{SortDeadline, SortNewest} {
				for _, query := range []string{"", "proposal"} {
					f := Filter{States: []governance.State{state}, Sort: by, Query: query, Limit: 2}
					seen := 0
					for more := true; more; {
						page := list(t, s, f)
						for _, l := range page.Items {
							if l.Proposal.Outcome != state || l.Proposal.OnChain != nil {
								t.Errorf("%s lists %s", state, l.Proposal.Outcome)
							}
						}
						if seen += len(page.Items); page.Total != want {
							t.Errorf("%s %s %q: total %d", state, by, query, page.Total)
						}
						f.Cursor, more = page.Next, page.Next != ""
					}
					if seen != want {
						t.Errorf("%s %s %q: %d listed", state, by, query, seen)
					}
				}
			}
		}
		for name, c := range map[string]struct {
			states []governance.State
			want   int
		}{
			"closed":  {[]governance.State{governance.Closed}, 20},
			"over":    {[]governance.State{StateOver}, 20 + 21},
			"pending": {[]governance.State{governance.Pending}, 10},
			"active":  {[]governance.State{governance.Active}, 30},
			"two":     {[]governance.State{governance.Queued, governance.Executed}, 6},
			"mixed":   {[]governance.State{governance.Active, governance.Queued}, 33},
		} {
			for _, by := range []Sort{SortDeadline, SortNewest} {
				if page := list(t, s, Filter{States: c.states, Sort: by, Limit: 200}); len(page.Items) != c.want || page.Total != c.want {
					t.Errorf("%s %s: %d of %d, want %d", name, by, len(page.Items), page.Total, c.want)
				}
			}
		}
		counts, err := s.Counts(context.Background(), t0())
		if err != nil || counts.Active != 30 || counts.Pending != 10 || counts.Closed != 41 {
			t.Errorf("%+v %v", counts, err)
		}
	})
}
