package web

import (
	"crypto/ecdsa"
	"encoding/json"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

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
