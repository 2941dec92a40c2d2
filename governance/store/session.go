package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// Sessions keeps web sessions (an scs.CtxStore). Tokens are stored hashed
// and contents encrypted, so a copy of the database opens no session.
type Sessions struct{ store *Store }

// Sessions returns the session store.
func (s *Store) Sessions() *Sessions { return &Sessions{store: s} }

type sessionRow struct {
	bun.BaseModel `bun:"table:sessions"`
	TokenHash     string `bun:",pk"`
	Sealed        []byte
	ExpiresMs     int64
}

// FindCtx returns a session's contents; found is false where there is none,
// or it has expired, or the secret has changed since.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	row := sessionRow{TokenHash: hashToken(token)}
	err = s.store.read.NewSelect().Model(&row).WherePK().Where("expires_ms > ?", toMilli(s.store.now())).Scan(ctx)
	if governance.CodeOf(s.store.fail(err, "read a session")) == governance.NotFound {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, s.store.fail(err, "read a session")
	}
	data, err = s.store.unseal(row.Sealed, "session|"+row.TokenHash)
	return data, err == nil, nil
}

// CommitCtx stores a session's contents until expiry.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	row := sessionRow{TokenHash: hashToken(token), ExpiresMs: toMilli(expiry)}
	row.Sealed = s.store.seal(data, "session|"+row.TokenHash)
	_, err := s.store.write.NewInsert().Model(&row).On("CONFLICT (token_hash) DO UPDATE").
		Set("sealed = excluded.sealed").Set("expires_ms = excluded.expires_ms").Exec(ctx)
	return s.store.fail(err, "store a session")
}

// DeleteCtx ends a session.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	_, err := s.store.write.NewDelete().Model(&sessionRow{TokenHash: hashToken(token)}).WherePK().Exec(ctx)
	return s.store.fail(err, "end a session")
}

// Find is FindCtx without a context, for scs.Store.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context, for scs.Store.
func (s *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context, for scs.Store.
func (s *Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
