package demo_test

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"

	"mandate/governance/demo"
)

// seqNow is the clock of the sequencer's tests.
var seqNow = time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)

const (
	aliasFields  = "address from,address alias,uint64 timestamp"
	followFields = "address from,string network,string space,uint64 timestamp"
	deleteFields = "string from,string space,uint64 timestamp,string proposal"
	updateFields = "string proposal,string from,string space,uint64 timestamp,string type,string title,string body,string discussion,string[] choices,string[] labels,string plugins,string privacy"
)

func voteFields(choice string) string {
	return "string from,string space,uint64 timestamp,string proposal," + choice + " choice,string reason,string app,string metadata"
}

// message is a signed message under construction; tests spoil parts of it.
type message struct {
	key     *ecdsa.PrivateKey
	primary string
	fields  string
	values  map[string]any
	domain  map[string]any
	types   string // sent instead of the right JSON
	sig     string // sent instead of the right one
	address string
	extra   map[string]any // further keys of the envelope
	data    map[string]any // further keys of its data
}

func (m message) with(change func(*message)) message {
	m.values, m.domain = maps.Clone(m.values), maps.Clone(m.domain)
	change(&m)
	return m
}

func (m message) set(key string, value any) message {
	return m.with(func(m *message) { m.values[key] = value })
}

func addressOf(key *ecdsa.PrivateKey) string { return crypto.PubkeyToAddress(key.PublicKey).Hex() }

// digest is computed with go-ethereum from the same values.
func (m message) digest(t testing.TB) []byte {
	t.Helper()
	data := apitypes.TypedData{PrimaryType: m.primary, Types: apitypes.Types{}, Message: apitypes.TypedDataMessage{}}
	for _, field := range strings.Split(m.fields, ",") {
		kind, name, _ := strings.Cut(field, " ")
		data.Types[m.primary] = append(data.Types[m.primary], apitypes.Type{Name: name, Type: kind})
		data.Message[name] = hashable(m.values[name])
	}
	for _, name := range []string{"name", "version", "chainId"} {
		if _, ok := m.domain[name]; ok {
			kind := "string"
			if name == "chainId" {
				kind = "uint256"
			}
			data.Types["EIP712Domain"] = append(data.Types["EIP712Domain"], apitypes.Type{Name: name, Type: kind})
		}
	}
	raw, err := json.Marshal(m.domain)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &data.Domain); err != nil {
		t.Fatal(err)
	}
	digest, _, err := apitypes.TypedDataAndHash(data)
	if err != nil {
		return make([]byte, 32) // a value that cannot be signed: the sequencer must say so itself
	}
	return digest
}

func hashable(v any) any {
	switch v := v.(type) {
	case int:
		return big.NewInt(int64(v))
	case int64:
		return big.NewInt(v)
	case []int:
		out := make([]any, len(v))
		for i := range v {
			out[i] = big.NewInt(int64(v[i]))
		}
		return out
	case []string:
		out := make([]any, len(v))
		for i := range v {
			out[i] = v[i]
		}
		return out
	}
	return v
}

// id is the message's id.
func (m message) id(t testing.TB) string { return "0x" + hex.EncodeToString(m.digest(t)) }

func (m message) body(t testing.TB) []byte {
	t.Helper()
	sig, err := crypto.Sign(m.digest(t), m.key)
	if err != nil {
		t.Fatal(err)
	}
	sig[64] += 27
	types := m.types
	if types == "" {
		types = demo.TypesJSON(m.primary, m.fields)
	}
	data := map[string]any{"domain": m.domain, "types": json.RawMessage(types), "message": m.values}
	maps.Copy(data, m.data)
	envelope := map[string]any{"address": addressOf(m.key), "sig": "0x" + hex.EncodeToString(sig), "data": data}
	if m.sig != "" {
		envelope["sig"] = m.sig
	}
	if m.address != "" {
		envelope["address"] = m.address
	}
	maps.Copy(envelope, m.extra)
	b, err := json.Marshal(envelope)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// seqRig is an empty world with one space and a server.
type seqRig struct {
	t     testing.TB
	world *demo.World
	url   string
	now   time.Time
	keys  []*ecdsa.PrivateKey
}

const seqSpace = "mill.dao.eth"

func newSeqRig(t testing.TB, change ...func(*demo.Config)) *seqRig {
	t.Helper()
	r := &seqRig{t: t, now: seqNow}
	cfg := demo.Config{Empty: true, Now: func() time.Time { return r.now }}
	for _, c := range change {
		c(&cfg)
	}
	w, err := demo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.Handler())
	t.Cleanup(srv.Close)
	r.world, r.url = w, srv.URL
	w.AddSpace(demo.Space{ID: seqSpace, Admins: []string{addressOf(r.key(9))}})
	for i := range 4 {
		w.SetPower(seqSpace, addressOf(r.key(i)), float64(10*(i+1)))
	}
	return r
}

