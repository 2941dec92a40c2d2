package store

import (
	"bytes"
	"context"
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
