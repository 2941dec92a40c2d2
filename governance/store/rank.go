package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
)

// match is one row of the pool that a search ranks.
type match struct {
	id, end        int64
	title, daoName string
	named          bool // all phrases occur in the title or the DAO's name
	score          float64
}

// ranked returns the ids of the newest poolSize matches in f's order, and
// whether there are more. Relevant is first what names all phrases in its
// title or DAO, then what the engine scores higher, then what is newer. The
// engines' scores count the matches of each word in everything stored, so
// they are left out where matches are too many to tell rows apart anyway.
func (s *Store) ranked(ctx context.Context, f Filter) ([]int64, bool, error) {
	phrases := parseQuery(f.Query)
	// An unfinished word is looked for as a whole one first: collecting all
	// that it may begin takes long for common ones, which fill the pool anyway.
	pool, err := s.pool(ctx, f, whole(phrases))
	if err == nil && len(pool) <= poolSize && slices.ContainsFunc(phrases, func(p phrase) bool { return p.prefix }) {
		pool, err = s.pool(ctx, f, phrases)
	}
	if err != nil {
		return nil, false, s.fail(err, "search")
	}
	more := len(pool) > poolSize
	pool = pool[:min(len(pool), poolSize)]
	switch f.Sort {
	case SortDeadline:
		byDeadline(pool, ceilUnix(f.Now))
	case SortRelevance:
		if !more && quickToScore(phrases) {
			if err := s.score(ctx, pool, phrases); err != nil {
				return nil, false, s.fail(err, "rank a search")
			}
		}
		byRelevance(pool, phrases)
	}
	ids := make([]int64, len(pool))
	for i, m := range pool {
		ids[i] = m.id
	}
	return ids, more, nil
}

func (s *Store) pool(ctx context.Context, f Filter, phrases []phrase) ([]match, error) {
	rows, err := s.matches(f, phrases).Rows(ctx)
	return collect(rows, err, scanMatch)
}

// whole takes the last word as finished.
func whole(phrases []phrase) []phrase {
	out := slices.Clone(phrases)
	for i := range out {
		out[i].prefix = false
	}
	return out
}

func scanMatch(rows *sql.Rows) (m match, err error) {
	err = rows.Scan(&m.id, &m.end, &m.title, &m.daoName)
	return m, err
}

// quickToScore reports whether counting each phrase's matches is cheap: it
// takes long for phrases of several words and for unfinished words.
func quickToScore(phrases []phrase) bool {
	return !slices.ContainsFunc(phrases, func(p phrase) bool { return p.prefix || len(p.words) > 1 })
}

func (s *Store) score(ctx context.Context, pool []match, phrases []phrase) error {
	if len(pool) < 2 {
		return nil
	}
	place := make(map[int64]int, len(pool))
	ids := make([]int64, len(pool))
	for i, m := range pool {
		place[m.id], ids[i] = i, m.id
	}
	rows, err := s.scores(ids, phrases).Rows(ctx)
	_, err = collect(rows, err, func(rows *sql.Rows) (struct{}, error) {
		var id int64
		var score float64
		err := rows.Scan(&id, &score)
		if i, ok := place[id]; ok {
			pool[i].score = score
		}
		return struct{}{}, err
	})
	return err
}

func byRelevance(pool []match, phrases []phrase) {
	for i := range pool {
		pool[i].named = names(pool[i], phrases)
	}
	slices.SortStableFunc(pool, func(a, b match) int {
		if a.named != b.named {
			return 1 - 2*bit(a.named)
		}
		return cmp.Compare(b.score, a.score)
	})
}

// names reports whether all phrases occur in the title or the DAO's name.
func names(m match, phrases []phrase) bool {
	text := " " + searchText(cut(m.title, maxIndexedTitle)) + " " + searchText(m.daoName) + " "
	for _, p := range phrases {
		wanted := " " + strings.Join(p.words, " ")
		if !p.prefix {
			wanted += " "
		}
		if !strings.Contains(text, wanted) {
			return false
		}
	}
	return true
}

// byDeadline sorts as a list's deadline order does.
func byDeadline(pool []match, now int64) {
	slices.SortStableFunc(pool, func(a, b match) int {
		aOpen, bOpen := a.end >= now, b.end >= now
		switch {
		case aOpen != bOpen:
			return 1 - 2*bit(aOpen)
		case aOpen:
			return cmp.Compare(a.end, b.end)
		}
		return cmp.Compare(b.end, a.end)
	})
}
