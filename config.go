package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// Config is the checked result of all settings. It stops here: the parts get
// what they need as arguments.
type Config struct {
	Listen         string
	PublicURL      *url.URL // nil = from the real listen address
	DatabaseURL    string
	HubURL         *url.URL
	APIKey         string
	Spaces         []string // nil = the default list
	NoSpaces       bool
	AllSpaces      bool
	SyncInterval   time.Duration
	LLM            LLM
	PrivateLLM     LLM
	Egress         string
	SecretFile     string
	MetricsToken   string
	TrustedProxies []netip.Prefix
	LogJSON        bool
	LogLevel       slog.Level
	Later          []string // settings that are known but have no effect yet
	raw            map[string]string
}

// LLM is one language model, reached at an OpenAI-compatible server.
type LLM struct {
	Provider   string // "none", "openai", "anthropic"
	URL        *url.URL
	Model      string
	APIKey     string
	MonthlyUSD float64 // 0 = no limit
}

// setting is one row of the table of settings.
type setting struct {
	name, fallback, help string
	secret               bool
	later                bool // belongs to a part that is not built yet
}

func settings() []setting {
	rows := []setting{
		{name: "LISTEN", fallback: "127.0.0.1:8080", help: "address and port to serve on"},
		{name: "PUBLIC_URL", help: "URL that people use; default: http:// and the listen address"},
		{name: "DATABASE_URL", fallback: "sqlite:./data/mandate.db", help: "sqlite:PATH or postgres://…"},
		{name: "SNAPSHOT_HUB_URL", fallback: "https://hub.snapshot.org/graphql", help: "Snapshot hub"},
		{name: "SNAPSHOT_API_KEY", secret: true, help: "Snapshot API key"},
		{name: "SPACES", help: "spaces to read, separated by commas; empty = the default list; all; none"},
		{name: "SYNC_INTERVAL", fallback: "60s", help: "time between two readings"},
		{name: "EGRESS", fallback: "allowlist", help: "allowlist, open or local"},
		{name: "SECRET_FILE", help: "key for private data; default: secret beside the SQLite file, else ./data/secret"},
		{name: "METRICS_TOKEN", secret: true, help: "bearer token for /metrics from elsewhere than loopback"},
		{name: "TRUSTED_PROXIES", help: "addresses or prefixes whose X-Forwarded-For counts, separated by commas"},
		{name: "LOG", fallback: "text", help: "text or json"},
		{name: "LOG_LEVEL", fallback: "info", help: "debug, info, warn or error"},
	}
	for _, prefix := range []string{"", "PRIVATE_"} {
		rows = append(rows,
			setting{name: prefix + "LLM_PROVIDER", fallback: "none", help: "none, openai (any compatible server) or anthropic"},
			setting{name: prefix + "LLM_URL", help: "base URL of the model server"},
			setting{name: prefix + "LLM_MODEL", help: "model name"},
			setting{name: prefix + "LLM_API_KEY", secret: true, help: "key of the model server"},
			setting{name: prefix + "LLM_MONTHLY_USD", help: "most dollars a month; empty = no limit"})
	}
	for _, name := range []string{"SNAPSHOT_SEQUENCER_URL", "SNAPSHOT_SCORE_URL", "SNAPSHOT_RELAYER_URL", "GOVERNORS", "DAOS_FILE",
		"OWNERS", "SIGNUPS", "KEYSTORE_PASSWORD_FILE", "MAIL_FROM"} {
		rows = append(rows, setting{name: name, later: true})
	}
	return append(rows, setting{name: "SMTP_URL", secret: true, later: true})
}

// loadConfig reads defaults, mandate.toml, the environment and flags, in this
// order of growing weight, and checks all of it. The error names every fault.
func loadConfig(environ []string, flags map[string]string, tomlPath string) (Config, error) {
	raw, err := layers(environ, flags, tomlPath)
	if err != nil {
		return Config{}, err
	}
	p := parser{raw: raw}
	c := p.config()
	for _, name := range unknownSettings(raw) {
		p.fault(name, "is not a setting of Mandate%s", nearest(name))
	}
	return c, errors.Join(p.faults...)
}

