package actions

import (
	"fmt"
	"math/big"
	"strings"

	"mandate/governance"
)

// judged gives danger to what the text does not announce, and to what goes to
// an address without a record; else warn.
func (v *view) judged(d deed) governance.Severity {
	if _, ok := v.announced(d); !ok {
		return governance.Danger
	}
	if f, read := v.code[strings.ToLower(d.To)]; read && d.Kind == governance.EffectUpgrade && (f.Hash == "" || f.SelfDestruct) {
		return governance.Danger
	}
	return governance.Warn
}

func ownerTransfer(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		switch {
		case d.Kind != governance.EffectOwner:
		case isFree(d.To):
			found = append(found, finding(governance.Info, d.call, "Nobody owns the contract any more", "The ownership is given up for ever.", fromCalldata(d.call.shown())))
		default:
			found = append(found, finding(v.toKnown(d), d.call, "The owner of a contract changes", "The new owner can use every power of it.", v.told(d), fromCalldata(d.call.shown())))
		}
	}
	return found
}

// toKnown is judged, but powers that come to the DAO itself are no danger.
func (v *view) toKnown(d deed) governance.Severity {
	if v.knows(d.call.ChainID, d.To) {
		return governance.Warn
	}
	return v.judged(d)
}

// told quotes the announcement, or nothing.
func (v *view) told(d deed) governance.Proof {
	said, _ := v.announced(d)
	return fromText(said)
}

func roleGrant(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		if d.Kind == governance.EffectGrant {
			found = append(found, finding(v.toKnown(d), d.call, "A role is granted", "Whoever holds the role "+clip(d.Role, 80)+" may use it without a vote.", v.told(d), fromCalldata(d.call.shown())))
		}
	}
	return found
}

// revokes: taking away what nobody said is taken away may lock the DAO out.
func revokes(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		if d.Kind != governance.EffectRevoke {
			continue
		}
		s := governance.Warn
		if _, ok := v.announced(d); ok && v.takesAway() {
			s = governance.Info
		}
		found = append(found, finding(s, d.call, "A role is revoked", "The account loses the role "+clip(d.Role, 80)+".", v.told(d), fromCalldata(d.call.shown())))
	}
	return found
}

// takesAway: the text has a word for taking powers away, and not only one for
// roles.
func (v *view) takesAway() bool {
	for _, w := range [...]string{"revok", "remov", "renounc", "rescind", "disabl", "replac", "rotat", "strip", "withdraw"} {
		if v.writes(w) {
			return true
		}
	}
	return false
}

func upgrades(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		if d.Kind == governance.EffectUpgrade {
			found = append(found, finding(v.judged(d), d.call, "A contract gets new code", "The code at "+d.To+" will run in place of the old one.", v.told(d), fromCalldata(d.call.shown())))
		}
	}
	return found
}

// delegateCalls: code that the text names is a warning, any other a danger.
func delegateCalls(v *view) []governance.Finding {
	var found []governance.Finding
	for _, c := range v.calls {
		if !c.Delegate {
			continue
		}
		s := governance.Danger
		said, ok := v.says(c.ChainID, c.Target)
		if ok || v.executes(c) || v.renews() && !v.fresh(c) {
			s = governance.Warn
		}
		found = append(found, finding(s, c, "Code of another contract runs with the caller's powers", "What it does is in that contract, not in the calldata.", fromText(said), fromCalldata(c.shown())))
	}
	return found
}

// renews: the text says in so many words that code is renewed, which DAOs
// with an executor do by running an action contract.
func (v *view) renews() bool {
	for _, w := range [...]string{"upgrad", "arbos", "implementation", "activat", "action contract", "migrat"} {
		if strings.Contains(v.lower, w) {
			return true
		}
	}
	return false
}

// fresh: no code stood there until shortly ago.
func (v *view) fresh(c *call) bool {
	f, read := v.fact(c)
	return read && (f.Since > 0 || f.Hash == "")
}

// executes: a multisend that was taken apart call by call, whose delegatecall
// brings no code of its own.
func (v *view) executes(c *call) bool {
	return c.Named && len(c.Nested) > 0 || v.knows(c.ChainID, c.Target)
}

// payloads are contracts that a proposal only sets off. Where the text names
// some, each that it does not name stands out; where it names none, one
// finding says so for all.
func payloads(v *view) []governance.Finding {
	var named, rest []governance.Finding
	for _, d := range v.deeds {
		if d.Kind != governance.EffectExecute || d.call.Delegate {
			continue
		}
		said, ok := v.says(d.call.ChainID, d.call.Target)
		f := finding(governance.Warn, d.call, "What this does is not in the calldata", "The code at "+d.call.Target+" decides it.", fromText(said), fromCalldata(d.call.shown()))
		if ok {
			f.Severity = governance.Info
			named = append(named, f)
		} else {
			rest = append(rest, f)
		}
	}
	if len(named) > 0 || len(rest) < 2 {
		return append(rest, named...)
	}
	all := rest[0]
	all.ActionIndex, all.Title = -1, "What the calls do is not in the calldata"
	all.Detail = fmt.Sprintf("The code of the contracts of %d calls decides it, and the text names none of them.", len(rest))
	return []governance.Finding{all}
}

func mints(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		if d.Kind == governance.EffectMint {
			found = append(found, finding(governance.Warn, d.call, "New tokens are made", "They dilute those who hold the token.", v.told(d), fromCalldata(d.call.shown())))
		}
	}
	return found
}

// unlimited: an approval that no balance can ever fill.
func (d deed) unlimited() bool {
	if d.Kind != governance.EffectApprove {
		return false
	}
	n, ok := new(big.Int).SetString(d.Amount, 10)
	return d.Amount == "all" || ok && isUnlimited(n)
}

func unlimitedApproval(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		over, held := v.overBalance(d)
		switch {
		case d.Kind != governance.EffectApprove || isCollection(d):
		case d.unlimited():
			found = append(found, finding(governance.Danger, d.call, "An approval without a limit", "The spender can take all of this token, now and later.", v.told(d), fromCalldata(d.call.shown())))
		case over:
			found = append(found, finding(governance.Warn, d.call, "An approval of more than there is", "The spender can take all of this token that the treasury has.", fromCalldata(d.call.shown()), fromChain(held)))
		}
	}
	return found
}

// overBalance: the approval is larger than what the treasury is known to have.
func (v *view) overBalance(d deed) (bool, string) {
	n, ok := new(big.Int).SetString(d.Amount, 10)
	for _, h := range v.Treasury {
		have, known := new(big.Int).SetString(h.Amount, 10)
		if ok && known && d.Kind == governance.EffectApprove && h.Chain == d.call.ChainID && strings.EqualFold(h.Token, d.Token) {
			return n.Cmp(have) > 0, h.Amount
		}
	}
	return false, ""
}

func isCollection(d deed) bool { return strings.HasPrefix(d.call.base(), "setapprovalforall") }

func approvalForAll(v *view) []governance.Finding {
	var found []governance.Finding
	for _, d := range v.deeds {
		if d.Kind == governance.EffectApprove && isCollection(d) {
			s := governance.Danger
			if v.knows(d.call.ChainID, d.To) {
				s = governance.Warn
			}
			found = append(found, finding(s, d.call, "An approval for a whole collection", "The operator can take every token of it.", v.told(d), fromCalldata(d.call.shown())))
		}
	}
	return found
}
