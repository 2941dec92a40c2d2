package governance

import (
	"encoding/json"
	"slices"
	"time"
)

// IntentState is where a vote or a delegation on its way stands. The state
// column in the store is the truth; ARCHITECTURE.md draws the graph.
type IntentState string

// The states.
const (
	IntentDecided    IntentState = "decided"
	IntentWaiting    IntentState = "waiting" // veto window
	IntentAsked      IntentState = "asked"
	IntentArmed      IntentState = "armed"  // ready for a signature
	IntentSigned     IntentState = "signed" // bytes stored
	IntentSent       IntentState = "sent"   // accepted, or handed to a relayer
	IntentConfirmed  IntentState = "confirmed"
	IntentVetoed     IntentState = "vetoed"
	IntentSuperseded IntentState = "superseded" // prepared anew, proposal changed, or voted elsewhere
	IntentExpired    IntentState = "expired"
	IntentFailed     IntentState = "failed"
)

// Live reports whether anything may still happen to an intent.
func (s IntentState) Live() bool {
	switch s {
	case IntentConfirmed, IntentVetoed, IntentSuperseded, IntentExpired, IntentFailed:
		return false
	}
	return true
}

// MayBecome reports whether the graph has an edge from s to next.
func (s IntentState) MayBecome(next IntentState) bool {
	return slices.Contains(map[IntentState][]IntentState{
		IntentDecided: {IntentWaiting, IntentAsked, IntentArmed, IntentVetoed, IntentSuperseded, IntentExpired, IntentFailed},
		IntentWaiting: {IntentArmed, IntentAsked, IntentVetoed, IntentSuperseded, IntentExpired, IntentFailed},
		IntentAsked:   {IntentArmed, IntentVetoed, IntentSuperseded, IntentExpired, IntentFailed},
		IntentArmed:   {IntentSigned, IntentVetoed, IntentSuperseded, IntentExpired, IntentFailed},
		IntentSigned:  {IntentSent, IntentConfirmed, IntentSuperseded, IntentExpired, IntentFailed},
		IntentSent:    {IntentConfirmed, IntentSuperseded, IntentExpired, IntentFailed},
	}[s], next)
}

// Act says what an intent does.
type Act string

// The acts.
const (
	ActVote       Act = "vote"
	ActDelegate   Act = "delegate"   // registry, one space or all
	ActUndelegate Act = "undelegate" // clear a registry entry
	ActToken      Act = "token"      // delegate of a votes token; the zero address clears
	ActAlias      Act = "alias"      // authorise a key
	ActUnalias    Act = "unalias"    // revoke it
)

// Method is how an intent is signed.
type Method string

// The methods.
const (
	BySignature   Method = "signature"   // EIP-712 message
	ByTransaction Method = "transaction" // from the browser wallet
)

// Intent is one vote or delegation on its way, from the moment that its
// bytes are fixed. A person's own and an agent's look alike; only the signer
// differs.
type Intent struct {
	ID          string          `json:"id"`      // 32 hex digits
	Owner       string          `json:"-"`       // the signed-in account, lower case
	Voter       string          `json:"account"` // whose power counts and who signs, EIP-55
	Act         Act             `json:"action"`
	Method      Method          `json:"method"`
	Ref         Ref             `json:"ref,omitempty"` // of a vote
	DAO         string          `json:"dao"`
	Choice      json.RawMessage `json:"choice"`           // as chosen, never the ciphertext; null where none, or sealed under a lost secret
	Sigma       string          `json:"-"`                // opens the choice of a shielded vote, 0x…; such choices are sealed at rest
	Reason      string          `json:"reason"`           // public, part of the vote
	ContentHash string          `json:"content_hash"`     // of the proposal that was shown
	Target      string          `json:"target,omitempty"` // delegate or alias, EIP-55
	Chain       uint64          `json:"chain_id,omitempty"`
	State       IntentState     `json:"state"`
	Held        bool            `json:"held"`
	Note        string          `json:"note"` // why it ended, or what is awaited, for people
	VetoUntil   *time.Time      `json:"veto_until"`
	SendBy      *time.Time      `json:"send_by"`
	Expires     time.Time       `json:"expires_at"` // of the preparation: sign until then
	Digest      string          `json:"digest"`     // 0x…, or the transaction's hash once known
	Payload     json.RawMessage `json:"-"`          // typed data or transaction, exactly as shown
	Envelope    []byte          `json:"-"`          // what is sent, byte for byte; empty until signed
	Safe        bool            `json:"safe"`       // waits for a contract wallet's owners at the relayer
	Receipt     *Receipt        `json:"receipt"`
	Tries       int             `json:"-"`
	Created     time.Time       `json:"created"`
	Updated     time.Time       `json:"updated"`
}

// Receipt is what the other side answered, kept as evidence.
type Receipt struct {
	ID        string    `json:"id"`              // message id or transaction hash
	IPFS      string    `json:"ipfs"`            // CID of the pinned envelope
	Relayer   string    `json:"relayer"`         // EIP-55
	Signature string    `json:"signature"`       // by the relayer, over our signature's text (EIP-191)
	Verified  bool      `json:"verified"`        // id equals the digest and the relayer's signature is right
	Block     uint64    `json:"block,omitempty"` // of a transaction
	Note      string    `json:"note,omitempty"`  // "stored before", "relayed by the Safe relayer"
	At        time.Time `json:"at"`              // answered
	ReadBack  time.Time `json:"read_back"`       // seen at the venue by an independent read; zero = not yet
	Power     float64   `json:"power,omitempty"` // counted for this vote, from the read-back
}

// Prepared is what a wallet is asked to sign.
type Prepared struct {
	ID          string          `json:"id"`
	Digest      string          `json:"digest"`
	TypedData   json.RawMessage `json:"typed_data,omitempty"`  // eth_signTypedData_v4 form
	Transaction *Transaction    `json:"transaction,omitempty"` // or this
	ContentHash string          `json:"content_hash"`
	Expires     time.Time       `json:"expires_at"`
	// Shown is what the page says about it, line by line: name, value.
	Shown [][2]string `json:"shown"`
	// Warnings are sentences to read before signing.
	Warnings []string `json:"warnings"`
}

// Transaction is a call for the browser wallet (EIP-1193
// eth_sendTransaction). Value is always 0.
type Transaction struct {
	ChainID uint64 `json:"chain_id"`
	From    string `json:"from"` // EIP-55
	To      string `json:"to"`   // EIP-55
	Data    string `json:"data"` // 0x…
	Value   string `json:"value"`
	Fee     *Fee   `json:"fee,omitempty"` // as estimated; nil = the node gave none
}

// BallotFile is a signed ballot or delegation that anyone may relay: the call
// is complete, and the signature binds the voter, not the sender.
type BallotFile struct {
	Format    string          `json:"format"` // "mandate-ballot/1"
	Chain     uint64          `json:"chain_id"`
	To        string          `json:"to"`   // EIP-55
	Data      string          `json:"data"` // 0x…
	Value     string          `json:"value"`
	Account   string          `json:"account"`
	Ref       Ref             `json:"ref,omitempty"`
	Digest    string          `json:"digest"`
	Signature string          `json:"signature"`
	TypedData json.RawMessage `json:"typed_data"`
	Note      string          `json:"note"` // what it does and until when it is valid
}
