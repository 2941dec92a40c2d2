package agent

import (
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/demo"
	"mandate/governance/snapshot"
	"mandate/governance/store"
)

const voteSpace = "quarry.dao.eth"

// voteRig is an agent that votes in a world of its own: a real store, and the
// demo's hub, sequencer, score service and relayer.
type voteRig struct {
	agent *Agent
	world *demo.World
	store *store.Store
	hub   *snapshot.Hub
	clock *clock
	path  string
	n     int // proposals so far

	key     *ecdsa.PrivateKey
	account string
	owner   string
}

func newVoteRig(t testing.TB, change ...func(*demo.Config)) *voteRig {
	t.Helper()
	c := &clock{at: testNow}
	cfg := demo.Config{Now: c.now, Empty: true}
	for _, f := range change {
		f(&cfg)
	}
	w, err := demo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.Handler())
	t.Cleanup(srv.Close)
	hub, err := snapshot.New(snapshot.Config{HubURL: srv.URL + "/graphql", Now: c.now, RetryDelay: time.Millisecond, Timeout: 2 * time.Second, Stall: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	seq, err := snapshot.NewSequencer(snapshot.SequencerConfig{SequencerURL: srv.URL + "/seq/", RelayerURL: srv.URL + "/relayer/", ScoreURL: srv.URL + "/score/",
		Now: c.now, Timeout: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	key, account := voter(t, "one")
	r := &voteRig{world: w, hub: hub, clock: c, path: filepath.Join(t.TempDir(), "m.db"), key: key, account: account, owner: strings.ToLower(account)}
	r.store = openStore(t, r.path, c.now)
	r.agent = &Agent{Store: r.store, Venues: []governance.Venue{hub}, Scope: governance.Scope{All: true}, Now: c.now, Log: slog.New(slog.DiscardHandler),
		Hub: hub, Sequencer: seq, answerWait: time.Millisecond, pause: func(ctx context.Context, d time.Duration) error {
			c.move(d)
			return ctx.Err()
		}}
	w.AddSpace(demo.Space{ID: voteSpace, Name: "Quarry", Network: "1", Symbol: "STONE", Strategies: []demo.Strategy{{Name: "erc20-balance-of", Params: json.RawMessage(`{}`)}}})
	w.SetPower(voteSpace, account, 12.5)
	r.n = 0xffff
	r.open(t, governance.Basic) // a hub that has nothing at all is not believed
	r.n = 0
	return r
}

// voter makes a key of a name. Never fund it.
func voter(t testing.TB, name string) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte("agent test voter " + name)))
	if err != nil {
		t.Fatal(err)
	}
	return key, crypto.PubkeyToAddress(key.PublicKey).Hex()
}

