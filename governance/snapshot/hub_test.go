package snapshot

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
)

// testNow is a little after the newest synthetic proposal.
var testNow = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

var generations = map[string]demo.Generation{"old": demo.Old, "latest": demo.Latest}

// world starts a hub and a client of it.
func world(t testing.TB, cfg demo.Config, change ...func(*Config)) (*Hub, *demo.World) {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return testNow }
	}
	cfg.Empty = true
	w, err := demo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(w.Handler())
	t.Cleanup(srv.Close)
	c := Config{HubURL: srv.URL + "/graphql", Now: cfg.Now, RetryDelay: time.Millisecond, Timeout: 2 * time.Second, Stall: 300 * time.Millisecond}
	for _, f := range change {
		f(&c)
	}
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h, w
}

// mirror is what a store would hold after applying batches.
type mirror struct {
	rows     map[governance.Ref]governance.Proposal
	counts   map[governance.Ref]governance.Count
	edits    int
	skipped  []string
	requests int
	cursor   string
	wait     func(time.Duration) // how a clock of the test moves on
}

func newMirror() *mirror {
	return &mirror{rows: map[governance.Ref]governance.Proposal{}, counts: map[governance.Ref]governance.Count{}, wait: func(time.Duration) {}}
}

func (m *mirror) apply(b governance.Batch) {
	for _, p := range b.Proposals {
		if old, ok := m.rows[p.Ref]; ok && old.HashContent() != p.HashContent() {
			m.edits++
		}
		m.rows[p.Ref] = p
	}
	for _, c := range b.Counts {
		m.counts[c.Ref] = c
	}
	m.skipped = append(m.skipped, b.Skipped...)
	m.requests += b.Requests
	m.cursor = b.Next
}

// catchUp reads until the hub has nothing newer. Errors are retried, as the
// agent does, up to patience times.
func (m *mirror) catchUp(t testing.TB, h *Hub, scope governance.Scope, patience int) {
	t.Helper()
	for range 10_000 {
		b, err := h.Read(context.Background(), scope, m.cursor)
		if err != nil {
			m.requests += b.Requests
			m.wait(governance.WaitOf(err))
			if patience--; patience < 0 {
				t.Fatal(err)
			}
			continue
		}
		m.apply(b)
		if b.Done {
			return
		}
	}
	t.Fatal("reading does not end")
}

func (m *mirror) wantAll(t testing.TB, w *demo.World) {
	t.Helper()
	all := w.Proposals()
	for _, p := range all {
		if _, ok := m.rows[governance.SnapshotRef(p.Space, p.ID)]; !ok {
			t.Errorf("proposal %s of second %d is missing", p.ID, p.Created)
		}
	}
	if len(m.rows) != len(all) {
		t.Errorf("%d proposals arrived, the hub has %d", len(m.rows), len(all))
	}
}

var everything = governance.Scope{All: true}

func TestReadEverything(t *testing.T) {
	for name, gen := range generations {
		t.Run(name, func(t *testing.T) {
			h, w := world(t, demo.Config{Generation: gen})
			w.Add(demo.Synthetic(3000, 1)...)
			m := newMirror()
			m.catchUp(t, h, everything, 0)
			m.wantAll(t, w)
			if m.requests > 4 || w.Requests().Total != m.requests {
				t.Errorf("%d requests (the hub counted %d) for 3 pages", m.requests, w.Requests().Total)
			}
		})
	}
}

func TestReadSameSecond(t *testing.T) {
	h, w := world(t, demo.Config{}, func(c *Config) { c.PageSize = 10 })
	for i := range 137 {
		w.Add(demo.Proposal{ID: fmt.Sprintf("0x%064x", i*7919%137), Space: "one.eth", Title: "T", Created: 1_700_000_000 + int64(i/60), Start: 1, End: 2})
	}
	m := newMirror()
	m.catchUp(t, h, governance.Scope{Spaces: []string{"one.eth"}}, 0)
	m.wantAll(t, w)
	if m.requests > 15 {
		t.Errorf("%d requests for 14 pages", m.requests)
	}
}

