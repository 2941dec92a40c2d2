package agent

import (
	"context"
	"encoding/hex"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/demo"
	"mandate/governance/store"
)

func storeVotes(account string) store.VoteFilter { return store.VoteFilter{Account: account} }

func TestSubmitRefusesSignatures(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic)
	p := r.prepare(t, ref, `1`)
	good, err := hex.DecodeString(sign(t, r.key, p)[2:])
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func([]byte)) string {
		sig := append([]byte{}, good...)
		change(sig)
		return "0x" + hex.EncodeToString(sig)
	}
	otherKey, other := voter(t, "two")
	cases := map[string][2]string{
		"another's":     {sign(t, otherKey, p), "Signed by " + other + ", but the vote is of " + r.account},
		"other v":       {changed(func(s []byte) { s[64] = 55 - s[64] }), "Signed by 0x"},
		"v 37":          {changed(func(s []byte) { s[64] = 37 }), "last byte is 37"},
		"zero r":        {changed(func(s []byte) { clear(s[:32]) }), "zero"},
		"zero s":        {changed(func(s []byte) { clear(s[32:64]) }), "zero"},
		"one bit":       {changed(func(s []byte) { s[40] ^= 1 }), "Signed by 0x"},
		"no hex":        {"0x" + strings.Repeat("zz", 65), "not hex"},
		"without 0x":    {hex.EncodeToString(good), "begins with 0x"},
		"nothing":       {"", "begins with 0x"},
		"of a contract": {"0x" + strings.Repeat("ab", 130), "needs MANDATE_RPC_1"},
		"high s": {changed(func(s []byte) {
			new(big.Int).Sub(crypto.S256().Params().N, new(big.Int).SetBytes(s[32:64])).FillBytes(s[32:64])
			s[64] = 55 - s[64]
		}), "s is high"},
		"another message": {func() string {
			sig, _ := crypto.Sign(crypto.Keccak256([]byte("another")), r.key)
			sig[64] += 27
			return "0x" + hex.EncodeToString(sig)
		}(), "Signed by 0x"},
	}
	for n := range 65 {
		cases[string(rune('a'+n%26))+strings.Repeat("'", n/26)+" bytes"] = [2]string{"0x" + hex.EncodeToString(good[:n]), ""}
	}
	for name, c := range cases {
		i, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: c[0]})
		if code := governance.CodeOf(err); code != governance.Invalid && code != governance.Denied || !strings.Contains(governance.MessageOf(err), c[1]) {
			t.Errorf("%s: %s, %v", name, brief(i), err)
		}
	}
	i, err := r.store.Intent(context.Background(), r.owner, p.ID)
	if err != nil || i.State != governance.IntentArmed || len(i.Envelope) != 0 {
		t.Error(brief(i), err)
	}
	if trail, _ := r.store.Signatures(context.Background(), r.owner, p.ID); len(trail) != 0 {
		t.Error("a bad signature is in the trail")
	}
	// The right one still does, also with v as 0 or 1.
	good[64] -= 27
	signed, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: "0x" + hex.EncodeToString(good)})
	if err != nil {
		t.Fatal(err)
	}
	if i := r.settle(t, signed.ID, time.Minute); i.State != governance.IntentConfirmed {
		t.Error(brief(i))
	}
}

func TestSubmitOfOthers(t *testing.T) {
	r := newVoteRig(t)
	p := r.prepare(t, r.open(t, governance.Basic), `1`)
	_, other := voter(t, "two")
	_, err := r.agent.Submit(context.Background(), strings.ToLower(other), p.ID, Signed{Signature: sign(t, r.key, p)})
	wantRefused(t, err, governance.NotFound, "")
	_, err = r.agent.Submit(context.Background(), r.owner, "00", Signed{Signature: sign(t, r.key, p)})
	wantRefused(t, err, governance.NotFound, "")
}

func TestSubmitTooLate(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(*voteRig, governance.Ref)
		code    governance.Code
		words   string
		state   governance.IntentState
	}{
		"ten minutes later": {func(r *voteRig, _ governance.Ref) { r.clock.move(signWithin + time.Second) }, governance.Conflict, "too long ago", governance.IntentExpired},
		"ended a second ago": {func(r *voteRig, ref governance.Ref) {
			r.world.Edit(ref.ID(), func(p *demo.Proposal) { p.End = r.clock.now().Add(-time.Second).Unix() })
		}, governance.Conflict, "changed: start or end", governance.IntentSuperseded},
		"edited": {func(r *voteRig, ref governance.Ref) {
			r.world.Edit(ref.ID(), func(p *demo.Proposal) { p.Choices = []string{"No", "Yes", "Later"} })
		}, governance.Conflict, "Nothing was sent", governance.IntentSuperseded},
		"deleted":       {func(r *voteRig, ref governance.Ref) { r.world.Delete(ref.ID()) }, governance.NotFound, "deleted", governance.IntentSuperseded},
		"hub is down":   {func(r *voteRig, _ governance.Ref) { r.world.FailAll(demo.FaultHTML) }, governance.Upstream, "", governance.IntentArmed},
		"prepared anew": {func(r *voteRig, ref governance.Ref) { r.clock.move(2 * time.Second); prepareQuietly(r, ref) }, governance.Conflict, "superseded already", governance.IntentSuperseded},
	} {
		t.Run(name, func(t *testing.T) {
			r := newVoteRig(t)
			ref := r.open(t, governance.Basic)
			p := r.prepare(t, ref, `1`)
			sig := sign(t, r.key, p)
			c.happens(r, ref)
			_, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: sig})
			wantRefused(t, err, c.code, c.words)
			i, err := r.store.Intent(context.Background(), r.owner, p.ID)
			if err != nil || i.State != c.state || len(i.Envelope) != 0 {
				t.Error(brief(i), err)
			}
			r.settle(t, p.ID, time.Minute)
			if n := len(r.world.Ledger()); n != 0 {
				t.Errorf("%d messages were sent", n)
			}
		})
	}
}

func prepareQuietly(r *voteRig, ref governance.Ref) {
	_, _ = r.agent.PrepareVote(context.Background(), VoteRequest{Owner: r.owner, Account: r.account, Ref: ref, Choice: []byte(`2`)})
}

func TestVoteInTheLastSeconds(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic)
	end := r.stored(t, ref).End
	r.clock.at = end.Add(-2 * time.Second)
	p := r.prepare(t, ref, `1`)
	if !p.Expires.Equal(end) {
		t.Errorf("to be signed until %v, the vote ends %v", p.Expires, end)
	}
	r.submit(t, p)
	if i := r.settle(t, p.ID, time.Minute); i.State != governance.IntentConfirmed {
		t.Error(brief(i))
	}
}

func TestSubmitAtOnceAndAgain(t *testing.T) {
	r := newVoteRig(t)
	p := r.prepare(t, r.open(t, governance.Basic), `1`)
	sig := sign(t, r.key, p)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: sig}); err != nil {
				t.Error(err)
			}
			if err := r.agent.SettleOnce(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	i := r.settle(t, p.ID, time.Minute)
	if i.State != governance.IntentConfirmed {
		t.Error(brief(i))
	}
	r.wantOneMessage(t, i)
	again, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: sig})
	if err != nil || again.State != governance.IntentConfirmed {
		t.Error(brief(again), err)
	}
	full, _ := hex.DecodeString(sig[2:])
	full[64] -= 27
	_, err = r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: "0x" + hex.EncodeToString(full)})
	wantRefused(t, err, governance.Conflict, "confirmed already")
}
