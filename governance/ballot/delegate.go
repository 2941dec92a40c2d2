package ballot

import (
	"encoding/hex"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// Contracts of Snapshot's delegation, at the same address on every chain
// that has them.
const (
	RegistryV1 = "0x469788fE6E9E9681C6ebF3bF78e7Fd26Fc015446"
	SplitV2    = "0xDE1e8A7E184Babd9F0E3af18f40634e9Ed6F0905"
)

// AllSpaces is the registry's id that stands for every space. Who asks for it
// must have said so in so many words.
func AllSpaces() [32]byte { return [32]byte{} }

// SpaceKey returns a space's id as the registry knows it: its text, padded
// with zeros. Ids of more than 31 bytes, and the empty one, which would mean
// all spaces, are Invalid.
func SpaceKey(space string) (id [32]byte, err error) {
	switch {
	case space == "" || strings.Trim(space, "\x00 ") == "":
		return id, governance.Errorf(governance.Invalid, "A space has no empty id: that would mean all spaces.")
	case len(space) >= len(id):
		return id, governance.Errorf(governance.Invalid, "%.80s cannot be delegated alone: its id is longer than the registry's 31 bytes.", space)
	case strings.ContainsRune(space, 0):
		return id, governance.Errorf(governance.Invalid, "The space has no valid id.")
	}
	copy(id[:], space)
	return id, nil
}

// SetDelegate returns the call setDelegate(bytes32,address) of the registry,
// as 0x text. It replaces an earlier delegate. The zero address is Invalid;
// use ClearDelegate.
func SetDelegate(id [32]byte, delegate string) (string, error) {
	sum, err := Checksum(delegate)
	if err != nil {
		return "", err
	}
	if sum == Zero {
		return "", governance.Errorf(governance.Invalid, "The zero address cannot be a delegate.")
	}
	return call("setDelegate(bytes32,address)", id[:], common.HexToAddress(sum).Bytes()), nil
}

// ClearDelegate returns the call clearDelegate(bytes32) of the registry.
func ClearDelegate(id [32]byte) string { return call("clearDelegate(bytes32)", id[:]) }

// TokenDelegate returns the call delegate(address) of a votes token
// (ERC-5805). The zero address takes the power out of everybody's hands.
func TokenDelegate(delegate string) (string, error) {
	sum, err := Checksum(delegate)
	if err != nil {
		return "", err
	}
	return call("delegate(address)", common.HexToAddress(sum).Bytes()), nil
}

// call encodes a call whose arguments are all static: 32 bytes each.
func call(signature string, args ...[]byte) string {
	data := crypto.Keccak256([]byte(signature))[:4]
	for _, a := range args {
		data = append(data, common.LeftPadBytes(a, 32)...)
	}
	return "0x" + hex.EncodeToString(data)
}
