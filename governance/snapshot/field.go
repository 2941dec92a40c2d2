package snapshot

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// field is the raw value of one member. Its methods never fail: what is null,
// missing or of another type becomes the zero value, numbers in texts and
// texts of numbers are understood.
type field []byte

// members calls f for each member of the object raw, and reports whether raw
// was an object that ended properly. A cut object gives the members that are
// whole. Keys with escapes are passed on as they are.
func members(raw []byte, f func(key string, v field)) bool {
	return items(raw, '{', '}', func(at []byte) ([]byte, bool) {
		key, rest, ok := nextValue(at)
		rest = skipSpace(rest)
		if !ok || len(rest) == 0 || rest[0] != ':' || len(key) < 2 || key[0] != '"' {
			return nil, false
		}
		value, rest, ok := nextValue(rest[1:])
		if ok {
			f(string(key[1:len(key)-1]), value)
		}
		return rest, ok
	})
}

// elements calls f for each element of the array raw.
func elements(raw []byte, f func(v field)) {
	items(raw, '[', ']', func(at []byte) ([]byte, bool) {
		value, rest, ok := nextValue(at)
		if ok {
			f(value)
		}
		return rest, ok
	})
}

func items(raw []byte, open, end byte, item func(at []byte) (rest []byte, ok bool)) bool {
	raw = skipSpace(raw)
	if len(raw) == 0 || raw[0] != open {
		return false
	}
	raw = skipSpace(raw[1:])
	if len(raw) > 0 && raw[0] == end {
		return true
	}
	for {
		rest, ok := item(raw)
		rest = skipSpace(rest)
		if !ok || len(rest) == 0 {
			return false
		}
		if rest[0] == end {
			return true
		}
		if rest[0] != ',' {
			return false
		}
		raw = rest[1:]
	}
}

func nextValue(raw []byte) (v field, rest []byte, ok bool) {
	raw = skipSpace(raw)
	var m matcher
	n, done := m.scan(raw)
	if !done || m.empty || n == 0 {
		return nil, nil, false
	}
	return raw[:n], raw[n:], true
}

func skipSpace(raw []byte) []byte { return bytes.TrimLeft(raw, " \n\r\t") }

func (v field) null() bool { return len(v) == 0 || string(v) == "null" }

func (v field) isObject() bool { return len(v) > 0 && v[0] == '{' }

// text returns a JSON text, or the digits of a number.
func (v field) text() string {
	if v.null() || v[0] == '{' || v[0] == '[' {
		return ""
	}
	if v[0] != '"' {
		if _, ok := v.number(); ok {
			return string(v)
		}
		return ""
	}
	s, _ := unquote(v)
	return s
}

// unquote decodes a JSON text. Broken UTF-8 and lone surrogates become U+FFFD.
func unquote(v []byte) (string, bool) {
	if len(v) < 2 || v[0] != '"' {
		return "", false
	}
	inner := v[1 : len(v)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner), true
	}
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s, true
	}
	return lenient(inner), true
}

// lenient decodes what encoding/json refuses: raw control characters are kept,
// unknown escapes stay as they stand.
func lenient(inner []byte) string {
	var b strings.Builder
	for len(inner) > 0 {
		n := bytes.IndexByte(inner, '\\')
		if n < 0 || n+1 >= len(inner) {
			break
		}
		b.Write(inner[:n])
		size := 2
		if inner[n+1] == 'u' && n+6 <= len(inner) {
			size = 6
		}
		var s string
		if json.Unmarshal([]byte(`"`+string(inner[n:n+size])+`"`), &s) != nil {
			s = string(inner[n : n+size])
		}
		b.WriteString(s)
		inner = inner[n+size:]
	}
	b.Write(inner)
	return strings.ToValidUTF8(b.String(), "\ufffd")
}

// number returns a finite number, written as one or inside a text.
func (v field) number() (float64, bool) {
	s := string(v)
	if len(v) > 1 && v[0] == '"' {
		s = strings.TrimSpace(string(v[1 : len(v)-1]))
	}
	if len(s) == 0 || len(s) > 400 || !strings.ContainsRune("-+.0123456789", rune(s[0])) {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return 0, false
	}
	return n, true
}

func (v field) float() float64 {
	n, _ := v.number()
	return n
}

// amount is a count of something: never negative.
func (v field) amount() float64 { return max(0, v.float()) }

func (v field) int() int64 {
	n := v.float()
	if n <= -1<<53 || n >= 1<<53 {
		return 0
	}
	return int64(n)
}

// count is a whole number that fits an int on any machine.
func (v field) count() int { return int(min(max(0, v.int()), math.MaxInt32)) }

func (v field) bool() bool { return string(v) == "true" || string(v) == "1" || string(v) == `"true"` }

// lastSecond is the end of the year 9999: a proposal that never ends, ends
// then.
const lastSecond = 253402300799

// at returns unix seconds as a time; zero for 0 and less.
func (v field) at() time.Time {
	n := v.int()
	if n <= 0 {
		return time.Time{}
	}
	return time.Unix(min(n, lastSecond), 0).UTC()
}

// texts keeps one entry for every element, "" for null: choices are counted.
func (v field) texts() []string {
	var out []string
	elements(v, func(e field) { out = append(out, e.text()) })
	return out
}

// floats keeps one entry for every element.
func (v field) floats() []float64 {
	var out []float64
	elements(v, func(e field) { out = append(out, e.float()) })
	return out
}

// free returns JSON of any shape in one canonical form (no white space, keys
// sorted), so that a hash over it is stable; nil for null and for what is not
// JSON.
func (v field) free() json.RawMessage {
	switch {
	case v.null():
		return nil
	case string(v) == "{}" || string(v) == "[]":
		return json.RawMessage(string(v))
	}
	dec := json.NewDecoder(bytes.NewReader(v))
	dec.UseNumber()
	var value any
	if dec.Decode(&value) != nil {
		return nil
	}
	out, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return out
}
