package snapshot

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mandate/governance/demo"
)

// poisoned is a hub where the content of some rows cannot be answered: spoil
// writes what comes instead of any list that holds one of them.
func poisoned(t *testing.T, w *demo.World, bad []string, spoil func(http.ResponseWriter), change ...func(*Config)) *Hub {
	t.Helper()
	inner := w.Handler()
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		rec := httptest.NewRecorder()
		inner.ServeHTTP(rec, r)
		if bytes.Contains(body, []byte(`"askPage"`)) {
			for _, id := range bad {
				if strings.Contains(rec.Body.String(), id+`","created"`) { // not in the list of the border second
					spoil(rw)
					return
				}
			}
		}
		rw.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		rw.WriteHeader(rec.Code)
		_, _ = rw.Write(rec.Body.Bytes())
	}))
	t.Cleanup(srv.Close)
	c := Config{HubURL: srv.URL + "/graphql", Now: func() time.Time { return testNow }, RetryDelay: time.Millisecond, PageSize: 64}
	for _, f := range change {
		f(&c)
	}
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func failList(rw http.ResponseWriter) {
	rw.Header().Set("Content-Type", "application/json")
	rw.WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(rw, `{"errors":[{"message":"Cannot return null for non-nullable field Proposal.start."}],"data":null}`)
}

// Rows that break every list they are in are passed over with their names, and
// no other row with them; also two in a row, the first, and the last.
func TestPoisonedRows(t *testing.T) {
	rows := demo.Synthetic(200, 12)
	for _, at := range [][]int{{77}, {0}, {199}, {30, 31}, {63, 64, 150}} {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			_, w := world(t, demo.Config{})
			w.Add(rows...)
			var bad []string
			for _, i := range at {
				bad = append(bad, w.Proposals()[i].ID)
			}
			h := poisoned(t, w, bad, failList)
			m := newMirror()
			m.catchUp(t, h, everything, 0)
			if len(m.rows) != 200-len(bad) || len(m.skipped) != len(bad) {
				t.Errorf("%d rows, skipped %v", len(m.rows), m.skipped)
			}
			for i, id := range bad {
				if i < len(m.skipped) && !strings.Contains(strings.Join(m.skipped, " "), id) {
					t.Errorf("%s is not named in %v", id, m.skipped)
				}
			}
			t.Logf("%d requests", m.requests)
		})
	}
}

// A hub that can answer no content at all is in trouble: nothing is passed over.
func TestPoisonedHub(t *testing.T) {
	_, w := world(t, demo.Config{})
	w.Add(demo.Synthetic(20, 12)...)
	h := poisoned(t, w, []string{""}, failList)
	b, err := h.Read(t.Context(), everything, "")
	if err == nil || len(b.Skipped) > 0 {
		t.Errorf("skipped %v, err %v", b.Skipped, err)
	}
}

// A row whose answer never ends is passed over as well.
func TestEndlessRow(t *testing.T) {
	_, w := world(t, demo.Config{})
	w.Add(demo.Synthetic(9, 12)...)
	bad := w.Proposals()[4].ID
	endless := func(rw http.ResponseWriter) {
		rw.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(rw, `{"data":{"proposals":[{"id":"`+bad+`","body":"`)
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		for range 80 {
			if _, err := rw.Write(chunk); err != nil {
				return
			}
		}
	}
	h := poisoned(t, w, []string{bad}, endless, func(c *Config) { c.PageSize = 4 })
	m := newMirror()
	m.catchUp(t, h, everything, 0)
	if len(m.rows) != 8 || len(m.skipped) != 1 || !strings.Contains(m.skipped[0], bad) {
		t.Errorf("%d rows, skipped %v", len(m.rows), m.skipped)
	}
}
