package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
)

func TestVoteEvents(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		p, q := onChain(testGovernor, 1), onChain(testGovernor, 2)
		b := governance.Batch{Proposals: []governance.Proposal{p, q}, Next: "1"}
		for n := range 600 {
			b.Events = append(b.Events, cast(p.Ref, n, 110+n/10, strconv.Itoa(n+1)+strings.Repeat("0", 18)))
		}
		b.Events = append(b.Events, cast(q.Ref, 3, 220, "7"), cast(q.Ref, 3, 221, "8"), cast("eip155:1:0x00000000000000000000000000000000000000a1:99", 1, 222, "1"))
		if got, want := apply(t, s, b), (Applied{New: 2, Events: 602, Skipped: 1}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		before := s.Generation()
		if got, want := apply(t, s, b), (Applied{Same: 2, Skipped: 1}); got != want || s.Generation() != before {
			t.Errorf("%+v, want %+v", got, want)
		}
		// Some known, some new, one in the place of another.
		other := cast(q.Ref, 3, 220, "9")
		other.Tx, other.Account = "0xother", "0x00000000000000000000000000000000000000fF"
		if got, want := apply(t, s, governance.Batch{Events: []governance.Event{b.Events[600], b.Events[601], other, cast(q.Ref, 4, 230, "1")}}), (Applied{Events: 2}); got.Events < want.Events {
			t.Errorf("%+v, want %+v", got, want)
		}
		if got := detail(t, s, p.Ref); got.Tally.Voters != 600 {
			t.Errorf("%d voters", got.Tally.Voters)
		}
		for _, by := range []bool{false, true} {
			f := ChainVoteFilter{Ref: p.Ref, ByWeight: by, Limit: 170}
			want := 600
			for more := true; more; {
				page, err := s.GovernorVotes(ctx, f)
				must(t, err)
				for _, e := range page.Items {
					if want--; e.Index != uint(want) || page.Total != 600 {
						t.Fatalf("by weight %v: %d, want %d", by, e.Index, want)
					}
				}
				f.Cursor, more = page.Next, page.Next != ""
			}
			if want != 0 {
				t.Errorf("%d left", want)
			}
		}
		page, err := s.GovernorVotes(ctx, ChainVoteFilter{Ref: p.Ref, Limit: 1})
		want := b.Events[599]
		if err != nil || cmp.Diff(want, page.Items[0]) != "" {
			t.Errorf("%s %v", cmp.Diff(want, page.Items[0]), err)
		}
		for _, cursor := range []string{"x", place{time: 1, key: "a.b"}.String(), place{time: 1, key: "5"}.String()} {
			_, err = s.GovernorVotes(ctx, ChainVoteFilter{Ref: p.Ref, Cursor: cursor})
			wantCode(t, err, governance.Invalid)
		}
		series, err := s.VoteSeries(ctx, p.Ref, 6)
		if err != nil || len(series) != 6 || math.Abs(series[5].For-600*601/2) > 1e-6 || series[5].Votes != 600 || series[2].Votes != 300 || !series[5].Time.Equal(want.Time) {
			t.Errorf("%+v %v", series, err)
		}
		if series, err := s.VoteSeries(ctx, "eip155:1:0x1:1", 6); err != nil || series != nil {
			t.Errorf("%+v %v", series, err)
		}
	})
}

func TestOtherEvents(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		p := onChain(testGovernor, 1)
		queued := governance.Event{Governor: testGovernor, Ref: p.Ref, Kind: governance.EventQueued, Block: 300, Index: 2, Tx: "0x1", Time: t0(), Value: "177"}
		moved := governance.Event{Governor: testGovernor, Kind: governance.EventDelegated, Block: 301, Index: 1, Account: ada, From: ada, To: bob, Time: t0()}
		set := governance.Event{Governor: testGovernor, Kind: governance.EventSetting, Block: 302, Index: 1, Value: "quorum: 4 → \x00", Time: t0()}
		b := governance.Batch{Proposals: []governance.Proposal{p}, Events: []governance.Event{queued, moved, set, set}}
		if got := apply(t, s, b); got.Events != 3 {
			t.Errorf("%+v", got)
		}
		if got := apply(t, s, b); got != (Applied{Same: 1}) {
			t.Errorf("%+v", got)
		}
		set.Value = "quorum: 4 → \uFFFD"
		for name, c := range map[string]struct {
			read func() ([]governance.Event, error)
			want governance.Event
		}{
			"proposal": {func() ([]governance.Event, error) { return s.Events(ctx, p.Ref) }, queued},
			"account":  {func() ([]governance.Event, error) { return s.DelegationEvents(ctx, ada) }, moved},
			"settings": {func() ([]governance.Event, error) { return s.SettingEvents(ctx, testGovernor) }, set},
		} {
			if got, err := c.read(); err != nil || cmp.Diff([]governance.Event{c.want}, got) != "" {
				t.Errorf("%s: %s %v", name, cmp.Diff([]governance.Event{c.want}, got), err)
			}
		}
		if got, err := s.Events(ctx, ""); err != nil || len(got) != 0 {
			t.Errorf("%v %v", got, err)
		}
	})
}