// layers merges the sources. Each is brought to the same flat names before it
// is merged, so that listen in the file cannot outlive MANDATE_LISTEN in the
// environment. An empty value counts as not set.
func layers(environ []string, flags map[string]string, tomlPath string) (map[string]string, error) {
	raw := map[string]string{}
	for _, s := range settings() {
		raw[s.name] = s.fallback
	}
	fromFile, err := tomlLayer(tomlPath)
	if err != nil {
		return nil, err
	}
	fromEnv := koanf.New(flat)
	err = fromEnv.Load(env.Provider(flat, env.Opt{Prefix: "MANDATE_", EnvironFunc: func() []string { return environ },
		TransformFunc: func(key, value string) (string, any) { return strings.TrimPrefix(key, "MANDATE_"), value }}), nil)
	if err != nil {
		return nil, fmt.Errorf("environment: %w", err)
	}
	for _, layer := range []map[string]string{fromFile, texts(fromEnv), flags} {
		for name, value := range layer {
			if value = strings.TrimSpace(value); value != "" {
				raw[name] = value
			}
		}
	}
	return raw, nil
}

// flat is koanf's path separator: it stands in no name, so names stay whole.
const flat = "\x00"

// tomlLayer reads the file, which may be absent. Its keys are the names of
// the settings, in either case, with or without MANDATE_.
func tomlLayer(path string) (map[string]string, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	k := koanf.New(flat)
	if err := k.Load(file.Provider(path), toml.Parser()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	layer := map[string]string{}
	for key, value := range texts(k) {
		key = strings.ReplaceAll(key, flat, ".") // a table: no setting has one, and the message names it
		layer[strings.TrimPrefix(strings.ToUpper(key), "MANDATE_")] = value
	}
	return layer, nil
}

// texts returns every value as the text that an environment would hold.
func texts(k *koanf.Koanf) map[string]string {
	out := map[string]string{}
	for key, value := range k.All() {
		out[key] = fmt.Sprint(value)
		if items, ok := value.([]any); ok {
			out[key] = strings.Trim(fmt.Sprintln(items...), "\n") // list() splits at spaces too
		}
	}
	return out
}

type parser struct {
	raw    map[string]string
	faults []error
}

func (p *parser) fault(name, format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf("MANDATE_%s %s", name, fmt.Sprintf(format, args...)))
}

func (p *parser) config() Config {
	c := Config{
		Listen:         p.listen("LISTEN"),
		PublicURL:      p.url("PUBLIC_URL"),
		DatabaseURL:    p.database("DATABASE_URL"),
		HubURL:         p.url("SNAPSHOT_HUB_URL"),
		APIKey:         p.raw["SNAPSHOT_API_KEY"],
		SyncInterval:   p.duration("SYNC_INTERVAL", 5*time.Second, 24*time.Hour),
		LLM:            p.llm(""),
		PrivateLLM:     p.llm("PRIVATE_"),
		Egress:         p.oneOf("EGRESS", "allowlist", "open", "local"),
		SecretFile:     p.raw["SECRET_FILE"],
		MetricsToken:   p.raw["METRICS_TOKEN"],
		TrustedProxies: p.prefixes("TRUSTED_PROXIES"),
		LogJSON:        p.oneOf("LOG", "text", "json") == "json",
		raw:            p.raw,
	}
	if err := c.LogLevel.UnmarshalText([]byte(p.raw["LOG_LEVEL"])); err != nil {
		p.fault("LOG_LEVEL", "is %q; it must be debug, info, warn or error", p.raw["LOG_LEVEL"])
	}
	c.Spaces = list(p.raw["SPACES"])
	c.NoSpaces, c.AllSpaces = slices.Contains(c.Spaces, "none"), slices.Contains(c.Spaces, "all")
	if c.NoSpaces || c.AllSpaces {
		if len(c.Spaces) > 1 {
			p.fault("SPACES", "has %s beside other spaces; it must be one or the other", strings.Join(c.Spaces, ", "))
		}
		c.Spaces = nil
	}
	if c.SecretFile == "" {
		c.SecretFile = filepath.Join("data", "secret")
		if path, ok := strings.CutPrefix(c.DatabaseURL, "sqlite:"); ok {
			c.SecretFile = filepath.Join(filepath.Dir(path), "secret")
		}
	}
	for _, s := range settings() {
		if s.later && p.raw[s.name] != "" {
			c.Later = append(c.Later, "MANDATE_"+s.name)
		}
	}
	for name := range p.raw {
		if isRPC(name) {
			c.Later = append(c.Later, "MANDATE_"+name)
		}
	}
	sort.Strings(c.Later)
	return c
}

