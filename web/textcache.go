package web

import (
	"container/list"
	"sync"

	"mandate/views"
)

// maxTextCache is how many bytes of rendered text are kept.
const maxTextCache = 12 << 20

// textCache keeps the texts that were rendered last: reading and rendering
// Markdown is most of the work of a proposal's page, and the result depends
// on the content and its quotes alone.
type textCache struct {
	max int

	mu    sync.Mutex
	size  int
	order *list.List // the most recent first
	byKey map[string]*list.Element
}

type cachedText struct {
	key  string
	text views.FullText
	size int
}

func newTextCache(limit int) *textCache {
	return &textCache{max: limit, order: list.New(), byKey: map[string]*list.Element{}}
}

func (t *textCache) get(key string) (views.FullText, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, ok := t.byKey[key]
	if !ok {
		return views.FullText{}, false
	}
	t.order.MoveToFront(e)
	return e.Value.(cachedText).text, true
}

func (t *textCache) put(key string, text views.FullText, size int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.byKey[key]; ok || size > t.max/4 {
		return
	}
	t.byKey[key] = t.order.PushFront(cachedText{key, text, size})
	for t.size += size; t.size > t.max; {
		old := t.order.Remove(t.order.Back()).(cachedText)
		delete(t.byKey, old.key)
		t.size -= old.size
	}
}
