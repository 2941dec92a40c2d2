package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/demo"
)

// access says who may pass a route's door. What the handler then says about
// the request is another matter.
type access string

const (
	forAll      access = "everybody"                           // nothing of anybody's is there
	forVisitors access = "everybody, each their own"           // by browser; tokens need a scope
	forBrowsers access = "everybody but tokens"                // signing in
	forAccounts access = "signed-in browsers"                  // no token, whatever its scopes
	forScope    access = "signed-in browsers, tokens by scope" // the API of an account
	forMachine  access = "this machine"                        // or who has the metrics token
)

type expectation struct {
	access access
	scope  governance.TokenScope
	ids    string // what :id names: "session", "token", "intent"
}

// expectations has a line for every route. A route without one fails the
// test: decide first who may use it.
func expectations() map[string]expectation {
	all, read, vote := expectation{access: forAll}, expectation{access: forScope, scope: governance.ScopeRead}, expectation{access: forScope, scope: governance.ScopeVote}
	account := expectation{access: forAccounts}
	return map[string]expectation{
		"GET /healthz": all, "GET /readyz": all, "GET /static/*": all, "GET /events": all, "GET /metrics": {access: forMachine},
		"GET /": all, "GET /proposals": all, "GET /proposals/:ref": all, "GET /daos": all, "GET /daos/:ref": all, "GET /settings": all,
		"GET /values": all, "POST /values": all, "POST /values/preview": all, // each their own, by session: TestValuesAreTheOwn
		"GET /chains": all, "GET /proposals/:ref/votes": all, "GET /api/v1/proposals/:ref/votes": all, "POST /chains": account, "GET /api/v1/governors": all, "GET /api/v1/nodes": all,
		"POST /api/v1/governors": account, "DELETE /api/v1/governors/:governor": account, "POST /api/v1/nodes": account, "DELETE /api/v1/nodes/:chain": account,
		"GET /account": all, "POST /account": account, "POST /demo/wallet": all,
		"GET /proposals/:ref/ballot": account, "GET /votes.csv": account, "GET /votes.json": account, "POST /votes": account, "POST /delegations": account,
		"GET /votes": all, "GET /delegations": all, // to a visitor they say how to sign in: TestForeignIds
		"GET /api/v1/openapi.json": all, "GET /api/v1/proposals": all, "GET /api/v1/proposals/:ref": all, "GET /api/v1/daos": all,
		"GET /api/v1/proposals/:ref/score": {access: forVisitors, scope: governance.ScopeRead},
		"GET /api/v1/me/values":            {access: forVisitors, scope: governance.ScopeRead},
		"PUT /api/v1/me/values":            {access: forVisitors, scope: governance.ScopeValues},
		"POST /api/v1/siwe/nonce":          {access: forBrowsers}, "POST /api/v1/siwe/verify": {access: forBrowsers},
		"DELETE /api/v1/session": account, "GET /api/v1/me/sessions": account, "DELETE /api/v1/me/sessions": account, "DELETE /api/v1/me/sessions/:id": {access: forAccounts, ids: "session"},
		"GET /api/v1/me/tokens": account, "POST /api/v1/me/tokens": account, "DELETE /api/v1/me/tokens/:id": {access: forAccounts, ids: "token"},
		"GET /api/v1/proposals/:ref/power": read, "POST /api/v1/proposals/:ref/vote/prepare": vote, "POST /api/v1/proposals/:ref/vote/submit": vote,
		"GET /api/v1/me/votes": read, "GET /api/v1/me/intents": read, "GET /api/v1/me/delegations": read,
		"GET /api/v1/me/intents/:id/ballot":   {access: forScope, scope: governance.ScopeRead, ids: "intent"},
		"POST /api/v1/me/intents/:id/veto":    {access: forScope, scope: governance.ScopeVote, ids: "intent"},
		"POST /api/v1/me/delegations/prepare": vote, "POST /api/v1/me/delegations/submit": vote,
	}
}

// door is what one kind of caller gets: whether the route let it pass.
type door string

const (
	passes door = "passes"
	signIn door = "is asked to sign in" // 401, or a page's way to /account
	closed door = "is refused"          // 403
)

