package store

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"mandate/governance"
)

func TestValues(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		if v, err := s.Values(ctx, "nobody"); err != nil || v.Version != 0 || v.Stated() {
			t.Errorf("%+v, %v", v, err)
		}
		for n := 1; n <= 3; n++ {
			v, err := s.SaveValues(ctx, "session:1", governance.Values{Statement: strings.Repeat("s", n), Principles: []governance.Principle{{ID: "p", Weight: n}}})
			if err != nil || v.Version != n {
				t.Errorf("%+v, %v", v, err)
			}
		}
		v, err := s.Values(ctx, "session:1")
		if err != nil || v.Version != 3 || v.Statement != "sss" || v.Principles[0].Weight != 3 {
			t.Errorf("%+v, %v", v, err)
		}
		// A row moved to another person, or back in time, does not open.
		for _, query := range []string{`UPDATE subject_values SET version = 9 WHERE version = 3`, `UPDATE subject_values SET subject = 'session:2' WHERE version = 2`} {
			if _, err := s.write.DB.Exec(query); err != nil {
				t.Fatal(err)
			}
		}
		for _, subject := range []string{"session:1", "session:2"} {
			_, err = s.Values(ctx, subject)
			wantCode(t, err, governance.Denied)
		}
	})
}

func TestAnotherSecret(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	if _, err := openAt(t, url).SaveValues(context.Background(), "a", governance.Values{Statement: "x"}); err != nil {
		t.Fatal(err)
	}
	c := config(url)
	c.Secret = [32]byte{8}
	s, err := Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	_, err = s.Values(context.Background(), "a")
	wantCode(t, err, governance.Denied)
}

// Nothing private is readable in the files of the database.
func TestNothingPrivateOnDisk(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, "sqlite:"+filepath.Join(dir, "x.db"))
	const canary = "CANARY-7f3a"
	v := governance.Values{Statement: canary + "1", Principles: []governance.Principle{{ID: canary + "2", Text: canary + "3"}}, Rules: []governance.Rule{{Text: canary + "4"}}}
	if _, err := s.SaveValues(context.Background(), "session:x", v); err != nil {
		t.Fatal(err)
	}
	if err := s.Sessions().Commit(canary+"token", []byte(canary+"data"), t0().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	must(t, s.AddLogin(context.Background(), governance.Login{ID: "l", Account: "0xaa", Device: canary + "device"}))
	must(t, s.AddIntent(context.Background(), shieldedIntent(`"`+canary+`choice"`, canary+"sigma")))
	must(t, s.AddNonce(context.Background(), Nonce{Value: canary + "nonce", Session: canary + "browser", Expires: t0().Add(time.Hour)}))
	must(t, s.AddToken(context.Background(), governance.Token{ID: "t", Account: "0xaa", Name: canary + "name"}, canary+"secret"))
	if _, err := s.AdoptValues(context.Background(), "session:x", "0xaa"); err != nil {
		t.Fatal(err)
	}
	apply(t, s, governance.Batch{Next: "VISIBLE-7f3a"})
	found := 0
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte("CANARY")) {
			t.Errorf("%s holds private text", path)
		}
		found += bytes.Count(raw, []byte("VISIBLE-7f3a"))
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("the check itself does not find what is public: %d, %v", found, err)
	}
}

func TestSessions(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		var store scs.CtxStore = s.Sessions()
		for _, data := range []string{"one", "two"} {
			if err := store.CommitCtx(ctx, "token", []byte(data), t0().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if data, found, err := store.FindCtx(ctx, "token"); err != nil || !found || string(data) != "two" {
			t.Errorf("%q %v %v", data, found, err)
		}
		if _, found, err := store.Find("other"); err != nil || found {
			t.Errorf("%v %v", found, err)
		}
		if err := store.Commit("old", []byte("x"), t0()); err != nil {
			t.Fatal(err)
		}
		if _, found, err := store.Find("old"); err != nil || found {
			t.Errorf("an expired session was found: %v", err)
		}
		if f, err := s.Forget(ctx); err != nil || f != (Forgotten{Sessions: 1}) {
			t.Errorf("%+v, %v", f, err)
		}
		if _, found, err := store.Find("token"); err != nil || !found {
			t.Errorf("a session that lasts: %v, %v", found, err)
		}
		if err := store.DeleteCtx(ctx, "token"); err != nil {
			t.Fatal(err)
		}
		if _, found, err := store.Find("token"); err != nil || found {
			t.Errorf("%v %v", found, err)
		}
	})
}

