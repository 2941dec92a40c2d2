package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// load calls loadConfig with an optional mandate.toml.
func load(t *testing.T, environ []string, flags map[string]string, file string) (Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mandate.toml")
	if file != "" {
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return loadConfig(environ, flags, path)
}

func mustLoad(t *testing.T, environ ...string) Config {
	t.Helper()
	c, err := load(t, environ, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConfigDefaultsNeedNoSetting(t *testing.T) {
	c := mustLoad(t)
	if c.Listen != "127.0.0.1:8080" || c.DatabaseURL != "sqlite:./data/mandate.db" || c.SyncInterval != time.Minute {
		t.Errorf("listen %q, database %q, interval %s", c.Listen, c.DatabaseURL, c.SyncInterval)
	}
	if c.HubURL.String() != "https://hub.snapshot.org/graphql" || c.Egress != "allowlist" || c.LLM.Provider != "none" {
		t.Errorf("hub %s, egress %q, model %q", c.HubURL, c.Egress, c.LLM.Provider)
	}
	if c.PublicURL != nil || c.Spaces != nil || c.NoSpaces || c.LogJSON || c.LogLevel != slog.LevelInfo || len(c.Later) != 0 {
		t.Errorf("not the defaults: %+v", c)
	}
	if want := filepath.Join("data", "secret"); c.SecretFile != want {
		t.Errorf("secret file %q, want %q", c.SecretFile, want)
	}
}

func TestConfigPrecedence(t *testing.T) {
	for _, tt := range []struct {
		name, file, env, flag, want string
	}{
		{name: "nothing", want: "127.0.0.1:8080"},
		{name: "file", file: "127.0.0.1:1", want: "127.0.0.1:1"},
		{name: "environment over file", file: "127.0.0.1:1", env: "127.0.0.1:2", want: "127.0.0.1:2"},
		{name: "flag over all", file: "127.0.0.1:1", env: "127.0.0.1:2", flag: "127.0.0.1:3", want: "127.0.0.1:3"},
		{name: "empty is not set", file: "127.0.0.1:1", env: " ", want: "127.0.0.1:1"},
	} {
		// The name may be written in each of these ways; none may change who wins.
		for _, key := range []string{"listen", "LISTEN", "MANDATE_LISTEN"} {
			t.Run(tt.name+" "+key, func(t *testing.T) {
				file := ""
				if tt.file != "" {
					file = key + " = " + `"` + tt.file + `"`
				}
				c, err := load(t, []string{"MANDATE_LISTEN=" + tt.env}, map[string]string{"LISTEN": tt.flag}, file)
				if err != nil || c.Listen != tt.want {
					t.Errorf("listen %q, %v; want %q", c.Listen, err, tt.want)
				}
			})
		}
	}
}

func TestConfigFileTypes(t *testing.T) {
	c, err := load(t, nil, nil, "spaces = ['a.eth', 'b.eth']\nllm_monthly_usd = 5\nlog = 'json'\n")
	if err != nil || !slices.Equal(c.Spaces, []string{"a.eth", "b.eth"}) || c.LLM.MonthlyUSD != 5 || !c.LogJSON {
		t.Errorf("%v %v %v %v", c.Spaces, c.LLM.MonthlyUSD, c.LogJSON, err)
	}
	if _, err = load(t, nil, nil, "spaces = ['a.eth'"); err == nil || !strings.Contains(err.Error(), "mandate.toml") {
		t.Errorf("a broken file: %v", err)
	}
	if _, err = load(t, nil, nil, "[llm]\nprovider = 'none'\n"); err == nil || !strings.Contains(err.Error(), "did you mean MANDATE_LLM_PROVIDER") {
		t.Errorf("a table: %v", err)
	}
}

func TestConfigNamesEveryFault(t *testing.T) {
	for _, tt := range []struct{ set, want string }{
		{"LISTEN=8080", "MANDATE_LISTEN is"},
		{"LISTEN=127.0.0.1:99999", "MANDATE_LISTEN has the port"},
		{"LISTEN=example.com:80", "MANDATE_LISTEN has the host"},
		{"PUBLIC_URL=mandate.example", "MANDATE_PUBLIC_URL must be"},
		{"PUBLIC_URL=ftp://mandate.example", "MANDATE_PUBLIC_URL must be"},
		{"DATABASE_URL=mysql://x", "MANDATE_DATABASE_URL must be"},
		{"DATABASE_URL=sqlite:", "MANDATE_DATABASE_URL must be"},
		{"DATABASE_URL=postgres://u:hush%zz@h/db", "MANDATE_DATABASE_URL is not a URL"},
		{"SNAPSHOT_HUB_URL=http://", "MANDATE_SNAPSHOT_HUB_URL must be"},
		{"SYNC_INTERVAL=60", "MANDATE_SYNC_INTERVAL is"},
		{"SYNC_INTERVAL=1s", "MANDATE_SYNC_INTERVAL is"},
		{"SPACES=none,a.eth", "MANDATE_SPACES has none"},
		{"EGRESS=closed", "MANDATE_EGRESS is"},
		{"TRUSTED_PROXIES=10.0.0.0/8,nginx", `MANDATE_TRUSTED_PROXIES has "nginx"`},
		{"LOG=xml", "MANDATE_LOG is"},
		{"LOG_LEVEL=loud", "MANDATE_LOG_LEVEL is"},
		{"LLM_PROVIDER=mine", "MANDATE_LLM_PROVIDER is"},
		{"LLM_PROVIDER=openai", "MANDATE_LLM_URL is empty"},
		{"LLM_PROVIDER=anthropic", "MANDATE_LLM_MODEL is empty"},
		{"PRIVATE_LLM_PROVIDER=openai", "MANDATE_PRIVATE_LLM_MODEL is empty"},
		{"LLM_MONTHLY_USD=-1", "MANDATE_LLM_MONTHLY_USD is"},
		{"LLM_MONTHLY_USD=NaN", "MANDATE_LLM_MONTHLY_USD is"},
		{"OWNERS=0x123", `MANDATE_OWNERS has "0x123"`},
		{"OWNERS=0x84f35851d35A1fE0Ad6Af36C0F7b8F6bC8a08B6e", "MANDATE_OWNERS has"}, // a checksum that does not hold
		{"SIGNUPS=all", "MANDATE_SIGNUPS is"},
		{"SNAPSHOT_SEQUENCER_URL=seq", "MANDATE_SNAPSHOT_SEQUENCER_URL must be"},
		{"SNAPSHOT_SHUTTER_KEY=0x12", "MANDATE_SNAPSHOT_SHUTTER_KEY must be"},
		{"RPC_1=https://node.example wss://hush.example", "MANDATE_RPC_1 must hold URLs"},
		{"LISTNE=127.0.0.1:1", "MANDATE_LISTNE is not a setting of Mandate; did you mean MANDATE_LISTEN?"},
		{"listen=127.0.0.1:1", "did you mean MANDATE_LISTEN?"},
		{"LOGLEVEL=info", "did you mean MANDATE_LOG_LEVEL?"},
		{"SNAPSHOT_HUB=http://127.0.0.1", "did you mean MANDATE_SNAPSHOT_HUB_URL?"},
		{"DATA_BASE_URL=x", "did you mean MANDATE_DATABASE_URL?"},
		{"RPC_MAIN=http://127.0.0.1", "MANDATE_RPC_MAIN is not a setting"},
		{"COLOUR=red", "MANDATE_COLOUR is not a setting of Mandate"},
	} {
		t.Run(tt.set, func(t *testing.T) {
			_, err := load(t, []string{"MANDATE_" + tt.set}, nil, "")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "hush") {
				t.Errorf("the message repeats a password: %v", err)
			}
		})
	}
}

func TestConfigNamesAllFaultsAtOnce(t *testing.T) {
	_, err := load(t, []string{"MANDATE_LISTEN=x", "MANDATE_LOG=y", "MANDATE_EGRES=open"}, map[string]string{"SYNC_INTERVAL": "z"}, "database_url = 'q'")
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	for _, name := range []string{"LISTEN", "LOG", "EGRES", "SYNC_INTERVAL", "DATABASE_URL"} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "MANDATE_"+name+" ") }) {
			t.Errorf("no line for %s in %q", name, lines)
		}
	}
	if len(lines) != 5 {
		t.Errorf("%d faults, want 5: %q", len(lines), lines)
	}
}

