package chain

import (
	"sync"
	"time"
)

// cache keeps answers for a while. When it is full it forgets what is old,
// or else everything: being asked again is cheaper than keeping an order.
type cache[K comparable, V any] struct {
	keep time.Duration
	max  int

	mu      sync.Mutex
	entries map[K]entry[V]
}

type entry[V any] struct {
	value V
	until time.Time
}

func newCache[K comparable, V any](keep time.Duration, limit int) *cache[K, V] {
	return &cache[K, V]{keep: keep, max: limit, entries: map[K]entry[V]{}}
}

func (c *cache[K, V]) get(now time.Time, key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok || now.After(e.until) {
		return value, false
	}
	return e.value, true
}

func (c *cache[K, V]) put(now time.Time, key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= c.max {
		for k, e := range c.entries {
			if now.After(e.until) {
				delete(c.entries, k)
			}
		}
	}
	if len(c.entries) >= c.max {
		clear(c.entries)
	}
	c.entries[key] = entry[V]{value: value, until: now.Add(c.keep)}
}
