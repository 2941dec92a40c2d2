package demo

import (
	"encoding/json"
	"strings"
)

// proposalColumns is what the hub filters and orders proposals by.
func (e *exec) proposalColumns() columns[*Proposal] {
	number := func(get func(*Proposal) float64) func(*Proposal) (float64, bool) {
		return func(p *Proposal) (float64, bool) { return get(p), true }
	}
	return columns[*Proposal]{
		text: map[string]func(*Proposal) string{
			"id": func(p *Proposal) string { return p.ID }, "ipfs": func(p *Proposal) string { return p.IPFS },
			"space": func(p *Proposal) string { return p.Space }, "author": func(p *Proposal) string { return p.Author },
			"network": func(p *Proposal) string { return p.Network }, "type": func(p *Proposal) string { return p.Type },
			"app": func(p *Proposal) string { return p.App }, "scores_state": func(p *Proposal) string { return p.countState(e.now) },
		},
		number: map[string]func(*Proposal) (float64, bool){
			"created": number(func(p *Proposal) float64 { return float64(p.Created) }),
			"start":   number(func(p *Proposal) float64 { return float64(p.Start) }),
			"end":     number(func(p *Proposal) float64 { return float64(p.End) }),
			"votes":   number(func(p *Proposal) float64 { return float64(p.VoteCount) }),
			"updated": func(p *Proposal) (float64, bool) {
				if p.Updated == nil {
					return 0, false
				}
				return float64(*p.Updated), true
			},
			"scores_total_value": number(func(p *Proposal) float64 {
				if p.ScoresTotalValue == nil {
					return 0
				}
				return *p.ScoresTotalValue
			}),
		},
		special: e.proposalSpecial,
		address: map[string]string{"author": "Invalid addresses in author"},
	}
}

func (e *exec) proposalSpecial(key string, value any, now int64) (func(*Proposal) bool, error) {
	s, _ := value.(string)
	b, isBool := value.(bool)
	switch key {
	case "title_contains":
		match := like(s)
		return func(p *Proposal) bool { return match(p.Title) }, nil
	case "strategies_contains":
		match := like(s)
		return func(p *Proposal) bool { return match(rawJSON(p.Strategies)) }, nil
	case "plugins_contains":
		match := like(s)
		return func(p *Proposal) bool { return match(string(p.Plugins)) }, nil
	case "validation":
		return func(p *Proposal) bool { return p.Validation != nil && p.Validation.Name == s }, nil
	case "labels_in":
		return func(p *Proposal) bool { return hasAll(p.Labels, listOf(value)) }, nil
	case "state":
		return stateTest(s, now), nil
	case "flagged":
		return func(p *Proposal) bool { return !isBool || p.Flagged == b }, nil
	case "space_verified":
		return func(p *Proposal) bool { return !b || e.verified(p.Space) }, nil
	}
	return nil, nil
}

// stateTest is strict on both sides: at the very second of a start or an end a
// proposal matches no state. Any other word filters nothing.
func stateTest(state string, now int64) func(*Proposal) bool {
	switch state {
	case "pending":
		return func(p *Proposal) bool { return p.Start > now }
	case "active":
		return func(p *Proposal) bool { return p.Start < now && p.End > now }
	case "closed":
		return func(p *Proposal) bool { return p.End < now }
	}
	return nil
}

func (e *exec) verified(space string) bool {
	row := e.ix.bySpace[space]
	return row != nil && row.Verified
}

func hasAll(have []string, want []any) bool {
	for _, w := range want {
		found := false
		for _, h := range have {
			found = found || h == w
		}
		if !found {
			return false
		}
	}
	return len(want) > 0
}

func rawJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

func voteColumns() columns[*Vote] {
	return columns[*Vote]{
		text: map[string]func(*Vote) string{
			"id": func(v *Vote) string { return v.ID }, "ipfs": func(v *Vote) string { return v.IPFS },
			"space": func(v *Vote) string { return v.Space }, "voter": func(v *Vote) string { return v.Voter },
			"proposal": func(v *Vote) string { return v.Proposal }, "reason": func(v *Vote) string { return v.Reason },
			"app": func(v *Vote) string { return v.App }, "vp_state": func(v *Vote) string { return v.VPState },
		},
		number: map[string]func(*Vote) (float64, bool){
			"created": func(v *Vote) (float64, bool) { return float64(v.Created), true },
			"vp":      func(v *Vote) (float64, bool) { return v.VP, true },
		},
		address: map[string]string{"voter": "Invalid addresses in voter"},
	}
}

func followColumns() columns[*Follow] {
	return columns[*Follow]{
		text: map[string]func(*Follow) string{
			"id": func(f *Follow) string { return f.ID }, "ipfs": func(f *Follow) string { return f.IPFS },
			"follower": func(f *Follow) string { return f.Follower }, "space": func(f *Follow) string { return f.Space },
			"network": func(f *Follow) string { return f.Network },
		},
		number: map[string]func(*Follow) (float64, bool){
			"created": func(f *Follow) (float64, bool) { return float64(f.Created), true },
		},
		address: map[string]string{"follower": "Invalid addresses in follower"},
	}
}

func spaceColumns() columns[*spaceRow] {
	return columns[*spaceRow]{
		text: map[string]func(*spaceRow) string{"id": func(s *spaceRow) string { return s.ID }},
		number: map[string]func(*spaceRow) (float64, bool){
			"created": func(s *spaceRow) (float64, bool) { return float64(s.Created), true },
		},
		special: spaceSpecial,
	}
}

func spaceSpecial(key string, value any, _ int64) (func(*spaceRow) bool, error) {
	s, _ := value.(string)
	b, _ := value.(bool)
	switch key {
	case "verified":
		return func(r *spaceRow) bool { return r.Verified == b }, nil
	case "turbo":
		return func(r *spaceRow) bool { return r.Turbo == b }, nil
	case "domain":
		return func(r *spaceRow) bool { return r.Domain == s }, nil
	case "search":
		match := like(s)
		return func(r *spaceRow) bool { return match(r.ID) || match(r.Name) }, nil
	case "category":
		return func(r *spaceRow) bool { return hasAll(r.Categories, []any{s}) }, nil
	case "network":
		return func(r *spaceRow) bool { return r.Network == s }, nil
	case "strategy":
		return func(r *spaceRow) bool { return strings.Contains(rawJSON(r.Strategies), `"name":"`+s+`"`) }, nil
	case "plugin":
		return func(r *spaceRow) bool { return strings.Contains(string(r.Plugins), `"`+s+`"`) }, nil
	}
	return nil, nil
}