func doorOf(a answer) door {
	switch {
	case a.StatusCode == http.StatusUnauthorized:
		return signIn
	case a.StatusCode == http.StatusSeeOther && (a.Header.Get("Location") == "/account" || strings.HasPrefix(a.Header.Get("Location"), "/account?next=")):
		return signIn
	case a.StatusCode == http.StatusForbidden && (strings.Contains(a.body, "not for tokens") || strings.Contains(a.body, "lacks the scope") || a.Request.URL.Path == "/metrics"):
		return closed
	default:
		return passes
	}
}

// wants says what a caller should get: anonymous, a browser, or a token with
// one scope.
func (e expectation) wants(caller string, api bool) door {
	token := governance.TokenScope(caller)
	isToken := token == governance.ScopeRead || token == governance.ScopeValues || token == governance.ScopeVote
	if isToken && !api { // only the API looks at tokens
		isToken, caller = false, "anonymous"
	}
	switch e.access {
	case forAll, forMachine:
		return passes // the tests run on this machine; TestMetrics has the others
	case forBrowsers:
		if isToken {
			return closed
		}
		return passes
	}
	switch {
	case isToken && token == e.scope:
		return passes
	case isToken:
		return closed
	case caller == "anonymous" && e.access != forVisitors:
		return signIn
	default:
		return passes
	}
}

// callers are one of each kind, all of them signed in anew for each request
// that could sign them out.
type callers struct {
	r            *rig
	owner, other account
	tokens       map[governance.TokenScope]string
}

func newCallers(t *testing.T) *callers {
	t.Helper()
	c := &callers{owner: newAccount(t), other: newAccount(t), tokens: map[governance.TokenScope]string{}}
	c.r = filled(t, demo.Config{}, ownedBy(c.owner), openSignups, func(cfg *Config) {
		cfg.Practice = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	})
	for _, scope := range governance.TokenScopes() {
		c.tokens[scope] = c.token(t, c.owner, scope)
	}
	return c
}

