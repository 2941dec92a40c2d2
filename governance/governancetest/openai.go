package governancetest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"
)

// OpenAI is a local server that speaks the chat API which OpenAI-compatible
// servers share. It answers as its script says.
type OpenAI struct {
	URL string // base URL, ends in /v1

	script   func(n int, r ChatRequest) ChatReply
	server   *httptest.Server
	mu       sync.Mutex
	requests []ChatRequest
}

// ChatRequest is one request as the server received it.
type ChatRequest struct {
	Header http.Header
	Body   string // as sent
	Model  string
	System string // the system message
	User   string // the user message
}

// ChatReply is what the server does with one request. The zero value is a
// finished answer without content.
type ChatReply struct {
	Status     int           // 0 = 200
	RetryAfter string        // header, "" = none
	Content    string        // of the message
	Stop       string        // finish_reason; "" = "stop", "-" = null
	Refusal    string        // of the message, "" = none
	Raw        string        // the whole body instead of a chat answer
	Hang       bool          // never answers; ends when the client gives up
	Stall      bool          // sends the headers and half of a body, then hangs
	Delay      time.Duration // before answering
	In, Out    int           // tokens used
	Cached     int           // of In, read from a cache
}

// NewOpenAI starts a server; close it after use. script is called with the
// number of the request, from 0. A nil script answers honestly.
func NewOpenAI(script func(n int, r ChatRequest) ChatReply) *OpenAI {
	if script == nil {
		script = func(_ int, r ChatRequest) ChatReply { return ChatReply{Content: HonestAnswer(r), In: 900, Out: 200} }
	}
	s := &OpenAI{script: script}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.server.URL + "/v1"
	return s
}

// Close ends the server and everything that hangs.
func (s *OpenAI) Close() {
	s.server.CloseClientConnections()
	s.server.Close()
}

// Requests returns what was received so far.
func (s *OpenAI) Requests() []ChatRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]ChatRequest{}, s.requests...)
}

func (s *OpenAI) serve(w http.ResponseWriter, req *http.Request) {
	if req.URL.Path != "/v1/chat/completions" || req.Method != http.MethodPost {
		http.NotFound(w, req)
		return
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, 8<<20))
	if err != nil {
		return
	}
	chat := readChat(req.Header.Clone(), body)
	s.mu.Lock()
	n := len(s.requests)
	s.requests = append(s.requests, chat)
	s.mu.Unlock()
	answer(w, req, chat, s.script(n, chat))
}

func readChat(header http.Header, body []byte) ChatRequest {
	var sent struct {
		Model    string `json:"model"`
		Messages []struct {
			Role    string `json:"role"`
			Content string `json:"content"`
		} `json:"messages"`
	}
	_ = json.Unmarshal(body, &sent) // a test sees the raw body too
	chat := ChatRequest{Header: header, Body: string(body), Model: sent.Model}
	for _, m := range sent.Messages {
		switch m.Role {
		case "system":
			chat.System += m.Content
		case "user":
			chat.User += m.Content
		}
	}
	return chat
}

func answer(w http.ResponseWriter, req *http.Request, chat ChatRequest, r ChatReply) {
	select {
	case <-time.After(r.Delay):
	case <-req.Context().Done():
		return
	}
	if r.Hang {
		<-req.Context().Done()
		return
	}
	if r.RetryAfter != "" {
		w.Header().Set("Retry-After", r.RetryAfter)
	}
	w.Header().Set("Content-Type", "application/json")
	if r.Status != 0 {
		w.WriteHeader(r.Status)
	}
	body := r.Raw
	if body == "" {
		body = chatBody(chat.Model, r)
	}
	if r.Stall {
		_, _ = io.WriteString(w, body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		<-req.Context().Done()
		return
	}
	_, _ = io.WriteString(w, body)
}

func chatBody(model string, r ChatReply) string {
	type object = map[string]any
	message := object{"role": "assistant", "content": r.Content}
	if r.Refusal != "" {
		message["content"], message["refusal"] = nil, r.Refusal
	}
	var stop any = "stop"
	switch r.Stop {
	case "":
	case "-":
		stop = nil
	default:
		stop = r.Stop
	}
	if r.Status >= 400 {
		return encode(object{"error": object{"message": "scripted failure", "type": "test"}})
	}
	return encode(object{
		"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model,
		"choices": []object{{"index": 0, "message": message, "finish_reason": stop}},
		"usage": object{
			"prompt_tokens": r.In, "completion_tokens": r.Out, "total_tokens": r.In + r.Out,
			"prompt_tokens_details": object{"cached_tokens": r.Cached},
		},
	})
}

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of strings and numbers cannot fail
	}
	return string(b)
}

// HonestAnswer reads a prompt of the summarizer and answers as an honest,
// simple model would: literal quotes, stances by the labels.
func HonestAnswer(r ChatRequest) string {
	type object = map[string]any
	var choices []object
	var listed []struct {
		Index int    `json:"index"`
		Label string `json:"label"`
	}
	lines := strings.Split(r.User, "\n")
	body, title := []string{}, ""
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "[") && i > 0 && lines[i-1] == "Choices:":
			_ = json.Unmarshal([]byte(line), &listed) // none is an answer too
		case line == "Text:" && i+1 < len(lines):
			title = lines[i+1]
			body = lines[i+1:]
		}
	}
	for _, c := range listed {
		choices = append(choices, object{"index": c.Index, "label": c.Label, "meaning": "", "stance": stanceOf(c.Label), "quote": ""})
	}
	quotes := []object{}
	for _, line := range body {
		if n := len([]rune(line)); n > 40 && n < 400 && !strings.HasPrefix(line, ">>>>>") && !strings.HasPrefix(line, "Describe what stands") {
			quotes = append(quotes, object{"text": "", "quote": strings.TrimSpace(line)})
		}
		if len(quotes) == 2 {
			break
		}
	}
	if len([]rune(title)) > 120 {
		title = string([]rune(title)[:120])
	}
	return encode(object{
		"headline": title, "summary": "", "kind": "other", "summary_quotes": quotes, "changes": []object{}, "asks": []object{},
		"for": []object{}, "against": []object{}, "winners_losers": []object{}, "questions": []object{},
		"choices": append([]object{}, choices...), "leanings": []object{},
	})
}

func stanceOf(label string) string {
	switch strings.ToLower(strings.TrimSpace(label)) {
	case "for", "yes", "yae", "approve", "accept":
		return "support"
	case "against", "no", "nay", "reject":
		return "oppose"
	case "abstain":
		return "abstain"
	}
	return "other"
}
