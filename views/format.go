package views

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Span says a duration in at most two units: "2 d 4 h", "3 h 12 min", "40 s".
func Span(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d < 24*time.Hour:
		return units(d, time.Hour, " h", time.Minute, " min")
	case d < 60*24*time.Hour:
		return units(d, 24*time.Hour, " d", time.Hour, " h")
	case d < 730*24*time.Hour:
		return strconv.Itoa(int(d/(30*24*time.Hour))) + " months"
	default:
		return strconv.Itoa(int(d/(365*24*time.Hour))) + " years"
	}
}

func units(d, big time.Duration, bigName string, small time.Duration, smallName string) string {
	s := strconv.Itoa(int(d/big)) + bigName
	if rest := int(d % big / small); rest > 0 && d < 10*big {
		s += " " + strconv.Itoa(rest) + smallName
	}
	return s
}

// Relative says when t is, seen from now: "in 2 d 4 h", "4 min ago", "now".
func Relative(now, t time.Time) string {
	switch d := t.Sub(now); {
	case d.Abs() < time.Second:
		return "now"
	case d > 0:
		return "in " + Span(d)
	default:
		return Span(d) + " ago"
	}
}

// Exact says an instant in full: "Thu 16 Jul 2026, 13:40 UTC".
func Exact(t time.Time) string { return t.UTC().Format("Mon 2 Jan 2006, 15:04 UTC") }

// NewWhen is an instant with text shown before the relative time: "seen",
// "" = nothing. A zero time gives a zero When.
func NewWhen(before string, now, t time.Time) When {
	if t.IsZero() {
		return When{}
	}
	w := When{Text: Relative(now, t), Exact: Exact(t), ISO: t.UTC().Format(time.RFC3339)}
	if before != "" {
		w.Text = before + " " + w.Text
	}
	return w
}

// Ends is the end of voting: "ends in 2 d 4 h" or "ended 3 d ago". It is
// soon within 24 hours.
func Ends(now, end time.Time) When {
	w := NewWhen("ends", now, end)
	if left := end.Sub(now); left <= 0 {
		w.Text = "ended " + Relative(now, end)
	} else {
		w.Soon = left < 24*time.Hour
	}
	return w
}

// EndsShort is the same for a table or a timetable: "5 h", "3 d ago".
func EndsShort(now, end time.Time) When {
	w := Ends(now, end)
	w.Text = strings.TrimPrefix(Relative(now, end), "in ")
	return w
}

// Number writes a count or an amount with separators and at most three
// significant decimals: "1,412,880", "38.5", "0.000421".
func Number(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "–"
	case a >= 999.995 || a == math.Trunc(a):
		return group(strconv.FormatFloat(math.Round(v), 'f', 0, 64))
	case a >= 1:
		return minus(trimZeros(strconv.FormatFloat(v, 'f', 2, 64)))
	case a < 1e-9:
		return "0"
	default:
		digits := 2 - int(math.Floor(math.Log10(a)))
		return minus(trimZeros(strconv.FormatFloat(v, 'f', digits, 64)))
	}
}

// Compact writes a large number short: "1.48M", "12.3k".
func Compact(v float64) string {
	a := math.Abs(v)
	for _, u := range [...]struct {
		size float64
		name string
	}{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}} {
		if a >= u.size {
			return minus(trimZeros(strconv.FormatFloat(v/u.size, 'f', 2, 64))) + u.name
		}
	}
	return Number(v)
}

// USD writes dollars: "$4.5M" from a million, "$250,000" below.
func USD(v float64) string {
	if v < 0 {
		return "−" + USD(-v)
	}
	if v >= 1 {
		v = math.Round(v)
	}
	return "$" + Compact(v)
}

// Amount writes a plain decimal with its token: "375,000 USDC", "$1,200".
// An empty or odd amount gives "no amount given", with the token if known.
func Amount(decimal, token string) string {
	whole, fraction, _ := strings.Cut(decimal, ".")
	if !isDigits(whole) || strings.Trim(fraction, "0123456789") != "" {
		if token == "" {
			return "no amount given"
		}
		return "no amount given, in " + token
	}
	s := group(strings.TrimLeft(whole, "0"))
	if s == "" {
		s = "0"
	}
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		s += "." + fraction
	}
	switch token {
	case "":
		return s
	case "USD":
		return "$" + s
	default:
		return s + " " + token
	}
}

// Percent writes a share, 0…1, without decimals: "64%".
func Percent(share float64) string {
	return strconv.Itoa(int(math.Round(clamp(share, 0, 99.99)*100))) + "%"
}

// Share writes part of total with one decimal, also as an SVG width:
// "71.6%". It is "0%" where total is not positive.
func Share(part, total float64) string {
	if !(total > 0) || !(part > 0) {
		return "0%"
	}
	return trimZeros(strconv.FormatFloat(math.Min(part/total, 1)*100, 'f', 1, 64)) + "%"
}

// Points writes a score: "+46", "−9", "0".
func Points(v float64) string {
	switch n := int(math.Round(v)); {
	case n > 0:
		return "+" + strconv.Itoa(n)
	case n < 0:
		return "−" + strconv.Itoa(-n)
	default:
		return "0"
	}
}

// Plural writes a number with its noun: "1 version", "1,204 voters".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return group(strconv.Itoa(n)) + " " + many
}

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

func group(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	if len(s) <= 3 {
		return sign + s
	}
	b := make([]byte, 0, len(s)+len(s)/3)
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, s[i])
	}
	return sign + string(b)
}

func trimZeros(s string) string {
	if strings.IndexByte(s, '.') < 0 {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

func minus(s string) string { return strings.Replace(s, "-", "−", 1) }

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

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
