package governor

import (
	"mandate/governance"
)

// Extensions of governors, as Governor.Extensions names them.
const (
	ExtTimelockControl  = "timelock-control"  // OpenZeppelin's TimelockController
	ExtTimelockCompound = "timelock-compound" // Compound's Timelock behind an OpenZeppelin governor
	ExtTimelockAccess   = "timelock-access"   // an AccessManager delays calls
	ExtLateQuorum       = "late-quorum"       // a late quorum moves the deadline
	ExtSuperQuorum      = "super-quorum"      // enough votes For end the vote early
	ExtGuardian         = "guardian"          // an account may cancel proposals
	ExtSequential       = "sequential-ids"    // ids count up
	ExtStorage          = "storage"           // actions are kept in the contract
	ExtFractional       = "fractional"        // votes may be split
	ExtOverridable      = "overridable"       // delegators may overrule their delegate
	ExtCrosschain       = "crosschain"        // calls may go to other chains
	ExtKeyedNonces      = "keyed-nonces"      // ballots have a nonce for each proposal
	ExtBravoCompatible  = "bravo-compatible"  // OpenZeppelin with Bravo's functions
	ExtQuorumFraction   = "quorum-fraction"   // the quorum is a share of the supply
	ExtVotableSupply    = "votable-supply"    // an oracle tells the supply that counts
	ExtModules          = "modules"           // votes may be counted by modules
	ExtObjection        = "objection-period"  // a late swing lengthens the vote
	ExtUpdatable        = "updatable"         // proposals may be edited before the vote
	ExtVeto             = "veto"              // an account may veto proposals
	ExtRoutes           = "proposal-routes"   // the type of a proposal picks its timelock (Venus)
)

// extension is one and what shows it: an answer, or a function in the code.
type extension struct {
	name, answer, code, says string
}

func extensions() []extension {
	return []extension{
		{ExtTimelockAccess, "accessManager()", "", "an access manager decides on delays"},
		{ExtLateQuorum, "lateQuorumVoteExtension()", "", "a quorum reached late lengthens the vote"},
		{ExtSuperQuorum, "", "superQuorum(uint256)", "enough votes For end the vote early"},
		{ExtGuardian, "proposalGuardian()", "", "this account may cancel proposals"},
		{ExtGuardian, "guardian()", "", "this account may cancel proposals"},
		{ExtGuardian, "whitelistGuardian()", "", "this account may cancel proposals of those exempt from the threshold"},
		{ExtSequential, "latestProposalId()", "", "proposals are numbered in order"},
		{ExtStorage, "", "proposalDetails(uint256)", "the contract keeps the actions"},
		{ExtFractional, probeUsed, "", "one account may split its votes"},
		{ExtFractional, probeCast, "", "one account may split its votes"},
		{ExtOverridable, probeOverride, "", "those who delegated may overrule their delegate"},
		{ExtCrosschain, "", "relayCrosschain(address,bytes,bytes32,bytes)", "calls may go to other chains"},
		{ExtKeyedNonces, probeKeyed, "", "ballots by signature may have a nonce for each proposal"},
		{ExtQuorumFraction, "quorumNumerator()", "", "the quorum is a share of the supply"},
		{ExtVotableSupply, "VOTABLE_SUPPLY_ORACLE()", "", "an oracle tells the supply that counts"},
		{ExtModules, probeModules, "", "votes may be counted by modules"},
		{ExtModules, "PROPOSAL_TYPES_CONFIGURATOR()", "", "proposals have types"},
		{ExtObjection, "objectionPeriodDurationInBlocks()", "", "a late swing lengthens the vote for those against"},
		{ExtUpdatable, "proposalUpdatablePeriodInBlocks()", "", "proposals may be edited before the vote"},
		{ExtVeto, "vetoer()", "", "this account may veto proposals; zero means nobody"},
		{ExtRoutes, "", "proposalTimelocks(uint256)", "the type of a proposal picks its timelock"},
	}
}

// extensions adds each extension that the contract shows, with the evidence.
func (s *survey) extensions(out *governance.Governor) {
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			out.Extensions = append(out.Extensions, name)
		}
	}
	for _, e := range extensions() {
		switch {
		case e.name == ExtGuardian && e.answer != "" && !s.holds(e.answer):
		case e.answer != "" && s.got.did(e.answer):
			add(e.name)
			s.says(e.answer, e.says)
		case e.code != "" && s.has(e.code):
			add(e.name)
			s.note(e.code, "in the code", e.says)
		}
	}
	openzeppelin := out.Family == governance.FamilyOZ4 || out.Family == governance.FamilyOZ5
	if openzeppelin && s.got.did("quorumVotes()") && s.got.did(probeReceipt) {
		add(ExtBravoCompatible)
		s.says("quorumVotes()", "OpenZeppelin's governor with Bravo's functions beside its own")
	}
	if out.Fractional {
		add(ExtFractional)
	}
	if seen[ExtFractional] && out.Counting != "" && !out.Fractional {
		s.note("fractional", "not in COUNTING_MODE()", "votes are not split, since the contract does not say that it counts them so")
	}
}

func (s *survey) holds(name string) bool {
	_, ok := s.got.address(name)
	return ok
}
