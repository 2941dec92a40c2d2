package demo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mandate/governance/demo"
)

const allTitles = `{proposals(orderDirection: asc){id title}}`

func TestFaultAnswers(t *testing.T) {
	for _, tc := range []struct {
		fault            demo.Fault
		old, latest      int
		kind, inBody     string
		header, headerIs string
	}{
		{demo.FaultResolver, 200, 500, "application/json", "request failed", "", ""},
		{demo.FaultValidation, 400, 400, "application/json", `"errors"`, "", ""},
		{demo.FaultTooMany, 429, 429, "application/json", "too many requests", "", ""},
		{demo.FaultRetryAfter, 429, 429, "application/json", "too many requests", "Retry-After", "1"},
		{demo.FaultRateLimitReset, 429, 429, "application/json", "too many requests", "RateLimit-Reset", "1"},
		{demo.FaultBadKey, 401, 401, "application/json", "invalid api key", "", ""},
		{demo.FaultServerError, 500, 500, "application/json", `"error_description":{}`, "", ""},
		{demo.FaultMalformed, 400, 400, "text/html", "<html", "", ""},
		{demo.FaultHTML, 502, 502, "text/html", "<html", "", ""},
		{demo.FaultHTMLWithSuccess, 200, 200, "text/html", "<html", "", ""},
		{demo.FaultEmptyAnswer, 200, 200, "application/json", "", "", ""},
		{demo.FaultNullData, 200, 200, "application/json", `{"data":null}`, "", ""},
		{demo.FaultGarbage, 200, 200, "application/json", `{"data"`, "", ""},
		{demo.FaultWrongTypes, 200, 200, "application/json", `"soon"`, "", ""},
	} {
		for gen, want := range map[demo.Generation]int{demo.Old: tc.old, demo.Latest: tc.latest} {
			w, ask := hub(t, demo.Config{Empty: true, Generation: gen})
			w.Fail(tc.fault)
			status, a := ask(allTitles, nil)
			if status != want || !strings.HasPrefix(a.Header.Get("Content-Type"), tc.kind) || !strings.Contains(a.Raw, tc.inBody) {
				t.Errorf("%s, generation %d: %d %s %.200s", tc.fault, gen, status, a.Header.Get("Content-Type"), a.Raw)
			}
			if tc.header != "" && a.Header.Get(tc.header) != tc.headerIs {
				t.Errorf("%s: %s is %q", tc.fault, tc.header, a.Header.Get(tc.header))
			}
			if status, _ := ask(allTitles, nil); status != 200 || w.Requests().Faulty != 1 {
				t.Errorf("%s: the next request is answered with %d", tc.fault, status)
			}
		}
	}
}

func TestFailAllAndQueue(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true, Faults: demo.Faults{Queue: []demo.Fault{demo.FaultHTML}, Every: demo.FaultBadKey}})
	for i, want := range []int{502, 401, 401} {
		if status, _ := ask(allTitles, nil); status != want {
			t.Errorf("request %d: %d", i, status)
		}
	}
	w.FailAll(demo.FaultNone)
	if status, _ := ask(allTitles, nil); status != 200 {
		t.Errorf("after the faults: %d", status)
	}
}

func TestBentPages(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true})
	w.Add(rows(6, same)...)
	_, whole := ask(allTitles, nil)
	page := func(query string, f demo.Fault) []string {
		w.Fail(f)
		_, a := ask(query, nil)
		return ids(t, a, "proposals")
	}
	if got := page(allTitles, demo.FaultShortPage); len(got) != 3 {
		t.Errorf("short page: %v", got)
	}
	if got := page(allTitles, demo.FaultDuplicates); len(got) != 12 {
		t.Errorf("duplicates: %v", got)
	}
	if got := page(allTitles, demo.FaultUnordered); len(got) != 6 || strings.Join(got, "") == strings.Join(ids(t, whole, "proposals"), "") {
		t.Errorf("unordered: %v", got)
	}
	later := `{proposals(where:{created_gt:1003}, orderDirection: asc){id}}`
	if got := page(later, demo.FaultRepeatedPage); len(got) != 6 {
		t.Errorf("repeated page: %v", got)
	}
	if got := page(later, demo.FaultNone); len(got) != 2 {
		t.Errorf("true page: %v", got)
	}
}

func TestStandingShortPages(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true, Faults: demo.Faults{ShortPages: 2}})
	w.Add(rows(6, same)...)
	if _, a := ask(`{proposals(first:5){id}}`, nil); len(ids(t, a, "proposals")) != 3 {
		t.Errorf("%s", a.Raw)
	}
	if _, a := ask(`{proposals(first:5, where:{created_gt:1004}){id}}`, nil); len(ids(t, a, "proposals")) != 1 {
		t.Errorf("the last row never comes: %s", a.Raw)
	}
}

