package agent

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/demo"
)

func TestPowerFor(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic)
	report := func(account string, ref governance.Ref) governance.PowerReport {
		t.Helper()
		p, err := r.agent.PowerFor(context.Background(), account, ref)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	got := report(r.account, ref)
	if got.Total != 12.5 || got.Symbol != "STONE" || got.Block != 19_000_000 || got.Account != r.account || len(got.Why) != 0 || len(got.Strategies) != 1 || got.Strategies[0] != "erc20-balance-of" {
		t.Errorf("%+v", got)
	}
	_, stranger := voter(t, "two")
	got = report(stranger, ref)
	if got.Total != 0 || len(got.Why) != 1 || !strings.Contains(got.Why[0], "at block 19000000. It looks for it by: erc20-balance-of.") {
		t.Errorf("%+v", got)
	}
	// Kept for a minute, in any spelling of the address.
	r.world.SetPower(voteSpace, r.account, 3)
	if got := report(ballot.Lower(r.account), ref); got.Total != 12.5 {
		t.Errorf("%+v", got)
	}
	r.clock.move(2 * time.Minute)
	if got := report(r.account, ref); got.Total != 3 {
		t.Errorf("%+v", got)
	}
	for _, bad := range []struct {
		account string
		ref     governance.Ref
		code    governance.Code
	}{{"me", ref, governance.Invalid}, {r.account, "snapshot:a.eth:0x1", governance.NotFound}} {
		if _, err := r.agent.PowerFor(context.Background(), bad.account, bad.ref); governance.CodeOf(err) != bad.code {
			t.Errorf("%v", err)
		}
	}
	r.world.FailAll(demo.FaultHTML)
	r.clock.move(2 * time.Minute)
	_, err := r.agent.PowerFor(context.Background(), r.account, ref)
	wantRefused(t, err, governance.Upstream, "")
}

// The practice accounts of the demo show why power can be zero.
func TestPowerOfThoseWithout(t *testing.T) {
	r := newVoteRig(t)
	practice := r.world.Practice()
	newcomer, delegator := practice[1].Address, practice[2].Address
	space := func(id, strategy string) governance.Ref {
		r.world.AddSpace(demo.Space{ID: id, Name: id, Network: "1", Symbol: "S", Strategies: []demo.Strategy{{Name: strategy, Params: json.RawMessage(`{}`)}}})
		return r.open(t, governance.Basic, func(p *demo.Proposal) { p.Space = id })
	}
	found := false
	for _, id := range []string{"one.eth", "two.eth", "three.eth", "four.eth", "five.eth", "six.eth", "seven.eth", "eight.eth"} {
		got, err := r.agent.PowerFor(context.Background(), newcomer, space(id, "erc20-balance-of"))
		if err != nil || got.Total != 0 || len(got.Why) == 0 {
			t.Fatalf("%+v, %v", got, err)
		}
		if got.Now != nil && got.Now.Total > 0 {
			found = true
			if !strings.Contains(got.Why[0], "counts at block 19,000,000") || !strings.Contains(got.Why[0], "counts for later proposals") {
				t.Errorf("%q", got.Why)
			}
		}
	}
	if !found {
		t.Error("the newcomer has nothing anywhere")
	}
	_, delegate := voter(t, "a delegate")
	for id, c := range map[string]struct{ strategy, entry, words string }{
		"away.eth": {"with-delegation", "away.eth", "in this DAO is delegated to " + delegate + ", and this DAO then counts none"},
		"all.eth":  {"with-delegation", "", "for all spaces is delegated to " + delegate},
		"old.eth":  {"with-delegation", "old", "in this DAO is delegated to " + delegate + ", and this DAO then counts none"},
		"soft.eth": {"delegation", "soft.eth", "in this DAO is delegated to " + delegate + "."},
	} {
		ref := space(id, c.strategy)
		r.agent.Chains = &testChains{delegates: map[string]string{delegator + " " + c.entry: delegate}}
		got, err := r.agent.PowerFor(context.Background(), delegator, ref)
		if err != nil || got.Total != 0 || got.Delegate != delegate || !strings.Contains(strings.Join(got.Why, " "), c.words) {
			t.Errorf("%s: %+v, %v", id, got, err)
		}
		_, err = r.agent.PrepareVote(context.Background(), VoteRequest{Owner: ballot.Lower(delegator), Account: delegator, Ref: ref, Choice: json.RawMessage(`1`)})
		wantRefused(t, err, governance.Denied, c.words)
	}
	// Pending power is said to be so.
	holder := practice[0].Address
	got, err := r.agent.PowerFor(context.Background(), holder, space("pending.eth", "delegation"))
	if err != nil || got.Total == 0 || got.State != "pending" || len(got.Why) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestPowersAreBounded(t *testing.T) {
	r := newVoteRig(t)
	r.agent.state.do(func(s *state) {
		for n := range powerKept {
			s.powers[string(rune(n))] = governance.PowerReport{Read: r.clock.now()}
		}
	})
	if _, err := r.agent.PowerFor(context.Background(), r.account, r.open(t, governance.Basic)); err != nil {
		t.Fatal(err)
	}
	r.agent.state.do(func(s *state) {
		if len(s.powers) > powerKept {
			t.Errorf("%d answers are kept", len(s.powers))
		}
	})
}
