package governor

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// liar is a real node with something in between that changes answers.
type liar struct {
	*httptest.Server
	mu     sync.Mutex
	before func(w http.ResponseWriter, method string, params json.RawMessage) bool // true: it answered
	logs   func([]types.Log) []types.Log
	calls  func(data string, result string) string
}

func newLiar(t *testing.T, target string) *liar {
	l := &liar{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.before != nil {
			var q struct {
				Method string          `json:"method"`
				Params json.RawMessage `json:"params"`
			}
			_ = json.Unmarshal(body, &q)
			if l.before(w, q.Method, q.Params) {
				return
			}
		}
		resp, err := http.Post(target, "application/json", bytes.NewReader(body))
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		out, _ := io.ReadAll(resp.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(l.changed(body, out))
	}))
	t.Cleanup(l.Close)
	return l
}

// set changes what it does, between requests.
func (l *liar) set(change func(*liar)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.before, l.logs, l.calls = nil, nil, nil
	change(l)
}

type exchange struct {
	ID     json.RawMessage `json:"id"`
	RPC    string          `json:"jsonrpc"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  json.RawMessage `json:"error,omitempty"`
}

func (l *liar) changed(asked, answered []byte) []byte {
	var questions, answers []exchange
	one := !bytes.HasPrefix(asked, []byte("["))
	if one {
		questions, answers = make([]exchange, 1), make([]exchange, 1)
		if json.Unmarshal(asked, &questions[0]) != nil || json.Unmarshal(answered, &answers[0]) != nil {
			return answered
		}
	} else if json.Unmarshal(asked, &questions) != nil || json.Unmarshal(answered, &answers) != nil || len(questions) != len(answers) {
		return answered
	}
	for i, q := range questions {
		switch {
		case q.Method == "eth_getLogs" && l.logs != nil && answers[i].Error == nil:
			var logs []types.Log
			_ = json.Unmarshal(answers[i].Result, &logs)
			answers[i].Result, _ = json.Marshal(append([]types.Log{}, l.logs(logs)...))
		case q.Method == "eth_call" && l.calls != nil && answers[i].Error == nil:
			answers[i].Result = json.RawMessage(l.calls(string(q.Params), string(answers[i].Result)))
		}
	}
	out, _ := json.Marshal(answers)
	if one {
		out, _ = json.Marshal(answers[0])
	}
	return out
}

// without drops the logs of an event.
func without(signature string) func([]types.Log) []types.Log {
	return func(logs []types.Log) (out []types.Log) {
		for _, l := range logs {
			if l.Topics[0] != keccak(signature) {
				out = append(out, l)
			}
		}
		return out
	}
}

// replaced changes bytes in the data of an event's logs.
func replaced(signature, old, with string) func([]types.Log) []types.Log {
	return func(logs []types.Log) []types.Log {
		for i, l := range logs {
			if l.Topics[0] == keccak(signature) {
				logs[i].Data = []byte(strings.ReplaceAll(string(l.Data), old, with))
			}
		}
		return logs
	}
}

// twice repeats an event's logs with another first word, or another voter.
func twice(signature string, data func([]byte) []byte, topic common.Hash) func([]types.Log) []types.Log {
	return func(logs []types.Log) (out []types.Log) {
		for _, l := range logs {
			out = append(out, l)
			if l.Topics[0] == keccak(signature) {
				l.Index += 1000
				l.Data = data(bytes.Clone(l.Data))
				if len(l.Topics) > 1 {
					l.Topics = []common.Hash{l.Topics[0], topic}
				}
				out = append(out, l)
			}
		}
		return out
	}
}
