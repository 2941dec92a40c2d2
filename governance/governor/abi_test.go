package governor

import (
	"bytes"
	"math/big"
	"testing"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

func TestCall(t *testing.T) {
	c := call("0xaa", "hasVoted(uint256,address)", big.NewInt(7), common.HexToAddress("0x09"))
	if want := words(common.FromHex("0x43859632"), number(7), number(9)); !bytes.Equal(c.Data, want) || c.To != "0xaa" {
		t.Errorf("%x", c.Data)
	}
	if c = call("", "supportsInterface(bytes4)", [4]byte{1, 2, 3, 4}); !bytes.Equal(c.Data[4:8], []byte{1, 2, 3, 4}) || len(c.Data) != 36 {
		t.Errorf("%x", c.Data)
	}
}

func TestDirtyBits(t *testing.T) {
	dirty := bytes.Repeat([]byte{0xff}, 32)
	r := governance.CallResult{Data: dirty}
	_, a := addressOf(r, 0)
	_, n := numberOf(r, 0)
	_, b := boolOf(r, 0)
	_, two := boolOf(governance.CallResult{Data: number(2)}, 0)
	_, undone := uintOf(governance.CallResult{Data: number(2), Reverted: true}, 0)
	_, beyond := word(r, 1)
	if a || n || b || two || undone || beyond {
		t.Error(a, n, b, two, undone, beyond)
	}
}

func TestParameters(t *testing.T) {
	got := parameters("support=bravo,fractional&quorum=for,abstain&params=fractional&support=evil&x")
	if got["support"] != "bravo,fractional" || got["params"] != "fractional" || got["quorum"] != "for,abstain" {
		t.Errorf("%v", got)
	}
}

// FuzzAnswers: whatever a contract gives back, reading it does not fail, and
// what is shown is fit to be shown.
func FuzzAnswers(f *testing.F) {
	f.Add(text("mode=timestamp"), byte(0))
	f.Add(domainAnswer(0x0f, "Governor", "1", 1, common.HexToAddress("0xaa")), byte(3))
	f.Add(words(number(32), number(-1)), byte(1))
	f.Add(bytes.Repeat([]byte{0xff}, 300), byte(200))
	f.Fuzz(func(t *testing.T, data []byte, i byte) {
		r := governance.CallResult{Data: data}
		for _, at := range []int{int(i), -int(i), 1 << 60} {
			word(r, at)
			uintOf(r, at)
			boolOf(r, at)
			addressOf(r, at)
			if s, ok := stringOf(r, at); ok && len(s) > maxText {
				t.Errorf("%d bytes of text", len(s))
			}
			exactText(r, at)
		}
		if d, err := domainClaim(r, 1, "0x00000000000000000000000000000000000000AA"); err == nil && (d.ChainID != 1 || !printable(d.Name+d.Version)) {
			t.Errorf("%+v", d)
		}
		shown := []string{symbolOf(r), answers{"x": r}.shown("x"), clean(string(data), 20)}
		for _, s := range shown {
			if !utf8.ValidString(s) || utf8.RuneCountInString(s) > 80 || !printable(s) {
				t.Errorf("%q", s)
			}
		}
		parameters(string(data))
		clone(data)
		delegation(data)
		(contract{code: data}).offers("castVote(uint256,uint8)")
	})
}
