package actions

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// The limits of what a Snapshot proposal may carry.
const (
	maxPlugins = 4 << 20 // bytes
	maxBatches = 100
	maxBatch   = 1_000 // transactions of one batch
)

// Batch is calls that a Snapshot proposal carries for a Safe: SafeSnap's
// (Reality module) or oSnap's (UMA's optimistic governor).
type Batch struct {
	ChainID uint64
	Plugin  string // "safeSnap", "oSnap", "readOnlyExecution"
	Safe    string // EIP-55, "" = the proposal does not say
	Module  string // that makes the Safe act, EIP-55, "" = the proposal does not say
	Hash    string // that the proposal claims for the batch, 0x…
	Calls   []governance.Call
}

// Plugins reads the calls that a Snapshot proposal carries. network is the
// proposal's own, for old forms that name none. What is malformed, or says one
// thing to people and another to the chain, is an Invalid error; the batches
// that could be read are returned beside it.
func Plugins(plugins json.RawMessage, network string) ([]Batch, error) {
	plugins = bytes.TrimSpace(plugins)
	if len(plugins) == 0 || bytes.Equal(plugins, []byte("null")) || bytes.Equal(plugins, []byte("[]")) {
		return nil, nil
	}
	if len(plugins) > maxPlugins {
		return nil, governance.Errorf(governance.Invalid, "The proposal's plugins are larger than 4 MiB.")
	}
	var all struct {
		SafeSnap  json.RawMessage `json:"safeSnap"`
		OSnap     json.RawMessage `json:"oSnap"`
		Execution json.RawMessage `json:"readOnlyExecution"`
	}
	if err := json.Unmarshal(plugins, &all); err != nil {
		return nil, governance.Wrap(governance.Invalid, err, "The proposal's plugins are not a JSON object.")
	}
	p := pluginReader{network: network}
	p.part("safeSnap", all.SafeSnap, p.safeSnap)
	p.part("oSnap", all.OSnap, p.oSnap)
	p.part("readOnlyExecution", all.Execution, p.oSnap)
	return p.batches, p.fault()
}

type pluginReader struct {
	network string
	plugin  string
	batches []Batch
	faults  []error
}

func (p *pluginReader) part(name string, raw json.RawMessage, read func(json.RawMessage) error) {
	if len(raw) == 0 || string(raw) == "null" {
		return
	}
	p.plugin = name
	if err := read(raw); err != nil {
		p.faults = append(p.faults, fmt.Errorf("%s: %w", name, err))
	}
}

func (p *pluginReader) fault() error {
	if len(p.faults) == 0 {
		return nil
	}
	return &governance.Error{Code: governance.Invalid, Cause: errors.Join(p.faults...),
		Message: "The transactions that the proposal carries cannot be taken as they stand: " + short(p.faults[0].Error(), 300) + "."}
}

func (p *pluginReader) add(b Batch) error {
	if len(p.batches) >= maxBatches || len(b.Calls) > maxBatch {
		return errors.New("there are too many transactions")
	}
	b.Plugin = p.plugin
	if len(b.Calls) > 0 {
		p.batches = append(p.batches, b)
	}
	return nil
}

// pluginTx is a transaction as either plugin writes it.
type pluginTx struct {
	To        string          `json:"to"`
	Value     json.RawMessage `json:"value"`
	Data      json.RawMessage `json:"data"`
	Operation json.RawMessage `json:"operation"`
	Formatted json.RawMessage `json:"formatted"`
}

// safeTx is a transaction that was read.
type safeTx struct {
	to        common.Address
	value     *big.Int
	data      []byte
	operation uint8
}

func (t pluginTx) read() (safeTx, error) {
	tx := safeTx{}
	if !isHexAddress(t.To) {
		return tx, fmt.Errorf("%s is not an address", quote(t.To, 50))
	}
	tx.to = common.HexToAddress(t.To)
	var err error
	if tx.value, err = readNumber(t.Value); err != nil {
		return tx, fmt.Errorf("the value: %w", err)
	}
	if tx.data, err = readBytes(t.Data); err != nil {
		return tx, fmt.Errorf("the data: %w", err)
	}
	op, err := readNumber(t.Operation)
	if err != nil || op.Cmp(big.NewInt(1)) > 0 {
		return tx, errors.New("the operation is neither 0 nor 1")
	}
	tx.operation = uint8(op.Uint64())
	return tx, nil
}

