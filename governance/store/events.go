package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"mandate/governance"
)

// events stores what governors' logs say: votes as rows of their own, because
// there are many, and the rest as it is. What is known already is left alone.
func (w *writer) events(ctx context.Context, list []governance.Event) error {
	var votes []voteEvent
	var others []governance.Event
	for i := range list {
		e := list[i]
		cleanEvent(&e)
		if e.Kind == governance.EventVote {
			votes = append(votes, voteEvent{Event: e})
		} else {
			others = append(others, e)
		}
	}
	n, err := insertMany(ctx, w, "governor_events", "governor, block, idx, ref, kind, account, at, data",
		` ON CONFLICT (governor, block, idx) DO UPDATE SET ref = excluded.ref, kind = excluded.kind, account = excluded.account,
		at = excluded.at, data = excluded.data WHERE governor_events.data <> excluded.data`, lastOfEach(others), eventColumns)
	if err != nil {
		return err
	}
	w.done.Events += n
	for chunk := range slices.Chunk(votes, applyChunk) {
		if err := w.votes(ctx, chunk); err != nil {
			return err
		}
	}
	w.visible = w.visible || w.done.Events > 0
	return nil
}

// maxReason is how many bytes of a reason or of parameters are kept.
const maxReason = 8 << 10

func cleanEvent(e *governance.Event) {
	e.Governor, e.Ref = accountKey(e.Governor), governance.Ref(accountKey(string(e.Ref)))
	for _, s := range []*string{(*string)(&e.Kind), &e.Tx, &e.Account, &e.Weight, &e.From, &e.To, &e.Value} {
		*s = cleanText(*s)
	}
	e.Reason, e.Params = cleanText(cut(e.Reason, maxReason)), cleanText(cut(e.Params, maxReason))
	e.Time = fromUnix(toUnix(e.Time))
}

// lastOfEach keeps the last event of each place: one statement cannot store
// two of them.
func lastOfEach(list []governance.Event) []governance.Event {
	slices.SortStableFunc(list, func(a, b governance.Event) int {
		return cmp.Or(strings.Compare(a.Governor, b.Governor), cmp.Compare(a.Block, b.Block), cmp.Compare(a.Index, b.Index))
	})
	out := list[:0]
	for i, e := range list {
		if i+1 < len(list) && list[i+1].Governor == e.Governor && list[i+1].Block == e.Block && list[i+1].Index == e.Index {
			continue
		}
		out = append(out, e)
	}
	return out
}

func eventColumns(e governance.Event) []any {
	return []any{e.Governor, int64(e.Block), int64(e.Index), string(e.Ref), string(e.Kind), accountKey(e.Account), toUnix(e.Time), toJSON(e)}
}

// voteEvent is a vote with the key of its proposal.
type voteEvent struct {
	governance.Event
	proposal int64
}

const voteColumns = "proposal, block, idx, voter, account, support, weight, size, against, pro, abstain, reason, params, tx, at"

func (v voteEvent) columns() []any {
	parts := split(v.Event)
	return []any{v.proposal, int64(v.Block), int64(v.Index), v.Account, strings.ToLower(v.Account), int64(v.Support), v.Weight, number(v.Weight), parts[0], parts[1], parts[2],
		v.Reason, v.Params, v.Tx, toUnix(v.Time)}
}