// A row of the border second goes while paging: its successors move up, and a
// client that only skips would pass over one of them.
func TestReadDeletionAtTheBorder(t *testing.T) {
	h, w := world(t, demo.Config{}, func(c *Config) { c.PageSize = 3 })
	for i := range 9 {
		w.Add(demo.Proposal{ID: fmt.Sprintf("0x%064x", i), Space: "one.eth", Title: "T", Created: 1_700_000_000, Start: 1, End: 2})
	}
	m := newMirror()
	b, err := h.Read(context.Background(), everything, "")
	if err != nil {
		t.Fatal(err)
	}
	m.apply(b)
	w.Delete(fmt.Sprintf("0x%064x", 0))
	m.catchUp(t, h, everything, 0)
	if len(m.rows) != 9 {
		t.Errorf("%d proposals arrived, want the 8 that are left and the one read before", len(m.rows))
	}
}

func TestReadSurvives(t *testing.T) {
	faults := []demo.Fault{
		demo.FaultResolver, demo.FaultValidation, demo.FaultTooMany, demo.FaultRetryAfter, demo.FaultRateLimitReset,
		demo.FaultBadKey, demo.FaultServerError, demo.FaultMalformed, demo.FaultHTML, demo.FaultHTMLWithSuccess,
		demo.FaultEmptyAnswer, demo.FaultNullData, demo.FaultShortPage, demo.FaultNullRow, demo.FaultRepeatedPage,
		demo.FaultUnordered, demo.FaultDuplicates, demo.FaultStall, demo.FaultCut, demo.FaultGzipBomb,
		demo.FaultOversize, demo.FaultGarbage, demo.FaultWrongTypes,
	}
	for name, gen := range generations {
		for _, fault := range faults {
			t.Run(name+"/"+string(fault), func(t *testing.T) {
				now := testNow
				h, w := world(t, demo.Config{Generation: gen, Now: func() time.Time { return now }}, func(c *Config) { c.PageSize = 50 })
				w.Add(demo.Synthetic(230, 3)...)
				m := newMirror()
				m.wait = func(d time.Duration) { now = now.Add(d) }
				b, err := h.Read(context.Background(), everything, "")
				if err != nil {
					t.Fatal(err)
				}
				m.apply(b)
				w.Fail(fault, fault)
				m.catchUp(t, h, everything, 3)
				m.wantAll(t, w)
				now = now.Add(time.Hour)
				m.catchUp(t, h, everything, 0)
				if m.edits > 0 || len(m.skipped) > 0 {
					t.Errorf("%d false edits, skipped %v", m.edits, m.skipped)
				}
			})
		}
	}
}

func TestReadCrippledLists(t *testing.T) {
	for name, gen := range generations {
		t.Run(name, func(t *testing.T) {
			h, w := world(t, demo.Config{Generation: gen, Faults: demo.Faults{ShortPages: 7, NullRows: 20}}, func(c *Config) { c.PageSize = 100 })
			w.Add(demo.Synthetic(500, 4)...)
			m := newMirror()
			m.catchUp(t, h, everything, 0)
			m.wantAll(t, w)
		})
	}
}

// Rows whose plugins are null break a list at the hub. They arrive, and all
// rows have the same content as when they are read alone.
func TestReadNullPlugins(t *testing.T) {
	for name, gen := range generations {
		t.Run(name, func(t *testing.T) {
			h, w := world(t, demo.Config{Generation: gen})
			rows := demo.Synthetic(300, 5)
			for i := range rows {
				rows[i].Plugins = []byte(`{"poap":{"address":"0x1"}}`)
				if i%100 == 50 {
					rows[i].Plugins = []byte(`null`)
				}
			}
			w.Add(rows...)
			m := newMirror()
			m.catchUp(t, h, everything, 0)
			m.wantAll(t, w)
			var refs []governance.Ref
			for ref := range m.rows {
				refs = append(refs, ref)
			}
			b, err := h.Refresh(context.Background(), refs)
			if err != nil {
				t.Fatal(err)
			}
			b.Next = m.cursor
			m.apply(b)
			if m.edits > 0 || len(b.Gone) > 0 || len(b.Proposals) != 300 {
				t.Errorf("refreshing found %d edits, %d gone, %d rows", m.edits, len(b.Gone), len(b.Proposals))
			}
		})
	}
}

func TestReadAddedSpaces(t *testing.T) {
	h, w := world(t, demo.Config{}, func(c *Config) { c.PageSize = 100 })
	w.Add(demo.Synthetic(2000, 6)...)
	m := newMirror()
	m.catchUp(t, h, governance.Scope{Spaces: []string{"load-01.dao.eth", "load-02.dao.eth"}}, 0)
	before := m.requests
	m.catchUp(t, h, governance.Scope{Spaces: []string{"load-01.dao.eth", "load-02.dao.eth", "load-03.dao.eth"}}, 0)
	if got := m.requests - before; got > 5 {
		t.Errorf("%d requests for one added space of about 67 proposals", got)
	}
	want := 0
	for _, p := range w.Proposals() {
		if slices.Contains([]string{"load-01.dao.eth", "load-02.dao.eth", "load-03.dao.eth"}, p.Space) {
			want++
		}
	}
	if len(m.rows) != want {
		t.Errorf("%d proposals, want %d", len(m.rows), want)
	}
	m.catchUp(t, h, everything, 0)
	m.wantAll(t, w)
}

