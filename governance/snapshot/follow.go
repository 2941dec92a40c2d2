package snapshot

import (
	"context"
	"time"

	"mandate/governance"
)

// lookEvery is the pause between two looks for rows that arrive late. New rows,
// edits and open counts are asked for at every step.
const lookEvery = 10 * time.Minute

// lookupAtOnce bounds how many changed rows one step fetches.
const lookupAtOnce = 1000

// follow is the steady state: the page after the newest row and, once that is
// empty, what changed elsewhere. Two requests if nothing happened, however many
// spaces there are.
func (r *reader) follow(ctx context.Context, c *cursor, b *governance.Batch) error {
	p, err := r.honest(ctx, &c.Main, c.Spaces)
	if err != nil {
		return err
	}
	if !p.empty() {
		c.Main.move(p.names)
		r.take(c, p, b)
		return nil
	}
	return r.watch(ctx, c, b)
}

// watch fetches the rows whose state is not among the known ones, and the
// counts of the rest.
func (r *reader) watch(ctx context.Context, c *cursor, b *governance.Batch) error {
	look := r.now.Unix()-c.Looked >= int64(lookEvery/time.Second)
	lists, err := r.changes(ctx, c, look)
	if err != nil {
		return err
	}
	have := c.Known.set()
	unknown := map[string]light{}
	for _, l := range append(lists["recent"], lists["edited"]...) {
		if l.id != "" && !have[stateOf(l.id, l.updated)] {
			unknown[l.id] = l
		}
	}
	found, err := r.fetchUnknown(ctx, c, unknown, b)
	if err != nil {
		return err
	}
	b.Done = len(unknown) <= lookupAtOnce || found == 0
	counted := map[governance.Ref]bool{"": true}
	for _, root := range []string{"active", "edited", "recent"} {
		for _, l := range lists[root] {
			if _, changed := unknown[l.id]; !changed && !counted[l.ref] {
				counted[l.ref] = true
				b.Counts = append(b.Counts, l.count)
			}
		}
	}
	if look && b.Done {
		c.Watched, c.Looked = r.now.Unix(), r.now.Unix()
		c.Known = c.Known.prune(c.horizon())
	}
	return nil
}

// fetchUnknown reads changed rows and returns how many of them there were.
func (r *reader) fetchUnknown(ctx context.Context, c *cursor, unknown map[string]light, b *governance.Batch) (int, error) {
	ids := make([]string, 0, len(unknown))
	for id := range unknown {
		if len(ids) < lookupAtOnce {
			ids = append(ids, id)
		}
	}
	p, err := r.lookup(ctx, ids)
	if err != nil {
		return 0, err
	}
	r.take(c, p, b)
	// What cannot be read is known too, or it would be asked for every time.
	for _, n := range p.names {
		l := unknown[n.id]
		c.note(n.id, l.created, l.updated)
	}
	return len(p.names), nil
}

// changes reads the three light lists, in one request while each is short.
func (r *reader) changes(ctx context.Context, c *cursor, look bool) (map[string][]light, error) {
	out := map[string][]light{}
	more := map[string]bool{"recent": look, "edited": true, "active": true}
	for skip := 0; skip <= maxSkip; skip += pageLimit {
		s := &lightSink{}
		q := &call{hub: r.hub, sink: s, requests: &r.requests}
		for root, on := range more {
			if on {
				q.roots = append(q.roots, root)
			}
		}
		if len(q.roots) == 0 {
			break
		}
		_, err := askChanges(ctx, q, c.Spaces, int(c.horizon()), more["recent"], more["edited"], more["active"], skip)
		if err != nil {
			return nil, err
		}
		for root := range more {
			out[root] = append(out[root], s.rows[root]...)
			// Pages may be short: only a clearly unfilled one is the last.
			more[root] = s.count[root] > pageLimit/2
		}
	}
	return out, nil
}

// lightSink collects light rows by root.
type lightSink struct {
	rows  map[string][]light
	count map[string]int // null rows included
}

func (s *lightSink) reset() { s.rows, s.count = map[string][]light{}, map[string]int{} }

func (s *lightSink) row(root string, _ int, raw []byte, _ bool) {
	s.count[root]++
	if l := decodeLight(raw); l.ref != "" {
		s.rows[root] = append(s.rows[root], l)
	}
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
