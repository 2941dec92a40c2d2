package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"mandate/governance/demo"
)

// unread is one try to read that has to fail.
func (r *rig) unread() {
	r.t.Helper()
	if _, err := r.agent.SyncOnce(r.t.Context(), r.venue, nil); err == nil {
		r.t.Fatal("the hub answers")
	}
}

// servesEverything opens the pages that need no proposal.
func servesEverything(t *testing.T, v *visitor) {
	t.Helper()
	for _, path := range []string{"/", "/proposals", "/proposals?state=all&q=treasury", "/daos", "/values", "/settings", "/api/v1/proposals", "/api/v1/daos", "/readyz"} {
		body := v.sees(path)
		if !strings.HasPrefix(path, "/api") && path != "/readyz" {
			checkPage(t, path, body)
			if !strings.Contains(textOf(body), "source does not answer") {
				t.Errorf("%s does not say that a source is missing", path)
			}
		}
	}
}

func says(t *testing.T, v *visitor, path string, words ...string) {
	t.Helper()
	text := textOf(v.sees(path))
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s does not say %q: %s", path, w, text)
		}
	}
}

// TestHubDownFromTheStart: the pages serve and say which source is missing,
// since when, and when it is tried again.
func TestHubDownFromTheStart(t *testing.T) {
	t.Parallel()
	r := newRig(t, demo.Config{})
	host, err := url.Parse(r.hub.URL)
	if err != nil {
		t.Fatal(err)
	}
	r.hub.Close()
	v := r.visitor(t)
	says(t, v, "/", "Not read yet")
	began := r.clock.now().UTC()
	r.unread()
	servesEverything(t, v)
	says(t, v, "/", "Snapshot", host.Host, "does not answer", began.Format("15:04"), "The next try is in", "Nothing could be read yet")
	says(t, v, "/settings", host.Host, "does not answer since", began.Format("15:04"), "One source does not answer")
	r.clock.move(7 * time.Minute)
	r.unread()
	servesEverything(t, v)
	says(t, v, "/", began.Format("15:04"), "(7 min)")
	if a := v.post("/values", url.Values{"do": {"sample:growth"}}); a.StatusCode != 303 {
		t.Errorf("values cannot be stated meanwhile: %d", a.StatusCode)
	}
}

// TestHubLostLater: what was read stays, and the notice goes when the hub is
// back.
func TestHubLostLater(t *testing.T) {
	t.Parallel()
	r := filled(t, demo.Config{})
	v := r.visitor(t)
	if strings.Contains(textOf(v.sees("/")), "does not answer") {
		t.Error("a notice without a reason")
	}
	for _, fault := range []demo.Fault{demo.FaultServerError, demo.FaultHTML, demo.FaultCut, demo.FaultGarbage} {
		r.world.FailAll(fault)
		r.clock.move(time.Hour)
		r.unread()
		servesEverything(t, v)
		says(t, v, "/", "open proposals", "Snapshot", "does not answer since", "The next try is in", "What was read so far is kept")
		says(t, v, refPath(r.refs()[0]), "Proposal id")
		r.world.FailAll(demo.FaultNone)
		r.fill()
		if text := textOf(v.sees("/")); strings.Contains(text, "does not answer") {
			t.Errorf("after %s the notice stays", fault)
		}
	}
}

// TestLogKeepsSecrets: no query, no value, no cookie, no body is written
// down, at any level.
func TestLogKeepsSecrets(t *testing.T) {
	t.Parallel()
	r := filled(t, demo.Config{})
	v := r.visitor(t)
	form := url.Values{"do": {"compile"}, "statement": {"canary-statement wants audits before upgrades."}}
	a := v.post("/values", form)
	session := a.Cookies()[0].Value
	ref := refPath(r.refs()[0])
	for _, path := range []string{"/proposals?q=canary-query", "/proposals?q=canary-query%22%00&cursor=canary-cursor", "/daos?q=canary-query", "/proposals?dao=canary-query", "/proposals?type=canary-query", ref + "?version=canary-query",
		"/values?n.author=canary-query", "/api/v1/proposals?q=canary-query&sort=score", "/api/v1/proposals?limit=canary-query", "/nothing?q=canary-query", "/events?q=canary-query", "/metrics?q=canary-query", "/readyz?q=canary-query"} {
		v.get(path, "Referer", "http://canary-referer.example", "User-Agent", "canary-agent", "Authorization", "Bearer canary-token")
	}
	v.post("/values", url.Values{"do": {"save"}, "p.0.text": {"canary-principle"}, "p.0.weight": {"9"}})
	v.post("/values?x=canary-query", url.Values{"do": {"add-principle"}, "np.text": {"canary-principle"}})
	v.post("/values", url.Values{"do": {"explode"}, "statement": {"canary-statement"}})
	v.post("/values/preview", form)
	v.do("PUT", "/api/v1/me/values", `{"statement":"canary-statement"`, "Content-Type", "application/json", "Origin", r.base)
	v.do("PUT", "/api/v1/me/values", `{"canary-field":1}`, "Content-Type", "application/json", "Origin", r.base)
	v.do("PUT", "/api/v1/me/values", `{"statement":"canary-statement","principles":[{"text":"canary-principle","weight":3}]}`, "Content-Type", "application/json", "Origin", r.base)
	v.do("POST", "/values", "do=clear", "Content-Type", "application/x-www-form-urlencoded", "Origin", "https://canary-origin.example")
	log := r.log.String()
	for _, secret := range []string{"canary", session} {
		if at := strings.Index(log, secret); at >= 0 {
			t.Errorf("the log holds …%s…", log[max(0, at-200):min(len(log), at+100)])
		}
	}
	for _, want := range []string{`"request_id"`, `"path":"/proposals"`, `"status":400`, `"method":"POST"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
}
