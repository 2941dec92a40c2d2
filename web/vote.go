package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/store"
	"mandate/views"
)

const (
	powerPatience = 8 * time.Second // how long the ballot waits for the voting power
	freshFailure  = 24 * time.Hour  // how long a failed vote is still told
)

// slot is where the page has the vote, as a visitor sees it. Src is set all
// the same; the handler takes it away from visitors.
func (b *builder) slot() views.BallotSlot {
	p := &b.d.Proposal
	if b.old() || p.Deleted {
		return views.BallotSlot{}
	}
	path := refPath(p.Ref)
	slot := views.BallotSlot{Src: path + "/ballot?shown=" + url.QueryEscape(p.ContentHash), Line: b.votingLine(), Venue: venueLink(p)}
	if !p.Ended(b.now) && p.Type.Known() {
		slot.SignIn = "/account?next=" + url.QueryEscape(path)
	}
	return slot
}

func venueLink(p *governance.Proposal) views.Link {
	if p.Ref.Venue() == governance.VenueGovernor {
		return views.Link{}
	}
	return views.Link{Label: "Vote at Snapshot", Href: views.HTTPS(p.URL)}
}

// votingLine says until when, or since when not any more.
func (b *builder) votingLine() string {
	p := &b.d.Proposal
	switch p.StateAt(b.now) {
	case governance.Pending:
		return "Voting opens " + views.Relative(b.now, p.Start) + ", on " + views.Exact(p.Start) + "."
	case governance.Active:
		return "Voting is open. It ends " + views.Relative(b.now, p.End) + ", on " + views.Exact(p.End) + "."
	default:
		return "Voting ended " + views.Relative(b.now, p.End) + ", on " + views.Exact(p.End) + "."
	}
}

// slotFor is the slot for whoever asks: only the signed-in have a ballot.
func (s *Server) slotFor(c echo.Context, slot views.BallotSlot) views.BallotSlot {
	if !who(c).SignedIn() {
		slot.Src = ""
	}
	slot.Script = s.assets.Module("ballot")
	return slot
}

// ballotFragment serves a signed-in person's ballot. Only here the network
// may be asked, for the voting power; the page itself is never held up by it.
func (s *Server) ballotFragment(c echo.Context) error {
	ref, err := pathRef(c)
	if err != nil {
		return err
	}
	ctx, w, now := c.Request().Context(), who(c), s.Now()
	d, err := s.Store.Proposal(ctx, ref)
	if err != nil {
		return err
	}
	v, err := s.valuesOf(c)
	if err != nil {
		return err
	}
	shown := c.QueryParam("shown")
	src := url.URL{Path: refPath(ref) + "/ballot", RawQuery: "shown=" + url.QueryEscape(shown)}
	b := ballotBuilder{builder: builder{now: now, d: d, values: v, shown: d.Proposal, version: d.Proposal.Version}, account: w.Account, src: src.Path + "?" + src.RawQuery,
		edited: shown != "" && shown != d.Proposal.ContentHash}
	b.score = score(d.Facts, v, now)
	if id := ref.Governor(); id != "" {
		g, err := s.Store.Governor(ctx, id)
		if err != nil && governance.CodeOf(err) != governance.NotFound {
			return err
		}
		if err == nil {
			b.governor = &g
		}
	}
	if err := s.ownVotes(ctx, w, &b); err != nil {
		return err
	}
	if b.mayVote() {
		b.power, b.powerErr = s.powerOf(ctx, w.Account, ref)
	}
	return s.render(c, http.StatusOK, b.view().View())
}

func (s *Server) powerOf(ctx context.Context, account string, ref governance.Ref) (*governance.PowerReport, error) {
	ctx, cancel := context.WithTimeout(ctx, powerPatience)
	defer cancel()
	report, err := s.power(ctx, account, ref)
	if err != nil {
		return nil, err
	}
	return &report, nil
}

// ownVotes finds what the account did here: the newest vote on its way or
// done from here, and what its venue knew at the last reading.
func (s *Server) ownVotes(ctx context.Context, w Caller, b *ballotBuilder) error {
	ref := b.d.Proposal.Ref
	intents, _, err := s.Store.Intents(ctx, store.IntentFilter{Owner: w.subject(), Ref: ref, Acts: []governance.Act{governance.ActVote}, Limit: 20})
	if err != nil {
		return err
	}
	for i := range intents {
		switch in := &intents[i]; in.State {
		case governance.IntentSigned, governance.IntentSent:
			b.way = cmp.Or(b.way, in)
		case governance.IntentFailed:
			if b.done == nil && b.way == nil && b.now.Sub(in.Updated) < freshFailure {
				b.failed = cmp.Or(b.failed, in)
			}
		case governance.IntentSuperseded:
			if in.Safe && len(in.Envelope) > 0 && b.done == nil && b.way == nil && b.failed == nil && b.now.Sub(in.Updated) < freshFailure {
				b.stopped = cmp.Or(b.stopped, in)
			}
		case governance.IntentConfirmed:
			b.done = cmp.Or(b.done, in)
		}
	}
	votes, err := s.Store.Votes(ctx, store.VoteFilter{Account: w.subject(), Ref: ref, Limit: 1})
	if err == nil && len(votes.Items) > 0 {
		b.vote = &votes.Items[0]
	}
	return err
}

// apiPower answers with the account's voting power for a proposal.
func (s *Server) apiPower(c echo.Context) error {
	ref, err := pathRef(c)
	if err != nil {
		return err
	}
	report, err := s.power(c.Request().Context(), who(c).Account, ref)
	if err != nil {
		return err
	}
	return sendJSON(c, report)
}

// pollEvery is how often a vote on its way is looked at: less often the
// longer it takes.
func pollEvery(in *governance.Intent, now time.Time) string {
	seconds := 2
	age := now.Sub(in.Updated)
	if in.Safe {
		age = now.Sub(in.Created) // its note changes while it waits
	}
	switch {
	case age > 5*time.Minute:
		seconds = 15
	case age > 30*time.Second:
		seconds = 5
	}
	return "load delay:" + strconv.Itoa(seconds) + "s"
}
