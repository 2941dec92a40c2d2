package chain

import (
	"bytes"
	"context"
	"encoding/hex"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
)

// wrap marks a signature of ERC-6492.
func wrap(factory string, call, sig []byte) []byte {
	return append(arguments(address(factory), call, sig), bytes.Repeat([]byte{0x64, 0x92}, 16)...)
}

func TestValidSignature(t *testing.T) {
	w := newWorld(t)
	digest := crypto.Keccak256Hash([]byte("a vote"))
	good, other := w.sign(digest), w.sign(crypto.Keccak256Hash([]byte("another vote")))
	wallet, old, factory, open := w.deploy("Wallet", address(w.owner)), w.deploy("OldWallet", address(w.owner)), w.deploy("Factory"), w.deploy("Open")
	init, err := hex.DecodeString(w.code["Wallet"].Init)
	if err != nil {
		t.Fatal(err)
	}
	undeployed := crypto.CreateAddress2(address(factory), [32]byte{}, crypto.Keccak256(append(init, arguments(address(w.owner))...))).Hex()
	deploy := pack("make(address)", address(w.owner))
	highS := bytes.Clone(good)
	new(big.Int).Sub(crypto.S256().Params().N, new(big.Int).SetBytes(good[32:64])).FillBytes(highS[32:64])
	highS[64] ^= 27 ^ 28
	for name, tt := range map[string]struct {
		account string
		sig     []byte
		valid   bool
		code    governance.Code
	}{
		"a key":                           {w.owner, good, true, ""},
		"a key in lower case":             {strings.ToLower(w.owner), good, true, ""},
		"a key, v of 0 or 1":              {w.owner, append(bytes.Clone(good[:64]), good[64]-27), true, ""},
		"another digest":                  {w.owner, other, false, ""},
		"a high s":                        {w.owner, highS, false, governance.Invalid},
		"no bytes":                        {w.owner, nil, false, governance.Invalid},
		"64 bytes, and no key's":          {w.owner, make([]byte, 64), false, governance.Invalid},
		"200 bytes":                       {w.owner, make([]byte, 200), false, governance.Invalid},
		"no address":                      {"0x12", good, false, governance.Invalid},
		"a contract":                      {wallet, good, true, ""},
		"a contract, another digest":      {wallet, other, false, ""},
		"a contract, no bytes":            {wallet, nil, false, ""},
		"the old form":                    {old, good, true, ""},
		"the old form, another digest":    {old, other, false, ""},
		"not deployed yet":                {undeployed, wrap(factory, deploy, good), true, ""},
		"not deployed, another digest":    {undeployed, wrap(factory, deploy, other), false, ""},
		"not deployed, another factory":   {undeployed, wrap(wallet, deploy, good), false, ""},
		"not deployed, nothing deployed":  {undeployed, wrap(factory, nil, good), false, ""},
		"not deployed, unmarked":          {undeployed, good, false, ""},
		"a key's, marked":                 {w.owner, wrap(factory, deploy, good), false, ""},
		"marked, but deployed":            {wallet, wrap(factory, deploy, good), true, ""},
		"marked, deployed, wrong":         {wallet, wrap(factory, deploy, other), false, ""},
		"marked, and nothing else":        {wallet, bytes.Repeat([]byte{0x64, 0x92}, 16), false, ""},
		"marked garbage":                  {wallet, append(bytes.Repeat([]byte{0xff}, 96), bytes.Repeat([]byte{0x64, 0x92}, 16)...), false, ""},
		"opened by the call that deploys": {open, wrap(open, pack("open()"), nil), false, ""},
		"a contract that spins":           {w.deploy("Spins"), good, false, ""},
		"a contract that is no wallet":    {factory, good, false, ""},
		"a factory that spins":            {undeployed, wrap(w.deploy("Spins"), deploy, good), false, ""},
		"a factory that answers long":     {undeployed, wrap(w.deploy("Long"), deploy, good), false, ""},
		"a contract that answers short":   {w.deploy("Short"), good, false, ""},
		"marked, and it answers short":    {w.deploy("Short"), wrap(factory, deploy, good), false, ""},
		"a contract that answers dirt":    {w.deploy("Dirty"), good, false, ""},
		"marked, and it answers dirt":     {w.deploy("Dirty"), wrap(factory, deploy, good), false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			valid, err := w.chains().ValidSignature(context.Background(), 1, tt.account, digest, tt.sig)
			if valid != tt.valid || governance.CodeOf(err) != tt.code {
				t.Errorf("%v, %v, want %v, %q", valid, err, tt.valid, tt.code)
			}
		})
	}
	t.Run("nothing was deployed", func(t *testing.T) {
		if is, err := w.chains().IsContract(context.Background(), 1, undeployed); is || err != nil {
			t.Error(is, err)
		}
	})
	t.Run("deployed since", func(t *testing.T) {
		w.does(w.accounts[0], factory, deploy)
		for _, sig := range [][]byte{good, wrap(factory, deploy, good)} {
			if valid, err := w.chains().ValidSignature(context.Background(), 1, undeployed, digest, sig); !valid || err != nil {
				t.Error(valid, err)
			}
		}
	})
}

