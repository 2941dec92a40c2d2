package actions

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
)

// trial is one simulation: calls that an executor makes in order, at a time.
type trial struct {
	chain uint64
	at    uint64    // block whose state is used
	from  string    // executor: whose money it is
	by    string    // who makes the calls, "" = the executor
	time  time.Time // of the simulated block
	now   time.Time // of the block at
	waits bool      // it cannot work before time
	calls []trialCall
}

type trialCall struct {
	index int    // of the action; -1 = all of them in one
	by    string // who makes it, "" = as the trial says
	to    string
	value *big.Int
	data  []byte
}

// Bounds of a trial.
const (
	maxTrial = 1000 // calls that a node takes in one simulation
	maxAlone = 50   // calls that are tried one request each
)

// caller is who makes a call.
func (t trial) caller(c trialCall) string { return cmp.Or(c.by, t.by, t.from) }

// simulatedCall is a call as eth_simulateV1 takes it.
type simulatedCall struct {
	From  string        `json:"from"`
	To    string        `json:"to"`
	Value *hexutil.Big  `json:"value,omitempty"`
	Data  hexutil.Bytes `json:"data"`
}

// simulatedBlock is a block as eth_simulateV1 gives it back.
type simulatedBlock struct {
	Calls []struct {
		Status hexutil.Uint64 `json:"status"`
		Gas    hexutil.Uint64 `json:"gasUsed"`
		Return hexutil.Bytes  `json:"returnData"`
		Logs   []simulatedLog `json:"logs"`
		Error  *struct {
			Message string `json:"message"`
			Data    string `json:"data"`
		} `json:"error"`
	} `json:"calls"`
}

type simulatedLog struct {
	Address common.Address `json:"address"`
	Topics  []common.Hash  `json:"topics"`
	Data    hexutil.Bytes  `json:"data"`
}

// run tries the calls out: with eth_simulateV1 where a node offers it, else
// one by one with eth_call, else it says why not. An error is the node's; what
// the calls do is a result.
func (t trial) run(ctx context.Context, n Nodes, known Known) (*governance.Simulation, error) {
	out := &governance.Simulation{Block: t.at, Time: t.time, From: common.HexToAddress(t.from).Hex()}
	if len(t.calls) > maxTrial {
		out.Why = fmt.Sprintf("More than %d calls are not tried out.", maxTrial)
		return out, nil
	}
	request, err := t.request()
	if err != nil {
		return nil, err
	}
	answer, err := n.Simulate(ctx, t.chain, t.at, request)
	switch governance.CodeOf(err) {
	case "":
		return out, t.read(out, answer, known)
	case governance.Denied:
		if t.waits { // eth_call knows only the time of now
			return out, nil
		}
		return out, t.alone(ctx, n, out)
	case governance.Invalid:
		out.Why = "The node refused the trial: " + governance.MessageOf(err)
		return out, nil
	}
	return nil, err
}

func (t trial) request() (json.RawMessage, error) {
	type overrides struct {
		Time hexutil.Uint64 `json:"time"`
	}
	type block struct {
		Overrides *overrides                   `json:"blockOverrides,omitempty"`
		State     map[string]map[string]string `json:"stateOverrides,omitempty"`
		Calls     []simulatedCall              `json:"calls"`
	}
	b := block{Overrides: &overrides{hexutil.Uint64(t.time.Unix())}}
	for _, c := range t.calls {
		b.Calls = append(b.Calls, simulatedCall{From: t.caller(c), To: c.to, Value: (*hexutil.Big)(c.value), Data: c.data})
		if by := t.caller(c); by != t.from && c.value.Sign() > 0 {
			b.State = rich(by)
		}
	}
	raw, err := json.Marshal(map[string]any{"blockStateCalls": []block{b}, "traceTransfers": true, "validation": false})
	if err != nil {
		return nil, governance.Wrap(governance.Internal, err, "encode a simulation")
	}
	return raw, nil
}

// read takes a node's answer apart. One that does not fit the calls is no
// answer.
func (t trial) read(out *governance.Simulation, answer json.RawMessage, known Known) error {
	var blocks []simulatedBlock
	if err := json.Unmarshal(answer, &blocks); err != nil || len(blocks) != 1 || len(blocks[0].Calls) != len(t.calls) {
		return governance.Errorf(governance.Upstream, "The node's answer to a simulation does not fit the calls.")
	}
	out.Method, out.OK = "eth_simulateV1", true
	book := ledgerOfLogs{chain: t.chain, known: known}
	for i, c := range blocks[0].Calls {
		call := governance.SimulatedCall{Index: t.calls[i].index, OK: c.Status == 1, Gas: uint64(c.Gas), Events: realEvents(c.Logs)}
		if !call.OK {
			out.OK = false
			call.Error = "reverted without a reason"
			if c.Error != nil {
				call.Error = failure(c.Error.Message, c.Error.Data, c.Return)
			}
		}
		out.Calls = append(out.Calls, call)
		for _, l := range c.Logs {
			book.take(t.calls[i].index, l)
		}
	}
	out.Moves, out.Powers = book.moves(t.from), book.powers
	return nil
}

