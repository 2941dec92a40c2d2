package reader

import "strings"

// segment is a part of a unit that can be quoted by itself: a clause, or
// the words of a link without its target. Quotes are made of segments, so
// that they spend their budget on what matters.
type segment struct {
	unit     int
	from, to int     // bytes
	index    int     // in its unit
	of       int     // how many the unit has
	share    float64 // expected share of its text that a voter must know
}

const (
	wholeUnit  = 130
	minSegment = 24
	maxTarget  = 2000 // bytes of a link's target
)

// segments cuts units into segments.
func (p *page) segments() []segment {
	var all []segment
	for i := range p.units {
		u := &p.units[i]
		if u.noise {
			continue
		}
		first := len(all)
		cutClauses(p.text, u.from, u.to, u.kind == rowUnit, func(a, z int) {
			if a, z = trimQuote(p.text, a, z); a < z && says(p.text[a:z]) {
				all = append(all, segment{unit: i, from: a, to: z, index: len(all) - first})
			}
		})
		for j := first; j < len(all); j++ {
			all[j].of = len(all) - first
		}
	}
	return all
}

// says reports whether a quote has words or figures enough to say anything.
func says(s string) bool {
	letters, digits := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case isLetter(c) || c >= 0x80:
			letters++
		case isDigit(c):
			digits++
		}
	}
	if strings.HasSuffix(s, ":") && len(s) < 25 {
		return false
	}
	return letters >= 6 || letters > 0 && digits > 0 && len(s) > 5
}

// cutClauses calls emit for the clauses of s[from:to]. Targets of links are
// left out where the sentence is long.
func cutClauses(s string, from, to int, whole bool, emit func(a, z int)) {
	if whole || to-from <= wholeUnit {
		emit(from, to)
		return
	}
	start := from
	for i := from + 1; i < to; i++ {
		switch end, next := clauseEnd(s, start, i, to); {
		case next == 0:
		case end-start < minSegment && next == end:
		default:
			emit(start, end)
			start, i = next, next
		}
	}
	if start < to {
		emit(start, to)
	}
}

// clauseEnd reports whether a clause ends at i: where it ends and where the
// next begins; next 0 = it goes on.
func clauseEnd(s string, start, i, to int) (end, next int) {
	switch s[i] {
	case ']':
		return linkEnd(s, i, to)
	case 'h':
		if strings.HasPrefix(s[i:to], "http") && s[i-1] != '(' && s[i-1] != '[' && isURL(s[i:to]) {
			return i, skipURL(s, i, to)
		}
	case ';':
		return i, i + 1
	case ' ':
		rest := s[i:to]
		if i-start >= minSegment && to-i >= minSegment && (strings.HasPrefix(rest, " - ") || strings.HasPrefix(rest, " – ") || strings.HasPrefix(rest, " — ")) {
			return i, i
		}
		if i-start >= 40 && to-i >= minSegment && startsClause(rest) {
			return i, i
		}
	case ',', ':':
		if i-start >= minSegment && to-i >= minSegment && i+1 < to && s[i+1] == ' ' {
			return i, i + 1
		}
	case '(':
		if i-start >= minSegment && strings.IndexByte(s[i:min(to, i+maxQuote)], ')') > minSegment && s[i-1] == ' ' {
			return i, i
		}
	case '\n':
		if i-start >= minSegment {
			return i, i + 1
		}
	}
	return 0, 0
}

func startsClause(rest string) bool {
	for _, w := range [...]string{" which ", " that would ", " in order to ", " so that ", " because ", " while ", " where ", " whereas ", " as well as ", " with the ", " and will ", " but ", " due to ", " unless ", " until ", " if ", " when "} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	return false
}

// linkEnd: the words of a link end at i; go on after its target.
func linkEnd(s string, i, to int) (end, next int) {
	if i+1 >= to || s[i+1] != '(' {
		return 0, 0
	}
	depth := 0
	for j := i + 1; j < min(to, i+maxTarget); j++ {
		switch s[j] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i, j + 1
			}
		case '\n':
			return 0, 0
		}
	}
	return 0, 0
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

func skipURL(s string, i, to int) int {
	for i < to && s[i] > ' ' {
		i++
	}
	return i
}
