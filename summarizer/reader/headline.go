package reader

import (
	"cmp"
	"strings"

	"mandate/governance/text"
)

// plainTitle strips numbering and bracket prefixes: "[EP 5.1] [Executable]
// Pay Ada" is "Pay Ada".
func plainTitle(title string) string {
	t := strings.TrimSpace(title)
	for range 6 {
		next := stripPrefix(t)
		if next == t || len(strings.TrimSpace(next)) < 3 {
			break
		}
		t = strings.TrimSpace(next)
	}
	return strings.TrimSpace(strings.Trim(t, "*_"))
}

// stripPrefix takes one prefix off.
func stripPrefix(t string) string {
	if t == "" {
		return t
	}
	for _, pair := range [...]string{"[]", "【】", "〔〕", "()"} {
		runes := []rune(pair)
		if !strings.HasPrefix(t, string(runes[0])) {
			continue
		}
		if end := strings.IndexRune(t, runes[1]); end > 0 && end < 60 {
			return strings.TrimLeft(t[end+len(string(runes[1])):], " :-–—|.")
		}
	}
	word, rest, ok := strings.Cut(t, ":")
	if ok && isNumberedName(word) {
		return rest
	}
	for _, dash := range [...]string{" - ", " – ", " — ", " | ", "- ", " "} {
		if word, rest, ok = strings.Cut(t, dash); ok && isNumberedName(word) && (dash != " " || strings.ContainsAny(word, "-#")) {
			return strings.TrimLeft(rest, " -–—|:.")
		}
	}
	return t
}

// isNumberedName: "AIP-12", "EP 5.16", "Proposal #3", "XIP#6", "LIP 4a".
func isNumberedName(s string) bool {
	s = strings.Trim(strings.TrimSpace(s), "[]()*")
	letters, digits := 0, 0
	for i := range len(s) {
		switch {
		case isLetter(s[i]):
			letters++
		case isDigit(s[i]):
			digits++
		case !strings.ContainsRune(" -#.–—_", rune(s[i])) && s[i] < 0x80:
			return false
		}
	}
	if digits == 0 || letters > 12 || digits > 6 || len(s) > 24 {
		return false
	}
	// The number ends the name: "Term 2 budget" is none.
	return isDigit(s[len(s)-1]) || isDigit(s[max(0, len(s)-2)]) && letters > 0
}

const maxHeadline = 120

// headline says what is asked, in at most 120 characters: the title, and
// the main sum where the title does not say it.
func (w *writer) headline() string {
	title := plainText(w.title)
	if title == "" {
		title = cmp.Or(plainText(w.doc.Title), w.doc.Title)
	}
	if isVague(title) || title == "" {
		if s, ok := w.mainSentence(); ok {
			if title == "" {
				return clipText(s, maxHeadline)
			}
			return clipText(strings.TrimRight(title, " .:")+": "+s, maxHeadline)
		}
	}
	if extra := w.mainAsk(title); extra != "" {
		if full := strings.TrimRight(title, " .:") + " — " + extra; len([]rune(full)) <= maxHeadline {
			return full
		}
	}
	return clipText(title, maxHeadline)
}

// isVague: a title that does not say what is asked.
func isVague(title string) bool {
	words := strings.Fields(title)
	return len(words) <= 2
}

// mainSentence is the plain words of the best chosen quote.
func (w *writer) mainSentence() (string, bool) {
	lead := w.summarySpans()
	best := -1
	for i, s := range lead {
		if best < 0 || w.weight(s) > w.weight(lead[best]) {
			best = i
		}
	}
	if best < 0 {
		return "", false
	}
	s := strings.TrimRight(plainText(w.text[lead[best].from:lead[best].to]), " .,;:")
	return s, len(s) > 15
}

// asWritten is an amount in the words of the text, so that it can be found
// there.
func asWritten(a ask) string {
	s := strings.Join(strings.Fields(plainText(a.written)), " ")
	if s == "" || a.token != "USD" && !strings.Contains(strings.ToUpper(s), a.token) {
		return money(a.value, a.token)
	}
	return s
}

// largest is the surest ask, or a larger one in the same token.
func (w *writer) largest() ask {
	a := w.found[0]
	for _, f := range w.found[1:] {
		if f.points > a.points+0.5 && a.points < askPoints+0.8 {
			a = f
		}
	}
	for _, f := range w.found {
		if f.token == a.token && text.Less(a.value, f.value) && f.points >= askPoints+0.8 {
			a = f
		}
	}
	return a
}

// mainAsk is the sum that is asked for, if it is sure and the title lacks it.
func (w *writer) mainAsk(title string) string {
	if len(w.found) == 0 || len(w.found) > 6 {
		return ""
	}
	a := w.largest()
	if a.points < askPoints+0.8 || a.unit < 0 {
		return ""
	}
	for _, said := range text.Amounts(title) {
		if said.Token != "" {
			return ""
		}
	}
	s := "asks for " + asWritten(a)
	if a.payee != "" && !a.general && !strings.Contains(title, a.payee) && !strings.HasPrefix(a.payee, "0x") {
		s += " for " + a.payee
	}
	return s
}