func (c *callers) token(t *testing.T, who account, scopes ...governance.TokenScope) string {
	t.Helper()
	secret := tokenPrefix + randomHex(20)
	now := c.r.clock.now()
	err := c.r.store.AddToken(t.Context(), governance.Token{ID: randomHex(16), Account: who.address, Name: "test", Scopes: scopes, Created: now, Expires: now.Add(time.Hour)}, secret)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// asks sends a route's request as one kind of caller.
func (c *callers) asks(t *testing.T, caller, method, path string) answer {
	t.Helper()
	v := c.r.visitor(t)
	header := []string{"Content-Type", "application/json", "Origin", c.r.base}
	switch caller {
	case "anonymous":
	case "owner":
		v.signsIn(c.owner)
	case "other":
		v.signsIn(c.other)
	default:
		header = []string{"Content-Type", "application/json", "Authorization", "Bearer " + c.tokens[governance.TokenScope(caller)]}
	}
	body := "{}"
	if method == http.MethodGet {
		body = ""
	}
	if !strings.HasPrefix(path, "/api/") && method == http.MethodPost {
		header[1], body = "application/x-www-form-urlencoded", "do=none"
	}
	return v.do(method, path, body, header...)
}

// TestEveryRouteHasItsDoor walks every route of the router as everybody.
func TestEveryRouteHasItsDoor(t *testing.T) {
	t.Parallel()
	c := newCallers(t)
	expected, ref := expectations(), url.PathEscape(string(c.r.refs()[0]))
	walked, there := 0, map[string]bool{}
	for _, route := range c.r.server.echo.Routes() {
		if route.Method == echo.RouteNotFound {
			continue
		}
		name := route.Method + " " + route.Path
		there[name] = true
		e, ok := expected[name]
		if !ok {
			t.Errorf("%s is in no line of the expectations: who may use it?", name)
			continue
		}
		if strings.Contains(route.Path, ":id") && e.ids == "" {
			t.Errorf("%s: the expectations do not say whose ids it takes", name)
		}
		path := strings.NewReplacer(":ref", ref, ":id", strings.Repeat("0", 32), "/static/*", c.r.server.assets.CSS).Replace(route.Path)
		if strings.HasPrefix(path, "/daos/") {
			path = "/daos/harbor.dao.eth"
		}
		if path == "/events" { // does not end
			path += "?x"
		}
		for _, caller := range []string{"anonymous", "other", "owner", "read", "values", "vote"} {
			got := c.asks(t, caller, route.Method, path)
			if door, want := doorOf(got), e.wants(caller, strings.HasPrefix(path, "/api/")); door != want {
				t.Errorf("%s: %s %s (%d %.120s), expected: %s (%s)", name, caller, door, got.StatusCode, got.body, want, e.access)
			}
			if got.StatusCode >= 500 && got.StatusCode != http.StatusBadGateway {
				t.Errorf("%s: %s gets %d", name, caller, got.StatusCode)
			}
			walked++
		}
	}
	for name := range expected {
		if !there[name] {
			t.Errorf("%s is expected, and is no route", name)
		}
	}
	t.Logf("%d requests to %d routes", walked, len(there))
}

// TestForeignIds: what belongs to one account is not there for another one,
// be it the owner of the installation, and stays as it is.
func TestForeignIds(t *testing.T) {
	t.Parallel()
	c := newCallers(t)
	victim := c.r.visitor(t).signsIn(c.other)
	secret := c.token(t, c.other, governance.TokenScopes()...)
	tokens, err := c.r.store.Tokens(t.Context(), c.other.address)
	if err != nil || len(tokens) != 1 {
		t.Fatal(tokens, err)
	}
	intent := c.intent(t, c.other)
	ids := map[string]string{"session": victim.sessions()[0].ID, "token": tokens[0].ID, "intent": intent.ID}
	attackers := map[string]*visitor{"owner": c.r.visitor(t).signsIn(c.owner), "another guest": c.r.visitor(t).signsIn(newAccount(t))}
	for who, attacker := range attackers {
		for _, route := range c.r.server.echo.Routes() {
			e := expectations()[route.Method+" "+route.Path]
			if e.ids == "" {
				continue
			}
			for _, id := range []string{ids[e.ids], strings.ToUpper(ids[e.ids]), strings.Repeat("0", 32), "x", "%00", "..%2f" + ids[e.ids]} {
				if got := attacker.do(route.Method, strings.ReplaceAll(route.Path, ":id", id), "", "Origin", c.r.base); got.StatusCode != http.StatusNotFound {
					t.Errorf("%s, %s %s with %q: %d", who, route.Method, route.Path, id, got.StatusCode)
				}
			}
		}
		for _, do := range []string{"end-session:" + ids["session"], "end-token:" + ids["token"]} {
			if got := attacker.post("/account", url.Values{"do": {do}}); got.StatusCode != http.StatusNotFound {
				t.Errorf("%s, %s: %d", who, do, got.StatusCode)
			}
		}
		for _, path := range c.submits() {
			got := attacker.json("POST", path, map[string]any{"id": intent.ID, "signature": "0x" + strings.Repeat("11", 65)})
			if got.StatusCode != http.StatusNotFound {
				t.Errorf("%s, %s with a foreign id: %d %s", who, path, got.StatusCode, got.body)
			}
		}
		for _, path := range []string{"/api/v1/me/sessions", "/api/v1/me/tokens", "/api/v1/me/intents", "/api/v1/me/votes", "/account", "/votes", "/votes.csv", "/votes.json", "/delegations"} {
			got := attacker.get(path)
			for what, id := range map[string]string{"session": ids["session"], "token": ids["token"], "intent": intent.ID, "account": c.other.address} {
				if strings.Contains(strings.ToLower(got.body), strings.ToLower(id)) {
					t.Errorf("%s reads the %s of another account at %s", who, what, path)
				}
			}
		}
	}
	if got := victim.get("/api/v1/me/sessions"); got.StatusCode != 200 {
		t.Errorf("the session was ended: %d", got.StatusCode)
	}
	if got := c.r.visitor(t).get("/api/v1/me/values", "Authorization", "Bearer "+secret); got.StatusCode != 200 {
		t.Errorf("the token was revoked: %d", got.StatusCode)
	}
	after, err := c.r.store.Intent(t.Context(), strings.ToLower(c.other.address), intent.ID)
	if err != nil || after.State != intent.State || after.Digest != intent.Digest || !after.Updated.Equal(intent.Updated) {
		t.Errorf("the intent is %+v, %v", after, err)
	}
}

// submits are the routes that take an intent's id in their body.
func (c *callers) submits() []string {
	ref := url.PathEscape(string(c.r.refs()[0]))
	var out []string
	for _, route := range c.r.server.echo.Routes() {
		if strings.HasSuffix(route.Path, "/submit") {
			out = append(out, strings.ReplaceAll(route.Path, ":ref", ref))
		}
	}
	return out
}

// intent stores a vote of an account that waits for its signature.
func (c *callers) intent(t *testing.T, of account) governance.Intent {
	t.Helper()
	now := c.r.clock.now()
	i := governance.Intent{ID: randomHex(16), Owner: strings.ToLower(of.address), Voter: of.address, Act: governance.ActVote, Method: governance.BySignature, Ref: c.r.refs()[0],
		DAO: "harbor.dao.eth", Choice: json.RawMessage("1"), State: governance.IntentArmed, Expires: now.Add(time.Hour), Digest: "0x" + strings.Repeat("22", 32), Payload: json.RawMessage("{}"), Created: now, Updated: now}
	if err := c.r.store.AddIntent(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	stored, err := c.r.store.Intent(t.Context(), i.Owner, i.ID)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// TestValuesAreTheOwn: values and what they say are each account's own, and
// no kept page of one person is shown to another one.
func TestValuesAreTheOwn(t *testing.T) {
	t.Parallel()
	c := newCallers(t)
	one, other, nobody := c.r.visitor(t).signsIn(c.owner), c.r.visitor(t).signsIn(c.other), c.r.visitor(t)
	ref := refPath(c.r.refs()[0])
	paths := []string{"/", "/proposals", ref, "/values", "/api/v1/me/values"}
	before := map[string]string{}
	for _, p := range paths {
		before[p] = textOf(nobody.sees(p))
	}
	one.post("/values", url.Values{"do": {"sample:growth"}})
	one.post("/values", url.Values{"do": {"save"}, "statement": {"canary-statement wants audits before upgrades."}})
	short := c.owner.address[:6] + "…" + c.owner.address[38:]
	for _, p := range paths {
		if !strings.Contains(p, "/api/") && !strings.Contains(one.sees(p), short) {
			t.Errorf("%s does not say who is signed in", p)
		}
		for who, v := range map[string]*visitor{"another account": other, "a visitor": nobody, "a new visitor": c.r.visitor(t)} {
			if page := v.sees(p); strings.Contains(page, short) || strings.Contains(page, "canary-statement") {
				t.Errorf("%s sees the owner's page at %s", who, p)
			}
		}
		if after := textOf(c.r.visitor(t).sees(p)); after != before[p] && p == "/api/v1/me/values" {
			t.Errorf("%s changed for visitors", p)
		}
	}
	token := c.token(t, c.owner, governance.ScopeVote)
	if got := nobody.get("/api/v1/proposals?sort=score", "Authorization", "Bearer "+token); got.StatusCode != 200 {
		t.Errorf("a list by token: %d", got.StatusCode)
	}
}

// TestTokenNeedsNoOrigin: what a token does is not bound to a browser, and
// what a browser of another site does with one is refused all the same.
func TestTokenNeedsNoOrigin(t *testing.T) {
	t.Parallel()
	c := newCallers(t)
	send := func(header ...string) int {
		return c.r.visitor(t).do("PUT", "/api/v1/me/values", `{"statement":"I want audits."}`, append([]string{"Content-Type", "application/json", "Authorization", "Bearer " + c.tokens[governance.ScopeValues]}, header...)...).StatusCode
	}
	if got := send(); got != 200 {
		t.Errorf("a program: %d", got)
	}
	if got := send("Cookie", "mandate=x"); got != 200 {
		t.Errorf("a program with a cookie: %d", got)
	}
	if got := send("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); got != 403 {
		t.Errorf("another site: %d", got)
	}
	req := httptest.NewRequest("OPTIONS", c.r.base+"/api/v1/me/values", http.NoBody)
	req.Header.Set("Origin", "https://evil.example")
	w := httptest.NewRecorder()
	if c.r.server.Handler().ServeHTTP(w, req); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("other sites are let in")
	}
}
