package governance

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestValuesCheck(t *testing.T) {
	good := Principle{ID: "p1", Text: "lean", Weight: 3, Leanings: map[string]int{"privacy": 2}}
	tests := []struct {
		name   string
		values Values
		fields []string
		says   string
	}{
		{"nothing stated", Values{}, nil, ""},
		{"good", Values{Principles: []Principle{good}, Rules: []Rule{{ID: "r1", When: Condition{MinUSD: 1}, Then: ThenAsk}}}, nil, ""},
		{"long statement", Values{Statement: strings.Repeat("ä", MaxStatement+1)}, []string{"statement"}, "8001 characters"},
		{"bad principle", Values{Principles: []Principle{{Weight: 6, Leanings: map[string]int{"luck": 1, "privacy": 3}}}},
			[]string{"principles[0].text", "principles[0].weight", "principles[0].leanings", "principles[0].leanings.privacy"}, "a weight is 1 to 5"},
		{"bad rule", Values{Rules: []Rule{{Then: "bribe"}}}, []string{"rules[0].then", "rules[0].when"}, `does "bribe"`},
		{"short address", Values{Rules: []Rule{{When: Condition{Follow: "0x71C4a0b1"}, Then: ThenAsk}}}, []string{"rules[0].when.follow"},
			"An address has 42 characters; this one has 10."},
		{"no sum", Values{Rules: []Rule{{When: Condition{MinUSD: math.NaN()}, Then: ThenAsk}}}, []string{"rules[0].when.min_usd"}, "dollars"},
		{"unknown kind and flag", Values{Rules: []Rule{{When: Condition{Kinds: []Kind{"x"}, Flags: []Flag{"y"}}, Then: ThenAsk}}},
			[]string{"rules[0].when.kinds", "rules[0].when.flags"}, "does not exist"},
		{"one id twice", Values{Principles: []Principle{good, good}}, []string{"principles[1].id"}, "used twice"},
		{"too many", Values{Principles: make([]Principle, MaxPrinciples+1)}, nil, "At most 24 principles fit; these are 25."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.values.Check()
			if tt.says == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if CodeOf(err) != Invalid || !strings.Contains(MessageOf(err), tt.says) {
				t.Errorf("got %v", err)
			}
			var fields []string
			for _, f := range tt.values.Faults() {
				fields = append(fields, f.Field)
			}
			if tt.fields != nil && !cmp.Equal(fields, tt.fields) {
				t.Errorf("fields %v, want %v", fields, tt.fields)
			}
		})
	}
}

func TestNormalizeValues(t *testing.T) {
	got := NormalizeValues(Values{
		Statement: "  one\r\ntwo\x00\u202e ",
		Principles: []Principle{
			{ID: "p1", Text: " lean\ttreasury\u200b ", Weight: 3, Leanings: map[string]int{"privacy": 0, "public_goods": 1}},
			{ID: "p1", Text: "b", Weight: 9}, {Text: "c", Weight: 1},
		},
		Rules: []Rule{{Text: "x", Then: ThenAsk, When: Condition{Follow: " 0xAB ", DAOs: []string{" Aave.eth ", "aave.eth", ""}}}},
	})
	want := Values{
		Statement: "one\ntwo",
		Principles: []Principle{
			{ID: "p1", Text: "lean treasury", Weight: 3, Leanings: map[string]int{"public_goods": 1}},
			{ID: "p2", Text: "b", Weight: 9, Leanings: map[string]int{}}, {ID: "p3", Text: "c", Weight: 1, Leanings: map[string]int{}},
		},
		Rules: []Rule{{ID: "r1", Text: "x", Then: ThenAsk, When: Condition{Follow: "0xab", DAOs: []string{"aave.eth"}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(got, NormalizeValues(got)); diff != "" {
		t.Error("not stable:", diff)
	}
}

func TestNormalizeValuesGivesEveryEntryItsOwnID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.SampledFrom([]string{"", "p1", "p2", "r1", " p1", "x"})
		var v Values
		for range rapid.IntRange(0, 6).Draw(t, "principles") {
			v.Principles = append(v.Principles, Principle{ID: id.Draw(t, "id"), Text: rapid.String().Draw(t, "text") + "x", Weight: 1})
		}
		for range rapid.IntRange(0, 6).Draw(t, "rules") {
			v.Rules = append(v.Rules, Rule{ID: id.Draw(t, "id"), Then: ThenAsk, When: Condition{MinUSD: 1}})
		}
		if err := NormalizeValues(v).Check(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestPriceUSD(t *testing.T) {
	table := PriceTable{"ENS": 20, "USDT": 0.5, "BAD": -1}
	tests := []struct {
		token string
		price float64
		ok    bool
	}{{"USDC", 1, true}, {" dai ", 1, true}, {"$", 1, true}, {"ens", 20, true}, {"USDT", 0.5, true}, {"BAD", 0, false}, {"UNI", 0, false}, {"", 0, false}}
	for _, tt := range tests {
		if price, ok := table.PriceUSD(tt.token); price != tt.price || ok != tt.ok {
			t.Errorf("%q: %v %v, want %v %v", tt.token, price, ok, tt.price, tt.ok)
		}
	}
	if _, ok := PriceTable(nil).PriceUSD("USDC"); !ok {
		t.Error("the nil table has no stablecoins")
	}
}