func TestConfigValues(t *testing.T) {
	c := mustLoad(t, "PATH=/bin", "MANDATE_LISTEN=[::1]:0", "MANDATE_SPACES=a.eth, b.eth", "MANDATE_TRUSTED_PROXIES=10.0.0.0/8,::1",
		"MANDATE_DATABASE_URL=sqlite:/var/lib/mandate/m.db", "MANDATE_LOG_LEVEL=debug", "MANDATE_DATA_DIR=/data", "MANDATE_VECTORS_DIR=/v",
		"MANDATE_RPC_1=http://127.0.0.1:8545 https://node.example/key", "MANDATE_OWNERS=0x84f35851d35a1fe0ad6af36c0f7b8f6bc8a08b6e", "MANDATE_SIGNUPS=open", "MANDATE_KEYSTORE_PASSWORD_FILE=/run/keys", "MANDATE_GOVERNORS=eip155:1:0x84f35851d35a1fe0ad6af36c0f7b8f6bc8a08b6e",
		"MANDATE_LLM_PROVIDER=openai", "MANDATE_LLM_MODEL=m", "MANDATE_LLM_URL=http://127.0.0.1:11434/v1")
	if !slices.Equal(c.Spaces, []string{"a.eth", "b.eth"}) || len(c.TrustedProxies) != 2 || c.TrustedProxies[1].Bits() != 128 {
		t.Errorf("spaces %v, proxies %v", c.Spaces, c.TrustedProxies)
	}
	if c.SecretFile != "/var/lib/mandate/secret" || c.LogLevel != slog.LevelDebug || c.LLM.Model != "m" {
		t.Errorf("secret %q, level %s, model %q", c.SecretFile, c.LogLevel, c.LLM.Model)
	}
	if !c.OpenSignups || !slices.Equal(c.Owners, []string{"0x84f35851d35A1fE0Ad6Af36C0F7b8F6bC8a08B6E"}) || len(c.RPC[1]) != 2 {
		t.Errorf("sign-ups %v, owners %v, nodes %v", c.OpenSignups, c.Owners, c.RPC)
	}
	if want := []string{"eip155:1:0x84f35851d35a1fe0ad6af36c0f7b8f6bc8a08b6e"}; !slices.Equal(c.Governors, want) {
		t.Errorf("governors %v, want %v", c.Governors, want)
	}
	if want := []string{"MANDATE_KEYSTORE_PASSWORD_FILE"}; !slices.Equal(c.Later, want) {
		t.Errorf("settings without effect %v, want %v", c.Later, want)
	}
	if c = mustLoad(t, "MANDATE_SPACES=none"); !c.NoSpaces || c.Spaces != nil {
		t.Errorf("none: %v %v", c.NoSpaces, c.Spaces)
	}
}

