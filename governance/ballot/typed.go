package ballot

import (
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"

	"mandate/governance"
)

const domainType = "EIP712Domain"

// TypedData is a checked EIP-712 message. Types, fields and values keep their
// order, because the sequencer knows a message by the SHA-256 of its types'
// JSON. The zero value is no message.
type TypedData struct {
	primary string
	types   []structType // without EIP712Domain
	domain  []member
	message []member
}

type structType struct {
	name   string
	fields []field
}

type field struct{ name, typ string }

// member is a field with its value: string (for string, bytes and address),
// bool, *big.Int, []any, or []member for a struct.
type member struct {
	field

	value any
}

// Fields returns the message line by line, name and value, in the order of
// its type, as a page shows them: nothing is left out.
func (t TypedData) Fields() [][2]string {
	out := make([][2]string, 0, len(t.message))
	for _, m := range t.message {
		out = append(out, [2]string{m.name, text(m.value)})
	}
	return out
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case *big.Int:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = text(v[i])
		}
		return "[" + strings.Join(parts, ",") + "]"
	case []member:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = v[i].name + ":" + text(v[i].value)
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return ""
}

// Digest returns the EIP-712 digest: what is signed, and at Snapshot the id
// of the message.
func (t TypedData) Digest() ([32]byte, error) {
	if t.primary == "" {
		return [32]byte{}, governance.Errorf(governance.Invalid, "There is no message to sign.")
	}
	separator, err := t.hash(domainType, t.domain)
	if err != nil {
		return [32]byte{}, err
	}
	message, err := t.hash(t.primary, t.message)
	if err != nil {
		return [32]byte{}, err
	}
	return crypto.Keccak256Hash([]byte{0x19, 0x01}, separator, message), nil
}

func (t TypedData) hash(typ string, members []member) ([]byte, error) {
	types := apitypes.Types{domainType: listed(fieldsOf(t.domain))}
	for _, s := range t.types {
		types[s.name] = listed(s.fields)
	}
	// The library looks at Domain only to see that there is one; the values
	// that count are handed to it as any struct's.
	data := apitypes.TypedData{Types: types, PrimaryType: t.primary, Domain: apitypes.TypedDataDomain{Name: "."}}
	sum, err := data.HashStruct(typ, plain(members))
	return sum, governance.Wrap(governance.Invalid, err, "The message is not valid typed data.")
}

func fieldsOf(members []member) []field {
	fields := make([]field, len(members))
	for i := range members {
		fields[i] = members[i].field
	}
	return fields
}

func listed(fields []field) []apitypes.Type {
	out := make([]apitypes.Type, len(fields))
	for i, f := range fields {
		out[i] = apitypes.Type{Name: f.name, Type: f.typ}
	}
	return out
}

// plain gives structs the shape that the library reads.
func plain(members []member) map[string]any {
	out := make(map[string]any, len(members))
	for _, m := range members {
		out[m.name] = plainValue(m.value)
	}
	return out
}

func plainValue(v any) any {
	switch v := v.(type) {
	case []member:
		return plain(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainValue(v[i])
		}
		return out
	}
	return v
}
