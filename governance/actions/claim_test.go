package actions

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"mandate/governance"
)

// TestClaims: what a text states, as kind, word for word and what it means.
func TestClaims(t *testing.T) {
	data := "0xa9059cbb" + strings.Repeat("0", 128)
	tests := []struct {
		text string
		want []string
	}{
		{"Pay 1,000 USDC", []string{"amount 1,000 USDC=1000 USDC", "verb Pay"}},
		{"42.500 ARB", []string{"amount 42.500 ARB=42.5 ARB", "amount 42.500 ARB=42500 ARB"}},
		{"1.9M USDC", []string{"amount 1.9M USDC=1900000 USDC"}},
		{"517,500e6 units", []string{"amount 517,500e6=517500 "}},
		{"3% of it, at 20 gwei", nil},
		{"to " + strings.ToLower(alice), []string{"address " + strings.ToLower(alice) + "=" + strings.ToLower(alice)}},
		{"to a.eth", []string{"name a.eth"}},
		{"data " + data, []string{"calldata " + data + "=" + data}},
		{"call `setFee` now", []string{"function setFee! setFee"}},
		{"setFee(uint256) it is", []string{"function setFee setFee"}},
		{"anyone may call `resume` later", []string{"function resume resume"}},
		{"Lower the quorum", []string{"verb quorum quorum"}},
		{"", nil},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			var got []string
			for _, c := range Claims(tt.text) {
				got = append(got, claimText(c))
			}
			for _, want := range tt.want {
				if !strings.Contains("\n"+strings.Join(got, "\n")+"\n", "\n"+want+"\n") {
					t.Errorf("no %q in %q", want, got)
				}
			}
			for _, g := range got {
				if len(tt.want) == 0 && strings.HasPrefix(g, "amount") {
					t.Errorf("%q is no amount", g)
				}
			}
		})
	}
}

func claimText(c Claim) string {
	s := string(c.Kind) + " " + c.Text
	switch c.Kind {
	case ClaimAmount:
		return s + "=" + c.Value + " " + c.Token
	case ClaimAddress:
		return s + "=" + c.Address
	case ClaimCalldata:
		return s + "=" + c.Value
	case ClaimFunction:
		if c.Asked {
			s += "!"
		}
		return s + " " + c.Value
	}
	return strings.TrimSpace(s + " " + c.Setting)
}

// FuzzClaims: any text, no panic, offsets inside the text, and what is quoted
// stands there.
func FuzzClaims(f *testing.F) {
	for _, c := range ruleCases() {
		f.Add(c.c.Text)
	}
	f.Add("42.500 ARB 1e18 0x 0xa9059cbb `f` f( 1e 9.e7 K 1.")
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range Claims(s) {
			if c.From < 0 || c.To > len(s) || c.From >= c.To || s[c.From:c.To] != c.Text {
				t.Fatalf("%+v does not stand in %q", c, s)
			}
		}
	})
}

// FuzzCheck: any text and any calldata, no panic, the worst first, every
// finding of a rule of the table and about a call that is there.
func FuzzCheck(f *testing.F) {
	f.Add("Pay 1,000 USDC to "+alice, []byte{0xa9, 0x05, 0x9c, 0xbb}, "0")
	f.Add("Approves `approve` for K "+alice, []byte{0x09, 0x5e, 0xa7, 0xb3, 0, 0, 0, 0}, "1000000000000000000")
	f.Add("revoke 0x", []byte{0x8d, 0x80, 0xff, 0x0a, 0xff}, "-1")
	ids := map[string]bool{}
	for _, r := range Rules() {
		ids[r.ID] = true
	}
	f.Fuzz(func(t *testing.T, s string, data []byte, value string) {
		call := governance.Call{Target: coin, Value: value, Calldata: fmt.Sprintf("0x%x", data)}
		calls := []governance.Call{call, {Target: vault, Value: "0", Calldata: call.Calldata}}
		c := ctx(s, Decode(Input{ChainID: 1, Calls: calls})...)
		c.Proposal = onChain(calls...)
		worst := governance.Danger.Rank()
		for _, found := range Check(c) {
			if found.Severity.Rank() > worst || !ids[found.Rule] || found.ActionIndex < -1 || found.ActionIndex >= len(calls) {
				t.Fatalf("%+v", found)
			}
			worst = found.Severity.Rank()
		}
	})
}

// long is a text of about n bytes with claims of every kind.
func long(n int) string {
	line := "Pay 1,234.5 USDC to " + alice + " by calling `transfer` and approve 7 ETH; the K quorum of " + strings.Repeat("words ", 12) + "\n\n"
	return strings.Repeat(line, n/len(line)+1)[:n]
}

// BenchmarkClaims has the same time per byte for both sizes.
func BenchmarkClaims(b *testing.B) {
	for _, n := range []int{64 << 10, 1 << 20} {
		s := long(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.SetBytes(int64(n))
			for b.Loop() {
				Claims(s)
			}
		})
	}
}

// BenchmarkCheckLong sets a long text against 500 calls.
func BenchmarkCheckLong(b *testing.B) {
	for _, n := range []int{64 << 10, 1 << 20} {
		c := ctx(long(n), many(250, many(250)...)...)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.SetBytes(int64(n))
			for b.Loop() {
				Check(c)
			}
		})
	}
}

// BenchmarkCheck checks every real proposal; decoding is not counted.
func BenchmarkCheck(b *testing.B) {
	env := newDataWorld(b)
	var list []Context
	for _, r := range chainRows(b) {
		list = append(list, env.context(r, r.calls()))
	}
	b.ResetTimer()
	began, n := time.Now(), 0
	for b.Loop() {
		for _, c := range list {
			Check(c)
			n++
		}
	}
	b.ReportMetric(float64(n)/time.Since(began).Seconds(), "proposals/s")
}

// TestLongText: a megabyte with 500 calls is checked whole.
func TestLongText(t *testing.T) {
	c := ctx(long(1<<20), many(500)...)
	c.Text += "\nThe end names " + stranger
	if found := Check(c); len(found) == 0 {
		t.Error("nothing was found")
	}
}
