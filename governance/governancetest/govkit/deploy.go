package govkit

import (
	"bytes"
	"fmt"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"mandate/governance/demo/devchain/contracts"
)

const (
	voters = 5
	wait   = 60 // seconds in a timelock
)

// terms is the struct Terms of contracts/Governors.sol.
type terms struct {
	Name      string
	Delay     *big.Int
	Period    uint32
	Threshold *big.Int
	Quorum    *big.Int
	Extension *big.Int
}

// Deploy puts a governor of a kind on the chain at rpcURL, which must be
// anvil's: accounts are funded by its own methods. What Alpha needs is on npm
// and installed by governancetest. Voting begins 10 blocks (OZ5: 60 seconds)
// after a proposal and lasts 50 blocks (OZ5: an hour); quorum is 4% of the
// supply; a timelock waits 60 seconds. Alpha has its own constants.
func Deploy(t testing.TB, rpcURL string, kind Kind) *Kit {
	t.Helper()
	client, err := ethclient.Dial(rpcURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	k := &Kit{Kind: kind, URL: rpcURL, Client: client, t: t, known: map[string]proposal{}, Each: tokens(100_000)}
	if k.Chain, err = client.ChainID(t.Context()); err != nil {
		t.Fatal(err)
	}
	k.people()
	if kind == Alpha {
		k.alpha()
	} else {
		k.openZeppelin()
	}
	k.treasury()
	k.Warp(2) // power counts from the moment before
	return k
}

func tokens(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(1e18)) }

// people makes the voters and gives each 1,000 ETH.
func (k *Kit) people() {
	k.t.Helper()
	for i := range voters {
		key, err := crypto.ToECDSA(crypto.Keccak256(fmt.Appendf(nil, "govkit %d", i)))
		if err != nil {
			k.t.Fatal(err)
		}
		v := Voter{Key: key, Address: crypto.PubkeyToAddress(key.PublicKey)}
		k.rpc(nil, "anvil_setBalance", v.Address, (*hexBig)(tokens(1000)))
		k.Voters = append(k.Voters, v)
	}
}

// openZeppelin deploys what is compiled beside the practice chain.
func (k *Kit) openZeppelin() {
	k.t.Helper()
	token, governor := "DaoToken", map[Kind]string{OZ5: "GovernorFive", OZ5Blocks: "GovernorFiveBlocks", OZ4: "GovernorFour", BravoLike: "GovernorBravoLike"}[k.Kind]
	if k.Kind == OZ5 {
		token = "DaoTokenTime"
	}
	k.Token, k.TokenABI = k.deploy(token, "Kit Token", "KIT")
	for i, v := range k.Voters {
		k.Send(k.Voters[0], &k.Token, nil, k.Pack(k.TokenABI, "mint(address,uint256)", v.Address, k.Each))
		if i < voters-1 {
			k.Send(v, &k.Token, nil, k.Pack(k.TokenABI, "delegate(address)", v.Address))
		}
	}
	k.timelock()
	from := terms{"Kit Governor", big.NewInt(10), 50, tokens(1000), big.NewInt(4), new(big.Int)}
	if k.Kind == OZ5 {
		from.Delay, from.Period, from.Extension = big.NewInt(60), 3600, big.NewInt(600)
	}
	k.Governor, k.GovernorABI = k.deploy(governor, from, k.Token, k.Timelock)
	k.StartBlock = k.Head()
	k.hand()
}

func (k *Kit) timelock() {
	k.t.Helper()
	me := k.Voters[0].Address
	switch k.Kind {
	case BravoLike:
		k.Timelock, k.TimelockABI = k.deploy("CompoundTimelock", me, big.NewInt(wait))
	case OZ4:
		k.Timelock, k.TimelockABI = k.deploy("TimelockFour", big.NewInt(wait), []common.Address{}, []common.Address{{}}, me)
	default:
		k.Timelock, k.TimelockABI = k.deploy("TimelockFive", big.NewInt(wait), []common.Address{}, []common.Address{{}}, me)
	}
}

// hand gives the timelock to the governor, and to nobody else.
func (k *Kit) hand() {
	k.t.Helper()
	me := k.Voters[0]
	if k.Kind == BravoLike {
		k.Send(me, &k.Timelock, nil, k.Pack(k.TimelockABI, "setPendingAdmin(address)", k.Governor))
		k.Send(me, &k.Governor, nil, k.Pack(k.GovernorABI, "__acceptAdmin()"))
		return
	}
	for _, role := range []string{"PROPOSER_ROLE", "CANCELLER_ROLE"} {
		k.Send(me, &k.Timelock, nil, k.Pack(k.TimelockABI, "grantRole(bytes32,address)", crypto.Keccak256Hash([]byte(role)), k.Governor))
	}
	admin := common.Hash{} // DEFAULT_ADMIN_ROLE
	if k.Kind == OZ4 {
		admin = crypto.Keccak256Hash([]byte("TIMELOCK_ADMIN_ROLE"))
	}
	k.Send(me, &k.Timelock, nil, k.Pack(k.TimelockABI, "renounceRole(bytes32,address)", admin, me.Address))
}

// treasury gives the timelock what proposals can move.
func (k *Kit) treasury() {
	k.t.Helper()
	me := k.Voters[0]
	var coin, vault abi.ABI
	k.Stablecoin, coin = k.deploy("Stablecoin", "Kit Dollar", "KUSD")
	k.Send(me, &k.Stablecoin, nil, k.Pack(coin, "mint(address,uint256)", k.Timelock, big.NewInt(1_000_000_000_000)))
	one, vault := k.deploy("VaultOne")
	k.Vault, _ = k.deploy("VaultProxy", one, k.Pack(vault, "initialize(address)", k.Timelock))
	k.VaultTwo, _ = k.deploy("VaultTwo")
	k.Send(me, &k.Timelock, tokens(100), nil)
	if k.Kind == Alpha {
		k.Send(me, &k.Token, nil, k.Pack(k.TokenABI, "transfer(address,uint256)", k.Timelock, k.Each))
		return
	}
	k.Send(me, &k.Token, nil, k.Pack(k.TokenABI, "mint(address,uint256)", k.Timelock, k.Each))
}

// deploy makes one of the compiled contracts.
func (k *Kit) deploy(name string, args ...any) (common.Address, abi.ABI) {
	k.t.Helper()
	c, err := contracts.Get(name)
	if err != nil {
		k.t.Fatal(err)
	}
	return k.create(name, c.ABI, c.Bytecode, args...)
}

func (k *Kit) create(name string, rawABI, code []byte, args ...any) (common.Address, abi.ABI) {
	k.t.Helper()
	parsed, err := abi.JSON(bytes.NewReader(rawABI))
	if err != nil {
		k.t.Fatalf("govkit: %s: %v", name, err)
	}
	packed, err := parsed.Pack("", args...)
	if err != nil {
		k.t.Fatalf("govkit: %s: %v", name, err)
	}
	return k.Send(k.Voters[0], nil, nil, append(bytes.Clone(code), packed...)).ContractAddress, parsed
}
