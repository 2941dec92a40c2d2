package governance

import (
	"math"
	"math/big"
	"slices"
	"strings"
)

// Demand is what a proposal's calls themselves would move and change. It
// comes from calldata alone; a text may only add to it.
type Demand struct {
	USD      float64 `json:"usd"`      // of sums with a known price, dollars
	Unpriced bool    `json:"unpriced"` // a sum without a price or a bound, or a call that could not be read
	Kind     Kind    `json:"kind"`     // "" = the calls do not tell
	Sums     []Sum   `json:"sums"`     // by token, the first three
	More     int     `json:"more"`     // tokens beyond them
}

// Sum is an amount of one token in whole tokens; Amount is "" where it has no
// bound or its decimals are not known.
type Sum struct {
	Amount string `json:"amount"`
	Token  string `json:"token"` // symbol, or shortened address
}

// maxSums is how many sums a Demand names.
const maxSums = 3

// demandSum is what leaves of one token.
type demandSum struct {
	symbol   string
	token    string
	decimals int
	amount   *big.Int // nil = no bound
}

// Demand adds up what the inspected calls would do.
func (i *Inspection) Demand() Demand {
	var d Demand
	sums := map[string]*demandSum{}
	var order []string
	changes := map[EffectKind]bool{}
	var walk func([]Action)
	walk = func(list []Action) {
		for n := range list {
			a := &list[n]
			d.Unpriced = d.Unpriced || !a.Named && a.Function == "" && len(a.Calldata) > 2
			for _, e := range a.Effects {
				changes[e.Kind] = true
				if key, ok := e.spends(); ok {
					if sums[key] == nil {
						sums[key] = &demandSum{symbol: e.Symbol, token: e.Token, decimals: e.Decimals, amount: new(big.Int)}
						order = append(order, key)
					}
					sums[key].add(e.Amount)
				}
			}
			walk(a.Nested)
		}
	}
	walk(i.Actions)
	for _, key := range order {
		d.take(sums[key])
	}
	d.Kind = kindOf(changes)
	return d
}

// spends reports whether an effect takes from the executor, and of what.
func (e *Effect) spends() (key string, ok bool) {
	switch e.Kind {
	case EffectTransfer, EffectStream:
		ok = e.From == "" && e.Amount != "0"
	case EffectApprove:
		ok = e.Amount != "0" && e.Amount != ""
	}
	return strings.ToLower(e.Token), ok
}

func (s *demandSum) add(amount string) {
	n, ok := new(big.Int).SetString(amount, 10)
	if s.amount == nil || !ok || n.Sign() < 0 || n.BitLen() > 128 { // without a bound, as allowances are
		s.amount = nil
		return
	}
	s.amount.Add(s.amount, n)
}

func (d *Demand) take(s *demandSum) {
	sum := Sum{Token: s.symbol}
	if sum.Token == "" && s.token != "" {
		sum.Token = s.token[:min(len(s.token), 8)] + "…"
	}
	price, priced := PriceTable(nil).PriceUSD(s.symbol)
	switch {
	case s.amount == nil || s.decimals < 0 || s.decimals > MaxDecimals:
		d.Unpriced = true
	default:
		sum.Amount = FormatUnits(s.amount, s.decimals)
		if f, _ := new(big.Float).SetInt(s.amount).Float64(); priced {
			d.USD += f / math.Pow10(s.decimals) * price
		} else {
			d.Unpriced = true
		}
	}
	if len(d.Sums) >= maxSums {
		d.More++
		return
	}
	d.Sums = append(d.Sums, sum)
}

// kindOf is the gravest of what changes.
func kindOf(changes map[EffectKind]bool) Kind {
	for _, row := range []struct {
		kind    Kind
		effects []EffectKind
	}{
		{KindUpgrade, []EffectKind{EffectUpgrade, EffectExecute}},
		{KindMeta, []EffectKind{EffectOwner, EffectGrant, EffectGovernance}},
		{KindToken, []EffectKind{EffectMint}},
		{KindParameter, []EffectKind{EffectParameter, EffectRevoke, EffectName}},
		{KindTreasury, []EffectKind{EffectTransfer, EffectApprove, EffectStream}},
	} {
		if slices.ContainsFunc(row.effects, func(e EffectKind) bool { return changes[e] }) {
			return row.kind
		}
	}
	return ""
}

// Add lets the calls speak before the text: the larger sum counts, and the
// calls' kind, but for grants and elections, which only a text can tell from
// other payments and powers.
func (f *Facts) Add(d *Demand) {
	if d == nil {
		return
	}
	f.AskUSD = math.Max(f.AskUSD, d.USD)
	f.Unpriced = f.Unpriced || d.Unpriced
	switch {
	case d.Kind == "", d.Kind == KindTreasury && f.Kind == KindGrant, d.Kind == KindMeta && f.Kind == KindElection:
	default:
		f.Kind = d.Kind
	}
}
