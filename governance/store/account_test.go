package store

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mandate/governance"
)

// Two accounts, as they are shown; keys are lower case.
const (
	ada = "0x00000000000000000000000000000000000000Aa"
	bob = "0x00000000000000000000000000000000000000bB"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLogins(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		for _, l := range []governance.Login{
			{ID: "a1", Account: ada, Device: "Firefox\x00 ü", Created: t0(), Seen: t0().Add(time.Minute), Expires: t0().Add(time.Hour), Owner: true},
			{ID: "a2", Account: strings.ToLower(ada), Created: t0(), Seen: t0().Add(2 * time.Minute), Expires: t0().Add(time.Hour)},
			{ID: "a3", Account: ada, Created: t0(), Seen: t0(), Expires: t0()}, // over
			{ID: "b1", Account: bob, Created: t0(), Seen: t0(), Expires: t0().Add(time.Hour)},
		} {
			must(t, s.AddLogin(ctx, l))
		}
		wantCode(t, s.AddLogin(ctx, governance.Login{ID: "b1", Account: ada}), governance.Conflict)
		got, err := s.Login(ctx, "a1")
		want := governance.Login{ID: "a1", Account: strings.ToLower(ada), Device: "Firefox\x00 ü", Created: t0(), Seen: t0().Add(time.Minute), Expires: t0().Add(time.Hour), Owner: true}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s %v", diff, err)
		}
		for _, id := range []string{"a3", "", "x"} {
			_, err := s.Login(ctx, id)
			wantCode(t, err, governance.NotFound)
		}
		must(t, s.TouchLogin(ctx, "a1", t0().Add(3*time.Minute)))
		must(t, s.TouchLogin(ctx, "a1", t0())) // never back
		wantCode(t, s.TouchLogin(ctx, "a3", t0()), governance.NotFound)
		list, err := s.Logins(ctx, ada)
		if err != nil || len(list) != 2 || list[0].ID != "a1" || list[1].ID != "a2" || !list[0].Seen.Equal(t0().Add(3*time.Minute)) {
			t.Errorf("%+v %v", list, err)
		}
		wantCode(t, s.EndLogin(ctx, ada, "b1"), governance.NotFound) // another's
		if _, err := s.Login(ctx, "b1"); err != nil {
			t.Error(err)
		}
		must(t, s.EndLogin(ctx, ada, "a2"))
		if n, err := s.EndLogins(ctx, ada); err != nil || n != 2 { // one of them was over
			t.Error(n, err)
		}
		_, err = s.Login(ctx, "a1")
		wantCode(t, err, governance.NotFound)
	})
}

func TestNonces(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		n := Nonce{Value: "n1", Session: "browser", Address: strings.ToLower(ada), Chain: 1, Expires: t0().Add(5 * time.Minute)}
		must(t, s.AddNonce(ctx, n))
		for _, session := range []string{"another", ""} {
			_, err := s.TakeNonce(ctx, "n1", session)
			wantCode(t, err, governance.NotFound)
		}
		if got, err := s.TakeNonce(ctx, "n1", "browser"); err != nil || got != n {
			t.Errorf("%+v %v", got, err)
		}
		_, err := s.TakeNonce(ctx, "n1", "browser")
		wantCode(t, err, governance.NotFound)
		must(t, s.AddNonce(ctx, Nonce{Value: "late", Session: "browser", Expires: t0()}))
		_, err = s.TakeNonce(ctx, "late", "browser")
		wantCode(t, err, governance.NotFound)
	})
}

func TestNoncesAreBounded(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		series := `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT CAST(i AS TEXT), '', '', 1, ? + i FROM n`
		_, err := s.write.DB.Exec(s.sql(`INSERT INTO nonces (nonce_hash, session_hash, address, chain, expires_ms) `+strings.Replace(series, "? + i", "CAST(? AS BIGINT) + i", 1)), maxNonces, toMilli(t0()))
		must(t, err)
		must(t, s.AddNonce(ctx, Nonce{Value: "mine", Session: "x", Expires: t0().Add(time.Hour)}))
		var count, first int
		must(t, s.read.DB.QueryRow(`SELECT count(*), count(CASE WHEN nonce_hash = '1' THEN 1 END) FROM nonces`).Scan(&count, &first))
		if count != maxNonces || first != 0 {
			t.Errorf("%d rows; the first to expire is still there: %d", count, first)
		}
		_, err = s.TakeNonce(ctx, "mine", "x")
		must(t, err)
	})
}