func TestConfigPrintMasksSecrets(t *testing.T) {
	c := mustLoad(t, "MANDATE_SNAPSHOT_API_KEY=hush-1", "MANDATE_METRICS_TOKEN=hush-2", "MANDATE_LLM_API_KEY=hush-3", "MANDATE_PRIVATE_LLM_API_KEY=hush-4",
		"MANDATE_SMTP_URL=smtp://u:hush-5@mail.example", "MANDATE_DATABASE_URL=postgres://reader:hush-6@db.example/m?password=hush-7",
		"MANDATE_SNAPSHOT_HUB_URL=https://hush-8@hub.example/graphql?key=hush-9",
		"MANDATE_RPC_1=https://node.example/v3/hush-10 http://127.0.0.1:8545 https://hush-11@other.example")
	var out strings.Builder
	c.print(&out)
	if strings.Contains(out.String(), "hush") {
		t.Errorf("a secret is printed:\n%s", out.String())
	}
	for _, line := range []string{"MANDATE_LISTEN=127.0.0.1:8080", "MANDATE_SNAPSHOT_API_KEY=********",
		"MANDATE_DATABASE_URL=postgres://reader:********@db.example/m?********",
		"MANDATE_RPC_1=https://node.example/******** http://127.0.0.1:8545 https://other.example/********"} {
		if !strings.Contains(out.String(), line+"\n") {
			t.Errorf("no line %q in\n%s", line, out.String())
		}
	}
}

func TestMaskURL(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"sqlite:./data/mandate.db":      "sqlite:./data/mandate.db",
		"postgres:///m?password=hush":   "postgres:///m?********",
		"postgres://u:hush%zz@h/m":      "********",
		"https://hub.example/graphql":   "https://hub.example/graphql",
		"https://hub.example/g?key=abc": "https://hub.example/g?********",
	} {
		if got := maskURL(in); got != want {
			t.Errorf("maskURL(%q) = %q, want %q", in, got, want)
		}
	}
}

// recorder stands where the network begins: what reaches it would have been
// a connection.
type recorder struct{ asked []string }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.asked = append(r.asked, req.URL.Host)
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: req}, nil
}

