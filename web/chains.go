package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/views"
)

// Nodes are what chains are read with. Its methods are safe for concurrent
// use; Choose and Forget return Invalid, Conflict and the store's errors.
type Nodes interface {
	States() []NodeState
	Offers() []NodeOffer
	Choose(ctx context.Context, by string, chain uint64, address string) error
	Forget(ctx context.Context, chain uint64, host string) error
}

// NodeState is how one node does. Host is all of its address that is shown.
type NodeState struct {
	Chain  uint64
	Host   string
	OK     bool
	Asked  bool
	Error  string
	Latest uint64
	Chosen bool // at run time, not by the settings
}

// NodeOffer is a public endpoint that an owner may choose.
type NodeOffer struct {
	Chain  uint64
	Name   string
	URL    string
	Limits string
	Learns string
}

// chains shows the chains that are read, with their nodes and governors.
func (s *Server) chains(c echo.Context) error {
	return s.chainsPage(c, http.StatusOK, views.GovernorForm{}, views.OwnNodeForm{})
}

func (s *Server) chainsPage(c echo.Context, status int, form views.GovernorForm, own views.OwnNodeForm) error {
	governors, err := s.Store.Governors(c.Request().Context())
	if err != nil {
		return err
	}
	page := views.ChainsPage{Shell: s.shell(c, "Chains", views.SectionDAOs), Owner: who(c).Owner, Form: form, Own: own}
	page.Own.Chain = cmp.Or(own.Chain, "1")
	rows := map[uint64]*views.ChainRow{}
	at := func(id uint64) *views.ChainRow {
		if rows[id] == nil {
			text := strconv.FormatUint(id, 10)
			rows[id] = &views.ChainRow{ID: text, Name: chain(text)}
		}
		return rows[id]
	}
	for _, n := range s.nodeStates(c) {
		row := at(n.Chain)
		row.Nodes = append(row.Nodes, nodeRow(n))
	}
	if s.Nodes != nil {
		for _, o := range s.Nodes.Offers() {
			row, u := at(o.Chain), hostOf(o.URL)
			if slices.ContainsFunc(row.Nodes, func(n views.NodeRow) bool { return n.Host == u }) {
				continue // in use
			}
			row.Offers = append(row.Offers, views.NodeOffer{URL: o.URL, Name: o.Name, Host: u, Limits: o.Limits, Learns: o.Learns})
		}
	}
	read := 0
	for i := range governors {
		g := &governors[i]
		row := at(g.Chain)
		row.Governors = append(row.Governors, governorRow(g))
		if g.Fault == "" && !g.Checked.IsZero() {
			read++
		}
	}
	for _, id := range sortedChains(rows) {
		row := rows[id]
		if len(row.Nodes) > 0 {
			page.Form.Chains = append(page.Form.Chains, views.Option{Value: row.ID, Label: row.Name, Selected: row.ID == c.FormValue("chain")})
		}
		switch len(row.Nodes) {
		case 0:
			row.Advice = "No node is set. Nothing of this chain is read."
		case 1:
			row.Advice = "One node: what it says is believed. With a second one of another operator, what matters for a vote must agree."
		default:
			row.Offers = nil
		}
		if len(row.Nodes)+len(row.Governors) == 0 {
			page.Others = append(page.Others, *row)
			continue
		}
		page.Chains = append(page.Chains, *row)
	}
	chains := len(page.Form.Chains)
	page.Heading = numberWord(chains, "chain is read.", "chains are read.")
	page.Lead = views.Plural(read, "Governor contract is read from its chain, by no third party’s index.", "Governor contracts are read from their chains, by no third party’s index.")
	if chains == 0 {
		page.Heading, page.Lead = "No chain is read yet.", "Governor contracts are not read yet, because no node of their chains is set. Choose a public endpoint below, or use a node of your own."
	}
	return s.render(c, status, page.View())
}

// hostOf is all of a node's address that is shown: the rest may be a key.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// noNode reports that chains could be read, and none is.
func (s *Server) noNode() bool { return s.Nodes != nil && len(s.Nodes.States()) == 0 }

