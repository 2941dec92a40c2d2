package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

// How long a transaction is followed.
const (
	unknownFor   = 30 * time.Minute // no node knows it: dropped, or never sent
	pendingFor   = 6 * time.Hour    // known, but in no block
	unreadFor    = 10 * time.Minute // in a block, but the contract does not say what it should
	deepEnough   = 3                // blocks on top, so that every node has it
	followsEvery = 15 * time.Second // at most
)

// submitTransaction takes the hash of a transaction that the wallet sent. One
// that a node knows has to be exactly what was shown; one that none knows yet
// is looked at again later. Then it is followed by a job. Errors: Invalid (no
// hash, another transaction), Conflict (the intent ended, another hash).
func (a *Agent) submitTransaction(ctx context.Context, i governance.Intent, in Signed) (governance.Intent, error) {
	hash := strings.ToLower(strings.TrimSpace(in.TxHash))
	if !ballot.IsHash(hash) {
		return governance.Intent{}, governance.Errorf(governance.Invalid, "The wallet gave no hash of a transaction: it takes 0x and 64 hex digits.")
	}
	if i.State == governance.IntentArmed {
		if err := a.needNode(i.Chain); err != nil {
			return governance.Intent{}, err
		}
		mined, err := a.Chains.Transaction(ctx, i.Chain, hash)
		if err == nil && mined.Known {
			err = a.checkMined(ctx, &i, mined)
		}
		if err != nil && governance.CodeOf(err) == governance.Invalid {
			return governance.Intent{}, err
		}
	}
	answer := a.listen(i.ID)
	defer a.deaf(i.ID, answer)
	handed, err := a.Store.HandIntent(ctx, i.ID, hash, CastArgs{Owner: i.Owner, Intent: i.ID})
	if err != nil || i.State != governance.IntentArmed {
		return handed, err
	}
	a.log(ctx).InfoContext(ctx, "A transaction is followed.", "intent", i.ID, "action", i.Act, "chain", i.Chain, "hash", hash)
	return a.firstAnswer(ctx, handed, answer), nil
}

func transactionOf(i *governance.Intent) (p txPayload, err error) {
	err = json.Unmarshal(i.Payload, &p)
	return p, governance.Wrap(governance.Internal, err, "read a stored transaction")
}

// checkMined compares a transaction with what was shown. Contract wallets wrap
// their calls, so of theirs only what the contract says afterwards counts.
func (a *Agent) checkMined(ctx context.Context, i *governance.Intent, m governance.Mined) error {
	p, err := transactionOf(i)
	if err != nil || ballot.Same(m.From, p.Transaction.From) && ballot.Same(m.To, p.Transaction.To) && ballot.Same(m.Data, p.Transaction.Data) {
		return err
	}
	if !ballot.Same(m.From, p.Transaction.From) {
		contract, err := a.Chains.IsContract(ctx, i.Chain, i.Voter)
		if err != nil || contract {
			return err
		}
		return governance.Errorf(governance.Invalid, "This transaction is of %s, not of your account %s.", m.From, p.Transaction.From)
	}
	return governance.Errorf(governance.Invalid, "This transaction is not the one that was shown: it calls another contract or does something else.")
}

