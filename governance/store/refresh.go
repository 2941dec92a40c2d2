package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"mandate/governance"
)

// A closed proposal whose count is not final is asked for ever more rarely,
// and no longer after this.
const giveUpCounting = 30 * 24 * time.Hour

// stateEvery is how long a governor's state stays good enough at most: queued
// and succeeded proposals may expire, which leaves no log.
const stateEvery = 6 * time.Hour

// refreshEvery is how long what was read stays good enough: a twentieth of
// the time to the next border of a proposal's life, within limits.
func refreshEvery(start, end, now time.Time) time.Duration {
	switch {
	case !now.After(start):
		return min(max(start.Sub(now)/10, 5*time.Minute), 6*time.Hour)
	case !now.After(end):
		return min(max(end.Sub(now)/20, 30*time.Second), time.Hour)
	}
	return max(now.Sub(end)/2, time.Minute)
}

// RefsToRefresh returns the refs of Snapshot that have to be read again, most
// urgent first: open ones by the nearness of their end, just started or just
// ended ones, and ended ones until their count is final.
func (s *Store) RefsToRefresh(ctx context.Context, now time.Time, limit int) ([]governance.Ref, error) {
	return s.refsToRefresh(ctx, `substr(p.ref, 1, 7) <> 'eip155:'`, "", now, limit)
}

// RefreshDue is RefsToRefresh for one governor: its ended proposals are read
// again until their state is final.
func (s *Store) RefreshDue(ctx context.Context, governor string, now time.Time, limit int) ([]governance.Ref, error) {
	return s.refsToRefresh(ctx, `p.id IN (SELECT g.id FROM governor_proposals g WHERE g.governor = ?)`, accountKey(governor), now, limit)
}

func (s *Store) refsToRefresh(ctx context.Context, which, governor string, now time.Time, limit int) ([]governance.Ref, error) {
	args := []any{toUnix(now.Add(-giveUpCounting))}
	if governor != "" {
		args = append(args, governor)
	}
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT p.ref, p.start_at, p.end_at, p.seen FROM proposals p
		WHERE p.deleted = FALSE AND p.final = FALSE AND p.end_at >= ? AND `+which), args...)
	type due struct {
		ref     governance.Ref
		urgency float64 // age of what we know, in units of what is good enough
	}
	all, err := collect(rows, err, func(rows *sql.Rows) (due, error) {
		var d due
		var start, end, seen int64
		err := rows.Scan(&d.ref, &start, &end, &seen)
		from, to, last := fromUnix(start), fromUnix(end), fromUnix(seen)
		every := refreshEvery(from, to, now)
		if governor != "" {
			every = min(every, stateEvery)
		}
		d.urgency = float64(now.Sub(last)) / float64(every)
		if crossed := (now.After(from) && !last.After(from)) || (now.After(to) && !last.After(to)); crossed {
			d.urgency += 1000
		}
		return d, err
	})
	if err != nil {
		return nil, s.fail(err, "find what to read again")
	}
	all = slices.DeleteFunc(all, func(d due) bool { return d.urgency < 1 })
	slices.SortFunc(all, func(a, b due) int { return cmp.Or(cmp.Compare(b.urgency, a.urgency), cmp.Compare(a.ref, b.ref)) })
	refs := make([]governance.Ref, min(len(all), limit))
	for i := range refs {
		refs[i] = all[i].ref
	}
	return refs, nil
}