func TestEgressRefusesBeforeConnecting(t *testing.T) {
	model := []string{"MANDATE_LLM_PROVIDER=openai", "MANDATE_LLM_MODEL=m", "MANDATE_LLM_URL=http://127.0.0.1:11434/v1"}
	for _, tt := range []struct {
		name, url string
		environ   []string
		ok        bool
	}{
		{name: "the hub", url: "https://hub.snapshot.org/graphql", ok: true},
		{name: "another host", url: "https://evil.example/"},
		{name: "the hub on another port", url: "https://hub.snapshot.org:8443/graphql"},
		{name: "a host that begins like the hub", url: "https://hub.snapshot.org.evil.example/"},
		{name: "the hub as a user name", url: "https://hub.snapshot.org@evil.example/"},
		{name: "cloud metadata", url: "http://169.254.169.254/latest"},
		{name: "loopback that is not configured", url: "http://127.0.0.1:9/"},
		{name: "the model", url: "http://127.0.0.1:11434/v1/chat", environ: model, ok: true},
		{name: "a model without provider", url: "http://127.0.0.1:11434/v1", environ: []string{"MANDATE_LLM_URL=http://127.0.0.1:11434/v1"}},
		{name: "anthropic's own host", url: "https://api.anthropic.com/v1", environ: []string{"MANDATE_LLM_PROVIDER=anthropic", "MANDATE_LLM_MODEL=m"}, ok: true},
		{name: "anthropic's host without provider", url: "https://api.anthropic.com/v1"},
		{name: "local: the hub", url: "https://hub.snapshot.org/graphql", environ: []string{"MANDATE_EGRESS=local"}},
		{name: "local: loopback", url: "http://[::1]:9/", environ: []string{"MANDATE_EGRESS=local"}, ok: true},
		{name: "local: the name localhost", url: "http://localhost:9/", environ: []string{"MANDATE_EGRESS=local"}, ok: true},
		{name: "local: a private network", url: "http://10.0.0.1/", environ: []string{"MANDATE_EGRESS=local"}},
		{name: "open: any host", url: "https://evil.example/", environ: []string{"MANDATE_EGRESS=open"}, ok: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			client := mustLoad(t, tt.environ...).egress()
			end := &recorder{}
			client.Transport.(*guard).next = end
			res, err := client.Get(tt.url)
			if err == nil {
				_ = res.Body.Close()
			}
			if (err == nil) != tt.ok || (len(end.asked) == 1) != tt.ok {
				t.Errorf("error %v, reached the network: %v; want allowed = %v", err, end.asked, tt.ok)
			}
			if err != nil && !strings.Contains(err.Error(), "MANDATE_EGRESS is") {
				t.Errorf("the error does not name the setting: %v", err)
			}
		})
	}
}

func TestEgressDoesNotFollowRedirects(t *testing.T) {
	hits := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits++
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer server.Close()
	res, err := mustLoad(t, "MANDATE_SNAPSHOT_HUB_URL="+server.URL).egress().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusFound || hits != 1 {
		t.Errorf("status %d after %d requests, want the redirect itself after one", res.StatusCode, hits)
	}
}

func TestEgressIgnoresProxiesOfTheEnvironment(t *testing.T) {
	transport := mustLoad(t).egress().Transport.(*guard).next.(*http.Transport)
	if transport.Proxy != nil {
		t.Error("a proxy from the environment would be used")
	}
}

func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{"127.0.0.1": true, "127.8.9.1": true, "::1": true, "localhost": true,
		"0.0.0.0": false, "10.0.0.1": false, "localhost.evil.example": false, "": false} {
		if got := isLoopback(host); got != want {
			t.Errorf("isLoopback(%q) = %v", host, got)
		}
	}
}

// A list that a person edits: names must be unique, and every setting that
// has an effect must say what it does.
func TestSettingsTable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range settings() {
		if seen[s.name] || s.name != strings.ToUpper(s.name) {
			t.Errorf("%s is doubled or not upper case", s.name)
		}
		seen[s.name] = true
		if s.help == "" && !s.later {
			t.Errorf("%s has no help", s.name)
		}
	}
}

// The README's table of settings is written by hand; this keeps it complete.
func TestReadmeNamesEverySetting(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings() {
		if !strings.Contains(string(text), "`MANDATE_"+s.name+"`") {
			t.Errorf("README.md does not name MANDATE_%s", s.name)
		}
	}
}
