package devchain

import (
	"encoding/json"

	"mandate/governance/demo/devchain/contracts"
)

// ABI returns the interface of a contract of the practice chain as JSON, such
// as DelegateRegistry, SplitDelegation, VotesToken, PracticeSafe, NameRegistry
// or GovernorFive; contracts.Get names them. An unknown name is an error.
func ABI(name string) (json.RawMessage, error) {
	c, err := contracts.Get(name)
	return c.ABI, err
}
