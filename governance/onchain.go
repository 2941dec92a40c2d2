package governance

import "time"

// OnChain is what only a governor's proposal has.
type OnChain struct {
	Governor    string `json:"governor"` // id
	Calls       []Call `json:"calls"`
	Description string `json:"description"` // exact bytes, as 0x… hex: queueing needs their hash
	Module      string `json:"module"`      // Agora: the voting module, EIP-55
	ModuleData  string `json:"module_data"` // 0x…
	// Payloads are Aave's actions on other chains, known by number only.
	Payloads []Payload `json:"payloads"`

	VoteStart uint64 `json:"vote_start"` // in the clock's unit; power counts at it
	Clock     Clock  `json:"clock"`
	Block     uint64 `json:"block"` // of its creation
	BlockHash string `json:"block_hash"`
	Tx        string `json:"tx"`

	Standing
}

// Call is one action as the proposal carries it.
type Call struct {
	Target    string `json:"target"`    // EIP-55
	Value     string `json:"value"`     // wei, decimal
	Signature string `json:"signature"` // Bravo's text form, "" = the selector is in the calldata
	Calldata  string `json:"calldata"`  // 0x…, without the selector where Signature is set
}

// Payload is a bundle of Aave's calls that waits on some chain.
type Payload struct {
	Chain      uint64 `json:"chain_id"`
	Controller string `json:"controller"` // EIP-55
	ID         uint64 `json:"id"`
}

// Standing is how a proposal stands on its chain, read at one block. State()
// of a governor depends on the time and leaves no log, so it is a reading
// with a date, not a fact.
type Standing struct {
	State   State     `json:"state"`
	Read    time.Time `json:"read"`       // time of StateBlock
	AtBlock uint64    `json:"read_block"` // 0 = never read
	Final   bool      `json:"final"`      // AtBlock is finalized and State cannot change
	VoteEnd uint64    `json:"vote_end"`   // in the clock's unit; it may move
	ETA     time.Time `json:"eta"`        // when a queued proposal may be executed; zero = not queued
	// Exact counts, in the token's smallest unit, decimal.
	Against string `json:"against"`
	For     string `json:"for"`
	Abstain string `json:"abstain"`
	Quorum  string `json:"quorum"`
	// Start and End are estimates where the clock counts blocks: they may be
	// off by this many seconds either way. 0 = exact.
	StartOff int64 `json:"start_off"`
	EndOff   int64 `json:"end_off"`
	// Nodes is how many independent nodes said so.
	Nodes int `json:"nodes"`
}

// EventKind is what a governor's log says.
type EventKind string

// The kinds.
const (
	EventVote      EventKind = "vote"
	EventQueued    EventKind = "queued"
	EventExecuted  EventKind = "executed"
	EventCanceled  EventKind = "canceled"
	EventVetoed    EventKind = "vetoed"
	EventExtended  EventKind = "extended"
	EventDelegated EventKind = "delegated" // of a watched address, at the votes token
	EventSetting   EventKind = "setting"   // delay, period, threshold, quorum, timelock, upgrade
)

// Event is one log of a governor, its timelock or its token.
type Event struct {
	Governor string    `json:"governor"`
	Ref      Ref       `json:"ref"` // "" for delegations and settings
	Kind     EventKind `json:"kind"`
	Block    uint64    `json:"block"`
	Index    uint      `json:"index"` // of the log in its block
	Tx       string    `json:"tx"`
	Time     time.Time `json:"time"` // of the block, or between known blocks

	Account string `json:"account"` // voter, or delegator, EIP-55
	Support uint8  `json:"support"` // 0 against, 1 for, 2 abstain, 255 fractional
	Weight  string `json:"weight"`  // smallest unit, decimal
	Reason  string `json:"reason"`  // hostile, clipped
	Params  string `json:"params"`  // 0x…
	From    string `json:"from"`    // delegate before
	To      string `json:"to"`      // delegate after
	Value   string `json:"value"`   // new deadline (clock unit), eta (Unix seconds), or "name: old → new"
}

// Rollback says that blocks above one were replaced: what was read from them
// is taken back before the batch is applied.
type Rollback struct {
	Governor string
	Above    uint64
}

// Ballot is what a person's vote on chain depends on, read at one block and,
// where there are two nodes or more, the same from two of them.
type Ballot struct {
	Standing
	Account   string    `json:"account"` // EIP-55
	VoteStart uint64    `json:"vote_start"`
	Ends      time.Time `json:"ends"`
	Power     string    `json:"power"`     // at the snapshot, smallest unit
	Used      string    `json:"used"`      // of it, by fractional votes so far
	PowerNow  string    `json:"power_now"` // today; read where Power is 0
	Balance   string    `json:"balance"`   // of tokens, today; read where Power is 0
	Delegate  string    `json:"delegate"`  // who holds the account's votes now, EIP-55, "" = nobody
	Voted     bool      `json:"voted"`
	Nonce     string    `json:"nonce"` // for a ballot by signature, decimal
}

// Fee is what a transaction would cost now.
type Fee struct {
	Gas     uint64 `json:"gas"`
	MaxWei  string `json:"max_wei"`  // at the fee cap
	LikeWei string `json:"like_wei"` // at the base fee now
}

// Block is a block of a chain.
type Block struct {
	Number uint64    `json:"number"`
	Hash   string    `json:"hash"`
	Time   time.Time `json:"time"`
	L1     uint64    `json:"l1"` // Ethereum's block number as Arbitrum sees it, 0 elsewhere
}

// Head is the end of a chain. Safe and Finalized are the node's tags; where it
// knows none they are Latest less 64 blocks, and Tags is false.
type Head struct {
	Latest, Safe, Finalized Block
	Tags                    bool
}

// ContractCall is a read of a contract (eth_call).
type ContractCall struct {
	From string // 0x…, "" = the zero address
	To   string // 0x…
	Data []byte
}

// CallResult is what the contract gave back. A refusal is a result.
type CallResult struct {
	Data     []byte // nil where it reverted; empty where no code stands there
	Reverted bool
	Reason   string // decoded, where it told one
}
