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

// CoinSymbol is a chain's own coin, "" = not known.
func CoinSymbol(chain uint64) string {
	switch chain {
	case 1, 10, 130, 324, 480, 8453, 34443, 42161, 42170, 57073, 59144, 81457, 534352, 7777777, 11155111, 421614, 11155420, 84532, 31337:
		return "ETH"
	case 56:
		return "BNB"
	case 100:
		return "xDAI"
	case 137:
		return "POL"
	case 43114:
		return "AVAX"
	case 42220:
		return "CELO"
	case 250:
		return "FTM"
	case 1284:
		return "GLMR"
	case 5000:
		return "MNT"
	}
	return ""
}
