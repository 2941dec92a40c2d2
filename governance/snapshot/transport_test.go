package snapshot

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
)

// answering starts a hub that always gives the same answer.
func answering(t *testing.T, status int, header map[string]string, body string) *Hub {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		for k, v := range header {
			rw.Header().Set(k, v)
		}
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, body)
	}))
	t.Cleanup(srv.Close)
	h, err := New(Config{HubURL: srv.URL, APIKey: "K", RetryDelay: time.Millisecond, Now: func() time.Time { return testNow }})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestErrors(t *testing.T) {
	secret := "<b>SECRET</b>"
	page := map[string]string{"Content-Type": "text/html; charset=utf-8"}
	tests := []struct {
		name   string
		status int
		header map[string]string
		body   string
		code   governance.Code
		wait   time.Duration
	}{
		{"resolver, old", 200, nil, `{"errors":[{"message":"SECRET"}],"data":{"proposals":null}}`, governance.Upstream, 0},
		{"resolver, latest", 500, nil, `{"errors":[{"message":"request failed"}],"data":null}`, governance.Upstream, 0},
		{"validation", 400, nil, `{"errors":[{"message":"SECRET"}]}`, governance.Invalid, 0},
		{"roots", 500, nil, `{"errors":[{"message":"' exceeds the maximum number of root selections: 5"}]}`, governance.Invalid, 0},
		{"limit of first", 200, nil, `{"errors":[{"message":"The ` + "`first`" + ` argument must not be greater than 1000"}],"data":{"proposals":null}}`, governance.Invalid, 0},
		{"rate", 429, map[string]string{"Retry-After": "7"}, `{"error":"unauthorized"}`, governance.Limited, 7 * time.Second},
		{"rate, date", 429, map[string]string{"Retry-After": testNow.Add(90 * time.Second).Format(http.TimeFormat)}, `{}`, governance.Limited, 90 * time.Second},
		{"rate, reset", 429, map[string]string{"RateLimit-Reset": "33"}, `{}`, governance.Limited, 33 * time.Second},
		{"rate, key", 429, map[string]string{"X-Api-Key-Reset": "1799999999"}, `{}`, governance.Limited, 24 * time.Hour},
		{"rate, html", 429, page, secret, governance.Limited, time.Minute},
		{"rate, nonsense", 429, map[string]string{"Retry-After": "NaN", "RateLimit-Reset": "-4"}, ``, governance.Limited, time.Minute},
		{"key", 401, nil, `{"error":"unauthorized","error_description":"invalid api key"}`, governance.Denied, 0},
		{"object instead of a text", 500, nil, `{"error":"server_error","error_description":{}}`, governance.Upstream, 0},
		{"not found", 404, nil, `{"error":"unauthorized","error_description":"not_found"}`, governance.Invalid, 0},
		{"malformed", 400, page, secret, governance.Invalid, 0},
		{"proxy", 502, page, secret, governance.Upstream, 0},
		{"blocked", 403, page, secret, governance.Denied, 0},
		{"page", 200, page, secret, governance.Upstream, 0},
		{"moved", 302, map[string]string{"Location": "http://127.0.0.1:1/"}, ``, governance.Invalid, 0},
		{"nothing", 200, nil, ``, governance.Upstream, 0},
		{"no data", 200, nil, `{"data":null}`, governance.Upstream, 0},
		{"other shape", 200, nil, `["SECRET"]`, governance.Upstream, 0},
		{"list of data", 200, nil, `{"data":[{"proposals":[]}]}`, governance.Upstream, 0},
		{"no JSON", 200, nil, `SECRET{`, governance.Upstream, 0},
		{"half", 200, nil, `{"data":{"proposals":[{"id":"0x1","title":"SECRET`, governance.Upstream, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := answering(t, tt.status, tt.header, tt.body).Read(context.Background(), everything, "")
			if got := governance.CodeOf(err); got != tt.code {
				t.Errorf("code %q, want %q: %v", got, tt.code, err)
			}
			if got := governance.WaitOf(err); got != tt.wait {
				t.Errorf("wait %v, want %v", got, tt.wait)
			}
			if err != nil && strings.Contains(err.Error(), "SECRET") {
				t.Errorf("the answer's text is in the error: %v", err)
			}
		})
	}
}

