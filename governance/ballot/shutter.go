package ballot

import (
	"bytes"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/crypto"
	bn256 "github.com/ethereum/go-ethereum/crypto/bn256/cloudflare"

	"mandate/governance"
)

// EonKey is the public key of Shutter's keypers for Snapshot, a point of
// alt_bn128's G2 (a constant of sx.js; a setting can replace it).
const EonKey = "0x0e6493bbb4ee8b19aa9b70367685049ff01dc9382c46aed83f8bc07d2a5ba3e6" +
	"030bd83b942c1fd3dff5b79bef3b40bf6b666e51e7f0be14ed62daaffad47435" +
	"265f5c9403b1a801921981f7d8659a9bd91fe92fb1cf9afdb16178a532adfaf5" +
	"1a237103874bb03afafe9cab2118dae1be5f08a0a28bf488c1581e9db4bc23ca"

const (
	pointBytes = 128 // of G2
	blockBytes = 32
)

// Shield encrypts a choice to the keypers, who publish the key of a proposal
// after its end (Shutter's identity-based encryption as in
// @shutter-network/shutter-crypto 1.0.1, which Snapshot uses). proposal is
// the identity, key the keypers' eon key. sigma must be fresh random bytes
// and kept secret until the end: who has it can read the choice. The length
// tells how many blocks of 32 bytes the choice fills.
func Shield(proposal string, plain []byte, key string, sigma [32]byte) (string, error) {
	epoch, err := epochID(proposal)
	if err != nil {
		return "", err
	}
	eon, err := point(key)
	if err != nil {
		return "", err
	}
	identity := new(bn256.G1).ScalarBaseMult(number(epoch[:]))
	r := number(sigma[:])
	r.Mod(r, bn256.Order)
	secret := new(bn256.GT).ScalarMult(bn256.Pair(identity, eon), r)

	out := new(bn256.G2).ScalarBaseMult(r).Marshal()
	out = append(out, xor(sigma[:], crypto.Keccak256(secret.Marshal()))...)
	blocks := pad(plain)
	for i, k := range blockKeys(sigma, len(blocks)/blockBytes) {
		out = append(out, xor(blocks[i*blockBytes:(i+1)*blockBytes], k)...)
	}
	return "0x" + hex.EncodeToString(out), nil
}

// Unshield reads a ciphertext with the sigma that made it. It shows after the
// fact what an own vote said; the keypers' key is not needed.
func Unshield(cipher string, sigma [32]byte) ([]byte, error) {
	raw, ok := unhex(cipher)
	body := len(raw) - pointBytes - blockBytes
	if !ok || body < blockBytes || body%blockBytes != 0 {
		return nil, bad("This is not a shielded choice.")
	}
	padded := raw[pointBytes+blockBytes:]
	var plain []byte
	for i, k := range blockKeys(sigma, body/blockBytes) {
		plain = append(plain, xor(padded[i*blockBytes:(i+1)*blockBytes], k)...)
	}
	n := int(plain[len(plain)-1])
	if n < 1 || n > blockBytes || !bytes.Equal(plain[len(plain)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil, bad("The shielded choice was made with other random bytes.")
	}
	return plain[:len(plain)-n], nil
}

// epochID is the proposal's id as 32 bytes: its own where it is a hash, its
// text otherwise (at most 31 bytes, as formatBytes32String wants it).
func epochID(proposal string) (id [32]byte, err error) {
	if strings.HasPrefix(proposal, "0x") {
		raw, ok := unhex(proposal)
		if !ok || len(raw) != len(id) {
			return id, bad("The proposal's id has no 32 bytes.")
		}
		return [32]byte(raw), nil
	}
	if proposal == "" || len(proposal) >= len(id) {
		return id, bad("Proposals with an id of this form cannot have shielded votes.")
	}
	copy(id[:], proposal)
	return id, nil
}

func point(key string) (*bn256.G2, error) {
	raw, err := hex.DecodeString(strings.TrimPrefix(key, "0x"))
	if err != nil || len(raw) != pointBytes {
		return nil, bad("The key for shielded votes has no %d bytes.", pointBytes)
	}
	p := new(bn256.G2)
	if _, err := p.Unmarshal(raw); err != nil {
		return nil, governance.Wrap(governance.Invalid, err, "The key for shielded votes is not a point of the curve.")
	}
	return p, nil
}

// number hashes bytes to an integer.
func number(b []byte) *big.Int { return new(big.Int).SetBytes(crypto.Keccak256(b)) }

// pad is PKCS#7 to whole blocks; it always adds something.
func pad(plain []byte) []byte {
	n := blockBytes - len(plain)%blockBytes
	return append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
}

// blockKeys derives a key for each block. The counter stands as a signed
// varint in a buffer of ten bytes, all of which are hashed.
func blockKeys(sigma [32]byte, n int) [][]byte {
	keys := make([][]byte, n)
	buffer := make([]byte, binary.MaxVarintLen64)
	for i := range keys {
		binary.PutVarint(buffer, int64(i))
		keys[i] = crypto.Keccak256(sigma[:], buffer)
	}
	return keys
}

func xor(a, b []byte) []byte {
	out := make([]byte, len(a))
	subtle.XORBytes(out, a, b)
	return out
}
