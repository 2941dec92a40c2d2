package chain

import (
	"context"
	"encoding/hex"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/demo/devchain"
)

// newGeth is newWorld on go-ethereum's own node, which says many things in
// another way than anvil. Its key has money, and a name.
func newGeth(t *testing.T, safe string) *world {
	t.Helper()
	w := &world{t: t, code: compile(t)}
	var err error
	if w.key, err = crypto.ToECDSA(crypto.Keccak256([]byte("a key of this test"))); err != nil {
		t.Fatal(err)
	}
	w.owner = crypto.PubkeyToAddress(w.key.PublicKey).Hex()
	chain, err := devchain.Start(context.Background(), devchain.Config{
		Fund: []string{w.owner}, Safes: map[string]string{safe: w.owner}, Names: map[string]string{"ada.practice.eth": w.owner},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	w.url = chain.URL()
	if w.rpc, err = rpc.Dial(w.url); err != nil {
		t.Fatal(err)
	}
	return w
}

// signed sends a transaction that the world's key signs, and waits for it.
func (w *world) signed(nonce uint64, to *common.Address, data []byte) receipt {
	w.t.Helper()
	tx, err := types.SignNewTx(w.key, types.LatestSignerForChainID(big.NewInt(1)), &types.DynamicFeeTx{
		ChainID: big.NewInt(1), Nonce: nonce, GasTipCap: big.NewInt(2e9), GasFeeCap: big.NewInt(100e9), Gas: 3_000_000, To: to, Data: data,
	})
	var raw []byte
	if err == nil {
		raw, err = tx.MarshalBinary()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	var hash common.Hash
	w.ask(&hash, "eth_sendRawTransaction", hexutil.Bytes(raw))
	return w.mined(hash)
}

func TestOnGoEthereum(t *testing.T) {
	safe := "0x0000000000000000000000000000000000005000"
	w := newGeth(t, safe)
	c, ctx := w.chains(), context.Background()
	init, err := hex.DecodeString(w.code["Factory"].Init)
	if err != nil {
		t.Fatal(err)
	}
	factory := w.signed(0, nil, init).ContractAddress.Hex()
	if init, err = hex.DecodeString(w.code["Wallet"].Init); err != nil {
		t.Fatal(err)
	}
	undeployed := crypto.CreateAddress2(address(factory), [32]byte{}, crypto.Keccak256(append(init, arguments(address(w.owner))...))).Hex()
	digest := crypto.Keccak256Hash([]byte("a vote"))
	good, deploy := w.sign(digest), pack("make(address)", address(w.owner))
	for name, tt := range map[string]struct {
		account string
		sig     []byte
		valid   bool
	}{
		"a Safe":                     {safe, good, true},
		"a Safe, wrong":              {safe, make([]byte, 65), false},
		"not deployed yet":           {undeployed, wrap(factory, deploy, good), true},
		"not deployed, wrong":        {undeployed, wrap(factory, deploy, make([]byte, 65)), false},
		"not deployed, not deployed": {undeployed, wrap(factory, nil, good), false},
		"not deployed, garbage":      {undeployed, wrap(factory, nil, good)[100:], false},
	} {
		if valid, err := c.ValidSignature(ctx, 1, tt.account, digest, tt.sig); valid != tt.valid || err != nil {
			t.Errorf("%s: %v, %v", name, valid, err)
		}
	}
	if name, err := c.Name(ctx, w.owner); name != "ada.practice.eth" || err != nil {
		t.Error(name, err)
	}
	registry := address(ballot.RegistryV1)
	w.signed(1, &registry, pack("setDelegate(bytes32,address)", ballot.AllSpaces(), address(safe)))
	if to, err := c.RegistryDelegate(ctx, 1, ballot.RegistryV1, w.owner, ""); !ballot.Same(to, safe) || err != nil {
		t.Error(to, err)
	}
	holders, err := c.RegistryDelegators(ctx, 1, ballot.RegistryV1, safe, []string{"mandate.eth"})
	if len(holders) != 1 || holders[0].Address != w.owner || !holders[0].All || err != nil {
		t.Error(holders, err)
	}
	if holders, err = c.SplitDelegation(ctx, 1, ballot.SplitV2, "mandate.eth", w.owner); len(holders) != 0 || err != nil {
		t.Error(holders, err)
	}
	if m, err := c.Transaction(ctx, 1, aHash); m.Known || err != nil {
		t.Error(m, err)
	}
	if _, err = c.view(ctx, 1, ballot.RegistryV1, pack("clearDelegate(bytes32)", ballot.AllSpaces())); governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
}
