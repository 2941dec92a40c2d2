package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/store"
	"mandate/views"
)

// proposals serves the dense list: filters, search, orders. Every state of
// it has an address; htmx swaps the part that changes.
func (s *Server) proposals(c echo.Context) error {
	now := s.Now()
	page, err := s.lists.or(s.pageKey(c, now), func() (views.ProposalsPage, error) { return s.proposalsPage(c, now) },
		func(p views.ProposalsPage) int { return pageOverhead + len(p.List.Rows)*rowOverhead })
	if err != nil {
		return err
	}
	if isFragment(c) {
		c.Response().Header().Set("HX-Replace-Url", cleanAddress(c.QueryParams()))
		return s.render(c, http.StatusOK, page.Fragment())
	}
	page.Shell = s.shell(c, "Proposals", views.SectionProposals)
	page.Shell.Wide = true
	return s.render(c, http.StatusOK, page.View())
}

// cleanAddress is where the list that a form asked for stands: without the fields
// that were left as they are.
func cleanAddress(v url.Values) string {
	var plain []string
	if v.Get("state") == "open" {
		plain = append(plain, "state", "")
	}
	if v.Get("sort") == string(store.SortDeadline) && v.Get("q") == "" {
		plain = append(plain, "sort", "")
	}
	return listURL(v, plain...)
}

// rowOverhead is about what a row of the list holds, in bytes.
const rowOverhead = 1500

func (s *Server) proposalsPage(c echo.Context, now time.Time) (views.ProposalsPage, error) {
	q, err := parseQuery(c.QueryParams(), now, "open")
	if err != nil {
		return views.ProposalsPage{}, err
	}
	v, err := s.valuesOf(c)
	if err != nil {
		return views.ProposalsPage{}, err
	}
	found, err := s.list(c.Request().Context(), q, v)
	if err != nil {
		return views.ProposalsPage{}, err
	}
	page := views.ProposalsPage{Heading: listHeading(q, found), Lead: listLead(q, found), List: proposalList(c.QueryParams(), q, found, v.Stated())}
	if s.Agent.Progress().Proposals == 0 && page.List.Empty != nil {
		page.Lead = ""
		page.List.Empty = &views.Empty{Title: "Nothing is read yet", Text: "Proposals appear here with the first reading.", Actions: []views.Link{{Label: "State of the sources", Href: "/settings"}}}
	}
	page.Filters, err = s.filters(c, q, v.Stated())
	return page, err
}

func listHeading(q query, found listing) string {
	noun := map[string]string{"open": "open ", "active": "open ", "asks": "open ", "soon": "not yet open ", "pending": "not yet open ", "closed": "closed ",
		"succeeded": "passed ", "defeated": "defeated ", "queued": "queued ", "executed": "executed ", "canceled": "canceled ", "expired": "expired ", "vetoed": "vetoed "}[q.state]
	heading := views.Plural(found.total, noun+"proposal", noun+"proposals")
	if found.total == 0 {
		heading = "No " + noun + "proposals"
	}
	if found.more {
		heading = "More than " + heading
	}
	switch {
	case q.asks:
		heading += " that " + map[bool]string{true: "asks", false: "ask"}[found.total == 1] + " you"
	case q.Query != "":
		heading += " with “" + views.Clip(plainLine(q.Query), 60) + "”"
	}
	return heading
}

func listLead(q query, found listing) string {
	switch {
	case found.total == 0:
		return ""
	case q.Sort == sortScore:
		return "Ordered by what your values say. The newest " + views.Number(maxRanked) + " matches are ranked."
	case q.Sort == sortImportance:
		return "Ordered by importance: money, powers, a close count. The newest " + views.Number(maxRanked) + " matches are ranked."
	case q.Sort == store.SortRelevance:
		return "The best matches first, among the newest " + views.Number(maxRanked) + "."
	case q.Sort == store.SortDeadline:
		return "Those that end first are at the top."
	default:
		return "The newest are at the top."
	}
}

