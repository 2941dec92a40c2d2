package governance

import "time"

// Action is a decoded call of a proposal.
type Action struct {
	Index      int    `json:"index"` // 0-based in its list
	ChainID    uint64 `json:"chain_id"`
	Target     string `json:"target"`      // EIP-55
	TargetName string `json:"target_name"` // of a known address, "" = not known
	Value      string `json:"value"`       // wei, decimal
	Function   string `json:"function"`    // "transfer(address,uint256)"; "" = unknown
	Args       []Arg  `json:"args"`
	Calldata   string `json:"calldata"` // 0x…, as it is executed, selector included
	// Nested are the calls that this one makes in turn (multisend, Safe,
	// timelock, bridges), in order.
	Nested   []Action `json:"nested"`
	Sentence string   `json:"sentence"` // what it does, in plain words, by our templates
	// Named: function, all arguments and all nested calls were decoded exactly.
	Named      bool     `json:"named"`
	Delegate   bool     `json:"delegatecall"` // runs the target's code as the caller
	Unverified []string `json:"unverified"`   // what could not be checked, and why
	Effects    []Effect `json:"effects"`      // of this call itself, without the nested ones
}

// Arg is one argument.
type Arg struct {
	Name  string `json:"name"`
	Type  string `json:"type"`  // ABI type
	Value string `json:"value"` // decimal, 0x…, or JSON for arrays and tuples
	Note  string `json:"note"`  // "25,000 USDC", "the timelock", "" = nothing to add
}

// EffectKind is what a call does to somebody's powers or money.
type EffectKind string

// The kinds.
const (
	EffectTransfer   EffectKind = "transfer" // tokens or ether move
	EffectApprove    EffectKind = "approve"  // somebody may move tokens
	EffectMint       EffectKind = "mint"
	EffectStream     EffectKind = "stream" // vesting or stream to somebody
	EffectOwner      EffectKind = "owner"  // ownership or admin passes
	EffectGrant      EffectKind = "grant"  // a role is given
	EffectRevoke     EffectKind = "revoke" // a role is taken
	EffectUpgrade    EffectKind = "upgrade"
	EffectParameter  EffectKind = "parameter"  // a setting changes
	EffectGovernance EffectKind = "governance" // a setting of governance itself: quorum, delay, period, threshold, timelock
	EffectExecute    EffectKind = "execute"    // code of another contract runs, whatever it does
	EffectBridge     EffectKind = "bridge"     // a message to another chain
	EffectName       EffectKind = "name"       // ENS and registries
	EffectOther      EffectKind = "other"
)

// Effect is one typed fact about a call. Amounts are exact.
type Effect struct {
	Kind     EffectKind `json:"kind"`
	Token    string     `json:"token"`    // EIP-55; "" = the chain's own coin, or none
	Symbol   string     `json:"symbol"`   // "USDC", "ETH"; "" = not known
	Amount   string     `json:"amount"`   // smallest unit, decimal; "" = none; "all" = whatever is there
	Decimals int        `json:"decimals"` // -1 = not known
	From     string     `json:"from"`     // EIP-55, "" = the executor
	To       string     `json:"to"`       // EIP-55: recipient, spender, new owner, role holder, implementation
	Target   string     `json:"target"`   // EIP-55: the contract whose powers change
	Role     string     `json:"role"`     // name or 0x… of a role
	Setting  string     `json:"setting"`  // "votingDelay"
	Old, New string     `json:",omitempty"`
}

// Severity is how much a finding matters.
type Severity string

// The severities. Danger always asks the owner, and no model can clear it.
const (
	Info   Severity = "info"
	Warn   Severity = "warn"
	Danger Severity = "danger"
)

// Rank orders severities: 0 none, 1 info, 2 warn, 3 danger.
func (s Severity) Rank() int {
	switch s {
	case Info:
		return 1
	case Warn:
		return 2
	case Danger:
		return 3
	}
	return 0
}

