package chain

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// bounded returns a client like the given one that reads no more than
// maxAnswer of an answer.
func bounded(client *http.Client) *http.Client {
	out := *client
	next := client.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	out.Transport = boundedTransport{next}
	return &out
}

type boundedTransport struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper. A node that says how long to wait
// gives a *failure.
func (b boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if wait := retryAfter(resp); wait > 0 { // the rpc package drops headers
		_ = resp.Body.Close()
		return nil, &failure{kind: busy, text: resp.Status, wait: wait}
	}
	resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxAnswer}
	return resp, nil
}

type boundedBody struct {
	io.ReadCloser
	left int64
}

// Read fails, once the bound is reached, with a *failure.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, &failure{kind: tooMuch, text: "the answer is too long"}
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// maxWait bounds what a node can ask for: it may be wrong about its clock.
const maxWait = 2 * time.Minute

// retryAfter is how long a node that is asked too often asks to wait, in
// whole seconds as all of them say it; 0 = it does not.
func retryAfter(resp *http.Response) time.Duration {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || seconds <= 0 {
		return 0
	}
	return min(time.Duration(min(seconds, 1<<20))*time.Second, maxWait)
}
