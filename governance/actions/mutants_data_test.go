package actions

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// A mutant is a real proposal of ENS or Arbitrum in which one field of the
// calldata was changed while its text stayed. The field is always one that
// the text states: the amount of a call is changed only where the text gives
// that amount, a recipient or a target only where the text writes its address.
// A text that says "pay the team" and no address cannot contradict any
// address; such a change is a warning before as after (recipient_not_in_text,
// amount_not_in_text), and no plain code could call the one right and the
// other wrong. Selectors are changed and calls are added everywhere, since
// every text says, if only by silence, what is done.
type mutant struct {
	kind  string
	row   chainRow
	calls []governance.Call
	what  string
}

type breeder struct {
	rng  *rand.Rand
	rows []chainRow
	seen []*view // of each row, untouched
	env  dataWorld
}

func newBreeder(t testing.TB) *breeder {
	b := &breeder{rng: rand.New(rand.NewPCG(4, 2026)), env: newDataWorld(t)}
	for _, r := range chainRows(t) {
		if r.DAO == "aave" {
			continue
		}
		b.rows = append(b.rows, r)
		b.seen = append(b.seen, newView(b.env.context(r, r.calls())))
	}
	return b
}

// breed makes n mutants of a kind; a row that has no such field is passed over.
func (b *breeder) breed(kind string, n int) []mutant {
	var list []mutant
	change := map[string]func(int) (mutant, bool){"amount": b.amount, "decimals": b.decimals, "recipient": b.recipient, "target": b.target, "selector": b.selector, "added call": b.added}[kind]
	for tries := 0; len(list) < n && tries < 200*n; tries++ {
		at := b.rng.IntN(len(b.rows))
		if m, ok := change(at); ok {
			m.kind, m.row = kind, b.rows[at]
			list = append(list, m)
		}
	}
	return list
}

func (b *breeder) address() string {
	var a common.Address
	for i := range a {
		a[i] = byte(b.rng.UintN(256))
	}
	return a.Hex()
}

// stated picks an amount of row at that its text states.
func (b *breeder) stated(at int) (entry, bool) {
	var list []entry
	for _, e := range b.seen[at].ledger.entries {
		if e.match == matchExact {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return entry{}, false
	}
	return list[b.rng.IntN(len(list))], true
}

func (b *breeder) amount(at int) (mutant, bool) {
	e, ok := b.stated(at)
	if !ok {
		return mutant{}, false
	}
	n := whole(e.deed.Amount)
	percent := int64(110 + b.rng.IntN(900)) // 10% more up to ten times as much
	if b.rng.IntN(4) == 0 {
		percent = int64(10 + b.rng.IntN(80)) // or less
	}
	next := new(big.Int).Div(new(big.Int).Mul(n, big.NewInt(percent)), big.NewInt(100))
	return b.put(at, e, next)
}

func (b *breeder) decimals(at int) (mutant, bool) {
	e, ok := b.stated(at)
	if !ok {
		return mutant{}, false
	}
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt([]int64{1, 2, 3, 6, 12}[b.rng.IntN(5)]), nil)
	next := new(big.Int).Mul(whole(e.deed.Amount), power)
	if b.rng.IntN(2) == 0 {
		next.Div(whole(e.deed.Amount), power)
	}
	if next.Sign() == 0 || next.BitLen() > 160 {
		return mutant{}, false
	}
	return b.put(at, e, next)
}

// put writes another amount where e's stands in the calldata, or as its value.
func (b *breeder) put(at int, e entry, next *big.Int) (mutant, bool) {
	calls := b.rows[at].calls()
	c := &calls[e.deed.call.top]
	what := fmt.Sprintf("%s → %s of %s", e.deed.Amount, next, e.deed.Symbol)
	if e.deed.Token == "" && c.Value == e.deed.Amount {
		c.Value = next.String()
		return mutant{calls: calls, what: what}, true
	}
	old := fmt.Sprintf("%064x", whole(e.deed.Amount))
	i := strings.Index(strings.ToLower(c.Calldata), old)
	if i < 0 {
		return mutant{}, false
	}
	c.Calldata = c.Calldata[:i] + fmt.Sprintf("%064x", next) + c.Calldata[i+64:]
	return mutant{calls: calls, what: what}, true
}

