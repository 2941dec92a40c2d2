package agent

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
)

// Whatever the sequencer does to one vote, it is cast once, with the bytes
// that were stored, and ends confirmed.
func TestCastThroughFaults(t *testing.T) {
	for _, faults := range [][]demo.Fault{
		{demo.FaultBusy}, {demo.FaultUpdating}, {demo.FaultPowerCheck}, {demo.FaultVoteCheck}, {demo.FaultPinning},
		{demo.FaultSilent}, {demo.FaultDrop}, {demo.FaultErrorAfter}, {demo.FaultHTMLAfter}, {demo.FaultWrongID},
		{demo.FaultWrongRelayer}, {demo.FaultHalfWritten}, {demo.FaultForeignReceipt}, {demo.FaultLate},
		{demo.FaultHTML}, {demo.FaultHTMLWithSuccess}, {demo.FaultTooMany}, {demo.FaultRetryAfter}, {demo.FaultServerError}, {demo.FaultStall},
		{demo.FaultCut}, {demo.FaultGarbage}, {demo.FaultEmptyAnswer}, {demo.FaultBadKey},
		{demo.FaultTooMany, demo.FaultHTML, demo.FaultSilent, demo.FaultBusy, demo.FaultErrorAfter},
		{demo.FaultDrop, demo.FaultDrop, demo.FaultHTMLAfter},
	} {
		t.Run(fmt.Sprint(faults), func(t *testing.T) {
			r := newVoteRig(t)
			p := r.prepare(t, r.open(t, governance.Basic), `2`)
			r.world.FailSequencer(faults...)
			signed := r.submit(t, p)
			i := r.settle(t, p.ID, 10*time.Minute)
			if faults[0] == demo.FaultBadKey { // a plain refusal
				if i.State != governance.IntentFailed || !strings.Contains(i.Note, "refuses this client") || len(r.world.Ledger()) != 0 {
					t.Error(brief(i))
				}
				return
			}
			if i.State != governance.IntentConfirmed || i.Receipt == nil || i.Receipt.ReadBack.IsZero() || i.Receipt.Power != 12.5 || string(i.Envelope) != string(signed.Envelope) {
				t.Error(brief(i))
			}
			r.wantOneMessage(t, i)
		})
	}
}

// The hub does not show for a while what the sequencer accepted.
func TestCastHidden(t *testing.T) {
	r := newVoteRig(t)
	p := r.prepare(t, r.open(t, governance.Basic), `2`)
	r.world.FailSequencer(demo.FaultHidden)
	r.submit(t, p)
	i := r.settle(t, p.ID, 25*time.Minute)
	if i.State != governance.IntentSent || i.Receipt == nil || !i.Receipt.ReadBack.IsZero() {
		t.Fatal(brief(i))
	}
	r.world.Show()
	if i = r.settle(t, p.ID, 5*time.Minute); i.State != governance.IntentConfirmed {
		t.Error(brief(i))
	}
	r.wantOneMessage(t, i)
}

// The hub cannot be read after the answer was lost.
func TestCastWithTheHubDown(t *testing.T) {
	r := newVoteRig(t)
	p := r.prepare(t, r.open(t, governance.Basic), `2`)
	r.world.FailSequencer(demo.FaultErrorAfter)
	r.submit(t, p)
	r.world.FailAll(demo.FaultHTML)
	if i := r.settle(t, p.ID, 2*time.Minute); i.State != governance.IntentSigned && i.State != governance.IntentSent {
		t.Error(brief(i))
	}
	r.world.FailAll(demo.FaultNone)
	i := r.settle(t, p.ID, 5*time.Minute)
	if i.State != governance.IntentConfirmed {
		t.Error(brief(i))
	}
	r.wantOneMessage(t, i)
}

func TestCastRefused(t *testing.T) {
	r := newVoteRig(t)
	p := r.prepare(t, r.open(t, governance.Basic), `2`)
	r.submit(t, p)
	r.world.SetPower(voteSpace, r.account, 0)
	i := r.settle(t, p.ID, time.Minute)
	if i.State != governance.IntentFailed || !strings.Contains(i.Note, "no voting power") || len(r.world.Ledger()) != 0 {
		t.Error(brief(i))
	}
	// Afterwards there is room for another.
	r.world.SetPower(voteSpace, r.account, 3)
	r.clock.move(2 * time.Second)
	if i := r.settle(t, r.submit(t, r.prepare(t, i.Ref, `2`)).ID, time.Minute); i.State != governance.IntentConfirmed {
		t.Error(brief(i))
	}
}

