package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
	"mandate/governance/governancetest"
)

func nowhere() time.Time { return time.Unix(1790000000, 0) }

const (
	someone = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
	aHash   = "0x1111111111111111111111111111111111111111111111111111111111111111"
	secret  = "s3cretKey00"
)

// question is one JSON-RPC request.
type question struct {
	ID     json.RawMessage   `json:"id"`
	Method string            `json:"method"`
	Params []json.RawMessage `json:"params"`
}

// fake is a node of chain 1 that answers as a test says.
type fake struct {
	*httptest.Server
	asked atomic.Int64 // beside eth_chainId
}

// newFake answers eth_chainId, and hands other questions on.
func newFake(t *testing.T, answer func(w http.ResponseWriter, q question)) *fake {
	t.Helper()
	f := &fake{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q question
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			http.Error(w, "not one question", http.StatusBadRequest)
			return
		}
		if q.Method == "eth_chainId" {
			result(w, q, `"0x1"`)
			return
		}
		f.asked.Add(1)
		answer(w, q)
	}))
	t.Cleanup(f.Close)
	return f
}

// address has what could be keys in its path, query and user.
func (f *fake) address() string {
	return strings.Replace(f.URL, "http://", "http://user:"+secret+"@", 1) + "/v2/" + secret + "?apikey=" + secret
}

func result(w http.ResponseWriter, q question, raw string) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":%s}`, q.ID, raw)
}

func refuse(w http.ResponseWriter, q question, code int, message string) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"error":{"code":%d,"message":%q}}`, q.ID, code, message)
}

func isCode(w http.ResponseWriter, q question) { result(w, q, `"0x6001"`) }

// reader reads chain 1 through the given addresses.
func reader(log io.Writer, urls ...string) *Chains {
	return New(Config{URLs: map[uint64][]string{1: urls}, Client: http.DefaultClient, Log: slog.New(slog.NewTextHandler(log, nil)), Now: nowhere})
}

func TestDefaults(t *testing.T) {
	bad, good := newFake(t, func(w http.ResponseWriter, _ question) { http.Error(w, "no", http.StatusInternalServerError) }), newFake(t, isCode)
	c := New(Config{URLs: map[uint64][]string{1: {bad.URL, good.URL}}})
	if is, err := c.IsContract(context.Background(), 1, someone); !is || err != nil {
		t.Errorf("%v, %v", is, err)
	}
	if none := New(Config{}); none.Has(1) || len(none.IDs()) != 0 {
		t.Error("a chain without a node")
	}
}

func TestFailingNodes(t *testing.T) {
	for name, tt := range map[string]struct {
		answer func(w http.ResponseWriter, q question)
		code   governance.Code
	}{
		"500": {func(w http.ResponseWriter, _ question) { http.Error(w, "no "+secret, http.StatusInternalServerError) }, governance.Upstream},
		"401": {func(w http.ResponseWriter, _ question) { http.Error(w, "no "+secret, http.StatusUnauthorized) }, governance.Upstream},
		"302": {func(w http.ResponseWriter, _ question) {
			w.Header().Set("Location", "/elsewhere/"+secret)
			w.WriteHeader(http.StatusFound)
		}, governance.Upstream},
		"429":              {func(w http.ResponseWriter, _ question) { http.Error(w, "slow down", http.StatusTooManyRequests) }, governance.Limited},
		"HTML":             {func(w http.ResponseWriter, _ question) { _, _ = io.WriteString(w, "<html>"+secret) }, governance.Upstream},
		"nothing":          {func(http.ResponseWriter, question) {}, governance.Upstream},
		"null":             {func(w http.ResponseWriter, _ question) { _, _ = io.WriteString(w, "null") }, governance.Upstream},
		"a number":         {func(w http.ResponseWriter, q question) { result(w, q, "12") }, governance.Upstream},
		"odd hex":          {func(w http.ResponseWriter, q question) { result(w, q, `"0x1"`) }, governance.Upstream},
		"a broken line":    {func(http.ResponseWriter, question) { panic(http.ErrAbortHandler) }, governance.Upstream},
		"rate limit":       {func(w http.ResponseWriter, q question) { refuse(w, q, -32005, "rate limit exceeded") }, governance.Limited},
		"no such method":   {func(w http.ResponseWriter, q question) { refuse(w, q, -32601, "method not found") }, governance.Upstream},
		"its key is wrong": {func(w http.ResponseWriter, q question) { refuse(w, q, -32000, "unknown project "+secret+"\x1b[2J") }, governance.Upstream},
		"no end": {func(w http.ResponseWriter, _ question) {
			_, _ = io.WriteString(w, `{"result":"0x`)
			for range maxAnswer/(1<<16) + 1 {
				_, _ = w.Write(bytes.Repeat([]byte("0"), 1<<16))
			}
		}, governance.Limited},
	} {
		t.Run(name, func(t *testing.T) {
			bad, good, log := newFake(t, tt.answer), newFake(t, isCode), &governancetest.Log{}
			_, err := reader(log, bad.address()).IsContract(context.Background(), 1, someone)
			if governance.CodeOf(err) != tt.code {
				t.Errorf("%v, want %s", err, tt.code)
			}
			if host := strings.TrimPrefix(bad.URL, "http://"); !strings.Contains(governance.MessageOf(err), host) {
				t.Errorf("%q does not name the node", governance.MessageOf(err))
			}
			is, second := reader(log, bad.address(), good.address()).IsContract(context.Background(), 1, someone)
			if !is || second != nil {
				t.Errorf("the other node was not asked: %v", second)
			}
			for _, text := range []string{err.Error(), log.String()} {
				if strings.Contains(text, secret) || strings.Contains(text, "/v2") || strings.ContainsRune(text, '\x1b') {
					t.Errorf("a key, or what a node says, stands in %q", text)
				}
			}
		})
	}
}

