package web

import (
	"testing"

	"mandate/governance"
)

// TestDelegationNotHere: where delegation counts that cannot be read from here,
// the page does not say that the own vote is the only one.
func TestDelegationNotHere(t *testing.T) {
	none := governance.DelegationRule{Kind: governance.DelegateNone, Override: true}
	elsewhere := governance.DelegationRule{Kind: governance.DelegateNone, Cause: "delegation"}
	wins := governance.DelegationRule{Kind: governance.DelegateRegistry, Override: true}
	loses := governance.DelegationRule{Kind: governance.DelegateToken}
	for _, c := range []struct {
		name           string
		rules          []governance.DelegationRule
		override, kind string
		unknown        bool
	}{
		{"no delegation", []governance.DelegationRule{none}, "is the only one", "no delegation", false},
		{"elsewhere", []governance.DelegationRule{elsewhere}, "not known", "delegation elsewhere", true},
		{"registry", []governance.DelegationRule{wins}, "overrides a delegate's", "Snapshot registry", false},
		{"registry, and elsewhere", []governance.DelegationRule{elsewhere, wins}, "not known", "delegation elsewhere and Snapshot registry", false},
		{"one that loses", []governance.DelegationRule{wins, elsewhere, loses}, "does not override a delegate's", "Snapshot registry, delegation elsewhere and votes token", false},
	} {
		d := governance.Delegation{Rules: c.rules, Power: 3}
		if got := overrideWords(c.rules); got != c.override {
			t.Errorf("%s: own vote %q, want %q", c.name, got, c.override)
		}
		if got := kindWords(c.rules); got != c.kind {
			t.Errorf("%s: kind %q, want %q", c.name, got, c.kind)
		}
		if got := whoVotes(&d, "0x1"); got.unknown != c.unknown {
			t.Errorf("%s: voter %+v, want unknown %v", c.name, got, c.unknown)
		}
	}
}

// TestIdleTokens: votes at a space and votes on chain may be different
// people's, and a token that names nobody counts for nobody.
func TestIdleTokens(t *testing.T) {
	const me, other = "0x00000000000000000000000000000000000000a1", "0x00000000000000000000000000000000000000b2"
	rules := []governance.DelegationRule{{Kind: governance.DelegateRegistry}, {Kind: governance.DelegateToken, Contract: "0xC1", Chain: 1, Cause: "governor eip155:1/0xa"}}
	token := func(balance float64, delegate string) []governance.TokenHeld {
		return []governance.TokenHeld{{Chain: 1, Contract: "0xc1", Symbol: "X", Balance: balance, Delegate: delegate}}
	}
	given := []governance.Holder{{Address: other, Name: "other.eth", Kind: governance.DelegateRegistry}}
	for _, c := range []struct {
		name          string
		d             governance.Delegation
		words         string
		nobody, clear bool
		self          bool // may be named
	}{
		{"none of it", governance.Delegation{Power: 2, Tokens: token(0, "")}, "you", false, false, true},
		{"votes on both", governance.Delegation{Power: 2, Tokens: token(5, me)}, "you", false, true, false},
		{"at the space alone", governance.Delegation{Power: 2, Tokens: token(5, "")}, "you at Snapshot, nobody on chain", false, false, true},
		{"nowhere", governance.Delegation{Tokens: token(5, "")}, "nobody", true, false, true},
		{"given at the space", governance.Delegation{Held: given, Tokens: token(5, "")}, "other.eth at Snapshot, nobody on chain", false, false, true},
		{"power not known", governance.Delegation{PowerError: "x", Tokens: token(5, "")}, "you at Snapshot, nobody on chain", false, false, true},
		{"the token not known", governance.Delegation{Power: 2}, "you", false, true, true},
	} {
		c.d.Rules = rules
		w := whoVotes(&c.d, me)
		if w.words != c.words || w.nobody != c.nobody {
			t.Errorf("%s: %+v", c.name, w)
		}
		b := delegationBuilder{account: me}
		acts := map[string]bool{}
		for _, o := range b.tokenOptions(&c.d, rules[1]) {
			acts[o.Act] = true
		}
		if acts["clear"] != c.clear || acts["self"] != c.self || !acts["set"] {
			t.Errorf("%s: offered are %v", c.name, acts)
		}
	}
}
