package store

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"mandate/governance"
)

func TestSignIntent(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		i := intent(1, ada)
		must(t, s.AddIntent(ctx, i))
		signed, err := s.SignIntent(ctx, i.ID, []byte("envelope\x00"), "0xAB", "0xsig", testArgs{})
		if err != nil || signed.State != governance.IntentSigned || signed.Digest != "0xab" {
			t.Fatalf("%+v %v", signed, err)
		}
		again, err := s.SignIntent(ctx, i.ID, []byte("envelope\x00"), "0xab", "0xsig", testArgs{})
		if err != nil || again.State != governance.IntentSigned || !bytes.Equal(again.Envelope, signed.Envelope) {
			t.Errorf("%+v %v", again, err)
		}
		if n := countJobs(t, s); n != 1 {
			t.Errorf("%d jobs", n)
		}
		move(governance.IntentSent)(t, s, i.ID)
		if again, err = s.SignIntent(ctx, i.ID, []byte("envelope\x00"), "0xab", "0xsig", nil); err != nil || again.State != governance.IntentSent {
			t.Errorf("%+v %v", again, err)
		}
		trail, err := s.Signatures(ctx, ada, i.ID)
		want := Signature{Voter: strings.ToLower(ada), Venue: "snapshot", Proposal: string(i.Ref), Revision: 1, Digest: "0xab", Signature: "0xsig", Envelope: []byte("envelope\x00"), Intent: i.ID, Signed: t0()}
		if err != nil || len(trail) != 1 || fmt.Sprint(trail[0]) != fmt.Sprint(want) {
			t.Errorf("%+v %v", trail, err)
		}
		if trail, err = s.Signatures(ctx, bob, i.ID); err != nil || len(trail) != 0 {
			t.Errorf("another reads %+v %v", trail, err)
		}

		// A changed vote is the next revision of the proposal.
		move(governance.IntentConfirmed)(t, s, i.ID)
		next := intent(1, ada)
		next.ID = intent(2, ada).ID
		must(t, s.AddIntent(ctx, next))
		sign(t, s, next.ID)
		if trail, err = s.Signatures(ctx, ada, next.ID); err != nil || len(trail) != 1 || trail[0].Revision != 2 {
			t.Errorf("%+v %v", trail, err)
		}
	})
}

func TestSignIntentRefuses(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		must(t, s.AddIntent(ctx, intent(1, ada)))
		_, err := s.SignIntent(ctx, intent(1, ada).ID, []byte("e"), "0x01", "0xsig", nil)
		must(t, err)
		must(t, s.AddIntent(ctx, intent(2, ada)))
		must(t, s.AddIntent(ctx, intent(3, ada)))
		move(governance.IntentExpired)(t, s, intent(3, ada).ID)
		prepared := intent(4, ada)
		prepared.Digest = "0x04"
		must(t, s.AddIntent(ctx, prepared))
		tests := []struct {
			name, id, envelope, digest string
			want                       governance.Code
		}{
			{"unknown", "x", "e", "0x02", governance.NotFound},
			{"other bytes", intent(1, ada).ID, "other", "0x01", governance.Conflict},
			{"another digest", intent(1, ada).ID, "e", "0x02", governance.Conflict},
			{"not armed", intent(3, ada).ID, "e", "0x03", governance.Conflict},
			{"no bytes", intent(2, ada).ID, "", "0x03", governance.Invalid},
			{"no digest", intent(2, ada).ID, "e", "", governance.Invalid},
			{"another digest than the prepared one", prepared.ID, "e", "0x05", governance.Conflict},
			{"a digest of another intent", intent(2, ada).ID, "e", "0x01", governance.Conflict},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				_, err := s.SignIntent(ctx, tt.id, []byte(tt.envelope), tt.digest, "0xsig", testArgs{})
				wantCode(t, err, tt.want)
			})
		}
		if got, err := s.Intent(ctx, ada, intent(2, ada).ID); err != nil || got.State != governance.IntentArmed || got.Envelope != nil {
			t.Errorf("%+v %v", got, err)
		}
		if n := countJobs(t, s); n != 0 {
			t.Errorf("%d jobs of refused signatures", n)
		}
		if n := countSignatures(t, s); n != 1 {
			t.Errorf("%d signatures", n)
		}
	})
}

func TestHandIntent(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		i := intent(1, ada)
		i.Act, i.Method = governance.ActDelegate, governance.ByTransaction
		must(t, s.AddIntent(ctx, i))
		must(t, s.AddIntent(ctx, intent(2, ada)))
		for range 2 {
			got, err := s.HandIntent(ctx, i.ID, "0xAB", testArgs{})
			if err != nil || got.State != governance.IntentSent || got.Digest != "0xab" {
				t.Errorf("%+v %v", got, err)
			}
		}
		_, err := s.HandIntent(ctx, i.ID, "0xcd", nil)
		wantCode(t, err, governance.Conflict)
		_, err = s.HandIntent(ctx, intent(2, ada).ID, "0xcd", nil)
		wantCode(t, err, governance.Invalid)
		_, err = s.HandIntent(ctx, "x", "0xcd", nil)
		wantCode(t, err, governance.NotFound)
		if n := countJobs(t, s); n != 1 {
			t.Errorf("%d jobs", n)
		}
	})
}

func countJobs(t testing.TB, s *Store) (n int) {
	t.Helper()
	must(t, s.read.DB.QueryRow(`SELECT count(*) FROM river_job`).Scan(&n))
	return n
}

func countSignatures(t testing.TB, s *Store) (n int) {
	t.Helper()
	must(t, s.read.DB.QueryRow(`SELECT count(*) FROM signatures`).Scan(&n))
	return n
}

