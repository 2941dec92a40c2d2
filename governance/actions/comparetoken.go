package actions

import "strings"

// stablecoins stand for dollars where a text gives dollars.
const stablecoins = " USDC USDT DAI USDS SUSDS SDAI GHO FRAX LUSD BUSD TUSD USDP PYUSD CRVUSD XDAI USDE RLUSD USDCX USDBC "

// anySymbol stands for a token that is known by its address and whose symbol
// was not read: it contradicts no symbol in a text.
const anySymbol = "*"

// sameToken reports whether a symbol in the text may mean the token; "" on
// either side may mean any.
func sameToken(stated, symbol string) bool {
	if stated == "" {
		return true
	}
	switch symbol {
	case "":
		return false
	case anySymbol:
		return true
	}
	if stated == "USD" && strings.Contains(stablecoins, " "+trimToken(strings.ToUpper(symbol))+" ") {
		return true
	}
	return sameSymbol(stated, symbol)
}

// sameSymbol: spelled alike, but for a chain's suffix, a wrapper's letter and
// the wrapped form of a chain's coin.
func sameSymbol(a, b string) bool {
	a, b = plainSymbol(a), plainSymbol(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == b || len(a) >= 3 && len(b) == len(a)+1 && (b[len(a):] == "X" && b[:len(a)] == a)
}

func plainSymbol(s string) string {
	s = trimToken(strings.ToUpper(s))
	switch s {
	case "WETH", "ETHER", "Ξ":
		return "ETH"
	case "USD₮", "USD₮0", "USDT0":
		return "USDT"
	case "WMATIC", "POL", "WPOL":
		return "MATIC"
	case "WBTC":
		return "BTC"
	}
	return s
}
