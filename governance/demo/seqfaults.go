package demo

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// Faults of the sequencer. Those of the first group are told before anything
// is written, those of the second after the message was taken in. The hub's
// faults of bytes (FaultHTML, FaultTooMany, FaultStall …) work here too, before
// anything is written.
const (
	FaultBusy       Fault = "busy"        // 425: the same body is under way
	FaultUpdating   Fault = "updating"    // 503
	FaultPowerCheck Fault = "power-check" // 400 "failed to check voting power"
	FaultVoteCheck  Fault = "vote-check"  // 400 "failed to check vote validation"
	FaultPinning    Fault = "pinning"     // 400 "pinning failed"

	FaultSilent         Fault = "silent"          // no answer until the client leaves
	FaultDrop           Fault = "drop"            // the connection ends without an answer
	FaultErrorAfter     Fault = "error-after"     // 500
	FaultHTMLAfter      Fault = "html-after"      // 502 text/html
	FaultWrongID        Fault = "wrong-id"        // the answer names another message
	FaultWrongRelayer   Fault = "wrong-relayer"   // the receipt is of another key
	FaultHalfWritten    Fault = "half-written"    // the vote is kept, the message is not: the same bytes again get "already voted same time with lower index"
	FaultHidden         Fault = "hidden"          // answered well, shown by the hub only after World.Show
	FaultForeignReceipt Fault = "foreign-receipt" // the receipt signs another text
	FaultLate           Fault = "late"            // the answer comes a second late
)

// faults is a queue of what goes wrong, beside what always does.
type faults struct {
	faultsMu sync.Mutex
	queue    []Fault
	every    Fault
}

func (f *faults) next() Fault {
	f.faultsMu.Lock()
	defer f.faultsMu.Unlock()
	if len(f.queue) == 0 {
		return f.every
	}
	out := f.queue[0]
	f.queue = f.queue[1:]
	return out
}

func (f *faults) add(queue []Fault) {
	f.faultsMu.Lock()
	defer f.faultsMu.Unlock()
	f.queue = append(f.queue, queue...)
}

func (f *faults) always(fault Fault) {
	f.faultsMu.Lock()
	defer f.faultsMu.Unlock()
	f.every = fault
}

// FailSequencer makes the next posted messages fail, one fault each.
func (w *World) FailSequencer(faults ...Fault) { w.seq.add(faults) }

// FailSequencerAll makes every posted message fail alike, until FaultNone.
func (w *World) FailSequencerAll(f Fault) { w.seq.always(f) }

// FailScore makes the next requests to the score API fail, one fault each.
func (w *World) FailScore(faults ...Fault) { w.score.add(faults) }

// FailRelayer makes the next requests to the relayer fail, one fault each.
func (w *World) FailRelayer(faults ...Fault) { w.relayer.add(faults) }

// SkewSequencer moves the sequencer's clock against the world's: its Date
// header and the times that it accepts.
func (w *World) SkewSequencer(by time.Duration) {
	w.seq.mu.Lock()
	defer w.seq.mu.Unlock()
	w.seq.skew = by
}

// SetSequencerLimit changes the messages a minute and client address; 0 is no
// limit, the public one has 100.
func (w *World) SetSequencerLimit(perMinute int) { w.seq.limit.set(perMinute) }

// Show makes the hub show what FaultHidden held back.
func (w *World) Show() {
	w.seq.mu.Lock()
	held := w.seq.held
	w.seq.held = nil
	w.seq.mu.Unlock()
	for _, release := range held {
		release()
	}
}

// serveEarly answers the faults that come before the checks.
func (s *sequencer) serveEarly(rw http.ResponseWriter, f Fault) bool {
	switch f {
	case FaultBusy:
		refuseMessage(rw, http.StatusTooEarly, "client_error", "request already being processed")
	case FaultUpdating:
		refuseMessage(rw, http.StatusServiceUnavailable, "server_error", "update in progress, try later")
	default:
		return false
	}
	return true
}

// answer writes the receipt, unless the fault spoils it.
func (s *sequencer) answer(rw http.ResponseWriter, r *http.Request, e *envelope, f Fault) {
	out := receiptFor(e, s.key)
	switch f {
	case FaultSilent:
		<-r.Context().Done()
		return
	case FaultDrop:
		panic(http.ErrAbortHandler) // closes the connection
	case FaultErrorAfter, FaultHalfWritten:
		refuseMessage(rw, http.StatusInternalServerError, "server_error", map[string]any{})
		return
	case FaultHTMLAfter:
		writeHTML(rw, http.StatusBadGateway, "502 Bad Gateway")
		return
	case FaultLate:
		select {
		case <-time.After(time.Second):
		case <-r.Context().Done():
		}
	case FaultWrongID:
		out.ID = hashID("another message")
	case FaultWrongRelayer:
		out.Relayer.Receipt = receiptFor(e, seedKey("mandate demo impostor")).Relayer.Receipt
	case FaultForeignReceipt:
		out.Relayer.Receipt = receiptFor(&envelope{sig: e.sig + "00"}, s.key).Relayer.Receipt
	}
	writeJSON(rw, http.StatusOK, out)
}

// limiter counts requests by client address and minute.
type limiter struct {
	now func() time.Time

	mu        sync.Mutex
	perMinute int // 0 is none
	windows   map[string]*window
}

func (l *limiter) set(perMinute int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.perMinute, l.windows = perMinute, nil
}

func (l *limiter) take(rw http.ResponseWriter, r *http.Request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.perMinute <= 0 {
		return true
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if l.windows == nil {
		l.windows = map[string]*window{}
	}
	win := l.windows[host]
	if now := l.now(); win == nil || !now.Before(win.ends) {
		win = &window{ends: now.Add(time.Minute)}
		l.windows[host] = win
	}
	return win.admit(rw, l.perMinute, l.now())
}
