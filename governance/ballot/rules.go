package ballot

import (
	"encoding/json"
	"slices"
	"strconv"

	"mandate/governance"
)

// DelegationRules says what delegation means in a space: from its
// delegation portal, and from the strategies by which it counts. It always
// returns at least one rule; DelegateNone says that delegating changes
// nothing there. The words tell whether the delegator's own vote wins.
func DelegationRules(s governance.Space) []governance.DelegationRule {
	var found []governance.DelegationRule
	for _, strategy := range flat(s.Strategies, 3) {
		if rule, ok := strategyRule(s, strategy); ok {
			found = merge(found, rule)
		}
	}
	if rule, ok := portalRule(s); ok && !slices.ContainsFunc(found, func(r governance.DelegationRule) bool { return sameRule(r, rule) }) {
		found = append(found, rule)
	}
	if len(found) == 0 {
		found = append(found, governance.DelegationRule{Kind: governance.DelegateNone, Override: true})
	}
	for i := range found {
		if found[i].Text == "" {
			found[i].Text = words(found[i])
		}
	}
	return found
}

// flat adds the strategies that stand inside another one's params.
func flat(list []governance.Strategy, depth int) []governance.Strategy {
	var out []governance.Strategy
	for _, s := range list {
		out = append(out, s)
		var params struct {
			Strategies []governance.Strategy `json:"strategies"`
		}
		if depth > 0 && json.Unmarshal(s.Params, &params) == nil {
			out = append(out, flat(params.Strategies, depth-1)...)
		}
	}
	return out
}

func strategyRule(space governance.Space, s governance.Strategy) (governance.DelegationRule, bool) {
	rule := governance.DelegationRule{Kind: governance.DelegateRegistry, Contract: RegistryV1, Chain: chain(space.Network), Cause: s.Name}
	switch s.Name {
	case "delegation", "erc20-balance-of-delegation", "delegation-with-cap", "delegation-with-overrides":
		rule.Override = true
	case "with-delegation", "erc20-balance-of-with-delegation":
	case "split-delegation":
		var params struct {
			Override bool `json:"delegationOverride"`
		}
		_ = json.Unmarshal(s.Params, &params) // without it there is no override
		rule.Kind, rule.Contract, rule.Override = governance.DelegateSplit, SplitV2, params.Override
	case "erc20-votes", "erc20-votes-with-override":
		token, err := Checksum(tokenOf(s))
		if err != nil {
			return rule, false
		}
		rule.Kind, rule.Contract, rule.Override = governance.DelegateToken, token, s.Name == "erc20-votes-with-override"
		if n := chain(s.Network); n != 0 {
			rule.Chain = n
		}
	default:
		return rule, false
	}
	return rule, true
}

func tokenOf(s governance.Strategy) string {
	if s.Address != "" {
		return s.Address
	}
	var params struct {
		Address string `json:"address"`
	}
	_ = json.Unmarshal(s.Params, &params) // "" is no address, and refused as one
	return params.Address
}

// portalRule reads delegationPortal. Its network is "1" where it is absent.
func portalRule(s governance.Space) (governance.DelegationRule, bool) {
	rule := governance.DelegationRule{Chain: chain(s.DelegationNetwork), Cause: s.DelegationType}
	if rule.Chain == 0 {
		rule.Chain = 1
	}
	switch s.DelegationType {
	case "delegate-registry":
		rule.Kind, rule.Contract = governance.DelegateRegistry, RegistryV1
		rule.Text = "Snapshot's registry names your delegate here. No strategy that this DAO lists says whether your own vote overrides theirs."
	case "split-delegation":
		rule.Kind, rule.Contract = governance.DelegateSplit, SplitV2
	case "compound-governor":
		token, err := Checksum(s.DelegationContract)
		if err != nil {
			return rule, false
		}
		rule.Kind, rule.Contract = governance.DelegateToken, token
	case "apechain-delegate-registry":
		// Its registry has entries of another form, which nothing here writes.
		rule.Kind, rule.Contract = governance.DelegateNone, ""
		rule.Text = "Delegation of this DAO stands in ApeChain's own registry. It cannot be read or changed from here."
	default:
		return rule, false
	}
	return rule, true
}

// merge adds a rule, or joins it with one for the same contract: the own vote
// overrides only where every strategy says so.
func merge(rules []governance.DelegationRule, rule governance.DelegationRule) []governance.DelegationRule {
	for i := range rules {
		if sameRule(rules[i], rule) {
			rules[i].Override = rules[i].Override && rule.Override
			if rules[i].Cause != rule.Cause {
				rules[i].Cause += ", " + rule.Cause
			}
			return rules
		}
	}
	return append(rules, rule)
}

func sameRule(a, b governance.DelegationRule) bool {
	return a.Kind == b.Kind && a.Contract == b.Contract && a.Chain == b.Chain
}

func words(r governance.DelegationRule) string {
	switch {
	case r.Kind == governance.DelegateNone:
		return "This DAO does not count delegated power: delegating changes nothing here."
	case r.Kind == governance.DelegateToken && r.Override:
		return "Power follows the token's own delegation. If you vote yourself, your vote overrides your delegate's for your share."
	case r.Kind == governance.DelegateToken:
		return "Power follows the token's own delegation. Your own vote does not override: who delegated has no power until the delegation ends."
	case r.Kind == governance.DelegateSplit && r.Override:
		return "Power can be split between several delegates. If you vote yourself, your vote overrides theirs for your share."
	case r.Kind == governance.DelegateSplit:
		return "Power can be split between several delegates. Your own vote does not take delegated power back."
	case r.Override:
		return "Your delegate votes with your power. If you vote yourself, your vote counts and your delegate loses your share."
	}
	return "Your delegate votes with your power. Your own vote does not override: who delegated has no power until the delegation ends."
}

// chain reads a chain id, 0 where the text is none (Starknet's are texts).
func chain(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
