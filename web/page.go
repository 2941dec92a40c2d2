package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/views"
)

// shell is what every page has around it.
func (s *Server) shell(c echo.Context, title string, active views.Section) views.Shell {
	now := s.Now()
	sh := views.Shell{Title: title, Active: active, Demo: s.Demo, Practice: s.Demo && s.Practice != nil, Now: now.UTC().Format("Monday 2 January 2006, 15:04 UTC"), Assets: s.assets, Reader: "Built-in reader, no model"}
	if w := who(c); w.SignedIn() {
		sh.Account = views.ShortAddress(w.Account)
	}
	if s.Model.Name != "" {
		sh.Reader = "Model: " + views.Clip(plainLine(s.Model.Name), 40)
	}
	if s.Demo {
		sh.DemoNote = "Demo world: " + s.DemoNote
	}
	sh.Sync = s.syncLine(now)
	return sh
}

// syncLine is the state of reading in one line, from memory.
func (s *Server) syncLine(now time.Time) views.SyncLine {
	p := s.Agent.Progress()
	failing := 0
	var last time.Time
	for _, src := range p.Sources {
		if !src.OK && !src.LastTry.IsZero() {
			failing++
		}
		if src.LastOK.After(last) {
			last = src.LastOK
		}
	}
	switch {
	case failing > 0:
		return views.SyncLine{Text: views.Plural(failing, "source does not answer", "sources do not answer")}
	case p.Reading:
		return views.SyncLine{OK: true, Text: "Reading: " + views.Plural(p.Proposals, "proposal", "proposals") + " so far"}
	case last.IsZero():
		return views.SyncLine{OK: true, Text: "Not read yet"}
	default:
		return views.SyncLine{OK: true, Text: "Synced " + views.Relative(now, last)}
	}
}

// errorPage shows a problem as a page.
func (s *Server) errorPage(c echo.Context, p problem) error {
	if c.Get(callerKey) == nil { // no route was found, so nobody was looked for
		s.findCaller(c)
	}
	page := views.ErrorPage{Shell: s.shell(c, p.Title, ""), Status: strconv.Itoa(p.Status) + " " + http.StatusText(p.Status), Heading: p.Title, Text: p.Detail, Safe: "Nothing was changed.", RequestID: p.RequestID,
		Actions: []views.Link{{Label: "To the inbox", Href: "/"}, {Label: "All proposals", Href: "/proposals?state=all"}}}
	switch p.Status {
	case http.StatusNotFound:
		page.Heading = "There is nothing here"
		if strings.HasPrefix(c.Request().URL.Path, "/proposals/") {
			page.Heading = "There is no such proposal"
		}
	case http.StatusBadRequest:
		page.Heading = "That cannot be read"
	case http.StatusForbidden:
		page.Heading = "Not allowed"
	case http.StatusTooManyRequests:
		page.Heading = "Too many requests"
	case http.StatusInternalServerError:
		page.Heading = "Mandate failed"
	}
	return s.render(c, p.Status, page.View())
}
