package web

import (
	"container/list"
	"fmt"
	"hash/fnv"
	"sync"

	"mandate/views"
)

// maxTextCache is how many bytes of rendered text are kept.
const maxTextCache = 12 << 20

// textCache keeps rendered texts of late: rendering Markdown is most of the
// work of a proposal's page, and its result depends on the content alone.
type textCache struct {
	prose *prose
	max   int

	mu    sync.Mutex
	size  int
	order *list.List // the most recent first
	byKey map[string]*list.Element
}

type renderedText struct {
	key  string
	html views.SafeHTML
	size int
}

func newTextCache(limit int) *textCache {
	return &textCache{prose: newProse(), max: limit, order: list.New(), byKey: map[string]*list.Element{}}
}

// render returns the HTML of the text with the spans marked. hash names the
// content.
func (t *textCache) render(hash, text string, spans []span) (views.SafeHTML, error) {
	marks := fnv.New64a()
	fmt.Fprint(marks, spans)
	key := fmt.Sprintf("%s %d %x", hash, len(text), marks.Sum64())
	if html, ok := t.get(key); ok {
		return html, nil
	}
	html, size, err := t.prose.render(text, spans)
	if err == nil && hash != "" {
		t.put(renderedText{key, html, size})
	}
	return html, err
}

func (t *textCache) get(key string) (views.SafeHTML, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, ok := t.byKey[key]
	if !ok {
		return views.SafeHTML{}, false
	}
	t.order.MoveToFront(e)
	return e.Value.(renderedText).html, true
}

func (t *textCache) put(r renderedText) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.byKey[r.key]; ok || r.size > t.max/4 {
		return
	}
	t.byKey[r.key] = t.order.PushFront(r)
	for t.size += r.size; t.size > t.max; {
		last := t.order.Back()
		old := t.order.Remove(last).(renderedText)
		delete(t.byKey, old.key)
		t.size -= old.size
	}
}
