package web

import (
	"cmp"
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

// daos lists the DAOs that are read.
func (s *Server) daos(c echo.Context) error {
	now := s.Now()
	all, err := s.Store.DAOs(c.Request().Context(), now)
	if err != nil {
		return err
	}
	page := views.DAOsPage{Shell: s.shell(c, "DAOs", views.SectionDAOs), Query: strings.TrimSpace(c.QueryParam("q"))}
	slices.SortStableFunc(all, func(a, b governance.DAO) int {
		return cmp.Or(cmp.Compare(b.Active, a.Active), cmp.Compare(b.Proposals, a.Proposals), cmp.Compare(a.ID, b.ID))
	})
	page.NoNode = s.noNode()
	page.Chains = views.Link{Label: "Governor contracts and the nodes they are read with", Href: "/chains"}
	active := 0
	needle := strings.ToLower(page.Query)
	for _, d := range all {
		if !strings.Contains(strings.ToLower(d.Name+" "+d.ID), needle) {
			continue
		}
		page.Rows = append(page.Rows, daoRow(d))
		if d.Active > 0 {
			active++
		}
	}
	page.Heading = views.Plural(len(page.Rows), "DAO is read.", "DAOs are read.")
	page.Lead = views.Plural(active, "has an open proposal.", "have open proposals.")
	if len(page.Rows) == 0 {
		page.Heading, page.Lead = "No DAO is read yet.", ""
		page.Empty = &views.Empty{Title: "No DAO yet", Text: "DAOs appear here with the first reading. MANDATE_SPACES names other ones."}
		if needle != "" {
			page.Heading = "No DAO is found."
			page.Empty = &views.Empty{Title: "No DAO has this in its name", Actions: []views.Link{{Label: "All DAOs", Href: "/daos"}}}
		}
	}
	return s.render(c, http.StatusOK, page.View())
}

func daoRow(d governance.DAO) views.DAORow {
	name := plainLine(cmp.Or(d.Name, d.ID))
	r := views.DAORow{DAO: views.DAOName{Seal: views.Seal(name), Name: views.Clip(name, 60), Href: daoPath(d.ID)}, ID: d.ID,
		About: views.Clip(plainLine(d.About), 160), Proposals: views.Number(float64(d.Proposals))}
	if d.Active > 0 {
		r.Active, r.ActiveURL = views.Number(float64(d.Active)), listURLAt("/proposals", "dao", d.ID)
	}
	if sp := d.Space; sp != nil {
		r.Followers = views.Compact(float64(sp.Followers))
		r.Quorum = "none"
		if sp.Quorum > 0 {
			r.Quorum = strings.TrimSpace(views.Compact(sp.Quorum) + " " + views.Clip(plainLine(sp.Symbol), 12))
		}
		r.Tags = spaceTags(sp)
		r.Venues = append(r.Venues, views.Fact{Value: "Snapshot"})
	}
	for i := range d.Governors {
		r.Venues = append(r.Venues, governorVenue(&d.Governors[i]))
	}
	return r
}

// governorVenue says in a few words what a governor is, and, where it is not
// read, why not.
func governorVenue(g *governance.Governor) views.Fact {
	f := views.Fact{Value: familyName(g.Family) + " on " + chain(strconv.FormatUint(g.Chain, 10))}
	switch {
	case g.Checked.IsZero():
		f.Value, f.Note = "A governor on "+chain(strconv.FormatUint(g.Chain, 10)), "waits for its check"
	case g.Fault != "":
		f.Note = "not read"
	case g.ReadOnly != "":
		f.Note = "read only"
	}
	return f
}

func spaceTags(sp *governance.Space) []views.Tag {
	var out []views.Tag
	if sp.Verified {
		out = append(out, views.Tag{Text: "Verified", Icon: "check", Hint: "Snapshot verified this space."})
	}
	if sp.Flagged {
		out = append(out, views.Tag{Text: "Marked as spam", Tone: views.Danger, Icon: "danger"})
	}
	if sp.Deleted {
		out = append(out, views.Tag{Text: "Deleted", Tone: views.Caution, Icon: "warn"})
	}
	if sp.Hibernated {
		out = append(out, views.Tag{Text: "Asleep", Hint: "The space takes no new proposals."})
	}
	return out
}

func listURLAt(path, key, value string) string {
	return path + "?" + url.Values{key: {value}}.Encode()
}

// dao shows one DAO: its settings, its open and its latest proposals.
func (s *Server) dao(c echo.Context) error {
	id, err := pathParam(c, "ref")
	if err != nil {
		return err
	}
	now := s.Now()
	d, err := s.Store.DAO(c.Request().Context(), id, now)
	if err != nil {
		return err
	}
	row := daoRow(d)
	page := views.DAOPage{Shell: s.shell(c, row.DAO.Name, views.SectionDAOs), DAO: row.DAO, ID: d.ID, Tags: row.Tags, About: views.Clip(plainLine(d.About), 2000),
		All: views.Link{Label: "All " + views.Plural(d.Proposals, "proposal", "proposals"), Href: listURLAt("/proposals", "dao", d.ID) + "&state=all"}}
	page.Glance = []views.Fact{{Name: "Open now", Value: views.Number(float64(d.Active))}, {Name: "Proposals", Value: views.Number(float64(d.Proposals))}}
	if d.Space != nil {
		spaceFacts(&page, d.Space, now)
	} else if len(d.Governors) > 0 {
		page.Glance = append(page.Glance, views.Fact{Name: "Votes", Value: "On chain", Note: "no Snapshot space is known"})
	}
	for i := range d.Governors {
		changes, err := s.Store.SettingEvents(c.Request().Context(), d.Governors[i].ID) // a DAO has few governors
		if err != nil {
			return err
		}
		page.Governors = append(page.Governors, governorPanel(&d.Governors[i], changes[:min(len(changes), shownChanges)], now))
	}
	if err := s.daoProposals(c, &page, d.ID, now); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, page.View())
}

