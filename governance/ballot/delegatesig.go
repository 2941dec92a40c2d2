package ballot

import (
	"math/big"
	"time"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// TokenDelegation is a delegation of a votes token's power by signature.
type TokenDelegation struct {
	Token    governance.VotesToken
	Chain    uint64
	Delegate string // EIP-55; the zero address = nobody
	Nonce    string // of the owner at the token, decimal
	Expires  time.Time
}

// Message makes what the owner signs. Errors are Invalid.
func (d TokenDelegation) Message() (TypedData, error) {
	if err := exact(d.Delegate); err != nil {
		return TypedData{}, err
	}
	nonce, err := ParseWei(d.Nonce)
	if err != nil {
		return TypedData{}, err
	}
	if d.Expires.Unix() <= 0 {
		return TypedData{}, bad("The delegation has no time until which it is valid.")
	}
	domain, err := domainOf(d.Token.Domain, d.Chain, d.Token.Address)
	if err != nil {
		return TypedData{}, err
	}
	members := []member{{field{"delegatee", "address"}, d.Delegate}, {field{"nonce", "uint256"}, nonce}, {field{"expiry", "uint256"}, big.NewInt(d.Expires.Unix())}}
	return TypedData{primary: "Delegation", types: []structType{{"Delegation", fieldsOf(members)}}, domain: domain, message: members}, nil
}

// Relay returns the call by which anyone hands it in, as 0x text. The token
// takes signatures of keys only. Errors are Invalid.
func (d TokenDelegation) Relay(sig []byte) (string, error) {
	nonce, err := ParseWei(d.Nonce)
	if err != nil {
		return "", err
	}
	v, r, s, err := parts(sig)
	if err != nil {
		return "", err
	}
	return encode("delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)",
		common.HexToAddress(d.Delegate), nonce, big.NewInt(d.Expires.Unix()), v, r, s), nil
}

// domainOf makes the domain of a contract's signatures. What a contract says
// of its domain is believed only as to its name and version: with another
// contract's address or chain a signature would count there.
func domainOf(d governance.Domain, chain uint64, contract string) ([]member, error) {
	if d.ChainID != chain || !Same(d.Contract, contract) {
		return nil, bad("The contract names another contract or chain for its signatures: nothing is signed for it.")
	}
	if !utf8.ValidString(d.Name + d.Version) {
		return nil, bad("The contract's name for its signatures is not valid Unicode.")
	}
	address, err := Checksum(contract)
	if err != nil {
		return nil, err
	}
	out := []member{{field{"name", "string"}, d.Name}}
	if d.Version != "" {
		out = append(out, member{field{"version", "string"}, d.Version})
	}
	return append(out, member{field{"chainId", "uint256"}, new(big.Int).SetUint64(chain)}, member{field{"verifyingContract", "address"}, address}), nil
}

// parts takes a key's signature apart as contracts want it: v is 27 or 28.
func parts(sig []byte) (v byte, r, s [32]byte, err error) {
	full, err := expand(sig)
	if err != nil {
		return 0, r, s, err
	}
	return full[64] + 27, [32]byte(full[:32]), [32]byte(full[32:64]), nil
}

// canonical gives a key's signature 65 bytes with v 27 or 28; others, which are
// of contract wallets, stay as they are.
func canonical(sig []byte) []byte {
	full, err := expand(sig)
	if err != nil {
		return sig
	}
	full[64] += 27
	return full
}
