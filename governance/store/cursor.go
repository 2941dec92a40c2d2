package store

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"mandate/governance"
)

// cursor is a place in a list: after the row with these keys.
type cursor struct {
	set    bool // false = the beginning
	sort   Sort
	part   int   // of the deadline order
	now    int64 // second that divides the parts, kept from the first page on
	end    int64
	id     int64
	offset int // in a search's ranking
}

// String is the opaque text form.
func (c cursor) String() string {
	text := fmt.Sprintf("1|%s|%d|%d|%d|%d|%d", c.sort, c.part, c.now, c.end, c.id, c.offset)
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// parseCursor reads a cursor made for the same order. It returns Invalid errors.
func parseCursor(text string, by Sort) (cursor, error) {
	if text == "" {
		return cursor{sort: by}, nil
	}
	bad := governance.Errorf(governance.Invalid, "This page of the list does not exist. Start again from the first page.")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	parts := strings.Split(string(raw), "|")
	if err != nil || len(text) > 200 || len(parts) != 7 || parts[0] != "1" || parts[1] != string(by) {
		return cursor{}, bad
	}
	var n [5]int64
	for i := range n {
		n[i], err = strconv.ParseInt(parts[i+2], 10, 64)
		if err != nil || n[i] < 0 {
			return cursor{}, bad
		}
	}
	c := cursor{set: true, sort: by, part: int(n[0]), now: n[1], end: n[2], id: n[3], offset: int(n[4])}
	if c.part > lastPart(by) || c.offset > poolSize || c.String() != text {
		return cursor{}, bad
	}
	return c, nil
}
