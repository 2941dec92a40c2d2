package actions

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// amount is an effect's money: "25,000 USDC".
func (s *scope) amount(e governance.Effect) string {
	token := s.tokenName(e)
	switch {
	case strings.HasPrefix(e.Setting, "token no. "):
		return e.Setting + " of " + token
	case e.Amount == "":
		return token
	case e.Amount == "all":
		return "all " + token
	}
	n, ok := new(big.Int).SetString(e.Amount, 10)
	if !ok {
		return e.Amount + " of " + token
	}
	if e.Decimals < 0 {
		return thousands(e.Amount) + " of the smallest units of " + token
	}
	return units(n, e.Decimals, token)
}

func (s *scope) tokenName(e governance.Effect) string {
	switch {
	case e.Symbol != "":
		return e.Symbol
	case e.Token != "":
		return "the token " + common.HexToAddress(e.Token).Hex()
	case e.Decimals == 18:
		return "of the chain's coin"
	}
	return "tokens that the call does not name"
}

// units writes an amount of a token's smallest units exactly.
func units(n *big.Int, decimals int, symbol string) string {
	text, sign := n.String(), ""
	if n.Sign() < 0 {
		text, sign = text[1:], "-"
	}
	if decimals > 0 {
		if len(text) <= decimals {
			text = strings.Repeat("0", decimals-len(text)+1) + text
		}
		whole, part := text[:len(text)-decimals], strings.TrimRight(text[len(text)-decimals:], "0")
		if text = thousands(whole); part != "" {
			text += "." + part
		}
	} else {
		text = thousands(text)
	}
	if symbol == "" {
		symbol = "of the chain's coin"
	}
	return sign + text + " " + symbol
}

// thousands sets commas into a decimal integer; other texts stay.
func thousands(s string) string {
	digits := strings.TrimPrefix(s, "-")
	if len(digits) <= 3 || strings.Trim(digits, "0123456789") != "" {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:len(s)-len(digits)])
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// seconds writes a span of time.
func seconds(n *big.Int) string {
	if !n.IsInt64() || n.Sign() < 0 {
		return thousands(n.String()) + " seconds"
	}
	for _, u := range [...]struct {
		size int64
		name string
	}{{86_400, "day"}, {3_600, "hour"}, {60, "minute"}} {
		if left := n.Int64(); left >= u.size && left%u.size == 0 {
			if left /= u.size; left == 1 {
				return "1 " + u.name
			}
			return thousands(big.NewInt(n.Int64()/u.size).String()) + " " + u.name + "s"
		}
	}
	return thousands(n.String()) + " seconds"
}

// quote puts text that somebody else wrote into quotation marks, clipped, with
// everything that does not print made visible.
func quote(s string, most int) string {
	return "“" + strings.NewReplacer("“", "'", "”", "'", "\"", "'").Replace(short(s, most)) + "”"
}

// short clips text to a number of characters, with everything that does not
// print made visible.
func short(s string, most int) string {
	s = escape(firstRunes(s, most+1))
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return firstRunes(s, most) + "…"
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// escape shows control, bidirectional and invisible characters as \u{…}, and
// bytes that are no text as \u{fffd}.
func escape(s string) string {
	plain := true
	for _, r := range s {
		if plain = printable(r); !plain {
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if printable(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(sprintf("\\u{%x}", r))
		}
	}
	return b.String()
}

func printable(r rune) bool {
	return r != utf8.RuneError && (r == ' ' || unicode.IsGraphic(r) && !unicode.Is(unicode.Zs, r) && !unicode.Is(unicode.Variation_Selector, r) && r != 0x3164 && r != 0x115f && r != 0x1160 && r != 0x34f)
}

func chainName(chain uint64) string {
	for _, c := range [...]struct {
		id   uint64
		name string
	}{{1, "Ethereum"}, {10, "Optimism"}, {56, "BNB Chain"}, {100, "Gnosis Chain"}, {130, "Unichain"}, {137, "Polygon"}, {324, "ZKsync Era"}, {8453, "Base"},
		{42161, "Arbitrum One"}, {42170, "Arbitrum Nova"}, {42220, "Celo"}, {43114, "Avalanche"}, {59144, "Linea"}, {534352, "Scroll"}, {5000, "Mantle"}, {1284, "Moonbeam"}} {
		if c.id == chain {
			return c.name
		}
	}
	if chain == 0 {
		return "another chain"
	}
	return sprintf("chain %d", chain)
}
