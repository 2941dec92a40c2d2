package agent

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mandate/governance"
)

// What following a vote's transaction says.
const (
	txWaits    = "The transaction waits for a block."
	txReorged  = "Its block was replaced: the transaction waits for a block again."
	txUnknown  = "No node knows the transaction at the moment: it has not arrived yet, or was dropped or replaced."
	txReplaced = "Another transaction of this account took its place. It is looked whether that one cast the vote."
	inBlock    = "The transaction is in block "
)

// replacedFor is how long a replaced transaction is looked after, so that
// every node has what replaced it.
const replacedFor = 2 * time.Minute

// followVote looks for a vote's transaction and returns when to look again, 0
// = never. Whatever becomes of it, only a vote that the governor counts in a
// final block confirms the intent.
func (a *Agent) followVote(ctx context.Context, i *governance.Intent) (time.Duration, error) {
	g, err := a.governorOf(ctx, i.Ref)
	if err != nil {
		return longPause, a.note(ctx, i, governance.MessageOf(err))
	}
	m, err := a.Chains.Transaction(ctx, i.Chain, i.Digest)
	if err == nil && m.Known {
		err = a.checkMined(ctx, i, m)
	}
	switch {
	case ctx.Err() != nil:
		return shortPause, ctx.Err()
	case governance.CodeOf(err) == governance.Invalid:
		return 0, a.failTransaction(ctx, i, governance.MessageOf(err))
	case err != nil:
		return followsEvery, a.note(ctx, i, unreadable(err))
	case m.Mined:
		return a.minedVote(ctx, i, &g, m)
	}
	return a.waitingVote(ctx, i, &g, m)
}

func unreadable(err error) string {
	return "The chain cannot be read at the moment: " + governance.MessageOf(err)
}

// minedVote goes on once the transaction is in a block.
func (a *Agent) minedVote(ctx context.Context, i *governance.Intent, g *governance.Governor, m governance.Mined) (time.Duration, error) {
	age := a.now().Sub(i.Created)
	if m.Reverted {
		return a.revertedVote(ctx, i, g, m)
	}
	if !m.Final {
		return soon(age), a.note(ctx, i, fmt.Sprintf(inBlock+"%d. It counts as confirmed once that block is final.", m.Block))
	}
	seen, err := a.lookOnChain(ctx, i, g, m.Block, m.Block)
	if err != nil {
		return a.unread(ctx, i, err)
	}
	if done, err := a.concludeOnChain(ctx, i, g, seen, &m); done || err != nil {
		return 0, err
	}
	note := fmt.Sprintf(inBlock+"%d, which is final. The vote is being read back.", m.Block)
	if a.stands(i, note, unreadFor) {
		return 0, a.failTransaction(ctx, i, fmt.Sprintf(inBlock+"%d, but the governor shows no vote of this account by it.", m.Block))
	}
	return soon(age), a.note(ctx, i, note)
}

// revertedVote believes that nothing was cast only after it has looked: a
// ballot of the account that somebody relayed makes its transaction fail.
func (a *Agent) revertedVote(ctx context.Context, i *governance.Intent, g *governance.Governor, m governance.Mined) (time.Duration, error) {
	if m.Depth < deepEnough && !m.Final {
		return shortPause, a.note(ctx, i, fmt.Sprintf(inBlock+"%d, but it failed there. It is looked at again.", m.Block))
	}
	seen, err := a.lookOnChain(ctx, i, g, firstBlock(i), 0)
	if err != nil {
		return a.unread(ctx, i, err)
	}
	if done, err := a.concludeOnChain(ctx, i, g, seen, nil); done || err != nil {
		return 0, err
	}
	if seen.event != nil {
		return followsEvery, a.note(ctx, i, fmt.Sprintf("The transaction failed, but a vote of this account stands in block %d. It is waited until that block is final.", seen.event.Block))
	}
	return 0, a.failTransaction(ctx, i, fmt.Sprintf(inBlock+"%d, but it failed there: %s No vote was cast. The fee was paid all the same.", m.Block, sentence(reasonOf(m.Reason))))
}

// waitingVote goes on while the transaction is in no block: waiting, replaced,
// dropped, or never sent. It looks for the vote all the same.
func (a *Agent) waitingVote(ctx context.Context, i *governance.Intent, g *governance.Governor, m governance.Mined) (time.Duration, error) {
	age := a.now().Sub(i.Created)
	var seen onChain
	// Where power can be split, another part says nothing about one that waits.
	if !g.Fractional || !m.Known || m.Sent > m.Nonce {
		var err error
		if seen, err = a.lookOnChain(ctx, i, g, firstBlock(i), 0); err != nil {
			return a.unread(ctx, i, err)
		}
		if done, err := a.concludeOnChain(ctx, i, g, seen, &m); done || err != nil {
			return 0, err
		}
	}
	switch {
	case seen.event != nil:
		return soon(age), a.note(ctx, i, fmt.Sprintf("Another transaction cast the vote, in block %d. It counts as confirmed once that block is final.", seen.event.Block))
	case m.Known && m.Sent > m.Nonce:
		if a.stands(i, txReplaced, replacedFor) {
			return 0, a.failTransaction(ctx, i, "Another transaction of this account took its place, and no vote was cast.")
		}
		return soon(age), a.note(ctx, i, txReplaced)
	case m.Known && age > pendingFor:
		return 0, a.failTransaction(ctx, i, "The transaction is in no block after six hours, so it is followed no longer. Its fee may be too low. If it gets into a block after all, it counts.")
	case m.Known && wasInBlock(i):
		return soon(age), a.note(ctx, i, txReorged)
	case m.Known && i.Note == txReorged:
		return soon(age), nil
	case m.Known:
		return soon(age), a.note(ctx, i, txWaits)
	case a.stands(i, txUnknown, unknownFor):
		return 0, a.failTransaction(ctx, i, "No node has known this transaction for half an hour: it was dropped or replaced, or never sent. No vote was cast.")
	}
	return soon(age), a.note(ctx, i, txUnknown)
}

func wasInBlock(i *governance.Intent) bool { return strings.HasPrefix(i.Note, inBlock) }

// stands reports whether a note was the last word for some time.
func (a *Agent) stands(i *governance.Intent, note string, d time.Duration) bool {
	return i.Note == note && a.now().Sub(i.Updated) >= d
}

// unread notes that the chain was not read, and comes back.
func (a *Agent) unread(ctx context.Context, i *governance.Intent, err error) (time.Duration, error) {
	if ctx.Err() != nil {
		return shortPause, ctx.Err()
	}
	return followsEvery, a.note(ctx, i, unreadable(err))
}

// firstBlock is from which block an intent's vote is looked for.
func firstBlock(i *governance.Intent) uint64 {
	if i.Method == governance.BySignature {
		p, _ := ballotOf(i) // without it from the beginning
		return p.From
	}
	p, _ := transactionOf(i)
	return p.From
}

// sentence ends a text with a full stop.
func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
