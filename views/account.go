package views

// AccountPage is where a person signs in and out, and sees what is signed in
// and which tokens there are. Signed out, only SignIn is set. Its forms post to
// /account; the pressed button is the field "do":
//
//	sign-out · sign-out-everywhere · end-session:{id} · end-token:{id}
//	new-token     with name, scope (several), days
//
// Every answer is a redirect (303) to /account, or the page again with an
// error or a new token.
type AccountPage struct {
	Shell    Shell
	Heading  string // a finding: "You are signed in on two browsers."
	Lead     string
	SignIn   *SignInBox // signed out, or to sign again
	Address  string     // in full, EIP-55; "" = signed out
	Name     string     // ENS, "" = none
	Facts    []Fact
	Sessions []SessionRow
	Tokens   []TokenRow
	NewToken TokenForm
	Made     *MadeToken // shown once
	Links    []Link
}

// SignInBox is the choice of a wallet; static/js/signin.js fills it.
type SignInBox struct {
	Next        string // a path of ours to go to, "" = /account
	Account     string // the only account that may sign, "" = any
	Button      string // what pressing a wallet does: "Sign in with", "Sign again with"
	NeedsToken  bool   // there is no owner yet
	Networks    []Option
	EmptyText   string // what to do where no wallet is found
	OwnersAlone bool   // others are refused
}

// SessionRow is a browser that is signed in.
type SessionRow struct {
	ID      string
	Device  string
	Current bool
	Since   When
	Seen    When
	Ends    When
}

// TokenRow is a personal token, without its secret.
type TokenRow struct {
	ID      string
	Name    string
	Scopes  string // "read, vote"
	Made    When
	Used    When // zero = never
	Ends    When
	Expired bool
}

// TokenForm is the form of a new token.
type TokenForm struct {
	Full   bool // there are as many as there may be
	Name   string
	Scopes []ScopeOption
	Days   []Option
	Error  string
}

// ScopeOption is one thing that a token may do.
type ScopeOption struct {
	Value   string
	Label   string
	Help    string
	Checked bool
}

// MadeToken is a token that was made just now.
type MadeToken struct {
	Name   string
	Secret string
}
