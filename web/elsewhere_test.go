package web

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"mandate/governance/demo"
)

func (w contractWallets) IsContract(_ context.Context, chain uint64, account string) (bool, error) {
	return chain == w.chain && account == w.account, nil
}

// twoNetworks has a node of Ethereum too, on which other contracts stand.
type twoNetworks struct {
	contractWallets
	main string // a contract on Ethereum
}

func (w twoNetworks) Has(chain uint64) bool {
	return chain == chainMain || w.contractWallets.Has(chain)
}

func (w twoNetworks) IsContract(ctx context.Context, chain uint64, account string) (bool, error) {
	if chain == chainMain {
		return account == w.main, nil
	}
	return w.contractWallets.IsContract(ctx, chain, account)
}

// The address of a contract on Ethereum can be somebody else's contract on
// another network. Who signs in there is not the one on Ethereum.
func TestSameAddressElsewhere(t *testing.T) {
	t.Parallel()
	word := strings.Repeat("s", 65)
	for _, tt := range []struct {
		name         string
		there, byKey bool
		status       int
	}{
		{"a contract of that network alone", false, false, 200},
		{"a contract of Ethereum too", true, false, 403},
		{"a key signs on any network", true, true, 200},
	} {
		a := newAccount(t)
		wallets := twoNetworks{contractWallets: contractWallets{chain: 100, account: a.address, signature: word}}
		if tt.there {
			wallets.main = a.address
		}
		r := newRig(t, demo.Config{Empty: true}, ownedBy(a), func(c *Config) { c.Wallets, c.ChainIDs = wallets, []uint64{1, 100} })
		v := r.visitor(t)
		var asked struct{ Message string }
		if err := json.Unmarshal([]byte(v.json("POST", "/api/v1/siwe/nonce", map[string]any{"address": a.address, "chain_id": 100}).body), &asked); err != nil {
			t.Fatal(err)
		}
		m := asked.Message
		sig := "0x" + strings.Repeat("73", 65)
		if tt.byKey {
			sig = a.sign(t, m)
		}
		if got := v.verifies(m, sig); got.StatusCode != tt.status || tt.status != 200 && !strings.Contains(got.body, "Sign in on Ethereum") {
			t.Errorf("%s: %d %s", tt.name, got.StatusCode, got.body)
		}
	}
}
