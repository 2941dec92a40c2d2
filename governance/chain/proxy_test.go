package chain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy is a real node with a fault in front of it.
type proxy struct {
	*httptest.Server
	t      testing.TB
	target string

	// http may answer a whole request itself: true.
	http func(w http.ResponseWriter, body []byte) bool
	// each may answer one question; "" hands it on. next is the real answer.
	each func(q question, next func() string) string

	requests atomic.Int64
	mu       sync.Mutex
	methods  map[string]int
}

func newProxy(t testing.TB, target string) *proxy {
	p := &proxy{t: t, target: target, methods: map[string]int{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *proxy) host() string { return strings.TrimPrefix(p.URL, "http://") }

// asked is how often a method was asked for.
func (p *proxy) asked(method string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.methods[method]
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.requests.Add(1)
	if p.http != nil && p.http(w, body) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if !bytes.HasPrefix(body, []byte("[")) {
		_, _ = io.WriteString(w, p.answer(body))
		return
	}
	var list []json.RawMessage
	_ = json.Unmarshal(body, &list)
	var out []string
	for _, one := range list {
		out = append(out, p.answer(one))
	}
	_, _ = io.WriteString(w, "["+strings.Join(out, ",")+"]")
}

func (p *proxy) answer(raw []byte) string {
	var q question
	if err := json.Unmarshal(raw, &q); err != nil {
		p.t.Errorf("%s: %v", raw, err)
	}
	p.mu.Lock()
	p.methods[q.Method]++
	p.mu.Unlock()
	next := func() string {
		resp, err := http.Post(p.target, "application/json", bytes.NewReader(raw))
		if err != nil {
			return errorReply(q, -32000, "nobody there")
		}
		defer resp.Body.Close()
		out, _ := io.ReadAll(resp.Body)
		return string(out)
	}
	if p.each != nil {
		if out := p.each(q, next); out != "" {
			return out
		}
	}
	return next()
}

func errorReply(q question, code int, message string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"error":{"code":%d,"message":%q}}`, q.ID, code, message)
}

func resultReply(q question, result string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, q.ID, result)
}

// ask sends a question as it stands.
func ask(t testing.TB, url, body string) string {
	t.Helper()
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return ""
	}
	defer resp.Body.Close()
	out, _ := io.ReadAll(resp.Body)
	return string(out)
}
