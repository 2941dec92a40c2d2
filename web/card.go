package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/store"
	"mandate/views"
)

// This file turns a proposal of a list into the strings that pages show.

var kindNames = map[governance.Kind]string{
	governance.KindTreasury: "Treasury", governance.KindGrant: "Grant", governance.KindParameter: "Parameter", governance.KindUpgrade: "Upgrade",
	governance.KindToken: "Token", governance.KindElection: "Election", governance.KindPolicy: "Policy",
	governance.KindPartnership: "Partnership", governance.KindMeta: "Governance", governance.KindOther: "Other",
}

var typeNames = map[governance.VotingType]string{
	governance.SingleChoice: "Single choice", governance.Basic: "For, Against, Abstain", governance.Approval: "Approval",
	governance.RankedChoice: "Ranked choice", governance.Copeland: "Copeland (ranked pairs)", governance.Quadratic: "Quadratic",
	governance.Weighted: "Weighted", governance.GovernorVote: "On chain", governance.GovernorFractional: "On chain, power may be split",
	governance.GovernorApproval: "On chain, options are picked", governance.GovernorOptimistic: "On chain, passes unless opposed",
}

var flagNames = map[governance.Flag]string{
	governance.FlagHiddenText: "Hidden text", governance.FlagInstructions: "Words aimed at a model",
	governance.FlagMixedLanguage: "Several languages", governance.FlagLinkMismatch: "Link goes elsewhere",
	governance.FlagOversize: "Very large", governance.FlagEmpty: "No text", governance.FlagSpam: "Marked as spam",
	governance.FlagChoices: "Unclear choices",
}

func refPath(ref governance.Ref) string { return "/proposals/" + url.PathEscape(string(ref)) }
func daoPath(id string) string          { return "/daos/" + url.PathEscape(id) }

func daoName(p *governance.Proposal) views.DAOName {
	name := plainLine(cmp.Or(p.DAOName, p.DAO))
	return views.DAOName{Seal: views.Seal(name), Name: views.Clip(name, 60), Href: daoPath(p.DAO)}
}

// title is a proposal's title as it may be shown.
func title(p *governance.Proposal) views.Title {
	t := views.Clip(plainLine(p.Title), 300)
	if t == "" {
		t = "Untitled proposal"
	}
	return views.SplitTitle(t)
}

func tags(p *governance.Proposal, flags []governance.Flag) []views.Tag {
	var out []views.Tag
	if p.Deleted {
		out = append(out, views.Tag{Text: "Deleted", Tone: views.Caution, Icon: "warn", Hint: "The venue deleted this proposal. It is kept here."})
	}
	switch p.Risk {
	case governance.Danger.Rank():
		out = append(out, views.Tag{Text: "Danger", Tone: views.Danger, Icon: "danger", Hint: "Plain code found something dangerous in what it would do."})
	case governance.Warn.Rank():
		out = append(out, views.Tag{Text: "Caution", Tone: views.Caution, Icon: "warn", Hint: "Plain code found something to mind in what it would do."})
	}
	if p.Flagged {
		out = append(out, views.Tag{Text: "Marked as spam", Tone: views.Danger, Icon: "danger", Hint: "Snapshot marked this proposal or its space."})
	}
	for _, f := range flags {
		switch f {
		case governance.FlagHiddenText, governance.FlagInstructions, governance.FlagLinkMismatch, governance.FlagChoices:
			out = append(out, views.Tag{Text: flagNames[f], Tone: views.Caution, Icon: "warn", Hint: flagHints[f]})
		}
	}
	if p.Version > 1 {
		out = append(out, views.Tag{Text: "Edited", Hint: "The text changed after it was first seen. The proposal page shows what changed."})
	}
	return out
}

