package demo

// Checksum gives the tests the package's own EIP-55 writing.
func Checksum(address string) string { return checksum(address[2:]) }
