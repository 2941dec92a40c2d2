package summarizer

import (
	"strings"
	"unicode"

	"mandate/governance"
)

// splitByQuotes splits a summary that is nothing but its quotes in a row.
func splitByQuotes(s string, quotes []governance.Item) ([]string, bool) {
	var parts []string
	for _, q := range quotes {
		quote := strings.TrimSpace(q.Quote)
		if rest, ok := strings.CutPrefix(s, quote); ok && quote != "" {
			parts = append(parts, quote)
			s = strings.TrimSpace(rest)
		}
	}
	return parts, s == "" && len(parts) > 0
}

// sentences splits prose at full stops, question marks and line ends. A stop
// inside a number, a name or an abbreviation of one letter does not end one.
func sentences(s string) []string {
	var list []string
	runes := []rune(s)
	from := 0
	flush := func(to int) {
		if part := strings.TrimSpace(string(runes[from:to])); part != "" {
			list = append(list, part)
		}
		from = to
	}
	for i, r := range runes {
		switch {
		case r == '\n' || strings.ContainsRune("。！？", r):
			flush(i + 1)
		case strings.ContainsRune(".!?", r) && endsSentence(runes, i):
			flush(afterQuotes(runes, i+1))
		}
	}
	flush(len(runes))
	return list
}

// afterQuotes skips what closes a sentence after its stop.
func afterQuotes(runes []rune, i int) int {
	for i < len(runes) && strings.ContainsRune("\"”’')", runes[i]) {
		i++
	}
	return i
}

func endsSentence(runes []rune, i int) bool {
	next := afterQuotes(runes, i+1)
	if next < len(runes) && !unicode.IsSpace(runes[next]) {
		return false
	}
	for next < len(runes) && unicode.IsSpace(runes[next]) {
		next++
	}
	if next == len(runes) {
		return true
	}
	oneLetter := i >= 2 && unicode.IsLetter(runes[i-1]) && !unicode.IsLetter(runes[i-2])
	return !oneLetter && !unicode.IsLower(runes[next]) || runes[i] != '.'
}
