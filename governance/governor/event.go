package governor

import (
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// origin is which of a governor's contracts emits an event.
type origin uint8

const (
	atGovernor origin = 1 << iota
	atTimelock
	atToken
)

// shape is one official form of an event.
type shape struct {
	signature string
	indexed   []int // places of the arguments that are topics in the official contract
	at        origin
	take      func(*scan, logged) error
	echo      bool // repeats what the governor says in the same transaction
	types     []abiType
}

// eventShapes is the table of all events that are read, by their first topic.
func eventShapes() map[common.Hash]shape {
	out := map[common.Hash]shape{}
	for _, list := range [][]shape{proposalShapes(), voteShapes(), lifeShapes(), settingShapes(), timelockShapes(), tokenShapes()} {
		for _, s := range list {
			s.types = abiTypes(s.signature)
			out[crypto.Keccak256Hash([]byte(s.signature))] = s
		}
	}
	return out
}

// The first list of arrays below is what all families share; the places of
// Nouns' longer forms differ.
const (
	actionTypes  = "address[],uint256[],string[],bytes[]"
	nounsCreated = "ProposalCreatedWithRequirements"
)

func proposalShapes() []shape {
	return []shape{
		{signature: "ProposalCreated(uint256,address," + actionTypes + ",uint256,uint256,string)", at: atGovernor,
			take: createdWith(places{targets: 2, start: 6, description: 8})},
		{signature: "ProposalCreated(uint256,address," + actionTypes + ",uint256,uint256,string,uint8)", indexed: []int{0, 1}, at: atGovernor,
			take: createdWith(places{targets: 2, start: 6, description: 8})},
		{signature: "ProposalCreated(uint256,address,address,bytes,uint256,uint256,string,uint8)", indexed: []int{0, 1, 2}, at: atGovernor, take: takeModule},
		{signature: "ProposalCreated(uint256,address,address,bytes,uint256,uint256,string)", at: atGovernor, take: takeModule},
		{signature: "ProposalCreated(uint256,address,uint8,bytes32)", indexed: []int{0, 1, 2}, at: atGovernor, take: takeAave},
		{signature: nounsCreated + "(uint256,address," + actionTypes + ",uint256,uint256,uint256,uint256,string)", at: atGovernor,
			take: createdWith(places{targets: 2, start: 6, description: 10})},
		{signature: nounsCreated + "(uint256,address,address[]," + actionTypes + ",uint256,uint256,uint256,uint256,uint256,string)", at: atGovernor,
			take: createdWith(places{targets: 3, start: 7, description: 12})},
		{signature: nounsCreated + "(uint256,address[],uint256,uint256,uint256,uint32)", indexed: []int{5}, at: atGovernor, take: touches},
		{signature: "ProposalUpdated(uint256,address," + actionTypes + ",string,string)", indexed: []int{0, 1}, at: atGovernor, take: editedWith(2, 6)},
		{signature: "ProposalTransactionsUpdated(uint256,address," + actionTypes + ",string)", indexed: []int{0, 1}, at: atGovernor, take: editedWith(2, -1)},
		{signature: "ProposalDescriptionUpdated(uint256,address,string,string)", indexed: []int{0, 1}, at: atGovernor, take: editedWith(-1, 2)},
	}
}

func voteShapes() []shape {
	return []shape{
		{signature: "VoteCast(address,uint256,uint8,uint256,string)", indexed: []int{0}, at: atGovernor,
			take: votedWith(ballotPlaces{voter: 0, id: 1, support: 2, weight: 3, reason: 4, params: -1})},
		{signature: "VoteCast(address,uint256,bool,uint256)", at: atGovernor,
			take: votedWith(ballotPlaces{voter: 0, id: 1, support: 2, weight: 3, reason: -1, params: -1})},
		{signature: "VoteCastWithParams(address,uint256,uint8,uint256,string,bytes)", indexed: []int{0}, at: atGovernor,
			take: votedWith(ballotPlaces{voter: 0, id: 1, support: 2, weight: 3, reason: 4, params: 5})},
		// Nouns' follows the VoteCast of the same vote.
		{signature: "VoteCastWithClientId(address,uint256,uint32)", indexed: []int{0, 1, 2}, at: atGovernor, take: touchesAt(1)},
		{signature: "OverrideVoteCast(address,uint256,uint8,uint256,string)", indexed: []int{0}, at: atGovernor,
			take: votedWith(ballotPlaces{voter: 0, id: 1, support: 2, weight: 3, reason: 4, params: -1})},
		{signature: "VoteReduced(address,uint256,uint8,uint256)", indexed: []int{0}, at: atGovernor, take: takeReduced},
		{signature: "VoteEmitted(uint256,address,bool,uint256)", indexed: []int{0, 1, 2}, at: atGovernor,
			take: votedWith(ballotPlaces{voter: 1, id: 0, support: 2, weight: 3, reason: -1, params: -1})},
	}
}

func lifeShapes() []shape {
	return []shape{
		{signature: "ProposalCanceled(uint256)", at: atGovernor, take: happened(governance.EventCanceled, -1)},
		{signature: "ProposalExecuted(uint256)", at: atGovernor, take: happened(governance.EventExecuted, -1)},
		{signature: "ProposalQueued(uint256,uint256)", at: atGovernor, take: happened(governance.EventQueued, 1)},
		{signature: "ProposalQueued(uint256,uint128,uint128)", indexed: []int{0}, at: atGovernor, take: happened(governance.EventQueued, -1)},
		{signature: "ProposalFailed(uint256,uint128,uint128)", indexed: []int{0}, at: atGovernor, take: touches},
		{signature: "ProposalVetoed(uint256)", at: atGovernor, take: happened(governance.EventVetoed, -1)},
		{signature: "ProposalObjectionPeriodSet(uint256,uint256)", indexed: []int{0}, at: atGovernor, take: happened(governance.EventExtended, 1)},
		{signature: "ProposalExtended(uint256,uint64)", indexed: []int{0}, at: atGovernor, take: happened(governance.EventExtended, 1)},
		{signature: "ProposalDeadlineUpdated(uint256,uint64)", at: atGovernor, take: happened(governance.EventExtended, 1)},
		{signature: "ProposalTypeUpdated(uint256,uint8)", indexed: []int{0}, at: atGovernor, take: takeTypeUpdated},
		{signature: "VotingActivated(uint256,bytes32,uint24)", indexed: []int{0, 1}, at: atGovernor, take: touches},
		{signature: "PayloadSent(uint256,uint40,address,uint256,uint256,uint256)", indexed: []int{0, 2, 3}, at: atGovernor, take: touches},
	}
}

func settingShapes() []shape {
	all := atGovernor | atTimelock
	return []shape{
		{signature: "ProposalTypeSet(uint8,uint16,uint16,string,string)", indexed: []int{0}, at: atGovernor, take: takeTypeSet},
		{signature: "VotingDelaySet(uint256,uint256)", at: atGovernor, take: changed("voting delay", 0, 1)},
		{signature: "VotingPeriodSet(uint256,uint256)", at: atGovernor, take: changed("voting period", 0, 1)},
		{signature: "ProposalThresholdSet(uint256,uint256)", at: atGovernor, take: changed("proposal threshold", 0, 1)},
		{signature: "QuorumNumeratorUpdated(uint256,uint256)", at: atGovernor, take: changed("quorum numerator", 0, 1)},
		{signature: "TimelockChange(address,address)", at: atGovernor, take: changed("timelock", 0, 1)},
		{signature: "ProposalGuardianSet(address,address)", at: atGovernor, take: changed("proposal guardian", 0, 1)},
		{signature: "LateQuorumVoteExtensionSet(uint64,uint64)", at: atGovernor, take: changed("late quorum extension", 0, 1)},
		{signature: "NewImplementation(address,address)", at: all, take: changed("implementation", 0, 1)},
		{signature: "Upgraded(address)", indexed: []int{0}, at: all, take: changed("implementation", -1, 0)},
		{signature: "NewAdmin(address)", indexed: []int{0}, at: all, take: changed("admin", -1, 0)},
		{signature: "NewDelay(uint256)", indexed: []int{0}, at: atTimelock, take: changed("timelock delay", -1, 0)},
		{signature: "MinDelayChange(uint256,uint256)", at: atTimelock, take: changed("timelock delay", 0, 1)},
		{signature: "RoleGranted(bytes32,address,address)", indexed: []int{0, 1, 2}, at: all, take: takeRole},
	}
}

func timelockShapes() []shape {
	compound := "(bytes32,address,uint256,string,bytes,uint256)"
	return []shape{
		{signature: "CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)", indexed: []int{0, 1}, at: atTimelock, take: operation("timelock scheduled", 2, 4), echo: true},
		{signature: "CallExecuted(bytes32,uint256,address,uint256,bytes)", indexed: []int{0, 1}, at: atTimelock, take: operation("timelock executed", 2, 4), echo: true},
		{signature: "CallSalt(bytes32,bytes32)", indexed: []int{0}, at: atTimelock, take: nothing},
		{signature: "Cancelled(bytes32)", indexed: []int{0}, at: atTimelock, take: operation("timelock cancelled", -1, -1), echo: true},
		{signature: "QueueTransaction" + compound, indexed: []int{0, 1}, at: atTimelock, take: operation("timelock queued", 1, 4), echo: true},
		{signature: "ExecuteTransaction" + compound, indexed: []int{0, 1}, at: atTimelock, take: operation("timelock executed", 1, 4), echo: true},
		{signature: "CancelTransaction" + compound, indexed: []int{0, 1}, at: atTimelock, take: operation("timelock cancelled", 1, 4), echo: true},
	}
}

func tokenShapes() []shape {
	return []shape{
		{signature: "DelegateChanged(address,address,address)", indexed: []int{0, 1, 2}, at: atToken, take: takeDelegate},
		{signature: "DelegateChanged(address,(address,uint96)[],(address,uint96)[])", indexed: []int{0}, at: atToken, take: takePartial},
		{signature: "DelegateChanged(address,address,uint96)", indexed: []int{0, 1}, at: atToken, take: takeShare},
		// It tells sums, which are read where they are needed.
		{signature: "DelegateVotesChanged(address,uint256,uint256)", indexed: []int{0}, at: atToken, take: nothing},
	}
}

// logged is a log with its arguments in the order of the signature.
type logged struct {
	*types.Log
	args []any
}

// read decodes a log of the shape.
func (s shape) read(l *types.Log) (logged, error) {
	topic, err := s.topics(len(l.Topics) - 1)
	if err != nil {
		return logged{}, err
	}
	var inData []abiType
	for i, t := range s.types {
		if topic[i] == 0 {
			inData = append(inData, t)
		}
	}
	rest, err := decodeABI(l.Data, inData)
	if err != nil {
		return logged{}, err
	}
	out := logged{Log: l, args: make([]any, 0, len(s.types))}
	for i, t := range s.types {
		if topic[i] == 0 {
			out.args, rest = append(out.args, rest[0]), rest[1:]
			continue
		}
		v, err := wordValue(t, l.Topics[topic[i]][:])
		if err != nil {
			return logged{}, err
		}
		out.args = append(out.args, v)
	}
	return out, nil
}

// topics tells for each argument which topic holds it, 0 = it is in the data.
// Forks differ in what they index (the signature, so the first topic, does not
// tell): with another number of topics than the official contract has, the
// first arguments are the ones.
func (s shape) topics(n int) ([]int, error) {
	out := make([]int, len(s.types))
	places := s.indexed
	if n != len(places) {
		places = nil
		for i := range n {
			places = append(places, i)
		}
	}
	for i, place := range places {
		if place >= len(out) || s.types[place].dynamic() {
			return nil, fmt.Errorf("%w: it has %d topics", errABI, n+1)
		}
		out[place] = i + 1
	}
	return out, nil
}

func (l logged) num(i int) string         { return decimal(l.args[i]) }
func (l logged) bytes(i int) []byte       { return l.args[i].([]byte) }
func (l logged) addr(i int) string        { return l.args[i].(common.Address).Hex() }
func (l logged) list(i int) []any         { return l.args[i].([]any) }
func (l logged) hash(i int) common.Hash   { return l.args[i].(common.Hash) }
func (l logged) text(i int, n int) string { return clipped(sane(string(l.bytes(i))), n) }
