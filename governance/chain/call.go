package chain

import (
	"context"
	"errors"
	"strconv"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
)

// ask lets the nodes of a chain try in their order, those that failed lately
// or are behind last, until one answers. A contract's refusal is an answer. A
// node that asks for a smaller range does work, and if none gives more that is
// the error.
func (c *Chains) ask(ctx context.Context, chain uint64, question func(context.Context, *node) error) error {
	if !c.Has(chain) {
		return errNoNode(chain)
	}
	var last error
	for _, n := range c.order(chain) {
		done, err := c.try(ctx, n, question)
		if done {
			return err
		}
		if last == nil || kindOf(last) != tooMuch {
			last = err
		}
	}
	return last
}

// try asks one node. Done: it answered, or asking another is of no use.
func (c *Chains) try(ctx context.Context, n *node, question func(context.Context, *node) error) (done bool, err error) {
	err = question(ctx, n)
	if err == nil {
		n.worked()
		return true, nil
	}
	if gone := ctx.Err(); gone != nil { // not the node's fault
		return true, governance.Wrap(governance.Upstream, gone, "Reading chain %d was cut short.", n.chain)
	}
	var f *failure
	if !errors.As(err, &f) {
		return true, err
	}
	err = n.asError(f)
	switch {
	case f.kind == refused:
		return true, err
	case f.kind == tooMuch || f.kind == late || f.kind == unoffered || f.waiting || f.wrong: // it works, but not for this
	case n.failed(c.now(), f):
		c.log.WarnContext(ctx, "a node of a chain fails", "chain", n.chain, "host", n.host, "error", err)
	}
	return false, err
}

func (c *Chains) order(chain uint64) []*node {
	now := c.now()
	var fit, others []*node
	for _, n := range c.of(chain) {
		if n.last(now) {
			others = append(others, n)
		} else {
			fit = append(fit, n)
		}
	}
	return append(fit, others...)
}

// method asks for the result of one method.
func (c *Chains) method(ctx context.Context, chain uint64, result any, method string, args ...any) error {
	return c.ask(ctx, chain, func(ctx context.Context, n *node) error {
		return n.method(ctx, result, method, args...)
	})
}

func (n *node) method(ctx context.Context, result any, method string, args ...any) error {
	return n.do(ctx, func(ctx context.Context, client *rpc.Client) error {
		return client.CallContext(ctx, result, method, args...)
	})
}

// message is what an eth_call carries. Without To, Data is run as the code
// that makes a contract.
type message struct {
	From  string         `json:"from,omitempty"`
	To    string         `json:"to,omitempty"`
	Data  hexutil.Bytes  `json:"data"`
	Gas   hexutil.Uint64 `json:"gas,omitempty"`
	Value *hexutil.Big   `json:"value,omitempty"`
}

// callGas bounds what a hostile contract can make a node do. Deploying a
// wallet and checking a passkey takes a tenth of it.
const callGas = 15_000_000

// blockTag names a block as JSON-RPC does, 0 being the newest one.
func blockTag(at uint64) string {
	if at == 0 {
		return "latest"
	}
	return "0x" + strconv.FormatUint(at, 16)
}

// view calls a contract in the newest block. Invalid: it reverted.
func (c *Chains) view(ctx context.Context, chain uint64, to string, data []byte) ([]byte, error) {
	var out hexutil.Bytes
	err := c.method(ctx, chain, &out, "eth_call", message{To: to, Data: data, Gas: callGas}, "latest")
	return out, err
}

// views is view for many calls of one contract. A call that the contract
// refuses has no result there (nil).
func (c *Chains) views(ctx context.Context, chain uint64, to string, questions [][]byte) ([][]byte, error) {
	calls := make([]governance.ContractCall, len(questions))
	for i, data := range questions {
		calls[i] = governance.ContractCall{To: to, Data: data}
	}
	results, err := c.Calls(ctx, chain, 0, calls)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(results))
	for i, r := range results {
		out[i] = r.Data
	}
	return out, nil
}
