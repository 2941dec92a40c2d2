package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mandate/governance"
	"mandate/governance/governancetest"
)

// motions finds proposals of the demo's governors by the start of their title
// and gives their refs. They are read from the chain at the start.
func motions(t *testing.T, base string, titles ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for range 600 {
		for _, dao := range []string{"basalt.dao.eth", "quillnames.dao.eth", "fenwick.dao.eth"} {
			_, body := fetch(t, base+"/api/v1/proposals?limit=100&state=all&dao="+dao)
			var list struct {
				Items []struct{ Ref, Title string }
			}
			decode(t, body, &list)
			for _, p := range list.Items {
				for _, title := range titles {
					if strings.HasPrefix(p.Ref, "eip155:") && strings.Contains(p.Title, title) {
						found[title] = p.Ref
					}
				}
			}
		}
		if len(found) == len(titles) {
			return found
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("of %v only %v are listed", titles, found)
	return nil
}

// chainVoter is a person before the ballots of the demo's governors.
type chainVoter struct {
	walker

	refs map[string]string // of proposals, by the start of their titles
}

func (v chainVoter) in(t *testing.T) chainVoter {
	v.walker = v.walker.in(t)
	return v
}

func (v chainVoter) path(title string) string { return "/proposals/" + url.PathEscape(v.refs[title]) }

// onBallot opens a proposal and waits for its form.
func (v chainVoter) onBallot(title string) {
	v.t.Helper()
	v.open(v.path(title))
	v.b.Sees("the ballot of "+title, `document.querySelector("form[data-ballot][data-kind=chain]") !== null && document.querySelector(".power strong") !== null`)
}

func (v chainVoter) pick(value string) {
	v.t.Helper()
	v.b.Does("pick "+value, click(`form[data-ballot] label:has(input[value="`+value+`"])`))
}

// reviews presses the button and waits for the dialog before the wallet.
func (v chainVoter) reviews(words string) {
	v.t.Helper()
	v.b.Does("review", click("form[data-ballot] [type=submit]"))
	v.sheetOr(`form[data-ballot] [data-error]:not([hidden]), form[data-ballot] [data-state] [role=alert]`, words)
}

// sendsVote reviews and sends a vote, and sees it on its way.
func (v chainVoter) sendsVote() {
	v.t.Helper()
	v.reviews("Exactly what is sent")
	v.b.Does("send", click(sheetPress))
	v.answers("transaction", "approve")
	v.way("Your vote is on its way")
}

func (v chainVoter) way(title string) {
	v.t.Helper()
	v.b.Sees(title, `document.querySelector("#ballot .cast")?.innerText.includes("`+title+`")`)
}

// confirmed waits until a vote is final and read back. The page is drawn anew
// by itself; here it is looked at until then.
func (v chainVoter) confirmed(title, choice string) {
	v.t.Helper()
	v.open(v.path(title))
	said := `(document.querySelector("#ballot .cast")?.innerText ?? "")`
	for range 20 { // finality is 64 blocks of a second away
		if v.b.Reads(`String(`+said+`.startsWith("You voted from here"))`) == "true" {
			break
		}
		time.Sleep(5 * time.Second)
	}
	v.b.Sees("the vote on "+title, said+`.startsWith("You voted from here") && `+said+`.includes("`+choice+`")`)
}

// relays sends a ballot file's call from the practice account Delegator.
func (v chainVoter) relays(f governance.BallotFile) {
	v.t.Helper()
	tx := map[string]string{"from": account(v.t, "Delegator"), "to": f.To, "data": f.Data, "value": f.Value}
	body, err := json.Marshal(map[string]any{"method": "eth_sendTransaction", "params": []any{tx}})
	if err != nil {
		v.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.base+"/demo/wallet", strings.NewReader(string(body)))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", v.base)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(raw), `"result":"0x`) {
		v.t.Fatalf("the relay: %s %v", raw, err)
	}
}

// signsBallot signs a ballot, takes its file as the page offers it, and hands
// it to somebody who relays it.
func (v chainVoter) signsBallot(title, choice, picture string) {
	v.t.Helper()
	v.onBallot(title)
	v.pick(choice)
	v.pick("signature")
	v.reviews("Digest")
	if picture != "" {
		v.looks("sheet "+picture, true)
	}
	v.b.Does("sign", click(sheetPress))
	v.answers("typed", "approve")
	v.way("Your ballot is signed. It does not count yet.")
	if picture != "" {
		v.looks(picture, false)
	}
	link := v.b.Reads(`document.querySelector("#ballot a[download]").getAttribute("href")`)
	var f governance.BallotFile
	decode(v.t, v.gets(link), &f)
	if f.Format != "mandate-ballot/1" || f.Account != account(v.t, "Holder") || string(f.Ref) != v.refs[title] {
		v.t.Errorf("the file is of %s, %s, %s", f.Format, f.Account, f.Ref)
	}
	v.relays(f)
	v.b.Sees("it is on the chain", `document.querySelector("#ballot .cast")?.innerText.includes("A vote of this account is in block")`)
}

// tampers has the page get other answers than the server gives: change is a
// script that changes prepared.
func (v chainVoter) tampers(change string) {
	v.t.Helper()
	v.b.Does("a hostile server", script(`{ globalThis.honest ??= fetch; globalThis.fetch = async (...what) => {
 const answer = await honest(...what);
 if (!String(what[0]).endsWith("/prepare")) return answer;
 const typed = await import("typed"), prepared = await answer.json();
 `+change+`;
 return new Response(JSON.stringify(prepared), { status: answer.status, headers: { "Content-Type": "application/json" } }); }; 0 }`))
}

func (v chainVoter) refused(what string) {
	v.t.Helper()
	v.b.Does("review", click("form[data-ballot] [type=submit]"))
	v.b.Sees("the refusal of "+what, `(() => { const box = document.querySelector("dialog.sheet[open]:not(.practice)"); return box?.querySelector("[role=alert]")?.innerText.includes("Not signed") && box.querySelector(".btn--primary") === null; })()`)
	if what == "another choice" {
		v.looks("sheet governor refused", true)
	}
	v.b.Does("close", click("dialog.sheet[open] .btn--quiet"))
	v.b.Sees("ready again", `document.querySelector("form[data-ballot] [data-state]").innerText.includes("Nothing was sent") && !document.querySelector("form[data-ballot] [type=submit]").disabled`)
}

const (
	motionLower    = "BIP-44"
	motionUpgrade  = "BIP-43"
	motionSplit    = "BIP-41"
	motionHostile  = "BIP-42"
	motionDesk     = "support desk"
	motionStewards = "stewards"
	motionBounty   = "FIP-90: Bug bounty reserve of 120,000 PUSD"
)

// TestGovernors walks a person with a wallet through the votes at the demo's
// three governors, and the delegation of their tokens: by transaction, split,
// by a relayed ballot. All wait for the same finality.
func TestGovernors(t *testing.T) {
	b := governancetest.NewBrowser(t)
	base := start(t, "demo", "--listen", "127.0.0.1:0")
	v := chainVoter{walker: walker{t: t, b: b, base: base}, refs: motions(t, base, motionLower, motionUpgrade, motionSplit, motionHostile, motionDesk, motionStewards, motionBounty)}
	v.wide(1280)
	v.open("/account")
	v.signsIn("Holder")
	for _, part := range []struct {
		name string
		walk func(chainVoter)
	}{
		{"ballot by signature", walkBallots}, {"transaction", walkTransactions}, {"split", walkSplit}, {"tampered", walkTampered}, {"no power", walkPowerless},
		{"delegate", walkTokens}, {"hostile proposal", walkHostile},
		{"final", walkFinal}, {"delegations final", walkChanges}, {"my votes", walkChainVotes},
	} {
		t.Run(part.name, func(t *testing.T) { part.walk(v.in(t)) })
	}
}

func walkBallots(v chainVoter) {
	v.signsBallot(motionStewards, "0", "governor ballot")
	v.signsBallot(motionUpgrade, "1", "")
	v.quiet("ballots by signature")
}

// walkTransactions votes at each generation of governors; once after a
// rejection, once with another tab open.
func walkTransactions(v chainVoter) {
	v.onBallot(motionLower)
	v.looks("governor proposal", false)
	v.pick("1")
	v.reviews("Exactly what is sent")
	v.looks("sheet governor vote", true)
	v.b.Does("send", click(sheetPress))
	v.asked("transaction")
	v.looks("practice governor vote", true)
	v.answers("transaction", "reject")
	v.b.Sees("the rejection", `document.querySelector("dialog.sheet[open]:not(.practice) [role=alert]")?.innerText.includes("Rejected in the wallet")`)
	v.b.Does("send", click(sheetPress))
	v.answers("transaction", "approve")
	v.way("Your vote is on its way")
	v.open(v.path(motionLower))
	v.b.Sees("still on its way after a reload", `document.querySelector("#ballot .steps") !== null && document.querySelector("form[data-ballot]") === null`)
	v.b.Sees("in a block", `document.querySelector("#ballot .cast").innerText.includes("The transaction is in block")`)
	v.looks("governor vote on its way", false)

	v.onBallot(motionDesk)
	v.pick("1")
	v.b.Does("say why", chromedp.SendKeys(chromedp.CSS("#reason"), "They answer “über nacht” ✓"))
	v.looks("governor reason", false)
	v.sendsVote()

	other := chainVoter{walker: walker{t: v.t, b: governancetest.NewBrowser(v.t), base: v.base}, refs: v.refs}
	other.wide(1280)
	other.open("/account")
	other.signsIn("Holder")
	other.onBallot(motionBounty)
	other.pick("1")
	v.onBallot(motionBounty)
	v.pick("0")
	v.sendsVote()
	v.b.Sees("in a block", `document.querySelector("#ballot .cast").innerText.includes("The transaction is in block")`)
	other.b.Does("vote again elsewhere", click("form[data-ballot] [type=submit]"))
	other.b.Sees("refused: it was cast already", `/voted/.test(document.querySelector("form[data-ballot] [data-state] [role=alert]")?.innerText ?? "")`)
	other.looks("governor voted elsewhere", false)
	other.quiet("another tab", "409")
	v.quiet("votes by transaction")
}

// walkSplit gives a part of the power, and tries to give more than there is.
func walkSplit(v chainVoter) {
	v.onBallot(motionSplit)
	v.pick("split")
	v.b.Sees("the shares", `!document.querySelector("[data-split]").hidden`)
	share := func(n int, text string) {
		field := fmt.Sprintf("#split-%d", n)
		v.b.Does("share", script("document.querySelector(`"+field+"`).select()"), chromedp.SendKeys(chromedp.CSS(field), text))
	}
	v.b.Does("nothing yet", click("form[data-ballot] [type=submit]"))
	v.b.Sees("asked for a share", `document.querySelector("[data-error]").innerText.includes("Every share is 0")`)
	share(1, "20001")
	v.b.Does("too much", click("form[data-ballot] [type=submit]"))
	v.b.Sees("more than there is", `document.querySelector("form[data-ballot] [data-error]:not([hidden]), form[data-ballot] [data-state] [role=alert]")?.innerText !== undefined`)
	v.looks("governor split too much", false)
	share(1, "5000.25")
	share(0, "1000")
	v.reviews("Exactly what is sent")
	v.looks("sheet governor split", true)
	v.b.Does("send", click(sheetPress))
	v.answers("transaction", "approve")
	v.way("Your vote is on its way")
	v.quiet("a split vote", "400", "422", "409")
}

// walkTampered: an answer of the server that says something else than the page
// is not handed to the wallet.
func walkTampered(v chainVoter) {
	v.onBallot(motionHostile)
	v.pick("0")
	for what, change := range map[string]string{
		"another choice":   `prepared.transaction.data = prepared.transaction.data.slice(0, -1) + "1"`,
		"another contract": `prepared.transaction.to = prepared.transaction.from`,
		"some value":       `prepared.transaction.value = "0x1"`,
		"another network":  `prepared.transaction.chain_id = 10`,
		"a ballot instead": `prepared.typed_data = { types: { EIP712Domain: [] }, domain: {}, message: {} }`,
	} {
		v.tampers(change)
		v.refused(what)
	}
	v.pick("signature")
	for what, change := range map[string]string{
		"another ballot":   `prepared.typed_data.message.support = 1; prepared.digest = typed.digest(prepared.typed_data)`,
		"another proposal": `prepared.typed_data.message.proposalId = "1"; prepared.digest = typed.digest(prepared.typed_data)`,
		"another domain":   `prepared.typed_data.domain.verifyingContract = "0x0000000000000000000000000000000000000001"; prepared.digest = typed.digest(prepared.typed_data)`,
		"another digest":   `prepared.digest = "0x" + "11".repeat(32)`,
	} {
		v.tampers(change)
		v.refused(what)
	}
	v.b.Does("honest again", script(`globalThis.fetch = honest; 0`))
	v.quiet("tampered answers")
}

// walkHostile reads the proposal that pays somebody else than its text says:
// the dangers stand above everything else, also on the smallest phone.
func walkHostile(v chainVoter) {
	v.open(v.path(motionHostile))
	v.b.Sees("the dangers come first", `(() => { const at = document.querySelector("main .notice--danger"), body = document.querySelector("#summary, .lede"); return at !== null && body !== null && (at.compareDocumentPosition(body) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0; })()`)
	v.wide(360)
	v.b.Sees("and in the first window of a phone", `document.querySelector("main .notice--danger").getBoundingClientRect().top < innerHeight`)
	v.looks("governor hostile", false)
	v.b.Does("its findings", click("main .notice--danger a"))
	v.b.Sees("they are reached", `location.hash !== "" && document.querySelector(location.hash) !== null`)
	if twice := v.b.Reads(`(() => { const ids = [...document.querySelectorAll("[id]")].map(e => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i).join(); })()`); twice != "" {
		v.t.Errorf("two elements are called %s", twice)
	}
	if nameless := v.b.Reads(`[...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, select")].filter(e => e.checkVisibility() && !(e.innerText || e.getAttribute("aria-label") || e.labels?.length || e.title || e.getAttribute("aria-labelledby"))).map(e => e.outerHTML.slice(0, 120)).join()`); nameless != "" {
		v.t.Errorf("without a name: %s", nameless)
	}
	v.quiet("the hostile proposal")
}

// walkPowerless is another person, who has tokens that nobody votes with. The
// page says so, and offers nothing to sign.
func walkPowerless(v chainVoter) {
	other := chainVoter{walker: walker{t: v.t, b: governancetest.NewBrowser(v.t), base: v.base}, refs: v.refs}
	other.wide(1280)
	other.open("/account")
	other.signsIn("Newcomer")
	for _, title := range []string{motionLower, motionDesk} {
		other.open(other.path(title))
		other.b.Sees("no power, and why", `document.querySelector(".power strong")?.innerText.startsWith("0") && document.querySelector("#ballot").innerText.includes("delegated to nobody") && document.querySelector("form[data-ballot]") === null`)
	}
	other.looks("governor no power", false)
	other.quiet("no power")
}

// walkFinal waits until the chain's finality has reached the votes, and spends
// the rest of the split power.
func walkFinal(v chainVoter) {
	v.confirmed(motionStewards, "Against")
	v.confirmed(motionUpgrade, "For")
	v.confirmed(motionLower, "For")
	v.b.Sees("nothing is left to cast", `document.querySelector("form[data-ballot]") === null`)
	v.looks("governor voted", false)
	v.confirmed(motionDesk, "über nacht")
	v.confirmed(motionBounty, "Against")
	v.confirmed(motionSplit, "5000.25 BSLT For")
	v.looks("governor split once", false)
	v.b.Sees("the rest may be cast", `document.querySelector("form[data-ballot]")?.innerText.includes("You have 13999.75 BSLT")`)
	v.pick("2")
	v.sendsVote()
	v.b.Sees("in a block", `document.querySelector("#ballot .cast").innerText.includes("The transaction is in block")`)
	v.quiet("final votes")
}

// walkChainVotes reads the history of votes, which stand beside those of
// Snapshot, and both exports.
func walkChainVotes(v chainVoter) {
	v.open("/votes")
	v.b.Sees("the votes", `document.querySelectorAll("table.votes tbody tr").length === 6`)
	v.looks("governor my votes", false)
	for title, words := range map[string]string{motionStewards: "Against", motionDesk: "For", motionBounty: "Against", motionSplit: "1000 BSLT Against, 5000.25 BSLT For"} {
		v.b.Sees(title+" with its choice", `[...document.querySelectorAll("table.votes tbody tr")].find(r => r.innerText.includes("`+title+`"))?.querySelector("[data-label='Your choice']").innerText.includes("`+words+`")`)
	}
	receipts := v.b.Reads(`[...document.querySelectorAll("table.votes tbody tr details")].map(d => d.textContent).join("\n")`)
	if strings.Contains(receipts, "Snapshot") || strings.Contains(receipts, "IPFS") || strings.Count(receipts, "Transaction") != 6 {
		v.t.Errorf("the receipts say %s", receipts)
	}
	var list []struct {
		governance.Vote
		Chosen  string `json:"choice_text"`
		Receipt *governance.Receipt
	}
	decode(v.t, v.gets("/votes.json"), &list)
	if len(list) != 6 {
		v.t.Errorf("%d votes in the file", len(list))
	}
	for _, vote := range list {
		if strings.Contains(vote.Title, motionSplit) && vote.Receipt == nil {
			continue // its last part is not final yet
		}
		if vote.Receipt == nil || vote.Receipt.Block == 0 || vote.Receipt.ReadBack.IsZero() || vote.Receipt.ID != vote.ID || vote.Chosen == "" || strings.Contains(vote.Chosen, "{") {
			v.t.Errorf("a vote without its evidence: %+v, %+v", vote, vote.Receipt)
		}
	}
	v.quiet("votes on chain")
}
