package governor

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/common"
)

// errABI is the cause of every refusal to decode what a log carries.
var errABI = errors.New("malformed event data")

// abiKind is a class of Solidity types.
type abiKind uint8

const (
	abiUint abiKind = iota
	abiBool
	abiAddress
	abiWord  // bytes32
	abiBytes // bytes and string: bytes, for text of contracts need not be UTF-8
	abiArray
	abiPair // (address,uint96): the only tuple of an event here
)

// abiType is one argument's type.
type abiType struct {
	kind    abiKind
	bits    int // of abiUint
	element *abiType
}

// pair is a value of abiPair.
type pair struct {
	address common.Address
	amount  *big.Int
}

// abiTypes parses the arguments of an event's signature, which is ours: a type
// that is not known here is a word.
func abiTypes(signature string) []abiType {
	_, list, _ := strings.Cut(strings.TrimSuffix(signature, ")"), "(")
	list = strings.ReplaceAll(list, "(address,uint96)", "pair")
	var out []abiType
	for _, name := range strings.Split(list, ",") {
		out = append(out, abiTypeOf(name))
	}
	return out
}

func abiTypeOf(name string) abiType {
	if of, ok := strings.CutSuffix(name, "[]"); ok {
		element := abiTypeOf(of)
		return abiType{kind: abiArray, element: &element}
	}
	switch name {
	case "address":
		return abiType{kind: abiAddress}
	case "bool":
		return abiType{kind: abiBool}
	case "bytes", "string":
		return abiType{kind: abiBytes}
	case "pair":
		return abiType{kind: abiPair}
	}
	if bits, err := strconv.Atoi(strings.TrimPrefix(name, "uint")); err == nil {
		return abiType{kind: abiUint, bits: bits}
	}
	return abiType{kind: abiWord}
}

// dynamic reports whether the type's head is an offset.
func (t abiType) dynamic() bool { return t.kind == abiBytes || t.kind == abiArray }

// size is how many bytes the type takes in a head.
func (t abiType) size() int {
	if t.kind == abiPair {
		return 2 * wordSize
	}
	return wordSize
}

// abiReader decodes one log's data. It allows no byte of a tail to be used
// twice, so that what is decoded is never larger than what was sent.
type abiReader struct {
	data []byte
	left int
}

// decodeABI reads values of the types from data, in order. Numbers, flags and
// addresses with bits that their types do not have are refused.
func decodeABI(data []byte, types []abiType) ([]any, error) {
	r := abiReader{data: data, left: len(data)}
	out := make([]any, 0, len(types))
	at := 0
	for _, t := range types {
		v, err := r.value(t, at, 0)
		if err != nil {
			return nil, err
		}
		out, at = append(out, v), at+t.size()
	}
	return out, nil
}

func (r *abiReader) value(t abiType, at, base int) (any, error) {
	switch t.kind {
	case abiBytes:
		from, n, err := r.tail(at, base, 1)
		if err != nil {
			return nil, err
		}
		return r.data[from : from+n], nil
	case abiArray:
		return r.array(*t.element, at, base)
	case abiPair:
		return r.pair(at)
	}
	w, err := r.word(at)
	if err != nil {
		return nil, err
	}
	return wordValue(t, w)
}

func (r *abiReader) word(at int) ([]byte, error) {
	if at < 0 || at > len(r.data)-wordSize {
		return nil, fmt.Errorf("%w: it ends too early", errABI)
	}
	return r.data[at : at+wordSize], nil
}

// number reads a word that must fit the data's own size.
func (r *abiReader) number(at int, what string) (int, error) {
	w, err := r.word(at)
	if err != nil {
		return 0, err
	}
	n := new(big.Int).SetBytes(w)
	if !n.IsUint64() || n.Uint64() > uint64(len(r.data)) {
		return 0, fmt.Errorf("%w: %s leads out of it", errABI, what)
	}
	return int(n.Uint64()), nil
}

// tail follows the offset at a place to its content of n units.
func (r *abiReader) tail(at, base, unit int) (from, n int, err error) {
	offset, err := r.number(at, "an offset")
	if err != nil {
		return 0, 0, err
	}
	if n, err = r.number(base+offset, "a length"); err != nil {
		return 0, 0, err
	}
	from = base + offset + wordSize
	if n > (len(r.data)-from)/unit {
		return 0, 0, fmt.Errorf("%w: a length leads out of it", errABI)
	}
	if r.left -= n * unit; r.left < 0 {
		return 0, 0, fmt.Errorf("%w: parts overlap", errABI)
	}
	return from, n, nil
}

func (r *abiReader) array(t abiType, at, base int) (any, error) {
	from, n, err := r.tail(at, base, t.size())
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, n)
	for i := range n {
		v, err := r.value(t, from+i*t.size(), from)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func (r *abiReader) pair(at int) (any, error) {
	v, err := decodeABI(r.data[min(at, len(r.data)):], []abiType{{kind: abiAddress}, {kind: abiUint, bits: 96}})
	if err != nil {
		return nil, err
	}
	return pair{address: v[0].(common.Address), amount: v[1].(*big.Int)}, nil
}

// wordValue reads a value that is one word, in data or as a topic.
func wordValue(t abiType, w []byte) (any, error) {
	n := new(big.Int).SetBytes(w)
	switch t.kind {
	case abiAddress:
		if n.BitLen() > 160 {
			return nil, fmt.Errorf("%w: an address has dirty bits", errABI)
		}
		return common.BytesToAddress(w), nil
	case abiBool:
		if n.BitLen() > 1 {
			return nil, fmt.Errorf("%w: a flag has dirty bits", errABI)
		}
		return n.Sign() == 1, nil
	case abiUint:
		if n.BitLen() > t.bits {
			return nil, fmt.Errorf("%w: a number has dirty bits", errABI)
		}
		return n, nil
	}
	return common.BytesToHash(w), nil
}
