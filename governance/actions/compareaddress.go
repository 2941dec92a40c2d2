package actions

import (
	"strings"

	"mandate/governance"
)

// party is an address that a call gives money or powers to.
type party struct {
	call    *call
	address string
	deed    *deed // nil = a plain argument
}

// parties lists who gains from the calls: what the effects say, or, for a
// call without any that names one, its own address arguments.
func (v *view) parties() []party {
	var list []party
	byCall := map[*call]bool{}
	for i := range v.deeds {
		d := &v.deeds[i]
		if d.To != "" && d.Kind != governance.EffectExecute && d.Kind != governance.EffectBridge {
			byCall[d.call] = true
			list = append(list, party{d.call, d.To, d})
		}
	}
	for _, c := range v.calls {
		if byCall[c] || !c.leaf {
			continue
		}
		for _, arg := range c.Args {
			if arg.Type == "address" {
				list = append(list, party{c, arg.Value, nil})
			}
		}
	}
	return list
}

// unnamed: the text names the address neither by itself nor by a known name,
// and nobody else knows it.
func (v *view) unnamed(c *call, address string) bool {
	if isFree(address) {
		return false
	}
	_, said := v.says(c.ChainID, address)
	return !said && !v.knows(c.ChainID, address)
}

// orphans are addresses that the text presents as taking part and that are
// nowhere in the calls.
func (v *view) orphans(words []string) []*Claim {
	var list []*Claim
	for i := range v.claims {
		c := &v.claims[i]
		if c.Kind == ClaimAddress && !v.acted[c.Address] && !v.own(c.Address) && v.named[c.Address] == c && !v.inQuery(c) && v.introduced(c, words) {
			list = append(list, c)
		}
	}
	return list
}

// inQuery: the address is a parameter of a link, which is a place to look and
// no party. The page of an address in an explorer is another thing.
func (v *view) inQuery(c *Claim) bool {
	return c.From > 0 && (v.Text[c.From-1] == '=' || v.Text[c.From-1] == ':')
}

// introduced: one of the words stands before the address, in its line or, in
// lists, the line above.
func (v *view) introduced(c *Claim, words []string) bool {
	before := v.Text[max(0, c.From-120):c.From]
	if i := strings.LastIndex(before, "\n\n"); i >= 0 {
		before = before[i:]
	}
	before = strings.ToLower(before)
	for _, w := range words {
		if strings.Contains(before, w) {
			return true
		}
	}
	return false
}

func payeeWords() []string {
	return []string{"transfer", "send", "sent", "recipient", "receiver", "beneficiary", "spender", "pay", "owner", "to:", "grant", "multisig", "multi-sig", "safe", "wallet", "resolver", "argument", "parameter"}
}

func targetWords() []string {
	return []string{"target", "call ", "calls ", "calling ", "on the ", "contract at", "function"}
}

// recipientMismatch: the text names somebody who gets nothing, or another
// address right beside the amount.
func recipientMismatch(v *view) []governance.Finding {
	var found []governance.Finding
	orphans := v.orphans(payeeWords())
	for _, p := range v.parties() {
		if !v.unnamed(p.call, p.address) {
			continue
		}
		said := v.beside(p)
		if said == nil && len(orphans) > 0 {
			said = orphans[0]
		}
		if said != nil {
			found = append(found, finding(governance.Danger, p.call, "The recipient is not the one in the text",
				"The text names another address, and not the one in the calldata.", fromText(v.quote(said.From, said.To)), fromCalldata(p.address)))
		}
	}
	return found
}

// beside returns the address that follows the party's amount in the text, if
// that is another one and no contract that is called.
func (v *view) beside(p party) *Claim {
	if p.deed == nil {
		return nil
	}
	for i := range v.ledger.entries {
		e := &v.ledger.entries[i]
		if e.deed.call != p.call || e.deed.To != p.address || e.match != matchExact {
			continue
		}
		for j := range v.claims {
			c := &v.claims[j]
			if c.Kind == ClaimAddress && c.From >= e.claim.To && c.From-e.claim.To < 160 && !strings.Contains(v.Text[e.claim.To:c.From], "\n\n") && !v.isTarget(c.Address) {
				return c
			}
		}
	}
	return nil
}

func (v *view) isTarget(address string) bool {
	for _, c := range v.calls {
		if strings.EqualFold(c.Target, address) {
			return true
		}
	}
	return false
}

