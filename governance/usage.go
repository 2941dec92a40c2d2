package governance

import "time"

// Usage is what reading one proposal cost.
type Usage struct {
	Model        string        `json:"model"` // "" = no language model was asked
	Calls        int           `json:"calls"`
	InputTokens  int           `json:"input_tokens"`
	OutputTokens int           `json:"output_tokens"`
	USD          float64       `json:"usd"`
	Latency      time.Duration `json:"latency"`
	CacheHits    int           `json:"cache_hits"`
	PromptHash   string        `json:"prompt_hash"` // hex SHA-256 of what was sent
}