func (p *parser) listen(name string) string {
	host, port, err := net.SplitHostPort(p.raw[name])
	if err != nil {
		p.fault(name, "is %q; it must be an address and a port, like 127.0.0.1:8080", p.raw[name])
		return ""
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		p.fault(name, "has the port %q; it must be a number from 0 to 65535", port)
	}
	if host != "" && host != "localhost" && net.ParseIP(host) == nil {
		p.fault(name, "has the host %q; it must be an IP address or localhost", host)
	}
	return p.raw[name]
}

func (p *parser) url(name string) *url.URL {
	if p.raw[name] == "" {
		return nil
	}
	u, err := url.Parse(p.raw[name])
	// The value may carry a key: the message never repeats it.
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		p.fault(name, "must be a URL that begins with https:// or http://")
		return nil
	}
	return u
}

func (p *parser) database(name string) string {
	v := p.raw[name]
	switch {
	case strings.HasPrefix(v, "sqlite:") && len(v) > len("sqlite:"):
	case strings.HasPrefix(v, "postgres://"), strings.HasPrefix(v, "postgresql://"):
		if _, err := url.Parse(v); err != nil { // the cause would repeat the password
			p.fault(name, "is not a URL; a password with special characters must be percent-encoded")
		}
	default:
		p.fault(name, "must be sqlite:PATH or postgres://…")
	}
	return v
}

func (p *parser) duration(name string, least, most time.Duration) time.Duration {
	d, err := time.ParseDuration(p.raw[name])
	if err != nil || d < least || d > most {
		p.fault(name, "is %q; it must be a duration from %s to %s, like 60s", p.raw[name], least, most)
	}
	return d
}

func (p *parser) oneOf(name string, allowed ...string) string {
	if !slices.Contains(allowed, p.raw[name]) {
		p.fault(name, "is %q; it must be %s", p.raw[name], strings.Join(allowed, ", "))
	}
	return p.raw[name]
}

func (p *parser) prefixes(name string) []netip.Prefix {
	var out []netip.Prefix
	for _, item := range list(p.raw[name]) {
		prefix, err := netip.ParsePrefix(item)
		if addr, aerr := netip.ParseAddr(item); aerr == nil {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			p.fault(name, "has %q; it must hold addresses or prefixes like 10.0.0.0/8", item)
			continue
		}
		out = append(out, prefix)
	}
	return out
}

func (p *parser) llm(prefix string) LLM {
	m := LLM{
		Provider: p.oneOf(prefix+"LLM_PROVIDER", "none", "openai", "anthropic"),
		URL:      p.url(prefix + "LLM_URL"),
		Model:    p.raw[prefix+"LLM_MODEL"],
		APIKey:   p.raw[prefix+"LLM_API_KEY"],
	}
	if text := p.raw[prefix+"LLM_MONTHLY_USD"]; text != "" {
		usd, err := strconv.ParseFloat(text, 64)
		if err != nil || !(usd > 0) || usd > 1e9 {
			p.fault(prefix+"LLM_MONTHLY_USD", "is %q; it must be dollars above 0, like 5", text)
		}
		m.MonthlyUSD = usd
	}
	if m.Provider == "none" {
		return m
	}
	if m.Model == "" {
		p.fault(prefix+"LLM_MODEL", "is empty; a provider needs a model name")
	}
	if m.URL == nil && m.Provider == "openai" {
		p.fault(prefix+"LLM_URL", "is empty; name the server, like http://127.0.0.1:11434/v1")
	}
	return m
}