// sortedChains puts chains with nodes first, then those with governors, then by id.
func sortedChains(rows map[uint64]*views.ChainRow) []uint64 {
	ids := make([]uint64, 0, len(rows))
	for id := range rows {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b uint64) int {
		return cmp.Or(cmp.Compare(min(1, len(rows[b].Nodes)), min(1, len(rows[a].Nodes))), cmp.Compare(min(1, len(rows[b].Governors)), min(1, len(rows[a].Governors))), cmp.Compare(a, b))
	})
	return ids
}

// nodeStates are the nodes as the caller may see them: some providers put a
// key into the host's name, so that it is told to owners alone.
func (s *Server) nodeStates(c echo.Context) []NodeState {
	if s.Nodes == nil {
		return nil
	}
	list := s.Nodes.States()
	if who(c).Owner {
		return list
	}
	for i := range list {
		n := &list[i]
		n.Host = "node " + strconv.Itoa(i+1)
		if n.Error != "" {
			n.Error = "It does not answer as it should."
		}
	}
	return list
}

func nodeRow(n NodeState) views.NodeRow {
	row := views.NodeRow{Host: n.Host, OK: n.OK, Chosen: n.Chosen, State: "not asked yet"}
	switch {
	case n.Error != "":
		row.State = views.Clip(plainLine(n.Error), 200)
	case n.Latest > 0:
		row.State = "answers, block " + views.Number(float64(n.Latest))
	case n.Asked:
		row.State = "answers"
	default:
		row.OK = true
	}
	return row
}

func governorRow(g *governance.Governor) views.GovernorRow {
	row := views.GovernorRow{ID: g.ID, Name: views.Clip(plainLine(cmp.Or(g.DAOName, g.Name, g.Address)), 60), Address: g.Address, Kind: familyName(g.Family), Listed: g.Listed,
		Fault: views.Clip(plainLine(g.Fault), 240), State: "waits for its check"}
	if !g.Checked.IsZero() && g.Fault == "" {
		row.Href, row.State = daoPath(g.DAO), "read"
		if g.ReadOnly != "" {
			row.State = "read, not voted on from here: " + plainLine(g.ReadOnly)
		}
	}
	return row
}

// chainsForm does what the pressed button of the page says. Owners alone may:
// a node learns what is asked, and a governor costs requests.
func (s *Server) chainsForm(c echo.Context) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	if err := mustOwn(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	switch form.Get("do") {
	case "add":
		g, err := s.addGovernor(ctx, form.Get("chain"), form.Get("address"), form.Get("dao"))
		if err != nil {
			if governance.CodeOf(err) == governance.Internal {
				return err
			}
			return s.chainsPage(c, http.StatusUnprocessableEntity, views.GovernorForm{Address: form.Get("address"), DAO: form.Get("dao"), Error: governance.MessageOf(err)}, views.OwnNodeForm{})
		}
		return redirect(c, daoPath(g.DAO))
	case "remove":
		err = s.Store.RemoveGovernor(ctx, strings.ToLower(form.Get("governor")))
	case "choose":
		err = s.chooseNode(ctx, who(c).Account, form.Get("chain"), form.Get("url"))
		if err != nil && governance.CodeOf(err) != governance.Internal {
			return s.chainsPage(c, http.StatusUnprocessableEntity, views.GovernorForm{}, views.OwnNodeForm{Chain: form.Get("chain"), Error: governance.MessageOf(err)})
		}
	case "forget":
		err = s.forgetNode(ctx, form.Get("chain"), form.Get("host"))
	default:
		err = governance.Errorf(governance.Invalid, "The form holds a button that is not known.")
	}
	if err != nil {
		return err
	}
	if id, err := parseChain(form.Get("chain")); err == nil && form.Get("do") == "choose" {
		return redirect(c, "/chains#chain-"+strconv.FormatUint(id, 10))
	}
	return redirect(c, "/chains")
}

// mustOwn refuses everybody but owners.
func mustOwn(c echo.Context) error {
	if !who(c).Owner {
		return governance.Errorf(governance.Denied, "Only an owner of this Mandate may change what is read.")
	}
	return nil
}

func parseChain(text string) (uint64, error) {
	id, err := strconv.ParseUint(strings.TrimSpace(text), 10, 53)
	if err != nil || id == 0 {
		return 0, governance.Errorf(governance.Invalid, "A chain is named by its id, like 1 for Ethereum.")
	}
	return id, nil
}

