package summarizer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mandate/governance"
	"mandate/governance/text"
)

// The forms of a hard rule. Each says what is done; the rest of the clause
// says when.
var (
	asks     = regexp.MustCompile(`(?i)\b(?:ask|consult|alert|check with|come to) me\b|\blet me decide\b|\bi (?:want to |will )?decide\b|\bi want to be asked\b|\bnever vote without me\b`)
	follows  = regexp.MustCompile(`(?i)\b(?:follow|copy|vote (?:like|as|with|the same as))\s+(\S+)`)
	skips    = regexp.MustCompile(`(?i)^(?:(?:i|we)\s+)?(?:always\s+)?(?:skip|ignore|leave out|do not show me|don[’']?t show me|do not bother me with|don[’']?t bother me with)\b`)
	abstains = regexp.MustCompile(`(?i)\babstain\b`)
	opposes  = regexp.MustCompile(`(?i)\b(?:never|don[’']?t|do not) (?:ever )?(?:support|vote for|vote yes|approve|accept|back|pass|fund)\b|\b(?:always )?(?:vote|voting) (?:against|no on|no to)\b|\b(?:always (?:oppose|reject)|(?:oppose|reject) (?:any|every|all|anything|everything))\b`)
	favours  = regexp.MustCompile(`(?i)\balways (?:support|approve|accept|back|vote for|vote yes on|fund)\b|\b(?:support|approve|accept|back|vote for|vote yes on) (?:any|every|all|anything|everything)\b`)
	share    = regexp.MustCompile(`(?i)\d\s*(?:%|percent\b)`)
	several  = regexp.MustCompile(`(?i)\bor (?:anything|everything|any|every|if|when)\b`)
	hard     = regexp.MustCompile(`(?i)\b(?:anything|everything|any|every|all)\b`)
)

// rule reads a clause as a hard rule. A clause that has the form of one, but
// names no condition that can be checked, is no rule: ok is false, and the
// note says why if that may surprise.
func (c *Compiler) rule(clause string) (rule governance.Rule, note string, ok bool) {
	rule = governance.Rule{Text: clause}
	rest := clause
	switch {
	case follows.MatchString(clause) && strings.Contains(strings.ToLower(clause), "0x"):
		return c.followRule(clause)
	case asks.MatchString(clause):
		rule.Then, rest = governance.ThenAsk, asks.ReplaceAllString(clause, " ")
	case skips.MatchString(clause):
		rule.Then, rest = governance.ThenSkip, skips.ReplaceAllString(clause, " ")
	case abstains.MatchString(clause):
		rule.Then, rest = governance.ThenAbstain, abstains.ReplaceAllString(clause, " ")
	case opposes.MatchString(clause):
		rule.Then = governance.ThenAgainst
	case favours.MatchString(clause):
		rule.Then = governance.ThenFor
	default:
		return rule, "", false
	}
	if share.MatchString(rest) && minUSD(rest) == 0 {
		return rule, fmt.Sprintf("%s names a share; only sums in dollars can be checked.", inQuotes(clause)), false
	}
	rule.When = c.condition(rest)
	votes := rule.Then == governance.ThenAgainst || rule.Then == governance.ThenFor
	if votes && onlyMentions(rule.When) && !hard.MatchString(clause) {
		return rule, "", false // "always support public goods" is a principle
	}
	if rule.When.Empty() {
		if !votes {
			note = fmt.Sprintf("%s sounds like a rule, but names no kind, sum, DAO or topic that can be checked.", inQuotes(clause))
		}
		return rule, note, false
	}
	if votes && onlyMentions(rule.When) {
		note = fmt.Sprintf("The rule %s fits every proposal that mentions %s, whichever way it goes.", inQuotes(clause), strings.Join(rule.When.Mentions, " or "))
	}
	if several.MatchString(clause) {
		note = fmt.Sprintf("%s names several cases; all parts of a rule must hold, so write one rule for each.", inQuotes(clause))
	}
	return rule, note, true
}

func onlyMentions(w governance.Condition) bool {
	mentions := w.Mentions
	w.Mentions = nil
	return len(mentions) > 0 && w.Empty()
}

var fullAddress = regexp.MustCompile(`(?i)\b0x[0-9a-f]{40}\b`)

// followRule: whose vote is taken over, and where. Until that vote is known
// the rule is passed over; Then is what a reader without the vote must do.
func (c *Compiler) followRule(clause string) (governance.Rule, string, bool) {
	m := follows.FindStringSubmatchIndex(clause)
	whom := strings.Trim(clause[m[2]:m[3]], ".,;:)")
	if !fullAddress.MatchString(whom) || len(whom) != 42 {
		return governance.Rule{}, fmt.Sprintf("%s needs an address of 42 characters; %s has %d.", inQuotes(clause), whom, len([]rune(whom))), false
	}
	rule := governance.Rule{Text: clause, Then: governance.ThenAsk, When: c.condition(clause[:m[0]] + " " + clause[m[3]:])}
	rule.When.Follow = whom
	return rule, "", true
}

