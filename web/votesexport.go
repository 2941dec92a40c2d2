package web

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/store"
)

// exportedVote is a vote of an export: as its venue shows it, the choice in
// words, and the receipt where it was cast from here.
type exportedVote struct {
	governance.Vote
	Chosen  string              `json:"choice_text"`
	Receipt *governance.Receipt `json:"receipt"`
}

// votesCSV exports every vote of the account as a table.
func (s *Server) votesCSV(c echo.Context) error {
	w := csv.NewWriter(c.Response())
	w.UseCRLF = true
	err := w.Write([]string{"signed_at", "dao", "dao_name", "proposal", "title", "choice", "choice_json", "power", "power_state", "reason", "message_id", "ipfs", "app", "verified", "read_back_at"})
	if err != nil {
		return err
	}
	begin := func() { s.exportHead(c, "text/csv; charset=utf-8; header=present", "csv") }
	if err := s.eachVote(c, begin, func(v exportedVote) error { return w.Write(v.cells()) }); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

func (v exportedVote) cells() []string {
	verified, readBack := "", ""
	if r := v.Receipt; r != nil {
		verified, readBack = strconv.FormatBool(r.Verified), stamp(r.ReadBack)
	}
	cells := []string{stamp(v.Created), v.DAO, v.DAOName, string(v.Ref), v.Title, v.Chosen, string(v.Choice), strconv.FormatFloat(v.Power, 'f', -1, 64), v.State, v.Reason, v.ID, v.IPFS, v.App, verified, readBack}
	for i := range cells {
		cells[i] = cell(cells[i])
	}
	return cells
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// cell makes a text harmless for spreadsheets, which take what begins with one
// of these characters for a formula: titles and reasons are strangers' words.
func cell(s string) string {
	trimmed := strings.TrimLeft(s, " \u00a0\u200b\ufeff")
	if trimmed != "" && strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", []rune(trimmed)[0]) {
		return "'" + s
	}
	return s
}

// votesJSON exports the same as a JSON array.
func (s *Server) votesJSON(c echo.Context) error {
	out, enc, n := c.Response(), json.NewEncoder(c.Response()), 0
	begin := func() { s.exportHead(c, echo.MIMEApplicationJSON, "json") }
	err := s.eachVote(c, begin, func(v exportedVote) error {
		sep := ",\n"
		if n == 0 {
			sep = "[\n"
		}
		n++
		if _, err := io.WriteString(out, sep); err != nil {
			return err
		}
		return enc.Encode(v)
	})
	end := "]\n"
	if n == 0 {
		end = "[]\n"
	}
	if err == nil {
		_, err = io.WriteString(out, end)
	}
	return err
}

func (s *Server) exportHead(c echo.Context, kind, ending string) {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, kind)
	h.Set(echo.HeaderCacheControl, "private, no-store")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="mandate-votes-`+who(c).subject()+"-"+s.Now().UTC().Format("2006-01-02")+"."+ending+`"`)
	c.Response().WriteHeader(http.StatusOK)
}

// eachVote hands over every vote of the account, the newest first. begin is
// called once the first of them could be read.
func (s *Server) eachVote(c echo.Context, begin func(), each func(exportedVote) error) error {
	ctx, w := c.Request().Context(), who(c)
	now := s.Now()
	for f := (store.VoteFilter{Account: w.subject(), Limit: 200}); ; {
		page, err := s.Store.Votes(ctx, f)
		if err != nil {
			return err
		}
		if f.Cursor == "" {
			begin()
		}
		cast, err := s.castVotes(ctx, w.subject(), page.Items)
		if err != nil {
			return err
		}
		for i := range cast {
			v := exportedVote{Vote: page.Items[i]}
			v.Chosen, _ = cast[i].choice(now)
			if cast[i].intent != nil {
				v.Receipt = cast[i].intent.Receipt
			}
			if err := each(v); err != nil {
				return err
			}
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			return nil
		}
	}
}
