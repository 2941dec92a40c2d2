package views

// ProposalsPage is the dense list with its filters.
type ProposalsPage struct {
	Shell   Shell
	Heading string // "60 open proposals"
	Lead    string // "21 shown. …"
	Filters Filters
	List    ProposalList
}

// Filters is the form above the list. It is a GET form: every state of it
// has an address. Field names: q, state, outcome, dao, kind, type, ends,
// flag, sort. An outcome goes before a state.
type Filters struct {
	Query  string
	State  string // value of the current chip, carried by the form
	States []Link // chips: Open, Asks you, Starts soon, Closed, All
	DAOs   []Option
	Kinds  []Option
	Types  []Option
	Ends   []Option
	// Outcomes go beside the chips: field outcome.
	Outcomes []Option
	Flags    []Option
	Sorts    []Option
	Active   []Link // what narrows the list; each link takes it away
	Clear    string // address without filters, "" = none set
}

// ProposalList is the table; also the fragment that htmx swaps (#list).
type ProposalList struct {
	Caption string // for screen readers: "Open proposals, those that end first at the top"
	Columns [9]Column
	Rows    []Row
	Scored  bool   // the column of readings is drawn
	Range   string // "1–50 of 4,058"
	First   string // address of the first page, "" = this is it
	Next    string // address of the next page, "" = last
	NextN   string // "Next 50"
	Empty   *Empty
}

// Column is a heading of the table: Ends, DAO, Proposal, Kind, Costs,
// Result, Quorum, Your values, Advice (in this order; the last two only if
// Scored).
type Column struct {
	Label string
	Href  string // sorts by it, "" = cannot
	Sort  string // "ascending", "descending", "" = not the order
}

// Row is one proposal of the table. All strings are ready; drawing a row
// must not compute anything.
type Row struct {
	When      When // Text "5 h", "closed 3 d ago"
	DAO       DAOName
	Href      string
	Title     Title
	Venue     string // "On chain", "Snapshot"
	Outcome   string // "Executed", "" = not over, or over without one
	Kind      string // "Treasury", "" = not read yet
	Tags      []Tag
	Cost      string // "90,000 ENS"
	MoreCosts string // how many sums there are beside Cost, "" = none
	NoCost    bool   // Cost is "none": drawn muted
	Result    *MiniTally
	NoResult  string // "no votes yet", "encrypted"
	Quorum    string // "122%", "–"
	Reading   *Reading
	State     string // "asks you", "advice: For", "closed"
	Icon      string
}

// MiniTally is a bar of the two leading choices. X and widths are SVG
// percentages, "49.5%".
type MiniTally struct {
	Lead string // width of the leading choice
	Next string // width of the one after it
	Text string // "50%"
	Aria string // "Yes leads with 50%"
}
