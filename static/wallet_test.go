package static

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// wallets announces two wallets, one of them twice and one broken, whose
// answers a test sets by method.
const twoWallets = `globalThis.log = [];
globalThis.answers = { eth_accounts: () => ["0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"], eth_chainId: () => "0x1" };
globalThis.provider = (name) => ({ request: async ({ method, params }) => { log.push(name + " " + method); const a = answers[method]; if (!a) throw { code: 4200, message: "no" }; return a(params); } });
const tell = (info, provider) => dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
const one = provider("one"), two = provider("two");
globalThis.announce = () => {
  tell({ uuid: "u1", name: "First <b>wallet</b>", rdns: "org.example.first", icon: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E" }, one);
  tell({ uuid: "u1", name: "First again", rdns: "org.example.first", icon: "" }, one);
  tell({ uuid: "u2", name: "Second", rdns: "org.example.second", icon: "https://example.org/spy.png" }, two);
  tell({ uuid: "u3", name: "Broken", rdns: "x" }, {});
  tell(null, two);
}; void 0`

const later = `(name, what) => { globalThis[name] = undefined; Promise.resolve().then(what).then((v) => { globalThis[name] = v === null ? "null" : typeof v === "string" ? v : JSON.stringify(v); }, (e) => { globalThis[name] = "error: " + JSON.stringify(lab.wallet.explain(e)); }); }`

func TestFindsWallets(t *testing.T) {
	b, _ := lab(t)
	do := func(script string) { b.Does(script, chromedp.Evaluate[chromedp.Void](script)) }
	do(`globalThis.later = ` + later + `; void 0`)
	do(`later("none", () => lab.wallet.connect())`)
	b.Sees("no wallet is said", `globalThis.none?.includes("No wallet was found")`)

	do(`globalThis.ethereum = { request: async () => [] }; later("old", () => lab.wallet.connect().then((w) => w.name))`)
	b.Sees("window.ethereum", `globalThis.old === "Browser wallet"`)
	do(twoWallets)
	do(`later("list", () => lab.wallet.wallets())`)
	b.Sees("two wallets, once each", `globalThis.list && JSON.parse(list).length === 2`)
	if list := b.Reads("list"); strings.Contains(list, "https:") || !strings.Contains(list, "data:image") {
		t.Errorf("icons: %s", list)
	}
	do(`later("picked", () => lab.wallet.connect().then((w) => w && w.name))`)
	b.Sees("the question", `document.querySelectorAll("dialog[open] .wallet").length === 2 && document.querySelector(".wallet b").textContent.includes("<b>")`)
	b.Shoot("wallet choice")
	do(`document.querySelector("dialog[open] button.btn").click()`)
	b.Sees("closed", `globalThis.picked === "null" && !document.querySelector("dialog")`)
	do(`later("picked", () => lab.wallet.connect().then((w) => w && w.name))`)
	b.Sees("the question again", `document.querySelector("dialog[open]") !== null`)
	do(`document.querySelectorAll("dialog[open] .wallet")[1].click()`)
	b.Sees("picked", `globalThis.picked === "Second"`)
	do(`later("again", () => lab.wallet.connect().then((w) => w.name))`)
	b.Sees("remembered", `globalThis.again === "Second"`)
	do(`later("other", () => lab.wallet.connect("org.example.first").then((w) => w.name))`)
	b.Sees("by its name", `globalThis.other?.startsWith("First")`)
	do(`later("gone", () => lab.wallet.connect("org.example.gone"))`)
	b.Sees("a wallet that is gone", `globalThis.gone?.includes("not here now")`)
}

