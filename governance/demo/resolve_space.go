package demo

import "github.com/vektah/gqlparser/v2/ast"

func (e *exec) listSpaces(dst []byte, f *ast.Field, args map[string]any) ([]byte, error) {
	p, err := e.readPage(args, 1000, 100000)
	if err != nil {
		return dst, err
	}
	chosen, err := e.chooseSpaces(p)
	if err != nil {
		return dst, err
	}
	return list(e, dst, f, chosen, func(dst []byte, s *spaceRow) ([]byte, error) {
		return e.value(dst, e.counted(s), f.SelectionSet), nil
	})
}

func (e *exec) chooseSpaces(p page) ([]*spaceRow, error) {
	cols := spaceColumns()
	tests, err := cols.compile(p.where, e.now)
	if err != nil {
		return nil, err
	}
	id := func(s *spaceRow) string { return s.ID }
	less := by(cols.number["created"], id, p.asc, false)
	if p.orderBy == "id" {
		less = func(a, b *spaceRow) bool { return (a.ID < b.ID) == p.asc && a.ID != b.ID }
	}
	return choose(e.ix.spaces, tests, p, less, false), nil
}

// ranking leaves out private and flagged spaces, largest following first.
func (e *exec) ranking(dst []byte, f *ast.Field, args map[string]any) ([]byte, error) {
	p, err := e.readPage(args, 20, 100000)
	if err != nil {
		return dst, err
	}
	tests, err := spaceColumns().compile(p.where, e.now)
	if err != nil {
		return dst, err
	}
	tests = append(tests, func(s *spaceRow) bool { return !s.Private && !s.Flagged })
	all := p
	all.first, all.skip = len(e.ix.spaces), 0
	popular := by(func(s *spaceRow) (float64, bool) { return float64(s.FollowersCount), true },
		func(s *spaceRow) string { return s.ID }, false, false)
	rows := choose(e.ix.spaces, tests, all, popular, false)
	items := []any{}
	for _, s := range take(rows, nil, p) {
		items = append(items, e.counted(s))
	}
	return e.value(dst, map[string]any{"items": items,
		"metrics": map[string]any{"total": len(rows), "categories": map[string]any{}}}, f.SelectionSet), nil
}

func (e *exec) oneSpace(dst []byte, f *ast.Field, id string) []byte {
	row := e.ix.space(id)
	if row == nil || row.gone {
		return append(dst, "null"...)
	}
	return e.value(dst, e.counted(row), f.SelectionSet)
}

// spaceOf writes a row's space. A deleted one is still written whole by the
// old generation; a space that was never known has only its id.
func (e *exec) spaceOf(dst []byte, id string, f *ast.Field) []byte {
	return e.cached(dst, "space "+id, f, func() any {
		if row := e.ix.bySpace[id]; row != nil {
			return row.values
		}
		return map[string]any{"id": id}
	})
}

// counted adds what depends on the clock.
func (e *exec) counted(s *spaceRow) map[string]any {
	out := make(map[string]any, len(s.values)+5)
	for k, v := range s.values {
		out[k] = v
	}
	var active, day, week, month int
	for _, p := range s.rows {
		if p.State(e.now) == "active" {
			active++
		}
		age := e.now - p.Created
		day += within(age, 1)
		week += within(age, 7)
		month += within(age, 30)
	}
	out["activeProposals"], out["proposalsCount"] = active, len(s.rows)
	out["proposalsCount1d"], out["proposalsCount7d"], out["proposalsCount30d"] = day, week, month
	return out
}

func within(age, days int64) int {
	if age >= 0 && age <= days*86400 {
		return 1
	}
	return 0
}
