package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
)

func vote(n int, minutes int) governance.Vote {
	return governance.Vote{ID: fmt.Sprintf("0xid%d", n), Ref: proposal(n, fmt.Sprintf("dao%d.eth", n%2), 1).Ref, Voter: ada, Choice: json.RawMessage(`[2,1]`),
		Reason: "r", App: "mandate", Power: 1.5, State: "final", Created: t0().Add(time.Duration(minutes) * time.Minute), IPFS: "bafy"}
}

func TestVotes(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{proposal(1, "dao1.eth", 1)}, Spaces: []governance.Space{{ID: "dao1.eth", Name: "First DAO"}}})
		must(t, s.SaveVotes(ctx, ada, []governance.Vote{vote(1, 1), vote(2, 2), vote(3, 3), vote(4, 3)}, time.Time{}))
		must(t, s.SaveVotes(ctx, bob, []governance.Vote{vote(9, 9)}, time.Time{}))
		must(t, s.AddIntent(ctx, intent(1, ada)))
		_, err := s.SignIntent(ctx, intent(1, ada).ID, []byte("x"), "0xid1", "", nil)
		must(t, err)

		page, err := s.Votes(ctx, VoteFilter{Account: strings.ToLower(ada)})
		must(t, err)
		want := vote(1, 1)
		want.Title, want.DAO, want.DAOName, want.IntentID = "Proposal number 1", "dao1.eth", "First DAO", intent(1, ada).ID
		if len(page.Items) != 4 || page.Total != 4 || page.Next != "" || cmp.Diff(want, page.Items[3]) != "" {
			t.Fatalf("%+v\n%s", page, cmp.Diff(want, page.Items[len(page.Items)-1]))
		}
		if v := page.Items[2]; v.DAO != "dao0.eth" || v.DAOName != "dao0.eth" || v.Title != "" {
			t.Errorf("of a proposal that is not here: %+v", v)
		}
		if v := page.Items[0]; v.DAOName != "dao1.eth" && v.DAOName != "First DAO" {
			t.Errorf("%+v", v)
		}
		if daos, err := s.VotedDAOs(ctx, ada); err != nil || !slices.Equal(daos, []string{"dao0.eth", "dao1.eth"}) {
			t.Errorf("%v %v", daos, err)
		}
		tests := []struct {
			f    VoteFilter
			want []string
		}{
			{VoteFilter{Account: ada, Limit: 1}, []string{"0xid4", "0xid3", "0xid2", "0xid1"}},
			{VoteFilter{Account: ada, DAO: "dao1.eth", Limit: 1}, []string{"0xid3", "0xid1"}},
			{VoteFilter{Account: ada, Ref: vote(2, 0).Ref}, []string{"0xid2"}},
			{VoteFilter{Account: bob}, []string{"0xid9"}},
			{VoteFilter{Account: bob, Ref: vote(2, 0).Ref}, nil},
			{VoteFilter{}, nil},
		}
		for _, tt := range tests {
			var got []string
			for {
				page, err := s.Votes(ctx, tt.f)
				must(t, err)
				for _, v := range page.Items {
					got = append(got, v.ID)
				}
				if page.Next == "" {
					if page.Total != len(got) {
						t.Errorf("%+v: total %d of %d", tt.f, page.Total, len(got))
					}
					break
				}
				tt.f.Cursor = page.Next
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%+v: %v, want %v", tt.f, got, tt.want)
			}
		}
		_, err = s.Votes(ctx, VoteFilter{Account: ada, Cursor: "?"})
		wantCode(t, err, governance.Invalid)
	})
}

