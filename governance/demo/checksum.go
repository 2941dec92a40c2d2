package demo

import (
	"encoding/binary"
	"encoding/hex"
	"math/bits"
	"strings"
)

// checksum writes 40 lower-case hex digits as an EIP-55 address.
func checksum(digits string) string {
	digits = strings.ToLower(digits)
	sum := keccak256([]byte(digits))
	nibbles := hex.EncodeToString(sum[:])
	out := []byte(digits)
	for i, c := range out {
		if c >= 'a' && nibbles[i] >= '8' {
			out[i] = c - 'a' + 'A'
		}
	}
	return "0x" + string(out)
}

// keccak256 is the hash that the chain uses: SHA-3 before its padding changed,
// which the standard library does not have. Inputs here are below one block.
func keccak256(msg []byte) [32]byte {
	const rate = 136
	var block [rate]byte
	n := copy(block[:rate-1], msg)
	block[n] = 0x01
	block[rate-1] |= 0x80
	var state [25]uint64
	for i := range rate / 8 {
		state[i] = binary.LittleEndian.Uint64(block[i*8:])
	}
	keccakF(&state)
	var out [32]byte
	for i := range 4 {
		binary.LittleEndian.PutUint64(out[i*8:], state[i])
	}
	return out
}

func keccakF(a *[25]uint64) {
	lfsr := byte(1)
	for range 24 {
		keccakRound(a)
		for j := range 7 { // iota: the round constant from its shift register
			if lfsr&1 != 0 {
				a[0] ^= 1 << (1<<j - 1)
			}
			high := lfsr&0x80 != 0
			lfsr <<= 1
			if high {
				lfsr ^= 0x71
			}
		}
	}
}

func keccakRound(a *[25]uint64) {
	var c [5]uint64
	for x := range 5 {
		c[x] = a[x] ^ a[x+5] ^ a[x+10] ^ a[x+15] ^ a[x+20]
	}
	for i := range a { // theta
		x := i % 5
		a[i] ^= c[(x+4)%5] ^ bits.RotateLeft64(c[(x+1)%5], 1)
	}
	x, y, moved := 1, 0, a[1]
	for t := range 24 { // rho and pi
		x, y = y, (2*x+3*y)%5
		at := x + 5*y
		moved, a[at] = a[at], bits.RotateLeft64(moved, (t+1)*(t+2)/2)
	}
	for row := 0; row < 25; row += 5 { // chi
		var r [5]uint64
		copy(r[:], a[row:row+5])
		for x := range 5 {
			a[row+x] = r[x] ^ ^r[(x+1)%5]&r[(x+2)%5]
		}
	}
}
