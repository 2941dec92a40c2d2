package chain

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
)

// boasting answers with a newest block that cannot be there yet, and says that
// it is final.
func boasting(t testing.TB, url string, ahead uint64) *proxy {
	p := newProxy(t, url)
	p.each = func(q question, next func() string) string {
		switch q.Method {
		case "eth_blockNumber":
			return resultReply(q, fmt.Sprintf(`"0x%x"`, uint64(number(t, next()))+ahead))
		case "eth_getBlockByNumber":
			var tag string
			_ = json.Unmarshal(q.Params[0], &tag)
			if strings.HasPrefix(tag, "0x") {
				return ""
			}
			var latest struct {
				Result struct{ Number, Timestamp hexutil.Uint64 }
			}
			_ = json.Unmarshal([]byte(post(t, url, q, `["latest",false]`)), &latest)
			return resultReply(q, fmt.Sprintf(`{"number":"0x%x","hash":%q,"timestamp":"0x%x"}`, uint64(latest.Result.Number)+ahead, aHash, uint64(latest.Result.Timestamp)))
		}
		return ""
	}
	return p
}

// A node that makes up a longer chain stops the reading where another one
// contradicts it: it neither leads it past what is to come, nor makes the
// other one look late. Once it is let go, all is as before.
func TestNodeThatBoasts(t *testing.T) {
	w := newWorld(t)
	w.ask(nil, "anvil_mine", hexutil.Uint64(200))
	for _, ahead := range []uint64{100, 1_000_000, 1 << 62} {
		bad := boasting(t, w.url, ahead)
		for _, urls := range [][]string{{w.url, bad.URL}, {bad.URL, w.url}} {
			c := try(urls...)
			for range 2 {
				if head, err := c.Head(t.Context(), 1); governance.CodeOf(err) != governance.Conflict {
					t.Fatalf("%d ahead: %d, %v", ahead, head.Latest.Number, err)
				}
				c.now = c.now.Add(roundEvery)
			}
			c.Forget(1, bad.URL)
			if head := c.head(t); head.Latest.Number != 200 {
				t.Errorf("%+v", head)
			}
		}
		c := try(bad.URL) // alone it is believed, but not for ever
		if head := c.head(t); head.Finalized.Number != 200+ahead {
			t.Errorf("%+v", head)
		}
		c.Use(1, []string{w.url})
		c.now = c.now.Add(roundEvery)
		if head, err := c.Head(t.Context(), 1); governance.CodeOf(err) != governance.Conflict {
			t.Errorf("%d ahead: %d, %v", ahead, head.Latest.Number, err)
		}
		c.Forget(1, bad.URL)
		if head := c.head(t); head.Latest.Number != 200 {
			t.Errorf("%+v", head)
		}
	}
}

// A node that says a high number is not asked alone for it: the other one's
// word still counts.
func TestNumberShutsNobodyOut(t *testing.T) {
	w := newWorld(t)
	w.ask(nil, "anvil_mine", hexutil.Uint64(200))
	bad := newProxy(t, w.url)
	bad.each = func(q question, next func() string) string {
		switch q.Method {
		case "eth_blockNumber":
			return resultReply(q, `"0xffffff"`)
		case "eth_call":
			return resultReply(q, `"0x01"`)
		}
		return ""
	}
	for _, urls := range [][]string{{w.url, bad.URL}, {bad.URL, w.url}} {
		for _, at := range []uint64{0, 190} {
			got, n, err := try(urls...).Agreed(t.Context(), 1, at, []governance.ContractCall{{To: someone, Data: []byte{1, 2, 3, 4}}})
			if governance.CodeOf(err) != governance.Conflict {
				t.Errorf("at %d: %v by %d, %v", at, got, n, err)
			}
		}
	}
	if _, _, err := try(w.url, boasting(t, w.url, 1000).URL).Agreed(t.Context(), 1, 190, []governance.ContractCall{{To: someone}}); governance.CodeOf(err) != governance.Conflict {
		t.Error(err)
	}
}
