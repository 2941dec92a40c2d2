package summarizer

import (
	"fmt"
	"strings"
	"unicode"

	"mandate/governance"
	"mandate/governance/text"
)

// lexicon finds cues by their first word.
type lexicon struct {
	exact map[string][]cue
	open  []cue // whose first word has an open ending
}

func newLexicon() *lexicon {
	l := &lexicon{exact: map[string][]cue{}}
	for _, c := range cues() {
		first, _, _ := strings.Cut(c.words, " ")
		if strings.HasSuffix(first, "*") {
			l.open = append(l.open, c)
		} else {
			l.exact[first] = append(l.exact[first], c)
		}
	}
	return l
}

// at returns the longest cue at the beginning of the words.
func (l *lexicon) at(list []string) (cue, int) {
	var best cue
	length := 0
	for _, group := range [][]cue{l.exact[list[0]], l.open} {
		for _, c := range group {
			if n := c.matches(list); n > length {
				best, length = c, n
			}
		}
	}
	return best, length
}

// leanings reads where a clause leans. A clause in a language that the
// lexicon does not know, or without a known word, has no leanings and a note.
func (l *lexicon) leanings(clause string) (map[string]int, string) {
	if language := text.Language(clause); language != "" && language != "en" {
		return map[string]int{}, fmt.Sprintf("%s is not in English, which is all that the built-in reader understands; set its leanings by hand.", inQuotes(clause))
	}
	if indifferent.MatchString(clause) {
		return map[string]int{}, fmt.Sprintf("%s reads as having no wish here, so it leans nowhere.", inQuotes(clause))
	}
	up, down := l.scan(clause)
	found := map[string]int{}
	for _, d := range governance.Dimensions() {
		if v := up[d.Key] + down[d.Key]; v != 0 {
			found[d.Key] = v
		}
	}
	if len(found) == 0 {
		return found, fmt.Sprintf("No leaning was found in %s; set it by hand.", inQuotes(clause))
	}
	return found, ""
}

// scan walks over the words with a sign that negations turn, and keeps the
// strongest pull in each direction.
func (l *lexicon) scan(clause string) (up, down map[string]int) {
	up, down = map[string]int{}, map[string]int{}
	list := wordsOf(expense.ReplaceAllString(tolerant.ReplaceAllString(clause, "want"), "against"))
	sign, negated := 1, -10
	complaint := complainsUntil(clause)
	harmed := map[string]int{} // dimension → where a cue against it ended
	for i := 0; i < len(list); {
		if c, n := l.at(list[i:]); n > 0 {
			i += n
			turned := sign
			if i <= complaint && negated < 0 {
				turned = -sign
			}
			keep(up, down, withoutObjects(c.lean, harmed, i), turned)
			continue
		}
		switch w := list[i]; {
		case particles[w]:
			sign, negated = -1, i
		case turning[w] && i-negated <= 2:
			sign = 1 // "not against"
		case turning[w], instead[w] && i > 0 && !startsFigure(list, i+1), w == "too" && i+1 < len(list) && (list[i+1] == "much" || list[i+1] == "many"):
			sign = -1
		case affirming[w] && i-negated > 2:
			sign = 1
		}
		i++
	}
	return up, down
}

// complainsUntil returns how many words of a clause are complained about:
// "whales have too much power", "keep emissions low".
func complainsUntil(clause string) int {
	at := complains.FindStringIndex(clause)
	if at == nil {
		return 0
	}
	return len(wordsOf(clause[:at[1]]))
}

// withoutObjects leaves out what is only the object of the cue before it:
// the holders in "dilute token holders" are no wish of their own.
func withoutObjects(lean map[string]int, harmed map[string]int, end int) map[string]int {
	left := map[string]int{}
	for dimension, value := range lean {
		if value < 0 {
			harmed[dimension] = end
		} else if at, ok := harmed[dimension]; ok && end-at <= 4 {
			continue
		}
		left[dimension] = value
	}
	return left
}

func keep(up, down map[string]int, lean map[string]int, sign int) {
	for dimension, value := range lean {
		value *= sign
		up[dimension], down[dimension] = max(up[dimension], value), min(down[dimension], value)
	}
}

func startsFigure(list []string, i int) bool {
	return i < len(list) && strings.ContainsFunc(list[i], unicode.IsDigit)
}

// wordsOf splits into lower-case words; hyphens and apostrophes stay inside.
func wordsOf(s string) []string {
	s = strings.ToLower(strings.ReplaceAll(s, "’", "'"))
	return strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '\''
	})
}