func TestFollowWhatChanges(t *testing.T) {
	for name, gen := range generations {
		t.Run(name, func(t *testing.T) {
			now := testNow
			h, w := world(t, demo.Config{Generation: gen, Now: func() time.Time { return now }})
			open := func(id string, created time.Time) demo.Proposal {
				return demo.Proposal{ID: id, Space: "a.eth", Title: "Title " + id, Choices: []string{"For", "Against"}, Created: created.Unix(),
					Start: now.Add(-time.Hour).Unix(), End: now.Add(time.Hour).Unix()}
			}
			w.Add(open("0xa", now.Add(-2*time.Hour)), open("0xb", now.Add(-time.Hour)))
			m := newMirror()
			m.catchUp(t, h, everything, 0)
			now = now.Add(time.Minute)
			step := func(wantRequests int) {
				t.Helper()
				before := m.requests
				now = now.Add(time.Minute)
				m.catchUp(t, h, everything, 0)
				if got := m.requests - before; got > wantRequests {
					t.Errorf("%d requests, want at most %d", got, wantRequests)
				}
			}
			step(2)
			if len(m.counts) != 2 {
				t.Errorf("counts of %d open proposals", len(m.counts))
			}
			w.Edit("0xa", func(p *demo.Proposal) { p.Scores, p.VoteCount, p.Flagged = []float64{5, 1}, 2, true })
			step(2)
			if c := m.counts["snapshot:a.eth:0xa"]; c.Tally.Voters != 2 || !c.Flagged {
				t.Errorf("the new count did not arrive: %+v", c)
			}
			at := now.Unix()
			w.Edit("0xb", func(p *demo.Proposal) { p.Title, p.Updated = "New title", &at })
			w.Add(open("0xc", now))
			step(5)
			if m.rows["snapshot:a.eth:0xb"].Title != "New title" || m.edits != 1 {
				t.Errorf("the edit did not arrive: %d edits", m.edits)
			}
			now = now.Add(15 * time.Minute)
			w.Add(open("0xd", now.Add(-5*24*time.Hour))) // signed five days ago, arrived now
			step(3)
			m.wantAll(t, w)
			step(2)
		})
	}
}

func TestRefreshDeleted(t *testing.T) {
	for name, gen := range generations {
		t.Run(name, func(t *testing.T) {
			h, w := world(t, demo.Config{Generation: gen})
			w.Add(demo.Synthetic(30, 7)...)
			m := newMirror()
			m.catchUp(t, h, everything, 0)
			var refs []governance.Ref
			for ref := range m.rows {
				refs = append(refs, ref)
			}
			w.Delete(refs[3].ID())
			w.Fail(demo.FaultShortPage)
			b, err := h.Refresh(context.Background(), refs)
			if err != nil || !slices.Equal(b.Gone, refs[3:4]) {
				t.Errorf("gone %v after a short answer, err %v", b.Gone, err)
			}
			w.FailAll(demo.FaultResolver)
			if b, err := h.Refresh(context.Background(), refs); err == nil || len(b.Gone) > 0 {
				t.Errorf("gone %v, err %v from a hub in trouble", b.Gone, err)
			}
			w.FailAll(demo.FaultNone)
			for _, ref := range refs[:25] {
				w.Delete(ref.ID())
			}
			// What is due may be just what is gone.
			if b, err := h.Refresh(context.Background(), refs[:12]); err != nil || len(b.Gone) != 12 {
				t.Errorf("gone %d of 12, err %v", len(b.Gone), err)
			}
			if b, err := h.Refresh(context.Background(), refs); err != nil || len(b.Gone) != maxConfirm {
				t.Errorf("gone %d at once, err %v", len(b.Gone), err)
			}
			for _, ref := range refs {
				w.Delete(ref.ID())
			}
			if b, err := h.Refresh(context.Background(), refs); governance.CodeOf(err) != governance.Upstream || len(b.Gone) > 0 {
				t.Errorf("an empty hub made %d gone, err %v", len(b.Gone), err)
			}
		})
	}
}
