// Package governor is a venue: Governor contracts of any EVM chain, read from
// the chain itself. It finds out what stands at an address, reads proposals
// and votes from logs, and tells how they stand.
package governor

import (
	"context"
	"log/slog"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
)

// Nodes reads chains: chain.Chains. Blocks are numbered as eth_getLogs numbers
// them; at = 0 is the newest block. Errors are Upstream, Limited, Denied (no
// node of the chain), Invalid, and Conflict where two nodes disagree.
type Nodes interface {
	Has(chain uint64) bool
	// Count is how many independent nodes (hosts) of the chain are configured.
	Count(chain uint64) int
	Head(ctx context.Context, chain uint64) (governance.Head, error)
	// Blocks returns the headers of the given numbers, in one request.
	Blocks(ctx context.Context, chain uint64, numbers []uint64) ([]governance.Block, error)
	// Logs returns the logs from block from up to a block that it chose, at
	// most to, by one request that worked; every log was checked against the
	// question.
	Logs(ctx context.Context, chain uint64, from, to uint64, addresses []common.Address, topics [][]common.Hash) ([]types.Log, uint64, error)
	// AgreedLogs is Logs asked of two independent nodes where there are two; it
	// returns how many said the same, and Conflict where they differ.
	AgreedLogs(ctx context.Context, chain, from, to uint64, addresses []common.Address, topics [][]common.Hash) ([]types.Log, uint64, int, error)
	// Calls reads contracts at one block, batched.
	Calls(ctx context.Context, chain, at uint64, calls []governance.ContractCall) ([]governance.CallResult, error)
	// Agreed is Calls asked of two independent nodes where there are two; it
	// returns how many said the same, and Conflict where they differ.
	Agreed(ctx context.Context, chain, at uint64, calls []governance.ContractCall) ([]governance.CallResult, int, error)
	Code(ctx context.Context, chain, at uint64, addresses []string) ([][]byte, error)
	Storage(ctx context.Context, chain, at uint64, address string, slots []common.Hash) ([]common.Hash, error)
}

// Config says what governors are read with. Nodes is required; zero values
// are the defaults in brackets.
type Config struct {
	Nodes Nodes
	Log   *slog.Logger     // [none]
	Now   func() time.Time // [time.Now]
}

// Governors detects and reads Governor contracts. It is safe for concurrent
// use.
type Governors struct {
	nodes Nodes
	log   *slog.Logger
	now   func() time.Time
}

// New makes the reader. It asks nothing.
func New(c Config) *Governors {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Governors{nodes: c.Nodes, log: c.Log, now: c.Now}
}