// rich gives an account coins: whoever executes a proposal brings what it
// needs.
func rich(account string) map[string]map[string]string {
	return map[string]map[string]string{account: {"balance": "0xffffffffffffffffffff"}}
}

// alone is what is left without eth_simulateV1: eth_call with an override of
// the caller's balance, so that no call fails for want of gas money, and
// without it where the node takes none. A node that takes neither is said.
func (t trial) alone(ctx context.Context, n Nodes, out *governance.Simulation) error {
	out.Method, out.OK, out.Time = "eth_call", true, t.now
	why := []string{"This node cannot run calls one after the other, so each was tried alone on the state of now: what an earlier call changes is not seen, nor are balances and events."}
	plain := false
	for i, c := range t.calls {
		if i == maxAlone {
			why = append(why, fmt.Sprintf("Only the first %d calls were tried.", maxAlone))
			break
		}
		if c.value.Sign() > 0 { // reading sends no coins
			if c.index >= 0 {
				why = append(why, fmt.Sprintf("Action %d sends coins and was not tried.", c.index+1))
			}
			continue
		}
		r, err := t.one(ctx, n, c, &plain)
		switch governance.CodeOf(err) {
		case "":
		case governance.Denied, governance.Invalid:
			return t.unable(out, err)
		default:
			return err
		}
		call := governance.SimulatedCall{Index: c.index, OK: !r.Reverted}
		if r.Reverted {
			call.Error, out.OK = clip(cmp.Or(r.Reason, "reverted without a reason"), 300), false
		}
		out.Calls = append(out.Calls, call)
	}
	if plain {
		why = append(why, "It takes no changes of the state either, so a caller's balance is as it is.")
	}
	if out.Why = strings.Join(why, " "); len(out.Calls) == 0 {
		out.Method, out.OK = "", false
	}
	return nil
}

// one tries a call, with an override unless the node was seen to take none.
func (t trial) one(ctx context.Context, n Nodes, c trialCall, plain *bool) (governance.CallResult, error) {
	call := governance.ContractCall{From: t.caller(c), To: c.to, Data: c.data}
	if !*plain {
		overrides, err := json.Marshal(rich(call.From))
		if err != nil {
			return governance.CallResult{}, governance.Wrap(governance.Internal, err, "encode an override")
		}
		r, err := n.CallWith(ctx, t.chain, t.at, call, overrides)
		if code := governance.CodeOf(err); code != governance.Denied && code != governance.Invalid {
			return r, err
		}
		*plain = true
	}
	return n.CallWith(ctx, t.chain, t.at, call, nil)
}

func (t trial) unable(out *governance.Simulation, err error) error {
	*out = governance.Simulation{Block: out.Block, From: out.From, Why: "The calls could not be tried out: " + governance.MessageOf(err)}
	return nil
}

// failure is why a call failed, in words where it told any.
func failure(message, data string, returned []byte) string {
	raw := returned
	if len(raw) == 0 {
		raw = common.FromHex(data)
	}
	if reason := revertReason(raw); reason != "" {
		return clip(reason, 300)
	}
	return clip(strings.TrimSpace(message), 300)
}

// revertReason reads Error(string) and Panic(uint256); of an error of the
// contract's own it tells the selector.
func revertReason(raw []byte) string {
	if len(raw) < 4 {
		return ""
	}
	switch common.Bytes2Hex(raw[:4]) {
	case "08c379a0": // Error(string)
		if body := raw[4:]; len(body) >= 64 {
			if size := new(big.Int).SetBytes(body[32:64]); size.IsInt64() && size.Int64() <= int64(len(body)-64) {
				return string(body[64 : 64+size.Int64()])
			}
		}
	case "4e487b71": // Panic(uint256)
		if len(raw) >= 36 {
			return "panic " + new(big.Int).SetBytes(raw[4:36]).String()
		}
	}
	return "the contract's own error 0x" + common.Bytes2Hex(raw[:4])
}

func realEvents(logs []simulatedLog) (n int) {
	for _, l := range logs {
		if l.Address != coinAddress() {
			n++
		}
	}
	return n
}
