package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/store"
)

// query is a list as its address names it; pages and API share it.
type query struct {
	store.Filter
	state string // as asked: open, asks, soon, closed, all, or a state
	ends  string // 24h, 3d, 7d
	asks  bool   // only those that ask the person
}

const (
	sortScore      = store.Sort("score")
	sortImportance = store.Sort("importance")
	// maxRanked is how many of the newest matches are ranked by score: more
	// would not be read either.
	maxRanked = 2000
	pageSize  = 50
	maxLimit  = 100
)

var endings = map[string]time.Duration{"24h": 24 * time.Hour, "3d": 72 * time.Hour, "7d": 168 * time.Hour}

// parseQuery reads the fields of a list's address. Its errors are Invalid
// and name the field.
func parseQuery(v url.Values, now time.Time, defaultState string) (query, error) {
	q := query{state: cmp.Or(v.Get("outcome"), v.Get("state"), defaultState), ends: v.Get("ends")}
	q.Now, q.Query, q.DAO, q.Cursor = now, strings.TrimSpace(v.Get("q")), v.Get("dao"), v.Get("cursor")
	if len(q.Query) > 400 {
		return q, governance.Errorf(governance.Invalid, "A search takes at most 400 characters.")
	}
	if o := v.Get("outcome"); o != "" && !ended(o) {
		return q, governance.Errorf(governance.Invalid, "outcome is succeeded, queued, executed, defeated, canceled, expired or vetoed.")
	}
	if err := q.setState(); err != nil {
		return q, err
	}
	if err := q.setKinds(v); err != nil {
		return q, err
	}
	if q.ends != "" {
		d, ok := endings[q.ends]
		if !ok {
			return q, governance.Errorf(governance.Invalid, "ends is 24h, 3d or 7d.")
		}
		q.EndsBefore = now.Add(d)
	}
	return q, q.setOrder(v)
}

func (q *query) setState() error {
	switch q.state {
	case "all":
	case "open":
		q.States = []governance.State{governance.Active}
	case "asks":
		q.States, q.asks = []governance.State{governance.Active}, true
	case "closed":
		q.States = []governance.State{store.StateOver}
	case "soon":
		q.States = []governance.State{governance.Pending}
	default:
		state := governance.State(q.state)
		if !slices.Contains([]governance.State{governance.Pending, governance.Active, governance.Closed, governance.Succeeded, governance.Defeated,
			governance.Queued, governance.Executed, governance.Canceled, governance.Expired, governance.Vetoed}, state) {
			return governance.Errorf(governance.Invalid, "state is open, asks, soon, closed, all or the name of a state.")
		}
		q.States = []governance.State{state}
	}
	return nil
}

func (q *query) setKinds(v url.Values) error {
	for _, k := range v["kind"] {
		if k == "" {
			continue
		}
		if !slices.Contains(governance.Kinds(), governance.Kind(k)) {
			return governance.Errorf(governance.Invalid, "kind is not known.")
		}
		q.Kinds = append(q.Kinds, governance.Kind(k))
	}
	for _, t := range v["type"] {
		if len(t) > 40 {
			return governance.Errorf(governance.Invalid, "type is not known.")
		}
		if t != "" {
			q.Types = append(q.Types, governance.VotingType(t))
		}
	}
	for _, f := range v["flag"] {
		if f == "" {
			continue
		}
		if _, ok := flagNames[governance.Flag(f)]; !ok {
			return governance.Errorf(governance.Invalid, "flag is not known.")
		}
		q.Flags = append(q.Flags, governance.Flag(f))
	}
	return nil
}

func (q *query) setOrder(v url.Values) error {
	q.Limit = pageSize
	if text := v.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxLimit {
			return governance.Errorf(governance.Invalid, "limit is a number from 1 to %d.", maxLimit)
		}
		q.Limit = n
	}
	q.Sort = store.Sort(v.Get("sort"))
	switch q.Sort {
	case "":
		q.Sort = q.usualSort()
	case store.SortDeadline, store.SortNewest, sortScore, sortImportance:
	case store.SortRelevance:
		if q.Query == "" {
			return governance.Errorf(governance.Invalid, "sort=relevance needs a search.")
		}
	default:
		return governance.Errorf(governance.Invalid, "sort is deadline, newest, score or importance.")
	}
	return nil
}

// usualSort is the order of a list that names none: what is looked for by how
// well it fits, what can be voted on by its end, the rest by age.
func (q *query) usualSort() store.Sort {
	switch {
	case q.Query != "":
		return store.SortRelevance
	case slices.Contains([]string{"open", "asks", "soon", "active", "pending"}, q.state):
		return store.SortDeadline
	default:
		return store.SortNewest
	}
}

