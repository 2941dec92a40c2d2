package chain

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/governancetest"
)

// tried reads chain 1 with a clock and a log of the test's own.
type tried struct {
	*Chains
	now time.Time
	log *governancetest.Log
}

func try(urls ...string) *tried {
	c := &tried{now: nowhere(), log: &governancetest.Log{}}
	c.Chains = New(Config{URLs: map[uint64][]string{1: urls}, Client: http.DefaultClient, Log: slog.New(slog.NewTextHandler(c.log, nil)), Now: func() time.Time { return c.now }})
	return c
}

func (c *tried) head(t testing.TB) governance.Head {
	t.Helper()
	head, err := c.Head(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return head
}

// lagging answers as a node would that lacks the newest blocks.
func lagging(t testing.TB, url string, by uint64) *proxy {
	p := newProxy(t, url)
	p.each = func(q question, next func() string) string {
		switch q.Method {
		case "eth_blockNumber":
			return resultReply(q, fmt.Sprintf(`"0x%x"`, uint64(number(t, next()))-by))
		case "eth_getBlockByNumber":
			var tag string
			_ = json.Unmarshal(q.Params[0], &tag)
			if strings.HasPrefix(tag, "0x") {
				return ""
			}
			return post(t, url, q, fmt.Sprintf(`["0x%x",false]`, uint64(numberOf(t, next()))-by))
		}
		return ""
	}
	return p
}

// post asks the question with other parameters.
func post(t testing.TB, url string, q question, params string) string {
	t.Helper()
	return ask(t, url, fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":%q,"params":%s}`, q.ID, q.Method, params))
}

func number(t testing.TB, reply string) (n hexutil.Uint64) {
	t.Helper()
	var out struct{ Result hexutil.Uint64 }
	if err := json.Unmarshal([]byte(reply), &out); err != nil {
		t.Error(reply, err)
	}
	return out.Result
}

func numberOf(t testing.TB, reply string) hexutil.Uint64 {
	t.Helper()
	var out struct {
		Result struct{ Number hexutil.Uint64 }
	}
	if err := json.Unmarshal([]byte(reply), &out); err != nil {
		t.Error(reply, err)
	}
	return out.Result.Number
}

func TestHead(t *testing.T) {
	w := newWorld(t)
	w.ask(nil, "anvil_mine", hexutil.Uint64(200))
	p := newProxy(t, w.url)
	c := try(p.URL)
	head := c.head(t)
	if head.Latest.Number != 200 || !head.Tags || head.Finalized.Number != 200-64 || head.Safe.Number != 200-32 || !ballot.IsHash(head.Latest.Hash) || head.Latest.Time.IsZero() || head.Latest.L1 != 0 {
		t.Errorf("%+v", head)
	}
	if p.requests.Load() != 2 { // the chain's id, and one batch
		t.Errorf("%d requests", p.requests.Load())
	}
	w.ask(nil, "anvil_mine", hexutil.Uint64(1))
	if c.head(t) != head || p.requests.Load() != 2 {
		t.Error("asked again at once")
	}
	c.now = c.now.Add(2 * time.Second)
	if got := c.head(t); got.Latest.Number != 201 {
		t.Errorf("%+v", got)
	}
	if _, err := c.Head(context.Background(), 2); governance.CodeOf(err) != governance.Denied {
		t.Error(err)
	}
}

func TestHeadWithoutTags(t *testing.T) {
	w := newWorld(t)
	w.ask(nil, "anvil_mine", hexutil.Uint64(100))
	for name, answer := range map[string]func(q question) string{
		"an error": func(q question) string { return errorReply(q, -32602, "invalid block tag") },
		"null":     func(q question) string { return resultReply(q, "null") },
	} {
		p := newProxy(t, w.url)
		p.each = func(q question, _ func() string) string {
			if q.Method == "eth_getBlockByNumber" && (string(q.Params[0]) == `"safe"` || string(q.Params[0]) == `"finalized"`) {
				return answer(q)
			}
			return ""
		}
		if head := try(p.URL).head(t); head.Tags || head.Latest.Number != 100 || head.Safe.Number != 36 || head.Finalized != head.Safe {
			t.Errorf("%s: %+v", name, head)
		}
	}
}

func TestHeadsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	w.ask(nil, "anvil_mine", hexutil.Uint64(100))
	for name, tag := range map[string]string{"final before safe": `"safe"`, "final before newest": `"latest"`} {
		p := newProxy(t, w.url)
		p.each = func(q question, _ func() string) string {
			if q.Method == "eth_getBlockByNumber" && string(q.Params[0]) == tag {
				return post(t, w.url, q, `["0x5",false]`)
			}
			return ""
		}
		if _, err := try(p.URL).Head(context.Background(), 1); governance.CodeOf(err) != governance.Upstream {
			t.Errorf("%s: %v", name, err)
		}
		if head := try(p.URL, w.url).head(t); head.Latest.Number != 100 {
			t.Errorf("%s: %+v", name, head)
		}
	}
}

// A node that is behind is asked last, and said so once.
func TestBehind(t *testing.T) {
	w := newWorld(t)
	w.ask(nil, "anvil_mine", hexutil.Uint64(200), hexutil.Uint64(1)) // a block takes its time: else the lower one would be contradicted, not late
	slow := lagging(t, w.url, 100)
	c := try(slow.URL, w.url)
	if head := c.head(t); head.Latest.Number != 200 {
		t.Errorf("%+v", head)
	}
	if hosts := c.Hosts(1); len(hosts) != 2 || hosts[0].OK || hosts[0].Error == "" || hosts[0].Latest != 100 || !hosts[1].OK || hosts[1].Latest != 200 {
		t.Errorf("%+v", hosts)
	}
	before := slow.requests.Load()
	if got, _, err := c.Logs(context.Background(), 1, 150, 180, nil, nil); err != nil || len(got) != 0 {
		t.Error(got, err)
	}
	if slow.requests.Load() != before {
		t.Error("the node that is behind was asked first")
	}
	if said := c.log.String(); strings.Count(said, "behind the others") != 1 || !strings.Contains(said, slow.host()) {
		t.Error(said)
	}
	c.now = c.now.Add(time.Minute)
	if head := c.head(t); head.Latest.Number != 200 || strings.Count(c.log.String(), "behind") != 1 {
		t.Errorf("%+v %s", head, c.log)
	}
	slow.each = nil
	c.now = c.now.Add(time.Minute)
	if c.head(t); !c.Hosts(1)[0].OK {
		t.Errorf("%+v", c.Hosts(1))
	}
}

// What was final stays so: a node that goes back is no help.
func TestFinalNeverGoesBack(t *testing.T) {
	w := newWorld(t)
	w.ask(nil, "anvil_mine", hexutil.Uint64(200))
	p := newProxy(t, w.url)
	c := try(p.URL)
	first := c.head(t)
	p.each = lagging(t, w.url, 20).each
	c.now = c.now.Add(time.Minute)
	if head := c.head(t); head.Finalized != first.Finalized || head.Safe != first.Safe || head.Latest.Number != 180 {
		t.Errorf("%+v", head)
	}
	p.each = lagging(t, w.url, 120).each
	c.now = c.now.Add(time.Minute)
	if _, err := c.Head(context.Background(), 1); governance.CodeOf(err) != governance.Upstream {
		t.Error(err)
	}
	p.each = nil
	c.now = c.now.Add(time.Minute)
	if head := c.head(t); head.Latest.Number != 200 {
		t.Errorf("%+v", head)
	}
}

// Two nodes of one chain id whose chains are different.
func TestForks(t *testing.T) {
	a := newWorld(t)
	b := newWorld(t, "--timestamp", "1700000000")
	a.ask(nil, "anvil_mine", hexutil.Uint64(100))
	b.ask(nil, "anvil_mine", hexutil.Uint64(120))
	first, second := newProxy(t, a.url), newProxy(t, b.url)
	c := try(first.URL, second.URL)
	for range 2 {
		_, err := c.Head(context.Background(), 1)
		if said := governance.MessageOf(err); governance.CodeOf(err) != governance.Conflict || !strings.Contains(said, first.host()) || !strings.Contains(said, second.host()) || !strings.Contains(said, "block 36") {
			t.Error(err)
		}
	}
	calls := []governance.ContractCall{{To: emitter}}
	if _, n, err := c.Agreed(context.Background(), 1, 0, calls); err != nil || n != 2 { // no code there on either
		t.Error(n, err)
	}
	second.Close()
	c.now = c.now.Add(time.Minute)
	if head := c.head(t); head.Latest.Number != 100 {
		t.Errorf("%+v", head)
	}
}

func TestBlocks(t *testing.T) {
	w := newWorld(t)
	w.ask(nil, "anvil_mine", hexutil.Uint64(150))
	p := newProxy(t, w.url)
	c, ctx := try(p.URL), context.Background()
	blocks, err := c.Blocks(ctx, 1, []uint64{7, 3, 150})
	if err != nil || len(blocks) != 3 || blocks[0].Number != 7 || blocks[1].Number != 3 || blocks[2].Number != 150 || p.requests.Load() != 2 {
		t.Errorf("%+v %v, %d requests", blocks, err, p.requests.Load())
	}
	if _, err := c.Blocks(ctx, 1, []uint64{7, 151}); governance.CodeOf(err) != governance.Upstream {
		t.Error(err)
	}
	if blocks, err := c.Blocks(ctx, 1, nil); len(blocks) != 0 || err != nil {
		t.Error(blocks, err)
	}
	for name, lie := range map[string]func(string) string{
		"another block": func(s string) string { return strings.Replace(s, `"number":"0x7"`, `"number":"0x8"`, 1) },
		"no hash":       func(s string) string { return strings.Replace(s, `"hash"`, `"hush"`, 1) },
		"far future":    func(s string) string { return strings.Replace(s, `"timestamp":"0x`, `"timestamp":"0xfffffff`, 1) },
	} {
		p.each = func(_ question, next func() string) string { return lie(next()) }
		if _, err := try(p.URL).Blocks(ctx, 1, []uint64{7}); governance.CodeOf(err) != governance.Upstream {
			t.Errorf("%s: %v", name, err)
		}
	}
	for written, want := range map[string]uint64{`"0x1234"`: 0x1234, "4660": 0x1234, "null": 0} {
		p.each = func(_ question, next func() string) string {
			return strings.Replace(next(), `"number"`, `"l1BlockNumber":`+written+`,"number"`, 1)
		}
		if blocks, err := try(p.URL).Blocks(ctx, 1, []uint64{7}); err != nil || blocks[0].L1 != want {
			t.Errorf("%s: %+v %v", written, blocks, err)
		}
	}
	for _, written := range []string{`"4660"`, "-1", "1.5", "{}"} {
		p.each = func(_ question, next func() string) string {
			return strings.Replace(next(), `"number"`, `"l1BlockNumber":`+written+`,"number"`, 1)
		}
		if blocks, err := try(p.URL).Blocks(ctx, 1, []uint64{7}); governance.CodeOf(err) != governance.Upstream {
			t.Errorf("%s: %+v %v", written, blocks, err)
		}
	}
}

func TestUse(t *testing.T) {
	w := newWorld(t)
	c := New(Config{})
	if c.Has(1) || c.Count(1) != 0 || len(c.Hosts(1)) != 0 {
		t.Error("a node of nowhere")
	}
	c.Use(1, []string{w.url, w.url, w.url + "/other/" + secret, "not an address"})
	c.Use(1, []string{w.url})
	if !c.Has(1) || c.Count(1) != 1 || len(c.Hosts(1)) != 3 || c.IDs()[0] != 1 {
		t.Errorf("%+v", c.Hosts(1))
	}
	p := newProxy(t, w.url)
	c.Use(1, []string{p.URL})
	if c.Count(1) != 2 {
		t.Error(c.Count(1))
	}
	if _, err := c.Head(context.Background(), 1); err != nil {
		t.Error(err)
	}
	for i, h := range c.Hosts(1) {
		if (i == 0 || i == 3) != h.OK || strings.Contains(fmt.Sprint(h), secret) || (h.OK && h.Since.IsZero()) || h.MaxRange == 0 {
			t.Errorf("%+v", h)
		}
	}
	done := make(chan bool)
	go func() {
		for i := range 50 {
			c.Use(uint64(i), []string{w.url})
		}
		close(done)
	}()
	for range 50 {
		_, _ = c.Hosts(1), c.IDs()
	}
	<-done
}
