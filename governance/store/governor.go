package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// SaveGovernor stores what was found out about a governor; one that was
// removed is read again. Its DAO is g.DAO, or the one that it has already, or
// one of its own, which is made where there is none; its proposals follow.
// Invalid for an id that names no governor.
func (s *Store) SaveGovernor(ctx context.Context, g governance.Governor) error {
	chain, address, err := governance.ParseGovernorID(g.ID)
	if err != nil {
		return err
	}
	g.ID = governance.GovernorID(chain, address)
	err = s.inApplyTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		w := &writer{s: s, tx: tx.Tx, daos: map[string]int{}, names: map[string]string{}, done: &Applied{}}
		if err := w.home(ctx, &g); err != nil {
			return err
		}
		data, err := json.Marshal(g)
		if err != nil {
			return err
		}
		_, err = w.exec(ctx, `INSERT INTO governors (id, chain, address, dao, decimals, data) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET decimals = excluded.decimals, removed = FALSE, data = excluded.data`,
			g.ID, int64(chain), address, g.DAO, g.Token.Decimals, string(data))
		if err == nil {
			err = w.move(ctx, g.ID, g.DAO)
		}
		return err
	})
	if err == nil {
		s.changed()
	}
	return s.fail(err, "store a governor")
}

// home fills the DAO of a governor and makes sure that it is there.
func (w *writer) home(ctx context.Context, g *governance.Governor) error {
	g.DAO, g.DAOName = cleanText(g.DAO), cleanText(g.DAOName)
	if g.DAO == "" {
		err := w.tx.QueryRowContext(ctx, w.s.sql(`SELECT dao FROM governors WHERE id = ?`), g.ID).Scan(&g.DAO)
		if errors.Is(err, sql.ErrNoRows) {
			g.DAO, err = g.ID, nil
		}
		if err != nil {
			return err
		}
	}
	if g.DAOName == "" && g.DAO == g.ID {
		g.DAOName = cleanText(g.Name)
	}
	return w.stub(ctx, g.DAO, g.DAOName, cleanText(g.Token.Symbol), strconv.FormatUint(g.Chain, 10))
}

// stub makes a DAO where there is none, and names one that nobody has named:
// what its space says goes first.
func (w *writer) stub(ctx context.Context, id, name, symbol, network string) error {
	if name == "" {
		name = id
	}
	_, err := w.exec(ctx, `INSERT INTO daos (id, name, symbol, network, stub) VALUES (?, ?, ?, ?, TRUE) ON CONFLICT (id) DO NOTHING`, id, name, symbol, network)
	if err != nil {
		return err
	}
	named, err := w.exec(ctx, `UPDATE daos SET name = CASE WHEN name = id THEN ? ELSE name END,
		symbol = CASE WHEN symbol = '' THEN ? ELSE symbol END, network = CASE WHEN network = '' THEN ? ELSE network END
		WHERE id = ? AND stub = TRUE AND (name = id OR symbol = '' OR network = '')`, name, symbol, network, id)
	if err != nil || named == 0 || name == id {
		return err
	}
	return w.rename(ctx, id, name)
}

// Governor returns a governor, also one that is no longer read: its Fault says
// so. NotFound if there is none.
func (s *Store) Governor(ctx context.Context, id string) (governance.Governor, error) {
	list, err := s.governors(ctx, `WHERE g.id = ?`, accountKey(id))
	if err != nil {
		return governance.Governor{}, s.fail(err, "read a governor")
	}
	if len(list) == 0 {
		return governance.Governor{}, governance.Errorf(governance.NotFound, "There is no governor %s here.", clip(id))
	}
	return list[0], nil
}

// Governors returns all governors that are read, by chain and address.
func (s *Store) Governors(ctx context.Context) ([]governance.Governor, error) {
	list, err := s.governors(ctx, `WHERE g.removed = FALSE ORDER BY g.chain, g.address`)
	return list, s.fail(err, "list governors")
}

// GovernorsOf returns the governors of a DAO that are read, by chain and
// address.
func (s *Store) GovernorsOf(ctx context.Context, dao string) ([]governance.Governor, error) {
	list, err := s.governors(ctx, `WHERE g.removed = FALSE AND g.dao = ? ORDER BY g.chain, g.address`, cleanText(dao))
	return list, s.fail(err, "list a DAO's governors")
}

func (s *Store) governors(ctx context.Context, rest string, args ...any) ([]governance.Governor, error) {
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT g.data, g.removed, d.id, d.name FROM governors g JOIN daos d ON d.id = g.dao `+rest), args...)
	return collect(rows, err, func(rows *sql.Rows) (g governance.Governor, err error) {
		var data []byte
		var removed bool
		var dao, name string
		if err = rows.Scan(&data, &removed, &dao, &name); err == nil {
			err = json.Unmarshal(data, &g)
		}
		g.DAO, g.DAOName = dao, name
		if removed {
			g.Fault = "It was removed from the list of governors. What was read of it stays."
		}
		return g, err
	})
}

// RemoveGovernor ends the reading of a governor. What was read of it stays,
// and so does the place from which reading goes on if it is added again.
// NotFound if there is none.
func (s *Store) RemoveGovernor(ctx context.Context, id string) error {
	n, err := deleted(s.write.DB.ExecContext(ctx, s.sql(`UPDATE governors SET removed = TRUE WHERE id = ? AND removed = FALSE`), accountKey(id)))
	if err == nil && n == 0 {
		return governance.Errorf(governance.NotFound, "There is no governor %s here.", clip(id))
	}
	s.changed()
	return s.fail(err, "remove a governor")
}
