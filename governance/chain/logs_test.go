package chain

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"

	"mandate/governance"
)

// walk reads all logs of the emitter up to a block, in as many steps as it takes.
func walk(c *Chains, from, to uint64) (logs []types.Log, steps int, err error) {
	for from <= to {
		some, end, err := c.Logs(context.Background(), 1, from, to, []common.Address{address(emitter)}, [][]common.Hash{{emits()}})
		if err != nil {
			return logs, steps, err
		}
		if end < from || end > to {
			return logs, steps, fmt.Errorf("it read to %d of %d to %d", end, from, to)
		}
		logs, steps, from = append(logs, some...), steps+1, end+1
	}
	return logs, steps, nil
}

// span of a question for logs.
func asksFor(t testing.TB, q question) (from, to uint64) {
	var f struct{ FromBlock, ToBlock hexutil.Uint64 }
	if err := json.Unmarshal(q.Params[0], &f); err != nil || f.FromBlock > f.ToBlock {
		t.Errorf("%s: %v", q.Params[0], err)
	}
	return uint64(f.FromBlock), uint64(f.ToBlock)
}

// A chain of 6000 blocks with 300 logs, all beyond 4500: mining takes long.
func newLogWorld(t testing.TB) *world {
	w := newWorld(t, "--number", "4500")
	for range 3 {
		w.emit(10, 10)
		w.ask(nil, "anvil_mine", hexutil.Uint64(490))
	}
	return w
}

func TestLogs(t *testing.T) {
	w := newLogWorld(t)
	client, err := ethclient.Dial(w.url)
	if err != nil {
		t.Fatal(err)
	}
	want, err := client.FilterLogs(context.Background(), ethereum.FilterQuery{FromBlock: common.Big0, Addresses: []common.Address{address(emitter)}})
	if err != nil || len(want) != 300 {
		t.Fatal(err, len(want))
	}
	got, steps, err := walk(w.chains(), 0, 6000)
	if err != nil || steps > 3 {
		t.Fatal(err, steps)
	}
	same(t, got, want)
	t.Run("limits", func(t *testing.T) { limits(t, w, want) })
	t.Run("lies", func(t *testing.T) { lies(t, w, want) })
	t.Run("troubles", func(t *testing.T) { troubles(t, w, want) })
}

func same(t testing.TB, got, want []types.Log) {
	t.Helper()
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("%d logs, want %d", len(got), len(want))
	}
}

