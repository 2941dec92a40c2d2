package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// twinWindow is how far apart twins may be created.
const twinWindow = governance.TwinDays * 24 * time.Hour

// Limits of what is compared at once.
const (
	maxTwinCandidates = 300
	maxTwinText       = 20000 // characters
)

// SaveTwins replaces what is known of a proposal's counterparts at the DAO's
// other venue. Each pair counts for both.
func (s *Store) SaveTwins(ctx context.Context, ref governance.Ref, twins []governance.Twin) error {
	key := cleanText(string(ref))
	gone := int64(0)
	err := s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		result, err := tx.Tx.ExecContext(ctx, s.sql(`DELETE FROM twins WHERE ref = ? OR other = ?`), key, key)
		if err != nil {
			return err
		}
		if gone, err = result.RowsAffected(); err != nil {
			return err
		}
		for _, t := range twins {
			other := cleanText(string(t.Ref))
			if other == "" || other == key {
				continue
			}
			for _, pair := range [][2]string{{key, other}, {other, key}} {
				_, err := tx.Tx.ExecContext(ctx, s.sql(`INSERT INTO twins (ref, other, likeness, why) VALUES (?, ?, ?, ?)
					ON CONFLICT (ref, other) DO UPDATE SET likeness = excluded.likeness, why = excluded.why`),
					pair[0], pair[1], finite(t.Match), cleanText(t.Why))
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil && gone != int64(2*len(twins)) { // the same ones again are nothing new
		s.changed()
	}
	return s.fail(err, "store twins")
}

// Twins returns the counterparts of a proposal, the most alike first, as they
// stand now.
func (s *Store) Twins(ctx context.Context, ref governance.Ref) ([]governance.Twin, error) {
	now := s.now()
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT p.ref, p.title, p.start_at, p.end_at, p.created_at, p.outcome, t.likeness, t.why
		FROM twins t JOIN proposals p ON p.ref = t.other WHERE t.ref = ? AND p.deleted = FALSE ORDER BY t.likeness DESC, p.ref`), string(ref))
	list, err := collect(rows, err, func(rows *sql.Rows) (t governance.Twin, err error) {
		var p governance.Proposal
		var start, end, created int64
		err = rows.Scan(&t.Ref, &t.Title, &start, &end, &created, &p.Outcome, &t.Match, &t.Why)
		p.Start, p.End, t.Created = fromUnix(start), fromUnix(end), fromUnix(created)
		t.State = p.StateAt(now)
		return t, err
	})
	return list, s.fail(err, "read twins")
}

// TwinCandidates returns the proposals of a DAO, at all its venues, that were
// created within TwinDays of a time (zero = now), the newest first, at most
// 300: their ref, title, body (its first 20,000 characters), times, outcome and
// content hash.
func (s *Store) TwinCandidates(ctx context.Context, dao string, around time.Time) ([]governance.Proposal, error) {
	if around.IsZero() {
		around = s.now()
	}
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT p.ref, p.dao, p.title, substr(b.body, 1, ?), p.start_at, p.end_at, p.created_at, p.outcome, p.content_hash
		FROM proposals p JOIN proposal_bodies b ON b.id = p.id
		WHERE p.dao = ? AND p.deleted = FALSE AND p.created_at BETWEEN ? AND ? ORDER BY p.id DESC LIMIT ?`),
		maxTwinText, cleanText(dao), toUnix(around.Add(-twinWindow)), toUnix(around.Add(twinWindow)), maxTwinCandidates)
	list, err := collect(rows, err, func(rows *sql.Rows) (p governance.Proposal, err error) {
		var start, end, created int64
		err = rows.Scan(&p.Ref, &p.DAO, &p.Title, &p.Body, &start, &end, &created, &p.Outcome, &p.ContentHash)
		p.Start, p.End, p.Created = fromUnix(start), fromUnix(end), fromUnix(created)
		return p, err
	})
	return list, s.fail(err, "find twins")
}
