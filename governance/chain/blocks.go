package chain

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
)

// header is what is read of a block.
type header struct {
	Number    *hexutil.Uint64 `json:"number"`
	Hash      *common.Hash    `json:"hash"`
	Timestamp *hexutil.Uint64 `json:"timestamp"`
	L1        *l1Number       `json:"l1BlockNumber"` // of Arbitrum's kind of chain only
}

// l1Number is written as hex text by Arbitrum's nodes, and as a JSON number by
// test chains that play one.
type l1Number uint64

// UnmarshalJSON implements json.Unmarshaler.
func (l *l1Number) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		return (*hexutil.Uint64)(l).UnmarshalJSON(raw)
	}
	return json.Unmarshal(raw, (*uint64)(l))
}

// block reads it. Not ok: a part is missing.
func (h *header) block() (governance.Block, bool) {
	if h == nil || h.Number == nil || h.Hash == nil || *h.Hash == (common.Hash{}) || h.Timestamp == nil || *h.Timestamp > 1<<37 {
		return governance.Block{}, false
	}
	b := governance.Block{Number: uint64(*h.Number), Hash: h.Hash.Hex(), Time: time.Unix(int64(*h.Timestamp), 0).UTC()}
	if h.L1 != nil {
		b.L1 = uint64(*h.L1)
	}
	return b, true
}

// Blocks returns the blocks of the given numbers, in their order, of one node.
// Upstream where a node has not got one of them.
func (c *Chains) Blocks(ctx context.Context, chain uint64, numbers []uint64) ([]governance.Block, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	var out []governance.Block
	err := c.ask(ctx, chain, func(ctx context.Context, n *node) (err error) {
		out, err = n.blocks(ctx, numbers)
		return err
	})
	return out, err
}

func (n *node) blocks(ctx context.Context, numbers []uint64) ([]governance.Block, error) {
	headers := make([]*header, len(numbers))
	elems := make([]rpc.BatchElem, len(numbers))
	for i, number := range numbers {
		elems[i] = rpc.BatchElem{Method: "eth_getBlockByNumber", Args: []any{hexutil.EncodeUint64(number), false}, Result: &headers[i]}
	}
	if err := n.each(ctx, elems); err != nil {
		return nil, err
	}
	out := make([]governance.Block, len(numbers))
	for i, number := range numbers {
		if headers[i] == nil {
			return nil, &failure{kind: late, text: fmt.Sprintf("it has no block %d", number)}
		}
		b, ok := headers[i].block()
		if !ok || b.Number != number {
			return nil, &failure{kind: lying, text: fmt.Sprintf("its block %d is none", number)}
		}
		out[i] = b
	}
	return out, nil
}
