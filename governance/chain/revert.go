package chain

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// maxReason is how much of a contract's own words is kept, in bytes.
const maxReason = 300

// reasonOf says why a contract reverted: its own words, the kind of a panic,
// or the selector of its error. "" where it gave nothing. The words are a
// stranger's.
func reasonOf(data []byte) string {
	switch {
	case len(data) < 4:
		return ""
	case bytes.HasPrefix(data, []byte{0x08, 0xc3, 0x79, 0xa0}): // Error(string)
		if text, ok := textAt(data[4:], 0); ok {
			return plain(text)
		}
	case bytes.HasPrefix(data, []byte{0x4e, 0x48, 0x7b, 0x71}): // Panic(uint256)
		if code, ok := numberAt(data[4:], 0); ok {
			return panicText(code)
		}
	}
	return "error 0x" + hex.EncodeToString(data[:4])
}

// plain makes a stranger's words fit for a line.
func plain(text string) string {
	text = strings.ToValidUTF8(text[:min(len(text), maxReason)], "")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text))
}

// panicText names what Solidity's checks found.
func panicText(code uint64) string {
	names := map[uint64]string{
		0x01: "an assertion failed", 0x11: "a number overflowed", 0x12: "a division by zero", 0x21: "no such value of an enum",
		0x31: "pop of an empty list", 0x32: "an index out of bounds", 0x41: "too much memory", 0x51: "a call of nothing",
	}
	if name, ok := names[code]; ok {
		return fmt.Sprintf("panic 0x%02x: %s", code, name)
	}
	return fmt.Sprintf("panic 0x%02x", code)
}

// reasonIn is reasonOf the revert that an error came from, "" for another.
func reasonIn(err error) string {
	var f *failure
	if errors.As(err, &f) && f.kind == refused {
		return f.reason
	}
	return ""
}
