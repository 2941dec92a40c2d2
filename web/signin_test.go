package web

import (
	"crypto/ecdsa"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
	"golang.org/x/time/rate"

	"mandate/governance/ballot"
	"mandate/governance/demo"
)

// account is a key that signs as wallets do.
type account struct {
	key     *ecdsa.PrivateKey
	address string
}

func newAccount(t testing.TB) account {
	t.Helper()
	key, err := crypto.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	return account{key, crypto.PubkeyToAddress(key.PublicKey).Hex()}
}

func (a account) sign(t testing.TB, text string) string {
	t.Helper()
	digest := ballot.PersonalDigest([]byte(text))
	sig, err := crypto.Sign(digest[:], a.key)
	if err != nil {
		t.Fatal(err)
	}
	sig[64] += 27
	return hexutil.Encode(sig)
}

// jsonOf sends JSON, as our pages do.
func (v *visitor) json(method, path string, body any, header ...string) answer {
	v.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.do(method, path, string(raw), append([]string{"Content-Type", "application/json", "Origin", v.base}, header...)...)
}

// asks begins a sign-in and returns the text to sign.
func (v *visitor) asks(a account) string {
	v.t.Helper()
	answer := v.json("POST", "/api/v1/siwe/nonce", map[string]any{"address": a.address, "chain_id": 1})
	var out struct{ Nonce, Message string }
	if err := json.Unmarshal([]byte(answer.body), &out); err != nil || answer.StatusCode != 200 || !strings.Contains(out.Message, out.Nonce) {
		v.t.Fatalf("a nonce: %d %s %v", answer.StatusCode, answer.body, err)
	}
	return out.Message
}

func (v *visitor) verifies(message, signature string, token ...string) answer {
	v.t.Helper()
	return v.json("POST", "/api/v1/siwe/verify", map[string]any{"message": message, "signature": signature, "token": strings.Join(token, "")})
}

// signsIn signs in and must succeed.
func (v *visitor) signsIn(a account) *visitor {
	v.t.Helper()
	message := v.asks(a)
	if got := v.verifies(message, a.sign(v.t, message)); got.StatusCode != 200 || !strings.Contains(got.body, a.address) {
		v.t.Fatalf("sign-in answers %d %s", got.StatusCode, got.body)
	}
	return v
}

