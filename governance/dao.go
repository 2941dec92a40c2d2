package governance

import (
	"encoding/json"
	"time"
)

// DAO is one organisation. Its id is that of its Snapshot space where it has
// one, else that of its first governor.
type DAO struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	About     string     `json:"about"`
	Space     *Space     `json:"space,omitempty"`
	Governors []Governor `json:"governors,omitempty"`
	Proposals int        `json:"proposals"` // stored here, all states
	Active    int        `json:"active"`    // open now
}

// Space is a Snapshot space: the settings that matter to a voter
// (hub GraphQL type Space).
type Space struct {
	ID             string     `json:"id"`
	Name           string     `json:"name"`
	About          string     `json:"about"`
	Network        string     `json:"network"` // chain id as text
	Symbol         string     `json:"symbol"`  // of the voting power
	Website        string     `json:"website"`
	Forum          string     `json:"forum"` // "discussions" at the hub
	Admins         []string   `json:"admins"`
	Moderators     []string   `json:"moderators"`
	Members        []string   `json:"members"` // authors without minimum score
	Strategies     []Strategy `json:"strategies"`
	Quorum         float64    `json:"quorum"`        // voting power; 0 = none
	VotingDelay    int64      `json:"voting_delay"`  // seconds
	VotingPeriod   int64      `json:"voting_period"` // seconds; 0 = free
	Privacy        string     `json:"privacy"`       // "", "shutter", "any"
	Treasuries     []Treasury `json:"treasuries"`
	DelegationType string     `json:"delegation_type"` // delegationPortal, "" = none
	// The portal's contract and its chain, "" where there is none.
	DelegationContract string `json:"delegation_contract"`
	DelegationNetwork  string `json:"delegation_network"`
	// VoteValidation is asked beside voting power: {"name","params"} (score API).
	VoteValidation json.RawMessage `json:"vote_validation,omitempty"`
	Followers      int             `json:"followers"`
	ProposalsCount int             `json:"proposals_count"` // at the hub
	Verified       bool            `json:"verified"`
	Flagged        bool            `json:"flagged"` // spam or phishing, says the hub
	Hibernated     bool            `json:"hibernated"`
	Deleted        bool            `json:"deleted"`
	Created        time.Time       `json:"created"`
	Seen           time.Time       `json:"seen"` // last successful reading
}

// Strategy is one way in which a space counts voting power.
type Strategy struct {
	Name    string `json:"name"`
	Network string `json:"network"`
	Symbol  string `json:"symbol"` // params.symbol where given
	Address string `json:"address"`
	// Params are the strategy's own, as the space wrote them; nil = none.
	Params json.RawMessage `json:"params,omitempty"`
}

// Treasury is an account that the space declares as its treasury.
type Treasury struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Network string `json:"network"`
}

// Twin is the same question at the DAO's other venue: a temperature check at
// Snapshot and its vote on chain.
type Twin struct {
	Ref     Ref       `json:"ref"`
	Title   string    `json:"title"`
	State   State     `json:"state"`
	Created time.Time `json:"created"`
	Match   float64   `json:"match"` // 0…1, how alike the texts are
	Why     string    `json:"why"`   // what links them
}
