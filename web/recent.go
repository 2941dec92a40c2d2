package web

import (
	"container/list"
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/singleflight"
)

// Bytes that are kept of what was made of late.
const (
	maxTexts = 12 << 20
	maxPages = 12 << 20
	maxNames = 1 << 20
)

// recent keeps what was made last under a key, within a bound of bytes.
type recent[T any] struct {
	max int

	mu    sync.Mutex
	size  int
	order *list.List // the most recent first
	byKey map[string]*list.Element

	making singleflight.Group
}

type kept[T any] struct {
	key  string
	made T
	size int
}

func newRecent[T any](limit int) *recent[T] {
	return &recent[T]{max: limit, order: list.New(), byKey: map[string]*list.Element{}}
}

func (r *recent[T]) get(key string) (made T, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.byKey[key]
	if !ok {
		return made, false
	}
	r.order.MoveToFront(e)
	return e.Value.(kept[T]).made, true
}

// put keeps what was made; size is about its bytes.
func (r *recent[T]) put(key string, made T, size int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.byKey[key]; ok || size > r.max/4 {
		return
	}
	r.byKey[key] = r.order.PushFront(kept[T]{key, made, size})
	for r.size += size; r.size > r.max; {
		old := r.order.Remove(r.order.Back()).(kept[T])
		delete(r.byKey, old.key)
		r.size -= old.size
	}
}

// or returns what is kept under key, or makes it: once for all who ask at the
// same time. An empty key is never kept.
func (r *recent[T]) or(key string, build func() (T, error), size func(T) int) (T, error) {
	if key == "" {
		return build()
	}
	if made, ok := r.get(key); ok {
		return made, nil
	}
	made, err, _ := r.making.Do(key, func() (any, error) {
		made, err := build()
		if err == nil {
			r.put(key, made, len(key)+size(made))
		}
		return made, err
	})
	page, _ := made.(T)
	return page, err
}

// pageKey names a page as anyone without values sees it now: until something
// is stored or the minute, which relative times show, is over. It is "" for
// who is signed in and for a visitor with values of their own, whose pages
// are never kept.
func (s *Server) pageKey(c echo.Context, now time.Time) string {
	if who(c).SignedIn() || s.subject(c) != "" {
		return ""
	}
	// Others may wait for the page: it is made even if the first one leaves.
	c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	return strconv.FormatUint(s.Store.Generation(), 36) + " " + strconv.FormatInt(now.Unix()/60, 36) + " " + c.Request().URL.RequestURI()
}
