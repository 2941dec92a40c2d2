package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// ModelCall is one request to a language model.
type ModelCall struct {
	At                        time.Time // zero = now
	Purpose                   string    // "assess", "values", …
	Model                     string
	PromptHash                string // hex SHA-256 of what was sent
	InputTokens, OutputTokens int
	USD                       float64
	Latency                   time.Duration
	Error                     string // "" = it worked
}

// ModelSpend is what language models cost in one calendar month (UTC).
type ModelSpend struct {
	Month                     time.Time // its first instant
	Calls, Failed             int
	InputTokens, OutputTokens int64
	USD                       float64
}

type callRow struct {
	bun.BaseModel              `bun:"table:model_calls"`
	Made                       int64
	Purpose, Model, PromptHash string
	InputTokens, OutputTokens  int
	USD                        float64 `bun:"usd"`
	LatencyMs                  int64
	Error                      string
}

// RecordModelCall keeps a call for the month's sum and the record.
func (s *Store) RecordModelCall(ctx context.Context, c ModelCall) error {
	if c.At.IsZero() {
		c.At = s.now()
	}
	row := callRow{Made: toUnix(c.At), Purpose: cleanText(c.Purpose), Model: cleanText(c.Model), PromptHash: cleanText(c.PromptHash),
		InputTokens: c.InputTokens, OutputTokens: c.OutputTokens, USD: finite(c.USD), LatencyMs: c.Latency.Milliseconds(), Error: cleanText(c.Error)}
	_, err := s.write.NewInsert().Model(&row).Exec(ctx)
	return s.fail(err, "record a model call")
}

// ModelSpend sums up the calendar month that holds month.
func (s *Store) ModelSpend(ctx context.Context, month time.Time) (ModelSpend, error) {
	month = month.UTC()
	spend := ModelSpend{Month: time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, time.UTC)}
	err := s.read.DB.QueryRowContext(ctx, s.sql(`SELECT count(*), coalesce(sum(CASE WHEN error <> '' THEN 1 ELSE 0 END), 0),
		coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0), coalesce(sum(usd), 0)
		FROM model_calls WHERE made >= ? AND made < ?`), toUnix(spend.Month), toUnix(spend.Month.AddDate(0, 1, 0))).
		Scan(&spend.Calls, &spend.Failed, &spend.InputTokens, &spend.OutputTokens, &spend.USD)
	return spend, s.fail(err, "sum up the models' cost")
}
