package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mandate/governance"
	"mandate/governance/demo"
	"mandate/governance/governancetest"
)

// practising is a rig with the demo's wallet in its pages.
func practising(t *testing.T, change ...func(*Config)) *rig {
	t.Helper()
	wallet, err := demo.New(demo.Config{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	return newRig(t, demo.Config{Empty: true}, append(change, func(c *Config) { c.Practice = wallet.Wallet() })...)
}

func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// waitFor is true when the practice wallet asks a question of a kind.
func asked(kind string) string {
	return `document.querySelector("dialog.practice[open]")?.dataset.practiceDialog === "` + kind + `"`
}

// TestSignInByHand signs in with a wallet as a person does: with the one-time
// token, at the width of a phone and of a desktop, with a rejection first.
func TestSignInByHand(t *testing.T) {
	b := governancetest.NewBrowser(t)
	for _, width := range []int64{390, 1280} {
		var once string
		r := practising(t, func(c *Config) { c.OwnerToken, once = NewOwnerToken(c.Now()) })
		holder := demo.PracticeAccounts()[0].Address
		b.Does("open", chromedp.EmulateViewport(width, 900), chromedp.Navigate(r.base+"/account?next=/values"))
		b.Sees("the wallet", `document.querySelector("[data-wallets] button")?.innerText.includes("Sign in with Practice wallet")`)
		if b.Reads(`String(document.querySelector("[data-without-script]"))+document.querySelector("[data-no-wallet]").hidden`) != "nulltrue" {
			t.Error("the page says that there is no script, or no wallet")
		}
		b.FitsWidth("signing in")
		b.Shoot("account signed out")

		b.Does("try", click("[data-wallets] button"))
		b.Sees("which account", asked("connect"))
		b.Does("choose", click(`[data-practice-account="`+holder+`"]`))
		approveIfAsked(b)
		b.Sees("the question", asked("text"))
		if !strings.Contains(b.Reads(`document.querySelector("[data-signin-says] pre").textContent`), "This moves nothing, votes nothing") {
			t.Error("the page does not show the text that the wallet shows")
		}
		b.Does("reject", click("[data-practice-reject]"))
		b.Sees("the rejection", `document.querySelector("[data-signin-says] [role=alert]")?.innerText.includes("Rejected in the wallet") && document.activeElement.matches(".wallet")`)

		b.Does("without the token", click("[data-wallets] button"))
		b.Sees("the question", asked("text"))
		b.Does("sign", click("[data-practice-approve]"))
		b.Sees("the refusal", `document.querySelector("[data-signin-says] [role=alert]")?.innerText.includes("has no owner yet")`)
		b.Complaints() // the refused request is in the console, rightly

		b.Does("with the token", chromedp.SendKeys(chromedp.CSS("#owner-token"), once), click("[data-wallets] button"))
		b.Sees("the question", asked("text"))
		b.Does("sign", click("[data-practice-approve]"))
		b.Sees("the page that was asked for", `location.pathname === "/values" && document.querySelector(".masthead__account").innerText.includes("…")`)

		b.Does("the account", chromedp.Navigate(r.base+"/account"))
		b.Sees("the account", `document.querySelector("#account .addr").innerText === "`+holder+`" && document.querySelectorAll("#sessions tbody tr").length === 1`)
		b.Does("narrow", chromedp.EmulateViewport(320, 900))
		b.FitsWidth("the account at 320 px")
		b.Shoot("account signed in narrow")
		b.Does("wide again", chromedp.EmulateViewport(width, 900))
		b.Shoot("account signed in")

		makesToken(t, b, r)
		b.Does("sign out", click(`button[value="sign-out"]`))
		b.Sees("signed out", `document.querySelector("h1").innerText === "Sign in with your wallet" && document.querySelector(".masthead__account").innerText.trim() === "Sign in"`)
		for _, c := range b.Complaints() {
			t.Errorf("the browser says %s", c)
		}
		b.Does("forget", chromedp.Evaluate[chromedp.Void](`sessionStorage.clear(); localStorage.clear()`))
	}
}

// approveIfAsked presses on where the wallet wants a second press.
func approveIfAsked(b *governancetest.Browser) {
	if b.Reads(`String(`+asked("connect")+` && document.querySelector("[data-practice-approve]") !== null)`) == "true" {
		b.Does("allow", click("[data-practice-approve]"))
	}
}

// makesToken makes a token on the account page, first with an old signature,
// then with a new one, and uses it.
func makesToken(t *testing.T, b *governancetest.Browser, r *rig) {
	t.Helper()
	r.clock.move(6 * time.Minute)
	b.Does("later", chromedp.Navigate(r.base+"/account"), click("#new-token summary"))
	b.Sees("sign again", `document.querySelector("#new-token [data-wallets] button")?.innerText.includes("Sign again with")`)
	b.Does("sign again", click("#new-token [data-wallets] button"))
	b.Sees("the question", asked("text"))
	b.Does("sign", click("[data-practice-approve]"))
	b.Sees("the form", `document.querySelector("#token-name") !== null`)
	b.Does("fill in", chromedp.Evaluate[chromedp.Void](`document.querySelector("#new-token").open = true`), chromedp.SendKeys(chromedp.CSS("#token-name"), "Script"), click(`button[value="new-token"]`))
	b.Sees("the secret", `document.querySelector("[data-secret]")?.value.startsWith("mandate_")`)
	secret := b.Reads(`document.querySelector("[data-secret]").value`)
	if got := r.visitor(t).get("/api/v1/me/values", "Authorization", "Bearer "+secret); got.StatusCode != http.StatusOK {
		t.Errorf("the token answers %d", got.StatusCode)
	}
	tokens, err := r.store.Tokens(t.Context(), demo.PracticeAccounts()[0].Address)
	if err != nil || len(tokens) != 1 || len(tokens[0].Scopes) != 1 || tokens[0].Scopes[0] != governance.ScopeRead {
		t.Errorf("%+v, %v", tokens, err)
	}
	b.FitsWidth("a new token")
	b.Shoot("account new token")
	b.Does("revoke", click(`#tokens button[value^="end-token:"]`))
	b.Sees("no token", `document.querySelector("#tokens tbody") === null`)
}

// TestNoWallet says what to do where there is none.
func TestNoWallet(t *testing.T) {
	b := governancetest.NewBrowser(t)
	r := newRig(t, demo.Config{Empty: true}, func(c *Config) { c.Demo = false })
	b.Does("open", chromedp.EmulateViewport(320, 900), chromedp.Navigate(r.base+"/account"))
	b.Sees("no wallet", `!document.querySelector("[data-no-wallet]").hidden && document.querySelector("[data-no-wallet]").innerText.includes("Install one")`)
	b.FitsWidth("no wallet at 320 px")
	b.Shoot("account no wallet")
	// One that comes late is seen.
	b.Does("install", chromedp.Evaluate[chromedp.Void](`addEventListener("eip6963:requestProvider", announce); function announce() { dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info: { uuid: "11111111-1111-4111-8111-111111111111", name: "Late", rdns: "example.late", icon: "" }, provider: { request: async () => [] } }) })); } announce()`))
	b.Sees("the wallet", `document.querySelector("[data-wallets] button")?.innerText.includes("Late") && document.querySelector("[data-no-wallet]").hidden`)
	b.Does("use it", click("[data-wallets] button"))
	b.Sees("it is locked", `document.querySelector("[data-signin-says] [role=alert]")?.innerText.includes("The wallet is locked")`)
	for _, c := range b.Complaints() {
		t.Errorf("the browser says %s", c)
	}
}
