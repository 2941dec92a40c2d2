package ballot

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds nesting of outside JSON.
const maxDepth = 32

// pair is one entry of a JSON object, in the order of the text.
type pair struct {
	key   string
	value any // string, json.Number, bool, nil, []any or []pair
}

// readJSON reads one JSON value and refuses what other readers would take
// differently: keys that appear twice, lone surrogates, bytes that are no
// UTF-8, anything after the value. What is signed must read the same to
// everyone.
func readJSON(raw []byte) (any, error) {
	if !utf8.Valid(raw) {
		return nil, errors.New("not UTF-8")
	}
	if loneSurrogate(raw) {
		return nil, errors.New("half of a surrogate pair")
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	v, err := readValue(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return v, nil
}

func readValue(dec *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("nested too deep")
	}
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('{'):
		return readObject(dec, depth)
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := readValue(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.Token()
		return list, err
	}
	return tok, nil
}

func readObject(dec *json.Decoder, depth int) (any, error) {
	object, seen := []pair{}, map[string]bool{}
	for dec.More() {
		tok, err := dec.Token()
		if err != nil {
			return nil, err
		}
		key, ok := tok.(string)
		if !ok || seen[key] {
			return nil, errors.New("a key appears twice")
		}
		seen[key] = true
		v, err := readValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		object = append(object, pair{key, v})
	}
	_, err := dec.Token()
	return object, err
}

// loneSurrogate looks for \uD800–\uDFFF escapes that do not come in pairs. Go
// would read them as U+FFFD, a browser as they stand.
func loneSurrogate(raw []byte) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		unit, ok := escapedUnit(raw[i:])
		switch {
		case !ok:
			i++ // another escape: its letter is not looked at
		case unit >= 0xDC00 && unit < 0xE000:
			return true
		case unit >= 0xD800 && unit < 0xDC00:
			low, ok := escapedUnit(raw[i+6:])
			if !ok || low < 0xDC00 || low >= 0xE000 {
				return true
			}
			i += 11
		default:
			i += 5
		}
	}
	return false
}

// escapedUnit reads \uXXXX at the start of raw.
func escapedUnit(raw []byte) (uint64, bool) {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	return unit, err == nil
}

// quote writes a string as JSON.stringify does, which Go's encoder does not:
// U+2028 and U+2029 stay as they are, and so do <, > and &.
func quote(b *bytes.Buffer, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r >= 0x20:
			b.WriteRune(r)
		case strings.ContainsRune("\b\t\n\f\r", r): // they have letters of their own
			b.WriteByte('\\')
			b.WriteByte("btn?fr"[r-'\b'])
		default:
			const hex = "0123456789abcdef"
			b.WriteString(`\u00`)
			b.WriteByte(hex[r>>4])
			b.WriteByte(hex[r&15])
		}
	}
	b.WriteByte('"')
}