// votes stores one chunk of votes.
func (w *writer) votes(ctx context.Context, chunk []voteEvent) error {
	chunk, err := w.placed(ctx, chunk)
	if err != nil || len(chunk) == 0 {
		return err
	}
	voters, err := w.newVoters(ctx, chunk)
	if err != nil {
		return err
	}
	n, err := w.insertVotes(ctx, chunk)
	if err == nil && n == len(chunk) {
		w.done.Events += n
		return w.addVoters(ctx, chunk, voters)
	}
	if err == nil { // some are known: are they the same?
		var replaced, more int
		if replaced, err = w.dropOthers(ctx, chunk); err == nil && replaced > 0 {
			more, err = w.insertVotes(ctx, chunk)
			n += more
		}
	}
	w.done.Events += n
	if err != nil || n == 0 {
		return err
	}
	for _, proposal := range proposalsOf(chunk) {
		if err := w.recount(ctx, proposal); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) insertVotes(ctx context.Context, chunk []voteEvent) (int, error) {
	return insertMany(ctx, w, "governor_votes", voteColumns, ` ON CONFLICT (proposal, block, idx) DO NOTHING`, chunk, voteEvent.columns)
}

// placed finds the proposals of votes. Votes on none that is known are
// skipped: there is nothing that they could be shown with.
func (w *writer) placed(ctx context.Context, chunk []voteEvent) ([]voteEvent, error) {
	keys := make(map[governance.Ref]int64)
	var args []any
	for _, v := range chunk {
		if _, seen := keys[v.Ref]; !seen {
			keys[v.Ref] = 0
			args = append(args, string(v.Ref))
		}
	}
	rows, err := w.tx.QueryContext(ctx, w.s.sql(`SELECT p.ref, p.id FROM proposals p JOIN governor_proposals g ON g.id = p.id
		WHERE p.ref IN (`+marks(len(args))+`)`), args...)
	_, err = collect(rows, err, func(rows *sql.Rows) (struct{}, error) {
		var ref governance.Ref
		var id int64
		err := rows.Scan(&ref, &id)
		keys[ref] = id
		return struct{}{}, err
	})
	out := make([]voteEvent, 0, len(chunk))
	for _, v := range chunk {
		if v.proposal = keys[v.Ref]; v.proposal != 0 {
			out = append(out, v)
		}
	}
	w.done.Skipped += len(chunk) - len(out)
	return out, err
}

func proposalsOf(chunk []voteEvent) []int64 {
	ids := make([]int64, 0, len(chunk))
	for _, v := range chunk {
		ids = append(ids, v.proposal)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// pair is an account that voted on a proposal.
type pair struct {
	voter    string
	proposal int64
}

// newVoters counts, by proposal, who votes for the first time.
func (w *writer) newVoters(ctx context.Context, chunk []voteEvent) (map[int64]int, error) {
	first := make(map[pair]bool, len(chunk))
	var values strings.Builder
	var args []any
	for _, v := range chunk {
		p := pair{strings.ToLower(v.Account), v.proposal}
		if first[p] {
			continue
		}
		first[p] = true
		values.WriteString(",(CAST(? AS TEXT),CAST(? AS BIGINT))")
		args = append(args, p.voter, p.proposal)
	}
	rows, err := w.tx.QueryContext(ctx, w.s.sql(`SELECT column1, column2 FROM (VALUES `+values.String()[1:]+`) AS v
		WHERE EXISTS (SELECT 1 FROM governor_votes g WHERE g.account = column1 AND g.proposal = column2)`), args...)
	_, err = collect(rows, err, func(rows *sql.Rows) (struct{}, error) {
		var p pair
		err := rows.Scan(&p.voter, &p.proposal)
		delete(first, p)
		return struct{}{}, err
	})
	counts := make(map[int64]int)
	for p := range first {
		counts[p.proposal]++
	}
	return counts, err
}

// addVoters adds to the counts where every vote of the chunk was new.
func (w *writer) addVoters(ctx context.Context, chunk []voteEvent, voters map[int64]int) error {
	votes := make(map[int64]int)
	for _, v := range chunk {
		votes[v.proposal]++
	}
	for _, proposal := range proposalsOf(chunk) {
		_, err := w.exec(ctx, `UPDATE governor_proposals SET votes = votes + ?, voters = voters + ? WHERE id = ?`, votes[proposal], voters[proposal], proposal)
		if err == nil {
			err = w.showVoters(ctx, proposal)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dropOthers removes stored votes that stand at the place of other ones.
func (w *writer) dropOthers(ctx context.Context, chunk []voteEvent) (int, error) {
	stmt, err := w.tx.PrepareContext(ctx, w.s.sql(`DELETE FROM governor_votes WHERE proposal = ? AND block = ? AND idx = ?
		AND (tx <> ? OR voter <> ? OR support <> ? OR weight <> ? OR reason <> ? OR params <> ?)`))
	if err != nil {
		return 0, err
	}
	defer func() { _ = stmt.Close() }() // the transaction's end closes it too
	total := 0
	for _, v := range chunk {
		n, err := deleted(stmt.ExecContext(ctx, v.proposal, int64(v.Block), int64(v.Index), v.Tx, v.Account, int64(v.Support), v.Weight, v.Reason, v.Params))
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}
