package store

import (
	"context"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"

	"mandate/governance"
)

// votesAnywhere are an account's votes as their venues showed them, and its
// last vote on each proposal of the governors that are read here. It takes the
// account twice. Of a vote in parts the last may be plain: it gives the rest.
const votesAnywhere = `(SELECT o.account, o.ref, o.dao, o.id, o.voter, o.choice, o.reason, o.app, o.power, o.power_state, o.created, o.ipfs,
	0 AS proposal, 0 AS support, 0 AS decimals FROM votes o WHERE o.account = ? AND NOT (substr(o.ref, 1, 7) = 'eip155:' AND EXISTS (
	SELECT 1 FROM proposals p JOIN governor_votes g ON g.proposal = p.id AND g.account = o.account WHERE p.ref = o.ref AND p.deleted = FALSE))
	UNION ALL SELECT g.account, p.ref, p.dao, g.tx, g.voter, '', g.reason, '', g.size, 'final', g.at, '', g.proposal,
	CASE WHEN EXISTS (SELECT 1 FROM governor_votes s WHERE s.proposal = g.proposal AND s.account = g.account AND s.support = 255) THEN 255 ELSE g.support END,
	coalesce(r.decimals, 18)
	FROM governor_votes g JOIN proposals p ON p.id = g.proposal JOIN governor_proposals q ON q.id = p.id LEFT JOIN governors r ON r.id = q.governor
	WHERE g.account = ? AND p.deleted = FALSE AND NOT EXISTS (SELECT 1 FROM governor_votes l WHERE l.proposal = g.proposal
	AND l.account = g.account AND (l.block, l.idx) > (g.block, g.idx)))`

// onChainVote is what only votes on chain have of their rows. Proposal is 0
// elsewhere.
type onChainVote struct {
	Proposal int64
	Support  int
	Decimals int
}

// completeVote fills the choice and power of a vote on chain. The power of an
// account that split it over several votes is added up.
func (s *Store) completeVote(ctx context.Context, v *governance.Vote, row onChainVote) error {
	if row.Support != fractional {
		v.Choice, v.Power = json.RawMessage(strconv.Itoa(row.Support)), tokens(v.Power, row.Decimals)
		return nil
	}
	list, err := s.VoteOfAccount(ctx, v.Ref, v.Voter)
	if err != nil {
		return err
	}
	var sums [3]big.Int
	v.Power = 0
	for _, e := range slices.Backward(list) {
		v.Power += tokens(number(e.Weight), row.Decimals)
		for i, part := range exactSplit(e) {
			sums[i].Add(&sums[i], part)
		}
	}
	shares := map[string]string{} // exact, as a ballot has them
	for i := range sums {
		if sums[i].Sign() > 0 {
			shares[strconv.Itoa(i)] = governance.FormatUnits(&sums[i], row.Decimals)
		}
	}
	v.Choice, err = json.Marshal(shares)
	return s.fail(err, "encode a vote")
}
