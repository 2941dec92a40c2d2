package store

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"mandate/governance"
)

// applierEnv holds the database's URL in a child process of TestKill.
const applierEnv = "MANDATE_TEST_APPLIER"

const (
	killBatch   = 40
	killBatches = 150
	killVotes   = 30 // a step
)

// killStep is the batch that follows the cursor: a pure step, as a venue's.
func killStep(cursor string) (governance.Batch, int) {
	n, err := strconv.Atoi(cursor)
	if err != nil {
		n = 0
	}
	b := governance.Batch{Next: strconv.Itoa(n + 1), Requests: 1, Done: n+1 == killBatches}
	for i := n * killBatch; i < (n+1)*killBatch; i++ {
		b.Proposals = append(b.Proposals, proposal(i, fmt.Sprintf("dao%d.eth", i%7), i%90-30))
	}
	if n > 0 { // an edit of a row of the step before
		p := proposal((n-1)*killBatch, fmt.Sprintf("dao%d.eth", (n-1)*killBatch%7), ((n-1)*killBatch)%90-30)
		p.Body += " Edited."
		b.Proposals = append(b.Proposals, p)
	}
	// A proposal of a governor at block 100*(n+1) with its votes. Every third
	// step finds that the last blocks were replaced, and reads them again.
	b.Proposals = append(b.Proposals, onChain(testGovernor, n+1))
	b.Events = killEvents(n)
	if n%3 == 2 {
		b.Rollback = &governance.Rollback{Governor: testGovernor, Above: uint64(100*n) + 20}
		b.Events = append(b.Events, killEvents(n-1)...)
	}
	return b, n
}

// killEvents are the votes on the proposal of step n: two of each account.
func killEvents(n int) (list []governance.Event) {
	ref := governance.GovernorRef(testGovernor, strconv.Itoa(n+1))
	for i := range killVotes {
		list = append(list, cast(ref, i%(killVotes/2), 100*(n+1)+10+i, "5"))
	}
	return list
}

// runApplier applies steps from the stored cursor on until it is killed or
// everything is read. It tells each step that was committed.
func runApplier() {
	s, err := Open(context.Background(), config(os.Getenv(applierEnv)))
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	s.onChange = testArgs{}
	for {
		cursor, err := s.Cursor(context.Background(), "kill")
		b, n := killStep(cursor)
		if err == nil && n < killBatches {
			_, err = s.Apply(context.Background(), "kill", b)
		}
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		if n >= killBatches {
			fmt.Println("end")
			os.Exit(0)
		}
		fmt.Println(n + 1)
	}
}

// A process that is killed at any moment loses nothing that it had told of
// and doubles nothing.
func TestKill(t *testing.T) {
	run := func(t *testing.T, url string) {
		kills, told := 0, 0
		for ended := false; !ended; {
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), applierEnv+"="+url)
			out, err := child.StdoutPipe()
			if err == nil {
				err = child.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			left := 1 + rand.IntN(30) // steps that this child may tell of
			for lines := bufio.NewScanner(out); lines.Scan(); {
				if ended = lines.Text() == "end"; ended {
					break
				}
				if told, err = strconv.Atoi(lines.Text()); err != nil {
					t.Fatal(lines.Text())
				}
				if left--; left == 0 {
					time.Sleep(time.Duration(rand.IntN(6000)) * time.Microsecond)
					kills++
					if err := child.Process.Kill(); err != nil {
						t.Fatal(err)
					}
				}
			}
			_ = child.Wait() // "signal: killed" is what was wanted
		}
		check(t, openAt(t, url), told)
		t.Logf("%d kills", kills)
		if kills < 3 {
			t.Errorf("only %d kills", kills)
		}
	}
	t.Run("sqlite", func(t *testing.T) { run(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db")) })
	t.Run("postgres", func(t *testing.T) { run(t, cluster.Database(t)) })
}

// check compares what is stored with all steps taken once.
func check(t *testing.T, s *Store, told int) {
	t.Helper()
	var proposals, distinct, edited, bodies, indexed, sum, jobs int
	err := s.read.DB.QueryRow(`SELECT (SELECT count(*) FROM proposals), (SELECT count(DISTINCT ref) FROM proposals),
		(SELECT count(*) FROM proposal_versions), (SELECT count(*) FROM proposal_bodies), (SELECT sum(proposals) FROM daos), (SELECT count(*) FROM river_job)`).
		Scan(&proposals, &distinct, &edited, &bodies, &sum, &jobs)
	if err != nil {
		t.Fatal(err)
	}
	for after := ""; ; { // every row is found by search
		page, err := s.Proposals(context.Background(), Filter{Query: "body", DAO: "dao3.eth", Limit: 200, Cursor: after})
		if err != nil {
			t.Fatal(err)
		}
		indexed += len(page.Items)
		if after = page.Next; after == "" {
			break
		}
	}
	n := (killBatch + 1) * killBatches
	if told != killBatches || proposals != n || distinct != n || bodies != n || sum != n || edited != killBatches-1 || jobs != 1 {
		t.Errorf("told %d: %d proposals (%d distinct, %d bodies, sum %d), %d edits, %d jobs; want %d", told, proposals, distinct, bodies, sum, edited, jobs, n)
	}
	var votes, counted, voters int
	err = s.read.DB.QueryRow(`SELECT (SELECT count(*) FROM governor_votes), (SELECT sum(votes) FROM governor_proposals), (SELECT sum(voters) FROM governor_proposals)`).
		Scan(&votes, &counted, &voters)
	if want := killVotes * killBatches; err != nil || votes != want || counted != want || voters != want/2 {
		t.Errorf("%d votes, %d counted, %d voters, want %d; %v", votes, counted, voters, want, err)
	}
	if want := killBatch * killBatches / 7; indexed < want || indexed > want+1 {
		t.Errorf("%d of %d found by search", indexed, want)
	}
}
