package agent

import (
	"context"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
)

// awaited is a vote that waits for the owners of a contract wallet.
func (r *voteRig) awaited(t *testing.T) governance.Intent {
	t.Helper()
	p := r.prepareSafe(t)
	if _, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{}); err != nil {
		t.Fatal(err)
	}
	i := r.settle(t, p.ID, time.Minute)
	if i.State != governance.IntentSent || !i.Safe {
		t.Fatal(brief(i))
	}
	return i
}

// Who waits in vain is not kept from voting until the end: it stops waiting,
// votes anew, and whatever the owners still sign, the later vote counts.
func TestStopWaiting(t *testing.T) {
	r, _ := newSafeRig(t)
	ctx, first := context.Background(), r.awaited(t)
	_, err := r.agent.PrepareVote(ctx, r.request(t, first.Ref, `2`))
	wantRefused(t, err, governance.Conflict, "still on its way")
	_, err = r.agent.StopWaiting(ctx, "0x0000000000000000000000000000000000000001", first.ID)
	wantRefused(t, err, governance.NotFound, "")
	stopped, err := r.agent.StopWaiting(ctx, r.owner, first.ID)
	if err != nil || stopped.State != governance.IntentSuperseded || !strings.HasPrefix(stopped.Note, "You stopped waiting.") {
		t.Fatal(brief(stopped), err)
	}
	_, err = r.agent.StopWaiting(ctx, r.owner, first.ID)
	wantRefused(t, err, governance.Conflict, "come to its end already")

	p := r.prepare(t, first.Ref, `2`)
	r.submit(t, p)
	second := r.settle(t, p.ID, time.Minute)
	if second.State != governance.IntentConfirmed {
		t.Fatal(brief(second))
	}
	if err := r.world.SafeSigned(ctx, first.Digest); err != nil {
		t.Log("the relayer: ", err) // a later vote is there: refused is as good as ignored
	}
	v, err := r.hub.VoteOf(ctx, first.Ref.ID(), r.account)
	if err != nil || v == nil || v.ID != second.Digest || string(v.Choice) != "2" {
		t.Errorf("what counts is %+v, %v", v, err)
	}
	if i := r.settle(t, first.ID, time.Minute); i.State != governance.IntentSuperseded {
		t.Error(brief(i))
	}
}

// Where the owners have signed meanwhile there is nothing to stop.
func TestStopWaitingTooLate(t *testing.T) {
	r, _ := newSafeRig(t)
	ctx, i := context.Background(), r.awaited(t)
	if err := r.world.SafeSigned(ctx, i.Digest); err != nil {
		t.Fatal(err)
	}
	got, err := r.agent.StopWaiting(ctx, r.owner, i.ID)
	if err != nil || got.State != governance.IntentConfirmed || got.Receipt == nil || got.Receipt.Power != 12.5 {
		t.Error(brief(got), err)
	}
}

// What cannot be looked at goes on waiting.
func TestStopWaitingWithoutTheHub(t *testing.T) {
	r, _ := newSafeRig(t)
	i := r.awaited(t)
	r.agent.Hub = brokenHub{r.hub}
	_, err := r.agent.StopWaiting(context.Background(), r.owner, i.ID)
	wantRefused(t, err, governance.Upstream, "down")
	if i, err = r.store.Intent(context.Background(), r.owner, i.ID); err != nil || i.State != governance.IntentSent {
		t.Error(brief(i), err)
	}
}

type brokenHub struct{ VoteHub }

func (brokenHub) Vote(context.Context, string) (*governance.Vote, error) {
	return nil, governance.Errorf(governance.Upstream, "The hub is down.")
}

// Everything else has no wait that a person could stop, and stays as it is.
func TestStopWaitingRefusals(t *testing.T) {
	r := newVoteRig(t)
	ctx, p := context.Background(), r.prepare(t, r.open(t, governance.Basic), `1`)
	refused := func(words string, state governance.IntentState) {
		t.Helper()
		_, err := r.agent.StopWaiting(ctx, r.owner, p.ID)
		wantRefused(t, err, governance.Conflict, words)
		if i, err := r.store.Intent(ctx, r.owner, p.ID); err != nil || i.State != state {
			t.Error(brief(i), err)
		}
	}
	refused("not signed", governance.IntentArmed)
	r.submit(t, p)
	refused("cannot be stopped", governance.IntentSigned)
	r.settle(t, p.ID, time.Minute)
	refused("it is confirmed", governance.IntentConfirmed)

	s, _ := newSafeRig(t)
	safe := s.prepareSafe(t)
	s.world.FailRelayer(demo.FaultHTML)
	if _, err := s.agent.Submit(ctx, s.owner, safe.ID, Signed{}); err != nil {
		t.Fatal(err)
	}
	_, err := s.agent.StopWaiting(ctx, s.owner, safe.ID)
	wantRefused(t, err, governance.Conflict, "not reached the Safe relayer")
}
