package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mandate/governance/demo"
	"mandate/governance/governancetest"
)

// walker is a person in front of the demo: a browser with the practice wallet.
type walker struct {
	t    *testing.T
	b    *governancetest.Browser
	base string // of the program
	hub  string // GraphQL, of the demo world
	dir  string // of its database
}

func (w walker) in(t *testing.T) walker {
	w.t, w.b = t, w.b.For(t)
	return w
}

// account finds a practice account by its name.
func account(t *testing.T, name string) string {
	t.Helper()
	if name == contractWallet {
		address, _ := demo.PracticeSafe()
		return address
	}
	for _, a := range demo.PracticeAccounts() {
		if a.Name == name {
			return a.Address
		}
	}
	t.Fatalf("nobody is called %s", name)
	return ""
}

func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

func script(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](text)
}

func (w walker) open(path string) {
	w.t.Helper()
	w.b.Does("open "+path, chromedp.Navigate(w.base+path))
}

func (w walker) wide(width int64) {
	w.t.Helper()
	w.b.Does("width", chromedp.EmulateViewport(width, 900))
}

// asked waits for a question of the practice wallet.
func (w walker) asked(kind string) {
	w.t.Helper()
	w.b.Sees("the wallet's question "+kind, `document.querySelector("dialog.practice[open]")?.dataset.practiceDialog === "`+kind+`"`)
}

// answers presses a button of the practice wallet: approve or reject.
func (w walker) answers(kind, button string) {
	w.t.Helper()
	w.asked(kind)
	w.b.Does(button, click("dialog.practice[open] [data-practice-"+button+"]"))
}

// plays sets the practice wallet by its own button at the foot of the page.
func (w walker) plays(what, change string) {
	w.t.Helper()
	w.b.Does("open the wallet", click("[data-practice-open]"))
	w.asked("settings")
	w.b.Does(what, script(`{ const at = document.querySelector("dialog.practice[open]"); `+change+` }`))
	w.answers("settings", "approve")
}

func (w walker) switches(name string) {
	w.t.Helper()
	w.plays("another account", `const s = at.querySelector("[data-practice-switch]"); s.value = "`+account(w.t, name)+`"; s.dispatchEvent(new Event("change"))`)
}

// signsIn from a page that shows the wallets, with an account that is chosen.
func (w walker) signsIn(name string) {
	w.t.Helper()
	w.b.Sees("the wallet", `document.querySelector("[data-wallets] button")?.innerText.includes("Practice wallet")`)
	w.b.Does("sign in", click("[data-wallets] button"))
	w.b.Sees("a question", `document.querySelector("dialog.practice[open]") !== null`)
	if w.b.Reads(`document.querySelector("dialog.practice[open]").dataset.practiceDialog`) == "connect" {
		w.b.Does("choose", click(`[data-practice-account="`+account(w.t, name)+`"]`))
		w.answers("connect", "approve")
	}
	w.answers("text", "approve")
	w.b.Sees("signed in", `document.querySelector(".masthead__account")?.innerText.includes("…")`)
}

func (w walker) signsOut() {
	w.t.Helper()
	w.open("/account")
	w.b.Does("sign out", click(`button[value="sign-out"]`))
	w.b.Sees("signed out", `document.querySelector(".masthead__account").innerText.trim() === "Sign in"`)
}

// quiet reports what the browser complained about. Refused requests stand in
// its console too, rightly: allowed are their status codes.
func (w walker) quiet(what string, allowed ...string) {
	w.t.Helper()
	refused := regexp.MustCompile(`the server responded with a status of (\d+)`)
said:
	for _, said := range w.b.Complaints() {
		if m := refused.FindStringSubmatch(said); m != nil {
			for _, code := range allowed {
				if m[1] == code {
					continue said
				}
			}
		}
		w.t.Errorf("%s: the browser says %s", what, said)
	}
}

// looks checks that the page fits the smallest phone, and takes its picture
// at three widths where pictures are wanted. window is for open dialogs.
func (w walker) looks(name string, window bool) {
	w.t.Helper()
	w.wide(320)
	w.b.FitsWidth(name + " at 320 px")
	if wide := w.b.Reads(`[...document.querySelectorAll("dialog[open], dialog[open] > div")].filter(e => e.scrollWidth > e.clientWidth).map(e => e.className).join()`); wide != "" {
		w.t.Errorf("%s at 320 px: the dialog overflows in %s", name, wide)
	}
	if os.Getenv("MANDATE_SCREENSHOTS") != "" {
		for _, v := range []struct {
			width int64
			theme string
		}{{1280, "light"}, {360, "light"}, {390, "dark"}} {
			w.b.Does("look", chromedp.EmulateViewport(v.width, 900), script(`document.documentElement.dataset.theme = "`+v.theme+`"`))
			picture := fmt.Sprintf("%s %d %s", name, v.width, v.theme)
			if window {
				w.b.ShootWindow(picture)
			} else {
				w.b.Shoot(picture)
			}
		}
		w.b.Does("light", script(`delete document.documentElement.dataset.theme`))
	}
	w.wide(1280)
}

