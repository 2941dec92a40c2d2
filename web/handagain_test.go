package web

import (
	"testing"

	"mandate/governance"
	"mandate/governance/governancetest"
)

// What was signed is not thrown away because of too many requests or an ended
// session: the page hands the same signature over again.
func TestSignedVoteIsHandedOverAgain(t *testing.T) {
	r := votingRig(t)
	p := person{governancetest.NewBrowser(t), r.base}
	holder := r.world.Practice()[0].Address
	p.signsIn(holder)
	prop := r.open(governance.Basic, "")
	p.opens(prop.Ref, 1280)
	p.run(`{ const answers = [429, 401], real = fetch;
globalThis.handed = [];
globalThis.fetch = (path, options) => {
  if (!String(path).endsWith("/vote/submit")) return real(path, options);
  handed.push(options.body);
  const status = answers.shift();
  return status ? Promise.resolve(new Response(JSON.stringify({ code: status === 429 ? "limited" : "denied", detail: "Not now." }), { status })) : real(path, options);
}; }`)
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
