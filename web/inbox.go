package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/store"
	"mandate/views"
)

// How much of each part the inbox shows.
const (
	maxAsks  = 3 // as stories
	moreAsks = 9 // in short
	maxSure  = 12
	maxRest  = 12
	maxDue   = 10
)

// standing is an open proposal in the inbox, before its card is fetched.
type open struct {
	facts governance.Facts
	score governance.Score
}

// inbox serves the front page: what needs the person, ranked.
func (s *Server) inbox(c echo.Context) error {
	now, dao := s.Now(), c.QueryParam("dao")
	v, err := s.valuesOf(c)
	if err != nil {
		return err
	}
	facts, err := s.Store.Candidates(c.Request().Context(), store.Filter{States: []governance.State{governance.Active}, DAO: dao, Now: now}, maxRanked)
	if err != nil {
		return err
	}
	all := make([]open, len(facts))
	for i, f := range facts {
		all[i] = open{f, score(f, v, now)}
	}
	page := views.InboxPage{Shell: s.shell(c, "Inbox", views.SectionInbox), Stated: v.Stated()}
	page.Invite.Samples = s.sampleCards()
	if err := s.fillInbox(c.Request().Context(), &page, all, now); err != nil {
		return err
	}
	if page.DAOs, err = s.daoChips(c.Request().Context(), dao, now); err != nil {
		return err
	}
	s.inboxLead(&page, all)
	page.NoNode = s.noNode()
	s.firstRun(c.Request().Context(), &page, len(all), dao != "")
	return s.render(c, http.StatusOK, page.View())
}

// fillInbox sorts the open proposals into asks, sure ones and the rest, and
// fetches the cards of those that are shown in one query.
func (s *Server) fillInbox(ctx context.Context, page *views.InboxPage, all []open, now time.Time) error {
	var asks, sure, rest []open
	digest := 0
	for _, o := range all {
		switch {
		case page.Stated && o.score.Route == governance.RouteAsk:
			asks = append(asks, o)
		case page.Stated && o.score.Route == governance.RouteVote:
			sure = append(sure, o)
		default:
			if page.Stated && o.facts.Kind != "" {
				digest++
			}
			rest = append(rest, o)
		}
	}
	weight := func(a, b open) int { // what plain code found dangerous comes first
		return cmp.Or(cmp.Compare(min(b.facts.Dangers, 1), min(a.facts.Dangers, 1)), cmp.Compare(b.score.Importance, a.score.Importance), a.facts.End.Compare(b.facts.End))
	}
	slices.SortStableFunc(asks, weight)
	slices.SortStableFunc(sure, weight)
	slices.SortStableFunc(rest, weight)
	due := slices.Clone(all)
	slices.SortStableFunc(due, func(a, b open) int { return a.facts.End.Compare(b.facts.End) })

	s.inboxHeading(page, len(all), len(asks), len(sure), digest)
	if len(rest) > maxRest {
		page.More = &views.Link{Label: "Show all " + views.Plural(len(all), "open proposal", "open proposals"), Href: "/proposals?sort=importance"}
	}
	if len(due) > maxDue {
		page.DueMore = &views.Link{Label: "all " + views.Number(float64(len(due))), Href: "/proposals"}
	}
	if len(asks) > maxAsks+moreAsks {
		page.MoreAsks = &views.Link{Label: "all " + views.Number(float64(len(asks))), Href: "/proposals?state=asks"}
	}
	small := head(asks[min(len(asks), maxAsks):], moreAsks)
	asks, sure, rest, due = head(asks, maxAsks), head(sure, maxSure), head(rest, maxRest), head(due, maxDue)
	return s.inboxCards(ctx, page, now, asks, small, sure, rest, due)
}