// Of 50 signatures at once, with the same bytes and with others, one is kept.
func TestSignIntentRaces(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for round := range 4 {
			i := intent(round, ada)
			must(t, s.AddIntent(context.Background(), i))
			var same, kept atomic.Int64
			parallel(50, func(n int) {
				kind := n % (1 + round%2*4) // rounds with the same bytes, rounds with five
				_, err := s.SignIntent(context.Background(), i.ID, []byte{byte(kind), 1}, fmt.Sprintf("0x%d%d", round, kind), "0x", testArgs{})
				if err == nil {
					same.Add(1)
					kept.Store(int64(kind))
					return
				}
				wantCode(t, err, governance.Conflict)
			})
			if want := int64(50 / (1 + round%2*4)); same.Load() != want {
				t.Errorf("round %d: %d calls were given the signed intent, want %d", round, same.Load(), want)
			}
			got, err := s.Intent(context.Background(), ada, i.ID)
			if err != nil || !bytes.Equal(got.Envelope, []byte{byte(kept.Load()), 1}) {
				t.Errorf("%+v %v", got, err)
			}
			if n := countSignatures(t, s); n != round+1 {
				t.Errorf("%d rows, want %d", n, round+1)
			}
			if n := countJobs(t, s); n != round+1 {
				t.Errorf("%d jobs, want %d", n, round+1)
			}
		}
	})
}

// Nothing changes, removes or replaces a row of the trail.
func TestSignaturesAreAppendOnly(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		must(t, s.AddIntent(context.Background(), intent(1, ada)))
		sign(t, s, intent(1, ada).ID)
		queries := []string{
			`UPDATE signatures SET envelope = envelope`,
			`UPDATE signatures SET digest = 'x'`,
			`UPDATE signatures SET revision = revision + 1`,
			`DELETE FROM signatures`,
			`INSERT INTO signatures (voter, venue, proposal, revision, digest, signature, envelope, intent, signed_ms)
				SELECT voter, venue, proposal, revision, 'new', signature, envelope, intent, signed_ms FROM signatures`,
			`INSERT INTO signatures (voter, venue, proposal, revision, digest, signature, envelope, intent, signed_ms)
				SELECT voter, venue, proposal, revision + 1, digest, signature, envelope, intent, signed_ms FROM signatures`,
			`INSERT INTO signatures SELECT * FROM signatures ON CONFLICT (digest) DO UPDATE SET signature = 'x'`,
		}
		if s.pg {
			queries = append(queries, `TRUNCATE signatures`)
		} else {
			queries = append(queries, `INSERT OR REPLACE INTO signatures SELECT * FROM signatures`,
				`REPLACE INTO signatures (voter, venue, proposal, revision, digest, signature, envelope, intent, signed_ms)
				SELECT voter, venue, proposal, revision + 1, digest, signature, envelope, intent, signed_ms FROM signatures`)
		}
		for _, query := range queries {
			if _, err := s.write.DB.Exec(query); err == nil {
				t.Errorf("this was possible: %s", query)
			}
		}
		if n := countSignatures(t, s); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestWriterIsDurable(t *testing.T) {
	var full string
	must(t, openSQLite(t).write.DB.QueryRow(`PRAGMA synchronous`).Scan(&full))
	if full != "2" {
		t.Errorf("synchronous = %s, want 2 (FULL)", full)
	}
}

// signerEnv holds the database's URL in a child process of TestKilledSigner.
const signerEnv = "MANDATE_TEST_SIGNER"

// runSigner signs one intent after the other, tells each, and does nothing
// else with it.
func runSigner() {
	s, err := Open(context.Background(), config(os.Getenv(signerEnv)))
	for n := 0; err == nil; n++ {
		i := intent(n, ada)
		i.ID = fmt.Sprintf("%016x%016x", os.Getpid(), n)
		i.Ref = governance.SnapshotRef("dao.eth", "0x"+i.ID)
		if err = s.AddIntent(context.Background(), i); err != nil {
			break
		}
		if _, err = s.SignIntent(context.Background(), i.ID, []byte(i.ID), "0x"+i.ID, "0xsig", testArgs{}); err == nil {
			fmt.Println(i.ID)
		}
	}
	fmt.Println("error", err)
	os.Exit(1)
}

// A process that is killed right after a signature has its bytes, the trail's
// row and the job that sends them.
func TestKilledSigner(t *testing.T) {
	run := func(t *testing.T, url string) {
		var told []string
		for kill := range 4 {
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), signerEnv+"="+url)
			out, err := child.StdoutPipe()
			must(t, err)
			must(t, child.Start())
			left := 1 + 3*kill
			for lines := bufio.NewScanner(out); lines.Scan(); {
				if len(lines.Text()) != 32 {
					t.Fatal(lines.Text())
				}
				told = append(told, lines.Text())
				if left--; left == 0 {
					must(t, child.Process.Kill())
				}
			}
			_ = child.Wait() // "signal: killed" is what was wanted
		}
		s := openAt(t, url)
		for _, id := range told {
			i, err := s.Intent(context.Background(), ada, id)
			trail, trailErr := s.Signatures(context.Background(), ada, id)
			if err != nil || trailErr != nil || i.State != governance.IntentSigned || string(i.Envelope) != id || len(trail) != 1 || string(trail[0].Envelope) != id {
				t.Errorf("%s: %+v %v, %+v %v", id, i, err, trail, trailErr)
			}
		}
		if rows, jobs := countSignatures(t, s), countJobs(t, s); rows < len(told) || rows != jobs {
			t.Errorf("%d told, %d rows, %d jobs", len(told), rows, jobs)
		}
		t.Logf("4 kills, %d signatures told, all there", len(told))
	}
	t.Run("sqlite", func(t *testing.T) { run(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db")) })
	t.Run("postgres", func(t *testing.T) { run(t, cluster.Database(t)) })
}
