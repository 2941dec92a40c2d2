package main

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// egress is the one way out: every remote part gets this client, so a host
// that is not configured cannot be reached whatever a text says.
func (c Config) egress() *http.Client {
	allowed := map[string]bool{}
	for _, u := range []*url.URL{c.HubURL, c.SequencerURL, c.ScoreURL, c.RelayerURL} {
		if u != nil {
			allowed[u.Host] = true
		}
	}
	for _, urls := range c.RPC {
		for _, address := range urls {
			if u, err := url.Parse(address); err == nil { // checked when it was read
				allowed[u.Host] = true
			}
		}
	}
	for _, m := range []LLM{c.LLM, c.PrivateLLM} {
		switch {
		case m.Provider == "none":
		case m.URL != nil:
			allowed[m.URL.Host] = true
		case m.Provider == "anthropic":
			allowed["api.anthropic.com"] = true
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil // a proxy from the environment would be a way out that nobody configured here
	transport.ResponseHeaderTimeout = 2 * time.Minute
	return &http.Client{
		Transport:     &guard{next: transport, mode: c.Egress, allowed: allowed},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

type guard struct {
	next http.RoundTripper
	mode string

	allowed map[string]bool // by the settings

	mu     sync.RWMutex
	chosen map[string]bool // nodes that an owner chose
}

// choose replaces the hosts of the nodes that owners chose while the program
// runs.
func (g *guard) choose(hosts map[string]bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.chosen = hosts
}

func (g *guard) allows(u *url.URL) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.allowed[u.Host] || g.chosen[u.Host]
}

// RoundTrip refuses hosts outside the mode's list before a connection is made.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	switch {
	case g.mode == "open":
	case g.mode == "local" && !isLoopback(r.URL.Hostname()):
		return nil, fmt.Errorf("MANDATE_EGRESS is local: %s was not asked", r.URL.Hostname())
	case g.mode == "allowlist" && !g.allows(r.URL):
		return nil, fmt.Errorf("MANDATE_EGRESS is allowlist: %s is not a configured host", r.URL.Hostname())
	}
	return g.next.RoundTrip(r)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
