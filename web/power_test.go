package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mandate/governance"
)

// One account does not spend what the hub allows to all; what is kept costs
// nothing, and the ballot stays one.
func TestPowerLimit(t *testing.T) {
	r := votingRig(t)
	v, open := r.visitor(t).signsIn(practiceAccount(0)), r.open(governance.Basic, "")
	power := func(v *visitor, ref governance.Ref) answer { return v.get("/api/v1" + refPath(ref) + "/power") }
	var asked []governance.Ref
	for _, ref := range r.refs() {
		if ref != open.Ref && len(asked) < maxPowers {
			asked = append(asked, ref)
		}
	}
	if len(asked) < maxPowers {
		t.Fatalf("only %d proposals", len(asked))
	}
	for n, ref := range asked {
		if got := power(v, ref); got.StatusCode != http.StatusOK {
			t.Fatalf("%d: %d %s", n+1, got.StatusCode, got.body)
		}
	}
	if got := power(v, open.Ref); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") == "" {
		t.Errorf("one too many: %d %s", got.StatusCode, got.body)
	}
	page := textOf(v.sees(refPath(open.Ref) + "/ballot?shown=" + url.QueryEscape(open.ContentHash)))
	if !strings.Contains(page, "too often in the last minute") || !strings.Contains(page, "Review the vote") {
		t.Errorf("the ballot says %s", page)
	}
	if got := power(v, asked[0]); got.StatusCode != http.StatusOK {
		t.Errorf("what is kept: %d %s", got.StatusCode, got.body)
	}
	if got := power(r.visitor(t).signsIn(practiceAccount(1)), open.Ref); got.StatusCode != http.StatusOK {
		t.Errorf("another account: %d %s", got.StatusCode, got.body)
	}
	r.clock.move(3 * time.Second)
	if got := power(v, open.Ref); got.StatusCode != http.StatusOK {
		t.Errorf("later: %d %s", got.StatusCode, got.body)
	}
}
