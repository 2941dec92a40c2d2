package demo_test

import (
	"crypto/ecdsa"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"mandate/governance/demo"
	"mandate/governance/demo/devchain"
)

func (m message) from(address string) message {
	return m.with(func(m *message) { m.address = address; m.values["from"] = address })
}

const walletAddress = "0x00000000000000000000000000000000000057a1"

// wallet is the checksummed address of a contract wallet in tests.
func wallet() string { return common.HexToAddress(walletAddress).Hex() }

func (r *seqRig) pending(digest string) int {
	r.t.Helper()
	resp, err := getJSON(r.url + "/relayer/api/messages/" + digest)
	if err != nil {
		r.t.Fatal(err)
	}
	return len(resp)
}

func TestWorldsContractWallets(t *testing.T) {
	r := newSeqRig(t)
	id := r.open("basic", 3)
	r.world.AddContractWallet(wallet(), addressOf(r.key(0)))
	r.world.SetPower(seqSpace, wallet(), 7)
	r.accept(r.vote(0, id, 1).from(wallet()))                // an owner signed off chain
	r.refused(r.vote(1, id, 1).from(wallet()), badSignature) // not an owner
	onChain := r.vote(0, id, 2).from(wallet()).set("timestamp", r.now.Unix()+1).with(func(m *message) { m.sig = "0x" })
	r.refused(onChain, badSignature)
	if out := r.post("/relayer/", r.vote(0, id, 2).from(wallet()).body(t)); out.Status != 400 || !strings.Contains(out.Raw, "Invalid format request") {
		t.Errorf("a signed message: %d %s", out.Status, out.Raw)
	}
	digest := onChain.id(t)
	if out := r.post("/relayer/", onChain.body(t)); out.Raw != `{"id":"`+digest+`"}` {
		t.Errorf("%d %s", out.Status, out.Raw)
	}
	if n := r.pending(digest); n != 1 || len(r.world.Ledger()) != 1 {
		t.Errorf("%d wait, ledger %d", n, len(r.world.Ledger()))
	}
	if err := r.world.SafeSigned(t.Context(), digest); err != nil {
		t.Fatal(err)
	}
	if n := r.pending(digest); n != 0 || len(r.world.Ledger()) != 2 {
		t.Errorf("%d wait, ledger %d", n, len(r.world.Ledger()))
	}
	if scores, _, _ := r.scores(id); !near(scores, []float64{0, 7, 0}) {
		t.Errorf("scores %v", scores)
	}
}

const badSignature = "signature validation failed"

