package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"mandate/governance"
)

// assess stores a small assessment of p's content.
func assess(t testing.TB, s *Store, p governance.Proposal, kind governance.Kind, flags ...governance.Flag) {
	t.Helper()
	a := governance.Assessment{Version: 1, Reader: "built-in", Headline: "H " + p.Title, Summary: "S", Kind: kind, Flags: flags,
		Asks: []governance.Ask{{Amount: "10", Token: "USD"}}}
	f := governance.Facts{Kind: kind, AskUSD: 10, Flags: flags, Leanings: map[string]governance.Leaning{"privacy": {Value: 1, Quote: "long", Start: 1, End: 5}}}
	if err := s.SaveAssessments(context.Background(), []Assessed{{ContentHash: p.HashContent(), Assessment: a, Facts: f}}); err != nil {
		t.Fatal(err)
	}
}

func TestDueOrder(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		var b governance.Batch
		for i, hours := range []int{-50, 30, -2, 3, 700} {
			b.Proposals = append(b.Proposals, proposal(i, "a.eth", hours))
		}
		apply(t, s, b)
		due, err := s.DueAssessments(context.Background(), t0(), 4)
		if err != nil {
			t.Fatal(err)
		}
		got := []int{}
		for _, p := range due {
			got = append(got, slices.IndexFunc(b.Proposals, func(q governance.Proposal) bool { return q.Ref == p.Ref }))
			if p.Body == "" {
				t.Error("a due proposal came without its body")
			}
		}
		if !slices.Equal(got, []int{3, 1, 4, 2}) {
			t.Errorf("order %v", got)
		}
	})
}

func TestAssessmentsAreShared(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		p := proposal(1, "a.eth", 5)
		twin := p
		twin.Ref, twin.DAO = governance.SnapshotRef("b.eth", "0x2"), "b.eth"
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{p, twin}})
		assess(t, s, p, governance.KindGrant, governance.FlagSpam)
		assess(t, s, p, governance.KindMeta) // too late: it is read once
		later := p
		later.Ref = governance.SnapshotRef("a.eth", "0x3")
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{later}})
		for _, ref := range []governance.Ref{p.Ref, twin.Ref, later.Ref} {
			d, err := s.Proposal(ctx, ref)
			if err != nil || d.Assessment == nil || d.Assessment.Kind != governance.KindGrant || d.Facts.AskUSD != 10 || d.Facts.Ref != ref {
				t.Errorf("%s: %+v, %v", ref, d, err)
			}
		}
		page := list(t, s, Filter{Kinds: []governance.Kind{governance.KindGrant}, Flags: []governance.Flag{governance.FlagEmpty, governance.FlagSpam}})
		if page.Total != 3 || len(page.Items) != 3 {
			t.Fatalf("%+v", page)
		}
		l := page.Items[0]
		if !l.Assessed || l.Headline != "H "+p.Title || len(l.Asks) != 1 || l.Facts.Leanings["privacy"] != (governance.Leaning{Value: 1, Start: 1, End: 5}) {
			t.Errorf("%+v", l)
		}
		if c, err := s.Counts(ctx, t0()); err != nil || c != (Counts{Proposals: 3, Active: 3, Assessed: 3, DAOs: 2}) {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

func TestCandidates(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		var b governance.Batch
		for i := range 10 {
			b.Proposals = append(b.Proposals, proposal(i, "a.eth", i-5))
		}
		apply(t, s, b)
		assess(t, s, b.Proposals[9], governance.KindGrant)
		facts, err := s.Candidates(ctx, Filter{States: []governance.State{governance.Active}}, 3)
		if err != nil || len(facts) != 3 || facts[0].Ref != b.Proposals[9].Ref || facts[0].Kind != governance.KindGrant || facts[1].Kind != "" ||
			facts[1].Tally.Total != 3 || !facts[0].End.Equal(t0().Add(4*time.Hour)) {
			t.Errorf("%+v, %v", facts, err)
		}
		facts, err = s.Candidates(ctx, Filter{Query: "number 7 "}, 3)
		if err != nil || len(facts) != 1 || facts[0].Ref != b.Proposals[7].Ref {
			t.Errorf("%+v, %v", facts, err)
		}
		facts, err = s.Candidates(ctx, Filter{Query: "nowhere"}, 3)
		if err != nil || len(facts) != 0 {
			t.Errorf("%+v, %v", facts, err)
		}
	})
}