func spaceFacts(page *views.DAOPage, sp *governance.Space, now time.Time) {
	symbol := views.Clip(plainLine(sp.Symbol), 12)
	quorum := "none"
	if sp.Quorum > 0 {
		quorum = strings.TrimSpace(views.Compact(sp.Quorum) + " " + symbol)
	}
	page.Glance = append(page.Glance, views.Fact{Name: "Quorum", Value: quorum}, views.Fact{Name: "Voting period", Value: seconds(sp.VotingPeriod, "as the author chooses")})
	page.Settings = []views.Fact{
		{Name: "Voting delay", Value: seconds(sp.VotingDelay, "none")},
		{Name: "Chain", Value: cmp.Or(chain(sp.Network), "not named")},
		{Name: "Votes", Value: map[string]string{"": "public", "shutter": "encrypted until the end (Shutter)", "any": "public or encrypted, as the author chooses"}[sp.Privacy]},
		{Name: "Followers", Value: views.Number(float64(sp.Followers))},
		{Name: "Delegation", Value: cmp.Or(views.Clip(plainLine(sp.DelegationType), 40), "as the strategies say")},
		{Name: "Last read", Value: views.Exact(sp.Seen), Note: views.Relative(now, sp.Seen)},
	}
	for _, l := range []views.Link{{Label: "Website", Href: views.HTTPS(sp.Website)}, {Label: "Forum", Href: views.HTTPS(sp.Forum)}, {Label: "Space on Snapshot", Href: "https://snapshot.box/#/s:" + url.PathEscape(sp.ID)}} {
		if l.Href != "" {
			page.Links = append(page.Links, l)
		}
	}
	for _, st := range sp.Strategies {
		page.Strategies = append(page.Strategies, views.StrategyRow{Name: views.Clip(plainLine(st.Name), 60), Symbol: views.Clip(plainLine(st.Symbol), 20),
			Network: chain(st.Network), Address: views.ShortAddress(plainLine(st.Address)), FullAddr: plainLine(st.Address)})
	}
	for _, t := range sp.Treasuries {
		page.Treasuries = append(page.Treasuries, address(t.Name, t.Network, t.Address))
	}
	for _, group := range []views.People{people("Admins", "may change the settings", sp.Admins), people("Moderators", "may hide proposals", sp.Moderators), people("Authors", "may always propose", sp.Members)} {
		if len(group.Addresses) > 0 {
			page.People = append(page.People, group)
		}
	}
}

