package governor

import (
	"bytes"
	"context"
	"encoding/hex"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// contract is what stands at an address at one block.
type contract struct {
	code []byte
	// implementation is where the code that runs stands, EIP-55, "" = here.
	implementation string
	behind         []byte // its code
	proxy          string // what kind, in words
	delegated      string // the account only lends its address to this code (EIP-7702)
	echo           bool   // it gives an answer to a question that nobody could know
}

// hash is of the code that runs, in 0x… hex.
func (c contract) hash() string {
	code := c.code
	if c.implementation != "" {
		code = c.behind
	}
	return crypto.Keccak256Hash(code).Hex()
}

// offers reports whether a function's selector stands in the code, pushed as
// compilers do it (PUSH4, or PUSH3 where it begins with a zero byte).
func (c contract) offers(signature string) bool {
	four := selector(signature)
	push := append([]byte{0x63}, four[:]...)
	if four[0] == 0 {
		push = append([]byte{0x62}, four[1:]...)
	}
	return bytes.Contains(c.code, push) || bytes.Contains(c.behind, push)
}

// proxySlots are where proxies keep their implementation and their beacon
// (EIP-1967), and where OpenZeppelin's oldest and EIP-1822's keep theirs.
func proxySlots() []common.Hash {
	return []common.Hash{
		common.HexToHash("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"),
		common.HexToHash("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50"),
		common.HexToHash("0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3"),
		common.HexToHash("0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7"),
	}
}

// stands reads what stands at an address, and what it delegates to. It takes
// three requests, one more for a beacon.
func (g *Governors) stands(ctx context.Context, chain, at uint64, address string) (contract, error) {
	codes, err := g.nodes.Code(ctx, chain, at, []string{address})
	if err != nil {
		return contract{}, err
	}
	c := contract{code: codes[0]}
	if to, ok := delegation(c.code); ok {
		c.delegated = to
	}
	if len(c.code) == 0 || c.delegated != "" {
		return c, nil
	}
	to, err := g.delegate(ctx, chain, at, address, &c)
	if err != nil || to == (common.Address{}) || to.Hex() == address {
		return c, err
	}
	codes, err = g.nodes.Code(ctx, chain, at, []string{to.Hex()})
	if err != nil || len(codes[0]) == 0 {
		c.proxy = ""
		return c, err
	}
	c.implementation, c.behind = to.Hex(), codes[0]
	return c, nil
}

// delegate finds the address whose code a proxy runs, zero where the contract
// is none that is known.
func (g *Governors) delegate(ctx context.Context, chain, at uint64, address string, c *contract) (common.Address, error) {
	if to, ok := clone(c.code); ok {
		c.proxy = "minimal proxy (EIP-1167)"
		return to, nil
	}
	slots, err := g.nodes.Storage(ctx, chain, at, address, proxySlots())
	if err != nil {
		return common.Address{}, err
	}
	results, err := g.nodes.Calls(ctx, chain, at, []governance.ContractCall{call(address, "implementation()"), call(address, "mandateAsksWhatNobodyAnswers()")})
	if err != nil {
		return common.Address{}, err
	}
	c.echo = !results[1].Reverted && len(results[1].Data) > 0
	for i, kind := range []string{"proxy (EIP-1967)", "beacon proxy (EIP-1967)", "proxy (OpenZeppelin, old slot)", "proxy (EIP-1822)"} {
		to := common.BytesToAddress(slots[i][12:])
		if to == (common.Address{}) || slots[i].Big().BitLen() > 160 {
			continue
		}
		if c.proxy = kind; i == 1 {
			return g.beacon(ctx, chain, at, to)
		}
		return to, nil
	}
	if to, ok := addressOf(results[0], 0); ok && to != (common.Address{}) {
		c.proxy = "delegator with implementation()"
		return to, nil
	}
	return common.Address{}, nil
}

func (g *Governors) beacon(ctx context.Context, chain, at uint64, beacon common.Address) (common.Address, error) {
	results, err := g.nodes.Calls(ctx, chain, at, []governance.ContractCall{call(beacon.Hex(), "implementation()")})
	if err != nil {
		return common.Address{}, err
	}
	to, _ := addressOf(results[0], 0)
	return to, nil
}

// clone reads the target of a minimal proxy: EIP-1167, and the form with
// PUSH0.
func clone(code []byte) (common.Address, bool) {
	for _, form := range [][2]string{
		{"363d3d373d3d3d363d73", "5af43d82803e903d91602b57fd5bf3"},
		{"5f5f365f5f37365f73", "5af43d5f5f3e5f3d91602a57fd5bf3"},
	} {
		before, _ := hex.DecodeString(form[0])
		after, _ := hex.DecodeString(form[1])
		rest, ok := bytes.CutPrefix(code, before)
		if ok && len(rest) >= common.AddressLength+len(after) && bytes.HasPrefix(rest[common.AddressLength:], after) {
			return common.BytesToAddress(rest[:common.AddressLength]), true
		}
	}
	return common.Address{}, false
}

// delegation reads whose code an ordinary account runs (EIP-7702).
func delegation(code []byte) (string, bool) {
	rest, ok := bytes.CutPrefix(code, []byte{0xef, 0x01, 0x00})
	if !ok || len(rest) != common.AddressLength {
		return "", false
	}
	return common.BytesToAddress(rest).Hex(), true
}
