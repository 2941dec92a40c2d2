package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"mandate/governance/demo"
)

// maxCrawl bounds the pages of a walk: filters combine without end.
const maxCrawl = 1500

// TestEveryLink follows every link inside the site from the front page, as
// a visitor with values, and reads each page as a browser without script.
func TestEveryLink(t *testing.T) {
	t.Parallel()
	r := filled(t, demo.Config{})
	v := r.visitor(t)
	if a := v.post("/values", url.Values{"do": {"sample:security-first"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the sample answers %d", a.StatusCode)
	}
	todo := []string{"/", "/proposals?state=all&sort=newest&limit=100"}
	for _, ref := range r.refs() {
		todo = append(todo, refPath(ref))
	}
	seen, pages := map[string]bool{}, map[string]string{}
	for len(todo) > 0 && len(seen) < maxCrawl {
		path, _, _ := strings.Cut(todo[0], "#")
		todo = todo[1:]
		if path == "/events" || seen[path] {
			continue
		}
		seen[path] = true
		a := v.get(path)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", path, a.StatusCode)
		}
		switch kind := a.Header.Get("Content-Type"); {
		case strings.HasPrefix(kind, "text/html"):
			pages[path] = a.body
			todo = append(todo, links(a.body)...)
		case strings.Contains(kind, "json"):
			if !json.Valid([]byte(a.body)) {
				t.Errorf("%s is no JSON", path)
			}
		}
	}
	if len(pages) < 300 {
		t.Errorf("only %d pages were found", len(pages))
	}
	checkCrawled(t, pages)
	for path := range pages {
		if strings.HasPrefix(path, "/proposals/") {
			continue
		}
		if strings.Contains(path, "sort=score") && strings.Contains(path, "state=all") {
			return
		}
	}
	t.Error("the walk never came to an order by score")
}

// checkCrawled parses the pages on both cores.
func checkCrawled(t *testing.T, pages map[string]string) {
	var wg sync.WaitGroup
	work := make(chan string)
	for range 2 {
		wg.Go(func() {
			for path := range work {
				checkPage(t, path, pages[path])
				checkFragments(t, path, pages[path])
			}
		})
	}
	for path := range pages {
		work <- path
	}
	close(work)
	wg.Wait()
}

// checkFragments: a link inside the page has a place that it leads to.
func checkFragments(t *testing.T, path, page string) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	ids, wanted := map[string]bool{}, map[string]bool{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		ids[attr(n, "id")] = true
		if href := attr(n, "href"); strings.HasPrefix(href, "#") && len(href) > 1 {
			wanted[href[1:]] = true
		}
		for _, key := range []string{"aria-describedby", "aria-labelledby", "for", "hx-target"} {
			if id := strings.TrimPrefix(attr(n, key), "#"); id != "" {
				wanted[id] = true
			}
		}
	}
	for id := range wanted {
		if !ids[id] {
			t.Errorf("%s has a link to #%s, which is not there", path, id)
		}
	}
}

// TestCompleteWithoutScript: what a page is for stands in its HTML.
func TestCompleteWithoutScript(t *testing.T) {
	t.Parallel()
	r := filled(t, demo.Config{})
	v := r.visitor(t)
	for path, wants := range map[string][]string{
		"/":                    {"open proposals", "Demo world", "A sample to start from"},
		"/proposals":           {"open proposals", "Any DAO", "Any kind", "Ends", "Your values"},
		"/proposals?state=all": {"Next 50", "of " + strconv.Itoa(len(r.refs())), "Closed"},
		"/daos":                {"DAOs are read", "Harbor"},
		"/values":              {"Read it", "Add a principle", "Add this rule"},
		"/settings":            {"Sources", "No model is set up", "MANDATE_LISTEN"},
	} {
		text := textOf(v.sees(path))
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	}
	for _, ref := range r.refs() {
		p, err := r.store.Proposal(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		page := v.sees(refPath(ref))
		text := textOf(page)
		wants := []string{"Built-in reader", "Proposal id"}
		for i := range p.Proposal.Choices {
			wants = append(wants, strings.Join(strings.Fields(choiceLabel(&p.Proposal, i+1)), " "))
		}
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", ref, want)
			}
		}
		if len(p.Assessment.SummaryQuotes) > 0 && !strings.Contains(page, `<mark id="q1"`) {
			t.Errorf("%s marks no quote in its text", ref)
		}
	}
}

// TestFragments: htmx gets the table alone, everybody else the whole page.
func TestFragments(t *testing.T) {
	t.Parallel()
	r := filled(t, demo.Config{})
	v := r.visitor(t)
	whole, part := v.get("/proposals?q=treasury"), v.get("/proposals?q=treasury", "HX-Request", "true")
	if !strings.Contains(whole.body, "</html>") || strings.Contains(part.body, "</html>") || !strings.Contains(part.body, "<table") {
		t.Error("page and fragment are mixed up")
	}
	if back := v.get("/proposals?q=treasury", "HX-Request", "true", "HX-History-Restore-Request", "true"); !strings.Contains(back.body, "</html>") {
		t.Error("going back gets a fragment")
	}
	for _, a := range []answer{whole, part} {
		if a.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("Cache-Control %q", a.Header.Get("Cache-Control"))
		}
	}
}

// TestStatic: files are named by their content and kept for good.
func TestStatic(t *testing.T) {
	t.Parallel()
	r := newRig(t, demo.Config{Empty: true})
	v := r.visitor(t)
	for _, path := range links(v.sees("/values")) {
		if !strings.HasPrefix(path, "/static/") {
			continue
		}
		a := v.get(path)
		if a.StatusCode != 200 || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") || a.Header.Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", path, a.StatusCode, a.Header)
		}
		if strings.Contains(a.body, "http://") && !strings.Contains(a.body, "www.w3.org") {
			t.Errorf("%s names another host", path)
		}
	}
	for _, path := range []string{"/static/../server.go", "/static/%2e%2e/server.go", "/static/", "/static/css", "/static/..%2fgo.mod"} {
		if a := v.get(path); a.StatusCode != 404 && a.StatusCode != 400 && a.StatusCode/100 != 3 {
			t.Errorf("%s answers %d", path, a.StatusCode)
		}
	}
}
