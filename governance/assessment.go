package governance

// Rubric is the version of the reading rules. Assessments are made once per
// content hash and rubric.
const Rubric = "v1"

// Kind is what a proposal is about.
type Kind string

// The kinds of proposal.
const (
	KindTreasury    Kind = "treasury"
	KindParameter   Kind = "parameter"
	KindUpgrade     Kind = "upgrade"
	KindElection    Kind = "election"
	KindGrant       Kind = "grant"
	KindPolicy      Kind = "policy"
	KindPartnership Kind = "partnership"
	KindToken       Kind = "token"
	KindMeta        Kind = "meta"
	KindOther       Kind = "other"
)

// Kinds returns every kind, in the order in which pages list them.
func Kinds() []Kind {
	return []Kind{KindTreasury, KindGrant, KindParameter, KindUpgrade, KindToken, KindElection, KindPolicy, KindPartnership, KindMeta, KindOther}
}

// Stance is what a choice does to the change that the proposal proposes.
type Stance string

// The stances.
const (
	Support     Stance = "support"
	Oppose      Stance = "oppose"
	AbstainVote Stance = "abstain"
	OtherStance Stance = "other"
)

// Assessment is a proposal explained: claims, each with a quote that code
// has found literally in the canonical text (Assessment v1, JSON).
type Assessment struct {
	Version       int                `json:"version"`
	Reader        string             `json:"reader"` // "built-in" or the model's name
	Headline      string             `json:"headline"`
	Summary       string             `json:"summary"` // at most 3 sentences
	SummaryQuotes []Item             `json:"summary_quotes"`
	Kind          Kind               `json:"kind"`
	Changes       []Item             `json:"changes"`
	Asks          []Ask              `json:"asks"`
	For           []Item             `json:"for"`
	Against       []Item             `json:"against"`
	WinnersLosers []Item             `json:"winners_losers"`
	Questions     []Item             `json:"questions"`
	Choices       []ChoiceMeaning    `json:"choices"`
	Leanings      map[string]Leaning `json:"leanings"`
	Faithfulness  float64            `json:"faithfulness"`       // share of claims that survived verification, 0…1
	Flags         []Flag             `json:"flags"`              // from code alone
	Fallback      string             `json:"fallback,omitempty"` // why the built-in reader stepped in, "" = it did not
}

// Item is one claim. Start and End are offsets of Quote in code points of
// the canonical text (End exclusive).
type Item struct {
	Text  string `json:"text"`
	Quote string `json:"quote"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Ask is money or tokens that the proposal asks for.
type Ask struct {
	Amount    string `json:"amount"`    // plain decimal, no separators; "" = none given
	Token     string `json:"token"`     // upper-case symbol, USD for dollars
	Recipient string `json:"recipient"` // address or name as written; "" = none given
	Schedule  string `json:"schedule"`  // "monthly", "over 12 months", …; "" = none given
	Item
}

// ChoiceMeaning says what a choice means. Index is 1…n on Snapshot, the
// support value on a governor. Quote may be empty.
type ChoiceMeaning struct {
	Index   int    `json:"index"`
	Meaning string `json:"meaning"`
	Stance  Stance `json:"stance"`
	Quote   string `json:"quote"`
}

// Leaning is a move on a Dimension, -2…2, with the words that show it.
type Leaning struct {
	Value int    `json:"value"`
	Quote string `json:"quote"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Flag is a warning that plain code found in the text.
type Flag string

// The flags. No model output can set or clear one.
const (
	FlagHiddenText    Flag = "hidden_text"       // comments, invisible or bidi-control characters
	FlagInstructions  Flag = "instructions"      // words aimed at a language model
	FlagMixedLanguage Flag = "mixed_language"    // languages that may say different things
	FlagLinkMismatch  Flag = "link_mismatch"     // a link's text names another site than its target
	FlagOversize      Flag = "oversize"          // larger than what is read in one go
	FlagEmpty         Flag = "empty"             // no text to read
	FlagSpam          Flag = "spam"              // the venue marked it
	FlagChoices       Flag = "ambiguous_choices" // labels that are duplicate, contradictory or trick order
)
