package ballot

import (
	"slices"

	"mandate/governance"
)

// DAORules says what delegation means in a DAO: in its Snapshot space, where
// it has one, and at its governors, which count what their votes tokens say.
func DAORules(space *governance.Space, governors []governance.Governor) []governance.DelegationRule {
	var rules []governance.DelegationRule
	if space != nil {
		rules = DelegationRules(*space)
	}
	for i := range governors {
		rule, ok := governorRule(&governors[i])
		if !ok {
			continue
		}
		// What counts on chain is not nothing.
		rules = slices.DeleteFunc(rules, func(r governance.DelegationRule) bool { return r.Kind == governance.DelegateNone && r.Cause == "" })
		if at := slices.IndexFunc(rules, func(r governance.DelegationRule) bool { return sameRule(r, rule) }); at >= 0 {
			if rules[at].Cause != rule.Cause {
				rules[at].Cause += ", " + rule.Cause
			}
			continue
		}
		rules = append(rules, rule)
	}
	if len(rules) == 0 {
		rules = append(rules, governance.DelegationRule{Kind: governance.DelegateNone, Override: true, Text: words(governance.DelegationRule{Kind: governance.DelegateNone})})
	}
	return rules
}

func governorRule(g *governance.Governor) (governance.DelegationRule, bool) {
	token, err := Checksum(g.Token.Address)
	if err != nil || g.ReadOnly != "" || token == Zero {
		return governance.DelegationRule{}, false
	}
	rule := governance.DelegationRule{Kind: governance.DelegateToken, Contract: token, Chain: g.Chain, Override: slices.Contains(g.Extensions, "overridable"), Cause: "governor " + g.ID,
		Text: "Votes on chain follow the token's own delegation. Tokens that are delegated to nobody do not count, not even for their owner: delegate them to yourself to vote."}
	if g.Token.NFT {
		rule.Text = "Votes on chain follow the token's own delegation. Who delegates has no power until the delegation ends."
	}
	if rule.Override {
		rule.Text += " If you vote yourself, your vote overrides your delegate's for your share."
	}
	return rule, true
}
