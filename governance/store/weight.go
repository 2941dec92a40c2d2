package store

import (
	"math"
	"math/big"
	"strings"

	"mandate/governance"
)

// fractional is the support value of a vote whose parameters split it.
const fractional = 255

// fractionalParams is how long those are: three uint128 after "0x".
const fractionalParams = 2 + 3*32

// number is a decimal amount as a float, for sorting and charts; 0 for what is
// not one.
func number(amount string) float64 {
	if amount == "" || len(amount) > 78 || strings.Trim(amount, "0123456789") != "" {
		return 0
	}
	n, _, err := big.ParseFloat(amount, 10, 64, big.ToNearestEven)
	if err != nil {
		return 0
	}
	v, _ := n.Float64()
	return v
}

// split is a vote's weight against, for and abstaining, in the token's
// smallest unit.
func split(e governance.Event) (parts [3]float64) {
	for i, n := range exactSplit(e) {
		parts[i], _ = new(big.Float).SetInt(n).Float64()
	}
	return parts
}

// exactSplit is split without rounding.
func exactSplit(e governance.Event) [3]*big.Int {
	parts := [3]*big.Int{new(big.Int), new(big.Int), new(big.Int)}
	switch {
	case e.Support < 3:
		if n, ok := new(big.Int).SetString(e.Weight, 10); ok && n.Sign() >= 0 && len(e.Weight) <= 78 {
			parts[e.Support] = n
		}
	case e.Support == fractional && len(e.Params) == fractionalParams:
		for i := range parts {
			if n, ok := new(big.Int).SetString(e.Params[2+32*i:34+32*i], 16); ok && n.Sign() >= 0 {
				parts[i] = n
			}
		}
	}
	return parts
}

// tokens turns an amount in the smallest unit into whole tokens.
func tokens(amount float64, decimals int) float64 {
	if decimals < 0 || decimals > 255 {
		return amount
	}
	return amount / math.Pow10(decimals)
}