// What providers say, and how wide the range is that works there. Once that is
// known no request is lost.
func limits(t *testing.T, w *world, want []types.Log) {
	for name, tt := range map[string]struct {
		most     uint64
		code     int
		says     func(from, to uint64) string
		lost     int // requests, at most, the first two times
		lostThen int // and the third time
	}{
		"Alchemy": {10, -32600, func(from, _ uint64) string {
			return fmt.Sprintf("Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range. Based on your parameters, this block range should work: [0x%x, 0x%x].", from, from+9)
		}, 1, 0},
		"Alchemy, the wrong way round": {10, -32600, func(from, _ uint64) string {
			return fmt.Sprintf("You can make eth_getLogs requests with up to a 10 block range. Based on your parameters, this block range should work: [0x%x, 0x%x].", from+9, from)
		}, 1, 0},
		"Infura": {777, -32005, func(from, _ uint64) string {
			return fmt.Sprintf("query returned more than 10000 results. Try with this block range [0x%X, 0x%X].", from, from+776)
		}, 2, 2},
		"no numbers": {500, -32000, func(uint64, uint64) string { return "Block range limit exceeded. See more details at" }, 3, 0},
		"too wide":   {1500, -32062, func(uint64, uint64) string { return "block range is too wide" }, 2, 0},
		"limited to": {1000, -32614, func(uint64, uint64) string { return "eth_getLogs is limited to a 1,000 range" }, 2, 0},
		"Avalanche":  {2048, -32000, func(uint64, uint64) string { return "requested too many blocks from 0 to 9, maximum is set to 2048" }, 2, 0},
		"Cloudflare": {800, -32047, func(uint64, uint64) string {
			return "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800"
		}, 1, 0},
		"PublicNode": {5000, -32701, func(uint64, uint64) string { return "exceed maximum block range: 5000" }, 1, 0},
		"Coinbase":   {1000, -32011, func(uint64, uint64) string { return "query exceeds at most 1,000 blocks range" }, 1, 0},
		"your plan": {300, -32000, func(from, to uint64) string {
			return fmt.Sprintf("block range exceeds the range allowed for your plan (%d > 300)", to-from+1)
		}, 1, 0},
		"response is big": {600, -32008, func(uint64, uint64) string { return "Response is too big" }, 4, 4},
		"results":         {600, -32005, func(uint64, uint64) string { return "query returned more than 10000 results" }, 4, 2},
		"a timeout":       {600, -32005, func(uint64, uint64) string { return "query timeout exceeded" }, 4, 2},
		"geth": {700, -32602, func(from, _ uint64) string {
			return fmt.Sprintf("query exceeds max results 20000, retry with the range %d-%d", from, from+699)
		}, 2, 2},
		"in another place": {1, -32000, func(from, _ uint64) string {
			return fmt.Sprintf("this block range should work: [0x%x, 0x%x]", from+5000, from+5001)
		}, 12, 9},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProxy(t, w.url)
			refused := 0
			p.each = func(q question, _ func() string) string {
				if q.Method != "eth_getLogs" {
					return ""
				}
				from, to := asksFor(t, q)
				if to-from+1 > tt.most {
					refused++
					return errorReply(q, tt.code, tt.says(from, to))
				}
				return ""
			}
			c := w.chains(p.URL)
			first, last := uint64(0), uint64(6000)
			if tt.most < 100 {
				first = 4400
			}
			if tt.most == 1 {
				first = 5970
			}
			for i := range 3 {
				most := tt.lost
				if i == 2 {
					most, refused = tt.lostThen, 0
				}
				logs, steps, err := walk(c, first, last)
				if err != nil {
					t.Fatal(err)
				}
				if tt.most > 1 {
					same(t, logs, want)
				}
				if refused > most || uint64(steps) > 2*((last-first)/tt.most+2) {
					t.Errorf("time %d: %d steps, %d requests were lost", i, steps, refused)
				}
			}
			if p.asked("eth_blockNumber") > 2 || p.asked("eth_chainId") != 1 {
				t.Errorf("%v", p.methods)
			}
		})
	}
}

// A node that gives what was not asked for is not believed: the other is asked,
// and without one there is no result.
func lies(t *testing.T, w *world, want []types.Log) {
	swap := func(from, to string) func(string) string {
		return func(s string) string { return strings.Replace(s, from, to, 1) }
	}
	hash := strings.ToLower(want[0].BlockHash.Hex())
	for name, lie := range map[string]func(string) string{
		"another contract":       swap(strings.ToLower(emitter), "0x00000000000000000000000000000000000e417e"),
		"another event":          swap(strings.ToLower(emits().Hex()), aHash),
		"removed":                swap(`"removed":false`, `"removed":true`),
		"another block":          swap(`"blockNumber":"0x1195"`, `"blockNumber":"0x7ffffff"`),
		"before the range":       swap(`"blockNumber":"0x1195"`, `"blockNumber":"0x0"`),
		"not in order":           swap(`"logIndex":"0x0"`, `"logIndex":"0x5"`),
		"without a block":        swap(hash, common.Hash{}.Hex()),
		"null instead of one":    swap(`"`+hash+`"`, "null"),
		"two blocks of a number": swap(hash, aHash),
		"cut":                    func(s string) string { return s[:len(s)/2] },
		"not a list":             func(string) string { return `{"jsonrpc":"2.0","id":1,"result":{"logs":[]}}` },
		"null":                   func(string) string { return `{"jsonrpc":"2.0","id":1,"result":null}` },
		"nothing":                func(string) string { return `{"jsonrpc":"2.0","id":1}` },
		"two answers":            func(s string) string { return s + s },
		"five topics":            swap(`"topics":[`, `"topics":["`+aHash+`","`+aHash+`","`+aHash+`",`),
	} {
		t.Run(name, func(t *testing.T) {
			p := newProxy(t, w.url)
			told := false
			p.each = func(q question, next func() string) string {
				if q.Method != "eth_getLogs" {
					return ""
				}
				truth := next()
				out := lie(truth)
				told = told || out != truth
				return out
			}
			from := uint64(4000)
			logs, _, err := walk(w.chains(p.URL), from, 5000)
			if !told {
				t.Fatal("the lie was not told")
			}
			if governance.CodeOf(err) != governance.Upstream || len(logs) != 0 || !strings.Contains(governance.MessageOf(err), p.host()) {
				t.Errorf("%d logs, %v", len(logs), err)
			}
			logs, _, err = walk(w.chains(p.URL, w.url), from, 6000)
			if err != nil {
				t.Error(err)
			}
			same(t, logs, want)
		})
	}
}

