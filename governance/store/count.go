package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"mandate/governance"
)

// counts stores tallies that were read alone.
func (w *writer) counts(ctx context.Context, counts []governance.Count) error {
	now := w.s.now()
	for _, c := range counts {
		cleanTally(&c.Tally)
		if c.Standing != nil {
			if err := w.countOnChain(ctx, c, now); err != nil {
				return err
			}
			continue
		}
		text := encodeTally(c.Tally)
		final := c.Tally.State == "final"
		n, err := w.exec(ctx, `UPDATE proposals SET seen = ?, final = (CAST(? AS INTEGER) = 1 AND end_at < ?) WHERE ref = ? AND tally = ? AND flagged = ?`,
			toUnix(now), bit(final), toUnix(now), cleanText(string(c.Ref)), text, c.Flagged)
		if err != nil {
			return err
		}
		if n == 0 {
			n, err = w.exec(ctx, `UPDATE proposals SET tally = ?, final = (CAST(? AS INTEGER) = 1 AND end_at < ?), flagged = ?, seen = ? WHERE ref = ?`,
				text, bit(final), toUnix(now), c.Flagged, toUnix(now), cleanText(string(c.Ref)))
			if err != nil {
				return err
			}
			w.visible = w.visible || n > 0
		}
		w.done.Counted += int(n)
	}
	return nil
}

// countOnChain stores how a governor's proposal stands now.
func (w *writer) countOnChain(ctx context.Context, c governance.Count, now time.Time) error {
	var id int64
	err := w.tx.QueryRowContext(ctx, w.s.sql(`SELECT id FROM proposals WHERE ref = ?`), cleanText(string(c.Ref))).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	known, err := w.read(ctx, id, reading{tally: c.Tally, flagged: c.Flagged, standing: *c.Standing,
		outcome: governance.State(cleanText(string(c.Outcome))), start: c.Start, end: c.End, seen: now})
	w.done.Counted += bit(known)
	return err
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// gone marks what the venue said it has deleted.
func (w *writer) gone(ctx context.Context, refs []governance.Ref) error {
	for _, ref := range refs {
		var dao string
		err := w.tx.QueryRowContext(ctx, w.s.sql(`UPDATE proposals SET deleted = TRUE, seen = ? WHERE ref = ? AND deleted = FALSE RETURNING dao`),
			toUnix(w.s.now()), cleanText(string(ref))).Scan(&dao)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		w.daos[dao]--
		w.done.Gone++
		w.visible = true
	}
	return nil
}
