package summarizer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/openai"

	"mandate/governance"
)

// Call is one call to a model, for the record of costs.
type Call struct {
	At           time.Time
	Ref          governance.Ref
	Model        string
	InputTokens  int
	OutputTokens int
	CachedTokens int // of the input, read from the provider's cache
	USD          float64
	Latency      time.Duration
	Tries        int
	PromptHash   string // hex SHA-256 of what was sent
	Error        string // "" = it answered
}

// LanguageModel reads proposals with a language model. It is safe for
// concurrent use.
type LanguageModel struct {
	config  LLMConfig
	reader  llms.Model // answers in the form of an assessment
	leaner  llms.Model // answers in the form of leanings
	slots   chan struct{}
	price   ModelPrice
	budget  *budget
	breaker *breaker
}

// NewLanguageModel checks the settings and prepares the model; nothing is
// sent yet. It returns Invalid errors.
func NewLanguageModel(c LLMConfig) (*LanguageModel, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	local := c.local()
	c = c.withDefaults()
	m := &LanguageModel{
		config:  c,
		slots:   make(chan struct{}, c.Concurrency),
		price:   c.Prices.of(c.Model, local),
		budget:  &budget{limit: c.MonthlyUSD, spent: c.Spent},
		breaker: &breaker{limit: 5, pause: time.Minute, now: c.Now},
	}
	var err error
	if m.reader, err = c.open(answerSchema()); err == nil {
		m.leaner, err = c.open(leaningSchema())
	}
	if err != nil {
		return nil, governance.Wrap(governance.Invalid, errors.New(redact(err.Error(), c.APIKey)), "The language model cannot be set up.")
	}
	return m, nil
}

// Name returns the model's name, which assessments carry.
func (m *LanguageModel) Name() string { return m.config.Model }

// reply is a model's answer with what it cost.
type reply struct {
	content string
	stop    string
	call    Call
}

// ask makes one call and returns the raw answer. Errors are Limited (money,
// patience) or Upstream and say in one sentence what happened.
func (m *LanguageModel) ask(ctx context.Context, ref governance.Ref, p prompt) (reply, error) {
	if err := m.breaker.allow(); err != nil {
		return reply{}, err
	}
	select {
	case m.slots <- struct{}{}:
		defer func() { <-m.slots }()
	case <-ctx.Done():
		return reply{}, ctx.Err()
	}
	in := estimate(p.system + p.user)
	release, err := m.budget.reserve(ctx, m.price.usd(in, m.config.MaxOutput))
	if err != nil {
		return reply{}, err
	}
	defer release()
	r, err := m.send(ctx, ref, p)
	m.record(ctx, r.call)
	if ctx.Err() == nil {
		m.breaker.report(err != nil && r.stop == "")
	}
	return r, err
}

// send does the call itself and turns every way of failing into one error.
func (m *LanguageModel) send(ctx context.Context, ref governance.Ref, p prompt) (r reply, err error) {
	hash := sha256.Sum256([]byte(p.system + "\x00" + p.user))
	r.call = Call{At: m.config.Now(), Ref: ref, Model: m.config.Model, PromptHash: hex.EncodeToString(hash[:])}
	ctx, out := withOutcome(ctx)
	resp, err := m.generate(ctx, p)
	r.call.Latency = m.config.Now().Sub(r.call.At)
	r.call.Tries = out.tries
	if err != nil {
		err = m.explain(ctx, out, err)
		r.call.InputTokens = estimate(p.system + p.user) // it may have been charged
	} else {
		r.content, r.stop = resp.Choices[0].Content, resp.Choices[0].StopReason
		m.count(&r, resp.Choices[0].GenerationInfo, p)
		err = judge(r, out)
	}
	r.call.USD = m.price.usd(r.call.InputTokens, r.call.OutputTokens)
	if err != nil {
		r.call.Error = governance.MessageOf(err)
	}
	return r, err
}

// generate asks the library. It panics on some malformed answers.
func (m *LanguageModel) generate(ctx context.Context, p prompt) (resp *llms.ContentResponse, err error) {
	defer func() {
		if bad := recover(); bad != nil {
			resp, err = nil, fmt.Errorf("the client library panicked: %v", bad)
		}
	}()
	options := []llms.CallOption{llms.WithModel(m.config.Model), llms.WithMaxTokens(m.config.MaxOutput), llms.WithTemperature(0)}
	if *m.config.LegacyTokens {
		options = append(options, openai.WithLegacyMaxTokensField())
	}
	client := m.reader
	if p.values {
		client = m.leaner
	}
	resp, err = client.GenerateContent(ctx, []llms.MessageContent{
		llms.TextParts(llms.ChatMessageTypeSystem, p.system),
		llms.TextParts(llms.ChatMessageTypeHuman, p.user),
	}, options...)
	if err == nil && (resp == nil || len(resp.Choices) == 0 || resp.Choices[0] == nil) {
		err = errors.New("no choices")
	}
	return resp, err
}

// explain prefers the transport's reason over the library's words.
func (m *LanguageModel) explain(ctx context.Context, out *outcome, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case out.err != nil:
		return out.err
	}
	return governance.Wrap(governance.Upstream, errors.New(redact(err.Error(), m.config.APIKey)), "The model's answer could not be understood.")
}

// count reads the tokens; a server that does not count is estimated.
func (m *LanguageModel) count(r *reply, info map[string]any, p prompt) {
	r.call.InputTokens = number(info, "PromptTokens", "InputTokens")
	r.call.OutputTokens = number(info, "CompletionTokens", "OutputTokens")
	r.call.CachedTokens = number(info, "PromptCachedTokens", "CacheReadInputTokens")
	if r.call.InputTokens == 0 {
		r.call.InputTokens = estimate(p.system + p.user)
	}
	if r.call.OutputTokens == 0 {
		r.call.OutputTokens = estimate(r.content)
	}
}

func number(info map[string]any, keys ...string) int {
	for _, key := range keys {
		if n, ok := info[key].(int); ok && n > 0 {
			return n
		}
	}
	return 0
}

// judge tells an answer from what only looks like one.
func judge(r reply, out *outcome) error {
	switch {
	case out.refused || r.stop == "content_filter" || r.stop == "refusal":
		return governance.Errorf(governance.Upstream, "The model declined to answer.")
	case r.stop == "length" || r.stop == "max_tokens":
		return governance.Errorf(governance.Upstream, "The model's answer was cut off.")
	case strings.TrimSpace(r.content) == "":
		return governance.Errorf(governance.Upstream, "The model gave an empty answer.")
	case r.stop == "" || r.stop == "null":
		return governance.Errorf(governance.Upstream, "The model did not finish its answer.")
	}
	return nil
}

// record tells the store. A call that cannot be recorded still counts here.
func (m *LanguageModel) record(ctx context.Context, c Call) {
	m.config.Log.DebugContext(ctx, "model call", "model", c.Model, "ref", c.Ref, "in", c.InputTokens, "out", c.OutputTokens, "usd", c.USD, "error", c.Error)
	if m.config.Record == nil {
		m.budget.keep(c.USD)
		return
	}
	if err := m.config.Record(context.WithoutCancel(ctx), c); err != nil {
		m.budget.keep(c.USD)
		m.config.Log.ErrorContext(ctx, "model call not recorded", "error", err)
	}
}

// estimate guesses tokens from bytes, rather too many.
func estimate(s string) int { return len(s)/3 + 16 }
