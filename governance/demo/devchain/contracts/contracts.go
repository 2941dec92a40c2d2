// Package contracts holds the compiled contracts of the practice chain and of
// the tests: governors of OpenZeppelin 5 and 4.9, timelocks, tokens, a vault
// behind a proxy, what delegation on Snapshot needs, and names. build.sh makes
// contracts.json of the sources beside it.
package contracts

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/ethereum/go-ethereum/common/hexutil"
)

//go:embed contracts.json
var file []byte

// Contract is one compiled contract.
type Contract struct {
	ABI      json.RawMessage `json:"abi"`
	Bytecode hexutil.Bytes   `json:"bytecode"` // with its constructor
	Runtime  hexutil.Bytes   `json:"runtime"`  // what stays on the chain; empty where the constructor writes into it
}

// All returns every contract by its name in Solidity.
func All() (map[string]Contract, error) {
	var out map[string]Contract
	if err := json.Unmarshal(file, &out); err != nil {
		return nil, fmt.Errorf("read the compiled contracts: %w", err)
	}
	return out, nil
}

// Get returns one contract by its name in Solidity, such as "GovernorFive"
// (OpenZeppelin 5, fractional), "GovernorFiveBlocks" (5, simple), "GovernorFour"
// (4.9), "GovernorBravoLike" (4.9 with CompoundTimelock), "TimelockFive",
// "TimelockFour", "DaoToken" (counts in blocks), "DaoTokenTime" (in seconds),
// "Stablecoin" (6 decimals), "VaultOne", "VaultTwo" or "VaultProxy". An unknown
// name is an error.
func Get(name string) (Contract, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(file, &all); err != nil {
		return Contract{}, fmt.Errorf("read the compiled contracts: %w", err)
	}
	raw, ok := all[name]
	if !ok {
		return Contract{}, fmt.Errorf("there is no contract %q", name)
	}
	var c Contract
	if err := json.Unmarshal(raw, &c); err != nil {
		return Contract{}, fmt.Errorf("read the compiled contract %s: %w", name, err)
	}
	return c, nil
}
