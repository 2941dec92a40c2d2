package snapshot

import (
	"context"
	"time"

	"mandate/governance"
)

// DefaultSpaces are the ids of large, long-lived spaces, read where no setting
// names others.
func DefaultSpaces() []string {
	return []string{
		"1inch.eth", "aavedao.eth", "aavegotchi.eth", "apecoin.eth", "arbitrumfoundation.eth",
		"balancer.eth", "comp-vote.eth", "cow.eth", "curve.eth", "cvx.eth",
		"ens.eth", "frax.eth", "gearbox-risk-dao.eth", "gitcoindao.eth", "gmx.eth",
		"gnosis.eth", "hop.eth", "index-coop.eth", "kleros.eth", "lido-snapshot.eth",
		"olympusdao.eth", "opcollective.eth", "pooltogether.eth", "rocketpool-dao.eth", "safe.eth",
		"shapeshiftdao.eth", "snapshot.dcl.eth", "starknet.eth", "stgdao.eth", "sushigov.eth",
		"uniswapgovernance.eth",
	}
}

// Spaces reads the settings and counts of spaces. Ids that the hub does not
// know are missing in the answer; that is no proof of anything. It returns
// Upstream, Limited, Invalid and Denied errors, and the context's.
func (h *Hub) Spaces(ctx context.Context, ids []string) ([]governance.Space, error) {
	r := h.reader()
	ids = cleanSpaces(ids)
	var out []governance.Space
	for start := 0; start < len(ids); start += listLimit {
		part := ids[start:min(start+listLimit, len(ids))]
		s := &spaceSink{now: r.now}
		c := &call{hub: h, roots: []string{"spaces"}, sink: s, requests: &r.requests}
		if _, err := askSpaces(ctx, c, part, len(part)); err != nil {
			return out, err
		}
		out = append(out, s.spaces...)
	}
	return out, nil
}

type spaceSink struct {
	now    time.Time
	spaces []governance.Space
}

func (s *spaceSink) reset() { s.spaces = nil }

func (s *spaceSink) row(_ string, _ int, raw []byte, cut bool) {
	if sp, ok := decodeSpace(raw, s.now); ok && !cut {
		s.spaces = append(s.spaces, sp)
	}
}

// Follows returns the ids of the spaces that the address follows, oldest
// follow first. It returns Upstream, Limited, Invalid and Denied errors, and the
// context's.
func (h *Hub) Follows(ctx context.Context, address string) ([]string, error) {
	r := h.reader()
	var out []string
	seen := map[string]bool{}
	for from := int64(0); ; {
		s := &followSink{}
		c := &call{hub: h, roots: []string{"follows"}, sink: s, requests: &r.requests}
		if _, err := askFollows(ctx, c, address, int(from)); err != nil {
			return out, err
		}
		fresh := false
		for _, f := range s.follows {
			from = max(from, f.created)
			if !seen[f.space] {
				seen[f.space], fresh = true, true
				out = append(out, f.space)
			}
		}
		if !fresh || len(s.follows) < pageLimit/2 {
			return out, nil
		}
	}
}

type follow struct {
	space   string
	created int64
}

type followSink struct{ follows []follow }

func (s *followSink) reset() { s.follows = nil }

func (s *followSink) row(_ string, _ int, raw []byte, _ bool) {
	var f follow
	members(raw, func(key string, v field) {
		switch key {
		case "space":
			f.space, _ = decodeSpaceRef(v)
		case "created":
			f.created = v.int()
		}
	})
	if f.space != "" {
		s.follows = append(s.follows, f)
	}
}
