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

// RefsToRefresh returns the refs that have to be read again, most urgent
// first: open ones by the nearness of their end, just started or just ended
// ones, and ended ones until their count is final.
func (s *Store) RefsToRefresh(ctx context.Context, now time.Time, limit int) ([]governance.Ref, error) {
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT ref, start_at, end_at, seen FROM proposals
		WHERE deleted = FALSE AND final = FALSE AND end_at >= ?`), toUnix(now.Add(-giveUpCounting)))
	type due struct {
		ref     governance.Ref
		urgency float64 // age of what we know, in units of what is good enough
	}
	all, err := collect(rows, err, func(rows *sql.Rows) (due, error) {
		var d due
		var start, end, seen int64
		err := rows.Scan(&d.ref, &start, &end, &seen)
		from, to, last := fromUnix(start), fromUnix(end), fromUnix(seen)
		d.urgency = float64(now.Sub(last)) / float64(refreshEvery(from, to, now))
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
