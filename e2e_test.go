package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mandate/governance/governancetest"
)

// start runs the program as a person would and returns its URL. It is
// stopped, and its exit status checked, when the test ends.
func start(t *testing.T, args ...string) string {
	t.Helper()
	base, _ := launch(t, []string{"MANDATE_LOG=json"}, args...)
	return base
}

// launch is start in an environment. lines are what it prints after its URL.
func launch(t *testing.T, environ []string, args ...string) (base string, lines <-chan string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	log := &governancetest.Log{}
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, args, program{environ: environ, stdin: strings.NewReader(""), stdout: in, stderr: log})
		in.Close()
	}()
	read := bufio.NewReader(out)
	line, err := read.ReadString('\n')
	if err != nil {
		t.Fatalf("no URL: %v\n%s", err, log)
	}
	more := make(chan string, 100)
	go func() {
		for {
			next, err := read.ReadString('\n')
			if err != nil {
				close(more)
				return
			}
			more <- strings.TrimSpace(next)
		}
	}()
	t.Cleanup(func() {
		stop()
		select {
		case code := <-done:
			if code != 0 {
				t.Errorf("exit status %d\n%s", code, log)
			}
		case <-time.After(15 * time.Second):
			t.Error("did not stop within 15 s")
		}
	})
	return strings.TrimSpace(line), more
}

// fetch returns a page of the running program.
func fetch(t *testing.T, address string) (int, string) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

