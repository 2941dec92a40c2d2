package devchain

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/params"

	"mandate/governance/demo/devchain/contracts"
)

// Where the contracts are. Registry, Split, Names and Resolver are where the
// real ones are on the main network.
const (
	Registry = "0x469788fE6E9E9681C6ebF3bF78e7Fd26Fc015446" // delegate registry
	Split    = "0xDE1e8A7E184Babd9F0E3af18f40634e9Ed6F0905" // split delegation
	Names    = "0x00000000000C2E074eC69A0dFb2997BA6C7d2e1e" // name registry (ENS)
	Resolver = "0x231b0Ee14048e9dCcD1d247744d114a4EB5E8E63" // public resolver
	Votes    = "0x0BB1044184073380ef4884791c002CAa56199F7e" // votes token
)

// founder made the token and owns it, and the names that are nobody else's.
// Nobody has its key.
const founder = "0x00000000000000000000000000000000000F0dE1"

// plan is a checked Config.
type plan struct {
	chain  *big.Int
	funded []common.Address
	safes  map[common.Address]common.Address // wallet → owner
	names  map[string]common.Address
	world  *world // nil without members
}

func newPlan(cfg Config) (plan, error) {
	p := plan{chain: big.NewInt(1), safes: map[common.Address]common.Address{}, names: map[string]common.Address{}}
	if cfg.ChainID != 0 {
		p.chain.SetUint64(cfg.ChainID)
	}
	for _, text := range cfg.Fund {
		a, err := address(text)
		if err != nil {
			return p, err
		}
		p.funded = append(p.funded, a)
	}
	for wallet, owner := range cfg.Safes {
		w, err := address(wallet)
		if err != nil {
			return p, err
		}
		if p.safes[w], err = address(owner); err != nil {
			return p, err
		}
	}
	for name, text := range cfg.Names {
		a, err := address(text)
		if err != nil {
			return p, err
		}
		if !plainName(name) {
			return p, fmt.Errorf("%q is no name for the practice chain: lower-case letters, digits, dots and hyphens", name)
		}
		p.names[name] = a
	}
	if len(cfg.Members) == 0 {
		return p, nil
	}
	var err error
	if p.world, err = newWorld(p.chain, cfg.Members); err != nil {
		return p, err
	}
	for _, name := range delegates() {
		p.names[name+".practice.eth"] = addressOf(delegateKey(name))
	}
	return p, nil
}

// before is how long before the start the genesis is.
func (p plan) before() time.Duration {
	if p.world == nil {
		return (blocksBefore + 1) * time.Second
	}
	return historyBlocks*historyStep + (blocksBefore+1)*time.Second
}

// pays is everybody who sends transactions in the history.
func (p plan) pays() []common.Address {
	if p.world == nil {
		return nil
	}
	out := []common.Address{addressOf(p.world.maker)}
	for _, name := range delegates() {
		out = append(out, addressOf(delegateKey(name)))
	}
	for _, m := range p.world.members {
		out = append(out, addressOf(m.Key))
	}
	return out
}

func address(text string) (common.Address, error) {
	if !common.IsHexAddress(text) {
		return common.Address{}, fmt.Errorf("%q is no address", text)
	}
	return common.HexToAddress(text), nil
}

// genesis is block 0: every contract, everybody's coins, tokens and names.
func (p plan) genesis(at time.Time) (*core.Genesis, error) {
	compiled, err := contracts.All()
	if err != nil {
		return nil, err
	}
	config := *params.AllDevChainProtocolChanges
	config.ChainID = p.chain
	config.AmsterdamTime, config.BogotaTime = nil, nil // not on the main network: another price of storage
	alloc := core.SystemContractAllocs()
	// These two write something into every block, and every old state is kept:
	// without them an empty block costs next to nothing.
	delete(alloc, params.BeaconRootsAddress)
	delete(alloc, params.HistoryStorageAddress)
	for place, name := range map[string]string{
		Registry: "DelegateRegistry", Split: "SplitDelegation", Names: "NameRegistry", Resolver: "NameResolver",
	} {
		alloc[common.HexToAddress(place)] = types.Account{Nonce: 1, Code: compiled[name].Runtime, Balance: new(big.Int)}
	}
	for _, a := range p.pays() {
		alloc[a] = types.Account{Balance: ether(10_000)}
	}
	for _, a := range p.funded {
		alloc[a] = types.Account{Balance: ether(1000)}
	}
	for wallet, owner := range p.safes {
		alloc[wallet] = types.Account{
			Nonce: 1, Code: compiled["PracticeSafe"].Runtime, Balance: ether(10),
			Storage: map[common.Hash]common.Hash{{}: common.BytesToHash(owner.Bytes())},
		}
	}
	p.writeNames(alloc)
	token, err := p.token(compiled["VotesToken"], &config)
	if err != nil {
		return nil, err
	}
	alloc[common.HexToAddress(Votes)] = token
	return &core.Genesis{
		Config: &config, Alloc: alloc, GasLimit: 60_000_000, Timestamp: uint64(at.Unix()),
		BaseFee: big.NewInt(params.InitialBaseFee),
	}, nil
}

// holders are those who are given tokens: the funded accounts and the wallets.
func (p plan) holders() []common.Address {
	out := slices.Clone(p.funded)
	for _, wallet := range slices.SortedFunc(maps.Keys(p.safes), common.Address.Cmp) {
		if !slices.Contains(out, wallet) {
			out = append(out, wallet)
		}
	}
	return out
}

func ether(n int64) *big.Int {
	return new(big.Int).Mul(big.NewInt(n), big.NewInt(params.Ether))
}
