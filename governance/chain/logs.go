package chain

import (
	"context"
	"errors"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
)

// Logs returns the logs of a filter from block from up to a block that it
// chose, at most to: as much as one request of the node gives. Nothing is left
// out in between. How much a node gives is learned from its errors. Every log
// was checked against the question; a node that gives others is not believed.
//
// addresses and topics are those of eth_getLogs; empty ones match all. Errors:
// Invalid where to is before from; Upstream also where no node has the blocks
// yet; Limited where a node does not even give the logs of one block.
func (c *Chains) Logs(ctx context.Context, chain, from, to uint64, addresses []common.Address, topics [][]common.Hash) ([]types.Log, uint64, error) {
	if to < from {
		return nil, 0, governance.Errorf(governance.Invalid, "There are no blocks from %d to %d.", from, to)
	}
	f := &filter{addresses: addresses, topics: topics}
	var logs []types.Log
	var end uint64
	err := c.ask(ctx, chain, func(ctx context.Context, n *node) (err error) {
		logs, end, err = n.logs(ctx, f, from, to)
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return logs, end, nil
}

// filter is a question for logs.
type filter struct {
	addresses []common.Address
	topics    [][]common.Hash
}

// params are those of eth_getLogs.
func (f *filter) params(from, to uint64) map[string]any {
	out := map[string]any{"fromBlock": hexutil.Uint64(from), "toBlock": hexutil.Uint64(to)}
	switch len(f.addresses) {
	case 0:
	case 1: // some nodes know no lists
		out["address"] = f.addresses[0]
	default:
		out["address"] = f.addresses
	}
	if len(f.topics) > 0 {
		list := make([]any, len(f.topics))
		for i, either := range f.topics {
			if len(either) > 0 {
				list[i] = either
			}
		}
		out["topics"] = list
	}
	return out
}

// maxShrinks is how often one reading makes its range smaller: from 2^20
// blocks to one.
const maxShrinks = 24

// logs reads a range of one node, smaller until the node gives it.
func (n *node) logs(ctx context.Context, f *filter, from, to uint64) (_ []types.Log, end uint64, err error) {
	to, err = n.upTo(ctx, from, to)
	if err != nil {
		return nil, 0, err
	}
	slow := 0
	for range maxShrinks {
		end = from + min(to-from, n.blocksAtOnce()-1)
		var list logList
		list, err = n.getLogs(ctx, f.params(from, end))
		if err == nil {
			if err := f.check(list.logs, from, end); err != nil {
				return nil, 0, err
			}
			n.gave(end-from+1, list.size)
			return list.logs, end, nil
		}
		var fail *failure
		if !errors.As(err, &fail) || ctx.Err() != nil || end == from {
			return nil, 0, err
		}
		if fail.slow {
			slow++
		}
		if fail.kind != tooMuch && (!fail.slow || slow > 1) {
			return nil, 0, err
		}
		n.refusedRange(fail.said, from, end)
	}
	return nil, 0, err
}

// upTo cuts a range at the newest block that the node is known to have: beyond
// it there is nothing yet, which is not the same as no logs.
func (n *node) upTo(ctx context.Context, from, to uint64) (uint64, error) {
	if n.lastSeen() >= to {
		return to, nil
	}
	newest, err := n.newest(ctx)
	if err != nil {
		return 0, err
	}
	if newest < from {
		return 0, &failure{kind: late, text: "its newest block is before the range"}
	}
	return min(to, newest), nil
}

// check compares logs with the question. An answer that holds another one is
// no answer.
func (f *filter) check(logs []types.Log, from, to uint64) error {
	for i := range logs {
		l := &logs[i]
		switch {
		case l.Removed:
			return &failure{kind: lying, text: "it gives a removed log"}
		case l.BlockNumber < from || l.BlockNumber > to:
			return &failure{kind: lying, text: "it gives a log of another block"}
		case l.BlockHash == (common.Hash{}) || l.TxHash == (common.Hash{}):
			return &failure{kind: lying, text: "it gives a log without its block"}
		case len(f.addresses) > 0 && !slices.Contains(f.addresses, l.Address):
			return &failure{kind: lying, text: "it gives a log of another contract"}
		case !f.fits(l.Topics):
			return &failure{kind: lying, text: "it gives a log of another event"}
		}
		if i > 0 && !follows(&logs[i-1], l) {
			return &failure{kind: lying, text: "its logs are not in order"}
		}
	}
	return nil
}

func (f *filter) fits(topics []common.Hash) bool {
	if len(topics) < len(f.topics) {
		return false
	}
	for i, either := range f.topics {
		if len(either) > 0 && !slices.Contains(either, topics[i]) {
			return false
		}
	}
	return true
}

// follows reports whether b may stand behind a: later, and of the same block
// where it has the same number.
func follows(a, b *types.Log) bool {
	if a.BlockNumber == b.BlockNumber {
		return a.Index < b.Index && a.BlockHash == b.BlockHash
	}
	return a.BlockNumber < b.BlockNumber
}
