package devchain

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/ethereum/go-ethereum/common/hexutil"
)

// contractsFile is written by contracts/build.sh.
//
//go:embed contracts/contracts.json
var contractsFile []byte

// contract is one compiled contract.
type contract struct {
	ABI      json.RawMessage `json:"abi"`
	Bytecode hexutil.Bytes   `json:"bytecode"` // with its constructor
	Runtime  hexutil.Bytes   `json:"runtime"`  // what stays on the chain
}

func contracts() (map[string]contract, error) {
	var out map[string]contract
	if err := json.Unmarshal(contractsFile, &out); err != nil {
		return nil, fmt.Errorf("read the compiled contracts: %w", err)
	}
	return out, nil
}

// ABI returns the interface of a contract of the practice chain as JSON:
// DelegateRegistry, SplitDelegation, VotesToken, PracticeSafe, NameRegistry or
// NameResolver. An unknown name is an error.
func ABI(name string) (json.RawMessage, error) {
	all, err := contracts()
	if err != nil {
		return nil, err
	}
	c, ok := all[name]
	if !ok {
		return nil, fmt.Errorf("the practice chain has no contract %q", name)
	}
	return c.ABI, nil
}
