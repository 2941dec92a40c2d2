package governor

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// wordSize is the ABI's unit.
const wordSize = 32

// maxText bounds what is read of a contract's text: names, reasons of modes.
const maxText = 1024

// selector is the first four bytes of a function's hash.
func selector(signature string) [4]byte {
	return [4]byte(crypto.Keccak256([]byte(signature))[:4])
}

// call builds the read of a function without dynamic arguments. Arguments are
// common.Address, common.Hash, [4]byte, uint64, bool or *big.Int, a word each;
// another type is a fault of ours and stays zero.
func call(to, signature string, args ...any) governance.ContractCall {
	four := selector(signature)
	data := make([]byte, 0, 4+wordSize*len(args))
	data = append(data, four[:]...)
	for _, arg := range args {
		w := argument(arg)
		data = append(data, w[:]...)
	}
	return governance.ContractCall{To: to, Data: data}
}

func argument(arg any) (w common.Hash) {
	switch a := arg.(type) {
	case common.Address:
		w = common.BytesToHash(a[:])
	case common.Hash:
		w = a
	case [4]byte:
		copy(w[:], a[:])
	case uint64:
		w = common.BigToHash(new(big.Int).SetUint64(a))
	case bool:
		if a {
			w[wordSize-1] = 1
		}
	case *big.Int:
		w = common.BigToHash(a)
	}
	return w
}

// word returns the i-th word of what a contract gave back, false where it
// reverted or gave less.
func word(r governance.CallResult, i int) (common.Hash, bool) {
	if r.Reverted || i < 0 || i > len(r.Data)/wordSize-1 {
		return common.Hash{}, false
	}
	return common.BytesToHash(r.Data[i*wordSize : (i+1)*wordSize]), true
}

// uintOf returns the i-th word as a number.
func uintOf(r governance.CallResult, i int) (*big.Int, bool) {
	w, ok := word(r, i)
	return w.Big(), ok
}

// numberOf returns the i-th word, which must fit 64 bits.
func numberOf(r governance.CallResult, i int) (uint64, bool) {
	n, ok := uintOf(r, i)
	return n.Uint64(), ok && n.IsUint64()
}

// boolOf returns the i-th word, which must be 0 or 1.
func boolOf(r governance.CallResult, i int) (value, ok bool) {
	n, ok := numberOf(r, i)
	return n == 1, ok && n <= 1
}

// addressOf returns the i-th word, which must have no bits above an
// address's.
func addressOf(r governance.CallResult, i int) (common.Address, bool) {
	n, ok := uintOf(r, i)
	if !ok || n.BitLen() > 160 {
		return common.Address{}, false
	}
	return common.BigToAddress(n), true
}

// stringOf returns the text whose place the i-th word tells, at most maxText
// bytes of it; the text is hostile.
func stringOf(r governance.CallResult, i int) (string, bool) {
	at, ok := numberOf(r, i)
	if !ok {
		return "", false
	}
	b, ok := bytesAt(r.Data, at)
	if !ok {
		return "", false
	}
	return string(b[:min(len(b), maxText)]), true
}

// bytesAt returns the dynamic bytes that begin, with their length, at an
// offset; it is a part of data, not a copy.
func bytesAt(data []byte, at uint64) ([]byte, bool) {
	size := uint64(len(data))
	if at > size || size-at < wordSize {
		return nil, false
	}
	n := new(big.Int).SetBytes(data[at : at+wordSize])
	if !n.IsUint64() || n.Uint64() > size-at-wordSize {
		return nil, false
	}
	from := at + wordSize
	return data[from : from+n.Uint64()], true
}
