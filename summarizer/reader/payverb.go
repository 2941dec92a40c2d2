package reader

import "strings"

// payVerbs come right before who is paid.
var payVerbs = []string{"pay ", "reimburse ", "compensate ", "remunerate ", "fund ", "grant ", "send ", "give ", "award ", "reward ", "provide ", "appoint ", "hire ", "enable ", "support ", "sponsor ", "funding for ", "establish ", "payment to ", "grant to ", "compensation for ", "reimbursement of ", "renew "}

// verbName reads who is paid from a sentence without looking at amounts.
func verbName(s string) string {
	s = head(s, 600)
	low := strings.ToLower(s)
	for _, verb := range payVerbs {
		i := strings.Index(low, verb)
		if i < 0 || i > 0 && isWordByte(low[i-1]) || i+len(verb) > len(s) || isNoun(s, i) {
			continue
		}
		if name := anyName(s[i+len(verb):]); name != "" {
			return name
		}
	}
	return ""
}

// isNoun: a capital inside a sentence, as in "the Award Notices", makes what
// looks like a verb part of a name.
func isNoun(s string, at int) bool {
	if at == 0 || !isUpper(s, at) {
		return false
	}
	before := strings.TrimRight(s[:at], " *_")
	for _, w := range [...]string{"to", "and", "&", ":", "-", "–", ".", "|", "]", "should we", "vote"} {
		if hasSuffixFold(before, w) {
			return false
		}
	}
	return before != ""
}

func hasSuffixFold(s, w string) bool {
	return len(s) >= len(w) && strings.EqualFold(s[len(s)-len(w):], w)
}

// nameBefore reads "Ada Labs requests 5 ETH", "pay Ada 5 ETH", "Ada: 5 ETH".
func nameBefore(s string) string {
	s = tail(s, 300)
	low := strings.ToLower(s)
	for _, verb := range payVerbs {
		if i := strings.LastIndex(low, verb); i >= 0 && (i == 0 || !isWordByte(low[i-1])) && i+len(verb) <= len(s) {
			if name := anyName(s[i+len(verb):]); name != "" {
				return name
			}
		}
	}
	for _, verb := range [...]string{" requests", " is requesting", " will receive", " receives", " gets ", " asks", " will be paid", " is asking", " would receive", " seeks", " requested", " is seeking", " would like to request", " proposes to receive"} {
		if i := strings.Index(low, verb); i > 0 && i <= len(s) {
			if name := properName(s[:i]); name != "" && len(name)+6 >= i {
				return strings.TrimPrefix(name, "The ")
			}
		}
	}
	label, _, ok := strings.Cut(s, ":")
	if low := strings.ToLower(strings.Trim(label, " *_")); ok && len(label) < 40 && !isAmountLabel(low) && !isCategory(low) {
		if name := properName(strings.TrimLeft(label, "*_ -")); len(name)+5 >= len(label) {
			return name
		}
	}
	return ""
}
