package ballot_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mandate/governance"
	"mandate/governance/ballot"
)

func TestCalls(t *testing.T) {
	const delegate = "0xDE1e8A7E184Babd9F0E3af18f40634e9Ed6F0905"
	key, err := ballot.SpaceKey("lighthouse.eth")
	if err != nil {
		t.Fatal(err)
	}
	const id = "6c69676874686f7573652e657468000000000000000000000000000000000000"
	word := strings.Repeat("0", 24) + strings.ToLower(delegate[2:])
	set, err := ballot.SetDelegate(key, delegate)
	if err != nil || set != "0xbd86e508"+id+word {
		t.Errorf("setDelegate: %s, %v", set, err)
	}
	if clearing := ballot.ClearDelegate(key); clearing != "0xf0bedbe2"+id {
		t.Errorf("clearDelegate: %s", clearing)
	}
	if all := ballot.ClearDelegate(ballot.AllSpaces()); all != "0xf0bedbe2"+strings.Repeat("0", 64) {
		t.Errorf("clearDelegate of all: %s", all)
	}
	token, err := ballot.TokenDelegate(delegate)
	if err != nil || token != "0x5c19a95c"+word {
		t.Errorf("delegate: %s, %v", token, err)
	}
	for _, bad := range []string{"", "0x12", ballot.Zero, "someone.eth"} {
		if _, err := ballot.SetDelegate(key, bad); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("delegate %q: %v", bad, err)
		}
	}
	for _, bad := range []string{"", " ", "\x00", "a\x00b", strings.Repeat("a", 28) + ".eth"} {
		if _, err := ballot.SpaceKey(bad); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("space %q: %v", bad, err)
		}
	}
	if _, err := ballot.SpaceKey(strings.Repeat("a", 27) + ".eth"); err != nil {
		t.Errorf("31 bytes: %v", err)
	}
}

