package snapshot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"mandate/governance"
)

// errLie is the cause when a page contradicts what was asked.
var errLie = errors.New("the page is not the one asked for")

// Read implements governance.Venue: one page while there is more to read, then
// one look at what changed. It returns Upstream, Limited, Invalid and Denied
// errors, and the context's.
func (h *Hub) Read(ctx context.Context, scope governance.Scope, stored string) (governance.Batch, error) {
	r := h.reader()
	c := parseCursor(stored)
	if err := c.rescope(scope, r.now); err != nil {
		return governance.Batch{}, err
	}
	var b governance.Batch
	var err error
	switch {
	case !c.All && len(c.Spaces) == 0:
		b.Done = true
	case !c.Main.Done:
		err = r.advance(ctx, &c, &c.Main, c.Spaces, &b)
		b.Done = c.Main.Done && len(c.Fresh) == 0
	case len(c.Fresh) > 0:
		err = r.advance(ctx, &c, &c.Lane, c.Fresh, &b)
		if c.Lane.Done {
			c.join()
		}
	default:
		err = r.follow(ctx, &c, &b)
	}
	if err != nil {
		return governance.Batch{Requests: r.requests}, err
	}
	b.Next, b.Requests = c.text(), r.requests
	return b, nil
}

// advance reads the page that follows m.
func (r *reader) advance(ctx context.Context, c *cursor, m *mark, spaces []string, b *governance.Batch) error {
	p, err := r.honest(ctx, m, spaces)
	if err != nil {
		return err
	}
	if p.empty() {
		m.Done = true
		return nil
	}
	m.move(p.names)
	r.take(c, p, b)
	m.Rows += len(p.names)
	if span := m.At - m.From; !m.Done && span > 0 && r.now.Unix() > m.At {
		b.Estimate = int(float64(m.Rows) * float64(r.now.Unix()-m.At) / float64(span))
	}
	return nil
}

// take puts a page's rows into the batch.
func (r *reader) take(c *cursor, p page, b *governance.Batch) {
	seen := map[governance.Ref]bool{}
	for _, row := range p.rows {
		if seen[row.Ref] {
			continue
		}
		seen[row.Ref] = true
		b.Proposals = append(b.Proposals, row)
		c.note(row.Ref.ID(), unix(row.Created), unix(row.Updated))
	}
	b.Skipped = append(b.Skipped, p.skipped...)
}

// honest reads the page after m and asks again when it contradicts the
// question: a hub behind a cache may repeat a page. A hub that keeps doing so
// is an Upstream error, because going on would pass over rows.
func (r *reader) honest(ctx context.Context, m *mark, spaces []string) (page, error) {
	sel := selection{spaces: spaces, from: m.At, skip: min(len(m.Seen), maxSkip), border: m.At > 0 && len(m.Seen) > 0}
	var why error
	for range 3 {
		p, err := r.fetchPage(ctx, sel)
		if err != nil {
			return page{}, err
		}
		if err := r.addMissed(ctx, m.missed(p), &p); err != nil {
			return page{}, err
		}
		if why = m.check(p); why == nil {
			return p, nil
		}
		r.hub.cfg.Log.WarnContext(ctx, "the hub answered another page than asked", "error", why)
	}
	return page{}, upstream(why, "The Snapshot hub answers other pages than asked for.")
}

// missed returns ids of the border second that paging passed over: neither
// read, nor on the page, nor still to come after it.
func (m *mark) missed(p page) []string {
	have := map[string]bool{"": true}
	beyond := len(p.names) == 0 // the page reaches past the border second
	for _, n := range p.names {
		have[n.id] = true
		beyond = beyond || n.created > m.At
	}
	end := len(p.border)
	for !beyond && end > 0 && !have[p.border[end-1]] {
		end--
	}
	for _, id := range m.Seen {
		have[id] = true
	}
	var out []string
	for _, id := range p.border[:end] {
		if !have[id] {
			out = append(out, id)
		}
	}
	return out
}

func (r *reader) addMissed(ctx context.Context, ids []string, p *page) error {
	extra, err := r.lookup(ctx, ids)
	if err != nil {
		return err
	}
	p.rows = append(p.rows, extra.rows...)
	p.names = append(p.names, extra.names...)
	p.skipped = append(p.skipped, extra.skipped...)
	return nil
}

// check finds what cannot be true of the page after m: rows from before it or
// of no time at all, no row that is new, or the newest first.
func (m *mark) check(p page) error {
	fresh, falling := p.empty() || len(p.names) == 0, len(p.names) > 2
	timed := len(p.names) == 0 || m.At == 0
	for i, n := range p.names {
		timed = timed || n.created > 0
		if n.created > 0 && n.created < m.At {
			return fmt.Errorf("%w: a row is older than asked for", errLie)
		}
		fresh = fresh || n.created != m.At || !slices.Contains(m.Seen, n.id)
		falling = falling && (i == 0 || n.created < p.names[i-1].created)
	}
	switch {
	case !timed:
		return fmt.Errorf("%w: no row has a time", errLie)
	case !fresh:
		return fmt.Errorf("%w: every row of it was read before", errLie)
	case falling:
		return fmt.Errorf("%w: the newest row comes first", errLie)
	}
	return nil
}

// move sets the mark behind the newest row of the page.
func (m *mark) move(names []name) {
	at := m.At
	for _, n := range names {
		at = max(at, n.created)
		if n.created > 0 && (m.From == 0 || n.created < m.From) {
			m.From = n.created
		}
	}
	if at > m.At {
		m.Seen = nil
	}
	m.At = at
	for _, n := range names {
		if n.created == at && !slices.Contains(m.Seen, n.id) {
			m.Seen = append(m.Seen, n.id)
		}
	}
}
