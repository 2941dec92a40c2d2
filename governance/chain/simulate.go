package chain

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
)

// Simulate runs eth_simulateV1 on the state of a block, 0 being the newest,
// with the request as the method's first parameter. Errors: Denied where no
// node of the chain offers it, which is believed of a node for an hour;
// Invalid where a node says that the request is wrong.
func (c *Chains) Simulate(ctx context.Context, chain uint64, at uint64, request json.RawMessage) (json.RawMessage, error) {
	var out json.RawMessage
	err := c.ask(ctx, chain, func(ctx context.Context, n *node) error {
		if !n.simulates() {
			return &failure{kind: unoffered, text: "it offers no eth_simulateV1"}
		}
		err := n.method(ctx, &out, "eth_simulateV1", request, blockTag(at))
		if err != nil && kindOf(err) == unoffered {
			n.cannotSimulate()
		}
		return err
	})
	if err != nil {
		return nil, offered(err, chain, "simulation")
	}
	return out, nil
}

// CallWith is one of Calls with overrides of the state, as eth_call takes them
// as its third parameter; none (nil) is an ordinary call. Denied where no node
// takes them.
func (c *Chains) CallWith(ctx context.Context, chain, at uint64, call governance.ContractCall, overrides json.RawMessage) (governance.CallResult, error) {
	if err := checkCalls([]governance.ContractCall{call}); err != nil {
		return governance.CallResult{}, err
	}
	args := []any{message{From: call.From, To: call.To, Data: call.Data, Gas: callGas}, blockTag(at)}
	if len(overrides) > 0 {
		args = append(args, overrides)
	}
	var raw hexutil.Bytes
	err := c.method(ctx, chain, &raw, "eth_call", args...)
	var f *failure
	switch {
	case err == nil:
		return governance.CallResult{Data: append([]byte{}, raw...)}, nil
	case errors.As(err, &f) && f.kind == refused:
		return governance.CallResult{Reverted: true, Reason: f.reason}, nil
	}
	return governance.CallResult{}, offered(err, chain, "a call with another state")
}

// offered makes Denied of a failure of nodes that do not know how.
func offered(err error, chain uint64, what string) error {
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	switch {
	case f.kind == unoffered:
		return governance.Wrap(governance.Denied, f, "No node of chain %d offers %s.", chain, what)
	case f.wrong:
		return governance.Wrap(governance.Invalid, f, "A node of chain %d says that the question for %s is wrong.", chain, what)
	}
	return err
}

// wrongQuestion reports whether an error is about what was asked: the numbers
// of JSON-RPC for it, and those of eth_simulateV1.
func wrongQuestion(err rpc.Error) bool {
	code := err.ErrorCode()
	return code == -32602 || (code <= -38000 && code > -38100)
}

func (n *node) simulates() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.manners.simulates || n.now().After(n.manners.simTill)
}

func (n *node) cannotSimulate() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.manners.simulates, n.manners.simTill = false, n.now().Add(believed)
}
