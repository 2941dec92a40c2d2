package governance

import "time"

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
