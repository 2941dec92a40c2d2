package web

import (
	"context"
	"strings"

	"mandate/governance"
	"mandate/governance/store"
	"mandate/views"
)

// shield is what is known of a proposal beside its text: what its calls would
// do, how it stands on its chain, and where else the same is asked.
type shield struct {
	inspection *governance.Inspection
	governor   *governance.Governor
	twins      []governance.Twin
	texts      map[governance.Ref]governance.Version // of the twins
	votes      []governance.Event                    // the newest
	series     []store.VotePoint
}

const (
	shownVotes   = 10
	seriesPoints = 60
)

// shieldOf reads it. A proposal at Snapshot without transactions has a twin
// at most.
func (s *Server) shieldOf(ctx context.Context, d *store.Detail) (sh shield, err error) {
	p := &d.Proposal
	if d.Twinned {
		if sh.twins, err = s.Store.Twins(ctx, p.Ref); err != nil {
			return sh, err
		}
	}
	sh.texts = map[governance.Ref]governance.Version{}
	for _, t := range sh.twins { // three at most
		other, err := s.Store.Proposal(ctx, t.Ref)
		if err != nil {
			return sh, err
		}
		sh.texts[t.Ref] = governance.Version{Title: other.Proposal.Title, Body: other.Proposal.Body}
	}
	if p.OnChain == nil && !mayExecute(p) {
		return sh, nil
	}
	if sh.inspection, err = s.Store.Inspection(ctx, p.Ref); err != nil && governance.CodeOf(err) != governance.NotFound {
		return sh, err
	}
	if p.OnChain == nil {
		return sh, nil
	}
	g, err := s.Store.Governor(ctx, p.Ref.Governor())
	switch {
	case err == nil:
		sh.governor = &g
	case governance.CodeOf(err) != governance.NotFound:
		return sh, err
	}
	page, err := s.Store.GovernorVotes(ctx, store.ChainVoteFilter{Ref: p.Ref, Limit: shownVotes})
	if err != nil {
		return sh, err
	}
	sh.votes = page.Items
	if len(sh.votes) > 1 {
		sh.series, err = s.Store.VoteSeries(ctx, p.Ref, seriesPoints)
	}
	return sh, err
}

// mayExecute reports whether a Snapshot proposal brings transactions along.
func mayExecute(p *governance.Proposal) bool {
	plugins := string(p.Plugins)
	return strings.Contains(plugins, "safeSnap") || strings.Contains(plugins, "oSnap")
}

// fill puts it on the page.
func (sh *shield) fill(b *builder, page *views.ProposalPage) {
	b.inspect(page, sh.inspection)
	if b.old() {
		return
	}
	page.Chain = b.standing(sh.governor)
	page.Twins = b.twinRows(sh.twins, sh.texts)
	page.Votes = b.chainVotes(sh)
}
