package summarizer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/governancetest"
	"mandate/governance/text"
)

const testKey = "sk-test-0123456789abcdef"

// startModel starts a scripted server and a model that reads from it. Waits
// between tries are noted, not waited.
func startModel(t *testing.T, script func(int, governancetest.ChatRequest) governancetest.ChatReply, change func(*LLMConfig)) (*LanguageModel, *governancetest.OpenAI, *[]time.Duration) {
	t.Helper()
	server := governancetest.NewOpenAI(script)
	t.Cleanup(server.Close)
	waits := &[]time.Duration{}
	c := LLMConfig{
		Provider: ProviderOpenAI, URL: server.URL, Model: "test-model", APIKey: testKey, Transport: &http.Transport{},
		Sleep: func(ctx context.Context, d time.Duration) error { *waits = append(*waits, d); return ctx.Err() },
	}
	if change != nil {
		change(&c)
	}
	m, err := NewLanguageModel(c)
	if err != nil {
		t.Fatal(err)
	}
	return m, server, waits
}

type serverReply = governancetest.ChatReply

// scripted answers with the replies in turn; the last one stays.
func scripted(replies ...serverReply) func(int, governancetest.ChatRequest) serverReply {
	return func(n int, r governancetest.ChatRequest) serverReply {
		reply := replies[min(n, len(replies)-1)]
		if reply.Content == "honest" {
			reply.Content = governancetest.HonestAnswer(r)
		}
		return reply
	}
}

func honest() serverReply { return serverReply{Content: "honest", In: 1000, Out: 100, Cached: 500} }

func TestExtract(t *testing.T) {
	m, server, _ := startModel(t, nil, nil)
	p := harbour()
	d := text.New(p)
	a, usage, err := m.Extract(t.Context(), d, p)
	if err != nil {
		t.Fatal(err)
	}
	a = Verify(d, p, a)
	if a.Headline != p.Title || a.Faithfulness != 1 || a.Choices[0].Stance != governance.Support || a.Choices[1].Stance != governance.Oppose || a.Reader != "test-model" {
		t.Errorf("assessment %+v", a)
	}
	if usage.Calls != 1 || usage.InputTokens != 900 || usage.OutputTokens != 200 || usage.USD != 0 || len(usage.PromptHash) != 64 || usage.Model != "test-model" {
		t.Errorf("usage %+v", usage)
	}
	r := server.Requests()[0]
	if r.Header.Get("Authorization") != "Bearer "+testKey || r.Model != "test-model" {
		t.Errorf("sent %v", r.Header)
	}
	for _, want := range []string{`"json_schema"`, `"strict":true`, `"temperature":0`, `"max_tokens":4000`} {
		if !strings.Contains(r.Body, want) {
			t.Errorf("the request lacks %s", want)
		}
	}
	if strings.Contains(r.Body, "tools") {
		t.Error("the request offers tools")
	}
}

