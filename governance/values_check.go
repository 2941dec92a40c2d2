package governance

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fault is one thing wrong with values, for the field it stands beside.
type Fault struct {
	Field   string // "statement", "principles[2].weight", "rules[0].when.follow", …
	Message string // one sentence that says what is wrong
}

// Check returns nil, or one Invalid error whose message has a sentence for
// every fault.
func (v Values) Check() error {
	faults := v.Faults()
	if len(faults) == 0 {
		return nil
	}
	messages := make([]string, len(faults))
	for i, f := range faults {
		messages[i] = f.Message
	}
	return Errorf(Invalid, "%s", strings.Join(messages, " "))
}

// Faults lists everything that is wrong, in the order of the fields.
func (v Values) Faults() []Fault {
	var c checker
	c.text("statement", "The statement", v.Statement, MaxStatement)
	c.atMost("principles", "principles", len(v.Principles), MaxPrinciples)
	c.atMost("rules", "rules", len(v.Rules), MaxRules)
	ids := map[string]bool{}
	for i, p := range v.Principles[:min(len(v.Principles), MaxPrinciples)] {
		c.principle(fmt.Sprintf("principles[%d]", i), fmt.Sprintf("Principle %d", i+1), p)
		c.unique(ids, fmt.Sprintf("principles[%d].id", i), p.ID)
	}
	for i, r := range v.Rules[:min(len(v.Rules), MaxRules)] {
		c.rule(fmt.Sprintf("rules[%d]", i), fmt.Sprintf("Rule %d", i+1), r)
		c.unique(ids, fmt.Sprintf("rules[%d].id", i), r.ID)
	}
	return c.faults
}

type checker struct{ faults []Fault }

