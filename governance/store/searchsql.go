package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/uptrace/bun"
)

// matches selects id, end_at and score (lower = better) of what holds all
// phrases. This and saveIndex are the only queries that differ between the
// engines.
func (s *Store) matches(phrases []phrase) *bun.SelectQuery {
	if s.pg {
		query, args := postgresQuery(phrases)
		return s.read.NewSelect().TableExpr("proposal_search AS m JOIN proposals AS p ON p.id = m.id").
			ColumnExpr("m.id, p.end_at, -ts_rank(m.tsv, "+query+") AS score", args...).
			Where("m.tsv @@ "+query, args...)
	}
	return s.read.NewSelect().TableExpr("(SELECT rowid AS id, bm25(proposal_search, 8, 1, 4, 2) AS score FROM proposal_search WHERE proposal_search MATCH ?) AS m CROSS JOIN proposals AS p ON p.id = m.id", sqliteQuery(phrases)).
		ColumnExpr("m.id, p.end_at, m.score")
}

// sqliteQuery writes phrases in FTS5's syntax.
func sqliteQuery(phrases []phrase) string {
	parts := make([]string, len(phrases))
	for i, p := range phrases {
		parts[i] = `"` + strings.Join(p.words, " ") + `"`
		if p.prefix {
			parts[i] += "*"
		}
	}
	return strings.Join(parts, " ")
}

// postgresQuery writes phrases as a tsquery expression with its arguments.
func postgresQuery(phrases []phrase) (string, []any) {
	parts := make([]string, len(phrases))
	args := make([]any, 0, len(phrases))
	for i, p := range phrases {
		words := make([]string, len(p.words))
		for j, w := range p.words {
			words[j] = "'" + w + "'"
		}
		parts[i] = "?::tsquery"
		text := strings.Join(words, " <-> ")
		if p.prefix {
			text += ":*"
		}
		args = append(args, text)
	}
	return "(" + strings.Join(parts, " && ") + ")", args
}

// saveIndex stores index rows, which must be sorted by id: FTS5 flushes its
// buffer whenever an id is smaller than the one before.
func (s *Store) saveIndex(ctx context.Context, tx *sql.Tx, rows []indexed) error {
	query := `INSERT OR REPLACE INTO proposal_search (rowid, title, body, dao, meta) VALUES (?, ?, ?, ?, ?)`
	if s.pg {
		query = `INSERT INTO proposal_search (id, tsv) VALUES ($1, setweight(to_tsvector('simple', $2), 'A') || to_tsvector('simple', $3)
			|| setweight(to_tsvector('simple', $4), 'B') || setweight(to_tsvector('simple', $5), 'C'))
			ON CONFLICT (id) DO UPDATE SET tsv = excluded.tsv`
	}
	insert, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for _, r := range rows {
		if _, err := insert.ExecContext(ctx, r.id, r.title, r.body, r.dao, r.meta); err != nil {
			return err
		}
	}
	return nil
}

func scanID(rows *sql.Rows) (id int64, err error) {
	err = rows.Scan(&id)
	return id, err
}