// cost says what the proposal asks for in one line: the largest sum, how
// many more, and whether any sum lacks a figure. A kind that moves money is
// never said to cost nothing because no figure was found.
func cost(it scored) (text, note string) {
	if it.Demand != nil {
		return demandCost(it.Demand)
	}
	asks := it.Asks
	switch kind := it.Facts.Kind; {
	case !it.Assessed:
		return "not read yet", ""
	case len(asks) == 0 && (kind == governance.KindTreasury || kind == governance.KindGrant):
		return "no amount given", "no sum was found in the text"
	case len(asks) == 0:
		return "no money", "none found in the text"
	}
	biggest := slices.MaxFunc(asks, func(a, b governance.Ask) int { return cmp.Compare(dollars(a), dollars(b)) })
	if len(asks) > 1 {
		note = "and " + views.Plural(len(asks)-1, "more sum", "more sums")
	}
	if usd := dollars(biggest); usd > 0 && biggest.Token != "USD" {
		note = strings.TrimSpace("about " + views.USD(usd) + " " + note)
	}
	return views.Amount(biggest.Amount, biggest.Token), note
}

// demandCost says what the calls themselves move: they count, whatever the
// text says.
func demandCost(d *governance.Demand) (text, note string) {
	note = "by its calls"
	if n := len(d.Sums) + d.More; n > 1 {
		note = "and " + views.Plural(n-1, "more token", "more tokens") + ", " + note
	}
	switch {
	case len(d.Sums) == 0 && d.Unpriced:
		return "not known", "a call could not be read"
	case len(d.Sums) == 0:
		return "no money", "none is moved by its calls"
	}
	lead := d.Sums[0]
	token := views.Clip(plainLine(lead.Token), 16)
	if lead.Amount == "" {
		return strings.TrimSpace("no limit " + token), note
	}
	return views.Amount(lead.Amount, token), note
}

// costLine is the cost where there is no second line.
func costLine(it scored) string {
	text, _ := cost(it)
	if it.Demand != nil {
		if n := len(it.Demand.Sums) + it.Demand.More; n > 1 {
			text += ", and " + strconv.Itoa(n-1) + " more"
		}
		return text
	}
	if n := len(it.Asks); n > 1 {
		text += ", and " + strconv.Itoa(n-1) + " more"
	}
	return text
}

// say is the line under a title: the headline if it says more than the
// title, else the first sentence of the summary.
func say(it scored, n int) string {
	own := plainLine(it.Proposal.Title)
	if views.Says(it.Headline, own) {
		return views.Clip(views.Unmark(it.Headline), n)
	}
	if summary := views.Unmark(it.Summary); views.Says(summary, own) {
		return views.FirstSentence(summary, n)
	}
	return ""
}

// dollars is the value of an ask where the token has a known price; else a
// negative number, so that priced sums lead.
func dollars(a governance.Ask) float64 {
	amount, err := strconv.ParseFloat(a.Amount, 64)
	if err != nil {
		return -1
	}
	price, known := governance.PriceTable(nil).PriceUSD(a.Token)
	if !known {
		return 0
	}
	return amount * price
}

// reading draws the recommended choice, or the best scored one.
func reading(p *governance.Proposal, sc governance.Score, small bool) *views.Reading {
	if silent(sc) {
		return nil
	}
	lead := leading(sc)
	label := choiceLabel(p, lead.Index)
	if small {
		return views.SmallReading(label, lead.Score, sc.Confidence, governance.SureAt)
	}
	return views.NewReading(views.Clip(label, 24), lead.Score, sc.Confidence, governance.SureAt)
}

// silent reports that the values move nothing: a point on the middle with a
// range from end to end would be drawn, which says nothing.
func silent(sc governance.Score) bool {
	return len(sc.Choices) == 0 || !slices.ContainsFunc(sc.Contributions, func(c governance.Contribution) bool { return c.Points != 0 })
}

func leading(sc governance.Score) governance.ChoiceScore {
	if sc.Recommended != nil {
		for _, c := range sc.Choices {
			if c.Index == *sc.Recommended {
				return c
			}
		}
	}
	return slices.MaxFunc(sc.Choices, func(a, b governance.ChoiceScore) int { return cmp.Compare(a.Score, b.Score) })
}

