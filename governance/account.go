package governance

import (
	"slices"
	"time"
)

// Login is one signed-in browser of an account.
type Login struct {
	ID      string    `json:"id"` // public name, not the secret
	Account string    `json:"-"`  // lower case
	Device  string    `json:"device"`
	Created time.Time `json:"created"` // signed with the wallet at this time
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"`
	Owner   bool      `json:"owner"` // of this installation
}

// TokenScope is what a personal token may do.
type TokenScope string

// The scopes. Tokens never create tokens, list logins or sign anybody in.
const (
	ScopeRead   TokenScope = "read"   // me/… by GET
	ScopeValues TokenScope = "values" // change values
	ScopeVote   TokenScope = "vote"   // prepare and submit votes and delegations
)

// TokenScopes lists all scopes in their order.
func TokenScopes() []TokenScope { return []TokenScope{ScopeRead, ScopeValues, ScopeVote} }

// Token is a personal API token. The secret itself is shown once and never
// stored.
type Token struct {
	ID      string       `json:"id"`
	Account string       `json:"-"` // lower case
	Name    string       `json:"name"`
	Scopes  []TokenScope `json:"scopes"`
	Created time.Time    `json:"created"`
	Used    time.Time    `json:"used"` // zero = never; exact to the hour
	Expires time.Time    `json:"expires"`
}

// Allows reports whether the token has a scope.
func (t Token) Allows(s TokenScope) bool { return slices.Contains(t.Scopes, s) }
