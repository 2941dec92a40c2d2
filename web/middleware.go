package web

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

const (
	maxBody        = 256 << 10 // bytes of a request body
	requestTimeout = 30 * time.Second
	answerTimeout  = 2 * time.Minute // for a page to a slow line
)

// requests gives every request an id, a logger, security headers and a line
// in the log.
func (s *Server) requests(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := s.Now()
		id := randomHex(8)
		c.Set("request_id", id)
		c.Response().Header().Set("X-Request-Id", id)
		s.securityHeaders(c)
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		level := slog.LevelInfo
		if strings.HasPrefix(c.Path(), "/static") || c.Path() == "/healthz" || c.Path() == "/readyz" {
			level = slog.LevelDebug
		}
		// The path, never the query: a search is the user's own business.
		s.Log.Log(c.Request().Context(), level, "request", "request_id", id, "method", c.Request().Method,
			"path", c.Request().URL.Path, "status", c.Response().Status, "took", s.Now().Sub(began).Round(time.Microsecond))
		s.metrics.observe(c, s.Now().Sub(began))
		return nil
	}
}

// securityHeaders sets a strict policy: scripts by nonce only, nothing from
// other hosts, no frames.
func (s *Server) securityHeaders(c echo.Context) {
	nonce := randomNonce()
	c.SetRequest(c.Request().WithContext(templ.WithNonce(c.Request().Context(), nonce)))
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"' 'strict-dynamic'; style-src 'self'; "+
		"object-src 'none'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "+
		"frame-ancestors 'none'; require-trusted-types-for 'script'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin") // with no-referrer a form would carry Origin: null
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
	if s.secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// crossOrigin refuses unsafe requests that another site caused.
func (s *Server) crossOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	return func(c echo.Context) error {
		r := c.Request()
		if err := guard.Check(r); err != nil || isUnsigned(r) {
			return echo.NewHTTPError(http.StatusForbidden).SetInternal(err)
		}
		r.Body = http.MaxBytesReader(c.Response(), r.Body, maxBody)
		return next(c)
	}
}

// isUnsigned reports an unsafe request with a cookie that does not say where
// it comes from: browsers say so, and programs have no cookie. With a token
// the cookie does not count.
func isUnsigned(r *http.Request) bool {
	if _, ok := bearer(r); ok {
		return false
	}
	return !isSafe(r.Method) && r.Header.Get("Cookie") != "" && r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == ""
}

func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// limits slows down writers: reading pages is cheap, changing things is not.
// The demo's wallet is asked often and changes nothing here.
func (s *Server) limits(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if isSafe(c.Request().Method) || c.Path() == practicePath || s.writes.allow(s.clientAddr(c.Request()), s.Now()) {
			return next(c)
		}
		return comeLater(c, 10*time.Second)
	}
}

// comeLater answers 429 and says when to come again.
func comeLater(c echo.Context, wait time.Duration) error {
	c.Response().Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
	return echo.NewHTTPError(http.StatusTooManyRequests)
}

// clientAddr is the peer, or behind a trusted proxy the last address in
// X-Forwarded-For that is not a trusted proxy itself.
func (s *Server) clientAddr(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next
	}
	return addr.Unmap()
}

func (s *Server) trusted(addr netip.Addr) bool {
	for _, p := range s.TrustedProxies {
		if p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

func requestID(c echo.Context) string {
	id, _ := c.Get("request_id").(string)
	return id
}

func (s *Server) log(c echo.Context) *slog.Logger { return s.Log.With("request_id", requestID(c)) }

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand never fails: it aborts the program
	return hex.EncodeToString(b)
}

func randomNonce() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return base64.RawStdEncoding.EncodeToString(b)
}
