package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
	"mandate/governance/ballot"
)

// found is a result as text: the accounts' numbers, "*" where by the entry for
// all spaces.
func (w *world) found(holders []governance.Holder) string {
	var out []string
	for _, h := range holders {
		text := strconv.Itoa(slices.Index(w.accounts, address(h.Address)))
		if h.All {
			text += "*"
		}
		if h.Share != 1 || h.Kind != governance.DelegateRegistry {
			text += "?"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestRegistryDelegators(t *testing.T) {
	w := newWorld(t)
	w.put(ballot.RegistryV1, "DelegateRegistry")
	to, other := w.accounts[9].Hex(), w.accounts[8].Hex()
	w.delegate(w.accounts[0], "mandate.eth", to)
	w.delegate(w.accounts[1], "", to)
	w.delegate(w.accounts[2], "mandate.eth", to)
	w.delegate(w.accounts[2], "mandate.eth", other) // replaced
	w.delegate(w.accounts[3], "mandate.eth", to)
	w.delegate(w.accounts[3], "mandate.eth", "") // cleared
	w.delegate(w.accounts[4], "", to)
	w.delegate(w.accounts[4], "mandate.eth", other) // hidden by the space's own
	w.delegate(w.accounts[5], "other.eth", to)
	w.delegate(w.accounts[6], "mandate.eth", to)
	w.delegate(w.accounts[6], "", to)
	w.delegate(w.accounts[7], "mandate.eth", to)
	w.delegate(w.accounts[7], "mandate.eth", "")
	w.delegate(w.accounts[7], "mandate.eth", to) // once more
	for _, tt := range []struct {
		spaces []string
		want   string
	}{
		{[]string{"mandate.eth"}, "7 6 1* 0"},
		{[]string{"", "mandate.eth"}, "7 6 1* 0"},
		{[]string{"other.eth"}, "6* 5 4* 1*"},
		{[]string{"mandate.eth", "other.eth"}, "7 6 5 4* 1* 0"},
		{nil, "6* 4* 1*"},
		{[]string{"nobody.eth"}, "6* 4* 1*"},
	} {
		holders, err := w.chains().RegistryDelegators(context.Background(), 1, ballot.RegistryV1, to, tt.spaces)
		if got := w.found(holders); got != tt.want || err != nil {
			t.Errorf("%v: %s, %v, want %s", tt.spaces, got, err, tt.want)
		}
	}
	c := w.chains()
	if holders, err := c.RegistryDelegators(context.Background(), 1, ballot.RegistryV1, w.accounts[0].Hex(), nil); len(holders) != 0 || err != nil {
		t.Error(holders, err)
	}
	if holders, err := c.RegistryDelegators(context.Background(), 1, w.owner, to, []string{"mandate.eth"}); len(holders) != 0 || err != nil {
		t.Error(holders, err)
	}
	if _, err := c.RegistryDelegators(context.Background(), 1, ballot.RegistryV1, to, []string{strings.Repeat("a", 40)}); governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
}

// between stands between a test and its node: it counts and refuses.
type between struct {
	*httptest.Server
	searches atomic.Int64
	widest   atomic.Uint64
}

// newBetween refuses searches in the given way, if it says one.
func (w *world) newBetween(refusal func(blocks uint64, nth int64) string) *between {
	b := &between{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var q question
		if err := json.Unmarshal(raw, &q); err == nil && q.Method == "eth_getLogs" {
			var filter struct{ FromBlock, ToBlock hexutil.Uint64 }
			if err := json.Unmarshal(q.Params[0], &filter); err != nil || filter.FromBlock > filter.ToBlock {
				w.t.Errorf("%s: %v", q.Params[0], err)
			}
			blocks := uint64(filter.ToBlock-filter.FromBlock) + 1
			if text := refusal(blocks, b.searches.Add(1)); text != "" {
				refuse(out, q, -32000, text)
				return
			}
			b.widest.Store(max(b.widest.Load(), blocks))
		}
		resp, err := http.Post(w.url, "application/json", bytes.NewReader(raw))
		if err != nil {
			w.t.Error(err)
			return
		}
		defer resp.Body.Close()
		_, _ = io.Copy(out, resp.Body)
	}))
	w.t.Cleanup(b.Close)
	return b
}

func TestRangesAdapt(t *testing.T) {
	w := newWorld(t)
	w.put(ballot.RegistryV1, "DelegateRegistry")
	to := w.accounts[9].Hex()
	for i := range 5 {
		w.delegate(w.accounts[i], "mandate.eth", to)
		w.ask(nil, "anvil_mine", hexutil.Uint64(200))
	}
	ask := func(c *Chains) (string, error) {
		holders, err := c.RegistryDelegators(context.Background(), 1, ballot.RegistryV1, to, []string{"mandate.eth"})
		return w.found(holders), err
	}
	limit := func(most uint64, text string) func(uint64, int64) string {
		return func(blocks uint64, _ int64) string {
			if blocks > most {
				return text
			}
			return ""
		}
	}
	for _, text := range []string{"block range is too large", "query returned more than 10000 results", "Log response size exceeded", "eth_getLogs is limited to a 100 block range"} {
		b := w.newBetween(limit(100, text))
		c := w.chains(b.URL)
		if got, err := ask(c); got != "4 3 2 1 0" || err != nil {
			t.Errorf("%s: %s, %v", text, got, err)
		}
		first := b.searches.Load()
		if first > 40 || b.widest.Load() < 60 {
			t.Errorf("%s: %d searches, the widest over %d blocks", text, first, b.widest.Load())
		}
		if got, err := ask(c); got != "4 3 2 1 0" || err != nil || b.searches.Load()-first > first {
			t.Errorf("%s, the second time: %s, %v, %d searches", text, got, err, b.searches.Load()-first)
		}
	}
	t.Run("too little at once", func(t *testing.T) {
		b := w.newBetween(limit(10, "range"))
		got, err := ask(w.chains(b.URL))
		if !strings.HasPrefix("4 3 2 1 0", got) || got == "" || governance.CodeOf(err) != governance.Limited || !strings.Contains(governance.MessageOf(err), "before block") {
			t.Errorf("%s, %v", got, err)
		}
		if b.searches.Load() != maxSearches {
			t.Errorf("%d searches", b.searches.Load())
		}
	})
	t.Run("a rate limit in between", func(t *testing.T) {
		b := w.newBetween(func(blocks uint64, nth int64) string {
			if nth > 4 {
				return "too many requests"
			}
			return limit(300, "range")(blocks, nth)
		})
		got, err := ask(w.chains(b.URL))
		if !strings.HasPrefix("4 3 2 1 0", got) || got == "" || governance.CodeOf(err) != governance.Limited {
			t.Errorf("%s, %v", got, err)
		}
	})
	t.Run("again and again", func(t *testing.T) {
		b := w.newBetween(func(uint64, int64) string { return "" })
		c := w.chains(b.URL)
		for n := range 70 { // the range doubles each time
			before := b.searches.Load()
			if got, err := ask(c); got != "4 3 2 1 0" || err != nil || b.searches.Load()-before != 1 {
				t.Fatalf("time %d: %s, %v, %d searches", n, got, err, b.searches.Load()-before)
			}
		}
	})
	t.Run("always refused", func(t *testing.T) {
		b := w.newBetween(limit(0, "range"))
		if got, err := ask(w.chains(b.URL)); got != "" || governance.CodeOf(err) != governance.Limited {
			t.Errorf("%s, %v", got, err)
		}
		if b.searches.Load() > 12 {
			t.Errorf("%d searches", b.searches.Load())
		}
	})
	t.Run("a second node gives more", func(t *testing.T) {
		b := w.newBetween(limit(0, "range"))
		if got, err := ask(w.chains(b.URL, w.url)); got != "4 3 2 1 0" || err != nil {
			t.Errorf("%s, %v", got, err)
		}
	})
}

func TestManyDelegators(t *testing.T) {
	w := newWorld(t)
	w.put(ballot.RegistryV1, "DelegateRegistry")
	id, err := ballot.SpaceKey("mandate.eth")
	if err != nil {
		t.Fatal(err)
	}
	w.ask(nil, "evm_setAutomine", false)
	registry, to := address(ballot.RegistryV1), w.accounts[9]
	w.ask(nil, "anvil_autoImpersonateAccount", true)
	for i := range maxDelegators + 5 {
		from := common.BigToAddress(hexutil.MustDecodeBig(fmt.Sprintf("0x%x", 0x10000+i)))
		w.ask(nil, "anvil_setBalance", from, "0xde0b6b3a7640000")
		w.send(from, &registry, pack("setDelegate(bytes32,address)", id, to))
		if i%50 == 0 {
			w.ask(nil, "anvil_mine", "0x1")
		}
	}
	w.ask(nil, "anvil_mine", "0x5")
	holders, err := w.chains().RegistryDelegators(context.Background(), 1, ballot.RegistryV1, to.Hex(), []string{"mandate.eth"})
	if len(holders) != maxDelegators || governance.CodeOf(err) != governance.Limited || !strings.Contains(governance.MessageOf(err), "200") {
		t.Errorf("%d, %v", len(holders), err)
	}
}
