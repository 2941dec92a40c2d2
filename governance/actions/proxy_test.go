package actions

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// question is one request of JSON-RPC.
type question struct {
	ID     json.RawMessage   `json:"id"`
	Method string            `json:"method"`
	Params []json.RawMessage `json:"params"`
}

func (q question) refuse(code int, message string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"error":{"code":%d,"message":%q}}`, q.ID, code, message)
}

func (q question) answer(result string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, q.ID, result)
}

// fault stands before a real node: each may answer a question in its place,
// "" = the node answers.
type fault struct {
	*httptest.Server
	requests atomic.Int64
}

func newFault(t *testing.T, node string, each func(q question, next func() string) string) *fault {
	f := &fault{}
	one := func(raw []byte) string {
		var q question
		if err := json.Unmarshal(raw, &q); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
		next := func() string {
			resp, err := http.Post(node, "application/json", bytes.NewReader(raw))
			if err != nil {
				return q.refuse(-32000, "nobody there")
			}
			defer resp.Body.Close()
			out, _ := io.ReadAll(resp.Body)
			return string(out)
		}
		if out := each(q, next); out != "" {
			return out
		}
		return next()
	}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.requests.Add(1)
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		if !bytes.HasPrefix(body, []byte("[")) {
			_, _ = io.WriteString(w, one(body))
			return
		}
		var list []json.RawMessage
		_ = json.Unmarshal(body, &list)
		var out []string
		for _, raw := range list {
			out = append(out, one(raw))
		}
		_, _ = io.WriteString(w, "["+strings.Join(out, ",")+"]")
	}))
	t.Cleanup(f.Close)
	return f
}
