package store

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"
)

const (
	// visitorPrefix begins the subjects of people without an address. What
	// follows stands in their encrypted session and nowhere else.
	visitorPrefix = "session:"
	// visitorDays is how long their values stay after the last change, in days.
	// A session ends 90 days after it began and is never prolonged (package
	// web), so that by then nobody can come back to them.
	visitorDays = 100
)

// Forgotten counts what Forget removed.
type Forgotten struct {
	Sessions int // expired ones
	Values   int // versions of values of people without an address
}

// Forget removes the sessions that are over, and all values of each visitor
// without an address who has saved none for 100 days. Values under an address
// stay.
func (s *Store) Forget(ctx context.Context) (Forgotten, error) {
	var f Forgotten
	err := s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := s.now()
		var err error
		if f.Sessions, err = deleted(tx.NewDelete().Model((*sessionRow)(nil)).Where("expires_ms <= ?", toMilli(now)).Exec(ctx)); err != nil {
			return err
		}
		// substr, because LIKE ignores case on SQLite, and what lies between two
		// strings depends on the collation on Postgres.
		old := tx.NewSelect().Model((*valuesRow)(nil)).Column("subject").Where("substr(subject, 1, ?) = ?", len(visitorPrefix), visitorPrefix).
			Group("subject").Having("max(made) <= ?", toUnix(now.AddDate(0, 0, -visitorDays)))
		f.Values, err = deleted(tx.NewDelete().Model((*valuesRow)(nil)).Where("subject IN (?)", old).Exec(ctx))
		return err
	})
	if err != nil {
		return Forgotten{}, s.fail(err, "remove what visitors left")
	}
	return f, nil
}

// deleted is how many rows a statement removed.
func deleted(result sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}
