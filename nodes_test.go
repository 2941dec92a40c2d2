package main

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"mandate/governance/chain"
	"mandate/governance/store"
)

// A node that an owner let go cannot be reached any more, unless another
// chosen one is of the same host.
func TestForgottenNodesAreClosed(t *testing.T) {
	client := mustLoad(t).egress()
	end := &recorder{}
	client.Transport.(*guard).next = end
	s, err := store.Open(t.Context(), store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "m.db"), Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	n := &nodes{store: s, chains: chain.New(chain.Config{Client: client}), client: client, settings: map[uint64][]string{}}
	if err := n.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	const host, address = "node.example", "https://node.example/key-of-some-length"
	reached := func() bool {
		res, err := client.Get(address)
		if err == nil {
			_ = res.Body.Close()
		}
		return err == nil
	}
	if reached() {
		t.Fatal("open before it was chosen")
	}
	for _, id := range []uint64{1, 10} {
		if err := n.Choose(t.Context(), "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", id, address); err != nil || !reached() {
			t.Fatal(id, err)
		}
	}
	if err := n.Forget(t.Context(), 1, host); err != nil || !reached() {
		t.Error("the other chain's node was shut out: ", err)
	}
	if err := n.Forget(t.Context(), 10, host); err != nil || reached() {
		t.Error("still open: ", err)
	}
}
