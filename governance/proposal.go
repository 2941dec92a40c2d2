package governance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// VotingType is how votes on a proposal are expressed and counted.
// Unknown types are kept as they are and shown read-only.
type VotingType string

// Snapshot's voting types (snapshot.js, src/voting).
const (
	SingleChoice VotingType = "single-choice"
	Basic        VotingType = "basic"
	Approval     VotingType = "approval"
	RankedChoice VotingType = "ranked-choice"
	Copeland     VotingType = "copeland"
	Quadratic    VotingType = "quadratic"
	Weighted     VotingType = "weighted"
)

// Voting types of governors. Choices are Against, For and, but for Alpha's,
// Abstain, in this order: their index is the contract's support value.
const (
	GovernorVote       VotingType = "governor"
	GovernorFractional VotingType = "governor-fractional" // one account may split its power
	GovernorApproval   VotingType = "governor-approval"   // Agora's module: options are picked; shown only
	GovernorOptimistic VotingType = "governor-optimistic" // Agora's module: passes unless enough vote Against
)

// Known reports whether votes of this type can be cast here.
func (t VotingType) Known() bool {
	switch t {
	case SingleChoice, Basic, Approval, RankedChoice, Copeland, Quadratic, Weighted, GovernorVote, GovernorFractional, GovernorOptimistic:
		return true
	}
	return false
}

// State is where a proposal stands in its life.
type State string

// The states. Snapshot has the first three; governors have all.
const (
	Pending   State = "pending"
	Active    State = "active"
	Closed    State = "closed"
	Succeeded State = "succeeded"
	Defeated  State = "defeated"
	Queued    State = "queued"
	Executed  State = "executed"
	Canceled  State = "canceled"
	Expired   State = "expired"
	Vetoed    State = "vetoed"    // Nouns
	Objection State = "objection" // Nouns: only votes against count any more
	Updatable State = "updatable" // Nouns: may still be edited
)

// Votable reports whether a vote may still be cast in a state, now or later.
func (s State) Votable() bool {
	switch s {
	case Pending, Active, Objection, Updatable:
		return true
	}
	return false
}

// Proposal is a question that a DAO votes on, as the venue published it.
// Texts are raw: whoever shows them takes them through text.Canonical first.
type Proposal struct {
	Ref        Ref
	DAO        string // DAO id
	DAOName    string // filled on reading
	Author     string // address, EIP-55 where EVM
	Title      string
	Body       string // Markdown
	Discussion string // URL or "", unchecked
	URL        string // human page at the venue
	Type       VotingType
	Choices    []string // 1-based at Snapshot: Choices[0] is choice 1
	Labels     []string
	Start      time.Time
	End        time.Time
	Created    time.Time
	Updated    time.Time // zero = never edited
	Snapshot   int64     // block at which voting power is read; 0 = unknown
	Network    string
	Symbol     string
	Privacy    string // "" or "shutter"
	Quorum     float64
	QuorumType string // "default" or "rejection"
	Plugins    json.RawMessage
	Strategies json.RawMessage
	App        string
	IPFS       string
	// Validation is asked beside voting power: {"name","params"}. Only a fresh
	// reading for a vote fills it; it is not stored.
	Validation json.RawMessage
	Flagged    bool // by the venue
	Deleted    bool // the venue said so; rows are never removed
	Tally      Tally

	// Outcome is the state after the vote as a governor told it, "" at Snapshot
	// and while it is open. OnChain is nil at Snapshot, and in lists.
	Outcome State
	OnChain *OnChain
	// Risk is the rank of the worst finding (Severity.Rank), filled on reading.
	Risk int

	ContentHash string    // ContentHash() at the time of storing
	Version     int       // 1 = as first seen
	Seen        time.Time // last successful reading
}

// FirstIndex is the index of the first choice: 1 at Snapshot, 0 at governors,
// where the index is the support value.
func (p *Proposal) FirstIndex() int {
	if p.Ref.Venue() == VenueGovernor {
		return 0
	}
	return 1
}

// Tally is the state of the count. Scores are voting power, one per choice;
// they may be empty, or fewer than the choices, before the first count.
type Tally struct {
	Scores  []float64 `json:"scores"`
	Total   float64   `json:"total"`
	Quorum  float64   `json:"quorum"`
	Voters  int       `json:"voters"`
	State   string    `json:"state"` // "", "pending", "final" (scores_state at the hub)
	Updated time.Time `json:"updated"`
}

// StateAt computes the state from the times, as the hub does: pending until
// now is after start, closed once now is after end. What a governor said of
// the time after the vote stands; End is then the time at which voting ended,
// be it by cancelling.
func (p *Proposal) StateAt(now time.Time) State {
	switch {
	case p.Outcome != "":
		return p.Outcome
	case !now.After(p.Start):
		return Pending
	case now.After(p.End):
		return Closed
	default:
		return Active
	}
}

// Ended reports whether voting is over, however it went.
func (p *Proposal) Ended(now time.Time) bool {
	return !p.StateAt(now).Votable()
}

// HashContent returns the hex SHA-256 over everything that a voter decides
// on (title, body, choices, type, times, snapshot, plugins, privacy,
// strategies): if it changes, assessments and unsent votes are void. Counts
// and flags are not part of it. On chain the times are left out, since they
// are estimates and may be extended, and the calls are part of it.
func (p *Proposal) HashContent() string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	if o := p.OnChain; o != nil {
		_ = enc.Encode([]any{"governor-v1", p.Title, p.Body, p.Choices, p.Type, o.VoteStart, o.Calls, o.Description, o.Module, o.ModuleData, o.Payloads})
		return hex.EncodeToString(h.Sum(nil))
	}
	// Encoding strings, numbers and raw JSON text cannot fail here.
	_ = enc.Encode([]any{"v1", p.Title, p.Body, p.Choices, p.Type, p.Start.Unix(), p.End.Unix(), p.Snapshot,
		string(p.Plugins), p.Privacy, string(p.Strategies), p.Discussion})
	return hex.EncodeToString(h.Sum(nil))
}

// Version is an earlier content of an edited proposal.
type Version struct {
	Version     int       `json:"version"`
	ContentHash string    `json:"content_hash"`
	Title       string    `json:"title"`
	Body        string    `json:"body"`
	Choices     []string  `json:"choices"`
	Seen        time.Time `json:"seen"` // when this content was first read
}
