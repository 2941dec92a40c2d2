package demo_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mandate/governance/demo"
)

// Whatever is asked, the answer is JSON (or the HTML of a malformed request)
// and the server stands.
func FuzzQueries(f *testing.F) {
	for _, q := range []string{
		`{proposals(first:2){id title space{id} strategies{params}}}`,
		`query($n:Int!){proposals(first:$n, where:{id_in:["a"], created_gt:0}){...F}} fragment F on Proposal{id @skip(if:true) body}`,
		`{proposals(first: 99999999999999999999){id}}`,
		`{votes(where:{choice:1}){id}} {`,
		`{__schema{types{name fields{type{ofType{name}}}}}}`,
		`{spaces(where:{search:"%_\\"}){parent{id} children{id}}}`,
	} {
		f.Add(q, `{"n":1}`)
	}
	w, err := demo.New(demo.Config{Faults: demo.Faults{RateLimitPerMinute: -1}})
	if err != nil {
		f.Fatal(err)
	}
	handler := w.Handler()
	f.Fuzz(func(t *testing.T, query, variables string) {
		body, err := json.Marshal(map[string]any{"query": query})
		if err != nil {
			t.Skip()
		}
		if json.Valid([]byte(variables)) {
			body = []byte(strings.TrimSuffix(string(body), "}") + `,"variables":` + variables + `}`)
		}
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql", strings.NewReader(string(body)))
		req.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, req)
		if rec.Header().Get("Content-Type") == "application/json; charset=utf-8" && !json.Valid(rec.Body.Bytes()) {
			t.Errorf("%q: %.300s", query, rec.Body)
		}
	})
}

// Any file is either refused with an error or served.
func FuzzRows(f *testing.F) {
	f.Add(`{"id":"a","space":"x.eth","title":"T","choices":["Yes","No"],"start":1,"end":9,"scores":[1,null]}`, "proposal_id,choice\na,\"[1]\"\n")
	f.Add(`{"id":"a","space":{"id":"x"},"snapshot":"12","type":null,"plugins":{"a":1}}`, "")
	f.Fuzz(func(t *testing.T, rows, votes string) {
		w, err := demo.New(demo.Config{Proposals: strings.NewReader(rows), Votes: strings.NewReader(votes)})
		if err != nil {
			return
		}
		for _, p := range w.Proposals() {
			if p.Type == "" || p.Choices == nil {
				t.Errorf("%+v", p)
			}
		}
	})
}
