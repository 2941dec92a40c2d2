package views

// InboxPage is the front page: what needs the person, ranked.
type InboxPage struct {
	Shell    Shell
	Heading  []Link    // findings, each a sentence; Href "#asks" or ""
	Lead     string    // one line below
	Progress *Progress // while the first reading runs, and after it only if something fails
	Notices  []Notice  // no model, unreachable source
	NoNode   bool      // no chain is read: one sentence says so

	Stated    bool     // values are stated; if not, Invite is shown
	Invite    Invite   //
	DAOs      []Link   // filter chips; empty = no filter
	Query     string   // of the search box, which leads to /proposals
	Asks      []Story  // unsure and important
	SmallAsks []Item   // further ones, in short
	MoreAsks  *Link    // to all of them, where not all are shown
	NoAsks    Empty    // in place of Asks where values are stated
	Sure      []Item   // the values are sure: advice
	Rest      []Item   // everything else that is open, by importance
	RestHead  string   // heading of Rest: "Open, by importance", "The rest"
	RestNote  string   // "By your values × importance"
	More      *Link    // "Show 11 more"
	NoRest    *Empty   // where nothing is open
	Due       []Due    // timetable, soonest first
	DueMore   *Link    // "all 23"
	Digest    []string // lines: "4 sorted out as unsure and small"
	Steps     []Step   // first run: what to do, in order; empty = done
}

// Invite asks for values. It is shown until there are some.
type Invite struct {
	Samples []SampleCard
}

// Story is a proposal that asks: unsure, and it matters.
type Story struct {
	ID       string // unique in the page: "a1"
	Href     string
	DAO      DAOName
	Venue    string // "Snapshot"
	Ends     When   // "ends in 1 d 6 h"
	Tags     []Tag
	Title    Title
	Question string
	Glance   Glance
	For      *Argument // Href leads to the quote on the proposal's page
	Against  *Argument
	Why      string // why one is asked, one or two sentences
	Source   Link   // where to vote: https page at the venue; Href "" = none
}

// Item is a proposal in a list of the inbox.
type Item struct {
	Href    string
	DAO     DAOName
	Meta    []string // "Snapshot", "Grant"
	Tags    []Tag
	Title   Title
	Text    string // headline or quote
	Advice  string // "Advice: Yes", "" = none
	Ends    When
	Cost    string
	Reading *Reading
	Import  string // "High, 0.81": shown where there is no reading
}

// Due is a line of the timetable.
type Due struct {
	When  When // Text "5 h"
	Href  string
	Title Title
	DAO   string
	State string // "asks you", "advice: For", "not read yet"
	Icon  string
}

// Step is one of the first steps.
type Step struct {
	Done    bool
	Current bool
	N       string
	Title   string
	Text    string
	Href    string // of Text, "" = no link
}
