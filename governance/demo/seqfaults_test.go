package demo_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"mandate/governance/demo"
)

// Faults before anything is written leave nothing; the same bytes are taken
// afterwards.
func TestFaultsBeforeWriting(t *testing.T) {
	for fault, want := range map[demo.Fault]struct {
		status int
		body   string
	}{
		demo.FaultBusy:            {425, "request already being processed"},
		demo.FaultUpdating:        {503, "update in progress, try later"},
		demo.FaultPowerCheck:      {400, "failed to check voting power"},
		demo.FaultVoteCheck:       {400, "failed to check vote validation"},
		demo.FaultPinning:         {400, "pinning failed"},
		demo.FaultTooMany:         {429, "too many requests"},
		demo.FaultRetryAfter:      {429, "too many requests"},
		demo.FaultServerError:     {500, `{"error":"server_error","error_description":{}}`},
		demo.FaultHTML:            {502, "<!DOCTYPE"},
		demo.FaultHTMLWithSuccess: {200, "<!DOCTYPE"},
	} {
		t.Run(string(fault), func(t *testing.T) {
			r := newSeqRig(t)
			m := r.vote(0, r.open("basic", 3), 1)
			r.world.FailSequencer(fault)
			if out := r.send(m); out.Status != want.status || !strings.Contains(out.Raw, want.body) {
				t.Errorf("answered %d %s", out.Status, out.Raw)
			}
			if n := len(r.world.Ledger()); n != 0 {
				t.Errorf("%d taken in", n)
			}
			r.accept(m)
		})
	}
}

// Faults after writing lose or spoil the answer only; the same bytes again are
// known.
func TestFaultsAfterWriting(t *testing.T) {
	for fault, again := range map[demo.Fault]string{
		demo.FaultSilent: "duplicate message", demo.FaultDrop: "duplicate message", demo.FaultErrorAfter: "duplicate message",
		demo.FaultHTMLAfter: "duplicate message", demo.FaultWrongID: "duplicate message", demo.FaultWrongRelayer: "duplicate message",
		demo.FaultForeignReceipt: "duplicate message", demo.FaultHalfWritten: "already voted same time with lower index",
	} {
		t.Run(string(fault), func(t *testing.T) {
			r := newSeqRig(t)
			id := r.open("basic", 3)
			m := r.vote(0, id, 1)
			r.world.FailSequencer(fault)
			client := http.Client{Timeout: 300 * time.Millisecond}
			resp, err := client.Post(r.url+"/seq/", "application/json", strings.NewReader(string(m.body(t))))
			if err == nil {
				_ = resp.Body.Close()
			}
			if lost := fault == demo.FaultSilent || fault == demo.FaultDrop; lost != (err != nil) {
				t.Errorf("answer %v, %v", resp, err)
			}
			r.refused(m, again)
			if _, total, votes := r.scores(id); total != 10 || votes != 1 || len(r.world.Ledger()) != 1 {
				t.Errorf("%v by %d, ledger %d", total, votes, len(r.world.Ledger()))
			}
		})
	}
}

func TestHiddenVote(t *testing.T) {
	r := newSeqRig(t)
	id := r.open("basic", 3)
	r.world.FailSequencer(demo.FaultHidden)
	m := r.vote(0, id, 1)
	r.accept(m)
	r.refused(m, "duplicate message")
	if _, _, votes := r.scores(id); votes != 0 {
		t.Error("shown at once")
	}
	r.world.Show()
	if _, total, votes := r.scores(id); votes != 1 || total != 10 {
		t.Error("not shown later")
	}
}

func TestSequencersClock(t *testing.T) {
	r := newSeqRig(t)
	r.world.SkewSequencer(10 * time.Minute)
	resp, err := http.Get(r.url + "/seq/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	at, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil || !at.Equal(seqNow.Add(10*time.Minute)) {
		t.Errorf("%v %v", at, err)
	}
	id := r.open("basic", 3)
	r.accept(r.vote(0, id, 1).set("timestamp", r.now.Add(14*time.Minute).Unix()))
	r.world.SkewSequencer(-10 * time.Minute)
	r.refused(r.vote(1, id, 1), "wrong timestamp")
}

func TestSequencersLimit(t *testing.T) {
	r := newSeqRig(t)
	r.world.SetSequencerLimit(2)
	id := r.open("basic", 3)
	r.accept(r.vote(0, id, 1))
	r.accept(r.vote(1, id, 1))
	out := r.send(r.vote(2, id, 1))
	if out.Status != http.StatusTooManyRequests || out.Header.Get("RateLimit-Limit") != "2" || out.Header.Get("RateLimit-Reset") != "60" {
		t.Errorf("%d %v", out.Status, out.Header)
	}
	r.now = r.now.Add(time.Minute)
	r.accept(r.vote(2, id, 1))
}

