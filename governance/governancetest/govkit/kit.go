// Package govkit puts a governor of a kind, with its token, timelock, treasury
// and voters, on a test's chain, and leads proposals through their life.
package govkit

import (
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
)

// Kind is a family of governors.
type Kind string

// The kinds.
const (
	OZ5       Kind = "oz5"        // OpenZeppelin 5.7: fractional counting, late quorum, timestamps
	OZ5Blocks Kind = "oz5-blocks" // OpenZeppelin 5.7: simple counting, blocks
	OZ4       Kind = "oz4"        // OpenZeppelin 4.9.6: simple counting, blocks
	BravoLike Kind = "bravo-like" // OpenZeppelin 4.9.6's GovernorCompatibilityBravo with Compound's kind of timelock
	Alpha     Kind = "alpha"      // Uniswap's, as published on npm: Uni, Timelock, 40,320 blocks of voting
)

// Voter is an account with its key.
type Voter struct {
	Key     *ecdsa.PrivateKey
	Address common.Address
}

// Kit is what Deploy put on the chain. Five voters have the same number of
// tokens each (Each); the first four are their own delegates, the last one has
// no delegate. The timelock holds 100 ETH, 1,000,000 of the stablecoin and Each
// of the token.
type Kit struct {
	Kind   Kind
	URL    string
	Chain  *big.Int
	Client *ethclient.Client

	Governor, Token, Timelock common.Address
	Stablecoin                common.Address // 6 decimals; its owner is the first voter
	Vault, VaultTwo           common.Address // a UUPS proxy owned by the timelock, and what it may be upgraded to
	Voters                    []Voter        // the first one deployed everything
	Each                      *big.Int       // tokens, with 18 decimals
	StartBlock                uint64         // the governor's creation

	GovernorABI, TokenABI, TimelockABI abi.ABI

	t     testing.TB
	known map[string]proposal // by decimal id
}

// proposal is what a governor wants to see again at queue, execute and cancel.
type proposal struct {
	targets   []common.Address
	values    []*big.Int
	calldatas [][]byte
	text      string
}

// Send makes a transaction and waits for its block; a test fails where it is
// refused or undone. to nil makes a contract.
func (k *Kit) Send(from Voter, to *common.Address, value *big.Int, data []byte) *types.Receipt {
	k.t.Helper()
	receipt, err := k.TrySend(from, to, value, data)
	if err != nil {
		k.t.Fatalf("govkit: %v", err)
	}
	return receipt
}

// TrySend is Send whose refusal is an error.
func (k *Kit) TrySend(from Voter, to *common.Address, value *big.Int, data []byte) (*types.Receipt, error) {
	ctx := k.t.Context()
	gas, err := k.Client.EstimateGas(ctx, ethereum.CallMsg{From: from.Address, To: to, Value: value, Data: data})
	if err != nil {
		return nil, fmt.Errorf("estimate: %w", err)
	}
	nonce, err := k.Client.PendingNonceAt(ctx, from.Address)
	if err != nil {
		return nil, fmt.Errorf("nonce: %w", err)
	}
	tx, err := types.SignNewTx(from.Key, types.LatestSignerForChainID(k.Chain), &types.DynamicFeeTx{
		ChainID: k.Chain, Nonce: nonce, To: to, Value: value, Data: data, Gas: gas + gas/4 + 100_000, GasFeeCap: big.NewInt(20e9), GasTipCap: big.NewInt(1e9),
	})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	if err = k.Client.SendTransaction(ctx, tx); err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	return k.wait(tx)
}

func (k *Kit) wait(tx *types.Transaction) (*types.Receipt, error) {
	for range 1000 {
		receipt, err := k.Client.TransactionReceipt(k.t.Context(), tx.Hash())
		switch {
		case err == nil && receipt.Status == types.ReceiptStatusSuccessful:
			return receipt, nil
		case err == nil:
			return receipt, errors.New("the transaction was undone")
		case !errors.Is(err, ethereum.NotFound):
			return nil, fmt.Errorf("receipt: %w", err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return nil, errors.New("the transaction never came into a block")
}

// Read calls a function by its signature, such as "state(uint256)", and
// returns its results.
func (k *Kit) Read(at common.Address, contract abi.ABI, signature string, args ...any) []any {
	k.t.Helper()
	method, data := k.pack(contract, signature, args...)
	raw, err := k.Client.CallContract(k.t.Context(), ethereum.CallMsg{To: &at, Data: data}, nil)
	if err != nil {
		k.t.Fatalf("govkit: %s: %v", signature, err)
	}
	out, err := method.Outputs.Unpack(raw)
	if err != nil {
		k.t.Fatalf("govkit: %s: %v", signature, err)
	}
	return out
}

// Pack encodes a call by the function's signature, such as
// "transfer(address,uint256)".
func (k *Kit) Pack(contract abi.ABI, signature string, args ...any) []byte {
	k.t.Helper()
	_, data := k.pack(contract, signature, args...)
	return data
}

// pack finds a function by its signature, as overloaded ones share a name.
func (k *Kit) pack(contract abi.ABI, signature string, args ...any) (abi.Method, []byte) {
	k.t.Helper()
	method, err := contract.MethodById(crypto.Keccak256([]byte(signature))[:4])
	if err != nil {
		k.t.Fatalf("govkit: %s: %v", signature, err)
	}
	packed, err := method.Inputs.Pack(args...)
	if err != nil {
		k.t.Fatalf("govkit: %s: %v", signature, err)
	}
	return *method, append(method.ID, packed...)
}
