package devchain

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"
)

func callOf(from, to common.Address, data []byte) ethereum.CallMsg {
	return ethereum.CallMsg{From: from, To: &to, Data: data}
}

// refuses expects that a call is undone, with a reason.
func (u user) refuses(from somebody, place string, data []byte, reason string) {
	u.t.Helper()
	_, err := u.client.CallContract(u.t.Context(), callOf(from.at, common.HexToAddress(place), data), nil)
	if err == nil || !strings.Contains(err.Error(), reason) {
		u.t.Errorf("%v, want %q", err, reason)
	}
}

func space(id string) (out [32]byte) {
	copy(out[:], id)
	return out
}

func topics(r *types.Receipt) []string {
	var out []string
	for _, l := range r.Logs {
		out = append(out, l.Topics[0].Hex()[:10])
	}
	return out
}

func equal(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestDelegateRegistry(t *testing.T) {
	alice, bob, carol := person(t, 1), person(t, 2), person(t, 3)
	u := dial(t, start(t, Config{Fund: []string{alice.hex}}))
	id := space("practice.eth")
	set := func(to common.Address) []byte { _, d := pack(t, "DelegateRegistry", "setDelegate", id, to); return d }
	_, clearIt := pack(t, "DelegateRegistry", "clearDelegate", id)
	if !bytes.HasPrefix(set(bob.at), hexBytes("bd86e508")) || !bytes.HasPrefix(clearIt, hexBytes("f0bedbe2")) {
		t.Error("the selectors are not the registry's")
	}
	u.refuses(alice, Registry, set(alice.at), "Can't delegate to self")
	u.refuses(alice, Registry, set(common.Address{}), "Can't delegate to 0x0")
	u.refuses(alice, Registry, clearIt, "No delegate set")

	equal(t, "set", topics(u.sends(alice, Registry, set(bob.at))), "0xa9a7fd46")
	if got := u.reads(Registry, "DelegateRegistry", "delegation", alice.at, id)[0]; got != bob.at {
		t.Errorf("delegate %v", got)
	}
	u.refuses(alice, Registry, set(bob.at), "Already delegated to this address")
	replaced := u.sends(alice, Registry, set(carol.at))
	equal(t, "replace", topics(replaced), "0x9c4f00c4", "0xa9a7fd46")
	if old := common.BytesToAddress(replaced.Logs[0].Topics[3].Bytes()); old != bob.at {
		t.Errorf("the old delegate in the log is %s", old)
	}
	if r := u.sends(alice, Registry, set(carol.at)); r.Status != types.ReceiptStatusFailed {
		t.Error("the same delegate again is mined without a failure")
	}
	equal(t, "clear", topics(u.sends(alice, Registry, clearIt)), "0x9c4f00c4")
	logs, err := u.client.FilterLogs(t.Context(), ethereum.FilterQuery{
		FromBlock: new(big.Int), Addresses: []common.Address{common.HexToAddress(Registry)},
		Topics: [][]common.Hash{nil, {common.BytesToHash(alice.at.Bytes())}},
	})
	if err != nil || len(logs) != 4 {
		t.Errorf("%d logs, %v", len(logs), err)
	}
}

func hexBytes(s string) []byte { b, _ := hex.DecodeString(s); return b }

type share struct {
	Delegate [32]byte
	Ratio    *big.Int
}

func TestSplitDelegation(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	u := dial(t, start(t, Config{Fund: []string{alice.hex}}))
	low, high := share{common.BigToHash(big.NewInt(7)), big.NewInt(1)}, share{common.BytesToHash(bob.at.Bytes()), big.NewInt(3)}
	set := func(until int64, shares ...share) []byte {
		_, d := pack(t, "SplitDelegation", "setDelegation", "practice.eth", shares, big.NewInt(until))
		return d
	}
	if !bytes.HasPrefix(set(0, low), hexBytes("1e61206a")) {
		t.Error("the selector is not the contract's")
	}
	_, clearIt := pack(t, "SplitDelegation", "clearDelegation", "practice.eth")
	_, expire := pack(t, "SplitDelegation", "setExpiration", "practice.eth", big.NewInt(5))
	_, out := pack(t, "SplitDelegation", "optout", "practice.eth", true)
	invalid := "0x" + hex.EncodeToString(crypto.Keccak256([]byte("InvalidDelegateID(address,bytes32)"))[:4])
	for name, shares := range map[string][]share{"descending": {high, low}, "twice": {low, low}, "nobody": {{[32]byte{}, big.NewInt(1)}}} {
		_, err := u.client.CallContract(t.Context(), callOf(alice.at, common.HexToAddress(Split), set(0, shares...)), nil)
		var undone rpc.DataError
		if !errors.As(err, &undone) || !strings.HasPrefix(fmt.Sprint(undone.ErrorData()), invalid) {
			t.Errorf("%s: %v, want InvalidDelegateID", name, err)
		}
	}
	equal(t, "set", topics(u.sends(alice, Split, set(0, low, high))), "0xbbfaebc0")
	u.refuses(alice, Split, set(0, low, high), "execution reverted")
	equal(t, "expire", topics(u.sends(alice, Split, expire)), "0xa32227b2")
	got := u.reads(Split, "SplitDelegation", "getDelegation", "practice.eth", alice.at)
	shares, ok := got[0].([]struct {
		Delegate [32]byte `json:"delegate"`
		Ratio    *big.Int `json:"ratio"`
	})
	if !ok || len(shares) != 2 || shares[1].Ratio.Int64() != 3 || got[1].(*big.Int).Int64() != 5 {
		t.Errorf("read %T %v", got[0], got)
	}
	equal(t, "clear", topics(u.sends(alice, Split, clearIt)), "0xbd98d3f0")
	equal(t, "opt out", topics(u.sends(alice, Split, out)), "0x7e87855f")
	if !u.reads(Split, "SplitDelegation", "optouts", alice.at, "practice.eth")[0].(bool) {
		t.Error("not opted out")
	}
}

func TestToken(t *testing.T) {
	alice, bob, wallet := person(t, 1), person(t, 2), person(t, 9)
	chain := start(t, Config{Fund: []string{alice.hex, bob.hex}, Safes: map[string]string{wallet.hex: alice.hex}})
	u := dial(t, chain)
	read := func(method string, args ...any) any { return u.reads(chain.Token(), "VotesToken", method, args...)[0] }
	for _, who := range []somebody{alice, bob, wallet} {
		if got := read("balanceOf", who.at).(*big.Int); got.Cmp(ether(tokensEach)) != 0 {
			t.Errorf("%s has %s", who.hex, got)
		}
	}
	if got := read("totalSupply").(*big.Int); got.Cmp(ether(3*tokensEach)) != 0 {
		t.Errorf("supply %s", got)
	}
	if read("name") != "Practice votes" || read("symbol") != "PRACTICE" {
		t.Errorf("called %v, %v", read("name"), read("symbol"))
	}
	_, data := pack(t, "VotesToken", "delegate", bob.at)
	if !bytes.HasPrefix(data, hexBytes("5c19a95c")) {
		t.Error("the selector is not the token's")
	}
	r := u.sends(alice, chain.Token(), data)
	if r.Status != types.ReceiptStatusSuccessful || read("delegates", alice.at) != bob.at {
		t.Errorf("status %d, delegate %v", r.Status, read("delegates", alice.at))
	}
	if got := read("getVotes", bob.at).(*big.Int); got.Cmp(ether(tokensEach)) != 0 {
		t.Errorf("bob speaks for %s", got)
	}
	chain.Commit()
	if got := read("getPastVotes", bob.at, new(big.Int).Sub(r.BlockNumber, big.NewInt(1))).(*big.Int); got.Sign() != 0 {
		t.Errorf("before the delegation bob spoke for %s", got)
	}
	if got := read("getPastVotes", bob.at, r.BlockNumber).(*big.Int); got.Cmp(ether(tokensEach)) != 0 {
		t.Errorf("after the delegation bob spoke for %s", got)
	}
}

func TestPracticeSafe(t *testing.T) {
	alice, bob, wallet := person(t, 1), person(t, 2), person(t, 9)
	u := dial(t, start(t, Config{Fund: []string{alice.hex, bob.hex}, Safes: map[string]string{wallet.hex: alice.hex}}))
	digest := [32]byte(crypto.Keccak256([]byte("a vote")))
	valid := func(sig []byte) bool {
		return u.reads(wallet.hex, "PracticeSafe", "isValidSignature", digest, sig)[0] == [4]byte{0x16, 0x26, 0xba, 0x7e}
	}
	sign := func(by somebody, hash []byte) []byte {
		sig, err := crypto.Sign(hash, by.key)
		if err != nil {
			t.Fatal(err)
		}
		sig[64] += 27
		return sig
	}
	own := u.reads(wallet.hex, "PracticeSafe", "getMessageHash", digest[:])[0].([32]byte)
	for _, tt := range []struct {
		what string
		sig  []byte
		want bool
	}{
		{"the owner's", sign(alice, digest[:]), true},
		{"the owner's over the wallet's own hash", sign(alice, own[:]), true},
		{"another's", sign(bob, digest[:]), false},
		{"none before it is signed on chain", nil, false},
		{"64 bytes", sign(alice, digest[:])[:64], false},
	} {
		if valid(tt.sig) != tt.want {
			t.Errorf("a signature, %s: want %v", tt.what, tt.want)
		}
	}
	_, data := pack(t, "PracticeSafe", "signMessage", digest[:])
	u.refuses(bob, wallet.hex, data, "Not the owner")
	if r := u.sends(alice, wallet.hex, data); len(r.Logs) != 1 || r.Logs[0].Topics[1] != common.Hash(own) {
		t.Errorf("logs %v", r.Logs)
	}
	if got := u.reads(wallet.hex, "PracticeSafe", "signedMessages", own)[0].(*big.Int); got.Int64() != 1 || !valid(nil) {
		t.Errorf("signed on chain: %v, valid %v", got, valid(nil))
	}
	_, delegate := pack(t, "DelegateRegistry", "setDelegate", space("practice.eth"), bob.at)
	_, do := pack(t, "PracticeSafe", "execute", common.HexToAddress(Registry), new(big.Int), delegate)
	u.sends(alice, wallet.hex, do)
	if got := u.reads(Registry, "DelegateRegistry", "delegation", wallet.at, space("practice.eth"))[0]; got != bob.at {
		t.Errorf("the wallet's delegate is %v", got)
	}
	u.refuses(alice, wallet.hex, do, "Already delegated to this address")
}

func TestNames(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	long := "a-rather-long-label-for-a-name-of-practice.practice.eth"
	u := dial(t, start(t, Config{Fund: []string{alice.hex}, Names: map[string]string{"holder.practice.eth": alice.hex, long: bob.hex}}))
	for name, who := range map[string]somebody{"holder.practice.eth": alice, long: bob} {
		node := nameHash(name)
		if got := u.reads(Names, "NameRegistry", "resolver", node)[0]; got != common.HexToAddress(Resolver) {
			t.Errorf("%s: resolver %v", name, got)
		}
		if got := u.reads(Resolver, "NameResolver", "addr", node)[0]; got != who.at {
			t.Errorf("%s is %v", name, got)
		}
		reverse := nameHash(strings.ToLower(who.hex[2:]) + ".addr.reverse")
		if u.reads(Names, "NameRegistry", "resolver", reverse)[0] != common.HexToAddress(Resolver) || u.reads(Resolver, "NameResolver", "name", reverse)[0] != name {
			t.Errorf("%s is called %v", who.hex, u.reads(Resolver, "NameResolver", "name", reverse)[0])
		}
	}
	if got := nameHash("eth").Hex(); got != "0x93cdeb708b7545dc668eb9280176169d1c33cfd8ed6f04690a0bcc88a93fc4ae" {
		t.Errorf("the hash of eth is %s (EIP-137)", got)
	}
	_, data := pack(t, "NameResolver", "setText", nameHash("holder.practice.eth"), "url", "https://practice.example")
	u.refuses(bob, Resolver, data, "Not the owner of this name")
	u.sends(alice, Resolver, data)
	if got := u.reads(Resolver, "NameResolver", "text", nameHash("holder.practice.eth"), "url")[0]; got != "https://practice.example" {
		t.Errorf("text %v", got)
	}
}
