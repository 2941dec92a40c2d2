package store

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/governancetest"
)

// cluster is the Postgres of this test binary.
var cluster governancetest.Postgres

func TestMain(m *testing.M) {
	if os.Getenv(applierEnv) != "" {
		runApplier() // a child of TestKill
		return
	}
	if os.Getenv(signerEnv) != "" {
		runSigner() // a child of TestKilledSigner
		return
	}
	code := m.Run()
	cluster.Stop()
	os.Exit(code)
}

// t0 is "now" in all tests.
func t0() time.Time { return time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC) }

// eachEngine runs f on an empty store of each engine.
func eachEngine(t *testing.T, f func(t *testing.T, s *Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, openSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, openAt(t, cluster.Database(t))) })
}

func openSQLite(t testing.TB) *Store {
	t.Helper()
	return openAt(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"))
}

func config(url string) Config {
	return Config{URL: url, Secret: [32]byte{7}, Now: t0, Log: slog.New(slog.DiscardHandler)}
}

func openAt(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(context.Background(), config(url))
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

// proposal makes one that opened a day before t0 and ends `hours` after it.
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

func list(t testing.TB, s *Store, f Filter) Page {
	t.Helper()
	page, err := s.Proposals(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// numbers returns which proposals of proposal(n, …) a list holds.
func numbers(items []Listed) []int {
	out := []int{}
	for _, l := range items {
		var n int
		if _, err := fmt.Sscanf(l.Proposal.Ref.ID(), "0x%x", &n); err != nil {
			n = -1
		}
		out = append(out, n)
	}
	return out
}

func wantCode(t testing.TB, err error, code governance.Code) {
	t.Helper()
	if governance.CodeOf(err) != code {
		t.Errorf("error %v has the code %q, want %q", err, governance.CodeOf(err), code)
	}
}

func TestOpenTwice(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		if err := s.Ping(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := s.migrate(context.Background()); err != nil {
			t.Errorf("a second migration: %v", err)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	for url, code := range map[string]governance.Code{
		"":                         governance.Invalid,
		"mysql://x":                governance.Invalid,
		"sqlite:":                  governance.Invalid,
		"sqlite:a.db?_pragma=x":    governance.Invalid,
		"sqlite:/dev/null/x/a.db":  governance.Invalid,
		"postgres://a:pw@b:port/c": governance.Invalid,
		"postgres:///x?host=/nonexistent&connect_timeout=1": governance.Upstream,
	} {
		_, err := Open(context.Background(), config(url))
		wantCode(t, err, code)
	}
}

func TestConstraintIsConflict(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		const insert = `INSERT INTO daos (id, name) VALUES ('a', 'a')`
		_, err := s.write.DB.Exec(insert)
		wantCode(t, s.fail(err, "insert"), "")
		_, err = s.write.DB.Exec(insert)
		wantCode(t, s.fail(err, "insert"), governance.Conflict)
	})
}
