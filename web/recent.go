package web

import (
	"container/list"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// Bytes that are kept of what was made of late.
const (
	maxTexts = 12 << 20
	maxPages = 12 << 20
)

// recent keeps what was made last under a key, within a bound of bytes.
type recent[T any] struct {
	max int

	mu    sync.Mutex
	size  int
	order *list.List // the most recent first
	byKey map[string]*list.Element
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

// pageKey names a page as anyone without values sees it now: until something
// is stored or the minute, which relative times show, is over. It is "" for
// a visitor with values of their own, whose pages are never kept.
func (s *Server) pageKey(c echo.Context, now time.Time) string {
	if s.subject(c) != "" {
		return ""
	}
	return strconv.FormatUint(s.Store.Generation(), 36) + " " + strconv.FormatInt(now.Unix()/60, 36) + " " + c.Request().URL.RequestURI()
}
