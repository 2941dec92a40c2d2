package agent

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// VoteHub reads votes and power where they are published: snapshot.Hub.
type VoteHub interface {
	Power(ctx context.Context, voter, space, proposal string) (governance.Power, error)
	Vote(ctx context.Context, id string) (*governance.Vote, error)
	VoteOf(ctx context.Context, proposal, voter string) (*governance.Vote, error)
	Votes(ctx context.Context, voter string, since time.Time) ([]governance.Vote, error)
	Aliases(ctx context.Context, owner string) ([]governance.Alias, error)
	Fresh(ctx context.Context, ref governance.Ref) (governance.Proposal, error)
}

// Sequencer takes signed messages: snapshot.Sequencer.
type Sequencer interface {
	Send(ctx context.Context, envelope []byte, digest string) (governance.Receipt, error)
	Clock(ctx context.Context) (time.Time, error)
	SendSafe(ctx context.Context, envelope []byte) (string, error)
	SafePending(ctx context.Context, id string) (bool, error)
	MayVote(ctx context.Context, voter string, space governance.Space, p *governance.Proposal) error
}

// Chains reads EVM chains: chain.Chains.
type Chains interface {
	Has(chain uint64) bool
	IsContract(ctx context.Context, chain uint64, address string) (bool, error)
	ValidSignature(ctx context.Context, chain uint64, account string, digest [32]byte, sig []byte) (bool, error)
	Name(ctx context.Context, address string) (string, error)
	RegistryDelegate(ctx context.Context, chain uint64, registry, account, space string) (string, error)
	RegistryDelegators(ctx context.Context, chain uint64, registry, delegate string, spaces []string) ([]governance.Holder, error)
	TokenDelegate(ctx context.Context, chain uint64, token, account string) (string, error)
	SplitDelegation(ctx context.Context, chain uint64, contract, space, account string) ([]governance.Holder, error)
	Transaction(ctx context.Context, chain uint64, hash string) (governance.Mined, error)
	// Fee estimates a transaction; Invalid with the reason where it would fail.
	Fee(ctx context.Context, chain uint64, tx governance.Transaction) (governance.Fee, error)
	// Calls reads contracts at a block, 0 = the newest. A refusal is a result.
	Calls(ctx context.Context, chain, at uint64, calls []governance.ContractCall) ([]governance.CallResult, error)
	Head(ctx context.Context, chain uint64) (governance.Head, error)
}

// How long a preparation may be signed.
const signWithin = 10 * time.Minute

// VoteRequest is a vote that somebody wants to cast.
type VoteRequest struct {
	Owner       string // the signed-in account
	Account     string // whose power counts
	Ref         governance.Ref
	Choice      json.RawMessage
	Reason      string // public
	ContentHash string // of the proposal as the page showed it; "" = as it is stored
	Safe        bool   // a contract wallet whose owners sign on chain
	// Method is how a vote on chain is made ["transaction"]; Snapshot's are
	// signed.
	Method governance.Method
}

// draft is a vote on its way to being prepared.
type draft struct {
	VoteRequest

	p        governance.Proposal
	space    governance.Space
	choice   ballot.Choice
	power    governance.Power
	previous *governance.Vote
	at       time.Time // the signed time
	sigma    [32]byte  // of a shielded vote
}

// payload is what an intent keeps of what was shown.
type payload struct {
	Typed json.RawMessage `json:"typed_data"`

	// Of ballots for contracts.
	From   uint64 `json:"from,omitempty"`   // block from which the vote's log is looked for
	Nonce  string `json:"nonce,omitempty"`  // that the message carries, decimal
	Token  string `json:"token,omitempty"`  // of a delegation, EIP-55
	Expiry int64  `json:"expiry,omitempty"` // of a delegation, Unix seconds
}

