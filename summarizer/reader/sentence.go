package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSentence: a longer run without an end is cut at a blank, so that no
// unit costs more than its share.
const maxSentence = 1500

// splitSentences calls emit for each sentence of s[from:to].
func splitSentences(s string, from, to int, emit func(a, z int)) {
	start := from
	for i := from; i < to; {
		c, size := utf8.DecodeRuneInString(s[i:to])
		i += size
		switch c {
		case '。', '！', '？':
			emit(start, i)
			start = i
		case ' ', '\n':
			if i-start > maxSentence {
				emit(start, i)
				start = i
			}
		case '.', '!', '?':
			if end := sentenceEnd(s, start, i, to); end > 0 {
				emit(start, end)
				start, i = end, end
			}
		}
	}
	if start < to {
		emit(start, to)
	}
}

// sentenceEnd returns where the sentence that its mark at i-1 may end really
// ends, 0 if it goes on.
func sentenceEnd(s string, start, i, to int) int {
	for i < to && strings.IndexByte(".!?", s[i]) >= 0 {
		i++
	}
	for i < to && strings.IndexByte(`"')]*_`, s[i]) >= 0 {
		i++
	}
	for _, closing := range [...]string{"”", "’"} {
		if strings.HasPrefix(s[i:to], closing) {
			i += len(closing)
		}
	}
	if i >= to {
		return to
	}
	if s[i] != ' ' && s[i] != '\n' && s[i] != '\t' {
		return 0
	}
	if s[i-1] == '.' && isAbbreviation(s[start:i]) {
		return 0
	}
	next := strings.TrimLeft(s[i:to], " \n\t*_\"'([")
	if c, _ := utf8.DecodeRuneInString(next); next != "" && unicode.IsLower(c) && s[i-1] == '.' {
		return 0
	}
	return i
}

// isAbbreviation: s ends in a dot that ends no sentence.
func isAbbreviation(s string) bool {
	word := s[strings.LastIndexAny(s, " \n(")+1:]
	switch strings.ToLower(word) {
	case "e.g.", "i.e.", "vs.", "etc.", "mr.", "mrs.", "ms.", "dr.", "no.", "approx.", "inc.", "ltd.", "st.", "fig.", "ca.", "al.", "est.", "p.a.", "u.s.", "jan.", "feb.", "aug.", "sept.", "oct.", "nov.", "dec.", "ex.", "max.", "min.", "incl.":
		return word != "etc." && word != "inc."
	}
	// "1." at the start, an initial.
	return len(word) == 2 && (isLetter(word[0]) && word[0] <= 'Z' || isDigit(word[0]) && len(s) <= 3)
}

// trimQuote drops marks that are not words at both ends of s[a:z]: a quote
// should read by itself.
func trimQuote(s string, a, z int) (int, int) {
	for a < z {
		if strings.IndexByte(" \t\n*_`>|,;:)].", s[a]) >= 0 && !(s[a] == '.' && a+1 < z && isWordByte(s[a+1])) {
			a++
			continue
		}
		if n := blank(s[a:z]); n > 0 {
			a += n
			continue
		}
		break
	}
	for a < z {
		if strings.IndexByte(" \t\n*_`|\\[(", s[z-1]) >= 0 {
			z--
			continue
		}
		if strings.HasSuffix(s[a:z], "\u00a0") {
			z -= len("\u00a0")
			continue
		}
		break
	}
	// Emphasis that was opened inside must stay closed.
	if strings.Count(s[a:z], "**")%2 == 1 {
		switch {
		case strings.HasPrefix(s[z:], "**"):
			z += 2
		case a >= 2 && s[a-2:a] == "**":
			a -= 2
		}
	}
	return a, z
}

// blank is the size of a space or a dash that leads s, 0 = none.
func blank(s string) int {
	for _, mark := range [...]string{"\u00a0", "- ", "– ", "— "} {
		if strings.HasPrefix(s, mark) {
			return len(mark)
		}
	}
	return 0
}

// inlineHeading reads "**Abstract** - This …", "Cost: 5 ETH", "TLDR; …": the
// label and where what it labels starts; 0 = there is none.
func inlineHeading(s string) (at int, label string) {
	if m := leadingMark(s); m != "" {
		end := strings.Index(s[len(m):], m)
		if end <= 0 || end > 60 {
			return 0, ""
		}
		label = s[len(m) : len(m)+end]
		at = len(m)*2 + end
		rest := strings.TrimLeft(s[at:], " :-–—.")
		if rest == "" || endsSentence(label) && len(label) > 30 {
			return 0, ""
		}
		return len(s) - len(rest), strings.Trim(label, " :.-")
	}
	end := strings.IndexAny(head(s, 60), ":：")
	if semicolon := strings.IndexByte(head(s, 8), ';'); semicolon > 0 && strings.HasPrefix(strings.ToLower(s), "tl") {
		end = semicolon
	}
	if strings.HasPrefix(strings.ToLower(s), "tl;dr") {
		end = len("tl;dr")
	}
	if end <= 0 || strings.HasPrefix(s[end:], "://") {
		return 0, ""
	}
	label = s[:end]
	if strings.Count(label, " ") > 5 || strings.ContainsAny(label, "()[]\"|") {
		return 0, ""
	}
	rest := strings.TrimLeft(s[end:], ":： -*_;")
	if rest == "" {
		return 0, ""
	}
	return len(s) - len(rest), strings.Trim(label, " *_")
}

func leadingMark(s string) string {
	for _, m := range [...]string{"***", "**", "__"} {
		if strings.HasPrefix(s, m) {
			return m
		}
	}
	return ""
}

// isLabelLine: a short line that only ends in a colon, or is a known heading
// without its marks.
func isLabelLine(s string) bool {
	if len(s) > 60 || strings.Contains(s, "\n") {
		return false
	}
	bare := strings.Trim(s, " *_:#")
	if strings.Count(bare, " ") > 5 || bare == "" {
		return false
	}
	if strings.HasSuffix(strings.TrimRight(s, "*_ "), ":") {
		return roleOf(bare) != roleNone || strings.Count(bare, " ") <= 2
	}
	if strings.Count(bare, " ") > 2 || strings.ContainsAny(s, ".,;!?0123456789") {
		return false
	}
	r := roleOf(bare)
	return r != roleNone
}
