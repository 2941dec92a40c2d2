package actions

import (
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
)

func hexText(b []byte) string { return "0x" + hex.EncodeToString(b) }

// unhexText reads 0x…; empty text is no bytes.
func unhexText(s string) ([]byte, error) {
	if s == "" {
		return nil, nil
	}
	digits, ok := strings.CutPrefix(s, "0x")
	if !ok {
		return nil, errors.New("the bytes do not begin with 0x")
	}
	b, err := hex.DecodeString(digits)
	if err != nil {
		return nil, errors.New("the bytes are not hexadecimal")
	}
	return b, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