func TestRollback(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		must(t, s.SaveGovernor(ctx, governor(testGovernor, "a.eth")))
		p, q, other := onChain(testGovernor, 1), onChain(testGovernor, 2), onChain(otherGovernor, 9)
		p.OnChain.AtBlock, p.Outcome, p.OnChain.Final = 260, governance.Executed, true
		queued := governance.Event{Governor: testGovernor, Ref: p.Ref, Kind: governance.EventQueued, Block: 170}
		gone := queued
		gone.Kind, gone.Block = governance.EventExecuted, 250
		b := governance.Batch{Proposals: []governance.Proposal{p, q, other}, Next: "300", Events: []governance.Event{cast(p.Ref, 1, 150, "1"), cast(p.Ref, 1, 190, "1"),
			cast(p.Ref, 2, 190, "1"), cast(q.Ref, 2, 210, "1"), cast(other.Ref, 1, 950, "1"), queued, gone}}
		apply(t, s, b)
		if got := detail(t, s, p.Ref).Tally.Voters; got != 2 {
			t.Errorf("%d voters", got)
		}
		back := governance.Batch{Rollback: &governance.Rollback{Governor: testGovernor, Above: 180}, Next: "180"}
		if got, want := apply(t, s, back), (Applied{Undone: 5}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		if got := apply(t, s, back); got != (Applied{}) {
			t.Errorf("%+v", got)
		}
		got := detail(t, s, p.Ref)
		if got.Deleted || got.Tally.Voters != 1 || !got.Seen.IsZero() {
			t.Errorf("%+v", got)
		}
		if !detail(t, s, q.Ref).Deleted || detail(t, s, other.Ref).Deleted || detail(t, s, other.Ref).Tally.Voters != 1 {
			t.Error("what was undone is not what was above the block")
		}
		if d, err := s.DAO(ctx, "a.eth", t0()); err != nil || d.Proposals != 1 {
			t.Errorf("%+v %v", d, err)
		}
		if events, err := s.Events(ctx, p.Ref); err != nil || len(events) != 1 {
			t.Errorf("%+v %v", events, err)
		}
		if refs, err := s.RefreshDue(ctx, testGovernor, t0(), 9); err != nil || len(refs) != 1 || refs[0] != p.Ref {
			t.Errorf("%+v %v", refs, err)
		}
		// The chain goes on: the second proposal comes again in another block, and
		// a reading at a lower block than the lost one counts.
		q.OnChain.Block, q.OnChain.BlockHash = 205, "0xnew"
		standing := p.OnChain.Standing
		standing.AtBlock, standing.State, standing.Final = 200, governance.Queued, false
		again := governance.Batch{Proposals: []governance.Proposal{q}, Counts: []governance.Count{{Ref: p.Ref, Standing: &standing, Outcome: governance.Queued}},
			Events: []governance.Event{cast(p.Ref, 3, 190, "1"), cast(q.Ref, 2, 212, "1")}, Next: "301"}
		if got, want := apply(t, s, again), (Applied{Same: 1, Counted: 1, Events: 2}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		if got := detail(t, s, q.Ref); got.Deleted || got.Version != 1 || got.OnChain.BlockHash != "0xnew" || got.Tally.Voters != 1 {
			t.Errorf("%+v", got)
		}
		if got := detail(t, s, p.Ref); got.Outcome != governance.Queued || got.Tally.Voters != 2 || got.OnChain.AtBlock != 200 {
			t.Errorf("%+v", got)
		}
		if d, err := s.DAO(ctx, "a.eth", t0()); err != nil || d.Proposals != 2 {
			t.Errorf("%+v %v", d, err)
		}
	})
}

