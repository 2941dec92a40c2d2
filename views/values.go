package views

import "strconv"

// ValuesPage is where a person says what they stand for. It is one form
// that posts to /values; the pressed button is the field "do". Field names
// (i counts from 0):
//
//	statement                  the free text
//	p.{i}.id  p.{i}.text  p.{i}.weight (1…5)  p.{i}.from
//	p.{i}.l.{dimension}        −2…2, "0" = does not lean
//	np.text  np.weight         a new principle; the reader finds its leanings
//	r.{i}.id  r.{i}.then
//	n.kind n.dao n.author n.min_usd n.flag n.mentions n.lacks n.follow n.then   a new rule
//
// Values of "do": compile (read the statement again, keeping weights), save,
// add-principle, remove-principle:{id}, add-rule, remove-rule:{id},
// sample:{key} (start from a sample), clear. Every answer is a redirect
// (303) to /values, or the page again with errors. A field that is absent
// keeps what is stored. Every "do" but clear and sample saves what the other
// fields say, so no button loses an edit. The add buttons with empty fields
// change nothing else.
type ValuesPage struct {
	Shell      Shell
	Version    string // "Version 7, saved 4 min ago.", "Nothing is saved yet."
	Privacy    string // "Kept in this session, on this machine. Never sent anywhere."
	Stated     bool
	Statement  string
	StateNote  string // "251 characters. The built-in reader found 5 principles."
	StateError string
	MaxState   string // characters
	Principles []PrincipleForm
	PrinNote   string // "5 of at most 24"
	CanAdd     bool
	Rules      []RuleForm
	RuleNote   string // "Rules 1 and 2 fit 3 of the open proposals."
	CanAddRule bool
	NewRule    RuleBuilder
	Samples    []SampleCard
	Preview    Preview
	ExportURL  string // JSON, "" = nothing to export
	Errors     []string
}

// PrincipleForm is one principle as it is edited.
type PrincipleForm struct {
	Index    string // "0"
	ID       string
	Text     string
	From     string // words of the statement it came from, "" = added by hand
	Changed  string // "changed, was 4"
	Weight   int    // 1…5
	Leanings []LeanForm
	Error    string
}

// LeanForm is one dimension of a principle. All dimensions are listed; the
// ones that lean come as chips, the others in the fold.
type LeanForm struct {
	Key   string
	Name  string
	Minus string // what −2 means
	Plus  string // what +2 means
	Value int    // −2…2
}

// RuleForm is one hard rule.
type RuleForm struct {
	Index string
	ID    string
	When  string // "the sum is $250,000 or more", "the kind is an election"
	Then  []Option
	Said  string // as the person said it
	Fits  string // "fits 3 open proposals"
	Error string
}

// RuleBuilder is the form of a new rule. Each select starts with "any".
type RuleBuilder struct {
	Kinds, DAOs, Flags, Mentions, Lacks, Then []Option
	MinUSD, Author, Follow                    string // as typed
	Error                                     string
	Open                                      bool // shown unfolded
}

// SampleCard is a set of values to start from.
type SampleCard struct {
	Key   string
	Name  string
	About string
}

// Preview is what the values on the page do to the open proposals (fragment
// #preview; POST /values/preview with the same form).
type Preview struct {
	Heading string // "What the draft changes", "What your values say"
	Lead    string // "23 open proposals scored in 11 ms. …"
	Shifts  []Shift
	Legend  bool   // before and after are drawn
	Before  string // legend: "version 6, saved"
	After   string // legend: "this draft"
	Empty   string // in place of the list
	Error   string
	More    *Link
}

// Shift is one proposal before and after. Use NewShift.
type Shift struct {
	Href    string
	DAO     DAOName
	Title   string
	Before  string // "−9", "" = no score before
	After   string // "−33"
	XBefore string // of the drawing, 0…360
	XAfter  string
	Range   string // path between the two
	Aria    string // "from −9 to −33"
	Text    string // "now sure: advises Against, no longer asks you"
}

func (f *PrincipleForm) name(field string) string { return "p." + f.Index + "." + field }

// number is the place of the principle, counted from 1.
func (f *PrincipleForm) number() string {
	i, _ := strconv.Atoi(f.Index)
	return strconv.Itoa(i + 1)
}

func (f *PrincipleForm) leans() bool {
	for _, l := range f.Leanings {
		if l.Value != 0 {
			return true
		}
	}
	return false
}

// mark writes the leaning: "+2", "−1".
func (l LeanForm) mark() string { return Points(float64(l.Value)) }

// options are the five leanings, from −2 to 2.
func (l LeanForm) options() []Option {
	names := [...]string{"−2 strongly against", "−1 against", "0 does not lean", "+1 for", "+2 strongly for"}
	list := make([]Option, len(names))
	for i, name := range names {
		list[i] = Option{Value: strconv.Itoa(i - 2), Label: name, Selected: i-2 == l.Value}
	}
	return list
}

func digit(n int) string { return strconv.Itoa(n) }
