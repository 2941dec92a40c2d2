package summarizer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// numbers is everything in a text that a claim about it may not invent:
// figures with their scale, addresses, names on chain, links, dates.
type numbers struct {
	source  string
	lower   string
	figures map[figure]bool
	dates   map[string]bool
}

// figure is a numeral without its separators, and its scale: "", "k", "m",
// "b", "t" or "%".
type figure struct{ digits, scale string }

// patterns say what a figure, an address, a link and a date look like.
type patterns struct {
	hex, name, link, figure, isoDate, dayMonth, monthDay *regexp.Regexp
}

const monthNames = `(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`

var look = patterns{
	hex:      regexp.MustCompile(`(?i)\b0x[0-9a-f]+`),
	name:     regexp.MustCompile(`(?i)\b[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.(?:eth|xyz|com|org|io|net|finance|exchange|dao|app|fi)\b`),
	link:     regexp.MustCompile(`(?i)(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\bjavascript:)\S*`),
	figure:   regexp.MustCompile(`(?i)\d+(?:[.,'’_\x{00a0}\x{202f}]\d+)*`),
	isoDate:  regexp.MustCompile(`\b\d{4}-\d{1,2}-\d{1,2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b`),
	dayMonth: regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthNames + `\b`),
	monthDay: regexp.MustCompile(`(?i)\b` + monthNames + `\.? (\d{1,2})(?:st|nd|rd|th)?\b`),
}

func readNumbers(s string) numbers {
	n := numbers{source: s, lower: strings.ToLower(s), figures: map[figure]bool{}, dates: map[string]bool{}}
	for _, f := range figuresIn(s) {
		n.figures[f] = true
	}
	for _, d := range datesIn(s) {
		n.dates[d] = true
	}
	return n
}

// cover reports whether every figure, address, link and date of a claim
// occurs in the text that n was read from.
func (n numbers) cover(claim string) bool {
	for _, pattern := range []*regexp.Regexp{look.hex, look.name, look.link} {
		for _, word := range pattern.FindAllString(claim, -1) {
			if !n.hasWord(strings.TrimRight(word, ".,;:)")) {
				return false
			}
		}
	}
	for _, d := range datesIn(claim) {
		if !n.dates[d] {
			return false
		}
	}
	for _, f := range figuresIn(claim) {
		if !n.figures[f] {
			return false
		}
	}
	return n.coverUnits(claim) && n.coverWords(claim)
}

// hasWord looks for the whole word: an address must not pass as the beginning
// of a longer one.
func (n numbers) hasWord(word string) bool {
	word = strings.ToLower(word)
	for from := 0; ; {
		i := strings.Index(n.lower[from:], word)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(word)
		if (start == 0 || !wordByte(n.lower[start-1])) && (end == len(n.lower) || !wordByte(n.lower[end])) {
			return true
		}
		from = start + 1
	}
}

func wordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 0x80
}

// figuresIn finds the figures of s, addresses left out.
func figuresIn(s string) []figure {
	s = look.hex.ReplaceAllStringFunc(s, func(hex string) string { return strings.Repeat("x", len(hex)) })
	var list []figure
	for _, at := range look.figure.FindAllStringIndex(s, -1) {
		for _, digits := range plainDigits(s[at[0]:at[1]]) {
			list = append(list, figure{digits: digits})
		}
		if len(list) > 0 {
			list[len(list)-1].scale = scaleAfter(s[at[1]:])
		}
	}
	return list
}

// plainDigits takes the separators out of one numeral. What is no regular
// grouping is several numerals, as in "3, 4" or "1.2.3".
func plainDigits(numeral string) []string {
	parts := strings.FieldsFunc(numeral, func(r rune) bool { return !unicode.IsDigit(r) })
	separators := strings.FieldsFunc(numeral, unicode.IsDigit)
	if len(parts) == 1 {
		return parts
	}
	last := separators[len(separators)-1]
	grouped := groupsOfThree(parts[1:]) && len(parts[0]) <= 3 && sameSeparators(separators)
	switch {
	case grouped && (last != "." || len(parts) > 2):
		return []string{strings.Join(parts, "")}
	case len(parts) == 2 && (last == "." || last == ","):
		return []string{parts[0] + "." + parts[1]}
	case (last == "." || last == ",") && last != separators[0] && sameSeparators(separators[:len(separators)-1]) &&
		groupsOfThree(parts[1:len(parts)-1]) && len(parts[0]) <= 3:
		return []string{strings.Join(parts[:len(parts)-1], "") + "." + parts[len(parts)-1]}
	}
	return parts
}

func groupsOfThree(parts []string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return len(p) != 3 })
}

func sameSeparators(list []string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return s != list[0] })
}

// scaleAfter reads the scale word that follows a numeral, in one spelling.
func scaleAfter(rest string) string {
	rest = strings.TrimLeft(rest, " \u00a0\u202f-")
	if strings.HasPrefix(rest, "%") || strings.HasPrefix(rest, "％") {
		return "%"
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(rest)
	}
	switch strings.ToLower(rest[:end]) {
	case "k", "thousand":
		return "k"
	case "m", "mm", "mn", "mio", "million":
		return "m"
	case "b", "bn", "billion":
		return "b"
	case "t", "tn", "trillion":
		return "t"
	case "percent", "pct":
		return "%"
	}
	return ""
}

// datesIn lists dates in one form each: "2026-03-01" as written, "mar 1".
func datesIn(s string) []string {
	list := look.isoDate.FindAllString(s, -1)
	for _, m := range look.dayMonth.FindAllStringSubmatch(s, -1) {
		list = append(list, strings.ToLower(m[2][:3])+" "+strings.TrimLeft(m[1], "0"))
	}
	for _, m := range look.monthDay.FindAllStringSubmatch(s, -1) {
		list = append(list, strings.ToLower(m[1][:3])+" "+strings.TrimLeft(m[2], "0"))
	}
	return list
}

// units finds the symbol that follows a figure, or the dollar before one.
var units = regexp.MustCompile(`\d(?:\s?(?:[kKmMbB]|thousand|million|billion))?\s?([A-Z][A-Z0-9.]{1,9})\b|(\$)\s?\d`)

// coverUnits: 500 USDC is not 500 ETH.
func (n numbers) coverUnits(claim string) bool {
	for _, m := range units.FindAllStringSubmatch(claim, -1) {
		switch {
		case m[2] == "$" && !strings.Contains(n.source, "$") && !strings.Contains(n.lower, "usd") && !strings.Contains(n.lower, "dollar"):
			return false
		case m[1] != "" && !n.hasWord(strings.TrimRight(m[1], ".")):
			return false
		}
	}
	return true
}

// spelled are the number words that a claim may not invent.
var spelled = map[string]string{
	"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
	"eleven": "11", "twelve": "12", "fifteen": "15", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50",
	"sixty": "60", "ninety": "90", "hundred": "100", "dozen": "12",
	"january": "", "february": "", "april": "", "june": "", "july": "", "august": "", "september": "", "october": "", "november": "", "december": "",
}

func (n numbers) coverWords(claim string) bool {
	words := strings.FieldsFunc(strings.ToLower(claim), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, w := range words {
		digits, counted := spelled[w]
		if !counted || n.hasWord(w) {
			continue
		}
		if digits == "" && n.hasWord(w[:3]) || digits != "" && n.figures[figure{digits, ""}] {
			continue
		}
		return false
	}
	return true
}
