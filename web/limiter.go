package web

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter allows each client a burst and then a steady rate. A client is a
// network address, an account, or whatever else its key names.
type limiter struct {
	mu      sync.Mutex
	clients map[string]*client
	every   rate.Limit
	burst   int
}

type client struct {
	*rate.Limiter
	seen time.Time
}

// maxClients bounds the memory that a flood of addresses can take.
const maxClients = 10_000

func newLimiter(every rate.Limit, burst int) *limiter {
	return &limiter{clients: map[string]*client{}, every: every, burst: burst}
}

// allow takes one turn of a network address.
func (l *limiter) allow(addr netip.Addr, now time.Time) bool { return l.take(household(addr), now) }

// household names a network address: the many of one household are one.
func household(addr netip.Addr) string {
	if addr.Is6() {
		addr = netip.PrefixFrom(addr, 64).Masked().Addr()
	}
	return addr.String()
}

// take takes one turn, and reports whether there was one.
func (l *limiter) take(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of(key, now).AllowN(now, 1)
}

// left reports whether there is a turn, and takes none.
func (l *limiter) left(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of(key, now).TokensAt(now) >= 1
}

func (l *limiter) of(key string, now time.Time) *client {
	if len(l.clients) >= maxClients {
		for k, c := range l.clients {
			if now.Sub(c.seen) > time.Minute || len(l.clients) >= maxClients {
				delete(l.clients, k)
			}
		}
	}
	c := l.clients[key]
	if c == nil {
		c = &client{Limiter: rate.NewLimiter(l.every, l.burst)}
		l.clients[key] = c
	}
	c.seen = now
	return c
}

// crowd counts what each client has open at the same time.
type crowd struct {
	mu   sync.Mutex
	open map[string]int
}

// enter counts one more, and reports whether the client may have it.
func (c *crowd) enter(key string, most int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[key] >= most {
		return false
	}
	c.open[key]++
	return true
}

func (c *crowd) leave(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[key]--; c.open[key] <= 0 {
		delete(c.open, key)
	}
}
