package actions

import (
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// sentence says what the call does, in one plain sentence.
func (s *scope) sentence() string {
	var text string
	switch {
	case s.delegate && (s.function.nested == nil || s.function.nested.form != "multisend"):
		text = sprintf("Runs %s() of the code at %s as %s%s: what it does stands in that contract, not here.", s.function.name,
			s.target(), s.runnerName("the caller"), s.with(3))
	case !s.named && s.function.sentence == "" && len(s.function.effects) == 0 && s.function.nested == nil:
		text = sprintf("Calls %s() of %s%s.", s.function.name, s.target(), s.with(4))
	case s.function.sentence != "":
		text = s.expand(s.function.sentence)
	case len(s.function.effects) > 0:
		text = s.effectSentence()
	default:
		text = s.genericSentence()
	}
	return s.place() + text + s.alongside()
}

// place tells on which chain a call behind a bridge runs.
func (s *scope) place() string {
	switch s.chain {
	case s.home:
		return ""
	case 0:
		return "On another chain: "
	}
	return "On " + chainName(s.chain) + ": "
}

// alongside tells the coin that goes with a call.
func (s *scope) alongside() string {
	if s.call.value.Sign() == 0 || s.pays() {
		return ""
	}
	return sprintf(" %s is sent along.", s.coins())
}

// pays: the sentence tells the call's value already.
func (s *scope) pays() bool { return strings.Contains(s.function.sentence, "{$}") }

func (s *scope) coins() string { return units(s.call.value, 18, governance.CoinSymbol(s.chain)) }

// plainSentence is that of a call without calldata.
func (s *scope) plainSentence() string {
	if s.call.value.Sign() == 0 {
		return s.place() + sprintf("Calls %s with no data and sends nothing.", s.target())
	}
	return s.place() + sprintf("Sends %s%s to %s.", s.coins(), s.origin(s.fromText()), s.target())
}

func (s *scope) unknownSentence() string {
	a := s.action
	text := sprintf("Calls a function of %s that is not in the list; its %d bytes of data could not be read.", s.target(), len(s.call.data))
	if n := len(s.call.data); n >= 4 {
		text = sprintf("Calls a function (%s) of %s that is not in the list; its %d bytes of arguments could not be read.",
			selector(s.call.data[:4]), s.target(), n-4)
	}
	if a.Delegate {
		text += sprintf(" It runs with the powers of %s.", s.runnerName("the caller"))
	}
	if s.call.value.Sign() > 0 {
		text += sprintf(" %s is sent along.", s.coins())
	}
	return s.place() + text
}

func (s *scope) genericSentence() string {
	switch n := len(s.action.Nested); {
	case s.function.nested == nil:
		return sprintf("Calls %s() of %s%s.", s.function.name, s.target(), s.with(4))
	case n == 1:
		return sprintf("Has %s make one call, by %s().", s.target(), s.function.name)
	default:
		return sprintf("Has %s make %d calls, by %s().", s.target(), n, s.function.name)
	}
}

// with lists the first arguments.
func (s *scope) with(most int) string {
	var parts []string
	for i, f := range s.function.fields {
		if i == most {
			parts = append(parts, sprintf("and %d more", len(s.args)-most))
			break
		}
		name := f.name
		if name == "" {
			name = sprintf("argument %d", i+1)
		}
		parts = append(parts, name+" = "+s.show(s.args[i]))
	}
	if len(parts) == 0 {
		return ""
	}
	return " with " + strings.Join(parts, ", ")
}

// show is a value inside a sentence.
func (s *scope) show(v value) string {
	switch v.typ.kind {
	case abiAddress:
		a, _ := v.address()
		return s.who(a)
	case abiUint, abiInt:
		return thousands(v.number().String())
	case abiString:
		return quote(string(v.raw), 60)
	case abiBytes:
		if len(v.raw) <= 32 {
			return v.text()
		}
		return sprintf("%d bytes", len(v.raw))
	case abiArray, abiList:
		if len(v.items) == 1 {
			return "[" + s.show(v.items[0]) + "]"
		}
		return sprintf("a list of %d", len(v.items))
	case abiTuple:
		return short(v.text(), 120)
	}
	return v.text()
}

// who names an address where it is known, and always shows it in full.
func (s *scope) who(a common.Address) string {
	if a == (common.Address{}) {
		return "the zero address (" + a.Hex() + ")"
	}
	if name := s.known.nameOf(s.chain, a); name != "" {
		return "the " + name + " (" + a.Hex() + ")"
	}
	return a.Hex()
}

func (s *scope) whoText(address string) string {
	if !isHexAddress(address) {
		return address
	}
	return s.who(common.HexToAddress(address))
}

func (s *scope) target() string { return s.who(s.call.target) }

func (s *scope) runnerName(fallback string) string {
	if s.runner == nil {
		return fallback
	}
	return s.who(*s.runner)
}

// origin is " from …", empty where the payer is the executor and not known.
func (s *scope) origin(from string) string {
	switch {
	case from != "":
		return " from " + s.whoText(from)
	case s.runner != nil:
		return " from " + s.who(*s.runner)
	}
	return ""
}

// effectSentence tells the first effect that the function's line specifies.
func (s *scope) effectSentence() string {
	var own []governance.Effect
	for _, e := range s.action.Effects {
		if e.Kind == s.function.effects[0].kind {
			own = append(own, e)
		}
	}
	if s.call.value.Sign() > 0 && s.function.effects[0].kind == governance.EffectTransfer && len(own) > 0 {
		own = own[1:] // the coin that is sent along
	}
	if len(own) == 0 {
		return s.genericSentence()
	}
	text := s.effectText(own[0])
	if n := len(own) - 1; n > 0 {
		text += sprintf(", and %d more alike", n)
	}
	return text + "."
}

func (s *scope) effectText(e governance.Effect) string {
	target := s.whoText(e.Target)
	switch e.Kind {
	case governance.EffectTransfer:
		return sprintf("Sends %s%s to %s", s.amount(e), s.origin(e.From), s.whoText(e.To))
	case governance.EffectApprove:
		if e.Amount == "all" {
			return sprintf("Lets %s take %s without limit", s.whoText(e.To), s.tokenName(e))
		}
		return sprintf("Lets %s take up to %s", s.whoText(e.To), s.amount(e))
	case governance.EffectMint:
		return sprintf("Makes %s anew for %s", s.amount(e), s.whoText(e.To))
	case governance.EffectStream:
		return sprintf("Pays %s to %s over time", s.amount(e), s.whoText(e.To))
	case governance.EffectOwner:
		return sprintf("Makes %s the %s of %s", s.whoText(e.To), orText(e.Role, "owner"), target)
	case governance.EffectGrant:
		return sprintf("Gives the role %s of %s to %s", orText(e.Role, s.function.name), target, s.whoText(e.To))
	case governance.EffectRevoke:
		return sprintf("Takes the role %s of %s from %s", orText(e.Role, s.function.name), target, orText(s.whoText(e.To), "its holders"))
	case governance.EffectUpgrade:
		return sprintf("Upgrades the proxy %s to the code at %s", target, s.whoText(e.To))
	case governance.EffectParameter, governance.EffectGovernance:
		return s.settingText(e, target)
	case governance.EffectExecute:
		return sprintf("Calls %s() of %s: what it does stands in that contract, not here", s.function.name, target)
	case governance.EffectBridge:
		return s.bridgeText(e)
	}
	return sprintf("Calls %s() of %s%s", s.function.name, target, s.with(4))
}

func (s *scope) settingText(e governance.Effect, target string) string {
	if e.New == "" && e.To == "" {
		return sprintf("Changes %s of %s by %s()%s", e.Setting, target, s.function.name, s.with(4))
	}
	if e.New == "" {
		return sprintf("Sets %s of %s to %s", e.Setting, target, s.whoText(e.To))
	}
	return sprintf("Sets %s of %s to %s", e.Setting, target, settingValue(s, e.New))
}

func settingValue(s *scope, text string) string {
	if isHexAddress(text) {
		return s.whoText(text)
	}
	return thousands(text)
}

func (s *scope) bridgeText(e governance.Effect) string {
	text := "Sends a message"
	if len(s.action.Nested) > 0 && s.action.Nested[0].ChainID != s.chain {
		text += " to " + chainName(s.action.Nested[0].ChainID)
	} else if len(s.action.Nested) == 0 {
		text += " to another chain"
	}
	if e.To != "" {
		text += " for " + e.To
	}
	return text + " through " + s.target()
}

func orText(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
