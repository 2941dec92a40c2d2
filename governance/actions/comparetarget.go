package actions

import (
	"strings"

	"mandate/governance"
)

// targetMismatch: the text says what is called, and something else is.
func targetMismatch(v *view) []governance.Finding {
	var found []governance.Finding
	orphans, strange := v.orphans(targetWords()), v.strangeTargets()
	for _, c := range strange {
		if v.opaque(c) {
			continue // what the text describes happens further inside
		}
		said := v.swapped(len(strange))
		if len(orphans) > 0 {
			said = orphans[0]
		}
		if said != nil {
			found = append(found, finding(governance.Danger, c, "The call goes to another contract than the text names",
				"The text names a contract that is not called, and not the one that is.", fromText(v.quote(said.From, said.To)), fromCalldata(c.shown())))
		}
	}
	return found
}

// strangeTargets are calls of contracts that neither the text nor any list
// names, one of each contract.
func (v *view) strangeTargets() []*call {
	var list []*call
	seen := map[string]bool{}
	for _, c := range v.calls {
		if key := strings.ToLower(c.Target); len(c.Calldata) >= 10 && !seen[key] && v.unnamed(c, c.Target) {
			seen[key] = true
			list = append(list, c)
		}
	}
	return list
}

// unknownTargets: nobody names the contract that is called. Those that only
// set off what stands in their code are the rule's about payloads.
func unknownTargets(v *view) []governance.Finding {
	var found []governance.Finding
	for _, c := range v.strangeTargets() {
		if !v.setsOff(c) {
			found = append(found, finding(governance.Warn, c, "Neither the text nor the list names this contract",
				"What it is cannot be told from here.", fromCalldata(c.shown()), fromCalldata(c.Target)))
		}
	}
	return found
}

// setsOff: the call itself only runs what stands in its target's code.
func (v *view) setsOff(c *call) bool {
	if c.Delegate {
		return false
	}
	for _, e := range c.Effects {
		if e.Kind == governance.EffectExecute {
			return true
		}
	}
	return false
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
// What else the text announces of the call speaks for it: the function may be
// one that new code will offer.
func functionMismatch(v *view) []governance.Finding {
	found := approvalForPayment(v)
	orphan := v.uncalled()
	if orphan == nil {
		return found
	}
	for _, c := range v.calls {
		if c.depth > 0 || len(c.Calldata) < 10 || v.opaque(c) || v.mentions(c) {
			continue
		}
		s := governance.Danger
		if v.foretold(c) {
			s = governance.Warn
		}
		found = append(found, finding(s, c, "The function is not the one in the text",
			"The text says that one function is called, and the calldata calls another.", fromText(v.quote(orphan.From, orphan.To)), fromCalldata(c.shown())))
	}
	return found
}

// uncalled is the first function that the text says is called and that no
// call has.
func (v *view) uncalled() *Claim {
	called := map[string]bool{}
	for _, c := range v.calls {
		called[c.base()] = true
	}
	for i := range v.claims {
		if c := &v.claims[i]; c.Kind == ClaimFunction && c.Asked && !called[strings.ToLower(c.Value)] {
			return c
		}
	}
	return nil
}

// foretold: the text announces an effect of the call or of one inside.
func (v *view) foretold(c *call) bool {
	for _, d := range v.deeds {
		if d.call.top != c.top {
			continue
		}
		if _, ok := v.announced(d); ok {
			return true
		}
	}
	return false
}

// mentions: the function's name, or its selector, is somewhere in the text,
// or that of a call inside.
func (v *view) mentions(c *call) bool {
	if v.writes(c.base()) || v.selectors[strings.ToLower(c.selector())] {
		return true
	}
	for _, inner := range v.calls {
		if inner.top == c.top && inner.depth > c.depth && v.writes(inner.base()) {
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
