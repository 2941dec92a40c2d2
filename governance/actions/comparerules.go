package actions

import (
	"math/big"
	"strings"

	"mandate/governance"
)

// The rules about amounts read one ledger; each takes its own kind of match.

func unitMismatch(v *view) []governance.Finding {
	return v.ledger.report(v, matchShifted, governance.Danger, "The amount is off by a power of ten",
		"The text and the calldata have the same digits and differ in size. A mistake in the token's decimals does that, and so does a trick.")
}

func amountMismatch(v *view) []governance.Finding {
	found := v.ledger.report(v, matchOther, governance.Danger, "The amount is not the one in the text",
		"The text states amounts of this token, and the calldata moves another.")
	if c := v.ledger.headline(len(v.Title)); c != nil && len(found) == 0 {
		found = append(found, finding(governance.Warn, nil, "No call moves the amount in the title",
			"Neither a call nor all calls together move it.", fromText(v.quote(c.From, c.To))))
	}
	return append(found, v.oddTotals()...)
}

// oddTotals: a call gives a total beside its parts, and they do not add up.
func (v *view) oddTotals() []governance.Finding {
	var found []governance.Finding
	for _, c := range v.calls {
		parts := v.ledger.byCall[c]
		if len(parts) == 0 {
			continue
		}
		sum := new(big.Int)
		for _, i := range parts {
			sum.Add(sum, whole(v.ledger.entries[i].deed.Amount))
		}
		for _, arg := range c.Args {
			if n := whole(arg.Value); n != nil && strings.HasPrefix(arg.Type, "uint") && strings.HasPrefix(strings.ToLower(arg.Name), "total") && n.Cmp(sum) != 0 {
				found = append(found, finding(governance.Danger, c, "A total is not the sum of its parts",
					"The call gives a total that its own payments do not add up to.", fromCalldata(arg.Name+" "+n.String()), fromCalldata("the parts: "+sum.String())))
			}
		}
	}
	return found
}

func tokenMismatch(v *view) []governance.Finding {
	return v.ledger.report(v, matchToken, governance.Danger, "The token is not the one in the text",
		"The number is in the text, but for another token.")
}

// amountSilent covers what the text leaves open without contradicting it.
func amountSilent(v *view) []governance.Finding {
	found := v.ledger.report(v, matchSum, governance.Warn, "The amount is only a sum of amounts in the text",
		"Amounts in the text add up to it; the text does not state it as such.")
	return append(found, v.ledger.report(v, matchNone, governance.Warn, "The text does not state this amount",
		"No amount in the text, in this token or in dollars, can be compared with it.")...)
}

func (l *ledger) report(v *view, m match, s governance.Severity, title, detail string) []governance.Finding {
	var found []governance.Finding
	for i := range l.entries {
		e := &l.entries[i]
		if e.match != m {
			continue
		}
		said := ""
		if e.claim != nil {
			said = v.quote(e.claim.From, e.claim.To)
		}
		found = append(found, finding(s, e.deed.call, title, detail, fromText(said), fromCalldata(e.shown())))
	}
	return found
}

// shown is the exact amount with its token and where it goes.
func (e *entry) shown() string {
	amount := e.value
	if amount == "" {
		amount = e.deed.Amount + " smallest units"
	}
	token := e.deed.Symbol
	if token == "" || token == anySymbol {
		token = "of the token " + e.deed.Token
	}
	return amount + " " + clip(token, 60) + " to " + e.deed.To
}
