package governance_test

import (
	"math/big"
	"testing"

	"mandate/governance"
)

func TestFormatUnits(t *testing.T) {
	for _, c := range []struct {
		units    string
		decimals int
		want     string
	}{
		{"0", 18, "0"},
		{"1500000", 6, "1.5"},
		{"-1500000", 6, "-1.5"},
		{"1000000", 6, "1"},
		{"1", 18, "0.000000000000000001"},
		{"120", 0, "120"},
		{"120", -1, "120"},
		{"120", 78, "120"},
		{"1", 77, "0.00000000000000000000000000000000000000000000000000000000000000000000000000001"},
		{"115792089237316195423570985008687907853269984665640564039457584007913129639935", 77,
			"1.15792089237316195423570985008687907853269984665640564039457584007913129639935"},
	} {
		n, _ := new(big.Int).SetString(c.units, 10)
		if got := governance.FormatUnits(n, c.decimals); got != c.want {
			t.Errorf("%s with %d decimals is %s, want %s", c.units, c.decimals, got, c.want)
		}
	}
}
