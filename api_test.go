package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"mandate/governance"
)

// apiItem is what a client of the API reads of a proposal.
type apiItem struct {
	Ref        string
	Venue      string
	DAO        struct{ ID, Name string }
	Title      string
	Body, Text *string
	Choices    []struct {
		Index  int
		Label  string
		Stance string
	}
	State      string
	Assessment *governance.Assessment
	Flags      []string
	Actions    *[]any
	Findings   []any
}

type apiPage struct {
	Items      []apiItem
	NextCursor *string `json:"next_cursor"`
	Total      int
}

// walkAPI follows the cursors of the whole list.
func walkAPI(t *testing.T, base string) []string {
	t.Helper()
	var refs []string
	cursor := ""
	for {
		var page apiPage
		_, body := fetch(t, base+"/api/v1/proposals?limit=100&sort=newest&cursor="+url.QueryEscape(cursor))
		decode(t, body, &page)
		for _, item := range page.Items {
			refs = append(refs, url.PathEscape(item.Ref))
		}
		if page.NextCursor == nil {
			break
		}
		cursor = *page.NextCursor
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

func decode(t *testing.T, body string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), into); err != nil {
		t.Fatalf("%v in %.300s", err, body)
	}
}

// client keeps cookies and sends what a browser sends.
type client struct {
	t    *testing.T
	base string
	http http.Client
}

func newClient(t *testing.T, base string) *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, base: base, http: http.Client{Jar: jar}}
}

