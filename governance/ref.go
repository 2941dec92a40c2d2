package governance

import (
	"math/big"
	"strings"
)

// VenueName says where a proposal lives.
type VenueName string

// The venues.
const (
	VenueSnapshot VenueName = "snapshot" // off-chain votes, signed messages
	VenueGovernor VenueName = "governor" // Governor contracts, transactions
)

// Ref names a proposal across venues. Its text forms are
// "snapshot:{space}:{proposal id}" and "eip155:{chain}:{governor}:{id}";
// addresses are lower case, governor ids decimal (CAIP-2 for the chain part).
type Ref string

// SnapshotRef makes the ref of a Snapshot proposal.
func SnapshotRef(space, id string) Ref { return Ref("snapshot:" + space + ":" + id) }

// ParseRef checks s and returns it as a Ref. It returns Invalid errors.
func ParseRef(s string) (Ref, error) {
	parts := strings.Split(s, ":")
	switch {
	case len(s) > 400 || strings.ContainsAny(s, " \t\r\n\x00/"):
	case len(parts) == 3 && parts[0] == "snapshot" && parts[1] != "" && len(parts[2]) > 0 && len(parts[2]) <= 66:
		return Ref(s), nil
	case len(parts) == 4 && parts[0] == "eip155" && isDecimal(parts[1]) && isAddress(parts[2]) && isDecimal(parts[3]):
		return Ref(strings.ToLower(s)), nil
	}
	return "", Errorf(Invalid, "A proposal's name looks like snapshot:space.eth:0x… or eip155:1:0x…:42; %q does not.", clip(s, 80))
}

// Venue returns the venue that the ref belongs to.
func (r Ref) Venue() VenueName {
	if strings.HasPrefix(string(r), "eip155:") {
		return VenueGovernor
	}
	return VenueSnapshot
}

// ID returns the proposal id inside its venue.
func (r Ref) ID() string { return string(r)[strings.LastIndexByte(string(r), ':')+1:] }

// Space returns the Snapshot space id, or "" for a governor's proposal.
func (r Ref) Space() string {
	if r.Venue() != VenueSnapshot {
		return ""
	}
	parts := strings.SplitN(string(r), ":", 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}

func isDecimal(s string) bool {
	if s == "" || len(s) > 78 {
		return false
	}
	n, ok := new(big.Int).SetString(s, 10)
	return ok && n.Sign() >= 0 && s[0] != '+'
}

func isAddress(s string) bool {
	if len(s) != 42 || (s[:2] != "0x" && s[:2] != "0X") {
		return false
	}
	for _, c := range s[2:] {
		if !strings.ContainsRune("0123456789abcdefABCDEF", c) {
			return false
		}
	}
	return true
}

// clip shortens hostile text for a message, at a rune border.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
