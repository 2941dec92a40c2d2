package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"mandate/governance"
)

const insertColumns = `id, ref, dao, dao_name, author, title, discussion, url, type, choices, labels, start_at, end_at, created_at, updated_at,
	snapshot, network, symbol, privacy, quorum, quorum_type, app, ipfs, flagged, deleted, tally, final, content_hash, version, version_seen, seen,
	outcome, inspected`

// columns are the values of insertColumns.
func (c *change) columns() []any {
	p := c.p
	return []any{c.id, string(p.Ref), p.DAO, p.DAOName, p.Author, p.Title, p.Discussion, p.URL, string(p.Type), toJSON(p.Choices), toJSON(p.Labels),
		toUnix(p.Start), toUnix(p.End), toUnix(p.Created), toUnix(p.Updated), p.Snapshot, p.Network, p.Symbol, p.Privacy, p.Quorum, p.QuorumType,
		p.App, p.IPFS, p.Flagged, p.Deleted, encodeTally(p.Tally), isFinal(p), p.ContentHash, p.Version, toUnix(p.Seen), toUnix(p.Seen),
		string(p.Outcome), inspectable(p)}
}

func (w *writer) insert(ctx context.Context, fresh []*change) error {
	if len(fresh) == 0 {
		return nil
	}
	if err := w.assignIDs(ctx, fresh); err != nil {
		return err
	}
	for _, c := range fresh {
		c.p.Version = 1
		if !c.p.Deleted {
			w.daos[c.p.DAO]++
		}
	}
	w.done.New += len(fresh)
	w.visible = true
	if _, err := insertMany(ctx, w, "proposals", insertColumns, "", fresh, (*change).columns); err != nil {
		return err
	}
	if _, err := insertMany(ctx, w, "proposal_bodies", "id, body, plugins, strategies, onchain", "", fresh, (*change).body); err != nil {
		return err
	}
	return w.onChain(ctx, fresh)
}

func (c *change) body() []any {
	return []any{c.id, c.p.Body, nullText(c.p.Plugins), nullText(c.p.Strategies), encodeOnChain(c.p.OnChain)}
}

func nullText(raw []byte) sql.NullString {
	return sql.NullString{String: string(raw), Valid: len(raw) > 0}
}

// insertRows is how many rows one statement inserts. Postgres counts round
// trips; SQLite is fastest with one, because it keeps a journal of its own for
// each statement that could fail half-way.
func (w *writer) insertRows() int {
	if w.s.pg {
		return 100
	}
	return 1
}

// insertMany inserts rows, all with the same clause after their values, and
// returns how many it inserted.
func insertMany[T any](ctx context.Context, w *writer, table, columns, clause string, list []T, values func(T) []any) (inserted int, err error) {
	n := min(w.insertRows(), len(list))
	if n == 0 {
		return 0, nil
	}
	insert := func(rows int, list []T) error {
		row := "(" + marks(strings.Count(columns, ",")+1) + "),"
		stmt, err := w.tx.PrepareContext(ctx, w.s.sql(`INSERT INTO `+table+` (`+columns+`) VALUES `+strings.TrimSuffix(strings.Repeat(row, rows), ",")+clause))
		if err != nil {
			return err
		}
		defer func() { _ = stmt.Close() }() // the transaction's end closes it too
		for part := range slices.Chunk(list, rows) {
			args := make([]any, 0, strings.Count(row, "?")*rows)
			for _, c := range part {
				args = append(args, values(c)...)
			}
			done, err := deleted(stmt.ExecContext(ctx, args...))
			if err != nil {
				return err
			}
			inserted += done
		}
		return nil
	}
	whole := len(list) / n * n
	if err := insert(n, list[:whole]); err != nil || whole == len(list) {
		return inserted, err
	}
	err = insert(len(list)-whole, list[whole:])
	return inserted, err
}

// edit keeps the stored content as a version and replaces it.
func (w *writer) edit(ctx context.Context, edited []*change) error {
	for _, c := range edited {
		p := c.p
		p.Version = c.old.version + 1
		calm := ""
		if inspectable(p) < 0 { // else what was found stands until it is looked at anew
			calm = `, risk = 0, dangers = 0, warnings = 0, demand = ''`
		}
		_, err := w.exec(ctx, `INSERT INTO proposal_versions (proposal, version, content_hash, title, body, choices, seen)
			SELECT p.id, p.version, p.content_hash, p.title, b.body, p.choices, p.version_seen
			FROM proposals p JOIN proposal_bodies b ON b.id = p.id WHERE p.id = ?`, c.id)
		if err != nil {
			return err
		}
		set := strings.Join(strings.FieldsFunc(insertColumns, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' }), " = ?, ")
		_, err = w.exec(ctx, `UPDATE proposals SET `+set+` = ?, assessed = FALSE, kind = '', flag_bits = 0, headline = '', summary = '',
			asks = '', facts = '', inspected_at = 0`+calm+` WHERE id = ?`, append(c.columns(), c.id)...)
		if err != nil {
			return err
		}
		_, err = w.exec(ctx, `UPDATE proposal_bodies SET body = ?, plugins = ?, strategies = ?, onchain = ? WHERE id = ?`, append(c.body()[1:], c.id)...)
		if err != nil {
			return err
		}
		w.count(c.old.dao, c.old.gone, true)
		w.count(p.DAO, true, p.Deleted)
		w.done.Edited++
		w.visible = true
	}
	return w.onChain(ctx, edited)
}

// index makes the changed rows searchable and gives them the assessment that
// their content has already.
func (w *writer) index(ctx context.Context, list []*change, replace bool) error {
	if len(list) == 0 {
		return nil
	}
	slices.SortFunc(list, func(a, b *change) int { return int(min(max(a.id-b.id, -1), 1)) })
	rows := make([]indexed, len(list))
	ids := make([]any, len(list))
	for i, c := range list {
		rows[i], ids[i] = indexOf(c.id, c.p, c.p.DAOName), c.id
	}
	if err := w.s.saveIndex(ctx, w.tx, rows, replace); err != nil {
		return err
	}
	_, err := w.exec(ctx, copyAssessment+` AND proposals.id IN (`+marks(len(ids))+`)`, append([]any{governance.Rubric}, ids...)...)
	return err
}
