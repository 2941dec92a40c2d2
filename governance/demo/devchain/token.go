package devchain

import (
	"bytes"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/tracing"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/ethereum/go-ethereum/core/vm/runtime"
	"github.com/ethereum/go-ethereum/params"

	"mandate/governance/demo/devchain/contracts"
)

// tokensEach is what every holder gets: 1,000 tokens of 18 decimals.
const tokensEach = 1000

// token runs the token's constructor and its first mint before there is a
// chain, and returns the account that they leave behind. The address that the
// constructor gives is the founder's first: it must be Votes.
func (p plan) token(c contracts.Contract, config *params.ChainConfig) (types.Account, error) {
	storage := map[common.Hash]common.Hash{}
	env := &runtime.Config{
		ChainConfig: config, Origin: common.HexToAddress(founder), GasLimit: 15_000_000,
		EVMConfig: vm.Config{Tracer: &tracing.Hooks{OnOpcode: keep(storage)}},
	}
	code, at, _, err := runtime.Create(c.Bytecode, env)
	if err != nil {
		return types.Account{}, fmt.Errorf("make the practice token: %w", err)
	}
	if at != common.HexToAddress(Votes) {
		return types.Account{}, fmt.Errorf("the practice token would be at %s, not at %s", at, Votes)
	}
	parsed, err := abi.JSON(bytes.NewReader(c.ABI))
	if err != nil {
		return types.Account{}, fmt.Errorf("read the interface of the practice token: %w", err)
	}
	data, err := parsed.Pack("mint", p.holders(), ether(tokensEach))
	if err != nil {
		return types.Account{}, fmt.Errorf("mint practice tokens: %w", err)
	}
	if _, _, err = runtime.Call(at, data, env); err != nil {
		return types.Account{}, fmt.Errorf("mint practice tokens: %w", err)
	}
	return types.Account{Nonce: 1, Code: code, Storage: storage, Balance: new(big.Int)}, nil
}

// keep notes what a contract writes. Nothing that runs here is undone, so the
// last write to a slot is what stays.
func keep(storage map[common.Hash]common.Hash) tracing.OpcodeHook {
	return func(_ uint64, op byte, _, _ uint64, scope tracing.OpContext, _ []byte, _ int, _ error) {
		if vm.OpCode(op) != vm.SSTORE {
			return
		}
		stack := scope.StackData()
		slot, value := stack[len(stack)-1], stack[len(stack)-2]
		storage[slot.Bytes32()] = value.Bytes32()
	}
}