func (s *Server) inboxCards(ctx context.Context, page *views.InboxPage, now time.Time, asks, small, sure, rest, due []open) error {
	var refs []governance.Ref
	for _, part := range [][]open{asks, small, sure, rest, due} {
		for _, o := range part {
			if !slices.Contains(refs, o.facts.Ref) {
				refs = append(refs, o.facts.Ref)
			}
		}
	}
	cards, err := s.cards(ctx, refs, now)
	if err != nil {
		return err
	}
	each := func(part []open, do func(scored)) {
		for _, o := range part {
			if l, ok := cards[o.facts.Ref]; ok {
				do(scored{Listed: l, Score: o.score})
			}
		}
	}
	each(small, func(it scored) { page.SmallAsks = append(page.SmallAsks, item(it, now)) })
	each(sure, func(it scored) { page.Sure = append(page.Sure, item(it, now)) })
	each(rest, func(it scored) { page.Rest = append(page.Rest, item(it, now)) })
	each(due, func(it scored) { page.Due = append(page.Due, dueLine(it, now, page.Stated)) })
	for i, o := range asks { // few: the arguments of a question need its whole assessment
		d, err := s.Store.Proposal(ctx, o.facts.Ref)
		if err != nil {
			return err
		}
		page.Asks = append(page.Asks, story(i+1, d, o.score, now))
	}
	return nil
}

func head(list []open, n int) []open { return list[:min(n, len(list))] }

func dueLine(it scored, now time.Time, stated bool) views.Due {
	p := &it.Proposal
	state, icon := advice(p, it.Score, it.Assessed)
	if !stated && it.Assessed { // nothing to advise by yet: what it is about
		state, icon = kindNames[it.Facts.Kind], ""
	}
	return views.Due{When: views.EndsShort(now, p.End), Href: refPath(p.Ref), Title: title(p), DAO: daoName(p).Name, State: state, Icon: icon}
}

// inboxHeading says what was found, not what the page is called.
func (s *Server) inboxHeading(page *views.InboxPage, n, asks, sure, digest int) {
	page.RestHead, page.RestNote = "The rest", "By importance"
	if !page.Stated {
		page.RestHead, page.RestNote = "Open, by importance", "Money, powers, findings, a close count"
	}
	switch {
	case n == 0:
		page.Heading = []views.Link{{Label: "Nothing is open."}}
		return
	case asks > 0:
		page.Heading = []views.Link{{Label: numberWord(asks, "question for you.", "questions for you."), Href: "#asks"}}
		page.Shell.NeedsYou = views.Number(float64(asks))
	case page.Stated:
		page.Heading = []views.Link{{Label: "Nothing needs you."}}
	default:
		page.Heading = []views.Link{{Label: numberWord(n, "open proposal.", "open proposals.")}, {Label: "Say what you stand for, and they are scored.", Href: "/values"}}
	}
	if page.Stated {
		page.Lead = "Your values are sure about " + views.Number(float64(sure)) + "."
		page.NoAsks = views.Empty{Title: "Nothing needs you", Text: "Questions land here when your values are unsure and the matter is important."}
	}
	if digest > 0 {
		page.RestNote = views.Number(float64(digest)) + " unsure and small, by importance"
	}
}

// inboxLead adds to the heading what it does not say: how many are open, or,
// before there are values, what the program does.
func (s *Server) inboxLead(page *views.InboxPage, all []open) {
	if !page.Stated {
		page.Lead = "Mandate reads the proposals of your DAOs, explains each with quotes that you can check, and scores it against your own words."
		return
	}
	var daos []string
	for _, o := range all {
		if !slices.Contains(daos, o.facts.DAO) {
			daos = append(daos, o.facts.DAO)
		}
	}
	if len(all) > 0 {
		page.Lead = views.Plural(len(all), "open proposal", "open proposals") + " in " + views.Plural(len(daos), "DAO", "DAOs") + ". " + page.Lead
	}
}

func numberWord(n int, one, many string) string {
	words := []string{"No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"}
	w := views.Number(float64(n))
	if n < len(words) {
		w = words[n]
	}
	if n == 1 {
		return w + " " + one
	}
	return w + " " + many
}

