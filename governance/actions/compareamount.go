package actions

import (
	"math/big"
	"sort"
	"strconv"
	"strings"

	"mandate/governance"
)

// match is how an amount of the calldata stands to the text.
type match int

const (
	matchNone    match = iota // the text says nothing that bears on it
	matchExact                // stated, or within the rounding that the text shows
	matchSum                  // a sum of stated amounts
	matchShifted              // stated, but for a power of ten
	matchOther                // other amounts of this token are stated, and no call moves those
	matchToken                // stated, but of another token
	matchExtra                // all that the text states is moved by other calls
)

// entry is an amount that a call moves, with its counterpart in the text.
type entry struct {
	deed   deed
	value  string // plain decimal in tokens; "" = decimals not known
	number float64
	match  match
	claim  *Claim // the text's side, nil = none
}

// ledger sets the amounts of the calldata against those of the text.
type ledger struct {
	claims   []*Claim         // amounts, in text order
	byValue  map[string][]int // by plain decimal
	byDigits map[string][]int // by significant digits
	sorted   []int            // by number
	numbers  []float64        // of claims
	used     map[int]bool     // claims that some call fulfils
	entries  []entry
	byCall   map[*call][]int // entries
}

func newLedger(v *view) *ledger {
	l := &ledger{byValue: map[string][]int{}, byDigits: map[string][]int{}, used: map[int]bool{}, byCall: map[*call][]int{}}
	for i := range v.claims {
		if v.claims[i].Kind == ClaimAmount {
			l.record(&v.claims[i])
		}
	}
	sort.SliceStable(l.sorted, func(i, j int) bool { return l.numbers[l.sorted[i]] < l.numbers[l.sorted[j]] })
	for _, d := range v.deeds {
		if d.Symbol == "" && d.Token != "" && v.knows(d.call.ChainID, d.Token) {
			d.Symbol = anySymbol
		}
		if e, ok := newEntry(d); ok {
			l.byCall[d.call] = append(l.byCall[d.call], len(l.entries))
			l.entries = append(l.entries, e)
		}
	}
	l.settle()
	return l
}

func (l *ledger) record(c *Claim) {
	i := len(l.claims)
	l.claims = append(l.claims, c)
	l.byValue[c.Value] = append(l.byValue[c.Value], i)
	l.byDigits[digitsOf(c.Value)] = append(l.byDigits[digitsOf(c.Value)], i)
	number, _ := strconv.ParseFloat(c.Value, 64)
	l.numbers = append(l.numbers, number)
	l.sorted = append(l.sorted, i)
}

// newEntry: only sums of money that are known and bounded can be compared.
func newEntry(d deed) (entry, bool) {
	switch d.Kind {
	case governance.EffectTransfer, governance.EffectApprove, governance.EffectMint, governance.EffectStream:
	default:
		return entry{}, false
	}
	raw, ok := new(big.Int).SetString(d.Amount, 10)
	if !ok || raw.Sign() <= 0 || isUnlimited(raw) {
		return entry{}, false
	}
	e := entry{deed: d}
	if d.Decimals >= 0 && d.Decimals <= 77 {
		e.value = plainDecimal(raw.String(), d.Decimals)
		e.number, _ = strconv.ParseFloat(e.value, 64)
	}
	return e, true
}

// isUnlimited: no supply comes near 2^160; such approvals mean "all, for ever".
// Some tokens hold amounts in 96 bits, whose largest value means the same.
func isUnlimited(n *big.Int) bool {
	return n.BitLen() > 160 || n.BitLen() == 96 && n.Cmp(new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 96), big.NewInt(1))) == 0
}

// headline returns the first amount of a token in the title that no call
// moves, alone or all together, nil = none. A title that speaks of money which
// stays where it is, while other money moves, is what people would vote on.
func (l *ledger) headline(title int) *Claim {
	sums := map[string]float64{}
	for i := range l.entries {
		if e := &l.entries[i]; e.deed.Kind != governance.EffectApprove {
			sums[e.deed.Symbol] += e.number
		}
	}
	for i, c := range l.claims {
		if c.From >= title || c.Token == "" || l.used[i] || l.numbers[i] == 0 {
			continue
		}
		moved, met := false, false
		for symbol, sum := range sums {
			if sameToken(c.Token, symbol) {
				moved = true
				met = met || rounds(c, l.numbers[i], sum)
			}
		}
		if moved && !met {
			return c
		}
	}
	return nil
}

