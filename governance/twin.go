package governance

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// TwinDays is how far apart twins may be created: proposals of one DAO at
// different venues that ask the same, such as a temperature check and its vote
// on chain.
const TwinDays = 120

// twinAt is the least likeness of texts that links two proposals without a
// link in the text.
const twinAt = 0.6

// Question is what of a proposal is compared with others.
type Question struct {
	Ref     Ref
	Title   string
	Body    string
	Created time.Time
	State   State
}

// MatchTwins finds among the others those that ask the same as q at the other
// venue, the most alike first, at most three. A link in either text counts
// most; else titles and texts must be alike.
func MatchTwins(q Question, others []Question) []Twin {
	mine := newProfile(q)
	var out []Twin
	for _, o := range others {
		if o.Ref.Venue() == q.Ref.Venue() || absDays(q.Created, o.Created) > TwinDays {
			continue
		}
		theirs := newProfile(o)
		t := Twin{Ref: o.Ref, Title: o.Title, State: o.State, Created: o.Created}
		title, text := likeness(mine.title, theirs.title), likeness(mine.text, theirs.text)
		t.Match = math.Round(100*math.Max(0.5*title+0.5*text, math.Min(1, 0.9*text))) / 100
		switch {
		case mentions(q.Body, o.Ref) || mentions(o.Body, q.Ref):
			t.Why, t.Match = "one text links to the other", math.Max(t.Match, 0.95)
		case len(mine.title) > 1 && slices.Equal(sorted(mine.title), sorted(theirs.title)):
			t.Why = "the titles are the same"
			t.Match = math.Max(t.Match, 0.8)
		case t.Match >= twinAt && title >= 0.34:
			t.Why = "title and text are alike"
		default:
			continue
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b Twin) int {
		return cmp.Or(cmp.Compare(b.Match, a.Match), cmp.Compare(absDays(q.Created, a.Created), absDays(q.Created, b.Created)))
	})
	return out[:min(len(out), 3)]
}

func absDays(a, b time.Time) float64 { return math.Abs(a.Sub(b).Hours() / 24) }

// profile is the words of a proposal.
type profile struct{ title, text map[string]bool }

// stage matches what DAOs write before a title to say at which stage it is.
var stage = regexp.MustCompile(`(?i)^\s*(\[[^\]]{1,40}\]|\(?(temp(erature)?[ -]?check|rfc|snapshot|on-?chain|draft|final|executable|vote)\)?\s*[:\-–—])\s*`)

func newProfile(q Question) profile {
	title := q.Title
	for range 3 {
		title = stage.ReplaceAllString(title, "")
	}
	return profile{title: words(title, 40), text: words(q.Body, 4000)}
}

// words is the set of the first n distinct words; numbers are left out of it,
// since the sums of twins may differ.
func words(s string, n int) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) > 2 && len(w) < 40 && strings.IndexFunc(w, unicode.IsLetter) >= 0 {
			if out[w] = true; len(out) >= n {
				break
			}
		}
	}
	return out
}

// likeness is the share of common words (Jaccard), 0 where there are too few
// to say.
func likeness(a, b map[string]bool) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	common := 0
	for w := range a {
		if b[w] {
			common++
		}
	}
	return float64(common) / float64(len(a)+len(b)-common)
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for w := range set {
		out = append(out, w)
	}
	slices.Sort(out)
	return out
}

// mentions reports whether a text holds the id of a proposal, which at both
// venues is long enough to mean nothing else.
func mentions(body string, ref Ref) bool {
	id := ref.ID()
	return len(id) >= 40 && strings.Contains(strings.ToLower(body), strings.ToLower(id))
}
