package demo

import (
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// gate counts requests and decides which are let through.
type gate struct {
	now  func() time.Time
	keys map[string]int
	faults

	mu      sync.Mutex
	limit   int // a minute and client; negative is none
	windows map[string]*window
	spent   map[string]int // by API key
	counts  Requests
}

type window struct {
	ends time.Time
	used int
}

// Requests counts what the hub was asked.
type Requests struct {
	Total   int            // every request to /graphql
	Refused int            // 429 and 401
	Faulty  int            // answered with a fault
	Bytes   int64          // of answers' bodies
	ByRoot  map[string]int // root fields resolved, such as "proposals"
}

const defaultRateLimit = 100_000

func (g *gate) init(cfg Config) {
	g.now, g.keys, g.limit = cfg.Now, cfg.APIKeys, cfg.Faults.RateLimitPerMinute
	if g.limit == 0 {
		g.limit = defaultRateLimit
	}
	g.windows, g.spent = map[string]*window{}, map[string]int{}
	g.add(cfg.Faults.Queue)
	g.always(cfg.Faults.Every)
	g.counts.ByRoot = map[string]int{}
}

// Requests returns the counts since the start or the last ResetRequests.
func (w *World) Requests() Requests {
	w.gate.mu.Lock()
	defer w.gate.mu.Unlock()
	out := w.gate.counts
	out.ByRoot = map[string]int{}
	for k, n := range w.gate.counts.ByRoot {
		out.ByRoot[k] = n
	}
	return out
}

// ResetRequests sets the counts to zero.
func (w *World) ResetRequests() {
	w.gate.mu.Lock()
	defer w.gate.mu.Unlock()
	w.gate.counts = Requests{ByRoot: map[string]int{}}
}

// SetRateLimit changes the requests a minute and client; negative is none. It
// starts new windows.
func (w *World) SetRateLimit(perMinute int) {
	w.gate.mu.Lock()
	defer w.gate.mu.Unlock()
	w.gate.limit, w.gate.windows = perMinute, map[string]*window{}
}

func (g *gate) count(change func(*Requests)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change(&g.counts)
}

// admit sets the limit headers, and answers and returns false when the request
// may not pass.
func (g *gate) admit(rw http.ResponseWriter, r *http.Request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.counts.Total++
	key := r.Header.Get("x-api-key")
	if key == "" {
		key = r.URL.Query().Get("apiKey")
	}
	if key != "" {
		allowed, known := g.keys[key]
		if !known {
			g.counts.Refused++
			refuse(rw, http.StatusUnauthorized, "invalid api key")
			return false
		}
		if g.spend(rw, key, allowed) {
			return true
		}
	}
	if g.limit < 0 || g.take(rw, r) {
		return true
	}
	g.counts.Refused++
	refuse(rw, http.StatusTooManyRequests, tooMany)
	return false
}

const tooMany = "too many requests, refer to https://docs.snapshot.box/tools/api/api-keys#limits"

// spend uses one request of a key's month; a spent key falls back to the
// limit by address.
func (g *gate) spend(rw http.ResponseWriter, key string, allowed int) bool {
	left := allowed - g.spent[key]
	if left <= 0 {
		return false
	}
	g.spent[key]++
	now := g.now().UTC()
	reset := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	rw.Header().Set("X-Api-Key-Limit", strconv.Itoa(allowed))
	rw.Header().Set("X-Api-Key-Remaining", strconv.Itoa(left-1))
	rw.Header().Set("X-Api-Key-Reset", strconv.FormatInt(reset.Unix(), 10))
	return true
}

func (g *gate) take(rw http.ResponseWriter, r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	now := g.now()
	win := g.windows[host]
	if win == nil || !now.Before(win.ends) {
		win = &window{ends: now.Add(time.Minute)}
		g.windows[host] = win
	}
	return win.admit(rw, g.limit, now)
}

// admit counts a request, tells the client how many are left, and says whether
// this one may pass.
func (win *window) admit(rw http.ResponseWriter, limit int, now time.Time) bool {
	win.used++
	seconds := int(win.ends.Sub(now).Seconds() + 0.999)
	rw.Header().Set("RateLimit-Limit", strconv.Itoa(limit))
	rw.Header().Set("RateLimit-Remaining", strconv.Itoa(max(0, limit-win.used)))
	rw.Header().Set("RateLimit-Reset", strconv.Itoa(seconds))
	return win.used <= limit
}
