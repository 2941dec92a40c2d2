package ballot_test

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/ballot"
)

func fromHex(t testing.TB, s string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(strings.TrimPrefix(s, "0x"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// testKey is a key that only tests know.
func testKey(t testing.TB, name string) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte("ballot test " + name)))
	if err != nil {
		t.Fatal(err)
	}
	return key, crypto.PubkeyToAddress(key.PublicKey).Hex()
}

func sign(t testing.TB, digest [32]byte, key *ecdsa.PrivateKey) string {
	t.Helper()
	sig, err := crypto.Sign(digest[:], key)
	if err != nil {
		t.Fatal(err)
	}
	sig[64] += 27
	return "0x" + hex.EncodeToString(sig)
}

func recovered(t testing.TB, digest [32]byte, text string) string {
	t.Helper()
	sig, err := ballot.ParseSignature(text)
	if err != nil {
		t.Fatal(err)
	}
	who, err := ballot.Recover(digest, sig)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func TestSignatureForms(t *testing.T) {
	digest := ballot.PersonalDigest([]byte("A text of this test"))
	for _, name := range []string{"a", "b", "c", "d"} { // both values of v
		key, address := testKey(t, name)
		full := fromHex(t, sign(t, digest, key))
		zeroOne := append(append([]byte{}, full[:64]...), full[64]-27)
		compact := append([]byte{}, full[:64]...)
		compact[32] |= (full[64] - 27) << 7
		for form, sig := range map[string][]byte{"27/28": full, "0/1": zeroOne, "EIP-2098": compact} {
			if got := recovered(t, digest, "0x"+hex.EncodeToString(sig)); got != address {
				t.Errorf("%s: %s, want %s", form, got, address)
			}
		}
	}
}

func TestSignatureRefused(t *testing.T) {
	key, _ := testKey(t, "a")
	digest := ballot.PersonalDigest([]byte("A text of this test"))
	good := fromHex(t, sign(t, digest, key))
	changed := func(change func(sig []byte)) []byte {
		sig := append([]byte{}, good...)
		change(sig)
		return sig
	}
	order := crypto.S256().Params().N
	cases := map[string]struct {
		sig  []byte
		want string
	}{
		"high s": {changed(func(s []byte) {
			new(big.Int).Sub(order, new(big.Int).SetBytes(s[32:64])).FillBytes(s[32:64])
			s[64] = 55 - s[64]
		}), "s is high"},
		"v 29":            {changed(func(s []byte) { s[64] = 29 }), "last byte is 29"},
		"v 2":             {changed(func(s []byte) { s[64] = 2 }), "last byte is 2"},
		"v 255":           {changed(func(s []byte) { s[64] = 255 }), "last byte is 255"},
		"zero r":          {changed(func(s []byte) { clear(s[:32]) }), "zero"},
		"zero s":          {changed(func(s []byte) { clear(s[32:64]) }), "zero"},
		"all zero":        {changed(func(s []byte) { clear(s) }), "zero"},
		"all zero, 64":    {make([]byte, 64), "zero"},
		"r of the order":  {changed(func(s []byte) { order.FillBytes(s[:32]) }), "out of range"},
		"r on no point":   {changed(func(s []byte) { big.NewInt(5).FillBytes(s[:32]) }), "no key"},
		"66 bytes":        {append(append([]byte{}, good...), 0), "66 bytes"},
		"compact, high s": {append(append([]byte{}, good[:32]...), bytes.Repeat([]byte{0xff}, 32)...), "s is high"},
	}
	for name, c := range cases {
		who, err := ballot.Recover(digest, c.sig)
		if governance.CodeOf(err) != governance.Invalid || !strings.Contains(governance.MessageOf(err), c.want) {
			t.Errorf("%s: %q, %v", name, who, err)
		}
	}
	for n := range 65 {
		if n < 64 {
			if _, err := ballot.ParseSignature("0x" + hex.EncodeToString(good[:n])); governance.CodeOf(err) != governance.Invalid {
				t.Errorf("%d bytes: %v", n, err)
			}
		}
		if _, err := ballot.Recover(digest, good[:n]); n < 64 && governance.CodeOf(err) != governance.Invalid {
			t.Errorf("recover %d bytes: %v", n, err)
		}
	}
}

func TestParseSignatureText(t *testing.T) {
	for text, ok := range map[string]bool{
		"":                                    false,
		"0x":                                  false,
		strings.Repeat("ab", 65):              false,
		"0x" + strings.Repeat("ab", 65):       true,
		"0x" + strings.Repeat("zz", 65):       false,
		"0x" + strings.Repeat("ab", 65) + "a": false,
		"0x" + strings.Repeat("ab", 1499):     true, // a contract wallet's
		"0x" + strings.Repeat("ab", 1500):     false,
		"\n0x" + strings.Repeat("ab", 65):     true,
	} {
		if _, err := ballot.ParseSignature(text); (err == nil) != ok {
			t.Errorf("%.20q, %d characters: %v", text, len(text), err)
		}
	}
}

func TestIsHash(t *testing.T) {
	digits := strings.Repeat("0aF9", 16)
	for text, want := range map[string]bool{"0x" + digits: true, digits: false, "0X" + digits: false, "0x" + digits[1:]: false, "0x" + digits + "00": false,
		"0x" + digits[:63] + "g": false, "0x": false, "": false} {
		if ballot.IsHash(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestChecksum(t *testing.T) {
	const sum = "0x469788fE6E9E9681C6ebF3bF78e7Fd26Fc015446"
	for in, want := range map[string]string{
		sum:                             sum,
		strings.ToLower(sum):            sum,
		"0x" + strings.ToUpper(sum[2:]): sum,
		"0x469788FE6E9E9681C6ebF3bF78e7Fd26Fc015446": "", // one letter in the wrong case
		"0X469788fE6E9E9681C6ebF3bF78e7Fd26Fc015446": "",
		sum[2:]:                        "",
		sum[:41]:                       "",
		sum + "00":                     "",
		"":                             "",
		"vitalik.eth":                  "",
		"0x" + strings.Repeat("g", 40): "",
		"0x" + strings.Repeat("0", 40): ballot.Zero,
	} {
		got, err := ballot.Checksum(in)
		if got != want || (err == nil) != (want != "") || err != nil && governance.CodeOf(err) != governance.Invalid {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	// The examples of EIP-55.
	for _, a := range []string{"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"} {
		if got, err := ballot.Checksum(ballot.Lower(a)); got != a || err != nil {
			t.Errorf("%s: %s, %v", a, got, err)
		}
	}
}
