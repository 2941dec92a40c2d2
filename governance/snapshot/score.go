package snapshot

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"mandate/governance"
)

// validateCall is the score API's question whether somebody may vote.
type validateCall struct {
	JSONRPC string         `json:"jsonrpc"`
	Method  string         `json:"method"`
	Params  validateParams `json:"params"`
}

type validateParams struct {
	Validation string          `json:"validation"`
	Author     string          `json:"author"`
	Space      string          `json:"space"`
	Network    string          `json:"network"`
	Snapshot   any             `json:"snapshot"` // block, or "latest"
	Params     json.RawMessage `json:"params"`
}

// MayVote asks the rule that a space sets beside voting power, as the sequencer
// will: the proposal's own where it is known, else the space's. nil means yes,
// or that there is no such rule; Denied no. Upstream, Limited and the context's
// errors mean that it could not be asked.
func (s *Sequencer) MayVote(ctx context.Context, voter string, space governance.Space, p *governance.Proposal) error {
	rule := p.Validation
	if len(rule) == 0 {
		rule = space.VoteValidation
	}
	name, params := parseValidation(rule)
	if name == "" || name == "any" {
		return nil
	}
	q := validateParams{Validation: name, Author: voter, Space: space.ID, Network: p.Network, Snapshot: "latest", Params: params}
	if q.Network == "" {
		q.Network = space.Network
	}
	if p.Snapshot > 0 {
		q.Snapshot = p.Snapshot
	}
	body, err := json.Marshal(validateCall{JSONRPC: "2.0", Method: "validate", Params: q})
	if err != nil {
		return governance.Wrap(governance.Internal, err, "The question to the score service could not be written.")
	}
	r, err := s.score.post(ctx, "", body)
	if err != nil {
		return err
	}
	return s.allowed(r, name)
}

func parseValidation(raw json.RawMessage) (name string, params json.RawMessage) {
	params = json.RawMessage("{}")
	members(raw, func(key string, v field) {
		switch {
		case key == "name":
			name = v.text()
		case key == "params" && v.isObject() && json.Valid(v):
			params = json.RawMessage(v)
		}
	})
	return name, params
}

// allowed reads the score API's answer.
func (s *Sequencer) allowed(r response, rule string) error {
	var result field
	var reason string
	whole := members(r.body, func(key string, v field) {
		switch key {
		case "result":
			result = v
		case "error":
			members(v, func(key string, v field) {
				if key == "data" || key == "message" && reason == "" {
					reason = v.text()
				}
			})
		}
	})
	switch {
	case !whole || r.status >= 500 || reason != "" || r.status >= 300:
		return &governance.Error{
			Code: governance.Upstream, Cause: saidBy(s.score, reason),
			Message: "Snapshot's score service could not say whether this account may vote here (HTTP " + strconv.Itoa(r.status) + ").",
		}
	case string(result) == "true":
		return nil
	case string(result) == "false":
		return governance.Errorf(governance.Denied, "This space lets only some accounts vote, by a rule beside voting power (%s), and this account does not meet it.", ruleName(rule))
	}
	return s.score.trouble(nil, "answered something other than yes or no")
}

// ruleName keeps of a rule's name what names have.
func ruleName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == ':' || r == '_' {
			return r
		}
		return -1
	}, name)
	return clipText(clean, 40)
}
