package chain

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance/governancetest"
)

// compiled is one contract, hex without 0x.
type compiled struct{ Init, Runtime string }

// compile gives the contracts of the files in testdata and contracts.
func compile(t testing.TB) map[string]compiled {
	t.Helper()
	governancetest.NodeModules(t) // may skip
	made.Do(func() {
		sources := map[string]string{}
		for _, file := range []string{"contracts/validator.sol", "testdata/wallets.sol", "testdata/calls.sol"} {
			sources[file] = read(t, file)
		}
		in, err := json.Marshal(sources)
		if err == nil {
			err = json.Unmarshal([]byte(governancetest.Node(t, read(t, "contracts/compile.js"), string(in))), &contracts)
		}
		if err != nil {
			t.Fatal(err)
		}
		practice(t)
	})
	if contracts == nil {
		t.Fatal("the contracts were not compiled")
	}
	return contracts
}

// Compiled once for all tests.
var (
	made      sync.Once
	contracts map[string]compiled
)

// practice adds the contracts of the demo's chain.
func practice(t testing.TB) {
	t.Helper()
	var list map[string]struct{ Bytecode, Runtime string }
	if err := json.Unmarshal([]byte(read(t, "../demo/devchain/contracts/contracts.json")), &list); err != nil {
		t.Fatal(err)
	}
	for name, c := range list {
		contracts[name] = compiled{Init: strings.TrimPrefix(c.Bytecode, "0x"), Runtime: strings.TrimPrefix(c.Runtime, "0x")}
	}
}

func read(t testing.TB, file string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// world is a chain of a test's own, whose first ten accounts sign for it.
type world struct {
	t        testing.TB
	url      string
	rpc      *rpc.Client
	code     map[string]compiled
	accounts []common.Address
	key      *ecdsa.PrivateKey
	owner    string
}

func newWorld(t testing.TB, args ...string) *world {
	t.Helper()
	w := &world{t: t, code: compile(t), url: governancetest.Anvil(t, append([]string{"--chain-id", "1"}, args...)...)}
	var err error
	if w.rpc, err = rpc.Dial(w.url); err != nil {
		t.Fatal(err)
	}
	if w.key, err = crypto.ToECDSA(crypto.Keccak256([]byte("a key of this test"))); err != nil {
		t.Fatal(err)
	}
	w.owner = crypto.PubkeyToAddress(w.key.PublicKey).Hex()
	w.ask(&w.accounts, "eth_accounts")
	return w
}

func (w *world) ask(result any, method string, args ...any) {
	w.t.Helper()
	if err := w.rpc.CallContext(context.Background(), result, method, args...); err != nil {
		w.t.Fatalf("%s: %v", method, err)
	}
}

// chains reads this chain through the given addresses, its own by default.
func (w *world) chains(urls ...string) *Chains {
	if len(urls) == 0 {
		urls = []string{w.url}
	}
	return New(Config{URLs: map[uint64][]string{1: urls}, Client: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: time.Now})
}

// send makes a transaction of an account and returns its hash.
func (w *world) send(from common.Address, to *common.Address, data []byte) (hash common.Hash) {
	w.t.Helper()
	w.ask(&hash, "eth_sendTransaction", map[string]any{"from": from, "to": to, "data": hexutil.Bytes(data), "gas": hexutil.Uint64(5_000_000)})
	return hash
}

// does sends, and the transaction must work.
func (w *world) does(from common.Address, to string, data []byte) {
	w.t.Helper()
	at := common.HexToAddress(to)
	if r := w.mined(w.send(from, &at, data)); r.Status != 1 {
		w.t.Fatalf("a transaction to %s failed", to)
	}
}

type receipt struct {
	ContractAddress *common.Address
	Status          hexutil.Uint64
}

// mined waits for a transaction: anvil answers before its block is there.
func (w *world) mined(hash common.Hash) receipt {
	w.t.Helper()
	for range 1000 {
		var r *receipt
		if w.ask(&r, "eth_getTransactionReceipt", hash); r != nil {
			return *r
		}
		time.Sleep(5 * time.Millisecond)
	}
	w.t.Fatal("a transaction was never mined")
	return receipt{}
}

func (w *world) deploy(name string, args ...any) string {
	w.t.Helper()
	init, err := hex.DecodeString(w.code[name].Init)
	if err != nil || len(init) == 0 {
		w.t.Fatalf("no contract %s: %v", name, err)
	}
	r := w.mined(w.send(w.accounts[0], nil, append(init, arguments(args...)...)))
	if r.Status != 1 {
		w.t.Fatalf("%s was not deployed", name)
	}
	return r.ContractAddress.Hex()
}

// put puts a contract at an address.
func (w *world) put(address, name string) {
	w.t.Helper()
	w.ask(nil, "anvil_setCode", address, "0x"+w.code[name].Runtime)
}

func (w *world) sign(digest [32]byte) []byte {
	w.t.Helper()
	sig, err := crypto.Sign(digest[:], w.key)
	if err != nil {
		w.t.Fatal(err)
	}
	sig[64] += 27
	return sig
}

func address(text string) common.Address { return common.HexToAddress(text) }

// key of a mapping's entry in storage.
func slot(key [32]byte, at byte) common.Hash {
	return crypto.Keccak256Hash(key[:], append(make([]byte, 31), at))
}

func TestValidatorIsCompiledFromItsSource(t *testing.T) {
	if got, want := compile(t)["Validator"].Init, strings.TrimSpace(validator); got != want {
		t.Errorf("contracts/validator.hex is not what contracts/validator.sol gives: run contracts/build.sh\n%s", got)
	}
	if raw, err := hex.DecodeString(strings.TrimSpace(validator)); err != nil || !bytes.HasPrefix(raw, []byte{0x60, 0x80}) {
		t.Errorf("not code: %v", err)
	}
}