// cookie is the value of a cookie that the browser holds.
func (v *visitor) cookie(name string) string {
	v.t.Helper()
	u, err := url.Parse(v.base)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, c := range v.http.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// ownedBy makes accounts the owners of a rig.
func ownedBy(list ...account) func(*Config) {
	return func(c *Config) {
		for _, a := range list {
			c.Owners = append(c.Owners, a.address)
		}
	}
}

func openSignups(c *Config) { c.Signups = SignupsOpen }

func TestSignIn(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	v := r.visitor(t)
	v.post("/values", url.Values{"do": {"save"}, "statement": {"I want audits before upgrades."}})
	before := v.cookie("mandate")
	message := v.asks(a)
	for _, want := range []string{strings.TrimPrefix(r.base, "http://") + " wants you to sign in with your Ethereum account:\n" + a.address + "\n", statement, "\nURI: " + r.base + "/\nVersion: 1\nChain ID: 1\nNonce: "} {
		if !strings.Contains(message, want) {
			t.Errorf("the message lacks %q:\n%s", want, message)
		}
	}
	got := v.verifies(message, a.sign(t, message))
	if want := `{"address":"` + a.address + `","owner":true}`; strings.TrimSpace(got.body) != want || got.StatusCode != 200 {
		t.Fatalf("%d %s, want %s", got.StatusCode, got.body, want)
	}
	after := v.cookie("mandate")
	if before == "" || after == "" || before == after {
		t.Errorf("the session was %q and is %q", before, after)
	}
	if v.cookie("mandate-pre") != "" {
		t.Error("the cookie of the question stays")
	}
	page := v.sees("/account")
	for _, want := range []string{a.address, "owner of this Mandate", "this browser", "Sign out everywhere"} {
		if !strings.Contains(page, want) {
			t.Errorf("the account page lacks %q", want)
		}
	}
	checkPage(t, "/account", page)
	if got := v.get("/nothing"); got.StatusCode != 404 || !strings.Contains(got.body, "Account 0x") {
		t.Errorf("a page that is not there does not know who asks: %d", got.StatusCode)
	}
	if !strings.Contains(v.sees("/values"), "Kept under your account") || !strings.Contains(v.sees("/api/v1/me/values"), "I want audits") {
		t.Error("the values did not go along")
	}
	old := r.visitor(t)
	if a := old.get("/api/v1/me/sessions", "Cookie", "mandate="+before); a.StatusCode != 401 {
		t.Errorf("the session id from before the sign-in answers %d", a.StatusCode)
	}
	if got := old.get("/api/v1/me/values", "Cookie", "mandate="+before); strings.Contains(got.body, "audits") {
		t.Error("the session id from before the sign-in still leads to the values")
	}
}

// TestReplays: of 50 requests at once with one signed nonce, one gets in.
func TestReplays(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	v := r.visitor(t)
	message := v.asks(a)
	body, err := json.Marshal(map[string]string{"message": message, "signature": a.sign(t, message)})
	if err != nil {
		t.Fatal(err)
	}
	pre := "mandate-pre=" + v.cookie("mandate-pre")
	const replays = 50
	answers := make(chan answer, replays)
	var wg sync.WaitGroup
	for range replays {
		wg.Go(func() {
			answers <- r.visitor(t).do("POST", "/api/v1/siwe/verify", string(body), "Content-Type", "application/json", "Origin", r.base, "Cookie", pre)
		})
	}
	wg.Wait()
	close(answers)
	in := 0
	for got := range answers {
		switch {
		case got.StatusCode == 200:
			in++
		case got.StatusCode != 403 || !strings.Contains(got.body, "was used already"):
			t.Errorf("a replay answers %d %s", got.StatusCode, got.body)
		}
	}
	logins, err := r.store.Logins(t.Context(), a.address)
	if err != nil {
		t.Fatal(err)
	}
	if in != 1 || len(logins) != 1 {
		t.Errorf("%d of %d replays got in, %d logins", in, replays, len(logins))
	}
	t.Logf("%d parallel replays of one signed nonce: %d session", replays, len(logins))
}

// TestRefusals: each fault has its own message, and nothing is stored.
func TestRefusals(t *testing.T) {
	t.Parallel()
	a, b := newAccount(t), newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	host := strings.TrimPrefix(r.base, "http://")
	swap := func(old, with string) func(*visitor, string) answer {
		return func(v *visitor, m string) answer {
			changed := strings.Replace(m, old, with, 1)
			if changed == m {
				t.Fatalf("%q is not in %q", old, m)
			}
			return v.verifies(changed, a.sign(t, changed))
		}
	}
	raw := func(change func([]byte) []byte) func(*visitor, string) answer {
		return func(v *visitor, m string) answer {
			sig, err := hex.DecodeString(a.sign(t, m)[2:])
			if err != nil {
				t.Fatal(err)
			}
			return v.verifies(m, "0x"+hex.EncodeToString(change(sig)))
		}
	}
	highS := func(sig []byte) []byte {
		n := crypto.S256().Params().N
		s := new(big.Int).SetBytes(sig[32:64])
		s.Sub(n, s).FillBytes(sig[32:64])
		sig[64] ^= 7 // 27 ↔ 28
		return sig
	}
	tests := []struct {
		name   string
		do     func(*visitor, string) answer
		status int
		says   string
	}{
		{"another site", swap(host, "evil.example"), 403, "is for another site"},
		{"another scheme", swap(host, "https://"+host), 403, "not the one that Mandate asked"},
		{"another URI", swap("URI: "+r.base+"/", "URI: "+r.base+"/x"), 403, "names another address"},
		{"another chain", swap("Chain ID: 1", "Chain ID: 10"), 403, "network 10; network 1"},
		{"another statement", swap(statement, "Give me everything."), 403, "says something else"},
		{"no statement", swap(statement+"\n", ""), 403, "says something else"},
		{"a resource", func(v *visitor, m string) answer {
			m += "\nResources:\n- https://evil.example/"
			return v.verifies(m, a.sign(t, m))
		}, 403, "not the one that Mandate asked"},
		{"a request id", func(v *visitor, m string) answer {
			m += "\nRequest ID: 1"
			return v.verifies(m, a.sign(t, m))
		}, 403, "not the one that Mandate asked"},
		{"a longer life", func(v *visitor, m string) answer {
			at := strings.Index(m, "Expiration Time: ") + len("Expiration Time: ")
			m = m[:at] + "2099" + m[at+4:]
			return v.verifies(m, a.sign(t, m))
		}, 403, "not the one that Mandate asked"},
		{"another account in the message", swap(a.address, b.address), 403, "Another account signed"},
		{"another account's signature", func(v *visitor, m string) answer { return v.verifies(m, b.sign(t, m)) }, 403, "not by the key of"},
		{"a lower-case address", swap(a.address, strings.ToLower(a.address)), 400, "checksum"},
		{"no message", func(v *visitor, _ string) answer { return v.verifies("hello", "0x") }, 400, "sign-in message"},
		{"a long message", func(v *visitor, m string) answer { return v.verifies(m+strings.Repeat(" ", 4096), "0x") }, 400, "longer than 4096"},
		{"no signature", func(v *visitor, m string) answer { return v.verifies(m, "") }, 400, ""},
		{"no bytes", func(v *visitor, m string) answer { return v.verifies(m, "0x") }, 400, ""},
		{"no hex", func(v *visitor, m string) answer { return v.verifies(m, "0x"+strings.Repeat("zz", 65)) }, 400, ""},
		{"63 bytes", raw(func(s []byte) []byte { return s[:63] }), 400, "63"},
		{"64 bytes that are none", raw(func(s []byte) []byte { return append(s[:32], make([]byte, 32)...) }), 400, ""},
		{"66 bytes", raw(func(s []byte) []byte { return append(s, 0) }), 403, "contract wallet"},
		{"high s", raw(highS), 400, ""},
		{"v 29", raw(func(s []byte) []byte { s[64] = 29; return s }), 400, ""},
		{"v 2", raw(func(s []byte) []byte { s[64] = 2; return s }), 400, ""},
		{"zero", raw(func([]byte) []byte { return make([]byte, 65) }), 400, ""},
		{"another browser", func(_ *visitor, m string) answer { return r.visitor(t).verifies(m, a.sign(t, m)) }, 403, "did not begin this sign-in"},
		{"another question", func(v *visitor, m string) answer { v.asks(a); return v.verifies(m, a.sign(t, m)) }, 403, "another tab"},
		{"used", func(v *visitor, m string) answer {
			pre := "mandate-pre=" + v.cookie("mandate-pre")
			if got := v.verifies(m, b.sign(t, m)); got.StatusCode != 403 {
				t.Errorf("first %d", got.StatusCode)
			}
			body, _ := json.Marshal(map[string]string{"message": m, "signature": a.sign(t, m)}) // text is always JSON
			return r.visitor(t).do("POST", "/api/v1/siwe/verify", string(body), "Content-Type", "application/json", "Origin", r.base, "Cookie", pre)
		}, 403, "was used already"},
		{"not an owner", func(_ *visitor, _ string) answer {
			v := r.visitor(t)
			m := v.asks(b)
			return v.verifies(m, b.sign(t, m))
		}, 403, "for its owners alone"},
		{"5 minutes later", func(v *visitor, m string) answer {
			r.clock.move(nonceLife)
			defer r.clock.move(-nonceLife)
			return v.verifies(m, a.sign(t, m))
		}, 403, "has expired"},
		{"a clock that was set back", func(v *visitor, m string) answer {
			r.clock.move(-time.Minute)
			defer r.clock.move(time.Minute)
			return v.verifies(m, a.sign(t, m))
		}, 403, "issued in the future"},
	}
	said := map[string]string{}
	for _, tt := range tests {
		v := r.visitor(t)
		got := tt.do(v, v.asks(a))
		if got.StatusCode != tt.status || !strings.Contains(got.body, tt.says) {
			t.Errorf("%s: %d %s", tt.name, got.StatusCode, got.body)
		}
		if v.cookie("mandate") != "" || v.get("/api/v1/me/sessions").StatusCode != 401 {
			t.Errorf("%s: there is a session", tt.name)
		}
		var p problem
		if err := json.Unmarshal([]byte(got.body), &p); err != nil || p.Detail == "" {
			t.Errorf("%s: %s", tt.name, got.body)
		}
		said[tt.name] = p.Detail
	}
	for _, x := range [][2]string{{"high s", "v 29"}, {"63 bytes", "high s"}, {"no bytes", "63 bytes"}, {"another site", "another chain"}, {"used", "5 minutes later"}} {
		if said[x[0]] == said[x[1]] {
			t.Errorf("%s and %s say the same: %s", x[0], x[1], said[x[0]])
		}
	}
	if logins, err := r.store.Logins(t.Context(), a.address); err != nil || len(logins) > 0 {
		t.Errorf("%d logins, %v", len(logins), err)
	}
	r.visitor(t).signsIn(a) // and the right one still gets in
}

func TestNonceRefusals(t *testing.T) {
	t.Parallel()
	r := newRig(t, demo.Config{Empty: true}, func(c *Config) { c.ChainIDs = []uint64{8453} })
	good := newAccount(t).address
	for _, tt := range []struct {
		body, says string
		status     int
	}{
		{`{"address":"` + good + `","chain_id":1}`, good, 200}, {`{"address":"` + strings.ToLower(good) + `"}`, good, 200}, {`{"address":"` + good + `","chain_id":8453}`, "Chain ID: 8453", 200},
		{`{"address":"` + good + `","chain_id":10}`, "network 10", 400}, {`{"address":"` + good + `","chain_id":-1}`, "", 400}, {`{"address":"` + good + `","chain_id":18446744073709551615}`, "", 400},
		{`{"address":"0x12"}`, "", 400}, {`{"address":""}`, "", 400}, {`{}`, "", 400}, {`{"address":"` + good + `","x":1}`, "", 400}, {`nonsense`, "", 400},
	} {
		v := r.visitor(t)
		got := v.do("POST", "/api/v1/siwe/nonce", tt.body, "Content-Type", "application/json", "Origin", r.base)
		if got.StatusCode != tt.status || !strings.Contains(got.body, tt.says) {
			t.Errorf("%s: %d %s", tt.body, got.StatusCode, got.body)
		}
	}
	// The Host header changes nothing: another name is not served at all.
	got := r.visitor(t).json("POST", "/api/v1/siwe/nonce", map[string]any{"address": good}, "Host", "evil.example")
	if got.StatusCode != 403 || strings.Contains(got.body, "wants you") {
		t.Errorf("another host: %d %s", got.StatusCode, got.body)
	}
}

func TestOwnerToken(t *testing.T) {
	t.Parallel()
	a, b := newAccount(t), newAccount(t)
	var secret string
	r := newRig(t, demo.Config{Empty: true}, func(c *Config) { c.OwnerToken, secret = NewOwnerToken(c.Now()) })
	try := func(who account, token, from string) answer {
		v := r.visitor(t)
		m := v.asks(who)
		return v.json("POST", "/api/v1/siwe/verify", map[string]any{"message": m, "signature": who.sign(t, m), "token": token}, "X-Forwarded-For", from)
	}
	expect := func(what string, got answer, status int, says string) {
		t.Helper()
		if got.StatusCode != status || !strings.Contains(got.body, says) {
			t.Errorf("%s: %d %s", what, got.StatusCode, got.body)
		}
	}
	if page := r.visitor(t).sees("/account"); !strings.Contains(page, "One-time token") || strings.Contains(page, secret) {
		t.Error("the page does not ask for the token")
	}
	expect("none", try(a, "", ""), 403, "has no owner yet")
	for range 5 {
		expect("wrong", try(b, strings.Repeat("0", 32), ""), 403, "not the one-time token")
	}
	got := try(b, secret, "")
	expect("the right one after five wrong ones", got, 429, "Too many wrong")
	if got.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	r.clock.move(3 * time.Minute)
	expect("right", try(a, secret, ""), 200, `"owner":true`)
	expect("again", try(b, secret, ""), 403, "for its owners alone")
	expect("the owner, without", try(a, "", ""), 200, `"owner":true`)
	if strings.Contains(r.visitor(t).sees("/account"), "One-time token") {
		t.Error("the page still asks for the token")
	}

	late := newRig(t, demo.Config{Empty: true}, func(c *Config) { c.OwnerToken, secret = NewOwnerToken(c.Now().Add(-ownerTokenLife)) })
	r = late
	expect("late", try(a, secret, ""), 403, "has expired")
	r = newRig(t, demo.Config{Empty: true})
	expect("no token was made", try(a, "x", ""), 403, "MANDATE_OWNERS")
	r = newRig(t, demo.Config{Empty: true}, openSignups, func(c *Config) { c.OwnerToken, secret = NewOwnerToken(c.Now()) })
	expect("a guest where sign-ups are open", try(b, "", ""), 200, `"owner":false`)
	expect("the owner where sign-ups are open", try(a, secret, ""), 200, `"owner":true`)
}

// TestOwnerTokenOnce: of many who bring the right token at once, one owns.
func TestOwnerTokenOnce(t *testing.T) {
	t.Parallel()
	var secret string
	r := newRig(t, demo.Config{Empty: true}, func(c *Config) { c.OwnerToken, secret = NewOwnerToken(c.Now()) })
	owners := make(chan bool, 8)
	var wg sync.WaitGroup
	for range 8 {
		a := newAccount(t)
		v := r.visitor(t)
		m := v.asks(a)
		wg.Go(func() { owners <- v.verifies(m, a.sign(t, m), secret).StatusCode == 200 })
	}
	wg.Wait()
	close(owners)
	n := 0
	for ok := range owners {
		n += btoi(ok)
	}
	if list, err := r.store.Owners(t.Context()); n != 1 || len(list) != 1 || err != nil {
		t.Errorf("%d became owner, stored are %v, %v", n, list, err)
	}
}

func TestSignInLimits(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	strict := func() {
		r.server.signInsFrom, r.server.signInsOf = newLimiter(rate.Every(6*time.Second), 10), newLimiter(rate.Every(6*time.Second), 10)
	}
	strict()
	for _, path := range []string{"/api/v1/siwe/nonce", "/api/v1/siwe/verify"} {
		message := "x"
		if path == "/api/v1/siwe/verify" {
			r.server.signInsFrom = newLimiter(rate.Inf, 1)
			message = r.visitor(t).asks(newAccount(t))
			strict()
		}
		for i := range 12 {
			body := map[string]any{"address": newAccount(t).address}
			if message != "x" {
				body = map[string]any{"message": message, "signature": "0x"}
			}
			got := r.visitor(t).json("POST", path, body)
			if (got.StatusCode == 429) != (i >= 10) || i >= 10 && got.Header.Get("Retry-After") != "6" {
				t.Errorf("%s %d: %d, Retry-After %q", path, i, got.StatusCode, got.Header.Get("Retry-After"))
			}
		}
	}
	strict()
	r.server.signInsFrom = newLimiter(rate.Inf, 1) // many addresses, one account
	for i := range 12 {
		if got := r.visitor(t).json("POST", "/api/v1/siwe/nonce", map[string]any{"address": a.address}); (got.StatusCode == 429) != (i >= 10) {
			t.Errorf("account %d: %d", i, got.StatusCode)
		}
	}
	r.clock.move(6 * time.Second)
	r.visitor(t).signsIn(a)
}

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
