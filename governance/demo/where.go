package demo

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// columns names what rows of one kind can be filtered and ordered by.
type columns[T any] struct {
	text    map[string]func(T) string
	number  map[string]func(T) (float64, bool) // false is SQL's null
	special func(key string, value any, now int64) (func(T) bool, error)
	address map[string]string // column → message for a bad address
}

type test[T any] func(T) bool

// compile turns a where object into tests that must all hold. Whatever the hub
// ignores is left out.
func (c columns[T]) compile(where map[string]any, now int64) ([]test[T], error) {
	var out []test[T]
	for key, value := range where {
		if value == nil {
			continue
		}
		if err := checkList(key, value); err != nil {
			return nil, err
		}
		t, err := c.one(key, value, now)
		if err != nil {
			return nil, err
		}
		if t != nil {
			out = append(out, t)
		}
	}
	return out, nil
}

func (c columns[T]) one(key string, value any, now int64) (test[T], error) {
	name, op := splitKey(key)
	if get, ok := c.text[name]; ok {
		if msg := c.address[name]; msg != "" && !validAddresses(value) {
			return nil, fmt.Errorf("%s", msg)
		}
		return textTest(get, op, value), nil
	}
	if get, ok := c.number[name]; ok {
		return numberTest(get, op, value), nil
	}
	if c.special == nil {
		return nil, nil
	}
	return c.special(key, value, now)
}

func splitKey(key string) (name, op string) {
	for _, suffix := range []string{"_not_in", "_in", "_not", "_gte", "_gt", "_lte", "_lt"} {
		if base, ok := strings.CutSuffix(key, suffix); ok {
			return base, suffix[1:]
		}
	}
	return key, "eq"
}

// checkList enforces the hub's cap on lists.
func checkList(key string, value any) error {
	list, ok := value.([]any)
	if !ok {
		return nil
	}
	limit := 100
	if key == "space_in" {
		limit = 10000
	}
	if len(list) > limit {
		return fmt.Errorf("The `%s` argument must not contain more than %d items", key, limit) //nolint:staticcheck // the hub's words
	}
	return nil
}

// textTest compares without case, as the hub's database does.
func textTest[T any](get func(T) string, op string, value any) test[T] {
	set := map[string]bool{}
	for _, v := range listOf(value) {
		set[strings.ToLower(fmt.Sprint(v))] = true
	}
	switch op {
	case "eq", "in":
		return func(row T) bool { return set[strings.ToLower(get(row))] }
	default: // not, not_in; an empty list matches nothing
		return func(row T) bool { return len(set) > 0 && !set[strings.ToLower(get(row))] }
	}
}

func numberTest[T any](get func(T) (float64, bool), op string, value any) test[T] {
	if op == "in" {
		return numberIn(get, value)
	}
	want, ok := toFloat(value)
	if !ok || (want == 0 && op != "eq") {
		return nil // the hub ignores a zero in ranges
	}
	return func(row T) bool {
		have, ok := get(row)
		return ok && compare(have, op, want)
	}
}

func numberIn[T any](get func(T) (float64, bool), value any) test[T] {
	set := map[float64]bool{}
	for _, v := range listOf(value) {
		if f, ok := toFloat(v); ok {
			set[f] = true
		}
	}
	return func(row T) bool {
		have, ok := get(row)
		return ok && set[have]
	}
}

func compare(have float64, op string, want float64) bool {
	switch op {
	case "gt":
		return have > want
	case "gte":
		return have >= want
	case "lt":
		return have < want
	case "lte":
		return have <= want
	}
	return have == want
}

// bounds reads the range on created, so that the index can be searched.
func bounds(where map[string]any) (lo, hi int64) {
	lo, hi = math.MinInt64, math.MaxInt64
	for key, value := range where {
		n, ok := toFloat(value)
		if !ok || n == 0 {
			continue
		}
		switch v := int64(n); key {
		case "created_gt":
			lo = max(lo, v+1)
		case "created_gte":
			lo = max(lo, v)
		case "created_lt":
			hi = min(hi, v-1)
		case "created_lte":
			hi = min(hi, v)
		}
	}
	return lo, hi
}

func listOf(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}

func toFloat(value any) (float64, bool) {
	switch v := value.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	case string:
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil
	}
	return 0, false
}

var addressForm = regexp.MustCompile(`^0[xX][0-9a-fA-F]{1,64}$`)

func validAddresses(value any) bool {
	for _, v := range listOf(value) {
		if s, ok := v.(string); !ok || !addressForm.MatchString(s) {
			return false
		}
	}
	return true
}

// like is SQL's LIKE '%pattern%' without case: % is any run, _ any character.
func like(pattern string) func(text string) bool {
	var b strings.Builder
	b.WriteString("(?is)")
	for _, r := range pattern {
		switch r {
		case '%':
			b.WriteString(".*")
		case '_':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return func(string) bool { return false }
	}
	return re.MatchString
}