func (c *checker) add(field, format string, args ...any) {
	c.faults = append(c.faults, Fault{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) atMost(field, what string, n, limit int) {
	if n > limit {
		c.add(field, "At most %d %s fit; these are %d.", limit, what, n)
	}
}

func (c *checker) text(field, what, s string, limit int) {
	if n := utf8.RuneCountInString(s); n > limit {
		c.add(field, "%s has %d characters; at most %d fit.", what, n, limit)
	}
	if !utf8.ValidString(s) {
		c.add(field, "%s is not valid UTF-8.", what)
	}
}

func (c *checker) unique(seen map[string]bool, field, id string) {
	if id != "" && seen[id] {
		c.add(field, "The id %q is used twice.", clip(id, 40))
	}
	seen[id] = true
}

func (c *checker) principle(field, name string, p Principle) {
	if strings.TrimSpace(p.Text) == "" {
		c.add(field+".text", "%s has no words.", name)
	}
	c.text(field+".text", name, p.Text, MaxText)
	c.text(field+".id", name+"'s id", p.ID, 60)
	if p.Weight < 1 || p.Weight > 5 {
		c.add(field+".weight", "%s weighs %d; a weight is 1 to 5.", name, p.Weight)
	}
	for _, key := range slices.Sorted(maps.Keys(p.Leanings)) {
		if value := p.Leanings[key]; !IsDimension(key) {
			c.add(field+".leanings", "%s leans on %q, which is no dimension.", name, clip(key, 40))
		} else if value < -2 || value > 2 {
			c.add(field+".leanings."+key, "%s leans %d on %s; a leaning is -2 to 2.", name, value, key)
		}
	}
}

func (c *checker) rule(field, name string, r Rule) {
	c.text(field+".text", name, r.Text, MaxText)
	c.text(field+".id", name+"'s id", r.ID, 60)
	switch r.Then {
	case ThenFor, ThenAgainst, ThenAbstain, ThenAsk, ThenSkip:
	default:
		c.add(field+".then", "%s does %q; it can be for, against, abstain, ask or skip.", name, clip(string(r.Then), 40))
	}
	if r.When.Empty() {
		c.add(field+".when", "%s has no condition, so it never fits.", name)
	}
	c.condition(field+".when", name, r.When)
}

func (c *checker) condition(field, name string, w Condition) {
	if w.MinUSD < 0 || math.IsNaN(w.MinUSD) || math.IsInf(w.MinUSD, 0) {
		c.add(field+".min_usd", "%s needs a sum in dollars of 0 or more.", name)
	}
	if w.Follow != "" {
		c.address(field+".follow", w.Follow)
	}
	for _, a := range w.Authors {
		c.address(field+".authors", a)
	}
	for _, k := range w.Kinds {
		if !slices.Contains(Kinds(), k) {
			c.add(field+".kinds", "%s names the kind %q, which does not exist.", name, clip(string(k), 40))
		}
	}
	for _, f := range w.Flags {
		if !slices.Contains(Flags(), f) {
			c.add(field+".flags", "%s names the flag %q, which does not exist.", name, clip(string(f), 40))
		}
	}
	c.list(field+".daos", name, w.DAOs)
	c.list(field+".mentions", name, w.Mentions)
	c.list(field+".lacks", name, w.Lacks)
	c.atMost(field, "entries in "+strings.ToLower(name), max(len(w.Authors), len(w.Kinds), len(w.Flags)), MaxListed)
}

func (c *checker) list(field, name string, entries []string) {
	c.atMost(field, "entries in "+strings.ToLower(name), len(entries), MaxListed)
	for _, e := range entries[:min(len(entries), MaxListed)] {
		c.text(field, "An entry of "+strings.ToLower(name), e, 100)
	}
}

func (c *checker) address(field, a string) {
	switch {
	case isAddress(a):
	case len(a) != 42:
		c.add(field, "An address has 42 characters; this one has %d.", utf8.RuneCountInString(a))
	default:
		c.add(field, "An address is 0x and 40 hexadecimal digits; %q is not.", clip(a, 42))
	}
}

// Flags returns every flag.
func Flags() []Flag {
	return []Flag{FlagHiddenText, FlagInstructions, FlagMixedLanguage, FlagLinkMismatch, FlagOversize, FlagEmpty, FlagSpam, FlagChoices}
}

// NormalizeValues trims texts, takes out control characters, brings
// addresses and ids into one form, drops leanings of 0 and gives ids where
// they are missing or doubled. It does not hide faults: Check still finds
// what is out of range.
func NormalizeValues(v Values) Values {
	v.Statement = cleanText(v.Statement, true)
	v.Principles = append([]Principle{}, v.Principles...)
	v.Rules = append([]Rule{}, v.Rules...)
	used := map[string]bool{}
	for i, p := range v.Principles {
		p.Text = cleanText(p.Text, false)
		wanted := map[string]int{}
		for key, value := range p.Leanings {
			if value != 0 {
				wanted[key] = value
			}
		}
		p.Leanings = wanted
		v.Principles[i] = p
	}
	for i, r := range v.Rules {
		r.Text = cleanText(r.Text, false)
		r.When = normalizeCondition(r.When)
		v.Rules[i] = r
	}
	keepIDs(v, used)
	return v
}

// keepIDs keeps the first use of each id and numbers the rest.
func keepIDs(v Values, used map[string]bool) {
	for i := range v.Principles {
		v.Principles[i].ID = claimID(cleanText(v.Principles[i].ID, false), used)
	}
	for i := range v.Rules {
		v.Rules[i].ID = claimID(cleanText(v.Rules[i].ID, false), used)
	}
	for i := range v.Principles {
		if v.Principles[i].ID == "" {
			v.Principles[i].ID = nextID("p", used)
		}
	}
	for i := range v.Rules {
		if v.Rules[i].ID == "" {
			v.Rules[i].ID = nextID("r", used)
		}
	}
}

func claimID(id string, used map[string]bool) string {
	if id == "" || used[id] {
		return ""
	}
	used[id] = true
	return id
}

func nextID(prefix string, used map[string]bool) string {
	for n := 1; ; n++ {
		if id := fmt.Sprint(prefix, n); !used[id] {
			used[id] = true
			return id
		}
	}
}

func normalizeCondition(w Condition) Condition {
	w.Follow = strings.ToLower(cleanText(w.Follow, false))
	w.Authors = cleanList(w.Authors)
	w.DAOs = cleanList(w.DAOs)
	w.Mentions = cleanList(w.Mentions)
	w.Lacks = cleanList(w.Lacks)
	return w
}

// cleanList cleans and lowers every entry and drops the empty ones and
// doubles.
func cleanList(list []string) []string {
	var out []string
	for _, s := range list {
		s = strings.ToLower(cleanText(s, false))
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// cleanText takes out control and direction characters, which could make a
// text read differently from what it is, and trims it. Line breaks stay where
// lines are wanted.
func cleanText(s string, lines bool) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n', r == '\t', r == '\r', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r) && r != '\u200d' && r != '\u200c':
			return -1
		}
		return r
	}, s))
}
