package actions

import (
	"encoding/hex"
	"math/big"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// The limits of decoding. What lies beyond is said in Unverified.
const (
	maxDepth    = 8
	maxCalls    = 2_000    // nested ones, of one proposal
	maxCalldata = 1 << 20  // bytes of one call
	maxUnfolded = 16 << 20 // bytes of all calls of a proposal, nested ones included
)

// Input is what is decoded.
type Input struct {
	ChainID uint64
	Calls   []governance.Call
	Known   Known
	// Executor makes the calls, 0x…; "" = not known. It is used in sentences
	// only.
	Executor string
}

// Decode says what the calls of a proposal do, one Action each, in order. It
// needs no network and never fails: what could not be read is said in the
// action.
func Decode(in Input) []governance.Action {
	d := decoder{known: in.Known, registry: builtIn(), listing: embedded(), calls: maxCalls, bytes: maxUnfolded}
	top := frame{chain: in.ChainID, home: in.ChainID}
	if isHexAddress(in.Executor) {
		executor := common.HexToAddress(in.Executor)
		top.runner = &executor
	}
	list := make([]governance.Action, 0, len(in.Calls))
	for i, c := range in.Calls {
		list = append(list, d.top(i, top, c))
	}
	return list
}

type decoder struct {
	known    Known
	registry *registry
	listing  *listing
	calls    int // nested ones left
	bytes    int // of calldata left
}

// frame is where a call is made.
type frame struct {
	chain    uint64 // 0 = not known
	home     uint64 // of the proposal
	runner   *common.Address
	nested   bool // the runner is a contract inside the calldata, not the executor
	depth    int
	delegate bool
	packet   bool // the data may be a packet of calls for a bridge's receiver
}

// rawCall is a call before it is decoded.
type rawCall struct {
	target    common.Address
	value     *big.Int
	signature string
	data      []byte
}

// top reads a call as the proposal carries it.
func (d *decoder) top(index int, f frame, c governance.Call) governance.Action {
	raw := rawCall{value: new(big.Int), signature: c.Signature}
	var faults []string
	if isHexAddress(c.Target) {
		raw.target = common.HexToAddress(c.Target)
	} else {
		faults = append(faults, "The target is not an address.")
	}
	if v, ok := new(big.Int).SetString(c.Value, 10); ok && v.Sign() >= 0 && v.BitLen() <= 256 {
		raw.value = v
	} else if c.Value != "" {
		faults = append(faults, "The value is not a number.")
	}
	data, err := hex.DecodeString(strings.TrimPrefix(c.Calldata, "0x"))
	if err != nil {
		faults = append(faults, "The calldata is not hexadecimal.")
	}
	raw.data = data
	a := d.call(index, f, raw)
	if len(faults) > 0 {
		a.Unverified, a.Named = append(faults, a.Unverified...), false
		a.Sentence = "This call cannot be read. " + strings.Join(faults, " ")
	}
	return a
}

// call decodes one call and those inside it.
func (d *decoder) call(index int, f frame, c rawCall) governance.Action {
	a := governance.Action{Index: index, ChainID: f.chain, Target: c.target.Hex(), TargetName: d.known.nameOf(f.chain, c.target),
		Value: c.value.String(), Args: []governance.Arg{}, Nested: []governance.Action{}, Unverified: []string{}, Effects: []governance.Effect{},
		Delegate: f.delegate}
	s := &scope{decoder: d, frame: f, call: c, action: &a}
	s.read()
	a.Calldata = "0x" + hex.EncodeToString(s.call.data)
	return a
}

// scope is one call while it is decoded.
type scope struct {
	*decoder
	frame
	call     rawCall // its data with the selector
	action   *governance.Action
	function *function
	args     []value
	named    bool // the registry has the function
}

func (s *scope) read() {
	a := s.action
	if s.call.signature != "" {
		sel := selectorOf(s.call.signature)
		s.call.data = append(sel[:], s.call.data...)
	}
	if s.bytes -= len(s.call.data); s.bytes < 0 || len(s.call.data) > maxCalldata {
		s.doubt("The calldata is larger than what is read.")
		a.Sentence = s.unknownSentence()
		return
	}
	s.coin()
	switch {
	case len(s.call.data) == 0:
		a.Named = true
		a.Sentence = s.plainSentence()
		return
	case s.packet && s.readPacket(), a.Target == retryableMagic && s.readTicket():
	case len(s.call.data) < 4 || !s.match():
		s.effect(governance.Effect{Kind: governance.EffectOther, Target: a.Target, Decimals: -1})
		if len(a.Unverified) == 0 {
			s.doubt("The function is not in the list of known functions.")
		}
		a.Sentence = s.unknownSentence()
		return
	}
	a.Named = s.named
	s.fill()
}

// fill writes arguments, effects, nested calls and the sentence.
func (s *scope) fill() {
	a := s.action
	a.Function = s.function.signature
	for i, f := range s.function.fields {
		a.Args = append(a.Args, governance.Arg{Name: f.name, Type: f.typ.name, Value: s.args[i].text(), Note: s.note(f.name, s.args[i])})
	}
	if s.function.nested != nil {
		s.nest(s.function.nested)
	}
	if !s.delegate || s.function.nested != nil {
		for _, e := range s.function.effects {
			s.apply(e)
		}
	}
	s.delegated()
	a.Sentence = s.sentence()
}

// delegated notes that foreign code runs as the caller. Only Safe's own
// MultiSend contracts are known to do no more than their data says.
func (s *scope) delegated() {
	if !s.delegate {
		return
	}
	if s.function.nested != nil && s.function.nested.form == "multisend" {
		if s.listing.isMultiSend(s.chain, s.call.target) {
			return
		}
		s.doubt("The code at %s is none of Safe's known MultiSend contracts: it may do something else.", s.action.Target)
		s.action.Named = false
	}
	s.effect(governance.Effect{Kind: governance.EffectExecute, Target: s.action.Target, To: s.runnerText(), Decimals: -1})
}

// match finds the function: by Bravo's text where there is one, else by the
// selector.
func (s *scope) match() bool {
	sel, data := selector(s.call.data[:4]), s.call.data[4:]
	found := s.registry.functions[sel]
	if len(found) == 0 {
		return s.matchText(data)
	}
	var err error
	for _, f := range found {
		args, standard, e := decodeArgs(f.fields, data)
		if e != nil {
			err = e
			continue
		}
		if s.function == nil || standard {
			s.function, s.args, s.named = f, args, standard
		}
		if standard {
			break
		}
	}
	if s.function == nil {
		s.doubt("The selector is that of %s, but %s.", found[0].signature, err.Error())
		return false
	}
	if !s.named {
		s.doubt("The arguments are not encoded in the standard way.")
	}
	if t := s.call.signature; t != "" && t != s.function.signature {
		s.named = false
		s.doubt("The proposal names the function %s, but what is called is %s: both have the same selector.", quote(t, 100), s.function.signature)
	}
	return true
}

// matchText takes the function's name from the proposal: the selector follows
// from it, but another function of the target may have the same selector.
func (s *scope) matchText(data []byte) bool {
	if s.call.signature == "" {
		return false
	}
	name, fields, err := parseSignature(s.call.signature)
	if err != nil || name == "" || canonical(name, fields) != s.call.signature {
		s.doubt("The proposal names the function %s, which is no function's signature.", quote(s.call.signature, 100))
		return false
	}
	args, standard, err := decodeArgs(fields, data)
	if err != nil {
		s.doubt("The proposal names the function %s, but %s.", s.call.signature, err.Error())
		return false
	}
	s.function, s.args = &function{name: name, fields: fields, signature: s.call.signature}, args
	s.doubt("Only the proposal says what the function is called; it is not in the list of known functions.")
	if !standard {
		s.doubt("The arguments are not encoded in the standard way.")
	}
	return true
}

// doubt notes what could not be checked, once.
func (s *scope) doubt(format string, args ...any) {
	text := sprintf(format, args...)
	if !slices.Contains(s.action.Unverified, text) {
		s.action.Unverified = append(s.action.Unverified, text)
	}
}

func isHexAddress(s string) bool {
	return len(s) == 42 && s[:2] == "0x" && common.IsHexAddress(s)
}
