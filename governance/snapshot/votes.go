package snapshot

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// Power returns the voting power of an account for a proposal, at its block,
// or, with proposal "", for the space now. It returns NotFound and Invalid for
// unknown names, Upstream, Limited and Denied errors, and the context's.
func (h *Hub) Power(ctx context.Context, voter, space, proposal string) (governance.Power, error) {
	var p governance.Power
	s := &rowSink{each: func(raw []byte) { p = decodePower(raw) }, forget: func() { p = governance.Power{} }}
	r := h.reader()
	_, err := askPower(ctx, &call{hub: h, roots: []string{"vp"}, sink: s, requests: &r.requests}, voter, space, proposal)
	return p, err
}

func decodePower(raw []byte) governance.Power {
	var p governance.Power
	members(raw, func(key string, v field) {
		switch key {
		case "vp":
			p.Total = v.amount()
		case "vp_by_strategy":
			p.ByStrategy = v.floats()
		case "vp_state":
			p.State = v.text()
		}
	})
	return p
}

// Vote returns the vote of that id, nil if the hub affirms that there is none.
// It returns Upstream, Limited, Invalid and Denied errors, and the context's.
func (h *Hub) Vote(ctx context.Context, id string) (*governance.Vote, error) {
	v, err := h.oneVote(ctx, nil, func(ctx context.Context, c *call) error {
		_, err := askVote(ctx, c, id)
		return err
	})
	if v != nil && !ballot.Same(v.ID, id) {
		return nil, otherVote()
	}
	return v, err
}

// VoteOf returns the account's vote on a proposal, nil if the hub affirms that
// there is none. Errors are as with Vote.
func (h *Hub) VoteOf(ctx context.Context, proposal, voter string) (*governance.Vote, error) {
	v, err := h.oneVote(ctx, []string{"votes"}, func(ctx context.Context, c *call) error {
		_, err := askVoteOf(ctx, c, proposal, voter)
		return err
	})
	if v != nil && (!ballot.Same(v.Voter, voter) || !ballot.Same(v.Ref.ID(), proposal)) {
		return nil, otherVote()
	}
	return v, err
}

// otherVote is for a hub that leaves out what it was asked by: somebody else's
// vote must not pass for the account's.
func otherVote() error {
	return upstream(errLie, "The Snapshot hub answered with another vote than was asked for.")
}

func (h *Hub) oneVote(ctx context.Context, roots []string, ask func(context.Context, *call) error) (*governance.Vote, error) {
	s := &voteSink{}
	r := h.reader()
	c := &call{hub: h, roots: roots, sink: s, requests: &r.requests}
	switch err := ask(ctx, c); {
	case err != nil:
		return nil, err
	case len(s.votes) > 0:
		return &s.votes[0], nil
	case !c.clean || s.lost > 0:
		return nil, upstream(nil, "The Snapshot hub could not say whether the vote is there.")
	}
	return nil, nil
}

// Votes returns the account's votes signed at or after since, oldest first.
// Votes on deleted proposals are left out: nothing says what they were about.
// Errors are as with Vote; what was read before one is returned with it.
func (h *Hub) Votes(ctx context.Context, voter string, since time.Time) ([]governance.Vote, error) {
	r := h.reader()
	var out []governance.Vote
	seen := map[string]bool{}
	at := votesPage{from: max(0, unix(since))}
	for {
		s := &voteSink{}
		c := &call{hub: h, roots: []string{"votes"}, sink: s, requests: &r.requests}
		if _, err := askVotes(ctx, c, voter, int(at.from), int(at.after), at.skip); err != nil {
			return out, err
		}
		if s.rows == 0 {
			return out, nil
		}
		for _, v := range s.votes {
			if !ballot.Same(v.Voter, voter) {
				return out, otherVote()
			}
			if !seen[v.ID] {
				seen[v.ID] = true
				out = append(out, v)
			}
		}
		if !at.move(s) {
			return out, upstream(errLie, "The Snapshot hub answers other votes than asked for.")
		}
	}
}

// votesPage says where a page of votes begins: at a second or after it.
type votesPage struct {
	from, after int64
	skip        int
}

