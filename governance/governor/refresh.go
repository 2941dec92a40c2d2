package governor

import (
	"context"
	"fmt"

	"mandate/governance"
)

// Refresh implements governance.Venue: how the given proposals stand at the
// newest confirmed block, by one reading. States that are for ever are read
// once more where they are final. It returns Read's errors.
func (v *venue) Refresh(ctx context.Context, refs []governance.Ref) (governance.Batch, error) {
	b := governance.Batch{Requests: 1, Done: true, Share: 1}
	var subjects []subject
	for _, ref := range refs {
		if ref.Governor() == v.g.ID {
			subjects = append(subjects, subject{id: idNumber(ref.ID())})
		}
	}
	if len(subjects) == 0 {
		return governance.Batch{Done: true}, nil
	}
	head, err := v.nodes.Head(ctx, v.g.Chain)
	if err != nil {
		return b, err
	}
	r, err := v.look(ctx, head, confirmed(head), subjects, &b)
	if err != nil {
		return b, err
	}
	v.counted(r, &b)
	return b, v.settle(ctx, head, &b)
}

// look reads how subjects stand at a block, and the headers of that block and
// of more.
func (v *venue) look(ctx context.Context, head governance.Head, at uint64, subjects []subject, b *governance.Batch, more ...uint64) (*reading, error) {
	r := &reading{at: at, finalized: head.Finalized.Number, subjects: subjects}
	r.times.clock = v.g.Clock
	var err error
	if r.stands, r.nodes, err = v.stands(ctx, at, subjects, b); err != nil {
		return nil, err
	}
	r.times, r.blocks, err = v.timeline(ctx, head, r.moments(), append(more, at), b)
	return r, err
}

func (v *venue) counted(r *reading, b *governance.Batch) {
	for i, sub := range r.subjects {
		st := r.stands[i]
		if st.err != nil {
			b.Skipped = append(b.Skipped, fmt.Sprintf("%s: proposal %s: %v", v.g.ID, sub.id, st.err))
			continue
		}
		c := v.count(sub.id, st, r)
		// When it was cancelled only a log tells, which Read finds.
		if (st.state == governance.Canceled || st.state == governance.Vetoed) && c.End.After(c.Standing.Read) {
			c.End = c.Standing.Read
		}
		b.Counts = append(b.Counts, c)
	}
}

// settle reads those again whose state lasts, at the newest final block.
func (v *venue) settle(ctx context.Context, head governance.Head, b *governance.Batch) error {
	var again []subject
	place := map[governance.Ref]int{}
	for i, c := range b.Counts {
		if lasting(c.Standing.State) && !c.Standing.Final {
			again = append(again, subject{id: idNumber(c.Ref.ID())})
			place[c.Ref] = i
		}
	}
	if len(again) == 0 || head.Finalized.Number == 0 {
		return nil
	}
	r, err := v.look(ctx, head, head.Finalized.Number, again, b)
	if err != nil {
		return err
	}
	var final governance.Batch
	v.counted(r, &final)
	for _, c := range final.Counts {
		if c.Standing.Final {
			b.Counts[place[c.Ref]] = c
		}
	}
	return nil
}
