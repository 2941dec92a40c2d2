package ballot

import (
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// maxSignature is what the sequencer's column holds, in characters with 0x.
const maxSignature = 3000

// ParseSignature reads a wallet's signature from 0x text. 64 bytes (EIP-2098)
// and 65 bytes are those of keys; longer ones are contract wallets' own, and
// only their contracts can judge them. Fewer than 64 bytes are none.
func ParseSignature(text string) ([]byte, error) {
	digits, ok := strings.CutPrefix(strings.TrimSpace(text), "0x")
	if !ok || len(digits) > maxSignature-2 {
		return nil, governance.Errorf(governance.Invalid, "The signature is not hex text of at most %d characters that begins with 0x.", maxSignature)
	}
	sig, err := hex.DecodeString(digits)
	if err != nil {
		return nil, governance.Errorf(governance.Invalid, "The signature is not hex text.")
	}
	if len(sig) < 64 {
		return nil, governance.Errorf(governance.Invalid, "The signature has %d bytes. A wallet's signature has 65.", len(sig))
	}
	return sig, nil
}

// Recover returns who signed the digest, in EIP-55. It takes 65 bytes with v
// 27, 28, 0 or 1, and the 64 bytes of EIP-2098. Signatures with a high s are
// refused: each would be the second form of another one.
func Recover(digest [32]byte, sig []byte) (string, error) {
	full, err := expand(sig)
	if err != nil {
		return "", err
	}
	r, s := new(big.Int).SetBytes(full[:32]), new(big.Int).SetBytes(full[32:64])
	if r.Sign() == 0 || s.Sign() == 0 {
		return "", governance.Errorf(governance.Invalid, "The signature is empty: r or s is zero.")
	}
	if !crypto.ValidateSignatureValues(full[64], r, s, true) {
		return "", governance.Errorf(governance.Invalid, "The signature is not in its one valid form: r is out of range or s is high.")
	}
	key, err := crypto.SigToPub(digest[:], full)
	if err != nil {
		return "", governance.Wrap(governance.Invalid, err, "The signature belongs to no key.")
	}
	return crypto.PubkeyToAddress(*key).Hex(), nil
}

// expand returns r, s and a v of 0 or 1.
func expand(sig []byte) ([]byte, error) {
	full := make([]byte, 65)
	switch len(sig) {
	case 64: // EIP-2098: the highest bit of s is v
		copy(full, sig)
		full[64] = sig[32] >> 7
		full[32] &= 0x7f
	case 65:
		copy(full, sig)
		switch v := sig[64]; v {
		case 27, 28:
			full[64] = v - 27
		case 0, 1:
		default:
			return nil, governance.Errorf(governance.Invalid, "The signature's last byte is %d. It must be 27, 28, 0 or 1.", v)
		}
	default:
		return nil, governance.Errorf(governance.Invalid, "The signature has %d bytes. A key's signature has 65 or 64.", len(sig))
	}
	return full, nil
}

// PersonalDigest returns what personal_sign signs for a text (EIP-191,
// version 0x45).
func PersonalDigest(text []byte) [32]byte {
	return crypto.Keccak256Hash([]byte("\x19Ethereum Signed Message:\n"+strconv.Itoa(len(text))), text)
}
