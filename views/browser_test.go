package views

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

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
	a, real := cannedAssets(), AssetsOf(s.set)
	return strings.NewReplacer(a.CSS, real.CSS, a.Icon, real.Icon, a.Theme, real.Theme, a.HTMX, real.HTMX, a.HxCSP, real.HxCSP,
		a.Keys, real.Keys, a.Live, real.Live, a.Values, real.Values).Replace(b.String())
}

func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium on this machine: apt-get install chromium")
		}
		t.Skip("no Chromium on this machine: apt-get install chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	limited, end := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(end)
	return limited
}

// complaints collects what the browser writes to its console: blocked
// scripts, styles and sinks, and errors of the scripts.
func complaints(ctx context.Context) func() []string {
	var mu sync.Mutex
	var list []string
	go func() {
		for m, err := range chromedp.Console(ctx) {
			if err != nil {
				return
			}
			if m.Type == "error" || m.Type == "warning" || m.IsException() {
				mu.Lock()
				list = append(list, m.Text)
				mu.Unlock()
			}
		}
	}()
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		got := list
		list = nil
		return got
	}
}

// overflow names the elements that are wider than the window.
const overflow = `(() => { const w = document.documentElement.clientWidth, out = [];
 if (document.documentElement.scrollWidth <= w) return [];
 for (const e of document.querySelectorAll("body *")) { const r = e.getBoundingClientRect();
  if (r.right > w + 1 && r.width > 0 && !e.closest(".chips--scroll, .filters__picks, .scroll-x, .toc, .sr, .skip, .diff, .source, dialog")) out.push(e.tagName + "." + e.className + " " + Math.round(r.right)); }
 return out.length ? out.slice(-6) : ["something, to " + document.documentElement.scrollWidth]; })()`

// small names the controls that are hard to hit (24 px, WCAG 2.5.8; links in
// running text are excepted).
const small = `[...document.querySelectorAll("main button, main select, main input:not([type=hidden]):not([type=radio]), nav a, .btn, summary")].filter(e => e.offsetParent && !e.closest(".sr") && !e.classList.contains("sr") && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))`

func TestPagesInABrowser(t *testing.T) {
	ctx := browser(t)
	srv := httptest.NewServer(&site{set: static.New()})
	defer srv.Close()
	said := complaints(ctx)
	shots := os.Getenv("MANDATE_SCREENSHOTS")
	for name := range cannedPages() {
		if strings.HasPrefix(name, "fragment") {
			continue
		}
		for _, width := range []int64{320, 390, 1280} {
			for _, theme := range []string{"light", "dark"} {
				if theme == "dark" && (shots == "" || width == 320) {
					continue
				}
				err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+"/"+name+"?theme="+theme))
				if err != nil {
					t.Fatal(err)
				}
				for what, script := range map[string]string{"overflows": overflow, "has small targets": small} {
					if bad, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](script)); err != nil || len(bad) > 0 {
						t.Errorf("%s at %d px %s: %v %v", name, width, what, bad, err)
					}
				}
				if shots != "" {
					shoot(t, ctx, filepath.Join(shots, fmt.Sprintf("%s_%d_%s.png", name, width, theme)))
				}
			}
		}
		for _, c := range said() {
			t.Errorf("%s: the browser says %s", name, c)
		}
	}
}

func shoot(t *testing.T, ctx context.Context, file string) {
	t.Helper()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// user drives one page and stops the test where a step fails.
type user struct {
	t    *testing.T
	ctx  context.Context
	said func() []string
}

func (u user) does(what string, actions ...chromedp.Action[chromedp.Void]) {
	u.t.Helper()
	if err := chromedp.Do(u.ctx, actions...); err != nil {
		u.t.Fatalf("%s: %v (the browser says %v)", what, err, u.said())
	}
}

// sees waits until the script gives true.
func (u user) sees(what, script string) {
	u.t.Helper()
	for range 100 {
		if ok, err := chromedp.Run(u.ctx, chromedp.Evaluate[bool](script)); err == nil && ok {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	u.t.Fatalf("%s: never seen (the browser says %v)", what, u.said())
}

func TestScriptsUnderThePolicy(t *testing.T) {
	ctx := browser(t)
	s := &site{set: static.New()}
	srv := httptest.NewServer(s)
	defer srv.Close()
	u := user{t, ctx, complaints(ctx)}
	u.does("open the list", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(srv.URL+"/proposals"))

	u.does("walk", chromedp.KeyEvent("jjk"))
	u.sees("the first row is current", `document.querySelectorAll("[data-item]")[0].matches("[aria-current=true]") && document.activeElement.closest("[data-item]") === document.querySelector("[data-item]")`)
	u.does("search", chromedp.KeyEvent("/"), chromedp.KeyEvent("fund"))
	u.sees("the list changed", `document.querySelector("h1").textContent.includes("fund") && document.querySelectorAll("tbody tr").length === 2`)
	u.sees("the address too", `location.search.includes("q=") && location.search.includes("fund")`)
	u.sees("the field keeps focus and text", `document.activeElement.id === "q" && document.activeElement.value.endsWith("fund")`)
	u.does("search on", chromedp.KeyEvent("ing"))
	u.sees("the swapped form still works", `document.querySelector("h1").textContent.includes("funding")`)
	u.does("fail", chromedp.Evaluate[chromedp.Void](`{ const q = document.getElementById("q"); q.value = "fail"; q.dispatchEvent(new Event("input", {bubbles: true})) }`))
	u.sees("a failure is said, the list stays", `document.querySelector("#alerts [role=alert]") && document.querySelectorAll("tbody tr").length === 2`)
	u.said() // the failed request is in the console, rightly

	u.does("help", chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`), chromedp.KeyEvent("?"))
	u.sees("help is open", `document.getElementById("keys").open`)
	u.does("keys off", chromedp.Click(chromedp.CSS("[data-keys-switch]")), chromedp.Evaluate[chromedp.Void](`document.getElementById("keys").close()`), chromedp.KeyEvent("j"))
	u.sees("keys are off", `!document.querySelector("[data-item][data-current]")`)
	u.does("keys on", chromedp.Evaluate[chromedp.Void](`localStorage.removeItem("keys")`))

	u.does("theme", chromedp.Click(chromedp.CSS("[data-theme-switch]")))
	u.sees("dark", `document.documentElement.dataset.theme === "dark"`)

	u.does("first run", chromedp.Navigate(srv.URL+"/inbox_first_run"))
	u.sees("progress arrives", `document.querySelector("#progress [role=status]")?.textContent === "Everything is read"`)

	u.does("values", chromedp.Navigate(srv.URL+"/values"), chromedp.Click(chromedp.CSS(`input[name="p.0.weight"][value="2"]`)))
	u.sees("the preview", `document.querySelector("#preview h2").textContent === "Scored again"`)
	u.sees("unsaved is said", `!document.querySelector("[data-unsaved]").hidden`)
	s.mu.Lock()
	posted := s.posted
	s.mu.Unlock()
	if !strings.Contains(posted, "p.0.weight=2") || !strings.Contains(posted, "statement=") {
		t.Errorf("the preview was asked with %q", posted)
	}
	for _, c := range u.said() {
		t.Errorf("the browser says %s", c)
	}
}
