package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/agent"
	"mandate/governance/demo"
	"mandate/governance/snapshot"
	"mandate/governance/store"
	"mandate/static"
	"mandate/summarizer"
	"mandate/summarizer/reader"
	"mandate/web"
)

type serveCommand struct {
	Listen      string `help:"Address and port to serve on." placeholder:"ADDR:PORT"`
	Database    string `help:"sqlite:PATH or postgres://…" placeholder:"URL"`
	PrintConfig bool   `help:"Print the settings in force, secrets masked, and exit."`
}

// Run serves until it is told to stop.
func (s serveCommand) Run(ctx context.Context, p program) error {
	c, err := p.load(map[string]string{"LISTEN": s.Listen, "DATABASE_URL": s.Database})
	if err != nil {
		return err
	}
	if s.PrintConfig {
		c.print(p.stdout)
		return nil
	}
	l, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	return serve(ctx, c, l, "", p)
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, governance.Errorf(governance.Conflict, "%s cannot be listened on (%s); choose another address with --listen", address, errors.Unwrap(err))
	}
	return l, nil
}

type demoCommand struct {
	Listen    string `help:"Address and port to serve on; the default takes a free port if 8080 is taken." placeholder:"ADDR:PORT"`
	Proposals string `help:"Show these proposals (JSON lines, hub-shaped) instead, dated anew." type:"existingfile" placeholder:"FILE.jsonl"`
	Keep      string `help:"Keep the data in this directory." type:"path" placeholder:"DIR"`
}

// Run serves the embedded world.
func (d demoCommand) Run(ctx context.Context, p program) error {
	dir, cleanUp, err := d.directory()
	if err != nil {
		return err
	}
	defer cleanUp()
	hub, err := startHub(ctx, d.Proposals)
	if err != nil {
		return err
	}
	c, err := p.load(map[string]string{
		"LISTEN": d.Listen, "DATABASE_URL": "sqlite:" + filepath.Join(dir, "demo.db"), "SNAPSHOT_HUB_URL": hub + "/graphql", "SPACES": "all",
		"SECRET_FILE": filepath.Join(dir, "secret"), "EGRESS": "local", "LLM_PROVIDER": "none", "PRIVATE_LLM_PROVIDER": "none", "SYNC_INTERVAL": "5s",
	})
	if err != nil {
		return err
	}
	l, err := listen(ctx, c.Listen)
	if err != nil && d.Listen == "" {
		l, err = listen(ctx, "127.0.0.1:0")
	}
	if err != nil {
		return err
	}
	note := "invented DAOs and proposals"
	if d.Proposals != "" {
		note = "proposals from " + filepath.Base(d.Proposals) + ", dated anew"
	}
	return serve(ctx, c, l, note, p)
}

func (d demoCommand) directory() (dir string, cleanUp func(), err error) {
	if d.Keep != "" {
		return d.Keep, func() {}, os.MkdirAll(d.Keep, 0o700)
	}
	dir, err = os.MkdirTemp("", "mandate-demo-")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

// startHub serves the demo world's hub on loopback until ctx ends.
func startHub(ctx context.Context, file string) (string, error) {
	world, err := newWorld(file)
	if err != nil {
		return "", err
	}
	l, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: world.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }() // ends with Close
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return "http://" + l.Addr().String(), nil
}

// newWorld builds the embedded world, or one of a file. Ballots in a
// votes.csv beside the file show how its proposals were voted on.
func newWorld(file string) (*demo.World, error) {
	if file == "" {
		return demo.New(demo.Config{})
	}
	rows, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // only read
	c := demo.Config{Proposals: rows}
	votes, err := os.Open(filepath.Join(filepath.Dir(file), "votes.csv"))
	if err == nil {
		defer func() { _ = votes.Close() }() // only read
		c.Votes = votes
	}
	return demo.New(c)
}

// parts are the opened program.
type parts struct {
	store    *store.Store
	agent    *agent.Agent
	compiler compiler
	log      *slog.Logger
}

// close closes the store. A failure is told and no more: what the command
// did is stored by then.
func (p parts) close() {
	if err := p.store.Close(); err != nil {
		p.log.Warn("the database was not closed cleanly", "error", err)
	}
}

