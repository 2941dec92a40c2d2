package demo_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance/demo"
)

func TestVoteIsTakenAndShown(t *testing.T) {
	for _, gen := range []demo.Generation{demo.Old, demo.Latest} {
		r := newSeqRig(t, func(c *demo.Config) { c.Generation = gen })
		id := r.open("basic", 3)
		m := r.vote(0, id, 2).set("reason", "because")
		out := r.accept(m)
		wantReceipt(t, out, m)
		var got struct {
			Votes    []json.RawMessage `json:"votes"`
			Messages []json.RawMessage `json:"messages"`
			VP       json.RawMessage   `json:"vp"`
		}
		r.ask(`{votes(where:{proposal:"`+id+`"}){id voter vp vp_by_strategy vp_state choice reason app metadata created space{id} proposal{id}}
			messages(where:{type:"vote"}){mci id address type space timestamp}
			vp(voter:"`+addressOf(r.key(0))+`",space:"`+seqSpace+`",proposal:"`+id+`"){vp vp_by_strategy vp_state}}`, &got)
		want := fmt.Sprintf(`{"id":"%s","voter":"%s","vp":10,"vp_by_strategy":[10],"vp_state":"final","choice":2,"reason":"because","app":"mandate","metadata":{},"created":%d,"space":{"id":"%s"},"proposal":{"id":"%s"}}`,
			out.ID, addressOf(r.key(0)), r.now.Unix(), seqSpace, id)
		if len(got.Votes) != 1 || string(got.Votes[0]) != want {
			t.Errorf("votes %s, want %s", got.Votes, want)
		}
		if len(got.Messages) != 1 || !strings.Contains(string(got.Messages[0]), `{"mci":1,"id":"`+out.ID+`"`) {
			t.Errorf("messages %s", got.Messages)
		}
		if string(got.VP) != `{"vp":10,"vp_by_strategy":[10],"vp_state":"final"}` {
			t.Errorf("vp %s", got.VP)
		}
		if scores, total, votes := r.scores(id); !near(scores, []float64{0, 10, 0}) || total != 10 || votes != 1 {
			t.Errorf("scores %v %v %d", scores, total, votes)
		}
		if ledger := r.world.Ledger(); len(ledger) != 1 || ledger[0].ID != out.ID || string(ledger[0].Body) != string(m.body(t)) {
			t.Errorf("ledger %+v", ledger)
		}
	}
}

// wantReceipt checks the relayer's EIP-191 signature over the text of sig.
func wantReceipt(t *testing.T, out reply, m message) {
	t.Helper()
	var envelope struct {
		Sig string `json:"sig"`
	}
	if err := json.Unmarshal(m.body(t), &envelope); err != nil {
		t.Fatal(err)
	}
	receipt, err := hex.DecodeString(strings.TrimPrefix(out.Relayer.Receipt, "0x"))
	if err != nil || len(receipt) != 65 {
		t.Fatalf("receipt %q", out.Relayer.Receipt)
	}
	receipt[64] -= 27
	hash := crypto.Keccak256(fmt.Appendf(nil, "\x19Ethereum Signed Message:\n%d%s", len(envelope.Sig), envelope.Sig))
	key, err := crypto.SigToPub(hash, receipt)
	if err != nil || crypto.PubkeyToAddress(*key).Hex() != out.Relayer.Address || out.IPFS == "" {
		t.Errorf("the receipt %+v is of another key: %v", out, err)
	}
}

