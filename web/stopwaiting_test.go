package web

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mandate/governance"
	"mandate/governance/governancetest"
)

// atTheRelayer stores a vote of an account that waits for a Safe's owners.
func (r *rig) atTheRelayer(holder string, p governance.Proposal) governance.Intent {
	r.t.Helper()
	now, ctx := r.clock.now(), r.t.Context()
	i := governance.Intent{ID: randomHex(16), Owner: strings.ToLower(holder), Voter: holder, Act: governance.ActVote, Method: governance.BySignature, Ref: p.Ref, DAO: p.DAO,
		Choice: json.RawMessage("1"), State: governance.IntentArmed, Expires: now.Add(time.Hour), Digest: "0x" + randomHex(32), Payload: json.RawMessage("{}"), Safe: true, Created: now.Add(-time.Minute), Updated: now}
	if err := r.store.AddIntent(ctx, i); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.store.SignIntent(ctx, i.ID, []byte("bytes"), i.Digest, "0x", nil); err != nil {
		r.t.Fatal(err)
	}
	sent, err := r.store.MoveIntent(ctx, i.ID, governance.IntentSent, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return sent
}

func TestStopWaitingByTheAPI(t *testing.T) {
	r := votingRig(t)
	holder := practiceAccount(0)
	in := r.atTheRelayer(holder.address, r.open(governance.Basic, ""))
	path := "/api/v1/me/intents/" + in.ID + "/veto"
	if got := r.visitor(t).signsIn(practiceAccount(1)).json("POST", path, nil); got.StatusCode != 404 {
		t.Errorf("another account: %d %s", got.StatusCode, got.body)
	}
	v := r.visitor(t).signsIn(holder)
	var answer governance.Intent
	got := v.json("POST", path, nil)
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil || got.StatusCode != 200 || answer.State != governance.IntentSuperseded || !strings.HasPrefix(answer.Note, "You stopped waiting.") {
		t.Errorf("%d %s %v", got.StatusCode, got.body, err)
	}
	if got := v.json("POST", path, nil); got.StatusCode != 409 {
		t.Errorf("again: %d %s", got.StatusCode, got.body)
	}
}

// A person who waits in vain gets the ballot back.
func TestStopWaitingInABrowser(t *testing.T) {
	r := votingRig(t)
	p := person{governancetest.NewBrowser(t), r.base}
	holder := r.world.Practice()[0].Address
	p.signsIn(holder)
	prop := r.open(governance.Basic, "")
	first := r.atTheRelayer(holder, prop)
	p.Does("open", chromedp.EmulateViewport(360, 900), chromedp.Navigate(p.base+refPath(prop.Ref)))
	p.Sees("the wait", `document.querySelector("#ballot [data-stop]") !== null && document.querySelector("#ballot form") === null`)
	p.Shoot("waiting for a Safe")
	p.run(`{ const real = fetch; globalThis.refuse = true;
globalThis.fetch = (path, options) => refuse && String(path).endsWith("/veto") ? Promise.resolve(new Response(JSON.stringify({ code: "upstream", detail: "The hub is down." }), { status: 502 })) : real(path, options); }`)
	p.run(`document.querySelector("#ballot [data-stop]").click()`)
	p.Sees("why it still waits", `document.querySelector("#ballot [data-stop-state] [role=alert]")?.textContent.includes("The hub is down.")`)
	p.run(`refuse = false; document.querySelector("#ballot [data-stop]").click()`)
	p.Sees("the ballot", `document.querySelector("#ballot form[data-ballot]") !== null && document.getElementById("ballot").textContent.includes("You stopped waiting.")`)
	p.Shoot("stopped waiting")
	p.votes(`document.querySelectorAll("#ballot input[type=radio]")[1].click()`)
	if in := r.lastIntent(holder, prop.Ref); in.ID == first.ID || in.State != governance.IntentConfirmed {
		t.Errorf("the vote is %s", in.State)
	}
	for _, said := range p.Complaints() {
		t.Errorf("the browser says %s", said)
	}
}
