package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Accepted is one message that the sequencer took in, with the bytes that came.
type Accepted struct {
	ID       string    // the EIP-712 digest
	Kind     string    // "vote", "alias", …
	Address  string    // who signed
	From     string    // for whom
	Proposal string    // "" where the message names none
	Body     []byte    // as received
	At       time.Time // by the world's clock
}

// Ledger lists every accepted message, oldest first: the truth that tests
// count conflicting messages by.
func (w *World) Ledger() []Accepted {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return slices.Clone(w.ledger)
}

// store writes the message and its effect, under one lock.
func (s *sequencer) store(e *envelope) error {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	if s.w.seen[e.id] {
		return refusal("duplicate message")
	}
	if err := s.applyLocked(e); err != nil {
		return err
	}
	s.w.index = nil
	s.w.acceptLocked(e)
	if e.fault != FaultHalfWritten {
		s.keepMessageLocked(e)
	}
	return nil
}

func (w *World) acceptLocked(e *envelope) {
	w.ledger = append(w.ledger, Accepted{ID: e.id, Kind: e.kind, Address: e.address, From: e.from,
		Proposal: e.message.text("proposal"), Body: bytes.Clone(e.body), At: w.cfg.Now()})
}

func (s *sequencer) keepMessageLocked(e *envelope) {
	s.w.seen[e.id] = true
	s.w.messages = append(s.w.messages, Message{MCI: int64(len(s.w.messages) + 1), ID: e.id, IPFS: fakeCID(e.id),
		Address: e.address, Version: "0.1.4", Timestamp: int64(e.stamp), Space: e.space, Type: e.kind, Sig: e.sig,
		Receipt: receiptFor(e, s.key).Relayer.Receipt})
}

// hide takes the message in but keeps its effect from the hub.
func (s *sequencer) hide(e *envelope) error {
	s.w.mu.Lock()
	s.w.seen[e.id] = true
	s.w.acceptLocked(e)
	s.w.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = append(s.held, func() {
		s.w.mu.Lock()
		defer s.w.mu.Unlock()
		if s.applyLocked(e) == nil {
			s.keepMessageLocked(e)
		}
		s.w.index = nil
	})
	return nil
}

func (s *sequencer) applyLocked(e *envelope) error {
	switch e.kind {
	case kindVote, kindVoteArray, kindVoteString:
		return s.castLocked(e)
	case kindAlias, kindRevoke:
		return s.aliasLocked(e)
	case kindFollow, kindUnfollow:
		return s.followLocked(e)
	case kindUpdate, kindDelete:
		return s.editLocked(e)
	}
	return nil
}

func (s *sequencer) checkAliasMessage(e *envelope) error {
	s.w.mu.RLock()
	defer s.w.mu.RUnlock()
	return s.w.aliasFaultLocked(e)
}

// aliasFaultLocked: an alias belongs to one account until that revokes it.
func (w *World) aliasFaultLocked(e *envelope) error {
	alias := e.message.text("alias")
	if !isChecksummed(alias) {
		return refusal("wrong alias format")
	}
	have := w.aliases[alias]
	switch {
	case alias == e.from:
		return refusal("alias cannot be the same as the address")
	case e.kind == kindRevoke && (have == nil || have.Address != e.from):
		return refusal("alias does not exist")
	case e.kind == kindAlias && have != nil && have.Address != e.from:
		return refusal("alias is already linked to another address")
	}
	return nil
}

func (s *sequencer) aliasLocked(e *envelope) error {
	if err := s.w.aliasFaultLocked(e); err != nil {
		return err
	}
	alias := e.message.text("alias")
	if e.kind == kindRevoke {
		delete(s.w.aliases, alias)
		return nil
	}
	s.w.aliases[alias] = &Alias{ID: e.id, IPFS: fakeCID(e.id), Address: e.from, Alias: alias, Created: int64(e.stamp)}
	return nil
}

func (s *sequencer) checkFollow(e *envelope) error {
	s.w.mu.RLock()
	defer s.w.mu.RUnlock()
	_, err := s.w.followFaultLocked(e)
	return err
}

func (w *World) followFaultLocked(e *envelope) (have *Follow, err error) {
	if n, told := e.message.values["network"]; told && n != "s" {
		return nil, refusal(fmt.Sprintf("network %v is not allowed", n))
	}
	for _, f := range w.follows {
		if f.Follower == e.from && f.Space == e.space {
			have = f
		}
	}
	switch {
	case e.kind == kindFollow && have != nil:
		return have, refusal("you are already following this space")
	case e.kind == kindUnfollow && have == nil:
		return nil, refusal("you can only unfollow a space you follow")
	}
	return have, nil
}

func (s *sequencer) followLocked(e *envelope) error {
	have, err := s.w.followFaultLocked(e)
	if err != nil {
		return err
	}
	if e.kind == kindUnfollow {
		delete(s.w.follows, have.ID)
		return nil
	}
	s.w.follows[e.id] = &Follow{ID: e.id, IPFS: fakeCID(e.id), Follower: e.from, Space: e.space, Network: "s", Created: int64(e.stamp)}
	return nil
}

func (s *sequencer) checkEdit(e *envelope) error {
	s.w.mu.RLock()
	defer s.w.mu.RUnlock()
	_, err := s.editableLocked(e)
	return err
}

// editableLocked finds the proposal that the message may change. Deleting is
// open to the space's admins and moderators too, and at any time.
func (s *sequencer) editableLocked(e *envelope) (*Proposal, error) {
	p, space := s.w.proposals[e.message.text("proposal")], s.w.spaces[e.space]
	if p == nil || p.Space != e.space {
		return nil, refusal("unknown proposal")
	}
	if e.kind == kindDelete {
		if e.from != p.Author && !slices.Contains(slices.Concat(space.Admins, space.Moderators), e.from) {
			return nil, refusal("not authorized to archive proposal")
		}
		return p, nil
	}
	choices := texts(e.message.values["choices"])
	switch {
	case len(choices) == 0 || e.message.text("title") == "":
		return nil, refusal("wrong proposal format")
	case e.from != p.Author:
		return nil, refusal("Not the author")
	case p.Start < s.now().Unix():
		return nil, refusal("proposal already started")
	case e.message.text("type") == "basic" && len(choices) != 2 && len(choices) != 3:
		return nil, refusal("wrong choices for basic type voting")
	}
	return p, nil
}

func (s *sequencer) editLocked(e *envelope) error {
	p, err := s.editableLocked(e)
	if err != nil {
		return err
	}
	if e.kind == kindDelete {
		delete(s.w.proposals, p.ID)
		return nil
	}
	next, at := *p, int64(e.stamp)
	next.IPFS, next.Updated, next.Scores, next.ScoresByStrategy = fakeCID(e.id), &at, []float64{}, json.RawMessage("[]")
	next.Type, next.Title, next.Body = e.message.text("type"), e.message.text("title"), e.message.text("body")
	next.Discussion, next.Privacy = e.message.text("discussion"), e.message.text("privacy")
	next.Choices, next.Labels = texts(e.message.values["choices"]), texts(e.message.values["labels"])
	s.w.proposals[p.ID] = &next
	return nil
}

func texts(v any) []string {
	list, _ := v.([]any)
	out := make([]string, 0, len(list))
	for _, item := range list {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
