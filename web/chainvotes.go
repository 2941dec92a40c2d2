package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/store"
	"mandate/views"
)

// chainVotes shows how the count grew, and the newest votes.
func (b *builder) chainVotes(sh *shield) views.VotesBox {
	p := &b.d.Proposal
	if p.OnChain == nil || len(sh.votes) == 0 {
		return views.VotesBox{}
	}
	box := views.VotesBox{Heading: "Votes on chain", Note: "As the logs of the governor have them", Series: series(sh.series, p.Quorum)}
	for i := range sh.votes {
		box.Rows = append(box.Rows, voteLine(&sh.votes[i], sh.governor, p, b.now))
	}
	if len(sh.votes) == shownVotes {
		box.More = views.Link{Label: "All votes", Href: refPath(p.Ref) + "/votes"}
	}
	return box
}

func voteLine(e *governance.Event, g *governance.Governor, p *governance.Proposal, now time.Time) views.VoteLine {
	decimals := 18
	if g != nil {
		decimals = g.Token.Decimals
	}
	choice := "split"
	if e.Support != 255 {
		if choice = choiceLabel(p, int(e.Support)); choice == "" {
			choice = "support " + strconv.Itoa(int(e.Support))
		}
	}
	return views.VoteLine{Voter: views.ShortAddress(e.Account), Full: e.Account, Choice: choice, Power: units(e.Weight, decimals, p.Symbol),
		When: views.NewWhen("", now, e.Time), Reason: views.Clip(plainLine(e.Reason), 280)}
}

// The drawing of votes over time, in its own units.
const (
	seriesWide = 600
	seriesHigh = 160
	seriesRoom = 8 // above the highest line
)

// series draws how the count grew: one line a choice, steps to the right.
func series(points []store.VotePoint, quorum float64) *views.SeriesChart {
	if len(points) < 2 {
		return nil
	}
	first, last := points[0].Time, points[len(points)-1].Time
	span := last.Sub(first).Seconds()
	if span <= 0 {
		return nil
	}
	top := quorum
	for _, p := range points {
		top = math.Max(top, math.Max(p.For, math.Max(p.Against, p.Abstain)))
	}
	if !(top > 0) || math.IsInf(top, 0) {
		return nil
	}
	y := func(v float64) float64 { return seriesHigh - v/top*(seriesHigh-seriesRoom) }
	end := points[len(points)-1]
	c := &views.SeriesChart{From: views.Exact(first), To: views.Exact(last),
		Aria: fmt.Sprintf("Votes over time. In the end For %s, Against %s, Abstain %s.", views.Compact(end.For), views.Compact(end.Against), views.Compact(end.Abstain))}
	if quorum > 0 {
		c.Quorum = strconv.FormatFloat(y(quorum), 'f', 1, 64)
		c.Aria += " The quorum line stands at " + views.Compact(quorum) + "."
	}
	for _, l := range []struct {
		label, class string
		of           func(store.VotePoint) float64
	}{
		{"For", "ink", func(p store.VotePoint) float64 { return p.For }},
		{"Against", "hatch", func(p store.VotePoint) float64 { return p.Against }},
		{"Abstain", "dots", func(p store.VotePoint) float64 { return p.Abstain }},
	} {
		if l.of(end) <= 0 {
			continue
		}
		var path strings.Builder
		fmt.Fprintf(&path, "M0 %.1f", y(0))
		for _, p := range points {
			fmt.Fprintf(&path, "H%.1fV%.1f", p.Time.Sub(first).Seconds()/span*seriesWide, y(l.of(p)))
		}
		c.Lines = append(c.Lines, views.SeriesLine{Label: l.label + " " + views.Compact(l.of(end)), Path: path.String(), Class: l.class})
	}
	c.Table = seriesTable(points)
	return c
}

// seriesRows is how many lines the table behind the drawing has at most.
const seriesRows = 12