func TestChangedVote(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		later, earlier := vote(1, 5), vote(1, 1)
		later.ID, later.Choice = "0xlater", nil
		for _, v := range []governance.Vote{vote(1, 2), later, earlier} {
			must(t, s.SaveVotes(ctx, ada, []governance.Vote{v}, time.Time{}))
		}
		page, err := s.Votes(ctx, VoteFilter{Account: ada})
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != "0xlater" || page.Items[0].Choice != nil {
			t.Errorf("%+v %v", page, err)
		}
		later.State, later.Power = "final", 7 // the same vote, counted anew
		must(t, s.SaveVotes(ctx, ada, []governance.Vote{later}, time.Time{}))
		if page, err = s.Votes(ctx, VoteFilter{Account: ada}); err != nil || page.Items[0].Power != 7 {
			t.Errorf("%+v %v", page, err)
		}
	})
}

func TestVotesCursor(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		want := func(at time.Time) {
			t.Helper()
			if got, err := s.VotesCursor(ctx, ada); err != nil || !got.Equal(at) {
				t.Errorf("%v, want %v; %v", got, at, err)
			}
		}
		want(time.Time{})
		must(t, s.SaveVotes(ctx, ada, nil, t0()))
		must(t, s.SaveVotes(ctx, ada, nil, t0().Add(-time.Hour))) // never back
		must(t, s.SaveVotes(ctx, ada, nil, time.Time{}))
		want(t0())
		apply(t, s, governance.Batch{Proposals: []governance.Proposal{proposal(1, "dao1.eth", -1), proposal(3, "dao1.eth", -49)}})
		pending := vote(1, -30)
		pending.State = "pending"
		must(t, s.SaveVotes(ctx, ada, []governance.Vote{pending}, time.Time{}))
		want(t0().Add(-30 * time.Minute))
		old := vote(3, -90) // its proposal has long ended
		old.State = "pending"
		must(t, s.SaveVotes(ctx, ada, []governance.Vote{old}, time.Time{}))
		want(t0().Add(-30 * time.Minute))
	})
}

func TestDelegations(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		apply(t, s, governance.Batch{Spaces: []governance.Space{{ID: "z.eth", Name: "Aardvark"}}})
		one := governance.Delegation{Account: ada, DAO: "z.eth", Power: 2, Held: []governance.Holder{{Address: bob, Kind: governance.DelegateRegistry, All: true, Share: 1}}, Read: t0()}
		two := governance.Delegation{Account: ada, DAO: "b.eth", ChainError: "no node"}
		must(t, s.SaveDelegations(ctx, ada, []governance.Delegation{two, one}))
		must(t, s.SaveDelegations(ctx, bob, []governance.Delegation{two}))
		one.DAOName, two.DAOName = "Aardvark", "b.eth"
		if got, err := s.Delegations(ctx, strings.ToLower(ada)); err != nil || cmp.Diff([]governance.Delegation{one, two}, got) != "" {
			t.Errorf("%s %v", cmp.Diff([]governance.Delegation{one, two}, got), err)
		}
		must(t, s.SaveDelegations(ctx, ada, nil))
		if got, err := s.Delegations(ctx, ada); err != nil || len(got) != 0 {
			t.Errorf("%v %v", got, err)
		}
		if got, err := s.Delegations(ctx, bob); err != nil || len(got) != 1 {
			t.Errorf("%v %v", got, err)
		}
	})
}

func TestAliases(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		alias := governance.Alias{Owner: ada, Address: bob, Created: t0(), Expires: t0().AddDate(0, 0, 30)}
		must(t, s.SaveAliases(ctx, ada, []governance.Alias{alias, alias}))
		if got, err := s.Aliases(ctx, ada); err != nil || cmp.Diff([]governance.Alias{alias}, got) != "" {
			t.Errorf("%v %v", got, err)
		}
		if got, err := s.Aliases(ctx, bob); err != nil || len(got) != 0 {
			t.Errorf("%v %v", got, err)
		}
		must(t, s.SaveAliases(ctx, ada, nil))
		if got, err := s.Aliases(ctx, ada); err != nil || len(got) != 0 {
			t.Errorf("%v %v", got, err)
		}
	})
}
