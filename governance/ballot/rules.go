package ballot

import (
	"encoding/json"
	"fmt"
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
	for _, strategy := range flat(s.Strategies, s.Network, 3) {
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

// flat adds the strategies that stand inside another one's params, and says of
// each on which network it counts, delegations too: its own, or that of what it
// stands in (getScoresDirect of snapshot-strategies).
func flat(list []governance.Strategy, network string, depth int) []governance.Strategy {
	var out []governance.Strategy
	for _, s := range list {
		if s.Network == "" {
			s.Network = network
		}
		out = append(out, s)
		var params struct {
			Strategies []governance.Strategy `json:"strategies"`
		}
		if depth > 0 && json.Unmarshal(s.Params, &params) == nil {
			out = append(out, flat(params.Strategies, s.Network, depth-1)...)
		}
	}
	return out
}

func strategyRule(space governance.Space, s governance.Strategy) (governance.DelegationRule, bool) {
	rule := governance.DelegationRule{Kind: governance.DelegateRegistry, Contract: RegistryV1, Chain: ChainID(s.Network), Cause: s.Name}
	switch s.Name {
	case "delegation", "erc20-balance-of-delegation", "delegation-with-cap", "delegation-with-overrides":
		rule.Override = true
		return entryElsewhere(rule, space, s), true
	case "with-delegation", "erc20-balance-of-with-delegation":
		return entryElsewhere(rule, space, s), true
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
	default:
		return rule, false
	}
	return rule, true
}

// entryElsewhere follows the params by which a strategy counts the registry's
// entries of another chain or space (snapshot-strategies). Another space's are
// not for this one to write: an entry for this space would count nothing.
func entryElsewhere(rule governance.DelegationRule, space governance.Space, s governance.Strategy) governance.DelegationRule {
	var params struct {
		Space   string `json:"delegationSpace"`
		Network string `json:"delegationNetwork"`
	}
	_ = json.Unmarshal(s.Params, &params) // params of another form name neither
	if chain := ChainID(params.Network); chain != 0 {
		rule.Chain = chain
	}
	if params.Space != "" && params.Space != space.ID {
		rule.Kind, rule.Contract = governance.DelegateNone, ""
		rule.Text = fmt.Sprintf("This DAO counts delegations made for another space, %.80q. They cannot be read or changed from here.", params.Space)
	}
	return rule
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
	rule := governance.DelegationRule{Chain: ChainID(s.DelegationNetwork), Cause: s.DelegationType}
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

// ChainID reads a network of Snapshot as a chain id, 0 where it is none
// (Starknet's are texts).
func ChainID(network string) uint64 {
	n, err := strconv.ParseUint(network, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
