package snapshot

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"mandate/governance"
)

// votesHub serves the votes of one account as a hub does, in pages of at most
// size rows, and counts the requests.
type votesHub struct {
	created  []int64 // of vote i, ascending
	size     int
	requests int
	body     string // an answer that is given instead
	status   int
}

func (h *votesHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Variables struct {
			From, After int64
			Skip        int
		}
	}
	_ = json.NewDecoder(r.Body).Decode(&q)
	h.requests++
	w.Header().Set("Content-Type", "application/json")
	if h.body != "" {
		if h.status > 0 {
			w.WriteHeader(h.status)
		}
		_, _ = w.Write([]byte(h.body))
		return
	}
	var rows []string
	for i, at := range h.created {
		if at >= q.Variables.From && (q.Variables.After == 0 || at > q.Variables.After) {
			rows = append(rows, voteRow(i, at))
		}
	}
	rows = rows[min(q.Variables.Skip, len(rows)):]
	rows = rows[:min(h.size, len(rows))]
	_, _ = fmt.Fprintf(w, `{"data":{"votes":[%s]}}`, strings.Join(rows, ","))
}

// rowVoter is whose votes voteRow writes, as accounts are asked for.
const rowVoter = "0x84F35851D35A1FE0AD6AF36C0F7B8F6BC8A08B6E"

func voteRow(i int, at int64) string {
	return fmt.Sprintf(`{"id":"0x%064x","ipfs":"b","voter":"0x84f35851d35a1fe0ad6af36c0f7b8f6bc8a08b6e","created":%d,"choice":{"1": 2},"reason":"r","app":"a","vp":1.5,"vp_state":"final","space":{"id":"one.eth"},"proposal":{"id":"0x%064x"}}`, i, at, i)
}

