// Package siwe reads, checks and verifies the messages of Sign-In with
// Ethereum (EIP-4361). It is a parser and a signature check, no more: whom to
// let in, how old a message may be and whose nonces count is decided in web.
//
// It is stricter than the grammar where two texts would mean one message: a
// chain id has no leading zeros and is not 0, times are written in upper case
// and exist in the calendar. So a message that was read is written again byte
// for byte as it came.
package siwe

import (
	"strconv"
	"strings"
	"time"

	"mandate/governance"
)

// MaxBytes is how long a message may be.
const MaxBytes = 4096

const (
	greeting     = " wants you to sign in with your Ethereum account:"
	tagURI       = "URI: "
	tagVersion   = "Version: "
	tagChainID   = "Chain ID: "
	tagNonce     = "Nonce: "
	tagIssued    = "Issued At: "
	tagExpires   = "Expiration Time: "
	tagNotBefore = "Not Before: "
	tagRequest   = "Request ID: "
	tagResources = "Resources:"
	bullet       = "- "
)

// Message is a message of EIP-4361. Its zero value is not a valid one.
type Message struct {
	Scheme    string // of the page's origin; "" = not said
	Domain    string // RFC 3986 authority that asks
	Address   string // EIP-55
	Statement string // ASCII, one line; "" = none
	URI       string // what the sign-in is for
	Version   string // always "1"
	ChainID   uint64 // EIP-155; where a contract account is asked
	Nonce     string // at least 8 letters and digits
	IssuedAt  time.Time
	// ExpirationTime and NotBefore bound the use; zero = no bound.
	ExpirationTime, NotBefore time.Time
	RequestID                 *string  // nil = none; "" is a request id
	Resources                 []string // URIs; nil = no such part, empty = its heading alone

	written times
}

// times are the three times as they were written: one instant has many texts,
// and the signature is over one of them.
type times struct{ issued, expires, notBefore string }

// String is the text to be signed. A message that was read gives the text
// that was read.
func (m Message) String() string {
	var b strings.Builder
	if m.Scheme != "" {
		b.WriteString(m.Scheme + "://")
	}
	b.WriteString(m.Domain + greeting + "\n" + m.Address + "\n\n")
	if m.Statement != "" {
		b.WriteString(m.Statement + "\n")
	}
	b.WriteString("\n" + tagURI + m.URI + "\n" + tagVersion + m.Version)
	b.WriteString("\n" + tagChainID + strconv.FormatUint(m.ChainID, 10) + "\n" + tagNonce + m.Nonce)
	b.WriteString("\n" + tagIssued + timeText(m.IssuedAt, m.written.issued))
	m.writeOptional(&b)
	return b.String()
}

func (m Message) writeOptional(b *strings.Builder) {
	if !m.ExpirationTime.IsZero() {
		b.WriteString("\n" + tagExpires + timeText(m.ExpirationTime, m.written.expires))
	}
	if !m.NotBefore.IsZero() {
		b.WriteString("\n" + tagNotBefore + timeText(m.NotBefore, m.written.notBefore))
	}
	if m.RequestID != nil {
		b.WriteString("\n" + tagRequest + *m.RequestID)
	}
	if m.Resources == nil {
		return
	}
	b.WriteString("\n" + tagResources)
	for _, r := range m.Resources {
		b.WriteString("\n" + bullet + r)
	}
}

// timeText prefers what was read, unless the time was changed since.
func timeText(t time.Time, written string) string {
	if read, err := ParseTime(written); err == nil && read.Equal(t) {
		return written
	}
	return t.Format(time.RFC3339Nano)
}

// ParseTime reads a date-time of RFC 3339 in upper case that exists in the
// calendar. A leap second is refused: no clock here counts them. Errors are
// Invalid.
func ParseTime(text string) (time.Time, error) {
	if !timeShape(text) {
		return time.Time{}, governance.Errorf(governance.Invalid, "not a date and time of RFC 3339")
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.IsZero() { // the zero time would read as "none"
		return time.Time{}, governance.Errorf(governance.Invalid, "no such date, time or offset")
	}
	return t, nil
}

// timeShape checks what time.Parse lets pass: lower case, commas, hours of
// one digit, and offsets of more than a day.
func timeShape(s string) bool {
	const shape = "0000-00-00T00:00:00"
	if len(s) <= len(shape) || !shaped(s[:len(shape)], shape) {
		return false
	}
	rest := s[len(shape):]
	if after, ok := strings.CutPrefix(rest, "."); ok {
		rest = strings.TrimLeft(after, digits)
		if rest == after {
			return false
		}
	}
	if rest == "Z" {
		return true
	}
	return len(rest) == 6 && (rest[0] == '+' || rest[0] == '-') && shaped(rest[1:], "00:00") && rest[1:3] <= "23" && rest[4:] <= "59"
}

// shaped reports whether s has a digit where shape has 0, and the same byte
// elsewhere.
func shaped(s, shape string) bool {
	for i := range len(shape) {
		isDigit := s[i] >= '0' && s[i] <= '9'
		if shape[i] == '0' && !isDigit || shape[i] != '0' && s[i] != shape[i] {
			return false
		}
	}
	return true
}
