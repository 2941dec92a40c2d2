package demo

import (
	"crypto/ecdsa"
	"fmt"

	"github.com/ethereum/go-ethereum/crypto"
)

// PracticeAccount is one of the demo's own accounts. Its key is public: it is
// worth nothing outside of the demo.
type PracticeAccount struct {
	Name    string `json:"name"`
	Address string `json:"address"` // EIP-55
	Note    string `json:"note"`    // what it is good for, one sentence
}

// The practice accounts by their place in PracticeKeys and World.Practice.
const (
	holder = iota
	newcomer
	delegator
	contract // the practice contract wallet: it has power, and no key
)

// PracticeKeys returns the keys of the practice accounts: the keccak-256 of
// "mandate practice account N" for N = 1, 2, 3. Everybody can make them, so
// nothing of value may ever belong to them.
func PracticeKeys() []*ecdsa.PrivateKey {
	keys := make([]*ecdsa.PrivateKey, 3)
	for i := range keys {
		keys[i] = seedKey(fmt.Sprintf("mandate practice account %d", i+1))
	}
	return keys
}

// seedKey makes a key that everybody knows.
func seedKey(seed string) *ecdsa.PrivateKey {
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte(seed)))
	if err != nil { // the hash is zero or above the order: never for the fixed texts
		panic(fmt.Sprintf("no key comes of %q: %v", seed, err))
	}
	return key
}

// Practice lists the practice accounts, in the order of PracticeKeys.
func (w *World) Practice() []PracticeAccount { return PracticeAccounts() }

// PracticeAccounts is World.Practice before there is a world: its chain is
// started first and pays them.
func PracticeAccounts() []PracticeAccount {
	accounts := []PracticeAccount{
		holder:    {Name: "Holder", Note: "Has voting power in every DAO."},
		newcomer:  {Name: "Newcomer", Note: "Got its first tokens after the open proposals were created: power today in a few DAOs, none in any vote."},
		delegator: {Name: "Delegator", Note: "Gave its voting power to a delegate in some DAOs, and votes itself in the others."},
	}
	for i, key := range PracticeKeys() {
		accounts[i].Address = crypto.PubkeyToAddress(key.PublicKey).Hex()
	}
	return accounts
}