// Finding is something that plain code saw in what a proposal would do.
type Finding struct {
	Rule     string   `json:"rule"` // id in the rule table
	Severity Severity `json:"severity"`
	Title    string   `json:"title"`
	Detail   string   `json:"detail"`
	// ActionIndex is the top-level action, -1 = the whole proposal.
	ActionIndex int     `json:"action_index"`
	Evidence    []Proof `json:"evidence"`
}

// Proof is one side of a finding, word for word.
type Proof struct {
	Source string `json:"source"` // "text", "calldata", "chain", "simulation"
	Text   string `json:"text"`
}

// Inspection is all that plain code found out about what a proposal would do.
type Inspection struct {
	Ref         Ref         `json:"ref"`
	ContentHash string      `json:"content_hash"`
	Version     int         `json:"version"` // of the rules and decoders
	Actions     []Action    `json:"actions"`
	Findings    []Finding   `json:"findings"` // the worst first
	Simulation  *Simulation `json:"simulation"`
	// Code is what stood at the targets when the proposal was first inspected;
	// later readings are compared with it.
	Code []CodeFact `json:"code"`
	Made time.Time  `json:"made"`
}

// Worst is the highest severity among the findings.
func (i *Inspection) Worst() (worst Severity) {
	for _, f := range i.Findings {
		if f.Severity.Rank() > worst.Rank() {
			worst = f.Severity
		}
	}
	return worst
}

// CodeFact is what stands at an address, read at one block.
type CodeFact struct {
	Chain   uint64 `json:"chain_id"`
	Address string `json:"address"` // EIP-55
	Hash    string `json:"hash"`    // keccak256 of the code, "" = no code
	Size    int    `json:"size"`    // bytes
	// Implementation and its hash where a proxy was found.
	Implementation     string `json:"implementation"`
	ImplementationHash string `json:"implementation_hash"`
	SelfDestruct       bool   `json:"selfdestruct"` // the opcode is in the code
	DelegateCall       bool   `json:"delegatecall"` // likewise
	Creates            bool   `json:"creates"`      // CREATE or CREATE2
	Block              uint64 `json:"block"`
	// Since is a block at which the address had no code yet, 0 = not searched.
	Since uint64 `json:"since"`
	// Nodes is how many independent nodes said so.
	Nodes int `json:"nodes"`
}

// Simulation is what a node says would happen if the actions ran now.
type Simulation struct {
	Method string          `json:"method"` // "eth_simulateV1", "eth_call"; "" = not possible
	Why    string          `json:"why"`    // why not, or what it leaves out
	OK     bool            `json:"ok"`     // every call went through
	Block  uint64          `json:"block"`
	Time   time.Time       `json:"time"` // the block time it was run at
	From   string          `json:"from"` // who executed, EIP-55
	Calls  []SimulatedCall `json:"calls"`
	Moves  []BalanceChange `json:"moves"`
	Powers []PowerChange   `json:"powers"`
}

// SimulatedCall is how one action went.
type SimulatedCall struct {
	Index  int    `json:"index"`
	OK     bool   `json:"ok"`
	Error  string `json:"error"` // decoded reason
	Gas    uint64 `json:"gas"`
	Events int    `json:"events"`
}

// BalanceChange is by how much an account's balance of a token changes.
type BalanceChange struct {
	Account  string `json:"account"` // EIP-55
	Token    string `json:"token"`   // EIP-55; "" = the chain's own coin
	Symbol   string `json:"symbol"`
	Decimals int    `json:"decimals"` // -1 = not known
	Delta    string `json:"delta"`    // smallest unit, signed decimal
}

// PowerChange is an event that changes who may do what.
type PowerChange struct {
	Index    int    `json:"index"` // of the action
	Event    string `json:"event"` // "RoleGranted", "OwnershipTransferred", "Upgraded", "AdminChanged", "Approval"
	Contract string `json:"contract"`
	Subject  string `json:"subject"` // who gains, EIP-55, "" = not known
	Detail   string `json:"detail"`
}
