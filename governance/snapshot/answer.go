package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"mandate/governance"
)

// errRows is the cause when the hub answered properly but could not produce a
// list: some row in it breaks the whole.
var errRows = errors.New("the hub could not produce the list")

// errTransient is the cause of what a second try may heal.
var errTransient = errors.New("transient")

// answer is what is known of an answer besides its rows.
type answer struct {
	errors []string        // messages, for classification only: never shown
	roots  map[string]bool // root → it was there and not null
	data   bool            // data was there and not null
	refuse string          // shape three: "error_description"
}

func isTransient(err error) bool {
	return err != nil && errors.Is(err, errTransient)
}

// upstream makes the error for a failure that passes by itself. Nothing of the
// answer's own text is in it.
func upstream(cause error, format string, args ...any) error {
	if errors.Is(cause, context.Canceled) && !errors.Is(cause, errStalled) {
		return cause
	}
	return &governance.Error{
		Code: governance.Upstream, Message: fmt.Sprintf(format, args...),
		Cause: errors.Join(errTransient, cause),
	}
}

// checkHead refuses answers that are not JSON before a byte of them is read.
func checkHead(resp *http.Response, h *Hub) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	isJSON := kind == "application/json" || strings.HasSuffix(kind, "+json")
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests:
		wait := waitFrom(resp.Header, h.cfg.Now())
		h.pace.hold(wait)
		return limited(wait)
	case code == http.StatusUnauthorized && h.cfg.APIKey != "":
		return governance.Errorf(governance.Denied, "The Snapshot hub does not know this API key (MANDATE_SNAPSHOT_API_KEY).")
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return governance.Errorf(governance.Denied, "The Snapshot hub refuses this client (HTTP %d).", code)
	case code >= 300 && code < 400:
		return governance.Errorf(governance.Invalid, "The Snapshot hub's address (MANDATE_SNAPSHOT_HUB_URL) leads elsewhere (HTTP %d).", code)
	case code == http.StatusRequestTimeout || code >= 500 && !isJSON:
		return upstream(nil, "The Snapshot hub answered HTTP %d.", code)
	case code >= 400 && code < 500 && !isJSON:
		return governance.Errorf(governance.Invalid, "The Snapshot hub did not accept the request (HTTP %d). Is MANDATE_SNAPSHOT_HUB_URL right?", code)
	case !isJSON:
		return upstream(nil, "The Snapshot hub answered with something other than JSON (HTTP %d).", code)
	}
	return nil
}

// judge turns a whole answer into an error, or nil if every root that is
// needed is there. Errors beside usable data are partial success.
func (a *answer) judge(status int, roots []string) error {
	missing := !a.data
	for _, r := range roots {
		missing = missing || !a.roots[r]
	}
	switch {
	case !missing:
		return nil
	case a.refuse != "" && status >= 400 && status < 500:
		return governance.Errorf(governance.Invalid, "The Snapshot hub refused the request (HTTP %d). Is MANDATE_SNAPSHOT_HUB_URL right?", status)
	case a.refuse != "":
		return upstream(nil, "The Snapshot hub refused the request (HTTP %d).", status)
	case len(a.errors) == 0:
		return upstream(nil, "The Snapshot hub answered without data (HTTP %d).", status)
	case a.said("space not found") || a.said("proposal not found"):
		return governance.Errorf(governance.NotFound, "Snapshot does not know this space or this proposal.")
	case a.said("nvalid address"):
		return governance.Errorf(governance.Invalid, "Snapshot does not accept this address.")
	case a.said("request failed") || a.said("Unexpected error"):
		return upstream(nil, "The Snapshot hub has trouble with its database.")
	case status == http.StatusBadRequest || a.said("argument must") || a.said("root selections"):
		return governance.Errorf(governance.Invalid, "The Snapshot hub does not accept our question (HTTP %d).", status)
	}
	return &governance.Error{Code: governance.Upstream, Message: "The Snapshot hub could not answer.", Cause: errRows}
}

func (a *answer) said(words string) bool {
	for _, m := range a.errors {
		if strings.Contains(m, words) {
			return true
		}
	}
	return false
}

// readAnswer walks the answer. Elements of root lists, and single roots with
// index -1, go to row as they arrive; raw is valid during the call only, and
// cut says that it is only the first maxProposal bytes.
func readAnswer(r io.Reader, row func(root string, i int, raw []byte, cut bool)) (*answer, error) {
	s := &stream{r: r}
	a := &answer{roots: map[string]bool{}}
	err := s.object(func(key string) error {
		switch key {
		case "data":
			return a.readData(s, row)
		case "errors":
			return a.readErrors(s)
		case "error_description", "error":
			raw, _, err := s.value(maxProposal)
			a.refuse += string(raw[:min(len(raw), 64)])
			return err
		}
		_, _, err := s.value(0)
		return err
	})
	return a, err
}

func (a *answer) readData(s *stream, row func(string, int, []byte, bool)) error {
	if c, err := s.peek(); err != nil || c != '{' {
		_, _, err2 := s.value(0)
		return errors.Join(err, err2)
	}
	a.data = true
	return s.object(func(root string) error {
		c, err := s.peek()
		if err != nil {
			return err
		}
		if c != '[' {
			raw, cut, err := s.value(maxProposal)
			if err == nil && c == '{' {
				a.roots[root] = true
				row(root, -1, raw, cut)
			}
			return err
		}
		a.roots[root] = true
		return s.array(func(i int) error {
			raw, cut, err := s.value(maxProposal)
			if err == nil {
				row(root, i, raw, cut)
			}
			return err
		})
	})
}

func (a *answer) readErrors(s *stream) error {
	raw, _, err := s.value(maxProposal)
	if err != nil {
		return err
	}
	var list []struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(raw, &list) != nil || len(list) == 0 {
		list = append(list, struct {
			Message string `json:"message"`
		}{"unreadable"})
	}
	for _, e := range list {
		a.errors = append(a.errors, e.Message)
	}
	return nil
}
