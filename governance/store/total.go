package store

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"mandate/governance"
)

// totals remembers the sizes of lists until something changes.
type totals struct {
	mu         sync.Mutex
	generation uint64
	sizes      map[string]int
}

const maxTotals = 1000

// total counts what f matches. The whole list and a DAO's are kept as sums
// by every write; the rest is counted once a generation.
func (s *Store) total(ctx context.Context, f Filter) (int, error) {
	if len(f.Kinds)+len(f.Types)+len(f.Flags)+len(f.States) == 0 && f.EndsBefore.IsZero() && !f.IncludeDeleted {
		return s.sumOfDAOs(ctx, f.DAO)
	}
	// Within a minute a list's size hardly changes by time alone.
	key := fmt.Sprint(f.States, f.DAO, f.Kinds, f.Types, f.Flags, f.EndsBefore.Unix()/60, f.IncludeDeleted)
	if len(f.States) > 0 {
		key += strconv.FormatInt(f.Now.Unix(), 10)
	}
	generation := s.Generation()
	if n, ok := s.totals.get(generation, key); ok {
		return n, nil
	}
	n, err := s.where(s.read.NewSelect().TableExpr("proposals AS p"), f).Count(ctx)
	if err != nil {
		return 0, s.fail(err, "count a list")
	}
	s.totals.put(generation, key, int(n))
	return int(n), nil
}

func (s *Store) sumOfDAOs(ctx context.Context, dao string) (int, error) {
	query, args := `SELECT coalesce(sum(proposals), 0) FROM daos`, []any(nil)
	if dao != "" {
		query, args = query+" WHERE id = ?", append(args, dao)
	}
	var n int
	err := s.read.DB.QueryRowContext(ctx, s.sql(query), args...).Scan(&n)
	return n, s.fail(err, "count a list")
}

func (t *totals) get(generation uint64, key string) (int, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, ok := t.sizes[key]
	return n, ok && t.generation == generation
}

func (t *totals) put(generation uint64, key string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sizes == nil || t.generation != generation || len(t.sizes) >= maxTotals {
		t.generation, t.sizes = generation, map[string]int{}
	}
	t.sizes[key] = n
}

// flagOrder gives each flag its bit in flag_bits: never reorder.
func flagOrder() []governance.Flag {
	return []governance.Flag{governance.FlagHiddenText, governance.FlagInstructions, governance.FlagMixedLanguage, governance.FlagLinkMismatch,
		governance.FlagOversize, governance.FlagEmpty, governance.FlagSpam, governance.FlagChoices}
}

func flagBits(flags []governance.Flag) int64 {
	var bits int64
	for i, known := range flagOrder() {
		for _, f := range flags {
			if f == known {
				bits |= 1 << i
			}
		}
	}
	return bits
}
