package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"
)

// Health is how reading a source goes.
type Health struct {
	Source   string
	OK       bool      // the last try worked
	Since    time.Time // OK has been as it is since then
	LastOK   time.Time
	LastTry  time.Time
	NextTry  time.Time // zero = not planned
	Error    string    // of the last try, fit to be shown; "" when OK
	Requests int64     // since the beginning; kept by Apply
	Stored   int64     // proposals, edits and repeats included; kept by Apply
	Done     bool      // nothing newer at the last reading; kept by Apply
	Estimate int       // rows still to come, 0 = unknown; kept by Apply
	Share    float64   // how far reading is, 0…1, where rows cannot be counted; kept by Apply
}

type sourceRow struct {
	bun.BaseModel                           `bun:"table:sources"`
	Name                                    string `bun:",pk"`
	Cursor                                  string
	OK                                      bool `bun:"ok"`
	SinceMs, LastOkMs, LastTryMs, NextTryMs int64
	Error                                   string
	Requests, Stored                        int64
	Done                                    bool
	Estimate                                int
	Share                                   float64
}

// Cursor returns where the next reading of source begins, "" = at the start.
func (s *Store) Cursor(ctx context.Context, source string) (string, error) {
	var cursor string
	err := s.read.DB.QueryRowContext(ctx, s.sql(`SELECT cursor FROM sources WHERE name = ?`), source).Scan(&cursor)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return cursor, s.fail(err, "read a cursor")
}

// SetHealth stores how the last try went. Since, and LastOK where it is
// zero, are kept from what was known while OK stays the same; the counters
// are Apply's and are left alone.
func (s *Store) SetHealth(ctx context.Context, h Health) error {
	row := sourceRow{Name: h.Source, OK: h.OK, SinceMs: toMilli(h.Since), LastOkMs: toMilli(h.LastOK), LastTryMs: toMilli(h.LastTry),
		NextTryMs: toMilli(h.NextTry), Error: cleanText(h.Error)}
	if row.SinceMs == 0 {
		row.SinceMs = toMilli(s.now())
	}
	_, err := s.write.NewInsert().Model(&row).Column("name", "ok", "since_ms", "last_ok_ms", "last_try_ms", "next_try_ms", "error").
		On("CONFLICT (name) DO UPDATE").
		Set("since_ms = CASE WHEN source_row.ok = excluded.ok AND source_row.since_ms > 0 THEN source_row.since_ms ELSE excluded.since_ms END").
		Set("last_ok_ms = CASE WHEN excluded.last_ok_ms > 0 THEN excluded.last_ok_ms ELSE source_row.last_ok_ms END").
		Set("ok = excluded.ok, last_try_ms = excluded.last_try_ms, next_try_ms = excluded.next_try_ms, error = excluded.error").
		Exec(ctx)
	if err == nil {
		s.changed()
	}
	return s.fail(err, "store a source's health")
}

// Health returns all sources that are read, by name.
func (s *Store) Health(ctx context.Context) ([]Health, error) {
	var rows []sourceRow
	err := s.read.NewSelect().Model(&rows).Where("name NOT IN (SELECT id FROM governors WHERE removed = TRUE)").OrderExpr("name").Scan(ctx)
	if err != nil {
		return nil, s.fail(err, "read the sources")
	}
	out := make([]Health, len(rows))
	for i, r := range rows {
		out[i] = Health{Source: r.Name, OK: r.OK, Since: fromMilli(r.SinceMs), LastOK: fromMilli(r.LastOkMs), LastTry: fromMilli(r.LastTryMs),
			NextTry: fromMilli(r.NextTryMs), Error: r.Error, Requests: r.Requests, Stored: r.Stored, Done: r.Done, Estimate: r.Estimate, Share: r.Share}
	}
	return out, nil
}
