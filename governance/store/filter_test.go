package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"mandate/governance"
)

// mixed fills a store: proposal n ends n-20 hours after t0; some are pending.
func mixed(t *testing.T, s *Store) {
	t.Helper()
	var b governance.Batch
	for i := range 60 {
		p := proposal(i, []string{"a.eth", "b.eth", "c.eth"}[i%3], i-20)
		p.Type = []governance.VotingType{governance.Basic, governance.Weighted}[i%2]
		if i >= 50 {
			p.Start = t0().Add(time.Hour)
		}
		b.Proposals = append(b.Proposals, p)
	}
	apply(t, s, b)
	for i := range 10 {
		assess(t, s, b.Proposals[i*3], governance.KindTreasury)
	}
}

// walkAll reads a list to its end in small pages.
func walkAll(t *testing.T, s *Store, f Filter) ([]int, int) {
	t.Helper()
	var all []int
	f.Limit = 7
	for {
		page := list(t, s, f)
		all = append(all, numbers(page.Items)...)
		if page.Next == "" {
			return all, page.Total
		}
		f.Cursor = page.Next
	}
}

func TestFilters(t *testing.T) {
	active := func(n int) bool { return n >= 20 && n < 50 }
	cases := map[string]struct {
		f    Filter
		want func(n int) bool
	}{
		"all":       {Filter{}, func(int) bool { return true }},
		"active":    {Filter{States: []governance.State{governance.Active}}, active},
		"pending":   {Filter{States: []governance.State{governance.Pending}}, func(n int) bool { return n >= 50 }},
		"closed":    {Filter{States: []governance.State{governance.Closed}}, func(n int) bool { return n < 20 }},
		"open":      {Filter{States: []governance.State{governance.Active, governance.Pending}}, func(n int) bool { return n >= 20 }},
		"not open":  {Filter{States: []governance.State{governance.Closed, governance.Pending}}, func(n int) bool { return !active(n) }},
		"executed":  {Filter{States: []governance.State{governance.Executed}}, func(int) bool { return false }},
		"dao":       {Filter{DAO: "b.eth"}, func(n int) bool { return n%3 == 1 }},
		"type":      {Filter{Types: []governance.VotingType{governance.Weighted}}, func(n int) bool { return n%2 == 1 }},
		"kind":      {Filter{Kinds: []governance.Kind{governance.KindTreasury, governance.KindMeta}}, func(n int) bool { return n < 30 && n%3 == 0 }},
		"ends":      {Filter{EndsBefore: t0().Add(10 * time.Hour)}, func(n int) bool { return n <= 30 }},
		"ends soon": {Filter{EndsBefore: t0().Add(10 * time.Hour), States: []governance.State{governance.Active}}, func(n int) bool { return n >= 20 && n <= 30 }},
		"dao open":  {Filter{DAO: "a.eth", States: []governance.State{governance.Active}}, func(n int) bool { return active(n) && n%3 == 0 }},
		"flag":      {Filter{Flags: []governance.Flag{governance.FlagSpam}}, func(int) bool { return false }},
		"injection": {Filter{DAO: `' OR '1'='1`}, func(int) bool { return false }},
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		mixed(t, s)
		for name, c := range cases {
			for _, by := range []Sort{SortDeadline, SortNewest} {
				for _, query := range []string{"", "proposal"} {
					t.Run(fmt.Sprint(name, " ", by, " ", query), func(t *testing.T) {
						c.f.Sort, c.f.Query = by, query
						var want []int
						for n := range 60 {
							if c.want(n) {
								want = append(want, n)
							}
						}
						sortLike(want, by)
						got, total := walkAll(t, s, c.f)
						if !slices.Equal(got, want) || total != len(want) {
							t.Errorf("got %v (total %d), want %v", got, total, want)
						}
					})
				}
			}
		}
	})
}

// sortLike sorts numbers of mixed as the order says.
func sortLike(list []int, by Sort) {
	slices.SortFunc(list, func(a, b int) int {
		switch {
		case by == SortNewest, a < 20 && b < 20:
			return b - a
		case a < 20 || b < 20: // ended ones come last
			return b - a
		}
		return a - b
	})
}

func TestStateBorders(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		p := proposal(1, "a.eth", 5)
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{p}})
		for _, now := range []time.Time{p.Start.Add(-time.Second), p.Start, p.Start.Add(1), p.End, p.End.Add(1), p.End.Add(time.Second)} {
			for _, state := range []governance.State{governance.Pending, governance.Active, governance.Closed} {
				page := list(t, s, Filter{States: []governance.State{state}, Now: now})
				if found := len(page.Items) == 1; found != (p.StateAt(now) == state) {
					t.Errorf("at %v listed as %s: %v, but it is %s", now, state, found, p.StateAt(now))
				}
			}
		}
	})
}

func TestRefs(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		mixed(t, s)
		ref := func(n int) governance.Ref { return proposal(n, []string{"a.eth", "b.eth", "c.eth"}[n%3], 0).Ref }
		page := list(t, s, Filter{Refs: []governance.Ref{ref(9), ref(3), "snapshot:x:1", ref(9), ref(40)}})
		if !slices.Equal(numbers(page.Items), []int{9, 3, 40}) || page.Total != 3 {
			t.Errorf("%v", numbers(page.Items))
		}
		if page := list(t, s, Filter{Refs: []governance.Ref{}}); len(page.Items) != 0 {
			t.Errorf("no refs gave %v", numbers(page.Items))
		}
	})
}

func TestBadFilters(t *testing.T) {
	s := openSQLite(t)
	deadline := cursor{sort: SortDeadline, now: 1, end: 2, id: 3}.String()
	for _, f := range []Filter{
		{Cursor: "x"}, {Cursor: "%%%"}, {Cursor: deadline, Sort: SortNewest}, {Cursor: deadline, Query: "word"},
		{Cursor: base64.RawURLEncoding.EncodeToString([]byte("1|deadline|7|1|1|1|1"))}, {Sort: "title"}, {Sort: SortScore},
	} {
		_, err := s.Proposals(context.Background(), f)
		wantCode(t, err, governance.Invalid)
	}
}

func TestTotalsFollowWrites(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		f := Filter{States: []governance.State{governance.Active}}
		for n := 1; n < 5; n++ {
			apply(t, s, governance.Batch{Proposals: []governance.Proposal{proposal(n, "a.eth", 3)}})
			if page := list(t, s, f); page.Total != n {
				t.Errorf("total %d, want %d", page.Total, n)
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add(cursor{sort: SortDeadline, part: 1, now: 5, end: 6, id: 7}.String())
	f.Add(base64.RawURLEncoding.EncodeToString([]byte("1|newest|0|0|0|-1|0")))
	f.Fuzz(func(t *testing.T, text string) {
		for _, by := range []Sort{SortDeadline, SortNewest, SortRelevance} {
			c, err := parseCursor(text, by)
			if err != nil {
				wantCode(t, err, governance.Invalid)
				continue
			}
			if text != "" && c.String() != text {
				t.Errorf("%q reads as %+v, which is written %q", text, c, c.String())
			}
			if c.id < 0 || c.end < 0 || c.offset < 0 || c.part < 0 || c.part > 1 {
				t.Errorf("%+v", c)
			}
		}
	})
}
