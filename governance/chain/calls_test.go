package chain

import (
	"bytes"
	"context"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
)

func n(v int64) [32]byte { return common.BigToHash(big.NewInt(v)) }

// everything is one call of each kind.
func everything(answers string) []governance.ContractCall {
	return []governance.ContractCall{
		{To: answers, Data: pack("square(uint256)", n(12))},
		{To: answers, Data: pack("says(string)", []byte("not  today\x00\x1b[2J"))},
		{To: answers, Data: pack("unlucky()")},
		{To: answers, Data: pack("divide(uint256)", n(0))},
		{To: answers, Data: pack("silent()")},
		{To: someone, Data: pack("square(uint256)", n(12))},
		{From: someone, To: answers, Data: pack("sender()")},
		{To: answers, Data: pack("words(uint256)", n(0))},
	}
}

func checkEverything(t *testing.T, name string, got []governance.CallResult, err error) {
	t.Helper()
	if err != nil || len(got) != 8 {
		t.Errorf("%s: %v", name, err)
		return
	}
	for i, want := range []string{
		"0x" + strings.Repeat("0", 62) + "90", "! not  today[2J", "! error 0x" + hexutil.Encode(pack("Unlucky(uint256)"))[2:], "! panic 0x12: a division by zero", "! ", "0x",
		"0x" + strings.Repeat("0", 24) + strings.ToLower(someone[2:]), "0x" + strings.Repeat("0", 62) + "20" + strings.Repeat("0", 64),
	} {
		text := hexutil.Encode(got[i].Data)
		if got[i].Reverted {
			text = "! " + got[i].Reason
		}
		if text != want || (got[i].Data == nil) != got[i].Reverted {
			t.Errorf("%s, call %d: %s, want %s", name, i, text, want)
		}
	}
}

func TestCalls(t *testing.T) {
	w := newWorld(t)
	answers := w.deploy("Answers")
	ctx := context.Background()
	p := newProxy(t, w.url)
	got, err := w.chains(p.URL).Calls(ctx, 1, 0, everything(answers))
	checkEverything(t, "a batch", got, err)
	if p.requests.Load() != 2 {
		t.Errorf("%d requests", p.requests.Load())
	}
	for name, refusal := range map[string]func(w http.ResponseWriter){
		"no list": func(w http.ResponseWriter) {
			_, _ = fmt.Fprint(w, `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch requests are not supported"}}`)
		},
		"400": func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadRequest) },
		"403": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprint(w, `{"error":{"code":-32600,"message":"Batching is not in your plan"}}`)
		},
		"one error": func(w http.ResponseWriter) {
			_, _ = fmt.Fprint(w, `[{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch limit exceeded"}}]`)
		},
	} {
		p := newProxy(t, w.url)
		p.http = func(w http.ResponseWriter, body []byte) bool {
			if !bytes.HasPrefix(body, []byte("[")) {
				return false
			}
			refusal(w)
			return true
		}
		c := w.chains(p.URL)
		for _, time := range []string{"first", "second"} {
			got, err := c.Calls(ctx, 1, 0, everything(answers))
			checkEverything(t, name+" the "+time+" time", got, err)
		}
		if p.requests.Load() > 1+1+8+8 {
			t.Errorf("%s: %d requests", name, p.requests.Load())
		}
	}
	t.Run("ten at once", func(t *testing.T) {
		p := newProxy(t, w.url)
		p.http = func(w http.ResponseWriter, body []byte) bool {
			if strings.Count(string(body), `"method"`) <= 10 {
				return false
			}
			_, _ = fmt.Fprint(w, `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Batch size too large"}}`)
			return true
		}
		checkSquares(t, w.chains(p.URL), answers, 95)
		if p.requests.Load() != 1+1+10 {
			t.Errorf("%d requests", p.requests.Load())
		}
	})
	t.Run("many", func(t *testing.T) {
		p := newProxy(t, w.url)
		checkSquares(t, w.chains(p.URL), answers, 250)
		if p.requests.Load() != 1+1+3 || p.asked("eth_blockNumber") != 1 {
			t.Errorf("%d requests %v", p.requests.Load(), p.methods)
		}
	})
	t.Run("at a block", func(t *testing.T) {
		w.ask(nil, "anvil_mine", hexutil.Uint64(10))
		c := w.chains()
		for at, want := range map[uint64]int64{5: 5, 0: 11} {
			got, err := c.Calls(ctx, 1, at, []governance.ContractCall{{To: answers, Data: pack("height()")}})
			if err != nil || common.BytesToHash(got[0].Data) != n(want) {
				t.Errorf("%d: %v %v", at, got, err)
			}
		}
		if _, err := c.Calls(ctx, 1, 5000, []governance.ContractCall{{To: answers, Data: pack("height()")}}); governance.CodeOf(err) != governance.Upstream {
			t.Error(err)
		}
	})
	t.Run("long answers", func(t *testing.T) {
		calls := make([]governance.ContractCall, 16)
		for i := range calls { // 1.2 MB of hex each
			calls[i] = governance.ContractCall{To: answers, Data: pack("words(uint256)", n(18000))}
		}
		got, err := w.chains().Calls(ctx, 1, 0, calls)
		if err != nil || len(got) != 16 || len(got[15].Data) != 18000*32+64 {
			t.Error(err)
		}
	})
	t.Run("not addresses", func(t *testing.T) {
		for _, call := range []governance.ContractCall{{}, {To: "mandate.eth"}, {To: answers, From: "me"}} {
			if _, err := w.chains().Calls(ctx, 1, 0, []governance.ContractCall{call}); governance.CodeOf(err) != governance.Invalid {
				t.Error(err)
			}
		}
		if got, err := w.chains().Calls(ctx, 1, 0, nil); len(got) != 0 || err != nil {
			t.Error(got, err)
		}
	})
}

