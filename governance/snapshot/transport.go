package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// userAgent tells the hub's operators who is asking.
const userAgent = "mandate"

// errStalled is the cause of a request that was given up because the other
// side fell silent.
var errStalled = errors.New("the answer stopped arriving")

// errTooLarge ends the reading of an answer of more than maxAnswer bytes.
var errTooLarge = errors.New("the answer is larger than 64 MiB")

// transport is everything that happens to a request on its way: the pace, the
// headers, the time limits and the cap on the answer.
type transport struct {
	base http.RoundTripper
	pace *pace
	cfg  Config
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := t.pace.wait(r.Context()); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	r = r.Clone(ctx)
	r.Header.Set("User-Agent", userAgent)
	r.Header.Set("Accept", "application/json")
	if t.cfg.APIKey != "" {
		r.Header.Set("x-api-key", t.cfg.APIKey)
	}
	timer := time.AfterFunc(t.cfg.Timeout, func() { cancel(errStalled) })
	resp, err := t.base.RoundTrip(r)
	if err != nil {
		timer.Stop()
		cause := context.Cause(ctx)
		cancel(nil)
		return nil, fmt.Errorf("ask the hub: %w", errors.Join(cause, err))
	}
	t.pace.learn(resp.Header)
	resp.Body = &body{r: resp.Body, left: maxAnswer, ctx: ctx, cancel: cancel, timer: timer, stall: t.cfg.Stall}
	return resp, nil
}

// body is an answer that may neither stall nor grow without bound. net/http has
// decompressed it already, so left counts what must be held, not what was sent.
type body struct {
	r      io.ReadCloser
	left   int64
	ctx    context.Context //nolint:containedctx // the request's own, to tell a stall from a cancelled caller
	cancel context.CancelCauseFunc
	timer  *time.Timer
	stall  time.Duration
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	b.timer.Reset(b.stall)
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("read the answer: %w", errors.Join(context.Cause(b.ctx), err))
	}
	return n, err
}

// Close implements io.Closer.
func (b *body) Close() error {
	b.timer.Stop()
	err := b.r.Close()
	b.cancel(nil)
	return err
}
