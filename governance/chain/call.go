package chain

import (
	"context"
	"errors"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
)

// ask lets the nodes of a chain try in their order, those that failed lately
// last, until one answers. A contract's refusal is an answer. A node that asks
// for a smaller range does work, and if none gives more that is the error.
func (c *Chains) ask(ctx context.Context, chain uint64, question func(context.Context, *rpc.Client) error) error {
	if !c.Has(chain) {
		return errNoNode(chain)
	}
	var last error
	for _, n := range c.order(chain) {
		err := n.do(ctx, question)
		if err == nil {
			return nil
		}
		if gone := ctx.Err(); gone != nil { // not the node's fault
			return governance.Wrap(governance.Upstream, gone, "Reading chain %d was cut short.", chain)
		}
		var f *failure
		if !errors.As(err, &f) {
			return err
		}
		err = n.asError(f)
		switch {
		case f.kind == refused:
			return err
		case f.kind != tooMuch && n.failed(c.now(), f.kind):
			c.log.WarnContext(ctx, "a node of a chain fails", "chain", chain, "host", n.host, "error", err)
		}
		if last == nil || kindOf(last) != tooMuch {
			last = err
		}
	}
	return last
}

func (c *Chains) order(chain uint64) []*node {
	now := c.now()
	var fit, resting []*node
	for _, n := range c.nodes[chain] {
		if n.rests(now) {
			resting = append(resting, n)
		} else {
			fit = append(fit, n)
		}
	}
	return append(fit, resting...)
}

// method asks for the result of one method.
func (c *Chains) method(ctx context.Context, chain uint64, result any, method string, args ...any) error {
	return c.ask(ctx, chain, func(ctx context.Context, client *rpc.Client) error {
		return client.CallContext(ctx, result, method, args...)
	})
}

// message is what an eth_call carries. Without To, Data is run as the code
// that makes a contract.
type message struct {
	To   string         `json:"to,omitempty"`
	Data hexutil.Bytes  `json:"data"`
	Gas  hexutil.Uint64 `json:"gas"`
}

// callGas bounds what a hostile contract can make a node do. Deploying a
// wallet and checking a passkey takes a tenth of it.
const callGas = 15_000_000

// view calls a contract in the newest block. Invalid: it reverted.
func (c *Chains) view(ctx context.Context, chain uint64, to string, data []byte) ([]byte, error) {
	var out hexutil.Bytes
	err := c.method(ctx, chain, &out, "eth_call", message{To: to, Data: data, Gas: callGas}, "latest")
	return out, err
}

// maxBatch is how many calls go in one request.
const maxBatch = 50

// views is view for many calls of one contract. A call that the contract
// refuses has no result there (nil).
func (c *Chains) views(ctx context.Context, chain uint64, to string, calls [][]byte) ([][]byte, error) {
	out := make([][]byte, 0, len(calls))
	for len(calls) > 0 {
		n := min(maxBatch, len(calls))
		results, err := c.batch(ctx, chain, to, calls[:n])
		if err != nil {
			return nil, err
		}
		out, calls = append(out, results...), calls[n:]
	}
	return out, nil
}

func (c *Chains) batch(ctx context.Context, chain uint64, to string, calls [][]byte) ([][]byte, error) {
	results := make([]hexutil.Bytes, len(calls))
	err := c.ask(ctx, chain, func(ctx context.Context, client *rpc.Client) error {
		elems := make([]rpc.BatchElem, len(calls))
		for i, data := range calls {
			results[i] = nil
			elems[i] = rpc.BatchElem{Method: "eth_call", Args: []any{message{To: to, Data: data, Gas: callGas}, "latest"}, Result: &results[i]}
		}
		if err := client.BatchCallContext(ctx, elems); err != nil {
			return err
		}
		for i := range elems {
			var coded rpc.Error
			if err := elems[i].Error; errors.As(err, &coded) && byMessage(coded) == refused {
				results[i] = nil
			} else if err != nil {
				return err
			}
		}
		return nil
	})
	out := make([][]byte, len(calls))
	for i, r := range results {
		out[i] = r
	}
	return out, err
}
