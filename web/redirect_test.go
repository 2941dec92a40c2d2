package web

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"mandate/governance/demo"
)

// hostileNexts are places that no sign-in may lead to.
var hostileNexts = []string{"//evil.example", `\\evil.example`, `/\evil.example`, "/\t/evil.example", "/\n/evil.example", "https:evil.example", "https://evil.example", "javascript:alert(1)", "evil.example", "", "/%09//evil.example\\", "/account", "/account?next=/account",
	"///evil.example", "/ /evil.example", `/%5c`, `/%5Cevil.example`, "/%2f/evil.example", "/%2Fevil.example", "http:/evil.example", "?x", "#x", "/\u2028", "/x\x00", "/" + strings.Repeat("a", 3000)}

func TestNoOpenRedirect(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	v, out := r.visitor(t).signsIn(a), r.visitor(t)
	for _, next := range hostileNexts {
		path := "/account?next=" + url.QueryEscape(next)
		got := v.get(path)
		if to := got.Header.Get("Location"); to != "" {
			t.Errorf("%q leads to %q", next, to)
		}
		if page := out.sees(path); next != "" && strings.Contains(page, `data-next="`+next) {
			t.Errorf("%q stands in the page", next)
		}
	}
	for _, next := range []string{"/", "/votes", "/proposals?state=all&q=a+b", "/proposals/snapshot%3Aa.eth%3A0x01", "/values#rules"} {
		if to := v.get("/account?next=" + url.QueryEscape(next)).Header.Get("Location"); to != next {
			t.Errorf("%q leads to %q", next, to)
		}
	}
	if got := out.post("/account", url.Values{"do": {"sign-out"}}); got.StatusCode != 303 || got.Header.Get("Location") != "/account" {
		t.Errorf("a visitor's form: %d %s", got.StatusCode, got.Header.Get("Location"))
	}
}

// TestSignInKeepsSecrets: no nonce, signature, cookie or token is written
// down, at any level, whether it was accepted or refused.
func TestSignInKeepsSecrets(t *testing.T) {
	t.Parallel()
	a, b := newAccount(t), newAccount(t)
	var once string
	r := newRig(t, demo.Config{Empty: true}, func(c *Config) { c.OwnerToken, once = NewOwnerToken(c.Now()) })
	v := r.visitor(t)
	secrets := map[string]string{"the one-time token": once}
	m := v.asks(b)
	secrets["a refused signature"], secrets["a refused nonce"] = b.sign(t, m)[2:], v.cookie("mandate-pre")[33:]
	v.verifies(m, b.sign(t, m), "wrong-one-time-token")
	secrets["a wrong one-time token"] = "wrong-one-time-token"
	m = v.asks(a)
	secrets["the signature"], secrets["the nonce"], secrets["the cookie of the question"] = a.sign(t, m)[2:], v.cookie("mandate-pre")[33:], v.cookie("mandate-pre")
	if got := v.verifies(m, a.sign(t, m), once); got.StatusCode != 200 {
		t.Fatal(got.body)
	}
	secrets["the session"] = v.cookie("mandate")
	got := v.json("POST", "/api/v1/me/tokens", map[string]any{"name": "canary-name", "scopes": []string{"read"}, "expires": r.clock.now().Add(time.Hour)})
	var made struct{ Token string }
	if err := json.Unmarshal([]byte(got.body), &made); err != nil {
		t.Fatal(err)
	}
	secrets["a token"], secrets["its name"] = made.Token, "canary-name"
	r.visitor(t).get("/api/v1/me/values", "Authorization", "Bearer "+made.Token)
	r.visitor(t).get("/api/v1/me/values", "Authorization", "Bearer canary-wrong-token")
	secrets["a wrong token"] = "canary-wrong-token"
	v.get("/account?next=/canary-next")
	secrets["where to go"] = "canary-next"
	v.post("/account", url.Values{"do": {"sign-out-everywhere"}})
	log := r.log.String()
	for what, secret := range secrets {
		if len(secret) < 8 || strings.Contains(log, secret) {
			t.Errorf("the log holds %s (%d characters)", what, len(secret))
		}
	}
	if !strings.Contains(log, `"path":"/api/v1/siwe/verify"`) {
		t.Error("the log does not hold the request at all")
	}
}
