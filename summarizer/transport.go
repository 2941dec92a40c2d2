package summarizer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mandate/governance"
)

// transport carries every call to a model's server: tries again where that
// can help, waits as long as the server asks, bounds each try in time and
// size, and keeps what the client library loses: the reason of a failure.
type transport struct {
	base     http.RoundTripper
	model    string
	secret   string // taken out of every error
	tries    int
	timeout  time.Duration // of one try
	maxWait  time.Duration // before the next try
	maxBytes int64
	now      func() time.Time
	sleep    func(context.Context, time.Duration) error
}

// outcome is what happened in one call, for whoever started it.
type outcome struct {
	tries   int
	refused bool  // the server says that the model declined
	err     error // why the last try failed, an *governance.Error
}

type outcomeKey struct{}

// withOutcome returns a context that a transport reports into.
func withOutcome(ctx context.Context) (context.Context, *outcome) {
	o := &outcome{}
	return context.WithValue(ctx, outcomeKey{}, o), o
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	o, _ := req.Context().Value(outcomeKey{}).(*outcome)
	if o == nil {
		o = &outcome{}
	}
	if t.secret == "" {
		req = req.Clone(req.Context())
		req.Header.Del("Authorization") // the library insists on a key
	}
	for {
		o.tries++
		resp, wait, err := t.try(req, o)
		if err == nil {
			o.err = nil
			return resp, nil
		}
		o.err = err
		if wait < 0 || o.tries >= t.tries {
			return nil, err
		}
		if err := t.pause(req.Context(), wait, o); err != nil {
			return nil, err
		}
	}
}

// pause waits before the next try, unless the server asks for more patience
// than is left.
func (t *transport) pause(ctx context.Context, wait time.Duration, o *outcome) error {
	if wait == 0 {
		wait = time.Second<<(o.tries-1) + rand.N(250*time.Millisecond)
	}
	deadline, bounded := ctx.Deadline()
	if wait > t.maxWait || bounded && t.now().Add(wait).After(deadline) {
		o.err = governance.Errorf(governance.Limited, "The model's server asks to wait %d s.", int(wait.Round(time.Second).Seconds()))
		return o.err
	}
	if err := t.sleep(ctx, wait); err != nil {
		o.err = err
		return err
	}
	return nil
}

// try makes one request. wait says when the next try makes sense: negative =
// never, 0 = after the usual pause.
func (t *transport) try(req *http.Request, o *outcome) (*http.Response, time.Duration, error) {
	ctx, cancel := context.WithTimeout(req.Context(), t.timeout)
	defer cancel()
	out := req.Clone(ctx)
	if req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return nil, -1, t.fail(governance.Internal, err, "The request could not be made.")
		}
		out.Body = body
	}
	resp, err := t.base.RoundTrip(out)
	if err != nil {
		return nil, t.waitAfter(req.Context()), t.lost(req.Context(), ctx, err)
	}
	defer func() { _ = resp.Body.Close() }() // read to the end or given up
	body, err := io.ReadAll(io.LimitReader(resp.Body, t.maxBytes+1))
	switch {
	case err != nil:
		return nil, t.waitAfter(req.Context()), t.lost(req.Context(), ctx, err)
	case resp.StatusCode != http.StatusOK:
		wait, err := t.refusedBy(resp, body)
		return nil, wait, err
	case int64(len(body)) > t.maxBytes:
		return nil, -1, t.fail(governance.Upstream, nil, "The model's answer is larger than %d MiB.", t.maxBytes>>20)
	}
	if err := readable(body, o); err != nil {
		return nil, -1, t.fail(governance.Upstream, err, "The model's server answered with something else than an answer.")
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return resp, 0, nil
}

// waitAfter says whether a lost try is worth another one: not if the caller
// gave up.
func (t *transport) waitAfter(ctx context.Context) time.Duration {
	if ctx.Err() != nil {
		return -1
	}
	return 0
}

func (t *transport) lost(caller, try context.Context, err error) error {
	switch {
	case caller.Err() != nil:
		return caller.Err()
	case errors.Is(try.Err(), context.DeadlineExceeded):
		return t.fail(governance.Upstream, err, "The model did not answer in %s.", seconds(t.timeout))
	}
	return t.fail(governance.Upstream, err, "The model's server cannot be reached.")
}

// refusedBy reads an answer that is no success.
func (t *transport) refusedBy(resp *http.Response, body []byte) (time.Duration, error) {
	cause := fmt.Errorf("status %d: %.300q", resp.StatusCode, body)
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests:
		return retryAfter(resp.Header.Get("Retry-After"), t.now()), t.fail(governance.Limited, cause, "The model's server says that these are too many requests.")
	case code == http.StatusRequestTimeout || code >= 500:
		return retryAfter(resp.Header.Get("Retry-After"), t.now()), t.fail(governance.Upstream, cause, "The model's server failed with status %d.", code)
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return -1, t.fail(governance.Denied, cause, "The model's server does not accept the key.")
	case code == http.StatusNotFound:
		return -1, t.fail(governance.Invalid, cause, "The model's server does not know the model %s.", t.model)
	default:
		return -1, t.fail(governance.Invalid, cause, "The model's server refused the request with status %d.", code)
	}
}

// fail makes an error without the key in it.
func (t *transport) fail(code governance.Code, cause error, format string, args ...any) error {
	e := governance.Errorf(code, format, args...)
	if cause != nil {
		e.Cause = errors.New(redact(cause.Error(), t.secret))
	}
	e.Message = redact(e.Message, t.secret)
	return e
}

// redact takes a secret out of a text that a server may have echoed.
func redact(s, secret string) string {
	if len(secret) < 4 {
		return s
	}
	return strings.ReplaceAll(s, secret, "[key]")
}

// retryAfter reads the header: seconds or a date. Without one it is 0.
func retryAfter(header string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(header)); err == nil && n >= 0 {
		return time.Duration(min(n, 1<<20)) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// readable checks that a body is a JSON object and notes a refusal, which
// the client library drops.
func readable(body []byte, o *outcome) error {
	var reply struct {
		Choices []*struct {
			Message struct {
				Refusal string `json:"refusal"`
			} `json:"message"`
		} `json:"choices"`
	}
	if !utf8.Valid(body) {
		return errors.New("not valid UTF-8") // encoding/json would replace it in silence
	}
	if err := json.Unmarshal(body, &reply); err != nil {
		return err
	}
	for _, c := range reply.Choices {
		if c == nil {
			return errors.New("an empty choice")
		}
		o.refused = o.refused || c.Message.Refusal != ""
	}
	return nil
}

func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
