package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"mandate/governance"
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
	return serve(ctx, c, l, practice{}, p)
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, governance.Errorf(governance.Conflict, "%s cannot be listened on (%s); choose another address with --listen", address, errors.Unwrap(err))
	}
	return l, nil
}

// serve opens everything on the listener, runs until ctx ends, and stops in
// the opposite order.
func serve(ctx context.Context, c Config, l net.Listener, world practice, p program) error {
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
	config := webConfig(c, parts, world)
	if config.OwnerToken, err = ownerToken(ctx, c, parts, p); err != nil {
		return err
	}
	server := web.New(config)
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

// ownerToken prints the one-time token of an installation without an owner.
// It goes to where the URL went: whoever reads that started the program.
func ownerToken(ctx context.Context, c Config, parts parts, p program) (*web.OwnerToken, error) {
	if len(c.Owners) > 0 {
		return nil, nil //nolint:nilnil // no token, and nothing wrong
	}
	owners, err := parts.store.Owners(ctx)
	if err != nil || len(owners) > 0 {
		return nil, err
	}
	token, secret := web.NewOwnerToken(time.Now())
	fmt.Fprintf(p.stdout, "Nobody owns this Mandate yet. Whoever signs in at %s/account with this token within 15 minutes does: %s\n", c.PublicURL, secret)
	return token, nil
}

func webConfig(c Config, p parts, world practice) web.Config {
	w := web.Config{
		Store: p.store, Agent: p.agent, Compiler: p.compiler, Static: static.New(), Log: p.log, Now: time.Now, PublicURL: c.PublicURL,
		TrustedProxies: c.TrustedProxies, MetricsToken: c.MetricsToken, Demo: world.note != "", DemoNote: world.note, Practice: world.wallet, Version: version,
		Owners: c.Owners, Signups: c.signups(), Wallets: p.chains, ChainIDs: p.chains.IDs(), Nodes: p.nodes,
		Storage: storageName(c.DatabaseURL), Sources: map[string]string{string(governance.VenueSnapshot): c.HubURL.Host}, Settings: c.masked(), Scope: scope(c, world.note != ""),
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