func seconds(n int64, none string) string {
	if n <= 0 {
		return none
	}
	return views.Span(time.Duration(n) * time.Second)
}

func address(name, network, addr string) views.AddressRow {
	addr = views.Clip(plainLine(addr), 80)
	return views.AddressRow{Name: views.Clip(plainLine(name), 60), Network: chain(network), Address: views.ShortAddress(addr), FullAddr: addr}
}

func people(name, right string, addresses []string) views.People {
	const shown = 8
	p := views.People{Name: name, Right: right}
	for i, a := range addresses {
		if i < shown {
			p.Addresses = append(p.Addresses, address("", "", a))
		} else {
			p.Folded = append(p.Folded, address("", "", a))
		}
	}
	if len(p.Folded) > 0 {
		p.Fold = views.Number(float64(len(p.Folded))) + " more"
	}
	return p
}

// own is an item on its DAO's page, which names the DAO already.
func own(i views.Item) views.Item {
	i.DAO = views.DAOName{}
	return i
}

// chainNames are the chains that most spaces use, by their ids.
var chainNames = map[string]string{"1": "Ethereum", "10": "Optimism", "56": "BNB Chain", "100": "Gnosis", "130": "Unichain", "137": "Polygon", "146": "Sonic",
	"250": "Fantom", "252": "Fraxtal", "288": "Boba", "324": "zkSync Era", "480": "World Chain", "957": "Derive", "1101": "Polygon zkEVM", "1135": "Lisk", "1284": "Moonbeam",
	"1285": "Moonriver", "5000": "Mantle", "7560": "Cyber", "8453": "Base", "34443": "Mode", "42161": "Arbitrum", "42170": "Arbitrum Nova", "42220": "Celo",
	"43114": "Avalanche", "59144": "Linea", "81457": "Blast", "167000": "Taiko", "534352": "Scroll", "7777777": "Zora", "11155111": "Sepolia"}

// chain names the chain with this id.
func chain(id string) string {
	id = views.Clip(plainLine(id), 12)
	switch {
	case chainNames[id] != "":
		return chainNames[id]
	case id == "":
		return ""
	default:
		return "chain " + id
	}
}

func (s *Server) daoProposals(c echo.Context, page *views.DAOPage, id string, now time.Time) error {
	v, err := s.valuesOf(c)
	if err != nil {
		return err
	}
	filter := store.Filter{DAO: id, Now: now, Limit: 20, Sort: store.SortDeadline, States: []governance.State{governance.Active, governance.Pending}}
	found, err := s.list(c.Request().Context(), query{Filter: filter, state: "open"}, v)
	if err != nil {
		return err
	}
	for _, it := range found.items {
		page.Open = append(page.Open, own(item(it, now)))
	}
	page.NoOpen = views.Empty{Title: "Nothing is open", Text: "This DAO has no open proposal."}
	filter.States, filter.Sort, filter.Limit = []governance.State{store.StateOver}, store.SortNewest, 10
	closed := query{Filter: filter, state: "closed"}
	if found, err = s.list(c.Request().Context(), closed, v); err != nil {
		return err
	}
	for _, it := range found.items {
		page.Recent = append(page.Recent, own(item(it, now)))
	}
	return nil
}
