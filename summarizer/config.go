package summarizer

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/anthropic"
	"github.com/tmc/langchaingo/llms/openai"

	"mandate/governance"
)

// The providers of language models.
const (
	ProviderOpenAI    = "openai" // every OpenAI-compatible server
	ProviderAnthropic = "anthropic"
)

// LLMConfig sets up a language model. Zero values of the limits mean the
// defaults named beside them.
type LLMConfig struct {
	Provider   string  // ProviderOpenAI or ProviderAnthropic
	URL        string  // base URL, such as http://127.0.0.1:11434/v1; "" = the provider's own
	Model      string  // the model's name at the provider
	APIKey     string  // "" = none is sent
	MonthlyUSD float64 // limit of a calendar month, dollars; 0 = none
	Prices     ModelPrices

	Transport http.RoundTripper                      // carries the requests; nil = http.DefaultTransport
	Spent     func(context.Context) (float64, error) // dollars spent this month; nil = 0
	Record    func(context.Context, Call) error      // told of every call, also failed ones; nil = nobody
	Log       *slog.Logger                           // nil = discard
	Now       func() time.Time                       // nil = time.Now
	Nonce     func() string                          // a fresh unguessable word; nil = 128 random bits
	Sleep     func(context.Context, time.Duration) error

	Timeout      time.Duration // of one try; 60 s
	Tries        int           // 3
	MaxWait      time.Duration // that a server may ask for; 30 s
	Concurrency  int           // calls at a time; 2
	MaxOutput    int           // tokens an answer; 4,000
	MaxTokens    int           // tokens a proposal, in and out; 400,000
	ChunkBytes   int           // of text in one call; 24,000
	LegacyTokens *bool         // send max_tokens, not max_completion_tokens; nil = yes, except to api.openai.com
	NoSchema     bool          // for servers that refuse response_format
}

// LogValue implements slog.LogValuer: the key is never shown.
func (c LLMConfig) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Format implements fmt.Formatter for every verb: the key is never shown.
func (c LLMConfig) Format(f fmt.State, _ rune) { fmt.Fprint(f, c.String()) }

// String names the model without its key.
func (c LLMConfig) String() string {
	return fmt.Sprintf("%s %s at %s", c.Provider, c.Model, c.URL)
}

func (c LLMConfig) check() error {
	u, err := url.Parse(c.URL)
	switch {
	case c.Provider != ProviderOpenAI && c.Provider != ProviderAnthropic:
		return governance.Errorf(governance.Invalid, "The model's provider is openai or anthropic, not %q.", c.Provider)
	case c.Model == "":
		return governance.Errorf(governance.Invalid, "The model has no name.")
	case c.MonthlyUSD < 0 || c.MonthlyUSD != c.MonthlyUSD:
		return governance.Errorf(governance.Invalid, "The model's monthly limit is below 0.")
	case c.URL == "":
		return nil
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil:
		return governance.Errorf(governance.Invalid, "The model's URL looks like https://host/v1, without a user or key in it.")
	}
	return nil
}

// local reports whether the server is on this machine.
func (c LLMConfig) local() bool {
	u, err := url.Parse(c.URL)
	if err != nil || c.URL == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

func (c LLMConfig) withDefaults() LLMConfig {
	if c.URL == "" {
		c.URL = map[string]string{ProviderOpenAI: "https://api.openai.com/v1", ProviderAnthropic: "https://api.anthropic.com/v1"}[c.Provider]
	}
	if c.Prices == nil {
		c.Prices = DefaultModelPrices()
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Nonce == nil {
		c.Nonce = rand.Text
	}
	if c.Sleep == nil {
		c.Sleep = sleep
	}
	c.Timeout = positive(c.Timeout, time.Minute)
	c.Tries = positive(c.Tries, 3)
	c.MaxWait = positive(c.MaxWait, 30*time.Second)
	c.Concurrency = positive(c.Concurrency, 2)
	c.MaxOutput = positive(c.MaxOutput, 4_000)
	c.MaxTokens = positive(c.MaxTokens, 400_000)
	c.ChunkBytes = positive(c.ChunkBytes, 24_000)
	if c.LegacyTokens == nil {
		c.LegacyTokens = new(!strings.Contains(c.URL, "//api.openai.com"))
	}
	return c
}

func positive[T int | time.Duration](x, otherwise T) T {
	if x > 0 {
		return x
	}
	return otherwise
}

// open makes the client for answers of one format (a client has one). Everything that the library would take from the
// environment is set here, so that nothing foreign is sent.
func (c LLMConfig) open(format *openai.ResponseFormat) (llms.Model, error) {
	carrier := &http.Client{
		Transport: &transport{
			base: c.Transport, model: c.Model, secret: c.APIKey, tries: c.Tries, timeout: c.Timeout, maxWait: c.MaxWait,
			maxBytes: maxAnswer, now: c.Now, sleep: c.Sleep,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	key := c.APIKey
	if key == "" {
		key = "none" // the library refuses an empty one; the transport takes it out
	}
	if c.Provider == ProviderAnthropic {
		return anthropic.New(anthropic.WithToken(key), anthropic.WithModel(c.Model), anthropic.WithBaseURL(c.URL), anthropic.WithHTTPClient(carrier))
	}
	options := []openai.Option{
		openai.WithToken(key), openai.WithModel(c.Model), openai.WithBaseURL(c.URL), openai.WithOrganization(""),
		openai.WithHTTPClient(carrier),
	}
	if !c.NoSchema {
		options = append(options, openai.WithResponseFormat(format))
	}
	return openai.New(options...)
}
