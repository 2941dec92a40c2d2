package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
)

// intent makes an armed vote of an account on the proposal number n.
func intent(n int, account string) governance.Intent {
	return governance.Intent{
		ID: fmt.Sprintf("%032x", n), Owner: account, Voter: account, Act: governance.ActVote, Method: governance.BySignature,
		Ref: governance.SnapshotRef("dao.eth", fmt.Sprintf("0x%064x", n)), DAO: "dao.eth", Choice: json.RawMessage(`{"1":2}`), Reason: "because <é>\x00",
		ContentHash: "hash", State: governance.IntentArmed, Expires: t0().Add(time.Minute), Payload: json.RawMessage(`{ "as" :"shown"}`),
		Created: t0().Add(time.Duration(n) * time.Second),
	}
}

func TestIntent(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		i := intent(1, ada)
		must(t, s.AddIntent(ctx, i))
		i.Owner, i.Updated = strings.ToLower(ada), t0()
		if got, err := s.Intent(ctx, ada, i.ID); err != nil || cmp.Diff(i, got) != "" {
			t.Errorf("%s %v", cmp.Diff(i, got), err)
		}
		for _, owner := range []string{bob, ""} {
			_, err := s.Intent(ctx, owner, i.ID)
			wantCode(t, err, governance.NotFound)
		}
		_, err := s.Intent(ctx, ada, "x")
		wantCode(t, err, governance.NotFound)
		_, err = s.MoveIntent(ctx, "x", governance.IntentVetoed, nil)
		wantCode(t, err, governance.NotFound)
		wantCode(t, s.AddIntent(ctx, governance.Intent{ID: i.ID, State: governance.IntentFailed}), governance.Conflict)
	})
}

func TestAddIntentSupersedes(t *testing.T) {
	delegate := func(n int, act governance.Act, dao string, chain uint64) governance.Intent {
		i := intent(n, ada)
		i.Act, i.Method, i.Ref, i.DAO, i.Chain, i.Target = act, governance.ByTransaction, "", dao, chain, bob
		return i
	}
	alias := func(n int, target string) governance.Intent {
		i := delegate(n, governance.ActAlias, "", 0)
		i.Target, i.Method = target, governance.BySignature
		return i
	}
	same := intent(1, ada)
	same.ID = intent(2, ada).ID
	tests := []struct {
		name   string
		a, b   governance.Intent
		before func(t *testing.T, s *Store, id string)
		want   governance.IntentState // of a
		code   governance.Code        // of adding b
	}{
		{"the same vote", intent(1, ada), same, nil, governance.IntentSuperseded, ""},
		{"another proposal", intent(1, ada), intent(2, ada), nil, governance.IntentArmed, ""},
		{"another voter", intent(1, ada), func() governance.Intent { i := same; i.Voter = bob; return i }(), nil, governance.IntentArmed, ""},
		{"the same voter, written otherwise", intent(1, ada), func() governance.Intent { i := same; i.Voter = strings.ToLower(ada); return i }(), nil, governance.IntentSuperseded, ""},
		{"one that ended", intent(1, ada), same, move(governance.IntentFailed), governance.IntentFailed, ""},
		{"one that is signed", intent(1, ada), same, sign, governance.IntentSigned, governance.Conflict},
		{"one that is sent", intent(1, ada), same, func(t *testing.T, s *Store, id string) { sign(t, s, id); move(governance.IntentSent)(t, s, id) }, governance.IntentSent, governance.Conflict},
		{"one that is confirmed", intent(1, ada), same, func(t *testing.T, s *Store, id string) { sign(t, s, id); move(governance.IntentConfirmed)(t, s, id) }, governance.IntentConfirmed, ""},
		{"delegation of the same space", delegate(1, governance.ActDelegate, "a.eth", 1), delegate(2, governance.ActDelegate, "a.eth", 1), nil, governance.IntentSuperseded, ""},
		{"of another space", delegate(1, governance.ActDelegate, "a.eth", 1), delegate(2, governance.ActDelegate, "b.eth", 1), nil, governance.IntentArmed, ""},
		{"on another chain", delegate(1, governance.ActDelegate, "a.eth", 1), delegate(2, governance.ActDelegate, "a.eth", 10), nil, governance.IntentArmed, ""},
		{"clearing", delegate(1, governance.ActDelegate, "a.eth", 1), delegate(2, governance.ActUndelegate, "a.eth", 1), nil, governance.IntentArmed, ""},
		{"a transaction on its way", delegate(1, governance.ActToken, "a.eth", 1), delegate(2, governance.ActToken, "a.eth", 1), hand, governance.IntentSent, governance.Conflict},
		{"the same alias", alias(1, bob), alias(2, strings.ToLower(bob)), nil, governance.IntentSuperseded, ""},
		{"another alias", alias(1, bob), alias(2, ada), nil, governance.IntentArmed, ""},
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				if _, err := s.write.DB.Exec(`DELETE FROM intents`); err != nil {
					t.Fatal(err)
				}
				must(t, s.AddIntent(context.Background(), tt.a))
				if tt.before != nil {
					tt.before(t, s, tt.a.ID)
				}
				wantCode(t, s.AddIntent(context.Background(), tt.b), tt.code)
				if got, err := s.Intent(context.Background(), ada, tt.a.ID); err != nil || got.State != tt.want {
					t.Errorf("%s, want %s; %v", got.State, tt.want, err)
				}
				wantB := governance.Code("")
				if tt.code != "" {
					wantB = governance.NotFound
				}
				_, err := s.Intent(context.Background(), tt.b.Owner, tt.b.ID)
				wantCode(t, err, wantB)
			})
		}
	})
}

