package static

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mandate/governance/demo"
	"mandate/governance/demo/devchain"
	"mandate/governance/governancetest"
)

// purse is a page with the practice wallet, and a program on it that speaks to
// wallets as the pages do.
type purse struct {
	t *testing.T
	b *governancetest.Browser
}

func newPurse(t *testing.T) purse {
	t.Helper()
	b := governancetest.NewBrowser(t)
	w, err := demo.New(demo.Config{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	safe, owner := demo.PracticeSafe()
	cfg := devchain.Config{Safes: map[string]string{safe: owner}}
	for _, a := range w.Practice() {
		cfg.Fund = append(cfg.Fund, a.Address)
	}
	chain, err := devchain.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chain.Close() })
	if w, err = demo.New(demo.Config{Empty: true, Chain: chain.URL()}); err != nil {
		t.Fatal(err)
	}
	set, mux := New(), http.NewServeMux()
	mux.Handle(Prefix, set)
	mux.Handle("/demo/wallet", w.Wallet())
	mux.HandleFunc("/favicon.ico", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		nonce := rand.Text()
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; require-trusted-types-for 'script'")
		list, _ := json.Marshal(map[string]any{"imports": set.Modules()})
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Purse</title><link rel="stylesheet" href="%s">`+
			`<script nonce="%s" type="importmap">%s</script><script nonce="%s" type="module">import * as wallet from "wallet"; globalThis.wallet = wallet;</script>`+
			`<script nonce="%s" type="module" src="%s"></script><main><h1>Purse</h1></main><footer class="foot"><div class="cluster"><p class="cluster"></p></div></footer>`,
			set.URL("css/mandate.css"), nonce, list, nonce, nonce, set.URL("js/practice.js"))
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	p := purse{t, b}
	b.Does("open", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(srv.URL))
	p.ready()
	return p
}

// ready waits for the wallet and keeps its provider at hand.
func (p purse) ready() {
	p.t.Helper()
	p.b.Sees("the practice wallet", `(() => { addEventListener("eip6963:announceProvider", (e) => { globalThis.seen = e.detail; }); dispatchEvent(new Event("eip6963:requestProvider")); return globalThis.wallet !== undefined && globalThis.seen !== undefined; })()`)
	p.b.Reads(`(() => { globalThis.events = []; for (const e of ["accountsChanged", "chainChanged"]) seen.provider.on(e, (what) => events.push(e + " " + what)); return ""; })()`)
}

// asks starts a request; gets waits for its answer.
func (p purse) asks(method, params string) {
	p.t.Helper()
	p.b.Reads(`(() => { globalThis.got = undefined; seen.provider.request({ method: "` + method + `", params: ` + params + ` }).then((r) => { got = JSON.stringify(r); }, (e) => { got = "fault " + e.code; }); return ""; })()`)
}

func (p purse) gets(want string) {
	p.t.Helper()
	p.b.Sees("an answer", `globalThis.got !== undefined`)
	if got := p.b.Reads(`got`); got != want {
		p.t.Errorf("the answer is %s, want %s", got, want)
	}
}

func (p purse) opens(kind string) {
	p.t.Helper()
	p.b.Sees("the dialog "+kind, `document.querySelector("dialog.practice[open]")?.dataset.practiceDialog === "`+kind+`"`)
}

func (p purse) press(what string) {
	p.t.Helper()
	p.b.Does("press "+what, chromedp.Click(`[data-practice-`+what+`]`))
}

func (p purse) shows(words ...string) {
	p.t.Helper()
	text := p.b.Reads(`document.querySelector("dialog.practice[open]").innerText`)
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Errorf("the dialog does not show %q: %s", w, text)
		}
	}
}

func (p purse) connect(account string) {
	p.t.Helper()
	p.asks("eth_requestAccounts", "[]")
	p.opens("connect")
	p.press(`account="` + account + `"`)
	p.press("approve")
	p.gets(`["` + account + `"]`)
}

func practiceAccounts(t *testing.T) []string {
	t.Helper()
	w, err := demo.New(demo.Config{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range w.Practice() {
		out = append(out, a.Address)
	}
	safe, _ := demo.PracticeSafe()
	return append(out, safe)
}

const purseVote = `{"types":{"EIP712Domain":[{"name":"name","type":"string"}],"Vote":[{"name":"from","type":"address"},{"name":"choice","type":"uint32"},{"name":"reason","type":"string"}]},` +
	`"primaryType":"Vote","domain":{"name":"snapshot"},"message":{"from":"0x1111111111111111111111111111111111111111","choice":2,"reason":""}}`

func TestPracticeWallet(t *testing.T) {
	p, who := newPurse(t), practiceAccounts(t)
	if got := p.b.Reads(`[seen.info.name, seen.info.rdns, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(seen.info.uuid), seen.info.icon.startsWith("data:image/svg+xml"), window.ethereum === undefined].join()`); got != "Practice wallet,local.mandate.practice,true,true,true" {
		t.Errorf("announced as %s", got)
	}
	p.asks("eth_accounts", "[]")
	p.gets(`[]`)
	p.asks("personal_sign", `["0x00","`+who[0]+`"]`)
	p.gets("fault 4100")

	p.asks("eth_requestAccounts", "[]")
	p.opens("connect")
	p.shows("Practice wallet", "Holder", who[0], who[2], "Contract wallet")
	p.b.Shoot("practice connect")
	p.b.Reads(`(() => { globalThis.second = ""; seen.provider.request({ method: "eth_requestAccounts" }).catch((e) => { second = "fault " + e.code; }); return ""; })()`)
	p.b.Sees("one question at a time", `second === "fault -32002"`)
	p.press("reject")
	p.gets("fault 4001")
	p.connect(who[1])

	p.asks("personal_sign", `["0x48656c6c6f20e29c93","`+who[1]+`"]`)
	p.opens("text")
	p.shows("Hello ✓", who[1])
	p.press("approve")
	p.b.Sees("a signature", `/^"0x[0-9a-f]{130}"$/.test(globalThis.got ?? "")`)

	p.asks("eth_signTypedData_v4", `["`+who[1]+`",`+strconv.Quote(purseVote)+`]`)
	p.opens("typed")
	p.shows("Vote", "from", "0x1111111111111111111111111111111111111111", "choice", "2", "reason", "(empty)", "snapshot")
	p.b.Shoot("practice typed")
	p.b.Does("escape", chromedp.KeyEvent("\x1b"))
	p.gets("fault 4001")

	data := "0xbd86e508" + strings.Repeat("0", 64+24) + strings.ToLower(who[0][2:])
	p.asks("eth_sendTransaction", `[{from:"`+who[1]+`",to:"`+devchain.Registry+`",data:"`+data+`"}]`)
	p.opens("transaction")
	p.b.Sees("the gas", `document.querySelector("dialog.practice").innerText.includes(" gas")`)
	p.shows(devchain.Registry, "0 wei", data, "Ethereum (1)")
	p.b.Shoot("practice transaction")
	p.press("approve")
	p.b.Sees("a hash", `/^"0x[0-9a-f]{64}"$/.test(globalThis.got ?? "")`)
	p.asks("eth_sendTransaction", `[{from:"`+who[0]+`",to:"`+devchain.Registry+`",data:"`+data+`"}]`)
	p.gets("fault 4100")
	p.asks("eth_private", "[]")
	p.gets("fault 4200")
	if said := p.b.Complaints(); len(said) > 0 {
		t.Errorf("the browser says %v", said)
	}
}

// A person plays the errors; the page's own module explains them.
func TestPracticeWalletPlaysErrors(t *testing.T) {
	p, who := newPurse(t), practiceAccounts(t)
	p.connect(who[0])
	p.press("open")
	p.opens("settings")
	p.press("locked")
	p.b.Does("another network", chromedp.SetValue(`[data-practice-chain]`, "wrong"))
	p.b.Reads(`(document.querySelector("[data-practice-chain]").dispatchEvent(new Event("change")), "")`)
	p.b.Sees("the page hears of it", `events.slice(1).join("; ") === "accountsChanged ; chainChanged 0xa"`)
	p.b.Shoot("practice settings")
	p.press("approve")
	p.b.Sees("it is closed", `document.querySelector("dialog.practice") === null`)

	p.b.Reads(`(() => { globalThis.said = undefined; wallet.connect("local.mandate.practice").then((w) => w.account()).catch((e) => { said = wallet.explain(e).title; }); return ""; })()`)
	p.opens("connect")
	p.press("reject")
	p.b.Sees("the page's words", `said === "The wallet is locked"`)
	p.asks("eth_requestAccounts", "[]")
	p.opens("connect")
	p.press("approve")
	p.gets(`["` + who[0] + `"]`)

	p.asks("eth_chainId", "[]")
	p.gets(`"0xa"`)
	p.asks("eth_sendTransaction", `[{from:"`+who[0]+`",to:"`+who[1]+`"}]`)
	p.gets("fault 4901")
	p.asks("wallet_switchEthereumChain", `[{chainId:"0x89"}]`)
	p.gets("fault 4902")
	p.asks("wallet_switchEthereumChain", `[{chainId:"0x1"}]`)
	p.opens("switch")
	p.press("approve")
	p.gets("null")
	p.asks("eth_chainId", "[]")
	p.gets(`"0x1"`)

	p.b.Does("again", chromedp.Reload())
	p.ready()
	p.asks("eth_accounts", "[]")
	p.gets(`["` + who[0] + `"]`)
	p.asks("wallet_requestPermissions", `[{eth_accounts:{}}]`)
	p.opens("connect")
	p.press(`account="` + who[2] + `"`)
	p.press("approve")
	p.b.Sees("another account", `events.join().includes("accountsChanged `+who[2]+`")`)
	if said := p.b.Complaints(); len(said) > 0 {
		t.Errorf("the browser says %v", said)
	}
}

func TestPracticeWalletOfAContract(t *testing.T) {
	p, who := newPurse(t), practiceAccounts(t)
	p.b.Does("a phone", chromedp.EmulateViewport(375, 740))
	p.connect(who[3])
	p.asks("eth_signTypedData_v4", `["`+who[3]+`",`+strconv.Quote(purseVote)+`]`)
	p.opens("typed")
	p.b.FitsWidth("the page under a dialog")
	if got := p.b.Reads(`(() => { const d = document.querySelector("dialog.practice"), b = d.querySelector(".sheet__body"), f = d.querySelector("[data-practice-approve]").getBoundingClientRect(); return d.getBoundingClientRect().width <= innerWidth && b.scrollWidth <= b.clientWidth && f.bottom <= innerHeight && f.height >= 44 ? "fits" : "does not fit"; })()`); got != "fits" {
		t.Errorf("the dialog %s on a phone", got)
	}
	p.b.Shoot("practice phone")
	p.press("onchain")
	p.press("approve")
	p.gets(`"0x"`)
}