func TestEveryFailureHasItsReason(t *testing.T) {
	tests := []struct {
		name    string
		replies []serverReply
		change  func(*LLMConfig)
		reason  string // "" = it works in the end
		calls   int
		waits   int
	}{
		{"429, then good", []serverReply{{Status: 429, RetryAfter: "3"}, honest()}, nil, "", 2, 1},
		{"500 twice, then good", []serverReply{{Status: 500}, {Status: 503}, honest()}, nil, "", 3, 2},
		{"500 for ever", []serverReply{{Status: 500}}, nil, "The model's server failed with status 500.", 3, 2},
		{"429 for ever", []serverReply{{Status: 429}}, nil, "The model's server says that these are too many requests.", 3, 2},
		{"asks for too much patience", []serverReply{{Status: 429, RetryAfter: "3600"}}, nil, "The model's server asks to wait 3600 s.", 1, 0},
		{"hangs", []serverReply{{Hang: true}}, func(c *LLMConfig) { c.Timeout = 50 * time.Millisecond; c.Tries = 1 }, "The model did not answer in 0.05 s.", 1, 0},
		{"hangs once", []serverReply{{Hang: true}, honest()}, func(c *LLMConfig) { c.Timeout = 200 * time.Millisecond }, "", 2, 1},
		{"stalls in the middle", []serverReply{{Stall: true, Content: "honest"}}, func(c *LLMConfig) { c.Timeout = 50 * time.Millisecond; c.Tries = 1 }, "The model did not answer in 0.05 s.", 1, 0},
		{"key refused", []serverReply{{Status: 401}}, nil, "The model's server does not accept the key.", 1, 0},
		{"unknown model", []serverReply{{Status: 404}}, nil, "The model's server does not know the model test-model.", 1, 0},
		{"bad request", []serverReply{{Status: 400}}, nil, "The model's server refused the request with status 400.", 1, 0},
		{"redirect", []serverReply{{Status: 307}}, nil, "The model's server refused the request with status 307.", 1, 0},
		{"HTML", []serverReply{{Raw: "<html><body>login</body></html>"}}, nil, "The model's server answered with something else than an answer.", 1, 0},
		{"invalid UTF-8", []serverReply{{Raw: "{\"choices\":[{\"message\":{\"content\":\"\xff\"},\"finish_reason\":\"stop\"}]}"}}, nil, "The model's server answered with something else than an answer.", 1, 0},
		{"garbage", []serverReply{{Content: "\x01\x02 garbage"}}, nil, "The model's answer does not have the asked form.", 1, 0},
		{"wrong shape", []serverReply{{Content: `{"vote":"for"}`}}, nil, "The model's answer does not have the asked form.", 1, 0},
		{"doubled keys", []serverReply{{Content: strings.Replace(emptyAnswer, `"kind"`, `"headline":"x","kind"`, 1)}}, nil, "The model's answer does not have the asked form.", 1, 0},
		{"empty", []serverReply{{}}, nil, "The model gave an empty answer.", 1, 0},
		{"no choices", []serverReply{{Raw: `{"choices":[]}`}}, nil, "The model's answer could not be understood.", 1, 0},
		{"null choice", []serverReply{{Raw: `{"choices":[null]}`}}, nil, "The model's server answered with something else than an answer.", 1, 0},
		{"a function call that crashes the library", []serverReply{{Raw: `{"choices":[{"message":{"content":"x"},"finish_reason":"function_call"}]}`}}, nil, "The model's answer could not be understood.", 1, 0},
		{"no stop reason", []serverReply{{Content: emptyAnswer, Stop: "-"}}, nil, "The model did not finish its answer.", 1, 0},
		{"cut off", []serverReply{{Content: emptyAnswer[:50], Stop: "length"}}, nil, "The model's answer was cut off.", 1, 0},
		{"content filter", []serverReply{{Content: "", Stop: "content_filter"}}, nil, "The model declined to answer.", 1, 0},
		{"refusal field", []serverReply{{Refusal: "I can't help with that."}}, nil, "The model declined to answer.", 1, 0},
		{"refusal in prose", []serverReply{{Content: "I’m sorry, but I can’t help with that."}}, nil, "The model declined to answer.", 1, 0},
		{"larger than 1 MiB", []serverReply{{Content: strings.Repeat("a", 1<<20)}}, nil, "The model's answer is larger than 1 MiB.", 1, 0},
		{"too long a text", []serverReply{honest()}, func(c *LLMConfig) { c.MaxTokens = 100 }, "The text is longer than the model may read.", 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, server, waits := startModel(t, scripted(tt.replies...), tt.change)
			p := harbour()
			_, _, err := m.Extract(t.Context(), text.New(p), p)
			if tt.reason == "" && err != nil || tt.reason != "" && governance.MessageOf(err) != tt.reason {
				t.Errorf("got %v, want %q", err, tt.reason)
			}
			if n := len(server.Requests()); n != tt.calls || len(*waits) != tt.waits {
				t.Errorf("%d requests and waits %v, want %d and %d", n, *waits, tt.calls, tt.waits)
			}
		})
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for header, want := range map[string]time.Duration{"7": 7 * time.Second, now.Add(9 * time.Second).Format(http.TimeFormat): 9 * time.Second, "0": 0, "-4": 0, "soon": 0} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("%s: %v, want %v", header, got, want)
		}
	}
	m, _, waits := startModel(t, scripted(serverReply{Status: 429, RetryAfter: "7"}, honest()), nil)
	p := harbour()
	if _, _, err := m.Extract(t.Context(), text.New(p), p); err != nil || len(*waits) != 1 || (*waits)[0] != 7*time.Second {
		t.Errorf("error %v, waits %v", err, *waits)
	}
}

