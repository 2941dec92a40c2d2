package demo

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
)

// checkVote is the check of a ballot, from its form to its power.
func (s *sequencer) checkVote(_ context.Context, e *envelope) error {
	s.w.mu.RLock()
	defer s.w.mu.RUnlock()
	if _, err := s.ballotLocked(e); err != nil {
		return err
	}
	return nil
}

// ballotLocked makes the vote that the message casts, or says why it cannot.
func (s *sequencer) ballotLocked(e *envelope) (*Vote, error) {
	p := s.w.proposals[e.message.text("proposal")]
	if p != nil && p.Space != e.space {
		p = nil
	}
	if e.kind == kindVoteString && p == nil {
		return nil, refusal("unknown proposal") // it is needed to read the choice
	}
	choice := e.choice(p)
	metadata, ok := e.metadata()
	if !ok || choice == nil || runes(e.message.text("reason")) > 5000 || runes(e.message.text("app")) > 24 {
		return nil, refusal("wrong vote format")
	}
	if p == nil {
		return nil, refusal("unknown proposal")
	}
	now, stamp := s.now().Unix(), int64(e.stamp)
	if p.Start > now || p.End < now || p.Start > stamp || p.End < stamp {
		return nil, refusal("not in voting window")
	}
	if err := e.checkChoice(p, choice); err != nil {
		return nil, err
	}
	power, err := s.checkPower(e, p)
	if err != nil {
		return nil, err
	}
	v := &Vote{ID: e.id, IPFS: fakeCID(e.id), Voter: e.from, Created: stamp, Space: p.Space, Proposal: p.ID,
		Choice: json.RawMessage(stringify(choice)), Reason: e.message.text("reason"), App: e.message.text("app"),
		Metadata: json.RawMessage(stringify(metadata)), VP: sum(power), VPByStrategy: power, VPState: powerState(p, now)}
	return v, nil
}

// choice reads the ballot. A text is JSON, unless the proposal is shielded;
// what is no JSON counts as an empty object.
func (e *envelope) choice(p *Proposal) any {
	raw := e.message.values["choice"]
	text, isText := raw.(string)
	if e.kind != kindVoteString || !isText || p.Privacy == "shutter" {
		return raw
	}
	v, err := parseJS([]byte(text))
	if err != nil {
		return &jsObject{values: map[string]any{}}
	}
	return v
}

// metadata must be a JSON object; what is no JSON counts as none.
func (e *envelope) metadata() (any, bool) {
	v, err := parseJS([]byte(e.message.text("metadata")))
	if err != nil {
		return &jsObject{values: map[string]any{}}, true
	}
	_, ok := v.(*jsObject)
	return v, ok
}

func (e *envelope) checkChoice(p *Proposal, choice any) error {
	if p.Privacy == "shutter" {
		if e.message.text("reason") != "" {
			return refusal("reason not allowed with shutter")
		}
		if text, ok := choice.(string); !ok || !strings.HasPrefix(text, "0x") {
			return refusal("invalid choice")
		}
		return nil
	}
	valid, known := validChoice(p.Type, len(p.Choices), choice)
	if !known {
		return errInternal // the real one fails on the missing class
	}
	if !valid {
		return refusal("invalid choice")
	}
	return nil
}

// validChoice says whether the choice fits the type of voting, and whether the
// type is known.
func validChoice(kind string, choices int, v any) (valid, known bool) {
	switch kind {
	case "single-choice", "basic":
		n, ok := v.(float64)
		return ok && inRange(n, choices), true
	case "approval":
		_, ok := indexes(v, choices)
		return ok, true
	case "ranked-choice", "copeland":
		list, ok := indexes(v, choices)
		return ok && len(list) == choices && choices > 0, true
	case "weighted", "quadratic":
		_, ok := weights(v, choices)
		return ok, true
	}
	return false, false
}

func inRange(n float64, choices int) bool {
	return n == math.Trunc(n) && n >= 1 && n <= float64(choices)
}

// indexes reads a list of different choices, counted from 0.
func indexes(v any, choices int) ([]int, bool) {
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	out := make([]int, 0, len(list))
	for _, item := range list {
		n, ok := item.(float64)
		if !ok || !inRange(n, choices) || slices.Contains(out, int(n)-1) {
			return nil, false
		}
		out = append(out, int(n)-1)
	}
	return out, true
}

// weights reads an object of shares, by choice counted from 0. They add to 1.
func weights(v any, choices int) ([]float64, bool) {
	o, ok := v.(*jsObject)
	if !ok || len(o.keys) == 0 {
		return nil, false
	}
	out, total := make([]float64, choices), 0.0
	for _, key := range o.keys {
		i, err := strconv.Atoi(key)
		share, ok := o.values[key].(float64)
		if err != nil || i < 1 || i > choices || !ok || share < 0 || math.IsInf(share, 0) {
			return nil, false
		}
		out[i-1] += share
		total += share
	}
	if total <= 0 || math.IsInf(total, 0) {
		return nil, false
	}
	for i := range out {
		out[i] /= total
	}
	return out, true
}

// checkPower asks the rule for voters first, then for voting power.
func (s *sequencer) checkPower(e *envelope, p *Proposal) ([]float64, error) {
	if e.fault == FaultVoteCheck {
		return nil, refusal("failed to check vote validation")
	}
	power := s.w.powerLocked(p.Space, e.from, p)
	if p.Validation != nil {
		allowed, known := validate(*p.Validation, sum(power))
		if !known {
			return nil, refusal("failed to check vote validation")
		}
		if !allowed {
			return nil, refusal("failed vote validation")
		}
	}
	if e.fault == FaultPowerCheck {
		return nil, refusal("failed to check voting power")
	}
	if sum(power) <= 0 {
		return nil, refusal("no voting power")
	}
	if e.fault == FaultPinning {
		return nil, refusal("pinning failed")
	}
	return power, nil
}

// castLocked stores the ballot. The newer signed time wins, then the higher id.
func (s *sequencer) castLocked(e *envelope) error {
	v, err := s.ballotLocked(e) // again: the world may have changed since
	if err != nil {
		return err
	}
	old := s.w.voteOfLocked(v.Proposal, v.Voter)
	switch {
	case old == nil:
	case old.Created > v.Created:
		return refusal("already voted at later time")
	case old.Created == v.Created && v.ID <= old.ID:
		return refusal("already voted same time with lower index")
	default:
		delete(s.w.votes, old.ID)
	}
	s.w.votes[v.ID], s.w.cast[v.ID] = v, true
	s.w.recountLocked(v.Proposal, old)
	return nil
}

func (w *World) voteOfLocked(proposal, voter string) *Vote {
	for _, v := range w.votes {
		if v.Proposal == proposal && strings.EqualFold(v.Voter, voter) {
			return v
		}
	}
	return nil
}
