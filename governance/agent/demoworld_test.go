package agent

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/demo"
)

// The practice account of the demo can vote on everything that is open in it.
func TestVoteInTheDemo(t *testing.T) {
	r := newVoteRig(t, func(c *demo.Config) { c.Empty = false })
	r.key, r.account = demo.PracticeKeys()[0], r.world.Practice()[0].Address
	r.owner = ballot.Lower(r.account)
	kinds := map[governance.VotingType]int{}
	for _, row := range r.world.Proposals() {
		p := r.stored(t, governance.SnapshotRef(row.Space, row.ID))
		if p.StateAt(r.clock.now()) != governance.Active || !p.Type.Known() || p.DAO == voteSpace {
			continue
		}
		q := r.request(t, p.Ref, someChoice(&p))
		if p.Privacy == "" {
			q.Reason = "Practice"
		}
		prepared, err := r.agent.PrepareVote(context.Background(), q)
		if err != nil {
			t.Errorf("%s: %v", p.Ref, err)
			continue
		}
		if i := r.settle(t, r.submit(t, prepared).ID, time.Minute); i.State != governance.IntentConfirmed || i.Receipt.Power <= 0 {
			t.Errorf("%s: %s", p.Ref, brief(i))
		}
		kinds[p.Type]++
	}
	t.Logf("voted: %v", kinds)
	if len(kinds) == 0 {
		t.Error("nothing is open in the demo")
	}
}

// someChoice is a valid choice for a proposal: its choices from the last on.
func someChoice(p *governance.Proposal) string {
	n := len(p.Choices)
	switch p.Type {
	case governance.SingleChoice, governance.Basic:
		return strconv.Itoa(n)
	case governance.Weighted, governance.Quadratic:
		raw, _ := json.Marshal(map[string]int{strconv.Itoa(n): 2, "1": 1})
		return string(raw)
	case governance.Approval:
		return "[" + strconv.Itoa(n) + "]"
	}
	var order []string
	for ; n > 0; n-- {
		order = append(order, strconv.Itoa(n))
	}
	return "[" + strings.Join(order, ",") + "]"
}
