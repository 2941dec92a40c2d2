package agent

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
)

// Many votes at once through random faults of hub, sequencer and process:
// every one is accepted exactly once, as it was signed. The sequencer's own
// ledger is the judge.
func TestCastInAStorm(t *testing.T) {
	r := newVoteRig(t)
	dice := rand.New(rand.NewPCG(7, 11))
	seqFaults := []demo.Fault{
		demo.FaultNone, demo.FaultBusy, demo.FaultUpdating, demo.FaultPowerCheck, demo.FaultPinning, demo.FaultDrop, demo.FaultErrorAfter,
		demo.FaultHTMLAfter, demo.FaultWrongID, demo.FaultHalfWritten, demo.FaultHidden, demo.FaultHTML, demo.FaultTooMany, demo.FaultGarbage, demo.FaultCut,
	}
	hubFaults := []demo.Fault{demo.FaultHTML, demo.FaultServerError, demo.FaultNullData, demo.FaultTooMany, demo.FaultCut, demo.FaultGarbage}
	var ids []string
	for range 25 {
		p := r.prepare(t, r.open(t, governance.Basic), `1`)
		r.submit(t, p)
		ids = append(ids, p.ID)
	}
	for range 200 {
		r.world.FailSequencer(seqFaults[dice.IntN(len(seqFaults))])
		r.world.Fail(hubFaults[dice.IntN(len(hubFaults))], demo.FaultNone)
	}
	start := r.clock.now()
	died := 0
	for r.waiting(t, ids) > 0 && r.clock.now().Sub(start) < 20*time.Hour {
		ctx, cancel := context.WithCancel(context.Background())
		if dice.IntN(2) == 0 { // the process dies somewhere in this round
			died++
			ctx, cancel = context.WithTimeout(context.Background(), time.Duration(1+dice.IntN(30))*time.Millisecond)
		}
		_ = r.agent.SettleOnce(ctx)
		if ctx.Err() != nil {
			r.agent = &Agent{Store: r.store, Now: r.clock.now, Log: r.agent.Log, Hub: r.agent.Hub, Sequencer: r.agent.Sequencer}
		}
		cancel()
		r.world.Show()
		r.clock.move(time.Duration(1+dice.IntN(20)) * time.Second)
	}
	t.Logf("%d votes, %d deaths, settled after %s", len(ids), died, r.clock.now().Sub(start))
	r.wantEachOnce(t, ids)
}

func (r *voteRig) waiting(t *testing.T, ids []string) (n int) {
	t.Helper()
	for _, id := range ids {
		i, err := r.store.Intent(context.Background(), r.owner, id)
		if err != nil {
			t.Fatal(err)
		}
		if i.State.Live() {
			n++
		}
	}
	return n
}

func (r *voteRig) wantEachOnce(t *testing.T, ids []string) {
	t.Helper()
	accepted := map[string][]string{} // proposal → digests
	bodies := map[string]string{}
	for _, m := range r.world.Ledger() {
		if !slices.Contains(accepted[m.Proposal], m.ID) { // the same bytes again are the same vote
			accepted[m.Proposal] = append(accepted[m.Proposal], m.ID)
		}
		bodies[m.ID] = string(m.Body)
	}
	for _, id := range ids {
		i, err := r.store.Intent(context.Background(), r.owner, id)
		if err != nil {
			t.Fatal(err)
		}
		if i.State != governance.IntentConfirmed {
			t.Error(brief(i))
		}
		if got := accepted[i.Ref.ID()]; fmt.Sprint(got) != fmt.Sprint([]string{i.Digest}) || bodies[i.Digest] != string(i.Envelope) {
			t.Errorf("for %s the sequencer accepted %v, signed was %s", i.Ref, got, i.Digest)
		}
	}
	if len(bodies) != len(ids) {
		t.Errorf("%d votes, %d messages", len(ids), len(bodies))
	}
}
