package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
)

// move gives a governor and its proposals to a DAO. What they leave behind is
// removed if nothing is left of it.
func (w *writer) move(ctx context.Context, id, dao string) error {
	var from, name string
	err := w.tx.QueryRowContext(ctx, w.s.sql(`SELECT g.dao, d.name FROM governors g JOIN daos d ON d.id = ? WHERE g.id = ?`), dao, id).Scan(&from, &name)
	if err != nil {
		return err
	}
	if _, err := w.exec(ctx, `UPDATE governors SET dao = ? WHERE id = ?`, dao, id); err != nil {
		return err
	}
	left, err := w.leaving(ctx, id, dao)
	if err != nil {
		return err
	}
	left[from] += 0
	delete(left, dao)
	moved, err := w.exec(ctx, `UPDATE proposals SET dao = ?, dao_name = '' WHERE dao <> ? AND id IN (SELECT id FROM governor_proposals WHERE governor = ?)`, dao, dao, id)
	if err == nil && moved > 0 {
		err = w.rename(ctx, dao, name)
	}
	if err != nil {
		return err
	}
	for old, n := range left {
		w.daos[old] -= n
		w.daos[dao] += n
	}
	if err := w.sums(ctx); err != nil {
		return err
	}
	for _, old := range slices.Sorted(maps.Keys(left)) {
		_, err := w.exec(ctx, `DELETE FROM daos WHERE id = ? AND stub = TRUE AND NOT EXISTS (SELECT 1 FROM proposals p WHERE p.dao = daos.id)
			AND NOT EXISTS (SELECT 1 FROM governors g WHERE g.dao = daos.id) AND NOT EXISTS (SELECT 1 FROM spaces s WHERE s.id = daos.id)`, old)
		if err != nil {
			return err
		}
	}
	return nil
}

// leaving counts, by DAO, the proposals of a governor that are to move to dao.
func (w *writer) leaving(ctx context.Context, id, dao string) (map[string]int, error) {
	left := map[string]int{}
	rows, err := w.tx.QueryContext(ctx, w.s.sql(`SELECT dao, sum(CASE WHEN deleted THEN 0 ELSE 1 END) FROM proposals
		WHERE dao <> ? AND id IN (SELECT id FROM governor_proposals WHERE governor = ?) GROUP BY dao`), dao, id)
	_, err = collect(rows, err, func(rows *sql.Rows) (struct{}, error) {
		var old string
		var n int
		err := rows.Scan(&old, &n)
		left[old] = n
		return struct{}{}, err
	})
	return left, err
}
