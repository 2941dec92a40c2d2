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
	if count(found, no)+count(found, same) == 0 || len(labels) > 2 {
		p.turnContrary(labels, found)
	}
	if count(found, silent) == len(found) {
		p.askText(labels, found)
	}
	return settle(found, hasAny(strings.ToLower(p.title), freeChoice))
}

// freeChoice: titles that ask which, not whether.
var freeChoice = []string{"elect", "candidate", "choose", "select", "which ", "contest", "winner", "best ", "naming", "name ", "nomination", "favorite", "favourite", "désignation", "选举", "선출", "who ", "pick "}

// settle turns polarities into stances: beside a "no", choices that say
// neither are ways to say yes; without one they are a free choice.
func settle(found []polarity, free bool) []stanceOf {
	rejects, accepts := count(found, no)+count(found, same), count(found, yes)
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
		case free && count(found, silent) > 1:
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
	l := bareLabel(label)
	title := strings.ToLower(p.title)
	switch f := labelPolarity(l); {
	case strings.HasPrefix(l, "stop") && strings.HasPrefix(title, "stop"):
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

// repeats: "Stop it" on a title that proposes to stop, "Delay" on one that
// asks whether to delay.
func repeats(title, l string) bool {
	for _, verb := range [...]string{"stop", "delay", "postpone", "wait", "pass"} {
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
	case matches(words, l, keeps):
		return same
	case startsWith(words, l, noStarts):
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

// keepsWhatTitleKeeps: a title that proposes to keep something is supported
// by the choice that keeps the same thing.
func keepsWhatTitleKeeps(title, l string) bool {
	if !hasAny(title, []string{"keep ", "maintain ", "retain ", "continue ", "preserve "}) {
		return false
	}
	if hasAny(l, []string{"as they are", "as it is", "as is", "status quo", "no change", "unchanged", "current"}) {
		return false
	}
	_, about, _ := strings.Cut(title, " ")
	if !hasAny(l, []string{"keep", "maintain", "retain", "continue", "preserve"}) {
		return false
	}
	shared, all := 0, 0
	eachWord(l, func(w string) {
		if stopWords[w] || w == "keep" || w == "maintain" || w == "retain" {
			return
		}
		all++
		if strings.Contains(about, w) {
			shared++
		}
	})
	return all > 0 && shared*2 > all
}

// contrary: the label moves the other way than the title.
func contrary(title, l string) bool {
	for _, pair := range opposites {
		if hasWordOf(title, pair.one) && hasWordOf(l, pair.other) && !hasWordOf(l, pair.one) ||
			hasWordOf(title, pair.other) && hasWordOf(l, pair.one) && !hasWordOf(l, pair.other) {
			return !(hasWordOf(title, pair.one) && hasWordOf(title, pair.other))
		}
	}
	return false
}

func hasWordOf(s string, stems []string) bool {
	for _, stem := range stems {
		if i := strings.Index(s, stem); i >= 0 && (i == 0 || !isWordByte(s[i-1])) {
			return true
		}
	}
	return false
}

var opposites = []struct{ one, other []string }{
	{[]string{"increas", "raise", "raising", "double", "boost", "expand"}, []string{"decreas", "reduc", "lower", "cut", "halve", "shrink"}},
	{[]string{"remov", "revok", "delist", "disabl", "stop", "end ", "cancel", "ban", "terminat", "discontinu", "dissolve", "sunset"}, []string{"keep", "maintain", "retain", "leave", "continue"}},
	{[]string{"add", "enabl", "list", "start", "activat", "unlock", "unpause", "open"}, []string{"remov", "disabl", "delist", "stop", "pause", "close"}},
	{[]string{"change", "replac", "renam", "migrat", "switch", "hide", "updat", "upgrad", "modif", "adjust"}, []string{"keep", "maintain", "retain", "stay", "leave", "remain"}},
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

// acceptsByNo: a "no" that accepts.
var acceptsByNo = []string{"no objection", "no objections", "no concerns", "no concern", "no issue", "no problem", "no veto", "not against", "don't object", "do not object"}

// noOpinions: so many of abstains begin with "no" or may follow it.
const noOpinions = 7

var abstains = []string{"no opinion", "no preference", "abstain", "abstention", "abstaining", "abstained", "no vote", "neutral", "undecided", "not sure", "unsure", "don't know", "indifferent", "don't care", "présent", "me abstengo", "abstención", "abstenção", "m'abstiens", "abstient", "abstenir", "enthaltung", "enthalte", "astenuto", "je ne comprends pas", "弃权", "棄權", "中立", "기권", "воздерж", "棄権", "不知道", "blank vote", "blanc", "present"}

// keeps: words of the status quo, anywhere in a label.
var keeps = []string{"no change", "no changes", "status quo", "unchanged", "as is", "as it is", "as they are", "as they are now", "do nothing", "take no action", "no action", "nothing", "keep current", "keep the current", "keep existing", "keep as", "leave as", "leave it", "stay the same", "remain the same", "keep the same", "current", "as now", "same as now", "none of the above", "none of these", "none", "neither", "not now", "not yet", "wait", "postpone", "delay", "discuss more", "more discussion", "needs more discussion", "back to the drawing board", "维持", "保持", "不变", "现状", "기존", "유지", "현행", "変更なし", "sin cambios", "ne rien faire", "statu quo", "ninguno", "ninguna"}

// elsewhere: choices that want another question.
var elsewhere = []string{"rework", "revise", "revisit", "other", "invalid question", "maybe", "reservations", "something else", "need more information", "amend", "it depends", "maybe with", "alternative"}

var noStarts = []string{"no", "nah", "nok", "hate", "dislike", "i dislike", "i hate", "pass on", "nay", "against", "reject", "rejected", "rejecting", "oppose", "opposed", "disagree", "decline", "deny", "denied", "disapprove", "disapproval", "object", "i object", "veto", "do not", "don't", "dont", "not", "never", "nope", "keep", "maintain", "stay", "remain", "retain", "leave", "0", "0%", "$0", "contra", "contre", "nein", "non", "não", "nao", "i disagree", "i do not", "i don't", "i am against", "i oppose", "vote against", "vote no", "voting against", "we don't", "we do not", "we should not", "we shouldn't", "let's not", "stop", "en contra", "dagegen", "gegen", "je suis contre", "je vote contre", "unhappy", "fail", "нет", "против", "reprobar", "rechazar", "rechazo", "refuse", "not in favor", "不", "反对", "反對", "否", "拒绝", "反対", "いいえ", "반대", "아니", "비동의", "不同意", "不支持", "👎", "thumbs down", "nej", "hayır"}

var yesStarts = []string{"yes", "yea", "yay", "yae", "yeah", "yep", "yah", "aye", "love", "i love", "i like", "for", "approve", "approved", "approval", "accept", "accepted", "agree", "agreed", "support", "adopt", "endorse", "pass", "ratify", "ok", "okay", "sure", "in favor", "in favour", "favor", "favour", "i agree", "i approve", "i support", "i accept", "i am for", "i'm for", "i vote for", "vote for", "vote yes", "voting for", "we should", "we want", "let's", "lets", "do it", "go", "confirm", "enact", "proceed", "si", "sí", "oui", "ja", "sim", "pour", "je suis pour", "je vote pour", "a favor", "de acuerdo", "estoy de acuerdo", "apruebo", "aprobar", "dafür", "да", "за", "同意", "支持", "赞成", "贊成", "是", "好", "通过", "赞同", "賛成", "はい", "찬성", "동의", "네", "evet", "tak", "👍", "absolutely", "definitely", "certainly", "hell yes", "implement", "i want", "execute", "authorize", "authorise"}

var noWords = []string{"disagree", "nope", "nah", "reject", "against", "don't", "do not", "not", "oppose", "disapprove", "decline", "shouldn't", "never", "won't", "wouldn't", "contre", "反对", "不同意", "不支持", "반대", "拒绝"}

var yesWords = []string{"agree", "approve", "in favor", "in favour", "i support", "pour", "支持", "同意", "赞成", "찬성"}
