package governance

import "math"

// The scale of money where the DAO's treasury is unknown, in dollars:
// logarithmic, 0 at the first figure and 1 at the second.
const (
	smallUSD = 10_000
	largeUSD = 10_000_000
)

// The scale of money as a share of a known treasury, logarithmic as well.
const (
	smallPart = 0.001
	largePart = 0.1
)

// importance weighs what is at stake, without regard to what the values say.
// The largest of money, powers and findings leads; the other parts can fill a
// quarter of what is left.
func importance(f Facts, in ScoreContext) (float64, ImportanceParts) {
	p := ImportanceParts{
		Money:     roundTo(moneyPart(f, in.TreasuryUSD), 2),
		Powers:    powersPart(f.Kind),
		Findings:  findingsPart(f),
		Closeness: roundTo(closeness(f), 2),
		Share:     roundTo(math.Sqrt(share01(in.Share*5)), 2),
	}
	lead := math.Max(p.Money, math.Max(p.Powers, p.Findings))
	rest := p.Money + p.Powers + p.Findings + p.Closeness + p.Share - lead
	return roundTo(lead+(1-lead)*0.25*math.Min(1, rest), 2), p
}

// unknownSum is the money part of a sum without a price or a figure: it may
// matter, so one is asked where the values do not settle it. Ceilings are
// another thing: there such a sum counts as above every one.
const unknownSum = ImportantAt

func moneyPart(f Facts, treasury float64) float64 {
	switch {
	case math.IsNaN(f.AskUSD) || math.IsInf(f.AskUSD, 0):
		return 1
	case f.Unpriced:
		known := f
		known.Unpriced = false
		return math.Max(unknownSum, moneyPart(known, treasury))
	case f.AskUSD <= 0:
		return 0
	case treasury > 0:
		return logScale(f.AskUSD/treasury, smallPart, largePart)
	}
	return logScale(f.AskUSD, smallUSD, largeUSD)
}

func logScale(x, low, high float64) float64 {
	return share01(math.Log(x/low) / math.Log(high/low))
}

// powersPart is what a proposal of the kind can usually change.
func powersPart(k Kind) float64 {
	switch k {
	case KindUpgrade:
		return 0.6
	case KindToken, KindMeta:
		return 0.45
	case KindParameter, KindElection, KindPolicy:
		return 0.3
	case KindPartnership:
		return 0.2
	case KindTreasury, KindGrant:
		return 0.1
	}
	return 0.2
}

// findingsPart counts warnings; one danger fills it. A flag of the text
// counts as a warning.
func findingsPart(f Facts) float64 {
	if f.Dangers > 0 {
		return 1
	}
	return roundTo(math.Min(1, 0.3*float64(len(f.Flags)+max(0, min(f.Warnings, 10)))), 2)
}

// closeness is 1 for a tie between the two leading choices (abstentions left
// out) and falls fast: a lead of half of the votes is 0.13.
func closeness(f Facts) float64 {
	if len(f.Choices) < 2 {
		return 0
	}
	var first, second float64
	for i, score := range f.Tally.Scores {
		if i >= len(f.Choices) || f.Choices[i].Stance == AbstainVote || !(score > 0) || math.IsInf(score, 0) {
			continue
		}
		switch {
		case score > first:
			first, second = score, first
		case score > second:
			second = score
		}
	}
	if first == 0 {
		return 0
	}
	return math.Pow(1-(first-second)/(first+second), 3)
}
