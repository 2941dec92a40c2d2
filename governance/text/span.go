package text

import "unicode/utf8"

// Span is a place in a text. From and To are the same place in bytes.
type Span struct {
	Start, End int // code points
	From, To   int // bytes
	Text       string
}

// counter converts rising byte offsets of one text to code points.
type counter struct {
	s      string
	at, n  int
	single bool // every code point is one byte
}

func newCounter(s string) counter {
	return counter{s: s, single: utf8.RuneCountInString(s) == len(s)}
}

func (c *counter) point(at int) int {
	if c.single {
		return at
	}
	if at < c.at {
		c.at, c.n = 0, 0
	}
	c.n += utf8.RuneCountInString(c.s[c.at:at])
	c.at = at
	return c.n
}

func (c *counter) span(from, to int) Span {
	return Span{Start: c.point(from), End: c.point(to), From: from, To: to, Text: c.s[from:to]}
}

// skipOpaque returns where a URL, an address or another run that must not be
// read as words or numbers ends, 0 if none starts at i.
func skipOpaque(s string, i int) int {
	switch {
	case s[i] == 'h' && (hasPrefixFold(s[i:], "http://") || hasPrefixFold(s[i:], "https://")):
	case s[i] == '0' && i+1 < len(s) && s[i+1]|0x20 == 'x':
	case s[i] == 'w' && hasPrefixFold(s[i:], "www."):
	case s[i] == 'i' && hasPrefixFold(s[i:], "ipfs:"):
	default:
		return 0
	}
	if s[i] == '0' {
		i += 2
		for i < len(s) && isWordByte(s[i]) {
			i++
		}
		return i
	}
	for i < len(s) && s[i] > ' ' && s[i] != ')' && s[i] != '>' && s[i] != '"' && s[i] != ']' && s[i] != '`' && s[i] < 0x80 {
		i++
	}
	return i
}
