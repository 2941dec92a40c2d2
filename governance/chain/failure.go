package chain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/rpc"

	"mandate/governance"
)

// kind is why a node gave no result.
type kind int

const (
	down      kind = iota // it does not work, or its answer is none: another may do
	foreign               // it is of another chain
	lying                 // what it answered was not asked for, or cannot be
	late                  // it has not got the block: another may
	busy                  // it asks for fewer requests: another may do
	tooMuch               // it asks for a smaller range, or its answer is too long
	unoffered             // it does not know the method: another may
	refused               // the contract refused, or failed: every node would say so
)

// failure is an error of one node. Its text holds no secrets of the node.
type failure struct {
	kind    kind
	text    string
	said    string        // the node's own words, for hints; never shown
	data    []byte        // refused: what the contract gave back
	reason  string        // refused: the same in words, where it told one
	other   uint64        // foreign: the chain it is of
	wait    time.Duration // busy: how long it asks to wait
	waiting bool          // busy: it was not even asked
	slow    bool          // it did not answer in time
	wrong   bool          // it says that the question is wrong
	batch   bool          // it may be of a request with many questions only
}

// Error implements the error interface.
func (f *failure) Error() string { return f.text }

// classify reads an error of the rpc package.
func (n *node) classify(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	f = n.sort(err)
	f.batch = batchTrouble(err)
	return f
}

func (n *node) sort(err error) *failure {
	var status rpc.HTTPError
	var coded rpc.Error
	switch {
	case errors.As(err, &status):
		if inner := errorIn(status.Body); inner != nil && status.StatusCode != http.StatusTooManyRequests {
			return n.byError(inner)
		}
		return byStatus(status.StatusCode)
	case errors.As(err, &coded):
		return n.byError(coded)
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{text: "it did not answer in time", slow: true}
	}
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // the outer one tells the whole address
	}
	return &failure{text: fmt.Sprintf("%.300q", n.redact(err.Error()))}
}

func (n *node) byError(err rpc.Error) *failure {
	f := &failure{kind: byMessage(err), said: err.Error(), text: fmt.Sprintf("error %d: %.300q", err.ErrorCode(), n.redact(err.Error()))}
	f.wrong = f.kind == down && wrongQuestion(err)
	var more rpc.DataError
	if errors.As(err, &more) {
		switch f.kind {
		case refused:
			f.data = revertData(more.ErrorData())
		case busy:
			f.wait = backoff(more.ErrorData())
		case tooMuch: // Infura tells the range that works there
			f.said += fmt.Sprintf(" %.500v", more.ErrorData())
		case down, foreign, lying, late, unoffered:
		}
	}
	if f.kind == refused {
		f.reason = reasonOf(f.data)
	}
	return f
}

// rpcError is an error of JSON-RPC where HTTP says that there is one too.
type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    any    `json:"data"`
}

// Error implements the error interface.
func (e *rpcError) Error() string { return e.Message }

// ErrorCode implements rpc.Error.
func (e *rpcError) ErrorCode() int { return e.Code }

// ErrorData implements rpc.DataError.
func (e *rpcError) ErrorData() any { return e.Data }

func errorIn(body []byte) rpc.Error {
	var one struct{ Error *rpcError }
	if err := json.Unmarshal(body, &one); err == nil && one.Error != nil && one.Error.Message != "" {
		return one.Error
	}
	return nil
}

// byStatus drops the body: it may be a page, or repeat the key.
func byStatus(status int) *failure {
	f := &failure{text: fmt.Sprintf("HTTP status %d", status)}
	switch status {
	case http.StatusTooManyRequests:
		f.kind = busy
	case http.StatusRequestEntityTooLarge:
		f.kind = tooMuch
	case http.StatusRequestTimeout, http.StatusGatewayTimeout, 524:
		f.slow = true
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
	case err.ErrorCode() == 3, says("revert", "out of gas", "opcode", "invalid jump", "stack underflow", "stack limit", "evm error", "vm execution", "execution aborted", "initcode",
		"gas required exceeds", "insufficient funds", "intrinsic gas"):
		return refused
	case says("beyond current head", "header not found", "unknown block", "block not found", "missing trie node", "after last accepted", "blockoutofrange",
		"historical state", "archive", "pruned"):
		return late
	case err.ErrorCode() == -32601, says("method not found", "not whitelisted", "unsupported method", "method is not available", "method not supported", "too many arguments"):
		return unoffered
	case err.ErrorCode() == http.StatusTooManyRequests, says("rate limit", "too many requests", "per second", "request limit", "capacity", "throttle", "quota"):
		return busy
	case says("range", "limit", "more than", "too many", "too large", "too big", "too wide", "response size", "query timeout", "maximum", "10000", "10,000", "exceed"):
		return tooMuch
	case err.ErrorCode() == -32005: // "limit exceeded", whatever the words
		return busy
	}
	return down
}

// backoff reads how long Infura asks to wait.
func backoff(data any) time.Duration {
	fields, ok := data.(map[string]any)
	if !ok {
		return 0
	}
	rate, ok := fields["rate"].(map[string]any)
	if !ok {
		return 0
	}
	seconds, ok := rate["backoff_seconds"].(float64)
	if !ok || !(seconds > 0) {
		return 0
	}
	return min(time.Duration(min(seconds, maxWait.Seconds())*float64(time.Second)), maxWait)
}

// revertData finds what a contract gave back in an error: nodes give it as
// hex, some with words before it.
func revertData(data any) []byte {
	text, ok := data.(string)
	if !ok {
		return nil
	}
	if at := strings.Index(text, "0x"); at >= 0 {
		text = text[at:]
	}
	raw, err := hexutil.Decode(text)
	if err != nil {
		return nil
	}
	return raw
}

// asError makes what leaves the package of a failure.
func (n *node) asError(f *failure) error {
	switch f.kind {
	case refused:
		return governance.Wrap(governance.Invalid, f, "The contract on chain %d refused the question.", n.chain)
	case busy:
		return &governance.Error{
			Code: governance.Limited, Cause: f, Wait: f.wait,
			Message: fmt.Sprintf("The node of chain %d at %s asks for fewer requests.", n.chain, n.host),
		}
	case tooMuch:
		return governance.Wrap(governance.Limited, f, "The node of chain %d at %s gives less at once.", n.chain, n.host)
	case foreign:
		return governance.Errorf(governance.Upstream, "The node at %s is of chain %d, not of chain %d.", n.host, f.other, n.chain)
	case lying:
		return governance.Wrap(governance.Upstream, f, "The node of chain %d at %s gave an answer that cannot be true.", n.chain, n.host)
	case late:
		return governance.Wrap(governance.Upstream, f, "The node of chain %d at %s has not got the block.", n.chain, n.host)
	case unoffered:
		return governance.Wrap(governance.Upstream, f, "The node of chain %d at %s does not offer this.", n.chain, n.host)
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
