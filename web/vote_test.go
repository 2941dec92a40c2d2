package web

import (
	"encoding/json"
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

func TestChangeAndTroublesInABrowser(t *testing.T) {
	r := votingRig(t)
	p := person{governancetest.NewBrowser(t), r.base}
	accounts := r.world.Practice()
	p.signsIn(accounts[0].Address)
	prop := r.open(governance.Basic, "")

	p.opens(prop.Ref, 360)
	p.run(`document.querySelectorAll("#ballot input[type=radio]")[0].click()`)
	p.run(pressVote)
	p.Sees("the sheet", sheetOpen)
	p.run(pressSign)
	p.Sees("the wallet asks", practice+` !== null`)
	p.run(practice + `.querySelector("[data-practice-reject]").click()`)
	p.Sees("the rejection is explained", `document.querySelector("dialog[open] [role=alert] strong")?.textContent === "Rejected in the wallet"`)
	if in := r.lastIntent(accounts[0].Address, prop.Ref); in.State != governance.IntentArmed {
		t.Errorf("after a rejection the vote is %s", in.State)
	}
	p.run(pressSign)
	p.approves("signs the vote")
	p.Sees("the vote counts", isCast)

	r.clock.move(2 * time.Second) // a later vote has a later time
	p.run(`document.querySelector("#ballot details:has(form) summary").click()`)
	p.Sees("it starts from what counts", `document.querySelector("#ballot input[type=radio]:checked").value === "1"`)
	p.votes(`document.querySelectorAll("#ballot input[type=radio]")[2].click(); const f = document.getElementById("reason"); f.value = "I changed my mind."; f.dispatchEvent(new Event("input", { bubbles: true }))`)
	p.Sees("the new vote", `document.querySelector("#ballot .cast .quote")?.textContent === "I changed my mind."`)
	if in := r.lastIntent(accounts[0].Address, prop.Ref); string(in.Choice) != "3" || in.State != governance.IntentConfirmed {
		t.Errorf("the change: %s %s", in.Choice, in.State)
	}

	other := r.open(governance.Approval, "")
	p.opens(other.Ref, 1280)
	p.run(`sessionStorage.setItem("practice-wallet", JSON.stringify({ account: "` + accounts[1].Address + `", locked: false, wrong: false }))`)
	p.opens(other.Ref, 1280)
	p.run(`document.querySelectorAll("#ballot input[type=checkbox]")[0].click()`)
	p.run(pressVote)
	p.Sees("the sheet", sheetOpen)
	p.run(pressSign)
	p.Sees("another account is named", `document.querySelector("dialog[open] [role=alert]")?.textContent.includes("this page is signed in as")`)
	p.ShootWindow("wrong account")
	if in := r.lastIntent(accounts[0].Address, other.Ref); in.State != governance.IntentArmed {
		t.Errorf("with another account the vote is %s", in.State)
	}
	for _, said := range p.Complaints() {
		t.Errorf("the browser says %s", said)
	}
}

// A page that was drawn before an edit leads to the new text, not to a vote.
func TestEditedWhileThePageIsOpen(t *testing.T) {
	r := votingRig(t)
	p := person{governancetest.NewBrowser(t), r.base}
	p.signsIn(r.world.Practice()[0].Address)
	prop := r.open(governance.Basic, "")
	p.opens(prop.Ref, 1280)
	r.world.Edit(prop.Ref.ID(), func(e *demo.Proposal) { e.Body += "\n\nAnd twice as much." })
	p.run(`document.querySelectorAll("#ballot input[type=radio]")[0].click()`)
	p.run(pressVote)
	p.Sees("what changed", `document.querySelector("#ballot [data-state] [role=alert] a") !== null`)
	p.ShootWindow("edited meanwhile")
	p.run(`document.querySelector("#ballot [data-state] a").click()`)
	p.Sees("the new text", `document.querySelector("#full").textContent.includes("And twice as much.") && document.querySelector("#ballot form[data-ballot]") !== null`)
	p.votes(`document.querySelectorAll("#ballot input[type=radio]")[0].click()`)
}

// practiceAccount is the practice account with this place as a key that signs in.
func practiceAccount(n int) account {
	key := demo.PracticeKeys()[n]
	return account{key, demo.PracticeAccounts()[n].Address}
}

func TestBallotStates(t *testing.T) {
	r := votingRig(t)
	prop := r.open(governance.SingleChoice, "")
	ballotOf := func(v *visitor, p governance.Proposal) string {
		return v.sees(refPath(p.Ref) + "/ballot?shown=" + p.ContentHash)
	}
	has := func(what, page string, words ...string) {
		t.Helper()
		for _, w := range words {
			word, absent := strings.CutPrefix(w, "!")
			if strings.Contains(page, word) == absent {
				t.Errorf("%s: %q, in %.1500s", what, w, page)
			}
		}
	}
	visitor := r.visitor(t)
	has("a visitor", visitor.sees(refPath(prop.Ref)), "Sign in to vote", "/account?next=", "Voting is open. It ends", "!data-src=\"/proposals/")
	if got := visitor.get(refPath(prop.Ref) + "/ballot"); got.StatusCode == 200 {
		t.Errorf("a visitor gets a ballot: %d", got.StatusCode)
	}
	holder := r.visitor(t).signsIn(practiceAccount(0))
	has("signed in", holder.sees(refPath(prop.Ref)), "data-src=\"/proposals/", "Voting needs script", "!Sign in to vote")
	has("open", ballotOf(holder, prop), "Your voting power", "data-ballot", "Public reason", "data-hash=\""+prop.ContentHash+"\"")
	old := prop
	old.ContentHash = strings.Repeat("0", 64)
	has("drawn before an edit", ballotOf(holder, old), "was edited since this page was drawn", "!data-ballot")

	newcomer := r.visitor(t).signsIn(practiceAccount(1))
	has("no power", ballotOf(newcomer, prop), "Your voting power", "!data-ballot")
	if got := newcomer.get("/api/v1" + refPath(prop.Ref) + "/power"); got.StatusCode != 200 || !strings.Contains(got.body, `"total":0`) || strings.Contains(got.body, `"why":[]`) {
		t.Errorf("power: %d %s", got.StatusCode, got.body)
	}
	r.clock.move(prop.End.Sub(r.clock.now()) + time.Second)
	has("ended", ballotOf(r.visitor(t).signsIn(practiceAccount(0)), prop), "Voting has ended", "!data-ballot")
	r.clock.move(prop.Start.Sub(r.clock.now()) - time.Hour)
	has("not open", ballotOf(r.visitor(t).signsIn(practiceAccount(0)), prop), "Not open yet", "!data-ballot")
}

func TestPrepareRefusals(t *testing.T) {
	r := votingRig(t)
	prop, ranked, sealed := r.open(governance.Basic, ""), r.open(governance.RankedChoice, ""), r.open(governance.RankedChoice, "shutter")
	holder := r.visitor(t).signsIn(practiceAccount(0))
	for _, c := range []struct {
		name   string
		p      governance.Proposal
		body   string
		status int
		want   string
	}{
		{"out of range", prop, `{"choice":9}`, 400, ""},
		{"nothing", prop, `{}`, 400, ""},
		{"a list", prop, `{"choice":[1]}`, 400, ""},
		{"twice the same", ranked, `{"choice":[1,1]}`, 400, ""},
		{"a reason on a sealed vote", sealed, `{"choice":[1,2,3,4],"reason":"because"}`, 400, ""},
		{"a transaction", prop, `{"choice":1,"method":"transaction"}`, 400, "signed message"},
		{"another account", prop, `{"choice":1,"account":"0x000000000000000000000000000000000000dEaD"}`, 403, "that account only"},
		{"another text", prop, `{"choice":1,"content_hash":"` + strings.Repeat("0", 64) + `"}`, 409, ""},
	} {
		got := holder.do("POST", "/api/v1"+refPath(c.p.Ref)+"/vote/prepare", c.body, "Content-Type", "application/json", "Origin", r.base)
		if got.StatusCode != c.status || !strings.Contains(got.body, c.want) {
			t.Errorf("%s: %d %s", c.name, got.StatusCode, got.body)
		}
	}
	list, _, err := r.store.Intents(t.Context(), store.IntentFilter{Owner: strings.ToLower(practiceAccount(0).address)})
	if err != nil || len(list) != 0 {
		t.Errorf("refused votes left %d intents: %v", len(list), err)
	}
	got := holder.do("POST", "/api/v1"+refPath(prop.Ref)+"/vote/prepare", `{"choice":1}`, "Content-Type", "application/json", "Origin", r.base)
	var prepared governance.Prepared
	if err := json.Unmarshal([]byte(got.body), &prepared); err != nil || got.StatusCode != 200 || prepared.ID == "" {
		t.Fatalf("prepared: %d %s", got.StatusCode, got.body)
	}
	submit := func(v *visitor, p governance.Proposal, signature string) answer {
		return v.json("POST", "/api/v1"+refPath(p.Ref)+"/vote/submit", map[string]string{"id": prepared.ID, "signature": signature})
	}
	if got := submit(holder, ranked, "0x"+strings.Repeat("1", 130)); got.StatusCode != 404 {
		t.Errorf("a vote of another proposal: %d", got.StatusCode)
	}
	if got := submit(r.visitor(t).signsIn(practiceAccount(1)), prop, "0x"+strings.Repeat("1", 130)); got.StatusCode != 404 {
		t.Errorf("somebody else's vote: %d", got.StatusCode)
	}
	for _, bad := range []string{"", "0x", "0x12", strings.Repeat("z", 132), "0x" + strings.Repeat("1", 126), "0x" + strings.Repeat("1", 130)} {
		if got := submit(holder, prop, bad); got.StatusCode < 400 || got.StatusCode >= 500 {
			t.Errorf("signature %.10q: %d %s", bad, got.StatusCode, got.body)
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
