package governor

import (
	"errors"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// What a contract's own word on its domain (ERC-5267) may be worth. In all
// but the first case it has spoken.
var (
	errNoDomain = errors.New("the contract does not tell its domain")
	errForeign  = errors.New("it names another chain or contract")
	errUnusual  = errors.New("it has parts that wallets are not asked to sign here")
)

// domainClaim reads an answer of eip712Domain().
func domainClaim(r governance.CallResult, chain uint64, address string) (governance.Domain, error) {
	fields, ok := word(r, 0)
	if !ok || len(r.Data) < 8*wordSize {
		return governance.Domain{}, errNoDomain
	}
	d := governance.Domain{ChainID: chain, Contract: address}
	id, idOK := numberOf(r, 3)
	contract, contractOK := addressOf(r, 4)
	mask := fields[0]
	if mask&0x04 != 0 && (!idOK || id != chain) || mask&0x08 != 0 && (!contractOK || contract.Hex() != address) {
		return governance.Domain{}, errForeign
	}
	var named, versioned bool
	d.Name, named = exactText(r, 1)
	d.Version, versioned = exactText(r, 2)
	extensions, at := numberOf(r, 6)
	count, counted := wordAt(r.Data, extensions)
	switch {
	case mask != 0x0f && mask != 0x0d || !named || !versioned:
		return governance.Domain{}, errUnusual
	case !at || !counted || count != (common.Hash{}):
		return governance.Domain{}, errUnusual
	case mask == 0x0f && d.Version == "":
		return governance.Domain{}, errUnusual // our domains leave an empty version out
	case mask == 0x0d:
		d.Version = ""
	}
	return d, nil
}

// exactText is stringOf for what is hashed: whole and printable, or not at
// all.
func exactText(r governance.CallResult, i int) (string, bool) {
	at, ok := numberOf(r, i)
	if !ok {
		return "", false
	}
	b, ok := bytesAt(r.Data, at)
	if !ok || len(b) > 200 || !printable(string(b)) {
		return "", false
	}
	return string(b), true
}

func wordAt(data []byte, at uint64) (common.Hash, bool) {
	size := uint64(len(data))
	if at > size || size-at < wordSize {
		return common.Hash{}, false
	}
	return common.BytesToHash(data[at : at+wordSize]), true
}

// separator is the domain's hash (EIP-712).
func separator(d governance.Domain) common.Hash {
	text := func(s string) []byte { return crypto.Keccak256([]byte(s)) }
	chain, contract := argument(d.ChainID), argument(common.HexToAddress(d.Contract))
	if d.Version == "" {
		return crypto.Keccak256Hash(text("EIP712Domain(string name,uint256 chainId,address verifyingContract)"), text(d.Name), chain[:], contract[:])
	}
	return crypto.Keccak256Hash(text("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
		text(d.Name), text(d.Version), chain[:], contract[:])
}

// signing finds out whether and how ballots for the governor are signed.
// Invalid: the domain that it tells is another contract's, so that what is
// signed for it could be used there.
func (s *survey) signing(out *governance.Governor) error {
	out.Domain = governance.Domain{ChainID: s.chain, Contract: s.address}
	if out.Family == governance.FamilyAave {
		return nil
	}
	generation := s.generation(out.Family)
	claim, err := domainClaim(s.got["eip712Domain()"], s.chain, s.address)
	switch {
	case errors.Is(err, errForeign):
		return s.invalid("the domain that it gives for signatures names another chain or contract; a ballot signed for it could be used elsewhere")
	case errors.Is(err, errUnusual):
		s.says("eip712Domain()", "it has parts that are not known here, so no ballots by signature")
		return nil
	case err == nil:
		s.says("eip712Domain()", "its own word on its domain, for this chain and address")
		out.Domain = claim
	case !s.guessDomain(out, generation):
		return nil
	}
	if r, ok := word(s.got["DOMAIN_SEPARATOR()"], 0); ok && r != separator(out.Domain) {
		s.says("DOMAIN_SEPARATOR()", "it is not the hash of the domain found, so no ballots by signature")
		return nil
	}
	out.BallotSig = generation
	return nil
}

// guessDomain makes the domain of a contract that does not tell it: from its
// name, and the version that its generation has.
func (s *survey) guessDomain(out *governance.Governor, generation governance.BallotSig) bool {
	name, ok := exactText(s.got["name()"], 0)
	if !ok || name == "" {
		s.says("name()", "no domain can be made of it, so no ballots by signature")
		return false
	}
	out.Domain.Name = name
	if generation == governance.BallotOZ4 || generation == governance.BallotOZ5 {
		out.Domain.Version = "1"
		if version, ok := exactText(s.got["version()"], 0); ok && version != "" {
			out.Domain.Version = version
		}
	}
	s.says("name()", "the domain of signatures is made of it, as its generation does")
	return true
}

// generation tells which castVoteBySig the code has. The interface alone
// does not: the code must offer it.
func (s *survey) generation(family governance.Family) governance.BallotSig {
	const (
		oz5   = "castVoteBySig(uint256,uint8,address,bytes)"
		vrs   = "castVoteBySig(uint256,uint8,uint8,bytes32,bytes32)"
		alpha = "castVoteBySig(uint256,bool,uint8,bytes32,bytes32)"
	)
	compound := family == governance.FamilyBravo || family == governance.FamilyNouns || family == governance.FamilyAlpha
	switch {
	case s.has(oz5) && !compound:
		s.note(oz5, "in the code", "ballots by signature as OpenZeppelin 5.x takes them, with a nonce")
		return governance.BallotOZ5
	case s.has(vrs) && !compound:
		s.note(vrs, "in the code", "ballots by signature as OpenZeppelin 4.x takes them")
		return governance.BallotOZ4
	case s.has(vrs):
		s.note(vrs, "in the code", "ballots by signature as Bravo takes them")
		return governance.BallotBravo
	case s.has(alpha) && family == governance.FamilyAlpha:
		s.note(alpha, "in the code", "ballots by signature as Alpha takes them")
		return governance.BallotAlpha
	}
	s.note("castVoteBySig", "not in the code", "no ballots by signature; votes are transactions")
	return ""
}