// Of 50 calls at once with one nonce, one gets it.
func TestNonceOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for round := range 5 {
			value := strings.Repeat("n", round+1)
			must(t, s.AddNonce(context.Background(), Nonce{Value: value, Session: "b", Expires: t0().Add(time.Minute)}))
			var took atomic.Int64
			parallel(50, func(int) {
				if _, err := s.TakeNonce(context.Background(), value, "b"); err == nil {
					took.Add(1)
				} else {
					wantCode(t, err, governance.NotFound)
				}
			})
			if took.Load() != 1 {
				t.Errorf("taken %d times", took.Load())
			}
		}
	})
}

// parallel runs f n times at once.
func parallel(n int, f func(i int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	wg.Wait()
}

func TestClaimOwner(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		if owners, err := s.Owners(ctx); err != nil || len(owners) != 0 {
			t.Errorf("%v %v", owners, err)
		}
		var claimed atomic.Int64
		parallel(20, func(i int) {
			err := s.ClaimOwner(ctx, []string{ada, bob}[i%2])
			if err == nil {
				claimed.Add(1)
				return
			}
			wantCode(t, err, governance.Conflict)
		})
		owners, err := s.Owners(ctx)
		if err != nil || len(owners) != 1 || claimed.Load() != 1 || owners[0] != strings.ToLower(owners[0]) {
			t.Errorf("%v %v, claimed %d times", owners, err, claimed.Load())
		}
	})
}

func TestTokens(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		want := governance.Token{ID: "t1", Account: strings.ToLower(ada), Name: "laptop", Scopes: []governance.TokenScope{governance.ScopeRead, governance.ScopeVote},
			Created: t0(), Expires: t0().Add(3 * time.Hour)}
		must(t, s.AddToken(ctx, want, "secret1"))
		must(t, s.AddToken(ctx, governance.Token{ID: "t2", Account: bob, Created: t0(), Expires: t0().Add(time.Hour)}, "secret2"))
		must(t, s.AddToken(ctx, governance.Token{ID: "t3", Account: ada, Created: t0(), Expires: t0()}, "over"))
		wantCode(t, s.AddToken(ctx, governance.Token{ID: "t4", Account: bob}, "secret1"), governance.Conflict)

		want.Used = t0().Truncate(time.Hour)
		for range 2 {
			if got, err := s.TokenBy(ctx, "secret1"); err != nil || cmp.Diff(want, got) != "" {
				t.Errorf("%s %v", cmp.Diff(want, got), err)
			}
		}
		s.now = func() time.Time { return t0().Add(90 * time.Minute) }
		want.Used = t0().Add(time.Hour)
		if got, err := s.TokenBy(ctx, "secret1"); err != nil || cmp.Diff(want, got) != "" {
			t.Errorf("%s %v", cmp.Diff(want, got), err)
		}
		for _, secret := range []string{"", "t1", "over", "secret2" /* over by now */} {
			_, err := s.TokenBy(ctx, secret)
			wantCode(t, err, governance.NotFound)
		}
		if list, err := s.Tokens(ctx, ada); err != nil || cmp.Diff([]governance.Token{want}, list) != "" {
			t.Errorf("%+v %v", list, err)
		}
		wantCode(t, s.EndToken(ctx, bob, "t1"), governance.NotFound)
		must(t, s.EndToken(ctx, ada, "t1"))
		_, err := s.TokenBy(ctx, "secret1")
		wantCode(t, err, governance.NotFound)
	})
}

func TestAccountsInUse(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		later := t0().Add(time.Hour)
		must(t, s.AddLogin(ctx, governance.Login{ID: "1", Account: bob, Expires: later}))
		must(t, s.AddLogin(ctx, governance.Login{ID: "2", Account: bob, Expires: later}))
		must(t, s.AddToken(ctx, governance.Token{ID: "1", Account: ada, Expires: later}, "s"))
		must(t, s.AddLogin(ctx, governance.Login{ID: "3", Account: "0xcc", Expires: t0()}))
		got, err := s.AccountsInUse(ctx)
		if want := []string{strings.ToLower(ada), strings.ToLower(bob)}; err != nil || cmp.Diff(want, got) != "" {
			t.Errorf("%v %v", got, err)
		}
	})
}