// TestWallet walks the whole road of a person with a wallet through the
// running demo: signing in, voting on every kind of proposal, delegating,
// tokens. One demo serves all of it.
func TestWallet(t *testing.T) {
	dir := t.TempDir()
	b := governancetest.NewBrowser(t)
	base := start(t, "demo", "--listen", "127.0.0.1:0", "--keep", dir)
	allExplained(t, base, 80)
	_, settings := fetch(t, base+"/settings")
	hub := regexp.MustCompile(`http://127\.0\.0\.1:\d+/graphql`).FindString(settings)
	if hub == "" {
		t.Fatal("the settings do not name the hub")
	}
	w := walker{t: t, b: b, base: base, hub: hub, dir: dir}
	for _, part := range []struct {
		name string
		walk func(walker)
	}{
		{"sign in", walkSignIn}, {"sessions", walkSessions}, {"vote", walkVotes}, {"change a vote", walkChange}, {"wallet faults", walkFaults},
		{"no power", walkNewcomer}, {"delegate", walkDelegations}, {"alias", walkAlias}, {"my votes", walkMyVotes}, {"token", walkToken}, {"official verification", verifyAll}, {"safe", walkSafe},
	} {
		if !t.Run(part.name, func(t *testing.T) { part.walk(w.in(t)) }) && part.name == "sign in" {
			return // nothing else can work
		}
	}
}

// walkSignIn signs in at two widths, after saying no once, and finds the
// values that were set before.
func walkSignIn(w walker) {
	w.wide(1280)
	w.open("/values")
	w.b.Does("say values", script(`document.querySelector("[name=statement]").value = "I care strongly about a lean treasury."`), click("[name=do][value=compile]"))
	w.b.Sees("a principle", `document.querySelectorAll(".principle").length > 0`)
	w.b.Does("save", click(".signbar button[value=save]"))
	w.b.Sees("saved", `document.body.textContent.includes("Version 2")`)
	for _, width := range []int64{1280, 360} {
		w.wide(width)
		w.open("/account")
		w.b.Sees("the wallet", `document.querySelector("[data-wallets] button")?.innerText.includes("Practice wallet")`)
		if width == 1280 {
			w.looks("account out", false)
		}
		w.wide(width)
		w.b.Does("try", click("[data-wallets] button"))
		if width == 1280 {
			w.asked("connect")
			w.looks("practice connect", true)
			w.b.Does("choose", click(`[data-practice-account="`+account(w.t, "Holder")+`"]`))
			w.answers("connect", "approve")
		}
		w.asked("text")
		if text := w.b.Reads(`document.querySelector("dialog.practice[open]").innerText`); !strings.Contains(text, account(w.t, "Holder")) || !strings.Contains(text, strings.TrimPrefix(w.base, "http://")) {
			w.t.Errorf("the wallet shows %s", text)
		}
		if width == 1280 {
			w.looks("practice sign-in text", true)
		}
		w.wide(width)
		w.answers("text", "reject")
		w.b.Sees("the rejection explained", `document.querySelector("[data-signin-says] [role=alert]")?.innerText.includes("Rejected in the wallet")`)
		w.b.FitsWidth("a rejected sign-in")
		w.signsIn("Holder")
		w.b.Sees("the account", `location.pathname === "/account" && document.querySelector("#account .addr")?.innerText === "`+account(w.t, "Holder")+`"`)
		if width == 1280 {
			w.looks("account in", false)
		}
		w.open("/values")
		w.b.Sees("the values that were there", `document.body.textContent.includes("lean treasury") && document.body.textContent.includes("Version 2")`)
		if width == 1280 {
			w.signsOut()
			w.open("/values")
			w.b.Sees("no values without the account", `!document.body.textContent.includes("lean treasury")`)
		}
	}
	w.wide(1280)
	w.quiet("signing in")
}

// walkSessions signs another browser in, sees it listed, and ends it.
func walkSessions(w walker) {
	other := walker{t: w.t, b: governancetest.NewBrowser(w.t), base: w.base}
	other.open("/account")
	other.signsIn("Holder")
	w.open("/account")
	w.b.Sees("two browsers", `document.querySelectorAll("#sessions tbody tr").length === 2`)
	w.b.Does("end the other", click(`#sessions tbody tr:not(:has(.tag--you)) button`))
	w.b.Sees("one browser", `document.querySelectorAll("#sessions tbody tr").length === 1`)
	other.open("/account")
	other.b.Sees("signed out at once", `document.querySelector("h1").innerText === "Sign in with your wallet"`)

	other.signsIn("Holder")
	w.open("/account")
	w.b.Does("everywhere", click(`button[value="sign-out-everywhere"]`))
	w.b.Sees("signed out", `document.querySelector(".masthead__account").innerText.trim() === "Sign in"`)
	other.open("/votes")
	other.b.Sees("signed out too", `document.querySelector(".masthead__account").innerText.trim() === "Sign in"`)
	w.open("/account")
	w.signsIn("Holder")
	w.quiet("sessions")
	other.quiet("the other browser")
}
