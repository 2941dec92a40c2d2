package views

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// SplitTitle sets the leading brackets of a title apart, with the dash or
// colon that follows them: "[EP 6.13] [Executable] - Title". A title made
// of brackets alone stays whole.
func SplitTitle(s string) Title {
	s = strings.TrimSpace(s)
	at := 0
	for strings.HasPrefix(s[at:], "[") {
		end := strings.IndexByte(s[at:], ']')
		if end < 0 || end > 60 {
			break
		}
		at += end + 1
		at += len(s[at:]) - len(strings.TrimLeft(s[at:], " "))
	}
	if at == 0 || at == len(s) {
		return Title{Rest: s}
	}
	rest := strings.TrimLeft(s[at:], "-–—:| ")
	if rest == "" {
		return Title{Rest: s}
	}
	return Title{Pre: s[:len(s)-len(rest)], Rest: rest}
}

// Says reports whether line says something that title does not: it is false
// where one holds the other, letters and digits compared. A headline that
// only adds the sum ("… asks for 1,463 USDC") counts as the same, since the
// sum stands beside it.
func Says(line, title string) bool {
	title = SplitTitle(title).Rest
	a, b := letters(line), letters(title)
	if a == "" {
		return false
	}
	// A number such as "LIP-19:" may stand before the title's own words.
	head, tail, _ := strings.Cut(title, ":")
	if own := letters(tail); len(head) < 24 && len(own) > 11 && strings.HasPrefix(a, own) {
		return false
	}
	return b == "" || !strings.Contains(b, a) && !strings.HasPrefix(a, b)
}

// Same reports whether a text holds nothing but the name and the amount: a
// table's row, read as a sentence.
func Same(text, name, amount string) bool {
	digits := strings.TrimFunc(letters(amount), unicode.IsLetter)
	rest := strings.Replace(letters(text), letters(name), "", 1)
	rest = strings.Replace(rest, digits, "", 1)
	return utf8.RuneCountInString(rest) <= 6 // the token, a share
}

// letters is s without anything but letters and digits, in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// FirstSentence is the beginning of a text for a card: its first sentence if
// that has at most n characters, else clipped.
func FirstSentence(s string, n int) string {
	at, from := -1, 0
	for i, r := range s {
		if from++; from > n {
			break
		}
		next := s[i+utf8.RuneLen(max(r, 0)):]
		stop := strings.ContainsRune("。！？", r) || strings.ContainsRune(".!?", r) && (next == "" || begins(next))
		if stop && from >= 24 {
			at = len(s) - len(next)
			break
		}
	}
	if at > 0 {
		return Calm(s[:at])
	}
	return Clip(s, n)
}

// begins reports whether a sentence seems to begin after a full stop: "incl.
// transport" and "No. 5" go on.
func begins(rest string) bool {
	after, ok := strings.CutPrefix(rest, " ")
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, " \"“‘("))
	return ok && unicode.IsLetter(r) && !unicode.IsLower(r)
}

// markup is what Markdown writes around words: emphasis, code, the target of
// a link, the bars of a table, the marks of headings, lists and quotes.
var markup = regexp.MustCompile(`__|~~|` + "`+" + `|(?m)^\s{0,3}(?:#{1,6}|>+|[-+])\s+|!?\[([^\[\]]*)\]\([^()\s]*\)|([^\s*])\*+|\*+([^\s*])`)

// Unmark is a piece of Markdown as it reads: without the marks, and with the
// cells of a table row apart by dots.
func Unmark(s string) string {
	if !strings.ContainsAny(s, "*_`~#>|[-+") {
		return s
	}
	s = markup.ReplaceAllString(s, "$1$2$3")
	if strings.Contains(s, "|") {
		var cells []string
		for _, c := range strings.Split(s, "|") {
			if c = strings.TrimSpace(c); strings.Trim(c, "-: ") != "" {
				cells = append(cells, c)
			}
		}
		s = strings.Join(cells, " · ")
	}
	return strings.TrimSpace(s)
}

// Seal returns the letter or digit that stands for a DAO, "·" if its name
// has none.
func Seal(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	return "·"
}

// ShortAddress shortens an address or a hash: "0x71C4…9bE2".
func ShortAddress(s string) string {
	if len(s) < 16 || !isASCII(s) {
		return Clip(s, 24)
	}
	return s[:6] + "…" + s[len(s)-4:]
}

// Clip shortens s to at most n characters at a word's end where it can, and
// drops combining marks beyond the third on one letter (stacked marks would
// be drawn over the lines around).
func Clip(s string, n int) string {
	s = Calm(s)
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)[:n]
	cut := string(r)
	if at := strings.LastIndexByte(cut, ' '); at > len(cut)*2/3 {
		cut = cut[:at]
	}
	return strings.TrimRight(cut, " ,.;:–-") + "…"
}

// Calm drops combining marks beyond the third on one letter. Text without
// such stacks is returned as it is.
func Calm(s string) string {
	if isASCII(s) {
		return s
	}
	stacked, run := false, 0
	for _, r := range s {
		if run++; !isMark(r) {
			run = 0
		}
		stacked = stacked || run > 3
	}
	if !stacked {
		return s
	}
	var b strings.Builder
	run = 0
	for _, r := range norm.NFC.String(s) {
		if run++; !isMark(r) {
			run = 0
		}
		if run <= 3 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Visible writes control, format and other characters that cannot be seen as
// their code points: "a⟨U+200B⟩b".
func Visible(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == utf8.RuneError || r != ' ' && !unicode.IsGraphic(r) || unicode.Is(unicode.Variation_Selector, r) {
			b.WriteString("⟨U+" + strings.ToUpper(leftPad(strconv.FormatInt(int64(r), 16))) + "⟩")
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// HTTPS returns u if it is an https address with a host and no user name,
// else "". Where hosts are given, the host must be one of them.
func HTTPS(u string, hosts ...string) string {
	p, err := url.Parse(strings.TrimSpace(u))
	if err != nil || p.Scheme != "https" || p.Host == "" || p.User != nil || p.Opaque != "" {
		return ""
	}
	for _, h := range hosts {
		if p.Host == h {
			return p.String()
		}
	}
	if len(hosts) > 0 {
		return ""
	}
	return p.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isMark(r rune) bool { return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r) }

func leftPad(hex string) string {
	if len(hex) >= 4 {
		return hex
	}
	return "0000"[len(hex):] + hex
}
