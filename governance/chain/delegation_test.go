package chain

import (
	"context"
	"encoding/hex"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
	"mandate/governance/ballot"
)

func (w *world) delegate(from common.Address, space, to string) {
	w.t.Helper()
	id, err := spaceKey(space)
	if err != nil {
		w.t.Fatal(err)
	}
	data := hexutil.MustDecode(ballot.ClearDelegate(id))
	if to != "" {
		text, err := ballot.SetDelegate(id, to)
		if err != nil {
			w.t.Fatal(err)
		}
		data = hexutil.MustDecode(text)
	}
	w.does(from, ballot.RegistryV1, data)
}

func TestRegistryDelegate(t *testing.T) {
	w := newWorld(t)
	w.put(ballot.RegistryV1, "DelegateRegistry")
	c := w.chains()
	read := func(space string) string {
		t.Helper()
		to, err := c.RegistryDelegate(context.Background(), 1, strings.ToLower(ballot.RegistryV1), w.accounts[0].Hex(), space)
		if err != nil {
			t.Fatal(err)
		}
		return to
	}
	if read("") != "" || read("mandate.eth") != "" {
		t.Fatal("somebody before anybody was named")
	}
	w.delegate(w.accounts[0], "mandate.eth", w.accounts[1].Hex())
	w.delegate(w.accounts[0], "", w.accounts[2].Hex())
	if read("mandate.eth") != w.accounts[1].Hex() || read("") != w.accounts[2].Hex() || read("mandate.et") != "" {
		t.Error(read("mandate.eth"), read(""))
	}
	w.delegate(w.accounts[0], "mandate.eth", "")
	if read("mandate.eth") != "" || read("") != w.accounts[2].Hex() {
		t.Error("what was cleared is still there")
	}
	for name, tt := range map[string]struct {
		chain                    uint64
		registry, account, space string
		code                     governance.Code
	}{
		"no such contract": {1, w.owner, w.owner, "a.eth", governance.Invalid},
		"no such chain":    {2, ballot.RegistryV1, w.owner, "a.eth", governance.Denied},
		"no account":       {1, ballot.RegistryV1, "ada.eth", "a.eth", governance.Invalid},
		"no registry":      {1, "registry", w.owner, "a.eth", governance.Invalid},
		"a long space":     {1, ballot.RegistryV1, w.owner, strings.Repeat("a", 32), governance.Invalid},
	} {
		if to, err := c.RegistryDelegate(context.Background(), tt.chain, tt.registry, tt.account, tt.space); governance.CodeOf(err) != tt.code || to != "" {
			t.Errorf("%s: %s, %v", name, to, err)
		}
	}
}

func TestTokenDelegate(t *testing.T) {
	w := newWorld(t)
	token, c := w.deploy("VotesToken"), w.chains()
	for _, want := range []string{"", w.accounts[3].Hex(), w.accounts[0].Hex()} {
		if want != "" {
			w.does(w.accounts[0], token, pack("delegate(address)", address(want)))
		}
		if to, err := c.TokenDelegate(context.Background(), 1, token, w.accounts[0].Hex()); to != want || err != nil {
			t.Errorf("%s, %v, want %s", to, err, want)
		}
	}
	if _, err := c.TokenDelegate(context.Background(), 1, w.deploy("Factory"), w.owner); governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
}

// split encodes setDelegation.
func split(space string, expires int64, shares ...any) []byte {
	tail := []byte{}
	for _, s := range shares {
		switch s := s.(type) {
		case common.Address:
			tail = append(tail, common.BytesToHash(s[:]).Bytes()...)
		case common.Hash:
			tail = append(tail, s[:]...)
		case int64:
			tail = append(tail, common.BigToHash(big.NewInt(s)).Bytes()...)
		}
	}
	data := pack("setDelegation(string,(bytes32,uint256)[],uint256)", []byte(space), [32]byte{}, [32]byte(common.BigToHash(big.NewInt(expires))))
	at := common.BigToHash(big.NewInt(int64(len(data) - 4)))
	copy(data[4+word:], at[:])
	count := common.BigToHash(big.NewInt(int64(len(shares) / 2)))
	return append(append(data, count[:]...), tail...)
}

func TestSplitDelegation(t *testing.T) {
	w := newWorld(t)
	contract := w.deploy("SplitDelegation")
	w.put(ballot.SplitV2, "SplitDelegation")
	now := time.Now()
	c := w.chains()
	slices.SortFunc(w.accounts, func(a, b common.Address) int { return a.Cmp(b) })
	from, some, more := w.accounts[9], w.accounts[0], w.accounts[1]
	foreign := common.HexToHash("0xff00000000000000000000000000000000000000000000000000000000000001")
	read := func(space string) []governance.Holder {
		t.Helper()
		holders, err := c.SplitDelegation(context.Background(), 1, ballot.SplitV2, space, from.Hex())
		if err != nil {
			t.Fatal(err)
		}
		return holders
	}
	if got := read("mandate.eth"); len(got) != 0 {
		t.Error(got)
	}
	expires := now.Add(time.Hour).Unix()
	w.does(from, ballot.SplitV2, split("mandate.eth", expires, some, int64(1), more, int64(3)))
	got := read("mandate.eth")
	if len(got) != 2 || got[0].Address != some.Hex() || got[0].Share != 0.25 || got[1].Address != more.Hex() || got[1].Share != 0.75 ||
		got[0].Kind != governance.DelegateSplit || got[0].Expires.Unix() != expires {
		t.Errorf("%+v", got)
	}
	w.does(from, ballot.SplitV2, split("never.eth", 0, some, int64(5), foreign, int64(5)))
	if got = read("never.eth"); len(got) != 1 || got[0].Share != 0.5 || !got[0].Expires.IsZero() {
		t.Errorf("%+v", got)
	}
	w.does(from, ballot.SplitV2, split("past.eth", now.Add(-time.Hour).Unix(), some, int64(5)))
	w.does(from, ballot.SplitV2, split("nothing.eth", 0, some, int64(0)))
	if got = read("past.eth"); len(got) != 0 {
		t.Errorf("expired: %+v", got)
	}
	if got = read("nothing.eth"); len(got) != 1 || got[0].Share != 0 {
		t.Errorf("%+v", got)
	}
	w.does(from, ballot.SplitV2, pack("clearDelegation(string)", []byte("mandate.eth")))
	if got = read("mandate.eth"); len(got) != 0 {
		t.Errorf("cleared: %+v", got)
	}
	if holders, err := c.SplitDelegation(context.Background(), 1, contract, "", from.Hex()); err != nil || len(holders) != 0 {
		t.Error(holders, err)
	}
	if _, err := c.SplitDelegation(context.Background(), 1, w.owner, "mandate.eth", from.Hex()); governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte{})
	f.Add(arguments([]byte("ada.eth"), [32]byte{1}))
	f.Add(append(make([]byte, 31), bytes255()...))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = addressAt(data, 0)
		if s, ok := textAt(data, 0); ok && len(s) > len(data) {
			t.Error("more text than there is")
		}
		holders, ok := readSplit(data)
		sum := 0.0
		for _, h := range holders {
			sum += h.Share
		}
		if ok && (math.IsNaN(sum) || sum > 1.0001) {
			t.Errorf("shares of %v in %s", sum, hex.EncodeToString(data))
		}
	})
}

func bytes255() []byte { return []byte(strings.Repeat("\xff", 255)) }
