package actions

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

// maxValues bounds what one calldata may unfold to.
const maxValues = 100_000

var (
	errShort = errors.New("the arguments end too early")
	errLarge = errors.New("the arguments unfold to more than what is read")
)

// value is one decoded argument. Words keep their 32 bytes, bytes and strings
// share the calldata.
type value struct {
	typ   *abiType
	raw   []byte
	items []value
}

// decodeArgs reads ABI-encoded arguments. standard tells whether encoding the
// values again would give exactly data: offsets in order and without gaps,
// no dirty bits, nothing behind the end. What is not standard is read where a
// contract could read it, too.
func decodeArgs(fields []abiField, data []byte) (values []value, standard bool, err error) {
	r := abiReader{data: data, values: maxValues, bytes: len(data), standard: true}
	values, end, err := r.tuple(fields, 0, 0)
	if err != nil {
		return nil, false, err
	}
	return values, r.standard && end == len(data), nil
}

type abiReader struct {
	data     []byte
	values   int // left to read
	bytes    int // of bytes and strings, left to read
	standard bool
}

func (r *abiReader) word(at int) ([]byte, error) {
	if at < 0 || at+32 > len(r.data) {
		return nil, errShort
	}
	return r.data[at : at+32], nil
}

// number reads a word as an offset or a length.
func (r *abiReader) number(at int) (int, error) {
	w, err := r.word(at)
	if err != nil {
		return 0, err
	}
	if !zero(w[:28]) {
		return 0, errShort
	}
	return int(binary.BigEndian.Uint32(w[28:])), nil
}

// tuple reads fields whose heads begin at base; end is behind their last tail.
func (r *abiReader) tuple(fields []abiField, base, depth int) ([]value, int, error) {
	head := 0
	for _, f := range fields {
		head += f.typ.head
	}
	s := sequence{reader: r, base: base, head: base, tail: base + head, depth: depth}
	values := make([]value, 0, len(fields))
	for _, f := range fields {
		v, err := s.next(f.typ)
		if err != nil {
			return nil, 0, err
		}
		values = append(values, v)
	}
	return values, s.tail, nil
}

func (r *abiReader) elements(t *abiType, n, base, depth int) ([]value, int, error) {
	if n > maxList {
		return nil, 0, errLarge
	}
	if base+n*t.head > len(r.data) {
		return nil, 0, errShort
	}
	s := sequence{reader: r, base: base, head: base, tail: base + n*t.head, depth: depth}
	values := make([]value, 0, n)
	for range n {
		v, err := s.next(t)
		if err != nil {
			return nil, 0, err
		}
		values = append(values, v)
	}
	return values, s.tail, nil
}

// sequence walks heads and checks that the tails follow each other.
type sequence struct {
	reader           *abiReader
	base, head, tail int
	depth            int
}

func (s *sequence) next(t *abiType) (value, error) {
	at := s.head
	s.head += t.head
	if !t.dynamic {
		v, _, err := s.reader.value(t, at, s.depth)
		return v, err
	}
	offset, err := s.reader.number(at)
	if err != nil {
		return value{}, err
	}
	if s.base+offset != s.tail {
		s.reader.standard = false
	}
	v, end, err := s.reader.value(t, s.base+offset, s.depth)
	s.tail = end
	return v, err
}

// value reads what stands at a place: a word, or the tail of a dynamic type.
func (r *abiReader) value(t *abiType, at, depth int) (value, int, error) {
	if r.values--; r.values < 0 || depth > 2*maxTypeDepth {
		return value{}, 0, errLarge
	}
	v := value{typ: t}
	var err error
	end := at + 32
	switch t.kind {
	case abiBytes, abiString:
		v.raw, end, err = r.blob(at)
		if t.kind == abiString && !utf8.Valid(v.raw) {
			r.standard = false
		}
	case abiList:
		var n int
		if n, err = r.number(at); err == nil {
			v.items, end, err = r.elements(t.elem, n, at+32, depth+1)
		}
	case abiArray:
		v.items, end, err = r.elements(t.elem, t.size, at, depth+1)
	case abiTuple:
		v.items, end, err = r.tuple(t.fields, at, depth+1)
	default:
		if v.raw, err = r.word(at); err == nil && !clean(t, v.raw) {
			r.standard = false
		}
	}
	return v, end, err
}

// blob reads a length and that many bytes, padded with zeros to a word.
func (r *abiReader) blob(at int) ([]byte, int, error) {
	n, err := r.number(at)
	if err != nil {
		return nil, 0, err
	}
	at += 32
	if at+n > len(r.data) {
		return nil, 0, errShort
	}
	if r.bytes -= n; r.bytes < 0 {
		return nil, 0, errLarge
	}
	end := at + (n+31)/32*32
	if end > len(r.data) || !zero(r.data[at+n:min(end, len(r.data))]) {
		r.standard = false
	}
	return r.data[at : at+n], end, nil
}

// clean: a word has no bits where its type has none.
func clean(t *abiType, w []byte) bool {
	switch t.kind {
	case abiUint:
		return zero(w[:32-t.size/8])
	case abiInt:
		return signExtended(w, 32-t.size/8)
	case abiAddress:
		return zero(w[:12])
	case abiBool:
		return zero(w[:31]) && w[31] <= 1
	case abiFixed:
		return zero(w[t.size:])
	}
	return true
}

func signExtended(w []byte, upper int) bool {
	var fill byte
	if upper < 32 && w[upper] >= 0x80 {
		fill = 0xff
	}
	for _, b := range w[:upper] {
		if b != fill {
			return false
		}
	}
	return true
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