// choiceLabel is the label of a choice by its index (1…n on Snapshot, the support value at
// governors).
func choiceLabel(p *governance.Proposal, index int) string {
	at := index - p.FirstIndex()
	if at < 0 || at >= len(p.Choices) {
		return ""
	}
	label := plainLine(p.Choices[at])
	if label == "" {
		return "Choice " + strconv.Itoa(index)
	}
	return views.Clip(label, 160)
}

// advice is one short line on what the values say, with its icon.
func advice(p *governance.Proposal, sc governance.Score, assessed bool) (text, icon string) {
	switch {
	case !assessed:
		return "not read yet", "clock"
	case sc.Route == governance.RouteAsk:
		return "asks you", "ask"
	case sc.Recommended != nil && sc.Route == governance.RouteVote:
		return "advice: " + views.Clip(choiceLabel(p, *sc.Recommended), 24), "check"
	case sc.Recommended != nil:
		return "leans " + views.Clip(choiceLabel(p, *sc.Recommended), 24), ""
	default:
		return "no advice", ""
	}
}

func importance(sc governance.Score) (word, note string) {
	switch {
	case sc.Importance >= governance.ImportantAt+0.2:
		word = "High"
	case sc.Importance >= governance.ImportantAt:
		word = "Medium"
	default:
		word = "Low"
	}
	note = strconv.FormatFloat(sc.Importance, 'f', 2, 64)
	type part struct {
		name  string
		value float64
	}
	parts := []part{{"money", sc.Parts.Money}, {"powers", sc.Parts.Powers}, {"findings", sc.Parts.Findings}, {"a close count", sc.Parts.Closeness}, {"your share", sc.Parts.Share}}
	top := slices.MaxFunc(parts, func(a, b part) int { return cmp.Compare(a.value, b.value) })
	if top.value > 0 {
		note += ": " + top.name
	}
	return word, note
}

func glance(item scored, now time.Time, stated bool) views.Glance {
	p := &item.Proposal
	g := views.Glance{Ends: views.Ends(now, p.End), EndsName: "Ends"}
	switch p.StateAt(now) {
	case governance.Pending:
		g.Ends, g.EndsName = views.NewWhen("", now, p.Start), "Starts"
	case governance.Active:
	default:
		g.EndsName = "Ended"
	}
	g.Ends.Text = strings.TrimPrefix(strings.TrimPrefix(g.Ends.Text, "ends "), "ended ")
	g.Cost, g.CostNote = cost(item)
	g.Reading = reading(p, item.Score, false)
	switch {
	case g.Reading != nil:
	case !item.Assessed:
		g.NoReading = "not read yet"
	case !stated:
		g.NoReading = "no values yet"
	default:
		g.NoReading = "silent on this"
	}
	if item.Assessed {
		g.Importance, g.ImportNote = importance(item.Score)
	}
	return g
}

// row is a line of the dense list.
func row(item scored, now time.Time) views.Row {
	p := &item.Proposal
	r := views.Row{Href: refPath(p.Ref), DAO: daoName(p), Venue: venueName(p), Outcome: outcome(p, now), Title: title(p), Tags: tags(p, item.Facts.Flags), When: views.EndsShort(now, p.End)}
	if item.Assessed {
		r.Kind = kindNames[item.Facts.Kind]
		r.Cost, _ = cost(item)
		n := len(item.Asks)
		if item.Demand != nil {
			n = len(item.Demand.Sums) + item.Demand.More
		}
		if n > 1 {
			r.MoreCosts = views.Number(float64(n - 1))
		}
		r.NoCost = n == 0
	}
	r.Result, r.NoResult = miniTally(p, now)
	r.Quorum = "–"
	if p.Quorum > 0 {
		r.Quorum = views.Percent(p.Tally.Total / p.Quorum)
	}
	r.Reading = reading(p, item.Score, true)
	switch p.StateAt(now) {
	case governance.Pending:
		r.When = views.NewWhen("starts", now, p.Start)
		r.State = "not open yet"
	case governance.Active:
		r.State, r.Icon = advice(p, item.Score, item.Assessed)
		r.State = strings.TrimPrefix(r.State, "advice: ") // the column says so
	default:
		r.State = strings.ToLower(stateName(p.StateAt(now)))
	}
	return r
}

