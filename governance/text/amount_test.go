package text

import (
	"fmt"
	"strings"
	"testing"
)

func TestAmounts(t *testing.T) {
	tests := []struct{ in, want string }{
		{"pay 50,000 USDC to Ada", "50000 USDC"},
		{"pay USDC 50,000 to Ada", "50000 USDC"},
		{"$250k a year", "250000 USD"},
		{"$ 150,000 USD", "150000 USD"},
		{"$1.5M and €2,5 million", "1500000 USD|2500000 EUR"},
		{"1.500,50 EUR or 1,500.50 EUR", "1500.5 EUR|1500.5 EUR"},
		{"16’000 USDC and $5'000", "16000 USDC|5000 USD"},
		{"1 500 000 DAI", "1500000 DAI"},
		{"250 million ARB", "250000000 ARB"},
		{"6.375M USDC", "6375000 USDC"},
		{"100 $FWB and $FWB 100", "100 FWB|100 FWB"},
		{"0.25M aEthUSDT", "250000 AETHUSDT"},
		{"**1,484** FWB", "1484 FWB"},
		{"各500个Heron, (b) 4 * $ 181 and 12 gabUSDC.v1", "500 HERON|4|181 USD|12 GABUSDC.V1"},
		{"总共1748.19枚aWSB，5万USDT", "1748.19 AWSB|50000 USDT"},
		{"약 2억원", "200000000 KRW"},
		{"a fee of 0.5% or 25 bps", "0.5 %|25 %"},
		{"50ETH", "50 ETH"},
		{"10 dollars", "10 USD"},
		{"3-5 ETH", "3|5 ETH"},
		{"v3.1 and EIP-712 and #42 and 0x57e6aa36 and https://a.example/50USDC", ""},
		{"for 3 months with 5 FWB members", "3|5"},
		{"in 2021 100 people", "2021|100"},
		{"2 of 3 DAO signers", "2|3"},
		{"1.2.3 is a version", ""},
		{"LOOM 12,800 a month, EIP 1559", "12800 LOOM|1559"},
		{"stake $1INCH and 1INCH, pay $50USDC", "50 USDC"},
	}
	for _, tt := range tests {
		var got []string
		for _, a := range Amounts(tt.in) {
			unit := a.Token
			if a.Percent {
				unit = "%"
			}
			got = append(got, strings.TrimSpace(a.Value+" "+unit))
		}
		if g := strings.Join(got, "|"); g != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, g, tt.want)
		}
	}
}

func TestAmountOffsets(t *testing.T) {
	const s = "Señor Año gets $5,000 and 5万 USDC."
	var got []string
	for _, a := range Amounts(s) {
		got = append(got, string([]rune(s)[a.Start:a.End]))
	}
	if fmt.Sprint(got) != "[$5,000 5万 USDC]" {
		t.Errorf("got %q", got)
	}
}

func TestDatesAndAddresses(t *testing.T) {
	const s = "From 2024-05-31 to June 5th, 2025 (Q3 2025, 5 Jul 2025, 2024年5月31日) pay 0x00000000000000000000000000000000000000aB or ada.eth, see https://x.eth.example/a"
	var got []string
	for _, d := range Dates(s) {
		got = append(got, d.Text)
	}
	for _, a := range Addresses(s) {
		got = append(got, a.Text)
	}
	want := "2024-05-31|June 5th, 2025|Q3 2025|5 Jul 2025|2024年5月31日|0x00000000000000000000000000000000000000aB|ada.eth"
	if g := strings.Join(got, "|"); g != want {
		t.Errorf("got %s", g)
	}
}

func FuzzAmounts(f *testing.F) {
	for _, s := range []string{"$1,500.50", "1 000 000", "5万USDT", "0x12", "1.2.3", "50%", "US$5k", "1'000’000", "9\u00a0000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		s, _ := Canonical(raw)
		runes := []rune(s)
		last := 0
		for _, a := range Amounts(s) {
			if a.From < 0 || a.To > len(s) || a.From >= a.To || a.Start < last && a.Token == "" || string(runes[a.Start:a.End]) != s[a.From:a.To] {
				t.Fatalf("%+v in %q", a, s)
			}
			if strings.Trim(a.Value, "0123456789.") != "" || a.Value == "" {
				t.Fatalf("value %q in %q", a.Value, s)
			}
			last = a.Start
		}
		Dates(s)
		Addresses(s)
	})
}
