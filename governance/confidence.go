package governance

import (
	"fmt"
	"math"
)

// confidence says how sure the score is, 0.5…MaxUncalibrated: from the size
// of the lean, how far the principles agree, how much of the reading was word
// for word, and what plain code warns of. Without a person's own history it
// is a scale, no probability, and so capped.
func confidence(f Facts, list []Contribution, sum float64) float64 {
	var size float64
	for _, c := range list {
		size += math.Abs(c.Points)
	}
	if size == 0 {
		return 0
	}
	strength := 1 - math.Exp(-math.Abs(sum)/30)
	agreement := math.Min(1, math.Abs(sum)/size)
	sure := 0.5 + 0.45*strength*(0.5+0.5*agreement)
	return trust(f, sure)
}

// trust lowers a confidence by what is doubtful about the reading itself.
func trust(f Facts, sure float64) float64 {
	sure = 0.5 + (sure-0.5)*share01(f.Faithfulness)
	for _, flag := range f.Flags {
		sure = math.Min(sure, flagCap(flag))
	}
	return roundTo(math.Min(sure, MaxUncalibrated), 2)
}

// flagCap is the highest confidence in spite of a flag; all are below SureAt,
// so a flagged text never votes by itself.
func flagCap(flag Flag) float64 {
	switch flag {
	case FlagEmpty, FlagSpam:
		return 0.50
	case FlagChoices, FlagInstructions:
		return 0.60
	case FlagMixedLanguage, FlagHiddenText, FlagLinkMismatch, FlagOversize:
		return 0.70
	}
	return 0.75
}

// reason is the one sentence that says why the route was taken.
func reason(s Score, f Facts, sum float64, in ScoreContext) string {
	if s.Recommended != nil {
		return leaning(s, f, in)
	}
	size := "the matter is small"
	if s.Route == RouteAsk {
		size = "the matter is important"
	}
	switch {
	case !takesSides(f.Choices):
		return "The choices are not for or against a change, so your values give no advice; " + size + "."
	case math.Abs(sum) >= leanAt:
		return fmt.Sprintf("Your values lean %s the change, but no single choice says that; %s.", towards(sum), size)
	case pulled(s.Contributions):
		return "Your principles pull both ways here; " + size + "."
	}
	return "Nothing in this text touches what you stated; " + size + "."
}

func leaning(s Score, f Facts, in ScoreContext) string {
	label, sure, want := labelOf(f.Choices, *s.Recommended), percent(s.Confidence), percent(in.sureAt())
	switch s.Route {
	case RouteVote:
		return fmt.Sprintf("Your values say %s and are %s sure; you want %s.", label, sure, want)
	case RouteAsk:
		return fmt.Sprintf("Your values lean %s, but are %s sure; you want %s.", label, sure, want)
	}
	return fmt.Sprintf("Your values lean %s, but are %s sure; you want %s, and the matter is small.", label, sure, want)
}

func towards(sum float64) string {
	if sum > 0 {
		return "towards"
	}
	return "against"
}

func takesSides(choices []FactChoice) bool {
	for _, c := range choices {
		if c.Stance == Support || c.Stance == Oppose {
			return true
		}
	}
	return false
}

func pulled(list []Contribution) bool {
	for _, c := range list {
		if c.Points != 0 {
			return true
		}
	}
	return false
}

func labelOf(choices []FactChoice, index int) string {
	for _, c := range choices {
		if c.Index == index {
			return clip(c.Label, 60)
		}
	}
	return fmt.Sprintf("choice %d", index)
}

func percent(x float64) string { return fmt.Sprintf("%.0f%%", x*100) }

func quoted(s string) string { return "“" + clip(s, 120) + "”" }
