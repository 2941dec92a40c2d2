package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"mandate/governance"
	"mandate/governance/demo"
)

var nonceOf = regexp.MustCompile(`'nonce-([^']+)'`)

// routes lists every route with its parameters filled in, so that a new one
// is tested on the day it appears.
func (r *rig) routes() [][2]string {
	ref := "/" + url.PathEscape(string(r.refs()[0]))
	var out [][2]string
	for _, route := range r.server.echo.Routes() {
		if route.Method == echo.RouteNotFound {
			continue
		}
		path := strings.ReplaceAll(route.Path, "/:ref", ref)
		if strings.HasPrefix(path, "/daos/") {
			path = "/daos/harbor.dao.eth"
		}
		path = strings.ReplaceAll(path, "/static/*", r.server.assets.CSS)
		out = append(out, [2]string{route.Method, path})
	}
	return out
}

func isUnsafe(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// TestHeadersAndOrigins walks every route: security headers, refusal of
// other sites, limits of the body.
func TestHeadersAndOrigins(t *testing.T) {
	t.Parallel()
	r := filled(t, demo.Config{})
	routes := r.routes()
	if len(routes) < 20 {
		t.Fatalf("only %d routes", len(routes))
	}
	t.Run("every answer has the headers", func(t *testing.T) { everyAnswer(t, r, routes) })
	t.Run("nonces are used once", func(t *testing.T) { nonces(t, r) })
	t.Run("other sites are refused", func(t *testing.T) { otherSites(t, r, routes) })
	t.Run("bodies are limited", func(t *testing.T) { bodies(t, r, routes) })
	t.Run("a visitor who changes nothing gets no cookie", func(t *testing.T) {
		for _, route := range routes {
			if route[0] != http.MethodGet {
				continue
			}
			if got := r.visitor(t).get(route[1]).Header.Values("Set-Cookie"); len(got) > 0 {
				t.Errorf("%s sets %v", route[1], got)
			}
		}
	})
	t.Run("errors are pages or problems", func(t *testing.T) { errorPages(t, r) })
}

func everyAnswer(t *testing.T, r *rig, routes [][2]string) {
	v := r.visitor(t)
	paths := append(slices.Clone(routes), [][2]string{{"GET", "/nothing"}, {"GET", "/static/none.js"}, {"GET", "/proposals/x"}, {"GET", "/proposals/snapshot:a.eth:0x0"}, {"GET", "/daos/none"},
		{"GET", "/proposals?sort=x"}, {"GET", "/api/v1/nothing"}, {"GET", "/api/v1/proposals/x"}, {"POST", "/"}, {"DELETE", "/values"}, {"BREW", "/proposals"}, {"GET", "/proposals/%zz"}, {"GET", "/%00"}, {"OPTIONS", "/"}}...)
	for _, p := range paths {
		h := rawAnswer(t, v, p[0], p[1])
		for key, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
			if got := h.Get(key); got != want {
				t.Errorf("%s %s: %s is %q", p[0], p[1], key, got)
			}
		}
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'nonce-", "img-src 'self' data:", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s %s: the policy lacks %s", p[0], p[1], part)
			}
		}
		if strings.Contains(csp, "unsafe-") || h.Get("X-Request-Id") == "" || h.Get("Access-Control-Allow-Origin") != "" || h.Get("Server") != "" {
			t.Errorf("%s %s: %v", p[0], p[1], h)
		}
	}
}

// rawAnswer sends what a client library would not and returns the headers.
func rawAnswer(t *testing.T, v *visitor, method, path string) http.Header {
	t.Helper()
	req := httptest.NewRequest(method, "/", http.NoBody)
	u, err := url.ParseRequestURI(path)
	if err != nil {
		u = &url.URL{Path: path}
	}
	req.URL, req.RequestURI = u, ""
	req.URL.Scheme, req.URL.Host = "http", strings.TrimPrefix(v.base, "http://")
	req.Host = req.URL.Host
	ctx := t.Context()
	resp, err := v.http.Do(req.WithContext(ctx))
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	return resp.Header
}

