package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// How long an inspection stays good enough: while a vote is open, and between
// its end and the execution.
const (
	inspectOpenEvery  = 10 * time.Minute
	inspectEndedEvery = time.Hour
)

// SaveInspection stores what plain code found out about a proposal, and shows
// its risk in lists. Conflict if the proposal is no longer what was inspected,
// NotFound if there is none.
func (s *Store) SaveInspection(ctx context.Context, i governance.Inspection) error {
	data, err := json.Marshal(i)
	if err != nil {
		return s.fail(err, "encode an inspection")
	}
	demand, err := demandOf(&i)
	if err != nil {
		return s.fail(err, "encode a demand")
	}
	made := toUnix(i.Made)
	if made == 0 {
		made = toUnix(s.now())
	}
	err = s.inApplyTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var id int64
		var hash string
		err := tx.Tx.QueryRowContext(ctx, s.sql(`SELECT id, content_hash FROM proposals WHERE ref = ?`), cleanText(string(i.Ref))).Scan(&id, &hash)
		if err != nil {
			return err
		}
		if hash != i.ContentHash {
			return governance.Errorf(governance.Conflict, "The proposal changed while it was inspected.")
		}
		_, err = tx.Tx.ExecContext(ctx, s.sql(`INSERT INTO inspections (proposal, content_hash, version, made, data) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (proposal) DO UPDATE SET content_hash = excluded.content_hash, version = excluded.version, made = excluded.made, data = excluded.data`),
			id, hash, i.Version, made, string(data))
		if err != nil {
			return err
		}
		_, err = tx.Tx.ExecContext(ctx, s.sql(`UPDATE proposals SET risk = ?, dangers = ?, warnings = ?, demand = ?, inspected = ?, inspected_at = ? WHERE id = ?`),
			i.Worst().Rank(), countOf(i.Findings, governance.Danger), countOf(i.Findings, governance.Warn), demand, i.Version, made, id)
		return err
	})
	if err == nil {
		s.changed()
	}
	return s.fail(err, "store an inspection")
}

// demandOf is what the calls move and change as it is stored, "" where there
// are none.
func demandOf(i *governance.Inspection) (string, error) {
	if len(i.Actions) == 0 {
		return "", nil
	}
	raw, err := json.Marshal(i.Demand())
	return string(raw), err
}

func countOf(findings []governance.Finding, severity governance.Severity) (n int) {
	for _, f := range findings {
		n += bit(f.Severity == severity)
	}
	return n
}

// Inspection returns the last inspection of a proposal, nil if there is none.
// It may be of an earlier content: compare its ContentHash.
func (s *Store) Inspection(ctx context.Context, ref governance.Ref) (*governance.Inspection, error) {
	var data []byte
	err := s.read.DB.QueryRowContext(ctx, s.sql(`SELECT i.data FROM inspections i JOIN proposals p ON p.id = i.proposal WHERE p.ref = ?`), string(ref)).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	var i governance.Inspection
	if err == nil {
		err = json.Unmarshal(data, &i)
	}
	return &i, s.fail(err, "read an inspection")
}

// InspectionsDue returns proposals, with everything of them, that plain code
// has to look at under this version of its rules: open ones that nobody looked
// at, open ones and those on their way to execution that were looked at a
// while ago, then the rest, the latest end first. All of governors are among
// them, and those of Snapshot with transactions in their plugins.
func (s *Store) InspectionsDue(ctx context.Context, version int, now time.Time, limit int) ([]governance.Proposal, error) {
	n := ceilUnix(now)
	var out []governance.Proposal
	for _, part := range []struct {
		where string
		args  []any
	}{
		{`p.inspected < ? AND p.end_at >= ? ORDER BY p.end_at, p.id`, []any{version, n}},
		{`p.inspected >= ? AND p.end_at >= ? AND p.outcome = '' AND p.inspected_at <= ? ORDER BY p.inspected_at, p.id`,
			[]any{version, n, toUnix(now.Add(-inspectOpenEvery))}},
		{`p.inspected >= ? AND p.outcome IN ('succeeded', 'queued') AND p.end_at >= ? AND p.inspected_at <= ? ORDER BY p.inspected_at, p.id`,
			[]any{version, toUnix(now.Add(-giveUpCounting)), toUnix(now.Add(-inspectEndedEvery))}},
		{`p.inspected < ? AND p.end_at < ? ORDER BY p.end_at DESC, p.id DESC`, []any{version, n}},
	} {
		if len(out) >= limit {
			break
		}
		rows, err := s.read.DB.QueryContext(ctx, s.sql(fullFrom+`WHERE p.inspected >= 0 AND p.deleted = FALSE AND `+part.where+` LIMIT ?`), append(part.args, limit-len(out))...)
		more, err := collect(rows, err, scanProposal)
		if err != nil {
			return nil, s.fail(err, "find what has to be inspected")
		}
		for _, p := range more {
			if !holds(out, p.Ref) {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

func holds(list []governance.Proposal, ref governance.Ref) bool {
	for i := range list {
		if list[i].Ref == ref {
			return true
		}
	}
	return false
}

func scanProposal(rows *sql.Rows) (governance.Proposal, error) {
	l, err := scanFull(rows)
	return l.Proposal, err
}

// Past is an earlier proposal of a governor.
type Past struct {
	Ref     governance.Ref
	Title   string
	State   governance.State
	Created time.Time
	Calls   []governance.Call
}

// maxPast is how many earlier proposals are looked at.
const maxPast = 200

// PastProposals returns the newest proposals of a governor that are over, with
// their calls; limit is at most 200.
func (s *Store) PastProposals(ctx context.Context, governor string, limit int) ([]Past, error) {
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT p.ref, p.title, p.outcome, p.created_at, coalesce(b.onchain, '')
		FROM governor_proposals g JOIN proposals p ON p.id = g.id JOIN proposal_bodies b ON b.id = p.id
		WHERE g.governor = ? AND p.outcome <> '' AND p.deleted = FALSE ORDER BY g.block DESC, p.id DESC LIMIT ?`),
		accountKey(governor), min(max(limit, 0), maxPast))
	list, err := collect(rows, err, func(rows *sql.Rows) (past Past, err error) {
		var created int64
		var fixed string
		var calls struct {
			Calls []governance.Call `json:"calls"`
		}
		if err = rows.Scan(&past.Ref, &past.Title, (*string)(&past.State), &created, &fixed); err == nil {
			err = fromJSON([]byte(fixed), &calls)
		}
		past.Created, past.Calls = fromUnix(created), calls.Calls
		return past, err
	})
	return list, s.fail(err, "read earlier proposals")
}
