package web

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"mandate/governance/agent"
	"mandate/governance/demo"
)

// event is one server-sent event.
type event struct{ name, data string }

// stream is an open event stream.
type stream struct {
	t      *testing.T
	status int
	lines  *bufio.Scanner
	close  context.CancelFunc
}

func (r *rig) listen(t *testing.T) *stream {
	t.Helper()
	return r.listenFrom(t, "")
}

// listenFrom listens from a network address behind a proxy.
func (r *rig) listenFrom(t *testing.T, addr string) *stream {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.base+"/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if addr != "" {
		req.Header.Set("X-Forwarded-For", addr)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return &stream{t, resp.StatusCode, bufio.NewScanner(resp.Body), cancel}
}

// next waits for an event; false is the end of the stream.
func (s *stream) next() (e event, ok bool) {
	for s.lines.Scan() {
		line := s.lines.Text()
		switch {
		case line == "":
			return e, true
		case strings.HasPrefix(line, "event: "):
			e.name = strings.TrimPrefix(line, "event: ")
		case strings.HasPrefix(line, "data: "):
			e.data += strings.TrimPrefix(line, "data: ") + "\n"
		default:
			s.t.Errorf("a line that is no event: %q", line)
		}
	}
	return e, false
}

// until reads events until one holds the words.
func (s *stream) until(words string) {
	s.t.Helper()
	for {
		e, ok := s.next()
		if !ok {
			s.t.Fatalf("the stream ends before it says %q", words)
		}
		for _, bad := range unsafe(e.data) {
			s.t.Errorf("an event holds %s", bad)
		}
		if strings.Contains(textOf(e.data), words) {
			return
		}
	}
}

// held runs a sync that stops after its first page until release is called,
// and then goes on to its end.
func (r *rig) held(t *testing.T) (release func()) {
	t.Helper()
	first, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	pages := 0
	go func() {
		_, err := r.agent.SyncOnce(context.WithoutCancel(t.Context()), r.venue, func(agent.Progress) {
			if pages++; pages == 1 {
				close(first)
				<-goOn
			}
		})
		ended <- err
	}()
	select {
	case <-first:
	case err := <-ended:
		t.Fatalf("the sync ended before its first page: %v", err)
	}
	return func() {
		close(goOn)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// TestEvents: progress arrives while a sync runs, and "done" ends it. The
// parts follow each other: they count what is open.
func TestEvents(t *testing.T) {
	r := newRig(t, demo.Config{}, func(c *Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	t.Run("before the first step", func(t *testing.T) {
		r.listen(t).until("It begins in a moment.")
	})
	release := r.held(t)
	t.Run("at most so many listeners", func(t *testing.T) { tooMany(t, r) })
	t.Run("at most so many of one place", func(t *testing.T) { tooManyFromOnePlace(t, r) })
	t.Run("who leaves leaves nothing", func(t *testing.T) { leaving(t, r) })
	t.Run("the whole way", func(t *testing.T) {
		s := r.listen(t)
		s.until("Reading the sources")
		page := r.visitor(t).sees("/")
		if !strings.Contains(page, `data-live="/events"`) || !strings.Contains(textOf(page), "Reading the sources") {
			t.Error("the inbox does not listen")
		}
		release()
		s.until("Explaining")
		r.fill()
		s.until("all explained")
		if e, ok := s.next(); !ok || e.name != "done" {
			t.Errorf("%+v", e)
		}
		if _, ok := s.next(); ok {
			t.Error("the stream goes on")
		}
		if page := r.visitor(t).sees("/settings"); strings.Contains(page, "data-live") {
			t.Error("the page still listens")
		}
	})
	t.Run("nothing to tell", func(t *testing.T) {
		s := r.listen(t)
		if e, ok := s.next(); !ok || e.name != "progress" {
			t.Errorf("%+v", e)
		}
		if e, ok := s.next(); !ok || e.name != "done" {
			t.Errorf("%+v", e)
		}
		if e, ok := s.next(); ok {
			t.Errorf("after the end: %+v", e)
		}
	})
}

func tooMany(t *testing.T, r *rig) {
	var open []*stream
	from := func() string { return fmt.Sprintf("192.0.2.%d", len(open)/maxStreams) }
	for range maxListeners {
		s := r.listenFrom(t, from())
		if s.status != http.StatusOK {
			t.Fatalf("listener %d gets %d", len(open)+1, s.status)
		}
		open = append(open, s)
	}
	if s := r.listenFrom(t, from()); s.status != http.StatusTooManyRequests {
		t.Errorf("one too many gets %d", s.status)
	}
	open[0].close()
	eventually(t, "room for another", func() bool { return r.server.listeners.Load() < maxListeners })
	s := r.listenFrom(t, from())
	if s.status != http.StatusOK {
		t.Errorf("in its place one gets %d", s.status)
	}
	for _, s := range append(open, s) {
		s.close()
	}
}

func tooManyFromOnePlace(t *testing.T, r *rig) {
	leaving(t, r) // those of the test before
	var open []*stream
	for n := range maxStreams {
		s := r.listenFrom(t, fmt.Sprintf("2001:db8::%x", n+1))
		if s.status != http.StatusOK {
			t.Fatalf("stream %d gets %d", n+1, s.status)
		}
		open = append(open, s)
	}
	if s := r.listenFrom(t, "2001:db8::ffff"); s.status != http.StatusTooManyRequests {
		t.Errorf("one more of the same household gets %d", s.status)
	}
	other := r.listenFrom(t, "2001:db8:0:1::1")
	if other.status != http.StatusOK {
		t.Errorf("another household gets %d", other.status)
	}
	for _, s := range append(open, other) {
		s.close()
	}
	leaving(t, r)
	s := r.listenFrom(t, "2001:db8::1")
	if s.status != http.StatusOK {
		t.Errorf("when they are gone one gets %d", s.status)
	}
	s.close()
}

func leaving(t *testing.T, r *rig) {
	eventually(t, "no listener", func() bool { return r.server.listeners.Load() == 0 && running("(*Server).events(") == 0 })
}

// running counts the goroutines that are inside the function.
func running(function string) int {
	b := make([]byte, 8<<20)
	return strings.Count(string(b[:runtime.Stack(b, true)]), function)
}

// eventually waits for what other goroutines bring about.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 500 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}
