package actions

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// maxMoves bounds how many changes of balances and powers are kept.
const maxMoves = 100

// coinAddress is under which nodes report transfers of the chain's own coin
// (traceTransfers of eth_simulateV1).
func coinAddress() common.Address {
	return common.HexToAddress("0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee")
}

// ledgerOfLogs adds up what the events of a simulation say.
type ledgerOfLogs struct {
	chain  uint64
	known  Known
	deltas map[holder]*big.Int
	order  []holder
	powers []governance.PowerChange
}

type holder struct{ account, token common.Address }

// powerEvent is an event that changes who may do what. Subject is the number
// of the word that names who gains, counted from the first topic after the
// event's own, then over the data; -1 = nobody.
type powerEvent struct {
	signature string
	subject   int
}

func powerEvents() []powerEvent {
	return []powerEvent{
		{"RoleGranted(bytes32,address,address)", 1},
		{"RoleRevoked(bytes32,address,address)", 1},
		{"RoleAdminChanged(bytes32,bytes32,bytes32)", -1},
		{"OwnershipTransferred(address,address)", 1},
		{"OwnershipTransferStarted(address,address)", 1},
		{"Upgraded(address)", 0},
		{"BeaconUpgraded(address)", 0},
		{"AdminChanged(address,address)", 1},
		{"NewAdmin(address)", 0},
		{"NewPendingAdmin(address)", 0},
		{"NewImplementation(address,address)", 1},
		{"Approval(address,address,uint256)", 1},
		{"ApprovalForAll(address,address,bool)", 1},
		{"AddedOwner(address)", 0},
		{"RemovedOwner(address)", 0},
		{"ChangedThreshold(uint256)", -1},
		{"EnabledModule(address)", 0},
		{"ChangedGuard(address)", 0},
		{"MinDelayChange(uint256,uint256)", -1},
		{"NewDelay(uint256)", -1},
		{"VotingDelaySet(uint256,uint256)", -1},
		{"VotingPeriodSet(uint256,uint256)", -1},
		{"ProposalThresholdSet(uint256,uint256)", -1},
		{"QuorumNumeratorUpdated(uint256,uint256)", -1},
		{"TimelockChange(address,address)", 1},
	}
}

// take reads one event.
func (b *ledgerOfLogs) take(index int, l simulatedLog) {
	if len(l.Topics) == 0 {
		return
	}
	if l.Topics[0] == topicOf("Transfer(address,address,uint256)") {
		b.transfer(l)
		return
	}
	for _, e := range powerEvents() {
		if topicOf(e.signature) == l.Topics[0] {
			b.power(index, e, l)
			return
		}
	}
}

// topicOf is an event's first topic.
func topicOf(signature string) common.Hash { return crypto.Keccak256Hash([]byte(signature)) }

func (b *ledgerOfLogs) transfer(l simulatedLog) {
	if len(l.Topics) < 3 {
		return
	}
	amount := big.NewInt(1) // ERC-721 indexes the token's id
	if len(l.Topics) == 3 {
		if len(l.Data) != 32 {
			return
		}
		amount = new(big.Int).SetBytes(l.Data)
	}
	b.add(common.BytesToAddress(l.Topics[1][12:]), l.Address, new(big.Int).Neg(amount))
	b.add(common.BytesToAddress(l.Topics[2][12:]), l.Address, amount)
}

func (b *ledgerOfLogs) add(account, token common.Address, delta *big.Int) {
	if account == (common.Address{}) { // made or burnt
		return
	}
	if b.deltas == nil {
		b.deltas = map[holder]*big.Int{}
	}
	key := holder{account, token}
	if b.deltas[key] == nil {
		if len(b.order) >= maxMoves {
			return
		}
		b.deltas[key] = new(big.Int)
		b.order = append(b.order, key)
	}
	b.deltas[key].Add(b.deltas[key], delta)
}

// moves are the changes of balances, the executor's first.
func (b *ledgerOfLogs) moves(from string) []governance.BalanceChange {
	var out []governance.BalanceChange
	for _, key := range b.order {
		delta := b.deltas[key]
		if delta.Sign() == 0 {
			continue
		}
		m := governance.BalanceChange{Account: key.account.Hex(), Decimals: -1, Delta: delta.String()}
		if key.token == coinAddress() {
			m.Symbol, m.Decimals = governance.CoinSymbol(b.chain), 18
		} else {
			m.Token = key.token.Hex()
			if t, ok := b.known.Token(b.chain, m.Token); ok {
				m.Symbol, m.Decimals = t.Symbol, t.Decimals
			}
		}
		out = append(out, m)
	}
	first := func(m governance.BalanceChange) int {
		if strings.EqualFold(m.Account, from) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b governance.BalanceChange) int { return cmp.Compare(first(a), first(b)) })
	return out
}

func (b *ledgerOfLogs) power(index int, e powerEvent, l simulatedLog) {
	if len(b.powers) >= maxMoves {
		return
	}
	words := append([]common.Hash{}, l.Topics[1:]...)
	for at := 0; at+32 <= len(l.Data) && len(words) < 8; at += 32 {
		words = append(words, common.BytesToHash(l.Data[at:at+32]))
	}
	name, types, _ := strings.Cut(strings.TrimSuffix(e.signature, ")"), "(")
	p := governance.PowerChange{Index: index, Event: name, Contract: l.Address.Hex()}
	if e.subject >= 0 && e.subject < len(words) {
		p.Subject = common.BytesToAddress(words[e.subject][12:]).Hex()
	}
	var parts []string
	for i, kind := range strings.Split(types, ",") {
		if i < len(words) {
			parts = append(parts, b.word(kind, words[i]))
		}
	}
	p.Detail = name + "(" + strings.Join(parts, ", ") + ") at " + b.place(l.Address)
	b.powers = append(b.powers, p)
}

// word writes one word of an event by its type.
func (b *ledgerOfLogs) word(kind string, w common.Hash) string {
	switch kind {
	case "address":
		return b.place(common.BytesToAddress(w[12:]))
	case "uint256":
		return w.Big().String()
	case "bool":
		return map[bool]string{true: "true", false: "false"}[w.Big().Sign() != 0]
	}
	if name := builtIn().roleName(w.Bytes()); kind == "bytes32" && name != "" {
		return name
	}
	return w.Hex()
}

func (b *ledgerOfLogs) place(a common.Address) string {
	if name := b.known.Name(b.chain, a.Hex()); name != "" {
		return name + " " + a.Hex()
	}
	return a.Hex()
}
