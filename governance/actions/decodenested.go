package actions

import (
	"encoding/binary"
	"errors"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// retryableMagic is the target that tells Arbitrum's L1 timelock to make a
// retryable ticket instead of a call.
const retryableMagic = "0xa723C008e76E379c55599D2E4d93879BeaFDa79C"

// The forms of data that have no selector. Receivers of Compound's and Aave's
// kind take lists of calls.
const (
	ticketForm  = "retryableTicket(address inbox, address target, uint256 value, uint256 gasLimit, uint256 maxFeePerGas, bytes data) ~ bridge to=target > target=target value=value data=data chain=inbox as=none"
	packetForm  = "packet(address[] targets, uint256[] values, string[] signatures, bytes[] calldatas) > target=targets[] value=values[] sig=signatures[] data=calldatas[]"
	packetForm5 = "packet(address[] targets, uint256[] values, string[] signatures, bytes[] calldatas, bool[] delegatecalls) > target=targets[] value=values[] sig=signatures[] data=calldatas[] op=delegatecalls[]"
)

func (r *registry) addForms() error {
	var err error
	if r.ticket, err = parseFunction(ticketForm); err != nil {
		return err
	}
	for _, form := range [...]string{packetForm, packetForm5} {
		f, err := parseFunction(form)
		if err != nil {
			return err
		}
		r.packets = append(r.packets, f)
	}
	return nil
}

func (s *scope) readTicket() bool { return s.readForm(s.registry.ticket) }

func (s *scope) readPacket() bool {
	for _, f := range s.registry.packets {
		if s.readForm(f) && len(s.args[0].items) > 0 {
			return true
		}
	}
	s.function, s.args, s.named = nil, nil, false
	return false
}

// readForm takes data without a selector only where it is encoded exactly so.
func (s *scope) readForm(f *function) bool {
	if len(s.call.data)%32 != 0 {
		return false
	}
	args, standard, err := decodeArgs(f.fields, s.call.data)
	if err != nil || !standard {
		return false
	}
	s.function, s.args, s.named = f, args, true
	return true
}

// nest decodes the calls inside this one.
func (s *scope) nest(n *nestSpec) {
	calls, err := s.innerCalls(n)
	if err != nil {
		s.doubt("The calls inside it could not be read: %s.", err.Error())
		s.action.Named = false
	}
	if len(calls) > 0 && s.depth >= maxDepth {
		s.doubt("Calls are nested more than %d deep here; those inside were not read.", maxDepth)
		s.action.Named = false
		return
	}
	f := s.inner(n)
	for i, c := range calls {
		if s.calls--; s.calls < 0 {
			s.doubt("More than %d calls are nested in this proposal; the rest was not read.", maxCalls)
			s.action.Named = false
			return
		}
		f.delegate = n.delegate || c.delegate || n.form == "either" && s.runsCode(c.rawCall)
		a := s.decoder.call(i, f, c.rawCall)
		s.action.Named = s.action.Named && a.Named
		s.action.Nested = append(s.action.Nested, a)
	}
}

// inner is the frame of the calls inside.
func (s *scope) inner(n *nestSpec) frame {
	f := frame{chain: s.chain, home: s.home, depth: s.depth + 1, nested: true, packet: n.form == "packet"}
	switch {
	case n.as == "caller", n.as == "" && s.delegate:
		f.runner, f.nested = s.runner, s.nested
	case n.as == "":
		target := s.call.target
		f.runner = &target
	}
	if n.chain.kind != refNone {
		f.chain = s.otherChain(n.chain)
		if f.chain == 0 {
			s.doubt("The chain on which the message arrives is not known.")
		}
	}
	return f
}

// otherChain is where a bridge's message goes, 0 = not known.
func (s *scope) otherChain(r ref) uint64 {
	switch r.kind {
	case refSelf:
		return bridgeTo(s.chain, s.call.target)
	case refText:
		if r.text == "parent" {
			return parentChain(s.chain)
		}
		return 0
	}
	v, ok := r.column(s.args).at(0)
	if !ok {
		return 0
	}
	if v.typ.kind == abiAddress {
		inbox, _ := v.address()
		return bridgeTo(s.chain, inbox)
	}
	if n := v.number(); n != nil && n.IsUint64() {
		if v.typ.size == 16 {
			return wormholeChain(n.Uint64())
		}
		return n.Uint64()
	}
	return 0
}

// innerCall is a call inside another, before it is decoded.
type innerCall struct {
	rawCall
	delegate bool
}

func (s *scope) innerCalls(n *nestSpec) ([]innerCall, error) {
	if n.form == "multisend" {
		blob, _ := n.data.column(s.args).at(0)
		return parseMultiSend(blob.raw)
	}
	target, value, data, sig, op := n.target.column(s.args), n.value.column(s.args), n.data.column(s.args), n.sig.column(s.args), n.op.column(s.args)
	count, same := rows(target, value, data, sig, op)
	var err error
	if !same {
		err = errors.New("its lists have different lengths")
	}
	calls := make([]innerCall, 0, count)
	for i := range count {
		c := innerCall{rawCall: rawCall{target: s.call.target, value: new(big.Int)}}
		if v, ok := target.at(i); ok {
			if c.target, ok = v.address(); !ok {
				return calls, errors.New("a target is not an address")
			}
		}
		if value.kind == refCoin {
			c.value = s.call.value
		} else if v, ok := value.at(i); ok {
			c.value = v.number()
		}
		if v, ok := data.at(i); ok {
			c.data = v.raw
		}
		if v, ok := sig.at(i); ok {
			c.signature = string(v.raw)
		}
		if v, ok := op.at(i); ok {
			if !zero(v.raw[:31]) || v.raw[31] > 1 {
				return calls, errors.New("an operation is neither call nor delegatecall")
			}
			c.delegate = v.raw[31] == 1
		}
		if !n.optional || len(c.data) > 0 {
			calls = append(calls, c)
		}
	}
	return calls, err
}

// runsCode decides what execute(address,bytes) does: upgrade executors and
// proxies of users run the code, access managers make a call. Where the
// function inside has known effects a call is assumed, so that they are seen.
func (s *scope) runsCode(c rawCall) bool {
	if strings.Contains(s.action.TargetName, "upgrade executor") {
		return true
	}
	s.doubt("Whether %s makes a call or runs the code as itself is not known.", s.action.Target)
	if len(c.data) < 4 {
		return false
	}
	for _, f := range s.registry.functions[selector(c.data[:4])] {
		if len(f.effects) > 0 && f.effects[0].kind != governance.EffectExecute {
			return false
		}
	}
	return true
}

// parseMultiSend reads Safe's packed form: operation, target, value, length,
// data, and so on to the end.
func parseMultiSend(b []byte) ([]innerCall, error) {
	const head = 1 + 20 + 32 + 32
	var calls []innerCall
	for len(b) > 0 {
		if len(b) < head {
			return calls, errors.New("the packed calls end too early")
		}
		length := b[53:head]
		n := int(binary.BigEndian.Uint32(length[28:]))
		if !zero(length[:28]) || n > len(b)-head {
			return calls, errors.New("a packed call is longer than its list")
		}
		if b[0] > 1 {
			return calls, errors.New("an operation is neither call nor delegatecall")
		}
		calls = append(calls, innerCall{delegate: b[0] == 1, rawCall: rawCall{target: common.BytesToAddress(b[1:21]),
			value: new(big.Int).SetBytes(b[21:53]), data: b[head : head+n]}})
		if len(calls) > maxCalls {
			return calls, errors.New("there are too many packed calls")
		}
		b = b[head+n:]
	}
	return calls, nil
}

// parentChain is the chain that a rollup settles on.
func parentChain(chain uint64) uint64 {
	switch chain {
	case 10, 130, 137, 252, 324, 480, 957, 1868, 7777777, 8453, 34443, 42161, 42170, 42220, 57073, 59144, 534352, 81457, 5000, 7560:
		return 1
	case 421614, 11155420, 84532, 534351, 59141, 300:
		return 11155111
	case 660279:
		return 42161
	}
	return 0
}

// wormholeChain translates Wormhole's own chain numbers.
func wormholeChain(id uint64) uint64 {
	switch id {
	case 2:
		return 1
	case 4:
		return 56
	case 5:
		return 137
	case 6:
		return 43114
	case 14:
		return 42220
	case 16:
		return 1284
	case 23:
		return 42161
	case 24:
		return 10
	case 30:
		return 8453
	}
	return 0
}

// coin is the native coin that the call carries.
func (s *scope) coin() {
	if s.call.value.Sign() > 0 {
		s.effect(governance.Effect{Kind: governance.EffectTransfer, Symbol: governance.CoinSymbol(s.chain), Amount: s.call.value.String(), Decimals: 18,
			From: s.fromText(), To: s.action.Target})
	}
}
