package web

import (
	"encoding/hex"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"mandate/governance"
)

// apiLogin is a signed-in browser as its account sees it.
type apiLogin struct {
	governance.Login
	Current bool `json:"current"` // the browser that asks
}

// apiSignOut ends the login of this browser.
func (s *Server) apiSignOut(c echo.Context) error {
	if err := s.endSession(c.Request().Context(), who(c).Login); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) apiLogins(c echo.Context) error {
	w := who(c)
	all, err := s.Store.Logins(c.Request().Context(), w.subject())
	if err != nil {
		return err
	}
	out := apiList[apiLogin]{Items: []apiLogin{}, Total: len(all)}
	for _, l := range all {
		l.Created, l.Seen, l.Expires = l.Created.UTC(), l.Seen.UTC(), l.Expires.UTC()
		out.Items = append(out.Items, apiLogin{Login: l, Current: l.ID == w.Login.ID})
	}
	return sendJSON(c, out)
}

func (s *Server) apiEndLogin(c echo.Context) error {
	if err := s.endLogin(c, c.Param("id")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// endLogin signs one browser of the caller out. Another account's is not
// found.
func (s *Server) endLogin(c echo.Context, id string) error {
	w, ctx := who(c), c.Request().Context()
	if id == w.Login.ID {
		return s.endSession(ctx, w.Login)
	}
	err := error(governance.Errorf(governance.NotFound, "no id"))
	if isID(id) {
		err = s.Store.EndLogin(ctx, w.subject(), id)
	}
	if governance.CodeOf(err) == governance.NotFound {
		return governance.Errorf(governance.NotFound, "There is no such session. It may have ended already.")
	}
	return err
}

// isID reports whether a text looks like an id that we gave.
func isID(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 16
}

// apiEndLogins signs every browser of the caller out, this one too.
func (s *Server) apiEndLogins(c echo.Context) error {
	if err := s.endLogins(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) endLogins(c echo.Context) error {
	ctx := c.Request().Context()
	if _, err := s.Store.EndLogins(ctx, who(c).subject()); err != nil {
		return err
	}
	return s.sessions.Destroy(ctx)
}

// freshFor is how long a signature counts for what takes a new one.
const freshFor = 5 * time.Minute

// requireFresh refuses what takes a wallet signature of the last minutes.
func (s *Server) requireFresh(c echo.Context) error {
	if s.Now().Sub(who(c).Login.Created) <= freshFor {
		return nil
	}
	return governance.Errorf(governance.Denied, "Sign again: this needs a sign-in with your wallet that is not older than 5 minutes.")
}
