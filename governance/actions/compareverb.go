package actions

import (
	"strings"

	"mandate/governance"
)

// approvalForPayment: the text pays, and the call only lets somebody take; or
// the text approves, and the call pays. A spender that another call of the
// proposal uses at once is a step of that call.
func approvalForPayment(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		pays := v.verbs[governance.EffectTransfer]
		switch {
		case d.Kind == governance.EffectApprove && !d.unlimited() && !isCollection(d) && !v.usesAtOnce(d) && !v.approves() && pays != nil && d.Amount != "0":
			found = append(found, finding(governance.Danger, d.call, "The text pays, the calldata approves",
				"The text speaks of a payment and of no approval; this call lets the address take the tokens at any time.", fromText(v.quote(pays.From, pays.To)), fromCalldata(d.call.shown())))
		case d.Kind == governance.EffectTransfer && pays == nil && v.verbs[governance.EffectStream] == nil && v.approves():
			verb := v.verbs[governance.EffectApprove]
			if verb != nil {
				found = append(found, finding(governance.Danger, d.call, "The text approves, the calldata pays",
					"The text speaks of an approval and of no payment.", fromText(v.quote(verb.From, verb.To)), fromCalldata(d.call.shown())))
			}
		}
	}
	return found
}

// usesAtOnce: the spender is called by the same proposal.
func (v *view) usesAtOnce(d deed) bool { return v.targets[strings.ToLower(d.To)] }

// approves: the text speaks of an approval of tokens. Everybody "approves"
// proposals, so that word counts only with an amount or an address after it.
func (v *view) approves() bool {
	for _, w := range [...]string{"allowance", "spender", "autowrap", "approve(", "`approve`", "permit("} {
		if v.writes(w) {
			return true
		}
	}
	for at, n := 0, 0; n < 200; n++ {
		i := strings.Index(v.lower[at:], "approv")
		if i < 0 {
			return false
		}
		at += i + len("approv")
		if v.statesWithin(at, at+80) {
			return true
		}
	}
	return false
}

// statesWithin: an amount of a token or an address stands there, before the
// sentence ends.
func (v *view) statesWithin(from, to int) bool {
	if to > len(v.Text) {
		to = len(v.Text)
	}
	if from > to {
		return false
	}
	if i := strings.IndexAny(v.Text[from:to], "\n;:"); i >= 0 {
		to = from + i
	}
	if i := strings.Index(v.Text[from:to], ". "); i >= 0 {
		to = from + i
	}
	for i := range v.claims {
		c := &v.claims[i]
		if c.From >= from && c.From < to && (c.Kind == ClaimAddress || c.Kind == ClaimAmount && c.Token != "") {
			return true
		}
	}
	return false
}
