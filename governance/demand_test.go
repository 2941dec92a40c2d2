package governance

import "testing"

func TestDemand(t *testing.T) {
	pay := func(amount, symbol string, decimals int) Effect {
		return Effect{Kind: EffectTransfer, Token: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", Symbol: symbol, Decimals: decimals, Amount: amount, To: "0x1"}
	}
	act := func(effects ...Effect) Action {
		return Action{Function: "f()", Named: true, Calldata: "0x12345678", Effects: effects}
	}
	for _, tt := range []struct {
		name     string
		actions  []Action
		usd      float64
		unpriced bool
		kind     Kind
		sum      string
	}{
		{"a payment", []Action{act(pay("25000000000", "USDC", 6))}, 25000, false, KindTreasury, "25000"},
		{"two of one token, nested", []Action{act(pay("1500000", "USDC", 6)), {Function: "g()", Named: true, Nested: []Action{act(pay("500000", "USDC", 6))}}}, 2, false, KindTreasury, "2"},
		{"no price", []Action{act(pay("1000000000000000000", "MOLE", 18))}, 0, true, KindTreasury, "1"},
		{"decimals not known", []Action{act(pay("5", "USDC", -1))}, 0, true, KindTreasury, ""},
		{"allowance without a bound", []Action{act(Effect{Kind: EffectApprove, Symbol: "USDC", Decimals: 6, Amount: "115792089237316195423570985008687907853269984665640564039457584007913129639935"})}, 0, true, KindTreasury, ""},
		{"from somebody else", []Action{act(Effect{Kind: EffectTransfer, Symbol: "USDC", Decimals: 6, Amount: "5", From: "0x2"})}, 0, false, KindTreasury, ""},
		{"upgrade beside a payment", []Action{act(pay("1000000", "USDC", 6)), act(Effect{Kind: EffectUpgrade})}, 1, false, KindUpgrade, "1"},
		{"a role", []Action{act(Effect{Kind: EffectGrant})}, 0, false, KindMeta, ""},
		{"unreadable", []Action{{Calldata: "0xdeadbeef"}}, 0, true, "", ""},
		{"nothing", nil, 0, false, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := Inspection{Actions: tt.actions}
			d := in.Demand()
			sum := ""
			if len(d.Sums) > 0 {
				sum = d.Sums[0].Amount
			}
			if d.USD != tt.usd || d.Unpriced != tt.unpriced || d.Kind != tt.kind || sum != tt.sum {
				t.Errorf("%+v, want %v %v %q %q", d, tt.usd, tt.unpriced, tt.kind, tt.sum)
			}
		})
	}
}

// What a text says may only add.
func TestFactsAdd(t *testing.T) {
	f := Facts{AskUSD: 15000, Kind: KindGrant}
	f.Add(&Demand{USD: 150000, Kind: KindTreasury})
	if f.AskUSD != 150000 || f.Kind != KindGrant || f.Unpriced {
		t.Errorf("a larger payment: %+v", f)
	}
	f.Add(&Demand{USD: 1, Kind: KindUpgrade, Unpriced: true})
	if f.AskUSD != 150000 || f.Kind != KindUpgrade || !f.Unpriced {
		t.Errorf("an upgrade: %+v", f)
	}
	f.Add(nil)
}
