package store

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
)

func TestApplyIsIdempotent(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		b := governance.Batch{Next: "cursor 1", Requests: 2, Done: true, Estimate: 9,
			Spaces: []governance.Space{{ID: "a.eth", Name: "Alpha", Followers: 5}}}
		for i := range 120 {
			b.Proposals = append(b.Proposals, proposal(i, []string{"a.eth", "b.eth"}[i%2], i-20))
		}
		b.Proposals = append(b.Proposals, b.Proposals[7]) // a row that two pages share
		if got, want := apply(t, s, b), (Applied{New: 120}); got != want {
			t.Errorf("first: %+v, want %+v", got, want)
		}
		before := s.Generation()
		if got, want := apply(t, s, b), (Applied{Same: 120}); got != want {
			t.Errorf("second: %+v, want %+v", got, want)
		}
		if s.Generation() != before {
			t.Error("a batch without news changed the generation")
		}
		cursor, err := s.Cursor(context.Background(), "test")
		if err != nil || cursor != "cursor 1" {
			t.Errorf("cursor %q, %v", cursor, err)
		}
		daos, err := s.DAOs(context.Background(), t0())
		if err != nil || len(daos) != 2 || daos[0].Proposals+daos[1].Proposals != 120 {
			t.Errorf("DAOs %+v, %v", daos, err)
		}
		health, err := s.Health(context.Background())
		if err != nil || len(health) != 1 || health[0].Requests != 4 || health[0].Stored != 240 || !health[0].Done || health[0].Estimate != 9 {
			t.Errorf("health %+v, %v", health, err)
		}
	})
}

func TestRefreshKeepsCursor(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		apply(t, s, governance.Batch{Next: "c7", Done: true})
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{proposal(1, "a.eth", 1)}})
		if cursor, err := s.Cursor(context.Background(), "test"); err != nil || cursor != "c7" {
			t.Errorf("cursor %q, %v", cursor, err)
		}
		if cursor, err := s.Cursor(context.Background(), "other"); err != nil || cursor != "" {
			t.Errorf("cursor %q, %v", cursor, err)
		}
	})
}

func TestRoundTrip(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		p := proposal(1, "a.eth", 5)
		p.Discussion, p.URL, p.Labels, p.Updated = "https://forum.example/1", "https://x.example", []string{"ops"}, t0()
		p.Symbol, p.Privacy, p.Quorum, p.QuorumType, p.App, p.IPFS, p.Flagged = "TKN", "shutter", 12.5, "rejection", "app", "Qm1", true
		p.Plugins, p.Strategies = json.RawMessage(`{"z": 1, "a": [1]}`), json.RawMessage(`[{"name":"x"}]`)
		p.Tally.Updated, p.Tally.State, p.Seen = t0(), "pending", t0()
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{p}, Spaces: []governance.Space{{ID: "a.eth", Name: "Alpha"}}})
		d, err := s.Proposal(context.Background(), p.Ref)
		if err != nil {
			t.Fatal(err)
		}
		p.DAOName, p.ContentHash, p.Version = "Alpha", p.HashContent(), 1
		if diff := cmp.Diff(p, d.Proposal); diff != "" {
			t.Error(diff)
		}
		if d.Assessment != nil || d.Versions != nil || d.Proposal.HashContent() != p.ContentHash {
			t.Errorf("%+v", d)
		}
		p.Body, p.Plugins, p.Strategies = "", nil, nil
		if diff := cmp.Diff(p, list(t, s, Filter{}).Items[0].Proposal); diff != "" {
			t.Error(diff)
		}
	})
	eachEngine(t, func(t *testing.T, s *Store) {
		_, err := s.Proposal(context.Background(), "snapshot:a.eth:0x1")
		wantCode(t, err, governance.NotFound)
	})
}

