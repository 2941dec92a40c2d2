package main

import (
	"context"
	"errors"
	"fmt"
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
	"mandate/governance/demo"
	"mandate/static"
	"mandate/summarizer"
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
