package web

import (
	"encoding/json"
	"slices"
	"strconv"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/views"
)

// form is what can be filled in, with what counts now marked.
func (b *ballotBuilder) form() *views.BallotForm {
	p := &b.d.Proposal
	f := &views.BallotForm{Kind: ballotKind(p.Type), Rule: typeRule(p.Type), Choices: b.ballotChoices(), Change: b.castView() != nil, Limit: ballot.MaxReason,
		Account: b.account, Space: p.DAO, Proposal: p.Ref.ID(), Hash: p.ContentHash, Reason: b.reasonNow(),
		Safe: "A Safe has no key of its own. The relayer waits for the signatures of its owners on chain, for six days at most, and then hands the vote over."}
	f.Last = "Next you see every field that your wallet will sign. Until the end you can change your vote."
	if b.onChain() {
		f.Chain, f.Safe, f.Last, f.Change = b.chainForm(), "", chainLast, false
		if !b.governor.Reasons {
			f.Limit, f.NoReason = 0, "This governor takes no reason with a vote."
		}
	}
	if p.Privacy != "" {
		f.Limit, f.NoReason = 0, "This vote is shielded, so it has no public reason: Snapshot refuses one, since it could give the choice away."
		f.Secret = "Mandate encrypts your choice before you sign; everyone can read it after the end. Your wallet shows it encrypted."
	}
	return f
}

func ballotKind(t governance.VotingType) views.BallotKind {
	switch t {
	case governance.SingleChoice, governance.Basic:
		return views.BallotOne
	case governance.Approval:
		return views.BallotMany
	case governance.RankedChoice, governance.Copeland:
		return views.BallotRank
	case governance.Weighted, governance.Quadratic:
		return views.BallotSpread
	}
	if t == governance.GovernorVote || t == governance.GovernorFractional || t == governance.GovernorOptimistic {
		return views.BallotChain
	}
	return views.BallotNone
}

// ballotChoices are the choices with what the values say and what counts now.
// One is marked only where the values are sure.
func (b *ballotBuilder) ballotChoices() []views.BallotChoice {
	p, sc := &b.d.Proposal, b.score
	scored := b.d.Assessment != nil && b.values.Stated() && !silent(sc)
	out := make([]views.BallotChoice, len(p.Choices))
	for i := range out {
		out[i] = views.BallotChoice{N: strconv.Itoa(i + p.FirstIndex()), Label: choiceLabel(p, i+p.FirstIndex()), Weight: "0"}
		if scored && i < len(sc.Choices) {
			out[i].Note = "your values " + views.Points(sc.Choices[i].Score)
			out[i].Advised = sc.Recommended != nil && *sc.Recommended == i+p.FirstIndex() && sc.Route == governance.RouteVote
		}
	}
	b.prefill(out)
	return out
}

// prefill marks what counts now, so that a change starts from it.
func (b *ballotBuilder) prefill(out []views.BallotChoice) {
	raw := b.choiceNow()
	p := &b.d.Proposal
	if b.onChain() {
		return // what is cast there cannot be changed
	}
	if _, err := ballot.ParseChoice(p.Type, len(p.Choices), raw); err != nil {
		return
	}
	var one int
	var list []int
	var weights map[string]json.Number
	switch {
	case json.Unmarshal(raw, &one) == nil:
		out[one-1].Picked = true
	case json.Unmarshal(raw, &list) == nil:
		for place, n := range list {
			out[n-1].Picked, out[n-1].Place = true, strconv.Itoa(place+1)
		}
	case json.Unmarshal(raw, &weights) == nil:
		for n, w := range weights {
			if i, err := strconv.Atoi(n); err == nil && i >= 1 && i <= len(out) {
				out[i-1].Weight = w.String()
			}
		}
	}
	if ballotKind(p.Type) != views.BallotRank {
		return
	}
	if slices.ContainsFunc(out, func(c views.BallotChoice) bool { return c.Place == "" }) {
		for i := range out {
			out[i].Place = "" // a partial ranking is begun anew
		}
	}
}

// reasonNow is what the vote that counts says, so that a change keeps it.
func (b *ballotBuilder) reasonNow() string {
	switch {
	case b.onChain():
		return "" // another part of the power has a reason of its own
	case b.fromHere():
		return b.done.Reason
	case b.vote != nil:
		return b.vote.Reason
	}
	return ""
}

func (b *ballotBuilder) choiceNow() json.RawMessage {
	switch {
	case b.fromHere():
		return b.done.Choice
	case b.vote != nil:
		return b.vote.Choice
	}
	return nil
}