func TestHostileRows(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		p := proposal(1, "a.eth", 5)
		p.Title, p.Body = "NUL \x00 and \xed\xa0\x80 surrogate \xff", "'; DROP TABLE proposals; -- ? $1 \x00"
		p.Choices = []string{"a\x00", "\xff"}
		p.Plugins, p.Strategies = json.RawMessage(`{broken`), json.RawMessage("\xff")
		p.Tally.Scores, p.Quorum = []float64{math.NaN(), math.Inf(1), 1}, math.Inf(-1)
		p.Start, p.End, p.Created = time.Unix(-5, 0), time.Unix(math.MaxInt64/2, 7), time.Time{}
		nameless := proposal(2, "a.eth", 1)
		nameless.Ref = ""
		big := proposal(3, "b\x00.eth", 5)
		big.Body = string(make([]byte, 300<<10)) + "tail"
		for i := range 80000 {
			big.Title += string(rune('一' + i%9000))
		}
		got := apply(t, s, governance.Batch{Proposals: []governance.Proposal{p, nameless, big, proposal(4, "c.eth", 4)}, Next: "c\x00"})
		if got.New != 3 || got.Skipped != 1 {
			t.Errorf("%+v", got)
		}
		d, err := s.Proposal(context.Background(), p.Ref)
		if err != nil {
			t.Fatal(err)
		}
		q := d.Proposal
		if q.Title != "NUL \uFFFD and \uFFFD surrogate \uFFFD" || q.Choices[0] != "a\uFFFD" || q.Plugins != nil || q.Quorum != 0 || q.Tally.Scores[1] != 0 {
			t.Errorf("%+v", q)
		}
		if q.HashContent() != q.ContentHash || !q.Start.IsZero() || q.End.Year() != 9999 {
			t.Errorf("%+v", q)
		}
		if got := list(t, s, Filter{Query: "surrogate"}); got.Total != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func TestEdit(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		first := proposal(1, "a.eth", 5)
		first.Seen = t0().Add(-time.Hour)
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{first, proposal(2, "a.eth", 5)}})
		assess(t, s, first, governance.KindGrant)
		second := first
		second.Body, second.Seen, second.Updated = "An edited text with zebras.", t0(), t0()
		if got := apply(t, s, governance.Batch{Proposals: []governance.Proposal{second}}); got != (Applied{Edited: 1}) {
			t.Errorf("%+v", got)
		}
		d, err := s.Proposal(ctx, first.Ref)
		if err != nil || d.Proposal.Version != 2 || d.Proposal.Body != second.Body || d.Assessment != nil {
			t.Fatalf("%+v, %v", d, err)
		}
		want := []governance.Version{{Version: 1, ContentHash: first.HashContent(), Title: first.Title, Body: first.Body, Choices: first.Choices, Seen: first.Seen}}
		if diff := cmp.Diff(want, d.Versions); diff != "" {
			t.Error(diff)
		}
		due, err := s.DueAssessments(ctx, t0(), 10)
		if err != nil || len(due) != 2 {
			t.Errorf("%d due, %v", len(due), err)
		}
		if list(t, s, Filter{Query: "zebras"}).Total != 1 || list(t, s, Filter{Query: `"proposal 1"`}).Total != 0 {
			t.Error("the index does not follow an edit")
		}
		// The first content again: its assessment is there already.
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{first}})
		d, err = s.Proposal(ctx, first.Ref)
		if err != nil || d.Proposal.Version != 3 || len(d.Versions) != 2 || d.Assessment == nil || d.Assessment.Kind != governance.KindGrant {
			t.Errorf("%+v, %v", d, err)
		}
	})
}

