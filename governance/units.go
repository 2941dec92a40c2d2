package governance

import (
	"math/big"
	"strings"
)

// MaxDecimals is the most decimals of which one whole token still fits the 256
// bits that contracts count in. What a token says beyond it is not believed.
const MaxDecimals = 77

// FormatUnits writes smallest units as whole tokens, exactly, without zeros at
// the end: 1500000 with 6 decimals is "1.5". Decimals that cannot be are taken
// as none.
func FormatUnits(n *big.Int, decimals int) string {
	if n.Sign() < 0 {
		return "-" + FormatUnits(new(big.Int).Neg(n), decimals)
	}
	text := n.String()
	if decimals <= 0 || decimals > MaxDecimals {
		return text
	}
	if missing := decimals + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	cut := len(text) - decimals
	return strings.TrimSuffix(text[:cut]+"."+strings.TrimRight(text[cut:], "0"), ".")
}
