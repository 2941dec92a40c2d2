package snapshot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mandate/governance"
)

// selection says which proposals a page is cut from.
type selection struct {
	spaces []string // nil = every space
	ids    []string // nil = any
	from   int64    // created at or after
	skip   int
	border bool // also list the ids of the second `from`
}

// name is what is needed of a row to find one's place after it.
type name struct {
	id      string
	created int64
}

// page is what one answer held.
type page struct {
	rows    []governance.Proposal
	names   []name // of every row that has a name, in the hub's order
	nulls   []int  // positions of null rows
	border  []string
	skipped []string
}

// empty reports whether the hub says that nothing follows.
func (p *page) empty() bool { return len(p.names) == 0 && len(p.nulls) == 0 && len(p.skipped) == 0 }

// reader makes the requests of one Read or Refresh and counts them.
type reader struct {
	hub      *Hub
	now      time.Time
	requests int
}

func (h *Hub) reader() *reader { return &reader{hub: h, now: h.cfg.Now()} }

// pageSink decodes rows as they arrive.
type pageSink struct {
	page
	dec *decoder
}

func (s *pageSink) reset() { s.page = page{} }

func (s *pageSink) row(root string, i int, raw []byte, cut bool) {
	switch {
	case field(raw).null():
		if root == "proposals" {
			s.nulls = append(s.nulls, i)
		}
	case root == "border":
		s.border = append(s.border, decodeLight(raw).id)
	default:
		s.proposal(raw, cut)
	}
}

func (s *pageSink) proposal(raw []byte, cut bool) {
	if cut {
		l := decodeLight(raw)
		s.skip(l, fmt.Sprintf("proposal %q: it is larger than 2 MiB", clipID(l.id)))
		return
	}
	p, reason := s.dec.proposal(raw)
	if reason != "" {
		s.skip(decodeLight(raw), reason)
		return
	}
	var created int64
	if !p.Created.IsZero() {
		created = p.Created.Unix()
	}
	s.rows = append(s.rows, p)
	s.names = append(s.names, name{p.Ref.ID(), created})
}

func (s *pageSink) skip(l light, reason string) {
	s.skipped = append(s.skipped, reason)
	if l.id != "" {
		s.names = append(s.names, name{l.id, l.created})
	}
}

func clipID(id string) string { return id[:min(len(id), 80)] }

// ask reads one page as it is.
func (r *reader) ask(ctx context.Context, sel selection, first int, plugins bool) (page, error) {
	s := &pageSink{dec: newDecoder(r.now)}
	c := &call{hub: r.hub, roots: []string{"proposals"}, sink: s, requests: &r.requests}
	_, err := askPage(ctx, c, first, sel.skip, sel.spaces, sel.ids, int(sel.from), plugins, sel.border)
	return s.page, err
}

// fetch reads one page and mends what the hub could not put into it.
func (r *reader) fetch(ctx context.Context, sel selection, first int) (page, error) {
	p, err := r.ask(ctx, sel, first, true)
	if err == nil && len(p.nulls) == 0 {
		return p, nil
	}
	if err != nil && !errors.Is(err, errRows) {
		return page{}, err
	}
	return r.mend(ctx, sel, first, p)
}

// fetchPage is fetch with fewer and fewer rows while the answer is too large or
// a row in it breaks the list. A single row that cannot be read even alone is
// skipped with its reason.
func (r *reader) fetchPage(ctx context.Context, sel selection) (page, error) {
	for first := r.hub.cfg.PageSize; ; first /= 2 {
		p, err := r.fetch(ctx, sel, first)
		if !errors.Is(err, errRows) && !errors.Is(err, errTooLarge) {
			return p, err
		}
		if first == 1 {
			return r.skipOne(ctx, sel, err)
		}
		r.hub.cfg.Log.InfoContext(ctx, "the hub could not answer a page, asking for half of it", "rows", first, "error", err)
	}
}

// lookup reads proposals by id, halving the list while it cannot be answered.
func (r *reader) lookup(ctx context.Context, ids []string) (page, error) {
	if len(ids) == 0 {
		return page{}, nil
	}
	if len(ids) > listLimit {
		return r.lookupParts(ctx, ids, listLimit)
	}
	p, err := r.fetch(ctx, selection{ids: ids}, len(ids))
	if !errors.Is(err, errRows) && !errors.Is(err, errTooLarge) {
		return p, err
	}
	if len(ids) == 1 {
		return page{
			skipped: []string{fmt.Sprintf("proposal %q: %s", clipID(ids[0]), governance.MessageOf(err))},
			names:   []name{{id: ids[0]}},
		}, nil
	}
	return r.lookupParts(ctx, ids, (len(ids)+1)/2)
}

func (r *reader) lookupParts(ctx context.Context, ids []string, size int) (page, error) {
	var all page
	for start := 0; start < len(ids); start += size {
		p, err := r.lookup(ctx, ids[start:min(start+size, len(ids))])
		if err != nil {
			return all, err
		}
		all.rows = append(all.rows, p.rows...)
		all.names = append(all.names, p.names...)
		all.skipped = append(all.skipped, p.skipped...)
	}
	return all, nil
}

// skipOne passes over the row at sel, whose answer fails with cause. It must be
// that row's own fault: its name can be read, and so can one of those after it.
// Otherwise the hub is in trouble, and passing over rows would lose them.
func (r *reader) skipOne(ctx context.Context, sel selection, cause error) (page, error) {
	s := &pageSink{dec: newDecoder(r.now)}
	c := &call{hub: r.hub, roots: []string{"proposals"}, sink: s, requests: &r.requests}
	if _, err := askNames(ctx, c, 1, sel.skip, sel.spaces, sel.ids, int(sel.from)); err != nil {
		return page{}, err
	}
	if len(s.names) != 1 {
		return page{}, cause
	}
	ok, err := r.readableAfter(ctx, sel)
	if err != nil || !ok {
		return page{}, errors.Join(err, cause)
	}
	reason := fmt.Sprintf("proposal %q: %s", clipID(s.names[0].id), governance.MessageOf(cause))
	return page{names: s.names, skipped: []string{reason}}, nil
}

// readableAfter reports whether one of the next rows can be read, or none follows.
func (r *reader) readableAfter(ctx context.Context, sel selection) (bool, error) {
	sel.border = false
	for range 3 {
		sel.skip++
		_, err := r.ask(ctx, sel, 1, false)
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, errRows) && !errors.Is(err, errTooLarge) {
			return false, err
		}
	}
	return false, nil
}
