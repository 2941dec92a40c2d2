package reader

import "strings"

// keepsWhatTitleKeeps: a title that proposes to keep something is supported
// by the choice that keeps the same thing.
func keepsWhatTitleKeeps(title, l string) bool {
	if !hasAny(title, []string{"keep ", "maintain ", "retain ", "continue ", "preserve "}) {
		return false
	}
	if strings.HasPrefix(l, "continue") && strings.Contains(title, "continu") {
		return true
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
