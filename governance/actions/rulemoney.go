package actions

import (
	"fmt"
	"math/big"
	"strings"

	"mandate/governance"
)

// The shares of a treasury that matter.
const (
	shareInfo   = 0.01
	shareWarn   = 0.05
	shareDanger = 0.25
)

// treasuryShare sets what leaves against what there is: by worth where every
// price is known, else token by token.
func treasuryShare(v *view) []governance.Finding {
	out := v.outflows()
	var found []governance.Finding
	total, worth := 0.0, 0.0
	priced := true
	for _, h := range v.Treasury {
		total += h.USD
		o, moved := out[holdingKey(h.Chain, h.Token)]
		if !moved {
			continue
		}
		share := ratio(o.amount, whole(h.Amount))
		worth += share * h.USD
		priced = priced && h.USD > 0
		found = append(found, shareOf(o, share, "of the treasury's "+clip(h.Symbol, 40))...)
	}
	if priced && total > 0 && len(out) > 0 && worth > 0 {
		found = keepWorst(shareOf(v.first(out), worth/total, "of the treasury by worth"), found)
	}
	if len(out) > 0 && len(v.Treasury) == 0 {
		return []governance.Finding{finding(governance.Info, v.first(out).call, "How much of the treasury this is, is not known", "The treasury's holdings were not read.")}
	}
	return found
}

// keepWorst: a share by worth replaces shares by token, but a token that is
// emptied stays in sight.
func keepWorst(byWorth, byToken []governance.Finding) []governance.Finding {
	for _, f := range byToken {
		if f.Severity == governance.Danger {
			if len(byWorth) == 0 || byWorth[0].Severity != governance.Danger {
				f.Severity = governance.Warn
			}
			byWorth = append(byWorth, f)
		}
	}
	return byWorth
}

// outflow is all that leaves of one token.
type outflow struct {
	amount *big.Int
	call   *call
}

func holdingKey(chain uint64, token string) string {
	return fmt.Sprint(chain, ":", strings.ToLower(token))
}

func (v *view) outflows() map[string]outflow {
	out := map[string]outflow{}
	for i := range v.ledger.entries {
		d := v.ledger.entries[i].deed
		if d.Kind == governance.EffectMint || d.Kind == governance.EffectStream || v.own(d.To) {
			continue
		}
		key := holdingKey(d.call.ChainID, d.Token)
		o, ok := out[key]
		if !ok {
			o = outflow{new(big.Int), d.call}
		}
		o.amount.Add(o.amount, whole(d.Amount))
		out[key] = o
	}
	return out
}

// first is the outflow of the earliest call.
func (v *view) first(out map[string]outflow) outflow {
	var best outflow
	for _, o := range out {
		if best.call == nil || o.call.top < best.call.top {
			best = o
		}
	}
	return best
}

func ratio(a, b *big.Int) float64 {
	if a == nil || b == nil || b.Sign() <= 0 {
		return 1
	}
	f, _ := new(big.Rat).SetFrac(a, b).Float64()
	return f
}

func shareOf(o outflow, share float64, of string) []governance.Finding {
	s := governance.Info
	switch {
	case share < shareInfo || o.call == nil:
		return nil
	case share >= shareDanger:
		s = governance.Danger
	case share >= shareWarn:
		s = governance.Warn
	}
	return []governance.Finding{finding(s, o.call, "A part of the treasury leaves", fmt.Sprintf("%.1f%% %s.", share*100, of), fromCalldata(o.call.shown()))}
}
