package store

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"mandate/governance"
)

// quick reads the few shapes of JSON that every row of a list carries, as
// encoding/json would, in a fraction of the time: reading them with
// encoding/json took half of the time of a list. Whatever it does not know
// (escapes, other fields, faults) makes it give up, and encoding/json reads.
type quick struct {
	b    []byte
	fail bool
}

// decode fills to with read, or with encoding/json where read gives up.
func decode[T any](raw []byte, to *T, read func(*quick) T) error {
	if len(raw) == 0 {
		return nil
	}
	q := quick{b: raw}
	v := read(&q)
	if !q.fail && len(q.b) == 0 {
		*to = v
		return nil
	}
	return json.Unmarshal(raw, to)
}

// take removes c from the front and reports whether it was there.
func (q *quick) take(c byte) bool {
	if len(q.b) > 0 && q.b[0] == c {
		q.b = q.b[1:]
		return true
	}
	return false
}

func (q *quick) need(c byte) { q.fail = !q.take(c) || q.fail }

// raw reads a string without escapes; its bytes are those of the input.
func (q *quick) raw() []byte {
	q.need('"')
	end := bytes.IndexByte(q.b, '"')
	if q.fail || end < 0 || bytes.IndexByte(q.b[:end], '\\') >= 0 || !utf8.Valid(q.b[:end]) {
		q.fail = true
		return nil
	}
	text := q.b[:end]
	q.b = q.b[end+1:]
	return text
}

func (q *quick) text() string { return string(q.raw()) }

// number reads up to the next delimiter.
func (q *quick) number() []byte {
	end := bytes.IndexAny(q.b, ",]}")
	if end < 0 {
		end = len(q.b)
	}
	text := q.b[:end]
	q.b = q.b[end:]
	return text
}

func (q *quick) int() int {
	n, err := strconv.Atoi(string(q.number()))
	q.fail = q.fail || err != nil
	return n
}

func (q *quick) float() float64 {
	n, err := strconv.ParseFloat(string(q.number()), 64)
	q.fail = q.fail || err != nil
	return n
}

func (q *quick) bool() bool {
	switch string(q.number()) {
	case "true":
		return true
	case "false":
	default:
		q.fail = true
	}
	return false
}

// null reports whether null comes next, and removes it.
func (q *quick) null() bool {
	found := bytes.HasPrefix(q.b, []byte("null"))
	if found {
		q.b = q.b[4:]
	}
	return found
}

// object calls field for each key; field reads the value.
func (q *quick) object(field func(key []byte)) {
	q.need('{')
	for first := true; !q.fail && !q.take('}'); first = false {
		if !first {
			q.need(',')
		}
		key := q.raw()
		q.need(':')
		field(key)
	}
}

// list reads [v,v,…] or null.
func quickList[T any](item func(*quick) T) func(*quick) []T {
	return func(q *quick) []T {
		if q.null() {
			return nil
		}
		q.need('[')
		out := []T{}
		for !q.fail && !q.take(']') {
			if len(out) > 0 {
				q.need(',')
			}
			out = append(out, item(q))
		}
		return out
	}
}

func quickTally(q *quick) (t tallyRow) {
	q.object(func(key []byte) {
		switch string(key) {
		case "s":
			t.Scores = quickList((*quick).float)(q)
		case "t":
			t.Total = q.float()
		case "q":
			t.Quorum = q.float()
		case "v":
			t.Voters = q.int()
		case "f":
			t.State = q.text()
		case "u":
			t.Updated = int64(q.int())
		default:
			q.fail = true
		}
	})
	return t
}

func quickAsk(q *quick) (a governance.Ask) {
	q.object(func(key []byte) {
		switch string(key) {
		case "amount":
			a.Amount = q.text()
		case "token":
			a.Token = q.text()
		case "recipient":
			a.Recipient = q.text()
		case "schedule":
			a.Schedule = q.text()
		case "text":
			a.Text = q.text()
		case "quote":
			a.Quote = q.text()
		case "start":
			a.Start = q.int()
		case "end":
			a.End = q.int()
		default:
			q.fail = true
		}
	})
	return a
}

func quickFacts(q *quick) (f governance.Facts) {
	q.object(func(key []byte) {
		switch string(key) {
		case "k":
			f.Kind = governance.Kind(q.text())
		case "c":
			f.Choices = quickList(quickChoice)(q)
		case "l":
			f.Leanings = quickLeanings(q)
		case "u":
			f.AskUSD = q.float()
		case "p":
			f.Unpriced = q.bool()
		case "f":
			f.Flags = quickList(func(q *quick) governance.Flag { return governance.Flag(q.text()) })(q)
		case "t":
			f.Topics = quickList((*quick).text)(q)
		case "s":
			f.Faithfulness = q.float()
		default:
			q.fail = true
		}
	})
	return f
}

func quickChoice(q *quick) (c governance.FactChoice) {
	q.object(func(key []byte) {
		switch string(key) {
		case "i":
			c.Index = q.int()
		case "n":
			c.Label = q.text()
		case "s":
			c.Stance = governance.Stance(q.text())
		default:
			q.fail = true
		}
	})
	return c
}

func quickLeanings(q *quick) map[string]governance.Leaning {
	if q.null() {
		return nil
	}
	out := map[string]governance.Leaning{}
	q.object(func(dimension []byte) {
		var l governance.Leaning
		name := string(dimension)
		q.object(func(key []byte) {
			switch string(key) {
			case "value":
				l.Value = q.int()
			case "quote":
				l.Quote = q.text()
			case "start":
				l.Start = q.int()
			case "end":
				l.End = q.int()
			default:
				q.fail = true
			}
		})
		out[name] = l
	})
	return out
}