// followTransaction looks for a sent transaction on its chain and returns when
// to look again, 0 = never. Whatever becomes of the transaction, only what the
// contract says afterwards confirms the delegation.
func (a *Agent) followTransaction(ctx context.Context, i *governance.Intent) (time.Duration, error) {
	if err := a.needNode(i.Chain); err != nil {
		return longPause, a.note(ctx, i, governance.MessageOf(err))
	}
	m, err := a.Chains.Transaction(ctx, i.Chain, i.Digest)
	if err == nil && m.Known {
		err = a.checkMined(ctx, i, m)
	}
	age := a.now().Sub(i.Created)
	switch {
	case ctx.Err() != nil:
		return shortPause, ctx.Err()
	case governance.CodeOf(err) == governance.Invalid:
		return 0, a.failTransaction(ctx, i, governance.MessageOf(err))
	case err != nil:
		return followsEvery, a.note(ctx, i, unreadable(err))
	case m.Mined && m.Reverted:
		return 0, a.failTransaction(ctx, i, fmt.Sprintf("The transaction is in block %d, but it failed there: nothing changed. The fee was paid all the same.", m.Block))
	case m.Known && !m.Mined && age > pendingFor:
		return 0, a.failTransaction(ctx, i, "The transaction is in no block after six hours, so it is followed no longer. Its fee may be too low. If it gets into a block after all, it counts.")
	case m.Known && !m.Mined:
		return soon(age), a.note(ctx, i, "The transaction waits for a block.")
	}
	return a.readDelegationBack(ctx, i, m, age)
}

// readDelegationBack asks the contract, and confirms by its answer alone.
func (a *Agent) readDelegationBack(ctx context.Context, i *governance.Intent, m governance.Mined, age time.Duration) (time.Duration, error) {
	done, named, err := a.delegationStands(ctx, i)
	switch {
	case ctx.Err() != nil:
		return shortPause, ctx.Err()
	case err != nil:
		return followsEvery, a.note(ctx, i, "The contract cannot be read at the moment: "+governance.MessageOf(err))
	case done:
		return 0, a.confirmTransaction(ctx, i, m)
	case !m.Known && age > unknownFor:
		return 0, a.failTransaction(ctx, i, "No node knows this transaction: it was dropped, or never sent. Nothing changed.")
	case !m.Known:
		return soon(age), a.note(ctx, i, "No node knows the transaction yet.")
	case age > unreadFor && m.Depth >= deepEnough || age > pendingFor:
		return 0, a.failTransaction(ctx, i, fmt.Sprintf("The transaction is in block %d, but the contract now names %s. Something later changed it.", m.Block, nobody(named)))
	}
	return soon(age), a.note(ctx, i, fmt.Sprintf("The transaction is in block %d. It is being read back.", m.Block))
}

// delegationStands reports whether the contract says what the intent wanted,
// and whom it names.
func (a *Agent) delegationStands(ctx context.Context, i *governance.Intent) (bool, string, error) {
	p, err := transactionOf(i)
	if err != nil {
		return false, "", err
	}
	var named string
	if p.Kind == governance.DelegateToken {
		named, err = a.Chains.TokenDelegate(ctx, i.Chain, p.Transaction.To, i.Voter)
	} else {
		named, err = a.Chains.RegistryDelegate(ctx, i.Chain, p.Transaction.To, i.Voter, p.Entry)
	}
	wanted := i.Target
	if wanted == ballot.Zero {
		wanted = ""
	}
	return err == nil && ballot.Same(named, wanted), named, err
}

func (a *Agent) confirmTransaction(ctx context.Context, i *governance.Intent, m governance.Mined) error {
	now := a.now()
	receipt := governance.Receipt{ID: i.Digest, Verified: m.Mined, Block: m.Block, At: now, ReadBack: now}
	if !m.Mined {
		receipt.Note = "read back from the contract; another transaction than this one may have done it"
	}
	if _, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentConfirmed, func(i *governance.Intent) { i.Receipt, i.Note = &receipt, "" }); err != nil {
		return err
	}
	a.log(ctx).InfoContext(ctx, "A delegation is confirmed.", "intent", i.ID, "block", m.Block)
	return a.WatchAccount(ctx, i.Owner)
}

func (a *Agent) failTransaction(ctx context.Context, i *governance.Intent, note string) error {
	_, err := a.Store.MoveIntent(ctx, i.ID, governance.IntentFailed, func(i *governance.Intent) { i.Note = note })
	return err
}

// soon is when to look again: often at first.
func soon(age time.Duration) time.Duration { return min(max(age/8, shortPause), followsEvery) }

func nobody(address string) string {
	if address == "" {
		return "nobody"
	}
	return address
}
