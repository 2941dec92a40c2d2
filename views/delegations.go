package views

import "strings"

// DelegationsPage shows who votes with a person's power, DAO by DAO.
// static/js/delegate.js prepares and signs what is chosen; "Read again" posts
// to /delegations with do=read and is answered by a redirect to the page.
type DelegationsPage struct {
	Shell   Shell
	Heading string // a finding: "You vote in three DAOs, a delegate in one."
	Lead    string
	Empty   *Empty // signed out, or nothing known: then nothing below is set
	State   ReadState
	Notices []Notice
	Account string // EIP-55
	Rows    []DelegationRow
	Blocks  []DelegationBlock
	Without string // DAOs that know no delegation: "Brisa and Tidepool", "" = none
	Keys    *AliasBox
	Changes []Fact // of delegates at votes tokens, as the chains have them: when, what
	Script  string // address of delegate.js, "" = none is needed
}

// ReadState says how old a page's data is, and what is on its way. It is
// fetched again while Poll is set.
type ReadState struct {
	Src     string // of this fragment
	Action  string // where "Read again" posts to
	Reading string // "Your DAOs are being read.", "" = nothing is
	Read    When   // the oldest reading shown; zero = none yet
	Pending []PendingRow
	Poll    bool
	Done    string // path of the page with what arrived meanwhile, "" = nothing did
}

// says is the state in words, without its times: they change at each look.
func (s ReadState) says() string {
	parts := []string{s.Reading}
	for _, r := range s.Pending {
		parts = append(parts, r.Title+". "+r.Text)
	}
	if s.Done != "" {
		parts = append(parts, "What was read can be shown.")
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// PendingRow is something signed that has not been seen at its venue yet, or
// how it ended.
type PendingRow struct {
	Title string
	Href  string // "" = no link
	Text  string // where it stands, in a sentence
	Tone  Tone
	When  When
	File  string // of what anyone may relay, "" = none
	Facts []Fact
}

// DelegationRow is one DAO in the overview.
type DelegationRow struct {
	ID         string // of its block, "" = it has none
	DAO        DAOName
	Power      string
	Who        string // "you", "0x8e20…41Aa", "not known"
	WhoIcon    string
	Unknown    bool
	Delegators string // "2 accounts", "nobody"
	Override   string // of the own vote: "overrides a delegate's"
}

// DelegationBlock is one DAO in full.
type DelegationBlock struct {
	ID         string
	DAO        DAOName
	Kind       string // "Snapshot registry", "Votes token and Snapshot registry"
	Facts      []Fact
	Rules      []RuleLine
	Notices    []Notice
	Held       []HolderRow
	Delegators []HolderRow
	More       string // "and 12 more", "" = all are shown
	Form       *DelegationForm
	Cannot     string // why nothing can be changed from here, "" = it can
	Outside    Link
}

// RuleLine says what delegating means in a DAO.
type RuleLine struct {
	Text  string
	Wins  bool   // the own vote overrides
	Cause string // in the space's settings, "" = they do not say it
	At    string // governors that count so: "Basalt on Ethereum"
	Facts []Fact
}

// HolderRow is an account on the other side of a delegation.
type HolderRow struct {
	Name    string // ENS, "" = none
	Short   string
	Address string
	Note    string // "60%, until 3 Mar 2027"
}

// SigDomain is what a token's signed delegation is for (EIP-712). The script
// compares the message with it.
type SigDomain struct{ Name, Version string }

// DelegationForm is the choice of who votes.
type DelegationForm struct {
	ID      string // prefix of the ids and name of the choice
	Account string // EIP-55
	DAO     string // space id
	Name    string // of the DAO
	Open    bool
	Options []DelegationOption
	ToPick  bool // an option needs an address
	All     bool // an option concerns every space
	BySig   bool // an option can be signed for others to relay
}

// DelegationOption is one row of the choice. The script reads Act, Method,
// All, Chain and To, and encodes the call from them itself.
type DelegationOption struct {
	Label  string
	Now    bool
	What   string
	Keep   string
	Risk   string
	Cost   string
	Undo   string
	Act    string // "", "set", "clear"; "" = nothing to sign
	Method string // "registry", "token"
	All    bool
	Chain  string
	To     string     // contract, EIP-55
	Sig    *SigDomain // the token takes signed delegations: nil = it does not
	Off    string     // why it cannot be chosen here, "" = it can
}

// AliasBox is the list of keys that may speak as the account.
type AliasBox struct {
	Account string
	Rows    []AliasRow
}

// AliasRow is one key.
type AliasRow struct {
	Address string
	Short   string
	Since   When
	Ends    When
	Expired bool
}