func checkSquares(t *testing.T, c *Chains, answers string, count int) {
	t.Helper()
	calls := make([]governance.ContractCall, count)
	for i := range calls {
		calls[i] = governance.ContractCall{To: answers, Data: pack("square(uint256)", n(int64(i)))}
	}
	got, err := c.Calls(context.Background(), 1, 0, calls)
	if err != nil || len(got) != count {
		t.Fatal(err)
	}
	for i, r := range got {
		if common.BytesToHash(r.Data) != n(int64(i*i)) {
			t.Fatalf("%d: %x", i, r.Data)
		}
	}
}

// A node that takes no batch is asked through Multicall3, where it stands.
func TestAggregate(t *testing.T) {
	w := newWorld(t)
	answers := w.deploy("Answers")
	w.put(multicall3, "Aggregate")
	p := newProxy(t, w.url)
	p.http = func(w http.ResponseWriter, body []byte) bool {
		if bytes.HasPrefix(body, []byte("[")) {
			w.WriteHeader(http.StatusBadRequest)
			return true
		}
		return false
	}
	c := w.chains(p.URL)
	checkSquares(t, c, answers, 3)
	before := p.requests.Load()
	checkSquares(t, c, answers, 90)
	if p.requests.Load() != before+1 {
		t.Errorf("%d requests", p.requests.Load()-before)
	}
	calls := everything(answers)
	calls[6].From = ""
	calls[6].Data = pack("square(uint256)", n(2))
	got, err := c.Calls(context.Background(), 1, 0, calls)
	if err == nil {
		got[6].Data = common.LeftPadBytes(address(someone).Bytes(), 32)
	}
	checkEverything(t, "aggregate", got, err)
	for _, lie := range []string{`"0x"`, `"0x` + strings.Repeat("ff", 640) + `"`, `"0x` + strings.Repeat("0", 62) + "20" + strings.Repeat("0", 62) + `5a"`} {
		p.each = func(q question, _ func() string) string {
			if q.Method == "eth_call" && strings.Contains(strings.ToLower(string(q.Params[0])), strings.ToLower(multicall3)) {
				return resultReply(q, lie)
			}
			return ""
		}
		checkSquares(t, c, answers, 9) // each alone
	}
}

func TestState(t *testing.T) {
	w := newWorld(t)
	answers := w.deploy("Answers")
	w.ask(nil, "anvil_setStorageAt", answers, common.Hash(n(5)), common.Hash(n(77)))
	w.ask(nil, "anvil_setBalance", someone, "0x1234")
	c, ctx := w.chains(), context.Background()
	code, err := c.Code(ctx, 1, 0, []string{answers, someone})
	if err != nil || len(code) != 2 || hexutil.Encode(code[0]) != "0x"+w.code["Answers"].Runtime || len(code[1]) != 0 {
		t.Error(code, err)
	}
	slots, err := c.Storage(ctx, 1, 0, answers, []common.Hash{n(4), n(5)})
	if err != nil || slots[0] != (common.Hash{}) || slots[1] != n(77) {
		t.Error(slots, err)
	}
	wei, err := c.Balances(ctx, 1, 0, []string{someone, answers})
	if err != nil || wei[0].Int64() != 0x1234 || wei[1].Sign() != 0 {
		t.Error(wei, err)
	}
	for _, err := range []error{
		second(c.Code(ctx, 1, 0, []string{"x"})), second(c.Storage(ctx, 1, 0, "x", nil)), second(c.Balances(ctx, 1, 0, []string{"x"})),
	} {
		if governance.CodeOf(err) != governance.Invalid {
			t.Error(err)
		}
	}
	if _, err := c.Code(ctx, 5, 0, []string{answers}); governance.CodeOf(err) != governance.Denied {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

func FuzzReadAggregate(f *testing.F) {
	f.Add(append(append(wordOf(32), wordOf(1)...), append(append(wordOf(32), wordOf(1)...), append(wordOf(64), wordOf(0)...)...)...), 1)
	f.Fuzz(func(t *testing.T, data []byte, want int) {
		if want < 0 || want > 50 {
			return
		}
		if out, ok := readAggregate(data, want); ok && len(out) != want {
			t.Error(len(out))
		}
		_ = reasonOf(data)
	})
}
