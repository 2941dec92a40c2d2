package actions

import (
	"context"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// Bounds of one inspection's readings.
const (
	maxCode    = 80 // addresses
	maxProxies = 20
	// youngBlocks is how far back code must stand for its contract not to be
	// new: about a week of Ethereum.
	youngBlocks = 50_000
)

// implementationSlot is where proxies keep the address of their code
// (EIP-1967: keccak256("eip1967.proxy.implementation") - 1).
const implementationSlot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"

// codeFacts reads what stands at the addresses, at one block. born is the
// block in which the proposal was made, 0 = not of this chain.
func codeFacts(ctx context.Context, n Nodes, chain, at, born uint64, addresses []string) ([]governance.CodeFact, error) {
	addresses = addresses[:min(len(addresses), maxCode)]
	if len(addresses) == 0 {
		return nil, nil
	}
	codes, nodes, err := n.AgreedCode(ctx, chain, at, addresses)
	if err != nil {
		return nil, err
	}
	facts := make([]governance.CodeFact, len(addresses))
	proxies := 0
	for i, code := range codes {
		f := &facts[i]
		*f = governance.CodeFact{Chain: chain, Address: common.HexToAddress(addresses[i]).Hex(), Size: len(code), Block: at, Nodes: nodes}
		if len(code) == 0 {
			continue
		}
		f.Hash = crypto.Keccak256Hash(code).Hex()
		ops := opcodes(code)
		f.SelfDestruct, f.DelegateCall, f.Creates = ops.selfDestruct, ops.delegateCall, ops.creates
		if ops.delegateCall && proxies < maxProxies {
			proxies++
			if err := implementation(ctx, n, f); err != nil {
				return nil, err
			}
		}
	}
	findBirth(ctx, n, facts, born)
	return facts, nil
}

// implementation looks behind a proxy (EIP-1967).
func implementation(ctx context.Context, n Nodes, f *governance.CodeFact) error {
	words, err := n.Storage(ctx, f.Chain, f.Block, f.Address, []common.Hash{common.HexToHash(implementationSlot)})
	if err != nil || len(words) != 1 || words[0] == (common.Hash{}) {
		return err
	}
	f.Implementation = common.BytesToAddress(words[0][12:]).Hex()
	codes, _, err := n.AgreedCode(ctx, f.Chain, f.Block, []string{f.Implementation})
	if err != nil || len(codes) != 1 || len(codes[0]) == 0 {
		return err
	}
	f.ImplementationHash = crypto.Keccak256Hash(codes[0]).Hex()
	return nil
}

// findBirth notes which code is younger than the proposal, or than a week. A
// node that keeps no old states cannot tell: then nothing is noted.
func findBirth(ctx context.Context, n Nodes, facts []governance.CodeFact, born uint64) {
	if born < 2 {
		return
	}
	var addresses []string
	for i := range facts {
		addresses = append(addresses, facts[i].Address)
	}
	for _, at := range []uint64{born - 1 - min(youngBlocks, born-2), born - 1} {
		codes, err := n.Code(ctx, facts[0].Chain, at, addresses)
		if err != nil {
			continue
		}
		for i, code := range codes {
			if len(code) == 0 && facts[i].Hash != "" && at > 1 {
				facts[i].Since = at
			}
		}
	}
}

// ops says which telling instructions code holds.
type ops struct{ selfDestruct, delegateCall, creates bool }

// opcodes walks the code, jumping over the data of PUSH. Data behind the code
// can look like instructions: a hit is a reason to look, no proof.
func opcodes(code []byte) (o ops) {
	for i := 0; i < len(code); i++ {
		switch op := code[i]; {
		case op >= 0x60 && op <= 0x7f: // PUSH1…PUSH32
			i += int(op - 0x5f)
		case op == 0xff:
			o.selfDestruct = true
		case op == 0xf4:
			o.delegateCall = true
		case op == 0xf0 || op == 0xf5:
			o.creates = true
		}
	}
	return o
}

// places lists where the calls of one chain lead: targets, and code that
// would run or come into force. Each address once, in order.
func places(list []governance.Action, chain uint64) []string {
	seen := map[string]bool{}
	var out []string
	add := func(address string) {
		key := strings.ToLower(address)
		if common.IsHexAddress(address) && !seen[key] && key != strings.ToLower(common.Address{}.Hex()) {
			seen[key] = true
			out = append(out, key)
		}
	}
	var walk func([]governance.Action)
	walk = func(list []governance.Action) {
		for i := range list {
			a := &list[i]
			if a.ChainID == chain {
				add(a.Target)
				for _, e := range a.Effects {
					if e.Kind == governance.EffectUpgrade || e.Kind == governance.EffectExecute {
						add(e.To)
					}
				}
			}
			walk(a.Nested)
		}
	}
	walk(list)
	return out
}
