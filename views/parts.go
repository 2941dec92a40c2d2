package views

// Link is a place to go to. Href is always a path of ours or an https
// address that the caller has checked.
type Link struct {
	Label   string
	Href    string
	Current bool
	Count   string // beside the label, "" = none
	Icon    string // name of an icon, "" = none
}

// When is a point in time: relative first, exact on hover or below.
type When struct {
	Text  string // "ends in 2 d 4 h"
	Exact string // "Thu 16 Jul 2026, 13:40 UTC"
	ISO   string // RFC 3339, for <time datetime>
	Soon  bool   // within a day: drawn with caution
}

// Title is a proposal's title; Pre is what stands in leading brackets, set
// light and never removed.
type Title struct {
	Pre  string
	Rest string
}

// DAOName is how a DAO is named beside its proposals.
type DAOName struct {
	Seal string // one letter
	Name string
	Href string // its page, "" = not a link
}

// Tone says what a tag or a notice means. It is always doubled by words.
type Tone string

// The tones.
const (
	Plain   Tone = ""
	You     Tone = "you"
	Caution Tone = "caution"
	Danger  Tone = "danger"
)

// Tag is a word in a frame.
type Tag struct {
	Text string
	Tone Tone
	Icon string
	Hint string // one sentence, shown on hover
}

// Notice is a message in the page: what happened, what is kept, what to do.
type Notice struct {
	Tone    Tone
	Icon    string // "" = by tone
	Title   string
	Text    string
	Detail  string // shown folded, as it came
	Actions []Link // the first is drawn as a button
	Alert   bool   // read out at once by screen readers
}

// Empty stands where a list has nothing.
type Empty struct {
	Title   string
	Text    string
	Actions []Link // the first is the primary one
}

// Fact is one line of a list of names and values.
type Fact struct {
	Name  string
	Value string
	Href  string // "" = no link
	Mono  bool   // an address or a hash
	Note  string // small, behind the value
}

// Glance answers a proposal in one look.
type Glance struct {
	Ends       When   // Text "in 2 d 4 h"
	EndsName   string // "Ends", "Starts" or "Ended"
	Cost       string // "375,000 USDC", "no money", "no amount given"
	CostNote   string // "and 2 more sums"
	Reading    *Reading
	NoReading  string // instead of a reading: "no values yet"
	Importance string // "High"; "" leaves the fact out
	ImportNote string // "0.81, money and powers"
}

// Argument is a claim with the words that carry it.
type Argument struct {
	Text  string // "" or equal to the quote: only the quote is shown
	Quote string
	Refs  []QuoteRef
	Href  string // where the quote stands: "#q2", or the page with it
}

// QuoteRef is the number of a quote. First is true at the first place that
// names it: the mark in the text links back to there.
type QuoteRef struct {
	N     string
	First bool
}

// Claim is a sentence with the numbers of its quotes.
type Claim struct {
	Text string
	Refs []QuoteRef
}

// Option is one entry of a select.
type Option struct {
	Value    string
	Label    string
	Selected bool
}

// SafeHTML is markup that a sanitiser has made. It is written as it is.
type SafeHTML struct{ html string }

// Sanitised vouches that html came out of a sanitiser that allows no script,
// no style, no image, no form and no link but http(s) ones.
func Sanitised(html string) SafeHTML { return SafeHTML{html: html} }

// Len is the size in bytes.
func (s SafeHTML) Len() int { return len(s.html) }

// IsEmpty reports whether there is nothing to show.
func (s SafeHTML) IsEmpty() bool { return s.html == "" }