// shieldedIntent is a vote whose choice is secret until its end.
func shieldedIntent(choice, sigma string) governance.Intent {
	i := intent(1, ada)
	i.Choice, i.Sigma, i.Digest, i.Payload = json.RawMessage(choice), sigma, "0xd1", json.RawMessage(`{"typed_data":{"message":{"choice":"0xc1pher"}}}`)
	return i
}

// The choice of a shielded vote is sealed from the first row on; that of
// another vote is public.
func TestShieldedChoiceIsSealed(t *testing.T) {
	const choice, sigma = `"CANARY-choice"`, "0xCANARY-sigma"
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx, i := context.Background(), shieldedIntent(choice, sigma)
		must(t, s.AddIntent(ctx, i))
		sealed := func(when string) {
			t.Helper()
			var row intentRow
			must(t, s.read.NewSelect().Model(&row).Where("id = ?", i.ID).Scan(ctx))
			if text := row.Data + string(row.Payload) + string(row.Envelope) + string(row.Sealed); strings.Contains(text, "CANARY") || !strings.Contains(text, "0xc1pher") {
				t.Errorf("%s: %s", when, text)
			}
			got, err := s.Intent(ctx, ada, i.ID)
			if err != nil || string(got.Choice) != choice || got.Sigma != sigma {
				t.Errorf("%s: %s %s, %v", when, got.Choice, got.Sigma, err)
			}
			if out, err := json.Marshal(got); err != nil || strings.Contains(string(out), "sigma") {
				t.Errorf("%s: answers hold %s, %v", when, out, err)
			}
		}
		sealed("armed")
		_, err := s.SignIntent(ctx, i.ID, []byte("bytes"), i.Digest, "0xsig", nil)
		must(t, err)
		sealed("signed")
		move(governance.IntentSent)(t, s, i.ID)
		sealed("sent")
		// Moved to another intent it does not open.
		other := intent(2, ada)
		must(t, s.AddIntent(ctx, other))
		_, err = s.write.DB.Exec(`UPDATE intents SET sealed = (SELECT sealed FROM intents AS one WHERE one.id = '` + i.ID + `') WHERE id = '` + other.ID + `'`)
		must(t, err)
		if got, err := s.Intent(ctx, ada, other.ID); err != nil || got.Sigma != "" || string(got.Choice) != string(other.Choice) {
			t.Errorf("%s %s, %v", got.Choice, got.Sigma, err)
		}
	})
}

// A lost secret hides the choice and stops nothing.
func TestShieldedVoteWithoutTheSecret(t *testing.T) {
	url, ctx := "sqlite:"+filepath.Join(t.TempDir(), "x.db"), context.Background()
	i := shieldedIntent(`2`, "0x51")
	s := openAt(t, url)
	must(t, s.AddIntent(ctx, i))
	_, err := s.SignIntent(ctx, i.ID, []byte("bytes"), i.Digest, "0xsig", nil)
	must(t, err)
	c := config(url)
	c.Secret = [32]byte{8}
	lost, err := Open(ctx, c)
	must(t, err)
	t.Cleanup(func() { _ = lost.Close() })
	list, err := lost.UnsettledIntents(ctx, 10)
	if err != nil || len(list) != 1 || string(list[0].Choice) != "null" || list[0].Sigma != "" || string(list[0].Envelope) != "bytes" || list[0].Digest != i.Digest {
		t.Fatalf("%+v, %v", list, err)
	}
	move(governance.IntentSent)(t, lost, i.ID)
	if got, err := s.Intent(ctx, ada, i.ID); err != nil || got.State != governance.IntentSent || string(got.Choice) != "2" || got.Sigma != "0x51" {
		t.Errorf("with the secret again: %+v, %v", got, err)
	}
}
