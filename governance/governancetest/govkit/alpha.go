package govkit

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance/governancetest"
)

// alphaProposals is where the mapping of proposals is in the storage of
// Uniswap's GovernorAlpha; endBlock is the ninth word of a proposal.
const (
	alphaProposals = 3
	alphaEnd       = 8
)

// alpha deploys what Uniswap published. The timelock's admin must be the
// governor from the first moment: there is no function to accept it.
func (k *Kit) alpha() {
	k.t.Helper()
	me := k.Voters[0]
	k.Each = tokens(100_000_000) // quorum is 40, the threshold 10 million
	k.Token, k.TokenABI = k.published("Uni", me.Address, me.Address, new(big.Int).SetUint64(k.Time()+86_400))
	for i, v := range k.Voters {
		if i > 0 {
			k.Send(me, &k.Token, nil, k.Pack(k.TokenABI, "transfer(address,uint256)", v.Address, k.Each))
		}
		if i < voters-1 {
			k.Send(v, &k.Token, nil, k.Pack(k.TokenABI, "delegate(address)", v.Address))
		}
	}
	nonce, err := k.Client.PendingNonceAt(k.t.Context(), me.Address)
	if err != nil {
		k.t.Fatal(err)
	}
	k.Timelock, k.TimelockABI = k.published("Timelock", crypto.CreateAddress(me.Address, nonce+1), big.NewInt(2*86_400))
	k.Governor, k.GovernorABI = k.published("GovernorAlpha", k.Timelock, k.Token)
	k.StartBlock = k.Head()
}

// published deploys a contract that the package @uniswap/governance brings.
func (k *Kit) published(name string, args ...any) (common.Address, abi.ABI) {
	k.t.Helper()
	raw, err := os.ReadFile(filepath.Join(governancetest.NodeModules(k.t), "@uniswap", "governance", "build", name+".json"))
	if err != nil {
		k.t.Fatal(err)
	}
	var build struct {
		ABI      json.RawMessage
		Bytecode string
	}
	if err = json.Unmarshal(raw, &build); err != nil {
		k.t.Fatal(err)
	}
	code, err := hex.DecodeString(strings.TrimPrefix(build.Bytecode, "0x"))
	if err != nil {
		k.t.Fatal(err)
	}
	return k.create(name, build.ABI, code, args...)
}

// endAlpha moves the end of a vote to the last block: mining 40,320 blocks
// takes minutes.
func (k *Kit) endAlpha(id *big.Int) {
	k.t.Helper()
	head := new(big.Int).SetUint64(k.Head())
	base := crypto.Keccak256Hash(common.BigToHash(id).Bytes(), common.BigToHash(big.NewInt(alphaProposals)).Bytes()).Big()
	slot := common.BigToHash(base.Add(base, big.NewInt(alphaEnd)))
	k.rpc(nil, "anvil_setStorageAt", k.Governor, slot, common.BigToHash(head))
	k.Mine(1)
	if got := k.Deadline(id); got.Cmp(head) != 0 {
		k.t.Fatalf("govkit: the vote ends at %s, not at %s: this Alpha keeps it elsewhere", got, head)
	}
}