// The chain's own wallet: an owner's signature, and one made on chain that the
// relayer sees.
func TestWalletOnChain(t *testing.T) {
	owner, err := crypto.ToECDSA(crypto.Keccak256([]byte("sequencer test 0")))
	if err != nil {
		t.Fatal(err)
	}
	chain, err := devchain.Start(t.Context(), devchain.Config{ChainID: 1, Fund: []string{addressOf(owner)}, Safes: map[string]string{wallet(): addressOf(owner)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	r := newSeqRig(t, func(c *demo.Config) { c.Chain = chain.URL() })
	r.world.SetPower(seqSpace, wallet(), 7)
	id := r.open("basic", 3)
	r.refused(r.vote(1, id, 1).from(wallet()), badSignature)
	r.accept(r.vote(0, id, 1).from(wallet()))
	r.accept(r.vote(0, id, 3).from(wallet()).set("timestamp", r.now.Unix()+1).with(func(m *message) { m.sig = wrapped(t, *m, common.Address{}, nil) }))

	r.world.AddSpace(demo.Space{ID: "far.eth", Network: "10"}) // another chain than the node's
	far := r.open("basic", 3, func(p *demo.Proposal) { p.Space = "far.eth" })
	r.world.SetPower("far.eth", wallet(), 7)
	r.refused(r.vote(0, far, 1).from(wallet()).set("space", "far.eth"), badSignature)

	onChain := r.vote(0, id, 2).from(wallet()).set("timestamp", r.now.Unix()+2).with(func(m *message) { m.sig = "0x" })
	digest := onChain.id(t)
	if out := r.post("/relayer/", onChain.body(t)); out.Status != 200 {
		t.Fatal(out.Raw)
	}
	if n := r.pending(digest); n != 1 {
		t.Errorf("%d wait", n)
	}
	data, err := abiPack("signMessage(bytes)", onChain.digest(t))
	if err != nil {
		t.Fatal(err)
	}
	to := common.HexToAddress(wallet())
	transact(t, chain.URL(), owner, &to, data)
	if n := r.pending(digest); n != 0 || len(r.world.Ledger()) != 3 {
		t.Errorf("%d wait, ledger %d", n, len(r.world.Ledger()))
	}
}

// A wallet that is not deployed yet is deployed in a simulation (ERC-6492).
func TestWalletNotYetOnChain(t *testing.T) {
	owner, err := crypto.ToECDSA(crypto.Keccak256([]byte("sequencer test 0")))
	if err != nil {
		t.Fatal(err)
	}
	chain, err := devchain.Start(t.Context(), devchain.Config{ChainID: 1, Fund: []string{addressOf(owner)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	// A wallet that says yes to all, and a factory that makes it at CREATE2's
	// address with salt 0, both by hand.
	says := "631626ba7e60e01b5f5260205ff3"
	makes := "6d" + says + "5f52600e6012f3"
	factoryCode := "75" + makes + "5f525f6016600a5ff55f5260205ff3"
	deploy := "60" + hex.EncodeToString([]byte{byte(len(factoryCode) / 2)}) + "8060095f395ff3" + factoryCode
	factory := transact(t, chain.URL(), owner, nil, common.FromHex(deploy))
	account := crypto.CreateAddress2(factory, [32]byte{}, crypto.Keccak256(common.FromHex(makes))).Hex()

	r := newSeqRig(t, func(c *demo.Config) { c.Chain = chain.URL() })
	r.world.SetPower(seqSpace, account, 7)
	id := r.open("basic", 3)
	r.refused(r.vote(1, id, 1).from(account), badSignature)
	r.refused(r.vote(1, id, 1).from(account).with(func(m *message) { m.sig = wrapped(t, *m, common.Address{}, nil) }), badSignature)
	r.accept(r.vote(1, id, 1).from(account).with(func(m *message) { m.sig = wrapped(t, *m, factory, nil) }))
}

// wrapped is the key's signature in ERC-6492's form.
func wrapped(t *testing.T, m message, factory common.Address, call []byte) string {
	t.Helper()
	sig, err := crypto.Sign(m.digest(t), m.key)
	if err != nil {
		t.Fatal(err)
	}
	sig[64] += 27
	args := abi.Arguments{{Type: abi.Type{T: abi.AddressTy, Size: 20}}, {Type: abi.Type{T: abi.BytesTy}}, {Type: abi.Type{T: abi.BytesTy}}}
	b, err := args.Pack(factory, call, sig)
	if err != nil {
		t.Fatal(err)
	}
	return "0x" + hex.EncodeToString(b) + strings.Repeat("6492", 16)
}

func abiPack(method string, data []byte) ([]byte, error) {
	b, err := abi.Arguments{{Type: abi.Type{T: abi.BytesTy}}}.Pack(data)
	return append(crypto.Keccak256([]byte(method))[:4:4], b...), err
}

// transact sends a transaction, waits for it and returns the contract that it
// made, if any.
func transact(t *testing.T, url string, by *ecdsa.PrivateKey, to *common.Address, data []byte) common.Address {
	t.Helper()
	client, err := ethclient.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	nonce, err := client.PendingNonceAt(t.Context(), crypto.PubkeyToAddress(by.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	tx, err := types.SignNewTx(by, types.LatestSignerForChainID(big.NewInt(1)), &types.DynamicFeeTx{ChainID: big.NewInt(1), Nonce: nonce, To: to,
		Data: data, Gas: 1_000_000, GasFeeCap: big.NewInt(100e9), GasTipCap: big.NewInt(1e9)})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.SendTransaction(t.Context(), tx); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if r, err := client.TransactionReceipt(t.Context(), tx.Hash()); err == nil {
			if r.Status != types.ReceiptStatusSuccessful {
				t.Fatal("the transaction failed")
			}
			return r.ContractAddress
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the transaction was not mined")
	return common.Address{}
}

func getJSON(url string) ([]json.RawMessage, error) {
	resp, err := httpGet(url)
	if err != nil {
		return nil, err
	}
	var out []json.RawMessage
	return out, json.Unmarshal(resp, &out)
}