func (s *Server) addGovernor(ctx context.Context, chainID, address, dao string) (governance.Governor, error) {
	id, err := parseChain(chainID)
	if err != nil {
		return governance.Governor{}, err
	}
	_, address, err = governance.ParseGovernorID("eip155:" + strconv.FormatUint(id, 10) + ":" + strings.TrimSpace(address))
	if err != nil {
		return governance.Governor{}, governance.Errorf(governance.Invalid, "An address is 0x and 40 hexadecimal digits.")
	}
	return s.Agent.AddGovernor(ctx, id, address, strings.TrimSpace(dao))
}

func (s *Server) chooseNode(ctx context.Context, by, chainID, address string) error {
	id, err := parseChain(chainID)
	if err != nil {
		return err
	}
	if s.Nodes == nil {
		return governance.Errorf(governance.Denied, "Nodes cannot be chosen here.")
	}
	return s.Nodes.Choose(ctx, by, id, strings.TrimSpace(address))
}

func (s *Server) forgetNode(ctx context.Context, chainID, host string) error {
	id, err := parseChain(chainID)
	if err != nil || s.Nodes == nil {
		return err
	}
	return s.Nodes.Forget(ctx, id, host)
}

// apiGovernors lists the governors with what the detector found.
func (s *Server) apiGovernors(c echo.Context) error {
	list, err := s.Store.Governors(c.Request().Context())
	if err != nil {
		return err
	}
	return sendJSON(c, apiList[governance.Governor]{Items: append([]governance.Governor{}, list...), Total: len(list)})
}

// apiAddGovernor checks a governor on its chain and has it read.
func (s *Server) apiAddGovernor(c echo.Context) error {
	var in struct {
		Chain   uint64 `json:"chain_id"`
		Address string `json:"address"`
		DAO     string `json:"dao"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := mustOwn(c); err != nil {
		return err
	}
	g, err := s.addGovernor(c.Request().Context(), strconv.FormatUint(in.Chain, 10), in.Address, in.DAO)
	if err != nil {
		return err
	}
	return sendJSON(c, g)
}

// apiRemoveGovernor stops reading a governor; what was read stays.
func (s *Server) apiRemoveGovernor(c echo.Context) error {
	if err := mustOwn(c); err != nil {
		return err
	}
	id, err := pathParam(c, "governor")
	if err != nil {
		return err
	}
	if err := s.Store.RemoveGovernor(c.Request().Context(), strings.ToLower(id)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// apiNodes lists nodes and the endpoints on offer.
func (s *Server) apiNodes(c echo.Context) error {
	type state struct {
		Chain  uint64 `json:"chain_id"`
		Host   string `json:"host"`
		OK     bool   `json:"ok"`
		Error  string `json:"error"`
		Latest uint64 `json:"latest_block"`
		Chosen bool   `json:"chosen"`
	}
	type offer struct {
		Chain  uint64 `json:"chain_id"`
		Name   string `json:"name"`
		URL    string `json:"url"`
		Limits string `json:"limits"`
		Learns string `json:"learns"`
	}
	out := struct {
		Items  []state `json:"items"`
		Offers []offer `json:"offers"`
	}{[]state{}, []offer{}}
	for _, n := range s.nodeStates(c) {
		out.Items = append(out.Items, state{n.Chain, n.Host, n.OK, n.Error, n.Latest, n.Chosen})
	}
	if s.Nodes != nil {
		for _, o := range s.Nodes.Offers() {
			out.Offers = append(out.Offers, offer(o))
		}
	}
	return sendJSON(c, out)
}

// apiChooseNode has a chain read from a node of the owner's choice.
func (s *Server) apiChooseNode(c echo.Context) error {
	var in struct {
		Chain uint64 `json:"chain_id"`
		URL   string `json:"url"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if err := mustOwn(c); err != nil {
		return err
	}
	if err := s.chooseNode(c.Request().Context(), who(c).Account, strconv.FormatUint(in.Chain, 10), in.URL); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// apiForgetNode lets a chosen node go, named by its host.
func (s *Server) apiForgetNode(c echo.Context) error {
	if err := mustOwn(c); err != nil {
		return err
	}
	if err := s.forgetNode(c.Request().Context(), c.Param("chain"), c.QueryParam("host")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
