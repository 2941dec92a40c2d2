package actions

import (
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/common"
)

// number is the value of a uint or int, nil for other types.
func (v value) number() *big.Int {
	switch v.typ.kind {
	case abiUint:
		return new(big.Int).SetBytes(v.raw[32-v.typ.size/8:])
	case abiInt:
		n := new(big.Int).SetBytes(v.raw)
		if v.raw[0] >= 0x80 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), 256))
		}
		return n
	}
	return nil
}

// address is the last 20 bytes of an address word. A word that carries one
// inside bytes32 (zkSync, Wormhole) counts where its upper bytes are zero.
func (v value) address() (common.Address, bool) {
	switch {
	case v.typ.kind == abiAddress, v.typ.kind == abiFixed && v.typ.size == 32 && zero(v.raw[:12]):
		return common.BytesToAddress(v.raw[12:32]), true
	case v.typ.kind == abiUint && v.typ.size == 256 && zero(v.raw[:12]):
		return common.BytesToAddress(v.raw[12:32]), true
	}
	return common.Address{}, false
}

// text is the value as an argument shows it: decimal, 0x…, true, escaped
// text, or JSON for lists and tuples.
func (v value) text() string {
	switch v.typ.kind {
	case abiUint, abiInt:
		return v.number().String()
	case abiAddress:
		return common.BytesToAddress(v.raw[12:]).Hex()
	case abiBool:
		return strconv.FormatBool(!zero(v.raw))
	case abiFixed:
		return "0x" + hex.EncodeToString(v.raw[:v.typ.size])
	case abiBytes:
		return "0x" + hex.EncodeToString(v.raw)
	case abiString:
		return escape(string(v.raw))
	}
	var b strings.Builder
	v.json(&b)
	return b.String()
}

func (v value) json(b *strings.Builder) {
	switch {
	case v.typ.kind == abiBool:
		b.WriteString(v.text())
	case v.typ.kind == abiTuple && v.named():
		v.object(b)
	case v.typ.kind >= abiArray:
		b.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.json(b)
		}
		b.WriteByte(']')
	default:
		quoteJSON(b, v.text())
	}
}

func (v value) object(b *strings.Builder) {
	b.WriteByte('{')
	for i, item := range v.items {
		if i > 0 {
			b.WriteByte(',')
		}
		quoteJSON(b, v.typ.fields[i].name)
		b.WriteByte(':')
		item.json(b)
	}
	b.WriteByte('}')
}

func (v value) named() bool {
	for _, f := range v.typ.fields {
		if f.name == "" {
			return false
		}
	}
	return true
}

// quoteJSON writes s, which has no control characters, as JSON text.
func quoteJSON(b *strings.Builder, s string) {
	b.WriteByte('"')
	if strings.ContainsAny(s, `"\`) {
		s = strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), `"`, `\"`)
	}
	b.WriteString(s)
	b.WriteByte('"')
}
