package governance

import (
	"math"
	"time"
)

// Route says what happens with a scored proposal.
type Route string

// The routes (design: sure → vote; unsure and unimportant → digest; unsure
// and important → ask).
const (
	RouteVote   Route = "vote"
	RouteDigest Route = "digest"
	RouteAsk    Route = "ask"
)

// Thresholds of the route; a mandate can sign others.
const (
	SureAt      = 0.80 // confidence from which the agent is sure
	ImportantAt = 0.50 // importance from which it asks when unsure
	// MaxUncalibrated is the highest confidence without the person's own history.
	MaxUncalibrated = 0.90
)

// Facts are the few facts of an assessed proposal that scoring needs. They
// are stored beside the assessment so that thousands can be scored at once.
type Facts struct {
	Ref          Ref                `json:"-"`
	DAO          string             `json:"-"`
	Author       string             `json:"-"`
	Type         VotingType         `json:"-"`
	End          time.Time          `json:"-"`
	Tally        Tally              `json:"-"`
	Kind         Kind               `json:"k"`
	Choices      []FactChoice       `json:"c"`
	Leanings     map[string]Leaning `json:"l"` // quotes left out, offsets kept
	AskUSD       float64            `json:"u"` // sum of priced asks, dollars
	Unpriced     bool               `json:"p"` // an ask has no known price or amount
	Flags        []Flag             `json:"f"`
	Topics       []string           `json:"t"` // audit, timelock, multisig, kyc, vesting, …
	Faithfulness float64            `json:"s"`
	// Findings in what the proposal would do, filled from its inspection.
	Dangers  int `json:"-"`
	Warnings int `json:"-"`
}

// FactChoice is a choice with its meaning for scoring.
type FactChoice struct {
	Index  int    `json:"i"`
	Label  string `json:"n"`
	Stance Stance `json:"s"`
}

// Score is what a person's values say about a proposal.
type Score struct {
	Choices       []ChoiceScore   `json:"choices"`
	Recommended   *int            `json:"recommended"` // choice index, nil = no advice
	Confidence    float64         `json:"confidence"`  // 0…1
	Importance    float64         `json:"importance"`  // 0…1
	Route         Route           `json:"route"`
	Reason        string          `json:"reason"` // one sentence: why this route
	Contributions []Contribution  `json:"contributions"`
	ValuesVersion int             `json:"values_version"`
	Parts         ImportanceParts `json:"importance_parts"`
}

// ChoiceScore is -100…100 for one choice.
type ChoiceScore struct {
	Index int     `json:"index"`
	Score float64 `json:"score"`
}

// Contribution is one reason of a score: the list of them is the "why".
type Contribution struct {
	Source  string  `json:"source"` // "principle:<id>", "rule:<id>", "learned"
	Text    string  `json:"text"`
	Weight  int     `json:"weight"`
	Leaning string  `json:"leaning"` // dimension that matched, "" = none
	Points  float64 `json:"points"`  // towards the supporting side
	Quote   string  `json:"quote,omitempty"`
}

// ImportanceParts are the parts of an importance, each 0…1.
type ImportanceParts struct {
	Money     float64 `json:"money"`
	Powers    float64 `json:"powers"`
	Findings  float64 `json:"findings"`
	Closeness float64 `json:"closeness"`
	Share     float64 `json:"share"`
}

// ScoreContext is what a score depends on beside the proposal and the values.
// The zero value is valid: nothing known, default thresholds.
type ScoreContext struct {
	Now         time.Time
	TreasuryUSD float64        // of the DAO, dollars; 0 = unknown
	Share       float64        // the person's share of the voting power, 0…1; 0 = unknown
	Followed    map[string]int // lower-case address → choice it voted for, where known
	SureAt      float64        // 0 = SureAt
	ImportantAt float64        // 0 = ImportantAt
}

func (in ScoreContext) sureAt() float64 {
	if in.SureAt > 0 {
		return in.SureAt
	}
	return SureAt
}

func (in ScoreContext) importantAt() float64 {
	if in.ImportantAt > 0 {
		return in.ImportantAt
	}
	return ImportantAt
}

