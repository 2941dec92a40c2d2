package text

import "strings"

// Amount is a number with what it counts.
type Amount struct {
	Start, End int    // code points, sign and symbol included
	From, To   int    // the same in bytes
	Value      string // plain decimal: no separators, no exponent
	Token      string // upper-case symbol, USD for dollars, "" = none
	Percent    bool   // a share or basis points, not money
	Scaled     bool   // written with k, million, 万, …
}

// Amounts finds the numbers in s that may be amounts, in order. Numbers
// inside URLs, addresses, names and versions are left out.
func Amounts(s string) []Amount {
	var list []Amount
	c := newCounter(s)
	for i := 0; i < len(s); {
		if end := skipOpaque(s, i); end > i && (i == 0 || !isWordByte(s[i-1])) {
			i = end
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			i++
			continue
		}
		a, end := amountAt(s, i)
		if a.Value != "" {
			a.Start, a.End = c.point(a.From), c.point(a.To)
			list = append(list, a)
		}
		i = max(end, i+1)
	}
	return list
}

// amountAt reads the amount whose first digit is at i. Its Value is "" if
// the digits belong to something else; end is where to read on.
func amountAt(s string, i int) (a Amount, end int) {
	if i > 0 && belongsToWord(s, i) {
		return a, runEnd(s, i)
	}
	value, size := number(s[i:])
	if size == 0 {
		return a, max(runEnd(s, i), i+numberEnd(s[i:]))
	}
	a = Amount{From: i, To: i + size}
	before, from := tokenBefore(s, i, strings.Contains(s[i:i+size], ","))
	end = a.To
	if zeros, n := magnitude(s[end:], before != "" || followedByToken(s[end:])); n > 0 {
		value = scale(value, zeros)
		end += n
		a.Scaled = true
	}
	if n := percent(s[end:]); n > 0 {
		a.Value, a.Percent, a.To = value, true, end+n
		return a, a.To
	}
	if end < len(s) && isWordByte(s[end]) && (!glued(s[end:]) || namesToken(s[i:], before)) {
		return Amount{}, runEnd(s, end) // 3rd, 4x, 10ml
	}
	a.Value, a.To = value, end
	after, n := tokenAfter(s[end:], before != "")
	switch {
	case after != "":
		a.Token, a.To = after, end+n
		if before != "" {
			a.From = from
		}
	case before != "":
		a.Token, a.From = before, from
	}
	return a, a.To
}

// belongsToWord: the digits at i continue a name (v3, EP-6, #12, 1.2.3).
func belongsToWord(s string, i int) bool {
	switch c := s[i-1]; {
	case isWordByte(c), c == '#', c == '@':
		return true
	case c == '.' || c == ',':
		return i > 1 && s[i-2] >= '0' && s[i-2] <= '9'
	case c == '-' || c == '/':
		return i > 1 && isLetter(s[i-2])
	}
	return false
}

func isLetter(c byte) bool { return lower(c) >= 'a' && lower(c) <= 'z' }

// runEnd skips the rest of a name.
func runEnd(s string, i int) int {
	for i < len(s) && (isWordByte(s[i]) || (s[i] == '.' || s[i] == '-') && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9') {
		i++
	}
	return i
}

func percent(s string) int {
	at := spaces(s, 0)
	rest := s[at:]
	for _, sign := range [...]string{"%", "％", "\\%", "percent", "per cent", "bps", "bp ", "basis point", "pct"} {
		if strings.HasPrefix(rest, sign) {
			return at + len(sign)
		}
	}
	return 0
}

// glued reports whether letters right after a number are its token: 50ETH.
func glued(s string) bool {
	_, n := symbol(s)
	return n > 0
}

// namesToken: "$1INCH" and "1INCH" are names of a token that begin with a
// digit.
func namesToken(s, before string) bool {
	token, _ := symbol(s[digits(s, 0, 3):])
	return before == "USD" && !knownMoney[token] || hasPrefixFold(s, "1inch")
}

// followedByToken looks past a short magnitude: "3m USDC".
func followedByToken(s string) bool {
	at := spaces(s, 0)
	if at == len(s) {
		return false
	}
	_, n := shortMagnitude(s[at:])
	if n == 0 {
		return false
	}
	tok, _ := tokenAfter(s[at+n:], false)
	return tok != ""
}
