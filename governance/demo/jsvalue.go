package demo

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsObject is a JSON object that keeps its keys in JavaScript's order: the
// sequencer hashes what it received as JSON.stringify would write it.
type jsObject struct {
	keys   []string
	values map[string]any
}

// parseJS reads JSON as JavaScript does. Values are nil, bool, float64,
// string, []any and *jsObject.
func parseJS(raw []byte) (any, error) {
	if !json.Valid(raw) { // bounds the depth too
		return nil, errors.New("no JSON")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	v, err := readJS(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

func readJS(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	switch token := token.(type) {
	case json.Number:
		f, _ := token.Float64() // what is too large is infinite, as in JavaScript
		return f, nil
	case json.Delim:
		if token == '[' {
			return readArray(dec)
		}
		return readObject(dec)
	}
	return token, nil
}

func readArray(dec *json.Decoder) (any, error) {
	out := []any{}
	for dec.More() {
		v, err := readJS(dec)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, closing(dec)
}

func readObject(dec *json.Decoder) (any, error) {
	out := &jsObject{values: map[string]any{}}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("read JSON: %w", err)
		}
		v, err := readJS(dec)
		if err != nil {
			return nil, err
		}
		out.set(key.(string), v)
	}
	slices.SortStableFunc(out.keys, integersFirst)
	return out, closing(dec)
}

func closing(dec *json.Decoder) error {
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("read JSON: %w", err)
	}
	return nil
}

// set adds a key, or replaces its value where it stands.
func (o *jsObject) set(key string, v any) {
	if _, have := o.values[key]; !have {
		o.keys = append(o.keys, key)
	}
	o.values[key] = v
}

// integersFirst is JavaScript's order of keys: indexes ascending, then the
// rest as they were added.
func integersFirst(a, b string) int {
	x, okX := arrayIndex(a)
	y, okY := arrayIndex(b)
	switch {
	case okX && okY:
		return cmp.Compare(x, y)
	case okX:
		return -1
	case okY:
		return 1
	}
	return 0
}

func arrayIndex(key string) (uint64, bool) {
	n, err := strconv.ParseUint(key, 10, 32)
	return n, err == nil && n < math.MaxUint32 && strconv.FormatUint(n, 10) == key
}

// without is a copy that lacks the key.
func (o *jsObject) without(key string) *jsObject {
	out := &jsObject{values: map[string]any{}}
	for _, k := range o.keys {
		if k != key {
			out.set(k, o.values[k])
		}
	}
	return out
}

// text returns a member that is a string; anything else is "".
func (o *jsObject) text(key string) string {
	s, _ := o.values[key].(string)
	return s
}

// stringify writes the value as JSON.stringify does.
func stringify(v any) string { return string(appendJS(nil, v)) }

func appendJS(dst []byte, v any) []byte {
	switch v := v.(type) {
	case float64:
		return appendNumber(dst, v)
	case string:
		return appendString(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJS(dst, item)
		}
		return append(dst, ']')
	case *jsObject:
		dst = append(dst, '{')
		for i, key := range v.keys {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendString(dst, key), ':')
			dst = appendJS(dst, v.values[key])
		}
		return append(dst, '}')
	}
	return appendAny(dst, v)
}

// appendNumber writes what JavaScript writes: no exponent between 1e-7 and
// 1e21.
func appendNumber(dst []byte, f float64) []byte {
	size := math.Abs(f)
	if f == 0 || math.IsInf(f, 0) || size >= 1e-6 && size < 1e21 {
		return appendFloat(dst, f+0) // -0 is 0
	}
	text := strconv.FormatFloat(f, 'e', -1, 64)
	return append(dst, strings.Replace(text, "e-0", "e-", 1)...)
}

// units counts UTF-16 code units, JavaScript's length of a text.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

func runes(s string) int { return utf8.RuneCountInString(s) }