// leanAt is the smallest score that counts as a lean at all.
const leanAt = 5

// ScoreProposal says what the values v mean for the proposal with facts f.
// It is pure and total: no clock, no model, no error. Supporting choices
// score the sum of the contributions, opposing ones its negative, all others
// 0. Hard rules decide before any score; a danger in the calls always asks.
func ScoreProposal(f Facts, v Values, in ScoreContext) Score {
	s := Score{Choices: choiceScores(f.Choices, 0), Route: RouteDigest, ValuesVersion: v.Version, Contributions: []Contribution{}}
	s.Importance, s.Parts = importance(f, in)
	if !v.Stated() {
		s.Reason = "You have not said what you stand for yet, so nothing is scored."
		return s
	}
	if !f.Type.Known() {
		s.Route = RouteAsk
		s.Reason = "This kind of voting is not known here, so nothing is voted for you."
		return s
	}
	rule, ok := v.firstRule(f, in)
	switch {
	case !ok:
		byPrinciples(&s, f, v, in)
	case rule.Then == ThenAsk && rule.When.Follow == "":
		byPrinciples(&s, f, v, in)
		s.Contributions = append([]Contribution{rule.contribution(0)}, s.Contributions...)
		s.Route, s.Reason = RouteAsk, "Your rule "+quoted(rule.Text)+" says to ask you."
	default:
		applyRule(&s, f, rule, in)
	}
	if f.Dangers > 0 { // no values and no rule outweigh what the calls would do
		s.Route, s.Reason = RouteAsk, "Plain code found something dangerous in what it would do. Read it yourself before you vote."
	}
	return s
}

// byPrinciples fills in scores, advice, confidence and route from the
// principles.
func byPrinciples(s *Score, f Facts, v Values, in ScoreContext) {
	contributions, sum := contributions(f, v.Principles)
	s.Contributions = contributions
	side, advised := advice(f.Choices, sum)
	s.Choices = choiceScores(f.Choices, roundTo(sum, 1))
	s.Recommended = advised
	if advised != nil || side != "" {
		s.Confidence = confidence(f, contributions, sum)
	}
	if advised == nil && s.Confidence > 0.5 {
		s.Confidence = 0.5 // a lean that no single choice expresses is no better than a coin
	}
	s.Route = route(*s, in)
	s.Reason = reason(*s, f, sum, in)
}

// advice names the stance that the sum leans to, and the one choice that has
// it. Without a lean, or with none or several such choices, there is no advice.
func advice(choices []FactChoice, sum float64) (Stance, *int) {
	if math.Abs(sum) < leanAt {
		return "", nil
	}
	side := Support
	if sum < 0 {
		side = Oppose
	}
	return side, only(choices, side)
}

// only returns the index of the single choice with the stance, nil if there
// is none or more than one.
func only(choices []FactChoice, stance Stance) *int {
	var found *int
	for _, c := range choices {
		if c.Stance != stance {
			continue
		}
		if found != nil {
			return nil
		}
		found = new(c.Index)
	}
	return found
}

func choiceScores(choices []FactChoice, sum float64) []ChoiceScore {
	scores := make([]ChoiceScore, len(choices))
	for i, c := range choices {
		scores[i].Index = c.Index
		switch c.Stance {
		case Support:
			scores[i].Score = sum + 0 // + 0 turns -0 into 0
		case Oppose:
			scores[i].Score = 0 - sum
		}
	}
	return scores
}

func route(s Score, in ScoreContext) Route {
	switch {
	case s.Recommended != nil && s.Confidence >= in.sureAt():
		return RouteVote
	case s.Importance >= in.importantAt():
		return RouteAsk
	}
	return RouteDigest
}

// roundTo rounds to so many decimals and never returns -0.
func roundTo(x float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.Round(x*p)/p + 0
}

// share01 brings a share into 0…1; what is no number counts as 0.
func share01(x float64) float64 {
	if !(x > 0) {
		return 0
	}
	return math.Min(x, 1)
}
