package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"mandate/governance"
)

type valuesRow struct {
	bun.BaseModel `bun:"table:subject_values"`
	Subject       string
	Version       int
	Sealed        []byte
	Made          int64
}

func (r valuesRow) place() string { return fmt.Sprintf("values|%s|%d", r.Subject, r.Version) }

// Values returns the latest values of a subject ("session:<hash>" or an
// address), zero Values if there are none. Denied means that the secret does
// not fit.
func (s *Store) Values(ctx context.Context, subject string) (governance.Values, error) {
	return s.values(ctx, s.read, subject)
}

func (s *Store) values(ctx context.Context, db bun.IDB, subject string) (governance.Values, error) {
	var row valuesRow
	err := db.NewSelect().Model(&row).Where("subject = ?", cleanText(subject)).OrderExpr("version DESC").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return governance.Values{}, nil
	}
	if err != nil {
		return governance.Values{}, s.fail(err, "read values")
	}
	text, err := s.unseal(row.Sealed, row.place())
	if err != nil {
		return governance.Values{}, err
	}
	var v governance.Values
	err = json.Unmarshal(text, &v)
	v.Version = row.Version
	return v, s.fail(err, "decode values")
}

// SaveValues stores v as the subject's next version and returns it with its
// number. Earlier versions are kept.
func (s *Store) SaveValues(ctx context.Context, subject string, v governance.Values) (governance.Values, error) {
	err := s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row := valuesRow{Subject: cleanText(subject), Made: toUnix(s.now())}
		err := tx.NewSelect().Model((*valuesRow)(nil)).ColumnExpr("coalesce(max(version), 0) + 1").Where("subject = ?", row.Subject).Scan(ctx, &row.Version)
		if err != nil {
			return err
		}
		v.Version = row.Version
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		row.Sealed = s.seal(text, row.place())
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	})
	return v, s.fail(err, "store values")
}

// AdoptValues moves a visitor's values, with all their versions, to an account
// that has none, and reports whether it did. Where the account has its own,
// they stay and the visitor's are dropped. Denied means that the secret does
// not fit; then nothing changes.
func (s *Store) AdoptValues(ctx context.Context, from, to string) (bool, error) {
	from, to = cleanText(from), cleanText(to)
	if from == to {
		return false, nil
	}
	moved := false
	err := s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var rows []valuesRow
		if err := tx.NewSelect().Model(&rows).Where("subject IN (?, ?)", from, to).OrderExpr("version").Scan(ctx); err != nil {
			return err
		}
		taken := slices.ContainsFunc(rows, func(r valuesRow) bool { return r.Subject == to })
		if _, err := tx.NewDelete().Model((*valuesRow)(nil)).Where("subject = ?", from).Exec(ctx); err != nil || taken {
			return err
		}
		for n := range rows {
			text, err := s.unseal(rows[n].Sealed, rows[n].place())
			if err != nil {
				return err
			}
			rows[n].Subject = to
			rows[n].Sealed = s.seal(text, rows[n].place())
			if _, err := tx.NewInsert().Model(&rows[n]).Exec(ctx); err != nil {
				return err
			}
			moved = true
		}
		return nil
	})
	return moved && err == nil, s.fail(err, "adopt values")
}
