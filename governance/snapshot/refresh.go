package snapshot

import (
	"context"
	"encoding/json"

	"mandate/governance"
)

// maxConfirm bounds how many missing proposals one Refresh asks after; the
// others are asked for again next time.
const maxConfirm = 20

// Refresh implements governance.Venue. A proposal is Gone only if it is missing
// in a complete list and a question for it alone affirms that there is none.
// It returns Upstream, Limited, Invalid and Denied errors, and the context's.
func (h *Hub) Refresh(ctx context.Context, refs []governance.Ref) (governance.Batch, error) {
	r := h.reader()
	var b governance.Batch
	var ids []string
	byID := map[string]governance.Ref{}
	for _, ref := range refs {
		if id := ref.ID(); ref.Venue() == governance.VenueSnapshot && byID[id] == "" {
			ids = append(ids, id)
			byID[id] = ref
		}
	}
	p, err := r.lookup(ctx, ids)
	if err != nil {
		return governance.Batch{Requests: r.requests}, err
	}
	b.Proposals, b.Skipped = p.rows, p.skipped
	for _, n := range p.names {
		delete(byID, n.id)
	}
	if len(byID) == len(ids) && len(ids) > 0 {
		err = r.alive(ctx)
	}
	if err == nil {
		b.Gone, err = r.confirm(ctx, ids, byID)
	}
	b.Requests, b.Done = r.requests, true
	return b, err
}

// alive checks that a hub that knows nothing of what was asked has proposals at
// all: one that lost its database must not make everything look deleted.
func (r *reader) alive(ctx context.Context) error {
	p, err := r.ask(ctx, selection{}, 1, false)
	if err == nil && p.empty() {
		err = upstream(nil, "The Snapshot hub has no proposals at all.")
	}
	return err
}

// confirm asks for each missing proposal alone.
func (r *reader) confirm(ctx context.Context, ids []string, missing map[string]governance.Ref) ([]governance.Ref, error) {
	var gone []governance.Ref
	for _, id := range ids {
		ref, ok := missing[id]
		if !ok || len(gone) == maxConfirm {
			continue
		}
		s := &oneSink{}
		c := &call{hub: r.hub, sink: s, requests: &r.requests}
		if _, err := askOne(ctx, c, id); err != nil {
			return nil, err
		}
		if !s.found && c.clean {
			gone = append(gone, ref)
		}
	}
	return gone, nil
}

type oneSink struct{ found bool }

func (s *oneSink) reset()                        { s.found = false }
func (s *oneSink) row(string, int, []byte, bool) { s.found = true }

// Fresh reads one proposal anew, in the form in which it is stored, with its
// vote validation. It returns NotFound if the hub affirms that it is gone,
// Upstream, Limited, Invalid and Denied errors, and the context's.
func (h *Hub) Fresh(ctx context.Context, ref governance.Ref) (governance.Proposal, error) {
	b, err := h.Refresh(ctx, []governance.Ref{ref})
	if err != nil {
		return governance.Proposal{}, err
	}
	for _, p := range b.Proposals {
		if p.Ref == ref {
			p.Validation, err = h.validation(ctx, ref.ID())
			return p, err
		}
	}
	if len(b.Gone) > 0 {
		return governance.Proposal{}, governance.Errorf(governance.NotFound, "The proposal is not at Snapshot any more.")
	}
	return governance.Proposal{}, upstream(nil, "The Snapshot hub could not read this proposal.")
}

// validation reads a proposal's rule for voters. Where the hub cannot say, it
// is nil, and the space's rule holds.
func (h *Hub) validation(ctx context.Context, id string) (json.RawMessage, error) {
	var rule json.RawMessage
	s := &rowSink{forget: func() { rule = nil }, each: func(raw []byte) {
		members(raw, func(key string, v field) {
			if key == "validation" {
				rule = v.free()
			}
		})
	}}
	r := h.reader()
	_, err := askValidation(ctx, &call{hub: h, sink: s, requests: &r.requests}, id)
	if governance.CodeOf(err) == governance.Upstream {
		h.cfg.Log.WarnContext(ctx, "the hub does not say who may vote on a proposal", "proposal", clipID(id), "error", err)
		return nil, nil
	}
	return rule, err
}
