package governor

import (
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
)

func idNumber(id string) *big.Int {
	n, _ := new(big.Int).SetString(id, 10)
	if n == nil {
		n = new(big.Int)
	}
	return n
}

// count is how a known proposal stands, as a row.
func (v *venue) count(id *big.Int, st stand, r *reading) governance.Count {
	at := r.blocks[r.at]
	c := governance.Count{Ref: governance.GovernorRef(v.g.ID, id.String()), Outcome: outcomeOf(st.state)}
	s := governance.Standing{
		State: st.state, Read: at.Time, AtBlock: r.at, VoteEnd: st.end, Nodes: r.nodes,
		Final:   lasting(st.state) && r.at <= r.finalized,
		Against: amount(st.against), For: amount(st.pro), Abstain: amount(st.abstain), Quorum: v.quorum(st.quorum),
	}
	if st.eta > 1 && (st.state == governance.Queued || st.state == governance.Expired) {
		s.ETA = time.Unix(int64(min(st.eta, farthest)), 0).UTC()
	}
	c.Start, c.End = v.voting(st, r, &s)
	c.Tally = v.tally(s)
	c.Standing = &s
	return c
}

// voting is when votes are taken. Aave's are not known before voting is
// activated; its settings are the estimate then.
func (v *venue) voting(st stand, r *reading, s *governance.Standing) (start, end time.Time) {
	if v.layout() == layoutAave && st.start == 0 {
		st.start = st.created + v.g.VotingDelay
		st.end = st.start + v.g.VotingPeriod
		s.StartOff, s.EndOff = int64(v.g.VotingDelay), int64(v.g.VotingDelay)
		start, _ = r.times.at(st.start)
		end, _ = r.times.at(st.end)
		return start, end
	}
	start, s.StartOff = r.times.at(st.start)
	end, s.EndOff = r.times.at(st.end)
	return start, end
}

// quorum falls back to the governor's quorum of now: OpenZeppelin's refuse to
// tell that of a moment that is still to come.
func (v *venue) quorum(n *big.Int) string {
	if n == nil {
		return v.g.Quorum
	}
	return n.String()
}

func amount(n *big.Int) string {
	if n == nil {
		return "0"
	}
	return n.String()
}

// tally tells the counts in whole tokens, in the order of the choices. Voters
// are counted from the votes.
func (v *venue) tally(s governance.Standing) governance.Tally {
	t := governance.Tally{Quorum: v.tokens(s.Quorum), State: "pending", Updated: s.Read}
	for _, n := range []string{s.Against, s.For, s.Abstain}[:len(v.choices())] {
		t.Scores = append(t.Scores, v.tokens(n))
		t.Total += v.tokens(n)
	}
	if s.Final {
		t.State = "final"
	}
	return t
}

func (v *venue) choices() []string {
	if v.g.Family == governance.FamilyAlpha || v.g.Family == governance.FamilyAave {
		return []string{"Against", "For"}
	}
	return []string{"Against", "For", "Abstain"}
}

// mostDecimals bounds what a token claims of itself.
const mostDecimals = 77

func (v *venue) tokens(smallest string) float64 {
	n, ok := new(big.Float).SetString(smallest)
	if !ok {
		return 0
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(min(max(v.g.Token.Decimals, 0), mostDecimals))), nil)
	f, _ := n.Quo(n, new(big.Float).SetInt(unit)).Float64()
	return f
}

// proposal makes the row of a new proposal.
func (v *venue) proposal(c *creation, st stand, count governance.Count, block governance.Block) governance.Proposal {
	body := bodyOf(c.description)
	p := governance.Proposal{
		Ref: count.Ref, DAO: v.g.DAO, DAOName: v.g.DAOName, Author: c.proposer, Title: titleOf(body), Body: body,
		Type: v.kind(c), Choices: v.choices(), Start: count.Start, End: count.End, Created: block.Time,
		Snapshot: int64(min(st.start, 1<<62)), Network: strconv.FormatUint(v.g.Chain, 10), Symbol: sane(v.g.Token.Symbol),
		Quorum: count.Tally.Quorum, QuorumType: "default", Tally: count.Tally, Outcome: count.Outcome,
		OnChain: &governance.OnChain{
			Governor: v.g.ID, Calls: c.actions.calls(), Description: hexutil.Encode(c.description),
			Payloads: st.payloads, VoteStart: st.start, Clock: v.g.Clock, Block: c.log.BlockNumber,
			BlockHash: c.log.BlockHash.Hex(), Tx: c.log.TxHash.Hex(), Standing: *count.Standing,
		},
	}
	if c.module != (common.Address{}) {
		p.OnChain.Module, p.OnChain.ModuleData = c.module.Hex(), hexutil.Encode(c.moduleData)
	}
	if v.layout() == layoutAave {
		// The text is a file named by its hash: a CID in base 16.
		p.IPFS = "f01701220" + common.Bytes2Hex(c.ipfs[:])
		p.Title = fmt.Sprintf("Aave proposal %s", c.id)
		p.Body = "The text of this proposal is kept on IPFS as " + p.IPFS + ". It is not read from there."
		p.OnChain.Description = c.ipfs.Hex()
	}
	return p
}

// kind is how votes are expressed. Of Agora's modules, the optimistic one has
// two words of settings; others let options be picked.
func (v *venue) kind(c *creation) governance.VotingType {
	switch {
	case c.module != (common.Address{}) && optimistic(c.moduleData):
		return governance.GovernorOptimistic
	case c.module != (common.Address{}):
		return governance.GovernorApproval
	case v.g.Fractional:
		return governance.GovernorFractional
	}
	return governance.GovernorVote
}

func optimistic(data []byte) bool {
	_, err := decodeABI(data, []abiType{{kind: abiUint, bits: 248}, {kind: abiBool}})
	return err == nil && len(data) == 2*wordSize
}
