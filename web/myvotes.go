package web

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/store"
	"mandate/views"
)

const (
	votesPath  = "/votes"
	votesAPage = 50
)

// myVotes shows the votes of the account as its venues show them, the newest
// first, each with the evidence that is here.
func (s *Server) myVotes(c echo.Context) error {
	w := who(c)
	if !w.SignedIn() {
		return s.render(c, http.StatusOK, s.signedOutVotes(c).View())
	}
	ctx, now := c.Request().Context(), s.Now()
	cursor := c.QueryParam("cursor")
	found, err := s.Store.Votes(ctx, store.VoteFilter{Account: w.subject(), Cursor: cursor, Limit: votesAPage})
	if err != nil {
		return err
	}
	upTo, err := s.Store.VotesCursor(ctx, w.subject())
	if err != nil {
		return err
	}
	if err := s.readFirst(ctx, w, found.Total > 0); err != nil {
		return err
	}
	state, err := s.readState(ctx, w, votesPath, "Your votes are being read.", time.Time{}, isFragment(c), governance.ActVote)
	if err != nil {
		return err
	}
	if isFragment(c) {
		return s.render(c, http.StatusOK, state.View())
	}
	page := views.VotesPage{Shell: s.shell(c, "My votes", views.SectionVotes), State: &state, Script: s.assets.Module("delegate")}
	cast, err := s.castVotes(ctx, w.subject(), found.Items)
	if err != nil {
		return err
	}
	for i := range cast {
		page.Rows = append(page.Rows, cast[i].row(now))
	}
	votesPage(&page, found, cursor, !upTo.IsZero())
	return s.render(c, http.StatusOK, page.View())
}

func (s *Server) signedOutVotes(c echo.Context) views.VotesPage {
	return views.VotesPage{Shell: s.shell(c, "My votes", views.SectionVotes), Heading: "Your votes, with their receipts",
		Lead: "Each with its choice, power and reason, as Snapshot or the chain shows it, and the evidence of those that were cast from here.",
		Empty: &views.Empty{Title: "Sign in to see your votes", Text: "Your wallet signs one short text; that costs nothing and moves nothing. Then your votes are read from Snapshot and from the chains.",
			Actions: []views.Link{{Label: "Sign in", Href: signInPath(c.Request()), Icon: "pen"}, {Label: "Read proposals", Href: "/proposals"}}}}
}

// votesPage fills what stands around the rows.
func votesPage(page *views.VotesPage, found store.VotePage, cursor string, read bool) {
	page.Heading = "You have voted " + times(found.Total) + "."
	page.Lead = "As Snapshot and the chains show them. A vote is public: anyone can read it, with its reason."
	page.Exports = []views.Link{{Label: "All as CSV", Href: "/votes.csv"}, {Label: "All as JSON", Href: "/votes.json"}}
	if found.Next != "" {
		page.Next = listURLAt(votesPath, "cursor", found.Next)
	}
	page.Range = views.Plural(found.Total, "vote", "votes")
	if cursor != "" {
		page.First = votesPath
		page.Range = views.Plural(len(found.Items), "older vote", "older votes") + " of " + views.Number(float64(found.Total))
	} else if found.Next != "" {
		page.Range = "The newest " + views.Number(float64(len(found.Items))) + " of " + page.Range
	}
	if found.Total > 0 {
		return
	}
	page.Heading, page.Lead = "You have not voted yet.", ""
	page.Empty = &views.Empty{Title: "No vote of this account at Snapshot or on chain", Text: "Votes appear here once they are cast, from here or elsewhere.", Actions: []views.Link{{Label: "Open proposals", Href: "/proposals"}}}
	switch {
	case page.State != nil && page.State.Reading != "":
		page.Heading, page.Empty = "Your votes are being read.", nil
	case !read:
		page.Heading = "Your votes have not been read yet."
		page.Empty.Title = "Nothing was read yet"
	}
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return views.Number(float64(n)) + " times"
}

// castVote is a vote with what is known about it here.
type castVote struct {
	*governance.Vote
	proposal *governance.Proposal // nil = not stored; without its text
	intent   *governance.Intent   // nil = cast elsewhere
}

// castVotes joins an account's votes with their proposals and intents, two
// queries for all of them.
func (s *Server) castVotes(ctx context.Context, owner string, votes []governance.Vote) ([]castVote, error) {
	refs, ids := make([]governance.Ref, 0, len(votes)), make([]string, 0, len(votes))
	for _, v := range votes {
		refs = append(refs, v.Ref)
		if v.IntentID != "" {
			ids = append(ids, v.IntentID)
		}
	}
	proposals, err := s.proposalsOf(ctx, refs)
	if err != nil {
		return nil, err
	}
	intents := map[string]*governance.Intent{}
	if len(ids) > 0 {
		found, _, err := s.Store.Intents(ctx, store.IntentFilter{Owner: owner, IDs: ids, Limit: len(ids)})
		if err != nil {
			return nil, err
		}
		for i := range found {
			intents[found[i].ID] = &found[i]
		}
	}
	out := make([]castVote, len(votes))
	for i := range votes {
		out[i] = castVote{Vote: &votes[i], proposal: proposals[votes[i].Ref], intent: intents[votes[i].IntentID]}
	}
	return out, nil
}