// allExplained waits until at least n proposals are stored and all explained.
func allExplained(t *testing.T, base string, n int) {
	t.Helper()
	count := regexp.MustCompile(`([\d,]+) of ([\d,]+) proposals`)
	body := ""
	for range 1200 {
		_, body = fetch(t, base+"/settings")
		if m := count.FindStringSubmatch(body); m != nil && m[1] == m[2] {
			if all, err := strconv.Atoi(strings.ReplaceAll(m[1], ",", "")); err == nil && all >= n {
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("never %d explained; the settings say\n%.3000s", n, body)
}

// TestFirstWalk is the main path of a person, in a real browser, at desktop
// and phone width: start, read the inbox, open a proposal, follow a quote,
// type values, see the scores change, search.
func TestFirstWalk(t *testing.T) {
	b := governancetest.NewBrowser(t)
	base := start(t, "demo", "--listen", "127.0.0.1:0")
	allExplained(t, base, 80)
	for _, width := range []int64{1280, 390} {
		name := map[int64]string{1280: "desktop", 390: "phone"}[width]
		b.Does("open the inbox", chromedp.EmulateViewport(width, 900), chromedp.Navigate(base+"/"))
		b.Sees("the inbox lists proposals", `document.querySelectorAll("a[href^='/proposals/snapshot']").length > 5`)
		b.Sees("it says that this is the demo world", `document.querySelector(".folio").textContent.includes("Demo world")`)
		b.FitsWidth(name + " inbox")
		b.Shoot("inbox before values, " + name)

		b.Does("browse", chromedp.Navigate(base+"/proposals"))
		b.Sees("rows", `document.querySelectorAll("tbody tr").length > 10`)
		b.FitsWidth(name + " list")
		b.Shoot("list, " + name)
		b.Does("search", chromedp.Evaluate[chromedp.Void](`{ const q = document.getElementById("q"); q.value = "audit"; q.dispatchEvent(new Event("input", {bubbles: true})) }`))
		b.Sees("the list follows the search", `document.querySelector("h1").textContent.includes("audit") && location.search.includes("q=audit")`)
		b.Sees("and still has rows", `document.querySelectorAll("tbody tr").length > 0`)

		b.Does("open a proposal", chromedp.Navigate(base+"/proposals?state=open&kind=treasury"))
		first := b.Reads(`document.querySelector("tbody a[href^='/proposals/snapshot']").getAttribute("href")`)
		b.Does("read it", chromedp.Navigate(base+first))
		b.Sees("it is explained", `document.querySelector("#summary, .lede") !== null && document.querySelectorAll("mark[id^=q]").length > 0`)
		b.FitsWidth(name + " proposal")
		b.Shoot("proposal, " + name)
		b.Does("follow a quote", chromedp.Evaluate[chromedp.Void](`document.querySelector("a.ref[href^='#q']").click()`))
		b.Sees("its place in the text is marked", `location.hash.startsWith("#q") && document.querySelector("mark:target") !== null`)
	}
	typeValues(t, b, base)
	for _, said := range b.Complaints() {
		t.Errorf("the browser says %s", said)
	}
}

// typeValues states values in the browser and looks at what they do.
func typeValues(t *testing.T, b *governancetest.Browser, base string) {
	b.Does("open values", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(base+"/values"))
	b.Does("type", chromedp.Evaluate[chromedp.Void](`document.querySelector("[name=statement]").value = "I care strongly about a lean treasury. I want audits before upgrades. I distrust token incentives. Ask me above $250,000."`),
		chromedp.Click(chromedp.CSS("button[name=do][value=compile]")))
	b.Sees("principles", `document.querySelectorAll(".principle").length >= 3`)
	b.Sees("a rule", `document.querySelectorAll(".rule").length >= 1`)
	b.Sees("a preview on open proposals", `document.querySelectorAll("#preview .shift").length > 0`)
	b.FitsWidth("values")
	b.Shoot("values")
	before := b.Reads(`document.querySelector("#preview").textContent`)
	b.Does("change a weight", chromedp.Click(chromedp.CSS(`input[name="p.0.weight"][value="1"]`)))
	b.Sees("the preview follows", `document.querySelector("#preview").textContent !== `+jsString(before))
	b.Does("save", chromedp.Click(chromedp.CSS(".signbar button[value=save]")))
	b.Sees("a new version", `document.body.textContent.includes("Version 2")`)
	b.Does("back to the inbox", chromedp.Navigate(base+"/"))
	b.Sees("scores", `document.querySelectorAll(".reading").length > 3`)
	b.Shoot("inbox with values")
	b.Does("order by values", chromedp.Navigate(base+"/proposals?sort=score"))
	b.Sees("readings in the list", `document.querySelectorAll("tbody .reading").length > 3`)
	b.Shoot("list with values")
	b.Does("phone", chromedp.EmulateViewport(390, 900), chromedp.Navigate(base+"/values"))
	b.FitsWidth("values on a phone")
	b.Shoot("values, phone")
	b.Does("inbox on a phone", chromedp.Navigate(base+"/"))
	b.FitsWidth("inbox with values on a phone")
	b.Shoot("inbox with values, phone")
}

func jsString(s string) string {
	return "`" + strings.NewReplacer("\\", "\\\\", "`", "\\`", "${", "\\${").Replace(s) + "`"
}

// TestRealProposals takes every real Snapshot proposal of the data through
// the whole program: hub, sync, store, reader, pages.
func TestRealProposals(t *testing.T) {
	file := dataFile(t, "proposals_snapshot.jsonl")
	base := start(t, "demo", "--listen", "127.0.0.1:0", "--proposals", file)
	allExplained(t, base, 4058)
	if _, body := fetch(t, base+"/"); !strings.Contains(body, "Demo world") {
		t.Error("the page does not say that this is the demo world")
	}
	refs := walkAPI(t, base)
	if len(refs) != 4058 {
		t.Errorf("the API lists %d proposals, want 4058", len(refs))
	}
	for i, ref := range refs {
		if i%40 != 0 { // a hundred pages are enough to see that none breaks
			continue
		}
		if code, page := fetch(t, base+"/proposals/"+ref); code != http.StatusOK || !strings.Contains(page, "</html>") {
			t.Errorf("%s answers %d", ref, code)
		}
	}
}

// dataFile is a file of the real data. Without it the test is skipped, in CI
// it fails.
func dataFile(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("MANDATE_DATA_DIR")
	if dir == "" {
		dir = "../shared/data"
	}
	path := dir + "/" + name
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: set MANDATE_DATA_DIR", path)
		}
		t.Skipf("%s is missing: set MANDATE_DATA_DIR", path)
	}
	return path
}
