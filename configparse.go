package main

import (
	"encoding/hex"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
)

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
		SequencerURL:   p.url("SNAPSHOT_SEQUENCER_URL"),
		ScoreURL:       p.url("SNAPSHOT_SCORE_URL"),
		RelayerURL:     p.url("SNAPSHOT_RELAYER_URL"),
		ShutterKey:     p.shutterKey("SNAPSHOT_SHUTTER_KEY"),
		APIKey:         p.raw["SNAPSHOT_API_KEY"],
		RPC:            p.nodes(),
		Owners:         p.owners("OWNERS"),
		OpenSignups:    p.oneOf("SIGNUPS", "owner", "open") == "open",
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
	c.Governors, c.NoGovernors = p.governors("GOVERNORS")
	c.DAOs = p.daosFile("DAOS_FILE")
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

// nodes reads MANDATE_RPC_<chain id>. The URLs may hold keys: no message
// repeats them.
func (p *parser) nodes() map[uint64][]string {
	out := map[uint64][]string{}
	for _, name := range slices.Sorted(maps.Keys(p.raw)) {
		if !isRPC(name) {
			continue
		}
		chain, _ := strconv.ParseUint(strings.TrimPrefix(name, "RPC_"), 10, 64) // isRPC read it
		for _, address := range list(p.raw[name]) {
			u, err := url.Parse(address)
			if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
				p.fault(name, "must hold URLs that begin with https:// or http://, separated by spaces")
				break
			}
			out[chain] = append(out[chain], address)
		}
	}
	return out
}

func (p *parser) owners(name string) []string {
	var out []string
	for _, item := range list(p.raw[name]) {
		address, err := ballot.Checksum(item)
		if err != nil {
			p.fault(name, "has %q; it must hold addresses (0x and 40 hexadecimal digits)", item)
			continue
		}
		out = append(out, address)
	}
	return out
}

// governors reads ids of governors, or none.
func (p *parser) governors(name string) (ids []string, none bool) {
	items := list(p.raw[name])
	if none = slices.Contains(items, "none"); none {
		if len(items) > 1 {
			p.fault(name, "has none beside governors; it must be one or the other")
		}
		return nil, true
	}
	for _, item := range items {
		chain, address, err := governance.ParseGovernorID(item)
		if err != nil {
			p.fault(name, "has %q; it must hold names like eip155:1:0x… (the chain's id and the contract's address)", item)
			continue
		}
		ids = append(ids, governance.GovernorID(chain, address))
	}
	return ids, false
}

// shutterKey checks a point of 128 bytes in hex; whether it lies on the curve
// is seen when the first vote is encrypted.
func (p *parser) shutterKey(name string) string {
	key := p.raw[name]
	if raw, err := hex.DecodeString(strings.TrimPrefix(key, "0x")); key != "" && (err != nil || len(raw) != 128) {
		p.fault(name, "must be 0x and 256 hexadecimal digits")
	}
	return key
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
