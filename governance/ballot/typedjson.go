package ballot

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"mandate/governance"
)

// form is how values are written: for wallets or for the sequencer.
type form int

const (
	forWallet    form = iota // integers as decimal text, addresses lower case
	forSequencer             // integers as numbers, addresses EIP-55
)

// Wallet returns the message as wallets want it in eth_signTypedData_v4:
// types with EIP712Domain, domain, primaryType, message; integers as decimal
// text, so that no wallet rounds them.
func (t TypedData) Wallet() (json.RawMessage, error) {
	if t.primary == "" {
		return nil, governance.Errorf(governance.Invalid, "There is no message to sign.")
	}
	var b bytes.Buffer
	b.WriteString(`{"types":`)
	writeTypes(&b, append(t.types[:len(t.types):len(t.types)], structType{domainType, fieldsOf(t.domain)}))
	b.WriteString(`,"domain":`)
	writeStruct(&b, t.domain, forWallet)
	b.WriteString(`,"primaryType":`)
	quote(&b, t.primary)
	b.WriteString(`,"message":`)
	writeStruct(&b, t.message, forWallet)
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Envelope returns the body of the request to the sequencer: what
// JSON.stringify makes of {address, sig, data: {domain, types, message}}.
// address is the signer (EIP-55; an alias may sign for from), sig the
// signature as 0x… or "0x" while a Safe's owners sign on chain.
func (t TypedData) Envelope(address, sig string) ([]byte, error) {
	if t.primary == "" {
		return nil, governance.Errorf(governance.Invalid, "There is no message to send.")
	}
	if err := exact(address); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(sig, "0x") || strings.Trim(sig[2:], "0123456789abcdefABCDEF") != "" {
		return nil, governance.Errorf(governance.Invalid, "The signature is not hex text.")
	}
	var b bytes.Buffer
	b.WriteString(`{"address":`)
	quote(&b, address)
	b.WriteString(`,"sig":`)
	quote(&b, sig)
	b.WriteString(`,"data":{"domain":`)
	writeStruct(&b, t.domain, forSequencer)
	b.WriteString(`,"types":`)
	writeTypes(&b, t.types)
	b.WriteString(`,"message":`)
	writeStruct(&b, t.message, forSequencer)
	b.WriteString(`}}`)
	return b.Bytes(), nil
}

func writeTypes(b *bytes.Buffer, types []structType) {
	b.WriteByte('{')
	for i, s := range types {
		comma(b, i)
		quote(b, s.name)
		b.WriteString(":[")
		for j, f := range s.fields {
			comma(b, j)
			b.WriteString(`{"name":`)
			quote(b, f.name)
			b.WriteString(`,"type":`)
			quote(b, f.typ)
			b.WriteByte('}')
		}
		b.WriteByte(']')
	}
	b.WriteByte('}')
}

func writeStruct(b *bytes.Buffer, members []member, as form) {
	b.WriteByte('{')
	for i, m := range members {
		comma(b, i)
		quote(b, m.name)
		b.WriteByte(':')
		writeValue(b, m.typ, m.value, as)
	}
	b.WriteByte('}')
}

func writeValue(b *bytes.Buffer, typ string, v any, as form) {
	switch v := v.(type) {
	case []member:
		writeStruct(b, v, as)
	case []any:
		b.WriteByte('[')
		for i := range v {
			comma(b, i)
			writeValue(b, element(typ), v[i], as)
		}
		b.WriteByte(']')
	case *big.Int:
		writeInt(b, v, as)
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case string:
		if typ == "address" {
			v = addressAs(v, as)
		}
		quote(b, v)
	}
}

// writeInt writes a number where JavaScript can hold it exactly.
func writeInt(b *bytes.Buffer, n *big.Int, as form) {
	if as == forSequencer && n.IsInt64() && n.Int64() <= maxSafe && n.Int64() >= -maxSafe {
		b.WriteString(n.String())
		return
	}
	quote(b, n.String())
}

func addressAs(address string, as form) string {
	if sum, err := Checksum(Lower(address)); err == nil && as == forSequencer {
		return sum
	}
	return Lower(address)
}

func comma(b *bytes.Buffer, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
}

// maxSafe is Number.MAX_SAFE_INTEGER.
const maxSafe = 1<<53 - 1

// element returns the type of an array's members.
func element(typ string) string {
	if i := strings.LastIndexByte(typ, '['); i >= 0 {
		return typ[:i]
	}
	return typ
}
