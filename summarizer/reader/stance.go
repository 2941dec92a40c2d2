package reader

import (
	"strings"
	"unicode"

	"mandate/governance"
)

// stanceOf is what a choice does, and whether its label says so by itself.
type stanceOf struct {
	stance governance.Stance
	plain  bool
}

// polarity is what a label says, before the title is looked at.
type polarity int

const (
	silent polarity = iota
	yes
	no
	abstain
	same    // keeps what is there
	neither // asks for something else
)

// stances reads the stance of each choice.
func (p *page) stances() []stanceOf {
	labels := p.doc.Choices
	found := make([]polarity, len(labels))
	for i, l := range labels {
		found[i] = p.polarityOf(l)
	}
	if !strings.Contains(strings.ToLower(p.title), " or ") && (count(found, no)+count(found, same) == 0 || len(labels) > 2) {
		p.turnContrary(labels, found)
	}
	for i, l := range labels {
		if found[i] == yes && bareLabel(l) == "pass" && count(found, no)+count(found, same) == 0 {
			found[i] = no // to pass on it
		}
	}
	if count(found, silent) == len(found) {
		p.askText(labels, found)
	}
	return settle(found, hasAny(strings.ToLower(p.title), freeChoice))
}

// freeChoice: titles that ask which, not whether.
var freeChoice = []string{"elect", "candidate", "choose", "select", "which ", "contest", "winner", "best ", "naming", "name ", "nomination", "favorite", "favourite", "désignation", "选举", "선출", "who ", "pick ", "what should we do", "what to do", "what do we do"}

// settle turns polarities into stances: beside a "no", choices that say
// neither are ways to say yes; without one they are a free choice.
func settle(found []polarity, free bool) []stanceOf {
	rejects, accepts := count(found, no)+count(found, same), count(found, yes)
	if rejects > 1 && rejects == len(found) {
		free, rejects = true, 0 // nothing to reject: each keeps something else
		found = make([]polarity, len(found))
	}
	list := make([]stanceOf, len(found))
	for i, f := range found {
		s := stanceOf{stance: governance.OtherStance, plain: f != silent}
		switch {
		case f == yes:
			s.stance = governance.Support
		case f == no || f == same:
			s.stance = governance.Oppose
		case f == neither:
		case f == abstain:
			s.stance = governance.AbstainVote
		case free && count(found, silent) > 1 && count(found, no) == 0:
		case rejects > 0 && rejects+accepts+count(found, silent) == len(found)-count(found, abstain)-count(found, neither):
			s.stance = governance.Support
		case accepts > 0 && rejects == 0 && count(found, silent) == 1:
			s.stance = governance.Oppose
		}
		list[i] = s
	}
	return list
}

func count(list []polarity, want polarity) int {
	n := 0
	for _, f := range list {
		if f == want {
			n++
		}
	}
	return n
}

// polarityOf reads one label against the title.
func (p *page) polarityOf(label string) polarity {
	if first := strings.ToLower(label); strings.HasPrefix(first, "y:") || strings.HasPrefix(first, "n:") {
		return map[byte]polarity{'y': yes, 'n': no}[first[0]]
	}
	l := bareLabel(label)
	title := strings.ToLower(p.title)
	switch f := labelPolarity(l); {
	case hasWordOf(l, ends[:5]) && startsWithOne(l, ends) && hasWordOf(title, ends):
		return yes
	case repeats(title, l):
		return silent
	case (f == same || f == no) && keepsWhatTitleKeeps(title, l):
		return yes
	case f == same || f == no:
		if isZero(l) && hasAny(title, []string{"lower", "reduc", "remov", "decreas", "cut ", "eliminat", "abolish"}) {
			return silent
		}
		return f
	default:
		return f
	}
}

// ends: ways to propose the end of something, and to choose it.
var ends = []string{"stop", "end ", "close", "cancel", "terminat", "sunset", "discontinu", "ending", "closing"}