func troubles(t *testing.T, w *world, want []types.Log) {
	logsOnly := func(p *proxy, answer func(w http.ResponseWriter)) {
		p.http = func(w http.ResponseWriter, body []byte) bool {
			if !strings.Contains(string(body), "eth_getLogs") {
				return false
			}
			answer(w)
			return true
		}
	}
	t.Run("a huge answer", func(t *testing.T) {
		p := newProxy(t, w.url)
		p.each = func(q question, next func() string) string {
			if q.Method != "eth_getLogs" {
				return ""
			}
			if from, to := asksFor(t, q); to-from+1 > 900 {
				return next() + strings.Repeat(" ", maxAnswer)
			}
			return next()
		}
		logs, _, err := walk(w.chains(p.URL), 0, 6000)
		if err != nil {
			t.Error(err)
		}
		same(t, logs, want)
	})
	t.Run("rate limited", func(t *testing.T) {
		p := newProxy(t, w.url)
		logsOnly(p, func(w http.ResponseWriter) {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		})
		c := w.chains(p.URL)
		_, _, err := walk(c, 0, 6000)
		if governance.CodeOf(err) != governance.Limited || governance.WaitOf(err).Seconds() != 7 {
			t.Error(err, governance.WaitOf(err))
		}
		before := p.requests.Load()
		_, _, err = walk(c, 0, 6000)
		if left := governance.WaitOf(err).Seconds(); governance.CodeOf(err) != governance.Limited || left <= 0 || left > 7 || p.requests.Load() != before {
			t.Errorf("%v, %v, asked although it said to wait: %v", err, left, p.requests.Load() != before)
		}
		logs, _, err := walk(w.chains(p.URL, w.url), 0, 6000)
		if err != nil {
			t.Error(err)
		}
		same(t, logs, want)
	})
	t.Run("an error of HTTP with the node's words", func(t *testing.T) {
		p := newProxy(t, w.url)
		p.http = func(w http.ResponseWriter, body []byte) bool {
			var q question
			_ = json.Unmarshal(body, &q)
			if q.Method != "eth_getLogs" {
				return false
			}
			from, to := asksFor(t, q)
			if to-from < 1000 {
				return false
			}
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, errorReply(q, -32602, "block range is limited to 1000"))
			return true
		}
		logs, steps, err := walk(w.chains(p.URL), 0, 6000)
		if err != nil || steps != 7 {
			t.Error(err, steps)
		}
		same(t, logs, want)
	})
	t.Run("it times out", func(t *testing.T) {
		p := newProxy(t, w.url)
		logsOnly(p, func(w http.ResponseWriter) { w.WriteHeader(http.StatusGatewayTimeout) })
		_, _, err := walk(w.chains(p.URL), 0, 6000)
		if governance.CodeOf(err) != governance.Upstream || p.requests.Load() > 5 {
			t.Error(err, p.requests.Load())
		}
	})
	t.Run("one block is too much", func(t *testing.T) {
		p := newProxy(t, w.url)
		p.each = func(q question, _ func() string) string {
			if q.Method == "eth_getLogs" {
				return errorReply(q, -32000, "response size exceeded")
			}
			return ""
		}
		_, _, err := walk(w.chains(p.URL), 0, 6000)
		if governance.CodeOf(err) != governance.Limited || p.asked("eth_getLogs") > 14 {
			t.Error(err, p.asked("eth_getLogs"))
		}
	})
	t.Run("blocks that are not there", func(t *testing.T) {
		c := w.chains()
		if _, _, err := c.Logs(context.Background(), 1, 7000, 7100, nil, nil); governance.CodeOf(err) != governance.Upstream {
			t.Error(err)
		}
		if _, end, err := c.Logs(context.Background(), 1, 6000, 7100, nil, nil); err != nil || end != 6000 {
			t.Error(err, end)
		}
		if _, _, err := c.Logs(context.Background(), 1, 5, 4, nil, nil); governance.CodeOf(err) != governance.Invalid {
			t.Error(err)
		}
		if _, _, err := c.Logs(context.Background(), 7, 4, 5, nil, nil); governance.CodeOf(err) != governance.Denied {
			t.Error(err)
		}
	})
}
