package governancetest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Browser is a real Chromium that walks like a person. Steps stop the test
// where they fail.
type Browser struct {
	t     testing.TB
	ctx   context.Context
	heard *heard
}

// heard is what the console said.
type heard struct {
	mu   sync.Mutex
	said []string
}

// For is the same browser in a part of the test: what fails, fails there.
func (b *Browser) For(t testing.TB) *Browser { return &Browser{t: t, ctx: b.ctx, heard: b.heard} }

// NewBrowser starts Chromium. Without one the test is skipped, in CI it
// fails.
func NewBrowser(t testing.TB) *Browser {
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
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("force-prefers-reduced-motion", true)) // a click lands where its target was a moment before
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	limited, end := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(end)
	b := &Browser{t: t, ctx: limited, heard: &heard{}}
	go b.listen()
	return b
}

// listen collects what the browser writes to its console: blocked scripts,
// styles and sinks, and errors of the scripts.
func (b *Browser) listen() {
	for m, err := range chromedp.Console(b.ctx) {
		if err != nil {
			return
		}
		if m.Type == "error" || m.Type == "warning" || m.IsException() {
			b.heard.mu.Lock()
			b.heard.said = append(b.heard.said, m.Text)
			b.heard.mu.Unlock()
		}
	}
}

// Complaints returns what the console said since the last call.
func (b *Browser) Complaints() []string {
	b.heard.mu.Lock()
	defer b.heard.mu.Unlock()
	said := b.heard.said
	b.heard.said = nil
	return said
}

// Does takes steps.
func (b *Browser) Does(what string, actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatalf("%s: %v (the browser says %v)", what, err, b.Complaints())
	}
}

// Sees waits until the script gives true.
func (b *Browser) Sees(what, script string) {
	b.t.Helper()
	for range 600 { // half a minute: the machine may have other work
		if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](script)); err == nil && ok {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.Shoot("failed " + strings.ReplaceAll(b.t.Name(), "/", " "))
	b.t.Fatalf("%s: never seen (the browser says %v)", what, b.Complaints())
}

// Reads returns a text that a script gives.
func (b *Browser) Reads(script string) string {
	b.t.Helper()
	s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return s
}

// overflow names the elements that are wider than the window.
const overflow = `(() => { const w = document.documentElement.clientWidth, out = [];
 if (document.documentElement.scrollWidth <= w) return "";
 for (const e of document.querySelectorAll("body *")) { const r = e.getBoundingClientRect();
  if (r.right > w + 1 && r.width > 0 && !e.closest(".chips--scroll, .filters__picks, .scroll-x, .toc, .sr, .skip, .diff, .source, dialog")) out.push(e.tagName + "." + e.className + " " + Math.round(r.right)); }
 return out.length ? out.slice(-6).join("; ") : "something, to " + document.documentElement.scrollWidth; })()`

// FitsWidth reports, as an error of the test, what is wider than the window.
func (b *Browser) FitsWidth(what string) {
	b.t.Helper()
	if wide := b.Reads(overflow); wide != "" {
		b.t.Errorf("%s overflows: %s", what, wide)
	}
}

// Shoot writes a picture of the whole page where MANDATE_SCREENSHOTS names a
// directory.
func (b *Browser) Shoot(name string) { b.shoot(name, chromedp.FullScreenshot(100)) }

// ShootWindow is Shoot of what the window shows: dialogs stand there only.
func (b *Browser) ShootWindow(name string) { b.shoot(name, chromedp.CaptureScreenshot()) }

func (b *Browser) shoot(name string, picture chromedp.Action[[]byte]) {
	dir := os.Getenv("MANDATE_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, picture)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, " ", "_")+".png"), png, 0o600)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}
