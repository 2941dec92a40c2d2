package web

import (
	"testing"

	"github.com/chromedp/chromedp"

	"mandate/governance"
	"mandate/governance/governancetest"
)

// refusedTwice is a script that keeps what is handed over at an address, and
// has it refused twice before it arrives.
func refusedTwice(address string) string {
	return `{ const answers = [429, 401], real = fetch;
globalThis.handed = [];
globalThis.fetch = (path, options) => {
  if (!String(path).endsWith("` + address + `")) return real(path, options);
  handed.push(options.body);
  const status = answers.shift();
  return status ? Promise.resolve(new Response(JSON.stringify({ code: status === 429 ? "limited" : "denied", detail: "Not now." }), { status })) : real(path, options);
}; }`
}

// What was signed is not thrown away because of too many requests or an ended
// session: the page hands the same signature over again.
func TestSignedVoteIsHandedOverAgain(t *testing.T) {
	r := votingRig(t)
	p := person{governancetest.NewBrowser(t), r.base}
	holder := r.world.Practice()[0].Address
	p.signsIn(holder)
	prop := r.open(governance.Basic, "")
	p.opens(prop.Ref, 1280)
	p.run(refusedTwice("/vote/submit"))
	p.run(`document.querySelectorAll("#ballot input[type=radio]")[1].click()`)
	p.run(pressVote)
	p.Sees("the sheet", sheetOpen)
	p.run(pressSign)
	p.approves("signs the vote")
	const again = `document.querySelector("#ballot [data-state] [role=alert] button")`
	for _, n := range []string{"1", "2"} {
		p.Sees("handed over "+n, `handed.length === `+n+` && `+again+` !== null`)
		p.run(again + `.click()`)
	}
	p.Sees("the vote counts", isCast)
	if p.Reads(`handed.length === 3 && new Set(handed).size === 1 ? "same" : "other"`) != "same" {
		t.Error("another signature was handed over")
	}
	if in := r.lastIntent(holder, prop.Ref); in.State != governance.IntentConfirmed {
		t.Errorf("the vote is %s", in.State)
	}
}

// A transaction that the wallet has sent is not sent anew either: the page
// hands the same hash over again.
func TestSentTransactionIsHandedOverAgain(t *testing.T) {
	r := chainRig(t)
	p := person{governancetest.NewBrowser(t), r.base}
	accounts := r.world.Practice()
	me, other := accounts[0].Address, accounts[1].Address
	p.signsIn(me)
	p.Does("delegations", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(r.base+"/delegations"))
	p.Sees("the DAOs were read", registryForm+` !== undefined && `+atRest)
	p.run(refusedTwice("/me/delegations/submit"))
	p.picks("[data-method=registry][data-act=set]:not([data-every])")
	p.types("delegate", other)
	p.presses()
	p.sends("delegate")
	const again = registryForm + `?.querySelector("[data-state] [role=alert] button")`
	for _, n := range []string{"1", "2"} {
		p.Sees("handed over "+n, `handed.length === `+n+` && !!`+again)
		p.Sees("the same", `new Set(handed).size === 1 && JSON.parse(handed[0]).tx_hash.length === 66`)
		p.run(again + `.click()`)
	}
	p.Sees("the delegate votes", delegated)
	if acts := r.acts(t, me); acts[governance.ActDelegate] != governance.IntentConfirmed {
		t.Errorf("%v", acts)
	}
}