// Each refusal with everything before it right, in the sequencer's order: a
// message with a fault and all later ones is refused for the first.
func TestRefusalsInOrder(t *testing.T) {
	r := newSeqRig(t)
	id := r.open("single-choice", 3)
	r.world.AddSpace(demo.Space{ID: "other.eth"})
	strangers := addressOf(r.key(7))
	spoil := []struct {
		why    string
		change func(*message)
	}{
		{"wrong envelope format", func(m *message) { m.extra = map[string]any{"hash": "0x"} }},
		{"too large message", func(m *message) { m.values["reason"] = strings.Repeat("ü", 100_000) }},
		{"wrong timestamp", func(m *message) { m.values["timestamp"] = r.now.Unix() + 301 }},
		{"proposal cannot contain whitespace", func(m *message) { m.values["proposal"] = "0x 1" }},
		{"wrong domain", func(m *message) { m.domain["version"] = "0.1.5" }},
		{"wrong types", func(m *message) {
			m.types = strings.Replace(demo.TypesJSON(m.primary, m.fields), `"name":"from","type":"string"`, `"type":"string","name":"from"`, 1)
		}},
		{"Invalid space id", func(m *message) { m.values["space"] = "Mill.dao.eth" }},
		{"unknown space", func(m *message) { m.values["space"] = "nowhere.eth" }},
		{"wrong alias", func(m *message) { m.values["from"] = strangers }},
		{"signature validation failed", func(m *message) { m.sig = "0x" + strings.Repeat("11", 65) }},
		{"too large metadata", func(m *message) { m.values["metadata"] = strings.Repeat("x", 2001) }},
		{"wrong vote format", func(m *message) { m.values["app"] = strings.Repeat("x", 25) }},
		{"unknown proposal", func(m *message) { m.values["proposal"] = demo.HashID("nothing") }},
		{"not in voting window", func(m *message) { m.values["timestamp"] = r.now.Add(-13 * time.Hour).Unix() }},
		{"invalid choice", func(m *message) { m.values["choice"] = 4 }},
		{"no voting power", func(m *message) { m.key = r.key(6); m.values["from"] = addressOf(m.key) }},
	}
	for i := range spoil {
		// Faults of the same field replace each other, so the earliest is set last.
		m := r.vote(0, id, 1).with(func(m *message) {
			for j := len(spoil) - 1; j >= i; j-- {
				spoil[j].change(m)
			}
		})
		r.refused(m, spoil[i].why)
		if spoil[i].why != "no voting power" {
			r.refused(r.vote(0, id, 1).with(spoil[i].change), spoil[i].why)
		}
	}
	if ledger := r.world.Ledger(); len(ledger) != 0 {
		t.Errorf("%d messages were taken in", len(ledger))
	}
}

func TestRefusalsOfTheirOwn(t *testing.T) {
	r := newSeqRig(t)
	id := r.open("single-choice", 3)
	elsewhere := r.open("single-choice", 3, func(p *demo.Proposal) { p.Space = "other.eth" })
	strict := demo.Space{ID: "strict.eth", VoteValidation: &demo.Validation{Name: "basic", Params: json.RawMessage(`{"minScore":15}`)}}
	r.world.AddSpace(strict, demo.Space{ID: "riddle.eth", VoteValidation: &demo.Validation{Name: "riddle"}})
	inStrict := r.open("single-choice", 3, func(p *demo.Proposal) { p.Space = "strict.eth" })
	inRiddle := r.open("single-choice", 3, func(p *demo.Proposal) { p.Space = "riddle.eth" })
	r.world.SetPower("strict.eth", addressOf(r.key(0)), 14.9)
	shielded := r.open("single-choice", 3, func(p *demo.Proposal) { p.Privacy = "shutter" })
	soon := r.open("single-choice", 3, func(p *demo.Proposal) { p.Start = r.now.Unix() + 60 })
	over := r.open("single-choice", 3, func(p *demo.Proposal) { p.End = r.now.Unix() - 1 })
	cases := map[string]struct {
		m   message
		why string
	}{
		"old":               {r.vote(0, id, 1).set("timestamp", r.now.Unix()-6*86400-1), "wrong timestamp"},
		"text for a time":   {r.vote(0, id, 1).set("timestamp", strconv.FormatInt(r.now.Unix(), 10)), "wrong envelope format"},
		"lower-case from":   {r.vote(0, id, 1).set("from", strings.ToLower(addressOf(r.key(0)))), "wrong envelope format"},
		"lower address":     {r.vote(0, id, 1).with(func(m *message) { m.address = strings.ToLower(addressOf(m.key)) }), "wrong envelope format"},
		"more data":         {r.vote(0, id, 1).with(func(m *message) { m.data = map[string]any{"more": 1} }), "wrong envelope format"},
		"other space":       {r.vote(0, elsewhere, 1), "unknown proposal"},
		"metadata list":     {r.vote(0, id, 1).set("metadata", "[]"), "wrong vote format"},
		"long reason":       {r.vote(0, id, 1).set("reason", strings.Repeat("x", 5001)), "wrong vote format"},
		"another's key":     {r.vote(0, id, 1).with(func(m *message) { m.key = r.key(1); m.address = addressOf(r.key(0)) }), "signature validation failed"},
		"short signature":   {r.vote(0, id, 1).with(func(m *message) { m.sig = "0x1234" }), "signature validation failed"},
		"empty signature":   {r.vote(0, id, 1).with(func(m *message) { m.sig = "0x" }), "signature validation failed"},
		"fraction":          {r.vote(0, id, 1).set("choice", 1.5), "signature validation failed"},
		"zero":              {r.vote(0, id, 0), "invalid choice"},
		"list for one":      {r.vote(0, id, []int{1}), "invalid choice"},
		"garbage text":      {r.vote(0, id, "{not JSON"), "invalid choice"},
		"validation":        {r.vote(0, inStrict, 1).set("space", "strict.eth"), "failed vote validation"},
		"unknown rule":      {r.vote(0, inRiddle, 1).set("space", "riddle.eth"), "failed to check vote validation"},
		"shielded reason":   {r.vote(0, shielded, "0x12").set("reason", "no"), "reason not allowed with shutter"},
		"shielded number":   {r.vote(0, shielded, 1), "invalid choice"},
		"shielded open":     {r.vote(0, shielded, "1"), "invalid choice"},
		"early":             {r.vote(0, soon, 1), "not in voting window"},
		"early, signed so":  {r.vote(0, soon, 1).set("timestamp", r.now.Unix()+70), "not in voting window"},
		"late":              {r.vote(0, over, 1), "not in voting window"},
		"late, signed then": {r.vote(0, over, 1).set("timestamp", r.now.Unix()-2), "not in voting window"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { (&seqRig{t: t, url: r.url}).refused(c.m, c.why) })
	}
	untyped := r.open("single-choice", 2, func(p *demo.Proposal) { p.Type = "" })
	if out := r.send(r.vote(0, untyped, 1)); out.Status != http.StatusInternalServerError || out.Raw != `{"error":"server_error","error_description":{}}` {
		t.Errorf("no type: %d %s", out.Status, out.Raw)
	}
	if out := r.post("/seq/", []byte("{")); out.Status != http.StatusBadRequest || !strings.HasPrefix(out.Raw, "<!DOCTYPE") {
		t.Errorf("bad JSON: %d %s", out.Status, out.Raw)
	}
}

