package text

import (
	"strings"
	"unicode/utf8"

	"mandate/governance"
)

const (
	// MaxBytes is how much of a title or a body is read; the rest is cut
	// and the document flagged.
	MaxBytes = 2 << 20
	// longAt is the size in bytes from which a text counts as too large to
	// be read in one go: no real proposal comes near it.
	longAt = 128 << 10

	titleBytes = 4 << 10
	labelBytes = 4 << 10
	maxLabels  = 1000
)

// Document is a proposal's canonical text with everything that plain code
// derived from it. All offsets are in code points.
type Document struct {
	Text    string            // title + "\n\n" + body, canonical Markdown
	Title   string            // canonical title; Text starts with it
	BodyAt  int               // offset of the body in Text
	Choices []string          // canonical labels, in the venue's order
	Removed []Removal         // what was taken out
	Flags   []governance.Flag // found by code, in a fixed order
	Topics  []string          // audit, timelock, multisig, …, sorted

	marks []int // code points before each markStep bytes; nil = count
}

const markStep = 512

// New derives the document of p. It never fails and takes linear time.
func New(p *governance.Proposal) Document {
	d, in := canonicalise(p)
	d.Flags = flagsOf(&d, p, in)
	d.Topics = topicsOf(d.Text)
	return d
}

// Plain is New without flags and topics, for showing the text alone.
func Plain(p *governance.Proposal) Document {
	d, _ := canonicalise(p)
	return d
}

func canonicalise(p *governance.Proposal) (Document, *intake) {
	var in intake
	d := Document{Title: oneLine(in.take(p.Title, titleBytes))}
	body := strings.TrimRight(in.take(p.Body, MaxBytes), " \t\n")
	d.Text = d.Title + "\n\n" + body
	d.BodyAt = utf8.RuneCountInString(d.Title) + 2
	for i, label := range p.Choices {
		if i == maxLabels {
			in.cut = true
			break
		}
		d.Choices = append(d.Choices, oneLine(in.take(label, labelBytes)))
	}
	d.Removed = in.removed.list()
	d.marks = marksOf(d.Text)
	return d, &in
}

// intake canonicalises the parts of a proposal and keeps what was removed.
type intake struct {
	removed removals
	cut     bool
}

func (in *intake) take(raw string, limit int) string {
	if len(raw) > limit {
		in.cut = true
		raw = raw[:limit]
		for len(raw) > 0 && !utf8.ValidString(raw[max(0, len(raw)-utf8.UTFMax):]) && !utf8.RuneStart(raw[len(raw)-1]) {
			raw = raw[:len(raw)-1]
		}
	}
	return canonical(raw, &in.removed)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Find returns where quote stands in the text, exactly, first place first.
func (d Document) Find(quote string) (start, end int, ok bool) {
	if quote == "" {
		return 0, 0, false
	}
	at := strings.Index(d.Text, quote)
	if at < 0 {
		return 0, 0, false
	}
	start = d.CodePoint(at)
	return start, start + utf8.RuneCountInString(quote), true
}

// Slice returns the text from start to end, "" if they are out of order or
// out of range.
func (d Document) Slice(start, end int) string {
	if start < 0 || end <= start {
		return ""
	}
	from, to := d.Byte(start), d.Byte(end)
	if from < 0 || to < 0 {
		return ""
	}
	return d.Text[from:to]
}

// CodePoint converts a byte offset in Text to code points.
func (d Document) CodePoint(at int) int {
	if len(d.marks) == 0 {
		return utf8.RuneCountInString(d.Text[:at])
	}
	i := min(at/markStep, len(d.marks)-1)
	// A mark may cut a code point: then it counts the bytes after it as its own.
	from := i * markStep
	for from < at && !utf8.RuneStart(d.Text[from]) {
		from++
	}
	return d.marks[i] + utf8.RuneCountInString(d.Text[from:at])
}

// Byte converts an offset in code points to bytes, -1 if out of range.
func (d Document) Byte(at int) int {
	from, n := 0, 0
	if lo := d.markBefore(at); lo > 0 {
		from, n = lo*markStep, d.marks[lo]
		for from < len(d.Text) && !utf8.RuneStart(d.Text[from]) {
			from++
		}
	}
	for ; n < at; n++ {
		if from >= len(d.Text) {
			return -1
		}
		_, size := utf8.DecodeRuneInString(d.Text[from:])
		from += size
	}
	return from
}

// markBefore finds the last mark with at most at code points before it.
func (d Document) markBefore(at int) int {
	lo, hi := 0, len(d.marks)
	for lo+1 < hi {
		if mid := (lo + hi) / 2; d.marks[mid] <= at {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// marksOf counts the code points that start before each markStep bytes.
func marksOf(s string) []int {
	marks := make([]int, 0, len(s)/markStep+1)
	n := 0
	for i := range len(s) {
		if i%markStep == 0 {
			marks = append(marks, n)
		}
		if utf8.RuneStart(s[i]) {
			n++
		}
	}
	return marks
}
