package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// accountKey is the form of an address in keys: lower case.
func accountKey(address string) string { return strings.ToLower(cleanText(address)) }

type loginRow struct {
	bun.BaseModel `bun:"table:logins"`
	ID            string `bun:",pk"`
	Account       string
	Device        []byte
	Owner         bool
	CreatedMs     int64
	SeenMs        int64
	ExpiresMs     int64
}

func (r *loginRow) place() string { return "login|" + r.ID }

func (s *Store) login(r *loginRow) (governance.Login, error) {
	device, err := s.unseal(r.Device, r.place())
	return governance.Login{ID: r.ID, Account: r.Account, Device: string(device), Owner: r.Owner,
		Created: fromMilli(r.CreatedMs), Seen: fromMilli(r.SeenMs), Expires: fromMilli(r.ExpiresMs)}, err
}

// AddLogin stores a browser that has just signed in. Conflict if its id is taken.
func (s *Store) AddLogin(ctx context.Context, l governance.Login) error {
	row := loginRow{ID: cleanText(l.ID), Account: accountKey(l.Account), Owner: l.Owner,
		CreatedMs: toMilli(l.Created), SeenMs: toMilli(l.Seen), ExpiresMs: toMilli(l.Expires)}
	row.Device = s.seal([]byte(l.Device), row.place())
	_, err := s.write.NewInsert().Model(&row).Exec(ctx)
	return s.fail(err, "store a login")
}

// Login returns a login. NotFound if there is none, it was ended, or it has
// expired; Denied if the secret does not fit.
func (s *Store) Login(ctx context.Context, id string) (governance.Login, error) {
	var row loginRow
	err := s.read.NewSelect().Model(&row).Where("id = ?", cleanText(id)).Where("expires_ms > ?", toMilli(s.now())).Scan(ctx)
	if err != nil {
		return governance.Login{}, s.fail(err, "read a login")
	}
	return s.login(&row)
}

// Logins returns an account's live logins, the last seen first.
func (s *Store) Logins(ctx context.Context, account string) ([]governance.Login, error) {
	var rows []loginRow
	err := s.read.NewSelect().Model(&rows).Where("account = ?", accountKey(account)).Where("expires_ms > ?", toMilli(s.now())).
		OrderExpr("seen_ms DESC, id").Scan(ctx)
	if err != nil {
		return nil, s.fail(err, "list logins")
	}
	out := make([]governance.Login, len(rows))
	for i := range rows {
		if out[i], err = s.login(&rows[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// TouchLogin notes that a login was seen at a time, never an earlier one.
// NotFound if it was ended or has expired.
func (s *Store) TouchLogin(ctx context.Context, id string, at time.Time) error {
	result, err := s.write.NewUpdate().Model((*loginRow)(nil)).Where("id = ?", cleanText(id)).Where("expires_ms > ?", toMilli(s.now())).
		Set("seen_ms = CASE WHEN seen_ms < ? THEN ? ELSE seen_ms END", toMilli(at), toMilli(at)).Exec(ctx)
	return s.fail(oneRow(result, err), "note a login's use")
}

// EndLogin ends one login of an account. NotFound if the account has none of
// that id.
func (s *Store) EndLogin(ctx context.Context, account, id string) error {
	result, err := s.write.NewDelete().Model((*loginRow)(nil)).Where("id = ?", cleanText(id)).Where("account = ?", accountKey(account)).Exec(ctx)
	return s.fail(oneRow(result, err), "end a login")
}

// EndLogins ends all logins of an account and returns how many there were.
func (s *Store) EndLogins(ctx context.Context, account string) (int, error) {
	n, err := deleted(s.write.NewDelete().Model((*loginRow)(nil)).Where("account = ?", accountKey(account)).Exec(ctx))
	return n, s.fail(err, "end logins")
}

// AccountsInUse returns the accounts with a live login or token, sorted.
func (s *Store) AccountsInUse(ctx context.Context) ([]string, error) {
	now := toMilli(s.now())
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT account FROM logins WHERE expires_ms > ?
		UNION SELECT account FROM tokens WHERE expires_ms > ? ORDER BY account`), now, now)
	accounts, err := collect(rows, err, scanText)
	return accounts, s.fail(err, "list the accounts in use")
}

// oneRow turns "no row was changed" into sql.ErrNoRows.
func oneRow(result sql.Result, err error) error {
	if n, err := deleted(result, err); err != nil || n > 0 {
		return err
	}
	return sql.ErrNoRows
}
