package text

import (
	"strings"
	"unicode"
)

// Language returns a two-letter code for the language of s, as far as its
// script and its small words tell: "zh", "ja", "ko", "ru", "ar", … or "en",
// "es", "fr", "de", "pt", "it". "" = unclear.
func Language(s string) string {
	best, most := "", 0
	for lang, n := range languageWeights(s) {
		if n > most || n == most && lang < best {
			best, most = lang, n
		}
	}
	return best
}

// mixesLanguages reports whether a second language says a good part of the
// text: it may say something else than the first.
func mixesLanguages(body string) bool {
	total := map[string]int{}
	sum := 0
	for paragraph := range strings.SplitSeq(body, "\n") {
		if paragraph == "" {
			continue
		}
		weights := languageWeights(paragraph)
		for lang, n := range weights {
			total[lang] += n
			sum += n
		}
	}
	first := ""
	for lang, n := range total {
		if n > total[first] || n == total[first] && lang < first {
			first = lang
		}
	}
	for lang, n := range total {
		if lang != first && n >= 8 && n*100 >= 12*sum {
			return true
		}
	}
	return false
}

// languageWeights counts the letters of each language in one paragraph. A
// character of a dense script counts for three. Latin letters count for the
// language of the small words among them, or for none if there are too few.
func languageWeights(s string) map[string]int {
	weights := map[string]int{}
	latin := 0
	for _, c := range s {
		switch {
		case c < 0x250:
			if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0xC0 {
				latin++
			}
		default:
			if lang, n := scriptLanguage(c); n > 0 {
				weights[lang] += n
			}
		}
	}
	if weights["ja"] > 0 { // Japanese is written with Chinese characters too
		weights["ja"] += weights["zh"]
		delete(weights, "zh")
	}
	if lang := latinLanguage(s); lang != "" {
		weights[lang] += latin
	}
	return weights
}

func scriptLanguage(c rune) (string, int) {
	switch {
	case c >= 0x3040 && c <= 0x30FF:
		return "ja", 3
	case c >= 0x3400 && c <= 0x9FFF, c >= 0x20000 && c <= 0x3FFFF:
		return "zh", 3
	case c >= 0xAC00 && c <= 0xD7AF, c >= 0x1100 && c <= 0x11FF:
		return "ko", 3
	case c >= 0x400 && c <= 0x52F:
		return "ru", 1
	case c >= 0x370 && c <= 0x3FF && unicode.IsLetter(c) && c != 'μ' && c != 'Ξ' && c != 'β' && c != 'α' && c != 'Δ' && c != 'Σ' && c != 'Ω' && c != 'π' && c != 'γ' && c != 'δ':
		return "el", 1
	case c >= 0x600 && c <= 0x6FF:
		return "ar", 1
	case c >= 0x590 && c <= 0x5FF:
		return "he", 1
	case c >= 0x900 && c <= 0x97F:
		return "hi", 2
	case c >= 0xE00 && c <= 0xE7F:
		return "th", 2
	}
	return "", 0
}

// latinLanguage counts small words that only one of the languages has.
func latinLanguage(s string) string {
	var hits [len(latinLanguages)]int
	words := 0
	eachWord(s, func(w string) {
		words++
		for i, l := range latinLanguages {
			if strings.Contains(l.words, " "+w+" ") {
				hits[i]++
			}
		}
	})
	best := 0
	for i, n := range hits {
		if n > hits[best] {
			best = i
		}
	}
	// A language other than English must clearly beat it: names and
	// abbreviations look like small words of many languages.
	if n := hits[best]; n < 2 || n*12 < words || best > 0 && (n < 3 || n < 3*hits[0] || n*7 < words) {
		return ""
	}
	return latinLanguages[best].code
}

// eachWord calls f with each run of Latin letters of up to 6 letters, in
// lower case: small words are short.
func eachWord(s string, f func(string)) {
	var buf [12]byte
	n, long := 0, false
	flush := func() {
		if n > 0 && !long {
			f(string(buf[:n]))
		} else if long {
			f("")
		}
		n, long = 0, false
	}
	for i := range len(s) {
		c := lower(s[i])
		switch {
		case c >= 'a' && c <= 'z' || c >= 0x80:
			if n == len(buf) {
				long = true
			} else {
				buf[n] = c
				n++
			}
		default:
			flush()
		}
	}
	flush()
}

type latinWords struct{ code, words string }

var latinLanguages = [...]latinWords{
	{"en", " the of and to is be for this that will with are we our by from it not have has which should would can their "},
	{"es", " el los las una para por con del que y se es esta este como más su sus lo al propuesta votar "},
	{"fr", " le les des une pour dans est et du que qui sur avec nous cette ce au aux pas sont vous "},
	{"de", " der die das und ist für mit den von nicht ein eine wir zu im auf werden wird sich auch "},
	{"pt", " os uma para com não que da dos das em por são mais ao nos esta você como "},
	{"it", " il di che una con non del della sono gli nel alla questo anche dei più "},
}