func TestWrongChain(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q question
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil || q.Method != "eth_chainId" {
			t.Errorf("it was asked for more than its chain: %s, %v", q.Method, err)
		}
		result(w, q, `"0x5"`)
	}))
	defer other.Close()
	_, err := reader(io.Discard, other.URL).IsContract(context.Background(), 1, someone)
	if governance.CodeOf(err) != governance.Upstream || !strings.Contains(governance.MessageOf(err), "is of chain 5, not of chain 1") {
		t.Error(err)
	}
	good := newFake(t, isCode)
	if is, err := reader(io.Discard, other.URL, good.URL).IsContract(context.Background(), 1, someone); !is || err != nil {
		t.Error(is, err)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, url := range []string{"", "/tmp/geth.ipc", "ws://127.0.0.1:1", "stdio:", "http://", "http://%zz", "file:///etc/passwd", "http://127.0.0.1:1/" + secret} {
		_, err := reader(io.Discard, url).IsContract(context.Background(), 1, someone)
		if governance.CodeOf(err) != governance.Upstream || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// A node that failed is asked last for a while; one that works again is asked
// for its chain again.
func TestFailuresAreRemembered(t *testing.T) {
	var broken atomic.Bool
	first := newFake(t, func(w http.ResponseWriter, q question) {
		if broken.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		isCode(w, q)
	})
	second := newFake(t, isCode)
	now := nowhere()
	c := New(Config{URLs: map[uint64][]string{1: {first.URL, second.URL}}, Client: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }})
	ask := func(wantFirst, wantSecond int64) {
		t.Helper()
		if _, err := c.code(context.Background(), 1, someone); err != nil {
			t.Fatal(err)
		}
		if first.asked.Load() != wantFirst || second.asked.Load() != wantSecond {
			t.Errorf("asked %d and %d times, want %d and %d", first.asked.Load(), second.asked.Load(), wantFirst, wantSecond)
		}
	}
	ask(1, 0)
	broken.Store(true)
	ask(2, 1)
	ask(2, 2)
	broken.Store(false)
	now = now.Add(rest)
	ask(3, 2)
	if got := c.IDs(); len(got) != 1 || got[0] != 1 || !c.Has(1) || c.Has(2) {
		t.Error(got)
	}
}

func TestGivingUp(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stuck := newFake(t, func(http.ResponseWriter, question) { stop(); time.Sleep(20 * time.Millisecond) })
	log := &governancetest.Log{}
	_, err := reader(log, stuck.address(), stuck.address()).IsContract(ctx, 1, someone)
	if governance.CodeOf(err) != governance.Upstream || !strings.Contains(err.Error(), "cut short") || log.String() != "" || stuck.asked.Load() != 1 {
		t.Errorf("%v %s", err, log)
	}
}

func TestTransaction(t *testing.T) {
	w := newWorld(t)
	c := w.chains()
	read := func(hash string) governance.Mined {
		t.Helper()
		m, err := c.Transaction(context.Background(), 1, hash)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if m := read(aHash); m != (governance.Mined{}) {
		t.Errorf("%+v", m)
	}
	registry := address(w.deploy("DelegateRegistry"))
	done := w.send(w.accounts[0], &registry, pack("setDelegate(bytes32,address)", [32]byte{}, w.accounts[1]))
	w.mined(done)
	m := read(done.Hex())
	if !m.Known || !m.Mined || m.Reverted || m.From != w.accounts[0].Hex() || m.To != registry.Hex() || !strings.HasPrefix(m.Data, "0xbd86e508") || m.Block != 2 || m.Depth != 0 {
		t.Errorf("%+v", m)
	}
	w.ask(nil, "anvil_mine", "0x5")
	if m = read("0X" + strings.ToUpper(done.Hex()[2:])); m.Depth != 5 {
		t.Errorf("%+v", m)
	}
	failed := w.send(w.accounts[0], &registry, pack("setDelegate(bytes32,address)", [32]byte{}, w.accounts[1]))
	w.mined(failed)
	if m = read(failed.Hex()); !m.Mined || !m.Reverted {
		t.Errorf("%+v", m)
	}
	w.ask(nil, "evm_setAutomine", false)
	waiting := w.send(w.accounts[0], nil, hexutil.MustDecode("0x6001600055"))
	if m = read(waiting.Hex()); !m.Known || m.Mined || m.To != "" {
		t.Errorf("%+v", m)
	}
	for _, hash := range []string{"", "0x", "0x12", someone, aHash + "00", "0x" + strings.Repeat("zz", 32)} {
		if _, err := c.Transaction(context.Background(), 1, hash); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("%s: %v", hash, err)
		}
	}
	liar := newFake(t, func(w http.ResponseWriter, q question) {
		result(w, q, `{"hash":"0x2222222222222222222222222222222222222222222222222222222222222222","from":"`+someone+`","input":"0x"}`)
	})
	if _, err := reader(io.Discard, liar.URL).Transaction(context.Background(), 1, aHash); governance.CodeOf(err) != governance.Upstream {
		t.Error(err)
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := newCache[int, int](time.Minute, 10)
	now := nowhere()
	for i := range 1000 {
		c.put(now, i, i)
		if len(c.entries) > 10 {
			t.Fatal(len(c.entries))
		}
	}
	if v, ok := c.get(now, 999); !ok || v != 999 {
		t.Error(v, ok)
	}
	if _, ok := c.get(now.Add(time.Minute+1), 999); ok {
		t.Error("kept for too long")
	}
}