func (b *breeder) recipient(at int) (mutant, bool) {
	v := b.seen[at]
	var list []party
	for _, p := range v.parties() {
		if v.named[strings.ToLower(p.address)] != nil && !isFree(p.address) {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return mutant{}, false
	}
	p := list[b.rng.IntN(len(list))]
	return b.readdress(at, p.call, p.address)
}

func (b *breeder) target(at int) (mutant, bool) {
	v := b.seen[at]
	var list []*call
	for _, c := range v.calls {
		if v.named[strings.ToLower(c.Target)] != nil && len(c.Calldata) >= 10 {
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return mutant{}, false
	}
	c := list[b.rng.IntN(len(list))]
	calls := b.rows[at].calls()
	if c.depth == 0 {
		calls[c.top].Target = b.address()
		return mutant{calls: calls, what: c.Target + " → " + calls[c.top].Target}, true
	}
	return b.readdress(at, c, c.Target)
}

// readdress puts a new address in the place of old in the call's data.
func (b *breeder) readdress(at int, c *call, old string) (mutant, bool) {
	calls := b.rows[at].calls()
	raw, next := &calls[c.top], b.address()
	what := old + " → " + next
	i := strings.Index(strings.ToLower(raw.Calldata), strings.ToLower(old[2:]))
	switch {
	case i >= 0:
		raw.Calldata = raw.Calldata[:i] + strings.ToLower(next[2:]) + raw.Calldata[i+40:]
	case strings.EqualFold(raw.Target, old):
		raw.Target = next
	default:
		return mutant{}, false
	}
	return mutant{calls: calls, what: what}, true
}

// otherSelectors are functions that take what is there, or nearly: the data
// behind them stays.
var otherSelectors = []string{"f2fde38b", "095ea7b3", "2f2ff15d", "3659cfe6", "4dd18bf5", "40c10f19", "a22cb465", "d547741f", "8f283970", "13af4035"}

func (b *breeder) selector(at int) (mutant, bool) {
	calls := b.rows[at].calls()
	i := b.rng.IntN(len(calls))
	if len(calls[i].Calldata) < 10 {
		return mutant{}, false
	}
	next := otherSelectors[b.rng.IntN(len(otherSelectors))]
	if b.rng.IntN(2) == 0 {
		next = hex.EncodeToString([]byte(b.address()[2:6]))
	}
	if next == calls[i].Calldata[2:10] {
		return mutant{}, false
	}
	what := calls[i].Calldata[:10] + " → 0x" + next
	calls[i].Calldata = "0x" + next + calls[i].Calldata[10:]
	return mutant{calls: calls, what: what}, true
}

// added puts one more call among the others: power or money to a stranger, or
// one of the calls once more.
func (b *breeder) added(at int) (mutant, bool) {
	calls := b.rows[at].calls()
	near := calls[b.rng.IntN(len(calls))]
	to := word(b.address())
	extra := governance.Call{Target: near.Target, Value: "0"}
	switch b.rng.IntN(9) {
	case 0:
		extra.Calldata = "0xf2fde38b" + to
	case 1:
		extra.Calldata = "0x2f2ff15d" + strings.Repeat("0", 64) + to
	case 2:
		extra.Calldata = "0x3659cfe6" + to
	case 3:
		extra.Target = b.token(at)
		extra.Calldata = "0x095ea7b3" + to + strings.Repeat("f", 64)
	case 4:
		extra.Target = b.token(at)
		extra.Calldata = "0xa9059cbb" + to + fmt.Sprintf("%064x", 1_000_000_000_000+b.rng.Int64N(1e18))
	case 5:
		extra.Target = b.address()
		extra.Value = strconv.FormatInt(1_000_000_000_000_000_000+b.rng.Int64N(1e18), 10)
		extra.Calldata = "0x"
	case 6:
		extra.Target = b.address()
		extra.Calldata = "0x" + hex.EncodeToString([]byte(b.address()[2:6])) + to
	case 7:
		extra.Calldata = "0x4dd18bf5" + to
	case 8:
		extra = near
		if extra.Value == "0" && len(extra.Calldata) <= 10 {
			return mutant{}, false
		}
	}
	i := b.rng.IntN(len(calls) + 1)
	return mutant{calls: slices.Insert(calls, i, extra), what: extra.Target + " " + extra.Value + " " + clip(extra.Calldata, 140)}, true
}

// token is one that the DAO has.
func (b *breeder) token(at int) string {
	if b.rows[at].DAO == "ens" {
		return "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
	}
	return "0x912CE59144191C1204E64559FE8253a0e49E6548"
}

// newFindings counts what the mutant raises beyond its untouched twin, by the
// worst severity.
func newFindings(before, after []governance.Finding) (worst governance.Severity, rules []string) {
	had := map[string]int{}
	for _, f := range before {
		had[f.Rule+string(f.Severity)]++
	}
	for _, f := range after {
		key := f.Rule + string(f.Severity)
		if had[key]--; had[key] >= 0 {
			continue
		}
		rules = append(rules, f.Rule)
		if f.Severity.Rank() > worst.Rank() {
			worst = f.Severity
		}
	}
	return worst, rules
}

// TestMutants breeds 1,000 mutants and counts how many raise a finding that
// their untouched twin does not: a warning at least.
func TestMutants(t *testing.T) {
	b := newBreeder(t)
	untouched := map[string][]governance.Finding{}
	for _, r := range b.rows {
		untouched[r.ID] = Check(b.env.context(r, r.calls()))
	}
	total, caught, dangers := 0, 0, 0
	for _, k := range []struct {
		kind string
		n    int
	}{{"amount", 200}, {"decimals", 150}, {"recipient", 200}, {"target", 150}, {"selector", 150}, {"added call", 150}} {
		list := b.breed(k.kind, k.n)
		byKind, dangerous := 0, 0
		for _, m := range list {
			worst, rules := newFindings(untouched[m.row.ID], Check(b.env.context(m.row, m.calls)))
			if worst.Rank() >= governance.Warn.Rank() {
				byKind++
			}
			if worst == governance.Danger {
				dangerous++
			} else {
				t.Logf("%s, only %q %v: %.50s %.60s: %s", m.kind, worst, rules, m.row.ID, m.row.Title, m.what)
			}
		}
		t.Logf("%-10s %d of %d caught, %d as danger", k.kind, byKind, len(list), dangerous)
		if len(list) != k.n {
			t.Errorf("%s: %d mutants instead of %d", k.kind, len(list), k.n)
		}
		total, caught, dangers = total+len(list), caught+byKind, dangers+dangerous
	}
	t.Logf("caught %d of %d (%.1f%%), as danger %d (%.1f%%)", caught, total, 100*float64(caught)/float64(total), dangers, 100*float64(dangers)/float64(total))
	if caught*100 < total*99 {
		t.Errorf("fewer than 99%% of the mutants are caught")
	}
}
