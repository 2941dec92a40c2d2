package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
)

// applyLock serialises writers of proposals on Postgres, where several
// processes may share one database. SQLite has a single writer anyway.
const applyLock = 0x6d616e64617465

// inTx runs f in a writing transaction. Its statements do not see ctx's
// cancellation, because a statement cut off half-way leaves the connection in
// doubt; f looks at ctx itself between its steps.
func (s *Store) inTx(ctx context.Context, f func(ctx context.Context, tx bun.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.write.RunInTx(context.WithoutCancel(ctx), nil, f)
}

// inApplyTx is inTx for whatever writes proposals.
func (s *Store) inApplyTx(ctx context.Context, f func(ctx context.Context, tx bun.Tx) error) error {
	return s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if s.pg {
			if _, err := tx.Tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(applyLock)); err != nil {
				return err
			}
		}
		return f(ctx, tx)
	})
}

// sql turns ? into the engine's placeholders. Our statements hold no other
// question marks.
func (s *Store) sql(query string) string {
	if !s.pg {
		return query
	}
	var b strings.Builder
	n := 0
	for {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		n++
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}

// marks returns n placeholders: "?,?,?".
func marks(n int) string {
	return strings.TrimSuffix(strings.Repeat("?,", n), ",")
}

// collect reads all rows with scan and closes them.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // the error that counts is rows.Err
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
