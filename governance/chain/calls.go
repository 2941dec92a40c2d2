package chain

import (
	"context"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
)

// maxQuestion is how many bytes of calldata go in one request, unless one call
// alone has more.
const maxQuestion = 256 << 10

// Calls reads contracts at one block of one node, 0 being its newest. A
// contract's refusal is a result. Errors: Invalid for an address that is none,
// and those of the package.
func (c *Chains) Calls(ctx context.Context, chain, at uint64, calls []governance.ContractCall) ([]governance.CallResult, error) {
	if err := checkCalls(calls); err != nil || len(calls) == 0 {
		return nil, err
	}
	var out []governance.CallResult
	err := c.ask(ctx, chain, func(ctx context.Context, n *node) (err error) {
		out, err = n.calls(ctx, at, calls)
		return err
	})
	return out, err
}

func checkCalls(calls []governance.ContractCall) error {
	for _, call := range calls {
		if !common.IsHexAddress(call.To) || (call.From != "" && !common.IsHexAddress(call.From)) {
			return governance.Errorf(governance.Invalid, "%.80q is no address.", call.To)
		}
	}
	return nil
}

// calls splits what is too much for one request. What needs several of them
// is read at one numbered block.
func (n *node) calls(ctx context.Context, at uint64, calls []governance.ContractCall) ([]governance.CallResult, error) {
	parts := portions(calls)
	if at == 0 && len(parts) > 1 {
		var err error
		if at, err = n.newest(ctx); err != nil {
			return nil, err
		}
	}
	out := make([]governance.CallResult, 0, len(calls))
	for _, part := range parts {
		results, err := n.portion(ctx, at, part)
		if err != nil {
			return nil, err
		}
		out = append(out, results...)
	}
	return out, nil
}

func portions(calls []governance.ContractCall) [][]governance.ContractCall {
	var out [][]governance.ContractCall
	start, size := 0, 0
	for i, call := range calls {
		if i > start && (i-start == maxBatch || size+len(call.Data) > maxQuestion) {
			out, start, size = append(out, calls[start:i]), i, 0
		}
		size += len(call.Data)
	}
	return append(out, calls[start:])
}

// portion halves what the node finds too much.
func (n *node) portion(ctx context.Context, at uint64, calls []governance.ContractCall) ([]governance.CallResult, error) {
	out, err := n.callOnce(ctx, at, calls)
	if err == nil || kindOf(err) != tooMuch || len(calls) == 1 {
		return out, err
	}
	half := len(calls) / 2
	first, err := n.portion(ctx, at, calls[:half])
	if err != nil {
		return nil, err
	}
	second, err := n.portion(ctx, at, calls[half:])
	return append(first, second...), err
}

func (n *node) callOnce(ctx context.Context, at uint64, calls []governance.ContractCall) ([]governance.CallResult, error) {
	if len(calls) > 1 && n.batchSize() == 1 {
		if out, ok, err := n.aggregate(ctx, at, calls); ok || err != nil {
			return out, err
		}
	}
	raw := make([]hexutil.Bytes, len(calls))
	elems := make([]rpc.BatchElem, len(calls))
	for i, call := range calls {
		m := message{From: call.From, To: call.To, Data: call.Data, Gas: callGas}
		elems[i] = rpc.BatchElem{Method: "eth_call", Args: []any{m, blockTag(at)}, Result: &raw[i]}
	}
	if err := n.many(ctx, elems); err != nil {
		return nil, err
	}
	out := make([]governance.CallResult, len(calls))
	for i := range elems {
		if elems[i].Error == nil {
			out[i].Data = append([]byte{}, raw[i]...)
			continue
		}
		f := n.classify(elems[i].Error)
		if f.kind != refused {
			return nil, f
		}
		out[i] = governance.CallResult{Reverted: true, Reason: f.reason}
	}
	return out, nil
}

// hexes asks for one hex string per question.
func (n *node) hexes(ctx context.Context, method string, questions [][]any) ([]hexutil.Bytes, error) {
	raw := make([]hexutil.Bytes, len(questions))
	elems := make([]rpc.BatchElem, len(questions))
	for i, args := range questions {
		elems[i] = rpc.BatchElem{Method: method, Args: args, Result: &raw[i]}
	}
	return raw, n.each(ctx, elems)
}

// each is many where an error of one question is the error of all.
func (n *node) each(ctx context.Context, elems []rpc.BatchElem) error {
	if len(elems) == 0 {
		return nil
	}
	if err := n.many(ctx, elems); err != nil {
		return err
	}
	for i := range elems {
		if elems[i].Error != nil {
			return n.classify(elems[i].Error)
		}
	}
	return nil
}

// Code returns the code at addresses in a block, empty where there is none.
func (c *Chains) Code(ctx context.Context, chain, at uint64, addresses []string) ([][]byte, error) {
	questions, err := addressed(at, addresses)
	if err != nil || len(addresses) == 0 {
		return nil, err
	}
	var out [][]byte
	err = c.ask(ctx, chain, func(ctx context.Context, n *node) (err error) {
		out, err = n.codes(ctx, questions)
		return err
	})
	return out, err
}

func (n *node) codes(ctx context.Context, questions [][]any) ([][]byte, error) {
	raw, err := n.hexes(ctx, "eth_getCode", questions)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(raw))
	for i, code := range raw {
		out[i] = code
	}
	return out, nil
}

// addressed is one question per address about a block.
func addressed(at uint64, addresses []string) ([][]any, error) {
	out := make([][]any, len(addresses))
	for i, a := range addresses {
		if !common.IsHexAddress(a) {
			return nil, governance.Errorf(governance.Invalid, "%.80q is no address.", a)
		}
		out[i] = []any{common.HexToAddress(a), blockTag(at)}
	}
	return out, nil
}

// Storage returns words of a contract's storage in a block.
func (c *Chains) Storage(ctx context.Context, chain, at uint64, address string, slots []common.Hash) ([]common.Hash, error) {
	if !common.IsHexAddress(address) {
		return nil, governance.Errorf(governance.Invalid, "%.80q is no address.", address)
	}
	out := make([]common.Hash, len(slots))
	questions := make([][]any, len(slots))
	for i, slot := range slots {
		questions[i] = []any{common.HexToAddress(address), slot, blockTag(at)}
	}
	err := c.ask(ctx, chain, func(ctx context.Context, n *node) error {
		raw, err := n.hexes(ctx, "eth_getStorageAt", questions)
		for i, w := range raw {
			out[i] = common.BytesToHash(w)
		}
		return err
	})
	return out, err
}

// Balances returns the native balances of addresses in a block, in wei.
func (c *Chains) Balances(ctx context.Context, chain, at uint64, addresses []string) ([]*big.Int, error) {
	questions, err := addressed(at, addresses)
	if err != nil || len(addresses) == 0 {
		return nil, err
	}
	out := make([]*big.Int, len(addresses))
	err = c.ask(ctx, chain, func(ctx context.Context, n *node) error {
		raw := make([]hexutil.Big, len(addresses))
		elems := make([]rpc.BatchElem, len(addresses))
		for i, args := range questions {
			elems[i] = rpc.BatchElem{Method: "eth_getBalance", Args: args, Result: &raw[i]}
		}
		err := n.each(ctx, elems)
		for i := range raw {
			out[i] = raw[i].ToInt()
		}
		return err
	})
	return out, err
}