// A row whose plugins are JSON null is null beside an error in the old hub and
// takes the whole answer with it in the latest.
func TestBrokenRow(t *testing.T) {
	for gen, want := range map[demo.Generation]int{demo.Old: 200, demo.Latest: 500} {
		w, ask := hub(t, demo.Config{Empty: true, Generation: gen})
		w.Add(rows(3, func(i int, p *demo.Proposal) {
			if i == 1 {
				p.Plugins = json.RawMessage("null")
			}
		})...)
		status, a := ask(`{proposals(orderDirection: asc){id plugins}}`, nil)
		if status != want || len(a.Errors) != 1 {
			t.Fatalf("generation %d: %d %s", gen, status, a.Raw)
		}
		if gen == demo.Latest && a.Data != nil {
			t.Errorf("data stayed: %s", a.Raw)
		}
		if gen == demo.Old && (len(ids(t, a, "proposals")) != 3 || ids(t, a, "proposals")[1] != "") {
			t.Errorf("rows: %s", a.Raw)
		}
		if status, a := ask(`{proposals{id}}`, nil); status != 200 || len(ids(t, a, "proposals")) != 3 {
			t.Errorf("without plugins: %d %s", status, a.Raw)
		}
	}
}

func TestNullRowsAndLargeBlocks(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true, Faults: demo.Faults{NullRows: 3}})
	w.Add(rows(6, func(_ int, p *demo.Proposal) { p.Snapshot = 1 << 31 })...)
	_, a := ask(`{proposals(orderDirection: asc){id snapshot}}`, nil)
	if got := ids(t, a, "proposals"); len(got) != 6 || got[2] != "" || got[5] != "" || got[0] == "" {
		t.Errorf("%v", got)
	}
	if len(a.Errors) != 8 || !strings.Contains(a.Raw, `"snapshot":null`) {
		t.Errorf("%d errors: %.300s", len(a.Errors), a.Raw)
	}
}

func TestHostileTextIsValidJSON(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true})
	w.Add(rows(1, func(_ int, p *demo.Proposal) {
		p.Title = "nul \x00 quote \" back \\ tab \t bidi \u202e tag \U000e0041 half \xed\xa0\x80 broken \xff end"
		p.Body = strings.Repeat("€", 300_000)
		p.Choices = make([]string, 200)
	})...)
	_, a := ask(`{proposals{title body choices}}`, nil)
	var got []struct {
		Title, Body string
		Choices     []string
	}
	if err := json.Unmarshal(a.Data["proposals"], &got); err != nil {
		t.Fatal(err)
	}
	want := "nul \x00 quote \" back \\ tab \t bidi \u202e tag \U000e0041 half \ufffd broken \ufffd end"
	if got[0].Title != want || len(got[0].Body) != 900_000 || len(got[0].Choices) != 200 {
		t.Errorf("title %q", got[0].Title)
	}
	if !strings.Contains(a.Raw, `\ud800`) {
		t.Error("the surrogate half is not sent as an escape")
	}
}

func TestCutAndStall(t *testing.T) {
	w, err := demo.New(demo.Config{Empty: true, Faults: demo.Faults{Queue: []demo.Fault{demo.FaultCut, demo.FaultStall}}})
	if err != nil {
		t.Fatal(err)
	}
	w.Add(demo.Synthetic(200, 1)...)
	srv := httptest.NewServer(w.Handler())
	defer srv.Close()
	body := []byte(`{"query":"{proposals(first:200){id body}}"}`)
	res, err := http.Post(srv.URL+"/graphql", "application/json", bytes.NewReader(body))
	if err == nil {
		_, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
	if err == nil {
		t.Error("the cut answer came whole")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err = http.DefaultClient.Do(req)
	if err == nil {
		_, err = io.ReadAll(res.Body)
		_ = res.Body.Close()
	}
	if err == nil {
		t.Error("the stalled answer came whole")
	}
}

func TestBombAndOversize(t *testing.T) {
	for fault, least := range map[demo.Fault]int64{demo.FaultGzipBomb: 1 << 30, demo.FaultOversize: 96 << 20} {
		w, err := demo.New(demo.Config{Empty: true, Faults: demo.Faults{Queue: []demo.Fault{fault}}})
		if err != nil {
			t.Fatal(err)
		}
		srv := httptest.NewServer(w.Handler())
		res, err := http.Post(srv.URL+"/graphql", "application/json", strings.NewReader(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		srv.Close()
		if err != nil || n < least {
			t.Errorf("%s: %d bytes, %v", fault, n, err)
		}
	}
}

func TestRowsFile(t *testing.T) {
	now := at(1_000_000)
	for name, tc := range map[string]struct {
		text, err string
		n         int
	}{
		"empty":         {"", "", 0},
		"blank lines":   {"\n\n", "", 0},
		"space object":  {`{"id":"a","space":{"id":"x.eth"},"start":1,"end":9,"snapshot":12}`, "", 1},
		"no newline":    {`{"id":"a","space":"x.eth","start":1,"end":9}` + "\n" + `{"id":"b","space":"x.eth","start":1,"end":9,"choices":["Yes","No"],"plugins":null}`, "", 2},
		"not JSON":      {"{\"id\":\"a\",\"space\":\"x.eth\"}\nnope", "line 2", 0},
		"without space": {`{"id":"a"}`, "an id and a space", 0},
	} {
		w, err := demo.New(demo.Config{Proposals: strings.NewReader(tc.text), Now: now})
		switch {
		case tc.err != "":
			if err == nil || !strings.Contains(err.Error(), tc.err) {
				t.Errorf("%s: %v", name, err)
			}
		case err != nil || len(w.Proposals()) != tc.n:
			t.Errorf("%s: %v", name, err)
		}
	}
}
