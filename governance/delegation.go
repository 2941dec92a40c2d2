package governance

import "time"

// DelegationKind is a way in which voting power can be handed on.
type DelegationKind string

// The kinds. The method names of the API are registry, token and alias.
const (
	DelegateRegistry DelegationKind = "registry" // Snapshot's DelegateRegistry, one space or all
	DelegateToken    DelegationKind = "token"    // delegate(address) of a votes token (ERC-5805)
	DelegateSplit    DelegationKind = "split"    // split delegation v2: shown, not written
	DelegateAlias    DelegationKind = "alias"    // a key that speaks as the account at Snapshot
	DelegateNone     DelegationKind = "none"     // the strategies know no delegation
)

// DelegationRule says what delegation means in one space: how it is set,
// and whether the owner's own vote overrides the delegate's.
type DelegationRule struct {
	Kind     DelegationKind `json:"kind"`
	Contract string         `json:"contract"` // EIP-55; registry or token
	Chain    uint64         `json:"chain_id"`
	Override bool           `json:"override"` // the delegator's own vote wins
	Cause    string         `json:"cause"`    // strategy or portal that says so
	Text     string         `json:"text"`     // one or two sentences for people
}

// Delegation is who holds an account's power in one DAO, as last read.
type Delegation struct {
	Account    string           `json:"account"` // EIP-55
	DAO        string           `json:"dao"`
	DAOName    string           `json:"dao_name"`
	Rules      []DelegationRule `json:"rules"`
	Power      float64          `json:"power"` // own and received, now, by the space's strategies
	PowerState string           `json:"power_state"`
	PowerError string           `json:"power_error,omitempty"`
	Symbol     string           `json:"symbol"`
	Held       []Holder         `json:"held"`             // who holds the account's power
	Delegators []Holder         `json:"delegators"`       // whose power the account holds
	Tokens     []TokenHeld      `json:"tokens,omitempty"` // of its governors, as far as they could be read
	ChainError string           `json:"chain_error,omitempty"`
	Read       time.Time        `json:"read"`
}

// Holder is one entry of a delegation.
type Holder struct {
	Address string         `json:"address"` // EIP-55
	Name    string         `json:"name"`    // ENS, forward and reverse agree; "" = none
	Kind    DelegationKind `json:"kind"`
	All     bool           `json:"all"`     // by the registry's entry for all spaces
	Share   float64        `json:"share"`   // 0…1; 1 except with split delegation
	Expires time.Time      `json:"expires"` // zero = never
}

// TokenHeld is what an account has of a votes token, as the token says.
type TokenHeld struct {
	Chain    uint64  `json:"chain_id"`
	Contract string  `json:"contract"` // EIP-55
	Symbol   string  `json:"symbol"`
	Balance  float64 `json:"balance"`
	Votes    float64 `json:"votes"`    // own and received
	Delegate string  `json:"delegate"` // EIP-55, "" = nobody: the balance does not count
}

// Alias is a key that may speak as its owner at Snapshot: vote, propose,
// edit, follow, in every space, until it expires or is revoked.
type Alias struct {
	Owner   string    `json:"owner"`
	Address string    `json:"address"`
	Created time.Time `json:"created"` // signed time
	Expires time.Time `json:"expires"` // 30 days later; some sequencers allow 90
}

// AliasDays is the shortest lifetime that a sequencer gives an alias
// (snapshot-sequencer, helpers/alias.ts; the newer one gives 90).
const AliasDays = 30
