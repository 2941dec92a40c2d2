package governor

import (
	"context"
	"errors"
	"math/big"

	"mandate/governance"
)

// mostMissing bounds how many proposals between two are asked about at once.
const mostMissing = 100

// numbered reports whether proposals are counted 1, 2, 3: then what a node
// leaves out shows.
func (v *venue) numbered() bool { return v.layout() != layoutOZ }

// unfit refuses the logs of a node whose proposal is another one than the
// contract has. Reading stays where it is, so that it is not lost.
func (v *venue) unfit(r *reading) error {
	for i, st := range r.stands {
		if v.numbered() && r.subjects[i].fresh != nil && errors.Is(st.err, errUnfit) {
			return governance.Wrap(governance.Upstream, st.err, "A node's log of proposal %s is not what the governor says: the node cannot be believed.", r.subjects[i].id)
		}
	}
	return nil
}

// gaps refuses logs in which proposals are missing that the governor knows:
// those between two that were read and, at the end of reading, those behind
// the last one.
func (v *venue) gaps(ctx context.Context, c *cursor, head governance.Head, limit uint64, b *governance.Batch) error {
	if !v.numbered() {
		return nil
	}
	at := max(c.Next-1, head.Finalized.Number) // nodes may not keep older states
	for _, p := range b.Proposals {
		id := idNumber(p.Ref.ID())
		if !id.IsUint64() {
			continue
		}
		if err := v.missing(ctx, at, c.Top, id.Uint64(), b); err != nil {
			return err
		}
		c.Top = max(c.Top, id.Uint64())
	}
	if c.Next <= limit || v.layout() != layoutBravo || c.Top == 0 {
		return nil
	}
	b.Requests++
	answers, err := v.nodes.Calls(ctx, v.g.Chain, at, []governance.ContractCall{call(v.g.Address, "proposalCount()")})
	if err != nil {
		return err
	}
	if n, ok := numberOf(answers[0], 0); ok && n < 1<<62 {
		return v.missing(ctx, at, c.Top, n+1, b)
	}
	return nil
}

// missing asks the governor about the numbers between two.
func (v *venue) missing(ctx context.Context, at, above, below uint64, b *governance.Batch) error {
	var calls []governance.ContractCall
	for id := above + 1; above > 0 && id < below && len(calls) < mostMissing; id++ {
		calls = append(calls, call(v.g.Address, v.stateSignature(), new(big.Int).SetUint64(id)))
	}
	if len(calls) == 0 {
		return nil
	}
	b.Requests++
	answers, err := v.nodes.Calls(ctx, v.g.Chain, at, calls)
	if err != nil {
		return err
	}
	for i, r := range answers {
		if stateAt(v.g.Family, r) != "" {
			return governance.Errorf(governance.Upstream, "A node leaves out logs: the governor knows proposal %d, but its creation is missing.", above+1+uint64(i))
		}
	}
	return nil
}

func (v *venue) stateSignature() string {
	if v.layout() == layoutAave {
		return "getProposalState(uint256)"
	}
	return "state(uint256)"
}
