package actions

import (
	"bytes"
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

// implementationSlots are where proxies keep the address of their code:
// EIP-1967 (keccak256("eip1967.proxy.implementation") - 1), what OpenZeppelin
// used before it (keccak256("org.zeppelinos.proxy.implementation")), and
// EIP-1822 (keccak256("PROXIABLE")).
func implementationSlots() []common.Hash {
	return []common.Hash{
		common.HexToHash("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"),
		crypto.Keccak256Hash([]byte("org.zeppelinos.proxy.implementation")),
		crypto.Keccak256Hash([]byte("PROXIABLE")),
	}
}

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
		if f.Implementation = forwards(code); f.Implementation != "" {
			f.DelegateCall = true
			continue
		}
		ops := opcodes(code)
		f.SelfDestruct, f.DelegateCall, f.Creates = ops.selfDestruct, ops.delegateCall, ops.creates
		if ops.delegateCall && proxies < maxProxies {
			proxies++
			if err := implementation(ctx, n, f); err != nil {
				return nil, err
			}
		}
	}
	if err := hashImplementations(ctx, n, chain, at, facts); err != nil {
		return nil, err
	}
	findBirth(ctx, n, facts, born)
	return facts, nil
}

// forwards is where the smallest proxies (EIP-1167), and accounts that run a
// contract's code (EIP-7702), hand every call on to; "" = it is neither.
func forwards(code []byte) string {
	target, ok := bytes.CutPrefix(code, []byte{0xef, 0x01, 0x00})
	if !ok {
		target, ok = bytes.CutPrefix(code, common.FromHex("363d3d373d3d3d363d73"))
		if ok {
			target, ok = bytes.CutSuffix(target, common.FromHex("5af43d82803e903d91602b57fd5bf3"))
		}
	}
	if !ok || len(target) != common.AddressLength {
		return ""
	}
	return common.BytesToAddress(target).Hex()
}

// implementation looks behind a proxy.
func implementation(ctx context.Context, n Nodes, f *governance.CodeFact) error {
	words, err := n.Storage(ctx, f.Chain, f.Block, f.Address, implementationSlots())
	if err != nil {
		return err
	}
	for _, w := range words {
		if w != (common.Hash{}) {
			f.Implementation = common.BytesToAddress(w[12:]).Hex()
			return nil
		}
	}
	return nil
}

// hashImplementations reads the code behind all proxies at once.
func hashImplementations(ctx context.Context, n Nodes, chain, at uint64, facts []governance.CodeFact) error {
	var behind []string
	var of []*governance.CodeFact
	for i := range facts {
		if f := &facts[i]; f.Implementation != "" {
			behind, of = append(behind, f.Implementation), append(of, f)
		}
	}
	if len(behind) == 0 {
		return nil
	}
	codes, _, err := n.AgreedCode(ctx, chain, at, behind)
	if err != nil {
		return err
	}
	for i, code := range codes {
		if len(code) == 0 {
			continue
		}
		of[i].ImplementationHash = crypto.Keccak256Hash(code).Hex()
		// It runs as the proxy: what it can do the proxy can.
		ops := opcodes(code)
		of[i].SelfDestruct = of[i].SelfDestruct || ops.selfDestruct
		of[i].Creates = of[i].Creates || ops.creates
	}
	return nil
}

// findBirth notes which code is younger than the proposal, or than a week
// before it. A node that keeps no old states cannot tell: then nothing is
// noted.
func findBirth(ctx context.Context, n Nodes, facts []governance.CodeFact, born uint64) {
	if born == 0 {
		return
	}
	var addresses []string
	for i := range facts {
		addresses = append(addresses, facts[i].Address)
	}
	for _, at := range []uint64{born - min(youngBlocks, born), born} {
		if at == 0 { // the chain is younger than a week: everything is
			continue
		}
		codes, err := n.Code(ctx, facts[0].Chain, at, addresses)
		if err != nil || len(codes) != len(facts) {
			continue
		}
		for i, code := range codes {
			if len(code) == 0 && facts[i].Hash != "" {
				facts[i].Since = at
			}
		}
	}
}

// ops says which telling instructions code holds.
type ops struct{ selfDestruct, delegateCall, creates bool }

// opcodes walks the code, jumping over the data of PUSH. What stands behind an
// instruction that ends a run, up to the next place that a jump may lead to,
// never runs: compilers put data there. Other data can still look like
// instructions: a hit is a reason to look, no proof.
func opcodes(code []byte) (o ops) {
	dead := false
	for i := 0; i < len(code); i++ {
		op := code[i]
		if op >= 0x60 && op <= 0x7f { // PUSH1…PUSH32
			i += int(op - 0x5f)
			continue
		}
		if op == 0x5b { // JUMPDEST
			dead = false
		}
		if dead {
			continue
		}
		switch op {
		case 0xff:
			o.selfDestruct, dead = true, true
		case 0xf4:
			o.delegateCall = true
		case 0xf0, 0xf5:
			o.creates = true
		case 0x00, 0x56, 0xf3, 0xfd, 0xfe: // STOP, JUMP, RETURN, REVERT, INVALID
			dead = true
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
