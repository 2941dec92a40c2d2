package snapshot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"mandate/governance"
)

// maxReply bounds an answer of the sequencer, the relayer and the score API.
const maxReply = 1 << 20

// service is one HTTP service that answers small JSON.
type service struct {
	name    string // begins a sentence
	setting string // that holds its address
	url     string // ends in a slash
	key     string // sent as X-API-KEY, "" = none
	client  *http.Client
	timeout time.Duration
	now     func() time.Time
}

// response is a JSON answer, whole, of any status but 429 and redirects.
type response struct {
	from   *service
	status int
	header http.Header
	body   []byte
}

func (s *service) post(ctx context.Context, path string, body []byte) (response, error) {
	return s.do(ctx, http.MethodPost, path, body)
}

func (s *service) get(ctx context.Context, path string) (response, error) {
	return s.do(ctx, http.MethodGet, path, nil)
}

// do sends one request. It returns Upstream for what a later try may heal (no
// answer, a broken one, one that is not JSON), Limited, Invalid for an address
// that leads elsewhere, and the context's errors.
func (s *service) do(ctx context.Context, method, path string, body []byte) (response, error) {
	within, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(within, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return response{}, governance.Wrap(governance.Invalid, err, "%s's address (%s) is no usable URL.", s.name, s.setting)
	}
	r.Header.Set("User-Agent", userAgent)
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if s.key != "" {
		r.Header.Set("X-API-KEY", s.key)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return response{}, s.broken(ctx, err, "cannot be reached")
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is left to read
	if err := s.checkHead(resp); err != nil {
		return response{}, err
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	switch {
	case err != nil:
		return response{}, s.broken(ctx, err, "stopped answering in the middle")
	case len(text) > maxReply:
		return response{}, s.trouble(nil, "sent an answer larger than 1 MiB")
	}
	return response{from: s, status: resp.StatusCode, header: resp.Header, body: text}, nil
}

// checkHead refuses answers that are not JSON before a byte of them is read: a
// page of a proxy in between says nothing about the message.
func (s *service) checkHead(resp *http.Response) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	isJSON := kind == "application/json" || strings.HasSuffix(kind, "+json")
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests:
		wait := waitFrom(resp.Header, s.now()).Round(time.Second)
		return &governance.Error{Code: governance.Limited, Wait: wait, Message: fmt.Sprintf("%s allows no more requests for %s.", s.name, wait)}
	case code >= 300 && code < 400:
		return governance.Errorf(governance.Invalid, "%s's address (%s) leads elsewhere (HTTP %d).", s.name, s.setting, code)
	case code == http.StatusNotFound && !isJSON:
		return s.trouble(nil, "is not at its address (HTTP 404). Is %s right?", s.setting)
	case !isJSON:
		return s.trouble(nil, "answered with something other than JSON (HTTP %d)", code)
	}
	return nil
}

// broken sorts what net/http returns. A refusal by our own transport (egress)
// keeps its code, the caller's cancellation its error.
func (s *service) broken(ctx context.Context, err error, what string) error {
	var own *governance.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &own):
		return own
	case errors.Is(err, context.DeadlineExceeded):
		return s.trouble(err, "did not answer within %s", s.timeout)
	}
	return s.trouble(err, "%s", what)
}

// trouble makes the error for what a later try may heal. Nothing of the
// answer's own text is in its message.
func (s *service) trouble(cause error, format string, args ...any) error {
	text := strings.TrimSuffix(fmt.Sprintf(format, args...), "?")
	end := "."
	if strings.Contains(format, "?") {
		end = "?"
	}
	return &governance.Error{Code: governance.Upstream, Message: s.name + " " + text + end, Cause: cause}
}
