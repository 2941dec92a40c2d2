package ballot

import (
	"math/big"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"mandate/governance"
)

// Limits of the sequencer (ingestor and vote writer), in UTF-16 units.
const (
	MaxReason   = 5000
	MaxApp      = 24
	MaxMetadata = 2000
)

// VoteMessage is what a vote consists of. Addresses are EIP-55, the space is
// spelled exactly as the hub spells it.
type VoteMessage struct {
	From      string // whose power counts
	Space     string
	Proposal  string
	Timestamp time.Time
	Type      governance.VotingType
	Choice    Choice
	Shielded  string // ciphertext as 0x…, replaces the choice; "" = open vote
	Reason    string // public
	App       string
	Metadata  string // "" or a JSON object
}

// Vote makes the message of a vote. Errors are Invalid.
func Vote(m VoteMessage) (TypedData, error) {
	if err := m.check(); err != nil {
		return TypedData{}, err
	}
	typ, value := m.choice()
	return message("Vote",
		member{field{"from", "string"}, m.From},
		member{field{"space", "string"}, m.Space},
		timestamp(m.Timestamp),
		member{field{"proposal", "string"}, m.Proposal},
		member{field{"choice", typ}, value},
		member{field{"reason", "string"}, m.Reason},
		member{field{"app", "string"}, m.App},
		member{field{"metadata", "string"}, m.Metadata}), nil
}

func (m VoteMessage) check() error {
	switch {
	case m.Choice.typ != m.Type || !m.Type.Known():
		return bad("The choice is not one of this kind of vote.")
	case m.Shielded != "" && m.Reason != "":
		return bad("A shielded vote cannot carry a reason: it would show the choice.")
	case m.Shielded != "" && !strings.HasPrefix(m.Shielded, "0x"):
		return bad("The shielded choice is not a ciphertext.")
	case m.Space == "" || strings.ContainsFunc(m.Space, isSpace):
		return bad("The space has no valid id.")
	case m.Proposal == "" || len(m.Proposal) > 66 || strings.ContainsFunc(m.Proposal, isSpace):
		return bad("The proposal has no valid id.")
	case m.Timestamp.Unix() <= 0:
		return bad("The vote has no time.")
	case !utf8.ValidString(m.Reason + m.Space + m.Proposal + m.App + m.Metadata):
		return bad("The text is not valid Unicode.")
	case units(m.App) > MaxApp:
		return bad("The app's name may have at most %d characters.", MaxApp)
	case !objectOrEmpty(m.Metadata):
		return bad("The metadata is not a JSON object of at most %d characters.", MaxMetadata)
	}
	if n := units(m.Reason); n > MaxReason {
		return bad("The reason has %d characters. Snapshot takes at most %d.", n, MaxReason)
	}
	return exact(m.From)
}

// choice returns type and value of the message's choice.
func (m VoteMessage) choice() (string, any) {
	if m.Shielded != "" {
		return "string", m.Shielded
	}
	switch m.Type {
	case governance.SingleChoice, governance.Basic:
		return "uint32", big.NewInt(int64(m.Choice.picks[0]))
	case governance.Weighted, governance.Quadratic:
		return "string", string(m.Choice.JSON())
	}
	list := make([]any, len(m.Choice.picks))
	for i, n := range m.Choice.picks {
		list[i] = big.NewInt(int64(n))
	}
	return "uint32[]", list
}

// Alias makes the message by which from lets another key speak for it at
// Snapshot. Errors are Invalid.
func Alias(from, alias string, at time.Time) (TypedData, error) {
	return aliasMessage("Alias", from, alias, at)
}

// RevokeAlias makes the message that ends an alias. Old sequencers do not
// know it; there an alias ends by itself.
func RevokeAlias(from, alias string, at time.Time) (TypedData, error) {
	return aliasMessage("RevokeAlias", from, alias, at)
}

func aliasMessage(primary, from, alias string, at time.Time) (TypedData, error) {
	for _, address := range []string{from, alias} {
		if err := exact(address); err != nil {
			return TypedData{}, err
		}
	}
	switch {
	case Same(from, alias):
		return TypedData{}, bad("An account cannot be its own alias.")
	case alias == Zero:
		return TypedData{}, bad("The zero address cannot be an alias.")
	case at.Unix() <= 0:
		return TypedData{}, bad("The message has no time.")
	}
	return message(primary, member{field{"from", "address"}, from}, member{field{"alias", "address"}, alias}, timestamp(at)), nil
}

// message puts Snapshot's domain around members: name and version only.
func message(primary string, members ...member) TypedData {
	return TypedData{primary: primary, types: []structType{{primary, fieldsOf(members)}}, message: members, domain: []member{
		{field{"name", "string"}, "snapshot"}, {field{"version", "string"}, "0.1.4"}}}
}

func timestamp(at time.Time) member {
	return member{field{"timestamp", "uint64"}, big.NewInt(at.Unix())}
}

// exact refuses addresses that are not in EIP-55: the sequencer compares
// texts.
func exact(address string) error {
	if sum, err := Checksum(address); err != nil || sum != address {
		return bad("%.60q is not an address in checksum form.", address)
	}
	return nil
}

// units counts as JavaScript does.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

func objectOrEmpty(s string) bool {
	if s == "" {
		return true
	}
	v, err := readJSON([]byte(s))
	_, object := v.([]pair)
	return err == nil && object && units(s) <= MaxMetadata
}

func isSpace(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xa0 }
