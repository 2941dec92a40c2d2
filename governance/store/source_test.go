package store

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
)

func TestHealth(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		set := func(h Health) Health {
			t.Helper()
			h.Source = "hub"
			if err := s.SetHealth(ctx, h); err != nil {
				t.Fatal(err)
			}
			all, err := s.Health(ctx)
			if err != nil || len(all) != 1 {
				t.Fatal(all, err)
			}
			return all[0]
		}
		one, two := t0().Add(time.Minute), t0().Add(2*time.Minute)
		want := Health{Source: "hub", OK: true, Since: t0(), LastOK: t0(), LastTry: t0(), NextTry: one}
		if diff := cmp.Diff(want, set(Health{OK: true, LastOK: t0(), LastTry: t0(), NextTry: one})); diff != "" {
			t.Error(diff)
		}
		want = Health{Source: "hub", Since: one, LastOK: t0(), LastTry: one, NextTry: two, Error: "down"}
		if diff := cmp.Diff(want, set(Health{Since: one, LastTry: one, NextTry: two, Error: "down"})); diff != "" {
			t.Error(diff)
		}
		want.LastTry = two
		if diff := cmp.Diff(want, set(Health{Since: two, LastTry: two, NextTry: two, Error: "down"})); diff != "" {
			t.Error("still down: ", diff)
		}
		if _, err := s.Apply(ctx, "hub", governance.Batch{Next: "c", Requests: 3}); err != nil {
			t.Fatal(err)
		}
		want = Health{Source: "hub", OK: true, Since: two, LastOK: two, LastTry: two, Requests: 3}
		if diff := cmp.Diff(want, set(Health{OK: true, Since: two, LastOK: two, LastTry: two})); diff != "" {
			t.Error(diff)
		}
		if cursor, err := s.Cursor(ctx, "hub"); err != nil || cursor != "c" {
			t.Errorf("%q, %v", cursor, err)
		}
	})
}

func TestRefsToRefresh(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		now := t0()
		at := func(n int, start, end, seen time.Duration) governance.Proposal {
			p := proposal(n, "a.eth", 0)
			p.Start, p.End, p.Seen = now.Add(start), now.Add(end), now.Add(-seen)
			return p
		}
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{
			at(1, -time.Hour, 10*time.Minute, time.Minute),          // ends soon, read twice as long ago as is good
			at(2, -time.Hour, 10*time.Minute, 10*time.Second),       // ends soon, just read
			at(3, -time.Hour, 100*time.Hour, 30*time.Minute),        // ends late
			at(4, -time.Hour, 100*time.Hour, 5*time.Hour),           // started since we looked, long ago
			at(5, -time.Minute, 100*time.Hour, 2*time.Minute),       // just started
			at(6, -time.Hour, -time.Minute, 2*time.Minute),          // just ended
			at(7, -300*time.Hour, -200*time.Hour, 50*time.Hour),     // ended, read half-way since
			at(8, -300*time.Hour, -200*time.Hour, 150*time.Hour),    // ended, read soon after
			at(9, -3000*time.Hour, -2000*time.Hour, 1999*time.Hour), // ended long ago: given up
			at(10, 50*time.Hour, 60*time.Hour, 4*time.Hour),         // pending
			at(11, 50*time.Hour, 60*time.Hour, 6*time.Hour),         // pending, read long ago
		}})
		refs, err := s.RefsToRefresh(ctx, now, 100)
		got := []int{}
		for _, ref := range refs {
			got = append(got, numbers([]Listed{{Proposal: governance.Proposal{Ref: ref}}})...)
		}
		if err != nil || !slices.Equal(got, []int{4, 6, 5, 1, 8, 11}) {
			t.Errorf("%v, %v", got, err)
		}
		if refs, err := s.RefsToRefresh(ctx, now, 2); err != nil || len(refs) != 2 {
			t.Errorf("%v, %v", refs, err)
		}
	})
}

func TestModelSpend(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		for _, c := range []ModelCall{
			{Model: "m", USD: 0.25, InputTokens: 10, OutputTokens: 3, Latency: time.Second},
			{Model: "m", USD: 0.5, InputTokens: 5, Error: "timeout"},
			{Model: "m", USD: 9, At: t0().AddDate(0, -1, 0)},
			{Model: "m", USD: 9, At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)},
		} {
			if err := s.RecordModelCall(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
		want := ModelSpend{Month: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), Calls: 2, Failed: 1, InputTokens: 15, OutputTokens: 3, USD: 0.75}
		if got, err := s.ModelSpend(ctx, t0()); err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
