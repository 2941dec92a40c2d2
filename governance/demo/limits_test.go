package demo_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"mandate/governance/demo"
)

func list(n int) string {
	return `["` + strings.Repeat(`x","`, n-1) + `x"]`
}

func TestLimits(t *testing.T) {
	for _, tc := range []struct {
		name, query string
		old, latest int
		message     string
	}{
		{"first", `{proposals(first:1001){id}}`, 200, 500, "The `first` argument must not be greater than 1000"},
		{"skip", `{proposals(skip:5001){id}}`, 200, 500, "The `skip` argument must not be greater than 5000"},
		{"negative", `{proposals(first:-1){id}}`, 200, 500, "The `first` argument must be positive"},
		{"list", `{proposals(where:{id_in:` + list(101) + `}){id}}`, 200, 500, "`id_in`"},
		{"spaces", `{proposals(where:{space_in:` + list(10001) + `}){id}}`, 200, 500, "`space_in`"},
		{"ranking", `{ranking(first:21){items{id}}}`, 200, 200, "The `first` argument must not be greater than 20"},
		{"author", `{proposals(where:{author:"nobody"}){id}}`, 200, 500, "Invalid addresses in author"},
		{"voter", `{votes(where:{voter_in:["0x12","?"]}){id}}`, 200, 500, "Invalid addresses in voter"},
		{"syntax", `{proposals(first:1){id}`, 400, 400, ""},
		{"unknown field", `{proposals{nothing}}`, 400, 400, "nothing"},
		{"unknown filter", `{proposals(where:{colour:"red"}){id}}`, 400, 400, "colour"},
		{"depth", `{votes{proposal{space{parent{children{voting{delay}}}}}}}`, 400, 400, "exceeds maximum operation depth of 5"},
		{"roots", `{a:proposals{id} b:proposals{id} c:proposals{id} d:proposals{id} e:proposals{id} f:proposals{id}}`, 500, 500, "exceeds the maximum number of root selections: 5"},
		{"nothing", ``, 400, 400, "Must provide query string."},
	} {
		for gen, want := range map[demo.Generation]int{demo.Old: tc.old, demo.Latest: tc.latest} {
			_, ask := hub(t, demo.Config{Empty: true, Generation: gen})
			status, a := ask(tc.query, nil)
			if status != want || len(a.Errors) == 0 || !strings.Contains(a.Errors[0].Message, tc.message) {
				t.Errorf("%s, generation %d: %d %.200s", tc.name, gen, status, a.Raw)
			}
		}
	}
}

func TestAllowedAtTheLimit(t *testing.T) {
	_, ask := hub(t, demo.Config{Empty: true})
	for _, q := range []string{
		`{proposals(first:1000, skip:5000){id}}`,
		`{proposals(where:{id_in:` + list(100) + `}){id}}`,
		`{proposals(where:{space_in:` + list(10000) + `}){id}}`,
		`{spaces(skip:100000){id}}`,
		`{a:proposals{id} b:proposals{id} c:proposals{id} d:proposals{id} e:proposals{id}}`,
		`{votes{proposal{space{voting{delay}}}}}`,
	} {
		if status, a := ask(q, nil); status != 200 || len(a.Errors) > 0 {
			t.Errorf("%.80s: %d %.200s", q, status, a.Raw)
		}
	}
}

func TestDefaultPageIsTwenty(t *testing.T) {
	w, ask := hub(t, demo.Config{Empty: true})
	w.Add(rows(30, same)...)
	if _, a := ask(`{proposals{id}}`, nil); len(ids(t, a, "proposals")) != 20 {
		t.Errorf("%d rows", len(ids(t, a, "proposals")))
	}
}

func TestMalformedAndForeignRequests(t *testing.T) {
	w, err := demo.New(demo.Config{Empty: true})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.Handler())
	defer srv.Close()
	post := func(kind, body string) *http.Response {
		res, err := http.Post(srv.URL+"/graphql", kind, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res
	}
	if res := post("application/json", `{"query": `); res.StatusCode != http.StatusBadRequest || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		t.Errorf("malformed JSON: %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	if res := post("text/plain", `x`); res.StatusCode != http.StatusBadRequest {
		t.Errorf("text: %d", res.StatusCode)
	}
	if res := post("application/json", `{"query":"`+strings.Repeat(" ", 21<<20)+`"}`); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("21 MiB: %d", res.StatusCode)
	}
	res, err := http.Get(srv.URL + "/graphql?query=" + url.QueryEscape(`query($n:Int!){proposals(first:$n){id}}`) + "&variables=" + url.QueryEscape(`{"n":1}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, _ := io.ReadAll(res.Body); string(b) != `{"data":{"proposals":[]}}` {
		t.Errorf("GET: %d %s", res.StatusCode, b)
	}
}

func TestRateLimit(t *testing.T) {
	now := time.Unix(10_000, 0)
	w, ask := hub(t, demo.Config{Empty: true, Now: func() time.Time { return now }, Faults: demo.Faults{RateLimitPerMinute: 2}})
	for i, want := range []int{200, 200, 429} {
		status, a := ask(`{proposals{id}}`, nil)
		if status != want || a.Header.Get("RateLimit-Limit") != "2" || a.Header.Get("RateLimit-Reset") != "60" || a.Header.Get("RateLimit-Remaining") != strconv.Itoa(max(0, 1-i)) {
			t.Errorf("request %d: %d %v", i, status, a.Header)
		}
	}
	now = now.Add(time.Minute)
	if status, _ := ask(`{proposals{id}}`, nil); status != 200 {
		t.Errorf("in the next minute: %d", status)
	}
	w.SetRateLimit(-1)
	for range 5 {
		if status, a := ask(`{proposals{id}}`, nil); status != 200 || a.Header.Get("RateLimit-Limit") != "" {
			t.Errorf("without limit: %d", status)
		}
	}
	if got := w.Requests(); got.Total != 9 || got.Refused != 1 || got.ByRoot["proposals"] != 8 {
		t.Errorf("counts %+v", got)
	}
}

func TestAPIKeys(t *testing.T) {
	w, err := demo.New(demo.Config{Empty: true, APIKeys: map[string]int{"k": 2}, Faults: demo.Faults{RateLimitPerMinute: 1}})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.Handler())
	defer srv.Close()
	for i, tc := range []struct {
		key    string
		status int
		left   string
	}{{"k", 200, "1"}, {"k", 200, "0"}, {"wrong", 401, ""}, {"k", 200, ""}, {"k", 429, ""}} {
		req, err := http.NewRequest(http.MethodPost, srv.URL+"/graphql", bytes.NewReader([]byte(`{"query":"{proposals{id}}"}`)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("x-api-key", tc.key)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != tc.status || res.Header.Get("X-Api-Key-Remaining") != tc.left {
			t.Errorf("request %d: %d, remaining %q", i, res.StatusCode, res.Header.Get("X-Api-Key-Remaining"))
		}
	}
}
