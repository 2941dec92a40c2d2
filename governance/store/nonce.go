package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"
)

// Nonce is the number used once of a sign-in, bound to the browser that asked
// for it. Value and Session are stored hashed.
type Nonce struct {
	Value   string
	Session string // the browser's secret before it is signed in
	Address string // as asked for, lower case; "" = not known yet
	Chain   uint64
	Expires time.Time
}

type nonceRow struct {
	bun.BaseModel `bun:"table:nonces"`
	NonceHash     string `bun:",pk"`
	SessionHash   string
	Address       string
	Chain         int64
	ExpiresMs     int64
}

// maxNonces bounds what strangers can make us keep. Beyond it the nonce that
// expires first makes room: refusing new ones would let a flood of five
// minutes keep everybody out.
const maxNonces = 10_000

// AddNonce stores a nonce and removes those that have expired.
func (s *Store) AddNonce(ctx context.Context, n Nonce) error {
	row := nonceRow{NonceHash: hashToken(n.Value), SessionHash: hashToken(n.Session), Address: accountKey(n.Address),
		Chain: int64(n.Chain), ExpiresMs: toMilli(n.Expires)}
	return s.fail(s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewDelete().Model((*nonceRow)(nil)).Where("expires_ms <= ?", toMilli(s.now())).Exec(ctx); err != nil {
			return err
		}
		count, err := tx.NewSelect().Model((*nonceRow)(nil)).Count(ctx)
		if err != nil {
			return err
		}
		if over := count + 1 - maxNonces; over > 0 {
			first := tx.NewSelect().Model((*nonceRow)(nil)).Column("nonce_hash").OrderExpr("expires_ms, nonce_hash").Limit(over)
			if _, err := tx.NewDelete().Model((*nonceRow)(nil)).Where("nonce_hash IN (?)", first).Exec(ctx); err != nil {
				return err
			}
		}
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
		return err
	}), "store a nonce")
}

// TakeNonce uses a nonce up, in one statement: of any number of calls at
// once, one gets it. NotFound if it was used, has expired, or belongs to
// another browser, whose nonce it then stays.
func (s *Store) TakeNonce(ctx context.Context, value, session string) (Nonce, error) {
	n := Nonce{Value: value, Session: session}
	var chain, expires int64
	err := s.write.DB.QueryRowContext(ctx, s.sql(`DELETE FROM nonces WHERE nonce_hash = ? AND session_hash = ? AND expires_ms > ?
		RETURNING address, chain, expires_ms`), hashToken(value), hashToken(session), toMilli(s.now())).Scan(&n.Address, &chain, &expires)
	if err != nil {
		return Nonce{}, s.fail(err, "take a nonce")
	}
	n.Chain, n.Expires = uint64(chain), fromMilli(expires)
	return n, nil
}
