package actions

import (
	"sort"
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

// usesAtOnce: the spender is called by the same proposal, with data: a payment
// of ether takes no tokens.
func (v *view) usesAtOnce(d deed) bool {
	return v.used[strings.ToLower(d.To)]
}

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
		if v.spends(at) {
			return true
		}
	}
	return false
}

// spends: right behind the word stands an amount of a token or an address, in
// the same sentence, and no grant or proposal that is approved instead.
func (v *view) spends(at int) bool {
	rest := v.lower[at:min(len(v.lower), len(v.Text), at+48)]
	if strings.HasPrefix(rest, "ed ") || strings.HasPrefix(rest, "ed]") {
		return false // what was approved before is no call
	}
	if i := strings.IndexAny(rest, "\n;:"); i >= 0 {
		rest = rest[:i]
	}
	if strings.Contains(rest, "grant") || strings.Contains(rest, "propos") {
		return false
	}
	from := sort.Search(len(v.stated), func(i int) bool { return v.stated[i].From >= at })
	return from < len(v.stated) && v.stated[from].From < at+len(rest)
}
