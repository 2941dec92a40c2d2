package governor

import (
	"math/big"
	"slices"

	"mandate/governance"
)

// bravoCompatible: an OpenZeppelin governor with Bravo's functions has no
// proposalVotes(); it tells the counts as Bravo does.
func (v *venue) bravoCompatible() bool { return slices.Contains(v.g.Extensions, ExtBravoCompatible) }

// votesCall asks for the counts of a proposal at one of OpenZeppelin's.
func (v *venue) votesCall(id *big.Int) governance.ContractCall {
	if v.bravoCompatible() {
		return call(v.g.Address, "proposals(uint256)", id)
	}
	return call(v.g.Address, "proposalVotes(uint256)", id)
}

// votesPlaces are the places of the counts in the answer to votesCall.
func (v *venue) votesPlaces() (against, pro, abstain int) {
	if v.bravoCompatible() {
		return 6, 5, 7
	}
	return 0, 1, 2
}
