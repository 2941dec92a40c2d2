package governor

import (
	"strings"

	"mandate/governance"
)

// family tells the lineage, the most special first: many governors answer
// the questions of their ancestors too.
func (s *survey) family() (governance.Family, error) {
	if s.got.did("hat()") && s.got.did(probeApprovals) {
		return "", s.invalid("it is a chief of Maker or Sky: approval voting on spells, not a Governor, and not read here")
	}
	for _, of := range []func() governance.Family{s.aave, s.nouns, s.agora, s.openzeppelin, s.bravo, s.alpha} {
		if family := of(); family != "" {
			return family, nil
		}
	}
	return "", s.invalid(s.instead())
}

func (s *survey) aave() governance.Family {
	if !s.got.did("getVotingPortalsCount()") || !s.got.did("getProposalsCount()") {
		return ""
	}
	s.says("getVotingPortalsCount()", "only Aave's Governance v3 has voting portals")
	return governance.FamilyAave
}

func (s *survey) nouns() governance.Family {
	token, ok := s.got.address("nouns()")
	if !ok || !s.got.did("proposalCount()") || !(s.got.did("vetoer()") || s.got.did("minQuorumVotesBPS()")) {
		return ""
	}
	s.note("nouns()", token.Hex(), "the votes are NFTs of this collection: a governor of the Nouns family")
	s.says("vetoer()", "an account that may veto proposals")
	return governance.FamilyNouns
}

func (s *survey) agora() governance.Family {
	switch {
	case s.got.did("PROPOSAL_TYPES_CONFIGURATOR()"):
		s.says("PROPOSAL_TYPES_CONFIGURATOR()", "proposals have types: Agora's governor")
	case s.got.did("manager()") && s.got.did(probeModules):
		s.says(probeModules, "votes may be counted by modules: Agora's governor")
	case s.got.did("manager()") && s.got.did("hooks()") && s.claims(probeOZ5):
		s.says("hooks()", "OpenZeppelin 5.x with hooks: Agora's newer governor")
	default:
		return ""
	}
	s.says("manager()", "an account that may act beside the voters")
	return governance.FamilyAgora
}

// claims reports whether the contract claims an interface and not every one.
func (s *survey) claims(probe string) bool { return s.got.yes(probe) && !s.got.yes(probeNoID) }

func (s *survey) openzeppelin() governance.Family {
	if s.got.yes(probeNoID) || !s.got.did("votingPeriod()") {
		return ""
	}
	if s.claims(probeOZ5) {
		s.says(probeOZ5, "the interface of OpenZeppelin's Governor 5.x")
		return governance.FamilyOZ5
	}
	switch {
	case s.claims(probeOZ4):
		s.says(probeOZ4, "the interface of OpenZeppelin's Governor 4.6 to 4.9")
	case s.claims(probeOZ43):
		s.says(probeOZ43, "the interface of OpenZeppelin's Governor 4.3 to 4.5")
	default:
		return ""
	}
	if s.got.did(probeSupply) || s.got.did("EXCLUDE_ADDRESS()") {
		s.says(probeSupply, "votes of an excluded address do not count for the quorum: Arbitrum's governor")
		return governance.FamilyArbitrum
	}
	return governance.FamilyOZ4
}

const (
	voteByNumber = "castVote(uint256,uint8)"
	voteByBool   = "castVote(uint256,bool)"
)

func (s *survey) bravo() governance.Family {
	if !s.got.did("quorumVotes()") || !s.got.did("proposalCount()") || !s.got.did("votingPeriod()") {
		return ""
	}
	if !s.got.did("initialProposalId()") && !s.has(voteByNumber) {
		return ""
	}
	s.says("quorumVotes()", "a fixed quorum of votes For: Compound's lineage")
	s.says("initialProposalId()", "numbering goes on from an older governor: Bravo")
	if s.has(voteByNumber) {
		s.note(voteByNumber, "in the code", "votes are Against, For or Abstain")
	}
	return governance.FamilyBravo
}

func (s *survey) alpha() governance.Family {
	if !s.got.did("quorumVotes()") || !s.got.did("proposalCount()") || !s.got.did("votingPeriod()") {
		return ""
	}
	if !s.has(voteByBool) && !(s.got.did("guardian()") && s.got.did(probeReceipt)) {
		return ""
	}
	s.says("quorumVotes()", "a fixed quorum of votes For: Compound's lineage")
	if s.has(voteByBool) {
		s.note(voteByBool, "in the code", "votes are For or Against: Alpha")
	} else {
		s.says("guardian()", "a guardian as Alpha's: it may cancel proposals")
	}
	return governance.FamilyAlpha
}

// instead says what stands there, as far as common answers tell.
func (s *survey) instead() string {
	symbol := clean(s.got.text("symbol()"), 16)
	switch {
	case s.got.yes(probeERC165) && s.got.yes(probeNoID):
		return "the contract claims every interface there is, so nothing that it says can be believed"
	case s.got.did("totalSupply()") && (symbol != "" || s.got.did("decimals()")):
		return strings.TrimSpace("it looks like a token "+symbol) + "; give the address of its governor"
	case s.got.did("getMinDelay()"), s.got.did("delay()") && s.got.did("GRACE_PERIOD()"):
		if admin, ok := s.got.address("admin()"); ok {
			return "it looks like a timelock; its admin " + admin.Hex() + " may be the governor"
		}
		return "it looks like a timelock; give the address of its governor"
	case s.got.did("getOwners()") && s.got.did("getThreshold()"):
		return "it looks like a Safe, a wallet with several owners"
	}
	return "a contract stands there, but it answers none of the questions that governors answer"
}
