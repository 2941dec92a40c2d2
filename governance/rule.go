package governance

import (
	"slices"
	"strings"
)

// Empty reports whether nothing is asked for; an empty condition never holds.
func (c Condition) Empty() bool {
	return len(c.Kinds) == 0 && len(c.DAOs) == 0 && len(c.Authors) == 0 && c.MinUSD == 0 &&
		len(c.Flags) == 0 && len(c.Mentions) == 0 && len(c.Lacks) == 0 && c.Follow == ""
}

// Holds reports whether every part that is set holds for the facts. Follow
// limits nothing: it names whose vote the rule takes over. A sum without a
// known price counts as above every MinUSD.
func (c Condition) Holds(f Facts) bool {
	switch {
	case c.Empty():
		return false
	case len(c.Kinds) > 0 && !slices.Contains(c.Kinds, f.Kind):
		return false
	case len(c.DAOs) > 0 && !containsFold(c.DAOs, f.DAO) && !containsFold(c.DAOs, f.Ref.Space()):
		return false
	case len(c.Authors) > 0 && !containsFold(c.Authors, f.Author):
		return false
	case c.MinUSD > 0 && !f.Unpriced && !(f.AskUSD >= c.MinUSD):
		return false
	case len(c.Flags) > 0 && !slices.ContainsFunc(c.Flags, func(x Flag) bool { return slices.Contains(f.Flags, x) }):
		return false
	case len(c.Mentions) > 0 && !slices.ContainsFunc(c.Mentions, func(t string) bool { return containsFold(f.Topics, t) }):
		return false
	}
	return !slices.ContainsFunc(c.Lacks, func(t string) bool { return containsFold(f.Topics, t) })
}

func containsFold(list []string, s string) bool {
	return s != "" && slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(x, s) })
}

// firstRule returns the first rule that holds: the order of the list is the
// order of precedence. A rule that follows somebody is passed over until
// their vote is known.
func (v Values) firstRule(f Facts, in ScoreContext) (Rule, bool) {
	for _, r := range v.Rules {
		if !r.When.Holds(f) {
			continue
		}
		if r.When.Follow != "" {
			if _, known := in.Followed[strings.ToLower(r.When.Follow)]; !known {
				continue
			}
		}
		return r, true
	}
	return Rule{}, false
}

func (r Rule) contribution(points float64) Contribution {
	return Contribution{Source: "rule:" + r.ID, Text: r.Text, Points: points}
}

// applyRule writes what a deciding rule says into the score.
func applyRule(s *Score, f Facts, r Rule, in ScoreContext) {
	switch {
	case r.When.Follow != "":
		index := in.Followed[strings.ToLower(r.When.Follow)]
		ruleVotes(s, f, r, in, &index, 0)
	case r.Then == ThenFor:
		ruleVotes(s, f, r, in, only(f.Choices, Support), 100)
	case r.Then == ThenAgainst:
		ruleVotes(s, f, r, in, only(f.Choices, Oppose), -100)
	case r.Then == ThenAbstain:
		ruleAbstains(s, f, r, in)
	case r.Then == ThenSkip:
		s.Contributions = []Contribution{r.contribution(0)}
		s.Reason = "Your rule " + quoted(r.Text) + " leaves this out."
	default:
		s.Route = RouteAsk
		s.Reason = "Your rule " + quoted(r.Text) + " cannot be read, so you are asked."
	}
}

// ruleVotes takes the choice that a rule names. Without one the person is
// asked: a rule is never bent to another choice.
func ruleVotes(s *Score, f Facts, r Rule, in ScoreContext, choice *int, points float64) {
	s.Contributions = []Contribution{r.contribution(points)}
	s.Choices = choiceScores(f.Choices, points)
	if choice == nil || !hasChoice(f.Choices, *choice) {
		s.Route = RouteAsk
		s.Reason = "Your rule " + quoted(r.Text) + " fits, but no single choice says that."
		return
	}
	s.Recommended = choice
	s.Confidence = trust(f, MaxUncalibrated)
	s.Route = route(*s, in)
	s.Reason = "Your rule " + quoted(r.Text) + " says " + labelOf(f.Choices, *choice) + "."
	if s.Route != RouteVote {
		s.Reason = "Your rule " + quoted(r.Text) + " says " + labelOf(f.Choices, *choice) +
			", but the reading is " + percent(s.Confidence) + " sure; you want " + percent(in.sureAt()) + "."
	}
}

func ruleAbstains(s *Score, f Facts, r Rule, in ScoreContext) {
	if choice := only(f.Choices, AbstainVote); choice != nil {
		ruleVotes(s, f, r, in, choice, 0)
		return
	}
	s.Contributions = []Contribution{r.contribution(0)}
	s.Reason = "Your rule " + quoted(r.Text) + " says to abstain, and there is no such choice; nothing is voted."
}

func hasChoice(choices []FactChoice, index int) bool {
	return slices.ContainsFunc(choices, func(c FactChoice) bool { return c.Index == index })
}
