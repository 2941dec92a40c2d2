package demo

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

const jsonType = "application/json; charset=utf-8"

func writeErrors(rw http.ResponseWriter, status int, errs ...gqlError) {
	writeJSON(rw, status, map[string]any{"errors": errs})
}

func refuse(rw http.ResponseWriter, status int, why string) {
	writeJSON(rw, status, map[string]any{"error": "unauthorized", "error_description": why})
}

func writeJSON(rw http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		status, b = http.StatusInternalServerError, []byte(`{"errors":[{"message":"Unexpected error"}]}`)
	}
	rw.Header().Set("Content-Type", jsonType)
	rw.WriteHeader(status)
	_, _ = rw.Write(b)
}

func writeHTML(rw http.ResponseWriter, status int, text string) {
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = rw.Write([]byte("<!DOCTYPE html>\n<html lang=\"en\"><head><title>Error</title></head><body><pre>" + text + "</pre></body></html>\n"))
}

// writeBody sends a true answer, unless the fault is in the bytes.
func writeBody(rw http.ResponseWriter, status int, body []byte, fault Fault) {
	rw.Header().Set("Content-Type", jsonType)
	rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
	rw.WriteHeader(status)
	if fault == FaultCut {
		_, _ = rw.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler) // closes the connection in the middle
	}
	_, _ = rw.Write(body)
}

// serveFault answers the faults that need no data and says whether it did.
func (w *World) serveFault(rw http.ResponseWriter, r *http.Request, f Fault) bool {
	switch f {
	case FaultValidation:
		writeErrors(rw, http.StatusBadRequest, gqlError{Message: `Cannot query field "nothing" on type "Query".`})
	case FaultTooMany:
		refuse(rw, http.StatusTooManyRequests, tooMany)
	case FaultRetryAfter:
		rw.Header().Set("Retry-After", "1")
		refuse(rw, http.StatusTooManyRequests, tooMany)
	case FaultRateLimitReset:
		rw.Header().Set("RateLimit-Remaining", "0")
		rw.Header().Set("RateLimit-Reset", "1")
		refuse(rw, http.StatusTooManyRequests, tooMany)
	case FaultBadKey:
		refuse(rw, http.StatusUnauthorized, "invalid api key")
	case FaultServerError:
		writeJSON(rw, http.StatusInternalServerError, map[string]any{"error": "server_error", "error_description": map[string]any{}})
	case FaultMalformed:
		writeHTML(rw, http.StatusBadRequest, "SyntaxError: Unexpected token in JSON")
	case FaultHTML:
		writeHTML(rw, http.StatusBadGateway, "502 Bad Gateway")
	case FaultHTMLWithSuccess:
		writeHTML(rw, http.StatusOK, "Checking your browser")
	default:
		return serveBadBytes(rw, r, f)
	}
	return true
}

func serveBadBytes(rw http.ResponseWriter, r *http.Request, f Fault) bool {
	switch f {
	case FaultEmptyAnswer:
		rw.Header().Set("Content-Type", jsonType)
	case FaultGarbage:
		rw.Header().Set("Content-Type", jsonType)
		_, _ = rw.Write([]byte(`{"data":{"proposals":[{"id":`))
	case FaultWrongTypes:
		rw.Header().Set("Content-Type", jsonType)
		_, _ = rw.Write([]byte(`{"data":{"proposals":[{"id":7,"title":["a"],"space":"x","start":"soon","choices":{"a":1}}],"spaces":{"id":1},"space":[],"proposal":"none"}}`))
	case FaultStall:
		serveStall(rw, r)
	case FaultGzipBomb:
		serveBomb(rw, r)
	case FaultOversize:
		serveOversize(rw, r)
	default:
		return false
	}
	return true
}

func serveStall(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Type", jsonType)
	_, _ = rw.Write([]byte(`{"data":`))
	_ = http.NewResponseController(rw).Flush()
	<-r.Context().Done()
}

func serveBomb(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Type", jsonType)
	rw.Header().Set("Content-Encoding", "gzip")
	zip := gzip.NewWriter(rw)
	_, _ = zip.Write([]byte(`{"data":{"proposals":[{"id":"`))
	block := bytes.Repeat([]byte(" "), 1<<20)
	for i := 0; i < 1024 && r.Context().Err() == nil; i++ {
		if _, err := zip.Write(block); err != nil {
			return
		}
	}
	_, _ = zip.Write([]byte(`"}]}}`))
	_ = zip.Close()
}

func serveOversize(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("Content-Type", jsonType)
	_, _ = rw.Write([]byte(`{"data":{"proposals":[`))
	row := []byte(`{"id":"0x` + strings.Repeat("0", 64) + `","title":"` + strings.Repeat("long ", 200) + `"},`)
	for sent := 0; sent < 96<<20 && r.Context().Err() == nil; sent += len(row) {
		if _, err := rw.Write(row); err != nil {
			return
		}
	}
	_, _ = rw.Write([]byte(`{"id":"0x"}]}}`))
}

func (w *World) serveAbout(rw http.ResponseWriter, _ *http.Request) {
	writeJSON(rw, http.StatusOK, map[string]any{"name": "demo-hub", "network": "demo", "version": "0.1.3"})
}

// serveSpace is the REST form: raw settings, with deleted set for a space that
// is gone.
func (w *World) serveSpace(rw http.ResponseWriter, r *http.Request) {
	defer w.readIndexed()()
	row := w.index.bySpace[r.PathValue("id")]
	if row == nil {
		writeJSON(rw, http.StatusNotFound, map[string]any{"error": "unauthorized", "error_description": "not_found"})
		return
	}
	values := jsonValues(row.Space)
	if row.gone {
		values["deleted"] = true
	}
	writeJSON(rw, http.StatusOK, values)
}
