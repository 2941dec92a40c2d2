package store

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"mandate/governance"
)

// t0 is "now" in all tests.
func t0() time.Time { return time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC) }

func openSQLite(t testing.TB) *Store {
	t.Helper()
	return openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
}

func openAt(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(context.Background(), Config{URL: url, Secret: [32]byte{7}, Now: t0, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// proposal makes one that is open at t0 and ends in `hours`.
func proposal(n int, dao string, hours int) governance.Proposal {
	return governance.Proposal{
		Ref: governance.SnapshotRef(dao, fmt.Sprintf("0x%064x", n)), DAO: dao, Author: fmt.Sprintf("0x%040x", n), Title: fmt.Sprintf("Proposal number %d", n),
		Body: fmt.Sprintf("Body of the proposal %d.", n), Type: governance.Basic, Choices: []string{"For", "Against", "Abstain"},
		Start: t0().Add(-24 * time.Hour), End: t0().Add(time.Duration(hours) * time.Hour), Created: t0().Add(-25*time.Hour + time.Duration(n)*time.Second),
		Snapshot: 100, Network: "1", Tally: governance.Tally{Scores: []float64{1, 2, 0}, Total: 3, Voters: 2},
	}
}

func apply(t testing.TB, s *Store, b governance.Batch) Applied {
	t.Helper()
	done, err := s.Apply(context.Background(), "test", b)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestSmoke(t *testing.T) {
	s := openSQLite(t)
	ctx := context.Background()
	var b governance.Batch
	for i := range 120 {
		b.Proposals = append(b.Proposals, proposal(i, "a.eth", i-20))
	}
	b.Next = "c1"
	t.Log(apply(t, s, b), apply(t, s, b))
	page, err := s.Proposals(ctx, Filter{Limit: 100})
	t.Log(len(page.Items), page.Next, page.Total, err)
	page, err = s.Proposals(ctx, Filter{Limit: 100, Cursor: page.Next})
	t.Log(len(page.Items), page.Next, page.Total, err)
	page, err = s.Proposals(ctx, Filter{Limit: 100, Query: "proposal num"})
	t.Log(len(page.Items), page.Next, page.Total, err)
	d, err := s.Proposal(ctx, b.Proposals[3].Ref)
	t.Logf("%+v %v", d, err)
	due, err := s.DueAssessments(ctx, t0(), 10)
	t.Log(len(due), err)
	err = s.SaveAssessments(ctx, []Assessed{{ContentHash: due[0].ContentHash, Assessment: governance.Assessment{Headline: "H", Kind: governance.KindGrant}}})
	t.Log(err)
	due, err = s.DueAssessments(ctx, t0(), 1000)
	t.Log(len(due), err)
	c, err := s.Counts(ctx, t0())
	t.Logf("%+v %v", c, err)
	daos, err := s.DAOs(ctx, t0())
	t.Logf("%+v %v", daos, err)
	v, err := s.SaveValues(ctx, "x", governance.Values{Statement: "s"})
	t.Log(v, err)
	v, err = s.Values(ctx, "x")
	t.Log(v, err)
	h, err := s.Health(ctx)
	t.Log(h, err, s.SetHealth(ctx, Health{Source: "test", OK: true}))
	refs, err := s.RefsToRefresh(ctx, t0().Add(time.Hour), 10)
	t.Log(len(refs), err)
	t.Log(s.MarkCaughtUp(ctx, "test", []string{"a"}))
	t.Log(s.ModelSpend(ctx, t0()))
	t.Log(s.RecordModelCall(ctx, ModelCall{Model: "x"}))
	t.Log(s.Sessions().Commit("tok", []byte("x"), t0().Add(time.Hour)))
	t.Log(s.Sessions().Find("tok"))
	t.Log(s.Candidates(ctx, Filter{}, 2))
}