func nonces(t *testing.T, r *rig) {
	v, seen := r.visitor(t), map[string]bool{}
	for range 3 {
		for _, path := range []string{"/", "/values", "/nothing"} {
			a := v.get(path)
			nonce := nonceOf.FindStringSubmatch(a.Header.Get("Content-Security-Policy"))[1]
			if seen[nonce] || len(nonce) < 20 {
				t.Errorf("nonce %q", nonce)
			}
			seen[nonce] = true
			if n, m := strings.Count(a.body, "<script"), strings.Count(a.body, `<script nonce="`+nonce+`"`); n == 0 || n != m {
				t.Errorf("%s: %d scripts, %d with the nonce", path, n, m)
			}
		}
	}
}

func otherSites(t *testing.T, r *rig, routes [][2]string) {
	v := r.visitor(t)
	if a := v.post("/values", url.Values{"do": {"sample:growth"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("a sample answers %d", a.StatusCode)
	}
	before := v.sees("/api/v1/me/values")
	unsafeRoutes := 0
	for _, route := range routes {
		if !isUnsafe(route[0]) {
			continue
		}
		unsafeRoutes++
		for _, header := range [][]string{
			{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Origin", "http://127.0.0.1:1"}, {"Origin", r.base + ".evil.example"},
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "cross-site", "Origin", r.base},
			{}, // with a cookie, a request has to say where it comes from
		} {
			for _, kind := range []string{"application/x-www-form-urlencoded", "application/json", "text/plain"} {
				a := v.do(route[0], route[1], `do=clear&statement=stolen`, append([]string{"Content-Type", kind}, header...)...)
				if a.StatusCode != http.StatusForbidden {
					t.Errorf("%s %s with %v as %s answers %d", route[0], route[1], header, kind, a.StatusCode)
				}
			}
		}
	}
	if unsafeRoutes < 3 {
		t.Errorf("%d unsafe routes", unsafeRoutes)
	}
	if after := v.sees("/api/v1/me/values"); after != before {
		t.Errorf("the values changed to %s", after)
	}
	for _, header := range [][]string{{"Origin", r.base}, {"Sec-Fetch-Site", "same-origin"}} {
		if a := v.do("PUT", "/api/v1/me/values", before, append([]string{"Content-Type", "application/json"}, header...)...); a.StatusCode != http.StatusOK {
			t.Errorf("%v answers %d: %s", header, a.StatusCode, a.body)
		}
	}
	if a := r.visitor(t).do("PUT", "/api/v1/me/values", `{"statement":"I want audits."}`, "Content-Type", "application/json"); a.StatusCode != http.StatusOK {
		t.Errorf("a program without a cookie gets %d", a.StatusCode)
	}
}

func bodies(t *testing.T, r *rig, routes [][2]string) {
	v, large := r.visitor(t), strings.Repeat("a", maxBody+1)
	for _, route := range routes {
		if !isUnsafe(route[0]) {
			continue
		}
		for kind, sent := range map[string]string{"application/x-www-form-urlencoded": "statement=" + large, "application/json": `{"statement":"` + large + `"}`} {
			if a := v.do(route[0], route[1], sent, "Content-Type", kind, "Origin", r.base); doorOf(a) != signIn && (a.StatusCode < 400 || a.StatusCode >= 500) {
				t.Errorf("%s %s with %d kB of %s answers %d", route[0], route[1], len(sent)>>10, kind, a.StatusCode)
			}
		}
	}
}

// Who is signed in may send as little as everybody else.
func TestBodiesOfAccounts(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	v, large := r.visitor(t).signsIn(a), strings.Repeat("a", maxBody+1)
	if got := v.post("/account", url.Values{"do": {"new-token"}, "name": {large}}); got.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("the form answers %d", got.StatusCode)
	}
	for _, path := range []string{"/api/v1/me/tokens", "/api/v1/siwe/nonce", "/api/v1/siwe/verify"} {
		if got := v.json("POST", path, map[string]string{"name": large}); got.StatusCode < 400 || got.StatusCode >= 500 {
			t.Errorf("%s answers %d", path, got.StatusCode)
		}
	}
	if got := v.json("POST", "/api/v1/siwe/verify", map[string]string{"message": strings.Repeat("a", 4097), "signature": "0x"}); got.StatusCode != http.StatusBadRequest || !strings.Contains(got.body, "4096") {
		t.Errorf("a long message answers %d %s", got.StatusCode, got.body)
	}
}

func errorPages(t *testing.T, r *rig) {
	v := r.visitor(t)
	for path, want := range map[string]int{"/nothing": 404, "/proposals/x": 400, "/proposals/snapshot:a.eth:0x0": 404, "/daos/none": 404, "/proposals?sort=x": 400, "/proposals?cursor=%00": 400,
		"/proposals?state=closed&cursor=at-5": 400, "/proposals?sort=score&cursor=at-99999": 400, "/static/none.js": 404, "/proposals/%3Cscript%3E": 400, "/daos/%3Cimg%20src=x%3E": 404, "/" + strings.Repeat("x", 9000): 404,
		"/proposals?q=" + strings.Repeat("q", 401): 400} {
		a := v.get(path)
		if a.StatusCode != want {
			t.Errorf("%.80s answers %d, want %d", path, a.StatusCode, want)
		}
		if !strings.HasPrefix(path, "/static/") {
			checkPage(t, path, a.body)
			if !strings.Contains(a.body, a.Header.Get("X-Request-Id")) {
				t.Errorf("%.80s does not name its request", path)
			}
		}
	}
	for path, want := range map[string]int{"/": 200, "/healthz": 200, "/proposals?q=x": 200, "/nothing": 404, r.server.assets.CSS: 200, "/events": 200} {
		if a := v.do(http.MethodHead, path, ""); a.StatusCode != want || a.body != "" {
			t.Errorf("HEAD %s answers %d with %d bytes", path, a.StatusCode, len(a.body))
		}
	}
	a := v.get("/api/v1/nothing")
	if a.StatusCode != 404 || a.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(a.body, `"code":"not_found"`) {
		t.Errorf("%d %s %s", a.StatusCode, a.Header.Get("Content-Type"), a.body)
	}
}

// TestErrorsHideTheirCause: what failed inside is for the log, never for
// the visitor.
func TestErrorsHideTheirCause(t *testing.T) {
	t.Parallel()
	r := newRig(t, demo.Config{Empty: true})
	const secret = "canary-inside"
	for path, handler := range map[string]echo.HandlerFunc{
		"/test/panic":   func(echo.Context) error { panic(secret) },
		"/test/foreign": func(echo.Context) error { return errors.New(secret + " at /var/lib/x.db") },
		"/test/wrapped": func(echo.Context) error { return governance.Wrap(governance.Internal, errors.New("y"), secret) },
		"/test/cause": func(echo.Context) error {
			return governance.Wrap(governance.Upstream, errors.New(secret), "The hub does not answer.")
		},
		"/test/http":      func(echo.Context) error { return echo.NewHTTPError(500, secret) },
		"/test/late":      func(c echo.Context) error { c.Response().WriteHeader(200); return errors.New(secret) },
		"/api/test/panic": func(echo.Context) error { panic(secret) },
		"/api/test/err":   func(echo.Context) error { return errors.New(secret) },
	} {
		r.server.echo.GET(path, handler)
		a := r.visitor(t).get(path)
		if strings.Contains(a.body, secret) || strings.Contains(a.body, "goroutine") || strings.Contains(a.body, ".go:") {
			t.Errorf("%s shows %.300s", path, a.body)
		}
		if a.StatusCode < 500 && path != "/test/late" {
			t.Errorf("%s answers %d", path, a.StatusCode)
		}
	}
	if n := strings.Count(r.log.String(), secret); n < 8 {
		t.Errorf("the log names only %d of the causes", n)
	}
}

// TestRateLimit slows writers down, each by itself, and readers never.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	proxy := netip.MustParsePrefix("127.0.0.0/8")
	r := newRig(t, demo.Config{Empty: true}, func(c *Config) { c.TrustedProxies = []netip.Prefix{proxy} })
	r.server.writes = newLimiter(rate.Every(time.Second), 5)
	post := func(from string) answer {
		return r.visitor(t).post("/values", url.Values{"do": {"sample:growth"}}, "X-Forwarded-For", from)
	}
	for i := range 7 {
		a := post("203.0.113.5")
		if want := map[bool]int{true: 303, false: 429}[i < 5]; a.StatusCode != want {
			t.Errorf("write %d answers %d", i, a.StatusCode)
		}
		if i >= 5 && a.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if a := post("198.51.100.7"); a.StatusCode != 303 {
		t.Errorf("another client gets %d", a.StatusCode)
	}
	if a := post("203.0.113.99, 203.0.113.5"); a.StatusCode != 429 {
		t.Errorf("a made-up first hop helps: %d", a.StatusCode)
	}
	for range 50 {
		if a := r.visitor(t).get("/values", "X-Forwarded-For", "203.0.113.5"); a.StatusCode != 200 {
			t.Fatalf("a reader gets %d", a.StatusCode)
		}
	}
	r.clock.move(3 * time.Second)
	if a := post("203.0.113.5"); a.StatusCode != 303 {
		t.Errorf("later: %d", a.StatusCode)
	}
}

func TestLimiterForgets(t *testing.T) {
	l, now := newLimiter(rate.Every(time.Hour), 1), time.Now()
	for i := range 3 * maxClients {
		addr := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		if !l.allow(addr, now) {
			t.Fatalf("client %d is refused", i)
		}
	}
	if len(l.clients) > maxClients {
		t.Errorf("%d clients are kept", len(l.clients))
	}
	six := netip.MustParseAddr("2001:db8::1")
	if l.allow(six, now); l.allow(netip.MustParseAddr("2001:db8::2"), now) {
		t.Error("two addresses of one household count apart")
	}
}

func TestClientAddr(t *testing.T) {
	s := &Server{Config: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}}
	tests := []struct{ remote, forwarded, want string }{
		{"203.0.113.5:1", "", "203.0.113.5"},
		{"203.0.113.5:1", "127.0.0.1", "203.0.113.5"},
		{"10.0.0.1:1", "203.0.113.5", "203.0.113.5"},
		{"10.0.0.1:1", "127.0.0.1, 203.0.113.5", "203.0.113.5"},
		{"10.0.0.1:1", "203.0.113.5, 10.0.0.2", "203.0.113.5"},
		{"10.0.0.1:1", "nonsense", "10.0.0.1"},
		{"10.0.0.1:1", "203.0.113.5, nonsense", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:1", "203.0.113.5", "203.0.113.5"},
		{"[fd00::1]:1", "2001:db8::7", "2001:db8::7"},
		{"nonsense", "203.0.113.5", "invalid IP"},
	}
	for _, tt := range tests {
		r := &http.Request{RemoteAddr: tt.remote, Header: http.Header{}}
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if got := s.clientAddr(r).String(); got != tt.want {
			t.Errorf("%s for %q: %s, want %s", tt.remote, tt.forwarded, got, tt.want)
		}
	}
}

// TestMetrics are for this machine and for who has the token.
func TestMetrics(t *testing.T) {
	t.Parallel()
	r := newRig(t, demo.Config{Empty: true}, func(c *Config) {
		c.MetricsToken, c.TrustedProxies = "right-token", []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
	r.visitor(t).sees("/proposals?q=canary-query")
	r.visitor(t).get("/canary-path")
	tests := []struct {
		name, remote string
		header       []string
		want         int
	}{
		{"loopback", "127.0.0.1:5", nil, 200},
		{"loopback, IPv6", "[::1]:5", nil, 200},
		{"elsewhere", "203.0.113.5:5", nil, 403},
		{"elsewhere that names loopback", "203.0.113.5:5", []string{"X-Forwarded-For", "127.0.0.1"}, 403},
		{"a proxy that names loopback first", "10.0.0.1:5", []string{"X-Forwarded-For", "127.0.0.1, 203.0.113.5"}, 403},
		{"an unknown proxy on this machine", "127.0.0.1:5", []string{"X-Forwarded-For", "203.0.113.5"}, 403},
		{"an unknown proxy that says so otherwise", "127.0.0.1:5", []string{"Forwarded", "for=203.0.113.5"}, 403},
		{"the token", "203.0.113.5:5", []string{"Authorization", "Bearer right-token"}, 200},
		{"another token", "203.0.113.5:5", []string{"Authorization", "Bearer wrong-token"}, 403},
		{"an empty token", "203.0.113.5:5", []string{"Authorization", "Bearer "}, 403},
	}
	for _, tt := range tests {
		req := httptest.NewRequest("GET", "http://127.0.0.1/metrics", http.NoBody)
		req.RemoteAddr = tt.remote
		for i := 0; i+1 < len(tt.header); i += 2 {
			req.Header.Set(tt.header[i], tt.header[i+1])
		}
		w := httptest.NewRecorder()
		r.server.Handler().ServeHTTP(w, req)
		if w.Code != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, w.Code, tt.want)
		}
		if tt.want == 200 && (!strings.Contains(w.Body.String(), "mandate_http_request_seconds") || strings.Contains(w.Body.String(), "canary")) {
			t.Errorf("%s: %.300s", tt.name, w.Body)
		}
	}
	none := newRig(t, demo.Config{Empty: true})
	req := httptest.NewRequest("GET", "/metrics", http.NoBody)
	req.RemoteAddr = "203.0.113.5:5"
	req.Header.Set("Authorization", "Bearer ")
	w := httptest.NewRecorder()
	if none.server.Handler().ServeHTTP(w, req); w.Code != 403 {
		t.Errorf("without a token set, an empty one gets %d", w.Code)
	}
}

// TestLocalhost leads to the one origin, and nowhere else.
func TestLocalhost(t *testing.T) {
	t.Parallel()
	r := newRig(t, demo.Config{Empty: true})
	port := r.base[strings.LastIndexByte(r.base, ':'):]
	for _, tt := range []struct{ host, target, want string }{
		{"localhost" + port, "/proposals?q=a+b&state=all", r.base + "/proposals?q=a+b&state=all"},
		{"LOCALHOST" + port, "/", r.base + "/"},
		{"localhost", "/values", r.base + "/values"},
		{"localhost" + port, "//evil.example/x", r.base + "//evil.example/x"},
		{"localhost" + port, "http://evil.example/x", r.base + "/x"},
		{"localhost" + port, "http:evil.example/x", r.base + "/"},
		{"localhost" + port, "http://user:pass@localhost/x", r.base + "/x"},
		{"localhost" + port, "/\\evil.example", r.base + "/%5Cevil.example"},
		{"localhost.evil.example" + port, "/", ""},
		{"127.0.0.1" + port, "/", ""},
	} {
		req := httptest.NewRequest("GET", "/", http.NoBody)
		u, err := url.ParseRequestURI(tt.target)
		if err != nil {
			t.Fatal(err)
		}
		req.URL, req.RequestURI, req.Host = u, tt.target, tt.host
		w := httptest.NewRecorder()
		r.server.Handler().ServeHTTP(w, req)
		if got := w.Header().Get("Location"); got != tt.want {
			t.Errorf("%s %s leads to %q, want %q", tt.host, tt.target, got, tt.want)
		}
		if w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s %s: no policy", tt.host, tt.target)
		}
	}
}

// A name that somebody else's server made lead to this machine is refused,
// an address and localhost are not.
func TestForeignNames(t *testing.T) {
	r := newRig(t, demo.Config{Empty: true})
	for host, want := range map[string]int{"127.0.0.1:8080": 200, "[::1]:8080": 200, "192.168.1.9": 200, "localhost:8080": 307, "evil.example": 403, "evil.example:8080": 403, "127.0.0.1.evil.example": 403} {
		req := httptest.NewRequest(http.MethodGet, "/settings", http.NoBody)
		req.Host = host
		w := httptest.NewRecorder()
		r.server.Handler().ServeHTTP(w, req)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", host, w.Code, want)
		}
	}
}
