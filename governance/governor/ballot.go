package governor

import (
	"context"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
	"mandate/governance/ballot"
)

// Ballot reads, at one block and of two nodes where there are two, what a
// vote of an account depends on: how the proposal stands, the account's power
// at its snapshot, whether it has voted. While the snapshot is to come, the
// power is today's. NotFound: the governor knows no such proposal; Conflict:
// two nodes disagree; Denied: nothing is voted on from here; Invalid: the
// contracts do not tell what is needed; else as Nodes.
func (g *Governors) Ballot(ctx context.Context, of governance.Governor, ref governance.Ref, account string) (governance.Ballot, error) {
	account, err := ballot.Checksum(account)
	if err != nil {
		return governance.Ballot{}, err
	}
	if err := votable(of, ref); err != nil {
		return governance.Ballot{}, err
	}
	at, err := g.block(ctx, of.Chain)
	if err != nil {
		return governance.Ballot{}, err
	}
	head, err := g.nodes.Head(ctx, of.Chain)
	if err != nil {
		return governance.Ballot{}, err
	}
	v, id, b := g.venue(of, nil), idNumber(ref.ID()), governance.Batch{}
	r, err := v.look(ctx, head, at.Number, []subject{{id: id}}, &b)
	if err != nil {
		return governance.Ballot{}, err
	}
	st := r.stands[0]
	if st.err != nil {
		return governance.Ballot{}, governance.Wrap(governance.NotFound, st.err, "The governor %s knows no proposal %s.", of.Address, ref.ID())
	}
	count := v.count(id, st, r)
	out := governance.Ballot{Standing: *count.Standing, Account: account, VoteStart: st.start, Ends: count.End}
	return out, g.rights(ctx, of, id, at.Number, &out)
}

func votable(of governance.Governor, ref governance.Ref) error {
	switch {
	case ref.Governor() != of.ID:
		return governance.Errorf(governance.Invalid, "The proposal %s is not one of the governor %s.", ref, of.ID)
	case of.ReadOnly != "":
		return governance.Errorf(governance.Denied, "%s", of.ReadOnly)
	}
	return nil
}

// rights fills what the account may do, by one batch.
func (g *Governors) rights(ctx context.Context, of governance.Governor, id *big.Int, at uint64, out *governance.Ballot) error {
	who := common.HexToAddress(out.Account)
	qs := []question{voted(of, id, who)}
	qs = append(qs, powers(of, who, out.VoteStart)...)
	if of.BallotSig == governance.BallotOZ5 {
		qs = append(qs, probe(of.Address, "nonces(address)", "", who))
	}
	if of.Fractional {
		qs = append(qs, probe(of.Address, "usedVotes(uint256,address)", "", id, who), probe(of.Address, "voteWeightCast(uint256,address)", "", id, who))
	}
	got, nodes, err := g.questions(ctx, of.Chain, at, qs)
	if err != nil {
		return err
	}
	out.Nodes = min(out.Nodes, nodes)
	has, ok := boolOf(got[askVoted], 0)
	if !ok {
		return governance.Errorf(governance.Invalid, "The governor %s does not tell whether %s has voted.", of.Address, out.Account)
	}
	out.Voted, out.Nonce, out.Used = has, got.decimal("nonces(address)"), "0"
	for _, name := range []string{"usedVotes(uint256,address)", "voteWeightCast(uint256,address)"} {
		if used := got.decimal(name); used != "" {
			out.Used = used
			break
		}
	}
	return standingPower(of, got, out)
}

// Names of questions about an account.
const (
	askVoted    = "voted"
	askThen     = "power then"
	askThenHere = "power then, as the governor counts it"
	askNow      = "power now"
	askBalance  = "balance"
	askDelegate = "delegate"
)

// voted asks whether the account has voted.
func voted(of governance.Governor, id *big.Int, who common.Address) question {
	switch of.Family {
	case governance.FamilyAlpha, governance.FamilyBravo, governance.FamilyNouns:
		return question{askVoted, call(of.Address, "getReceipt(uint256,address)", id, who)}
	case governance.FamilyOZ4, governance.FamilyOZ5, governance.FamilyArbitrum, governance.FamilyAgora, governance.FamilyAave:
	}
	return question{askVoted, call(of.Address, "hasVoted(uint256,address)", id, who)}
}

// powers ask for the account's power at a timepoint and now, and for what
// explains that it has none.
func powers(of governance.Governor, who common.Address, then uint64) []question {
	token := of.Token.Address
	past, now := "getPastVotes(address,uint256)", "getVotes(address)"
	if of.Token.Comp {
		past, now = "getPriorVotes(address,uint256)", "getCurrentVotes(address)"
	}
	qs := []question{
		{askThen, call(token, past, who, then)},
		{askNow, call(token, now, who)},
		{askBalance, call(token, "balanceOf(address)", who)},
		{askDelegate, call(token, "delegates(address)", who)},
	}
	if openzeppelin(of.Family) {
		qs = append(qs, question{askThenHere, call(of.Address, "getVotes(address,uint256)", who, then)})
	}
	return qs
}

// standingPower reads the answers to powers. OpenZeppelin's governors may
// count power in their own way, so their word comes first.
func standingPower(of governance.Governor, got answers, out *governance.Ballot) error {
	then, now := got.decimal(askThenHere), got.decimal(askNow)
	if then == "" {
		then = got.decimal(askThen)
	}
	if out.State == governance.Pending || out.State == governance.Updatable {
		then = now
	}
	if then == "" {
		return governance.Errorf(governance.Invalid, "Neither the governor %s nor its token tells the power of %s.", of.Address, out.Account)
	}
	out.Power, out.PowerNow, out.Balance = then, now, got.decimal(askBalance)
	if delegate, ok := got.address(askDelegate); ok {
		out.Delegate = delegate.Hex()
	}
	return nil
}
