package governor

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
)

// story is a history that was read and is about to be replaced.
type story struct {
	*follower
	kept, quiet, lost governance.Ref
	parent            uint64               // the last block of both histories
	txs               []*types.Transaction // that were mined above it, at once
}

// tell reads a history whose blocks above the parent hold a proposal and two
// votes. All of it is between two final blocks, which are every 32nd one.
func tell(t *testing.T, untagged bool) *story {
	t.Helper()
	w := newSim(t, untagged)
	w.blocks(29 - w.depth())
	of, err := w.governors().Detect(t.Context(), simChain, w.at.Hex())
	if err != nil {
		t.Fatal(err)
	}
	s := &story{follower: w.follow(of)}
	made := w.mine(w.propose(0, "# Kept"), w.propose(0, "# Quiet"))
	s.kept, s.quiet = made[0], made[1]
	w.blocks(2 + w.depth())
	s.read(0)
	w.mine(w.vote(2, s.kept, 2))
	s.parent = w.latest()
	s.txs = []*types.Transaction{w.propose(1, "# Lost"), w.vote(0, s.kept, 1), w.vote(0, s.quiet, 1)}
	s.lost = w.mine(s.txs...)[0]
	if untagged { // it is too new
		s.read(0)
	}
	w.blocks(3 + w.depth())
	if back := s.read(0); len(back) > 0 {
		t.Fatalf("goes back without a reason: %+v", back)
	}
	s.count(s.kept, map[int]uint8{2: 2, 0: 1})
	s.count(s.quiet, map[int]uint8{0: 1})
	s.count(s.lost, nil)
	return s
}

// replace leaves the parent for a history that is shorter at first, which
// takes nothing back.
func (s *story) replace() {
	s.t.Helper()
	s.forkAt(s.parent)
	s.blocks(1)
	if back := s.read(time.Hour); len(back) > 0 {
		s.t.Errorf("a node that is behind takes back: %+v", back)
	}
	if len(s.skipped) != 1 || !strings.Contains(s.skipped[0], s.lost.ID()) {
		s.t.Errorf("a node that is behind knows not: %v", s.skipped)
	}
	s.reads, s.skipped = s.reads[:len(s.reads)-1], nil // nothing was read
	s.count(s.kept, map[int]uint8{2: 2, 0: 1})
}

// reread reads the other history once it is the longer one.
func (s *story) reread() {
	s.t.Helper()
	s.blocks(4 + s.depth())
	want := governance.Rollback{Governor: s.of.ID, Above: s.known(s.parent)}
	if back := s.read(0); len(back) != 1 || back[0] != want {
		s.t.Errorf("rolled back %+v, want %+v", back, want)
	}
}

func eachHead(t *testing.T, f func(*testing.T, *story)) {
	for name, untagged := range map[string]bool{"tags": false, "no tags": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, tell(t, untagged))
		})
	}
}

// In the other history another proposal is made and somebody else votes.
func TestAnotherHistory(t *testing.T) {
	eachHead(t, func(t *testing.T, s *story) {
		s.replace()
		other := s.mine(s.propose(1, "# Other"), s.vote(1, s.kept, 0))[0]
		s.reread()
		s.count(s.kept, map[int]uint8{2: 2, 1: 0})
		s.count(s.quiet, nil)
		if !slices.Equal(s.counted, []governance.Ref{s.kept}) { // no log tells of the quiet one: the rollback does
			t.Errorf("counted for their logs: %v", s.counted)
		}
		s.count(other, nil)
		if p := s.proposal(s.lost); !p.Deleted || p.Title != "Lost" {
			t.Errorf("the lost proposal: %+v", p)
		}
		if events, err := s.store.VoteOfAccount(t.Context(), s.kept, s.voter(0).Hex()); err != nil || len(events) > 0 {
			t.Errorf("the lost vote: %+v %v", events, err)
		}
		s.holds(3)
	})
}

// In the other history the same transactions come later.
func TestSameTransactionsLater(t *testing.T) {
	eachHead(t, func(t *testing.T, s *story) {
		before := s.proposal(s.lost).OnChain
		s.replace()
		s.blocks(2)
		s.again(s.txs...)
		if again := s.mine(s.txs...)[0]; again != s.lost {
			t.Fatalf("another proposal: %s, not %s", again, s.lost)
		}
		block := s.latest()
		s.reread()
		s.count(s.kept, map[int]uint8{2: 2, 0: 1})
		s.count(s.quiet, map[int]uint8{0: 1})
		s.count(s.lost, nil)
		after := s.proposal(s.lost).OnChain
		if after.Block != block || after.Block != before.Block+3 || after.VoteStart != before.VoteStart+3 || after.BlockHash == before.BlockHash || after.Tx != before.Tx {
			t.Errorf("mined again in block %d: %+v, before %+v", block, after, before)
		}
		if votes := s.votes(s.quiet); votes[0].Block != block || votes[0].Tx != s.txs[2].Hash().Hex() {
			t.Errorf("voted again in block %d: %+v", block, votes)
		}
		s.holds(3)
	})
}
