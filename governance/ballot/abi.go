package ballot

import (
	"encoding/hex"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// encode makes a call as 0x text. Arguments are *big.Int, Support, bool,
// common.Address, [32]byte, and for the dynamic types string and bytes
// dynamic.
func encode(signature string, args ...any) string {
	var head, tail []byte
	for _, a := range args {
		d, moves := a.(dynamic)
		if !moves {
			head = append(head, static(a)...)
			continue
		}
		head = append(head, common.BigToHash(big.NewInt(int64(32*len(args)+len(tail)))).Bytes()...)
		tail = append(tail, common.BigToHash(big.NewInt(int64(len(d)))).Bytes()...)
		tail = append(tail, common.RightPadBytes(d, (len(d)+31)/32*32)...)
	}
	data := append(crypto.Keccak256([]byte(signature))[:4], head...)
	return "0x" + hex.EncodeToString(append(data, tail...))
}

// dynamic is the content of a string or bytes argument.
type dynamic []byte

func static(a any) []byte {
	switch a := a.(type) {
	case *big.Int:
		return common.BigToHash(a).Bytes()
	case Support:
		return common.LeftPadBytes([]byte{byte(a)}, 32)
	case byte:
		return common.LeftPadBytes([]byte{a}, 32)
	case bool:
		if a {
			return common.LeftPadBytes([]byte{1}, 32)
		}
	case common.Address:
		return common.LeftPadBytes(a.Bytes(), 32)
	case [32]byte:
		return a[:]
	}
	return make([]byte, 32)
}
