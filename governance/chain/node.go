package chain

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"
)

const (
	callTimeout = 10 * time.Second
	maxAnswer   = 8 << 20          // bytes of one answer
	rest        = 30 * time.Second // how long a node that failed is asked last
	wrongRest   = 5 * time.Minute  // the same for a node of another chain
)

// node is one JSON-RPC server. What it answers counts once it has said that
// it is of the right chain, and again after each failure.
type node struct {
	chain   uint64
	host    string   // for messages and logs
	secrets []string // parts of its address that must not get there
	client  *rpc.Client
	fault   error // of its address

	mu       sync.Mutex
	verified bool
	until    time.Time // asked last before that
}

func newNode(chain uint64, address string, client *http.Client) *node {
	n := &node{chain: chain, host: "a node of this chain"}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") { // rpc dials sockets and files too
		n.fault = &failure{kind: down, text: "its address is not an http or https URL"}
		return n
	}
	n.host, n.secrets = u.Host, secretsOf(u)
	n.client, err = rpc.DialOptions(context.Background(), address, rpc.WithHTTPClient(client))
	if err != nil {
		n.fault = n.classify(err)
	}
	return n
}

// secretsOf lists what of an address could be a key.
func secretsOf(u *url.URL) []string {
	parts := strings.FieldsFunc(u.EscapedPath()+"&"+u.RawQuery+"&"+u.User.String(), func(r rune) bool {
		return strings.ContainsRune("/&=:", r)
	})
	var out []string
	for _, part := range parts {
		if len(part) >= 6 {
			out = append(out, part)
		}
	}
	return out
}

// do asks the node, for callTimeout at most. Its error is a *failure.
func (n *node) do(ctx context.Context, ask func(context.Context, *rpc.Client) error) error {
	if n.fault != nil {
		return n.fault
	}
	ctx, stop := context.WithTimeout(ctx, callTimeout)
	defer stop()
	if err := n.verify(ctx); err != nil {
		return err
	}
	if err := ask(ctx, n.client); err != nil {
		return n.classify(err)
	}
	return nil
}

func (n *node) verify(ctx context.Context) error {
	n.mu.Lock()
	verified := n.verified
	n.mu.Unlock()
	if verified {
		return nil
	}
	var id hexutil.Uint64
	if err := n.client.CallContext(ctx, &id, "eth_chainId"); err != nil {
		return n.classify(err)
	}
	if uint64(id) != n.chain {
		return &failure{kind: foreign, other: uint64(id)}
	}
	n.mu.Lock()
	n.verified = true
	n.mu.Unlock()
	return nil
}

// failed remembers a failure and reports whether the last one is forgotten.
func (n *node) failed(now time.Time, kind kind) (first bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	first = !now.Before(n.until)
	n.verified = false
	n.until = now.Add(rest)
	if kind == foreign {
		n.until = now.Add(wrongRest)
	}
	return first
}

func (n *node) rests(now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return now.Before(n.until)
}

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

// RoundTrip implements http.RoundTripper.
func (b boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err == nil {
		resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxAnswer}
	}
	return resp, err
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
