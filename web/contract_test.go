package web

import (
	"context"
	"strings"
	"testing"

	"mandate/governance"
	"mandate/governance/demo"
)

// contractWallets is a network on which one contract takes one signature;
// package chain has the real rules, and tests of its own.
type contractWallets struct {
	chain              uint64
	account, signature string
	down               bool
}

func (w contractWallets) Has(chain uint64) bool { return chain == w.chain }

func (w contractWallets) ValidSignature(_ context.Context, chain uint64, account string, _ [32]byte, sig []byte) (bool, error) {
	if w.down {
		return false, governance.Errorf(governance.Upstream, "The node does not answer.")
	}
	return chain == w.chain && account == w.account && string(sig) == w.signature, nil
}

func (w contractWallets) Name(context.Context, string) (string, error) {
	if w.down {
		return "", governance.Errorf(governance.Upstream, "The node does not answer.")
	}
	return "harbour.example.eth", nil
}

// TestContractWallet signs in with an account that is a contract, on Ethereum
// and on another network, and says what is missing where nobody can ask it.
func TestContractWallet(t *testing.T) {
	t.Parallel()
	safe, hand := newAccount(t), newAccount(t)
	word := strings.Repeat("s", 65)
	for _, tt := range []struct {
		name    string
		wallets Wallets
		status  int
		says    string
	}{
		{"no node", nil, 403, "MANDATE_RPC_1"},
		{"a node of another network", contractWallets{chain: 10}, 403, "MANDATE_RPC_1"},
		{"the contract says yes", contractWallets{chain: 1, account: safe.address, signature: word}, 200, safe.address},
		{"the contract says no", contractWallets{chain: 1, account: safe.address, signature: "other"}, 400, ""},
		{"the node is down", contractWallets{chain: 1, down: true}, 502, "does not answer"},
	} {
		r := newRig(t, demo.Config{Empty: true}, ownedBy(safe, hand), func(c *Config) { c.Wallets = tt.wallets })
		v := r.visitor(t)
		m := v.asks(safe)
		sig := hand.sign(t, m) // by an owner's key, which is not the account's
		if w, ok := tt.wallets.(contractWallets); ok && (w.signature != "" || w.down) {
			sig = "0x" + strings.Repeat("73", 65)
		}
		if got := v.verifies(m, sig); got.StatusCode != tt.status || !strings.Contains(got.body, tt.says) {
			t.Errorf("%s: %d %s", tt.name, got.StatusCode, got.body)
		}
		if tt.status == 200 && !strings.Contains(v.sees("/account"), "harbour.example.eth") {
			t.Errorf("%s: the page lacks the name", tt.name)
		}
	}
	// A key signs in while the node is down, and has no name then.
	r := newRig(t, demo.Config{Empty: true}, ownedBy(hand), func(c *Config) { c.Wallets = contractWallets{chain: 1, down: true} })
	if page := r.visitor(t).signsIn(hand).sees("/account"); strings.Contains(page, "harbour.example.eth") {
		t.Error("there is a name although the node is down")
	}
}
