package demo

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"sort"
	"strings"
)

// index holds what the hub reads: sorted once after a change, then searched.
type index struct {
	asc, desc []*Proposal // by created, ties by id ascending in both
	spaces    []*spaceRow // by id
	bySpace   map[string]*spaceRow
	votes     []*Vote
	follows   []*Follow
	aliases   []*Alias
	messages  []*Message
}

// spaceRow is a space as JSON values, so that any selection can be cut from it.
type spaceRow struct {
	*Space
	values map[string]any
	rows   []*Proposal
	gone   bool // deleted; the old generation still shows its proposals
}

// readIndexed takes the read lock with the index built and returns the unlock.
func (w *World) readIndexed() func() {
	for {
		w.mu.RLock()
		if w.index != nil {
			return w.mu.RUnlock
		}
		w.mu.RUnlock()
		w.mu.Lock()
		w.indexLocked()
		w.mu.Unlock()
	}
}

func (w *World) indexLocked() *index {
	if w.index != nil {
		return w.index
	}
	ix := &index{bySpace: map[string]*spaceRow{}}
	for _, p := range w.proposals {
		ix.asc = append(ix.asc, p)
	}
	slices.SortFunc(ix.asc, func(a, b *Proposal) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.ID, b.ID))
	})
	ix.desc = descending(ix.asc)
	w.indexSpaces(ix)
	for _, v := range w.votes {
		ix.votes = append(ix.votes, v)
	}
	for _, f := range w.follows {
		ix.follows = append(ix.follows, f)
	}
	for _, a := range w.aliases {
		ix.aliases = append(ix.aliases, a)
	}
	for i := range w.messages {
		ix.messages = append(ix.messages, &w.messages[i])
	}
	slices.SortFunc(ix.aliases, func(a, b *Alias) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(ix.messages, func(a, b *Message) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(ix.votes, func(a, b *Vote) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(ix.follows, func(a, b *Follow) int { return cmp.Compare(a.ID, b.ID) })
	w.index = ix
	return ix
}

// descending reverses the order by created but keeps ties by id ascending.
func descending(asc []*Proposal) []*Proposal {
	out := make([]*Proposal, 0, len(asc))
	for end := len(asc); end > 0; {
		start := end - 1
		for start > 0 && asc[start-1].Created == asc[end-1].Created {
			start--
		}
		out = append(out, asc[start:end]...)
		end = start
	}
	return out
}

func (w *World) indexSpaces(ix *index) {
	for _, s := range w.spaces {
		row := &spaceRow{Space: s, values: jsonValues(s)}
		ix.bySpace[s.ID] = row
		ix.spaces = append(ix.spaces, row)
	}
	for id, s := range w.gone {
		ix.bySpace[id] = &spaceRow{Space: s, values: jsonValues(s), gone: true}
	}
	for _, p := range ix.asc {
		if row := ix.bySpace[p.Space]; row != nil {
			row.rows = append(row.rows, p)
		}
	}
	slices.SortFunc(ix.spaces, func(a, b *spaceRow) int { return cmp.Compare(a.ID, b.ID) })
}

// space finds a space without regard to case, as the hub's database does.
func (ix *index) space(id string) *spaceRow {
	if row := ix.bySpace[id]; row != nil {
		return row
	}
	for _, row := range ix.spaces {
		if strings.EqualFold(row.ID, id) {
			return row
		}
	}
	return nil
}

// created cuts the rows whose created lies between lo and hi, both included.
func (ix *index) created(lo, hi int64, asc bool) []*Proposal {
	rows := ix.asc
	from := sort.Search(len(rows), func(i int) bool { return rows[i].Created >= lo })
	to := sort.Search(len(rows), func(i int) bool { return rows[i].Created > hi })
	if from >= to {
		return nil
	}
	if asc {
		return rows[from:to]
	}
	return ix.desc[len(rows)-to : len(rows)-from]
}

// jsonValues turns a struct into the generic form of its JSON. Numbers keep
// their text.
func jsonValues(v any) map[string]any {
	b, err := json.Marshal(v)
	if err != nil {
		return map[string]any{}
	}
	out := map[string]any{}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if dec.Decode(&out) != nil {
		return map[string]any{}
	}
	return out
}
