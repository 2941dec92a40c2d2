package main

import (
	"net/url"
	"testing"
	"time"
)

// contractWallet is the practice account that is a contract.
const contractWallet = "Contract wallet"

// walkSafe votes as a contract: signed in by ERC-1271, then once with its
// owner's signature and once by a transaction of its owner, which the relayer
// waits for.
func walkSafe(w walker) {
	_, path := w.proposalOf("[HIP-40]")
	w.signsOut()
	w.switches(contractWallet)
	w.open("/account?next=" + url.QueryEscape(path))
	w.signsIn(contractWallet)
	for _, onChain := range []bool{false, true} {
		name := map[bool]string{false: "owner's signature", true: "owner's transaction"}[onChain]
		w.t.Run(name, func(t *testing.T) { w.in(t).votesAsContract(onChain) })
	}
	w.quiet("a contract's votes")
}

func (w walker) votesAsContract(onChain bool) {
	id, path := w.proposalOf("[HIP-40]")
	choice := 1
	if onChain {
		id, path = w.proposalOf("Delegate compensation")
		choice = 2
	}
	w.ballot(path)
	picks(choice)(w)
	if onChain {
		w.b.Does("say so", script(`document.querySelector("form[data-ballot] [name=safe]").click()`))
	}
	w.sheet()
	w.b.Does("sign", click(sheetPress))
	w.asked("typed")
	if onChain {
		w.b.Does("on chain", click("dialog.practice[open] [data-practice-onchain]"))
	}
	w.answers("typed", "approve")
	w.looks("safe after signing", false)
	voter := account(w.t, contractWallet)
	for tries := 0; w.voteAt(id, voter) == nil && tries < 300; tries++ { // the relayer looks at the chain when it is asked
		time.Sleep(100 * time.Millisecond)
	}
	w.readBack()
	if vote := w.voteAt(id, voter); vote == nil || string(vote.Choice) != map[bool]string{false: "1", true: "2"}[onChain] {
		w.t.Fatalf("the hub has %+v", vote)
	}
}