// same: both transactions do the same.
func (t safeTx) same(o safeTx) bool {
	return t.to == o.to && t.value.Cmp(o.value) == 0 && t.operation == o.operation && bytes.Equal(t.data, o.data)
}

// call is the transaction as a governor would carry it. A delegatecall is
// written as the call of a module to the Safe.
func (t safeTx) call(safe string) governance.Call {
	if t.operation == 0 {
		return governance.Call{Target: t.to.Hex(), Value: t.value.String(), Calldata: hexText(t.data)}
	}
	if safe == "" {
		safe = common.Address{}.Hex()
	}
	return governance.Call{Target: safe, Value: "0", Calldata: hexText(moduleCall(t))}
}

// moduleCall encodes execTransactionFromModule(to, value, data, operation).
func moduleCall(t safeTx) []byte {
	sel := selectorOf("execTransactionFromModule(address,uint256,bytes,uint8)")
	out := append([]byte{}, sel[:]...)
	out = append(out, common.LeftPadBytes(t.to[:], 32)...)
	out = append(out, common.LeftPadBytes(t.value.Bytes(), 32)...)
	out = append(out, abiWord(128)...)
	out = append(out, abiWord(uint64(t.operation))...)
	return append(out, abiDynamic(t.data)...)
}

// multiSendData encodes multiSend(bytes) of the transactions.
func multiSendData(list []safeTx) []byte {
	var packed []byte
	for _, t := range list {
		packed = append(packed, t.operation)
		packed = append(packed, t.to[:]...)
		packed = append(packed, common.LeftPadBytes(t.value.Bytes(), 32)...)
		packed = append(packed, abiWord(uint64(len(t.data)))...)
		packed = append(packed, t.data...)
	}
	sel := selectorOf("multiSend(bytes)")
	out := append([]byte{}, sel[:]...)
	out = append(out, abiWord(32)...)
	return append(out, abiDynamic(packed)...)
}

func abiWord(n uint64) []byte { return common.LeftPadBytes(new(big.Int).SetUint64(n).Bytes(), 32) }

func abiDynamic(b []byte) []byte {
	return append(abiWord(uint64(len(b))), common.RightPadBytes(b, (len(b)+31)/32*32)...)
}

// readNumber reads 5, "5", "0x5" and {"type":"BigNumber","hex":"0x5"}; nothing
// is 0.
func readNumber(raw json.RawMessage) (*big.Int, error) {
	text := string(bytes.TrimSpace(raw))
	var s string
	switch {
	case text == "" || text == "null" || text == `""`:
		return new(big.Int), nil
	case text[0] == '{':
		var o struct {
			Hex  string `json:"hex"`
			Hex2 string `json:"_hex"`
		}
		if err := json.Unmarshal(raw, &o); err != nil {
			return nil, errors.New("this is not a number")
		}
		s = o.Hex + o.Hex2
	case text[0] == '"':
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, errors.New("this is not a number")
		}
	default:
		s = text
	}
	return parseNumber(s)
}

func parseNumber(s string) (*big.Int, error) {
	digits, isHex := strings.CutPrefix(s, "0x")
	base := 10
	if isHex {
		base = 16
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok || len(s) > 80 || n.Sign() < 0 || n.BitLen() > 256 || strings.ContainsAny(s, "_+") {
		return nil, fmt.Errorf("%s is not a number", quote(s, 80))
	}
	return n, nil
}

func readBytes(raw json.RawMessage) ([]byte, error) {
	var s string
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, errors.New("this is not text")
	}
	return unhexText(s)
}

// readChain reads "1", 1 and "0x1"; empty text means other.
func readChain(raw json.RawMessage, other string) (uint64, error) {
	n, err := readNumber(raw)
	if err == nil && n.Sign() == 0 {
		if n, err = parseNumber(other); err != nil {
			return 0, errors.New("the chain is not named")
		}
	}
	if err != nil || !n.IsUint64() || n.Sign() == 0 || n.BitLen() > 53 {
		return 0, errors.New("the chain is not a number")
	}
	return n.Uint64(), nil
}

// listed reads the address of a Safe or module; others are left out.
func listed(s string) string {
	if !isHexAddress(s) {
		return ""
	}
	return common.HexToAddress(s).Hex()
}

func txName(i int) string { return "transaction " + strconv.Itoa(i+1) }
