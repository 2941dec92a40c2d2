package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mandate/governance/demo"
)

// Somebody who begins sign-ins for another's account all the time, from one
// network address, is slowed down; the account's owner is not.
func TestOneAddressLocksNobodyOut(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	r := newRig(t, demo.Config{Empty: true}, ownedBy(a))
	front := New(r.server.Config).Handler() // with the limits that it has in earnest
	begin := func(from string) int {
		q := httptest.NewRequest(http.MethodPost, r.base+"/api/v1/siwe/nonce", strings.NewReader(`{"address":"`+a.address+`"}`))
		q.RemoteAddr = from + ":5000"
		q.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		front.ServeHTTP(w, q)
		return w.Code
	}
	refused := 0
	for range 121 { // four minutes
		if begin("192.0.2.1") == http.StatusTooManyRequests {
			refused++
		}
		r.clock.move(2 * time.Second)
	}
	if refused < 60 {
		t.Errorf("of 121 in four minutes %d were refused", refused)
	}
	if got := begin("192.0.2.2"); got != http.StatusOK {
		t.Errorf("the owner, from elsewhere: %d", got)
	}
}