func hubOf(t testing.TB, handler http.Handler) *Hub {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	h, err := New(Config{HubURL: srv.URL, RetryDelay: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestVotesPaging(t *testing.T) {
	same := func(n int, at int64) []int64 { return slices.Repeat([]int64{at}, n) }
	steps := func(n int, each int64) (out []int64) {
		for i := range n {
			out = append(out, 1000+int64(i)/each)
		}
		return out
	}
	for name, c := range map[string]struct {
		created  []int64
		size     int
		requests int
	}{
		"none":                {size: 1000, requests: 1},
		"a few":               {created: steps(30, 1), size: 1000, requests: 2},
		"three pages":         {created: steps(2500, 7), size: 1000, requests: 5},
		"short pages":         {created: steps(60, 1), size: 7, requests: 10},
		"one crowded second":  {created: append(same(1700, 5000), 5001), size: 1000, requests: 6},
		"crowded and then on": {created: append(same(1000, 5000), steps(10, 1)...), size: 1000, requests: 6},
	} {
		t.Run(name, func(t *testing.T) {
			slices.Sort(c.created)
			s := &votesHub{created: c.created, size: c.size}
			got, err := hubOf(t, s).Votes(context.Background(), rowVoter, time.Time{})
			if err != nil || len(got) != len(c.created) {
				t.Fatalf("%d of %d votes, %v", len(got), len(c.created), err)
			}
			if !slices.IsSortedFunc(got, func(a, b governance.Vote) int { return a.Created.Compare(b.Created) }) {
				t.Error("not in order")
			}
			if s.requests > c.requests {
				t.Errorf("%d requests, want %d", s.requests, c.requests)
			}
		})
	}
}

func TestVotesSince(t *testing.T) {
	s := &votesHub{created: []int64{10, 20, 30}, size: 1000}
	got, err := hubOf(t, s).Votes(context.Background(), rowVoter, time.Unix(20, 0))
	if err != nil || len(got) != 2 || got[0].Created.Unix() != 20 {
		t.Errorf("%v, %v", got, err)
	}
	v := got[0]
	if v.Voter != "0x84f35851d35A1fE0Ad6Af36C0F7b8F6bC8a08B6E" || string(v.Choice) != `{"1":2}` || v.Ref.Space() != "one.eth" || v.Power != 1.5 || v.DAO != "one.eth" || v.State != "final" {
		t.Errorf("%+v", v)
	}
}

// A hub that answers the same page whatever is asked does not hold us for ever.
func TestVotesLies(t *testing.T) {
	for name, row := range map[string]string{"repeats": voteRow(1, 50), "no times": `{"id":"0x1","space":{"id":"a"},"proposal":{"id":"b"}}`} {
		t.Run(name, func(t *testing.T) {
			s := &votesHub{body: `{"data":{"votes":[` + row + `]}}`}
			_, err := hubOf(t, s).Votes(context.Background(), rowVoter, time.Time{})
			if governance.CodeOf(err) != governance.Upstream || s.requests > 4 {
				t.Errorf("%v after %d requests", err, s.requests)
			}
		})
	}
}

func TestOneVote(t *testing.T) {
	rowID := fmt.Sprintf("0x%064X", 1)
	for name, c := range map[string]struct {
		body   string
		status int
		found  bool
		want   governance.Code
	}{
		"there":                {body: `{"data":{"vote":` + voteRow(1, 5) + `,"votes":[` + voteRow(1, 5) + `]}}`, found: true},
		"not there":            {body: `{"data":{"vote":null,"votes":[]}}`},
		"an error beside null": {body: `{"errors":[{"message":"Unexpected error"}],"data":{"vote":null,"votes":[]}}`, want: governance.Upstream},
		"no data":              {body: `{"errors":[{"message":"x"}],"data":null}`, status: 500, want: governance.Upstream},
		"a null row":           {body: `{"data":{"vote":null,"votes":[null]}}`, want: governance.Upstream},
	} {
		t.Run(name, func(t *testing.T) {
			h := hubOf(t, &votesHub{body: c.body, status: c.status})
			v, err := h.VoteOf(context.Background(), rowID, rowVoter)
			if governance.CodeOf(err) != c.want || (v != nil) != c.found {
				t.Errorf("by voter: %+v, %v", v, err)
			}
			if name == "a null row" {
				return
			}
			v, err = h.Vote(context.Background(), rowID)
			if governance.CodeOf(err) != c.want || (v != nil) != c.found {
				t.Errorf("by id: %+v, %v", v, err)
			}
		})
	}
}

// A hub that does not heed what it was asked by says nothing about the account.
func TestAnothersVote(t *testing.T) {
	ctx, id := context.Background(), fmt.Sprintf("0x%064x", 1)
	h := hubOf(t, &votesHub{body: `{"data":{"vote":` + voteRow(1, 5) + `,"votes":[` + voteRow(1, 5) + `]}}`})
	other := fmt.Sprintf("0x%040x", 7)
	for name, ask := range map[string]func() (*governance.Vote, error){
		"another id":       func() (*governance.Vote, error) { return h.Vote(ctx, fmt.Sprintf("0x%064x", 2)) },
		"another voter":    func() (*governance.Vote, error) { return h.VoteOf(ctx, id, other) },
		"another proposal": func() (*governance.Vote, error) { return h.VoteOf(ctx, fmt.Sprintf("0x%064x", 2), rowVoter) },
	} {
		if v, err := ask(); v != nil || governance.CodeOf(err) != governance.Upstream || !strings.Contains(governance.MessageOf(err), "another vote") {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
	list, err := hubOf(t, &votesHub{created: []int64{10, 20}, size: 1000}).Votes(ctx, other, time.Time{})
	if len(list) != 0 || governance.CodeOf(err) != governance.Upstream {
		t.Errorf("%d votes of somebody else, %v", len(list), err)
	}
}

func TestPower(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		status int
		total  float64
		want   governance.Code
	}{
		"power":       {body: `{"data":{"vp":{"vp":10.5,"vp_by_strategy":[10,0.5],"vp_state":"pending"}}}`, total: 10.5},
		"negative":    {body: `{"data":{"vp":{"vp":-3}}}`},
		"no space":    {body: `{"errors":[{"message":"space not found"}],"data":{"vp":null}}`, want: governance.NotFound},
		"no proposal": {body: `{"errors":[{"message":"proposal not found"}],"data":null}`, status: 500, want: governance.NotFound},
		"no address":  {body: `{"errors":[{"message":"invalid address"}],"data":{"vp":null}}`, want: governance.Invalid},
		"score down":  {body: `{"errors":[{"message":"<b>boom</b>"}],"data":{"vp":null}}`, want: governance.Upstream},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := hubOf(t, &votesHub{body: c.body, status: c.status}).Power(context.Background(), "0xA", "one.eth", "")
			if governance.CodeOf(err) != c.want || p.Total != c.total || strings.Contains(governance.MessageOf(err), "boom") {
				t.Errorf("%+v, %v", p, err)
			}
		})
	}
}

func TestAliases(t *testing.T) {
	body := `{"data":{"aliases":[null,{"id":"1","address":"0x84f35851d35a1fe0ad6af36c0f7b8f6bc8a08b6e","alias":"0x469788fe6e9e9681c6ebf3bf78e7fd26fc015446","created":1790000000},{"id":"2"}]}}`
	got, err := hubOf(t, &votesHub{body: body}).Aliases(context.Background(), "0xA")
	if err != nil || len(got) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	a := got[0]
	if a.Address != "0x469788fE6E9E9681C6ebF3bF78e7Fd26Fc015446" || a.Expires.Sub(a.Created) != 30*24*time.Hour || a.Owner[:4] != "0x84" {
		t.Errorf("%+v", a)
	}
}

func TestSpaceSettings(t *testing.T) {
	long := strings.Repeat("a", maxParams)
	s, ok := decodeSpace([]byte(`{"id":"one.eth","delegationPortal":{"delegationType":"split-delegation","delegationContract":"0xA","delegationNetwork":"100"},
		"voteValidation":{"params":{"b":1,"a":2},"name":"basic"},"strategies":[{"name":"x","network":"1","params":{"symbol":"S","list":[1]}},{"name":"y","params":{"l":"`+long+`"}}]}`), time.Time{})
	if !ok || s.DelegationType != "split-delegation" || s.DelegationContract != "0xA" || s.DelegationNetwork != "100" {
		t.Errorf("%+v", s)
	}
	if string(s.VoteValidation) != `{"name":"basic","params":{"a":2,"b":1}}` || string(s.Strategies[0].Params) != `{"list":[1],"symbol":"S"}` || s.Strategies[1].Params != nil {
		t.Errorf("%s %+v", s.VoteValidation, s.Strategies)
	}
}
