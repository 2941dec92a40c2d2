package governance

import (
	"slices"
	"strings"
)

// PriceTable holds dollars for one token, by upper-case symbol, as the owner
// wrote them down. Nothing is fetched. A nil table is valid.
type PriceTable map[string]float64

// Stablecoins lists the symbols that count as one dollar.
func Stablecoins() []string {
	return []string{
		"USD", "$", "USDC", "USDT", "DAI", "USDS", "XDAI", "WXDAI", "USDC.E", "USDCX", "USDBC", "TUSD", "USDP",
		"GUSD", "PYUSD", "FDUSD", "BUSD", "LUSD", "FRAX", "GHO", "CRVUSD", "SUSD",
	}
}

// PriceUSD returns the dollars for one token. The owner's table goes before
// the list of stablecoins, for the day on which one loses its peg. An unknown
// token has no price, which is not the same as 0.
func (t PriceTable) PriceUSD(token string) (float64, bool) {
	symbol := strings.ToUpper(strings.TrimSpace(token))
	if price, ok := t[symbol]; ok && price >= 0 {
		return price, true
	}
	if symbol != "" && slices.Contains(Stablecoins(), symbol) {
		return 1, true
	}
	return 0, false
}
