package store

import (
	"context"

	"mandate/governance"
)

// Owners returns the accounts that claimed this installation; those that the
// settings name are not among them.
func (s *Store) Owners(ctx context.Context) ([]string, error) {
	rows, err := s.read.DB.QueryContext(ctx, `SELECT account FROM owners ORDER BY place`)
	owners, err := collect(rows, err, scanText)
	return owners, s.fail(err, "list owners")
}

// ClaimOwner makes an account the owner of this installation. Conflict if
// there is one already, be it the same.
func (s *Store) ClaimOwner(ctx context.Context, account string) error {
	_, err := s.write.DB.ExecContext(ctx, s.sql(`INSERT INTO owners (account, place, claimed_ms) VALUES (?, 1, ?)`),
		accountKey(account), toMilli(s.now()))
	if s.isDuplicate(err) {
		return governance.Wrap(governance.Conflict, err, "This installation has an owner already.")
	}
	return s.fail(err, "store the owner")
}
