package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"mandate/governance"
)

// due is proposals.inspected of what plain code has to look at; idle is that
// of what executes nothing.
const (
	due  = 0
	idle = -1
)

// inspectable is due for all that governors may execute, and for what carries
// transactions in Snapshot's plugins.
func inspectable(p *governance.Proposal) int {
	if p.OnChain != nil {
		return due
	}
	text := string(p.Plugins)
	if !strings.Contains(text, "Snap") && !strings.Contains(text, `\`) {
		return idle
	}
	var plugins map[string]json.RawMessage
	if json.Unmarshal(p.Plugins, &plugins) != nil {
		return idle
	}
	if plugins["safeSnap"] != nil || plugins["oSnap"] != nil {
		return due
	}
	return idle
}

// encodeOnChain leaves the standing out, which changes and has its own place.
func encodeOnChain(o *governance.OnChain) sql.NullString {
	if o == nil {
		return sql.NullString{}
	}
	fixed := *o
	fixed.Standing = governance.Standing{}
	return sql.NullString{String: toJSON(fixed), Valid: true}
}

func decodeOnChain(fixed, standing string) (*governance.OnChain, error) {
	var o governance.OnChain
	err := fromJSON([]byte(fixed), &o)
	o.Standing = governance.Standing{}
	return &o, errors.Join(err, fromJSON([]byte(standing), &o.Standing))
}

// settle gives governors' proposals the DAO that their governor has now.
func (w *writer) settle(ctx context.Context, chunk []*governance.Proposal) error {
	for _, p := range chunk {
		id := p.Ref.Governor()
		if id == "" {
			continue
		}
		dao, known := w.homes[id]
		if !known {
			err := w.tx.QueryRowContext(ctx, w.s.sql(`SELECT dao FROM governors WHERE id = ?`), id).Scan(&dao)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			w.homes[id] = dao
		}
		if dao != "" {
			p.DAO = dao
		}
	}
	return nil
}

// onChain stores where governors' proposals were created and how they stand.
func (w *writer) onChain(ctx context.Context, list []*change) error {
	for _, c := range list {
		id := c.p.Ref.Governor()
		if id == "" {
			continue
		}
		var block int64
		clause := `NOTHING`
		if o := c.p.OnChain; o != nil {
			block, clause = int64(o.Block), `UPDATE SET block = excluded.block, at_block = 0`
		}
		_, err := w.exec(ctx, `INSERT INTO governor_proposals (id, governor, block) VALUES (?, ?, ?) ON CONFLICT (id) DO `+clause, c.id, id, block)
		if err == nil && c.p.OnChain != nil {
			_, err = w.read(ctx, c.id, readingOf(c.p))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sameOnChain refreshes what is not content of a governor's proposal. The
// block is among it: replaced blocks may bring the same proposal again.
func (w *writer) sameOnChain(ctx context.Context, c *change) error {
	p, id := c.p, c.old.id
	if p.Deleted != c.old.gone || p.URL != c.old.url {
		w.visible = true
	}
	_, err := w.exec(ctx, `UPDATE proposals SET deleted = ?, url = ?, labels = ?, updated_at = ?, symbol = ?, quorum = ?, quorum_type = ? WHERE id = ?`,
		p.Deleted, p.URL, toJSON(p.Labels), toUnix(p.Updated), p.Symbol, p.Quorum, p.QuorumType, id)
	if err != nil {
		return err
	}
	_, err = w.exec(ctx, `INSERT INTO governor_proposals (id, governor, block) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET block = excluded.block`, id, p.Ref.Governor(), int64(p.OnChain.Block))
	if err != nil {
		return err
	}
	fixed := encodeOnChain(p.OnChain)
	_, err = w.exec(ctx, `UPDATE proposal_bodies SET onchain = ? WHERE id = ? AND (onchain IS NULL OR onchain <> ?)`, fixed, id, fixed)
	if err != nil {
		return err
	}
	_, err = w.read(ctx, id, readingOf(p))
	return err
}

// reading is what one look at a governor's proposal said.
type reading struct {
	tally      governance.Tally
	flagged    bool
	standing   governance.Standing
	outcome    governance.State
	start, end time.Time // zero = as stored
	seen       time.Time
}

func readingOf(p *governance.Proposal) reading {
	return reading{tally: p.Tally, flagged: p.Flagged, standing: p.OnChain.Standing, outcome: p.Outcome, start: p.Start, end: p.End, seen: p.Seen}
}

// read stores a reading unless a later one is known, and reports whether the
// proposal is known. Times are estimates at governors: they move without
// being an edit.
func (w *writer) read(ctx context.Context, id int64, r reading) (bool, error) {
	var tally, outcome, standing string
	var flagged bool
	var start, end, atBlock, voters int64
	err := w.tx.QueryRowContext(ctx, w.s.sql(`SELECT p.tally, p.flagged, p.outcome, p.start_at, p.end_at, g.at_block, g.voters, g.standing
		FROM proposals p JOIN governor_proposals g ON g.id = p.id WHERE p.id = ?`), id).
		Scan(&tally, &flagged, &outcome, &start, &end, &atBlock, &voters, &standing)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil || int64(r.standing.AtBlock) < atBlock {
		return true, err
	}
	if voters > 0 {
		r.tally.Voters = int(voters)
	}
	cleanStanding(&r.standing)
	newTally, newStanding := encodeTally(r.tally), toJSON(r.standing)
	newStart, newEnd := orStored(r.start, start), orStored(r.end, end)
	if newTally != tally || r.flagged != flagged || string(r.outcome) != outcome || newStart != start || newEnd != end || moved(standing, r.standing) {
		w.visible = true
	}
	_, err = w.exec(ctx, `UPDATE proposals SET tally = ?, flagged = ?, final = ?, outcome = ?, start_at = ?, end_at = ?, seen = ? WHERE id = ?`,
		newTally, r.flagged, r.standing.Final, string(r.outcome), newStart, newEnd, toUnix(r.seen), id)
	if err == nil {
		_, err = w.exec(ctx, `UPDATE governor_proposals SET at_block = ?, standing = ? WHERE id = ?`, int64(r.standing.AtBlock), newStanding, id)
	}
	return true, err
}

func orStored(t time.Time, stored int64) int64 {
	if t.IsZero() {
		return stored
	}
	return toUnix(t)
}

// moved reports whether two readings differ in more than when they were made.
func moved(stored string, now governance.Standing) bool {
	var old governance.Standing
	if fromJSON([]byte(stored), &old) != nil {
		return true
	}
	old.Read, old.AtBlock, old.Nodes = now.Read, now.AtBlock, now.Nodes
	return toJSON(old) != toJSON(now)
}