func TestUnreachableServer(t *testing.T) {
	m, server, _ := startModel(t, nil, nil)
	server.Close()
	p := harbour()
	_, _, err := m.Extract(t.Context(), text.New(p), p)
	if got := governance.MessageOf(err); got != "The model's server cannot be reached." {
		t.Errorf("got %v", err)
	}
}

func TestGivingUpIsNoFailureOfTheModel(t *testing.T) {
	m, _, _ := startModel(t, scripted(serverReply{Hang: true}), nil)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	p := harbour()
	if _, _, err := m.Extract(ctx, text.New(p), p); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if err := m.breaker.allow(); err != nil {
		t.Error(err)
	}
}

// ledger is a store of calls for tests.
type ledger struct {
	mu    sync.Mutex
	calls []Call
	fail  error
}

func (l *ledger) record(_ context.Context, c Call) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail == nil {
		l.calls = append(l.calls, c)
	}
	return l.fail
}

func (l *ledger) spent(context.Context) (float64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var sum float64
	for _, c := range l.calls {
		sum += c.USD
	}
	return sum, nil
}

func TestMonthlyLimit(t *testing.T) {
	p := harbour()
	d := text.New(p)
	for name, failing := range map[string]error{"recorded": nil, "the record fails": errors.New("disk full")} {
		t.Run(name, func(t *testing.T) {
			book := &ledger{fail: failing}
			m, server, _ := startModel(t, scripted(serverReply{Content: "honest", In: 100_000, Out: 50_000}), func(c *LLMConfig) {
				c.Prices = ModelPrices{"test": {In: 10, Out: 40}} // $3 a call; at most about $0.2 is expected before
				c.MonthlyUSD, c.Spent, c.Record = 5, book.spent, book.record
			})
			for i := range 2 {
				if _, usage, err := m.Extract(t.Context(), d, p); err != nil || usage.USD != 3 {
					t.Fatalf("call %d: %v, $%v", i, err, usage.USD)
				}
			}
			_, usage, err := m.Extract(t.Context(), d, p)
			if governance.CodeOf(err) != governance.Limited || governance.MessageOf(err) != "The monthly limit of $5 is reached." || usage.Calls != 0 {
				t.Errorf("got %v, usage %+v", err, usage)
			}
			if n := len(server.Requests()); n != 2 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestWhatIsUnderWayCountsAgainstTheLimit(t *testing.T) {
	release := make(chan struct{})
	m, server, _ := startModel(t, func(_ int, r governancetest.ChatRequest) serverReply {
		<-release
		return serverReply{Content: governancetest.HonestAnswer(r)}
	}, func(c *LLMConfig) {
		c.Prices, c.MonthlyUSD = ModelPrices{"test": {Out: 100}}, 0.5 // at most $0.4 a call
	})
	p := harbour()
	d := text.New(p)
	first := make(chan error)
	go func() { _, _, err := m.Extract(t.Context(), d, p); first <- err }()
	for len(server.Requests()) == 0 {
		time.Sleep(time.Millisecond)
	}
	if _, _, err := m.Extract(t.Context(), d, p); governance.CodeOf(err) != governance.Limited {
		t.Errorf("got %v", err)
	}
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
}

func TestCallsAreRecorded(t *testing.T) {
	book := &ledger{}
	m, _, _ := startModel(t, scripted(serverReply{Status: 400}, honest()), func(c *LLMConfig) {
		c.Record, c.Prices = book.record, ModelPrices{"test-model": {In: 1, Out: 10}, "test": {In: 9, Out: 9}}
	})
	p := harbour()
	for range 2 {
		_, _, _ = m.Extract(t.Context(), text.New(p), p)
	}
	bad, good := book.calls[0], book.calls[1]
	if bad.Error != "The model's server refused the request with status 400." || bad.InputTokens == 0 || bad.Tries != 1 {
		t.Errorf("failed call %+v", bad)
	}
	if good.Error != "" || good.USD != 0.002 || good.CachedTokens != 500 || good.Ref != p.Ref || good.PromptHash == "" || good.At.IsZero() {
		t.Errorf("good call %+v", good)
	}
}

func TestBreakerPausesADeadServer(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	m, server, _ := startModel(t, func(n int, r governancetest.ChatRequest) serverReply {
		if n < 5 {
			return serverReply{Status: 500}
		}
		return serverReply{Content: governancetest.HonestAnswer(r)}
	}, func(c *LLMConfig) { c.Tries = 1; c.Now = func() time.Time { return now } })
	p := harbour()
	d := text.New(p)
	for range 8 {
		_, _, err := m.Extract(t.Context(), d, p)
		if err == nil {
			t.Fatal("the model answered while it is down")
		}
		if len(server.Requests()) == 5 && strings.HasPrefix(governance.MessageOf(err), "The model has") &&
			governance.MessageOf(err) != "The model has not answered 5 times in a row; the next try is at 12:01 UTC." {
			t.Error(err)
		}
	}
	if n := len(server.Requests()); n != 5 {
		t.Errorf("%d requests to a dead server", n)
	}
	now = now.Add(time.Minute)
	for range 2 {
		if _, _, err := m.Extract(t.Context(), d, p); err != nil {
			t.Error(err)
		}
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	var mu sync.Mutex
	running, most := 0, 0
	m, _, _ := startModel(t, func(_ int, r governancetest.ChatRequest) serverReply {
		mu.Lock()
		running++
		most = max(most, running)
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		mu.Lock()
		running--
		mu.Unlock()
		return serverReply{Content: governancetest.HonestAnswer(r)}
	}, func(c *LLMConfig) { c.Concurrency = 2 })
	p := harbour()
	d := text.New(p)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, _, err := m.Extract(t.Context(), d, p); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if most > 2 {
		t.Errorf("%d calls at a time", most)
	}
}

func TestLongProposalsAreReadInFull(t *testing.T) {
	p := harbour()
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "Paragraph %d says that the team repairs pier number %d before winter.\n\n", i, i)
	}
	p.Body = b.String()
	d := text.New(p)
	m, server, _ := startModel(t, nil, func(c *LLMConfig) { c.ChunkBytes = 1000 })
	a, usage, err := m.Extract(t.Context(), d, p)
	if err != nil {
		t.Fatal(err)
	}
	var seen strings.Builder
	for _, r := range server.Requests() {
		seen.WriteString(r.User)
	}
	for i := range 60 {
		if !strings.Contains(seen.String(), fmt.Sprintf("pier number %d ", i)) {
			t.Errorf("paragraph %d was never sent", i)
		}
	}
	last := server.Requests()[usage.Calls-1]
	if !strings.Contains(last.User, "was read in 5 parts") || !strings.Contains(last.User, "-----\nParagraph") {
		t.Errorf("the last call is %s", last.User)
	}
	if a = Verify(d, p, a); a.Faithfulness != 1 || usage.Calls != 6 {
		t.Errorf("faithfulness %v, %d calls", a.Faithfulness, usage.Calls)
	}
}

func TestCanaryMeansManipulation(t *testing.T) {
	nonces := []string{"fence-1", "canary-1"}
	m, _, _ := startModel(t, scripted(serverReply{Content: strings.Replace(emptyAnswer, `"s"`, `"Canary-1"`, 1)}), func(c *LLMConfig) {
		c.Nonce = func() string { n := nonces[0]; nonces = nonces[1:]; return n }
	})
	p := harbour()
	_, _, err := m.Extract(t.Context(), text.New(p), p)
	if got := governance.MessageOf(err); got != "The model's answer shows signs of manipulation by the text." {
		t.Errorf("got %q", got)
	}
}

func TestKeyNeverShows(t *testing.T) {
	var log bytes.Buffer
	book := &ledger{}
	m, _, _ := startModel(t, func(int, governancetest.ChatRequest) serverReply {
		return serverReply{Status: 400, Raw: `{"error":{"message":"Incorrect API key provided: ` + testKey + `"}}`}
	}, func(c *LLMConfig) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c.Record = book.record
		c.Log.Info("settings", "llm", *c)
	})
	p := harbour()
	result, err := New(Config{Model: m, Fallback: tiny{}, Log: m.config.Log}).Assess(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	_, _, failure := m.Extract(t.Context(), text.New(p), p)
	shown := fmt.Sprintf("%v %+v %#v %s %v %+v %+v", m.config, m.config, m.config, log.String(), failure, book.calls, result)
	if strings.Contains(shown, testKey) {
		t.Errorf("the key shows in %s", shown)
	}
	if !strings.Contains(failure.Error(), "[key]") {
		t.Errorf("the cause is lost: %v", failure)
	}
}

func TestNoKeyIsSentWhereNoneIsSet(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "sk-from-the-environment")
	t.Setenv("OPENAI_ORGANIZATION", "org-from-the-environment")
	m, server, _ := startModel(t, nil, func(c *LLMConfig) { c.APIKey = "" })
	p := harbour()
	if _, _, err := m.Extract(t.Context(), text.New(p), p); err != nil {
		t.Fatal(err)
	}
	h := server.Requests()[0].Header
	if h.Get("Authorization") != "" || h.Get("OpenAI-Organization") != "" {
		t.Errorf("sent %v", h)
	}
}

func TestNewLanguageModelChecksItsSettings(t *testing.T) {
	good := LLMConfig{Provider: ProviderOpenAI, Model: "m", URL: "http://127.0.0.1:1/v1"}
	tests := []struct {
		name   string
		change func(*LLMConfig)
		fails  string
	}{
		{"good", func(*LLMConfig) {}, ""},
		{"anthropic", func(c *LLMConfig) { c.Provider, c.URL = ProviderAnthropic, "" }, ""},
		{"provider", func(c *LLMConfig) { c.Provider = "skynet" }, "openai or anthropic"},
		{"model", func(c *LLMConfig) { c.Model = "" }, "no name"},
		{"scheme", func(c *LLMConfig) { c.URL = "file:///etc/passwd" }, "https://host/v1"},
		{"password in the URL", func(c *LLMConfig) { c.URL = "https://u:p@host/v1" }, "without a user"},
		{"limit", func(c *LLMConfig) { c.MonthlyUSD = -1 }, "below 0"},
	}
	for _, tt := range tests {
		c := good
		tt.change(&c)
		_, err := NewLanguageModel(c)
		if tt.fails == "" && err != nil || tt.fails != "" && (governance.CodeOf(err) != governance.Invalid || !strings.Contains(governance.MessageOf(err), tt.fails)) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestModelPrices(t *testing.T) {
	table := DefaultModelPrices()
	tests := []struct {
		model string
		local bool
		want  ModelPrice
	}{
		{"gpt-4o-mini-2024-07-18", false, table["gpt-4o-mini"]},
		{"openai/GPT-4o", false, table["gpt-4o"]},
		{"llama3", true, ModelPrice{}},
		{"llama3", false, unknownPrice},
	}
	for _, tt := range tests {
		if got := table.of(tt.model, tt.local); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.model, got, tt.want)
		}
	}
}

func TestAnthropic(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/messages", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Api-Key") != testKey {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		fmt.Fprintf(w, `{"id":"1","type":"message","role":"assistant","content":[{"type":"text","text":%q}],"stop_reason":"end_turn","usage":{"input_tokens":11,"output_tokens":7}}`, emptyAnswer)
	})
	m, _, _ := startModel(t, nil, func(c *LLMConfig) {
		c.Provider, c.Model = ProviderAnthropic, "claude-sonnet-x"
		c.Transport, c.URL = handlerTransport{mux}, "https://api.anthropic.test/v1"
	})
	p := harbour()
	a, usage, err := m.Extract(t.Context(), text.New(p), p)
	if err != nil || a.Headline != "h" || usage.InputTokens != 11 || usage.OutputTokens != 7 || usage.USD == 0 {
		t.Errorf("%v %+v %+v", err, a, usage)
	}
}
