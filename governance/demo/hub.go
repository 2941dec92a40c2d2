package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
)

const (
	maxRequestBody = 20 << 20
	maxDepth       = 5
	maxRoots       = 5
)

// Handler serves the hub (/graphql and the few REST paths that clients use),
// the sequencer (/seq/), the score API (/score/) and the Safe relayer
// (/relayer/).
func (w *World) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/graphql", w.serveGraphQL)
	mux.HandleFunc("GET /api", w.serveAbout)
	mux.HandleFunc("GET /api/{$}", w.serveAbout)
	mux.HandleFunc("GET /api/spaces/{id}", w.serveSpace)
	mux.HandleFunc("POST /seq/{$}", w.seq.serveMessage)
	mux.HandleFunc("GET /seq/{$}", w.seq.serveAbout)
	mux.HandleFunc("GET /seq/scores/{id}", w.seq.serveScores)
	mux.HandleFunc("POST /score/{$}", w.serveScore)
	mux.HandleFunc("POST /score/api/scores", w.serveScores)
	mux.HandleFunc("POST /relayer/{$}", w.relayer.servePost)
	mux.HandleFunc("GET /relayer/api/messages/{digest}", w.relayer.serveMessages)
	return mux
}

// request is the body of a GraphQL call.
type request struct {
	Query         string         `json:"query"`
	Variables     map[string]any `json:"variables"`
	OperationName string         `json:"operationName"`
}

func (w *World) serveGraphQL(rw http.ResponseWriter, r *http.Request) {
	if !w.gate.admit(rw, r) {
		return
	}
	fault := w.gate.next()
	if fault != FaultNone {
		w.gate.count(func(c *Requests) { c.Faulty++ })
	}
	if w.serveFault(rw, r, fault) {
		return
	}
	req, ok := readRequest(rw, r)
	if !ok {
		return
	}
	op, vars, ok := w.prepare(rw, req)
	if !ok {
		return
	}
	status, body := w.execute(op, vars, fault)
	w.gate.count(func(c *Requests) { c.Bytes += int64(len(body)) })
	writeBody(rw, status, body, fault)
}

func readRequest(rw http.ResponseWriter, r *http.Request) (request, bool) {
	var req request
	switch r.Method {
	case http.MethodGet:
		q := r.URL.Query()
		req.Query, req.OperationName = q.Get("query"), q.Get("operationName")
		if v := q.Get("variables"); v != "" && decodeNumbers(strings.NewReader(v), &req.Variables) != nil {
			writeErrors(rw, http.StatusBadRequest, gqlError{Message: "Variables are invalid JSON."})
			return req, false
		}
	case http.MethodPost:
		if !readPost(rw, r, &req) {
			return req, false
		}
	default:
		rw.Header().Set("Allow", "GET, POST")
		writeErrors(rw, http.StatusMethodNotAllowed, gqlError{Message: "GraphQL only supports GET and POST requests."})
		return req, false
	}
	if req.Query == "" {
		writeErrors(rw, http.StatusBadRequest, gqlError{Message: "Must provide query string."})
		return req, false
	}
	return req, true
}

func readPost(rw http.ResponseWriter, r *http.Request, req *request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxRequestBody))
	if err != nil {
		writeHTML(rw, http.StatusRequestEntityTooLarge, "PayloadTooLargeError: request entity too large")
		return false
	}
	switch kind {
	case "application/json":
		if decodeNumbers(bytes.NewReader(body), req) != nil {
			writeHTML(rw, http.StatusBadRequest, "SyntaxError: Unexpected token in JSON")
			return false
		}
	case "application/graphql":
		req.Query = string(body)
	}
	return true
}

func decodeNumbers(r io.Reader, into any) error {
	dec := json.NewDecoder(r)
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("decode the request: %w", err)
	}
	return nil
}

