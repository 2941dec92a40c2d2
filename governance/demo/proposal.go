package demo

import (
	"encoding/json"
)

// Proposal is one proposal as the hub stores it. The JSON names are the hub's.
// Times are unix seconds. State is not kept: the hub computes it from the
// clock at every request.
type Proposal struct {
	ID        string `json:"id"`
	IPFS      string `json:"ipfs"`
	Author    string `json:"author"`
	Created   int64  `json:"created"`
	Updated   *int64 `json:"updated"`
	Space     string `json:"space"`
	Network   string `json:"network"`
	Symbol    string `json:"symbol"`
	Type      string `json:"type"`
	Title     string `json:"title"`
	Body      string `json:"body"`
	Start     int64  `json:"start"`
	End       int64  `json:"end"`
	Snapshot  int64  `json:"snapshot"`
	Privacy   string `json:"privacy"`
	App       string `json:"app"`
	Flagged   bool   `json:"flagged"`
	FlagCode  int    `json:"flagCode"`
	VoteCount int    `json:"votes"`
	// Discussion is a link to the thread, or "".
	Discussion string   `json:"discussion"`
	Choices    []string `json:"choices"`
	Labels     []string `json:"labels"`
	// Quorum of 0 means none. QuorumType is "default" or "rejection".
	Quorum     float64 `json:"quorum"`
	QuorumType string  `json:"quorumType"`
	// Strategies default to the space's, Validation (the rule for voters) to
	// its VoteValidation.
	Strategies []Strategy  `json:"strategies"`
	Validation *Validation `json:"validation"`
	// Plugins defaults to {}. The literal null breaks the row, as it does on
	// the real hub: a null item with an error, or no data at all.
	Plugins json.RawMessage `json:"plugins"`
	// Scores is null when never counted; it may be shorter than Choices.
	Scores           []float64       `json:"scores"`
	ScoresByStrategy json.RawMessage `json:"scores_by_strategy"`
	ScoresState      string          `json:"scores_state"`
	ScoresTotal      *float64        `json:"scores_total"`
	ScoresUpdated    *int64          `json:"scores_updated"`
	ScoresTotalValue *float64        `json:"scores_total_value"`
}

// State is the state that the hub's answer carries at the given second: still
// pending at the very start, still active at the very end.
func (p *Proposal) State(now int64) string {
	switch {
	case now > p.End:
		return "closed"
	case now > p.Start:
		return "active"
	default:
		return "pending"
	}
}

// countState turns a pending count final a minute after the end, as the
// sequencer does.
func (p *Proposal) countState(now int64) string {
	if p.ScoresState == "pending" && now > p.End+60 {
		return "final"
	}
	return p.ScoresState
}

// Strategy is one way in which a space counts voting power.
type Strategy struct {
	Name    string          `json:"name"`
	Network string          `json:"network,omitempty"`
	Params  json.RawMessage `json:"params"`
}

// Validation is the rule for who may propose or vote.
type Validation struct {
	Name   string          `json:"name"`
	Params json.RawMessage `json:"params"`
}

// Vote is one ballot. Choice is JSON in the form that the proposal's type asks.
type Vote struct {
	ID       string          `json:"id"`
	IPFS     string          `json:"ipfs"`
	Voter    string          `json:"voter"`
	Created  int64           `json:"created"`
	Space    string          `json:"space"`
	Proposal string          `json:"proposal"`
	Choice   json.RawMessage `json:"choice"`
	Reason   string          `json:"reason"`
	App      string          `json:"app"`
	VP       float64         `json:"vp"`
	VPState  string          `json:"vp_state"`
	// VPByStrategy and Metadata are null where the world does not tell.
	VPByStrategy []float64       `json:"vp_by_strategy"`
	Metadata     json.RawMessage `json:"metadata"`
}

// Alias says that another address may act for an account.
type Alias struct {
	ID      string `json:"id"`
	IPFS    string `json:"ipfs"`
	Address string `json:"address"` // whose account it is
	Alias   string `json:"alias"`
	Created int64  `json:"created"` // the signed time; its life counts from here
}

// Message is one message that the sequencer took in.
type Message struct {
	MCI       int64  `json:"mci"` // its number, from 1
	ID        string `json:"id"`
	IPFS      string `json:"ipfs"`
	Address   string `json:"address"` // who signed: the alias, where one did
	Version   string `json:"version"`
	Timestamp int64  `json:"timestamp"`
	Space     string `json:"space"`
	Type      string `json:"type"`
	Sig       string `json:"sig"`
	Receipt   string `json:"receipt"`
}

// Follow says that an address follows a space.
type Follow struct {
	ID       string `json:"id"`
	IPFS     string `json:"ipfs"`
	Follower string `json:"follower"`
	Space    string `json:"space"`
	Network  string `json:"network"`
	Created  int64  `json:"created"`
}
