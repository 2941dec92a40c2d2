package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"mandate/governance"
)

// spaces stores the settings that were read of spaces.
func (w *writer) spaces(ctx context.Context, list []governance.Space) error {
	for i := range list {
		if list[i].ID = cleanText(list[i].ID); list[i].ID == "" {
			continue
		}
		if err := w.space(ctx, list[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) space(ctx context.Context, p governance.Space) error {
	seen := toUnix(p.Seen)
	if seen == 0 {
		seen = toUnix(w.s.now())
	}
	p.Seen, p.Quorum = time.Time{}, finite(p.Quorum)
	p.Name, p.About, p.Symbol, p.Network = cleanText(p.Name), cleanText(p.About), cleanText(p.Symbol), cleanText(p.Network)
	raw, err := json.Marshal(p) // also repairs invalid UTF-8
	if err != nil {
		return err
	}
	name := p.Name
	if name == "" {
		name = p.ID
	}
	w.names[p.ID] = name
	var data string
	err = w.tx.QueryRowContext(ctx, w.s.sql(`SELECT data FROM spaces WHERE id = ?`), p.ID).Scan(&data)
	switch {
	case err == nil && data == string(raw):
		_, err = w.exec(ctx, `UPDATE spaces SET seen = ? WHERE id = ?`, seen, p.ID)
		return err
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	}
	w.visible = true
	if err := w.rename(ctx, p.ID, name); err != nil {
		return err
	}
	_, err = w.exec(ctx, `INSERT INTO daos (id, name, about, symbol, network, followers, verified, flagged, deleted, stub)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, FALSE)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, about = excluded.about, symbol = excluded.symbol, network = excluded.network,
		followers = excluded.followers, verified = excluded.verified, flagged = excluded.flagged, deleted = excluded.deleted, stub = FALSE`,
		p.ID, name, p.About, p.Symbol, p.Network, p.Followers, p.Verified, p.Flagged, p.Deleted)
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, `INSERT INTO spaces (id, data, seen) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET data = excluded.data, seen = excluded.seen`, p.ID, string(raw), seen)
	return err
}

// rename carries a DAO's new name to its proposals and their index.
func (w *writer) rename(ctx context.Context, dao, name string) error {
	n, err := w.exec(ctx, `UPDATE proposals SET dao_name = ? WHERE dao = ? AND dao_name <> ?`, name, dao, name)
	if err != nil || n == 0 {
		return err
	}
	rows, err := w.tx.QueryContext(ctx, w.s.sql(`SELECT p.id, p.ref, p.dao, p.author, p.title, b.body
		FROM proposals p JOIN proposal_bodies b ON b.id = p.id WHERE p.dao = ? ORDER BY p.id`), dao)
	index, err := collect(rows, err, func(rows *sql.Rows) (indexed, error) {
		var id int64
		var p governance.Proposal
		err := rows.Scan(&id, &p.Ref, &p.DAO, &p.Author, &p.Title, &p.Body)
		return indexOf(id, &p, name), err
	})
	if err != nil {
		return err
	}
	return w.s.saveIndex(ctx, w.tx, index, true)
}

// nameDAOs looks up the names of the proposals' DAOs and makes a stub of
// those that nothing is known of.
func (w *writer) nameDAOs(ctx context.Context, chunk []*governance.Proposal) error {
	for _, p := range chunk {
		if w.names[p.DAO] != "" {
			continue
		}
		var name string
		err := w.tx.QueryRowContext(ctx, w.s.sql(`SELECT name FROM daos WHERE id = ?`), p.DAO).Scan(&name)
		if errors.Is(err, sql.ErrNoRows) {
			name = p.DAO
			_, err = w.exec(ctx, `INSERT INTO daos (id, name, stub) VALUES (?, ?, TRUE)`, p.DAO, name)
		}
		if err != nil {
			return err
		}
		w.names[p.DAO] = name
	}
	return nil
}

// DAOs returns all DAOs, those with open proposals first, then by size. Their
// Space holds what lists show (name, symbol, network, followers, verified,
// flagged); DAO has the rest. Governors are those that are read.
func (s *Store) DAOs(ctx context.Context, now time.Time) ([]governance.DAO, error) {
	list, err := s.daos(ctx, now, `WHERE d.deleted = FALSE ORDER BY active DESC, d.proposals DESC, d.id`)
	if err != nil {
		return nil, s.fail(err, "list DAOs")
	}
	governors, err := s.Governors(ctx)
	byDAO := make(map[string][]governance.Governor, len(governors))
	for _, g := range governors {
		byDAO[g.DAO] = append(byDAO[g.DAO], g)
	}
	for i := range list {
		list[i].Governors = byDAO[list[i].ID]
	}
	return list, err
}

// DAO returns one DAO with all that is known of its space. NotFound if
// there is none.
func (s *Store) DAO(ctx context.Context, id string, now time.Time) (governance.DAO, error) {
	list, err := s.daos(ctx, now, `WHERE d.id = ?`, cleanText(id))
	if err != nil {
		return governance.DAO{}, s.fail(err, "read a DAO")
	}
	if len(list) == 0 {
		return governance.DAO{}, governance.Errorf(governance.NotFound, "There is no DAO %s here.", clip(id))
	}
	d := list[0]
	if d.Governors, err = s.GovernorsOf(ctx, d.ID); err != nil {
		return governance.DAO{}, err
	}
	var raw []byte
	var seen int64
	err = s.read.DB.QueryRowContext(ctx, s.sql(`SELECT data, seen FROM spaces WHERE id = ?`), d.ID).Scan(&raw, &seen)
	if errors.Is(err, sql.ErrNoRows) {
		return d, nil
	}
	if err == nil {
		d.Space = &governance.Space{}
		err = json.Unmarshal(raw, d.Space)
		d.Space.Seen = fromUnix(seen)
	}
	return d, s.fail(err, "read a space")
}

func (s *Store) daos(ctx context.Context, now time.Time, rest string, args ...any) ([]governance.DAO, error) {
	n := ceilUnix(now)
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT d.id, d.name, d.about, d.symbol, d.network, d.followers, d.verified, d.flagged,
		d.stub, d.proposals, coalesce(o.active, 0) AS active FROM daos d LEFT JOIN
		(SELECT dao || '' AS dao, count(*) AS active FROM proposals WHERE deleted = FALSE AND end_at >= ? AND start_at < ? AND outcome = ''
		GROUP BY 1) o ON o.dao = d.id `+rest), // by an expression: SQLite would walk the DAOs' index of all proposals otherwise
		append([]any{n, n}, args...)...)
	return collect(rows, err, func(rows *sql.Rows) (governance.DAO, error) {
		var d governance.DAO
		var p governance.Space
		var stub bool
		err := rows.Scan(&d.ID, &d.Name, &d.About, &p.Symbol, &p.Network, &p.Followers, &p.Verified, &p.Flagged, &stub, &d.Proposals, &d.Active)
		if !stub {
			p.ID, p.Name, p.About = d.ID, d.Name, d.About
			d.Space = &p
		}
		return d, err
	})
}

// SpaceIDs returns the ids of all spaces that were read, sorted.
func (s *Store) SpaceIDs(ctx context.Context) ([]string, error) {
	rows, err := s.read.DB.QueryContext(ctx, `SELECT id FROM spaces ORDER BY id`)
	ids, err := collect(rows, err, scanText)
	return ids, s.fail(err, "list spaces")
}

func scanText(rows *sql.Rows) (text string, err error) {
	err = rows.Scan(&text)
	return text, err
}
