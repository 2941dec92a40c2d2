package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance/store"
	"mandate/views"
)

// settings shows the state of the machine.
func (s *Server) settings(c echo.Context) error {
	now, ctx := s.Now(), c.Request().Context()
	health, err := s.Store.Health(ctx)
	if err != nil {
		return err
	}
	spend, err := s.Store.ModelSpend(ctx, now)
	if err != nil {
		return err
	}
	counts, err := s.Store.Counts(ctx, now)
	if err != nil {
		return err
	}
	page := views.SettingsPage{Shell: s.shell(c, "Settings", views.SectionSettings), Progress: s.progress(ctx), Model: s.modelState(spend), Config: facts(s.Settings), Scope: spans(facts(s.Scope))}
	failing := 0
	for _, h := range health {
		row := s.sourceRow(ctx, h, now)
		if !row.OK {
			failing++
		}
		page.Sources = append(page.Sources, row)
	}
	page.Heading = settingsHeading(counts, failing, page.Progress.Running)
	page.Unset, page.Config = unset(page.Config)
	page.Lead = views.Plural(counts.Proposals, "proposal", "proposals") + " of " + views.Plural(counts.DAOs, "DAO", "DAOs") + " stored, " +
		views.Plural(counts.Active, "of them open; ", "of them open; ") + explained(counts.Proposals, counts.Assessed) + "."
	if counts.Proposals == 0 {
		page.Lead = "No proposal is stored."
	}
	page.Progress.Notices = nil // the sources below say it
	page.Storage = []views.Fact{
		{Name: "Database", Value: s.Storage}, {Name: "Proposals", Value: views.Number(float64(counts.Proposals))},
		{Name: "Open now", Value: views.Number(float64(counts.Active))}, {Name: "Spaces", Value: views.Number(float64(counts.Spaces))},
	}
	page.About = facts(s.About)
	return s.render(c, http.StatusOK, page.View())
}

func explained(all, done int) string {
	if done >= all {
		return "all explained"
	}
	return views.Number(float64(done)) + " explained so far"
}

// unset takes the settings without a value apart: their names alone.
func unset(all []views.Fact) (names []string, set []views.Fact) {
	for _, f := range all {
		if f.Value == "" {
			names = append(names, f.Name)
		} else {
			set = append(set, f)
		}
	}
	return names, set
}

func settingsHeading(counts store.Counts, failing int, running bool) string {
	first := "Everything is read."
	switch {
	case running:
		first = "Reading is under way."
	case counts.Proposals == 0:
		first = "Nothing is read yet."
	}
	if failing > 0 {
		return first + " " + numberWord(failing, "source does not answer.", "sources do not answer.")
	}
	return first
}

// spans writes durations as pages do: "1 min", not "1m0s".
func spans(list []views.Fact) []views.Fact {
	for i, f := range list {
		if d, err := time.ParseDuration(f.Value); err == nil && d > 0 {
			list[i].Value = views.Span(d)
		}
	}
	return list
}

func facts(pairs [][2]string) []views.Fact {
	var out []views.Fact
	for _, p := range pairs {
		out = append(out, views.Fact{Name: p[0], Value: p[1], Mono: strings.HasPrefix(p[0], "MANDATE_")})
	}
	return out
}

func (s *Server) sourceRow(ctx context.Context, h store.Health, now time.Time) views.SourceRow {
	row := views.SourceRow{Name: s.sourceName(ctx, h.Source), OK: h.OK, Error: h.Error,
		Facts: []views.TimedFact{
			{Name: "Last answer", When: views.NewWhen("", now, h.LastOK), Text: "none yet"},
			{Name: "Next try", When: views.NewWhen("", now, h.NextTry), Text: "not planned"},
			{Name: "Requests", Text: views.Plural(int(h.Requests), "request sent", "requests sent")},
			{Name: "Stored", Text: views.Plural(int(h.Stored), "proposal", "proposals")},
		}}
	if !h.NextTry.IsZero() && !h.NextTry.After(now) {
		row.Facts[1] = views.TimedFact{Name: "Next try", Text: "now"}
	}
	switch {
	case h.LastTry.IsZero():
		row.OK, row.State = true, "Not asked yet."
	case h.OK:
		row.State = "Answers."
	default:
		row.State = "It does not answer since " + views.Exact(h.Since) + " (" + views.Span(now.Sub(h.Since)) + "). What was read so far is kept."
	}
	return row
}