// The same bytes at once are taken in once; the others are told so.
func TestSameBytesAtOnce(t *testing.T) {
	r := newSeqRig(t)
	id := r.open("basic", 3)
	body := r.vote(0, id, 1).body(t)
	var all sync.WaitGroup
	statuses := make([]int, 20)
	for i := range statuses {
		all.Go(func() {
			if out, err := r.try("/seq/", body); err == nil {
				statuses[i] = out.Status
			}
		})
	}
	all.Wait()
	taken := 0
	for _, s := range statuses {
		switch s {
		case http.StatusOK:
			taken++
		case http.StatusBadRequest, http.StatusTooEarly:
		default:
			t.Errorf("status %d", s)
		}
	}
	if taken != 1 || len(r.world.Ledger()) != 1 {
		t.Errorf("taken %d times, ledger %d", taken, len(r.world.Ledger()))
	}
}

func TestAboutAndScores(t *testing.T) {
	r := newSeqRig(t)
	id := r.open("basic", 3)
	for path, want := range map[string]string{
		"/seq/":                 `"relayer":"0x`,
		"/seq/scores/" + id:     `{"result":true}`,
		"/seq/scores/" + id[:9]: `{"error":"failed","message":"proposal not found"}`,
	} {
		rec := httptest.NewRecorder()
		r.world.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		if !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: %s", path, rec.Body)
		}
	}
}

func TestScoreAPI(t *testing.T) {
	r := newSeqRig(t)
	holder := r.world.Practice()[0].Address
	strategies := []any{map[string]any{"name": "erc20-balance-of", "network": "1", "params": map[string]any{}}}
	ask := func(path string, method string, params map[string]any) reply {
		body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
		if err != nil {
			t.Fatal(err)
		}
		return r.post("/score"+path, body)
	}
	with := func(more map[string]any) map[string]any {
		out := map[string]any{"address": addressOf(r.key(0)), "network": "1", "strategies": strategies, "snapshot": 100, "space": seqSpace}
		for k, v := range more {
			out[k] = v
		}
		return out
	}
	for name, c := range map[string]struct {
		out  reply
		want string
	}{
		"power":         {ask("/", "get_vp", with(nil)), `"result":{"vp":10,"vp_by_strategy":[10],"vp_state":"final"}`},
		"today":         {ask("/", "get_vp", with(map[string]any{"snapshot": "latest"})), `"vp_state":"pending"`},
		"bad address":   {ask("/", "get_vp", with(map[string]any{"address": "0x1"})), `"error":{"code":400,"data":"invalid address","message":"unauthorized"}`},
		"no strategies": {ask("/", "get_vp", with(map[string]any{"strategies": []any{}})), `"data":"invalid strategies length"`},
		"wrong method":  {ask("/", "get_all", with(nil)), `"data":"wrong method"`},
		"any":           {ask("/", "validate", map[string]any{"validation": "any"}), `"result":true`},
		"enough":        {ask("/", "validate", with(map[string]any{"validation": "basic", "author": addressOf(r.key(0)), "params": map[string]any{"minScore": 10}})), `"result":true`},
		"too little":    {ask("/", "validate", with(map[string]any{"validation": "basic", "author": addressOf(r.key(0)), "params": map[string]any{"minScore": 10.5}})), `"result":false`},
		"scores":        {ask("/api/scores", "", with(map[string]any{"addresses": []string{addressOf(r.key(1)), addressOf(r.key(7))}})), `"scores":[{"` + addressOf(r.key(1)) + `":20}],"state":"final"`},
		"holder":        {ask("/", "get_vp", with(map[string]any{"address": holder})), `"vp_state":"final"`},
	} {
		if !strings.Contains(c.out.Raw, c.want) {
			t.Errorf("%s: %d %s, want %s", name, c.out.Status, c.out.Raw, c.want)
		}
	}
	r.world.FailScore(demo.FaultTooMany, demo.FaultServerError)
	for _, status := range []int{429, 500} {
		if out := ask("/", "get_vp", with(nil)); out.Status != status || !strings.Contains(out.Raw, `"error":{"code":`) {
			t.Errorf("%d %s", out.Status, out.Raw)
		}
	}
}

// Votes, edits and reads at once: every vote counts once.
func TestVotesAndReadsAtOnce(t *testing.T) {
	r := newSeqRig(t)
	id, other := r.open("approval", 3), r.open("basic", 2)
	const voters = 16
	bodies := make([][]byte, voters)
	for i := range bodies {
		r.world.SetPower(seqSpace, addressOf(r.key(i)), 1)
		bodies[i] = r.vote(i, id, []int{1, 2}).body(t)
	}
	var all sync.WaitGroup
	for _, body := range bodies {
		all.Go(func() {
			if out, err := r.try("/seq/", body); err != nil || out.Status != http.StatusOK {
				t.Errorf("%v %v", out, err)
			}
		})
		all.Go(func() {
			if _, err := r.try("/graphql", []byte(`{"query":"{votes{id vp} proposals{scores votes} vp(voter:\"`+addressOf(r.keys[0])+`\",space:\"`+seqSpace+`\"){vp} messages{mci}}"}`)); err != nil {
				t.Error(err)
			}
			r.world.Edit(other, func(p *demo.Proposal) { p.Body += "." })
			r.world.Ledger()
		})
	}
	all.Wait()
	if scores, total, votes := r.scores(id); !near(scores, []float64{voters, voters, 0}) || total != voters || votes != voters {
		t.Errorf("%v %v %d", scores, total, votes)
	}
}
