package demo

import (
	"context"
	"net/http"
)

// relayer holds messages of contract wallets until they are signed on chain.
type relayer struct {
	w *World
	faults
	pending map[string]*envelope // by digest, under World.mu
}

func (r *relayer) servePost(rw http.ResponseWriter, req *http.Request) {
	if fault := r.next(); r.w.serveFault(rw, req, fault) {
		return
	}
	body, ok := readMessage(rw, req)
	if !ok {
		return
	}
	e, err := parseEnvelope(body)
	if err != nil || e.sig != "0x" || r.w.seq.checkTypes(req.Context(), e) != nil || e.hash() != nil {
		writeJSON(rw, http.StatusBadRequest, map[string]any{"error": "Invalid format request",
			"details": []any{map[string]any{"path": "data", "message": "Invalid input"}}})
		return
	}
	if !r.hold(e) {
		refuse(rw, http.StatusTooManyRequests, "too many requests")
		return
	}
	writeJSON(rw, http.StatusOK, map[string]any{"id": e.id})
}

const maxPending = 1000

func (r *relayer) hold(e *envelope) bool {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	if len(r.pending) >= maxPending && r.pending[e.id] == nil {
		return false
	}
	r.pending[e.id] = e
	return true
}

// serveMessages lists the messages that still wait under the digest. With a
// chain it looks there first, which the public one does every 15 s.
func (r *relayer) serveMessages(rw http.ResponseWriter, req *http.Request) {
	if fault := r.next(); r.w.serveFault(rw, req, fault) {
		return
	}
	id := req.PathValue("digest")
	_ = r.deliver(req.Context(), id) // a refusal is seen by the message being gone
	r.w.mu.RLock()
	e := r.pending[id]
	r.w.mu.RUnlock()
	out := []any{}
	if e != nil {
		out = append(out, map[string]any{"hash": e.id, "address": e.address, "network": r.networkOf(e), "ts": int64(e.stamp)})
	}
	writeJSON(rw, http.StatusOK, out)
}

func (r *relayer) networkOf(e *envelope) string {
	r.w.mu.RLock()
	defer r.w.mu.RUnlock()
	if s := r.w.spaces[e.space]; s != nil {
		return s.Network
	}
	return "1"
}

// deliver hands a message that is signed by now to the sequencer, and says
// why it was refused, if so. A refused one is dropped, as by the public relayer.
func (r *relayer) deliver(ctx context.Context, id string) error {
	r.w.mu.RLock()
	e := r.pending[id]
	r.w.mu.RUnlock()
	if e == nil || !r.w.contractSigned(ctx, r.networkOf(e), e.address, e.digest, nil) {
		return nil
	}
	_, err := r.w.seq.receive(ctx, e.body, FaultNone)
	r.w.mu.Lock()
	delete(r.pending, id)
	r.w.mu.Unlock()
	return err
}

// SafeSigned says that the owners of the world's contract wallet signed the
// message with this digest (0x and 64 hex digits) on chain, and lets the
// relayer hand it on if it holds it. The error is the sequencer's reason.
func (w *World) SafeSigned(ctx context.Context, digest string) error {
	w.mu.Lock()
	w.approved[digest] = true
	w.mu.Unlock()
	return w.relayer.deliver(ctx, digest)
}