func TestAdoptValues(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		save := func(subject, text string) {
			_, err := s.SaveValues(ctx, subject, governance.Values{Statement: text})
			must(t, err)
		}
		want := func(subject, text string, version int) {
			t.Helper()
			if v, err := s.Values(ctx, subject); err != nil || v.Statement != text || v.Version != version {
				t.Errorf("%s: %+v %v", subject, v, err)
			}
		}
		save("session:1", "first")
		save("session:1", "second")
		save("session:2", "other")
		if moved, err := s.AdoptValues(ctx, "session:1", "0xaa"); err != nil || !moved {
			t.Error(moved, err)
		}
		want("0xaa", "second", 2)
		want("session:1", "", 0)
		if moved, err := s.AdoptValues(ctx, "session:2", "0xaa"); err != nil || moved {
			t.Error(moved, err)
		}
		want("0xaa", "second", 2) // the account's own win
		want("session:2", "", 0)
		for _, from := range []string{"session:none", "0xaa"} { // nothing there; itself
			if moved, err := s.AdoptValues(ctx, from, "0xaa"); err != nil || moved {
				t.Error(moved, err)
			}
		}
		want("0xaa", "second", 2)

		save("session:3", "damaged")
		_, err := s.write.DB.Exec(`UPDATE subject_values SET version = 7 WHERE subject = 'session:3'`)
		must(t, err)
		_, err = s.AdoptValues(ctx, "session:3", "0xbb")
		wantCode(t, err, governance.Denied)
		var kept int
		must(t, s.read.DB.QueryRow(`SELECT count(*) FROM subject_values WHERE subject = 'session:3'`).Scan(&kept))
		if kept != 1 {
			t.Error("what cannot be opened was dropped")
		}
	})
}

func TestForgetAccounts(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		later := t0().Add(time.Hour)
		must(t, s.AddNonce(ctx, Nonce{Value: "1", Expires: later}))
		for id, expires := range map[string]time.Time{"over": t0(), "live": later} {
			must(t, s.AddLogin(ctx, governance.Login{ID: id, Account: ada, Expires: expires}))
			must(t, s.AddToken(ctx, governance.Token{ID: id, Account: ada, Expires: expires}, id))
		}
		old := t0().AddDate(0, 0, -8)
		for n, state := range []governance.IntentState{governance.IntentArmed, governance.IntentSuperseded, governance.IntentExpired, governance.IntentVetoed} {
			i := intent(n, ada)
			i.State, i.Expires = state, old
			must(t, s.AddIntent(ctx, i))
		}
		must(t, s.AddIntent(ctx, intent(10, ada))) // not expired
		signed := intent(11, ada)
		signed.Expires = old
		must(t, s.AddIntent(ctx, signed))
		_, err := s.SignIntent(ctx, signed.ID, []byte("e"), "0x01", "0x", nil)
		must(t, err)
		s.now = func() time.Time { return t0().Add(time.Minute) }
		for _, want := range []Forgotten{{Logins: 1, Tokens: 1, Intents: 3}, {}} {
			if f, err := s.Forget(ctx); err != nil || f != want {
				t.Errorf("%+v, want %+v; %v", f, want, err)
			}
		}
		s.now = func() time.Time { return later }
		if f, err := s.Forget(ctx); err != nil || f != (Forgotten{Logins: 1, Tokens: 1, Nonces: 1}) {
			t.Errorf("%+v %v", f, err)
		}
		if list, _, err := s.Intents(ctx, IntentFilter{Owner: ada}); err != nil || len(list) != 3 {
			t.Errorf("%d intents stay, want the vetoed, the new and the signed one; %v", len(list), err)
		}
	})
}

func TestPlaces(t *testing.T) {
	for _, text := range []string{"x", "e", "YQ", "MXw=", strings.Repeat("MXw", 300), place{time: -1, key: "a"}.String(), place{time: 1, key: "\x00"}.String()} {
		_, err := parsePlace(text)
		wantCode(t, err, governance.Invalid)
	}
	p, err := parsePlace(place{time: 7, key: "a|b"}.String())
	if err != nil || p != (place{set: true, time: 7, key: "a|b"}) {
		t.Errorf("%+v %v", p, err)
	}
}
