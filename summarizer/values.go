package summarizer

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"mandate/governance"
)

// Compiler turns what a person says about their values into principles and
// rules. It is plain code; only what the code does not understand goes to the
// private model, if there is one, and only for leanings.
type Compiler struct {
	DAOs    map[string]string // lower-case name → DAO id, to understand "in Lido"; nil = ids only
	Private Leaner            // for texts that are the person's own; nil = they reach no model
}

// Leaner says where wishes lean: for each, dimension → -2…2. LanguageModel is
// one.
type Leaner interface {
	Lean(ctx context.Context, wishes []string) ([]map[string]int, error)
}

// Compiled is a compiled statement. Notes say, one sentence each, what was
// not understood or needs a look.
type Compiled struct {
	Values governance.Values
	Notes  []string
}

// Compile returns the values that a statement states. Nothing that the person
// wrote is lost: a sentence without a known word becomes a principle without
// leanings. It returns Invalid if the statement is too long.
func (c *Compiler) Compile(ctx context.Context, statement string) (governance.Values, error) {
	compiled, err := c.Explain(ctx, statement)
	return compiled.Values, err
}

// Explain is Compile with notes.
func (c *Compiler) Explain(ctx context.Context, statement string) (Compiled, error) {
	out := Compiled{Values: governance.NormalizeValues(governance.Values{Statement: statement})}
	if err := out.Values.Check(); err != nil {
		return Compiled{}, err
	}
	lexicon := newLexicon()
	for _, clause := range clauses(out.Values.Statement) {
		c.clause(&out, lexicon, clause)
	}
	if c.Private != nil {
		c.refine(ctx, &out)
	}
	out.Values = governance.NormalizeValues(out.Values)
	return out, out.Values.Check()
}

// refine asks the private model about the principles without leanings. Their
// notes stay, so that the person looks at them.
func (c *Compiler) refine(ctx context.Context, out *Compiled) {
	var wishes []string
	var places []int
	for i, p := range out.Values.Principles {
		if len(p.Leanings) == 0 && !indifferent.MatchString(p.Text) {
			wishes, places = append(wishes, p.Text), append(places, i)
		}
	}
	if len(wishes) == 0 {
		return
	}
	leanings, err := c.Private.Lean(ctx, wishes)
	if err != nil || len(leanings) != len(wishes) {
		out.Notes = append(out.Notes, "The private model gave no leanings: "+governance.MessageOf(err))
		return
	}
	found := 0
	for i, place := range places {
		out.Values.Principles[place].Leanings = leanings[i]
		found += min(1, len(leanings[i]))
	}
	out.Notes = append(out.Notes, fmt.Sprintf("The private model suggested leanings for %d of these; check them.", found))
}

// clause adds what one clause says: a rule if it has the form of one, else a
// principle.
func (c *Compiler) clause(out *Compiled, lexicon *lexicon, clause string) {
	rule, note, ok := c.rule(clause)
	if note != "" {
		out.Notes = append(out.Notes, note)
	}
	if ok {
		if len(out.Values.Rules) == governance.MaxRules {
			out.Notes = append(out.Notes, fmt.Sprintf("There is no room for the rule %s.", inQuotes(clause)))
			return
		}
		out.Values.Rules = append(out.Values.Rules, rule)
		return
	}
	if len(out.Values.Principles) == governance.MaxPrinciples {
		out.Notes = append(out.Notes, fmt.Sprintf("There is no room for the principle %s.", inQuotes(clause)))
		return
	}
	leanings, note := lexicon.leanings(clause)
	if note != "" {
		out.Notes = append(out.Notes, note)
	}
	out.Values.Principles = append(out.Values.Principles, governance.Principle{Text: clause, Weight: weightOf(clause), Leanings: leanings})
}

func inQuotes(s string) string {
	if r := []rune(s); len(r) > 80 {
		s = string(r[:80]) + "…"
	}
	return "“" + s + "”"
}

var (
	bullet = regexp.MustCompile(`^\s*(?:[-*•–]|\d{1,2}[.)])\s+`)
	// newClause is where one sentence goes on to say another thing.
	newClause = regexp.MustCompile(`(?i)(?:,\s*(?:and|but|or|also|so|then)?\s*|\s+(?:and|but)\s+|\s+[–—]\s+)((?:i|we|always|never|ask|skip|ignore|abstain|follow|vote|don[’']?t|do not|no)\s)`)
	opening   = regexp.MustCompile(`(?i)^(?:and|but|also|so|then|please|or)\s+`)
)

// clauses splits a statement into what is said one after the other, in the
// person's own words.
func clauses(statement string) []string {
	var list []string
	seen := map[string]bool{}
	add := func(s string) {
		s = strings.Trim(opening.ReplaceAllString(strings.TrimSpace(bullet.ReplaceAllString(s, "")), ""), " ,;.!:\t")
		for _, part := range cutLong(s) {
			if key := strings.ToLower(part); utf8.RuneCountInString(part) > 2 && strings.ContainsFunc(part, unicode.IsLetter) && !seen[key] {
				seen[key] = true
				list = append(list, part)
			}
		}
	}
	for _, line := range strings.Split(statement, "\n") {
		line = bullet.ReplaceAllString(line, "")
		for _, sentence := range stops(line) {
			for _, part := range strings.Split(sentence, ";") {
				from := 0
				for _, m := range newClause.FindAllStringSubmatchIndex(part, -1) {
					add(part[from:m[0]])
					from = m[2]
				}
				add(part[from:])
			}
		}
	}
	return list
}

var (
	stop  = regexp.MustCompile(`[.!?。！？]+(?:\s+|$)|[。！？]+`)
	short = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:e\.g|i\.e|etc|vs|approx|\pL)$`)
)

// stops splits at full stops, also where the next sentence begins with a
// small letter: people write their wishes that way.
func stops(line string) []string {
	var list []string
	from := 0
	for _, at := range stop.FindAllStringIndex(line, -1) {
		if !short.MatchString(line[from:at[0]]) {
			list = append(list, line[from:at[0]])
			from = at[1]
		}
	}
	return append(list, line[from:])
}

// cutLong splits what is too long for one principle.
func cutLong(s string) []string {
	var list []string
	for r := []rune(s); ; {
		if len(r) <= governance.MaxText {
			return append(list, string(r))
		}
		list = append(list, string(r[:governance.MaxText]))
		r = r[governance.MaxText:]
	}
}

// Keep carries over what a person set by hand: the ids, weights and leanings
// of the old principles whose words are still there, and the old rules whose
// words are.
func Keep(old, fresh governance.Values) governance.Values {
	principles := map[string]governance.Principle{}
	for _, p := range old.Principles {
		principles[strings.ToLower(p.Text)] = p
	}
	for i, p := range fresh.Principles {
		fresh.Principles[i].ID = ""
		if known, ok := principles[strings.ToLower(p.Text)]; ok {
			fresh.Principles[i] = known
		}
	}
	rules := map[string]governance.Rule{}
	for _, r := range old.Rules {
		rules[strings.ToLower(r.Text)] = r
	}
	for i, r := range fresh.Rules {
		fresh.Rules[i].ID = ""
		if known, ok := rules[strings.ToLower(r.Text)]; ok {
			fresh.Rules[i] = known
		}
	}
	fresh.Version = old.Version
	return governance.NormalizeValues(fresh)
}
