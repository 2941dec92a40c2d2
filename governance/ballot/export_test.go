package ballot

import (
	"encoding/hex"
	"testing"
)

// Hashes gives the tests the two halves of a digest.
func Hashes(t *testing.T, typed TypedData) (separator, message string) {
	t.Helper()
	a, err := typed.hash(domainType, typed.domain)
	if err != nil {
		t.Fatal(err)
	}
	b, err := typed.hash(typed.primary, typed.message)
	if err != nil {
		t.Fatal(err)
	}
	return "0x" + hex.EncodeToString(a), "0x" + hex.EncodeToString(b)
}