func miniTally(p *governance.Proposal, now time.Time) (*views.MiniTally, string) {
	order := standings(p)
	switch {
	case p.Privacy == "shutter" && !p.Ended(now):
		return nil, "encrypted"
	case p.StateAt(now) == governance.Pending:
		return nil, "not open yet"
	case len(order) == 0 && p.Tally.Total > 0:
		return nil, "total only"
	case len(order) == 0 || p.Tally.Total <= 0:
		if p.Ended(now) {
			return nil, "no votes"
		}
		return nil, "no votes yet"
	}
	second := 0.0
	if len(order) > 1 {
		second = order[1].score
	}
	return views.NewMini(views.Clip(order[0].label, 40), order[0].score, second, max(p.Tally.Total, order[0].score)), ""
}

type standing struct {
	index int
	label string
	score float64
}

// standings are the choices that have a score, the leader first.
func standings(p *governance.Proposal) []standing {
	var out []standing
	for i, sc := range p.Tally.Scores {
		if i < len(p.Choices) && sc > 0 {
			out = append(out, standing{i + p.FirstIndex(), choiceLabel(p, i+p.FirstIndex()), sc})
		}
	}
	slices.SortStableFunc(out, func(a, b standing) int { return cmp.Compare(b.score, a.score) })
	return out
}

// venueName is where a proposal is voted on, for people.
func venueName(p *governance.Proposal) string {
	if p.Ref.Venue() == governance.VenueGovernor {
		return "On chain"
	}
	return "Snapshot"
}

// outcome is how a proposal ended, in a word: "Executed". "" = it did not end,
// or its venue knows no outcomes.
func outcome(p *governance.Proposal, now time.Time) string {
	switch state := p.StateAt(now); state {
	case governance.Pending, governance.Active, governance.Closed, governance.Objection, governance.Updatable:
		return ""
	default:
		return stateName(state)
	}
}

// item is a proposal in the lists of the inbox and of a DAO.
func item(it scored, now time.Time) views.Item {
	p := &it.Proposal
	out := views.Item{Href: refPath(p.Ref), DAO: daoName(p), Title: title(p), Tags: tags(p, it.Facts.Flags), Ends: views.Ends(now, p.End)}
	if p.StateAt(now) == governance.Pending {
		out.Ends = views.NewWhen("starts", now, p.Start)
	}
	out.Meta = []string{venueName(p)}
	if o := outcome(p, now); o != "" {
		out.Meta = append(out.Meta, o)
	}
	if it.Assessed {
		out.Meta = append(out.Meta, kindNames[it.Facts.Kind])
		out.Text = say(it, 200)
		out.Cost = costLine(it)
		word, note := importance(it.Score)
		out.Import = word + ", " + note
	}
	out.Reading = reading(p, it.Score, false)
	if it.Score.Recommended != nil && it.Score.Route == governance.RouteVote {
		out.Advice = "Advice: " + views.Clip(choiceLabel(p, *it.Score.Recommended), 40)
	}
	return out
}

// listed makes a scored item of a detail, so that pages share the builders.
func listed(d store.Detail, sc governance.Score) scored {
	l := store.Listed{Proposal: d.Proposal, Assessed: d.Assessment != nil, Facts: d.Facts, Demand: d.Demand}
	if d.Assessment != nil {
		l.Headline, l.Summary, l.Asks = d.Assessment.Headline, d.Assessment.Summary, d.Assessment.Asks
	}
	return scored{Listed: l, Score: sc}
}
