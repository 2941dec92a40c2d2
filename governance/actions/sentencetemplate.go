package actions

import (
	"fmt"
	"strings"

	"mandate/governance"
)

// checkSentence reads the places of a sentence once, so that a wrong one is a
// fault of the build.
func (f *function) checkSentence() error {
	for _, part := range strings.Split(f.sentence, "{")[1:] {
		inner, _, ok := strings.Cut(part, "}")
		if !ok {
			return fmt.Errorf("the sentence of %s has an open brace", f.name)
		}
		name, _, _ := strings.Cut(inner, ":")
		if name == "from" || name == "n" || name == "how" {
			continue
		}
		if _, err := parseRef(f.fields, name); err != nil {
			return fmt.Errorf("the sentence of %s: %w", f.name, err)
		}
	}
	return nil
}

// expand fills {argument} and {argument:format} of a sentence. {@} is the
// contract called, {$} the coin sent, {from} who pays, {n} how many calls are
// inside, {how} whether the first is a call or code that is run. Formats: units (of the contract called), units token (of the token
// in that argument), coin, role, span (seconds).
func (s *scope) expand(sentence string) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(sentence, "{")
		b.WriteString(before)
		if !open {
			return b.String()
		}
		inner, after, _ := strings.Cut(rest, "}")
		b.WriteString(s.slot(inner))
		sentence = after
	}
}

func (s *scope) slot(inner string) string {
	name, format, _ := strings.Cut(inner, ":")
	switch name {
	case "from":
		return s.origin("")
	case "how":
		if n := s.action.Nested; len(n) > 0 && n[0].Delegate {
			return "run the code at"
		}
		return "make a call to"
	case "n":
		return counted(len(s.action.Nested), "call")
	case "@":
		return s.target()
	case "$":
		return s.coins()
	}
	r, err := parseRef(s.function.fields, name)
	if err != nil {
		return name
	}
	values := r.values(s.args)
	if len(values) == 0 {
		return "nothing"
	}
	text := s.slotValue(r, values[0], format)
	if len(values) > 1 {
		text += sprintf(" and %d more", len(values)-1)
	}
	return text
}

func (s *scope) slotValue(r ref, v value, format string) string {
	switch {
	case strings.HasPrefix(format, "units"):
		return s.unitsOf(r, strings.TrimSpace(strings.TrimPrefix(format, "units")))
	case format == "coin":
		return units(v.number(), 18, governance.CoinSymbol(s.chain))
	case format == "role":
		return s.roleAt(column{ref: ref{kind: refPath}, list: []value{v}}, 0)
	case format == "span" && v.number() != nil:
		return seconds(v.number())
	case v.typ.kind == abiFixed && v.typ.size == 32 && isAddressKey(v):
		a, _ := v.address()
		return s.who(a)
	}
	return s.show(v)
}

// unitsOf writes an amount in units of a token: that of an argument, or the
// contract that is called.
func (s *scope) unitsOf(amount ref, token string) string {
	at := ref{kind: refSelf}
	if token != "" {
		if r, err := parseRef(s.function.fields, token); err == nil {
			at = r
		}
	}
	e := governance.Effect{Decimals: -1}
	s.money(&e, map[string]column{"amount": amount.column(s.args), "token": at.column(s.args)}, 0)
	return s.amount(e)
}

// note is what an argument adds: a name, an amount, a role, a function.
func (s *scope) note(name string, v value) string {
	switch {
	case v.typ.kind == abiAddress:
		a, _ := v.address()
		return s.known.nameOf(s.chain, a)
	case v.typ.kind == abiFixed && v.typ.size == 4:
		return s.selectorNote(selector(v.raw[:4]))
	case v.typ.kind == abiFixed && v.typ.size == 32 && strings.Contains(strings.ToLower(name), "role"):
		return s.registry.roleName(v.raw)
	}
	return s.amountNote(name)
}

func (s *scope) selectorNote(sel selector) string {
	if found := s.registry.functions[sel]; len(found) > 0 {
		return found[0].signature
	}
	return ""
}

// amountNote writes the argument that is the amount of an effect in units.
func (s *scope) amountNote(name string) string {
	for _, spec := range s.function.effects {
		amount, ok := spec.values["amount"]
		if !ok || amount.kind != refPath || amount.text != name {
			continue
		}
		e := governance.Effect{Kind: spec.kind, Decimals: -1}
		columns := map[string]column{"amount": amount.column(s.args)}
		if token, ok := spec.values["token"]; ok {
			columns["token"] = token.column(s.args)
		}
		if s.money(&e, columns, 0); e.Decimals >= 0 && e.Amount != "" {
			return s.amount(e)
		}
	}
	return ""
}

func counted(n int, noun string) string {
	if n == 1 {
		return "one " + noun
	}
	return sprintf("%d %ss", n, noun)
}