func (s *Server) modelState(spend store.ModelSpend) views.ModelState {
	if s.Model.Name == "" {
		return views.ModelState{Title: "No model is set up. The built-in reader does the work.",
			Text: "It quotes the text, finds sums, recipients and stances by rules, and sends nothing anywhere. MANDATE_LLM_PROVIDER, MANDATE_LLM_URL and MANDATE_LLM_MODEL name a model, for instance one on this machine."}
	}
	m := views.ModelState{Title: "A model reads the proposals, and code checks every claim.", Text: "It sees one proposal at a time, never your values. Where it fails, the built-in reader steps in.",
		Facts: []views.Fact{{Name: "Model", Value: plainLine(s.Model.Name)}, {Name: "Server", Value: s.Model.Host},
			{Name: "Calls this month", Value: views.Number(float64(spend.Calls))}, {Name: "Failed", Value: views.Number(float64(spend.Failed))},
			{Name: "Tokens in", Value: views.Number(float64(spend.InputTokens))}, {Name: "Tokens out", Value: views.Number(float64(spend.OutputTokens))}},
	}
	if s.Model.MonthlyUSD > 0 {
		m.Spent = money(spend.USD) + " of " + money(s.Model.MonthlyUSD) + " this month"
		m.Width = views.Share(spend.USD, s.Model.MonthlyUSD)
		if spend.USD >= s.Model.MonthlyUSD {
			m.Warning = "The monthly limit is reached. The built-in reader does the work until next month."
		}
	} else {
		m.Facts = append(m.Facts, views.Fact{Name: "Cost this month", Value: money(spend.USD)})
	}
	return m
}

func money(usd float64) string { return "$" + views.Number(usd) }

// progress is how far reading and explaining have come, from memory.
func (s *Server) progress(ctx context.Context) views.Progress {
	p, now := s.Agent.Progress(), s.Now()
	begins := p.Proposals == 0 && len(p.Sources) == 0 // the first step has not been taken
	out := views.Progress{Heading: "Progress", Running: p.Reading || p.Unassessed > 0 || begins, Read: !p.Reading && !begins, Status: "All read, all explained"}
	for _, src := range p.Sources {
		row := views.ProgressRow{Name: s.sourceName(ctx, src.Source), Text: views.Plural(int(src.Stored), "proposal", "proposals"), Done: src.Done, Fails: !src.OK && !src.LastTry.IsZero()}
		if src.Estimate > 0 && !src.Done {
			row.Text = views.Number(float64(src.Stored)) + " of about " + views.Plural(int(src.Stored)+src.Estimate, "proposal", "proposals")
			row.Width = views.Share(float64(src.Stored), float64(int(src.Stored)+src.Estimate))
			row.Aria = row.Width + " done"
		} else if src.Share > 0 && !src.Done {
			row.Width = views.Share(src.Share, 1)
			row.Text = row.Width + " of its blocks, " + row.Text
			row.Aria = row.Width + " done"
		}
		if row.Fails {
			out.Notices = append(out.Notices, s.failing(ctx, src, now))
		}
		out.Rows = append(out.Rows, row)
	}
	if p.Proposals > 0 {
		share := views.Share(float64(p.Proposals-p.Unassessed), float64(p.Proposals))
		out.Rows = append(out.Rows, views.ProgressRow{Name: "Explained", Text: views.Number(float64(p.Proposals-p.Unassessed)) + " of " + views.Plural(p.Proposals, "proposal", "proposals"), Width: share, Aria: share + " explained", Done: p.Unassessed == 0})
	}
	switch {
	case begins && !p.Reading:
		out.Heading, out.Status = "First reading", "It begins in a moment."
	case p.Reading:
		out.Heading, out.Status = "Reading the sources", views.Plural(p.Proposals, "proposal", "proposals")+" so far. What is stored can be read already."
	case p.Proposals == 0:
		out.Heading, out.Status = "Nothing is read yet", "No proposal is stored."
	case p.Unassessed > 0:
		out.Heading, out.Status = "Explaining", views.Plural(p.Unassessed, "proposal", "proposals")+" to go, open ones first."
	}
	return out
}

// failing says which source does not answer since when, and what comes next.
func (s *Server) failing(ctx context.Context, h store.Health, now time.Time) views.Notice {
	text := "It does not answer since " + views.Exact(h.Since) + " (" + views.Span(now.Sub(h.Since)) + ")."
	if h.NextTry.After(now) {
		text += " The next try is in " + views.Span(h.NextTry.Sub(now)) + "."
	}
	return views.Notice{Tone: views.Caution, Title: s.sourceName(ctx, h.Source) + " does not answer", Text: text + " What was read so far is kept.", Detail: h.Error}
}
