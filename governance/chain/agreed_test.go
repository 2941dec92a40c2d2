package chain

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
)

func TestAgreed(t *testing.T) {
	w := newWorld(t)
	answers := w.deploy("Answers")
	w.ask(nil, "anvil_mine", hexutil.Uint64(20))
	ctx := context.Background()
	a, b := newProxy(t, w.url), newProxy(t, w.url)
	calls := everything(answers)
	t.Run("two of one mind", func(t *testing.T) {
		got, count, err := w.chains(a.URL, b.URL).Agreed(ctx, 1, 0, calls)
		checkEverything(t, "both", got, err)
		code, two, err := w.chains(a.URL, b.URL).AgreedCode(ctx, 1, 0, []string{answers, someone})
		if count != 2 || two != 2 || err != nil || len(code[0]) == 0 || len(code[1]) != 0 {
			t.Error(count, two, err)
		}
		if a.asked("eth_call") != 8 || b.asked("eth_call") != 8 || a.asked("eth_getCode") != 2 || b.asked("eth_getCode") != 2 {
			t.Error(a.methods, b.methods)
		}
	})
	t.Run("one", func(t *testing.T) {
		for _, urls := range [][]string{{a.URL}, {a.URL, a.URL + "/?again"}} {
			got, count, err := w.chains(urls...).Agreed(ctx, 1, 0, calls)
			if checkEverything(t, "one", got, err); count != 1 {
				t.Error(count)
			}
		}
	})
	t.Run("two of two minds", func(t *testing.T) {
		liar := newProxy(t, w.url)
		liar.each = func(q question, next func() string) string {
			switch q.Method {
			case "eth_call":
				return strings.Replace(next(), `0090"`, `0091"`, 1)
			case "eth_getCode":
				return resultReply(q, `"0x6001"`)
			}
			return ""
		}
		for _, urls := range [][]string{{a.URL, liar.URL}, {liar.URL, a.URL}, {liar.URL, a.URL, b.URL}} {
			c := w.chains(urls...)
			got, count, err := c.Agreed(ctx, 1, 0, calls)
			says := governance.MessageOf(err)
			if governance.CodeOf(err) != governance.Conflict || got != nil || count != 0 || !strings.Contains(says, liar.host()) || !strings.Contains(says, a.host()) || !strings.Contains(says, answers) || !strings.Contains(says, "block 21") {
				t.Error(count, err)
			}
			if code, _, err := c.AgreedCode(ctx, 1, 0, []string{answers}); governance.CodeOf(err) != governance.Conflict || code != nil || !strings.Contains(governance.MessageOf(err), "the code at "+answers) {
				t.Error(err)
			}
		}
	})
	t.Run("a refusal of one only", func(t *testing.T) {
		liar := newProxy(t, w.url)
		liar.each = func(q question, _ func() string) string {
			if q.Method == "eth_call" {
				return errorReply(q, 3, "execution reverted")
			}
			return ""
		}
		if _, _, err := w.chains(a.URL, liar.URL).Agreed(ctx, 1, 0, calls[:1]); governance.CodeOf(err) != governance.Conflict {
			t.Error(err)
		}
	})
	t.Run("the second is down", func(t *testing.T) {
		for name, says := range map[string]string{"wholly": "", "for this": "eth_call", "for its height": "eth_blockNumber"} {
			broken := newProxy(t, w.url)
			broken.http = func(w http.ResponseWriter, body []byte) bool {
				if strings.Contains(string(body), says) {
					w.WriteHeader(http.StatusBadGateway)
					return true
				}
				return false
			}
			for _, urls := range [][]string{{a.URL, broken.URL}, {broken.URL, a.URL}} {
				if _, count, err := w.chains(urls...).Agreed(ctx, 1, 0, calls); count != 1 || err != nil {
					t.Errorf("%s: %d, %v", name, count, err)
				}
			}
			if _, _, err := w.chains(broken.URL, broken.URL).Agreed(ctx, 1, 0, calls); governance.CodeOf(err) != governance.Upstream {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("a block that both have", func(t *testing.T) {
		height := []governance.ContractCall{{To: answers, Data: pack("height()")}}
		late := lagging(t, w.url, 3)
		for _, urls := range [][]string{{a.URL, late.URL}, {late.URL, a.URL}} {
			got, count, err := w.chains(urls...).Agreed(ctx, 1, 0, height)
			if count != 2 || err != nil || got[0].Data[31] != 18 {
				t.Error(count, err, got)
			}
		}
		w.ask(nil, "anvil_mine", hexutil.Uint64(50), hexutil.Uint64(1)) // a second each: blocks take their time
		tooLate := lagging(t, w.url, 40)
		for _, urls := range [][]string{{a.URL, tooLate.URL}, {tooLate.URL, a.URL}} {
			got, count, err := w.chains(urls...).Agreed(ctx, 1, 0, height)
			if count != 1 || err != nil || got[0].Data[31] != 71 {
				t.Error(count, err, got)
			}
		}
		if got, count, err := w.chains(a.URL, b.URL).Agreed(ctx, 1, 9, height); count != 2 || err != nil || got[0].Data[31] != 9 {
			t.Error(count, err, got)
		}
	})
	t.Run("none", func(t *testing.T) {
		if _, _, err := w.chains().Agreed(ctx, 9, 0, calls); governance.CodeOf(err) != governance.Denied {
			t.Error(err)
		}
		if _, _, err := w.chains().Agreed(ctx, 1, 0, []governance.ContractCall{{To: "x"}}); governance.CodeOf(err) != governance.Invalid {
			t.Error(err)
		}
		if _, count, err := w.chains().AgreedCode(ctx, 1, 0, nil); count != 0 || err != nil {
			t.Error(count, err)
		}
	})
}