// serve opens everything on the listener, runs until ctx ends, and stops in
// the opposite order.
func serve(ctx context.Context, c Config, l net.Listener, demoNote string, p program) error {
	defer func() { _ = l.Close() }() // closed already where the server got so far
	if c.PublicURL == nil {
		c.PublicURL = &url.URL{Scheme: "http", Host: publicHost(l.Addr())}
	}
	fmt.Fprintln(p.stdout, c.PublicURL)
	log := c.logger(p.stderr)
	for _, name := range c.Later {
		log.WarnContext(ctx, "this setting belongs to a part that is not built yet and has no effect", "setting", name)
	}
	parts, err := open(ctx, c, log)
	if err != nil {
		return err
	}
	defer parts.close()
	if err := parts.agent.LoadProgress(ctx); err != nil {
		return err
	}
	if err := parts.store.StartJobs(ctx, parts.agent.Jobs()); err != nil {
		return err
	}
	server := web.New(webConfig(c, parts, demoNote))
	log.InfoContext(ctx, "serving", "url", c.PublicURL.String(), "version", version)
	err = server.Serve(ctx, l)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err = errors.Join(err, parts.store.StopJobs(stop))
	log.InfoContext(ctx, "stopped")
	return err
}

func publicHost(addr net.Addr) string {
	host, port, _ := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// open opens the store and the agent with its tables of venues and readers.
func open(ctx context.Context, c Config, log *slog.Logger) (parts, error) {
	secret, err := secretKey(c.SecretFile)
	if err != nil {
		return parts{}, err
	}
	if path, ok := strings.CutPrefix(c.DatabaseURL, "sqlite:"); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return parts{}, governance.Wrap(governance.Invalid, err, "the folder of the database cannot be made")
		}
	}
	st, err := store.Open(ctx, store.Config{URL: c.DatabaseURL, Secret: secret, Log: log, OnChange: agent.AssessArgs{}})
	if err != nil {
		return parts{}, err
	}
	p := parts{store: st, log: log}
	if err := p.connect(c); err != nil {
		return parts{}, errors.Join(err, st.Close())
	}
	return p, nil
}

// connect makes what reaches out of the program, all through one client.
func (p *parts) connect(c Config) error {
	client := c.egress()
	hub, err := snapshot.New(snapshot.Config{HubURL: c.HubURL.String(), APIKey: c.APIKey, Client: client, Log: p.log, RequestsPerMinute: pace(c)})
	if err != nil {
		return usageError{err}
	}
	assessor, err := newAssessor(c, p.store, client, p.log)
	if err != nil {
		return usageError{err}
	}
	if p.compiler, err = newCompiler(c, p.store, client, p.log); err != nil {
		return usageError{err}
	}
	p.agent = &agent.Agent{Store: p.store, Venues: venues(c, hub), Scope: c.scope(), Assessor: assessor, Log: p.log, Interval: c.SyncInterval}
	return nil
}

// pace keeps below the public hub's limit of 100 requests a minute; a hub of
// one's own sets its limit by its headers.
func pace(c Config) int {
	if isLoopback(c.HubURL.Hostname()) {
		return 0
	}
	return 60
}

// venues is the table of sources.
func venues(c Config, hub *snapshot.Hub) []governance.Venue {
	if c.NoSpaces {
		return nil
	}
	return []governance.Venue{hub}
}

func (c Config) scope() governance.Scope {
	switch {
	case c.AllSpaces:
		return governance.Scope{All: true}
	case len(c.Spaces) > 0:
		return governance.Scope{Spaces: c.Spaces}
	default:
		return governance.Scope{Spaces: snapshot.DefaultSpaces()}
	}
}

// assessor adapts the summarizer to the agent.
type assessor struct{ *summarizer.Summarizer }

func (a assessor) Assess(ctx context.Context, p *governance.Proposal) (governance.Assessment, governance.Facts, governance.Usage, error) {
	r, err := a.Summarizer.Assess(ctx, p)
	return r.Assessment, r.Facts, r.Usage, err
}

// compiler adapts the summarizer's compiler to the pages. A person's own
// words reach a model only if a private one is configured.
type compiler struct{ private summarizer.Leaner }

func (c compiler) Compile(ctx context.Context, statement string, daos map[string]string) (governance.Values, error) {
	s := summarizer.Compiler{DAOs: daos, Private: c.private}
	return s.Compile(ctx, statement)
}

func (compiler) Notes(ctx context.Context, statement string, daos map[string]string) ([]string, error) {
	s := summarizer.Compiler{DAOs: daos}
	out, err := s.Explain(ctx, statement)
	return out.Notes, err
}

func newCompiler(c Config, st *store.Store, client *http.Client, log *slog.Logger) (compiler, error) {
	if c.PrivateLLM.Provider == "none" {
		return compiler{}, nil
	}
	config := llmConfig(c.PrivateLLM, st, client, log)
	config.Record = recordCalls(st, "values")
	model, err := summarizer.NewLanguageModel(config)
	return compiler{private: model}, err
}

