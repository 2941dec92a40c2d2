package snapshot

import (
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"mandate/governance"
)

// PublicHub is the hub of snapshot.box.
const PublicHub = "https://hub.snapshot.org/graphql"

// Config says which hub to read and how politely. Zero values are the
// defaults in brackets.
type Config struct {
	HubURL string // GraphQL address [PublicHub]
	APIKey string // sent as x-api-key; "" = none
	// Client gives the transport to use; its redirects and timeout are
	// replaced [http.DefaultClient].
	Client *http.Client
	Now    func() time.Time // [time.Now]
	Log    *slog.Logger     // [none]

	RequestsPerMinute int           // 0 = as fast as the hub allows by its headers
	Timeout           time.Duration // until the answer begins [30 s]
	Stall             time.Duration // longest silence inside an answer [20 s]
	RetryDelay        time.Duration // before the first of two retries, then doubled [500 ms]
	PageSize          int           // rows a page [1000, the hub's limit]
}

// Hub reads one Snapshot hub. It is a governance.Venue and safe for
// concurrent use.
type Hub struct {
	cfg    Config
	client *http.Client
	pace   *pace
	retry  failsafe.Executor[*answer]
}

// Sizes that bound what an answer may cost.
const (
	maxAnswer   = 64 << 20 // bytes of an answer after decompression
	maxProposal = 2 << 20  // bytes of one row
	pageLimit   = 1000     // the hub's limit of `first`
	listLimit   = 100      // the hub's limit of every list but space_in
	spacesLimit = 10_000   // the hub's limit of space_in
	maxSkip     = 5000     // the hub's limit of `skip`
)

// New checks the settings. It returns Invalid errors.
func New(cfg Config) (*Hub, error) {
	if cfg.HubURL == "" {
		cfg.HubURL = PublicHub
	}
	if !isWeb(cfg.HubURL) {
		return nil, governance.Errorf(governance.Invalid, "The Snapshot hub's address must be an http or https URL such as %s.", PublicHub)
	}
	fillConfig(&cfg)
	h := &Hub{cfg: cfg, pace: newPace(cfg.RequestsPerMinute, cfg.Now)}
	h.client = noRedirects(&transport{base: baseTransport(cfg.Client), pace: h.pace, cfg: cfg})
	h.retry = failsafe.With(retrypolicy.NewBuilder[*answer]().
		HandleIf(func(_ *answer, err error) bool { return isTransient(err) }).
		WithMaxAttempts(3).
		WithBackoff(cfg.RetryDelay, 10*cfg.RetryDelay).
		WithJitterFactor(0.2).
		ReturnLastFailure().
		Build())
	return h, nil
}

func fillConfig(c *Config) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Timeout <= 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Stall <= 0 {
		c.Stall = 20 * time.Second
	}
	if c.RetryDelay <= 0 {
		c.RetryDelay = 500 * time.Millisecond
	}
	if c.PageSize <= 0 || c.PageSize > pageLimit {
		c.PageSize = pageLimit
	}
}

func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// noRedirects hands redirects back as answers: what was configured is where
// messages and keys go.
func noRedirects(t http.RoundTripper) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func baseTransport(c *http.Client) http.RoundTripper {
	if c != nil && c.Transport != nil {
		return c.Transport
	}
	return http.DefaultTransport
}

// Source implements governance.Venue.
func (h *Hub) Source() string { return "snapshot" }
