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
