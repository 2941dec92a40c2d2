package chain

import (
	"context"
	"encoding/binary"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
)

// multicall3 is at the same address on nearly every chain.
const multicall3 = "0xcA11bde05977b3631167028862bE2a173976CA11"

// aggregateGas is for all calls of one aggregate; nodes cap it at their own.
const aggregateGas = 50_000_000

// aggregate reads by one call of Multicall3, for a node that takes no batch.
// Not ok: it does not stand there, or one of the calls names its sender.
func (n *node) aggregate(ctx context.Context, at uint64, calls []governance.ContractCall) ([]governance.CallResult, bool, error) {
	for _, call := range calls {
		if call.From != "" {
			return nil, false, nil
		}
	}
	var raw hexutil.Bytes
	err := n.method(ctx, &raw, "eth_call", message{To: multicall3, Data: packAggregate(calls), Gas: aggregateGas}, blockTag(at))
	if err != nil {
		if kindOf(err) == refused {
			return nil, false, nil
		}
		return nil, false, err
	}
	out, ok := readAggregate(raw, len(calls))
	if !ok {
		return nil, false, nil
	}
	for i := range out { // it may have had no gas left, or refused for its sender: then it is asked alone
		if !out[i].Reverted {
			continue
		}
		alone, err := n.callOnce(ctx, at, calls[i:i+1])
		if err != nil {
			return nil, false, err
		}
		out[i] = alone[0]
	}
	return out, true, nil
}

// packAggregate encodes aggregate3((address,bool,bytes)[]) with failures
// allowed.
func packAggregate(calls []governance.ContractCall) []byte {
	var heads, tails []byte
	for _, call := range calls {
		heads = append(heads, wordOf(word*len(calls)+len(tails))...)
		tails = append(tails, arguments(common.HexToAddress(call.To), [32]byte{31: 1}, [32]byte{31: 3 * word})...)
		tails = append(tails, wordOf(len(call.Data))...)
		tails = append(tails, call.Data...)
		tails = append(tails, make([]byte, (word-len(call.Data)%word)%word)...)
	}
	out := pack("aggregate3((address,bool,bytes)[])", [32]byte{31: word})
	out = append(out, wordOf(len(calls))...)
	return append(append(out, heads...), tails...)
}

func wordOf(n int) []byte {
	out := make([]byte, word)
	binary.BigEndian.PutUint64(out[word-8:], uint64(n))
	return out
}

// readAggregate decodes (bool success, bytes data)[] of the given length.
func readAggregate(data []byte, want int) ([]governance.CallResult, bool) {
	list, ok := numberAt(data, 0)
	count, counted := numberAt(data, list)
	if !ok || !counted || count != uint64(want) {
		return nil, false
	}
	body := data[list+word:]
	out := make([]governance.CallResult, want)
	for i := range out {
		at, ok := numberAt(body, uint64(i)*word)
		if !ok || at > uint64(len(body)) {
			return nil, false
		}
		success, known := numberAt(body[at:], 0)
		text, whole := textAt(body[at:], word)
		if !known || !whole || success > 1 {
			return nil, false
		}
		if out[i].Reverted = success == 0; !out[i].Reverted {
			out[i].Data = append([]byte{}, text...)
		}
	}
	return out, true
}
