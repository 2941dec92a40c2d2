package actions

import (
	"strings"

	"mandate/governance"
)

// isPower reports whether an effect changes who may do what.
func isPower(k governance.EffectKind) bool {
	switch k {
	case governance.EffectOwner, governance.EffectGrant, governance.EffectUpgrade, governance.EffectGovernance, governance.EffectMint:
		return true
	}
	return false
}

// power reports whether a deed needs an announcement. Foreign code and
// approvals without end have rules of their own.
func (d deed) power() bool {
	return isPower(d.Kind)
}

// announced returns where the text tells of the deed: by a word for it, and
// by the address that it is about, or an amount of it.
func (v *view) announced(d deed) (proof string, ok bool) {
	verb := v.verb(d)
	if verb == nil {
		return "", false
	}
	for _, address := range []string{d.To, d.Target, d.Token, d.call.Target} {
		if _, said := v.says(d.call.ChainID, address); said && address != "" {
			return v.quote(verb.From, verb.To), true
		}
	}
	if d.Kind == governance.EffectGovernance || v.role(d) || v.ledger.explains(d) {
		return v.quote(verb.From, verb.To), true
	}
	return "", false
}

// verb is the first word in the text that announces effects of the kind.
func (v *view) verb(d deed) *Claim {
	if d.Kind == governance.EffectGovernance {
		for name, c := range v.settings {
			if strings.Contains(strings.ToLower(d.Setting+" "+d.call.Function), name) {
				return c
			}
		}
		return nil
	}
	if c := v.verbs[d.Kind]; c != nil {
		return c
	}
	if base := d.call.base(); len(base) >= 8 {
		return v.uses[base]
	}
	return nil
}

// role: the text writes the role's name.
func (v *view) role(d deed) bool {
	return len(d.Role) > 6 && !strings.HasPrefix(d.Role, "0x") && v.writes(strings.ToLower(d.Role))
}

// explains reports whether the text states the deed's amount.
func (l *ledger) explains(d deed) bool {
	for i := range l.entries {
		if l.entries[i].deed.call == d.call && l.entries[i].match == matchExact {
			return true
		}
	}
	return false
}

func unannouncedPowers(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		if !d.power() || v.own(d.To) {
			continue
		}
		if _, ok := v.announced(d); ok || v.renounces(d) && v.verb(d) != nil {
			continue
		}
		said := "The text has no word for it."
		if c := v.verb(d); c != nil {
			said = v.quote(c.From, c.To)
		}
		found = append(found, finding(governance.Danger, d.call, "A change of power that the text does not announce",
			"The text says neither what this call changes nor for whom.", fromText(said), fromCalldata(d.call.shown())))
	}
	return found
}

// renounces: nobody gains by giving to nobody.
func (v *view) renounces(d deed) bool { return d.Kind == governance.EffectOwner && isFree(d.To) }

// grantAgainstText: the title or the text takes away, and a call gives.
func grantAgainstText(v *view) []governance.Finding {
	revoke := v.verbs[governance.EffectRevoke]
	if revoke == nil || v.gives() || !takes(v.Title) && v.verbs[governance.EffectGrant] != nil {
		return nil
	}
	var found []governance.Finding
	for _, d := range v.deeds {
		if (d.Kind == governance.EffectGrant || d.Kind == governance.EffectOwner) && !isFree(d.To) && !v.hands(d) {
			found = append(found, finding(governance.Danger, d.call, "The text revokes, the calldata grants",
				"The text speaks of taking powers away; this call gives one.", fromText(v.quote(revoke.From, revoke.To)), fromCalldata(d.call.shown())))
		}
	}
	return found
}

func takes(title string) bool {
	t := strings.ToLower(title)
	return strings.Contains(t, "revok") || strings.Contains(t, "remov") || strings.Contains(t, "renounc")
}

// gives: the text has a word for handing out roles.
func (v *view) gives() bool {
	return strings.Contains(v.lower, "grantrole") || containsWord(v.lower, "grant ") || containsWord(v.lower, "grants ") || containsWord(v.lower, "granting ") ||
		containsWord(v.lower, "appoint") || strings.Contains(v.lower, "authori") || strings.Contains(v.lower, "transfer ownership") || strings.Contains(v.lower, "transferownership")
}

func containsWord(s, word string) bool {
	i := strings.Index(s, word)
	return i == 0 || i > 0 && !isWord(s[i-1])
}

// hands: the recipient stands in the text.
func (v *view) hands(d deed) bool {
	_, said := v.says(d.call.ChainID, d.To)
	return said && v.gives()
}

// extraCalls: what the text states is moved by other calls already; or every
// other call is explained, and this one in nothing.
func extraCalls(v *view) []governance.Finding {
	found := v.ledger.report(v, matchExtra, governance.Danger, "The text does not explain this payment",
		"Every amount of this token in the text is moved by another call.")
	explained := v.explained()
	if len(explained) < 2 || count(explained) == 0 {
		return found
	}
	for i, ok := range explained {
		if c := v.top(i); !ok && c != nil && 2*count(explained) >= len(explained) {
			found = append(found, finding(governance.Warn, c, "The text does not explain this call",
				"Other calls are in the text; neither the contract, the function, an address nor an amount of this one is.", fromCalldata(c.shown())))
		}
	}
	return found
}

func count(list []bool) (n int) {
	for _, ok := range list {
		if ok {
			n++
		}
	}
	return n
}

func (v *view) top(i int) *call {
	for _, c := range v.calls {
		if c.top == i && c.depth == 0 {
			return c
		}
	}
	return nil
}

// explained says of each top-level call whether the text has anything of it.
func (v *view) explained() []bool {
	list := make([]bool, len(v.Actions))
	for _, c := range v.calls {
		_, said := v.says(c.ChainID, c.Target)
		if said || len(c.base()) >= 8 && v.writes(c.base()) {
			list[c.top] = true
		}
		for _, arg := range c.Args {
			if _, said := v.says(c.ChainID, arg.Value); said && len(arg.Value) == 42 {
				list[c.top] = true
			}
		}
	}
	for i := range v.ledger.entries {
		if e := &v.ledger.entries[i]; e.match == matchExact || e.match == matchSum {
			list[e.deed.call.top] = true
		}
	}
	return list
}