// A Safe is told on chain what its owners sign; the signature is then empty.
func TestSignedOnChain(t *testing.T) {
	w := newWorld(t)
	safe := w.deploy("PracticeSafe")
	w.ask(nil, "anvil_setStorageAt", safe, "0x0", common.BytesToHash(w.accounts[0][:]))
	digest := crypto.Keccak256Hash([]byte("a vote"))
	ask := func() bool {
		valid, err := w.chains().ValidSignature(context.Background(), 1, safe, digest, nil)
		if err != nil {
			t.Fatal(err)
		}
		return valid
	}
	if ask() {
		t.Fatal("valid before it was signed")
	}
	w.does(w.accounts[0], safe, pack("signMessage(bytes)", digest[:]))
	if !ask() {
		t.Fatal("not valid after it was signed")
	}
}

func TestValidSignatureWithoutNode(t *testing.T) {
	key, err := crypto.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	digest := crypto.Keccak256Hash([]byte("x"))
	sig, err := crypto.Sign(digest[:], key)
	if err != nil {
		t.Fatal(err)
	}
	c := New(Config{Now: nowhere, Client: http.DefaultClient})
	owner := crypto.PubkeyToAddress(key.PublicKey).Hex()
	if valid, err := c.ValidSignature(context.Background(), 5, owner, digest, sig); !valid || err != nil {
		t.Error(valid, err)
	}
	_, err = c.ValidSignature(context.Background(), 5, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", digest, sig)
	if governance.CodeOf(err) != governance.Denied || !strings.Contains(governance.MessageOf(err), "MANDATE_RPC_5") {
		t.Error(err)
	}
	sig[64] = 31
	if _, err = c.ValidSignature(context.Background(), 5, owner, digest, sig); governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
}

func TestIsContract(t *testing.T) {
	w := newWorld(t)
	c := w.chains()
	lent := "0x00000000000000000000000000000000000A11cE"
	w.ask(nil, "anvil_setCode", lent, "0xef0100"+strings.Repeat("11", 20))
	wallet := w.deploy("Wallet", address(w.owner))
	for account, want := range map[string]bool{wallet: true, strings.ToLower(wallet): true, w.owner: false, lent: false} {
		if is, err := c.IsContract(context.Background(), 1, account); is != want || err != nil {
			t.Errorf("%s: %v, %v", account, is, err)
		}
	}
	w.ask(nil, "anvil_setCode", wallet, "0x")
	if is, _ := c.IsContract(context.Background(), 1, wallet); !is {
		t.Error("that it is a contract was not kept")
	}
	w.put(w.owner, "Wallet")
	if is, _ := c.IsContract(context.Background(), 1, w.owner); !is {
		t.Error("that it was no contract was kept")
	}
}
