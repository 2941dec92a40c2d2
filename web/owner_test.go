package web

import (
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"mandate/governance/demo"
)

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