// Nothing is accepted before the end: the vote expires, and nothing is sent
// after it.
func TestCastTooLate(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic)
	end := r.stored(t, ref).End
	r.clock.at = end.Add(-3 * time.Minute)
	p := r.prepare(t, ref, `2`)
	r.submit(t, p)
	r.world.FailSequencerAll(demo.FaultUpdating)
	r.settle(t, p.ID, 3*time.Minute+5*time.Second)
	r.world.FailSequencerAll(demo.FaultNone)
	i := r.settle(t, p.ID, 10*time.Minute)
	if i.State != governance.IntentExpired || !strings.Contains(i.Note, "did not accept it in time") || i.Tries < 5 || len(r.world.Ledger()) != 0 {
		t.Error(brief(i))
	}
}

func TestCastBeaten(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic)
	p := r.prepare(t, ref, `2`)
	r.submit(t, p)
	r.world.AddVotes(demo.Vote{ID: "0x" + strings.Repeat("ab", 32), Voter: r.account, Created: r.clock.now().Add(20 * time.Second).Unix(), Space: voteSpace, Proposal: ref.ID(), Choice: []byte(`1`), VP: 12.5})
	r.clock.move(30 * time.Second)
	i := r.settle(t, p.ID, time.Minute)
	if i.State != governance.IntentSuperseded || !strings.Contains(i.Note, "counts instead") || len(r.world.Ledger()) != 0 {
		t.Error(brief(i))
	}
}

func TestCastDeletedMeanwhile(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic)
	p := r.prepare(t, ref, `2`)
	r.world.FailSequencer(demo.FaultHidden)
	r.submit(t, p)
	r.settle(t, p.ID, 10*time.Second)
	r.world.Delete(ref.ID())
	if i := r.settle(t, p.ID, 5*time.Minute); i.State != governance.IntentFailed || !strings.Contains(i.Note, "deleted") {
		t.Error(brief(i))
	}
}

// The process dies between storing and sending, or between sending and the
// answer. Another one on the same store finishes it with the same bytes.
func TestCastAfterDeath(t *testing.T) {
	for _, fault := range []demo.Fault{demo.FaultNone, demo.FaultSilent, demo.FaultHalfWritten} {
		t.Run(string("fault "+fault), func(t *testing.T) {
			r := newVoteRig(t)
			p := r.prepare(t, r.open(t, governance.Basic), `2`)
			signed := r.submit(t, p)
			if fault != demo.FaultNone {
				r.world.FailSequencer(fault)
				ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
				_, _ = r.agent.step(ctx, r.owner, p.ID)
				cancel()
			}
			// A second process knows nothing of the first one's memory.
			r.agent = &Agent{Store: openStore(t, r.path, r.clock.now), Now: r.clock.now, Log: r.agent.Log, Hub: r.agent.Hub, Sequencer: r.agent.Sequencer}
			i := r.settle(t, p.ID, time.Minute)
			if i.State != governance.IntentConfirmed || string(i.Envelope) != string(signed.Envelope) {
				t.Error(brief(i))
			}
			r.wantOneMessage(t, i)
		})
	}
}

// With the jobs at work Submit itself says what became of the vote.
func TestCastByJobs(t *testing.T) {
	r := newVoteRig(t)
	first, second := r.open(t, governance.Basic), r.open(t, governance.Basic)
	r.agent.answerWait = 10 * time.Second
	r.agent.Venues, r.agent.Log = nil, slog.New(slog.DiscardHandler)
	ctx := context.Background()
	if err := r.store.StartJobs(ctx, r.agent.Jobs()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.store.StopJobs(ctx); err != nil {
			t.Error(err)
		}
	}()
	p := r.prepare(t, first, `1`)
	i, err := r.agent.Submit(ctx, r.owner, p.ID, Signed{Signature: sign(t, r.key, p)})
	if err != nil || i.State != governance.IntentConfirmed {
		t.Error(brief(i), err)
	}
	r.wantOneMessage(t, i)
	r.world.FailSequencer(demo.FaultErrorAfter)
	p = r.prepare(t, second, `1`)
	i, err = r.agent.Submit(ctx, r.owner, p.ID, Signed{Signature: sign(t, r.key, p)})
	if err != nil || i.State != governance.IntentSigned || !strings.Contains(i.Note, "sent again, unchanged") {
		t.Error(brief(i), err)
	}
	for until := time.Now().Add(20 * time.Second); i.State.Live() && time.Now().Before(until); {
		c := r.agent.listen(i.ID)
		select {
		case <-c:
		case <-time.After(time.Second):
		}
		r.agent.deaf(i.ID, c)
		if i, err = r.store.Intent(ctx, r.owner, i.ID); err != nil {
			t.Fatal(err)
		}
	}
	if i.State != governance.IntentConfirmed || len(r.world.Ledger()) != 2 {
		t.Error(brief(i))
	}
}
