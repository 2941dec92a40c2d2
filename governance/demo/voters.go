package demo

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strconv"
	"time"
)

const votersPerSpace = 9

// inventVotes gives every proposal of the embedded world ballots of a few
// standing voters per space, drawn so that they follow the result, and each
// voter follows the space. The real tally has many more voters; these are the
// ones whose history can be looked at.
func (w *World) inventVotes(now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.spaces {
		for i := range votersPerSpace {
			f := Follow{Follower: voterOf(s.ID, i), Space: s.ID, Network: "s", Created: s.Created + int64(i+1)*86400}
			f.ID = hashID("follow " + f.Follower + f.Space)
			f.IPFS = fakeCID(f.ID)
			w.follows[f.ID] = &f
		}
	}
	for _, p := range w.proposals {
		if p.VoteCount > 0 {
			w.inventBallots(p, now.Unix())
		}
	}
	w.index = nil
}

func voterOf(space string, i int) string { return fakeAddress(fmt.Sprintf("%s voter %d", space, i)) }

func (w *World) inventBallots(p *Proposal, now int64) {
	span := min(p.End, now) - p.Start
	for i := range min(votersPerSpace, p.VoteCount) {
		r := rand.New(rand.NewPCG(seedOf(p.ID), uint64(i))) //nolint:gosec // the same world each time
		if p.VoteCount >= votersPerSpace && r.IntN(5) == 0 {
			continue
		}
		v := Vote{
			Voter: voterOf(p.Space, i), Space: p.Space, Proposal: p.ID, App: "snapshot", VPState: "final",
			Created: p.Start + 1 + int64(r.Float64()*float64(max(span-1, 0))), Choice: ballot(r, p),
			VP: math.Round(*p.ScoresTotal/float64(20*(i+1))*100) / 100,
		}
		v.ID = hashID("vote " + v.Voter + p.ID)
		v.IPFS = fakeCID(v.ID)
		w.votes[v.ID] = &v
	}
}

func seedOf(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}

// ballot draws a choice in the form of the proposal's type.
func ballot(r *rand.Rand, p *Proposal) json.RawMessage {
	if p.Privacy == "shutter" {
		return json.RawMessage(`"` + hashID(strconv.FormatUint(r.Uint64(), 16)) + `"`) // stands for the ciphertext
	}
	first := drawChoice(r, p)
	switch p.Type {
	case "approval":
		second := drawChoice(r, p)
		if second == first {
			return json.RawMessage(rawJSON([]int{first}))
		}
		return json.RawMessage(rawJSON([]int{first, second}))
	case "ranked-choice", "copeland":
		order := []int{first}
		for _, c := range r.Perm(len(p.Choices)) {
			if c+1 != first {
				order = append(order, c+1)
			}
		}
		return json.RawMessage(rawJSON(order))
	case "weighted", "quadratic":
		return json.RawMessage(rawJSON(map[string]int{strconv.Itoa(first): 3, strconv.Itoa(first%len(p.Choices) + 1): 1}))
	}
	return json.RawMessage(strconv.Itoa(first))
}

// drawChoice follows the scores, where there are any.
func drawChoice(r *rand.Rand, p *Proposal) int {
	sum := 0.0
	for _, s := range p.Scores {
		sum += s
	}
	at := r.Float64() * sum
	for i, s := range p.Scores {
		if at < s {
			return i + 1
		}
		at -= s
	}
	return 1 + r.IntN(len(p.Choices))
}
