package chain

import (
	"context"
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
	address string   // whole: it may hold a key
	host    string   // for messages and logs
	secrets []string // parts of its address that must not get there
	client  *rpc.Client
	http    *http.Client
	fault   error // of its address
	now     func() time.Time

	mu       sync.Mutex
	verified bool
	until    time.Time // asked last before that
	wait     time.Time // it asked not to be asked before that
	health   health
	latest   uint64 // block that it was last seen to have
	behind   bool   // its head is behind that of others
	manners  manners
	span     span // blocks of logs that it gives at once
}

func newNode(chain uint64, address string, client *http.Client, now func() time.Time) *node {
	n := &node{chain: chain, address: address, host: "a node of this chain", now: now, http: client, span: newSpan(), manners: newManners()}
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
	if left := n.mustWait(); left > 0 {
		return &failure{kind: busy, text: "it asked to wait", wait: left, waiting: true}
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
func (n *node) failed(now time.Time, f *failure) (first bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	first = !now.Before(n.until)
	n.verified = false
	n.until = now.Add(rest)
	switch {
	case f.kind == foreign || f.kind == lying:
		n.until = now.Add(wrongRest)
	case f.kind == busy && f.wait > 0:
		if until := now.Add(f.wait); until.After(n.wait) {
			n.wait = until
		}
	}
	n.health.bad(now, n.asError(f))
	return first
}

func (n *node) worked() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.health.good(n.now())
}

// mustWait is how long the node asked not to be asked.
func (n *node) mustWait() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.wait.Sub(n.now())
}

// last reports whether other nodes are asked before this one.
func (n *node) last(now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.behind || now.Before(n.until) || now.Before(n.wait)
}

func (n *node) sawBlock(number uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.latest = number
}

func (n *node) lastSeen() uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.latest
}

// newest asks for the number of the node's newest block.
func (n *node) newest(ctx context.Context) (uint64, error) {
	var number hexutil.Uint64
	err := n.do(ctx, func(ctx context.Context, client *rpc.Client) error {
		return client.CallContext(ctx, &number, "eth_blockNumber")
	})
	if err == nil {
		n.sawBlock(uint64(number))
	}
	return uint64(number), err
}
