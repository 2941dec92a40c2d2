package demo

import "github.com/ethereum/go-ethereum/common"

// checksum writes 40 hex digits as an EIP-55 address.
func checksum(digits string) string { return common.HexToAddress(digits).Hex() }

// isChecksummed says whether the text is an address in EIP-55's writing.
func isChecksummed(address string) bool {
	return len(address) == 42 && common.IsHexAddress(address) && common.HexToAddress(address).Hex() == address
}
