package devchain

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"math/big"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"mandate/governance/demo/devchain/contracts"
)

func start(t *testing.T, cfg Config) *Chain {
	t.Helper()
	c, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// ask calls the chain as any program would: HTTP and JSON.
func ask(t *testing.T, url, method, params string) json.RawMessage {
	t.Helper()
	resp, err := http.Post(url, "application/json", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":`+params+`}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out struct {
		Result json.RawMessage
		Error  *struct{ Message string }
	}
	if err = json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	if out.Error != nil {
		t.Fatalf("%s: %s", method, out.Error.Message)
	}
	return out.Result
}

func number(t *testing.T, url, method string) uint64 {
	t.Helper()
	var text string
	if err := json.Unmarshal(ask(t, url, method, "[]"), &text); err != nil {
		t.Fatal(err)
	}
	n, ok := new(big.Int).SetString(text, 0)
	if !ok {
		t.Fatalf("%s answers %q", method, text)
	}
	return n.Uint64()
}

func TestHTTP(t *testing.T) {
	for _, tt := range []struct{ set, want uint64 }{{0, 1}, {31337, 31337}} {
		c := start(t, Config{ChainID: tt.set, BlockEvery: OnlyByHand})
		if got := number(t, c.URL(), "eth_chainId"); got != tt.want {
			t.Errorf("chain %d, want %d", got, tt.want)
		}
		if got := string(ask(t, c.URL(), "net_version", "[]")); got != `"`+new(big.Int).SetUint64(tt.want).String()+`"` {
			t.Errorf("network %s, want %d", got, tt.want)
		}
		if got := number(t, c.URL(), "eth_blockNumber"); got <= 64 {
			t.Errorf("%d blocks at the start: what is there is not final", got)
		}
		var final struct{ Number string }
		if err := json.Unmarshal(ask(t, c.URL(), "eth_getBlockByNumber", `["finalized",false]`), &final); err != nil || final.Number != "0x40" {
			t.Errorf("the last final block is %s, want 64 (%v)", final.Number, err)
		}
		if !strings.HasPrefix(c.URL(), "http://127.0.0.1:") {
			t.Errorf("listens on %s", c.URL())
		}
		for _, method := range []string{"admin_nodeInfo", "debug_traceBlockByNumber", "engine_exchangeCapabilities", "personal_listAccounts"} {
			resp, err := http.Post(c.URL(), "application/json", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":[]}`))
			if err != nil {
				t.Fatal(err)
			}
			var out struct{ Error struct{ Code int } }
			_ = json.NewDecoder(resp.Body).Decode(&out)
			_ = resp.Body.Close()
			if out.Error.Code != -32601 {
				t.Errorf("%s is offered (%d)", method, out.Error.Code)
			}
		}
	}
}

// The chain's clock is the world's: the last block is not from the future.
func TestClock(t *testing.T) {
	c := start(t, Config{BlockEvery: OnlyByHand})
	before := time.Now().Unix()
	head := func() int64 {
		var block struct{ Timestamp string }
		if err := json.Unmarshal(ask(t, c.URL(), "eth_getBlockByNumber", `["latest",false]`), &block); err != nil {
			t.Fatal(err)
		}
		n, _ := new(big.Int).SetString(block.Timestamp, 0)
		return n.Int64()
	}
	if at := head(); at > before {
		t.Errorf("the last block is %d s ahead", at-before)
	}
	c.Commit()
	after := time.Now().Unix()
	if at := head(); at < before || at > after {
		t.Errorf("a new block at %d, want %d to %d", at, before, after)
	}
}

func TestBlocksOnTheirOwn(t *testing.T) {
	c := start(t, Config{BlockEvery: 50 * time.Millisecond})
	first := number(t, c.URL(), "eth_blockNumber")
	for number(t, c.URL(), "eth_blockNumber") < first+2 {
		if t.Context().Err() != nil {
			t.Fatal("no more blocks")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestOldStateIsKept(t *testing.T) {
	alice := person(t, 1)
	c := start(t, Config{BlockEvery: OnlyByHand, Fund: []string{alice.hex}})
	for range 150 {
		c.Commit()
	}
	if got := string(ask(t, c.URL(), "eth_getBalance", `["`+alice.hex+`","0x1"]`)); got != `"0x3635c9adc5dea00000"` {
		t.Errorf("balance at block 1: %s", got)
	}
}

func TestStartRefuses(t *testing.T) {
	for name, cfg := range map[string]Config{
		"account": {Fund: []string{"holder"}}, "wallet": {Safes: map[string]string{"x": ""}},
		"owner": {Safes: map[string]string{Registry: "x"}}, "name": {Names: map[string]string{"Holder.eth": Registry}},
		"named": {Names: map[string]string{"holder.eth": "0x12"}},
	} {
		if c, err := Start(t.Context(), cfg); err == nil {
			_ = c.Close()
			t.Errorf("a bad %s is taken", name)
		}
	}
}

func TestCloseEndsEverything(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, every := range []time.Duration{OnlyByHand, 0, time.Millisecond} {
		c, err := Start(context.Background(), Config{BlockEvery: every})
		if err != nil {
			t.Fatal(err)
		}
		var busy sync.WaitGroup
		for range 4 {
			busy.Go(c.Commit)
			busy.Go(func() { _ = c.Close() })
		}
		busy.Wait()
		if err = c.Close(); err != nil {
			t.Error(err)
		}
		c.Commit()
		if resp, err := http.Get(c.URL()); err == nil {
			_ = resp.Body.Close()
			t.Error("it still listens")
		}
	}
	http.DefaultClient.CloseIdleConnections()
	for range 100 { // what was told to end may need a moment
		if runtime.NumGoroutine() <= before+2 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
}

func TestContextEndsIt(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	c, err := Start(ctx, Config{})
	if err != nil {
		t.Fatal(err)
	}
	stop()
	<-c.done
	if err = c.Close(); err != nil {
		t.Error(err)
	}
}

// somebody is an account with a key.
type somebody struct {
	key *ecdsa.PrivateKey
	at  common.Address
	hex string
}

func person(t *testing.T, n byte) somebody {
	t.Helper()
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte{n}))
	if err != nil {
		t.Fatal(err)
	}
	at := crypto.PubkeyToAddress(key.PublicKey)
	return somebody{key, at, at.Hex()}
}

// user calls contracts as a wallet and a program would.
type user struct {
	t      *testing.T
	client *ethclient.Client
}

func dial(t *testing.T, c *Chain) user {
	t.Helper()
	client, err := ethclient.Dial(c.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return user{t, client}
}

func pack(t *testing.T, contract, method string, args ...any) (abi.ABI, []byte) {
	t.Helper()
	c, err := contracts.Get(contract)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := abi.JSON(bytes.NewReader(c.ABI))
	if err != nil {
		t.Fatal(err)
	}
	data, err := parsed.Pack(method, args...)
	if err != nil {
		t.Fatal(err)
	}
	return parsed, data
}

// sends makes a transaction and returns its receipt, once it is in a block.
func (u user) sends(from somebody, to string, data []byte) *types.Receipt {
	u.t.Helper()
	ctx := u.t.Context()
	chain, err := u.client.ChainID(ctx)
	if err != nil {
		u.t.Fatal(err)
	}
	nonce, err := u.client.PendingNonceAt(ctx, from.at)
	if err != nil {
		u.t.Fatal(err)
	}
	target := common.HexToAddress(to)
	tx := types.MustSignNewTx(from.key, types.LatestSignerForChainID(chain), &types.DynamicFeeTx{
		ChainID: chain, Nonce: nonce, To: &target, Data: data, Gas: 400_000, GasFeeCap: big.NewInt(5e9), GasTipCap: big.NewInt(1e9),
	})
	if err = u.client.SendTransaction(ctx, tx); err != nil {
		u.t.Fatal(err)
	}
	for range 500 {
		if receipt, err := u.client.TransactionReceipt(ctx, tx.Hash()); err == nil {
			return receipt
		}
		time.Sleep(10 * time.Millisecond)
	}
	u.t.Fatal("the transaction never came into a block")
	return nil
}

// reads calls a function and returns its results.
func (u user) reads(place, contract, method string, args ...any) []any {
	u.t.Helper()
	parsed, data := pack(u.t, contract, method, args...)
	to := common.HexToAddress(place)
	raw, err := u.client.CallContract(u.t.Context(), callOf(common.Address{}, to, data), nil)
	if err != nil {
		u.t.Fatalf("%s: %v", method, err)
	}
	out, err := parsed.Unpack(method, raw)
	if err != nil {
		u.t.Fatalf("%s: %v", method, err)
	}
	return out
}
