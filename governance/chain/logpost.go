package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/ethereum/go-ethereum/rpc"
)

// getLogs asks for logs beside the rpc package, which would decode them twice.
func (n *node) getLogs(ctx context.Context, params any) (list logList, err error) {
	question, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": []any{params}})
	if err != nil {
		return logList{}, err
	}
	err = n.do(ctx, func(ctx context.Context, _ *rpc.Client) error {
		raw, err := n.post(ctx, question)
		if err == nil {
			list, err = readLogs(raw)
		}
		return err
	})
	return list, err
}

// post sends a question. Its errors are those of the rpc package.
func (n *node) post(ctx context.Context, question []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, n.address, bytes.NewReader(question))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	resp, err := n.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	var body bytes.Buffer
	if resp.ContentLength > 0 {
		body.Grow(int(min(resp.ContentLength, maxAnswer)) + bytes.MinRead)
	}
	if _, err := io.Copy(&body, resp.Body); err != nil {
		return nil, err
	}
	if resp.StatusCode < http.StatusOK || resp.StatusCode >= http.StatusMultipleChoices {
		return nil, rpc.HTTPError{StatusCode: resp.StatusCode, Status: resp.Status, Body: body.Bytes()}
	}
	return body.Bytes(), nil
}
