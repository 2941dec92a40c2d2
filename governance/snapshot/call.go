package snapshot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/Khan/genqlient/graphql"
	"github.com/failsafe-go/failsafe-go"

	"mandate/governance"
)

// sink takes the rows of one answer. reset is called before every attempt, so
// that a try that broke off in the middle leaves nothing behind.
type sink interface {
	reset()
	// row gets an element of a list root, or a single root with i = -1. raw is
	// valid during the call only; cut says that it is just the beginning.
	row(root string, i int, raw []byte, cut bool)
}

// call is genqlient's Client for one question: it sends it, with retries, and
// hands the rows to the sink instead of filling the generated types.
type call struct {
	hub      *Hub
	roots    []string // that must not be null
	sink     sink
	requests *int
	clean    bool // the answer came without a single error
}

// MakeRequest implements graphql.Client. It returns governance errors and the
// context's.
func (c *call) MakeRequest(ctx context.Context, req *graphql.Request, _ *graphql.Response) error {
	payload, err := json.Marshal(req)
	if err != nil {
		return governance.Wrap(governance.Internal, err, "The question to the hub could not be written.")
	}
	var made atomic.Int64
	got, err := c.hub.retry.WithContext(ctx).GetWithExecution(func(e failsafe.Execution[*answer]) (*answer, error) {
		made.Add(1)
		c.sink.reset()
		return c.hub.attempt(e.Context(), payload, c.roots, c.sink)
	})
	*c.requests += int(made.Load())
	if ctx.Err() != nil {
		return ctx.Err()
	}
	c.clean = err == nil && len(got.errors) == 0
	return err
}

// attempt sends the question once.
func (h *Hub) attempt(ctx context.Context, payload []byte, roots []string, to sink) (*answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.cfg.HubURL, bytes.NewReader(payload))
	if err != nil {
		return nil, governance.Wrap(governance.Invalid, err, "The Snapshot hub's address is no usable URL.")
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := h.client.Do(r)
	if err != nil {
		return nil, sendError(err)
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is left to read
	if err := checkHead(resp, h); err != nil {
		return nil, err
	}
	a, err := readAnswer(resp.Body, to.row)
	if err != nil {
		return nil, readError(err)
	}
	// Read to the end so that the connection can be used again.
	_, _ = io.CopyN(io.Discard, resp.Body, 4<<10)
	return a, a.judge(resp.StatusCode, roots)
}

// sendError sorts what net/http returns. A refusal by our own transport (pace,
// egress) keeps its code.
func sendError(err error) error {
	var own *governance.Error
	if errors.As(err, &own) {
		return own
	}
	return upstream(err, "The Snapshot hub cannot be reached.")
}

func readError(err error) error {
	switch {
	case errors.Is(err, errTooLarge):
		return &governance.Error{Code: governance.Upstream, Message: "An answer of the Snapshot hub is larger than 64 MiB.", Cause: err}
	case errors.Is(err, errStalled):
		return upstream(err, "The Snapshot hub stopped answering in the middle.")
	case errors.Is(err, errSyntax):
		return upstream(err, "The Snapshot hub answered with something that is not JSON.")
	}
	return upstream(fmt.Errorf("read the answer: %w", err), "The Snapshot hub's answer broke off.")
}