// proposalList is the table with its links.
func proposalList(v url.Values, q query, found listing, scored bool) views.ProposalList {
	l := views.ProposalList{Caption: listHeading(q, found) + ". " + listLead(q, found), Scored: scored, Rows: make([]views.Row, 0, len(found.items))}
	for _, it := range found.items {
		l.Rows = append(l.Rows, row(it, q.Now))
	}
	l.Columns = columns(v, q)
	if n := len(found.items); n > 0 && (q.Cursor == "" || found.from > 0) {
		l.Range = views.Number(float64(found.from+1)) + "–" + views.Number(float64(found.from+n)) + " of " + views.Number(float64(found.total))
	} else if n > 0 {
		l.Range = views.Plural(n, "proposal", "proposals") + " of " + views.Number(float64(found.total))
	}
	if q.Cursor != "" {
		l.First = listURL(v, "cursor", "")
	}
	if found.next != "" {
		l.Next, l.NextN = listURL(v, "cursor", found.next), "Next "+strconv.Itoa(left(q, found))
	}
	if len(found.items) == 0 {
		l.Empty = nothing(v, q)
	}
	return l
}

// left is how many proposals the next page has, as far as that is known.
func left(q query, found listing) int {
	rest := found.total - found.from - len(found.items)
	if found.more || rest <= 0 || q.Cursor != "" && found.from == 0 {
		return q.Limit
	}
	return min(q.Limit, rest)
}

func columns(v url.Values, q query) [9]views.Column {
	sorted := func(label string, order store.Sort, direction string) views.Column {
		col := views.Column{Label: label, Href: listURL(v, "sort", string(order), "cursor", "")}
		if q.Sort == order {
			col.Sort = direction
		}
		return col
	}
	ends := "Ends"
	if over(q.state) {
		ends = "Ended"
	}
	return [9]views.Column{
		sorted(ends, store.SortDeadline, "ascending"), {Label: "DAO"}, {Label: "Proposal"}, {Label: "Kind"},
		{Label: "Costs"}, {Label: "Result"}, {Label: "Quorum"}, sorted("Your values", sortScore, "descending"), {Label: "Advice"},
	}
}

// nothing says why a list is empty and what to do.
func nothing(v url.Values, q query) *views.Empty {
	e := &views.Empty{Title: "No proposal fits", Text: "Take a filter away, or look at all states."}
	all := views.Link{Label: "All proposals", Href: "/proposals?state=all"}
	switch {
	case q.asks:
		e = &views.Empty{Title: "Nothing needs you", Text: "Questions land here when your values are unsure and the matter is important."}
	case q.Query != "":
		e.Title, e.Text = "Nothing found", "Every word must occur in the text, the title or the DAO’s name. The last word may be the beginning of one."
		all.Href = listURL(url.Values{"q": v["q"]}, "state", "all")
		all.Label = "Search all states"
	}
	e.Actions = []views.Link{all}
	return e
}

