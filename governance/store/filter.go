package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// Sort is the order of a list.
type Sort string

// The orders. Deadline shows what can still be voted on first, soonest end
// first, then what has ended, latest end first. SortScore and SortImportance
// need a person's values: callers rank Candidates and then ask for Refs.
const (
	SortDeadline   Sort = "deadline"
	SortNewest     Sort = "newest"
	SortRelevance  Sort = "relevance" // only with a Query, and its default
	SortScore      Sort = "score"
	SortImportance Sort = "importance"
)

// Filter says which proposals a list holds. Empty fields do not filter;
// several entries of one field are alternatives.
type Filter struct {
	States         []governance.State
	DAO, Query     string
	Kinds          []governance.Kind
	Types          []governance.VotingType
	Flags          []governance.Flag // of the assessment
	EndsBefore     time.Time         // zero = any; inclusive
	Sort           Sort              // "" = deadline, or relevance with a Query
	Cursor         string            // Page.Next of the page before
	Limit          int               // 1…200, 0 = 50
	Now            time.Time         // zero = the store's clock
	Refs           []governance.Ref  // exactly these, in this order; Sort and Cursor are ignored
	IncludeDeleted bool
}

// Listed is a proposal in a list.
type Listed struct {
	Proposal governance.Proposal // Body, Plugins and Strategies are empty
	Assessed bool
	Headline string
	Summary  string
	Asks     []governance.Ask
	Facts    governance.Facts
}

// Page is one page of a list.
type Page struct {
	Items []Listed
	Next  string // "" = the last page
	Total int    // of all pages
	// AtLeast says that Total is a lower bound: a search looks at the newest
	// matches only.
	AtLeast bool
}

const (
	defaultLimit = 50
	maxLimit     = 200
)

// prepare fills the defaults and refuses what cannot be asked for.
func (s *Store) prepare(f Filter) (Filter, error) {
	if f.Limit <= 0 {
		f.Limit = defaultLimit
	}
	f.Limit = min(f.Limit, maxLimit)
	if f.Now.IsZero() {
		f.Now = s.now()
	}
	f.DAO, f.Query = cleanText(f.DAO), cleanText(f.Query)
	searching := len(parseQuery(f.Query)) > 0
	switch {
	case f.Sort == "" && searching:
		f.Sort = SortRelevance
	case f.Sort == "", f.Sort == SortRelevance && !searching:
		f.Sort = SortDeadline
	case f.Sort == SortDeadline, f.Sort == SortNewest, f.Sort == SortRelevance:
	default:
		return f, governance.Errorf(governance.Invalid, "The store cannot sort by %q.", clip(string(f.Sort)))
	}
	return f, nil
}

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
		if onlyOpen(f) {
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

// onlyOpen reports whether f asks for what has not ended, which is little.
func onlyOpen(f Filter) bool {
	for _, state := range f.States {
		if state != governance.Active && state != governance.Pending {
			return false
		}
	}
	return len(f.States) > 0
}

// where adds f's conditions, but not its query.
func (s *Store) where(q *bun.SelectQuery, f Filter) *bun.SelectQuery {
	if !f.IncludeDeleted {
		q = q.Where("p.deleted = FALSE")
	}
	if f.DAO != "" {
		q = q.Where("p.dao = ?", f.DAO)
	}
	if len(f.Kinds) > 0 {
		q = q.Where("p.kind IN (?)", bun.List(f.Kinds))
	}
	if len(f.Types) > 0 {
		q = q.Where("p.type IN (?)", bun.List(f.Types))
	}
	if len(f.Flags) > 0 {
		q = q.Where("p.flag_bits <> 0").Where("p.flag_bits & ? <> 0", flagBits(f.Flags)) // the first for the index
	}
	if !f.EndsBefore.IsZero() {
		q = q.Where("p.end_at <= ?", toUnix(f.EndsBefore))
	}
	return whereState(q, f)
}

func whereState(q *bun.SelectQuery, f Filter) *bun.SelectQuery {
	if len(f.States) == 0 {
		return q
	}
	n := ceilUnix(f.Now)
	if onlyOpen(f) {
		q = q.Where("p.end_at >= ?", n) // for the index
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, state := range f.States {
			switch state {
			case governance.Pending:
				q = q.WhereOr("p.start_at >= ?", n)
			case governance.Active:
				q = q.WhereOr("p.start_at < ? AND p.end_at >= ?", n, n)
			case governance.Closed:
				q = q.WhereOr("p.start_at < ? AND p.end_at < ?", n, n)
			default: // no stored proposal is in another state yet
				q = q.WhereOr("1 = 0")
			}
		}
		return q
	})
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
		ColumnExpr("p.ref, p.dao, p.author, p.type, p.end_at, p.tally, p.facts"), f)
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

// cursor is a place in a list: after the row with these keys.
type cursor struct {
	set    bool // false = the beginning
	sort   Sort
	part   int   // of the deadline order
	now    int64 // second that divides the parts, kept from the first page on
	end    int64
	id     int64
	offset int // in a search's ranking
}

// String is the opaque text form.
func (c cursor) String() string {
	text := fmt.Sprintf("1|%s|%d|%d|%d|%d|%d", c.sort, c.part, c.now, c.end, c.id, c.offset)
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// parseCursor reads a cursor made for the same order. It returns Invalid errors.
func parseCursor(text string, by Sort) (cursor, error) {
	if text == "" {
		return cursor{sort: by}, nil
	}
	bad := governance.Errorf(governance.Invalid, "This page of the list does not exist. Start again from the first page.")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	parts := strings.Split(string(raw), "|")
	if err != nil || len(text) > 200 || len(parts) != 7 || parts[0] != "1" || parts[1] != string(by) {
		return cursor{}, bad
	}
	var n [5]int64
	for i := range n {
		n[i], err = strconv.ParseInt(parts[i+2], 10, 64)
		if err != nil || n[i] < 0 {
			return cursor{}, bad
		}
	}
	c := cursor{set: true, sort: by, part: int(n[0]), now: n[1], end: n[2], id: n[3], offset: int(n[4])}
	if c.part > lastPart(by) || c.offset > poolSize || c.String() != text {
		return cursor{}, bad
	}
	return c, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