// plainDecimal shifts a whole number right by decimals digits.
func plainDecimal(raw string, decimals int) string {
	if decimals > 0 {
		for len(raw) <= decimals {
			raw = "0" + raw
		}
		raw = raw[:len(raw)-decimals] + "." + raw[len(raw)-decimals:]
		raw = strings.TrimRight(strings.TrimRight(raw, "0"), ".")
	}
	return raw
}

// digitsOf is what stays of a number when powers of ten do not count.
func digitsOf(value string) string {
	return strings.Trim(strings.ReplaceAll(value, ".", ""), "0")
}

// settle first finds every entry that the text states, so that what is left
// over on both sides can then be set against each other.
func (l *ledger) settle() {
	bare := map[int]int{}
	for i := range l.entries {
		at := l.stated(&l.entries[i])
		if at >= 0 && l.claims[at].Token == "" && l.claims[at].Value == l.entries[i].value {
			bare[i] = at
		} else if at >= 0 {
			l.settleAs(i, at)
		}
	}
	// A number without a token says less than the same digits with it: "90"
	// in "90 days" is not what "90,000 ENS" became.
	for i := range l.entries {
		if at, ok := bare[i]; ok {
			if s := l.shifted(&l.entries[i]); s < 0 || l.claims[s].Token == "" {
				l.settleAs(i, at)
			}
		}
	}
	l.settleTotals()
	for i := range l.entries {
		if l.entries[i].match == matchNone {
			l.settleRest(&l.entries[i])
		}
	}
}

func (l *ledger) settleAs(entry, claim int) {
	l.entries[entry].match, l.entries[entry].claim = matchExact, l.claims[claim]
	l.useAll(claim)
}

// useAll marks every mention of the same sum.
func (l *ledger) useAll(at int) {
	for _, i := range l.byValue[l.claims[at].Value] {
		l.used[i] = true
	}
}

// stated returns the claim that states e, -1 = none.
func (l *ledger) stated(e *entry) int {
	if raw := e.deed.Amount; len(raw) >= 9 && (e.value != "" || l.otherToken(e) < 0) {
		for _, i := range l.byValue[raw] {
			if l.claims[i].Token == "" && strings.Contains(l.claims[i].Text, raw) {
				return i
			}
		}
	}
	if e.value == "" {
		return -1
	}
	best := -1
	for _, i := range l.byValue[e.value] {
		if c := l.claims[i]; sameToken(c.Token, e.deed.Symbol) && (best < 0 || l.claims[best].Token == "") {
			best = i
		}
	}
	if best >= 0 {
		return best
	}
	return l.rounded(e)
}

// rounded looks for a claim that is e as far as its writing shows.
func (l *ledger) rounded(e *entry) int {
	from := sort.Search(len(l.sorted), func(i int) bool { return l.numbers[l.sorted[i]] >= e.number*0.94 })
	for ; from < len(l.sorted); from++ {
		i := l.sorted[from]
		if l.numbers[i] > e.number*1.06+1e-9 {
			return -1
		}
		if c := l.claims[i]; sameToken(c.Token, e.deed.Symbol) && rounds(c, l.numbers[i], e.number) {
			return i
		}
	}
	return -1
}

// rounds: an exact-looking number may differ by less than its last digit, a
// scaled one ("1.9M") by one per cent, one that is called rough by five.
func rounds(c *Claim, stated, moved float64) bool {
	diff := stated - moved
	if diff < 0 {
		diff = -diff
	}
	switch {
	case diff <= moved*1e-9:
		return true
	case c.Approx:
		return diff <= stated*0.05
	case c.Scaled:
		return diff <= stated*0.01
	}
	_, fraction, _ := strings.Cut(c.Value, ".")
	unit := 1.0
	for range min(len(fraction), 15) {
		unit /= 10
	}
	return (fraction != "" || stated >= 1000) && diff < unit
}

