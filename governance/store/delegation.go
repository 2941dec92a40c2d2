package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// SaveDelegations replaces what is known of who holds an account's power.
func (s *Store) SaveDelegations(ctx context.Context, account string, list []governance.Delegation) error {
	return s.replace(ctx, "delegations", "account", "dao", account, len(list), func(n int) (string, any) { return cleanText(list[n].DAO), list[n] })
}

// Delegations returns what is known of who holds an account's power, by the
// DAO's name. The DAO's name is the one that it has now.
func (s *Store) Delegations(ctx context.Context, account string) ([]governance.Delegation, error) {
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT x.data, coalesce(d.name, x.dao) AS name FROM delegations x LEFT JOIN daos d ON d.id = x.dao
		WHERE x.account = ? ORDER BY lower(coalesce(d.name, x.dao)), x.dao`), accountKey(account))
	list, err := collect(rows, err, func(rows *sql.Rows) (governance.Delegation, error) {
		var raw []byte
		var d governance.Delegation
		var name string
		err := rows.Scan(&raw, &name)
		if err == nil {
			err = json.Unmarshal(raw, &d)
		}
		d.DAOName = name
		return d, err
	})
	return list, s.fail(err, "list delegations")
}

// SaveAliases replaces what is known of the keys that may speak as an account.
func (s *Store) SaveAliases(ctx context.Context, owner string, list []governance.Alias) error {
	return s.replace(ctx, "aliases", "owner", "address", owner, len(list), func(n int) (string, any) { return accountKey(list[n].Address), list[n] })
}

// Aliases returns the keys that may speak as an account, as last read, by
// their address. Some may have expired.
func (s *Store) Aliases(ctx context.Context, owner string) ([]governance.Alias, error) {
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT data FROM aliases WHERE owner = ? ORDER BY address`), accountKey(owner))
	list, err := collect(rows, err, func(rows *sql.Rows) (governance.Alias, error) {
		var raw []byte
		var a governance.Alias
		err := rows.Scan(&raw)
		if err == nil {
			err = json.Unmarshal(raw, &a)
		}
		return a, err
	})
	return list, s.fail(err, "list aliases")
}

// replace stores an account's rows of a table in place of those that it had.
func (s *Store) replace(ctx context.Context, table, account, key, owner string, n int, row func(int) (string, any)) error {
	err := s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.Tx.ExecContext(ctx, s.sql(`DELETE FROM `+table+` WHERE `+account+` = ?`), accountKey(owner)); err != nil {
			return err
		}
		for i := range n {
			name, v := row(i)
			raw, err := json.Marshal(v)
			if err != nil {
				return err
			}
			_, err = tx.Tx.ExecContext(ctx, s.sql(`INSERT INTO `+table+` (`+account+`, `+key+`, data) VALUES (?, ?, ?)
				ON CONFLICT (`+account+`, `+key+`) DO UPDATE SET data = excluded.data`), accountKey(owner), name, string(raw))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.changed()
	}
	return s.fail(err, "store "+table)
}
