package chain

import (
	"bytes"
	"context"
	"fmt"

	"mandate/governance"
)

// Agreed is Calls at one numbered block, asked of two independent nodes (hosts)
// where there are two. It returns how many said the same: 1 where there is one
// only, or where no second one works. Conflict, and no result, where they
// differ; the message names the nodes and what they differ about.
func (c *Chains) Agreed(ctx context.Context, chain, at uint64, calls []governance.ContractCall) ([]governance.CallResult, int, error) {
	if err := checkCalls(calls); err != nil || len(calls) == 0 {
		return nil, 0, err
	}
	return agree(ctx, c, chain, at, comparison[governance.CallResult]{
		read: func(ctx context.Context, n *node, at uint64) ([]governance.CallResult, error) {
			return n.calls(ctx, at, calls)
		},
		same: func(a, b governance.CallResult) bool { return a.Reverted == b.Reverted && bytes.Equal(a.Data, b.Data) },
		name: func(i int) string {
			return fmt.Sprintf("what %s answers to 0x%x", calls[i].To, calls[i].Data[:min(len(calls[i].Data), 4)])
		},
	})
}

// AgreedCode is Code in the same way.
func (c *Chains) AgreedCode(ctx context.Context, chain, at uint64, addresses []string) ([][]byte, int, error) {
	if _, err := addressed(at, addresses); err != nil || len(addresses) == 0 {
		return nil, 0, err
	}
	return agree(ctx, c, chain, at, comparison[[]byte]{
		read: func(ctx context.Context, n *node, at uint64) ([][]byte, error) {
			questions, err := addressed(at, addresses)
			if err != nil {
				return nil, err
			}
			return n.codes(ctx, questions)
		},
		same: bytes.Equal,
		name: func(i int) string { return "the code at " + addresses[i] },
	})
}

// comparison is a question that two nodes are asked.
type comparison[T any] struct {
	read func(ctx context.Context, n *node, at uint64) ([]T, error)
	same func(a, b T) bool
	name func(i int) string
}

// agree finds two hosts that know their newest block, settles on one that both
// have, and compares their answers. A node that fails is replaced by the next.
func agree[T any](ctx context.Context, c *Chains, chain, at uint64, q comparison[T]) ([]T, int, error) {
	if !c.Has(chain) {
		return nil, 0, errNoNode(chain)
	}
	pair, last, err := c.pair(ctx, chain)
	if err != nil {
		return nil, 0, err
	}
	if at == 0 && len(pair) > 0 {
		at = pair[0].lastSeen()
		for _, n := range pair {
			at = min(at, n.lastSeen())
		}
	}
	var first []T
	var by *node
	for _, n := range pair {
		var got []T
		done, err := c.try(ctx, n, func(ctx context.Context, n *node) (err error) {
			got, err = q.read(ctx, n, at)
			return err
		})
		switch {
		case done && err != nil:
			return nil, 0, err
		case err != nil:
			last = err
		case by == nil:
			first, by = got, n
		default:
			for i := range first {
				if !q.same(first[i], got[i]) {
					return nil, 0, governance.Errorf(governance.Conflict, "The nodes %s and %s disagree about %s in block %d of chain %d.", by.host, n.host, q.name(i), at, chain)
				}
			}
			return first, 2, nil
		}
	}
	if by == nil {
		return nil, 0, last
	}
	return first, 1, nil
}

// pair finds up to two nodes of different hosts that work and are not behind
// each other. Without any, last says why.
func (c *Chains) pair(ctx context.Context, chain uint64) (out []*node, last, err error) {
	for _, n := range c.order(chain) {
		if len(out) == 1 && out[0].host == n.host {
			continue
		}
		done, err := c.try(ctx, n, func(ctx context.Context, n *node) error {
			_, err := n.newest(ctx)
			return err
		})
		switch {
		case done && err != nil:
			return nil, nil, err
		case err != nil:
			last = err
		case len(out) == 1 && far(out[0], n):
			late, err := c.late(ctx, out[0], n)
			switch {
			case err != nil:
				return nil, nil, err
			case late == out[0]:
				out[0] = n
			case late == nil:
				return append(out, n), nil, nil
			}
		default:
			if out = append(out, n); len(out) == 2 {
				return out, nil, nil
			}
		}
	}
	return out, last, nil
}

func far(a, b *node) bool {
	return max(a.lastSeen(), b.lastSeen())-min(a.lastSeen(), b.lastSeen()) > maxLag
}

// late finds which of two nodes is behind the other, nil = neither. A number
// alone shuts nobody out: the newest blocks have to bear it out, or a node
// could say a high one and be asked alone. Conflict where they cannot both be.
func (c *Chains) late(ctx context.Context, a, b *node) (*node, error) {
	var seen []sight
	for _, n := range []*node{a, b} {
		head, err := n.head(ctx)
		if err != nil { // it fails, which is no better than being late
			return n, nil //nolint:nilerr // the other one is asked alone
		}
		seen = append(seen, sight{n, head})
	}
	if err := c.impossible(seen); err != nil {
		return nil, err
	}
	low, high := seen[0], seen[1]
	if low.head.Latest.Number > high.head.Latest.Number {
		low, high = high, low
	}
	if !lags(low.head.Latest, high.head.Latest) {
		return nil, nil
	}
	c.log.WarnContext(ctx, "a node of a chain is behind", "chain", low.node.chain, "host", low.node.host, "block", low.head.Latest.Number, "other", high.head.Latest.Number)
	return low.node, nil
}
