package chain

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
)

// simulation is a call of the answers' contract from nobody.
func simulation(answers string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"blockStateCalls":[{"calls":[{"from":%q,"to":%q,"data":%q}]}]}`, someone, answers, hexutil.Encode(pack("square(uint256)", n(12)))))
}

func checkSimulation(t *testing.T, c *Chains, answers string) {
	t.Helper()
	ctx := context.Background()
	raw, err := c.Simulate(ctx, 1, 0, simulation(answers))
	var blocks []struct {
		Calls []struct {
			ReturnData hexutil.Bytes
			Status     hexutil.Uint64
		}
	}
	if err == nil {
		err = json.Unmarshal(raw, &blocks)
	}
	if err != nil || len(blocks) != 1 || len(blocks[0].Calls) != 1 || blocks[0].Calls[0].Status != 1 || blocks[0].Calls[0].ReturnData[31] != 144 {
		t.Errorf("%s %v", raw, err)
	}
	if _, err := c.Simulate(ctx, 1, 0, json.RawMessage(`{"blockStateCalls":"none"}`)); governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
	call := governance.ContractCall{To: someone, Data: pack("square(uint256)", n(12))}
	overrides := json.RawMessage(fmt.Sprintf(`{%q:{"code":"0x602a60005260206000f3"}}`, someone))
	if r, err := c.CallWith(ctx, 1, 0, call, overrides); err != nil || r.Reverted || len(r.Data) != 32 || r.Data[31] != 42 {
		t.Error(r, err)
	}
	if r, err := c.CallWith(ctx, 1, 0, call, nil); err != nil || r.Reverted || len(r.Data) != 0 {
		t.Error(r, err)
	}
	refused := governance.ContractCall{To: answers, Data: pack("says(string)", []byte("no"))}
	if r, err := c.CallWith(ctx, 1, 0, refused, json.RawMessage(`{}`)); err != nil || !r.Reverted || r.Reason != "no" {
		t.Error(r, err)
	}
	if _, err := c.CallWith(ctx, 1, 0, call, json.RawMessage(`"none"`)); governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
}

func TestSimulate(t *testing.T) {
	w := newWorld(t)
	answers := w.deploy("Answers")
	checkSimulation(t, w.chains(), answers)
	ctx := context.Background()
	old := newProxy(t, w.url)
	old.each = func(q question, _ func() string) string {
		switch {
		case q.Method == "eth_simulateV1":
			return errorReply(q, -32601, "the method eth_simulateV1 does not exist/is not available")
		case len(q.Params) > 2:
			return errorReply(q, -32602, "too many arguments, want at most 2")
		}
		return ""
	}
	c := try(old.URL)
	for range 3 {
		if _, err := c.Simulate(ctx, 1, 0, simulation(answers)); governance.CodeOf(err) != governance.Denied {
			t.Error(err)
		}
	}
	if old.asked("eth_simulateV1") != 1 {
		t.Errorf("asked %d times", old.asked("eth_simulateV1"))
	}
	c.now = c.now.Add(2 * time.Hour)
	if _, err := c.Simulate(ctx, 1, 0, simulation(answers)); governance.CodeOf(err) != governance.Denied || old.asked("eth_simulateV1") != 2 {
		t.Error(err)
	}
	if _, err := c.CallWith(ctx, 1, 0, governance.ContractCall{To: answers}, json.RawMessage(`{}`)); governance.CodeOf(err) != governance.Denied {
		t.Error(err)
	}
	if !c.Hosts(1)[0].OK {
		t.Errorf("%+v", c.Hosts(1))
	}
	checkSimulation(t, w.chains(old.URL, w.url), answers)
}

func TestFee(t *testing.T) {
	w := newWorld(t)
	answers := w.deploy("Answers")
	ctx := context.Background()
	tx := governance.Transaction{ChainID: 1, From: w.accounts[1].Hex(), To: answers, Data: hexutil.Encode(pack("square(uint256)", n(3)))}
	check := func(c *Chains) {
		t.Helper()
		fee, err := c.Fee(ctx, 1, tx)
		most, ok := new(big.Int).SetString(fee.MaxWei, 10)
		like, fine := new(big.Int).SetString(fee.LikeWei, 10)
		if err != nil || fee.Gas < 21000 || fee.Gas > 40000 || !ok || !fine || like.Sign() <= 0 || most.Cmp(like) <= 0 {
			t.Errorf("%+v %v", fee, err)
		}
	}
	check(w.chains())
	flat := newProxy(t, w.url)
	flat.each = func(q question, _ func() string) string {
		if q.Method == "eth_feeHistory" {
			return errorReply(q, -32601, "the method does not exist")
		}
		return ""
	}
	if fee, err := w.chains(flat.URL).Fee(ctx, 1, tx); err != nil || fee.LikeWei == "0" {
		t.Errorf("%+v %v", fee, err)
	}
	for _, tt := range []struct{ data, value, want string }{
		{hexutil.Encode(pack("says(string)", []byte("voting is closed"))), "", "would fail: voting is closed."},
		{hexutil.Encode(pack("silent()")), "", "would fail."},
		{"0x", "1000000000000000000000000000", "would fail"},
		{"0x1", "", "not whole"},
		{"0x", "-1", "no amount"},
		{"0x", "a", "no amount"},
	} {
		tx := tx
		tx.Data, tx.Value = tt.data, tt.value
		if _, err := w.chains().Fee(ctx, 1, tx); governance.CodeOf(err) != governance.Invalid || !strings.Contains(governance.MessageOf(err), tt.want) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
	tx.From = ""
	if _, err := w.chains().Fee(ctx, 1, tx); governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
	if fee := feeOf(100, big.NewInt(10), big.NewInt(1)); fee != (governance.Fee{Gas: 100, MaxWei: "2520", LikeWei: "1100"}) {
		t.Errorf("%+v", fee)
	}
}

func TestTransactionInFull(t *testing.T) {
	w := newWorld(t)
	answers := address(w.deploy("Answers"))
	c := func() *Chains { return w.chains() }
	read := func(hash string) governance.Mined {
		t.Helper()
		m, err := c().Transaction(context.Background(), 1, hash)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	from := w.accounts[3]
	good := w.send(from, &answers, pack("square(uint256)", n(3)))
	w.mined(good)
	bad := w.send(from, &answers, pack("says(string)", []byte("too late")))
	w.mined(bad)
	m := read(good.Hex())
	if m.Nonce != 0 || m.Sent != 2 || m.Final || len(m.Hash) != 66 || m.Reason != "" {
		t.Errorf("%+v", m)
	}
	if m = read(bad.Hex()); m.Nonce != 1 || m.Sent != 2 || !m.Reverted || m.Reason != "too late" {
		t.Errorf("%+v", m)
	}
	w.ask(nil, "anvil_mine", hexutil.Uint64(80))
	if m = read(good.Hex()); !m.Final {
		t.Errorf("%+v", m)
	}
	forked := newProxy(t, w.url)
	forked.each = func(q question, next func() string) string {
		if q.Method == "eth_getTransactionReceipt" {
			return strings.Replace(next(), `"blockHash":"`+m.Hash, `"blockHash":"`+aHash, 1)
		}
		return ""
	}
	if m, err := w.chains(forked.URL).Transaction(context.Background(), 1, good.Hex()); err != nil || m.Final || m.Hash != aHash {
		t.Errorf("%+v %v", m, err)
	}
	w.ask(nil, "evm_setAutomine", false)
	waiting := w.send(from, &answers, pack("square(uint256)", n(3)))
	if m = read(waiting.Hex()); m.Nonce != 2 || m.Sent != 2 || m.Mined || m.Final || m.Hash != "" {
		t.Errorf("%+v", m)
	}
}