// PrepareVote checks a vote as whoever counts it will. Votes on chain see
// prepareOnChain; what follows is about Snapshot's, as whose sequencer it
// checks. It stores the vote as an
// intent, and returns what the wallet shall sign. It reads the proposal anew:
// if it is not what the page showed, it stores the new content and returns
// Conflict saying what changed. Nothing is stored of a vote that is refused.
// Errors: Invalid (the choice, the reason), Conflict (edited, not open, the
// clock), NotFound (deleted), Denied (no power, not allowed), and those of the
// hub, the sequencer and the store.
func (a *Agent) PrepareVote(ctx context.Context, r VoteRequest) (governance.Prepared, error) {
	if ref, err := governance.ParseRef(string(r.Ref)); err == nil && ref.Venue() == governance.VenueGovernor {
		return a.prepareOnChain(ctx, r)
	}
	d := &draft{VoteRequest: r}
	for _, step := range []func(context.Context, *draft) error{
		a.checkCaller, a.rereadProposal, a.checkBallot, a.checkPower, a.checkSafe, a.readPrevious, a.setTime,
	} {
		if err := step(ctx, d); err != nil {
			return governance.Prepared{}, err
		}
	}
	typed, sigma, err := a.voteMessage(d)
	if err != nil {
		return governance.Prepared{}, err
	}
	end := d.p.End
	i := governance.Intent{
		Owner: ballot.Lower(d.Owner), Voter: d.Account, Act: governance.ActVote, Ref: d.p.Ref, DAO: d.p.DAO, Choice: d.choice.JSON(),
		Reason: d.Reason, ContentHash: d.p.ContentHash, Chain: ballot.ChainID(d.space.Network), SendBy: &end, Safe: d.Safe, Sigma: sigma,
	}
	return a.prepare(ctx, i, typed, payload{}, shownVote(d), warnVote(d))
}

// prepare stores an armed intent of a typed message, with what else is kept of
// it, and returns what the wallet is asked.
func (a *Agent) prepare(ctx context.Context, i governance.Intent, typed ballot.TypedData, kept payload, shown [][2]string, warnings []string) (governance.Prepared, error) {
	digest, err := typed.Digest()
	if err != nil {
		return governance.Prepared{}, err
	}
	wallet, err := typed.Wallet()
	if err != nil {
		return governance.Prepared{}, err
	}
	kept.Typed = wallet
	raw, err := json.Marshal(kept)
	if err != nil {
		return governance.Prepared{}, governance.Wrap(governance.Internal, err, "encode a message")
	}
	i.ID, i.Method, i.State, i.Payload = newID(), governance.BySignature, governance.IntentArmed, raw
	i.Digest, i.Created = "0x"+hex.EncodeToString(digest[:]), a.now()
	i.Expires = i.Created.Add(signWithin)
	if i.SendBy != nil && i.SendBy.Before(i.Expires) {
		i.Expires = *i.SendBy
	}
	if err := a.Store.AddIntent(ctx, i); err != nil {
		return governance.Prepared{}, err
	}
	return governance.Prepared{ID: i.ID, Digest: i.Digest, TypedData: wallet, ContentHash: i.ContentHash, Expires: i.Expires,
		Shown: slices.Concat(shown, typed.Fields()), Warnings: append([]string{}, warnings...)}, nil
}

// voteMessage makes the message, and the sigma by which a shielded choice can
// be opened.
func (a *Agent) voteMessage(d *draft) (ballot.TypedData, string, error) {
	m := ballot.VoteMessage{From: d.Account, Space: d.p.DAO, Proposal: d.p.Ref.ID(), Timestamp: d.at, Type: d.p.Type, Choice: d.choice,
		Reason: d.Reason, App: a.app(), Metadata: "{}"}
	sigma := ""
	if d.p.Privacy == privacyShutter {
		_, _ = rand.Read(d.sigma[:]) // never fails
		cipher, err := ballot.Shield(m.Proposal, d.choice.JSON(), a.eonKey(), d.sigma)
		if err != nil {
			return ballot.TypedData{}, "", err
		}
		m.Shielded, sigma = cipher, "0x"+hex.EncodeToString(d.sigma[:])
	}
	typed, err := ballot.Vote(m)
	return typed, sigma, err
}

func (a *Agent) app() string {
	if a.App == "" {
		return "mandate"
	}
	return a.App
}

func (a *Agent) eonKey() string {
	if a.EonKey == "" {
		return ballot.EonKey
	}
	return a.EonKey
}

// newID makes an intent's id: 32 hex digits that nobody can guess.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
