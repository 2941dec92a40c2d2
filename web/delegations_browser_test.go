package web

import (
	"net/http"
	"testing"
	"time"

	"mandate/governance"
	nodes "mandate/governance/chain"
	"mandate/governance/demo"
	"mandate/governance/demo/devchain"
	"mandate/governance/governancetest"
	"mandate/governance/snapshot"
	"mandate/governance/store"

	"github.com/chromedp/chromedp"
)

// chainRig is a rig with the demo's chain, sequencer and practice wallet: what
// is delegated stands on a chain and is read back from there.
func chainRig(t testing.TB) *rig {
	t.Helper()
	var paid []string
	for _, a := range demo.PracticeAccounts() {
		paid = append(paid, a.Address)
	}
	node, err := devchain.Start(t.Context(), devchain.Config{Fund: paid})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = node.Close() })
	var wallet http.Handler
	r := newRig(t, demo.Config{Chain: node.URL()}, openSignups, func(c *Config) {
		c.ChainIDs = []uint64{1}
		c.Practice = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { wallet.ServeHTTP(w, r) })
	})
	wallet = r.world.Wallet()
	r.agent.Sequencer, err = snapshot.NewSequencer(snapshot.SequencerConfig{SequencerURL: r.hub.URL + "/seq/", RelayerURL: r.hub.URL + "/relayer/", ScoreURL: r.hub.URL + "/score/", Now: r.clock.now, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	r.agent.Hub = r.venue
	r.agent.Chains = nodes.New(nodes.Config{URLs: map[uint64][]string{1: {node.URL()}}, Client: &http.Client{Timeout: 5 * time.Second}, Log: r.agent.Log, Now: time.Now})
	r.fill()
	if err := r.store.StartJobs(t.Context(), r.agent.Jobs()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.StopJobs(t.Context()) })
	return r
}

// of is the form of a DAO that counts the registry, as an expression.
const registryForm = `[...document.querySelectorAll("form[data-delegate][data-dao]")].find((f) => f.querySelector("[data-method=registry][data-act=set]:not([data-every])"))`

func (p person) picks(option string) {
	p.run(`{ const f = ` + registryForm + `; f.closest("details").open = true; f.querySelector("` + option + `").click() }`)
}

func (p person) types(name, text string) {
	p.run(`{ const e = ` + registryForm + `.querySelector("input[name=` + name + `]"); e.value = "` + text + `"; e.dispatchEvent(new Event("input", { bubbles: true })) }`)
}

func (p person) presses() { p.run(registryForm + `.querySelector("[type=submit]").click()`) }

// sends looks at the sheet, sends, and approves in the practice wallet.
func (p person) sends(what string) {
	p.Sees("the sheet: "+what, sheetOpen)
	p.FitsWidth(what)
	p.Shoot(what)
	p.run(pressSign)
	p.approves(what)
}

// delegated is true where somebody else votes in a DAO.
const delegated = `[...document.querySelectorAll("tr[data-item] use")].some((e) => e.getAttribute("href") === "#i-person")`

// atRest: the scripts run, and nothing is read any more that the page would be
// drawn anew for.
const atRest = `document.readyState === "complete" && document.querySelector("#read-state:not([hx-get], [data-done])") !== null`

