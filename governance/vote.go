package governance

import (
	"encoding/json"
	"time"
)

// Vote is a cast vote as its venue shows it.
type Vote struct {
	ID       string          `json:"id"` // message id at Snapshot: the EIP-712 digest
	Ref      Ref             `json:"ref"`
	Voter    string          `json:"voter"`  // EIP-55: whose power counts
	Choice   json.RawMessage `json:"choice"` // number, array, object, or "0x…" while shielded
	Reason   string          `json:"reason"`
	App      string          `json:"app"`
	Power    float64         `json:"power"`
	State    string          `json:"power_state"` // "pending" or "final"
	Created  time.Time       `json:"created"`     // the signed time
	IPFS     string          `json:"ipfs"`
	Title    string          `json:"title"` // of the proposal, filled on reading from the store
	DAO      string          `json:"dao"`   // id, filled likewise
	DAOName  string          `json:"dao_name"`
	IntentID string          `json:"intent_id,omitempty"` // cast from here
}

// Power is an account's voting power for one proposal, or, without one, for
// a space now.
type Power struct {
	Total      float64   `json:"total"`
	ByStrategy []float64 `json:"by_strategy"`
	State      string    `json:"state"` // "final", or "pending": may change until the end
}

// PowerReport is Power with what a person needs to know about it.
type PowerReport struct {
	Power
	Account    string    `json:"account"` // EIP-55
	Symbol     string    `json:"symbol"`
	Block      int64     `json:"block"` // at which power counts; 0 = now
	Network    string    `json:"network"`
	Strategies []string  `json:"strategies"`     // names, in the order of ByStrategy
	Now        *Power    `json:"now"`            // power today, read only where Total is 0
	Delegate   string    `json:"delegate"`       // who holds it, EIP-55, "" = nobody or not known
	Left       string    `json:"left,omitempty"` // of Total, where a governor counted parts of it: exact, in whole tokens; "" = all
	Why        []string  `json:"why"`            // sentences, empty where there is nothing to explain
	Read       time.Time `json:"read"`
}
