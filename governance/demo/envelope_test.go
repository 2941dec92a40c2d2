package demo_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mandate/governance/demo"
)

// What the sequencer hashes is what JavaScript would write.
func TestStringify(t *testing.T) {
	for in, want := range map[string]string{
		`{ "b" : 1, "a" : [ true , null ] }`:    `{"b":1,"a":[true,null]}`,
		`{"b":1,"2":1,"10":1,"1":1}`:            `{"1":1,"2":1,"10":1,"b":1}`,
		`{"a":1,"b":2,"a":3}`:                   `{"a":3,"b":2}`,
		`"\u00e9\u0041\/\u0007"`:                `"éA/\u0007"`,
		`[1.0,-0,1e3,1e21,1e-7,0.1,1234567890]`: `[1,0,1000,1e+21,1e-7,0.1,1234567890]`,
	} {
		got, err := demo.Stringify([]byte(in))
		if err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", in, got, err, want)
		}
	}
	for _, bad := range []string{"", "{", "{} {}", `{"a":}`, "nul", strings.Repeat("[", 20000)} {
		if got, err := demo.Stringify([]byte(bad)); err == nil {
			t.Errorf("%.20q: %.20s", bad, got)
		}
	}
}

func FuzzEnvelope(f *testing.F) {
	r := newSeqRig(f)
	id, hub := r.open("basic", 3), r.world.Handler()
	for _, m := range []message{r.vote(0, id, 1), r.vote(0, id, []int{1, 2}), r.vote(0, id, `{"1":1}`), r.alias(0, addressOf(r.key(5)), true),
		r.vote(0, id, 1).with(func(m *message) { m.domain["chainId"] = 1 }), r.update(8, id)} {
		f.Add(m.body(f))
	}
	f.Add([]byte(`{"address":"","sig":"","data":{"domain":{},"types":{"A":[{"name":"from","type":"A"}]},"message":{"timestamp":1e400}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		text, err := demo.Stringify(body)
		if (err == nil) != json.Valid(body) {
			t.Fatalf("%q: %v", body, err)
		}
		if err != nil {
			return
		}
		if again, err := demo.Stringify([]byte(text)); !strings.Contains(text, "null") && (err != nil || again != text) {
			t.Fatalf("%q becomes %q: %v", text, again, err)
		}
		_ = demo.ParseEnvelope(body)
		rec, req := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/seq/", bytes.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		hub.ServeHTTP(rec, req)
		if rec.Code != http.StatusOK && rec.Code != http.StatusBadRequest {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	})
}

// Both generations answer the account's roots; they differ in how a fault
// reaches the client.
func TestAccountRoots(t *testing.T) {
	for gen, want := range map[demo.Generation]struct {
		status int
		body   string
	}{
		demo.Old:    {200, `"data":{"aliases":null}`},
		demo.Latest: {500, `"data":null`},
	} {
		r := newSeqRig(t, func(c *demo.Config) { c.Generation = gen })
		id := r.open("basic", 3)
		query := func(q string) reply {
			b, err := json.Marshal(map[string]string{"query": q})
			if err != nil {
				t.Fatal(err)
			}
			return r.post("/graphql", b)
		}
		if out := query(`{aliases(where:{address:"x"}){id}}`); out.Status != want.status || !strings.Contains(out.Raw, want.body) || !strings.Contains(out.Raw, "Invalid addresses in address") {
			t.Errorf("%d %s", out.Status, out.Raw)
		}
		who := addressOf(r.key(0))
		for q, message := range map[string]string{
			`vp(voter:"",space:"` + seqSpace + `")`:                                                   "missing argument",
			`vp(voter:"0x1",space:"` + seqSpace + `")`:                                                "invalid address",
			`vp(voter:"` + who + `",space:"none.eth")`:                                                "space not found",
			`vp(voter:"` + who + `",space:"` + seqSpace + `",proposal:"0x1")`:                         "proposal not found",
			`vp(voter:"` + strings.ToLower(who) + `",space:"` + seqSpace + `",proposal:"` + id + `")`: `{"vp":{"vp":10}}`,
		} {
			if out := query("{" + q + "{vp}}"); out.Status != 200 || !strings.Contains(out.Raw, message) {
				t.Errorf("%s: %d %s", q, out.Status, out.Raw)
			}
		}
		r.accept(r.vote(0, id, 1))
		r.accept(r.follow(1, "Follow"))
		if out := query(`{messages(orderBy:"mci",orderDirection:asc,where:{mci_gt:1}){mci type address}}`); !strings.Contains(out.Raw, `[{"mci":2,"type":"follow","address":"`+addressOf(r.key(1))+`"}]`) {
			t.Errorf("%s", out.Raw)
		}
	}
}