func TestPartialData(t *testing.T) {
	h := answering(t, 200, nil, `{"errors":[{"message":"x","path":["border"]}],"data":{"border":null,"proposals":[{"id":"0x1","space":{"id":"a.eth"},"created":5}]}}`)
	b, err := h.Read(context.Background(), everything, "")
	if err != nil || len(b.Proposals) != 1 {
		t.Errorf("%d proposals, err %v", len(b.Proposals), err)
	}
}

func TestHeaders(t *testing.T) {
	var got http.Header
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		got = r.Header
		rw.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(rw, `{"data":{"proposals":[]}}`)
	}))
	defer srv.Close()
	h, err := New(Config{HubURL: srv.URL, APIKey: "K"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Read(context.Background(), everything, ""); err != nil {
		t.Fatal(err)
	}
	if got.Get("X-Api-Key") != "K" || got.Get("User-Agent") != "mandate" {
		t.Errorf("headers %v", got)
	}
}

func TestNewRefusesAddresses(t *testing.T) {
	for _, u := range []string{"ftp://hub", "hub.snapshot.org", "http://", "://"} {
		if _, err := New(Config{HubURL: u}); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("%q: %v", u, err)
		}
	}
}

// A hub that says that nothing is left is not asked again before its reset.
func TestPaceFollowsTheHeaders(t *testing.T) {
	h := answering(t, 200, map[string]string{"RateLimit-Remaining": "0", "RateLimit-Reset": "30"}, `{"data":{"proposals":[]}}`)
	if _, err := h.Read(context.Background(), everything, ""); err != nil {
		t.Fatal(err)
	}
	_, err := h.Read(context.Background(), everything, "")
	if governance.CodeOf(err) != governance.Limited || governance.WaitOf(err) != 30*time.Second {
		t.Errorf("err %v, wait %v", err, governance.WaitOf(err))
	}
}

func TestCancel(t *testing.T) {
	h, w := world(t, demo.Config{}, func(c *Config) { c.Stall, c.Timeout = time.Minute, time.Minute })
	w.FailAll(demo.FaultStall)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := h.Read(ctx, everything, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err %v", err)
	}
}

// A decompression bomb and an endless answer cost little memory.
func TestMemoryIsBounded(t *testing.T) {
	for _, fault := range []demo.Fault{demo.FaultGzipBomb, demo.FaultOversize} {
		t.Run(string(fault), func(t *testing.T) {
			h, w := world(t, demo.Config{}, func(c *Config) { c.PageSize = 4 })
			w.Add(demo.Synthetic(3, 1)...)
			w.FailAll(fault)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			_, err := h.Read(context.Background(), everything, "")
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Error("it was accepted")
			}
			if held := (int64(after.HeapInuse) - int64(before.HeapInuse)) >> 20; held > 200 {
				t.Errorf("%d MiB more in use", held)
			}
		})
	}
}

func TestOversizeProposalIsSkipped(t *testing.T) {
	h, w := world(t, demo.Config{})
	rows := demo.Synthetic(20, 9)
	rows[10].Body = strings.Repeat("long ", 700_000)
	w.Add(rows...)
	m := newMirror()
	m.catchUp(t, h, everything, 0)
	if len(m.rows) != 19 || len(m.skipped) != 1 || !strings.Contains(m.skipped[0], "2 MiB") || !strings.Contains(m.skipped[0], rows[10].ID) {
		t.Errorf("%d rows, skipped %q", len(m.rows), m.skipped)
	}
}

// Pages above the cap are asked for again with fewer rows.
func TestOversizePageIsHalved(t *testing.T) {
	h, w := world(t, demo.Config{}, func(c *Config) { c.PageSize = 64; c.Timeout, c.Stall = 20*time.Second, 20*time.Second })
	rows := demo.Synthetic(60, 9)
	for i := range rows {
		rows[i].Body = strings.Repeat("long ", 280_000)
	}
	w.Add(rows...)
	m := newMirror()
	m.catchUp(t, h, everything, 0)
	m.wantAll(t, w)
}
