package web

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"mandate/governance/demo"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	v := r.visitor(t).signsIn(a)
	soon := r.clock.now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	newToken := func(body string) answer {
		return v.do("POST", "/api/v1/me/tokens", body, "Content-Type", "application/json", "Origin", r.base)
	}
	for body, says := range map[string]string{
		`{"name":"","scopes":["read"],"expires":"` + soon + `"}`:                                "name",
		`{"name":"` + strings.Repeat("n", 61) + `","scopes":["read"],"expires":"` + soon + `"}`: "name",
		`{"name":"x","scopes":[],"expires":"` + soon + `"}`:                                     "at least one scope",
		`{"name":"x","scopes":["all"],"expires":"` + soon + `"}`:                                "read, values or vote",
		`{"name":"x","scopes":["read"]}`:                                                        "in the future",
		`{"name":"x","scopes":["read"],"expires":"2020-01-01T00:00:00Z"}`:                       "in the future",
		`{"name":"x","scopes":["read"],"expires":"2099-01-01T00:00:00Z"}`:                       "one year",
		`{"name":"x","scopes":["read"],"expires":"` + soon + `","owner":true}`:                  "",
	} {
		if got := newToken(body); got.StatusCode != 400 || !strings.Contains(got.body, says) {
			t.Errorf("%s: %d %s", body, got.StatusCode, got.body)
		}
	}
	var made struct{ Token, ID string }
	got := newToken(`{"name":"Script","scopes":["read"],"expires":"` + soon + `"}`)
	if err := json.Unmarshal([]byte(got.body), &made); err != nil || got.StatusCode != 200 || len(made.Token) < 40 {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	if list := v.sees("/api/v1/me/tokens"); strings.Contains(list, made.Token) || !strings.Contains(list, "Script") {
		t.Errorf("the list: %s", list)
	}
	program := r.visitor(t)
	bearer := []string{"Authorization", "Bearer " + made.Token}
	if got := program.get("/api/v1/me/values", bearer...); got.StatusCode != 200 || len(got.Cookies()) > 0 {
		t.Errorf("reading by token: %d %v", got.StatusCode, got.Cookies())
	}
	// Neither Origin nor a cookie matters with a token, and a cookie is not looked at.
	if got := program.do("PUT", "/api/v1/me/values", `{"statement":"x"}`, append(bearer, "Content-Type", "application/json", "Cookie", "mandate="+v.cookie("mandate"))...); got.StatusCode != 403 || !strings.Contains(got.body, "lacks the scope") {
		t.Errorf("writing with a token to read: %d %s", got.StatusCode, got.body)
	}
	for name, header := range map[string]string{"wrong": "Bearer " + made.Token + "x", "empty": "Bearer ", "short": "bearer x"} {
		got := program.get("/api/v1/me/values", "Authorization", header, "Cookie", "mandate="+v.cookie("mandate"))
		if got.StatusCode != 401 || got.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d", name, got.StatusCode)
		}
	}
	if got := program.get("/account", bearer...); strings.Contains(got.body, a.address) {
		t.Error("a token opens a page")
	}
	r.clock.move(6 * time.Minute)
	if got := newToken(`{"name":"Later","scopes":["read"],"expires":"` + soon + `"}`); got.StatusCode != 403 || !strings.Contains(got.body, "Sign again") {
		t.Errorf("without a fresh signature: %d %s", got.StatusCode, got.body)
	}
	if page := v.sees("/account"); !strings.Contains(page, "Sign again with") {
		t.Error("the page does not offer to sign again")
	}
	v.signsIn(a)
	if got := v.post("/account", url.Values{"do": {"new-token"}, "name": {"By form"}, "scope": {"vote", "read"}, "days": {"30"}}); got.StatusCode != 200 || !strings.Contains(got.body, tokenPrefix) || !strings.Contains(got.body, "Only a hash") {
		t.Errorf("the form answers %d", got.StatusCode)
	}
	if got := v.post("/account", url.Values{"do": {"new-token"}, "name": {""}, "scope": {"read"}, "days": {"30"}}); got.StatusCode != 422 || !strings.Contains(got.body, "needs a name") {
		t.Errorf("a form without a name answers %d", got.StatusCode)
	}
	for i := 2; i < maxTokens; i++ {
		if got := newToken(fmt.Sprintf(`{"name":"%d","scopes":["read"],"expires":"%s"}`, i, soon)); got.StatusCode != 200 {
			t.Fatalf("token %d: %s", i, got.body)
		}
	}
	if got := newToken(`{"name":"21","scopes":["read"],"expires":"` + soon + `"}`); got.StatusCode != 409 {
		t.Errorf("token %d: %d", maxTokens+1, got.StatusCode)
	}
	if got := v.do("DELETE", "/api/v1/me/tokens/"+made.ID, "", "Origin", r.base); got.StatusCode != 204 {
		t.Errorf("revoking: %d", got.StatusCode)
	}
	if got := program.get("/api/v1/me/values", bearer...); got.StatusCode != 401 {
		t.Errorf("a revoked token: %d", got.StatusCode)
	}
	secret := strings.Split(strings.SplitN(v.post("/account", url.Values{"do": {"new-token"}, "name": {"Short"}, "scope": {"read"}, "days": {"7"}}).body, tokenPrefix, 3)[1], `"`)[0]
	r.clock.move(8 * 24 * time.Hour)
	if got := program.get("/api/v1/me/values", "Authorization", "Bearer "+tokenPrefix+secret); got.StatusCode != 401 {
		t.Errorf("an expired token: %d", got.StatusCode)
	}
}