func newAssessor(c Config, st *store.Store, client *http.Client, log *slog.Logger) (assessor, error) {
	config := summarizer.Config{Fallback: reader.New(), Log: log}
	if c.LLM.Provider != "none" {
		model, err := summarizer.NewLanguageModel(llmConfig(c.LLM, st, client, log))
		if err != nil {
			return assessor{}, err
		}
		config.Model = model
	}
	return assessor{summarizer.New(config)}, nil
}

func llmConfig(m LLM, st *store.Store, client *http.Client, log *slog.Logger) summarizer.LLMConfig {
	c := summarizer.LLMConfig{Provider: m.Provider, Model: m.Model, APIKey: m.APIKey, MonthlyUSD: m.MonthlyUSD, Transport: client.Transport, Log: log}
	if m.URL != nil {
		c.URL = m.URL.String()
	}
	c.Spent = func(ctx context.Context) (float64, error) {
		spend, err := st.ModelSpend(ctx, time.Now())
		return spend.USD, err
	}
	c.Record = recordCalls(st, "assess")
	return c
}

// recordCalls keeps what each call cost.
func recordCalls(st *store.Store, purpose string) func(context.Context, summarizer.Call) error {
	return func(ctx context.Context, call summarizer.Call) error {
		return st.RecordModelCall(ctx, store.ModelCall{At: call.At, Purpose: purpose, Model: call.Model, PromptHash: call.PromptHash,
			InputTokens: call.InputTokens, OutputTokens: call.OutputTokens, USD: call.USD, Latency: call.Latency, Error: call.Error})
	}
}

func webConfig(c Config, p parts, demoNote string) web.Config {
	w := web.Config{
		Store: p.store, Agent: p.agent, Compiler: p.compiler, Static: static.New(), Log: p.log, Now: time.Now, PublicURL: c.PublicURL,
		TrustedProxies: c.TrustedProxies, MetricsToken: c.MetricsToken, Demo: demoNote != "", DemoNote: demoNote, Version: version,
		Storage: storageName(c.DatabaseURL), Sources: map[string]string{string(governance.VenueSnapshot): c.HubURL.Host}, Settings: c.masked(), Scope: scope(c, demoNote != ""),
		About: [][2]string{{"Version", version}, {"Commit", commit()}, {"Go", runtime.Version()}},
	}
	if c.LLM.Provider != "none" {
		w.Model = web.ModelInfo{Name: c.LLM.Model, MonthlyUSD: c.LLM.MonthlyUSD}
		if c.LLM.URL != nil {
			w.Model.Host = c.LLM.URL.Host
		}
	}
	for _, s := range summarizer.Samples() {
		w.Samples = append(w.Samples, web.Sample{Key: s.Key, Name: s.Name, About: s.About, Values: s.Values})
	}
	return w
}

func storageName(databaseURL string) string {
	if path, ok := strings.CutPrefix(databaseURL, "sqlite:"); ok {
		return "SQLite, " + path
	}
	return "Postgres, " + maskURL(databaseURL)
}

func scope(c Config, isDemo bool) [][2]string {
	spaces := "the default list"
	switch {
	case isDemo:
		spaces = "all of the demo world"
	case c.NoSpaces:
		spaces = "none"
	case c.AllSpaces:
		spaces = "every space of the hub"
	case len(c.Spaces) > 0:
		spaces = strings.Join(slices.Sorted(slices.Values(c.Spaces)), ", ")
	}
	return [][2]string{{"Snapshot spaces", spaces}, {"Read every", c.SyncInterval.String()}, {"Ways out", map[string]string{"allowlist": "configured hosts only", "open": "any host", "local": "this machine only"}[c.Egress]}}
}

// secretKey reads the key that encrypts private data, making one where there
// is none.
func secretKey(path string) ([32]byte, error) {
	var key [32]byte
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newSecretKey(path)
	}
	if err != nil {
		return key, governance.Wrap(governance.Invalid, err, "MANDATE_SECRET_FILE cannot be read")
	}
	decoded, err := hex.DecodeString(strings.TrimSpace(string(raw)))
	if err != nil || len(decoded) != len(key) {
		return key, governance.Errorf(governance.Invalid, "MANDATE_SECRET_FILE (%s) must hold 64 hexadecimal digits; if it is lost, stored values cannot be read", path)
	}
	copy(key[:], decoded)
	return key, nil
}

func newSecretKey(path string) ([32]byte, error) {
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return key, governance.Wrap(governance.Invalid, err, "the folder of MANDATE_SECRET_FILE cannot be made")
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return key, governance.Wrap(governance.Invalid, err, "MANDATE_SECRET_FILE cannot be made")
	}
	_, err = f.WriteString(hex.EncodeToString(key[:]) + "\n")
	return key, errors.Join(err, f.Sync(), f.Close())
}