// scored is a proposal of a list with what the person's values say.
type scored struct {
	store.Listed
	Score governance.Score
}

// listing is one page of a list.
type listing struct {
	items []scored
	next  string
	total int
	from  int  // position of the first item, 0 = first page or unknown
	more  bool // total is only what was ranked; there are more
}

// list fetches one page. Orders of the database are paged there; orders by
// score rank the newest matches here.
func (s *Server) list(ctx context.Context, q query, v governance.Values) (listing, error) {
	if q.Sort == sortScore || q.Sort == sortImportance || q.asks {
		return s.ranked(ctx, q, v)
	}
	page, err := s.Store.Proposals(ctx, q.Filter)
	if err != nil {
		return listing{}, err
	}
	out := listing{next: page.Next, total: page.Total, more: page.AtLeast, items: make([]scored, len(page.Items))}
	for i, item := range page.Items {
		out.items[i] = scored{Listed: item, Score: score(item.Facts, v, q.Now)}
	}
	return out, nil
}

// ranked orders the newest matches by score or importance. Its cursor is a
// plain position: the order is recomputed for every page.
func (s *Server) ranked(ctx context.Context, q query, v governance.Values) (listing, error) {
	from := 0
	if q.Cursor != "" {
		n, err := strconv.Atoi(strings.TrimPrefix(q.Cursor, "at-"))
		if err != nil || n < 0 || n > maxRanked {
			return listing{}, governance.Errorf(governance.Invalid, "The cursor is not one of this list.")
		}
		from = n
	}
	newest := q.Filter
	newest.Sort, newest.Cursor = store.SortNewest, ""
	facts, err := s.Store.Candidates(ctx, newest, maxRanked)
	if err != nil {
		return listing{}, err
	}
	type rank struct {
		ref governance.Ref
		end time.Time
		governance.Score
	}
	var ranks []rank
	for _, f := range facts {
		if sc := score(f, v, q.Now); !q.asks || sc.Route == governance.RouteAsk {
			ranks = append(ranks, rank{f.Ref, f.End, sc})
		}
	}
	slices.SortStableFunc(ranks, func(a, b rank) int {
		if q.Sort == sortScore {
			return cmp.Or(cmp.Compare(best(b.Score), best(a.Score)), a.end.Compare(b.end))
		}
		if q.Sort == sortImportance {
			return cmp.Or(cmp.Compare(b.Importance, a.Importance), a.end.Compare(b.end))
		}
		return a.end.Compare(b.end)
	})
	out := listing{total: len(ranks), from: from}
	ranks = ranks[min(from, len(ranks)):]
	if len(ranks) > q.Limit {
		ranks, out.next = ranks[:q.Limit], "at-"+strconv.Itoa(from+q.Limit)
	}
	refs := make([]governance.Ref, len(ranks))
	for i, r := range ranks {
		refs[i] = r.ref
	}
	cards, err := s.cards(ctx, refs, q.Now)
	if err != nil {
		return listing{}, err
	}
	for _, r := range ranks {
		if item, ok := cards[r.ref]; ok {
			out.items = append(out.items, scored{Listed: item, Score: r.Score})
		}
	}
	return out, nil
}

// cards fetches list rows by ref, in one query.
func (s *Server) cards(ctx context.Context, refs []governance.Ref, now time.Time) (map[governance.Ref]store.Listed, error) {
	out := make(map[governance.Ref]store.Listed, len(refs))
	if len(refs) == 0 {
		return out, nil
	}
	page, err := s.Store.Proposals(ctx, store.Filter{Refs: refs, Now: now, Limit: len(refs), Sort: store.SortNewest, IncludeDeleted: true})
	if err != nil {
		return nil, err
	}
	for _, item := range page.Items {
		out[item.Proposal.Ref] = item
	}
	return out, nil
}

// score is what values say; a proposal that is not read yet has none.
func score(f governance.Facts, v governance.Values, now time.Time) governance.Score {
	if f.Kind == "" {
		return governance.Score{Route: governance.RouteDigest, ValuesVersion: v.Version}
	}
	return governance.ScoreProposal(f, v, governance.ScoreContext{Now: now})
}

// best is the strongest score of any choice, signed.
func best(sc governance.Score) float64 {
	top := 0.0
	for _, c := range sc.Choices {
		if c.Score > top {
			top = c.Score
		}
	}
	return top
}

// valuesOf reads the caller's values; none is not an error. Scores would tell
// what they are: a token that may not read has none.
func (s *Server) valuesOf(c echo.Context) (governance.Values, error) {
	subject, w := s.subject(c), who(c)
	if subject == "" || !w.may(governance.ScopeRead) && !w.may(governance.ScopeValues) {
		return governance.Values{}, nil
	}
	return s.Store.Values(c.Request().Context(), subject)
}
