package main

import (
	"encoding/csv"
	"strings"

	"github.com/chromedp/chromedp"

	"mandate/governance"
)

// block is a DAO's part of /delegations, as a JavaScript expression.
func block(name string) string {
	return `[...document.querySelectorAll("main section:has(> .section__head h2 .dao)")].find(s => s.querySelector("h2").innerText.includes("` + name + `"))`
}

// delegations opens the page and waits until everything was read.
func (w walker) delegations() {
	w.t.Helper()
	w.open("/delegations")
	w.b.Sees("it was read", `document.querySelector("#read-state form") !== null && !document.querySelector("#read-state [data-done]")`)
}

// option chooses a way in a DAO's form; label is the start of its words.
func (w walker) option(dao, label string) {
	w.t.Helper()
	w.b.Sees("the DAO "+dao, block(dao)+` !== undefined`)
	w.b.Does("unfold", script(block(dao)+`.querySelector("details:has(form)").open = true`))
	w.b.Does("choose", script(`{ const r = [...`+block(dao)+`.querySelectorAll("label.pick")].find(l => l.innerText.startsWith("`+label+`")); r.querySelector("input").click(); }`))
	w.b.Does("mark", script(`{ document.querySelector("[data-walk]")?.removeAttribute("data-walk"); `+block(dao)+`.querySelector("form").dataset.walk = "" }`))
}

// sends presses, looks at the sheet, and sends the transaction.
func (w walker) sends(picture string) {
	w.t.Helper()
	w.b.Does("review", click("[data-walk] [type=submit]"))
	w.sheetOr(`[data-walk] [data-error]:not([hidden]), [data-walk] [data-state] [role=alert]`, "Exactly what is sent")
	if text := w.b.Reads(`document.querySelector("dialog.sheet[open]:not(.practice)").innerText`); strings.Count(text, "0xbd86e508") > 1 { // setDelegate
		w.t.Errorf("the call stands there twice: %s", text)
	}
	if picture != "" {
		w.looks(picture, true)
	}
	w.b.Does("send", click(sheetPress))
	w.asked("transaction")
	w.b.Sees("the fee", `document.querySelector("dialog.practice").innerText.includes(" gas")`)
	if picture != "" {
		w.looks("practice transaction", true)
	}
	w.answers("transaction", "approve")
}

// arrives waits for something that is read meanwhile. A page on which somebody
// is at work is not drawn anew by itself; here it is, as by a press on "Show
// what was read".
func (w walker) arrives(what, condition string) {
	w.t.Helper()
	w.b.Sees(what, `(() => { if (`+condition+`) return true; const done = document.querySelector("#read-state[data-done]"); if (done) location.assign(done.dataset.done); return false; })()`)
}

// holds waits until the chain was read back and says who votes in a DAO.
func (w walker) holds(dao, who string) {
	w.t.Helper()
	row := `[...document.querySelectorAll("tr[data-item]")].find(r => r.querySelector("th").innerText.includes("` + dao + `"))?.querySelector("[data-label='Who votes']")?.innerText`
	w.arrives(dao+" is voted by "+who, `(`+row+` ?? "").trim() === "`+who+`"`)
}

// walkDelegations gives and takes back a space's power in the registry, and
// a token's.
func walkDelegations(w walker) {
	to := account(w.t, "Delegator")
	w.delegations()
	w.looks("delegations", false)
	w.option("Lantern", "Give it to a person")
	w.b.Sees("the address is asked", `!document.querySelector("[data-walk] [data-to]").hidden`)
	w.b.Does("review", click("[data-walk] [type=submit]"))
	w.b.Sees("it is missing", `document.querySelector("[data-walk] [data-error]").innerText === "Give the address first."`)
	w.b.Does("name", chromedp.SendKeys(chromedp.CSS("[data-walk] input[name=delegate]"), to))
	w.looks("delegations option", false)
	w.sends("sheet delegation")
	w.holds("Lantern", "delegator.practice.eth") // its name, which forward and reverse agree on
	w.looks("delegations given", false)

	w.option("Lantern", "Set a delegate for ALL spaces")
	w.b.Does("name", chromedp.SendKeys(chromedp.CSS("[data-walk] input[name=delegate]"), to), chromedp.SendKeys(chromedp.CSS("[data-walk] input[name=typed]"), "all"))
	w.b.Does("review", click("[data-walk] [type=submit]"))
	w.b.Sees("the word is asked", `document.querySelector("[data-walk] [data-error]").innerText.startsWith("Type ALL")`)
	w.b.Does("type it", script(`document.querySelector("[data-walk] input[name=typed]").select()`), chromedp.SendKeys(chromedp.CSS("[data-walk] input[name=typed]"), "ALL"), click("[data-walk] [type=submit]"))
	w.sheetOr(`[data-walk] [data-error]:not([hidden]), [data-walk] [data-state] [role=alert]`, "For ALL spaces")
	w.looks("sheet ALL", true)
	w.b.Does("close", click("dialog.sheet[open] .btn--quiet"))

	w.option("Lantern", "Take it back")
	w.sends("")
	w.holds("Lantern", "you")

	w.option("Harbor", "Give the token")
	w.b.Does("name", chromedp.SendKeys(chromedp.CSS("[data-walk] input[name=delegate]"), to))
	w.sends("")
	w.holds("Harbor", "delegator.practice.eth")
	w.quiet("delegating")
}

