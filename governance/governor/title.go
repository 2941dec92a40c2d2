package governor

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxTitle is how long a title may be, in characters.
const maxTitle = 120

// proposerMark ends a description in which OpenZeppelin's governors (4.9 and
// later) name the only account that may propose it.
var proposerMark = regexp.MustCompile(`#proposer=0x[0-9a-fA-F]{40}$`)

// bodyOf makes a description fit to be stored and shown: valid UTF-8 without
// NUL, without the mark of the proposer, and with line breaks where an author
// wrote them as "\n". The exact bytes are kept beside it.
func bodyOf(description []byte) string {
	s := sane(string(description))
	s = proposerMark.ReplaceAllString(s, "")
	if !strings.Contains(s, "\n") {
		s = strings.ReplaceAll(s, `\n`, "\n")
	}
	return s
}

// sane replaces what a database refuses: bytes that are not UTF-8, and NUL.
func sane(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}

// titleOf takes the first line with text of a body, without the marks of a
// heading; of a long line its first sentence. A description without text has
// no title, which is a finding of its own.
func titleOf(body string) string {
	for line := range strings.Lines(body) {
		if line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "#")); line != "" {
			return shortTitle(line)
		}
	}
	return ""
}

func shortTitle(line string) string {
	if utf8.RuneCountInString(line) <= maxTitle {
		return line
	}
	if i := strings.Index(line, ". "); i > 0 && utf8.RuneCountInString(line[:i]) < maxTitle {
		return line[:i+1]
	}
	return clipped(line, maxTitle)
}

// clipped shortens s to n characters, the last of which is then "…".
func clipped(s string, n int) string {
	count := 0
	cut := 0
	for i := range s {
		if count == n-1 {
			cut = i
		}
		if count++; count > n {
			return strings.TrimSpace(s[:cut]) + "…"
		}
	}
	return s
}
