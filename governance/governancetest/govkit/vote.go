package govkit

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
)

// Vote casts a whole vote: 0 against, 1 for, 2 abstain (not at an Alpha).
func (k *Kit) Vote(voter Voter, id *big.Int, support uint8) *types.Receipt {
	k.t.Helper()
	if k.Kind == Alpha {
		return k.Send(voter, &k.Governor, nil, k.Pack(k.GovernorABI, "castVote(uint256,bool)", id, support == 1))
	}
	return k.Send(voter, &k.Governor, nil, k.Pack(k.GovernorABI, "castVote(uint256,uint8)", id, support))
}

// VoteWith casts a vote with a reason and parameters (not at an Alpha).
func (k *Kit) VoteWith(voter Voter, id *big.Int, support uint8, reason string, params []byte) *types.Receipt {
	k.t.Helper()
	return k.Send(voter, &k.Governor, nil,
		k.Pack(k.GovernorABI, "castVoteWithReasonAndParams(uint256,uint8,string,bytes)", id, support, reason, params))
}

// VoteBySig casts a vote that voter signs and relayer sends.
func (k *Kit) VoteBySig(voter, relayer Voter, id *big.Int, support uint8) *types.Receipt {
	k.t.Helper()
	sig, err := crypto.Sign(k.BallotDigest(voter.Address, id, support).Bytes(), voter.Key)
	if err != nil {
		k.t.Fatal(err)
	}
	sig[64] += 27
	r, s := [32]byte(sig[:32]), [32]byte(sig[32:64])
	var data []byte
	switch k.Kind {
	case OZ5, OZ5Blocks:
		data = k.Pack(k.GovernorABI, "castVoteBySig(uint256,uint8,address,bytes)", id, support, voter.Address, sig)
	case Alpha:
		data = k.Pack(k.GovernorABI, "castVoteBySig(uint256,bool,uint8,bytes32,bytes32)", id, support == 1, sig[64], r, s)
	default:
		data = k.Pack(k.GovernorABI, "castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)", id, support, sig[64], r, s)
	}
	return k.Send(relayer, &k.Governor, nil, data)
}

// BallotDigest is what a voter signs for a plain ballot (EIP-712), with the
// next nonce where the family has nonces.
func (k *Kit) BallotDigest(voter common.Address, id *big.Int, support uint8) common.Hash {
	k.t.Helper()
	choice := common.BigToHash(big.NewInt(int64(support)))
	var message common.Hash
	switch k.Kind {
	case OZ5, OZ5Blocks:
		nonce := k.Read(k.Governor, k.GovernorABI, "nonces(address)", voter)[0].(*big.Int)
		message = words(text("Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)"),
			common.BigToHash(id), choice, common.BytesToHash(voter.Bytes()), common.BigToHash(nonce))
	case Alpha:
		message = words(text("Ballot(uint256 proposalId,bool support)"), common.BigToHash(id), choice)
	default:
		message = words(text("Ballot(uint256 proposalId,uint8 support)"), common.BigToHash(id), choice)
	}
	return crypto.Keccak256Hash([]byte{0x19, 1}, k.domain().Bytes(), message.Bytes())
}

func (k *Kit) domain() common.Hash {
	k.t.Helper()
	name := text(k.Read(k.Governor, k.GovernorABI, "name()")[0].(string))
	chain, at := common.BigToHash(k.Chain), common.BytesToHash(k.Governor.Bytes())
	if k.Kind == Alpha {
		return words(text("EIP712Domain(string name,uint256 chainId,address verifyingContract)"), name, chain, at)
	}
	return words(text("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"), name, text("1"), chain, at)
}

func text(s string) common.Hash { return crypto.Keccak256Hash([]byte(s)) }

func words(list ...common.Hash) common.Hash {
	var all []byte
	for _, w := range list {
		all = append(all, w.Bytes()...)
	}
	return crypto.Keccak256Hash(all)
}