// settleTotals: equal parts of a stated total count as stated.
func (l *ledger) settleTotals() {
	totals := map[string]*entry{}
	for i := range l.entries {
		e := &l.entries[i]
		key := string(e.deed.Kind) + strings.ToLower(e.deed.Token) + e.deed.Amount
		if t := totals[key]; t != nil {
			t.number += e.number
			continue
		}
		sum := *e
		totals[key] = &sum
	}
	for i := range l.entries {
		e := &l.entries[i]
		t := totals[string(e.deed.Kind)+strings.ToLower(e.deed.Token)+e.deed.Amount]
		if e.match != matchNone || e.value == "" || t.number == e.number {
			continue
		}
		if at := l.rounded(t); at >= 0 && l.claims[at].Token != "" {
			e.match, e.claim = matchExact, l.claims[at]
			l.useAll(at)
		}
	}
}

func (l *ledger) settleRest(e *entry) {
	if at := l.shifted(e); at >= 0 {
		e.match, e.claim = matchShifted, l.claims[at]
		return
	}
	if parts := l.parts(e); len(parts) > 0 {
		e.match, e.claim = matchSum, l.claims[parts[0]]
		return
	}
	if at := l.orphan(e); at >= 0 {
		e.match, e.claim = matchOther, l.claims[at]
		return
	}
	if at := l.otherToken(e); at >= 0 {
		e.match, e.claim = matchToken, l.claims[at]
		return
	}
	for i := range l.entries {
		if o := &l.entries[i]; o.match == matchExact && sameSymbol(o.deed.Symbol, e.deed.Symbol) {
			e.match, e.claim = matchExtra, o.claim
			return
		}
	}
}

// shifted finds an unused claim with the same digits.
func (l *ledger) shifted(e *entry) int {
	digits := digitsOf(e.value)
	if digits == "" {
		return -1
	}
	best := -1
	for _, i := range l.byDigits[digits] {
		c := l.claims[i]
		if l.used[i] || !sameToken(c.Token, e.deed.Symbol) || c.Token == "" && len(digits) < 3 {
			continue
		}
		if best < 0 || l.claims[best].Token == "" {
			best = i
		}
	}
	return best
}

// orphan finds an explicit amount of the same token that no call moves; the
// nearest in size says most.
func (l *ledger) orphan(e *entry) int {
	best := -1
	for i, c := range l.claims {
		if l.used[i] || c.Token == "" || e.value == "" || l.numbers[i] == 0 || !sameToken(c.Token, e.deed.Symbol) {
			continue
		}
		if best < 0 || distance(l.numbers[i], e.number) < distance(l.numbers[best], e.number) {
			best = i
		}
	}
	return best
}

func distance(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	return a / (b + 1e-30)
}

// otherToken finds the same sum of another token, or, for a token that nobody
// knows, the sum that it would be with usual decimals.
func (l *ledger) otherToken(e *entry) int {
	values := []string{e.value}
	if e.value == "" {
		values = []string{plainDecimal(e.deed.Amount, 6), plainDecimal(e.deed.Amount, 18), plainDecimal(e.deed.Amount, 8)}
	}
	for _, value := range values {
		for _, i := range l.byValue[value] {
			if l.claims[i].Token != "" && !l.used[i] {
				return i
			}
		}
	}
	return -1
}

const maxParts = 24

// parts finds two or three stated amounts of the token that add up to e.
func (l *ledger) parts(e *entry) []int {
	var own []int
	seen := map[string]bool{}
	for i, c := range l.claims {
		if c.Token != "" && sameToken(c.Token, e.deed.Symbol) && l.numbers[i] < e.number && !seen[c.Value] && len(own) < maxParts {
			seen[c.Value] = true
			own = append(own, i)
		}
	}
	near := func(sum float64) bool { return sum-e.number < e.number*1e-6 && e.number-sum < e.number*1e-6 }
	for a := range own {
		for b := a + 1; b < len(own); b++ {
			sum := l.numbers[own[a]] + l.numbers[own[b]]
			if near(sum) {
				return []int{own[a], own[b]}
			}
			for _, c := range own[b+1:] {
				if near(sum + l.numbers[c]) {
					return []int{own[a], own[b], c}
				}
			}
		}
	}
	return nil
}