func (c *client) do(method, path, body string, header ...string) (int, http.Header, string) {
	c.t.Helper()
	req, err := http.NewRequest(method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(raw)
}

func TestAPI(t *testing.T) {
	base := start(t, "demo", "--listen", "127.0.0.1:0")
	allExplained(t, base, 120)
	c := newClient(t, base)

	t.Run("lists leave out long fields, details have them", func(t *testing.T) {
		var page apiPage
		_, _, body := c.do("GET", "/api/v1/proposals?state=open&limit=5", "")
		decode(t, body, &page)
		if len(page.Items) != 5 || page.Total < 20 || page.NextCursor == nil {
			t.Fatalf("%d items, total %d, cursor %v", len(page.Items), page.Total, page.NextCursor)
		}
		item := page.Items[0]
		if item.Body != nil || item.Text != nil || item.Actions != nil || item.Assessment == nil || item.State != "active" || item.Findings == nil {
			t.Errorf("list item: %.500s", body)
		}
		_, _, body = c.do("GET", "/api/v1/proposals/"+url.PathEscape(item.Ref), "")
		var detail apiItem
		decode(t, body, &detail)
		if detail.Body == nil || detail.Text == nil || detail.Actions == nil || detail.Assessment == nil {
			t.Fatalf("detail: %.500s", body)
		}
		checkQuotes(t, *detail.Text, detail.Assessment)
	})

	t.Run("every cursor leads on without a gap or a repeat", func(t *testing.T) {
		for _, sort := range []string{"deadline", "newest", "score", "importance"} {
			seen, cursor, total := map[string]bool{}, "", 0
			for range 40 {
				var page apiPage
				_, _, body := c.do("GET", "/api/v1/proposals?limit=7&sort="+sort+"&cursor="+url.QueryEscape(cursor), "")
				decode(t, body, &page)
				total = page.Total
				for _, item := range page.Items {
					if seen[item.Ref] {
						t.Fatalf("%s: %s twice", sort, item.Ref)
					}
					seen[item.Ref] = true
				}
				if page.NextCursor == nil {
					break
				}
				cursor = *page.NextCursor
			}
			if len(seen) != total || total < 80 {
				t.Errorf("%s: %d seen of %d", sort, len(seen), total)
			}
		}
	})

	t.Run("filters hold", func(t *testing.T) {
		for query, holds := range map[string]func(apiItem) bool{
			"kind=election":                 func(i apiItem) bool { return i.Assessment != nil && i.Assessment.Kind == "election" },
			"state=closed":                  func(i apiItem) bool { return i.State == "closed" },
			"state=pending":                 func(i apiItem) bool { return i.State == "pending" },
			"flag=hidden_text":              func(i apiItem) bool { return slices.Contains(i.Flags, "hidden_text") },
			"dao=harbor.dao.eth":            func(i apiItem) bool { return i.DAO.ID == "harbor.dao.eth" },
			"type=ranked-choice":            func(i apiItem) bool { return len(i.Choices) > 1 },
			"q=treasury&ends=7d&state=open": func(i apiItem) bool { return i.State == "active" },
		} {
			var page apiPage
			_, _, body := c.do("GET", "/api/v1/proposals?"+query, "")
			decode(t, body, &page)
			if len(page.Items) == 0 {
				t.Errorf("%s finds nothing", query)
			}
			for _, item := range page.Items {
				if !holds(item) {
					t.Errorf("%s lists %s", query, item.Ref)
				}
			}
		}
	})

	t.Run("values and scores belong to the session", func(t *testing.T) {
		code, _, body := c.do("PUT", "/api/v1/me/values", `{"statement":"I care strongly about a lean treasury. Ask me above $250,000."}`, "Origin", base)
		var saved struct{ Values governance.Values }
		decode(t, body, &saved)
		if code != 200 || len(saved.Values.Principles) == 0 || len(saved.Values.Rules) == 0 || saved.Values.Version != 1 {
			t.Fatalf("%d %s", code, body)
		}
		var page apiPage
		_, _, body = c.do("GET", "/api/v1/proposals?state=open&sort=importance&limit=1", "")
		decode(t, body, &page)
		var score governance.Score
		_, _, body = c.do("GET", "/api/v1/proposals/"+url.PathEscape(page.Items[0].Ref)+"/score", "")
		decode(t, body, &score)
		if score.ValuesVersion != 1 || len(score.Choices) == 0 || score.Route == "" {
			t.Errorf("score %s", body)
		}
		if _, _, other := newClient(t, base).do("GET", "/api/v1/me/values", ""); strings.Contains(other, "lean treasury") {
			t.Error("another visitor sees the values")
		}
	})
	t.Run("bad requests", func(t *testing.T) { badRequests(t, c) })
}

// badRequests: each with its own clear problem, and nothing stored.
func badRequests(t *testing.T, c *client) {
	_, _, before := c.do("GET", "/api/v1/me/values", "")
	tests := []struct {
		method, path, body string
		status             int
		code               governance.Code
	}{
		{"GET", "/api/v1/proposals?sort=sideways", "", 400, governance.Invalid},
		{"GET", "/api/v1/proposals?limit=0", "", 400, governance.Invalid},
		{"GET", "/api/v1/proposals?limit=101", "", 400, governance.Invalid},
		{"GET", "/api/v1/proposals?state=odd", "", 400, governance.Invalid},
		{"GET", "/api/v1/proposals?cursor=%00%ff", "", 400, governance.Invalid},
		{"GET", "/api/v1/proposals?kind=x", "", 400, governance.Invalid},
		{"GET", "/api/v1/proposals/nonsense", "", 400, governance.Invalid},
		{"GET", "/api/v1/proposals/snapshot:a.eth:0x00", "", 404, governance.NotFound},
		{"GET", "/api/v1/nothing", "", 404, governance.NotFound},
		{"DELETE", "/api/v1/proposals", "", 404, governance.NotFound},
		{"PUT", "/api/v1/me/values", `{`, 400, governance.Invalid},
		{"PUT", "/api/v1/me/values", `{"statement":1}`, 400, governance.Invalid},
		{"PUT", "/api/v1/me/values", `{"extra":1}`, 400, governance.Invalid},
		{"PUT", "/api/v1/me/values", `{} {}`, 400, governance.Invalid},
		{"PUT", "/api/v1/me/values", `{"principles":[{"text":"x","weight":9,"leanings":{}}]}`, 400, governance.Invalid},
		{"PUT", "/api/v1/me/values", `{"statement":"` + strings.Repeat("a", 300<<10) + `"}`, 413, governance.Limited},
	}
	for _, tt := range tests {
		code, header, body := c.do(tt.method, tt.path, tt.body, "Origin", c.base)
		var p struct {
			Code      governance.Code
			Detail    string
			RequestID string `json:"request_id"`
		}
		decode(t, body, &p)
		if code != tt.status || p.Code != tt.code || p.Detail == "" || p.RequestID == "" || header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s %.40s: %d %s", tt.method, tt.path, tt.body, code, body)
		}
	}
	if code, _, _ := c.do("PUT", "/api/v1/me/values", `{"statement":"x"}`, "Origin", "https://elsewhere.example"); code != 403 {
		t.Errorf("another site may write: %d", code)
	}
	if _, _, after := c.do("GET", "/api/v1/me/values", ""); after != before {
		t.Errorf("values changed:\n%s\n%s", before, after)
	}
}

// checkQuotes: every quote is the text at its offsets, in code points.
func checkQuotes(t *testing.T, text string, a *governance.Assessment) {
	t.Helper()
	runes := []rune(text)
	check := func(what, quote string, start, end int) {
		if quote != "" && (start < 0 || end > len(runes) || start > end || string(runes[start:end]) != quote) {
			t.Errorf("%s: %q is not at %d–%d", what, quote, start, end)
		}
	}
	for _, list := range [][]governance.Item{a.SummaryQuotes, a.Changes, a.For, a.Against, a.WinnersLosers, a.Questions} {
		for _, i := range list {
			check("claim", i.Quote, i.Start, i.End)
		}
	}
	for _, ask := range a.Asks {
		check("ask", ask.Quote, ask.Start, ask.End)
	}
	for key, l := range a.Leanings {
		check(key, l.Quote, l.Start, l.End)
	}
	for _, choice := range a.Choices {
		if !strings.Contains(text, choice.Quote) {
			t.Errorf("choice %d: %q is not in the text", choice.Index, choice.Quote)
		}
	}
}
