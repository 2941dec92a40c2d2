package snapshot

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
)

// cursorVersion is raised when the meaning of a field changes. A cursor of
// another version is not understood: everything is read again, which costs
// time and loses nothing.
const cursorVersion = 1

// late is how long after its signed time a row may arrive at the hub (the
// relayer keeps a Safe's message for six days), with an hour to spare.
const late = 6*24*time.Hour + time.Hour

// cursor is all that reading depends on, besides the hub.
type cursor struct {
	V      int      `json:"v"`
	All    bool     `json:"all,omitempty"`
	Spaces []string `json:"spaces,omitempty"` // that Main covers, sorted; nil with All
	Main   mark     `json:"main"`
	// Fresh are spaces that came into scope later; Lane reads them from the
	// beginning, then they join Main.
	Fresh []string `json:"fresh,omitempty"`
	Lane  mark     `json:"lane"`
	// Watched: what changed before this second (unix) is stored.
	Watched int64 `json:"watched"`
	Looked  int64 `json:"looked"` // last look for late rows
	Known   known `json:"known"`
}

// mark is how far a chain of pages has come.
type mark struct {
	At   int64    `json:"at"`             // created of the newest row read
	Seen []string `json:"seen,omitempty"` // ids read of that second
	Done bool     `json:"done,omitempty"` // an empty page was seen once
	From int64    `json:"from,omitempty"` // created of the oldest row read
	Rows int      `json:"rows,omitempty"`
}

// parseCursor reads a stored cursor; an unreadable one is the beginning.
func parseCursor(s string) cursor {
	var c cursor
	if s == "" || json.Unmarshal([]byte(s), &c) != nil || c.V != cursorVersion {
		return cursor{V: cursorVersion}
	}
	return c
}

func (c *cursor) text() string {
	// Nothing in it can fail to encode.
	b, _ := json.Marshal(c)
	return string(b)
}

// rescope adapts the cursor to the scope. Spaces that left are forgotten, so
// that they are read from the beginning should they return.
func (c *cursor) rescope(s governance.Scope, now time.Time) error {
	want := cleanSpaces(s.Spaces)
	if !s.All && len(want) > spacesLimit {
		return governance.Errorf(governance.Invalid, "%d spaces are more than the hub answers at once (%d); read all of them instead.", len(want), spacesLimit)
	}
	fresh := c.Watched == 0
	if fresh {
		c.Watched = now.Unix()
	}
	switch {
	case s.All && c.All:
	case s.All:
		c.All, c.Spaces, c.Main = true, nil, mark{}
		c.Fresh, c.Lane = nil, mark{}
	case c.All, fresh:
		c.All, c.Spaces = false, want
	default:
		c.narrow(want)
	}
	return nil
}

func (c *cursor) narrow(want []string) {
	var kept, added []string
	for _, s := range want {
		if _, ok := slices.BinarySearch(c.Spaces, s); ok {
			kept = append(kept, s)
		} else {
			added = append(added, s)
		}
	}
	if len(kept) == 0 {
		c.Spaces, c.Main = added, mark{}
		c.Fresh, c.Lane = nil, mark{}
		return
	}
	for _, s := range added {
		if !slices.Contains(c.Fresh, s) {
			c.Lane = mark{}
		}
	}
	c.Spaces, c.Fresh = kept, added
}

// join ends the lane: its spaces belong to Main from now on. Rows of the second
// at which both meet may be read once more.
func (c *cursor) join() {
	c.Spaces = append(c.Spaces, c.Fresh...)
	slices.Sort(c.Spaces)
	if c.Lane.At > 0 {
		c.Main.At = min(c.Main.At, c.Lane.At)
	}
	c.Main.Seen = nil
	c.Fresh, c.Lane = nil, mark{}
}

func cleanSpaces(in []string) []string {
	var out []string
	for _, s := range in {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// horizon is from when on late rows and edits are looked for.
func (c *cursor) horizon() int64 { return c.Watched - int64(late/time.Second) }

// note remembers that this state of a row is stored, if the watch would meet it.
func (c *cursor) note(id string, created, updated int64) {
	if t := max(created, updated); t >= c.horizon() {
		c.Known = append(c.Known, sighting{stateOf(id, updated), t})
	}
}

// known are the row states of the last days that are stored.
type known []sighting

type sighting struct {
	state uint64
	at    int64
}

// stateOf names one version of a row in 64 bits.
func stateOf(id string, updated int64) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id + "/" + strconv.FormatInt(updated, 10)))
	return h.Sum64()
}

func (k known) set() map[uint64]bool {
	out := make(map[uint64]bool, len(k))
	for _, s := range k {
		out[s.state] = true
	}
	return out
}

// prune drops what is older than the horizon, and doubles.
func (k known) prune(horizon int64) known {
	seen := make(map[uint64]bool, len(k))
	return slices.DeleteFunc(k, func(s sighting) bool {
		drop := s.at < horizon || seen[s.state]
		seen[s.state] = true
		return drop
	})
}

// MarshalJSON writes 12 bytes a row in base64: a cursor is stored with every
// batch and must stay small.
func (k known) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, 12*len(k))
	for _, s := range k {
		b = binary.BigEndian.AppendUint64(b, s.state)
		b = binary.BigEndian.AppendUint32(b, uint32(min(max(s.at, 0), 1<<32-1))) // clamped
	}
	return json.Marshal(base64.RawStdEncoding.EncodeToString(b))
}

// UnmarshalJSON implements json.Unmarshaler.
func (k *known) UnmarshalJSON(raw []byte) error {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return err
	}
	*k = nil
	for ; len(b) >= 12; b = b[12:] {
		*k = append(*k, sighting{binary.BigEndian.Uint64(b), int64(binary.BigEndian.Uint32(b[8:]))})
	}
	return nil
}
