package static

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mandate/governance/governancetest"
)

// lab is a page that has all modules at hand, under the policy that package
// web sends.
func lab(t *testing.T) (*governancetest.Browser, *httptest.Server) {
	t.Helper()
	b := governancetest.NewBrowser(t)
	set := New()
	mux := http.NewServeMux()
	mux.Handle(Prefix, set)
	mux.HandleFunc("/geth.json", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(gethVectors(t)) })
	mux.HandleFunc("/snapshot.json", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(snapshotVectors(t)) })
	mux.HandleFunc("/favicon.ico", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		nonce := rand.Text()
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; require-trusted-types-for 'script'")
		list, _ := json.Marshal(map[string]any{"imports": set.Modules()})
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Lab</title><link rel="stylesheet" href="%s">`+
			`<script nonce="%s" type="importmap">%s</script><script nonce="%s">addEventListener("eip6963:requestProvider", () => globalThis.announce?.())</script><script nonce="%s" type="module">import * as typed from "typed"; import * as wallet from "wallet"; import * as sheet from "sheet"; import * as api from "api"; Object.assign(globalThis, { lab: { typed, wallet, sheet, api } });</script><main><h1>Lab</h1></main>`,
			set.URL("css/mandate.css"), nonce, list, nonce, nonce)
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	b.Does("open", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(srv.URL))
	b.Sees("the modules", `globalThis.lab !== undefined`)
	return b, srv
}

func gethVectors(t *testing.T) []byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/ethereum/go-ethereum").Output()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "signer/core/apitypes/testdata/typed-data.json"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func snapshotVectors(t *testing.T) []byte {
	t.Helper()
	dir := os.Getenv("MANDATE_VECTORS_DIR")
	if dir == "" {
		dir = "../../shared/vectors"
	}
	raw, err := os.ReadFile(filepath.Join(dir, "snapshot.json"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Log("no Snapshot vectors here: MANDATE_VECTORS_DIR names their folder")
		return []byte(`{"cases":[]}`)
	}
	return raw
}

// What the browser computes is what the references say.
func TestDigestsInABrowser(t *testing.T) {
	b, _ := lab(t)
	for _, c := range []struct{ name, script, want string }{
		{"keccak of nothing", `lab.typed.hex(lab.typed.keccak256(new Uint8Array(0)))`, "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"},
		{"keccak of abc", `lab.typed.hex(lab.typed.keccak256(lab.typed.utf8("abc")))`, "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"},
		{"keccak of a whole block", `lab.typed.hex(lab.typed.keccak256(new Uint8Array(136)))`, "0x3a5912a7c5faa06ee4fe906253e339467a9ce87d533c65be3c15cb231cdb25f9"},
		{"an address", `lab.typed.checksum("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")`, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
		{"a call", `lab.typed.calldata("transfer(address,uint256)", ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "1"]).slice(0, 10)`, "0xa9059cbb"},
	} {
		if got := b.Reads(c.script); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	const count = `(async () => { const cases = (await (await fetch("/%s.json")).json())%s; let right = 0;
 for (const c of cases) { try { if (lab.typed.digest(%s) === c.digest) right++; } catch {} } globalThis.%s = right + " of " + cases.length; })()`
	b.Does("count", chromedp.Evaluate[chromedp.Void](fmt.Sprintf(count, "geth", "", `{ types: c.types, domain: c.domain, primaryType: c.primaryType, message: c.data }`, "geth")),
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(count, "snapshot", ".cases", "c.wallet_payload", "snap")))
	b.Sees("both", `Boolean(globalThis.geth && globalThis.snap)`)
	t.Logf("typed data of go-ethereum %s, of Snapshot %s", b.Reads("geth"), b.Reads("snap"))
	if got := b.Reads("geth"); got != "123 of 123" {
		t.Errorf("go-ethereum: %s", got)
	}
	if got := b.Reads("snap"); got != "16 of 16" && got != "0 of 0" {
		t.Errorf("Snapshot: %s", got)
	}
	if said := b.Complaints(); len(said) > 0 {
		t.Errorf("the browser says %v", said)
	}
}

// Each of these could be read in two ways, so none has a digest.
func TestDigestRefuses(t *testing.T) {
	b, _ := lab(t)
	b.Does("a vote", chromedp.Evaluate[chromedp.Void](`globalThis.vote = () => ({ types: { EIP712Domain: [{ name: "name", type: "string" }], Vote: [{ name: "from", type: "address" }, { name: "choice", type: "uint32" }, { name: "list", type: "int8[2]" }, { name: "ok", type: "bool" }, { name: "b", type: "bytes4" }, { name: "s", type: "string" }] },
  domain: { name: "x" }, primaryType: "Vote", message: { from: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", choice: 1, list: [-128, 127], ok: true, b: "0x01020304", s: "é🚀" } })`))
	if got := b.Reads(`lab.typed.digest(vote())`); len(got) != 66 {
		t.Fatalf("the right one: %q", got)
	}
	for _, change := range []string{
		`v.message.choice = 4294967296`, `v.message.choice = -1`, `v.message.choice = 1.5`, `v.message.choice = "01"`, `v.message.choice = "0x1"`, `v.message.choice = ""`, `v.message.choice = null`, `v.message.choice = true`, `v.message.choice = 2 ** 60`,
		`v.message.list = [1]`, `v.message.list = [1, 2, 3]`, `v.message.list = [128, 0]`, `v.message.list = "12"`, `v.message.ok = 1`, `v.message.ok = "true"`,
		`v.message.b = "0x010203"`, `v.message.b = "0x0102030405"`, `v.message.b = "01020304"`, `v.message.s = 5`, `v.message.s = "\ud83d"`, `delete v.message.s`, `v.message.more = 1`,
		`v.message.from = "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"`, `v.message.from = "0x12"`, `v.types.Vote[0].type = "addr"`, `v.types.Vote[1].type = "uint33"`, `v.types.Vote[1].type = "uint0"`, `v.types.Vote[1].type = "uint264"`, `v.types.Vote[4].type = "bytes33"`,
		`v.types.Vote[1].name = "from"`, `v.types.Vote[1].name = "a,b"`, `v.types.Vote[1].extra = 1`, `v.types.string = []`, `v.primaryType = "Other"`, `v.primaryType = "EIP712Domain"`, `delete v.types.EIP712Domain`, `v.domain.version = "1"`, `v.domain = null`, `v.types.EIP712Domain[0].type = "bytes32"`, `v.more = 1`, `v.primaryType = "toString"`, `delete v.message.s; v.types.Vote[5].name = "constructor"`,
		`v.types.Vote.push({ name: "self", type: "Vote" }); v.message.self = v.message`,
	} {
		got := b.Reads(`(() => { const v = vote(); ` + change + `; try { return lab.typed.digest(v) } catch (e) { return e instanceof lab.typed.TypedError ? "" : String(e) } })()`)
		if got != "" {
			t.Errorf("%s: %s", change, got)
		}
	}
}
