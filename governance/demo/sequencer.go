package demo

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"
)

const maxMessageBody = 1 << 20 // the rule of 100,000 units comes on top

// sequencer takes in signed messages, as the public one does.
type sequencer struct {
	w     *World
	known map[string]string // hash of types → kind
	key   *ecdsa.PrivateKey // the relayer's, for receipts
	faults
	limit limiter

	mu   sync.Mutex
	skew time.Duration
	busy map[[32]byte]bool // bodies under way
	held []func()          // what the hub does not show yet
}

func newSequencer(w *World) *sequencer {
	return &sequencer{w: w, known: knownTypes(), key: seedKey("mandate demo relayer"), busy: map[[32]byte]bool{},
		limit: limiter{now: w.cfg.Now, perMinute: w.cfg.Faults.SequencerPerMinute}}
}

// now is the sequencer's own clock.
func (s *sequencer) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.cfg.Now().Add(s.skew)
}

// receipt is what an accepted message is answered with.
type receipt struct {
	ID      string       `json:"id"`
	IPFS    string       `json:"ipfs"`
	Relayer relayerProof `json:"relayer"`
}

type relayerProof struct {
	Address string `json:"address"`
	Receipt string `json:"receipt"`
}

// receiptFor signs the text of the message's signature (EIP-191).
func receiptFor(e *envelope, key *ecdsa.PrivateKey) receipt {
	text := "\x19Ethereum Signed Message:\n" + strconv.Itoa(len(e.sig)) + e.sig
	sig, err := crypto.Sign(crypto.Keccak256([]byte(text)), key)
	if err != nil { // only for a hash that is not 32 bytes long
		sig = make([]byte, 65)
	}
	sig[64] += 27
	return receipt{ID: e.id, IPFS: fakeCID(e.id), Relayer: relayerProof{
		Address: crypto.PubkeyToAddress(key.PublicKey).Hex(), Receipt: hexutil.Encode(sig),
	}}
}

func (s *sequencer) serveAbout(rw http.ResponseWriter, _ *http.Request) {
	s.stampDate(rw)
	writeJSON(rw, http.StatusOK, map[string]any{"name": "demo-sequencer", "SNAPSHOT_ENV": "demo", "version": "0.1.4",
		"relayer": crypto.PubkeyToAddress(s.key.PublicKey).Hex()})
}

func (s *sequencer) serveScores(rw http.ResponseWriter, r *http.Request) {
	s.stampDate(rw)
	if !s.w.recount(r.PathValue("id")) {
		writeJSON(rw, http.StatusBadRequest, map[string]any{"error": "failed", "message": "proposal not found"})
		return
	}
	writeJSON(rw, http.StatusOK, map[string]any{"result": true})
}

func (s *sequencer) stampDate(rw http.ResponseWriter) {
	rw.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
}

func (s *sequencer) serveMessage(rw http.ResponseWriter, r *http.Request) {
	s.stampDate(rw)
	if !s.limit.take(rw, r) {
		refuse(rw, http.StatusTooManyRequests, "too many requests")
		return
	}
	fault := s.next()
	if s.serveEarly(rw, fault) || s.w.serveFault(rw, r, fault) {
		return
	}
	body, ok := readMessage(rw, r)
	if !ok {
		return
	}
	sum := sha256.Sum256(body)
	if !s.begin(sum) {
		refuseMessage(rw, http.StatusTooEarly, "client_error", "request already being processed")
		return
	}
	e, err := s.receive(r.Context(), body, fault)
	s.end(sum)
	if err != nil {
		answerRefusal(rw, err)
		return
	}
	s.answer(rw, r, e, fault)
}

// readMessage reads the body as Express does: JSON that is none gets HTML.
func readMessage(rw http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxMessageBody))
	if err != nil {
		writeHTML(rw, http.StatusRequestEntityTooLarge, "PayloadTooLargeError: request entity too large")
		return nil, false
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return []byte("{}"), true
	}
	if len(body) == 0 {
		return []byte("{}"), true
	}
	if !json.Valid(body) {
		writeHTML(rw, http.StatusBadRequest, "SyntaxError: Unexpected token in JSON")
		return nil, false
	}
	return body, true
}

func (s *sequencer) begin(sum [32]byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[sum] {
		return false
	}
	s.busy[sum] = true
	return true
}

func (s *sequencer) end(sum [32]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, sum)
}

// receive checks and stores one message.
func (s *sequencer) receive(ctx context.Context, body []byte, fault Fault) (*envelope, error) {
	e, err := parseEnvelope(body)
	if err != nil {
		return nil, refusal("wrong envelope format")
	}
	e.fault = fault
	if err := s.check(ctx, e); err != nil {
		return nil, err
	}
	if fault == FaultHidden {
		return e, s.hide(e)
	}
	return e, s.store(e)
}

func refuseMessage(rw http.ResponseWriter, status int, kind string, why any) {
	writeJSON(rw, status, map[string]any{"error": kind, "error_description": why})
}

func answerRefusal(rw http.ResponseWriter, err error) {
	if reason := refusal(""); errors.As(err, &reason) {
		refuseMessage(rw, http.StatusBadRequest, "client_error", string(reason))
		return
	}
	refuseMessage(rw, http.StatusInternalServerError, "server_error", map[string]any{})
}