func TestDelegateInABrowser(t *testing.T) {
	r := chainRig(t)
	p := person{governancetest.NewBrowser(t), r.base}
	accounts := r.world.Practice()
	me, other := accounts[0].Address, accounts[1].Address
	p.signsIn(me)
	p.Does("delegations", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(r.base+"/delegations"))
	p.Sees("the DAOs were read", registryForm+` !== undefined && `+atRest)
	p.Shoot("delegations read")

	const set, end, every = "[data-method=registry][data-act=set]:not([data-every])", "[data-method=registry][data-act=clear]:not([data-every])", "[data-method=registry][data-act=set][data-every]"
	p.picks(set)
	for _, c := range [][2]string{{"", "Give the address first."}, {"vitalik.eth", "Names are not looked up"}, {other[:20], "this one has 20"}, {me, "your own account"}, {swapCase(other), "do not fit"}, {zeroAddress, "zero address"}} {
		p.types("delegate", c[0])
		p.presses()
		p.Sees(c[1], registryForm+`.querySelector("[data-error]").textContent.includes("`+c[1]+`")`)
	}
	if list, _, err := r.store.Intents(t.Context(), store.IntentFilter{Owner: me}); err != nil || len(list) != 0 {
		t.Errorf("%d intents of refused addresses, %v", len(list), err)
	}

	p.types("delegate", other)
	p.presses()
	p.sends("delegate")
	p.Sees("the delegate votes", delegated)
	p.Shoot("delegated")

	p.picks(every)
	p.types("delegate", other)
	p.types("typed", "all")
	p.presses()
	p.Sees("ALL has to be typed", registryForm+`.querySelector("[data-error]").textContent.includes("Type ALL")`)
	p.types("typed", "ALL")
	p.presses()
	p.Sees("the sheet", sheetOpen)
	p.run(`document.querySelector("dialog[open].sheet .btn--quiet").click()`)
	p.Sees("not signed", registryForm+`.querySelector("[data-state]").textContent.includes("Nothing was sent")`)

	p.Does("phone", chromedp.EmulateViewport(390, 900), chromedp.Navigate(r.base+"/delegations"))
	p.picks(end)
	p.presses()
	p.sends("take back")
	p.Sees("nobody else votes", `document.querySelector("tr[data-item]") !== null && !`+delegated)
	for _, said := range p.Complaints() {
		t.Errorf("the browser says %s", said)
	}
	acts := r.acts(t, me)
	if acts[governance.ActDelegate] != governance.IntentConfirmed || acts[governance.ActUndelegate] != governance.IntentConfirmed {
		t.Errorf("%v", acts)
	}
}

// acts are the states of the newest intent of each kind.
func (r *rig) acts(t *testing.T, owner string) map[governance.Act]governance.IntentState {
	t.Helper()
	list, _, err := r.store.Intents(t.Context(), store.IntentFilter{Owner: owner})
	if err != nil {
		t.Fatal(err)
	}
	out := map[governance.Act]governance.IntentState{}
	for _, in := range list {
		if in.State != governance.IntentArmed && out[in.Act] == "" {
			out[in.Act] = in.State
		}
	}
	return out
}

// swapCase breaks the checksum of an address.
func swapCase(address string) string {
	b := []byte(address)
	for i := 2; i < len(b); i++ {
		switch c := b[i]; {
		case c >= 'a' && c <= 'f':
			b[i] = c - 'a' + 'A'
			return string(b)
		}
	}
	return address
}

func TestKeysInABrowser(t *testing.T) {
	r := chainRig(t)
	p := person{governancetest.NewBrowser(t), r.base}
	me, key := r.world.Practice()[0].Address, personA
	p.signsIn(me)
	p.Does("delegations", chromedp.EmulateViewport(390, 900), chromedp.Navigate(r.base+"/delegations"))
	p.Sees("the DAOs were read", registryForm+` !== undefined && `+atRest+` && document.querySelector("form[data-alias] [type=submit]:not(:disabled)") !== null`)
	p.run(`{ const f = document.querySelector("form[data-alias=authorise]"); f.closest("details").open = true; f.querySelector("input").value = "` + key + `"; f.querySelector("[type=submit]").click() }`)
	p.sends("authorise a key")
	p.Sees("the key speaks", `document.querySelector("form[data-key='`+key+`']") !== null`)
	p.FitsWidth("keys")
	r.clock.move(2 * time.Second) // a later message has a later time
	p.Sees("the script runs", `document.querySelector("form[data-key] [type=submit]:not(:disabled)") !== null`)
	p.run(`document.querySelector("form[data-key='` + key + `'] [type=submit]").click()`)
	p.sends("revoke a key")
	p.Sees("no key speaks", `document.getElementById("alias-h").textContent.includes("No other key") && document.querySelector("form[data-key]") === null`)
	if acts := r.acts(t, me); acts[governance.ActAlias] != governance.IntentConfirmed || acts[governance.ActUnalias] != governance.IntentConfirmed {
		t.Errorf("%v", acts)
	}
	for _, said := range p.Complaints() {
		t.Errorf("the browser says %s", said)
	}
}
