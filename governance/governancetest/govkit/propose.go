package govkit

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
)

// proposalCreated is the topic of all families.
const proposalCreated = "0x7d84a6263ae0d98d3329bd7b46bb4e8d6f98cd35a7adb45c274c8b7fd5ebd5e0"

// Propose makes a proposal of the first voter and returns its id. sigs may be
// nil; only Alpha and BravoLike take others than empty ones.
func (k *Kit) Propose(targets []common.Address, values []*big.Int, sigs []string, calldatas [][]byte, description string) *big.Int {
	k.t.Helper()
	return k.ProposeFrom(k.Voters[0], targets, values, sigs, calldatas, description)
}

// ProposeFrom is Propose by another account.
func (k *Kit) ProposeFrom(from Voter, targets []common.Address, values []*big.Int, sigs []string, calldatas [][]byte, description string) *big.Int {
	k.t.Helper()
	if sigs == nil {
		sigs = make([]string, len(targets))
	}
	var data []byte
	if k.bravo() {
		data = k.Pack(k.GovernorABI, "propose(address[],uint256[],string[],bytes[],string)", targets, values, sigs, calldatas, description)
	} else {
		data = k.Pack(k.GovernorABI, "propose(address[],uint256[],bytes[],string)", targets, values, calldatas, description)
	}
	for _, log := range k.Send(from, &k.Governor, nil, data).Logs {
		if log.Address == k.Governor && log.Topics[0] == common.HexToHash(proposalCreated) {
			id := new(big.Int).SetBytes(log.Data[:32])
			k.known[id.String()] = proposal{targets, values, calldatas, description}
			return id
		}
	}
	k.t.Fatal("govkit: no proposal came of it")
	return nil
}

// bravo reports whether the governor knows proposals by their ids alone.
func (k *Kit) bravo() bool { return k.Kind == Alpha || k.Kind == BravoLike }

// Queue puts a succeeded proposal into the timelock. As Execute and Cancel it is
// sent by the first voter.
func (k *Kit) Queue(id *big.Int) *types.Receipt {
	k.t.Helper()
	return k.step(id, "queue")
}

// Execute runs what a proposal says.
func (k *Kit) Execute(id *big.Int) *types.Receipt {
	k.t.Helper()
	return k.step(id, "execute")
}

// Cancel ends a proposal of the first voter; OpenZeppelin's only before the
// vote.
func (k *Kit) Cancel(id *big.Int) *types.Receipt {
	k.t.Helper()
	return k.step(id, "cancel")
}

func (k *Kit) step(id *big.Int, what string) *types.Receipt {
	k.t.Helper()
	p, ok := k.known[id.String()]
	if !ok {
		k.t.Fatalf("govkit: this kit did not make proposal %s", id)
	}
	if k.bravo() {
		return k.Send(k.Voters[0], &k.Governor, k.brings(p, what), k.Pack(k.GovernorABI, what+"(uint256)", id))
	}
	return k.Send(k.Voters[0], &k.Governor, nil,
		k.Pack(k.GovernorABI, what+"(address[],uint256[],bytes[],bytes32)", p.targets, p.values, p.calldatas, crypto.Keccak256Hash([]byte(p.text))))
}

// brings is the ether that comes with a call: Alpha hands the timelock what a
// proposal spends.
func (k *Kit) brings(p proposal, what string) *big.Int {
	sum := new(big.Int)
	if k.Kind == Alpha && what == "execute" {
		for _, v := range p.values {
			sum.Add(sum, v)
		}
	}
	return sum
}

// State returns the number of a proposal's state: 0 pending, 1 active, 2
// canceled, 3 defeated, 4 succeeded, 5 queued, 6 expired, 7 executed.
func (k *Kit) State(id *big.Int) uint8 {
	k.t.Helper()
	return k.Read(k.Governor, k.GovernorABI, "state(uint256)", id)[0].(uint8)
}

// Pay proposes that the timelock pays 1 ETH to the last voter.
func (k *Kit) Pay(description string) *big.Int {
	k.t.Helper()
	return k.Propose([]common.Address{k.Voters[voters-1].Address}, []*big.Int{tokens(1)}, nil, [][]byte{{}}, description)
}
