package chain

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

const word = 32

// pack encodes a call: the function, then its arguments: common.Address,
// [32]byte or []byte (also for string). Another type is a fault of ours and
// stays zero.
func pack(function string, args ...any) []byte {
	return append(crypto.Keccak256([]byte(function))[:4], arguments(args...)...)
}

// arguments encodes as the ABI does: a word each, and bytes behind them.
func arguments(args ...any) []byte {
	head, tail := make([]byte, 0, word*len(args)), []byte(nil)
	for _, arg := range args {
		var w common.Hash
		switch a := arg.(type) {
		case common.Address:
			w = common.BytesToHash(a[:])
		case [32]byte:
			w = a
		case []byte:
			w = common.BigToHash(big.NewInt(int64(word*len(args) + len(tail))))
			size := common.BigToHash(big.NewInt(int64(len(a))))
			tail = append(append(tail, size[:]...), a...)
			tail = append(tail, make([]byte, (word-len(a)%word)%word)...)
		}
		head = append(head, w[:]...)
	}
	return append(head, tail...)
}

// wordAt returns the word at an offset in bytes.
func wordAt(data []byte, at uint64) ([]byte, bool) {
	if at > uint64(len(data)) || uint64(len(data))-at < word {
		return nil, false
	}
	return data[at : at+word], true
}

// numberAt returns a word that must fit 64 bits.
func numberAt(data []byte, at uint64) (uint64, bool) {
	w, ok := wordAt(data, at)
	if !ok {
		return 0, false
	}
	n := new(big.Int).SetBytes(w)
	return n.Uint64(), n.IsUint64()
}

// addressAt returns an address in EIP-55, "" for the zero address.
func addressAt(data []byte, at uint64) (string, bool) {
	w, ok := wordAt(data, at)
	if !ok || common.BytesToHash(w).Big().BitLen() > 160 {
		return "", false
	}
	a := common.BytesToAddress(w)
	if a == (common.Address{}) {
		return "", true
	}
	return a.Hex(), true
}

// textAt returns the string or bytes whose place the word at an offset tells.
func textAt(data []byte, at uint64) (string, bool) {
	from, ok := numberAt(data, at)
	if !ok {
		return "", false
	}
	size, ok := numberAt(data, from)
	if !ok || size > uint64(len(data))-from-word {
		return "", false
	}
	return string(data[from+word : from+word+size]), true
}
