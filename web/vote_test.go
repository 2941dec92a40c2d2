package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mandate/governance"
	"mandate/governance/demo"
	"mandate/governance/governancetest"
	"mandate/governance/snapshot"
	"mandate/governance/store"
)

// votingRig is a rig where people can vote: the demo's sequencer, score
// service, relayer and practice wallet, and the jobs that send votes.
func votingRig(t testing.TB) *rig {
	t.Helper()
	var wallet http.Handler
	r := newRig(t, demo.Config{}, openSignups, func(c *Config) {
		c.Practice = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { wallet.ServeHTTP(w, r) })
	})
	wallet = r.world.Wallet()
	sequencer, err := snapshot.NewSequencer(snapshot.SequencerConfig{SequencerURL: r.hub.URL + "/seq/", RelayerURL: r.hub.URL + "/relayer/", ScoreURL: r.hub.URL + "/score/", Now: r.clock.now, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	r.agent.Hub, r.agent.Sequencer = r.venue, sequencer
	r.fill()
	if err := r.store.StartJobs(t.Context(), r.agent.Jobs()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.StopJobs(t.Context()) })
	return r
}

// open finds an open proposal of a type that has days to go.
func (r *rig) open(typ governance.VotingType, privacy string) governance.Proposal {
	r.t.Helper()
	for _, ref := range r.refs() {
		d, err := r.store.Proposal(r.t.Context(), ref)
		if err != nil {
			r.t.Fatal(err)
		}
		p := d.Proposal
		if p.Type == typ && p.Privacy == privacy && p.StateAt(r.clock.now()) == governance.Active && p.End.Sub(r.clock.now()) > time.Hour && !p.Deleted && !p.Flagged {
			return p
		}
	}
	r.t.Fatalf("no open proposal of type %s", typ)
	return governance.Proposal{}
}

// person is a browser with the practice wallet.
type person struct {
	*governancetest.Browser
	base string
}

func (p person) run(script string) {
	p.Does(script, chromedp.Evaluate[chromedp.Void](script))
}

const practice = `document.querySelector("dialog[open][data-practice-dialog]")`

// approves presses yes in the practice wallet.
func (p person) approves(what string) {
	p.Sees(what, practice+` !== null`)
	p.run(practice + `.querySelector("[data-practice-approve]").click()`)
}

// signsIn signs in with a practice account.
func (p person) signsIn(account string) {
	p.Does("the account page", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(p.base+"/account"))
	p.Sees("the practice wallet", `document.querySelector("[data-signin] button.wallet") !== null`)
	p.run(`document.querySelector("[data-signin] button.wallet").click()`)
	p.Sees("the accounts", `document.querySelector("[data-practice-account='`+account+`']") !== null`)
	p.run(`document.querySelector("[data-practice-account='` + account + `']").click()`)
	p.approves("connects")
	p.Sees("the text to sign", `document.querySelector("[data-signin-says] pre") !== null && `+practice+` !== null`)
	p.approves("signs")
	p.Sees("signed in", `document.querySelector("[data-signin]") === null && document.querySelector(".masthead__account .addr") !== null`)
}

func (p person) opens(ref governance.Ref, width int64) {
	p.Does("open "+string(ref), chromedp.EmulateViewport(width, 900), chromedp.Navigate(p.base+refPath(ref)))
	p.Sees("the ballot", `document.querySelector("#ballot form[data-ballot]") !== null`)
}

const (
	pressVote = `document.querySelector("#ballot [type=submit]").click()`
	pressSign = `document.querySelector("dialog[open].sheet:not([data-practice-dialog]) .btn--primary").click()`
	sheetOpen = `document.querySelector("dialog[open].sheet:not([data-practice-dialog]) .btn--primary") !== null`
	isCast    = `document.querySelector("#ballot .cast > strong") !== null && document.querySelector("#ballot .steps") === null`
)

// votes fills in with a script, signs, and waits until the vote was read back.
func (p person) votes(fill string) {
	p.run(fill)
	p.run(pressVote)
	p.Sees("the sheet", sheetOpen)
	p.run(pressSign)
	p.approves("signs the vote")
	p.Sees("the vote counts", isCast)
}

var fills = []struct {
	typ     governance.VotingType
	privacy string
	fill    string
	choice  string // as the store has it; "" = looked at apart
}{
	{governance.Basic, "", `document.querySelectorAll("#ballot input[type=radio]")[1].click()`, `2`},
	{governance.SingleChoice, "", `document.querySelectorAll("#ballot input[type=radio]")[0].click()`, `1`},
	{governance.Approval, "", `document.querySelectorAll("#ballot input[type=checkbox]")[0].click(); document.querySelectorAll("#ballot input[type=checkbox]")[1].click()`, `[1,2]`},
	{governance.RankedChoice, "", `while (document.querySelector("[data-rest] li:last-child button")) document.querySelector("[data-rest] li:last-child button").click()`, ""},
	{governance.Copeland, "", `while (document.querySelector("[data-rest] li:last-child button")) document.querySelector("[data-rest] li:last-child button").click()`, ""},
	{governance.Weighted, "", `for (let i = 0; i < 3; i++) document.querySelectorAll("[data-step='1']")[1].click(); document.querySelectorAll("[data-step='1']")[0].click()`, `{"1":1,"2":3}`},
	{governance.RankedChoice, "shutter", `while (document.querySelector("[data-rest] li:last-child button")) document.querySelector("[data-rest] li:last-child button").click()`, `[4,3,2,1]`},
	{governance.Quadratic, "", `document.querySelectorAll("[data-step='1']")[0].click()`, `{"1":1}`},
}

func TestVoteEveryTypeInABrowser(t *testing.T) {
	r := votingRig(t)
	p := person{governancetest.NewBrowser(t), r.base}
	holder := r.world.Practice()[0].Address
	p.signsIn(holder)
	for i, f := range fills {
		prop := r.open(f.typ, f.privacy)
		width := []int64{1280, 360}[i%2]
		p.opens(prop.Ref, width)
		p.Shoot(fmt.Sprintf("vote %s%s %d", f.typ, f.privacy, width))
		p.votes(f.fill)
		p.run(`document.getElementById("ballot").scrollIntoView()`)
		p.ShootWindow(fmt.Sprintf("voted %s%s %d", f.typ, f.privacy, width))
		p.FitsWidth(string(f.typ))
		in := r.lastIntent(holder, prop.Ref)
		if in.State != governance.IntentConfirmed || in.Receipt == nil || !in.Receipt.Verified || f.choice != "" && string(in.Choice) != f.choice {
			t.Errorf("%s: %s %s %+v", f.typ, in.State, in.Choice, in.Receipt)
		}
		for _, said := range p.Complaints() {
			t.Errorf("%s: the browser says %s", f.typ, said)
		}
	}
}

func (r *rig) lastIntent(account string, ref governance.Ref) governance.Intent {
	r.t.Helper()
	list, _, err := r.store.Intents(r.t.Context(), store.IntentFilter{Owner: strings.ToLower(account), Ref: ref, Limit: 1})
	if err != nil || len(list) == 0 {
		r.t.Fatalf("no intent: %v", err)
	}
	return list[0]
}
