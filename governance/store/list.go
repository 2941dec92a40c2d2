package store

import (
	"context"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// Proposals returns a page of the proposals that match f. It returns Invalid
// for a cursor that it did not make for this order.
func (s *Store) Proposals(ctx context.Context, f Filter) (Page, error) {
	f, err := s.prepare(f)
	if err != nil {
		return Page{}, err
	}
	if f.Refs != nil {
		items, err := s.byRefs(ctx, f)
		return Page{Items: items, Total: len(items)}, err
	}
	if len(parseQuery(f.Query)) > 0 {
		return s.search(ctx, f)
	}
	at, err := parseCursor(f.Cursor, f.Sort)
	if err != nil {
		return Page{}, err
	}
	var page Page
	if page.Items, page.Next, err = s.walk(ctx, f, at); err != nil {
		return Page{}, s.fail(err, "list proposals")
	}
	page.Total, err = s.total(ctx, f)
	return page, err
}

// walk reads one page by keyset. The deadline order is two walks, one after
// the other: over what has not ended at the cursor's time, then over the rest.
func (s *Store) walk(ctx context.Context, f Filter, at cursor) ([]Listed, string, error) {
	if at.now == 0 {
		at.now = ceilUnix(f.Now)
	}
	var items []Listed
	var last cursor // after the last item
	for part := at.part; part <= lastPart(f.Sort) && len(items) <= f.Limit; part++ {
		q := s.where(s.read.NewSelect().TableExpr("proposals AS p").ColumnExpr(listColumns), f)
		found, err := s.listed(ctx, order(q, f, at, part).Limit(int64(f.Limit+1-len(items))))
		if err != nil {
			return nil, "", err
		}
		if items == nil {
			items = make([]Listed, 0, f.Limit+1)
		}
		for _, l := range found {
			if items = append(items, l.Listed); len(items) == f.Limit {
				last = cursor{sort: f.Sort, part: part, now: at.now, end: toUnix(l.Proposal.End), id: l.id}
			}
		}
		at.set = false // the next part is read from its beginning
	}
	if len(items) <= f.Limit {
		return items, "", nil
	}
	return items[:f.Limit], last.String(), nil
}

// keyed is a listed proposal with its key.
type keyed struct {
	Listed
	id int64
}

// listed reads narrow rows, all of them through one row, because setting up
// where its columns go costs as much as reading them.
func (s *Store) listed(ctx context.Context, q *bun.SelectQuery) ([]keyed, error) {
	rows, err := q.Rows(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	out := make([]keyed, 0, defaultLimit+1)
	var r row
	targets := r.targets()
	for rows.Next() {
		r.listed = Listed{}
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		if err := r.finish(); err != nil {
			return nil, err
		}
		out = append(out, keyed{r.listed, r.id})
	}
	return out, rows.Err()
}

func lastPart(by Sort) int {
	if by == SortDeadline {
		return 1
	}
	return 0
}

// order sorts by f.Sort and starts after the cursor. A unary plus keeps
// SQLite from walking all rows by id where few are open.
func order(q *bun.SelectQuery, f Filter, at cursor, part int) *bun.SelectQuery {
	switch {
	case f.Sort == SortNewest:
		if at.set {
			q = q.Where("p.id < ?", at.id)
		}
		if onlyOpen(f) || onlyOutcomes(f) && len(f.States) > 1 {
			return q.OrderExpr("+p.id DESC")
		}
		return q.OrderExpr("p.id DESC")
	case part == 0 && at.set:
		return q.Where("(p.end_at, p.id) > (?, ?)", at.end, at.id).OrderExpr("p.end_at, p.id")
	case part == 0:
		return q.Where("p.end_at >= ?", at.now).OrderExpr("p.end_at, p.id")
	case at.set: // alone: next to another bound of end_at SQLite would start from that
		q = q.Where("(p.end_at, p.id) < (?, ?)", at.end, at.id)
	default:
		q = q.Where("p.end_at < ?", at.now)
	}
	return q.OrderExpr("p.end_at DESC, p.id DESC")
}

// byRefs returns the proposals named, in that order; unknown ones are left out.
func (s *Store) byRefs(ctx context.Context, f Filter) ([]Listed, error) {
	if len(f.Refs) == 0 {
		return nil, nil
	}
	q := s.where(s.read.NewSelect().TableExpr("proposals AS p").ColumnExpr(listColumns), f).Where("p.ref IN (?)", bun.List(f.Refs))
	rows, err := s.listed(ctx, q)
	if err != nil {
		return nil, s.fail(err, "list proposals by ref")
	}
	byRef := make(map[governance.Ref]Listed, len(rows))
	for _, r := range rows {
		byRef[r.Proposal.Ref] = r.Listed
	}
	items := make([]Listed, 0, len(rows))
	for _, ref := range f.Refs {
		if l, ok := byRef[ref]; ok {
			items = append(items, l)
			delete(byRef, ref)
		}
	}
	return items, nil
}

// Candidates returns the facts of the newest `limit` proposals that match f,
// for scoring and ranking. Unassessed ones are among them, without a kind.
func (s *Store) Candidates(ctx context.Context, f Filter, limit int) ([]governance.Facts, error) {
	f, err := s.prepare(f)
	if err != nil {
		return nil, err
	}
	q := s.where(s.read.NewSelect().TableExpr("proposals AS p").
		ColumnExpr("p.ref, p.dao, p.author, p.type, p.end_at, p.tally, p.facts, p.dangers, p.warnings, p.demand"), f)
	if len(parseQuery(f.Query)) > 0 {
		ids, _, err := s.ranked(ctx, f)
		if err != nil {
			return nil, err
		}
		q = q.Where("p.id IN (?)", bun.List(append(ids, -1)))
	}
	f.Sort = SortNewest
	rows, err := order(q, f, cursor{}, 0).Limit(int64(limit)).Rows(ctx)
	out, err := collect(rows, err, scanFacts)
	return out, s.fail(err, "read facts")
}
