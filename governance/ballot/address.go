package ballot

import (
	"encoding/hex"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// Zero is the zero address: nobody.
const Zero = "0x0000000000000000000000000000000000000000"

// Checksum returns an address in EIP-55. All-lower and all-upper digits are
// taken as they are; mixed digits must already carry the right checksum,
// since a wrong one tells of a typing mistake.
func Checksum(address string) (string, error) {
	raw, ok := unhex(address)
	if !ok || len(raw) != common.AddressLength {
		return "", governance.Errorf(governance.Invalid, "%.60q is not an address: it takes 0x and 40 hex digits.", address)
	}
	sum, digits := common.BytesToAddress(raw).Hex(), address[2:]
	if digits != strings.ToLower(digits) && digits != strings.ToUpper(digits) && sum != address {
		return "", governance.Errorf(governance.Invalid, "%s has a wrong checksum: one of its letters is mistyped.", address)
	}
	return sum, nil
}

// Lower returns an address as keys of the store have it. It checks nothing.
func Lower(address string) string { return strings.ToLower(address) }

// Same reports whether two addresses are one, whatever their case.
func Same(a, b string) bool { return strings.EqualFold(a, b) }

// IsHash reports whether the text is 0x and 64 hex digits, in any case: a
// digest, or the hash of a transaction.
func IsHash(text string) bool {
	raw, ok := unhex(text)
	return ok && len(raw) == common.HashLength
}

// unhex reads 0x and hex digits.
func unhex(text string) ([]byte, bool) {
	digits, ok := strings.CutPrefix(text, "0x")
	raw, err := hex.DecodeString(digits)
	return raw, ok && err == nil
}
