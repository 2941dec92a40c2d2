package devchain

import (
	"encoding/hex"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
)

// The places of the mappings in contracts/Names.sol.
const (
	slotOwner    = 0 // NameRegistry
	slotResolver = 1 // NameRegistry
	slotAddress  = 0 // NameResolver
	slotName     = 1 // NameResolver
)

// plainName reports whether a name needs no normalisation (ENSIP-15).
func plainName(name string) bool {
	return regexp.MustCompile(`^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$`).MatchString(name)
}

// writeNames puts the names of the plan into the registry and the resolver,
// forward and reverse. An account of several names is called by the last one
// in alphabetical order.
func (p plan) writeNames(alloc types.GenesisAlloc) {
	registry, resolver := map[common.Hash]common.Hash{}, map[common.Hash]common.Hash{}
	record := func(name string, owner common.Address, resolves bool) common.Hash {
		node := nameHash(name)
		registry[mapSlot(node, slotOwner)] = common.BytesToHash(owner.Bytes())
		if resolves {
			registry[mapSlot(node, slotResolver)] = common.BytesToHash(common.HexToAddress(Resolver).Bytes())
		}
		return node
	}
	for _, name := range []string{"", "eth", "reverse", "addr.reverse"} {
		record(name, common.HexToAddress(founder), false)
	}
	for _, name := range slices.Sorted(maps.Keys(p.names)) {
		account := p.names[name]
		if _, parent, _ := strings.Cut(name, "."); p.names[parent] == (common.Address{}) {
			record(parent, common.HexToAddress(founder), false)
		}
		node := record(name, account, true)
		resolver[mapSlot(node, slotAddress)] = common.BytesToHash(account.Bytes())
		reverse := record(hex.EncodeToString(account.Bytes())+".addr.reverse", account, true)
		writeText(resolver, mapSlot(reverse, slotName), name)
	}
	put(alloc, Names, registry)
	put(alloc, Resolver, resolver)
}

func put(alloc types.GenesisAlloc, place string, storage map[common.Hash]common.Hash) {
	a := alloc[common.HexToAddress(place)]
	a.Storage = storage
	alloc[common.HexToAddress(place)] = a
}

// nameHash is EIP-137's: labels from the right, each hashed onto the rest.
func nameHash(name string) common.Hash {
	var node common.Hash
	if name == "" {
		return node
	}
	labels := strings.Split(name, ".")
	for _, label := range slices.Backward(labels) {
		node = crypto.Keccak256Hash(node.Bytes(), crypto.Keccak256([]byte(label)))
	}
	return node
}

// mapSlot is where Solidity keeps the value of a key in a mapping at a place.
func mapSlot(key common.Hash, place uint64) common.Hash {
	return crypto.Keccak256Hash(key.Bytes(), common.BigToHash(new(big.Int).SetUint64(place)).Bytes())
}

// writeText writes a string as Solidity keeps it: up to 31 bytes with twice
// its length in the last byte, longer ones from the slot's own hash on.
func writeText(storage map[common.Hash]common.Hash, slot common.Hash, text string) {
	if len(text) < common.HashLength {
		var word common.Hash
		copy(word[:], text)
		word[common.HashLength-1] = byte(2 * len(text))
		storage[slot] = word
		return
	}
	storage[slot] = common.BigToHash(big.NewInt(int64(2*len(text) + 1)))
	at := crypto.Keccak256Hash(slot.Bytes()).Big()
	for part := range slices.Chunk([]byte(text), common.HashLength) {
		var word common.Hash
		copy(word[:], part)
		storage[common.BigToHash(at)] = word
		at = new(big.Int).Add(at, big.NewInt(1))
	}
}
