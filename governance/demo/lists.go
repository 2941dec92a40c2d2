package demo

import (
	"fmt"
	"sort"

	"github.com/vektah/gqlparser/v2/ast"
)

// page is a list root's arguments after the hub's checks.
type page struct {
	first, skip int
	where       map[string]any
	orderBy     string
	asc         bool
}

func (e *exec) readPage(args map[string]any, maxFirst, maxSkip int) (page, error) {
	p := page{orderBy: "created"}
	var err error
	if p.first, err = limited(args, "first", maxFirst); err != nil {
		return p, err
	}
	if p.skip, err = limited(args, "skip", maxSkip); err != nil {
		return p, err
	}
	p.where, _ = args["where"].(map[string]any)
	if by, ok := args["orderBy"].(string); ok && by != "" {
		p.orderBy = by
	}
	p.asc = args["orderDirection"] == "asc"
	if e.fault == FaultRepeatedPage {
		p.skip = 0
		p.where = withoutCursor(p.where)
	}
	return p, nil
}

// withoutCursor is what a hub would see that ignores where a client has got to.
func withoutCursor(where map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range where {
		if name, _ := splitKey(key); name != "created" {
			out[key] = value
		}
	}
	return out
}

func limited(args map[string]any, name string, limit int) (int, error) {
	n, ok := toFloat(args[name])
	switch {
	case !ok:
		return 0, fmt.Errorf("The `%s` argument must be a number", name) //nolint:staticcheck // as the hub words it
	case n < 0:
		return 0, fmt.Errorf("The `%s` argument must be positive", name) //nolint:staticcheck // the hub's words
	case n > float64(limit):
		return 0, fmt.Errorf("The `%s` argument must not be greater than %d", name, limit) //nolint:staticcheck // the hub's words
	}
	return int(n), nil
}

// choose filters rows, orders them and cuts the page. Rows arrive ordered by
// id, or already in the wanted order when sorted is true.
func choose[T any](rows []T, tests []test[T], p page, less func(a, b T) bool, sorted bool) []T {
	if sorted {
		return take(rows, tests, p)
	}
	var all []T
	for _, row := range rows {
		if holds(row, tests) {
			all = append(all, row)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return less(all[i], all[j]) })
	return take(all, nil, p)
}

func take[T any](rows []T, tests []test[T], p page) []T {
	out := make([]T, 0, min(p.first, len(rows)))
	skip := p.skip
	for _, row := range rows {
		if len(out) == p.first {
			break
		}
		if !holds(row, tests) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		out = append(out, row)
	}
	return out
}

func holds[T any](row T, tests []test[T]) bool {
	for _, t := range tests {
		if !t(row) {
			return false
		}
	}
	return true
}

// by compares by one column; ties go by id ascending, or in the same direction
// where tieTurns is set.
func by[T any](get func(T) (float64, bool), id func(T) string, asc, tieTurns bool) func(a, b T) bool {
	return func(a, b T) bool {
		x, _ := get(a)
		y, _ := get(b)
		switch {
		case x != y:
			return (x < y) == asc
		case tieTurns && !asc:
			return id(a) > id(b)
		}
		return id(a) < id(b)
	}
}

// list writes rows, dropping and breaking as the faults ask.
func list[T any](e *exec, dst []byte, f *ast.Field, rows []T, write func([]byte, T) ([]byte, error)) ([]byte, error) {
	rows = bend(e, rows)
	dst = append(dst, '[')
	for i, row := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		mark := len(dst)
		var err error
		if dst, err = write(dst, row); err == nil && !e.nullRow(i) {
			continue
		}
		message := "Cannot return null for non-nullable field."
		if err != nil {
			message = err.Error()
		}
		e.fail(f, message, f.Alias, i)
		e.failed = e.failed || e.gen == Latest
		dst = append(dst[:mark], "null"...)
	}
	return append(dst, ']'), nil
}
