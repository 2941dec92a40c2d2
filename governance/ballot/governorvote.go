package ballot

import (
	"math/big"
	"unicode/utf8"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
)

// GovernorVote is a vote at a governor, by transaction or by signature.
type GovernorVote struct {
	Governor *governance.Governor
	Proposal string // its id, decimal
	Choice   GovernorChoice
	Reason   string // public, part of the call
	Voter    string // EIP-55; of a ballot by signature
	Nonce    string // decimal; of a ballot by signature, OpenZeppelin 5
}

// Call returns the call that casts the vote, as 0x text, and the function that
// it calls. Errors are Invalid.
func (v GovernorVote) Call() (data, function string, err error) {
	id, err := v.check()
	if err != nil {
		return "", "", err
	}
	switch c := v.Choice; {
	case v.Governor.Family == governance.FamilyAlpha:
		function = "castVote(uint256,bool)"
		return encode(function, id, c.support == For), function, nil
	case c.support == Split:
		function = "castVoteWithReasonAndParams(uint256,uint8,string,bytes)"
		return encode(function, id, c.support, dynamic(v.Reason), dynamic(c.Params())), function, nil
	case v.Reason != "":
		function = "castVoteWithReason(uint256,uint8,string)"
		return encode(function, id, c.support, dynamic(v.Reason)), function, nil
	default:
		function = "castVote(uint256,uint8)"
		return encode(function, id, c.support), function, nil
	}
}

// check looks at what both ways of voting have in common.
func (v GovernorVote) check() (*big.Int, error) {
	g, c := v.Governor, v.Choice
	switch {
	case g == nil || g.ReadOnly != "":
		return nil, bad("Votes at this contract cannot be cast from here.")
	case !c.set:
		return nil, bad("Nothing is chosen.")
	case c.support == Split && !g.Fractional, c.support == Abstain && !g.Abstain, g.Family == governance.FamilyAlpha && c.support > For:
		return nil, bad("This governor does not count votes of this kind.")
	case v.Reason != "" && (!g.Reasons || g.Family == governance.FamilyAlpha):
		return nil, bad("This governor takes no reason with a vote.")
	case !utf8.ValidString(v.Reason):
		return nil, bad("The reason is not valid Unicode.")
	}
	if n := units(v.Reason); n > MaxReason {
		return nil, bad("The reason has %d characters. At most %d are taken.", n, MaxReason)
	}
	return ParseWei(v.Proposal)
}

// Ballot makes the message by which the voter votes through whoever relays
// it. Errors are Invalid: of governors that take none, of a reason or a split
// where the generation has no room for it, and of a domain that is not the
// governor's own, which would lend the signature to another contract.
func (v GovernorVote) Ballot() (TypedData, error) {
	id, err := v.check()
	if err != nil {
		return TypedData{}, err
	}
	domain, err := domainOf(v.Governor.Domain, v.Governor.Chain, v.Governor.Address)
	if err != nil {
		return TypedData{}, err
	}
	voter := []member{}
	switch v.Governor.BallotSig {
	case governance.BallotAlpha:
		if v.Choice.support > For {
			return TypedData{}, bad("This governor does not count votes of this kind.")
		}
		return v.typed(domain, member{field{"proposalId", "uint256"}, id}, member{field{"support", "bool"}, v.Choice.support == For})
	case governance.BallotBravo, governance.BallotOZ4:
	case governance.BallotOZ5:
		if voter, err = v.signer(); err != nil {
			return TypedData{}, err
		}
	default:
		return TypedData{}, bad("This governor takes no ballots by signature.")
	}
	members := append([]member{{field{"proposalId", "uint256"}, id}, {field{"support", "uint8"}, big.NewInt(int64(v.Choice.support))}}, voter...)
	if v.extended() {
		members = append(members, member{field{"reason", "string"}, v.Reason}, member{field{"params", "bytes"}, v.Choice.ParamsHex()})
	}
	return v.typed(domain, members...)
}

// extended ballots carry a reason, params, or both.
func (v GovernorVote) extended() bool { return v.Reason != "" || v.Choice.support == Split }

func (v GovernorVote) typed(domain []member, members ...member) (TypedData, error) {
	name := "Ballot"
	if v.extended() {
		if sig := v.Governor.BallotSig; sig != governance.BallotOZ4 && sig != governance.BallotOZ5 {
			return TypedData{}, bad("A ballot by signature carries no reason at this governor. Leave it out, or vote by transaction.")
		}
		name = "ExtendedBallot"
	}
	return TypedData{primary: name, types: []structType{{name, fieldsOf(members)}}, domain: domain, message: members}, nil
}

func (v GovernorVote) signer() ([]member, error) {
	if err := exact(v.Voter); err != nil {
		return nil, err
	}
	nonce, err := ParseWei(v.Nonce)
	return []member{{field{"voter", "address"}, v.Voter}, {field{"nonce", "uint256"}, nonce}}, err
}

// Relay returns the call by which anyone hands the signed ballot in, as 0x
// text, and the function that it calls. Only OpenZeppelin 5 takes signatures
// of contract wallets. Errors are Invalid.
func (v GovernorVote) Relay(sig []byte) (data, function string, err error) {
	id, err := v.check()
	if err != nil {
		return "", "", err
	}
	c := v.Choice
	if v.Governor.BallotSig == governance.BallotOZ5 {
		sig = canonical(sig)
		voter := common.HexToAddress(v.Voter)
		if v.extended() {
			function = "castVoteWithReasonAndParamsBySig(uint256,uint8,address,string,bytes,bytes)"
			return encode(function, id, c.support, voter, dynamic(v.Reason), dynamic(c.Params()), dynamic(sig)), function, nil
		}
		function = "castVoteBySig(uint256,uint8,address,bytes)"
		return encode(function, id, c.support, voter, dynamic(sig)), function, nil
	}
	vb, r, s, err := parts(sig)
	if err != nil {
		return "", "", err
	}
	switch {
	case v.Governor.BallotSig == governance.BallotAlpha:
		function = "castVoteBySig(uint256,bool,uint8,bytes32,bytes32)"
		return encode(function, id, c.support == For, vb, r, s), function, nil
	case v.extended() && v.Governor.BallotSig == governance.BallotOZ4:
		function = "castVoteWithReasonAndParamsBySig(uint256,uint8,string,bytes,uint8,bytes32,bytes32)"
		return encode(function, id, c.support, dynamic(v.Reason), dynamic(c.Params()), vb, r, s), function, nil
	case v.Governor.BallotSig == governance.BallotBravo && !v.extended(), v.Governor.BallotSig == governance.BallotOZ4:
		function = "castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)"
		return encode(function, id, c.support, vb, r, s), function, nil
	}
	return "", "", bad("This governor takes no ballots by signature.")
}