// key is a throwaway key of the tests.
func (r *seqRig) key(i int) *ecdsa.PrivateKey {
	r.t.Helper()
	for len(r.keys) <= i {
		key, err := crypto.ToECDSA(crypto.Keccak256(fmt.Appendf(nil, "sequencer test %d", len(r.keys))))
		if err != nil {
			r.t.Fatal(err)
		}
		r.keys = append(r.keys, key)
	}
	return r.keys[i]
}

// open adds a proposal that is open for a day around the clock.
func (r *seqRig) open(kind string, choices int, change ...func(*demo.Proposal)) string {
	p := demo.Proposal{ID: demo.HashID(fmt.Sprint(kind, choices, len(r.world.Proposals()))), Space: seqSpace, Type: kind, Title: kind, Author: addressOf(r.key(8)),
		Start: r.now.Add(-12 * time.Hour).Unix(), End: r.now.Add(12 * time.Hour).Unix(), Snapshot: 100}
	for i := range choices {
		p.Choices = append(p.Choices, fmt.Sprint("Choice ", i+1))
	}
	for _, c := range change {
		c(&p)
	}
	r.world.Add(p)
	return p.ID
}

// vote is a ballot; choice is int, []int or text.
func (r *seqRig) vote(key int, proposal string, choice any) message {
	kind := "uint32"
	switch choice.(type) {
	case []int:
		kind = "uint32[]"
	case string:
		kind = "string"
	}
	return message{key: r.key(key), primary: "Vote", fields: voteFields(kind), domain: snapshotDomain(), values: map[string]any{
		"from": addressOf(r.key(key)), "space": seqSpace, "timestamp": r.now.Unix(), "proposal": proposal, "choice": choice,
		"reason": "", "app": "mandate", "metadata": "{}"}}
}

func snapshotDomain() map[string]any { return map[string]any{"name": "snapshot", "version": "0.1.4"} }

// reply is what the sequencer answered.
type reply struct {
	Status  int
	Header  http.Header
	Raw     string
	ID      string `json:"id"`
	IPFS    string `json:"ipfs"`
	Relayer struct {
		Address string `json:"address"`
		Receipt string `json:"receipt"`
	} `json:"relayer"`
	Error string          `json:"error"`
	Why   json.RawMessage `json:"error_description"`
}

func (r *seqRig) post(path string, body []byte) reply {
	r.t.Helper()
	out, err := r.try(path, body)
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

func (r *seqRig) try(path string, body []byte) (reply, error) {
	r.t.Helper()
	client := http.Client{Timeout: 5 * time.Second}
	resp, err := client.Post(r.url+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return reply{}, err
	}
	out := reply{Status: resp.StatusCode, Header: resp.Header, Raw: string(raw)}
	if strings.HasPrefix(path, "/seq/") && strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(raw, &out); err != nil {
			r.t.Fatalf("%s: %v", raw, err)
		}
	}
	return out, nil
}

func (r *seqRig) send(m message) reply { return r.post("/seq/", m.body(r.t)) }

func (r *seqRig) accept(m message) reply {
	r.t.Helper()
	out := r.send(m)
	if out.Status != http.StatusOK || out.ID != m.id(r.t) {
		r.t.Fatalf("not accepted: %d %s", out.Status, out.Raw)
	}
	return out
}

func (r *seqRig) refused(m message, why string) {
	r.t.Helper()
	if out := r.send(m); out.Status != http.StatusBadRequest || out.Error != "client_error" || string(out.Why) != fmt.Sprintf("%q", why) {
		r.t.Errorf("answered %d %s, want %q", out.Status, out.Raw, why)
	}
}

// ask runs a GraphQL query and returns its data.
func (r *seqRig) ask(query string, into any) {
	r.t.Helper()
	b, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		r.t.Fatal(err)
	}
	out := r.post("/graphql", b)
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal([]byte(out.Raw), &answer); err != nil || answer.Errors != nil {
		r.t.Fatalf("%v: %s", err, out.Raw)
	}
	if err := json.Unmarshal(answer.Data, into); err != nil {
		r.t.Fatalf("%v: %s", err, answer.Data)
	}
}

func (r *seqRig) scores(id string) ([]float64, float64, int) {
	r.t.Helper()
	var out struct {
		Proposal struct {
			Scores []float64 `json:"scores"`
			Total  float64   `json:"scores_total"`
			Votes  int       `json:"votes"`
		} `json:"proposal"`
	}
	r.ask(`{proposal(id:"`+id+`"){scores scores_total votes}}`, &out)
	return out.Proposal.Scores, out.Proposal.Total, out.Proposal.Votes
}

func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x-y < 1e-6 && y-x < 1e-6 })
}

func httpGet(url string) ([]byte, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}
