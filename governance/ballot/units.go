package ballot

import (
	"math/big"
	"strings"

	"mandate/governance"
)

// ParseUnits reads an amount of whole tokens, such as "1.5", as its smallest
// units. It is exact: more digits than the token has decimals are refused,
// unless they are zeros. Errors are Invalid.
func ParseUnits(amount string, decimals int) (*big.Int, error) {
	whole, fraction, dot := strings.Cut(amount, ".")
	switch {
	case decimals < 0 || decimals > governance.MaxDecimals:
		return nil, bad("The token says that it has %d decimals, which cannot be.", decimals)
	case len(amount) > 2*governance.MaxDecimals+40, !digits(whole), dot && !digits(fraction):
		return nil, bad("%.40q is not an amount: write it as 12 or 12.5.", amount)
	}
	if fraction = strings.TrimRight(fraction, "0"); len(fraction) > decimals {
		return nil, bad("%.40s has more decimals than the token's %d.", amount, decimals)
	}
	n, ok := new(big.Int).SetString(whole+fraction+strings.Repeat("0", decimals-len(fraction)), 10)
	if !ok {
		return nil, bad("%.40q is not an amount.", amount)
	}
	return n, nil
}

// ParseWei reads a decimal number of at most 256 bits, as nodes' answers are
// kept. Errors are Invalid.
func ParseWei(text string) (*big.Int, error) {
	n, ok := new(big.Int).SetString(text, 10)
	if !ok || !digits(text) || n.BitLen() > 256 {
		return nil, governance.Errorf(governance.Invalid, "%.80q is not a whole number of 256 bits.", text)
	}
	return n, nil
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
