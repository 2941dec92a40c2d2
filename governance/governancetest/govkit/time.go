package govkit

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
)

type hexBig = hexutil.Big

// rpc calls a method of the node that ethclient does not have.
func (k *Kit) rpc(out any, method string, args ...any) {
	k.t.Helper()
	if err := k.Client.Client().CallContext(k.t.Context(), out, method, args...); err != nil {
		k.t.Fatalf("govkit: %s: %v", method, err)
	}
}

// Head returns the number of the last block.
func (k *Kit) Head() uint64 {
	k.t.Helper()
	n, err := k.Client.BlockNumber(k.t.Context())
	if err != nil {
		k.t.Fatal(err)
	}
	return n
}

// Time returns the last block's time, Unix seconds.
func (k *Kit) Time() uint64 {
	k.t.Helper()
	head, err := k.Client.HeaderByNumber(k.t.Context(), nil)
	if err != nil {
		k.t.Fatal(err)
	}
	return head.Time
}

// Mine makes n blocks, a second apart.
func (k *Kit) Mine(n uint64) {
	k.t.Helper()
	k.rpc(nil, "anvil_mine", hexutil.Uint64(n), hexutil.Uint64(1))
}

// Warp makes a block that is at least so many seconds later.
func (k *Kit) Warp(seconds uint64) {
	k.t.Helper()
	k.rpc(nil, "evm_setNextBlockTimestamp", hexutil.Uint64(k.Time()+seconds))
	k.rpc(nil, "evm_mine")
}

// Reorg replaces the last blocks by as many empty ones, and makes one more, so
// that the new branch is the longer one.
func (k *Kit) Reorg(depth uint64) {
	k.t.Helper()
	k.rpc(nil, "anvil_reorg", depth, []any{})
	k.Mine(1)
}

// Snapshot returns a mark of the whole chain for Revert.
func (k *Kit) Snapshot() string {
	k.t.Helper()
	var mark string
	k.rpc(&mark, "evm_snapshot")
	return mark
}

// Revert takes the chain back to a mark. The mark is used up.
func (k *Kit) Revert(mark string) {
	k.t.Helper()
	var ok bool
	if k.rpc(&ok, "evm_revert", mark); !ok {
		k.t.Fatal("govkit: the chain does not go back")
	}
}

// Start returns the last moment, in the governor's clock, before the vote.
func (k *Kit) Start(id *big.Int) *big.Int {
	k.t.Helper()
	if k.Kind == Alpha {
		return k.alphaField(id, "startBlock")
	}
	return k.Read(k.Governor, k.GovernorABI, "proposalSnapshot(uint256)", id)[0].(*big.Int)
}

// Deadline returns the last moment of the vote, in the governor's clock.
func (k *Kit) Deadline(id *big.Int) *big.Int {
	k.t.Helper()
	if k.Kind == Alpha {
		return k.alphaField(id, "endBlock")
	}
	return k.Read(k.Governor, k.GovernorABI, "proposalDeadline(uint256)", id)[0].(*big.Int)
}

// ETA returns when a queued proposal may be executed, Unix seconds.
func (k *Kit) ETA(id *big.Int) *big.Int {
	k.t.Helper()
	if k.Kind == Alpha {
		return k.alphaField(id, "eta")
	}
	return k.Read(k.Governor, k.GovernorABI, "proposalEta(uint256)", id)[0].(*big.Int)
}

func (k *Kit) alphaField(id *big.Int, name string) *big.Int {
	k.t.Helper()
	values := k.Read(k.Governor, k.GovernorABI, "proposals(uint256)", id)
	for i, out := range k.GovernorABI.Methods["proposals"].Outputs {
		if out.Name == name {
			return values[i].(*big.Int)
		}
	}
	k.t.Fatalf("govkit: proposals of Alpha have no %s", name)
	return nil
}

// ToVote lets time pass until the vote is on.
func (k *Kit) ToVote(id *big.Int) {
	k.t.Helper()
	k.until(new(big.Int).Add(k.Start(id), common.Big1))
}

// ToEnd lets time pass until the vote is over. Of an Alpha it moves the end.
func (k *Kit) ToEnd(id *big.Int) {
	k.t.Helper()
	if k.Kind == Alpha {
		k.endAlpha(id)
		return
	}
	k.until(new(big.Int).Add(k.Deadline(id), common.Big1))
}

// ToETA lets time pass until a queued proposal may be executed.
func (k *Kit) ToETA(id *big.Int) {
	k.t.Helper()
	if eta, now := k.ETA(id).Uint64(), k.Time(); eta > now {
		k.Warp(eta - now + 1)
	}
}

// until lets time pass in the governor's clock.
func (k *Kit) until(moment *big.Int) {
	k.t.Helper()
	if now := k.Time(); k.Kind == OZ5 {
		if moment.Uint64() > now {
			k.Warp(moment.Uint64() - now)
		}
		return
	}
	if head := k.Head(); moment.Uint64() > head {
		k.Mine(moment.Uint64() - head)
	}
}