// prepare parses, validates and bounds the operation.
func (w *World) prepare(rw http.ResponseWriter, req request) (*ast.OperationDefinition, map[string]any, bool) {
	doc, errs := w.document(req.Query)
	if len(errs) > 0 {
		writeErrors(rw, http.StatusBadRequest, fromList(errs)...)
		return nil, nil, false
	}
	op := doc.Operations.ForName(req.OperationName)
	if op == nil {
		writeErrors(rw, http.StatusBadRequest, gqlError{Message: "Must provide operation name if query contains multiple operations."})
		return nil, nil, false
	}
	if roots(op.SelectionSet) > maxRoots {
		writeErrors(rw, http.StatusInternalServerError, gqlError{Message: fmt.Sprintf("'%s exceeds the maximum number of root selections: %d", op.Name, maxRoots)})
		return nil, nil, false
	}
	if depth(op.SelectionSet) > maxDepth {
		writeErrors(rw, http.StatusBadRequest, gqlError{Message: fmt.Sprintf("'%s' exceeds maximum operation depth of %d", op.Name, maxDepth)})
		return nil, nil, false
	}
	vars, err := validator.VariableValues(w.schema, op, req.Variables)
	if err != nil {
		writeErrors(rw, http.StatusBadRequest, gqlError{Message: err.Error()})
		return nil, nil, false
	}
	return op, vars, true
}

// document parses once a text: clients send the same few queries for ever.
func (w *World) document(query string) (*ast.QueryDocument, gqlerror.List) {
	if doc, ok := w.docs.Load(query); ok {
		return doc.(*ast.QueryDocument), nil
	}
	doc, errs := gqlparser.LoadQuery(w.schema, query)
	if len(errs) == 0 && len(query) < 64<<10 && w.kept.Add(1) <= 1000 {
		w.docs.Store(query, doc)
	}
	return doc, errs
}

func fromList(errs gqlerror.List) []gqlError {
	out := make([]gqlError, 0, len(errs))
	for _, err := range errs {
		e := gqlError{Message: err.Message}
		for _, l := range err.Locations {
			e.Locations = append(e.Locations, location{l.Line, l.Column})
		}
		out = append(out, e)
	}
	return out
}

// depth counts nested selections as the hub does: { a { b } } is 1.
func depth(set ast.SelectionSet) int {
	deepest := 0
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if len(sel.SelectionSet) > 0 && !strings.HasPrefix(sel.Name, "__") {
				deepest = max(deepest, 1+depth(sel.SelectionSet))
			}
		case *ast.InlineFragment:
			deepest = max(deepest, depth(sel.SelectionSet))
		case *ast.FragmentSpread:
			deepest = max(deepest, depth(sel.Definition.SelectionSet))
		}
	}
	return deepest
}

func roots(set ast.SelectionSet) int {
	n := 0
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.InlineFragment:
			n += roots(sel.SelectionSet)
		case *ast.FragmentSpread:
			n += roots(sel.Definition.SelectionSet)
		default:
			n++
		}
	}
	return n
}

// execute runs the operation on the world as it is now.
func (w *World) execute(op *ast.OperationDefinition, vars map[string]any, fault Fault) (int, []byte) {
	defer w.readIndexed()()
	e := &exec{
		w: w, ix: w.index, byID: w.proposals, gen: w.cfg.Generation, now: w.cfg.Now().Unix(), vars: vars,
		fault: fault, faults: w.cfg.Faults, about: w.about,
		fields: map[ast.Selection][]*ast.Field{}, nested: map[nestedKey][]byte{},
	}
	w.gate.count(func(c *Requests) {
		for _, f := range e.collect(op.SelectionSet) {
			c.ByRoot[f.Name]++
		}
	})
	data, ok := e.runSafely(op)
	if !ok {
		return http.StatusBadRequest, []byte(`{"errors":[{"message":"Int cannot represent non 32-bit signed integer value"}]}`)
	}
	return e.answer(data)
}

// runSafely answers false where the parser's library panics: it accepts
// literals such as 99999999999999999999 and fails on reading them.
func (e *exec) runSafely(op *ast.OperationDefinition) (data []byte, ok bool) {
	defer func() { ok = recover() == nil }()
	return e.run(make([]byte, 0, 64<<10), op), true
}

// answer puts data and errors together as the generation does.
func (e *exec) answer(data []byte) (int, []byte) {
	status := http.StatusOK
	if e.failed {
		status, data = http.StatusInternalServerError, []byte("null")
	}
	if e.fault == FaultNullData {
		data = []byte("null")
	}
	out := make([]byte, 0, len(data)+64)
	out = append(out, '{')
	if len(e.errs) > 0 {
		errs, err := json.Marshal(e.errs)
		if err != nil {
			return http.StatusInternalServerError, []byte(`{"errors":[{"message":"Unexpected error"}]}`)
		}
		out = append(append(append(out, `"errors":`...), errs...), ',')
	}
	out = append(append(out, `"data":`...), data...)
	return status, append(out, '}')
}