// open adds an open proposal and reads it.
func (r *voteRig) open(t testing.TB, typ governance.VotingType, change ...func(*demo.Proposal)) governance.Ref {
	t.Helper()
	r.n++
	now := r.clock.now()
	p := demo.Proposal{ID: fmt.Sprintf("0x%064x", r.n), Space: voteSpace, Network: "1", Symbol: "STONE", Title: fmt.Sprintf("Cut stone %d", r.n), Body: "Should we?",
		Type: string(typ), Choices: []string{"Yes", "No", "Later"}, Created: now.Add(-2 * time.Hour).Unix(), Start: now.Add(-time.Hour).Unix(),
		End: now.Add(48 * time.Hour).Unix(), Snapshot: 19_000_000}
	for _, f := range change {
		f(&p)
	}
	r.world.Add(p)
	r.clock.move(time.Minute)
	if _, err := r.agent.SyncOnce(context.Background(), r.hub, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := r.agent.SpacesOnce(context.Background(), r.hub); err != nil {
		t.Fatal(err)
	}
	return governance.SnapshotRef(p.Space, p.ID)
}

// stored returns the proposal as a page shows it.
func (r *voteRig) stored(t testing.TB, ref governance.Ref) governance.Proposal {
	t.Helper()
	d, err := r.store.Proposal(context.Background(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return d.Proposal
}

func (r *voteRig) request(t testing.TB, ref governance.Ref, choice string) VoteRequest {
	t.Helper()
	return VoteRequest{Owner: r.owner, Account: r.account, Ref: ref, Choice: json.RawMessage(choice), ContentHash: r.stored(t, ref).ContentHash}
}

func (r *voteRig) prepare(t testing.TB, ref governance.Ref, choice string) governance.Prepared {
	t.Helper()
	p, err := r.agent.PrepareVote(context.Background(), r.request(t, ref, choice))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sign is what an honest wallet does with typed data.
func sign(t testing.TB, key *ecdsa.PrivateKey, p governance.Prepared) string {
	t.Helper()
	typed, err := ballot.ParseTyped(p.TypedData)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := typed.Digest()
	if err != nil || "0x"+hex.EncodeToString(digest[:]) != p.Digest {
		t.Fatalf("the digest %x is not what was promised: %s, %v", digest, p.Digest, err)
	}
	sig, err := crypto.Sign(digest[:], key)
	if err != nil {
		t.Fatal(err)
	}
	sig[64] += 27
	return "0x" + hex.EncodeToString(sig)
}

// submit signs and submits; jobs are not running, so nothing is sent yet.
func (r *voteRig) submit(t testing.TB, p governance.Prepared) governance.Intent {
	t.Helper()
	i, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: sign(t, r.key, p)})
	if err != nil {
		t.Fatal(err)
	}
	if i.State != governance.IntentSigned {
		t.Fatal("after submitting: ", brief(i))
	}
	return i
}

// settle does what the jobs do until nothing is left to do for the intent, or
// for as long as it is told.
func (r *voteRig) settle(t testing.TB, id string, atMost time.Duration) governance.Intent {
	t.Helper()
	for until := r.clock.now().Add(atMost); ; r.clock.move(time.Second) {
		if err := r.agent.SettleOnce(context.Background()); err != nil {
			t.Fatal(err)
		}
		i, err := r.store.Intent(context.Background(), r.owner, id)
		if err != nil {
			t.Fatal(err)
		}
		if !i.State.Live() || r.clock.now().After(until) {
			return i
		}
	}
}

// wantOneMessage checks the sequencer's ledger: one message, the stored bytes,
// whatever happened on the way.
func (r *voteRig) wantOneMessage(t testing.TB, i governance.Intent) {
	t.Helper()
	ledger := r.world.Ledger()
	for _, m := range ledger {
		if m.ID != i.Digest || string(m.Body) != string(i.Envelope) {
			t.Errorf("the ledger has %s\n%s\nbut stored is %s\n%s", m.ID, m.Body, i.Digest, i.Envelope)
		}
	}
	if len(ledger) != 1 {
		t.Errorf("%d messages were accepted", len(ledger))
	}
	trail, err := r.store.Signatures(context.Background(), r.owner, i.ID)
	if err != nil || len(trail) != 1 || string(trail[0].Envelope) != string(i.Envelope) {
		t.Errorf("the trail has %d signatures, %v", len(trail), err)
	}
}

func wantRefused(t testing.TB, err error, code governance.Code, words string) {
	t.Helper()
	if governance.CodeOf(err) != code || !strings.Contains(governance.MessageOf(err), words) {
		t.Errorf("want %s and %q, got %s: %v", code, words, governance.CodeOf(err), err)
	}
}

// wantNothing checks that nothing was stored of refused votes.
func (r *voteRig) wantNothing(t testing.TB) {
	t.Helper()
	list, _, err := r.store.Intents(context.Background(), store.IntentFilter{Owner: r.owner})
	if err != nil || len(list) != 0 {
		t.Errorf("%d intents are stored, %v", len(list), err)
	}
}

// brief says what tests look for in an intent.
func brief(i governance.Intent) string {
	receipt := governance.Receipt{}
	if i.Receipt != nil {
		receipt = *i.Receipt
	}
	return fmt.Sprintf("%s, %q, %d tries, safe %v, receipt %+v", i.State, i.Note, i.Tries, i.Safe, receipt)
}
