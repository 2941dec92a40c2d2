package ballot_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"mandate/governance"
	"mandate/governance/ballot"
)

// typedSample has every kind of value.
const typedSample = `{"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"chainId","type":"uint256"}],
	"Mail":[{"name":"to","type":"Person[2]"},{"name":"text","type":"string"},{"name":"n","type":"int8"},{"name":"grid","type":"uint16[2][]"},{"name":"raw","type":"bytes"},{"name":"id","type":"bytes4"},{"name":"ok","type":"bool"}],
	"Person":[{"name":"wallet","type":"address"}]},
	"domain":{"name":"Post","chainId":"0x1"},"primaryType":"Mail",
	"message":{"to":[{"wallet":"0x469788fE6E9E9681C6ebF3bF78e7Fd26Fc015446"},{"wallet":"0xde1e8a7e184babd9f0e3af18f40634e9ed6f0905"}],
	"text":"\ud83d\ude80","n":-128,"grid":[[1,"2"],["0xff",65535]],"raw":"0x","id":"0x01020304","ok":true}}`

func FuzzParseTyped(f *testing.F) {
	f.Add([]byte(typedSample))
	f.Add([]byte(`{"types":{"EIP712Domain":[],"A":[{"name":"a","type":"A[]"}]},"domain":{},"primaryType":"A","message":{"a":[null]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		typed, err := ballot.ParseTyped(raw)
		if err != nil {
			if governance.CodeOf(err) != governance.Invalid {
				t.Fatal(err)
			}
			return
		}
		digest, err := typed.Digest()
		if err != nil {
			t.Fatalf("accepted, but no digest: %v", err)
		}
		wallet, err := typed.Wallet()
		if err != nil || !json.Valid(wallet) {
			t.Fatalf("wallet form: %v", err)
		}
		again, err := ballot.ParseTyped(wallet)
		if err != nil {
			t.Fatalf("the wallet's form is refused: %v\n%s", err, wallet)
		}
		if second, err := again.Digest(); err != nil || second != digest {
			t.Fatalf("another digest: %v", err)
		}
	})
}

func FuzzParseChoice(f *testing.F) {
	for _, s := range []string{"1", "[1,2,3]", `{"1":50,"3":50}`, `{"1":1e-7}`, "[]", "null", `"x"`} {
		f.Add(s, uint8(0))
		f.Add(s, uint8(3))
		f.Add(s, uint8(6))
	}
	kinds := []governance.VotingType{governance.SingleChoice, governance.Basic, governance.Approval, governance.RankedChoice,
		governance.Copeland, governance.Quadratic, governance.Weighted, "custom"}
	f.Fuzz(func(t *testing.T, raw string, kind uint8) {
		typ := kinds[int(kind)%len(kinds)]
		c, err := ballot.ParseChoice(typ, 3, json.RawMessage(raw))
		if err != nil {
			if governance.CodeOf(err) != governance.Invalid {
				t.Fatal(err)
			}
			return
		}
		again, err := ballot.ParseChoice(typ, 3, c.JSON())
		if err != nil || !bytes.Equal(again.JSON(), c.JSON()) || c.Labels([]string{"a", "b", "c"}) == "" {
			t.Fatalf("%s became %s: %v", raw, c.JSON(), err)
		}
	})
}

func FuzzParseSignature(f *testing.F) {
	key, _ := testKey(f, "a")
	digest := ballot.PersonalDigest([]byte("x"))
	f.Add(sign(f, digest, key))
	f.Add("0x")
	f.Fuzz(func(t *testing.T, text string) {
		sig, err := ballot.ParseSignature(text)
		if err != nil {
			if governance.CodeOf(err) != governance.Invalid {
				t.Fatal(err)
			}
			return
		}
		if who, err := ballot.Recover(digest, sig); err == nil {
			if sum, err := ballot.Checksum(who); err != nil || sum != who {
				t.Fatalf("%q", who)
			}
		} else if governance.CodeOf(err) != governance.Invalid {
			t.Fatal(err)
		}
	})
}

func FuzzUnshield(f *testing.F) {
	cipher, err := ballot.Shield(testProposal, []byte(`[1,2,3]`), ballot.EonKey, [32]byte{1})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(cipher)
	f.Add("0x")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := ballot.Unshield(text, [32]byte{1}); err != nil && governance.CodeOf(err) != governance.Invalid {
			t.Fatal(err)
		}
	})
}
