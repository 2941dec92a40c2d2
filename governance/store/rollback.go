package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"mandate/governance"
)

// rollback takes back what was read of a governor from replaced blocks. Rows
// of proposals stay, marked as deleted, until the chain shows them again. What
// was read of others at those blocks is read again first of all.
func (w *writer) rollback(ctx context.Context, r *governance.Rollback) error {
	if r == nil {
		return nil
	}
	id, above := accountKey(r.Governor), int64(r.Above)
	if err := w.undoProposals(ctx, id, above); err != nil {
		return err
	}
	n, err := w.exec(ctx, `DELETE FROM governor_events WHERE governor = ? AND block > ?`, id, above)
	w.done.Undone += int(n)
	if err == nil {
		err = w.undoVotes(ctx, id, above)
	}
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, `UPDATE proposals SET seen = 0, final = FALSE WHERE id IN (SELECT id FROM governor_proposals WHERE governor = ? AND at_block > ?)`, id, above)
	if err == nil {
		_, err = w.exec(ctx, `UPDATE governor_proposals SET at_block = 0 WHERE governor = ? AND at_block > ?`, id, above)
	}
	w.visible = w.visible || w.done.Undone > 0
	return err
}

func (w *writer) undoProposals(ctx context.Context, id string, above int64) error {
	rows, err := w.tx.QueryContext(ctx, w.s.sql(`UPDATE proposals SET deleted = TRUE WHERE deleted = FALSE
		AND id IN (SELECT id FROM governor_proposals WHERE governor = ? AND block > ?) RETURNING dao`), id, above)
	daos, err := collect(rows, err, scanText)
	for _, dao := range daos {
		w.daos[dao]--
	}
	w.done.Undone += len(daos)
	return err
}

func (w *writer) undoVotes(ctx context.Context, id string, above int64) error {
	rows, err := w.tx.QueryContext(ctx, w.s.sql(`DELETE FROM governor_votes WHERE block > ?
		AND proposal IN (SELECT id FROM governor_proposals WHERE governor = ?) RETURNING proposal`), above, id)
	touched, err := collect(rows, err, scanID)
	if err != nil {
		return err
	}
	w.done.Undone += len(touched)
	slices.Sort(touched)
	for _, proposal := range slices.Compact(touched) {
		if err := w.recount(ctx, proposal); err != nil {
			return err
		}
	}
	return nil
}

// recount counts a proposal's votes from the rows, where they were not simply
// added to.
func (w *writer) recount(ctx context.Context, proposal int64) error {
	_, err := w.exec(ctx, `UPDATE governor_proposals SET votes = (SELECT count(*) FROM governor_votes WHERE proposal = ?),
		voters = (SELECT count(DISTINCT account) FROM governor_votes WHERE proposal = ?) WHERE id = ?`, proposal, proposal, proposal)
	if err != nil {
		return err
	}
	return w.showVoters(ctx, proposal)
}

// showVoters carries the number of voters into the tally.
func (w *writer) showVoters(ctx context.Context, proposal int64) error {
	var text []byte
	var voters int
	err := w.tx.QueryRowContext(ctx, w.s.sql(`SELECT p.tally, g.voters FROM proposals p JOIN governor_proposals g ON g.id = p.id WHERE p.id = ?`), proposal).
		Scan(&text, &voters)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	tally, err := decodeTally(text)
	if err != nil || tally.Voters == voters {
		return err
	}
	tally.Voters, w.visible = voters, true
	_, err = w.exec(ctx, `UPDATE proposals SET tally = ? WHERE id = ?`, encodeTally(tally), proposal)
	return err
}
