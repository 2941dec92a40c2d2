package governor

import (
	"context"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
	"mandate/governance/ballot"
)

// HasVoted asks the governor, of two nodes where there are two, whether an
// account has voted: first at the newest final block, then at the newest one.
// It tells the block that the answer is of and whether that block is final.
// Errors are those of Ballot.
func (g *Governors) HasVoted(ctx context.Context, of governance.Governor, ref governance.Ref, voter string) (has bool, block uint64, final bool, err error) {
	if _, err = ballot.Checksum(voter); err != nil {
		return false, 0, false, err
	}
	if ref.Governor() != of.ID {
		return false, 0, false, governance.Errorf(governance.Invalid, "The proposal %s is not one of the governor %s.", ref, of.ID)
	}
	at, err := g.block(ctx, of.Chain)
	if err != nil {
		return false, 0, false, err
	}
	head, err := g.nodes.Head(ctx, of.Chain)
	if err != nil {
		return false, 0, false, err
	}
	has, err = g.votedAt(ctx, of, ref, voter, at.Number)
	if err != nil || !has || head.Finalized.Number == 0 {
		return has, at.Number, false, err
	}
	// A vote is never taken back, so what an older block lacks is not final.
	if before, e := g.votedAt(ctx, of, ref, voter, head.Finalized.Number); e == nil && before {
		return true, head.Finalized.Number, true, nil
	}
	return true, at.Number, false, nil
}

func (g *Governors) votedAt(ctx context.Context, of governance.Governor, ref governance.Ref, voter string, at uint64) (bool, error) {
	got, _, err := g.questions(ctx, of.Chain, at, []question{voted(of, idNumber(ref.ID()), common.HexToAddress(voter))})
	if err != nil {
		return false, err
	}
	has, ok := boolOf(got[askVoted], 0)
	if !ok {
		return false, governance.Errorf(governance.NotFound, "The governor %s does not tell whether %s has voted on %s.", of.Address, voter, ref.ID())
	}
	return has, nil
}

// VoteOf finds the newest log of a voter's vote on a proposal in a range of
// blocks, nil where there is none. Who splits votes may have several. Errors
// are those of Nodes.
func (g *Governors) VoteOf(ctx context.Context, of governance.Governor, ref governance.Ref, voter string, from, to uint64) (*governance.Event, error) {
	voter, err := ballot.Checksum(voter)
	if err != nil {
		return nil, err
	}
	v := g.venue(of, nil)
	topics := [][]common.Hash{{
		topicOf(v, "VoteCast(address,uint256,uint8,uint256,string)"), topicOf(v, "VoteCastWithParams(address,uint256,uint8,uint256,string,bytes)"),
	}, {argument(common.HexToAddress(voter))}}
	if of.Family == governance.FamilyAlpha { // nothing is indexed
		topics = [][]common.Hash{{topicOf(v, "VoteCast(address,uint256,bool,uint256)")}}
	}
	var p page
	if err := v.whole(ctx, filter{[]common.Address{v.address}, topics}, from, to, &p); err != nil {
		return nil, err
	}
	s := v.newScan()
	s.add(p.logs)
	for i := len(s.events) - 1; i >= 0; i-- {
		if e := s.events[i]; e.Kind == governance.EventVote && e.Ref == ref && ballot.Same(e.Account, voter) {
			return g.timed(ctx, of.Chain, e, s.logs[i].BlockTimestamp)
		}
	}
	return nil, nil
}

// timed adds the time of an event's block.
func (g *Governors) timed(ctx context.Context, chain uint64, e governance.Event, seconds uint64) (*governance.Event, error) {
	if seconds > 0 {
		e.Time = time.Unix(int64(min(seconds, farthest)), 0).UTC()
		return &e, nil
	}
	blocks, err := g.nodes.Blocks(ctx, chain, []uint64{e.Block})
	if err != nil {
		return nil, err
	}
	if len(blocks) == 1 {
		e.Time = blocks[0].Time
	}
	return &e, nil
}

// TokenNonce returns, in decimal, the nonce that a delegation by signature of
// the account needs now. Invalid: the token takes none; else as Nodes.
func (g *Governors) TokenNonce(ctx context.Context, of governance.Governor, account string) (string, error) {
	account, err := ballot.Checksum(account)
	if err != nil {
		return "", err
	}
	if !of.Token.BySig {
		return "", governance.Errorf(governance.Invalid, "The token %s takes no delegations by signature.", of.Token.Address)
	}
	at, err := g.block(ctx, of.Chain)
	if err != nil {
		return "", err
	}
	got, _, err := g.questions(ctx, of.Chain, at.Number, []question{probe(of.Token.Address, "nonces(address)", "", common.HexToAddress(account))})
	if err != nil {
		return "", err
	}
	nonce := got.decimal("nonces(address)")
	if nonce == "" {
		return "", governance.Errorf(governance.Invalid, "The token %s does not tell the nonce of %s.", of.Token.Address, account)
	}
	return nonce, nil
}
