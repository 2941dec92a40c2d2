package web

import (
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/text"
)

//go:embed openapi.json
var openAPIDocument []byte

func (s *Server) openAPI(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=3600")
	return c.Blob(http.StatusOK, "application/vnd.oai.openapi+json;version=3.1", openAPIDocument)
}

// apiList is a page of a list: a cursor leads to the next one.
type apiList[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"`
	Total      int     `json:"total"`
}

type apiDAO struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type apiChoice struct {
	Index  int               `json:"index"`
	Label  string            `json:"label"`
	Stance governance.Stance `json:"stance"` // "" = not read yet
}

// apiProposal is a proposal as the API shows it. Lists leave out the body,
// the canonical text and the actions.
type apiProposal struct {
	Ref         governance.Ref         `json:"ref"`
	Venue       governance.VenueName   `json:"venue"`
	DAO         apiDAO                 `json:"dao"`
	Title       string                 `json:"title"`
	Body        *string                `json:"body,omitempty"`
	Text        *string                `json:"text,omitempty"`
	Type        governance.VotingType  `json:"type"`
	Choices     []apiChoice            `json:"choices"`
	State       governance.State       `json:"state"`
	Start       time.Time              `json:"start"`
	End         time.Time              `json:"end"`
	Created     time.Time              `json:"created"`
	Author      string                 `json:"author"`
	URL         string                 `json:"url"`
	ContentHash string                 `json:"content_hash"`
	Version     int                    `json:"version"`
	Deleted     bool                   `json:"deleted"`
	Flags       []governance.Flag      `json:"flags"`
	Tally       apiTally               `json:"tally"`
	Assessment  *governance.Assessment `json:"assessment"`
	Actions     *[]governance.Action   `json:"actions,omitempty"` // with a detail alone
	Findings    []governance.Finding   `json:"findings"`
	Simulation  *governance.Simulation `json:"simulation,omitempty"`
	Chain       *governance.OnChain    `json:"chain,omitempty"`
	Twins       []governance.Twin      `json:"twins,omitempty"`
	Inspected   *time.Time             `json:"inspected,omitempty"` // nil = not yet, or nothing to inspect
	Versions    []governance.Version   `json:"versions,omitempty"`
}

type apiTally struct {
	Scores     []float64 `json:"scores"`
	Total      float64   `json:"total"`
	Quorum     float64   `json:"quorum"`
	QuorumType string    `json:"quorum_type"`
	Voters     int       `json:"voters"`
	State      string    `json:"state"`
}

func proposalJSON(p *governance.Proposal, f governance.Facts, a *governance.Assessment, now time.Time) apiProposal {
	out := apiProposal{
		Ref: p.Ref, Venue: p.Ref.Venue(), DAO: apiDAO{p.DAO, p.DAOName}, Title: p.Title, Type: p.Type, Choices: []apiChoice{}, State: p.StateAt(now),
		Start: p.Start.UTC(), End: p.End.UTC(), Created: p.Created.UTC(), Author: p.Author, URL: p.URL, ContentHash: p.ContentHash, Version: p.Version,
		Deleted: p.Deleted, Flags: append([]governance.Flag{}, f.Flags...), Assessment: a, Findings: []governance.Finding{},
		Tally: apiTally{Scores: append([]float64{}, p.Tally.Scores...), Total: p.Tally.Total, Quorum: p.Quorum, QuorumType: p.QuorumType, Voters: p.Tally.Voters, State: p.Tally.State},
	}
	if p.Flagged && !slices.Contains(out.Flags, governance.FlagSpam) {
		out.Flags = append(out.Flags, governance.FlagSpam)
	}
	for i, label := range p.Choices {
		c := apiChoice{Index: i + p.FirstIndex(), Label: label}
		if i < len(f.Choices) {
			c.Stance = f.Choices[i].Stance
		}
		out.Choices = append(out.Choices, c)
	}
	return out
}

func (s *Server) apiProposals(c echo.Context) error {
	q, err := parseQuery(c.QueryParams(), s.Now(), "all")
	if err != nil {
		return err
	}
	if q.state == "closed" { // the state that items have, not the pages' "closed", which is all that is over
		q.States = []governance.State{governance.Closed}
	}
	v, err := s.valuesOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	found, err := s.list(ctx, q, v)
	if err != nil {
		return err
	}
	var hashes []string
	for _, it := range found.items {
		hashes = append(hashes, it.Proposal.ContentHash)
	}
	assessments, err := s.Store.Assessments(ctx, hashes)
	if err != nil {
		return err
	}
	out := apiList[apiProposal]{Items: []apiProposal{}, Total: found.total}
	if found.next != "" {
		out.NextCursor = &found.next
	}
	for i := range found.items {
		p := &found.items[i].Proposal
		out.Items = append(out.Items, proposalJSON(p, found.items[i].Facts, assessments[p.ContentHash], q.Now))
	}
	return sendJSON(c, out)
}

