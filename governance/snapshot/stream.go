package snapshot

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// errSyntax ends the reading of what is not JSON.
var errSyntax = errors.New("not JSON")

// stream cuts a JSON text into values while it arrives. It holds one value at a
// time and finds only where values end: what is inside is checked by whoever
// decodes it.
type stream struct {
	r    io.Reader
	buf  []byte
	pos  int // next byte
	keep int // start of the value being read, -1 = none
	err  error
}

// more reads at least one more byte. What is before the kept value is dropped.
func (s *stream) more() error {
	if s.err != nil {
		return s.err
	}
	if s.keep > 0 || s.keep < 0 && s.pos > 0 {
		from := s.keep
		if from < 0 {
			from = s.pos
		}
		n := copy(s.buf, s.buf[from:])
		s.buf, s.pos = s.buf[:n], s.pos-from
		if s.keep > 0 {
			s.keep = 0
		}
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), max(64<<10, 2*cap(s.buf)))
		copy(grown, s.buf)
		s.buf = grown
	}
	n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
	s.buf = s.buf[:len(s.buf)+n]
	if n > 0 {
		s.err = err
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	s.err = err
	return err
}

// peek skips white space and returns the next byte without taking it.
func (s *stream) peek() (byte, error) {
	for {
		for s.pos < len(s.buf) {
			switch c := s.buf[s.pos]; c {
			case ' ', '\n', '\r', '\t':
				s.pos++
			default:
				return c, nil
			}
		}
		s.keep = -1
		if err := s.more(); err != nil {
			return 0, eof(err)
		}
	}
}

func eof(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (s *stream) take(want byte) error {
	c, err := s.peek()
	if err != nil {
		return err
	}
	if c != want {
		return fmt.Errorf("%w: %q where %q belongs", errSyntax, c, want)
	}
	s.pos++
	return nil
}

// object calls member for each key; member must take the value.
func (s *stream) object(member func(key string) error) error {
	return s.list('{', '}', func(int) error {
		key, _, err := s.value(1 << 10)
		if err != nil {
			return err
		}
		name, ok := unquote(key)
		if !ok {
			return fmt.Errorf("%w: a key is no text", errSyntax)
		}
		if err := s.take(':'); err != nil {
			return err
		}
		return member(name)
	})
}

// array calls element for each index; element must take the value.
func (s *stream) array(element func(i int) error) error { return s.list('[', ']', element) }

func (s *stream) list(open, end byte, item func(i int) error) error {
	if err := s.take(open); err != nil {
		return err
	}
	for i := 0; ; i++ {
		c, err := s.peek()
		if err != nil {
			return err
		}
		if c == end && i == 0 {
			s.pos++
			return nil
		}
		if err := item(i); err != nil {
			return err
		}
		if c, err = s.peek(); err != nil {
			return err
		}
		s.pos++
		switch c {
		case end:
			return nil
		case ',':
		default:
			return fmt.Errorf("%w: %q inside a list", errSyntax, c)
		}
	}
}

// value takes one value of any kind and returns its bytes, valid until the
// next call. Of a value longer than limit only the beginning is kept, and cut
// is true.
func (s *stream) value(limit int) (raw []byte, cut bool, err error) {
	if _, err := s.peek(); err != nil {
		return nil, false, err
	}
	var head []byte
	s.keep = s.pos
	m := matcher{}
	for {
		n, done := m.scan(s.buf[s.pos:])
		s.pos += n
		if done {
			break
		}
		if s.pos-s.keep > limit {
			if !cut {
				head, cut = append(head, s.buf[s.keep:s.keep+limit]...), true
			}
			s.keep = s.pos
		}
		if err := s.more(); err != nil {
			return nil, false, eof(err)
		}
	}
	raw = s.buf[s.keep:s.pos]
	s.keep = -1
	if cut {
		return head, true, nil
	}
	if m.empty {
		return nil, false, fmt.Errorf("%w: a value is missing", errSyntax)
	}
	if len(raw) > limit {
		return raw[:limit], true, nil
	}
	return raw, false, nil
}

// matcher finds the end of one JSON value that is handed over in pieces.
type matcher struct {
	depth   int
	started bool
	quoted  bool
	escaped bool
	scalar  bool
	empty   bool
}

// scan returns how many bytes of p belong to the value and whether it ended.
func (m *matcher) scan(p []byte) (int, bool) {
	for i := 0; i < len(p); i++ {
		if m.quoted {
			n, closed := m.inText(p[i:])
			i += n - 1
			if closed && m.depth == 0 {
				return i + 1, true
			}
			continue
		}
		switch c := p[i]; c {
		case '"':
			if m.scalar {
				return i, true
			}
			m.quoted, m.started = true, true
		case '{', '[':
			if m.scalar {
				return i, true
			}
			m.depth, m.started = m.depth+1, true
		case '}', ']', ',', ':', ' ', '\n', '\r', '\t':
			if m.depth == 0 {
				m.empty = !m.started
				return i, true
			}
			if c == '}' || c == ']' {
				if m.depth--; m.depth == 0 {
					return i + 1, true
				}
			}
		default:
			if m.depth == 0 {
				m.scalar, m.started = true, true
			}
		}
	}
	return len(p), false
}

// inText takes bytes of a quoted text up to and with its closing quote.
func (m *matcher) inText(p []byte) (int, bool) {
	i := 0
	if m.escaped {
		m.escaped, i = false, 1
	}
	for i < len(p) {
		n := bytes.IndexAny(p[i:], `"\`)
		if n < 0 {
			return len(p), false
		}
		i += n + 1
		if p[i-1] == '"' {
			m.quoted = false
			return i, true
		}
		if i == len(p) {
			m.escaped = true
			return i, false
		}
		i++
	}
	return i, false
}
