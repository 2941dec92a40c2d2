package store

import (
	"encoding/base64"
	"strconv"
	"strings"

	"mandate/governance"
)

// place is where a list by time goes on: after the row with these keys.
type place struct {
	set  bool
	time int64
	key  string
}

// String is the opaque text form.
func (p place) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(p.time, 10) + "|" + p.key))
}

// parsePlace reads what String made; "" is the beginning. It returns Invalid
// errors.
func parsePlace(text string) (place, error) {
	if text == "" {
		return place{}, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	at, key, found := strings.Cut(string(raw), "|")
	n, numberErr := strconv.ParseInt(at, 10, 64)
	p := place{set: true, time: n, key: key}
	if err != nil || len(text) > 700 || !found || numberErr != nil || n < 0 || cleanText(key) != key || p.String() != text {
		return place{}, governance.Errorf(governance.Invalid, "This page of the list does not exist. Start again from the first page.")
	}
	return p, nil
}

func pageLimit(n int) int {
	if n <= 0 {
		return defaultLimit
	}
	return min(n, maxLimit)
}
