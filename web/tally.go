package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"mandate/governance"
	"mandate/views"
)

// tally is the count as bars. Snapshot's totals may be smaller than the sum
// of the choices (approval voting), so the larger of the two is the whole.
func (b *builder) tally() views.Tally {
	p := &b.d.Proposal
	closed := p.Ended(b.now)
	t := views.Tally{Heading: "Result so far", Rule: countRule(p.Type)}
	if closed {
		t.Heading = "Result"
	}
	switch {
	case p.StateAt(b.now) == governance.Pending:
		t.Heading, t.Empty = "Result", "Voting has not begun. It starts "+views.Relative(b.now, p.Start)+"."
		return t
	case p.Privacy == "shutter" && !closed:
		t.Empty = "The choices stay encrypted until the end. " + views.Plural(p.Tally.Voters, "vote so far.", "votes so far.")
		return t
	case len(standings(p)) == 0 && p.Tally.Total > 0:
		t.Empty = "The source gives the total, but no count for each choice."
		t.Quorum = quorum(p)
		t.Note = tallyNote(p, b)
		return t
	case len(standings(p)) == 0:
		t.Empty = "No votes yet."
		if closed {
			t.Empty = "No votes were counted."
		}
		return t
	}
	t.Bars, t.Folded = b.bars()
	if len(t.Folded) > 0 {
		t.Fold = views.Plural(len(t.Folded), "more choice", "more choices")
	}
	t.Quorum = quorum(p)
	t.Note = tallyNote(p, b)
	return t
}

// countRule says how the bars are to be read where that is not plain.
func countRule(t governance.VotingType) string {
	switch t {
	case governance.SingleChoice, governance.Basic, governance.GovernorVote, governance.GovernorFractional:
		return ""
	case governance.Approval:
		return "Shares of all who voted: one voter may approve of several choices."
	case governance.RankedChoice:
		return "After the last round: choices that dropped out have passed their votes on."
	case governance.Copeland:
		return "Points of the pairs: each choice is compared with each other one."
	case governance.Quadratic:
		return "Shares after the square roots, so that many small voters weigh more than one large one."
	case governance.Weighted:
		return "Each voter’s power, spread as the voter chose."
	default:
		return typeRule(t)
	}
}

// ordered is up to how many choices the bars keep the ballot's order.
const ordered = 4

// ranked is a bar with what it counts.
type ranked struct {
	bar   views.Bar
	score float64
}

func (b *builder) bars() (shown, folded []views.Bar) {
	var all []ranked
	p := &b.d.Proposal
	whole := 0.0
	for _, s := range p.Tally.Scores {
		whole += s
	}
	whole = max(whole, p.Tally.Total)
	if p.Type == governance.Approval && p.Tally.Total > 0 {
		whole = p.Tally.Total // shares of the voters' power, each choice by itself
	}
	for i := range p.Choices {
		score := 0.0
		if i < len(p.Tally.Scores) {
			score = p.Tally.Scores[i]
		}
		bar := views.NewBar(choiceLabel(p, i+p.FirstIndex()), score, whole, views.Clip(plainLine(p.Symbol), 12), b.fill(i))
		bar.Mine = b.score.Recommended != nil && *b.score.Recommended == i+p.FirstIndex() && b.score.Route == governance.RouteVote
		all = append(all, ranked{bar, score})
	}
	if len(all) > ordered { // of many choices the leaders come first
		slices.SortStableFunc(all, func(x, y ranked) int { return cmp.Compare(y.score, x.score) })
	}
	for i, r := range all {
		if i < openChoices {
			shown = append(shown, r.bar)
		} else {
			folded = append(folded, r.bar)
		}
	}
	return shown, folded
}

// fill draws support solid, opposition hatched, the rest dotted.
func (b *builder) fill(i int) string {
	if b.d.Proposal.Ref.Venue() == governance.VenueGovernor {
		return []string{views.FillHatch, views.FillInk, views.FillDots}[min(i, 2)] // Against, For, Abstain
	}
	if a := b.d.Assessment; a != nil && i < len(a.Choices) && a.Kind != governance.KindElection {
		switch a.Choices[i].Stance {
		case governance.Oppose:
			return views.FillHatch
		case governance.AbstainVote:
			return views.FillDots
		}
	}
	return views.FillInk
}

func quorum(p *governance.Proposal) *views.QuorumBar {
	if p.QuorumType == "rejection" {
		against := 0.0
		if len(p.Tally.Scores) > 1 {
			against = p.Tally.Scores[1]
		}
		q := views.NewQuorum("Rejection quorum", against, p.Quorum)
		if q != nil {
			q.Bad = true
		}
		return q
	}
	return views.NewQuorum("Quorum", p.Tally.Total, p.Quorum)
}

func tallyNote(p *governance.Proposal, b *builder) string {
	note := ""
	if p.Tally.Voters > 0 {
		note = views.Plural(p.Tally.Voters, "voter.", "voters.")
	}
	switch p.Tally.State {
	case "final":
		note += " The count is final."
	case "pending":
		note += " The count is not final."
	}
	if !p.Tally.Updated.IsZero() {
		note += " Counted " + views.Relative(b.now, p.Tally.Updated) + "."
	}
	return strings.TrimSpace(note)
}

// versions lists the contents seen, and what the shown one changed.
func (b *builder) versions() views.Versions {
	p := &b.d.Proposal
	if len(b.d.Versions) == 0 {
		return views.Versions{}
	}
	all := append(append([]governance.Version{}, b.d.Versions...), governance.Version{Version: p.Version, ContentHash: p.ContentHash, Title: p.Title, Body: p.Body, Choices: p.Choices, Seen: p.Seen})
	v := views.Versions{Note: views.Plural(len(all), "version", "versions") + " seen, the first on " + views.Exact(all[0].Seen)}
	for i := len(all) - 1; i >= 0; i-- {
		row := views.VersionRow{Label: "Version " + strconv.Itoa(all[i].Version), Seen: views.NewWhen("seen", b.now, all[i].Seen), Current: all[i].Version == b.version,
			Href: refPath(p.Ref) + "?version=" + strconv.Itoa(all[i].Version)}
		if i > 0 {
			row.Changed = changed(all[i-1], all[i])
		} else {
			row.Changed = "as first seen"
		}
		v.Rows = append(v.Rows, row)
		if row.Current && i > 0 {
			lines, cut := views.DiffLines(plainVersion(all[i-1]), plainVersion(all[i]), 2, maxDiff)
			v.Diff, v.Of = lines, "Version "+strconv.Itoa(all[i].Version)+" against version "+strconv.Itoa(all[i-1].Version)
			if cut > 0 {
				v.Cut = views.Plural(cut, "more line", "more lines")
			}
		}
	}
	return v
}

func changed(old, now governance.Version) string {
	var parts []string
	if old.Title != now.Title {
		parts = append(parts, "title")
	}
	if strings.Join(old.Choices, "\x00") != strings.Join(now.Choices, "\x00") {
		parts = append(parts, "choices")
	}
	if old.Body != now.Body {
		parts = append(parts, "text")
	}
	return cmp.Or(strings.Join(parts, ", "), "times or settings")
}

// plainVersion is a version as lines to compare, made visible.
func plainVersion(v governance.Version) string {
	var out strings.Builder
	out.WriteString(v.Title + "\n")
	for i, c := range v.Choices {
		out.WriteString("Choice " + strconv.Itoa(i+1) + ": " + c + "\n")
	}
	for _, line := range strings.Split(v.Body, "\n") {
		out.WriteString(views.Visible(strings.TrimRight(line, "\r")) + "\n")
	}
	return out.String()
}
