package agent

import (
	"net/http"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/chain"
	"mandate/governance/demo"
	"mandate/governance/demo/devchain"
)

// In the demo the holder has power in every DAO of it, and each row says what
// delegation means there.
func TestAccountInTheDemo(t *testing.T) {
	r := newVoteRig(t, func(c *demo.Config) { c.Empty = false })
	holder := r.world.Practice()[0].Address
	c, err := devchain.Start(t.Context(), devchain.Config{BlockEvery: devchain.OnlyByHand, Fund: []string{holder}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	r.agent.Chains = chain.New(chain.Config{URLs: map[uint64][]string{1: {c.URL()}}, Client: &http.Client{Timeout: 5 * time.Second}, Log: r.agent.Log, Now: time.Now})
	start, before := time.Now(), r.world.Requests().Total
	if err := r.agent.AccountOnce(t.Context(), holder); err != nil {
		t.Fatal(err)
	}
	list, err := r.store.Delegations(t.Context(), ballot.Lower(holder))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[governance.DelegationKind]int{}
	for _, d := range list {
		kinds[d.Rules[0].Kind]++
		if d.Power <= 0 || d.PowerError != "" || d.DAOName == "" {
			t.Errorf("%+v", d)
		}
		if d.ChainError != "" && d.Rules[0].Chain == 1 {
			t.Errorf("%s: %s", d.DAO, d.ChainError)
		}
	}
	t.Logf("%d DAOs, %v, %d requests at the hub, %v", len(list), kinds, r.world.Requests().Total-before, time.Since(start).Round(time.Millisecond))
	if len(list) < 8 || kinds[governance.DelegateRegistry] == 0 || kinds[governance.DelegateToken] == 0 || kinds[governance.DelegateSplit] == 0 || kinds[governance.DelegateNone] == 0 {
		t.Errorf("%d DAOs, %v", len(list), kinds)
	}
}