// list splits at commas and white space; nil if nothing is left.
func list(s string) []string {
	return append([]string(nil), strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })...)
}

func unknownSettings(raw map[string]string) []string {
	var out []string
	for name := range raw {
		// The last two are for the tests: where outside data lies.
		known := isRPC(name) || name == "DATA_DIR" || name == "VECTORS_DIR" ||
			slices.ContainsFunc(settings(), func(s setting) bool { return s.name == name })
		if !known {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

// isRPC reports whether name is RPC_ and a chain id.
func isRPC(name string) bool {
	chain, ok := strings.CutPrefix(name, "RPC_")
	_, err := strconv.ParseUint(chain, 10, 64)
	return ok && err == nil
}

// nearest suggests the setting that a misspelt name probably means.
func nearest(name string) string {
	name = strings.ReplaceAll(strings.ToUpper(name), ".", "_")
	best, least := "", 3 // three wrong letters are another word
	for _, s := range settings() {
		if d := distance(name, s.name); d < least {
			best, least = s.name, d
		}
	}
	for _, s := range settings() {
		if best == "" && (strings.HasPrefix(s.name, name) || strings.HasPrefix(name, s.name)) {
			best = s.name
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean MANDATE_" + best + "?"
}

// distance is Levenshtein's: letters to add, drop or change.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

const mask = "********"

// masked lists the settings in force, secrets hidden.
func (c Config) masked() [][2]string {
	var out [][2]string
	for _, s := range settings() {
		value := c.raw[s.name]
		if s.secret && value != "" {
			value = "********"
		}
		if strings.HasSuffix(s.name, "_URL") {
			value = maskURL(value)
		}
		out = append(out, [2]string{"MANDATE_" + s.name, value})
	}
	return out
}

func (c Config) print(w io.Writer) {
	for _, pair := range c.masked() {
		fmt.Fprintf(w, "%s=%s\n", pair[0], pair[1])
	}
}

// maskURL hides what may be a key: a password, a user name before a web
// host, a query. What cannot be read is hidden whole.
func maskURL(s string) string {
	if !strings.Contains(s, "://") {
		return s
	}
	u, err := url.Parse(s)
	if err != nil {
		return mask
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), mask)
	} else if u.User != nil && strings.HasPrefix(u.Scheme, "http") {
		u.User = url.User(mask)
	}
	if u.RawQuery != "" {
		u.RawQuery = mask
	}
	return strings.ReplaceAll(u.String(), "%2A", "*")
}

// egress is the one way out: every remote part gets this client, so a host
// that is not configured cannot be reached whatever a text says.
func (c Config) egress() *http.Client {
	allowed := map[string]bool{}
	if c.HubURL != nil {
		allowed[c.HubURL.Host] = true
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
	next    http.RoundTripper
	mode    string
	allowed map[string]bool
}

// RoundTrip refuses hosts outside the mode's list before a connection is made.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	switch {
	case g.mode == "open":
	case g.mode == "local" && !isLoopback(r.URL.Hostname()):
		return nil, fmt.Errorf("MANDATE_EGRESS is local: %s was not asked", r.URL.Hostname())
	case g.mode == "allowlist" && !g.allowed[r.URL.Host]:
		return nil, fmt.Errorf("MANDATE_EGRESS is allowlist: %s is not a configured host", r.URL.Hostname())
	}
	return g.next.RoundTrip(r)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
