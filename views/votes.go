package views

// VotesPage lists the votes of the signed-in account. "Read again" posts to
// /votes with do=read and is answered by a redirect to the page.
type VotesPage struct {
	Shell   Shell
	Heading string // a finding: "You voted 42 times in six DAOs."
	Lead    string
	Empty   *Empty // signed out, or no vote
	State   *ReadState
	Rows    []VoteRow
	Range   string // "Votes 1 to 50 of 142"
	First   string // path of the first page, "" = this is it
	Next    string
	Exports []Link
	Script  string // address of delegate.js, which loads the page anew when votes arrived
}

// VoteRow is one vote.
type VoteRow struct {
	Title  Title
	Href   string // of the proposal here, "" = it is not stored
	DAO    DAOName
	Choice string
	Hidden bool // a shielded vote before the end
	Power  string
	Note   string // "may change until the end"
	When   When
	Reason string
	Tags   []Tag
	Facts  []Fact // the receipt
}
