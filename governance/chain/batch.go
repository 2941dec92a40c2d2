package chain

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/rpc"
)

// maxBatch is how many questions go in one request.
const maxBatch = 100

// manners are what a node is known not to do.
type manners struct {
	batch     int       // questions that it takes in one request
	batchTill time.Time // believed until then
	simulates bool
	simTill   time.Time
}

// believed is how long it is believed that a node does not do something.
const believed = time.Hour

func newManners() manners { return manners{batch: maxBatch, simulates: true} }

func (n *node) batchSize() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.manners.batch < maxBatch && n.now().After(n.manners.batchTill) {
		n.manners.batch = maxBatch
	}
	return n.manners.batch
}

func (n *node) setBatch(size int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.manners.batch, n.manners.batchTill = size, n.now().Add(believed)
}

// smallBatch is tried where a node takes no large one.
const smallBatch = 10

// many asks questions in as few requests as the node takes. The error of one
// question that is the question's own stands in its Error.
func (n *node) many(ctx context.Context, elems []rpc.BatchElem) error {
	before := n.batchSize()
	size := before
	for {
		if size == 1 || len(elems) == 1 {
			err := n.singly(ctx, elems)
			if err != nil && len(elems) > 1 { // it fails at all: that says nothing about batches
				n.setBatch(before)
			}
			return err
		}
		err := n.inBatches(ctx, elems, size)
		if err == nil || !refusesBatch(err) {
			return err
		}
		if size = smallBatch; len(elems) <= smallBatch || n.batchSize() <= smallBatch {
			size = 1
		}
		n.setBatch(size)
	}
}

func (n *node) inBatches(ctx context.Context, elems []rpc.BatchElem, size int) error {
	for len(elems) > 0 {
		some := elems[:min(size, len(elems))]
		err := n.do(ctx, func(ctx context.Context, client *rpc.Client) error { return client.BatchCallContext(ctx, some) })
		if err != nil {
			return err
		}
		if err := n.faultOf(some); err != nil {
			return err
		}
		elems = elems[len(some):]
	}
	return nil
}

// singly asks one question a request, some at a time.
func (n *node) singly(ctx context.Context, elems []rpc.BatchElem) error {
	const atOnce = 4
	next := make(chan *rpc.BatchElem, len(elems))
	for i := range elems {
		next <- &elems[i]
	}
	close(next)
	errs := make([]error, min(atOnce, len(elems)))
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			for e := range next {
				if errs[i] = n.one(ctx, e); errs[i] != nil {
					return
				}
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

func (n *node) one(ctx context.Context, e *rpc.BatchElem) error {
	err := n.do(ctx, func(ctx context.Context, client *rpc.Client) error {
		e.Error = client.CallContext(ctx, e.Result, e.Method, e.Args...)
		var coded rpc.Error
		if errors.As(e.Error, &coded) {
			return nil
		}
		return e.Error
	})
	if err != nil {
		return err
	}
	return n.faultOf([]rpc.BatchElem{*e})
}

// faultOf returns the first error of a question that is the node's fault.
func (n *node) faultOf(elems []rpc.BatchElem) error {
	for i := range elems {
		err := elems[i].Error
		if err == nil {
			continue
		}
		var coded rpc.Error
		if !errors.As(err, &coded) {
			return n.classify(err)
		}
		if f := n.classify(err); f.kind == busy || f.kind == tooMuch || f.batch {
			return f
		}
	}
	return nil
}

// refusesBatch reports whether a node may fail only because it was asked more
// than one question in a request.
func refusesBatch(err error) bool {
	var f *failure
	if !errors.As(err, &f) {
		return false
	}
	return f.batch
}

// batchTrouble looks for signs of it in an error of the rpc package.
func batchTrouble(err error) bool {
	var status rpc.HTTPError
	if errors.As(err, &status) {
		switch status.StatusCode {
		case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge,
			http.StatusUnprocessableEntity, http.StatusNotImplemented, http.StatusInternalServerError:
			return true
		}
	}
	var kind *json.UnmarshalTypeError // one object where a list belongs
	if errors.As(err, &kind) || errors.Is(err, rpc.ErrMissingBatchResponse) {
		return true
	}
	return strings.Contains(strings.ToLower(err.Error()), "batch")
}
