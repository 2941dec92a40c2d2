package governor

import (
	"cmp"
	"slices"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mandate/governance"
	"mandate/governance/store"
)

// follower stores what is read of a simulated chain, and holds each batch
// against what may be taken.
type follower struct {
	*sim
	store *store.Store
	venue governance.Venue
	of    governance.Governor
	reads []uint64 // confirmed heads

	counted []governance.Ref // since a log told something new, by the last reading
	skipped []string
}

func (s *sim) follow(of governance.Governor) *follower {
	s.t.Helper()
	db, err := store.Open(s.t.Context(), store.Config{URL: "sqlite:" + s.t.TempDir() + "/reorg.db"})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = db.Close() })
	if err = db.SaveGovernor(s.t.Context(), of); err != nil {
		s.t.Fatal(err)
	}
	return &follower{sim: s, store: db, venue: s.governors().Venue(of, nil), of: of}
}

// read stores all there is, then what is due to be read again after so long,
// and returns the rollbacks.
func (f *follower) read(after time.Duration) (back []governance.Rollback) {
	f.t.Helper()
	ctx, limit := f.t.Context(), f.latest()-uint64(f.depth())
	f.counted = nil
	for done := false; !done; {
		cursor, err := f.store.Cursor(ctx, f.of.ID)
		if err != nil {
			f.t.Fatal(err)
		}
		b, err := f.venue.Read(ctx, governance.Scope{}, cursor)
		if err != nil {
			f.t.Fatal(err)
		}
		if done = b.Done; b.Rollback != nil {
			back = append(back, *b.Rollback)
		}
		for _, c := range b.Counts {
			f.counted = append(f.counted, c.Ref)
		}
		f.take(b, limit)
	}
	refs, err := f.store.RefreshDue(ctx, f.of.ID, time.Now().Add(after), 100)
	if err != nil {
		f.t.Fatal(err)
	}
	b, err := f.venue.Refresh(ctx, refs)
	if err != nil {
		f.t.Fatal(err)
	}
	b.Next = ""
	f.take(b, limit)
	f.reads = append(f.reads, limit)
	return back
}

// take stores a batch that says nothing of blocks above the limit.
func (f *follower) take(b governance.Batch, limit uint64) {
	f.t.Helper()
	for _, p := range b.Proposals {
		if p.OnChain.Block > limit || p.OnChain.AtBlock > limit {
			f.t.Errorf("a proposal of block %d, read at %d; %d is confirmed", p.OnChain.Block, p.OnChain.AtBlock, limit)
		}
	}
	for _, c := range b.Counts {
		if c.Standing.AtBlock > limit {
			f.t.Errorf("counted at block %d; %d is confirmed", c.Standing.AtBlock, limit)
		}
	}
	for _, e := range b.Events {
		if e.Block > limit {
			f.t.Errorf("%s of block %d; %d is confirmed", e.Kind, e.Block, limit)
		}
	}
	if _, err := f.store.Apply(f.t.Context(), f.of.ID, b); err != nil {
		f.t.Fatal(err)
	}
	f.skipped = append(f.skipped, b.Skipped...)
}

// known is the newest confirmed head of a reading that is no higher.
func (f *follower) known(number uint64) (newest uint64) {
	for _, n := range f.reads {
		if n <= number {
			newest = max(newest, n)
		}
	}
	return newest
}

func (f *follower) proposal(ref governance.Ref) governance.Proposal {
	f.t.Helper()
	d, err := f.store.Proposal(f.t.Context(), ref)
	if err != nil {
		f.t.Fatal(err)
	}
	d.Proposal.Seen, d.Proposal.Version = time.Time{}, 0 // of this store, not of the chain
	return d.Proposal
}

func (f *follower) votes(ref governance.Ref) []governance.Event {
	f.t.Helper()
	page, err := f.store.GovernorVotes(f.t.Context(), store.ChainVoteFilter{Ref: ref})
	if err != nil || page.Total != len(page.Items) {
		f.t.Fatalf("%v: %d votes of %d", err, len(page.Items), page.Total)
	}
	return page.Items
}

// holds compares what is stored of all that is not deleted, which must be n
// proposals, with a reading of the chain from its beginning.
func (f *follower) holds(n int) {
	f.t.Helper()
	fresh := f.follow(f.of)
	if back := fresh.read(0); len(back) > 0 {
		f.t.Errorf("a first reading goes back: %+v", back)
	}
	var lists [2][]governance.Ref
	for i, db := range []*store.Store{f.store, fresh.store} {
		page, err := db.Proposals(f.t.Context(), store.Filter{})
		if err != nil {
			f.t.Fatal(err)
		}
		for _, p := range page.Items {
			lists[i] = append(lists[i], p.Proposal.Ref)
		}
		slices.SortFunc(lists[i], func(a, b governance.Ref) int { return cmp.Compare(a, b) })
	}
	if skipped := slices.Concat(f.skipped, fresh.skipped); len(skipped) > 0 {
		f.t.Errorf("skipped: %v", skipped)
	}
	if len(lists[0]) != n || !slices.Equal(lists[0], lists[1]) {
		f.t.Fatalf("listed: %v, afresh %v, want %d", lists[0], lists[1], n)
	}
	for _, ref := range lists[0] {
		if d := gocmp.Diff(fresh.proposal(ref), f.proposal(ref), cmpopts.EquateEmpty()); d != "" {
			f.t.Errorf("%s is not what a fresh reading gives: %s", ref, d)
		}
		if d := gocmp.Diff(fresh.votes(ref), f.votes(ref)); d != "" {
			f.t.Errorf("votes on %s are not what a fresh reading gives: %s", ref, d)
		}
	}
}

// count compares a proposal's votes, given as who voted how, and its tally.
func (f *follower) count(ref governance.Ref, votes map[int]uint8) {
	f.t.Helper()
	want := map[string]uint8{}
	sums := [3]float64{}
	for voter, support := range votes {
		want[f.voter(voter).Hex()] = support
		sums[support] += 100_000
	}
	got := map[string]uint8{}
	for _, e := range f.votes(ref) {
		got[e.Account] = e.Support
	}
	p := f.proposal(ref)
	if d := gocmp.Diff(want, got); d != "" || p.Deleted || p.Tally.Voters != len(votes) || !slices.Equal(p.Tally.Scores, sums[:]) {
		f.t.Errorf("%s: deleted %v, tally %+v, votes %s", p.Title, p.Deleted, p.Tally, d)
	}
}