// kindWords say which kinds of proposal a phrase means.
var kindWords = []struct {
	kinds   []governance.Kind
	pattern *regexp.Regexp
}{
	{[]governance.Kind{governance.KindElection}, regexp.MustCompile(`(?i)\b(?:elections?|electing|candidates?|nominations?|council seats?)\b`)},
	{[]governance.Kind{governance.KindUpgrade}, regexp.MustCompile(`(?i)\b(?:upgrades?|contract changes?|migrations?|deployments?)\b`)},
	{[]governance.Kind{governance.KindGrant}, regexp.MustCompile(`(?i)\bgrants?\b`)},
	{[]governance.Kind{governance.KindTreasury, governance.KindGrant}, regexp.MustCompile(`(?i)\b(?:treasury (?:spending|proposals?|moves?|transfers?|requests?)|spending|spends?|payments?|funding|budgets?)\b`)},
	{[]governance.Kind{governance.KindParameter}, regexp.MustCompile(`(?i)\b(?:parameters?|interest rates?|collateral factors?)\b`)},
	{[]governance.Kind{governance.KindPartnership}, regexp.MustCompile(`(?i)\b(?:partnerships?|mergers?)\b`)},
	{[]governance.Kind{governance.KindToken}, regexp.MustCompile(`(?i)\b(?:token (?:mints?|minting|sales?|swaps?|launch(?:es)?|changes?|proposals?)|tokenomics)\b`)},
	{[]governance.Kind{governance.KindPolicy}, regexp.MustCompile(`(?i)\b(?:polic(?:y|ies)|constitution(?:al)?|codes? of conduct)\b`)},
	{[]governance.Kind{governance.KindMeta}, regexp.MustCompile(`(?i)\b(?:governance (?:changes?|proposals?|rules?|process(?:es)?)|quorums?|voting rules?)\b`)},
}

var flagWords = []struct {
	flag    governance.Flag
	pattern *regexp.Regexp
}{
	{governance.FlagHiddenText, regexp.MustCompile(`(?i)\bhidden (?:text|words|characters|comments)\b`)},
	{governance.FlagInstructions, regexp.MustCompile(`(?i)\bprompt injections?\b|\binstructions? (?:to|for|aimed at) (?:a |an |the )?(?:ai|model|llm|agent)s?\b`)},
	{governance.FlagSpam, regexp.MustCompile(`(?i)\bspam\b`)},
	{governance.FlagLinkMismatch, regexp.MustCompile(`(?i)\b(?:misleading|fake|mismatched) links?\b`)},
	{governance.FlagMixedLanguage, regexp.MustCompile(`(?i)\bmixed languages?\b`)},
	{governance.FlagChoices, regexp.MustCompile(`(?i)\b(?:ambiguous|confusing|misleading) choices\b`)},
}

var (
	lacking  = regexp.MustCompile(`(?i)\b(?:without|lack(?:s|ing)?|with no|has no|have no|not been|is not|are not|isn[’']?t|aren[’']?t|and no)\s+(?:an?\s+|any\s+|a prior\s+|an independent\s+|being\s+)?(.*)`)
	un       = regexp.MustCompile(`(?i)\bunaudited\b`)
	above    = regexp.MustCompile(`(?i)(?:\b(?:above|over|more than|exceed(?:s|ing)?|at least|larger than|bigger than|greater than|beyond|from|costs?|costing|or more)\b|>=?|≥)`)
	inDAO    = regexp.MustCompile(`(?i)\b(?:in|on|at|for|of)\s+([a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.eth)\b`)
	byAuthor = regexp.MustCompile(`(?i)\b(?:by|from|authored by|author)\s+(0x[0-9a-f]{40})\b`)
)

// condition reads when a rule applies.
func (c *Compiler) condition(phrase string) governance.Condition {
	var w governance.Condition
	for _, m := range inDAO.FindAllStringSubmatch(phrase, -1) {
		w.DAOs = append(w.DAOs, strings.ToLower(m[1]))
	}
	w.DAOs = append(w.DAOs, c.named(phrase)...)
	for _, m := range byAuthor.FindAllStringSubmatch(phrase, -1) {
		w.Authors = append(w.Authors, strings.ToLower(m[1]))
	}
	w.MinUSD = minUSD(phrase)
	for _, f := range flagWords {
		if f.pattern.MatchString(phrase) {
			w.Flags = append(w.Flags, f.flag)
			phrase = f.pattern.ReplaceAllString(phrase, " ")
		}
	}
	if un.MatchString(phrase) {
		w.Lacks = append(w.Lacks, "audit")
		phrase = un.ReplaceAllString(phrase, " ")
	}
	if m := lacking.FindStringSubmatchIndex(phrase); m != nil {
		w.Lacks = append(w.Lacks, topicsIn(phrase[m[2]:m[3]])...)
		phrase = phrase[:m[0]]
	}
	for _, k := range kindWords {
		if k.pattern.MatchString(phrase) {
			w.Kinds = append(w.Kinds, k.kinds...)
			phrase = k.pattern.ReplaceAllString(phrase, " ")
		}
	}
	slices.Sort(w.Kinds)
	w.Kinds = slices.Compact(w.Kinds)
	if w.MinUSD == 0 {
		w.Mentions = topicsIn(phrase)
	}
	return w
}

// named finds DAOs by their names where "in" or "on" goes before.
func (c *Compiler) named(phrase string) []string {
	var ids []string
	lower := " " + strings.Join(wordsOf(phrase), " ") + " "
	for name, id := range c.DAOs {
		for _, before := range []string{" in ", " on ", " at ", " of "} {
			if len(name) > 2 && strings.Contains(lower, before+name+" ") && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// minUSD reads a floor in dollars: "above $250,000", "over 1M USDC".
func minUSD(phrase string) float64 {
	if !above.MatchString(phrase) {
		return 0
	}
	for _, a := range text.Amounts(phrase) {
		price, ok := governance.PriceTable(nil).PriceUSD(a.Token)
		value, err := strconv.ParseFloat(a.Value, 64)
		if !a.Percent && ok && err == nil && value > 0 {
			return value * price
		}
	}
	return 0
}

// topicsIn uses the words by which topics are found in proposals, so that a
// rule and a text mean the same.
func topicsIn(phrase string) []string {
	return text.New(&governance.Proposal{Title: phrase}).Topics
}
