package demo_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance/demo"
	"mandate/governance/governancetest"
)

// The allow-list knows nothing that the official one does not.
func TestAllowListIsTheOfficialOne(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(governancetest.NodeModules(t), "@snapshot-labs", "snapshot.js", "src", "sign", "hashedTypes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var official map[string]string
	if err := json.Unmarshal(raw, &official); err != nil {
		t.Fatal(err)
	}
	official["10d42fa4911391167e58c3ffb6fb21dd21fc1f7ef91be28a77e45ef4de5ff528"] = "revoke-alias" // of the newer sequencer
	for hash, kind := range demo.KnownTypes() {
		if official[hash] != kind {
			t.Errorf("%s (%s) is %q there", hash, kind, official[hash])
		}
	}
	// Two forms of aliases are of another chain family.
	if have := len(demo.KnownTypes()); have != len(official)-2 {
		t.Errorf("%d known of %d", have, len(official))
	}
}

const clientScript = `
const { Client712 } = require("@snapshot-labs/snapshot.js");
const { Wallet } = require("@ethersproject/wallet");
const jobs = JSON.parse(require("fs").readFileSync(0));
(async () => {
  const out = [];
  for (const j of jobs) {
    const wallet = new Wallet(j.key);
    try { out.push(await new Client712(j.url)[j.method](wallet, wallet.address, j.message)); }
    catch (e) { out.push({ refused: e.error_description || String(e) }); }
  }
  process.stdout.write(JSON.stringify(out));
})();`

type clientJob struct {
	URL     string         `json:"url"`
	Key     string         `json:"key"`
	Method  string         `json:"method"`
	Message map[string]any `json:"message"`
}

// The official client votes on every type that it can, follows, authorises an
// alias, changes and deletes a proposal here as at the real sequencer.
func TestOfficialClientIsUnderstood(t *testing.T) {
	r := newSeqRig(t)
	var jobs []clientJob
	add := func(method string, message map[string]any) {
		message["space"], message["timestamp"] = seqSpace, r.now.Unix()
		jobs = append(jobs, clientJob{r.url + "/seq/", hexutil.Encode(crypto.FromECDSA(r.key(0))), method, message})
	}
	choices := map[string]any{"single-choice": 2, "basic": 3, "approval": []int{1, 3}, "ranked-choice": []int{3, 1, 2}, "copeland": []int{3, 1, 2},
		"weighted": map[string]int{"1": 50, "3": 50}, "quadratic": map[string]int{"2": 1}}
	for _, kind := range []string{"single-choice", "basic", "approval", "ranked-choice", "weighted", "quadratic", "copeland"} {
		as := kind
		if kind == "copeland" {
			as = "ranked-choice" // the client has no branch for it; the types are the same
		}
		add("vote", map[string]any{"proposal": r.open(kind, 3), "type": as, "choice": choices[kind], "app": "mandate"})
		add("vote", map[string]any{"proposal": r.open(kind, 3, func(p *demo.Proposal) { p.Privacy = "shutter" }), "type": as, "choice": "0x1234", "privacy": "shutter"})
	}
	mine := func(p *demo.Proposal) { p.Author, p.Start = addressOf(r.key(0)), r.now.Unix()+600 }
	add("follow", map[string]any{"network": "s"})
	add("unfollow", map[string]any{"network": "s"})
	add("alias", map[string]any{"alias": addressOf(r.key(5))})
	delete(jobs[len(jobs)-1].Message, "space")
	add("updateProposal", map[string]any{"proposal": r.open("basic", 3, mine), "type": "basic", "title": "New", "body": "b", "discussion": "",
		"choices": []string{"For", "Against"}, "labels": []string{}, "plugins": "{}"})
	add("cancelProposal", map[string]any{"proposal": r.open("basic", 3, mine)})
	in, err := json.Marshal(jobs)
	if err != nil {
		t.Fatal(err)
	}
	var out []struct {
		ID      string `json:"id"`
		Refused any    `json:"refused"`
	}
	if err := json.Unmarshal([]byte(governancetest.Node(t, clientScript, string(in))), &out); err != nil || len(out) != len(jobs) {
		t.Fatalf("%d answers: %v", len(out), err)
	}
	for i, a := range out {
		if len(a.ID) != 66 {
			t.Errorf("%s %v: %v", jobs[i].Method, jobs[i].Message, a.Refused)
		}
	}
	if n := len(r.world.Ledger()); n != len(jobs) {
		t.Errorf("%d of %d taken in", n, len(jobs))
	}
}

const countScript = `
const { voting } = require("@snapshot-labs/snapshot.js").utils;
const jobs = JSON.parse(require("fs").readFileSync(0));
process.stdout.write(JSON.stringify(jobs.map((j) => {
  const count = new voting[j.type]({ choices: j.choices }, j.votes, [{}], 1);
  return count.getScores();
})));`

type countVote struct {
	Choice  json.RawMessage `json:"choice"`
	Balance float64         `json:"balance"`
	Scores  []float64       `json:"scores"`
}

type countJob struct {
	Type    string      `json:"type"`
	Choices []string    `json:"choices"`
	Votes   []countVote `json:"votes"`
}

// The hub's scores are those of the official counting, for every type.
func TestTallyIsTheOfficialCount(t *testing.T) {
	r := newSeqRig(t)
	ballots := map[string][]any{
		"single-choice": {1, 3, 3, 2},
		"basic":         {2, 2, 1, 3},
		"approval":      {[]int{1, 2}, []int{3}, []int{}, []int{2, 3, 4}},
		"ranked-choice": {[]int{1, 2, 3, 4}, []int{2, 1, 3, 4}, []int{3, 2, 1, 4}, []int{4, 1, 2, 3}},
		"copeland":      {[]int{1, 2, 3, 4}, []int{2, 1, 3, 4}, []int{3, 2, 1, 4}, []int{4, 1, 2, 3}},
		"weighted":      {`{"1":50,"3":50}`, `{"2":1,"4":3}`, `{"1":0,"2":7}`, `{"4":0.5}`},
		"quadratic":     {`{"1":50,"3":50}`, `{"2":1,"4":3}`, `{"1":0,"2":7}`, `{"4":0.5}`},
	}
	var jobs []countJob
	var shown [][]float64
	for kind, choices := range ballots {
		id := r.open(kind, 4)
		job := countJob{Type: kind, Choices: []string{"a", "b", "c", "d"}}
		for key, c := range choices {
			r.accept(r.vote(key, id, c))
			raw, err := json.Marshal(c)
			if text, ok := c.(string); ok {
				raw, err = []byte(text), nil
			}
			if err != nil {
				t.Fatal(err)
			}
			power := float64(10 * (key + 1))
			job.Votes = append(job.Votes, countVote{raw, power, []float64{power}})
		}
		scores, total, votes := r.scores(id)
		if total != 100 || votes != 4 {
			t.Errorf("%s: %v by %d", kind, total, votes)
		}
		jobs, shown = append(jobs, job), append(shown, scores)
	}
	in, err := json.Marshal(jobs)
	if err != nil {
		t.Fatal(err)
	}
	var official [][]float64
	if err := json.Unmarshal([]byte(governancetest.Node(t, countScript, string(in))), &official); err != nil {
		t.Fatal(err)
	}
	for i, job := range jobs {
		if !near(shown[i], official[i]) {
			t.Errorf("%s: %v, officially %v", job.Type, shown[i], official[i])
		}
	}
}

// vector is a signed case made with the official library.
type vector struct {
	Name     string          `json:"name"`
	Signer   string          `json:"signer"`
	Primary  string          `json:"primary_type"`
	Digest   string          `json:"digest"`
	Kind     string          `json:"sequencer_type"`
	Envelope json.RawMessage `json:"envelope"`
	Body     string          `json:"envelope_json"`
	Message  struct {
		From      string   `json:"from"`
		Space     string   `json:"space"`
		Proposal  string   `json:"proposal"`
		Choice    any      `json:"choice"`
		Choices   []string `json:"choices"`
		Timestamp int64    `json:"timestamp"`
	} `json:"message"`
}

func vectors(t *testing.T) []vector {
	t.Helper()
	dir := os.Getenv("MANDATE_VECTORS_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "vectors")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "snapshot.json"))
	if err != nil {
		if os.Getenv("CI") != "true" {
			t.Skipf("vectors are not here: %v", err)
		}
		t.Fatal(err)
	}
	var file struct {
		Cases []vector `json:"cases"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

// Every envelope of the vectors is taken in, under the digest that they name.
func TestVectorsAreTakenIn(t *testing.T) {
	cases := vectors(t)
	alias := slices.IndexFunc(cases, func(v vector) bool { return v.Kind == "alias" })
	for _, v := range cases {
		t.Run(v.Name, func(t *testing.T) {
			r := newSeqRig(t)
			r.now = time.Unix(v.Message.Timestamp, 0)
			if v.Message.Space != "" {
				r.world.AddSpace(demo.Space{ID: v.Message.Space})
				r.world.SetPower(v.Message.Space, v.Message.From, 5)
			}
			if v.Message.Proposal != "" {
				r.world.Add(vectorProposal(r, v))
			}
			if v.Message.From != v.Signer && v.Primary != "Alias" {
				if out := r.post("/seq/", []byte(cases[alias].Body)); out.Status != 200 {
					t.Fatalf("alias: %s", out.Raw)
				}
			}
			if out := r.post("/seq/", []byte(v.Body)); out.ID != v.Digest {
				t.Errorf("%d %s, want %s", out.Status, out.Raw, v.Digest)
			}
		})
	}
}

// vectorProposal fits the vector's choice.
func vectorProposal(r *seqRig, v vector) demo.Proposal {
	p := demo.Proposal{ID: v.Message.Proposal, Space: v.Message.Space, Type: "single-choice", Author: v.Message.From,
		Start: r.now.Unix() - 10, End: r.now.Unix() + 10}
	n := 5
	switch {
	case v.Primary != "Vote":
		p.Start = r.now.Unix() + 10
	case strings.Contains(v.Name, "shutter"):
		p.Privacy = "shutter"
	case strings.Contains(v.Name, "ranked"), strings.Contains(v.Name, "copeland"):
		p.Type = "ranked-choice"
		list, _ := v.Message.Choice.([]any)
		n = len(list)
	case v.Kind == "vote-array":
		p.Type = "approval"
	case v.Kind == "vote-string":
		p.Type = "weighted"
	}
	for i := range n {
		p.Choices = append(p.Choices, strconv.Itoa(i+1))
	}
	return p
}