// walkAlias authorises a key, sees it listed with its end, and revokes it.
func walkAlias(w walker) {
	key := "0x00000000000000000000000000000000000A11a5"
	w.delegations()
	at := `form[data-alias=authorise]`
	w.b.Does("unfold", click("details:has("+at+") > summary"), chromedp.SendKeys(chromedp.CSS("#alias-key"), strings.ToLower(key)), click(at+" [type=submit]"))
	w.sheetOr(`form[data-alias] [data-error]:not([hidden]), form[data-alias] [data-state] [role=alert]`, "Digest")
	w.looks("sheet alias", true)
	w.b.Does("sign", click(sheetPress))
	w.answers("typed", "approve")
	w.arrives("the key is listed with its end", `document.querySelector("#keys-that-speak tbody tr")?.innerText.includes("0x0000") && document.querySelector("#keys-that-speak [data-label=Until]").innerText.trim() !== ""`)
	w.looks("delegations with a key", false)
	w.b.Does("revoke", click("#keys-that-speak tbody [type=submit]"))
	w.sheetOr(`form[data-alias] [data-error]:not([hidden]), form[data-alias] [data-state] [role=alert]`, "Digest")
	w.b.Does("sign", click(sheetPress))
	w.answers("typed", "approve")
	w.arrives("no key is left", `document.querySelector("#alias-h") !== null && document.querySelector("#keys-that-speak tbody tr") === null`)
	w.quiet("alias keys")
}

// gets what a link of the page downloads.
func (w walker) gets(path string) string {
	w.t.Helper()
	w.b.Does("link", script("globalThis.got = undefined; fetch(document.querySelector(`a[download][href='"+path+"']`).href).then(r => r.text()).then(t => { globalThis.got = t; }); 0"))
	w.b.Sees("the file "+path, `globalThis.got !== undefined`)
	return w.b.Reads("globalThis.got")
}

// walkMyVotes reads the history and takes both exports.
func walkMyVotes(w walker) {
	w.open("/votes")
	w.b.Sees("the votes", `document.querySelectorAll("table.votes tbody tr").length >= 8`)
	w.b.Sees("with receipts", `[...document.querySelectorAll("table.votes tbody tr")].filter(r => r.querySelector("details")?.textContent.includes("the id is the digest you signed")).length >= 8`)
	w.looks("votes", false)
	w.b.Does("a receipt", click("table.votes tbody tr details > summary"))
	w.looks("votes receipt", false)
	table := w.gets("/votes.csv")
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil || len(rows) < 9 || rows[0][0] != "signed_at" {
		w.t.Errorf("the CSV: %d rows, %v", len(rows), err)
	}
	var list []struct {
		governance.Vote
		Chosen  string `json:"choice_text"`
		Receipt *governance.Receipt
	}
	decode(w.t, w.gets("/votes.json"), &list)
	if len(list) != len(rows)-1 {
		w.t.Errorf("%d votes as JSON, %d as CSV", len(list), len(rows)-1)
	}
	for _, v := range list {
		if v.Receipt == nil || !v.Receipt.Verified || v.Receipt.ReadBack.IsZero() || v.Chosen == "" || v.Title == "" {
			w.t.Errorf("a vote without its evidence: %+v", v)
		}
	}
	w.quiet("my votes")
}
