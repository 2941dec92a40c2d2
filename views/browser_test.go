package views

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"mandate/governance/governancetest"
	"mandate/static"
)

// The pages in a real browser under the policy that package web sends:
// nothing may be blocked, nothing may overflow, and the scripts must work.
// MANDATE_SCREENSHOTS=DIR also writes pictures of every page.

func policy(nonce string) string {
	return "default-src 'none'; script-src 'nonce-" + nonce + "' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
}

// site serves the canned pages with real files and fragments.
type site struct {
	set    *static.Set
	mu     sync.Mutex
	posted string // body of the last form
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	nonce := rand.Text()
	w.Header().Set("Content-Security-Policy", policy(nonce))
	switch {
	case strings.HasPrefix(r.URL.Path, static.Prefix):
		s.set.ServeHTTP(w, r)
	case r.URL.Path == "/events":
		w.Header().Set("Content-Type", "text/event-stream")
		p := cannedProgress()
		p.Status, p.Running = "Everything is read", false
		fmt.Fprintf(w, "event: progress\ndata: %s\n\nevent: done\ndata:\n\n", strings.ReplaceAll(s.html(p.View(), nonce), "\n", "\ndata: "))
	case r.URL.Path == "/proposals" && r.URL.Query().Get("q") == "fail":
		w.WriteHeader(http.StatusInternalServerError)
	case r.URL.Path == "/proposals" && r.Header.Get("HX-Request") != "":
		p := cannedProposals(2)
		p.Heading = "2 proposals about " + r.URL.Query().Get("q")
		_, _ = w.Write([]byte(s.html(p.Fragment(), nonce)))
	case r.URL.Path == "/values/preview":
		_ = r.ParseForm()
		s.mu.Lock()
		s.posted = r.PostForm.Encode()
		s.mu.Unlock()
		_, _ = w.Write([]byte(s.html(Preview{Heading: "Scored again"}.View(), nonce)))
	default:
		page, ok := cannedPages()[strings.TrimPrefix(r.URL.Path, "/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(s.html(page, nonce)))
	}
}

// html renders c with the real addresses of the static files.
func (s *site) html(c templ.Component, nonce string) string {
	var b bytes.Buffer
	_ = c.Render(templ.WithNonce(context.Background(), nonce), &b)
	a, hashed := cannedAssets(), AssetsOf(s.set)
	var modules bytes.Buffer
	_ = importMap(hashed.Modules).Render(templ.WithNonce(context.Background(), nonce), &modules)
	page := importMaps.ReplaceAllLiteralString(b.String(), modules.String())
	return strings.NewReplacer("/static/signin.js", hashed.Module("signin"), "/static/delegate.js", hashed.Module("delegate"), a.CSS, hashed.CSS, a.Icon, hashed.Icon, a.Theme, hashed.Theme, a.HTMX, hashed.HTMX, a.HxCSP, hashed.HxCSP,
		a.Keys, hashed.Keys, a.Live, hashed.Live, a.Values, hashed.Values).Replace(page)
}

var importMaps = regexp.MustCompile(`<script nonce="[^"]*" type="importmap">[^<]*</script>`)

// small names the controls that are hard to hit (24 px, WCAG 2.5.8; links in
// running text are excepted).
const small = `[...document.querySelectorAll("main button, main select, main input:not([type=hidden]):not([type=radio]):not(.pick > *), nav a, .btn, summary")].filter(e => e.offsetParent && !e.closest(".sr") && !e.classList.contains("sr") && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80)).join("; ")`

func TestPagesInABrowser(t *testing.T) {
	b := governancetest.NewBrowser(t)
	srv := httptest.NewServer(&site{set: static.New()})
	defer srv.Close()
	for name := range cannedPages() {
		if strings.HasPrefix(name, "fragment") {
			continue
		}
		for _, width := range []int64{320, 390, 1280} {
			for _, theme := range []string{"light", "dark"} {
				if theme == "dark" && (os.Getenv("MANDATE_SCREENSHOTS") == "" || width == 320) {
					continue
				}
				what := fmt.Sprintf("%s at %d px %s", name, width, theme)
				b.Does("open "+what, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+"/"+name+"?theme="+theme))
				if name == "inbox_first_run" { // progress is done at once, so it loads itself anew
					b.Sees("loaded anew", `performance.getEntriesByType("navigation")[0]?.type === "reload" && document.readyState === "complete"`)
				}
				b.FitsWidth(what)
				if bad := b.Reads(small); bad != "" {
					t.Errorf("%s has small targets: %s", what, bad)
				}
				b.Shoot(what)
			}
		}
		for _, c := range b.Complaints() {
			t.Errorf("%s: the browser says %s", name, c)
		}
	}
}

func TestScriptsUnderThePolicy(t *testing.T) {
	u := governancetest.NewBrowser(t)
	s := &site{set: static.New()}
	srv := httptest.NewServer(s)
	defer srv.Close()
	u.Does("open the list", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(srv.URL+"/proposals"))

	u.Does("walk", chromedp.KeyEvent("jjk"))
	u.Sees("the first row is current", `document.querySelectorAll("[data-item]")[0].matches("[aria-current=true]") && document.activeElement.closest("[data-item]") === document.querySelector("[data-item]")`)
	u.Does("search", chromedp.KeyEvent("/"), chromedp.KeyEvent("fund"))
	u.Sees("the list changed", `document.querySelector("h1").textContent.includes("fund") && document.querySelectorAll("tbody tr").length === 2`)
	u.Sees("the address too", `location.search.includes("q=") && location.search.includes("fund")`)
	u.Sees("the field keeps focus and text", `document.activeElement.id === "q" && document.activeElement.value.endsWith("fund")`)
	u.Does("search on", chromedp.KeyEvent("ing"))
	u.Sees("the swapped form still works", `document.querySelector("h1").textContent.includes("funding")`)
	u.Does("fail", chromedp.Evaluate[chromedp.Void](`{ const q = document.getElementById("q"); q.value = "fail"; q.dispatchEvent(new Event("input", {bubbles: true})) }`))
	u.Sees("a failure is said, the list stays", `document.querySelector("#alerts [role=alert]") && document.querySelectorAll("tbody tr").length === 2`)
	u.Complaints() // the failed request is in the console, rightly

	u.Does("help", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`), chromedp.KeyEvent("?"))
	u.Sees("help is open", `document.getElementById("keys").open`)
	u.Does("keys off", chromedp.Click(chromedp.CSS("[data-keys-switch]")), chromedp.Evaluate[chromedp.Void](`document.getElementById("keys").close()`), chromedp.KeyEvent("j"))
	u.Sees("keys are off", `!document.querySelector("[data-item][data-current]")`)
	u.Does("keys on", chromedp.Evaluate[chromedp.Void](`localStorage.removeItem("keys")`))

	u.Does("theme", chromedp.Click(chromedp.CSS("[data-theme-switch]")))
	u.Sees("dark", `document.documentElement.dataset.theme === "dark"`)

	u.Does("first run", chromedp.Navigate(srv.URL+"/inbox_first_run"))
	u.Sees("progress arrives", `document.querySelector("#progress [role=status]")?.textContent === "Everything is read"`)

	u.Does("values", chromedp.Navigate(srv.URL+"/values"), chromedp.Click(chromedp.CSS(`input[name="p.0.weight"][value="2"]`)))
	u.Sees("the preview", `document.querySelector("#preview h2").textContent === "Scored again"`)
	u.Sees("unsaved is said", `!document.querySelector("[data-unsaved]").hidden`)
	s.mu.Lock()
	posted := s.posted
	s.mu.Unlock()
	if !strings.Contains(posted, "p.0.weight=2") || !strings.Contains(posted, "statement=") {
		t.Errorf("the preview was asked with %q", posted)
	}
	for _, c := range u.Complaints() {
		t.Errorf("the browser says %s", c)
	}
}
