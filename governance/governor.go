package governance

import (
	"strconv"
	"strings"
	"time"
)

// Family is a lineage of Governor contracts: it says how votes, signatures
// and states work.
type Family string

// The families.
const (
	FamilyAlpha    Family = "alpha"    // Compound GovernorAlpha
	FamilyBravo    Family = "bravo"    // Compound GovernorBravo and its forks
	FamilyOZ4      Family = "oz4"      // OpenZeppelin Governor 4.x
	FamilyOZ5      Family = "oz5"      // OpenZeppelin Governor 5.x
	FamilyArbitrum Family = "arbitrum" // OpenZeppelin 4.x with Arbitrum's supply and L1 clock
	FamilyAgora    Family = "agora"    // Agora's, proposals with types and modules
	FamilyNouns    Family = "nouns"    // Nouns DAO logic: Bravo with more states, an ERC-721 token
	FamilyAave     Family = "aave-v3"  // Aave Governance v3: read only, actions are payloads
)

// Clock is what a governor counts time in (ERC-6372 CLOCK_MODE).
type Clock string

// The clocks.
const (
	ClockBlocks   Clock = "blocks"    // blocks of its own chain
	ClockSeconds  Clock = "timestamp" // Unix seconds
	ClockL1Blocks Clock = "l1-blocks" // block numbers of Ethereum, as Arbitrum's contracts see them
)

// BallotSig is a generation of castVoteBySig.
type BallotSig string

// The generations; "" = the contract takes no ballots by signature.
const (
	BallotAlpha BallotSig = "alpha" // Ballot(uint256,bool), no version in the domain
	BallotBravo BallotSig = "bravo" // Ballot(uint256,uint8), no version in the domain
	BallotOZ4   BallotSig = "oz4"   // Ballot(uint256,uint8), v r s
	BallotOZ5   BallotSig = "oz5"   // Ballot(uint256,uint8,address,uint256), bytes, ERC-1271
)

// Governor is one Governor contract, as the detector found it.
type Governor struct {
	ID      string `json:"id"` // "eip155:1:0x…", lower case: CAIP-10
	Chain   uint64 `json:"chain_id"`
	Address string `json:"address"` // EIP-55
	DAO     string `json:"dao"`     // id; its Snapshot space where it has one
	DAOName string `json:"dao_name"`
	Name    string `json:"name"` // the contract's own, hostile

	Family     Family     `json:"family"`
	Extensions []string   `json:"extensions"` // such as "timelock-control", "late-quorum", "fractional"
	Clock      Clock      `json:"clock"`
	Counting   string     `json:"counting"`   // COUNTING_MODE() as read
	QuorumFor  bool       `json:"quorum_for"` // only votes For count for the quorum
	Fractional bool       `json:"fractional"`
	BallotSig  BallotSig  `json:"ballot_sig"`
	Reasons    bool       `json:"reasons"` // castVoteWithReason exists
	Abstain    bool       `json:"abstain"` // support 2 exists
	Domain     Domain     `json:"domain"`  // of signatures for the governor
	Token      VotesToken `json:"token"`
	Timelock   *Timelock  `json:"timelock"`

	VotingDelay  uint64 `json:"voting_delay"`  // in the clock's unit
	VotingPeriod uint64 `json:"voting_period"` // in the clock's unit
	Threshold    string `json:"threshold"`     // power needed to propose, smallest unit, decimal
	Quorum       string `json:"quorum"`        // now, smallest unit; "" = depends on the proposal

	Implementation string   `json:"implementation"` // behind a proxy, EIP-55, "" = none
	CodeHash       string   `json:"code_hash"`      // of the implementation, or of the contract
	Controllers    []string `json:"controllers"`    // Aave: payload controllers, CAIP-10

	StartBlock uint64     `json:"start_block"`
	Evidence   []Evidence `json:"evidence"`
	ReadOnly   string     `json:"read_only"` // why nothing can be voted from here, "" = it can
	Fault      string     `json:"fault"`     // why it is not read, "" = it is read
	Listed     bool       `json:"listed"`    // from the default list
	Added      time.Time  `json:"added"`
	Checked    time.Time  `json:"checked"` // by the detector; zero = not yet
	Block      uint64     `json:"block"`   // at which it was checked
}

// Evidence is one probe of the detector.
type Evidence struct {
	Probe  string `json:"probe"`  // "supportsInterface(0x65455a86)"
	Answer string `json:"answer"` // "true", "reverted", clipped
	Says   string `json:"says"`   // what follows from it
}

// Domain is an EIP-712 domain; an empty Version is left out of it (Compound's
// contracts have none).
type Domain struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	ChainID  uint64 `json:"chain_id"`
	Contract string `json:"contract"` // EIP-55
}

// VotesToken is where voting power comes from.
type VotesToken struct {
	Address  string `json:"address"` // EIP-55
	Symbol   string `json:"symbol"`  // hostile
	Decimals int    `json:"decimals"`
	// Comp: getCurrentVotes and getPriorVotes instead of ERC-5805's names.
	Comp   bool   `json:"comp"`
	NFT    bool   `json:"nft"` // ERC-721: one vote a token
	Domain Domain `json:"domain"`
	BySig  bool   `json:"by_sig"` // delegateBySig exists
}

// Timelock is what holds a governor's powers and delays its calls.
type Timelock struct {
	Address  string `json:"address"`   // EIP-55
	Kind     string `json:"kind"`      // "openzeppelin", "compound", "other"
	MinDelay uint64 `json:"min_delay"` // seconds
	Grace    uint64 `json:"grace"`     // seconds after the eta in which to execute; 0 = for ever
	Roles    []Role `json:"roles"`
}

// Role is who may do what at a timelock.
type Role struct {
	Role   string `json:"role"`   // "proposer", "executor", "canceller", "admin"
	Holder string `json:"holder"` // EIP-55; the zero address = anyone
	Name   string `json:"name"`   // "the governor", "" = not known
}

// GovernorID makes the id of a governor.
func GovernorID(chain uint64, address string) string {
	return "eip155:" + strconv.FormatUint(chain, 10) + ":" + strings.ToLower(address)
}

// ParseGovernorID checks an id of the form eip155:1:0x… It returns Invalid
// errors.
func ParseGovernorID(s string) (chain uint64, address string, err error) {
	parts := strings.Split(strings.ToLower(strings.TrimSpace(s)), ":")
	if len(parts) == 3 && parts[0] == "eip155" && isAddress(parts[2]) {
		if chain, err = strconv.ParseUint(parts[1], 10, 53); err == nil && chain > 0 {
			return chain, parts[2], nil
		}
	}
	return 0, "", Errorf(Invalid, "A governor's name looks like eip155:1:0x…; %q does not.", clip(s, 80))
}

// GovernorRef makes the ref of a governor's proposal; id is decimal.
func GovernorRef(governor, id string) Ref { return Ref(strings.ToLower(governor) + ":" + id) }

// Governor returns the id of the governor that the proposal belongs to, ""
// for Snapshot's.
func (r Ref) Governor() string {
	if r.Venue() != VenueGovernor {
		return ""
	}
	return string(r)[:strings.LastIndexByte(string(r), ':')]
}
