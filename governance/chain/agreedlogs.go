package chain

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
)

// AgreedLogs is Logs asked of two independent nodes (hosts) at once, where
// there are two. It returns how many said the same: 1 where there is one only,
// or where no second one works. Conflict, and no logs, where they differ, also
// when both are asked again; the message names the nodes and the block.
func (c *Chains) AgreedLogs(ctx context.Context, chain, from, to uint64, addresses []common.Address, topics [][]common.Hash) ([]types.Log, uint64, int, error) {
	if to < from {
		return nil, 0, 0, governance.Errorf(governance.Invalid, "There are no blocks from %d to %d.", from, to)
	}
	hosts := c.hosts(chain)
	if len(hosts) < 2 {
		logs, end, err := c.Logs(ctx, chain, from, to, addresses, topics)
		return logs, end, 1, err
	}
	f := &filter{addresses: addresses, topics: topics}
	seen, err := c.bothLogs(ctx, hosts, f, from, to)
	if err != nil {
		return nil, 0, 0, err
	}
	if len(seen) == 1 {
		return seen[0].logs, seen[0].end, 1, nil
	}
	end, differs := difference(&seen[0], &seen[1])
	if differs == 0 {
		return seen[0].logs, end, 2, nil
	}
	if again, err := c.bothLogs(ctx, []*node{seen[0].node, seen[1].node}, f, from, end); err == nil && len(again) == 2 {
		if end, differs = difference(&again[0], &again[1]); differs == 0 {
			return again[0].logs, end, 2, nil
		}
	}
	return nil, 0, 0, governance.Errorf(governance.Conflict, "The nodes %s and %s disagree about the logs of block %d of chain %d: one of them leaves logs out or makes them up.",
		seen[0].node.host, seen[1].node.host, differs-1, chain)
}

// hosts are the chain's nodes, the first of each host, in the order in which
// they are asked.
func (c *Chains) hosts(chain uint64) []*node {
	var out []*node
	for _, n := range c.order(chain) {
		if n.fault == nil && !slices.ContainsFunc(out, func(o *node) bool { return o.host == n.host }) {
			out = append(out, n)
		}
	}
	return out
}

// logsOf is what one node answered.
type logsOf struct {
	node *node
	logs []types.Log
	end  uint64
}

// bothLogs asks two nodes at once, and the next ones for those that fail.
// Without any answer it returns the last error.
func (c *Chains) bothLogs(ctx context.Context, nodes []*node, f *filter, from, to uint64) (out []logsOf, last error) {
	for len(out) < 2 && len(nodes) > 0 {
		some := nodes[:min(2-len(out), len(nodes))]
		nodes = nodes[len(some):]
		got, errs := make([]logsOf, len(some)), make([]error, len(some))
		var wait sync.WaitGroup
		for i, n := range some {
			wait.Go(func() {
				got[i].node = n
				_, errs[i] = c.try(ctx, n, func(ctx context.Context, n *node) (err error) {
					got[i].logs, got[i].end, err = n.logs(ctx, f, from, to)
					return err
				})
			})
		}
		wait.Wait()
		for i, err := range errs {
			if err == nil {
				out = append(out, got[i])
			} else {
				last = err
			}
		}
		if ctx.Err() != nil {
			return nil, last
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	return nil, last
}

// difference cuts two answers at the block that both reach, and returns it and
// one more than the first block that they tell differently, 0 = none.
func difference(a, b *logsOf) (end, differs uint64) {
	end = min(a.end, b.end)
	a.cut(end)
	b.cut(end)
	for i := range min(len(a.logs), len(b.logs)) {
		if !sameLog(&a.logs[i], &b.logs[i]) {
			return end, min(a.logs[i].BlockNumber, b.logs[i].BlockNumber) + 1
		}
	}
	switch n := min(len(a.logs), len(b.logs)); {
	case n < len(a.logs):
		return end, a.logs[n].BlockNumber + 1
	case n < len(b.logs):
		return end, b.logs[n].BlockNumber + 1
	}
	return end, 0
}

func (l *logsOf) cut(end uint64) {
	l.end = end
	for n := len(l.logs); n > 0 && l.logs[n-1].BlockNumber > end; n-- {
		l.logs = l.logs[:n-1]
	}
}

func sameLog(a, b *types.Log) bool {
	return a.BlockNumber == b.BlockNumber && a.Index == b.Index && a.BlockHash == b.BlockHash && a.TxHash == b.TxHash &&
		a.Address == b.Address && slices.Equal(a.Topics, b.Topics) && bytes.Equal(a.Data, b.Data)
}
