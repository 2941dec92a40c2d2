package store

import (
	"context"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// IntentFilter says which of an owner's intents to list. Owner is required;
// other empty fields do not filter.
type IntentFilter struct {
	Owner  string
	IDs    []string // at most 200
	Ref    governance.Ref
	Acts   []governance.Act
	Live   *bool
	Cursor string
	Limit  int // 1…200, 0 = 50
}

// Intents lists an owner's intents, the newest first, and the cursor of the
// next page ("" = the last). Invalid for a cursor that it did not make.
func (s *Store) Intents(ctx context.Context, f IntentFilter) ([]governance.Intent, string, error) {
	at, err := parsePlace(f.Cursor)
	if err != nil {
		return nil, "", err
	}
	limit := pageLimit(f.Limit)
	var rows []intentRow
	q := s.read.NewSelect().Model(&rows).Where("owner = ?", accountKey(f.Owner)).OrderExpr("created_ms DESC, id DESC").Limit(int64(limit + 1))
	if f.Ref != "" {
		q = q.Where("ref = ?", cleanText(string(f.Ref)))
	}
	if len(f.IDs) > 0 {
		q = q.Where("id IN (?)", bun.List(f.IDs))
	}
	if len(f.Acts) > 0 {
		q = q.Where("act IN (?)", bun.List(f.Acts))
	}
	if f.Live != nil {
		in := "state NOT IN (?)"
		if *f.Live {
			in = "state IN (?)"
		}
		q = q.Where(in, live())
	}
	if at.set {
		q = q.Where("(created_ms, id) < (?, ?)", at.time, at.key)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", s.fail(err, "list intents")
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		next = place{time: rows[limit-1].CreatedMs, key: rows[limit-1].ID}.String()
	}
	out, err := s.intentsOf(rows)
	return out, next, s.fail(err, "decode intents")
}

func (s *Store) intentsOf(rows []intentRow) (out []governance.Intent, err error) {
	out = make([]governance.Intent, len(rows))
	for n := range rows {
		if out[n], err = s.intent(&rows[n]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// UnsettledIntents returns intents that are signed or sent, those that nothing
// was done about for longest first. They are of all owners: for the agent
// alone.
func (s *Store) UnsettledIntents(ctx context.Context, limit int) ([]governance.Intent, error) {
	var rows []intentRow
	err := s.read.NewSelect().Model(&rows).Where("state IN ('signed', 'sent')").OrderExpr("updated_ms, id").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, s.fail(err, "list unsettled intents")
	}
	out, err := s.intentsOf(rows)
	return out, s.fail(err, "decode intents")
}