func move(to governance.IntentState) func(*testing.T, *Store, string) {
	return func(t *testing.T, s *Store, id string) {
		t.Helper()
		if _, err := s.MoveIntent(context.Background(), id, to, nil); err != nil {
			t.Fatal(err)
		}
	}
}

var digests atomic.Int64

func sign(t *testing.T, s *Store, id string) {
	t.Helper()
	if _, err := s.SignIntent(context.Background(), id, []byte("bytes of "+id), fmt.Sprintf("0x%064x", digests.Add(1)), "0xsig", nil); err != nil {
		t.Fatal(err)
	}
}

func hand(t *testing.T, s *Store, id string) {
	t.Helper()
	if _, err := s.HandIntent(context.Background(), id, "0xAB", nil); err != nil {
		t.Fatal(err)
	}
}

// Two preparations at the same moment leave one live intent.
func TestOneLiveIntent(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		parallel(20, func(n int) {
			i := intent(1, ada)
			i.ID = fmt.Sprintf("%032x", n)
			if err := s.AddIntent(context.Background(), i); err != nil {
				wantCode(t, err, governance.Conflict)
			}
		})
		yes := true
		list, _, err := s.Intents(context.Background(), IntentFilter{Owner: ada, Live: &yes})
		if err != nil || len(list) != 1 {
			t.Errorf("%d are live; %v", len(list), err)
		}
	})
}

func TestIntents(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		for n := range 7 {
			i := intent(n, ada)
			i.Created = t0().Add(time.Duration(n/2) * time.Second) // pairs at the same moment
			if n%3 == 0 {
				i.Act, i.Ref, i.Target = governance.ActAlias, "", fmt.Sprintf("0x%040x", n)
			}
			must(t, s.AddIntent(ctx, i))
		}
		must(t, s.AddIntent(ctx, intent(50, bob)))
		move(governance.IntentVetoed)(t, s, intent(4, ada).ID)
		yes, no := true, false
		tests := []struct {
			f    IntentFilter
			want []int
		}{
			{IntentFilter{Owner: ada}, []int{6, 5, 4, 3, 2, 1, 0}},
			{IntentFilter{Owner: ada, Acts: []governance.Act{governance.ActAlias, governance.ActUnalias}}, []int{6, 3, 0}},
			{IntentFilter{Owner: ada, Ref: intent(2, ada).Ref}, []int{2}},
			{IntentFilter{Owner: ada, Live: &no}, []int{4}},
			{IntentFilter{Owner: ada, Live: &yes, Acts: []governance.Act{governance.ActVote}}, []int{5, 2, 1}},
			{IntentFilter{Owner: ada, IDs: []string{intent(5, ada).ID, intent(2, ada).ID, intent(50, bob).ID}}, []int{5, 2}},
			{IntentFilter{Owner: bob}, []int{50}},
			{IntentFilter{}, []int{}},
			{IntentFilter{Owner: bob, Ref: intent(2, ada).Ref}, []int{}},
		}
		for _, tt := range tests {
			for _, limit := range []int{0, 1, 2} {
				got := []int{}
				for tt.f.Limit, tt.f.Cursor = limit, ""; ; {
					page, next, err := s.Intents(ctx, tt.f)
					must(t, err)
					for _, i := range page {
						var n int
						_, err := fmt.Sscanf(i.ID, "%x", &n)
						must(t, err)
						got = append(got, n)
					}
					if tt.f.Cursor = next; next == "" {
						break
					}
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("%+v: %v, want %v", tt.f, got, tt.want)
				}
			}
		}
		_, _, err := s.Intents(ctx, IntentFilter{Owner: ada, Cursor: "?"})
		wantCode(t, err, governance.Invalid)
	})
}

