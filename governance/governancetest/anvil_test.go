package governancetest

import (
	"net/http"
	"strings"
	"testing"
)

func TestAnvil(t *testing.T) {
	resp, err := http.Post(Anvil(t, "--chain-id", "1"), "application/json", strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
}

func TestNode(t *testing.T) {
	out := Node(t, `const s = require("@snapshot-labs/snapshot.js"); process.stdout.write(typeof s.utils.verify)`, "")
	if out != "function" {
		t.Fatalf("the official library does not load: %q", out)
	}
}
