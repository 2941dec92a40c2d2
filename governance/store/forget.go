package store

import (
	"context"
	"database/sql"
	"time"

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
	Logins   int // expired ones
	Nonces   int // of sign-ins that never came
	Tokens   int // expired ones
	Intents  int // prepared, never signed, long expired
}

// intentDays is how long an intent that was never signed stays after it
// expired, in days.
const intentDays = 7

// Forget removes the sessions, logins, nonces and tokens that are over, what
// was prepared and never signed a week after it expired, and all values of
// each visitor without an address who has saved none for 100 days. Values
// under an address stay, and so does everything that was signed.
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
		if err != nil {
			return err
		}
		return f.accounts(ctx, tx, now)
	})
	if err != nil {
		return Forgotten{}, s.fail(err, "remove what visitors left")
	}
	return f, nil
}

// accounts removes what is over of accounts.
func (f *Forgotten) accounts(ctx context.Context, tx bun.Tx, now time.Time) (err error) {
	for _, over := range []struct {
		model any
		count *int
	}{{(*loginRow)(nil), &f.Logins}, {(*nonceRow)(nil), &f.Nonces}, {(*tokenRow)(nil), &f.Tokens}} {
		if *over.count, err = deleted(tx.NewDelete().Model(over.model).Where("expires_ms <= ?", toMilli(now)).Exec(ctx)); err != nil {
			return err
		}
	}
	f.Intents, err = expireIntents(ctx, tx, now.AddDate(0, 0, -intentDays))
	return err
}

// deleted is how many rows a statement removed.
func deleted(result sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	return int(n), err
}
