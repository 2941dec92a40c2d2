package text

import (
	"math/big"
	"strings"
	"unicode/utf8"
)

const maxDigits = 40 // a longer run is an id, not an amount

// number reads a number at the start of s, which is a digit. It understands
// 1,500.50 · 1.500,50 · 1'500 · 1 500 000 · 1_500 and returns the plain
// decimal with its length in bytes; 0 = it is none.
func number(s string) (value string, size int) {
	end := numberEnd(s)
	raw := s[:end]
	if end == 0 || len(raw) > maxDigits {
		return "", 0
	}
	raw = strings.NewReplacer("’", "", "'", "", "_", "", " ", "", "\u00a0", "", "\u202f", "").Replace(raw)
	comma, dot := strings.Count(raw, ","), strings.Count(raw, ".")
	switch {
	case comma > 0 && dot > 0:
		if strings.LastIndexByte(raw, ',') > strings.LastIndexByte(raw, '.') {
			raw = strings.ReplaceAll(raw, ".", "")
			raw = strings.ReplaceAll(raw, ",", ".")
		} else {
			raw = strings.ReplaceAll(raw, ",", "")
		}
	case comma > 0 && grouped(raw, ','):
		raw = strings.ReplaceAll(raw, ",", "")
	case comma == 1:
		raw = strings.ReplaceAll(raw, ",", ".")
	case dot > 1 && grouped(raw, '.'):
		raw = strings.ReplaceAll(raw, ".", "")
	}
	if strings.Count(raw, ".") > 1 || strings.Contains(raw, ",") {
		return "", 0 // a version, a date, a list
	}
	return plain(raw), end
}

// numberEnd returns where digits and their separators end.
func numberEnd(s string) int {
	i := 0
	spaced := digits(s, 0, 4) <= 3
	for i < len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			i++
			continue
		}
		size := separator(s[i:])
		if size == 0 || i == 0 || i+size >= len(s) || s[i+size] < '0' || s[i+size] > '9' {
			break
		}
		group := digits(s, i+size, 4) - i - size
		if c := s[i]; c != '.' && c != ',' && group != 3 || (c == ' ' || c == 0xC2 || c == 0xE2 && s[i+2] == 0xAF) && !spaced {
			break
		}
		i += size
	}
	return i
}

// separator returns the size of a separator at the start of s.
func separator(s string) int {
	switch s[0] {
	case ',', '.', '\'', '_', ' ':
		return 1
	}
	for _, sep := range [...]string{"’", "\u00a0", "\u202f"} {
		if strings.HasPrefix(s, sep) {
			return len(sep)
		}
	}
	return 0
}

// grouped reports whether sep parts raw into thousands.
func grouped(raw string, sep byte) bool {
	parts := strings.Split(raw, string(sep))
	if len(parts[0]) > 3 || parts[0] == "0" {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) != 3 {
			return false
		}
	}
	return true
}

// plain drops zeros that mean nothing.
func plain(raw string) string {
	if strings.IndexByte(raw, '.') >= 0 {
		raw = strings.TrimRight(strings.TrimRight(raw, "0"), ".")
	}
	raw = strings.TrimLeft(raw, "0")
	if raw == "" || raw[0] == '.' {
		raw = "0" + raw
	}
	return raw
}

// scale multiplies a plain decimal by ten to the power of zeros.
func scale(value string, zeros int) string {
	if zeros == 0 {
		return value
	}
	whole, fraction, _ := strings.Cut(value, ".")
	for len(fraction) < zeros {
		fraction += "0"
	}
	return plain(whole + fraction[:zeros] + "." + fraction[zeros:])
}

// magnitude reads "k", "million", "万" after a number: how many zeros, and
// how many bytes. Short Latin marks need money: "3m" may be three months.
func magnitude(s string, money bool) (zeros, size int) {
	at := spaces(s, 0)
	rest := s[at:]
	for _, m := range magnitudeWords {
		if hasPrefixFold(rest, m.word) && wordEnds(rest, len(m.word)) {
			return m.zeros, at + len(m.word)
		}
	}
	if rest == "" {
		return 0, 0
	}
	if rest[0] >= 0x80 {
		for _, m := range magnitudeSigns {
			if strings.HasPrefix(rest, m.word) {
				return m.zeros, at + len(m.word)
			}
		}
		return 0, 0
	}
	zeros, size = shortMagnitude(rest)
	if size == 0 || at > 0 && !(money && rest[0] < 'a') {
		return 0, 0
	}
	if !money && (rest[0] == 'm' || rest[0] == 'b' || rest[0] == 't') {
		return 0, 0
	}
	return zeros, at + size
}

func shortMagnitude(s string) (zeros, size int) {
	switch s[0] {
	case 'k', 'K':
		zeros, size = 3, 1
	case 'm', 'M':
		zeros, size = 6, 1
		if len(s) > 1 && s[1] == s[0] {
			size = 2
		}
	case 'b', 'B':
		zeros, size = 9, 1
		if len(s) > 1 && s[1]|0x20 == 'n' {
			size = 2
		}
	default:
		return 0, 0
	}
	if !wordEnds(s, size) {
		return 0, 0
	}
	return zeros, size
}

type magnitudeWord struct {
	word  string
	zeros int
}

var magnitudeWords = [...]magnitudeWord{
	{"million", 6}, {"millions", 6}, {"thousand", 3}, {"billion", 9}, {"billions", 9}, {"mln", 6}, {"mio", 6}, {"mil", 6}, {"mill", 6},
	{"millones", 6}, {"millón", 6}, {"milliard", 9}, {"milliarden", 9}, {"mille", 3}, {"trillion", 12},
}

var magnitudeSigns = [...]magnitudeWord{
	{"百万", 6}, {"千万", 7}, {"万", 4}, {"萬", 4}, {"亿", 8}, {"億", 8}, {"千", 3}, {"만", 4}, {"억", 8}, {"천만", 7}, {"천", 3}, {"тыс", 3}, {"млн", 6}, {"миллион", 6},
}

func wordEnds(s string, at int) bool {
	if at >= len(s) {
		return true
	}
	c, _ := utf8.DecodeRuneInString(s[at:])
	return !(c < 0x80 && isWordByte(byte(c)) || c >= 0xC0 && c < 0x250)
}

// Less compares two plain decimals by value.
func Less(a, b string) bool {
	x, okX := new(big.Float).SetString(a)
	y, okY := new(big.Float).SetString(b)
	return okX && okY && x.Cmp(y) < 0
}
