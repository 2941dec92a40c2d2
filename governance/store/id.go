package store

import (
	"context"
	"hash/fnv"
	"strconv"
)

// idBits is how many ids each second of creation has of its own.
const idBits = 6

// wantedID is where a row would like to be. Ids that grow with the time of
// creation make "newest first" the order of the table and of the search
// index. Where that place is taken, each further try looks in a wider range.
func (c *change) wantedID(try int) int64 {
	created := c.p.Created
	if created.IsZero() {
		created = c.p.Start
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(strconv.Itoa(try) + string(c.p.Ref))) // never fails (hash.Hash)
	spread := min(idBits+2*try, 40)
	return (toUnix(created)+1)<<idBits + int64(h.Sum64()&(1<<spread-1))
}

// assignIDs gives each new row a free id near its time.
func (w *writer) assignIDs(ctx context.Context, fresh []*change) error {
	taken := make(map[int64]bool, len(fresh))
	for try := 0; len(fresh) > 0; try++ {
		for _, c := range fresh {
			c.id = c.wantedID(try)
		}
		if err := w.takenIDs(ctx, fresh, taken); err != nil {
			return err
		}
		var again []*change
		for _, c := range fresh {
			if taken[c.id] {
				again = append(again, c)
			}
			taken[c.id] = true
		}
		fresh = again
	}
	return nil
}

func (w *writer) takenIDs(ctx context.Context, list []*change, taken map[int64]bool) error {
	args := make([]any, len(list))
	for i, c := range list {
		args[i] = c.id
	}
	rows, err := w.tx.QueryContext(ctx, w.s.sql(`SELECT id FROM proposals WHERE id IN (`+marks(len(args))+`)`), args...)
	ids, err := collect(rows, err, scanID)
	for _, id := range ids {
		taken[id] = true
	}
	return err
}
