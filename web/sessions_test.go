package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"mandate/governance/demo"
)

func TestDevice(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0":                                                                  "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":                         "Chrome on Android",
		"curl/8.5.0": "A program", "": "A program", "<script>Firefox</script>": "Firefox",
	} {
		if got := device(agent); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}

func (v *visitor) sessions() []apiLogin {
	v.t.Helper()
	var out apiList[apiLogin]
	if err := json.Unmarshal([]byte(v.sees("/api/v1/me/sessions")), &out); err != nil {
		v.t.Fatal(err)
	}
	return out.Items
}

func TestLogins(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	one, two, three := r.visitor(t).signsIn(a), r.visitor(t).signsIn(a), r.visitor(t).signsIn(a)
	list := one.sessions()
	current := 0
	for _, l := range list {
		current += btoi(l.Current)
	}
	if len(list) != 3 || current != 1 {
		t.Fatalf("%+v", list)
	}
	// One browser signs another one out; that one is out at its next request.
	for _, l := range two.sessions() {
		if l.Current {
			if got := one.json("DELETE", "/api/v1/me/sessions/"+l.ID, nil); got.StatusCode != 204 {
				t.Errorf("revoking answers %d %s", got.StatusCode, got.body)
			}
		}
	}
	if got := two.get("/api/v1/me/sessions"); got.StatusCode != 401 || two.cookie("mandate") != "" {
		t.Errorf("a revoked session answers %d, cookie %q", got.StatusCode, two.cookie("mandate"))
	}
	kept := one.cookie("mandate")
	if got := one.json("DELETE", "/api/v1/session", nil); got.StatusCode != 204 {
		t.Errorf("sign out answers %d", got.StatusCode)
	}
	if got := r.visitor(t).get("/api/v1/me/sessions", "Cookie", "mandate="+kept); got.StatusCode != 401 {
		t.Errorf("the old cookie answers %d", got.StatusCode)
	}
	// Everywhere.
	four := r.visitor(t).signsIn(a)
	if got := three.post("/account", url.Values{"do": {"sign-out-everywhere"}}); got.StatusCode != 303 || got.Header.Get("Location") != "/account" {
		t.Errorf("everywhere answers %d", got.StatusCode)
	}
	for i, v := range []*visitor{three, four} {
		if got := v.get("/api/v1/me/sessions"); got.StatusCode != 401 {
			t.Errorf("after all were ended, %d answers %d", i, got.StatusCode)
		}
	}
	// Signing again ends the former login of the browser.
	five := r.visitor(t).signsIn(a)
	first := five.cookie("mandate")
	five.signsIn(a)
	if list := five.sessions(); len(list) != 1 || first == five.cookie("mandate") {
		t.Errorf("signing again leaves %d logins", len(list))
	}
	if got := r.visitor(t).get("/api/v1/me/sessions", "Cookie", "mandate="+first); got.StatusCode != 401 {
		t.Errorf("the former cookie answers %d", got.StatusCode)
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	idle := r.visitor(t).signsIn(a)
	r.clock.move(loginIdle + time.Minute)
	if got := idle.get("/api/v1/me/sessions"); got.StatusCode != 401 {
		t.Errorf("after 12 idle hours: %d", got.StatusCode)
	}
	busy, used := r.visitor(t).signsIn(a), time.Duration(0)
	for ; used < loginLife-time.Hour; used += 11 * time.Hour {
		if got := busy.get("/api/v1/me/sessions"); got.StatusCode != 200 {
			t.Fatalf("after %s in use: %d", used, got.StatusCode)
		}
		r.clock.move(11 * time.Hour)
	}
	r.clock.move(time.Until(time.Now()) + loginLife - used)
	if got := busy.get("/api/v1/me/sessions"); got.StatusCode != 401 {
		t.Errorf("after 7 days: %d", got.StatusCode)
	}
	// Who is no owner any more is out.
	former := r.visitor(t).signsIn(a)
	r.server.Owners = []string{newAccount(t).address}
	if got := former.get("/api/v1/me/sessions"); got.StatusCode != 401 {
		t.Errorf("a former owner gets %d", got.StatusCode)
	}
}

func TestCookies(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	for scheme, prefix := range map[string]string{"http": "", "https": "__Host-"} {
		r := newRig(t, demo.Config{Empty: true}, ownedBy(a), func(c *Config) {
			u := *c.PublicURL
			u.Scheme = scheme
			c.PublicURL = &u
		})
		v := r.visitor(t)
		origin := []string{"Content-Type", "application/json", "Sec-Fetch-Site", "same-origin"}
		asked := v.do("POST", "/api/v1/siwe/nonce", `{"address":"`+a.address+`"}`, origin...)
		var out struct{ Message string }
		if err := json.Unmarshal([]byte(asked.body), &out); err != nil {
			t.Fatal(err, asked.body)
		}
		if got, want := asked.Header.Get("Strict-Transport-Security"), map[string]string{"https": "max-age=31536000; includeSubDomains"}[scheme]; got != want {
			t.Errorf("%s: HSTS %q", scheme, got)
		}
		pre := asked.Cookies()[0]
		if pre.Name != prefix+"mandate-pre" || !pre.HttpOnly || pre.SameSite != http.SameSiteStrictMode || pre.Secure != (scheme == "https") || pre.Path != "/" || pre.Domain != "" || pre.MaxAge != 300 {
			t.Errorf("%s: %+v", scheme, pre)
		}
		body, _ := json.Marshal(map[string]string{"message": out.Message, "signature": a.sign(t, out.Message)}) // text is always JSON
		in := v.do("POST", "/api/v1/siwe/verify", string(body), append(origin, "Cookie", pre.Name+"="+pre.Value)...)
		found := false
		for _, c := range in.Cookies() {
			if c.Name != prefix+"mandate" {
				continue
			}
			found = true
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != (scheme == "https") || c.Path != "/" || c.Domain != "" || c.MaxAge > int(loginLife.Seconds())+60 || len(c.Value) < 43 {
				t.Errorf("%s: %+v", scheme, c)
			}
		}
		if !found {
			t.Errorf("%s: no session: %d %s", scheme, in.StatusCode, in.body)
		}
	}
}