func TestDelegationRules(t *testing.T) {
	const token = "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"
	strategy := func(name, network, params string) governance.Strategy {
		return governance.Strategy{Name: name, Network: network, Params: json.RawMessage(params)}
	}
	space := func(list ...governance.Strategy) governance.Space {
		return governance.Space{ID: "here.eth", Network: "10", Strategies: list}
	}
	portal := func(kind, contract, network string, list ...governance.Strategy) governance.Space {
		s := space(list...)
		s.DelegationType, s.DelegationContract, s.DelegationNetwork = kind, contract, network
		return s
	}
	rule := func(kind governance.DelegationKind, contract string, chain uint64, override bool, cause string) governance.DelegationRule {
		return governance.DelegationRule{Kind: kind, Contract: contract, Chain: chain, Override: override, Cause: cause}
	}
	none := rule(governance.DelegateNone, "", 0, true, "")
	for name, c := range map[string]struct {
		space governance.Space
		want  []governance.DelegationRule
	}{
		"no strategy":                 {space(), []governance.DelegationRule{none}},
		"balance only":                {space(strategy("erc20-balance-of", "1", `{}`)), []governance.DelegationRule{none}},
		"delegation":                  {space(strategy("delegation", "", `{}`)), []governance.DelegationRule{rule(governance.DelegateRegistry, ballot.RegistryV1, 10, true, "delegation")}},
		"delegation, its own network": {space(strategy("delegation", "1", `{}`)), []governance.DelegationRule{rule(governance.DelegateRegistry, ballot.RegistryV1, 1, true, "delegation")}},
		"delegation, entries of another network": {space(strategy("with-delegation", "10", `{"delegationNetwork":"100","delegationSpace":"here.eth"}`)), []governance.DelegationRule{
			rule(governance.DelegateRegistry, ballot.RegistryV1, 100, false, "with-delegation")}},
		"delegation, entries of another space": {space(strategy("delegation", "1", `{"delegationSpace":"there.eth"}`)), []governance.DelegationRule{
			rule(governance.DelegateNone, "", 1, true, "delegation")}},
		"with-delegation": {space(strategy("with-delegation", "", ``)), []governance.DelegationRule{rule(governance.DelegateRegistry, ballot.RegistryV1, 10, false, "with-delegation")}},
		"both: no certain override": {space(strategy("delegation", "", ``), strategy("erc20-balance-of-with-delegation", "", ``)), []governance.DelegationRule{
			rule(governance.DelegateRegistry, ballot.RegistryV1, 10, false, "delegation, erc20-balance-of-with-delegation")}},
		"with overrides": {space(strategy("delegation-with-overrides", "", ``)), []governance.DelegationRule{rule(governance.DelegateRegistry, ballot.RegistryV1, 10, true, "delegation-with-overrides")}},
		"nested": {space(strategy("multichain", "1", `{"strategies":[{"name":"delegation","network":"137"},{"name":"with-delegation"}]}`)), []governance.DelegationRule{
			rule(governance.DelegateRegistry, ballot.RegistryV1, 137, true, "delegation"), rule(governance.DelegateRegistry, ballot.RegistryV1, 1, false, "with-delegation")}},
		"split": {space(strategy("split-delegation", "", `{}`)), []governance.DelegationRule{rule(governance.DelegateSplit, ballot.SplitV2, 10, false, "split-delegation")}},
		"split, override": {space(strategy("split-delegation", "", `{"delegationOverride":true}`)), []governance.DelegationRule{
			rule(governance.DelegateSplit, ballot.SplitV2, 10, true, "split-delegation")}},
		"votes token": {space(strategy("erc20-votes", "137", `{"address":"`+strings.ToLower(token)+`"}`)), []governance.DelegationRule{rule(governance.DelegateToken, token, 137, false, "erc20-votes")}},
		"votes token, override": {space(strategy("erc20-votes-with-override", "", `{"address":"`+token+`"}`)), []governance.DelegationRule{
			rule(governance.DelegateToken, token, 10, true, "erc20-votes-with-override")}},
		"votes token without address": {space(strategy("erc20-votes", "1", `[]`)), []governance.DelegationRule{none}},
		"portal registry":             {portal("delegate-registry", "", ""), []governance.DelegationRule{rule(governance.DelegateRegistry, ballot.RegistryV1, 1, false, "delegate-registry")}},
		"portal and strategy agree": {portal("delegate-registry", "", "10", strategy("delegation", "", ``)), []governance.DelegationRule{
			rule(governance.DelegateRegistry, ballot.RegistryV1, 10, true, "delegation")}},
		"portal token":         {portal("compound-governor", token, "42161"), []governance.DelegationRule{rule(governance.DelegateToken, token, 42161, false, "compound-governor")}},
		"portal without token": {portal("compound-governor", "x", ""), []governance.DelegationRule{none}},
		"portal split":         {portal("split-delegation", "", ""), []governance.DelegationRule{rule(governance.DelegateSplit, ballot.SplitV2, 1, false, "split-delegation")}},
		"ApeChain":             {portal("apechain-delegate-registry", token, "33139"), []governance.DelegationRule{rule(governance.DelegateNone, "", 33139, false, "apechain-delegate-registry")}},
		"unknown portal":       {portal("something", token, "1"), []governance.DelegationRule{none}},
		"Starknet space":       {governance.Space{Network: "SN_MAIN", Strategies: []governance.Strategy{strategy("delegation", "", ``)}}, []governance.DelegationRule{rule(governance.DelegateRegistry, ballot.RegistryV1, 0, true, "delegation")}},
		"params are no object": {space(strategy("split-delegation", "", `"x"`)), []governance.DelegationRule{rule(governance.DelegateSplit, ballot.SplitV2, 10, false, "split-delegation")}},
	} {
		got := ballot.DelegationRules(c.space)
		if len(got) != len(c.want) {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		for i := range got {
			if got[i].Text == "" {
				t.Errorf("%s: no words", name)
			}
			got[i].Text = ""
			if got[i] != c.want[i] {
				t.Errorf("%s: %+v", name, got[i])
			}
		}
	}
}
