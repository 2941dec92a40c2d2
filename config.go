package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"mandate/governance"
	"mandate/governance/snapshot"
	"mandate/web"
)

// Config is the checked result of all settings. It stops here: the parts get
// what they need as arguments.
type Config struct {
	Listen         string
	PublicURL      *url.URL // nil = from the real listen address
	DatabaseURL    string
	HubURL         *url.URL
	SequencerURL   *url.URL
	ScoreURL       *url.URL
	RelayerURL     *url.URL
	ShutterKey     string // eon public key for shielded votes; "" = the one in use at snapshot.box
	APIKey         string
	RPC            map[uint64][]string // chain id → URLs, which may hold keys
	Owners         []string            // EIP-55
	OpenSignups    bool
	Spaces         []string // nil = the default list
	NoSpaces       bool
	AllSpaces      bool
	Governors      []string // ids; nil = the default list where a node is set
	NoGovernors    bool
	DAOs           []governance.Governor // of the file of more DAOs, not checked on chain yet
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
		{name: "SNAPSHOT_HUB_URL", fallback: snapshot.PublicHub, help: "Snapshot hub"},
		{name: "SNAPSHOT_SEQUENCER_URL", fallback: snapshot.PublicSequencer, help: "where Snapshot votes are sent"},
		{name: "SNAPSHOT_SCORE_URL", fallback: snapshot.PublicScore, help: "Snapshot's score API"},
		{name: "SNAPSHOT_RELAYER_URL", fallback: snapshot.PublicRelayer, help: "where votes of Safe wallets wait for their owners"},
		{name: "SNAPSHOT_SHUTTER_KEY", help: "public key for shielded votes; default: the one that snapshot.box uses"},
		{name: "SNAPSHOT_API_KEY", secret: true, help: "Snapshot API key"},
		{name: "SPACES", help: "spaces to read, separated by commas; empty = the default list; all; none"},
		{name: "GOVERNORS", help: "Governor contracts to read, like eip155:1:0x…, separated by commas; empty = the default list on chains that have a node; none"},
		{name: "DAOS_FILE", help: "JSON file with more DAOs: name, chainId, governor, startBlock, snapshotSpace"},
		{name: "SYNC_INTERVAL", fallback: "60s", help: "time between two readings"},
		{name: "EGRESS", fallback: "allowlist", help: "allowlist, open or local"},
		{name: "SECRET_FILE", help: "key for private data; default: secret beside the SQLite file, else ./data/secret"},
		{name: "OWNERS", help: "addresses that own this installation, separated by commas; empty = who signs in first with the token printed at the start"},
		{name: "SIGNUPS", fallback: "owner", help: "who may sign in: owner or open"},
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
	for _, name := range []string{"KEYSTORE_PASSWORD_FILE", "MAIL_FROM"} {
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

// signups is the policy in the words of package web.
func (c Config) signups() string {
	if c.OpenSignups {
		return web.SignupsOpen
	}
	return web.SignupsOwner
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
	for _, chain := range slices.Sorted(maps.Keys(c.RPC)) {
		var hosts []string
		for _, address := range c.RPC[chain] {
			hosts = append(hosts, hostOnly(address))
		}
		out = append(out, [2]string{fmt.Sprintf("MANDATE_RPC_%d", chain), strings.Join(hosts, " ")})
	}
	return out
}

// hostOnly hides the path of a node's URL too: providers put their keys there.
func hostOnly(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return mask
	}
	if strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.User == nil {
		return u.Scheme + "://" + u.Host
	}
	return u.Scheme + "://" + u.Host + "/" + mask
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
