package demo

import (
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// safeABI is the part of the practice chain's PracticeSafe that its owner uses.
const safeABI = `[
 {"type":"function","name":"signMessage","inputs":[{"name":"message","type":"bytes"}],"outputs":[]},
 {"type":"function","name":"execute","inputs":[{"name":"to","type":"address"},{"name":"value","type":"uint256"},{"name":"data","type":"bytes"}],"outputs":[{"name":"","type":"bytes"}]}]`

// PracticeSafe returns the address of the practice contract wallet (EIP-55),
// and that of its owner, the first practice account. It is on the chain if the
// chain was started with it (devchain.Config.Safes).
func PracticeSafe() (wallet, owner string) {
	seed := crypto.Keccak256([]byte("mandate practice safe"))
	return common.BytesToAddress(seed).Hex(), crypto.PubkeyToAddress(PracticeKeys()[holder].PublicKey).Hex()
}

// safeCall packs a call of the contract wallet by its owner.
func safeCall(method string, args ...any) ([]byte, error) {
	parsed, err := abi.JSON(strings.NewReader(safeABI))
	if err != nil {
		return nil, walletFault(codeInternal, "The contract wallet cannot be called.")
	}
	data, err := parsed.Pack(method, args...)
	if err != nil {
		return nil, walletFault(codeInternal, "The contract wallet cannot be called.")
	}
	return data, nil
}

// through turns a transaction of the contract wallet into one of its owner.
func (a account) through(tx transaction) (transaction, error) {
	if !a.contract {
		return tx, nil
	}
	data, err := safeCall("execute", *tx.To, (*big.Int)(tx.Value), []byte(tx.Data))
	tx.Data, tx.To, tx.Value, tx.From = data, &a.at, nil, a.signer().Hex()
	return tx, err
}