func TestWhatElseIsTaken(t *testing.T) {
	r := newSeqRig(t)
	id := r.open("single-choice", 3)
	shielded := r.open("ranked-choice", 3, func(p *demo.Proposal) { p.Privacy = "shutter" })
	cases := map[string]message{
		"text choice": r.vote(0, id, "2"),
		"chain":       r.vote(1, id, 1).with(func(m *message) { m.domain["chainId"] = 137 }),
		"no metadata": r.vote(2, id, 1).set("metadata", ""),
		"bytes32":     r.vote(3, id, 1).with(func(m *message) { m.fields = strings.Replace(m.fields, "string proposal", "bytes32 proposal", 1) }),
		"shielded":    r.vote(0, shielded, "0x1234").set("privacy", "shutter"), // an untyped key, as sx sends it
		"domain in type": r.vote(1, r.open("basic", 2), 2).with(func(m *message) {
			m.types = strings.Replace(demo.TypesJSON(m.primary, m.fields), "{", `{"EIP712Domain":[{"name":"name","type":"string"}],`, 1)
		}),
		"primary type": r.vote(2, r.open("basic", 2), 2).with(func(m *message) { m.data = map[string]any{"primaryType": "Vote"} }),
	}
	for name, m := range cases {
		t.Run(name, func(t *testing.T) { (&seqRig{t: t, url: r.url}).accept(m) })
	}
	if scores, total, votes := r.scores(shielded); !near(scores, []float64{0, 0, 0}) || total != 10 || votes != 1 {
		t.Errorf("shielded: %v %v %d", scores, total, votes)
	}
}

func TestShortSignature(t *testing.T) {
	r := newSeqRig(t)
	m := r.vote(0, r.open("basic", 2), 1)
	sig, err := crypto.Sign(m.digest(t), m.key)
	if err != nil {
		t.Fatal(err)
	}
	sig[32] |= sig[64] << 7 // EIP-2098
	r.accept(m.with(func(m *message) { m.sig = "0x" + hex.EncodeToString(sig[:64]) }))
}

func TestLastVoteWins(t *testing.T) {
	r := newSeqRig(t)
	id := r.open("single-choice", 3)
	first := r.vote(0, id, 1)
	r.accept(first)
	r.refused(first, "duplicate message")
	r.accept(r.vote(0, id, 2).set("timestamp", r.now.Unix()+1))
	r.refused(r.vote(0, id, 3), "already voted at later time")
	a, b := r.vote(0, id, 1).set("timestamp", r.now.Unix()+2), r.vote(0, id, 3).set("timestamp", r.now.Unix()+2)
	choice := 3
	if a.id(t) > b.id(t) {
		a, b, choice = b, a, 1
	}
	r.accept(b)
	r.refused(a, "already voted same time with lower index")
	want := []float64{0, 0, 0}
	want[choice-1] = 10
	if scores, total, votes := r.scores(id); !near(scores, want) || total != 10 || votes != 1 {
		t.Errorf("%v %v %d, want %v", scores, total, votes, want)
	}
	if n := len(r.world.Ledger()); n != 3 {
		t.Errorf("%d in the ledger, want 3", n)
	}
}
