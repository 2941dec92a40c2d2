package main

import (
	"strings"

	"github.com/chromedp/chromedp"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/governancetest"
)

// newcomer is the person whose tokens nobody votes with, in a browser of its
// own, before the page of delegations.
func (v chainVoter) newcomer() chainVoter {
	v.t.Helper()
	n := chainVoter{walker: walker{t: v.t, b: governancetest.NewBrowser(v.t), base: v.base}, refs: v.refs}
	n.wide(1280)
	n.open("/account")
	n.signsIn("Newcomer")
	n.delegations()
	return n
}

// gives chooses a person for a votes token, by signature where that is wanted.
func (v chainVoter) gives(dao, to string, signed bool) {
	v.t.Helper()
	v.option(dao, "Give the token")
	v.b.Does("name", chromedp.SendKeys(chromedp.CSS("[data-walk] input[name=delegate]"), to))
	if signed {
		v.b.Does("by signature", click(`[data-walk] [data-how] label:has(input[value="signature"])`))
	}
}

// walkTokens delegates votes tokens of the demo's governors: to oneself by a
// transaction, and to a person by a message that somebody else relays.
func walkTokens(v chainVoter) {
	n := v.newcomer()
	n.holds("Basalt", "you at Snapshot, nobody on chain")
	n.holds("Fenwick", "nobody")
	n.looks("governor delegations", false)
	n.option("Basalt", "Vote with the token yourself")
	n.looks("governor delegations option", false)
	n.sends("sheet token to oneself")
	n.holds("Basalt", "you")

	n.gives("Quill", account(n.t, "Delegator"), true)
	n.looks("governor delegations signed", false)
	n.b.Does("review", click("[data-walk] [type=submit]"))
	n.sheetOr(`[data-walk] [data-error]:not([hidden]), [data-walk] [data-state] [role=alert]`, "Digest")
	n.looks("sheet token by signature", true)
	n.b.Does("sign", click(sheetPress))
	n.answers("typed", "approve")
	n.b.Sees("signed, and not yet relayed", `document.querySelector("[data-walk] [data-state]").innerText.includes("It does nothing until it is relayed")`)
	n.looks("governor delegations file", false)
	var f governance.BallotFile
	decode(n.t, n.gets(n.b.Reads(`document.querySelector("[data-walk] [data-state] a[download]").getAttribute("href")`)), &f)
	if f.Format != "mandate-ballot/1" || f.Account != account(n.t, "Newcomer") || f.Ref != "" || !strings.Contains(strings.ToLower(f.Data), ballot.Lower(account(n.t, "Delegator"))[2:]) {
		n.t.Errorf("the file is of %s, %s, %q: %s", f.Format, f.Account, f.Ref, f.Data)
	}
	n.relays(f)
	n.open("/delegations")
	n.holds("Quill", "delegator.practice.eth")
	n.looks("governor delegations given", false)
	n.quiet("delegating votes tokens")

	walkTamperedTokens(n)
}

// walkTamperedTokens: what would have another delegate vote never reaches the
// wallet.
func walkTamperedTokens(n chainVoter) {
	other := strings.ToLower(account(n.t, "Holder"))
	for _, way := range []struct {
		what, change string
		signed       bool
	}{
		{"another delegate", `prepared.transaction.data = prepared.transaction.data.slice(0, 34) + "` + other[2:] + `"`, false},
		{"another token", `prepared.transaction.to = "` + other + `"`, false},
		{"a transaction instead", `prepared.transaction = { chain_id: 1, from: prepared.typed_data.message.delegatee, to: "` + other + `", data: "0x", value: "0x0" }; delete prepared.typed_data`, true},
		{"another delegate signed", `prepared.typed_data.message.delegatee = "` + other + `"; prepared.digest = typed.digest(prepared.typed_data)`, true},
		{"another contract signed", `prepared.typed_data.domain.verifyingContract = "` + other + `"; prepared.digest = typed.digest(prepared.typed_data)`, true},
	} {
		n.delegations()
		n.gives("Fenwick", account(n.t, "Delegator"), way.signed)
		n.tampers(way.change)
		n.b.Does("review", click("[data-walk] [type=submit]"))
		n.b.Sees("the refusal of "+way.what, `(() => { const box = document.querySelector("dialog.sheet[open]:not(.practice)"); return box?.querySelector("[role=alert]")?.innerText.includes("Not signed") && box.querySelector(".btn--primary") === null; })()`)
		if way.what == "another delegate signed" {
			n.looks("sheet token refused", true)
		}
		n.b.Does("close", click("dialog.sheet[open] .btn--quiet"))
		n.b.Sees("nothing was sent", `document.querySelector("[data-walk] [data-state]").innerText.includes("Nothing was sent")`)
	}
	n.quiet("tampered delegations")
}

// walkChanges finds both changes in the logs, once these are final.
func walkChanges(v chainVoter) {
	n := v.newcomer()
	n.arrives("the changes on chain", `["votes to you", "votes to `+account(n.t, "Delegator")[:6]+`"].every(w => document.querySelector("#changes")?.innerText.includes(w))`)
	n.looks("governor delegations changes", false)
	n.quiet("changes on chain")
}
