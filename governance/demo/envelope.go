package demo

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/ethereum/go-ethereum/common"
	ethmath "github.com/ethereum/go-ethereum/common/math"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
)

// envelope is a message as it came in, with what the checks found out.
type envelope struct {
	body    []byte
	text    string // as JSON.stringify writes it
	address string
	sig     string
	domain  *jsObject
	types   *jsObject // without EIP712Domain
	message *jsObject
	from    string
	space   string
	stamp   float64

	kind    string
	network string
	digest  [32]byte
	id      string // the digest as text
	fault   Fault  // one that happens during the checks
}

var errEnvelope = errors.New("wrong envelope format")

// parseEnvelope holds the body against the sequencer's schema.
func parseEnvelope(body []byte) (*envelope, error) {
	v, err := parseJS(body)
	if err != nil {
		return nil, errEnvelope
	}
	top, ok := members(v, []string{"address", "sig", "data"})
	if !ok {
		return nil, errEnvelope
	}
	data, ok := members(top.values["data"], []string{"domain", "types", "message"}, "primaryType")
	if !ok {
		return nil, errEnvelope
	}
	e := &envelope{body: body, text: stringify(v)}
	var address, sig, domain, types, message bool
	e.address, address = top.values["address"].(string)
	e.sig, sig = top.values["sig"].(string)
	e.domain, domain = data.values["domain"].(*jsObject)
	e.types, types = data.values["types"].(*jsObject)
	e.message, message = data.values["message"].(*jsObject)
	if !address || !sig || !domain || !types || !message {
		return nil, errEnvelope
	}
	if p, there := data.values["primaryType"]; there {
		if _, ok := p.(string); !ok {
			return nil, errEnvelope
		}
	}
	e.types = e.types.without("EIP712Domain")
	return e, e.readMessage()
}

func (e *envelope) readMessage() error {
	var stamp bool
	e.stamp, stamp = e.message.values["timestamp"].(float64)
	e.from, e.space = e.message.text("from"), e.message.text("space")
	if !stamp || math.IsInf(e.stamp, 0) || !isChecksummed(e.address) || !isChecksummed(e.from) {
		return errEnvelope
	}
	return nil
}

// members is the value as an object with all of the wanted keys, perhaps the
// optional ones, and no other.
func members(v any, wanted []string, optional ...string) (*jsObject, bool) {
	o, ok := v.(*jsObject)
	if !ok {
		return nil, false
	}
	n := 0
	for _, key := range wanted {
		if _, have := o.values[key]; !have {
			return nil, false
		}
		n++
	}
	for _, key := range optional {
		if _, have := o.values[key]; have {
			n++
		}
	}
	return o, n == len(o.keys)
}

// hash computes the EIP-712 digest of what the envelope says.
func (e *envelope) hash() error {
	if len(e.types.keys) != 1 {
		return errors.New("not one type")
	}
	primary := e.types.keys[0]
	fields, err := fieldsOf(e.types.values[primary])
	if err != nil {
		return err
	}
	data := apitypes.TypedData{PrimaryType: primary, Types: apitypes.Types{primary: fields}, Message: apitypes.TypedDataMessage{}}
	for _, f := range fields {
		if data.Message[f.Name], err = plain(f.Type, e.message.values[f.Name]); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if err := e.setDomain(&data); err != nil {
		return err
	}
	digest, _, err := apitypes.TypedDataAndHash(data)
	if err != nil {
		return fmt.Errorf("hash the message: %w", err)
	}
	e.digest = [32]byte(digest)
	e.id = "0x" + hex.EncodeToString(digest)
	return nil
}

func fieldsOf(v any) ([]apitypes.Type, error) {
	rows, _ := v.([]any)
	out := make([]apitypes.Type, 0, len(rows))
	for _, row := range rows {
		o, ok := row.(*jsObject)
		if !ok {
			return nil, errors.New("a field is no object")
		}
		out = append(out, apitypes.Type{Name: o.text("name"), Type: o.text("type")})
	}
	return out, nil
}

// plain turns a value into what the hasher reads. Numbers must be whole:
// nothing is rounded.
func plain(kind string, v any) (any, error) {
	switch v := v.(type) {
	case float64:
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return nil, errors.New("not a whole number")
		}
		return big.NewInt(int64(v)), nil
	case []any:
		out := make([]any, len(v))
		for i := range v {
			var err error
			if out[i], err = plain(kind, v[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case string:
		if kind == "address" && !isChecksummed(v) && v != lower(v) {
			return nil, errors.New("wrong checksum")
		}
		return v, nil
	}
	return nil, fmt.Errorf("no value of %s", kind)
}

// setDomain takes the domain as sent: wallets add a chain to it.
func (e *envelope) setDomain(data *apitypes.TypedData) error {
	var fields []apitypes.Type
	for _, f := range []apitypes.Type{{Name: "name", Type: "string"}, {Name: "version", Type: "string"},
		{Name: "chainId", Type: "uint256"}, {Name: "verifyingContract", Type: "address"}, {Name: "salt", Type: "bytes32"}} {
		if _, there := e.domain.values[f.Name]; there {
			fields = append(fields, f)
		}
	}
	if len(fields) != len(e.domain.keys) {
		return errors.New("unknown member of the domain")
	}
	data.Types["EIP712Domain"] = fields
	data.Domain = apitypes.TypedDataDomain{Name: e.domain.text("name"), Version: e.domain.text("version"),
		VerifyingContract: e.domain.text("verifyingContract"), Salt: e.domain.text("salt")}
	chain, there := e.domain.values["chainId"]
	if !there {
		return nil
	}
	text, isText := chain.(string)
	if n, ok := chain.(float64); ok && n >= 0 && n < 1<<53 && n == math.Trunc(n) {
		text, isText = strconv.FormatInt(int64(n), 10), true
	}
	id, ok := ethmath.ParseBig256(text)
	if !isText || !ok {
		return errors.New("chainId is no number")
	}
	data.Domain.ChainId = (*ethmath.HexOrDecimal256)(id)
	return nil
}

// recoverSigner finds whose key signed the digest, "" where it cannot be one:
// 65 bytes, or 64 with the parity in the highest bit of s (EIP-2098).
func recoverSigner(digest [32]byte, sig []byte) string {
	switch len(sig) {
	case 64:
		sig = append([]byte{}, sig...)
		sig = append(sig, sig[32]>>7)
		sig[32] &= 0x7f
	case 65:
		sig = append([]byte{}, sig...)
		if sig[64] >= 27 {
			sig[64] -= 27
		}
	default:
		return ""
	}
	key, err := crypto.SigToPub(digest[:], sig)
	if err != nil {
		return ""
	}
	return crypto.PubkeyToAddress(*key).Hex()
}

func lower(address string) string {
	return "0x" + hex.EncodeToString(common.HexToAddress(address).Bytes())
}