// recipientSilent: an unknown address gains, and the text leaves it open.
func recipientSilent(v *view) []governance.Finding {
	var found []governance.Finding
	orphans := v.orphans(payeeWords())
	seen := map[string]bool{}
	for _, p := range v.parties() {
		if p.deed == nil || seen[p.address] || len(orphans) > 0 || !v.unnamed(p.call, p.address) || v.beside(p) != nil {
			continue
		}
		seen[p.address] = true
		found = append(found, finding(governance.Warn, p.call, "The text does not name this recipient",
			"The address is neither in the text nor known here.", fromCalldata(p.address)))
	}
	return found
}

// targetMismatch: the text says what is called, and something else is.
func targetMismatch(v *view) []governance.Finding {
	orphans := v.orphans(targetWords())
	if len(orphans) == 0 {
		return nil
	}
	var found []governance.Finding
	for _, c := range v.calls {
		if len(c.Calldata) >= 10 && !v.opaque(c) && v.unnamed(c, c.Target) {
			found = append(found, finding(governance.Danger, c, "The call goes to another contract than the text names",
				"The text names a contract that is not called, and not the one that is.", fromText(v.quote(orphans[0].From, orphans[0].To)), fromCalldata(c.shown())))
		}
	}
	return found
}

// opaque: what the call does stands in the code of another contract, here or
// in a call inside. A text that describes it cannot be held against the call.
func (v *view) opaque(c *call) bool {
	for _, d := range v.deeds {
		if d.Kind == governance.EffectExecute && (d.call == c || d.call.top == c.top && d.call.depth > c.depth) {
			return true
		}
	}
	return false
}

// functionMismatch: the text says which function is called, and another is.
func functionMismatch(v *view) []governance.Finding {
	called := map[string]bool{}
	for _, c := range v.calls {
		called[c.base()] = true
	}
	var orphan *Claim
	for i := range v.claims {
		if c := &v.claims[i]; c.Kind == ClaimFunction && c.Asked && !called[strings.ToLower(c.Value)] && orphan == nil {
			orphan = c
		}
	}
	if orphan == nil {
		return nil
	}
	var found []governance.Finding
	for _, c := range v.calls {
		if c.depth == 0 && len(c.Calldata) >= 10 && !v.opaque(c) && !v.mentions(c) {
			found = append(found, finding(governance.Danger, c, "The function is not the one in the text",
				"The text says that one function is called, and the calldata calls another.", fromText(v.quote(orphan.From, orphan.To)), fromCalldata(c.shown())))
		}
	}
	return found
}

// mentions: the function's name, or its selector, is somewhere in the text,
// or that of a call inside.
func (v *view) mentions(c *call) bool {
	if c.base() != "" && strings.Contains(v.lower, c.base()) || strings.Contains(v.lower, strings.ToLower(c.selector())) {
		return true
	}
	for _, inner := range v.calls {
		if inner.top == c.top && inner.depth > c.depth && inner.base() != "" && strings.Contains(v.lower, inner.base()) {
			return true
		}
	}
	return false
}

// calldataMismatch: calldata printed in the text must be some call's.
func calldataMismatch(v *view) []governance.Finding {
	done := map[string]bool{}
	for _, c := range v.calls {
		done[strings.ToLower(c.Calldata)] = true
	}
	var orphan *Claim
	printed := map[string]bool{}
	for i := range v.claims {
		c := &v.claims[i]
		if c.Kind != ClaimCalldata {
			continue
		}
		printed[c.Value] = true
		if !done[c.Value] && orphan == nil {
			orphan = c
		}
	}
	if orphan == nil {
		return nil
	}
	var found []governance.Finding
	for _, c := range v.calls {
		if c.depth == 0 && len(c.Calldata) > 10 && !printed[strings.ToLower(c.Calldata)] && sameSelector(orphan.Value, c) {
			found = append(found, finding(governance.Danger, c, "The calldata is not the one in the text",
				"The text prints calldata for this function, and it differs from what would be executed.", fromText(clip(orphan.Text, 300)), fromCalldata(clip(c.Calldata, 300))))
		}
	}
	return found
}

func sameSelector(printed string, c *call) bool {
	return strings.EqualFold(printed[:10], c.selector())
}