// seriesTable has the count at some of the times, the last one among them.
func seriesTable(points []store.VotePoint) []views.SeriesRow {
	step := (len(points) + seriesRows - 1) / seriesRows
	var out []views.SeriesRow
	for i := (len(points) - 1) % step; i < len(points); i += step {
		p := points[i]
		out = append(out, views.SeriesRow{When: views.Exact(p.Time), For: views.Number(p.For), Against: views.Number(p.Against), Abstain: views.Number(p.Abstain)})
	}
	return out
}

// chainVotesPage lists all votes on a governor's proposal, the newest first.
func (s *Server) chainVotesPage(c echo.Context) error {
	ref, err := pathRef(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	d, err := s.Store.Proposal(ctx, ref)
	if err != nil {
		return err
	}
	if d.Proposal.OnChain == nil {
		return governance.Errorf(governance.NotFound, "Votes at Snapshot are listed there.")
	}
	byWeight := c.QueryParam("sort") == "weight"
	found, err := s.Store.GovernorVotes(ctx, store.ChainVoteFilter{Ref: ref, Cursor: c.QueryParam("cursor"), ByWeight: byWeight})
	if err != nil {
		return err
	}
	g, err := s.Store.Governor(ctx, ref.Governor())
	if err != nil && governance.CodeOf(err) != governance.NotFound {
		return err
	}
	p, now := &d.Proposal, s.Now()
	page := views.ChainVotesPage{Shell: s.shell(c, "Votes on "+title(p).Rest, views.SectionProposals), DAO: daoName(p), Title: title(p), Back: refPath(ref),
		Sorts: []views.Link{{Label: "Newest first", Href: refPath(ref) + "/votes", Current: !byWeight}, {Label: "Heaviest first", Href: refPath(ref) + "/votes?sort=weight", Current: byWeight}}}
	page.Votes = views.VotesBox{Heading: views.Plural(found.Total, "vote on chain", "votes on chain"), Note: "As the logs of the governor have them"}
	for i := range found.Items {
		page.Votes.Rows = append(page.Votes.Rows, voteLine(&found.Items[i], &g, p, now))
	}
	if found.Next != "" {
		next := url.Values{"cursor": {found.Next}}
		if byWeight {
			next.Set("sort", "weight")
		}
		page.Votes.More = views.Link{Label: "More votes", Href: refPath(ref) + "/votes?" + next.Encode()}
	}
	return s.render(c, http.StatusOK, page.View())
}

// apiChainVotes lists votes on a governor's proposal.
func (s *Server) apiChainVotes(c echo.Context) error {
	ref, err := pathRef(c)
	if err != nil {
		return err
	}
	limit := 50
	if text := c.QueryParam("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > 100 {
			return governance.Errorf(governance.Invalid, "limit is a number from 1 to 100.")
		}
	}
	ctx := c.Request().Context()
	d, err := s.Store.Proposal(ctx, ref)
	if err != nil {
		return err
	}
	if d.Proposal.OnChain == nil {
		return governance.Errorf(governance.NotFound, "Votes at Snapshot are listed there.")
	}
	found, err := s.Store.GovernorVotes(ctx, store.ChainVoteFilter{Ref: ref, Cursor: c.QueryParam("cursor"), Limit: limit, ByWeight: c.QueryParam("sort") == "weight"})
	if err != nil {
		return err
	}
	type vote struct {
		Voter  string    `json:"voter"`
		Choice int       `json:"choice"`
		Weight string    `json:"weight"`
		Reason string    `json:"reason"`
		Params string    `json:"params"`
		Block  uint64    `json:"block"`
		Tx     string    `json:"tx"`
		Time   time.Time `json:"time"`
	}
	out := apiList[vote]{Items: []vote{}, Total: found.Total}
	for _, e := range found.Items {
		out.Items = append(out.Items, vote{e.Account, int(e.Support), e.Weight, e.Reason, e.Params, e.Block, e.Tx, e.Time.UTC()})
	}
	if found.Next != "" {
		out.NextCursor = &found.Next
	}
	return sendJSON(c, out)
}
