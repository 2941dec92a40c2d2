package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Canonical returns the canonical form of raw and what was removed from it.
// It is idempotent, and nothing in its result is invisible.
func Canonical(raw string) (string, []Removal) {
	var r removals
	return canonical(raw, &r), r.list()
}

func canonical(raw string, r *removals) string {
	s := norm.NFC.String(visible(raw, r))
	if strings.IndexByte(s, '<') >= 0 || strings.Contains(s, "](") || strings.Contains(s, "]:") {
		if t := unhide(s, r); t != s {
			s = norm.NFC.String(t)
		}
	}
	return s
}

// maxMarks is how many combining marks may follow each other. Real scripts
// need three or four.
const maxMarks = 6

// visible drops what cannot be seen and evens out line ends.
func visible(raw string, r *removals) string {
	at := firstOdd(raw)
	if at < 0 {
		return raw
	}
	var b strings.Builder
	b.Grow(len(raw))
	b.WriteString(raw[:at])
	prev, marks := lastRune(raw[:at]), 0
	for i := at; i < len(raw); {
		c, size := utf8.DecodeRuneInString(raw[i:])
		next := i + size
		switch kind := classify(c, size); kind {
		case "":
			if marks = marksAfter(marks, c); marks > maxMarks {
				r.count(RemovedStacked, "")
				break
			}
			b.WriteRune(c)
			prev = c
		case lineEnd:
			if c == '\r' && next < len(raw) && raw[next] == '\n' {
				next++
			}
			b.WriteByte('\n')
			prev, marks = '\n', 0
		case RemovedInvalid:
			next = i + invalidSize(raw[i:])
			b.WriteRune(utf8.RuneError)
			r.count(kind, "")
			prev, marks = utf8.RuneError, 0
		default:
			r.count(belongs(kind, c, prev, raw[next:], i), revealed(c))
		}
		i = next
	}
	return b.String()
}

// firstOdd returns where plain printable ASCII and line feeds end, -1 = never.
func firstOdd(s string) int {
	for i := range len(s) {
		if c := s[i]; c >= 0x7F || c < ' ' && c != '\n' && c != '\t' {
			return i
		}
	}
	return -1
}

func lastRune(s string) rune {
	c, _ := utf8.DecodeLastRuneInString(s)
	return c
}

// marksAfter counts combining marks in a row.
func marksAfter(marks int, c rune) int {
	if c >= 0x300 && unicode.In(c, unicode.Mn, unicode.Me) {
		return marks + 1
	}
	return 0
}

const lineEnd = "line_end"

// classify names what happens to c; "" = it stays.
func classify(c rune, size int) string {
	switch {
	case c == utf8.RuneError && size <= 1, c == 0:
		return RemovedInvalid
	case c == '\n', c == '\t':
		return ""
	case c == '\r', c == '\v', c == '\f', c == 0x85, c == 0x2028, c == 0x2029:
		return lineEnd
	case c < ' ', c >= 0x7F && c < 0xA0:
		return RemovedControl
	case c < 0xAD:
		return ""
	case c >= 0xE0000 && c <= 0xE007F:
		return RemovedTag
	case c >= 0xFE00 && c <= 0xFE0F, c >= 0xE0100 && c <= 0xE01EF, c >= 0x180B && c <= 0x180F && c != 0x180E:
		return RemovedVariation
	case c >= 0xE000 && c <= 0xF8FF, c >= 0xF0000:
		return RemovedPrivate
	case c == 0x61C, c == 0x200E, c == 0x200F, c >= 0x202A && c <= 0x202E, c >= 0x2066 && c <= 0x2069:
		return RemovedBidi
	case isInvisible(c):
		return RemovedInvisible
	}
	return ""
}

func isInvisible(c rune) bool {
	switch c {
	case 0xAD, 0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0, 0x2800:
		return true
	}
	return c >= 0x200B && c <= 0x200D || c >= 0x2060 && c <= 0x206F || c >= 0xFFF0 && c <= 0xFFFB ||
		c >= 0xFDD0 && c <= 0xFDEF || c&0xFFFE == 0xFFFE || c >= 0x1D173 && c <= 0x1D17A ||
		c >= 0x1BCA0 && c <= 0x1BCA3 || c >= 0xE0080 && c <= 0xE0FFF
}

// belongs tells characters that an emoji, a script or an editor needs from
// those that hide something.
func belongs(kind string, c, prev rune, rest string, at int) string {
	next, _ := utf8.DecodeRuneInString(rest)
	switch {
	case c == 0xFEFF && at == 0, c == 0xAD:
		return RemovedEmoji
	case kind == RemovedVariation && (isEmoji(prev) || isKeycap(prev) || unicode.Is(unicode.Han, prev)):
		return RemovedEmoji
	case c == 0x200D && (isEmoji(prev) && isEmoji(next) || isJoining(prev) && isJoining(next)):
		return RemovedEmoji
	case c == 0x200C && isJoining(prev) && isJoining(next):
		return RemovedEmoji
	case (c == 0x200E || c == 0x200F) && (isRightToLeft(prev) || isRightToLeft(next)):
		return RemovedEmoji
	case kind == RemovedTag && prev == 0x1F3F4:
		return RemovedEmoji // a flag of a region
	}
	return kind
}

func isEmoji(c rune) bool {
	return c >= 0x1F000 && c <= 0x1FAFF || c >= 0x2190 && c <= 0x2BFF || c == 0x3030 || c == 0x303D ||
		c == 0x3297 || c == 0x3299 || c == 0xA9 || c == 0xAE || c == 0x203C || c == 0x2049 || c == 0x2122 || c == 0x2139
}

func isKeycap(c rune) bool { return c >= '0' && c <= '9' || c == '#' || c == '*' }

// isJoining: scripts whose spelling needs joiners.
func isJoining(c rune) bool {
	return c >= 0x600 && c <= 0x6FF || c >= 0x700 && c <= 0x7FF || c >= 0x900 && c <= 0xDFF ||
		c >= 0x1000 && c <= 0x109F || c >= 0x1780 && c <= 0x18AF || c >= 0xFB50 && c <= 0xFEFC
}

func isRightToLeft(c rune) bool {
	return c >= 0x590 && c <= 0x8FF || c >= 0xFB1D && c <= 0xFDFF || c >= 0xFE70 && c <= 0xFEFC
}

// revealed is what a tag character spells.
func revealed(c rune) string {
	if c >= 0xE0020 && c <= 0xE007E {
		return string(c - 0xE0000)
	}
	return ""
}

// invalidSize is how many bytes stand for one invalid character: a surrogate
// that was encoded by itself takes three.
func invalidSize(s string) int {
	if len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF && s[2] >= 0x80 && s[2] <= 0xBF {
		return 3
	}
	return 1
}
