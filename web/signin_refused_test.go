package web

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance/demo"
)

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

func TestDomain(t *testing.T) {
	for public, want := range map[string]string{"https://Mandate.Example": "mandate.example", "https://mandate.example:443": "mandate.example", "https://mandate.example:8443/": "mandate.example:8443",
		"http://127.0.0.1:8080": "127.0.0.1:8080", "http://127.0.0.1:80": "127.0.0.1", "http://[::1]:8080": "[::1]:8080", "http://10.0.0.1:443": "10.0.0.1:443"} {
		u, err := url.Parse(public)
		if err != nil {
			t.Fatal(err)
		}
		if got := (&Server{Config: Config{PublicURL: u}}).domain(); got != want {
			t.Errorf("%s: %s, want %s", public, got, want)
		}
	}
}