func TestVotesOnChain(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		must(t, s.SaveGovernor(ctx, governor(testGovernor, "a.eth")))
		p, q := onChain(testGovernor, 1), onChain(testGovernor, 2)
		whole := cast(p.Ref, 1, 10, "2500000000000000000")
		whole.Account, whole.Reason = ada, "because \x00"
		part := cast(q.Ref, 2, 20, "4000000000000000000")
		part.Account, part.Support = ada, 255
		part.Params = "0x" + fmt.Sprintf("%032x%032x%032x", uint64(1e18), uint64(3e18), 0)
		more := part
		more.Block, more.Tx, more.Weight, more.Time = 21, "0xmore", "1000000000000000000", part.Time.Add(time.Second)
		more.Params = "0x" + fmt.Sprintf("%032x%032x%032x", 0, uint64(1e18), 0)
		rest := cast(q.Ref, 2, 22, "2000000000000000000") // plain: what was left
		rest.Account, rest.Support, rest.Tx, rest.Time = ada, 2, "0xrest", more.Time.Add(time.Second)
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{p, q}, Events: []governance.Event{whole, part, more, rest}})
		must(t, s.SaveVotes(ctx, ada, []governance.Vote{vote(1, 1), {Ref: p.Ref, ID: "the same", Voter: ada, Created: t0()}}, time.Time{}))
		page, err := s.Votes(ctx, VoteFilter{Account: strings.ToLower(ada)})
		if err != nil || page.Total != 3 || len(page.Items) != 3 {
			t.Fatalf("%+v %v", page, err)
		}
		split, simple := page.Items[1], page.Items[2]
		want := governance.Vote{ID: whole.Tx, Ref: p.Ref, Voter: ada, Choice: json.RawMessage("1"), Reason: "because \uFFFD", Power: 2.5, State: "final",
			Created: whole.Time, Title: p.Title, DAO: "a.eth", DAOName: "a.eth"}
		if diff := cmp.Diff(want, simple); diff != "" {
			t.Error(diff)
		}
		if string(split.Choice) != `{"0":"1","1":"4","2":"2"}` || split.Power != 7 || split.ID != "0xrest" {
			t.Errorf("%+v %s", split, split.Choice)
		}
		if page, err := s.Votes(ctx, VoteFilter{Account: ada, Ref: q.Ref}); err != nil || page.Total != 1 {
			t.Errorf("%+v %v", page, err)
		}
		if daos, err := s.VotedDAOs(ctx, ada); err != nil || len(daos) != 2 {
			t.Errorf("%v %v", daos, err)
		}
		if list, err := s.VoteOfAccount(ctx, q.Ref, ada); err != nil || len(list) != 3 || list[0].Block != 22 || list[2].Params != part.Params {
			t.Errorf("%+v %v", list, err)
		}
		if list, err := s.VoteOfAccount(ctx, q.Ref, bob); err != nil || len(list) != 0 {
			t.Errorf("%+v %v", list, err)
		}
		apply(t, s, governance.Batch{Rollback: &governance.Rollback{Governor: testGovernor, Above: 15}})
		if page, err := s.Votes(ctx, VoteFilter{Account: ada}); err != nil || page.Total != 1 { // both proposals are gone too, and the copy stays
			if page.Total != 2 {
				t.Errorf("%+v %v", page, err)
			}
		}
	})
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]float64{"": 0, "0": 0, "12": 12, "-1": 0, "1e9": 0, "NaN": 0, "Inf": 0, "0x10": 0, "1.5": 0, "１": 0,
		"115792089237316195423570985008687907853269984665640564039457584007913129639935": 1.157920892373162e77, strings.Repeat("9", 79): 0} {
		if got := number(text); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
	hostile := governance.Event{Support: 255, Params: "0x" + strings.Repeat("-1", 48)}
	for _, e := range []governance.Event{hostile, {Support: 255, Params: "0x12"}, {Support: 3, Weight: "5"}} {
		if got := split(e); got != [3]float64{} {
			t.Errorf("%+v: %v", e, got)
		}
	}
}
