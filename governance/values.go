package governance

// Values are what a person stated that they care about. They are private:
// they are encrypted at rest and never leave the machine.
type Values struct {
	Version    int         `json:"version"` // 0 = none stated yet
	Statement  string      `json:"statement"`
	Principles []Principle `json:"principles"`
	Rules      []Rule      `json:"rules"`
	Signature  string      `json:"signature"` // by the owner's wallet; "" = advice only
}

// Stated reports whether there is anything to score by.
func (v Values) Stated() bool { return len(v.Principles) > 0 || len(v.Rules) > 0 }

// Principle is one value with its weight and where it leans.
type Principle struct {
	ID       string         `json:"id"`
	Text     string         `json:"text"`
	Weight   int            `json:"weight"`   // 1…5
	Leanings map[string]int `json:"leanings"` // dimension → -2…2
}

// Rule is a hard rule: where When holds, Then is done whatever the score says.
type Rule struct {
	ID   string    `json:"id"`
	When Condition `json:"when"`
	Then Outcome   `json:"then"`
	Text string    `json:"text"` // as the person said it
}

// Condition holds if every part that is set holds. An empty condition never
// holds.
type Condition struct {
	Kinds    []Kind   `json:"kinds,omitempty"`
	DAOs     []string `json:"daos,omitempty"`
	Authors  []string `json:"authors,omitempty"`
	MinUSD   float64  `json:"min_usd,omitempty"`  // asks at or above; an unpriced ask counts as above
	Flags    []Flag   `json:"flags,omitempty"`    // any of
	Mentions []string `json:"mentions,omitempty"` // topics, any of
	Lacks    []string `json:"lacks,omitempty"`    // topics, all missing
	Follow   string   `json:"follow,omitempty"`   // address whose vote is taken over once it is known; until then the rule is passed over
}

// Outcome is what a rule does.
type Outcome string

// The outcomes.
const (
	ThenFor     Outcome = "for"
	ThenAgainst Outcome = "against"
	ThenAbstain Outcome = "abstain"
	ThenAsk     Outcome = "ask"
	ThenSkip    Outcome = "skip"
)

// Limits that every edit of values is checked against.
const (
	MaxStatement  = 8000 // code points
	MaxPrinciples = 24
	MaxRules      = 24
	MaxText       = 500 // code points of a principle or rule
	MaxListed     = 50  // entries of one part of a condition
)
