package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/riverqueue/river"
	"github.com/uptrace/bun"

	"mandate/governance"
)

// Applied says what a batch changed.
type Applied struct {
	New, Edited, Same, Counted, Gone int
	Skipped                          int // rows without a ref or a DAO, events of proposals that are not known
	Events                           int // that were not known
	Undone                           int // proposals and events taken back with replaced blocks
}

// applyChunk is how many proposals one round of statements handles.
const applyChunk = 500

// change is one proposal of a batch and what is stored of it so far.
type change struct {
	p   *governance.Proposal
	id  int64
	old *stored // nil = new
}

// stored is what Apply has to know of a stored row.
type stored struct {
	id              int64
	dao, hash       string
	tally           string
	version         int
	flagged, gone   bool
	seen            int64
	url, discussion string
}

// Apply stores a step of reading: spaces, proposals, counts, what is gone,
// and the cursor, all in one transaction, with a job for what has to be read
// again. Doing it twice changes nothing. An empty b.Next leaves the cursor
// where it is, so that refreshed rows can be applied too. Absence deletes
// nothing. It returns Upstream when the same call may succeed later.
func (s *Store) Apply(ctx context.Context, source string, b governance.Batch) (Applied, error) {
	proposals, skipped := s.cleanBatch(b.Proposals)
	done := Applied{Skipped: skipped}
	w := &writer{s: s, daos: map[string]int{}, names: map[string]string{}, homes: map[string]string{}, done: &done}
	err := s.inApplyTx(ctx, func(inner context.Context, tx bun.Tx) error {
		w.tx = tx.Tx
		if err := w.rollback(inner, b.Rollback); err != nil {
			return err
		}
		if err := w.spaces(inner, b.Spaces); err != nil {
			return err
		}
		for chunk := range slices.Chunk(proposals, applyChunk) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := w.proposals(inner, chunk); err != nil {
				return err
			}
		}
		for _, step := range []func() error{
			func() error { return w.events(inner, b.Events) },
			func() error { return w.counts(inner, b.Counts) },
			func() error { return w.gone(inner, b.Gone) },
			func() error { return w.sums(inner) },
			func() error { return w.cursor(inner, source, b, len(proposals)) },
			func() error { return w.enqueue(inner) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return Applied{}, s.fail(err, "store what was read from "+source)
	}
	if w.visible {
		s.changed()
	}
	return done, nil
}

// cleanBatch returns the storable rows of a batch, the last one of each ref,
// and how many could not be stored.
func (s *Store) cleanBatch(list []governance.Proposal) (out []*governance.Proposal, skipped int) {
	now := fromUnix(toUnix(s.now()))
	last := make(map[governance.Ref]int, len(list))
	out = make([]*governance.Proposal, 0, len(list))
	for i := range list {
		p := list[i] // a copy: the caller's batch stays as it is
		clean(&p)
		p.ContentHash = p.HashContent()
		if p.Seen.IsZero() {
			p.Seen = now
		}
		if p.Ref == "" || p.DAO == "" {
			s.log.Warn("A proposal without a name was not stored.", "ref", p.Ref, "dao", p.DAO)
			skipped++
			continue
		}
		if at, ok := last[p.Ref]; ok {
			out[at] = &p
			continue
		}
		last[p.Ref] = len(out)
		out = append(out, &p)
	}
	return out, skipped
}

// writer is one transaction of Apply.
type writer struct {
	s       *Store
	tx      *sql.Tx
	done    *Applied
	daos    map[string]int    // change of each DAO's number of proposals
	names   map[string]string // of DAOs seen in this transaction
	homes   map[string]string // DAOs of governors seen in this transaction
	visible bool              // something that a page shows changed
}

func (w *writer) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := w.tx.ExecContext(ctx, w.s.sql(query), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (w *writer) proposals(ctx context.Context, chunk []*governance.Proposal) error {
	old, err := w.stored(ctx, chunk)
	if err != nil {
		return err
	}
	if err := w.settle(ctx, chunk); err != nil {
		return err
	}
	if err := w.nameDAOs(ctx, chunk); err != nil {
		return err
	}
	var fresh, edited []*change
	for _, p := range chunk {
		p.DAOName = w.names[p.DAO]
		c := &change{p: p, old: old[p.Ref]}
		switch {
		case c.old == nil:
			fresh = append(fresh, c)
		case c.old.hash != p.ContentHash:
			c.id = c.old.id
			edited = append(edited, c)
		default:
			if err := w.same(ctx, c); err != nil {
				return err
			}
		}
	}
	if err := w.insert(ctx, fresh); err != nil {
		return err
	}
	if err := w.edit(ctx, edited); err != nil {
		return err
	}
	if err := w.index(ctx, fresh, false); err != nil {
		return err
	}
	return w.index(ctx, edited, true)
}

// stored looks up which of the refs are known.
func (w *writer) stored(ctx context.Context, chunk []*governance.Proposal) (map[governance.Ref]*stored, error) {
	args := make([]any, len(chunk))
	for i, p := range chunk {
		args[i] = string(p.Ref)
	}
	known := make(map[governance.Ref]*stored)
	rows, err := w.tx.QueryContext(ctx, w.s.sql(`SELECT ref, id, dao, content_hash, tally, version, flagged, deleted, seen, url, discussion
		FROM proposals WHERE ref IN (`+marks(len(args))+`)`), args...)
	_, err = collect(rows, err, func(rows *sql.Rows) (struct{}, error) {
		var ref governance.Ref
		var o stored
		err := rows.Scan(&ref, &o.id, &o.dao, &o.hash, &o.tally, &o.version, &o.flagged, &o.gone, &o.seen, &o.url, &o.discussion)
		known[ref] = &o
		return struct{}{}, err
	})
	return known, err
}

// same refreshes what is not content: the count, flags, links.
func (w *writer) same(ctx context.Context, c *change) error {
	p, tally := c.p, encodeTally(c.p.Tally)
	w.done.Same++
	if c.old.gone != p.Deleted {
		w.count(c.old.dao, c.old.gone, p.Deleted)
	}
	if p.OnChain != nil {
		return w.sameOnChain(ctx, c)
	}
	if tally != c.old.tally || p.Flagged != c.old.flagged || p.Deleted != c.old.gone || p.URL != c.old.url {
		w.visible = true
	}
	_, err := w.exec(ctx, `UPDATE proposals SET tally = ?, final = ?, flagged = ?, deleted = ?, seen = ?, url = ?, labels = ?, updated_at = ?,
		quorum = ?, quorum_type = ?, app = ?, ipfs = ? WHERE id = ?`,
		tally, isFinal(p), p.Flagged, p.Deleted, toUnix(p.Seen), p.URL, toJSON(p.Labels), toUnix(p.Updated),
		p.Quorum, p.QuorumType, p.App, p.IPFS, c.old.id)
	return err
}

// count notes that a proposal of dao went from one side to the other.
func (w *writer) count(dao string, wasGone, isGone bool) {
	if wasGone {
		w.daos[dao]++
	}
	if isGone {
		w.daos[dao]--
	}
}

// sums keeps the number of proposals of each DAO.
func (w *writer) sums(ctx context.Context) error {
	for _, dao := range slices.Sorted(maps.Keys(w.daos)) {
		if w.daos[dao] == 0 {
			continue
		}
		if _, err := w.exec(ctx, `UPDATE daos SET proposals = proposals + ? WHERE id = ?`, w.daos[dao], dao); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) cursor(ctx context.Context, source string, b governance.Batch, stored int) error {
	set := `requests = sources.requests + excluded.requests, stored = sources.stored + excluded.stored`
	if b.Next != "" {
		set += `, cursor = excluded.cursor, done = excluded.done, estimate = excluded.estimate, share = excluded.share`
	}
	_, err := w.exec(ctx, `INSERT INTO sources (name, cursor, done, estimate, share, requests, stored) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET `+set, source, cleanText(b.Next), b.Done, b.Estimate, finite(b.Share), b.Requests, stored)
	return err
}

// enqueue asks for the reading of what is new.
func (w *writer) enqueue(ctx context.Context) error {
	if w.s.onChange == nil || w.done.New+w.done.Edited == 0 {
		return nil
	}
	_, err := w.s.inserter.InsertTx(ctx, w.tx, w.s.onChange, &river.InsertOpts{UniqueOpts: onceAtATime()})
	return err
}
