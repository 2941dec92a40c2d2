package text

import "strings"

// Addresses finds 0x addresses and ENS names in s, in order.
func Addresses(s string) []Span {
	var spans []Span
	c := newCounter(s)
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '0' && i+42 <= len(s) && (i == 0 || !isWordByte(s[i-1])):
			if s[i+1]|0x20 == 'x' && allHex(s[i+2:i+42]) && (i+42 == len(s) || !isWordByte(s[i+42])) {
				spans = append(spans, c.span(i, i+42))
				i += 41
			}
		case s[i] == '.' && hasPrefixFold(s[i:], ".eth") && (i+4 == len(s) || !isWordByte(s[i+4])):
			from := i
			for from > 0 && i-from < 80 && (isWordByte(s[from-1]) || s[from-1] == '-' || s[from-1] == '.') {
				from--
			}
			for from < i && (s[from] == '.' || s[from] == '-') {
				from++
			}
			// A name inside a URL or an address line of a web page is not a payee.
			if from < i && !(from > 0 && strings.ContainsRune("/@#=:", rune(s[from-1]))) {
				spans = append(spans, c.span(from, i+4))
			}
		}
	}
	return spans
}

func allHex(s string) bool {
	for i := range len(s) {
		if c := lower(s[i]); !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}
