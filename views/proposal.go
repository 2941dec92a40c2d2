package views

import "slices"

// ProposalPage is one proposal, explained.
type ProposalPage struct {
	Shell   Shell
	Ref     string
	DAO     DAOName
	Meta    []string // "Snapshot", "Treasury", "Open"
	Tags    []Tag    // deleted, spam, edited
	Title   Title
	Deck    Claim // the headline; Text "" = none
	Glance  Glance
	Notices []Notice // deleted, an old version is shown, not read yet, fallback and why

	Summary *Summary // nil = not assessed
	Changes []Claim
	Asks    []AskRow

	MoreChanges []Claim  // folded
	MoreAsks    []AskRow // folded
	AsksNote    string   // "Three sums, and one promise without a sum"
	For         []Argument
	Against     []Argument
	Gains       []Claim // who gains, who pays
	Questions   []Claim
	Choices     ChoiceTable
	Says        *ValuesSay // nil = no values stated: the section invites
	Import      string     // "Importance 0.81: money 0.74, powers 0.40, …"
	Ballot      BallotSlot
	Tally       Tally
	Flags       []FlagLine
	Findings    Findings
	Calls       Calls
	Simulation  SimulationBox
	Chain       ChainBox
	Twins       []TwinRow
	Votes       VotesBox
	Versions    Versions
	Full        FullText
	Sources     []Fact
	Source      Link // page at the venue; Href "" = none, else https://
	Forum       Link // discussion; Href "" = none or not https
}

// Summary is the text in at most three sentences with their quotes.
type Summary struct {
	Note   string // "Built-in reader. 14 of 14 claims are word for word in the text."
	Text   []Claim
	Quotes []Argument // folded below
}

// AskRow is one sum that the proposal asks for.
type AskRow struct {
	To       string // "" = not named
	Address  string // shortened; full one in AddressFull
	FullAddr string
	What     Claim
	Schedule string // "monthly", "" = not stated
	Amount   string // "4,500,000 USDC"; "" = no amount given
	USD      string // "about $4.5M", "" = unpriced
}

// ChoiceTable says what each choice means. Of many choices the first ones
// are shown and the others folded.
type ChoiceTable struct {
	Type   string // how it is voted: "Single choice", "Ranked choice: put the choices in order"
	Rows   []ChoiceRow
	Folded []ChoiceRow
	Fold   string // "182 more choices"
	Scored bool
	// Meant and Stances say whether any row has a meaning, and a stance for or
	// against. Without both, and unscored, the choices are a plain list.
	Meant   bool
	Stances bool
}

// plain reports that there is nothing to say beside the labels.
func (c ChoiceTable) plain() bool { return !c.Scored && !c.Meant && !c.Stances }

// ChoiceRow is one choice.
type ChoiceRow struct {
	N       string
	Label   string
	Meaning string
	Stance  string // "supports", "opposes", "neither", "another way"
	Advised bool
	Reading *Reading
}

// ValuesSay is the reading with its reasons.
type ValuesSay struct {
	Line    string // "For +46 on a scale from −100 to 100. 86% sure."
	Advice  string // "Advice: vote For." "" = none
	Reason  string // why this route
	Rows    []Contrib
	Total   string // "+46"
	TotalOf string // "For"
	Rules   []string
	Quiet   string // "3 other principles say nothing about this text."
}

// Contrib is one reason. The bar starts at X and has Width, in percent of
// the drawing, whose middle is zero. Use NewContrib.
type Contrib struct {
	Text    string
	Note    string // "weight 4, Transparency"
	Refs    []QuoteRef
	Points  string // "+31"
	X       string // "50%"
	Width   string // "31%"
	Against bool   // hatched
	Zero    bool   // a hollow point
}

// Tally is the count so far or at the end.
type Tally struct {
	Heading string // "Result so far", "Result"
	Bars    []Bar
	Folded  []Bar
	Fold    string
	Quorum  *QuorumBar
	Note    string // "1,204 voters. Counted 4 min ago."
	Empty   string // "The choices stay encrypted until the end.", "No votes yet."
	Rule    string // how votes count: "Quadratic: …", or an unknown type said plainly
}

// Bar is one choice of the tally. Fill is "ink", "hatch" or "dots".
type Bar struct {
	Label string
	Text  string // "1,412,880 ENS · 71.6%"
	Width string // "71.6%"
	Fill  string
	Mine  bool // the advised choice
}

// QuorumBar is the turnout against the quorum.
type QuorumBar struct {
	Reached bool
	Bad     bool   // reaching it rejects the proposal
	Text    string // "1.48M of 1.00M"
	Width   string // of the turnout, "73.8%"
	Line    string // where the quorum stands, "50%"
	Aria    string
	Name    string // "Quorum", "Rejection quorum"
}

// FlagLine is one thing that plain code looked for.
type FlagLine struct {
	OK     bool
	Text   string
	Detail string
}

// Versions lists the contents seen so far; the newest first.
type Versions struct {
	Note string // "3 versions seen, first on 13 Jul, 14:02 UTC"
	Rows []VersionRow
	Diff []DiffLine // what the version shown changed against the one before
	Of   string     // "Version 3 against version 2"
	Cut  string     // "1,204 more lines", "" = whole
}

// VersionRow is one version.
type VersionRow struct {
	Label   string // "Version 2"
	Seen    When
	Changed string // "title, choices, text (+14 −3 lines)"
	Href    string // ?version=2
	Current bool   // the one on this page
}

// DiffLine is one line; Kind is '+', '-' or ' '.
type DiffLine struct {
	Kind byte
	Text string
}

// FullText is the proposal's own text. In HTML the quotes are wrapped by
// MarkOpen and MarkClose.
type FullText struct {
	HTML    SafeHTML
	Note    string // "As canonical text. 0 hidden characters. Underlined: quoted above."
	Removed []Removed
	Plain   string // shown preformatted if HTML is empty
}

// Removed is something that was hidden in the text and has been taken out.
type Removed struct {
	Kind   string // "Invisible characters"
	Count  string
	Sample string // escaped so that it can be seen
}

// scheduled reports whether any sum says when it is paid.
func (p ProposalPage) scheduled() bool {
	has := func(a AskRow) bool { return a.Schedule != "" }
	return slices.ContainsFunc(p.Asks, has) || slices.ContainsFunc(p.MoreAsks, has)
}

// contents lists the sections that the page has.
func (p ProposalPage) contents() []Link {
	links := make([]Link, 0, 16)
	add := func(has bool, label, href string) {
		if has {
			links = append(links, Link{Label: label, Href: href})
		}
	}
	add(p.Ballot.shown(), "Vote", "#ballot")
	add(p.Summary != nil, "Summary", "#summary")
	add(len(p.Asks) > 0, "Asks", "#asks")
	add(len(p.For)+len(p.Against) > 0, "Arguments", "#arguments")
	add(len(p.Gains) > 0, "Who gains", "#gains")
	add(true, "Choices", "#choices")
	add(true, "Your values", "#values")
	add(p.Findings.Heading != "", "Findings", "#findings")
	add(p.Calls.Heading != "", "Actions", "#calls")
	add(p.Simulation.Heading != "", "Simulation", "#simulation")
	add(p.Chain.Heading != "", "On chain", "#chain")
	add(len(p.Twins) > 0, "Elsewhere", "#twins")
	add(true, "Result", "#result")
	add(p.Votes.Heading != "", "Votes", "#votes")
	add(len(p.Versions.Rows) > 1, "Edits", "#versions")
	add(true, "Full text", "#full")
	add(true, "Sources", "#sources")
	return links
}
