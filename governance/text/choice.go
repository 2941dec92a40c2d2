package text

import (
	"strings"
	"unicode"

	"mandate/governance"
)

// confusesChoices reports whether a voter can take one choice for another:
// equal or nearly equal labels, a yes that says no, numbers that are not
// the choice's own, or a plain "against" put where "for" is expected.
func confusesChoices(labels []string, venue governance.VenueName) bool {
	return duplicated(labels) || misnumbered(labels) || contradicts(labels) ||
		venue == governance.VenueSnapshot && reversed(labels)
}

// Skeleton folds case, look-alike letters and everything but letters and
// digits: labels with equal skeletons look equal to a person in a hurry.
func Skeleton(label string) string {
	var b strings.Builder
	for i, c := range label {
		c = unicode.ToLower(c)
		if plain, ok := lookalikes[c]; ok {
			c = plain
		}
		if unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) || strings.ContainsRune("%+<>=", c) ||
			c == '.' && i+1 < len(label) && label[i+1] >= '0' && label[i+1] <= '9' {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// lookalikes are the letters of other scripts that look like Latin ones.
var lookalikes = map[rune]rune{
	'а': 'a', 'е': 'e', 'о': 'o', 'р': 'p', 'с': 'c', 'у': 'y', 'х': 'x', 'і': 'i', 'ѕ': 's', 'ј': 'j', 'ԁ': 'd', 'ո': 'n',
	'ο': 'o', 'α': 'a', 'ν': 'v', 'ρ': 'p', 'τ': 't', 'υ': 'u', 'ι': 'i', 'κ': 'k', 'ɡ': 'g', 'ӏ': 'l', 'ⅼ': 'l',
	'０': '0', '１': '1', '２': '2', '３': '3', '４': '4', '５': '5', '６': '6', '７': '7', '８': '8', '９': '9',
}

func duplicated(labels []string) bool {
	seen := map[string]bool{}
	for _, l := range labels {
		k := Skeleton(l)
		if k == "" {
			k = strings.TrimSpace(l)
		}
		if seen[k] {
			return true
		}
		seen[k] = true
	}
	return false
}

// misnumbered: the labels number themselves, but not in the order in which
// the votes are counted.
func misnumbered(labels []string) bool {
	seen := make([]bool, len(labels)+1)
	ordered := true
	for i, l := range labels {
		n, ok := leadingNumber(l)
		if !ok || n < 1 || n > len(labels) || seen[n] {
			return false // numbers of something else
		}
		seen[n] = true
		ordered = ordered && n == i+1
	}
	return len(labels) > 1 && !ordered
}

// leadingNumber reads "2. For", "2) For", "#2 For", "Option 2: …".
func leadingNumber(l string) (int, bool) {
	s := strings.TrimLeft(strings.ToLower(l), "#([ ")
	for _, word := range []string{"option ", "choice "} {
		s = strings.TrimPrefix(s, word)
	}
	n, i := 0, 0
	for i < len(s) && i < 3 && s[i] >= '0' && s[i] <= '9' {
		n = n*10 + int(s[i]-'0')
		i++
	}
	if i == 0 || i == len(s) || !strings.ContainsRune(".):-]", rune(s[i])) {
		return 0, false
	}
	if s[i] == '.' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
		return 0, false // 0.5%
	}
	return n, true
}

// contradicts: "Yes, reject" or "No, do not reject": a vote whose first word
// and whose rest pull in different directions.
func contradicts(labels []string) bool {
	for _, l := range labels {
		first, rest := firstWord(l)
		switch first {
		case "yes", "yea", "yae", "for", "aye", "approve", "accept", "agree", "support":
			if hasWord(rest, "reject", "against", "oppose", "deny", "decline", "disagree", "disapprove") {
				return true
			}
		case "no", "nay", "against", "reject", "disagree":
			negated := hasWord(rest, "not", "don't", "dont", "doesn't", "never", "disapprove")
			if hasWord(rest, "reject", "oppose", "decline", "deny") && negated || hasWord(rest, "approve", "accept", "agree", "yes", "support") && !negated {
				return true
			}
		}
	}
	return false
}

func firstWord(l string) (string, string) {
	s := strings.ToLower(strings.TrimLeftFunc(l, func(c rune) bool { return !unicode.IsLetter(c) }))
	i := strings.IndexFunc(s, func(c rune) bool { return !unicode.IsLetter(c) })
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i:]
}

func hasWord(s string, words ...string) bool {
	for _, f := range strings.FieldsFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && c != '\'' && c != '’' }) {
		f = strings.ReplaceAll(f, "’", "'")
		for _, w := range words {
			if f == w {
				return true
			}
		}
	}
	return false
}

// reversed: "Against" before "For", where habit expects the other order.
func reversed(labels []string) bool {
	if len(labels) < 2 || len(labels) > 3 {
		return false
	}
	return isOneOf(Skeleton(labels[0]), "no", "nay", "against", "reject", "disagree", "oppose", "disapprove") &&
		isOneOf(Skeleton(labels[1]), "yes", "yea", "yae", "for", "accept", "agree", "support", "approve", "aye")
}

func isOneOf(s string, words ...string) bool {
	for _, w := range words {
		if s == w {
			return true
		}
	}
	return false
}
