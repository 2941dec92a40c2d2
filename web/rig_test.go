package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"mandate/governance"
	"mandate/governance/agent"
	"mandate/governance/demo"
	"mandate/governance/snapshot"
	"mandate/governance/store"
	"mandate/static"
	"mandate/summarizer"
	"mandate/summarizer/reader"
)

// clock is a time that tests move. It starts at the real time, which the
// sessions' ends go by.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// lines collects what is written from several goroutines.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// explainer adapts the summarizer to the agent, as the program does.
type explainer struct{ *summarizer.Summarizer }

func (a explainer) Assess(ctx context.Context, p *governance.Proposal) (governance.Assessment, governance.Facts, governance.Usage, error) {
	r, err := a.Summarizer.Assess(ctx, p)
	return r.Assessment, r.Facts, r.Usage, err
}

type compiling struct{}

func (compiling) Compile(ctx context.Context, statement string, daos map[string]string) (governance.Values, error) {
	c := summarizer.Compiler{DAOs: daos}
	return c.Compile(ctx, statement)
}

func (compiling) Notes(ctx context.Context, statement string, daos map[string]string) ([]string, error) {
	c := summarizer.Compiler{DAOs: daos}
	out, err := c.Explain(ctx, statement)
	return out.Notes, err
}

// rig is the real server on a real store, fed by a real hub.
type rig struct {
	t      testing.TB
	clock  *clock
	world  *demo.World
	hub    *httptest.Server
	venue  *snapshot.Hub
	agent  *agent.Agent
	store  *store.Store
	server *Server
	base   string // where it is served
	log    *lines
}

// newRig builds everything but reads nothing yet. change may alter the web
// configuration before the server is built.
func newRig(t testing.TB, world demo.Config, change ...func(*Config)) *rig {
	t.Helper()
	r := &rig{t: t, clock: &clock{at: time.Now()}, log: &lines{}}
	world.Now = r.clock.now
	var err error
	if r.world, err = demo.New(world); err != nil {
		t.Fatal(err)
	}
	r.hub = httptest.NewServer(r.world.Handler())
	t.Cleanup(r.hub.Close)
	logger := slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r.venue, err = snapshot.New(snapshot.Config{HubURL: r.hub.URL + "/graphql", Now: r.clock.now, Log: logger, RetryDelay: time.Millisecond, Timeout: 5 * time.Second, PageSize: 60})
	if err != nil {
		t.Fatal(err)
	}
	r.store, err = store.Open(context.Background(), store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "m.db"), Log: logger, Now: r.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.store.Close() })
	r.agent = &agent.Agent{Store: r.store, Venues: []governance.Venue{r.venue}, Scope: governance.Scope{All: true}, Now: r.clock.now, Log: logger,
		Assessor: explainer{summarizer.New(summarizer.Config{Fallback: reader.New(), Log: logger})}}
	r.serve(logger, change)
	return r
}

func (r *rig) serve(logger *slog.Logger, change []func(*Config)) {
	front := httptest.NewUnstartedServer(nil)
	r.base = "http://" + front.Listener.Addr().String()
	public, err := url.Parse(r.base)
	if err != nil {
		r.t.Fatal(err)
	}
	c := Config{Store: r.store, Agent: r.agent, Compiler: compiling{}, Static: static.New(), Log: logger, Now: r.clock.now, PublicURL: public,
		Version: "test", Demo: true, DemoNote: "invented DAOs and proposals", Storage: "SQLite",
		Sources: map[string]string{r.venue.Source(): strings.TrimPrefix(r.hub.URL, "http://")}, Settings: [][2]string{{"MANDATE_LISTEN", "127.0.0.1:8080"}}}
	for _, s := range summarizer.Samples() {
		c.Samples = append(c.Samples, Sample{Key: s.Key, Name: s.Name, About: s.About, Values: s.Values})
	}
	for _, f := range change {
		f(&c)
	}
	r.server = New(c)
	r.server.writes = newLimiter(rate.Inf, 1)
	r.server.signInsFrom, r.server.signInsOf = newLimiter(rate.Inf, 1), newLimiter(rate.Inf, 1)
	front.Config.Handler = r.server.Handler()
	front.Start()
	r.t.Cleanup(front.Close)
}

// filled is a rig that has read and explained all of its hub.
func filled(t testing.TB, world demo.Config, change ...func(*Config)) *rig {
	t.Helper()
	r := newRig(t, world, change...)
	r.fill()
	return r
}

func (r *rig) fill() {
	r.t.Helper()
	ctx := r.t.Context()
	if _, err := r.agent.SyncOnce(ctx, r.venue, nil); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.agent.SpacesOnce(ctx, r.venue); err != nil {
		r.t.Fatal(err)
	}
	for {
		n, err := r.agent.AssessDue(ctx, 200)
		if err != nil {
			r.t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	if err := r.agent.LoadProgress(ctx); err != nil {
		r.t.Fatal(err)
	}
}

// refs are all stored proposals.
func (r *rig) refs() []governance.Ref {
	r.t.Helper()
	var out []governance.Ref
	f := store.Filter{Now: r.clock.now(), Limit: 100, Sort: store.SortNewest, IncludeDeleted: true}
	for {
		page, err := r.store.Proposals(r.t.Context(), f)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, it := range page.Items {
			out = append(out, it.Proposal.Ref)
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			return out
		}
	}
}

// visitor is one browser: it keeps cookies and names its origin.
type visitor struct {
	t    testing.TB
	base string
	http http.Client
}

func (r *rig) visitor(t testing.TB) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, base: r.base}
	v.http.Jar = jar
	v.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return v
}

// answer is a response whose body was read.
type answer struct {
	*http.Response
	body string
}

// do sends a request; header holds pairs.
func (v *visitor) do(method, path, body string, header ...string) answer {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{resp, string(raw)}
}

func (v *visitor) get(path string, header ...string) answer {
	v.t.Helper()
	return v.do(http.MethodGet, path, "", header...)
}

// post sends a form, as a page without script does.
func (v *visitor) post(path string, form url.Values, header ...string) answer {
	v.t.Helper()
	return v.do(http.MethodPost, path, form.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded", "Origin", v.base}, header...)...)
}

// sees fetches a page that has to be there.
func (v *visitor) sees(path string) string {
	v.t.Helper()
	a := v.get(path)
	if a.StatusCode != http.StatusOK {
		v.t.Fatalf("GET %s answers %d: %.300s", path, a.StatusCode, a.body)
	}
	return a.body
}
