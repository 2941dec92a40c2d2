package web

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"mandate/governance"
)

// Limits of personal tokens.
const (
	maxTokens    = 20
	maxTokenName = 60 // characters
	maxTokenDays = 366
)

// tokenPrefix makes a token that got somewhere it should not be easy to find.
const tokenPrefix = "mandate_"

func (s *Server) apiTokens(c echo.Context) error {
	all, err := s.Store.Tokens(c.Request().Context(), who(c).subject())
	if err != nil {
		return err
	}
	return sendJSON(c, apiList[governance.Token]{Items: append([]governance.Token{}, all...), Total: len(all)})
}

// apiNewToken makes a token and shows its secret, this once.
func (s *Server) apiNewToken(c echo.Context) error {
	var in struct {
		Name    string                  `json:"name"`
		Scopes  []governance.TokenScope `json:"scopes"`
		Expires time.Time               `json:"expires"`
	}
	if err := readJSON(c, &in); err != nil {
		return err
	}
	secret, t, err := s.newToken(c, in.Name, in.Scopes, in.Expires)
	if err != nil {
		return err
	}
	return sendJSON(c, map[string]any{"token": secret, "id": t.ID, "name": t.Name, "scopes": t.Scopes, "expires": t.Expires.UTC()})
}

// newToken checks and stores a token. It needs a fresh signature, so that who
// finds an open browser cannot make a key to keep.
func (s *Server) newToken(c echo.Context, name string, scopes []governance.TokenScope, expires time.Time) (secret string, t governance.Token, err error) {
	if err := s.requireFresh(c); err != nil {
		return "", t, err
	}
	now, ctx, account := s.Now(), c.Request().Context(), who(c).subject()
	if t, err = tokenOf(name, scopes, expires, now); err != nil {
		return "", t, err
	}
	held, err := s.Store.Tokens(ctx, account)
	if err != nil {
		return "", t, err
	}
	if len(held) >= maxTokens {
		return "", t, governance.Errorf(governance.Conflict, "An account has at most %d tokens. Revoke one that is not used any more.", maxTokens)
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // crypto/rand never fails: it aborts the program
	secret = tokenPrefix + base64.RawURLEncoding.EncodeToString(raw)
	t.ID, t.Account, t.Created = randomHex(16), account, now
	return secret, t, s.Store.AddToken(ctx, t, secret)
}

// tokenOf checks what a person asked for.
func tokenOf(name string, scopes []governance.TokenScope, expires, now time.Time) (governance.Token, error) {
	t := governance.Token{Name: plainLine(strings.TrimSpace(name)), Expires: expires}
	if t.Name == "" || utf8.RuneCountInString(t.Name) > maxTokenName {
		return t, governance.Errorf(governance.Invalid, "A token needs a name of at most %d characters, which says what it is for.", maxTokenName)
	}
	for _, scope := range governance.TokenScopes() {
		if slices.Contains(scopes, scope) {
			t.Scopes = append(t.Scopes, scope)
		}
	}
	for _, scope := range scopes {
		if !slices.Contains(governance.TokenScopes(), scope) {
			return t, governance.Errorf(governance.Invalid, "A scope is read, values or vote.")
		}
	}
	switch {
	case len(t.Scopes) == 0:
		return t, governance.Errorf(governance.Invalid, "A token needs at least one scope: read, values or vote.")
	case !expires.After(now):
		return t, governance.Errorf(governance.Invalid, "A token has to expire at a time in the future.")
	case expires.After(now.AddDate(0, 0, maxTokenDays)):
		return t, governance.Errorf(governance.Invalid, "A token counts for at most one year.")
	}
	return t, nil
}

func (s *Server) apiEndToken(c echo.Context) error {
	if err := s.endToken(c, c.Param("id")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// endToken revokes a token of the caller. Another account's is not found.
func (s *Server) endToken(c echo.Context, id string) error {
	err := error(governance.Errorf(governance.NotFound, "no id"))
	if isID(id) {
		err = s.Store.EndToken(c.Request().Context(), who(c).subject(), id)
	}
	if governance.CodeOf(err) == governance.NotFound {
		return governance.Errorf(governance.NotFound, "There is no such token. It may have been revoked already.")
	}
	return err
}
