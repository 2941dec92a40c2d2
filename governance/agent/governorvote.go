package agent

import (
	"context"
	"encoding/json"
	"math/big"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// Governors reads Governor contracts: governor.Governors. What a vote depends
// on is read from two independent nodes where there are two; Conflict where
// they differ.
type Governors interface {
	// Ballot returns how a proposal stands for an account.
	Ballot(ctx context.Context, g governance.Governor, ref governance.Ref, account string) (governance.Ballot, error)
	// Fresh reads a proposal anew; NotFound where its block does not have it.
	Fresh(ctx context.Context, g governance.Governor, ref governance.Ref, createdBlock uint64) (governance.Proposal, error)
	// VoteOf returns the log of a voter's vote between two blocks, nil = none.
	VoteOf(ctx context.Context, g governance.Governor, ref governance.Ref, voter string, from, to uint64) (*governance.Event, error)
	// HasVoted returns whether the governor counts a vote of the voter at a
	// block, and whether that is so at the newest finalized block too.
	HasVoted(ctx context.Context, g governance.Governor, ref governance.Ref, voter string) (voted bool, block uint64, final bool, err error)
	// TokenNonce returns an account's nonce at the votes token, decimal.
	TokenNonce(ctx context.Context, g governance.Governor, account string) (string, error)
}

// chainDraft is a vote on chain on its way to being prepared.
type chainDraft struct {
	VoteRequest

	g        governance.Governor
	p        governance.Proposal
	choice   ballot.GovernorChoice
	stand    governance.Ballot
	left     *big.Int // power that is not used yet, smallest unit
	function string
	data     string
	fee      *governance.Fee
	warnings []string
}

// prepareOnChain checks a vote as the governor will, stores it as an intent,
// and returns the transaction or the ballot for the wallet. What it depends on
// is read from two nodes where there are two. Nothing is stored of a vote that
// is refused. Errors: Invalid (the choice, the reason, a vote that would
// fail), Conflict (not open, voted already, not what the page showed, two
// nodes that disagree), Denied (no power, nothing set up), NotFound, and those
// of the nodes and the store.
func (a *Agent) prepareOnChain(ctx context.Context, r VoteRequest) (governance.Prepared, error) {
	d := &chainDraft{VoteRequest: r}
	for _, step := range []func(context.Context, *chainDraft) error{
		a.checkChainCaller, a.rereadOnChain, a.checkStanding, a.checkChainChoice, a.checkChainPower,
	} {
		if err := step(ctx, d); err != nil {
			return governance.Prepared{}, err
		}
	}
	i := governance.Intent{Owner: ballot.Lower(d.Owner), Voter: d.Account, Act: governance.ActVote, Ref: d.p.Ref, DAO: d.p.DAO, Choice: d.choice.JSON(),
		Reason: d.Reason, ContentHash: d.p.ContentHash, Chain: d.g.Chain}
	i.SendBy = endOf(&d.stand)
	if d.Method == governance.BySignature {
		return a.prepareBallot(ctx, d, i)
	}
	return a.prepareVoteTransaction(ctx, d, i)
}

// mostOff is the most that an end may be wrong by: what a contract says of far
// days does not fit in a time.
const mostOff = 365 * 24 * 60 * 60

// endOf is when voting has ended at the latest, nil where that is not known.
func endOf(b *governance.Ballot) *time.Time {
	if b.Ends.IsZero() {
		return nil
	}
	end := b.Ends.Add(time.Duration(min(b.EndOff, mostOff)) * time.Second)
	if end.Year() > 9999 { // it cannot be written down
		end = b.Ends
	}
	return &end
}

func (d *chainDraft) vote() ballot.GovernorVote {
	return ballot.GovernorVote{Governor: &d.g, Proposal: d.p.Ref.ID(), Choice: d.choice, Reason: d.Reason, Voter: d.Account, Nonce: d.stand.Nonce}
}

// prepareBallot makes the message of a ballot that anyone may relay.
func (a *Agent) prepareBallot(ctx context.Context, d *chainDraft, i governance.Intent) (governance.Prepared, error) {
	if err := a.checkBallotSigner(ctx, d); err != nil {
		return governance.Prepared{}, err
	}
	typed, err := d.vote().Ballot()
	if err != nil {
		return governance.Prepared{}, err
	}
	// The signature is not known yet, but its length is: only the name counts.
	if _, d.function, err = d.vote().Relay(make([]byte, 65)); err != nil {
		return governance.Prepared{}, err
	}
	return a.prepare(ctx, i, typed, payload{From: d.from(), Nonce: d.stand.Nonce}, d.shown(), d.warn())
}

// checkBallotSigner lets contract wallets sign ballots only where the governor
// asks them.
func (a *Agent) checkBallotSigner(ctx context.Context, d *chainDraft) error {
	if d.g.BallotSig == "" {
		return governance.Errorf(governance.Invalid, "This governor takes no ballots by signature. Vote by transaction.")
	}
	if d.g.BallotSig == governance.BallotOZ5 {
		return nil
	}
	contract, err := a.Chains.IsContract(ctx, d.g.Chain, d.Account)
	if err == nil && contract {
		return governance.Errorf(governance.Invalid, "This governor takes ballots by signature of keys only, and %s is a contract wallet. Vote by transaction.", d.Account)
	}
	return err
}

// prepareVoteTransaction makes the transaction, and refuses one that would
// fail. A fee that could not be estimated is said, not guessed.
func (a *Agent) prepareVoteTransaction(ctx context.Context, d *chainDraft, i governance.Intent) (governance.Prepared, error) {
	var err error
	if d.data, d.function, err = d.vote().Call(); err != nil {
		return governance.Prepared{}, err
	}
	tx := governance.Transaction{ChainID: d.g.Chain, From: d.Account, To: d.g.Address, Data: d.data, Value: "0x0"}
	if tx.Fee, err = a.feeOf(ctx, tx, "vote"); err != nil {
		return governance.Prepared{}, err
	}
	d.fee = tx.Fee
	raw, err := json.Marshal(txPayload{Transaction: tx, From: d.from()})
	if err != nil {
		return governance.Prepared{}, governance.Wrap(governance.Internal, err, "encode a transaction")
	}
	i.ID, i.Method, i.State, i.Payload, i.Created = newID(), governance.ByTransaction, governance.IntentArmed, raw, a.now()
	i.Expires = i.Created.Add(signWithin)
	if i.SendBy != nil && i.SendBy.Before(i.Expires) {
		i.Expires = *i.SendBy
	}
	if err := a.Store.AddIntent(ctx, i); err != nil {
		return governance.Prepared{}, err
	}
	return governance.Prepared{ID: i.ID, Transaction: &tx, ContentHash: i.ContentHash, Expires: i.Expires, Shown: d.shown(), Warnings: d.warn()}, nil
}

// feeOf estimates a transaction's fee. Nil where the nodes give none; Invalid
// where it would fail, with the contract's reason.
func (a *Agent) feeOf(ctx context.Context, tx governance.Transaction, what string) (*governance.Fee, error) {
	tx.Value = "" // none, as the estimate writes it
	fee, err := a.Chains.Fee(ctx, tx.ChainID, tx)
	switch {
	case err == nil:
		return &fee, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case governance.CodeOf(err) == governance.Invalid:
		return nil, governance.Errorf(governance.Invalid, "The contract would refuse this %s. %s", what, line(governance.MessageOf(err)))
	}
	a.log(ctx).WarnContext(ctx, "A fee could not be estimated.", "chain", tx.ChainID, "error", err)
	return nil, nil
}

// beforeReading is how many blocks before the reading a vote's log is looked
// for: the chain may be rearranged under it.
const beforeReading = 64

// from is the block from which the vote's log is looked for. Where earlier
// parts of a split vote stand, only what comes later is this one.
func (d *chainDraft) from() uint64 {
	if at := d.stand.AtBlock; d.stand.Voted {
		return at + 1
	}
	return d.stand.AtBlock - min(beforeReading, d.stand.AtBlock)
}
