package governor

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes a contract's text fit to be shown: no control, format or
// direction characters, single spaces, at most limit runes.
func clean(hostile string, limit int) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(hostile, "") {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Mn, unicode.Me):
		default:
			b.WriteRune(r)
		}
	}
	s := strings.Join(strings.Fields(b.String()), " ")
	if utf8.RuneCountInString(s) > limit {
		s = string([]rune(s)[:limit-1]) + "…"
	}
	return s
}

// printable reports whether a text can be part of what a person signs: all of
// it is seen, and it is hashed as the same bytes.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co)
	})
}
