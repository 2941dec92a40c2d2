package agent

import (
	"context"
	"encoding/json"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/store"
)

// reread reads a proposal at its venue and stores an edit or a deletion. It
// returns what was stored before and what is now; NotFound if it is deleted.
func (a *Agent) reread(ctx context.Context, ref governance.Ref) (before, after store.Detail, err error) {
	if before, err = a.Store.Proposal(ctx, ref); err != nil {
		return before, after, err
	}
	fresh, err := a.freshOf(ctx, &before.Proposal)
	switch {
	case governance.CodeOf(err) == governance.NotFound && ref.Venue() == governance.VenueGovernor:
		return before, after, governance.Errorf(governance.Conflict, "The chain does not show this proposal any more: its block was replaced. Read it again in a few minutes.")
	case governance.CodeOf(err) == governance.NotFound:
		if _, err := a.Store.Apply(ctx, string(ref.Venue()), governance.Batch{Gone: []governance.Ref{ref}}); err != nil {
			return before, after, err
		}
		return before, after, errDeleted()
	case err != nil:
		return before, after, err
	}
	if fresh.HashContent() == before.Proposal.ContentHash && !before.Proposal.Deleted {
		after = before
	} else if after, err = a.storeEdit(ctx, ref, fresh); err != nil {
		return before, after, err
	}
	after.Proposal.Validation = fresh.Validation
	return before, after, nil
}

// freshOf reads a proposal where it lives.
func (a *Agent) freshOf(ctx context.Context, p *governance.Proposal) (governance.Proposal, error) {
	if p.Ref.Venue() != governance.VenueGovernor {
		return a.Hub.Fresh(ctx, p.Ref)
	}
	g, err := a.governorOf(ctx, p.Ref)
	if err != nil {
		return governance.Proposal{}, err
	}
	if p.OnChain == nil {
		return governance.Proposal{}, governance.Errorf(governance.Internal, "%s has nothing of its chain", p.Ref)
	}
	return a.Governors.Fresh(ctx, g, p.Ref, p.OnChain.Block)
}

// sourceOf is the name of the source that a proposal is read from.
func sourceOf(ref governance.Ref) string {
	if id := ref.Governor(); id != "" {
		return id
	}
	return string(ref.Venue())
}

// storeEdit keeps the new content and reads it back, because only what is
// stored has the hash by which pages know it.
func (a *Agent) storeEdit(ctx context.Context, ref governance.Ref, fresh governance.Proposal) (store.Detail, error) {
	if _, err := a.Store.Apply(ctx, sourceOf(ref), governance.Batch{Proposals: []governance.Proposal{fresh}}); err != nil {
		return store.Detail{}, err
	}
	return a.Store.Proposal(ctx, ref)
}

// typedOf reads back what an intent's wallet was asked to sign.
func typedOf(i *governance.Intent) (ballot.TypedData, error) {
	var p payload
	if err := json.Unmarshal(i.Payload, &p); err != nil {
		return ballot.TypedData{}, governance.Wrap(governance.Internal, err, "read a stored message")
	}
	return ballot.ParseTyped(p.Typed)
}

// signedTime is the timestamp in an intent's message.
func signedTime(i *governance.Intent) time.Time {
	var p struct {
		Typed struct {
			Message struct {
				Timestamp int64 `json:"timestamp,string"`
			} `json:"message"`
		} `json:"typed_data"`
	}
	if json.Unmarshal(i.Payload, &p) != nil || p.Typed.Message.Timestamp == 0 {
		return i.Created
	}
	return time.Unix(p.Typed.Message.Timestamp, 0)
}

// intentsOn asks for an owner's votes on a proposal that were prepared last.
func intentsOn(owner string, ref governance.Ref) store.IntentFilter {
	return store.IntentFilter{Owner: owner, Ref: ref, Acts: []governance.Act{governance.ActVote}, Limit: 20}
}