// listURL is the list's address with some fields changed; "" takes one away.
func listURL(v url.Values, pairs ...string) string {
	out := url.Values{}
	for key, values := range v {
		for _, value := range values {
			if value != "" && len(key) < 20 {
				out.Add(key, value)
			}
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if out.Del(pairs[i]); pairs[i+1] != "" {
			out.Set(pairs[i], pairs[i+1])
		}
	}
	if len(out) == 0 {
		return "/proposals"
	}
	return "/proposals?" + out.Encode()
}

// filters is the form above the list.
func (s *Server) filters(c echo.Context, q query, stated bool) (views.Filters, error) {
	v := c.QueryParams()
	daos, err := s.Store.DAOs(c.Request().Context(), q.Now)
	if err != nil {
		return views.Filters{}, err
	}
	f := views.Filters{Query: q.Query, State: q.chip()}
	for _, chip := range [][2]string{{"open", "Open"}, {"asks", "Asks you"}, {"soon", "Starts soon"}, {"closed", "Closed"}, {"all", "All"}} {
		if chip[0] != "asks" || stated {
			f.States = append(f.States, views.Link{Label: chip[1], Href: listURL(v, "state", chip[0], "outcome", "", "cursor", "", "sort", ""), Current: q.chip() == chip[0] && !ended(q.state)})
		}
	}
	f.DAOs = []views.Option{{Label: "Any DAO"}}
	for _, d := range daos {
		f.DAOs = append(f.DAOs, views.Option{Value: d.ID, Label: views.Clip(plainLine(d.Name), 40), Selected: d.ID == q.DAO})
	}
	f.Kinds = []views.Option{{Label: "Any kind"}}
	for _, k := range governance.Kinds() {
		f.Kinds = append(f.Kinds, views.Option{Value: string(k), Label: kindNames[k], Selected: v.Get("kind") == string(k)})
	}
	f.Types = []views.Option{{Label: "Any voting"}}
	for _, t := range votingTypes {
		f.Types = append(f.Types, views.Option{Value: string(t), Label: typeNames[t], Selected: v.Get("type") == string(t)})
	}
	f.Outcomes = []views.Option{{Label: "Any outcome"}}
	for _, state := range outcomes {
		f.Outcomes = append(f.Outcomes, views.Option{Value: string(state), Label: stateName(state), Selected: q.state == string(state)})
	}
	f.Ends = choose(q.ends, "", "Any end", "24h", "Within a day", "3d", "Within 3 days", "7d", "Within a week")
	f.Flags = []views.Option{{Label: "Any flag"}}
	for _, name := range flagOrder {
		f.Flags = append(f.Flags, views.Option{Value: string(name), Label: flagNames[name], Selected: v.Get("flag") == string(name)})
	}
	f.Sorts = sorts(q)
	f.Active, f.Clear = activeFilters(v, q, daos)
	return f, nil
}

// sorts are the orders to choose from. The usual one has no value, so that it
// follows what else changes in the form.
func sorts(q query) []views.Option {
	usual := q.usualSort()
	var out []views.Option
	for _, o := range choose(string(q.Sort), "relevance", "Best match", "deadline", "Ends first", "newest", "Newest", "score", "Your values", "importance", "Importance") {
		switch {
		case o.Value == string(usual):
			o.Value = ""
			out = append([]views.Option{o}, out...)
		case o.Value != string(store.SortRelevance):
			out = append(out, o)
		}
	}
	return out
}

var votingTypes = []governance.VotingType{governance.SingleChoice, governance.Basic, governance.Approval, governance.RankedChoice,
	governance.Copeland, governance.Quadratic, governance.Weighted, governance.GovernorVote, governance.GovernorFractional,
	governance.GovernorApproval, governance.GovernorOptimistic}

// outcomes are what a vote on chain can come to.
var outcomes = []governance.State{governance.Succeeded, governance.Queued, governance.Executed, governance.Defeated, governance.Canceled, governance.Expired, governance.Vetoed}

// ended reports whether a list's state is an outcome.
func ended(state string) bool { return slices.Contains(outcomes, governance.State(state)) }

// over reports whether all of a list's votes are over.
func over(state string) bool { return state == "closed" || ended(state) }

// chip is the state of the chips that holds what the list shows.
func (q query) chip() string {
	if ended(q.state) {
		return "closed"
	}
	return q.state
}

var flagOrder = []governance.Flag{governance.FlagHiddenText, governance.FlagInstructions, governance.FlagLinkMismatch, governance.FlagChoices,
	governance.FlagMixedLanguage, governance.FlagSpam, governance.FlagEmpty, governance.FlagOversize}

// choose makes options from pairs of value and label.
func choose(selected string, pairs ...string) []views.Option {
	var out []views.Option
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, views.Option{Value: pairs[i], Label: pairs[i+1], Selected: pairs[i] == selected})
	}
	return out
}

// activeFilters lists what narrows the list; each link takes it away.
func activeFilters(v url.Values, q query, daos []governance.DAO) (active []views.Link, all string) {
	add := func(key, label string) {
		active = append(active, views.Link{Label: label, Href: listURL(v, key, "", "cursor", "")})
	}
	if q.Query != "" {
		add("q", "“"+views.Clip(plainLine(q.Query), 40)+"”")
	}
	if q.DAO != "" {
		name := q.DAO
		for _, d := range daos {
			if d.ID == q.DAO {
				name = d.Name
			}
		}
		add("dao", views.Clip(plainLine(name), 40))
	}
	for _, k := range q.Kinds {
		add("kind", kindNames[k])
	}
	for _, t := range q.Types {
		name := typeNames[t]
		if name == "" {
			name = views.Clip(plainLine(string(t)), 40)
		}
		add("type", name)
	}
	if ended(q.state) {
		active = append(active, views.Link{Label: strings.ToLower(stateName(governance.State(q.state))), Href: listURL(v, "state", "closed", "outcome", "", "cursor", "")})
	}
	if q.ends != "" {
		add("ends", "ends within "+strings.NewReplacer("24h", "a day", "3d", "3 days", "7d", "a week").Replace(q.ends))
	}
	for _, f := range q.Flags {
		add("flag", strings.ToLower(flagNames[f][:1])+flagNames[f][1:])
	}
	if len(active) > 0 {
		all = listURL(url.Values{}, "state", q.chip())
	}
	return active, all
}
