package store

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"mandate/governance"
)

type tokenRow struct {
	bun.BaseModel `bun:"table:tokens"`
	ID            string `bun:",pk"`
	Account       string
	Hash          string
	Name          []byte
	Scopes        string
	CreatedMs     int64
	UsedMs        int64
	ExpiresMs     int64
}

func (r *tokenRow) place() string { return "token|" + r.ID }

func (s *Store) token(r *tokenRow) (governance.Token, error) {
	name, err := s.unseal(r.Name, r.place())
	t := governance.Token{ID: r.ID, Account: r.Account, Name: string(name), Created: fromMilli(r.CreatedMs), Used: fromMilli(r.UsedMs), Expires: fromMilli(r.ExpiresMs)}
	for _, scope := range strings.Fields(r.Scopes) {
		t.Scopes = append(t.Scopes, governance.TokenScope(scope))
	}
	return t, err
}

// AddToken stores a token under the hash of its secret. Conflict if its id or
// secret is taken.
func (s *Store) AddToken(ctx context.Context, t governance.Token, secret string) error {
	scopes := make([]string, len(t.Scopes))
	for i, scope := range t.Scopes {
		scopes[i] = string(scope)
	}
	row := tokenRow{ID: cleanText(t.ID), Account: accountKey(t.Account), Hash: hashToken(secret), Scopes: strings.Join(scopes, " "),
		CreatedMs: toMilli(t.Created), UsedMs: toMilli(t.Used), ExpiresMs: toMilli(t.Expires)}
	row.Name = s.seal([]byte(t.Name), row.place())
	_, err := s.write.NewInsert().Model(&row).Exec(ctx)
	return s.fail(err, "store a token")
}

// TokenBy returns the token with this secret and notes its use, at most once
// an hour. NotFound if there is none, it was ended, or it has expired.
func (s *Store) TokenBy(ctx context.Context, secret string) (governance.Token, error) {
	var row tokenRow
	now := s.now()
	err := s.read.NewSelect().Model(&row).Where("hash = ?", hashToken(secret)).Where("expires_ms > ?", toMilli(now)).Scan(ctx)
	if err != nil {
		return governance.Token{}, s.fail(err, "read a token")
	}
	if hour := toMilli(now.Truncate(time.Hour)); row.UsedMs < hour {
		row.UsedMs = hour
		if _, err := s.write.NewUpdate().Model(&row).WherePK().Column("used_ms").Exec(ctx); err != nil {
			return governance.Token{}, s.fail(err, "note a token's use")
		}
	}
	return s.token(&row)
}

// Tokens returns an account's tokens that have not expired, the newest first.
func (s *Store) Tokens(ctx context.Context, account string) ([]governance.Token, error) {
	var rows []tokenRow
	err := s.read.NewSelect().Model(&rows).Where("account = ?", accountKey(account)).Where("expires_ms > ?", toMilli(s.now())).
		OrderExpr("created_ms DESC, id").Scan(ctx)
	if err != nil {
		return nil, s.fail(err, "list tokens")
	}
	out := make([]governance.Token, len(rows))
	for i := range rows {
		if out[i], err = s.token(&rows[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// EndToken ends one token of an account. NotFound if the account has none of
// that id.
func (s *Store) EndToken(ctx context.Context, account, id string) error {
	result, err := s.write.NewDelete().Model((*tokenRow)(nil)).Where("id = ?", cleanText(id)).Where("account = ?", accountKey(account)).Exec(ctx)
	return s.fail(oneRow(result, err), "end a token")
}