func TestWalletFaultsAreExplained(t *testing.T) {
	b, _ := lab(t)
	do := func(script string) { b.Does(script, chromedp.Evaluate[chromedp.Void](script)) }
	do(`globalThis.later = ` + later + `; void 0`)
	do(twoWallets)
	const me = `"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"`
	const w = `lab.wallet.connect("org.example.first")`
	for _, c := range []struct{ name, answers, script, want string }{
		{"the account", ``, w + `.then((w) => w.account(` + me + `.toLowerCase()))`, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
		{"another account", `answers.eth_accounts = answers.eth_requestAccounts = () => ["0x00000000000000000000000000000000000000aa"]`, w + `.then((w) => w.account(` + me + `))`, "The wallet shows 0x0000…00AA, this page is signed in as 0x5aAe…eAed."},
		{"locked", `answers.eth_accounts = answers.eth_requestAccounts = () => []`, w + `.then((w) => w.account(` + me + `))`, "The wallet is locked"},
		{"no list", `answers.eth_accounts = answers.eth_requestAccounts = () => "0x"`, w + `.then((w) => w.account())`, "cannot be read"},
		{"rejected", `answers.eth_accounts = () => []; answers.eth_requestAccounts = () => { throw { code: 4001, message: "User rejected" } }`, w + `.then((w) => w.account(` + me + `))`, "Rejected in the wallet"},
		{"pending", `answers.eth_signTypedData_v4 = () => { throw { code: -32002 } }`, w + `.then((w) => w.signTyped({}, ` + me + `))`, "has a question open"},
		{"unauthorised", `answers.eth_signTypedData_v4 = () => { throw { code: 4100 } }`, w + `.then((w) => w.signTyped({}, ` + me + `))`, "does not allow this"},
		{"unsupported", `delete answers.eth_signTypedData_v4`, w + `.then((w) => w.signTyped({}, ` + me + `))`, "cannot do this"},
		{"wrapped", `answers.eth_signTypedData_v4 = () => { throw { code: -32603, data: { originalError: { code: 4001 } } } }`, w + `.then((w) => w.signTyped({}, ` + me + `))`, "Rejected in the wallet"},
		{"words only", `answers.eth_signTypedData_v4 = () => { throw new Error("MetaMask: User denied message signature.") }`, w + `.then((w) => w.signTyped({}, ` + me + `))`, "Rejected in the wallet"},
		{"no signature", `answers.eth_signTypedData_v4 = () => ({ sig: 1 })`, w + `.then((w) => w.signTyped({}, ` + me + `))`, "cannot be read"},
		{"a signature", `answers.eth_signTypedData_v4 = () => "0xAB"`, w + `.then((w) => w.signTyped({}, ` + me + `))`, "0xAB"},
		{"sign in", `answers.personal_sign = ([text]) => text`, w + `.then((w) => w.personalSign("é", ` + me + `))`, "0xc3a9"},
		{"unknown network", `answers.wallet_switchEthereumChain = () => { throw { code: 4902 } }`, w + `.then((w) => w.switchTo(100))`, "Add Gnosis (network 100)"},
		{"stays", `answers.wallet_switchEthereumChain = () => null`, w + `.then((w) => w.switchTo(100))`, "The wallet is on Ethereum (network 1), this needs Gnosis"},
		{"cannot switch", `delete answers.wallet_switchEthereumChain`, w + `.then((w) => w.switchTo(100))`, "Change the network in the wallet"},
		{"odd network", `answers.eth_chainId = () => "0xzz"`, w + `.then((w) => w.chainId())`, "cannot be read"},
		{"no funds", `answers.eth_sendTransaction = () => { throw { code: -32000, message: "insufficient funds for gas * price + value" } }`, w + `.then((w) => w.send({ chain_id: 1 }))`, "Not enough for the fee"},
		{"no hash", `answers.eth_sendTransaction = () => "0x12"`, w + `.then((w) => w.send({ chain_id: 1 }))`, "cannot be read"},
		{"disconnected", `answers.eth_chainId = () => { throw { code: 4900 } }`, w + `.then((w) => w.chainId())`, "no connection"},
		{"other network", `answers.eth_chainId = () => { throw { code: 4901 } }`, w + `.then((w) => w.chainId())`, "not to the network"},
		{"nonsense", `answers.eth_chainId = () => { throw null }`, w + `.then((w) => w.chainId())`, "The wallet failed"},
	} {
		do(`Object.assign(answers, { eth_accounts: () => ["0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"], eth_chainId: () => "0x1" }); ` + c.answers + `; later("got", () => ` + c.script + `)`)
		b.Sees(c.name, `globalThis.got !== undefined`)
		if got := b.Reads("got"); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	if b.Reads(`log.filter((l) => l.endsWith(" eth_sign")).join()`) != "" {
		t.Error("eth_sign was asked for")
	}
	for _, code := range []string{"4001", "4100", "4200", "4900", "4901", "4902", "5000", "-32000", "-32001", "-32002", "-32003", "-32004", "-32005", "-32006", "-32600", "-32601", "-32602", "-32603", "-32700"} {
		if got := b.Reads(`Object.values(lab.wallet.explain({ code: ` + code + ` })).join(" ")`); len(got) < 40 || strings.Contains(got, "undefined") {
			t.Errorf("%s: %q", code, got)
		}
	}
}

const prepared = `globalThis.prepared = () => { const v = { types: { EIP712Domain: [{ name: "name", type: "string" }, { name: "version", type: "string" }], Vote: [{ name: "from", type: "string" }, { name: "timestamp", type: "uint64" }, { name: "proposal", type: "string" }, { name: "choice", type: "uint32[]" }, { name: "reason", type: "string" }] },
  domain: { name: "snapshot", version: "0.1.4" }, primaryType: "Vote", message: { from: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", timestamp: "1790000000", proposal: "0xaa", choice: [2, 1], reason: "" } };
  return { digest: lab.typed.digest(v), typed_data: v, expires_at: new Date(Date.now() + 60000).toISOString(), shown: [["Your vote", "1. Second choice, 2. First choice"], ["Proposal", "Fund the <b>archive</b> for a year"], ["Power", "12.5 ARC"]], warnings: ["Your power may change until the end."] }; };
globalThis.expect = () => ({ account: "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", primaryType: "Vote", domain: { name: "snapshot", version: "0.1.4" }, message: { proposal: "0xaa", choice: [2, 1], reason: "" } });
globalThis.start = (change) => { const p = prepared(), e = expect(); change?.(p, e); later("signed", () => lab.sheet.sign({ prepared: p, expect: e, action: "Sign the vote", heading: "Read, then sign" })); }; void 0`

func TestSheet(t *testing.T) {
	b, _ := lab(t)
	do := func(script string) { b.Does(script, chromedp.Evaluate[chromedp.Void](script)) }
	do(`globalThis.later = ` + later + `; void 0`)
	do(twoWallets)
	do(prepared)
	do(`localStorage.setItem("wallet", "org.example.first"); answers.eth_signTypedData_v4 = ([, data]) => { globalThis.handed = data; return "0x" + "11".repeat(65); }; start()`)
	b.Sees("the sheet", `document.querySelector("dialog[open] .btn--primary")?.textContent === "Sign the vote"`)
	do(`document.querySelector("dialog details").open = true`)
	b.Sees("every field", `[...document.querySelectorAll(".sheet__fields dt .addr")].map((e) => e.textContent).join() === "from,timestamp,proposal,choice[1],choice[2],reason" && document.querySelector(".sheet__digest code").textContent === prepared().digest`)
	b.Shoot("sheet")
	for _, width := range []int64{360, 1280} {
		b.Does("width", chromedp.EmulateViewport(width, 800))
		b.FitsWidth("sheet")
		b.Shoot("sheet narrow")
	}
	do(`document.querySelector("dialog .btn--primary").click()`)
	b.Sees("the signature", `globalThis.signed === JSON.stringify({ signature: "0x" + "11".repeat(65) }) && handed === JSON.stringify(prepared().typed_data) && !document.querySelector("dialog")`)

	do(`answers.eth_signTypedData_v4 = () => { throw { code: 4001 } }; start()`)
	b.Sees("again", `document.querySelector("dialog .btn--primary") !== null`)
	do(`document.querySelector("dialog .btn--primary").click()`)
	b.Sees("the rejection", `document.querySelector("dialog [role=alert] strong")?.textContent === "Rejected in the wallet"`)
	do(`document.querySelector("dialog .btn--quiet").click()`)
	b.Sees("closed", `globalThis.signed === "null"`)
	do(`start((p) => { p.expires_at = new Date(Date.now() - 1).toISOString(); })`)
	b.Sees("an old one", `document.querySelector("dialog .btn--primary") !== null`)
	do(`document.querySelector("dialog .btn--primary").click()`)
	b.Sees("too late", `document.querySelector("dialog [role=alert] strong")?.textContent === "Too late for this one"`)
	do(`document.querySelector("dialog").close()`)

	for _, change := range []string{
		`p.digest = "0x" + "00".repeat(32)`, `p.typed_data.message.choice = [1, 2]`, `p.typed_data.message.reason = "x"; p.digest = lab.typed.digest(p.typed_data)`, `p.typed_data.message.choice = [1, 2]; p.digest = lab.typed.digest(p.typed_data)`,
		`p.typed_data.message.choice = [2]; p.digest = lab.typed.digest(p.typed_data)`, `p.typed_data.message.proposal = "0xbb"; p.digest = lab.typed.digest(p.typed_data)`, `p.typed_data.message.from = "0x00000000000000000000000000000000000000aa"; p.digest = lab.typed.digest(p.typed_data)`,
		`p.typed_data.domain.name = "other"; p.digest = lab.typed.digest(p.typed_data)`, `p.typed_data.message.timestamp = String(Math.floor(Date.now() / 1000) + 3600); p.digest = lab.typed.digest(p.typed_data)`,
		`p.typed_data.extra = 1`, `delete p.typed_data`, `e.primaryType = "Alias"`, `e.encrypted = true; delete e.message.choice`,
		`delete p.typed_data; p.transaction = { chain_id: 1, from: e.account, to: e.account, data: "0x", value: "0" }`,
	} {
		do(`log.length = 0; start((p, e) => { ` + change + ` })`)
		b.Sees(change, `document.querySelector("dialog[open] [role=alert] strong")?.textContent === "Not signed"`)
		if b.Reads(`document.querySelector("dialog[open] .btn--primary") || log.some((l) => /sign|send/i.test(l)) ? "asked" : ""`) != "" {
			t.Errorf("%s: the wallet could be asked", change)
		}
		if change[0] == 'p' {
			b.Shoot("sheet refused")
		}
		do(`document.querySelector("dialog").close()`)
	}
	// An address is the same in any capitals; a string that looks like one is not.
	alias := func(kind string) string {
		return `start((p, e) => { p.typed_data.types.Vote.push({ name: "alias", type: "` + kind + `" }); p.typed_data.message.alias = "0xde709f2102306220921060314715629080e2fb77"; e.message.alias = "0xde709F2102306220921060314715629080e2FB77"; p.digest = lab.typed.digest(p.typed_data); })`
	}
	do(alias("address"))
	b.Sees("an address in other capitals", `document.querySelector("dialog[open] .btn--primary") !== null`)
	do(`document.querySelector("dialog").close()`)
	do(alias("string"))
	b.Sees("a text in other capitals", `document.querySelector("dialog[open] [role=alert] strong")?.textContent === "Not signed"`)
	do(`document.querySelector("dialog").close()`)
	if said := b.Complaints(); len(said) > 0 {
		t.Errorf("the browser says %v", said)
	}
}

func TestSheetSendsTransactions(t *testing.T) {
	b, _ := lab(t)
	do := func(script string) { b.Does(script, chromedp.Evaluate[chromedp.Void](script)) }
	do(`globalThis.later = ` + later + `; void 0`)
	do(twoWallets)
	do(`globalThis.start = (change) => { const p = { expires_at: new Date(Date.now() + 60000).toISOString(), shown: [["Delegate", "nobody"]], warnings: null, transaction: { chain_id: 1, from: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", to: "0x469788fE6E9E9681C6ebF3bF78e7Fd26Fc015446", value: "0", data: lab.typed.calldata("clearDelegate(bytes32)", ["0x" + "61".repeat(32)]) } };
 const e = { account: "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", transaction: { chain_id: 1, to: "0x469788fe6e9e9681c6ebf3bf78e7fd26fc015446", call: "clearDelegate(bytes32)", args: ["0x" + "61".repeat(32)] } };
 change?.(p, e); later("sent", () => lab.sheet.sign({ prepared: p, expect: e })); }; void 0`)
	do(`localStorage.setItem("wallet", "org.example.first"); answers.eth_sendTransaction = ([tx]) => { globalThis.tx = tx; return "0x" + "AB".repeat(32); }; start()`)
	b.Sees("the sheet", `document.querySelector("dialog[open] .btn--primary")?.textContent === "Send the transaction"`)
	b.Shoot("sheet transaction")
	do(`document.querySelector("dialog .btn--primary").click()`)
	b.Sees("sent", `globalThis.sent === JSON.stringify({ tx_hash: "0x" + "ab".repeat(32) }) && tx.value === "0x0" && tx.data.startsWith("0xf0bedbe2")`)
	for _, change := range []string{`p.transaction.value = "1"`, `p.transaction.to = e.account`, `p.transaction.data += "00"`, `p.transaction.chain_id = 10`, `p.transaction.from = p.transaction.to`, `e.transaction.args[0] = "0x" + "62".repeat(32)`, `e.transaction.args.push(1)`} {
		do(`start((p, e) => { ` + change + ` })`)
		b.Sees(change, `document.querySelector("dialog[open] [role=alert] strong")?.textContent === "Not signed" && !document.querySelector("dialog .btn--primary")`)
		do(`document.querySelector("dialog").close()`)
	}
}
