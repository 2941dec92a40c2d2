package siwe

import (
	"strconv"
	"strings"
	"time"

	"mandate/governance"
)

// Parse reads a message. The text must be one that the grammar of EIP-4361
// gives, to the last byte, and its fields must hold (Check). Errors are
// Invalid, name the line, and never repeat the text.
func Parse(text string) (Message, error) {
	if len(text) > MaxBytes {
		return Message{}, governance.Errorf(governance.Invalid, "The sign-in message is longer than %d bytes.", MaxBytes)
	}
	r := &reader{lines: strings.Split(text, "\n"), at: map[part]int{}}
	m := r.message()
	if r.err == nil && r.next < len(r.lines) {
		r.fail("nothing may follow here, or it is out of order")
	}
	if r.err != nil {
		return Message{}, r.err
	}
	if f := m.fault(); f != nil {
		return Message{}, governance.Errorf(governance.Invalid, "Line %d of the sign-in message: %s.", r.at[f.part]+f.offset+1, f.words)
	}
	return m, nil
}

// reader walks through the lines once. After the first fault it stays there.
type reader struct {
	lines []string
	next  int
	at    map[part]int // the line of each part, from 0
	err   error
}

func (r *reader) fail(words string) {
	if r.err == nil {
		r.err = governance.Errorf(governance.Invalid, "Line %d of the sign-in message: %s.", r.next+1, words)
	}
}

func (r *reader) message() (m Message) {
	m.Scheme, m.Domain = r.head()
	m.Address = r.line(partAddress)
	r.blank()
	m.Statement = r.statement()
	m.URI = r.field(partURI, tagURI)
	m.Version = r.field(partVersion, tagVersion)
	m.ChainID = r.chainID()
	m.Nonce = r.field(partNonce, tagNonce)
	m.IssuedAt, m.written.issued = r.time(tagIssued, true)
	m.ExpirationTime, m.written.expires = r.time(tagExpires, false)
	m.NotBefore, m.written.notBefore = r.time(tagNotBefore, false)
	if id, ok := r.optional(partRequest, tagRequest); ok {
		m.RequestID = &id
	}
	m.Resources = r.resources()
	return m
}

// head reads the first line.
func (r *reader) head() (scheme, domain string) {
	origin, ok := strings.CutSuffix(r.peek(), greeting)
	if !ok {
		r.fail("it does not ask to sign in with an Ethereum account")
		return "", ""
	}
	scheme, domain, named := strings.Cut(origin, "://")
	if !named {
		scheme, domain = "", origin
	} else if !isScheme(scheme) { // "" is no scheme, and would be lost
		r.fail("the scheme is not one of RFC 3986")
	}
	r.take(partOrigin)
	return scheme, domain
}

// statement reads "[ statement LF ] LF".
func (r *reader) statement() string {
	if r.peek() == "" {
		r.blank()
		return ""
	}
	text := r.line(partStatement)
	r.blank()
	return text
}

func (r *reader) chainID() uint64 {
	text := r.field(partChainID, tagChainID)
	if r.err != nil {
		return 0
	}
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil || strconv.FormatUint(id, 10) != text {
		r.next--
		r.fail("the chain id is not a decimal number without leading zeros")
	}
	return id
}

func (r *reader) time(tag string, required bool) (time.Time, string) {
	text, ok := r.optional(partTime, tag)
	if !ok {
		if required {
			r.expected(tag)
		}
		return time.Time{}, ""
	}
	t, err := ParseTime(text)
	if err != nil {
		r.next--
		r.fail(err.Error())
	}
	return t, text
}

func (r *reader) resources() []string {
	if r.err != nil || r.next == len(r.lines) || r.peek() != tagResources {
		return nil
	}
	r.take(partResources)
	list := []string{}
	for r.next < len(r.lines) {
		text, ok := strings.CutPrefix(r.peek(), bullet)
		if !ok {
			r.fail("a resource begins with a dash and a space")
			return list
		}
		r.next++
		list = append(list, text)
	}
	return list
}

// field reads a line that must be there.
func (r *reader) field(p part, tag string) string {
	text, ok := r.optional(p, tag)
	if !ok {
		r.expected(tag)
	}
	return text
}

func (r *reader) expected(tag string) { r.fail("expected " + strconv.Quote(strings.TrimSpace(tag))) }

func (r *reader) optional(p part, tag string) (string, bool) {
	text, ok := strings.CutPrefix(r.peek(), tag)
	if !ok || r.err != nil {
		return "", false
	}
	r.take(p)
	return text, true
}

func (r *reader) line(p part) string {
	if r.next >= len(r.lines) {
		r.fail("the message ends too early")
	}
	text := r.peek()
	r.take(p)
	return text
}

func (r *reader) blank() {
	if r.next >= len(r.lines) || r.peek() != "" {
		r.fail("expected an empty line")
	}
	r.take(partBlank)
}

// peek is the line to be read, "" behind the last one.
func (r *reader) peek() string {
	if r.next < len(r.lines) {
		return r.lines[r.next]
	}
	return ""
}

func (r *reader) take(p part) {
	if r.err == nil {
		r.at[p] = r.next
		r.next++
	}
}