func startsWithOne(s string, list []string) bool {
	for _, w := range list {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// repeats: "Delay" on a title that asks whether to delay.
func repeats(title, l string) bool {
	for _, verb := range [...]string{"delay", "postpone", "wait", "pass"} {
		if strings.HasPrefix(l, verb) && strings.Contains(title, verb) {
			return true
		}
	}
	return false
}

// turnContrary finds choices that move the other way than the title.
func (p *page) turnContrary(labels []string, found []polarity) {
	title := strings.ToLower(p.title)
	for i, l := range labels {
		if found[i] == silent && contrary(title, bareLabel(l)) {
			found[i] = no
		}
	}
}

// isZero: "0", "0%", "$0 (none)".
func isZero(l string) bool {
	l = strings.TrimLeft(l, "$€ ")
	return strings.HasPrefix(l, "0") && (len(l) == 1 || !isDigit(l[1]) && l[1] != '.' && l[1] != ',')
}

// bareLabel drops numbering, emoji and quotes: "A. For (支持)" is "for (支持)".
func bareLabel(label string) string {
	l := strings.ToLower(strings.ReplaceAll(head(label, 300), "’", "'"))
	l = strings.TrimLeftFunc(l, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '$' })
	for _, word := range [...]string{"option ", "choice ", "opt ", "选项", "方案"} {
		if strings.HasPrefix(l, word) {
			if rest := strings.TrimLeft(l[len(word):], "0123456789abcdef#() "); rest != "" && strings.ContainsRune(":.-–)", rune(rest[0])) {
				l = strings.TrimLeft(rest, ":.-–) ")
			}
		}
	}
	if len(l) > 2 && (isLetter(l[0]) || isDigit(l[0])) && strings.ContainsRune(".):", rune(l[1])) && !isDigit(l[2]) {
		l = strings.TrimLeft(l[2:], " ")
	}
	for _, strong := range [...]string{"hell ", "heck ", "fuck ", "absolutely ", "definitely ", "oh ", "strong ", "strongly "} {
		l = strings.TrimPrefix(l, strong)
	}
	return strings.TrimSpace(l)
}

// labelPolarity reads a label by itself.
func labelPolarity(l string) polarity {
	if l == "" {
		return silent
	}
	words := wordsOf(l)
	switch {
	case matches(words, l, acceptsByNo):
		return yes
	case strings.HasPrefix(words, " no ") && !matches(words, l, abstains[:noOpinions]):
		if matches(words, l, keeps) {
			return same
		}
		return no
	case strings.HasPrefix(words, " yes "):
		return yes
	case matches(words, l, abstains):
		return abstain
	case startsWith(words, l, elsewhere):
		return neither
	case matches(words, l, keeps), startsWith(words, l, keepStarts), words == " current " || strings.Contains(l, "(current") || strings.HasSuffix(words, " as is ") && len(words) < 20:
		return same
	case startsWith(words, l, noStarts), words == " non ", strings.HasPrefix(l, "non /"), strings.HasPrefix(l, "non,"):
		return no
	case startsWith(words, l, yesStarts):
		return yes
	case matches(words, l, noWords):
		return no
	case matches(words, l, yesWords):
		return yes
	}
	return silent
}

// wordsOf writes the words of l with single blanks between and around them.
// Decimals stay whole.
func wordsOf(l string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for i, c := range l {
		inside := c == '\'' || c == '$' || c == '%' || unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) ||
			(c == '.' || c == ',') && i > 0 && isDigit(l[i-1]) && i+1 < len(l) && isDigit(l[i+1])
		if inside {
			b.WriteRune(c)
		} else {
			b.WriteByte(' ')
		}
	}
	return " " + strings.Join(strings.Fields(b.String()), " ") + " "
}

// matches looks for whole words, or for characters of scripts without them.
func matches(words, l string, list []string) bool {
	for _, w := range list {
		if w[0] >= 0x80 && strings.Contains(l, w) || w[0] < 0x80 && strings.Contains(words, " "+w+" ") {
			return true
		}
	}
	return false
}

func startsWith(words, l string, list []string) bool {
	for _, w := range list {
		if w[0] >= 0x80 && strings.HasPrefix(l, w) || w[0] < 0x80 && strings.HasPrefix(words, " "+w+" ") {
			return true
		}
	}
	return false
}

// askText looks up what choices without words ("Option 1", "A") mean.
func (p *page) askText(labels []string, found []polarity) {
	for i, l := range labels {
		if len(l) > 16 {
			continue
		}
		if u := p.unitLabelled(l); u != nil {
			at, _ := inlineHeading(p.words(u))
			words := strings.ToLower(p.text[u.from+at : u.to])
			if f := labelPolarity(words); (f == no || f == same) && len(words) < 80 {
				found[i] = f
			}
		}
	}
}

// unitLabelled finds the line that explains a choice: "Option 1: …".
func (p *page) unitLabelled(label string) *unit {
	if i := p.labelled(label); i >= 0 {
		return &p.units[i]
	}
	return nil
}

// labelled is the index of the unit with that label, -1 = there is none.
func (p *page) labelled(label string) int {
	if len(label) > 80 {
		return -1
	}
	if i, ok := p.labels[strings.ToLower(strings.Trim(label, " .:*\"'"))]; ok {
		return i
	}
	return -1
}