// proposalsOf reads some proposals, without their texts, in one query. What is
// not stored is missing.
func (s *Server) proposalsOf(ctx context.Context, refs []governance.Ref) (map[governance.Ref]*governance.Proposal, error) {
	out := map[governance.Ref]*governance.Proposal{}
	if len(refs) == 0 { // no refs would mean every proposal
		return out, nil
	}
	listed, err := s.Store.Proposals(ctx, store.Filter{Refs: refs, IncludeDeleted: true, Now: s.Now()})
	if err != nil {
		return nil, err
	}
	for i := range listed.Items {
		out[listed.Items[i].Proposal.Ref] = &listed.Items[i].Proposal
	}
	return out, nil
}

func (v *castVote) row(now time.Time) views.VoteRow {
	name := views.Clip(plainLine(cmp.Or(v.DAOName, v.DAO)), 60)
	r := views.VoteRow{DAO: views.DAOName{Seal: views.Seal(name), Name: name, Href: daoPath(v.DAO)}, Title: views.SplitTitle("A proposal that is not read here"),
		Power: views.Number(v.Power), When: views.NewWhen("", now, v.Created), Reason: views.Clip(plainLine(v.Reason), 1000), Facts: v.facts()}
	if v.State == "pending" {
		r.Note = "may still change"
	}
	r.Choice, r.Hidden = v.choice(now)
	if p := v.proposal; p != nil {
		r.Title, r.Href = views.SplitTitle(views.Clip(plainLine(p.Title), 200)), refPath(p.Ref)
		r.Power = strings.TrimSpace(r.Power + " " + views.Clip(plainLine(p.Symbol), 16))
		if p.StateAt(now) == governance.Active {
			r.Tags = append(r.Tags, views.Tag{Text: "Open", Icon: "clock", Hint: v.openHint()})
		}
		if p.Deleted {
			r.Tags = append(r.Tags, views.Tag{Text: "Deleted", Tone: views.Caution, Icon: "warn"})
		}
	}
	if v.intent != nil {
		r.Tags = append(r.Tags, views.Tag{Text: "From here", Tone: views.You, Icon: "check"})
	}
	return r
}

// choice says what was chosen, in the proposal's words. hidden is true while
// nobody but the voter can know it.
func (v castVote) choice(now time.Time) (words string, hidden bool) {
	if shielded(v.Choice) {
		if v.proposal != nil && v.proposal.Ended(now) {
			return "Still encrypted: it was not opened after the end", true
		}
		return "Hidden until the end", true
	}
	if words = choiceIn(v.proposal, v.Choice); words != "" {
		return words, false
	}
	return "Choice " + views.Clip(plainLine(string(v.Choice)), 80), false
}

// choiceIn says a choice in the labels of a proposal, "" where it cannot.
func choiceIn(p *governance.Proposal, raw json.RawMessage) string {
	if p == nil {
		return ""
	}
	if p.Ref.Venue() == governance.VenueGovernor {
		return supportWords(p, raw)
	}
	choice, err := ballot.ParseChoice(p.Type, len(p.Choices), raw)
	if err != nil {
		return ""
	}
	labels := make([]string, len(p.Choices))
	for i := range labels {
		labels[i] = choiceLabel(p, i+p.FirstIndex())
	}
	return choice.Labels(labels)
}

// facts are the receipt: more of it for a vote that was cast from here.
func (v castVote) facts() []views.Fact {
	if v.Ref.Venue() == governance.VenueGovernor {
		return v.chainFacts()
	}
	facts := []views.Fact{{Name: "Message", Value: views.Clip(plainLine(v.ID), 80), Mono: true}}
	if v.intent != nil && v.intent.Receipt != nil {
		facts = receiptFacts(v.intent)
	} else if v.IPFS != "" {
		facts = append(facts, views.Fact{Name: "IPFS", Value: views.Clip(plainLine(v.IPFS), 100), Mono: true})
	}
	if shielded(v.Choice) && v.intent != nil {
		if words := choiceIn(v.proposal, v.intent.Choice); words != "" {
			facts = append(facts, views.Fact{Name: "You chose", Value: words, Note: "known here only, until the end"})
		}
	}
	facts = append(facts, views.Fact{Name: "Signed", Value: views.Exact(v.Created)})
	if v.App != "" {
		facts = append(facts, views.Fact{Name: "Cast with", Value: views.Clip(plainLine(v.App), 24)})
	}
	if v.proposal != nil {
		if link := venueLink(v.proposal); link.Href != "" {
			facts = append(facts, views.Fact{Name: "At Snapshot", Value: "open the proposal", Href: link.Href})
		}
	}
	return facts
}

// chainFacts are the evidence of a vote at a governor.
func (v castVote) chainFacts() []views.Fact {
	facts := []views.Fact{{Name: "Transaction", Value: views.Clip(plainLine(v.ID), 80), Mono: true}}
	if v.intent != nil && v.intent.Receipt != nil {
		facts = chainReceipt(v.intent)
	}
	return append(facts, views.Fact{Name: "Cast", Value: views.Exact(v.Created)})
}

func (v castVote) openHint() string {
	if v.Ref.Venue() == governance.VenueGovernor {
		return "Voting is still open. A vote on chain cannot be changed."
	}
	return "You can change your vote until the end."
}
