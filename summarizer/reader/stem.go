package reader

import (
	"unicode"

	"github.com/kljensen/snowball/english"
)

// stemmer numbers the content stems of one document. It remembers words, so
// that each is stemmed once.
type stemmer struct {
	words map[string]int
	stems map[string]int
}

func newStemmer() *stemmer {
	return &stemmer{words: map[string]int{}, stems: map[string]int{}}
}

// terms returns the distinct content stems of s, which is in lower case.
func (st *stemmer) terms(s string) []int {
	var list []int
	eachWord(s, func(w string) {
		id := st.term(w)
		if id < 0 {
			return
		}
		for _, have := range list {
			if have == id {
				return
			}
		}
		if len(list) < 200 {
			list = append(list, id)
		}
	})
	return list
}

// term numbers the stem of w, -1 for words that say nothing.
func (st *stemmer) term(w string) int {
	if id, ok := st.words[w]; ok {
		return id
	}
	id := -1
	if !stopWords[w] && len(w) > 1 {
		stem := w
		if len(w) < 30 {
			stem = english.Stem(w, false)
		}
		var ok bool
		if id, ok = st.stems[stem]; !ok {
			id = len(st.stems)
			st.stems[stem] = id
		}
	}
	st.words[w] = id
	return id
}

// eachWord calls f for each word of s; of scripts without spaces, for each
// pair of characters.
func eachWord(s string, f func(string)) {
	start, prev := -1, -1
	for i, c := range s {
		dense := c >= 0x3040 && c <= 0x9FFF
		if !dense && (c < 0x80 && isWordByte(byte(c)) || c >= 0x80 && (unicode.IsLetter(c) || unicode.IsMark(c)) || c == '\'' && start >= 0) {
			if start < 0 {
				start = i
			}
			prev = -1
			continue
		}
		if start >= 0 {
			f(s[start:i])
			start = -1
		}
		if !dense {
			prev = -1
			continue
		}
		if prev >= 0 {
			f(s[prev : i+len(string(c))])
		}
		prev = i
	}
	if start >= 0 {
		f(s[start:])
	}
}

func isWordByte(c byte) bool { return isLetter(c) || isDigit(c) }

var stopWords = setOf("a an the of and to in is be for this that will with are we our by from it not have has which should would can their they on as at or if was were been its i you your my me us he she his her them these those there here so such than then also but into over about more most some any all each other one two no do does did done may might must could shall let just only very new when where who what how why while out up down per via etc am pm s t re ve ll d m don dao proposal propose proposed proposals vote votes voting community please http https www com org")

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	eachWord(words, func(w string) { set[w] = true })
	return set
}