func (s *Server) apiProposal(c echo.Context) error {
	ref, err := pathRef(c)
	if err != nil {
		return err
	}
	d, err := s.Store.Proposal(c.Request().Context(), ref)
	if err != nil {
		return err
	}
	out := proposalJSON(&d.Proposal, d.Facts, d.Assessment, s.Now())
	canonical := text.Plain(&d.Proposal).Text
	out.Body, out.Text, out.Versions, out.Actions = &d.Proposal.Body, &canonical, d.Versions, &[]governance.Action{}
	sh, err := s.shieldOf(c.Request().Context(), &d)
	if err != nil {
		return err
	}
	out.Chain, out.Twins = d.Proposal.OnChain, sh.twins
	if in := sh.inspection; in != nil && in.ContentHash == d.Proposal.ContentHash {
		made := in.Made.UTC()
		actions := append([]governance.Action{}, in.Actions...)
		out.Actions, out.Findings, out.Simulation, out.Inspected = &actions, append([]governance.Finding{}, in.Findings...), in.Simulation, &made
	}
	return sendJSON(c, out)
}

// apiScore says what the caller's values say about a proposal.
func (s *Server) apiScore(c echo.Context) error {
	ref, err := pathRef(c)
	if err != nil {
		return err
	}
	d, err := s.Store.Proposal(c.Request().Context(), ref)
	if err != nil {
		return err
	}
	if d.Assessment == nil {
		return governance.Errorf(governance.NotFound, "This proposal is not explained yet, so it has no score.")
	}
	v, err := s.valuesOf(c)
	if err != nil {
		return err
	}
	sc := score(d.Facts, v, s.Now())
	sc.Choices, sc.Contributions = append([]governance.ChoiceScore{}, sc.Choices...), append([]governance.Contribution{}, sc.Contributions...)
	return sendJSON(c, sc)
}

func (s *Server) apiDAOs(c echo.Context) error {
	all, err := s.Store.DAOs(c.Request().Context(), s.Now())
	if err != nil {
		return err
	}
	return sendJSON(c, apiList[governance.DAO]{Items: append([]governance.DAO{}, all...), Total: len(all)})
}

func (s *Server) apiValues(c echo.Context) error {
	v, err := s.valuesOf(c)
	if err != nil {
		return err
	}
	return sendJSON(c, valuesJSON(v))
}

func valuesJSON(v governance.Values) governance.Values {
	v.Principles, v.Rules = append([]governance.Principle{}, v.Principles...), append([]governance.Rule{}, v.Rules...)
	return v
}

// apiSaveValues takes new values. A statement without principles is compiled.
func (s *Server) apiSaveValues(c echo.Context) error {
	var in struct {
		Statement  *string                `json:"statement"`
		Principles []governance.Principle `json:"principles"`
		Rules      []governance.Rule      `json:"rules"`
		Version    int                    `json:"version"`   // ignored: what GET gave may be sent back
		Signature  string                 `json:"signature"` // ignored: a signature belongs to one version
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	v, err := s.valuesOf(c)
	if err != nil {
		return err
	}
	saved := v
	v.Signature = ""
	if in.Statement != nil {
		v.Statement = *in.Statement
	}
	if in.Principles != nil {
		v.Principles = in.Principles
	}
	if in.Rules != nil {
		v.Rules = in.Rules
	}
	if in.Statement != nil && in.Principles == nil {
		if v, err = s.compile(c, saved, v); err != nil {
			return err
		}
	}
	v = governance.NormalizeValues(v)
	if err := v.Check(); err != nil {
		return err
	}
	if v, err = s.Store.SaveValues(c.Request().Context(), s.newSubject(c), v); err != nil {
		return err
	}
	// Typed data to sign comes with sign-in; until then values advise only.
	return sendJSON(c, map[string]any{"values": valuesJSON(v), "typed_data": nil, "digest": nil})
}

// readJSON decodes exactly one JSON value without unknown fields.
func readJSON(c echo.Context, into any) error {
	if !strings.HasPrefix(c.Request().Header.Get(echo.HeaderContentType), echo.MIMEApplicationJSON) {
		return echo.NewHTTPError(http.StatusUnsupportedMediaType)
	}
	dec := json.NewDecoder(c.Request().Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return echo.NewHTTPError(http.StatusRequestEntityTooLarge)
	case err != nil:
		return &governance.Error{Code: governance.Invalid, Message: "The body is not the JSON that is expected here: " + jsonFault(err), Cause: err}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return governance.Errorf(governance.Invalid, "There is something behind the JSON value.")
	}
	return nil
}

// jsonFault names the field or place, never the value.
func jsonFault(err error) string {
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrongType):
		return "the field " + wrongType.Field + " has another type."
	case errors.As(err, &syntax):
		return "it is not valid JSON."
	case strings.Contains(err.Error(), "unknown field"):
		return "it has a field that is not known."
	default:
		return "it ends too early."
	}
}

func sendJSON(c echo.Context, v any) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	return c.JSON(http.StatusOK, v)
}