// Every pair of states: the store moves along the edges of the graph only.
func TestMoveIntent(t *testing.T) {
	states := []governance.IntentState{governance.IntentDecided, governance.IntentWaiting, governance.IntentAsked, governance.IntentArmed, governance.IntentSigned,
		governance.IntentSent, governance.IntentConfirmed, governance.IntentVetoed, governance.IntentSuperseded, governance.IntentExpired, governance.IntentFailed}
	eachEngine(t, func(t *testing.T, s *Store) {
		n := 0
		for _, from := range states {
			for _, to := range states {
				n++
				i := intent(n, ada)
				i.State = from
				must(t, s.AddIntent(context.Background(), i))
				want := governance.Conflict
				if from == to || from.MayBecome(to) {
					want = ""
				}
				got, err := s.MoveIntent(context.Background(), i.ID, to, nil)
				wantCode(t, err, want)
				if err == nil && got.State != to {
					t.Errorf("%s → %s gave %s", from, to, got.State)
				}
			}
		}
	})
}

func TestMoveIntentChanges(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		must(t, s.AddIntent(ctx, intent(1, ada)))
		sign(t, s, intent(1, ada).ID)
		before, err := s.Intent(ctx, ada, intent(1, ada).ID)
		must(t, err)
		at := t0().Add(time.Hour)
		_, err = s.MoveIntent(ctx, before.ID, governance.IntentSent, func(i *governance.Intent) {
			*i = governance.Intent{ID: "x", Owner: bob, Envelope: []byte("forged"), Digest: "0xff", Choice: json.RawMessage(`9`), Held: true,
				Note: "n", SendBy: &at, VetoUntil: &at, Tries: 3, Safe: true, Receipt: &governance.Receipt{ID: "r", At: at}}
		})
		must(t, err)
		want := before
		want.State, want.Held, want.Note, want.SendBy, want.VetoUntil, want.Tries, want.Safe = governance.IntentSent, true, "n", &at, &at, 3, true
		want.Receipt = &governance.Receipt{ID: "r", At: at}
		if got, err := s.Intent(ctx, ada, before.ID); err != nil || cmp.Diff(want, got) != "" {
			t.Errorf("%s %v", cmp.Diff(want, got), err)
		}
	})
}

func TestUnsettledIntents(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		for n := range 5 {
			must(t, s.AddIntent(ctx, intent(n, ada)))
			s.now = func() time.Time { return t0().Add(time.Duration(n) * time.Second) }
			if n > 0 {
				sign(t, s, intent(n, ada).ID)
			}
		}
		move(governance.IntentFailed)(t, s, intent(3, ada).ID)
		s.now = func() time.Time { return t0().Add(time.Minute) }
		move(governance.IntentSent)(t, s, intent(1, ada).ID) // just seen to
		list, err := s.UnsettledIntents(ctx, 10)
		if err != nil || len(list) != 3 || list[0].ID != intent(2, ada).ID || list[2].ID != intent(1, ada).ID || !bytes.Equal(list[2].Envelope, []byte("bytes of "+list[2].ID)) {
			t.Errorf("%+v %v", list, err)
		}
		if list, err = s.UnsettledIntents(ctx, 1); err != nil || len(list) != 1 {
			t.Errorf("%+v %v", list, err)
		}
	})
}