// move goes on behind the page that was read, and reports whether that is
// possible. Pages may be short although more follows, so only an empty one is
// the last.
func (p *votesPage) move(s *voteSink) bool {
	switch {
	case s.newest <= p.after || s.newest < p.from:
		return false
	case s.rows < pageLimit/2:
		*p = votesPage{after: s.newest}
	case p.after > 0 || s.newest > p.from:
		// Others may share the last second, so it is read again.
		*p = votesPage{from: s.newest}
	case p.skip+s.rows <= maxSkip:
		p.skip += s.rows
	default:
		*p = votesPage{after: s.newest}
	}
	return true
}

// voteSink decodes votes as they arrive.
type voteSink struct {
	votes  []governance.Vote
	rows   int
	lost   int   // null rows
	newest int64 // signed time, of all rows
}

func (s *voteSink) reset() { *s = voteSink{} }

func (s *voteSink) row(_ string, _ int, raw []byte, cut bool) {
	s.rows++
	if field(raw).null() || cut {
		s.lost++
		return
	}
	v, created := decodeVote(raw)
	s.newest = max(s.newest, created)
	if v.ID != "" && v.Ref != "" {
		s.votes = append(s.votes, v)
	}
}

// maxChoice bounds a stored choice; a ranking of 200 choices has 800 bytes.
const maxChoice = 64 << 10

func decodeVote(raw []byte) (governance.Vote, int64) {
	var v governance.Vote
	var space, proposal string
	var created int64
	members(raw, func(key string, f field) {
		switch key {
		case "id":
			v.ID = f.text()
		case "ipfs":
			v.IPFS = f.text()
		case "voter":
			v.Voter = checksummed(f.text())
		case "created":
			created, v.Created = f.int(), f.at()
		case "space":
			space, _ = decodeSpaceRef(f)
		case "proposal":
			proposal, _ = decodeSpaceRef(f)
		default:
			decodeCast(&v, key, f)
		}
	})
	v.Ref, _ = refOf(space, proposal)
	v.DAO = space
	return v, created
}

func decodeCast(v *governance.Vote, key string, f field) {
	switch key {
	case "choice":
		v.Choice = f.choice()
	case "reason":
		v.Reason = f.text()
	case "app":
		v.App = f.text()
	case "vp":
		v.Power = f.amount()
	case "vp_state":
		v.State = f.text()
	}
}

// choice returns a choice as it was written, without white space; null for
// what is no JSON.
func (v field) choice() json.RawMessage {
	var b bytes.Buffer
	if len(v) > maxChoice || json.Compact(&b, v) != nil {
		return json.RawMessage("null")
	}
	return b.Bytes()
}

// checksummed writes an EVM address in EIP-55; others stay as they are.
func checksummed(address string) string {
	if good, err := ballot.Checksum(ballot.Lower(address)); err == nil {
		return good
	}
	return clipText(address, 100)
}

// Aliases returns the keys that may speak for the account, oldest first, those
// that have expired included. Errors are as with Vote.
func (h *Hub) Aliases(ctx context.Context, owner string) ([]governance.Alias, error) {
	var out []governance.Alias
	s := &rowSink{forget: func() { out = nil }, each: func(raw []byte) {
		if a := decodeAlias(raw); a.Address != "" {
			out = append(out, a)
		}
	}}
	r := h.reader()
	_, err := askAliases(ctx, &call{hub: h, roots: []string{"aliases"}, sink: s, requests: &r.requests}, owner)
	return out, err
}

func decodeAlias(raw []byte) governance.Alias {
	var a governance.Alias
	members(raw, func(key string, v field) {
		switch key {
		case "address":
			a.Owner = checksummed(v.text())
		case "alias":
			a.Address = checksummed(v.text())
		case "created":
			a.Created = v.at()
		}
	})
	if !a.Created.IsZero() {
		a.Expires = a.Created.AddDate(0, 0, governance.AliasDays)
	}
	return a
}

// rowSink hands every row that is not null to a function.
type rowSink struct {
	each   func(raw []byte)
	forget func()
}

func (s *rowSink) reset() { s.forget() }

func (s *rowSink) row(_ string, _ int, raw []byte, cut bool) {
	if !field(raw).null() && !cut {
		s.each(raw)
	}
}
