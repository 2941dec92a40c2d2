package store

import (
	"context"
	"database/sql"
	"strings"

	"github.com/uptrace/bun"
)

// matches selects the newest rows that hold all phrases and pass f. This,
// scores and saveIndex are the only queries that differ between the engines.
func (s *Store) matches(f Filter, phrases []phrase) *bun.SelectQuery {
	q := s.read.NewSelect().ColumnExpr("p.id, p.end_at, p.title, p.dao_name").Limit(poolSize + 1)
	if s.pg {
		query, args := postgresQuery(phrases)
		q = q.TableExpr("proposal_search AS m JOIN proposals AS p ON p.id = m.id").Where("m.tsv @@ "+query, args...)
		return s.where(q, f).OrderExpr("m.id DESC")
	}
	q = q.TableExpr("proposal_search AS m CROSS JOIN proposals AS p ON p.id = m.rowid").Where("proposal_search MATCH ?", sqliteQuery(phrases))
	if narrow(f) {
		// Where few rows pass, looking each match up takes too long: collect
		// those few first. The plus keeps them from being looked up one by
		// one in the text index.
		q = q.Where("+m.rowid IN (?)", s.where(s.read.NewSelect().TableExpr("proposals AS p").ColumnExpr("p.id"), f))
	}
	return s.where(q, f).OrderExpr("m.rowid DESC")
}

// narrow reports whether an index leads to the rows that pass f.
func narrow(f Filter) bool {
	return f.DAO != "" || len(f.Kinds)+len(f.Types)+len(f.Flags) > 0 || onlyOpen(f) || onlyOutcomes(f) || f.EndsBefore.After(f.Now)
}

// scores selects how well each of these rows matches, higher = better.
func (s *Store) scores(ids []int64, phrases []phrase) *bun.SelectQuery {
	if s.pg {
		query, args := postgresQuery(phrases)
		return s.read.NewSelect().TableExpr("proposal_search AS m").ColumnExpr("m.id, ts_rank(m.tsv, "+query+")", args...).
			Where("m.id IN (?)", bun.List(ids))
	}
	return s.read.NewSelect().TableExpr("proposal_search").ColumnExpr("rowid, -bm25(proposal_search, 8, 1, 4, 2)").
		Where("proposal_search MATCH ?", sqliteQuery(phrases)).Where("+rowid IN (?)", bun.List(ids))
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

// saveIndex stores index rows, which must be sorted by id: FTS5 writes its
// buffer out whenever an id is smaller than the one before. Replacing costs
// several times as much as adding, so the caller says which it is.
func (s *Store) saveIndex(ctx context.Context, tx *sql.Tx, rows []indexed, replace bool) error {
	query := `INSERT INTO proposal_search (rowid, title, body, dao, meta) VALUES (?, ?, ?, ?, ?)`
	switch {
	case s.pg:
		query = `INSERT INTO proposal_search (id, tsv) VALUES ($1, setweight(to_tsvector('simple', $2), 'A') || to_tsvector('simple', $3)
			|| setweight(to_tsvector('simple', $4), 'B') || setweight(to_tsvector('simple', $5), 'C'))
			ON CONFLICT (id) DO UPDATE SET tsv = excluded.tsv`
	case replace:
		query = `INSERT OR REPLACE` + strings.TrimPrefix(query, `INSERT`)
	}
	insert, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }() // the transaction's end closes it too
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
