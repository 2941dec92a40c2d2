package chain

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
)

// kind is why a node gave no result.
type kind int

const (
	down    kind = iota // it does not work, or its answer is none: another may do
	foreign             // it is of another chain
	busy                // it asks for fewer requests: another may do
	tooMuch             // it asks for a smaller range, or its answer is too long
	refused             // the contract refused, or failed: every node would say so
)

// failure is an error of one node. Its text holds no secrets of the node.
type failure struct {
	kind  kind
	text  string
	other uint64 // foreign: the chain it is of
}

// Error implements the error interface.
func (f *failure) Error() string { return f.text }

// classify reads an error of the rpc package.
func (n *node) classify(err error) *failure {
	var f *failure
	var status rpc.HTTPError
	var coded rpc.Error
	switch {
	case errors.As(err, &f):
		return f
	case errors.As(err, &status):
		return byStatus(status.StatusCode)
	case errors.As(err, &coded):
		return &failure{kind: byMessage(coded), text: fmt.Sprintf("error %d: %.300q", coded.ErrorCode(), n.redact(coded.Error()))}
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{text: "it did not answer in time"}
	}
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // the outer one tells the whole address
	}
	return &failure{text: fmt.Sprintf("%.300q", n.redact(err.Error()))}
}

// byStatus drops the body: it may be a page, or repeat the key.
func byStatus(status int) *failure {
	f := &failure{text: fmt.Sprintf("HTTP status %d", status)}
	switch status {
	case http.StatusTooManyRequests:
		f.kind = busy
	case http.StatusRequestEntityTooLarge:
		f.kind = tooMuch
	}
	return f
}

func (n *node) redact(text string) string {
	out := text
	for _, secret := range n.secrets {
		out = strings.ReplaceAll(out, secret, "…")
	}
	return out
}

// byMessage sorts the errors of JSON-RPC. Code 3 is a revert everywhere;
// beyond it every kind of node has its own numbers, and words tell more.
func byMessage(err rpc.Error) kind {
	text := strings.ToLower(err.Error())
	says := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	switch {
	case err.ErrorCode() == 3, says("revert", "out of gas", "opcode", "invalid jump", "stack underflow", "stack limit", "evm error", "vm execution", "execution aborted", "initcode"):
		return refused
	case says("rate limit", "too many requests", "per second", "request limit", "capacity", "throttle", "quota"):
		return busy
	case says("range", "limit", "more than", "too many", "too large", "response size", "query timeout", "10000", "10,000", "exceed"):
		return tooMuch
	case err.ErrorCode() == -32005: // "limit exceeded", whatever the words
		return busy
	}
	return down
}

// asError makes what leaves the package of a failure.
func (n *node) asError(f *failure) error {
	switch f.kind {
	case refused:
		return governance.Wrap(governance.Invalid, f, "The contract on chain %d refused the question.", n.chain)
	case busy:
		return governance.Wrap(governance.Limited, f, "The node of chain %d at %s asks for fewer requests.", n.chain, n.host)
	case tooMuch:
		return governance.Wrap(governance.Limited, f, "The node of chain %d at %s gives less at once.", n.chain, n.host)
	case foreign:
		return governance.Errorf(governance.Upstream, "The node at %s is of chain %d, not of chain %d.", n.host, f.other, n.chain)
	case down:
	}
	return governance.Wrap(governance.Upstream, f, "The node of chain %d at %s does not work.", n.chain, n.host)
}

// kindOf returns the kind of failure that an error of this package came from.
func kindOf(err error) kind {
	var f *failure
	if errors.As(err, &f) {
		return f.kind
	}
	return down
}
