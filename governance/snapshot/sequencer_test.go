package snapshot

import (
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/ballot"
)

// testKey makes a key of a name. Never fund it.
func testKey(t testing.TB, name string) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte("mandate test key " + name)))
	if err != nil {
		t.Fatal(err)
	}
	return key, crypto.PubkeyToAddress(key.PublicKey).Hex()
}

func signDigest(t testing.TB, key *ecdsa.PrivateKey, digest [32]byte) string {
	t.Helper()
	sig, err := crypto.Sign(digest[:], key)
	if err != nil {
		t.Fatal(err)
	}
	sig[64] += 27
	return "0x" + hex.EncodeToString(sig)
}

const (
	testSig    = "0xabcdef"
	testDigest = "0x2a61576a367f34f75e31c59aaf3726c7bfbee1a61e6c2bb69d35b8e6032a82d9"
	htmlPage   = "<!doctype html><title>502</title><script>alert(1)</script>"
)

var testEnvelope = []byte(`{"address":"0x84f35851d35A1fE0Ad6Af36C0F7b8F6bC8a08B6E","sig":"` + testSig + `","data":{}}`)

// script answers POST as told and GET like a sequencer.
type script struct {
	status int
	kind   string // content type, "" = JSON
	header map[string]string
	body   string
	root   string // body of GET /, "" = names relayer
	posts  atomic.Int32
	got    atomic.Value // last POST's body
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, status, body := s.kind, s.status, s.body
	if r.Method == http.MethodGet {
		kind, status, body = "", 200, s.root
	} else {
		raw, _ := io.ReadAll(r.Body)
		s.got.Store(string(raw))
		s.posts.Add(1)
		for k, v := range s.header {
			w.Header().Set(k, v)
		}
	}
	if kind == "" {
		kind = "application/json; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	if status == 0 {
		status = 200
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func scripted(t testing.TB, s *script) *Sequencer {
	t.Helper()
	if s.root == "" {
		_, relayer := testKey(t, "relayer")
		s.root = fmt.Sprintf(`{"name":"snapshot-sequencer","SNAPSHOT_ENV":"mainnet","version":"v0.1.4-abc","relayer":%q}`, relayer)
	}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	q, err := NewSequencer(SequencerConfig{SequencerURL: srv.URL, RelayerURL: srv.URL + "/", ScoreURL: srv.URL, APIKey: "k", Timeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func receiptBody(t testing.TB, id, sig, signer string) string {
	t.Helper()
	key, address := testKey(t, signer)
	return fmt.Sprintf(`{"id":%q,"ipfs":"bafkreitest","relayer":{"address":%q,"receipt":%q}}`,
		id, address, signDigest(t, key, ballot.PersonalDigest([]byte(sig))))
}

func TestSendReceipt(t *testing.T) {
	_, relayer := testKey(t, "relayer")
	_, other := testKey(t, "other")
	right := receiptBody(t, testDigest, testSig, "relayer")
	for name, c := range map[string]struct {
		body     string
		root     string
		verified bool
		note     string
	}{
		"right":               {body: right, verified: true},
		"id in capitals":      {body: strings.Replace(right, testDigest, "0x"+strings.ToUpper(testDigest[2:]), 1), verified: true},
		"for another text":    {body: receiptBody(t, testDigest, "0xother", "relayer"), note: "not signed by the address"},
		"another signer":      {body: receiptBody(t, testDigest, testSig, "other"), note: "another address than the sequencer names"},
		"claims the relayer":  {body: strings.Replace(receiptBody(t, testDigest, testSig, "other"), other, relayer, 1), note: "not signed by the address"},
		"no relayer":          {body: fmt.Sprintf(`{"id":%q,"ipfs":"x"}`, testDigest), note: "cannot be read"},
		"short signature":     {body: fmt.Sprintf(`{"id":%q,"relayer":{"address":%q,"receipt":"0x12"}}`, testDigest, relayer), note: "cannot be read"},
		"relayer is a text":   {body: fmt.Sprintf(`{"id":%q,"relayer":"x"}`, testDigest), note: "cannot be read"},
		"nobody is named":     {body: right, root: `{"name":"snapshot-sequencer"}`, note: "could not be asked"},
		"stored before, loud": {body: `{"error":"client_error","error_description":" Duplicate Message "}`, note: "stored before"},
		"stored before":       {body: `{"error":"client_error","error_description":"duplicate message"}`, note: "stored before"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{body: c.body, root: c.root}
			q := scripted(t, s)
			r, err := q.Send(context.Background(), testEnvelope, testDigest)
			if err != nil {
				t.Fatal(err)
			}
			if r.ID != testDigest || r.Verified != c.verified || !strings.Contains(r.Note, c.note) || r.At.IsZero() {
				t.Errorf("receipt %+v", r)
			}
			if c.verified && (r.Relayer != relayer || r.Note != "" || r.IPFS != "bafkreitest") {
				t.Errorf("receipt %+v", r)
			}
			if s.got.Load() != string(testEnvelope) || s.posts.Load() != 1 {
				t.Errorf("sent %q in %d requests", s.got.Load(), s.posts.Load())
			}
		})
	}
}

func reason(text string) string {
	return fmt.Sprintf(`{"error":"client_error","error_description":%q}`, text)
}

func TestSendRefused(t *testing.T) {
	const up, inv, den, con = governance.Upstream, governance.Invalid, governance.Denied, governance.Conflict
	for _, c := range []struct {
		name   string
		status int
		kind   string
		body   string
		want   governance.Code
	}{
		{"another id", 200, "", receiptBody(t, "0x"+strings.Repeat("1", 64), testSig, "relayer"), con},
		{"no id", 200, "", `{}`, up},
		{"id is a number", 200, "", `{"id":5}`, con},
		{"cut off JSON", 200, "", `{"id":"0x2a`, up},
		{"an array", 200, "", `[]`, up},
		{"an empty body", 200, "", ``, up},
		{"larger than 1 MiB", 200, "", `{"id":"` + strings.Repeat("a", 1<<20) + `"}`, up},
		{"HTML with 200", 200, "text/html", htmlPage, up},
		{"HTML for bad JSON", 400, "text/html; charset=utf-8", htmlPage, up},
		{"HTML of a gateway", 502, "text/html", htmlPage, up},
		{"HTML forbidden", 403, "text/html", htmlPage, up},
		{"HTML not found", 404, "text/html", htmlPage, up},
		{"no content type", 200, "x", `{"id":"` + testDigest + `"}`, up},
		{"redirect", 302, "", `{}`, inv},
		{"own fault", 500, "", `{"error":"server_error","error_description":{}}`, up},
		{"fault with a reason", 500, "", reason("no voting power"), den},
		{"being updated", 503, "", reason("update in progress, try later"), up},
		{"being updated, other words", 503, "", reason("update in progress"), up},
		{"busy", 503, "", `{}`, up},
		{"in flight", 425, "", reason("request already being processed"), up},
		{"in flight without words", 425, "", `{}`, up},
		{"request timeout", 408, "", `{}`, up},
		{"too large", 413, "", `{"error":"x"}`, inv},
		{"unauthorized", 401, "", `{"error":"unauthorized","error_description":"unauthorized"}`, den},
		{"forbidden without words", 403, "", `{"error":"x"}`, den},
		{"a reason nobody knows", 400, "", reason("<b>mercury in retrograde</b>"), inv},
		{"a reason of another shape", 400, "", `{"error":"client_error","error_description":{"a":1}}`, inv},
		{"the reason is null", 400, "", `{"error":"client_error","error_description":null}`, inv},
		{"refused with 200", 200, "", reason("invalid choice"), inv},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &script{status: c.status, kind: c.kind, body: c.body}
			_, err := scripted(t, s).Send(context.Background(), testEnvelope, testDigest)
			wantRefusal(t, err, c.want)
			if s.posts.Load() != 1 {
				t.Errorf("%d requests", s.posts.Load())
			}
		})
	}
}

func wantRefusal(t *testing.T, err error, want governance.Code) {
	t.Helper()
	if governance.CodeOf(err) != want {
		t.Errorf("error %v of code %q, want %q", err, governance.CodeOf(err), want)
	}
	text := governance.MessageOf(err)
	if strings.ContainsAny(text, "<>{}") || strings.Contains(text, "retrograde") || len(text) > 300 {
		t.Errorf("message %q", text)
	}
	if text == "" || !strings.ContainsAny(text[len(text)-1:], ".?") {
		t.Errorf("message %q is no sentence", text)
	}
}

// Every reason that the sequencer can give has its own words here.
func TestReasons(t *testing.T) {
	const up, inv, den, con = governance.Upstream, governance.Invalid, governance.Denied, governance.Conflict
	seen := map[string]string{}
	for text, want := range map[string]governance.Code{
		"wrong envelope format": inv, "too large message": inv, "wrong timestamp": inv, "proposal cannot contain whitespace": inv,
		"wrong domain": inv, "wrong types": inv, "Invalid space id": inv, "unknown space": inv, "wrong alias": den,
		"alias not allowed for the type: alias": den, "signature validation failed": inv, "too large metadata": inv,
		"unknown proposal": inv, "invalid choice": inv, "wrong vote format": inv, "not in voting window": con,
		"reason not allowed with shutter": inv, "failed vote validation": den, "failed to check vote validation": up,
		"no voting power": den, "failed to check voting power": up, "pinning failed": up, "already voted at later time": con,
		"already voted same time with lower index": up, "unauthorized": den,
		"you are already following this space": con, "you can join max 500 spaces": den, "network 5 is not allowed": inv,
		"you can only unfollow a space you follow": con, "wrong statement format": inv, "wrong profile format": inv,
		"wrong alias format": inv, "wrong proposal format": inv, "alias cannot be the same as the address": inv,
		"alias is already linked to another address": con, "alias does not exist": con, "not authorized to archive proposal": den,
		"not authorized to flag proposal": den, "proposal already flagged": con, "proposal already started": con,
		"Not the author": den, "wrong choices for basic type voting": inv, "invalid voting delay": inv, "invalid voting period": inv,
		"invalid voting type": inv, "not allowed to set privacy": inv, "only space authors can propose": den, "validation failed": den,
		"proposal limit reached": den, "space hibernated": den, "space is using a non-premium network": den,
		"invalid space settings: name": inv, "proposal body length can not exceed 10000 characters": inv,
		"number of choices can not exceed 20": inv, "update in progress, try later": up, "request already being processed": up,
	} {
		s := &script{status: 400, body: reason(text)}
		_, err := scripted(t, s).Send(context.Background(), testEnvelope, testDigest)
		wantRefusal(t, err, want)
		words := governance.MessageOf(err)
		if strings.Contains(words, "does not know. The log") {
			t.Errorf("%q has no words of its own", text)
		}
		if other := seen[words]; other != "" {
			t.Errorf("%q and %q say the same: %s", text, other, words)
		}
		seen[words] = text
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the cause of %q is lost: %v", text, err)
		}
	}
}

func TestSendLimited(t *testing.T) {
	s := &script{status: 429, kind: "text/html", header: map[string]string{"Retry-After": "17"}, body: htmlPage}
	_, err := scripted(t, s).Send(context.Background(), testEnvelope, testDigest)
	wantRefusal(t, err, governance.Limited)
	if governance.WaitOf(err) != 17*time.Second {
		t.Errorf("wait %s", governance.WaitOf(err))
	}
}

func TestSendSilence(t *testing.T) {
	stop := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	}))
	defer srv.Close()
	defer close(stop)
	q, err := NewSequencer(SequencerConfig{SequencerURL: srv.URL, Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_, err = q.Send(context.Background(), testEnvelope, testDigest)
	wantRefusal(t, err, governance.Upstream)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := q.Send(ctx, testEnvelope, testDigest); err != context.Canceled { //nolint:errorlint // exactly this
		t.Errorf("cancelled: %v", err)
	}
	srv.CloseClientConnections()
}

func TestSequencerGone(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	srv.Close()
	q, err := NewSequencer(SequencerConfig{SequencerURL: srv.URL, RelayerURL: srv.URL, ScoreURL: srv.URL})
	if err != nil {
		t.Fatal(err)
	}
	_, err = q.Send(context.Background(), testEnvelope, testDigest)
	wantRefusal(t, err, governance.Upstream)
	_, err = q.Clock(context.Background())
	wantRefusal(t, err, governance.Upstream)
	_, err = q.SafePending(context.Background(), testDigest)
	wantRefusal(t, err, governance.Upstream)
}

func TestSequencerSettings(t *testing.T) {
	for _, c := range []SequencerConfig{{SequencerURL: "ftp://x"}, {RelayerURL: "x"}, {ScoreURL: "http://"}} {
		if _, err := NewSequencer(c); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestClock(t *testing.T) {
	q := scripted(t, &script{})
	at, err := q.Clock(context.Background())
	if err != nil || time.Since(at).Abs() > 3*time.Second {
		t.Errorf("%v, %v", at, err)
	}
}

// A sequencer that names another signer later is believed, and it is noted.
func TestSignerChanges(t *testing.T) {
	s := &script{body: receiptBody(t, testDigest, testSig, "relayer")}
	q := scripted(t, s)
	now := time.Now()
	q.now = func() time.Time { return now }
	for range 2 {
		if r, err := q.Send(context.Background(), testEnvelope, testDigest); err != nil || !r.Verified {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	_, other := testKey(t, "other")
	s.root = fmt.Sprintf(`{"relayer":%q}`, strings.ToLower(other))
	if r, err := q.Send(context.Background(), testEnvelope, testDigest); err != nil || !r.Verified {
		t.Fatalf("within the hour: %+v, %v", r, err)
	}
	now = now.Add(2 * time.Hour)
	r, err := q.Send(context.Background(), testEnvelope, testDigest)
	if err != nil || r.Verified || !strings.Contains(r.Note, "another address") {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestSafe(t *testing.T) {
	s := &script{body: `{"id":"` + strings.ToUpper(testDigest[2:]) + `"}`, root: `[{"id":1}]`}
	s.body = `{"id":"` + testDigest + `"}`
	q := scripted(t, s)
	if id, err := q.SendSafe(context.Background(), testEnvelope); err != nil || id != testDigest {
		t.Errorf("%q, %v", id, err)
	}
	if waits, err := q.SafePending(context.Background(), testDigest); err != nil || !waits {
		t.Errorf("%v, %v", waits, err)
	}
	s.root = `[]`
	if waits, err := q.SafePending(context.Background(), testDigest); err != nil || waits {
		t.Errorf("%v, %v", waits, err)
	}
	for _, root := range []string{`{}`, `[{]`, `null`} {
		s.root = root
		_, err := q.SafePending(context.Background(), testDigest)
		wantRefusal(t, err, governance.Upstream)
	}
	for _, c := range []struct {
		status int
		body   string
		want   governance.Code
	}{
		{400, `{"error":"Invalid format request","details":[{"path":["sig"],"message":"<b>"}]}`, governance.Invalid},
		{500, `{"error":"x"}`, governance.Upstream},
		{200, `{"id":"zzz"}`, governance.Upstream},
		{200, `{`, governance.Upstream},
	} {
		s.status, s.body = c.status, c.body
		_, err := q.SendSafe(context.Background(), testEnvelope)
		wantRefusal(t, err, c.want)
	}
}

func TestMayVote(t *testing.T) {
	rule := []byte(`{"name":"basic","params":{"minScore":1}}`)
	p := &governance.Proposal{Network: "1", Snapshot: 19}
	for name, c := range map[string]struct {
		space, proposal []byte
		status          int
		body            string
		want            governance.Code
		sent            string
	}{
		"no rule":                      {},
		"any":                          {space: []byte(`{"name":"any","params":{}}`)},
		"the proposal's own is any":    {space: rule, proposal: []byte(`{"name":"any"}`)},
		"yes":                          {space: rule, body: `{"jsonrpc":"2.0","result":true,"id":null}`, sent: `{"jsonrpc":"2.0","method":"validate","params":{"validation":"basic","author":"0xA","space":"one.eth","network":"1","snapshot":19,"params":{"minScore":1}}}`},
		"no":                           {space: rule, body: `{"jsonrpc":"2.0","result":false,"id":null}`, want: governance.Denied},
		"the proposal's own":           {proposal: []byte(`{"name":"passport-gated"}`), body: `{"result":false}`, want: governance.Denied, sent: `{"jsonrpc":"2.0","method":"validate","params":{"validation":"passport-gated","author":"0xA","space":"one.eth","network":"1","snapshot":19,"params":{}}}`},
		"an error":                     {space: rule, status: 500, body: `{"jsonrpc":"2.0","error":{"code":500,"message":"unauthorized","data":"<b>x"},"id":null}`, want: governance.Upstream},
		"an error with 200":            {space: rule, body: `{"error":{"data":"invalid address"}}`, want: governance.Upstream},
		"a yes in quotes":              {space: rule, body: `{"result":"true"}`, want: governance.Upstream},
		"neither":                      {space: rule, body: `{}`, want: governance.Upstream},
		"limit":                        {space: rule, status: 429, body: `{}`, want: governance.Limited},
		"a rule with an ill-made name": {space: []byte(`{"name":"<i>x</i>"}`), body: `{"result":false}`, want: governance.Denied},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{status: c.status, body: c.body}
			p.Validation = c.proposal
			err := scripted(t, s).MayVote(context.Background(), "0xA", governance.Space{ID: "one.eth", Network: "10", VoteValidation: c.space}, p)
			if c.want == "" && err != nil {
				t.Fatal(err)
			}
			if c.want != "" {
				wantRefusal(t, err, c.want)
			}
			if c.sent != "" && s.got.Load() != c.sent {
				t.Errorf("sent %s", s.got.Load())
			}
			if c.body == "" && s.posts.Load() > 0 {
				t.Error("asked although there is no rule")
			}
		})
	}
}

func FuzzReply(f *testing.F) {
	f.Add(200, []byte(receiptBody(f, testDigest, testSig, "relayer")))
	f.Add(400, []byte(reason("no voting power")))
	f.Add(500, []byte(`{"error":"server_error","error_description":{}}`))
	f.Add(200, []byte(`{"id":"`+testDigest+`","relayer":{"address":[],"receipt":{}}}`))
	f.Add(200, []byte(`{"result":true}`))
	_, address := testKey(f, "relayer")
	q := &Sequencer{sequencer: &service{name: "The Snapshot sequencer"}, score: &service{name: "S"}, relayer: &service{name: "R"}, now: time.Now, signer: address, asked: time.Now()}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		r := response{from: q.sequencer, status: status, body: body}
		a, err := parseAnswer(r)
		if err != nil {
			wantRefusal(t, err, governance.Upstream)
			return
		}
		if err := q.sequencer.refusal(r, a.reason); len(governance.MessageOf(err)) > 300 {
			t.Errorf("%v", err)
		}
		got := governance.Receipt{Relayer: a.relayer, Signature: a.receipt}
		if ok, _ := q.verify(context.Background(), testEnvelope, &got); ok && got.Relayer != address {
			t.Errorf("verified %+v", got)
		}
		if err := q.allowed(r, "x"); err == nil && !strings.Contains(string(body), "true") {
			t.Error("allowed without a yes")
		}
	})
}