// daoChips are the DAOs with open proposals, the busiest first.
func (s *Server) daoChips(ctx context.Context, current string, now time.Time) ([]views.Link, error) {
	daos, err := s.Store.DAOs(ctx, now)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(daos, func(a, b governance.DAO) int { return cmp.Compare(b.Active, a.Active) })
	total := 0
	var chips []views.Link
	for _, d := range daos {
		total += d.Active
		if d.Active > 0 && (len(chips) < 12 || d.ID == current) {
			chips = append(chips, views.Link{Label: views.Clip(plainLine(d.Name), 30), Href: listURLAt("/", "dao", d.ID), Current: d.ID == current, Count: views.Number(float64(d.Active))})
		}
	}
	if len(chips) < 2 && current == "" {
		return nil, nil
	}
	return append([]views.Link{{Label: "All", Href: "/", Current: current == "", Count: views.Number(float64(total))}}, chips...), nil
}

// firstRun explains an empty or unfinished inbox.
func (s *Server) firstRun(ctx context.Context, page *views.InboxPage, open int, filtered bool) {
	progress := s.progress(ctx)
	if progress.Running || len(progress.Notices) > 0 {
		page.Progress = &progress
	}
	if open == 0 && !filtered {
		switch n := len(progress.Notices); {
		case n > 0 && s.Agent.Progress().Proposals == 0:
			page.Heading = []views.Link{{Label: "Nothing could be read yet."}, {Label: numberWord(n, "source does not answer.", "sources do not answer.")}}
			progress.Heading = "First reading"
		case !progress.Read:
			page.Heading = []views.Link{{Label: "Mandate is reading your DAOs for the first time."}}
		}
	}
	switch {
	case open > 0:
	case filtered:
		page.NoRest = &views.Empty{Title: "Nothing is open in this DAO", Actions: []views.Link{{Label: "All DAOs", Href: "/"}}}
	case progress.Running:
		page.NoRest = &views.Empty{Title: "The first reading runs", Text: "Open proposals appear here as they come in."}
	case len(progress.Notices) > 0 && s.Agent.Progress().Proposals == 0:
		page.NoRest = &views.Empty{Title: "No proposal is stored", Text: "Open proposals appear here as soon as the source answers. Your values can be written down already."}
	default:
		page.NoRest = &views.Empty{Title: "Nothing is open", Text: "No DAO that is read has an open proposal.", Actions: []views.Link{{Label: "Past proposals", Href: "/proposals?state=closed"}}}
	}
}

// story is the lead article of a question: the two best arguments and why
// one is asked.
func story(n int, d store.Detail, sc governance.Score, now time.Time) views.Story {
	it := listed(d, sc)
	p := &d.Proposal
	st := views.Story{
		ID: "a" + views.Number(float64(n)), Href: refPath(p.Ref), DAO: daoName(p), Venue: venueName(p), Ends: views.Ends(now, p.End),
		Tags: tags(p, it.Facts.Flags), Title: title(p), Question: say(it, 240), Glance: glance(it, now, true), Why: sc.Reason,
		Source: views.Link{Label: "Vote on Snapshot", Href: views.HTTPS(p.URL)},
	}
	// The kicker has the time left, so the glance has the instant.
	st.Glance.Ends.Text, st.Glance.Ends.Exact = p.End.UTC().Format("Mon 2 Jan"), p.End.UTC().Format("15:04 UTC")
	if a := d.Assessment; a != nil {
		st.For, st.Against = firstArgument(a.For, st.Href), firstArgument(a.Against, st.Href)
	}
	return st
}

func firstArgument(items []governance.Item, href string) *views.Argument {
	if len(items) == 0 {
		return nil
	}
	return &views.Argument{Text: argumentText(items[0]), Quote: views.Clip(views.Unmark(items[0].Quote), 300), Href: href + "#full"}
}

// argumentText is the claim if it says more than its quote.
func argumentText(i governance.Item) string {
	text := views.Unmark(i.Text)
	if text == views.Unmark(i.Quote) {
		return ""
	}
	return text
}
