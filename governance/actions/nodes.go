package actions

import (
	"context"
	"encoding/json"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// Nodes is what an inspection asks of a chain: chain.Chains. Errors are
// Upstream, Limited, Denied (no node, or none that offers it), Invalid, and
// Conflict where two nodes disagree.
type Nodes interface {
	Has(chain uint64) bool
	Head(ctx context.Context, chain uint64) (governance.Head, error)
	Agreed(ctx context.Context, chain, at uint64, calls []governance.ContractCall) ([]governance.CallResult, int, error)
	Code(ctx context.Context, chain, at uint64, addresses []string) ([][]byte, error)
	AgreedCode(ctx context.Context, chain, at uint64, addresses []string) ([][]byte, int, error)
	Storage(ctx context.Context, chain, at uint64, address string, slots []common.Hash) ([]common.Hash, error)
	Balances(ctx context.Context, chain, at uint64, addresses []string) ([]*big.Int, error)
	Simulate(ctx context.Context, chain, at uint64, request json.RawMessage) (json.RawMessage, error)
	CallWith(ctx context.Context, chain, at uint64, call governance.ContractCall, overrides json.RawMessage) (governance.CallResult, error)
}
