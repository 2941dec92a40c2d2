package store

import (
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
	Facts    governance.Facts   // with what the calls say
	Demand   *governance.Demand // of the calls, nil where nothing was inspected
	Twinned  bool               // the DAO's other venue asks the same; only of one proposal, not in lists
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

// StateOver is, in a Filter, every state after a vote: closed, and what
// governors said of the time after it.
const StateOver governance.State = "over"

// onlyOpen reports whether f asks for what has not ended, which is little.
func onlyOpen(f Filter) bool {
	for _, state := range f.States {
		if state != governance.Active && state != governance.Pending {
			return false
		}
	}
	return len(f.States) > 0
}

// onlyOutcomes reports whether f asks for what governors said after a vote.
func onlyOutcomes(f Filter) bool {
	for _, state := range f.States {
		if state == governance.Active || state == governance.Pending || state == governance.Closed || state == StateOver {
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
	switch {
	case onlyOutcomes(f): // for the index
		return q.Where("p.outcome <> ''").Where("p.outcome IN (?)", bun.List(f.States))
	case onlyOpen(f):
		q = q.Where("p.end_at >= ?", n) // for the index
	}
	return q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, state := range f.States {
			switch state {
			case governance.Pending:
				q = q.WhereOr("p.start_at >= ? AND p.outcome = ''", n)
			case governance.Active:
				q = q.WhereOr("p.start_at < ? AND p.end_at >= ? AND p.outcome = ''", n, n)
			case governance.Closed:
				q = q.WhereOr("p.start_at < ? AND p.end_at < ? AND p.outcome = ''", n, n)
			case StateOver:
				q = q.WhereOr("p.start_at < ? AND p.end_at < ?", n, n).WhereOr("p.outcome <> ''")
			default:
				q = q.WhereOr("p.outcome = ?", string(state))
			}
		}
		return q
	})
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
