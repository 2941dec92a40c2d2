package chain

import (
	"context"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance/ballot"
)

// mainnet is where names are, whatever chain an account is used on.
const mainnet = 1

// ensRegistry is the registry of ENS, the same on every chain that has one.
const ensRegistry = "0x00000000000C2E074eC69A0dFb2997BA6C7d2e1e"

// Name returns the ENS name of an address: the one that its reverse record
// tells, if that name's address is this one. "" where there is none, where
// the name has other characters than a-z, 0-9, "-" and "_" (look-alikes are
// shown as addresses), where it is kept off the chain, and without a node.
func (c *Chains) Name(ctx context.Context, address string) (string, error) {
	address, err := ballot.Checksum(address)
	if err != nil {
		return "", err
	}
	if !c.Has(mainnet) {
		return "", nil
	}
	if name, ok := c.names.get(c.now(), address); ok {
		return name, nil
	}
	name, err := c.lookUp(ctx, address)
	if err != nil {
		return "", err
	}
	c.names.put(c.now(), address, name)
	return name, nil
}

func (c *Chains) lookUp(ctx context.Context, address string) (string, error) {
	reverse := ballot.Lower(address)[2:] + ".addr.reverse"
	answer, err := c.resolve(ctx, reverse, "name(bytes32)")
	if err != nil {
		return "", err
	}
	name, ok := textAt(answer, 0)
	if !ok || !plainName(name) {
		return "", nil
	}
	answer, err = c.resolve(ctx, name, "addr(bytes32)")
	if err != nil {
		return "", err
	}
	if owner, ok := addressAt(answer, 0); !ok || owner != address {
		return "", nil
	}
	return name, nil
}

// resolve asks a name's resolver. No answer (nil) where there is no resolver,
// or where it refuses: also with OffchainLookup, which is not followed.
func (c *Chains) resolve(ctx context.Context, name, function string) ([]byte, error) {
	node := nameHash(name)
	answer, err := c.viewOrNothing(ctx, mainnet, ensRegistry, pack("resolver(bytes32)", node))
	if err != nil {
		return nil, err
	}
	resolver, ok := addressAt(answer, 0)
	if !ok || resolver == "" {
		return nil, nil
	}
	return c.viewOrNothing(ctx, mainnet, resolver, pack(function, node))
}

// viewOrNothing takes a contract's refusal for an empty answer.
func (c *Chains) viewOrNothing(ctx context.Context, chain uint64, to string, data []byte) ([]byte, error) {
	answer, err := c.view(ctx, chain, to, data)
	if err != nil && kindOf(err) == refused {
		return nil, nil
	}
	return answer, err
}

// plainName reports whether a name may be shown in place of an address.
func plainName(name string) bool {
	labels := strings.Split(name, ".")
	if len(labels) < 2 || len(name) > 255 {
		return false
	}
	for _, label := range labels {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
		if len(label) >= 4 && label[2:4] == "--" { // punycode shows as something else
			return false
		}
	}
	return true
}

// nameHash is the namehash of EIP-137.
func nameHash(name string) [32]byte {
	node := common.Hash{}
	labels := strings.Split(name, ".")
	for i := len(labels) - 1; i >= 0; i-- {
		node = crypto.Keccak256Hash(node[:], crypto.Keccak256([]byte(labels[i])))
	}
	return node
}