func TestCountsAndGone(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		p, q := proposal(1, "a.eth", 5), proposal(2, "a.eth", -1)
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{p, q}})
		tally := governance.Tally{Scores: []float64{9, 1, 0}, Total: 10, Voters: 3, State: "final"}
		counts := []governance.Count{{Ref: p.Ref, Tally: tally, Flagged: true}, {Ref: q.Ref, Tally: tally}, {Ref: "snapshot:x:1", Tally: tally}}
		if got := apply(t, s, governance.Batch{Counts: counts}); got != (Applied{Counted: 2}) {
			t.Errorf("%+v", got)
		}
		before := s.Generation()
		apply(t, s, governance.Batch{Counts: counts})
		if s.Generation() != before {
			t.Error("equal counts changed the generation")
		}
		d, err := s.Proposal(ctx, p.Ref)
		if err != nil || !d.Proposal.Flagged || d.Proposal.Tally.Total != 10 || d.Proposal.Version != 1 {
			t.Errorf("%+v, %v", d, err)
		}
		refs, err := s.RefsToRefresh(ctx, t0().Add(2*time.Hour), 10)
		if err != nil || !slices.Equal(refs, []governance.Ref{p.Ref}) {
			t.Errorf("to refresh: %v, %v; a final count needs no refresh", refs, err)
		}
		gone := governance.Batch{Gone: []governance.Ref{p.Ref, "snapshot:x:1"}}
		if got := apply(t, s, gone); got != (Applied{Gone: 1}) {
			t.Errorf("%+v", got)
		}
		if got := apply(t, s, gone); got != (Applied{}) {
			t.Errorf("%+v", got)
		}
		d, err = s.Proposal(ctx, p.Ref)
		if err != nil || !d.Proposal.Deleted {
			t.Errorf("%+v, %v", d, err)
		}
		if page := list(t, s, Filter{}); len(page.Items) != 1 || page.Total != 1 {
			t.Errorf("%+v", page)
		}
		if page := list(t, s, Filter{IncludeDeleted: true}); len(page.Items) != 2 || page.Total != 2 {
			t.Errorf("%+v", page)
		}
		// The venue shows it again.
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{p}})
		if page := list(t, s, Filter{}); len(page.Items) != 2 || page.Total != 2 {
			t.Errorf("%+v", page)
		}
	})
}

func TestSpaceRenamed(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{proposal(1, "a.eth", 5), proposal(2, "b.eth", 5)}})
		if d, err := s.DAO(ctx, "a.eth", t0()); err != nil || d.Name != "a.eth" || d.Space != nil || d.Active != 1 {
			t.Errorf("a stub: %+v, %v", d, err)
		}
		space := governance.Space{ID: "a.eth", Name: "Albatross", Members: []string{"0x1"}, Seen: t0()}
		apply(t, s, governance.Batch{Spaces: []governance.Space{space}})
		if page := list(t, s, Filter{Query: "albatross"}); page.Total != 1 || page.Items[0].Proposal.DAOName != "Albatross" {
			t.Errorf("%+v", page)
		}
		d, err := s.DAO(ctx, "a.eth", t0())
		if err != nil || d.Space == nil || cmp.Diff(space, *d.Space) != "" || d.Proposals != 1 {
			t.Errorf("%+v, %v", d, err)
		}
		before := s.Generation()
		apply(t, s, governance.Batch{Spaces: []governance.Space{space}})
		if s.Generation() != before {
			t.Error("the same space changed the generation")
		}
		if ids, err := s.SpaceIDs(ctx); err != nil || !slices.Equal(ids, []string{"a.eth"}) {
			t.Errorf("%v, %v", ids, err)
		}
		_, err = s.DAO(ctx, "nobody.eth", t0())
		wantCode(t, err, governance.NotFound)
	})
}

// A thousand proposals of one second still get ids of their own.
func TestSameSecond(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for from := 0; from < 3000; from += 1000 {
			var b governance.Batch
			for i := from; i < from+1000; i++ {
				p := proposal(i, "a.eth", 5)
				p.Created = t0()
				b.Proposals = append(b.Proposals, p)
			}
			apply(t, s, b)
		}
		if page := list(t, s, Filter{}); page.Total != 3000 {
			t.Errorf("%d stored", page.Total)
		}
	})
}

func TestApplyStopsWithContext(t *testing.T) {
	s := openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Apply(ctx, "test", governance.Batch{Next: "c"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if cursor, err := s.Cursor(context.Background(), "test"); err != nil || cursor != "" {
		t.Errorf("cursor %q, %v", cursor, err)
	}
}
