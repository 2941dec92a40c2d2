package chain

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
	"mandate/governance/ballot"
)

// names is the demo's ENS on a chain of the test's own.
func (w *world) names() (resolver string) {
	w.put(ensRegistry, "NameRegistry")
	resolver = "0x231b0Ee14048e9dCcD1d247744d114a4EB5E8E63"
	w.put(resolver, "NameResolver")
	return resolver
}

// record gives a name to the first account, with a resolver.
func (w *world) record(name, resolver string) [32]byte {
	w.t.Helper()
	node := nameHash(name)
	for at, value := range map[byte]string{0: w.accounts[0].Hex(), 1: resolver} {
		w.ask(nil, "anvil_setStorageAt", ensRegistry, slot(node, at), common.BytesToHash(address(value).Bytes()))
	}
	return node
}

func TestName(t *testing.T) {
	w := newWorld(t)
	resolver := w.names()
	elsewhere := w.deploy("Elsewhere")
	me := w.accounts[0]
	for _, tt := range []struct {
		title, name, want string
		reverse, forward  string // resolvers
		owner             common.Address
	}{
		{title: "both agree", name: "ada.mandate.eth", want: "ada.mandate.eth", reverse: resolver, forward: resolver, owner: me},
		{title: "another address", name: "bob.mandate.eth", reverse: resolver, forward: resolver, owner: w.accounts[1]},
		{title: "no address", name: "nobody.eth", reverse: resolver, forward: resolver},
		{title: "no forward resolver", name: "lost.eth", reverse: resolver, forward: ballot.Zero, owner: me},
		{title: "no reverse resolver", name: "ada.eth", reverse: ballot.Zero, forward: resolver, owner: me},
		{title: "forward kept elsewhere", name: "off.eth", reverse: resolver, forward: elsewhere, owner: me},
		{title: "reverse kept elsewhere", name: "off.eth", reverse: elsewhere, forward: resolver, owner: me},
		{title: "a resolver without code", name: "empty.eth", reverse: "0x00000000000000000000000000000000000A11cE", forward: resolver, owner: me},
		{title: "capitals", name: "Ada.eth", reverse: resolver, forward: resolver, owner: me},
		{title: "a look-alike", name: "\u0430da.eth", reverse: resolver, forward: resolver, owner: me},
		{title: "punycode", name: "xn--da-6kc.eth", reverse: resolver, forward: resolver, owner: me},
		{title: "markup", name: "<b>.eth", reverse: resolver, forward: resolver, owner: me},
		{title: "one label", name: "eth", reverse: resolver, forward: resolver, owner: me},
		{title: "an empty label", name: "ada..eth", reverse: resolver, forward: resolver, owner: me},
		{title: "300 bytes", name: strings.Repeat("a", 296) + ".eth", reverse: resolver, forward: resolver, owner: me},
	} {
		t.Run(tt.title, func(t *testing.T) {
			reverse := w.record(ballot.Lower(me.Hex())[2:]+".addr.reverse", resolver)
			w.does(me, resolver, pack("setName(bytes32,string)", reverse, []byte(tt.name)))
			node := w.record(tt.name, resolver)
			w.does(me, resolver, pack("setAddr(bytes32,address)", node, tt.owner))
			w.record(tt.name, tt.forward)
			w.record(ballot.Lower(me.Hex())[2:]+".addr.reverse", tt.reverse)
			name, err := w.chains().Name(context.Background(), ballot.Lower(me.Hex()))
			if err != nil || name != tt.want {
				t.Errorf("%q, %v, want %q", name, err, tt.want)
			}
		})
	}
	t.Run("kept for a while", func(t *testing.T) {
		c := w.chains()
		stranger := w.accounts[5].Hex()
		if name, err := c.Name(context.Background(), stranger); name != "" || err != nil {
			t.Fatal(name, err)
		}
		reverse := w.record(ballot.Lower(stranger)[2:]+".addr.reverse", resolver)
		w.does(me, resolver, pack("setName(bytes32,string)", reverse, []byte("late.eth")))
		w.does(me, resolver, pack("setAddr(bytes32,address)", w.record("late.eth", resolver), w.accounts[5]))
		if name, err := c.Name(context.Background(), stranger); name != "" || err != nil {
			t.Error(name, err)
		}
		if name, err := w.chains().Name(context.Background(), stranger); name != "late.eth" || err != nil {
			t.Error(name, err)
		}
	})
}

func TestNameWithoutEns(t *testing.T) {
	w := newWorld(t)
	if name, err := w.chains().Name(context.Background(), w.owner); name != "" || err != nil {
		t.Error("a chain without ENS:", name, err)
	}
	none := New(Config{Client: http.DefaultClient, Now: nowhere})
	if name, err := none.Name(context.Background(), w.owner); name != "" || err != nil {
		t.Error("no node:", name, err)
	}
	if _, err := none.Name(context.Background(), "ada.eth"); governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
}

func TestNameHash(t *testing.T) { // the examples of EIP-137
	for name, want := range map[string]string{
		"eth":     "0x93cdeb708b7545dc668eb9280176169d1c33cfd8ed6f04690a0bcc88a93fc4ae",
		"foo.eth": "0xde9b09fd7c5f901e23a3f19fecc54828e9c848539801e86591bd9801b019f84f",
	} {
		if got := common.Hash(nameHash(name)).Hex(); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
