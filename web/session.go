package web

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
)

const visitorKey = "visitor"

// newSessions keeps sessions in our database. Over https the cookie has the
// __Host- prefix; on loopback http browsers refuse that, so it has none.
func (s *Server) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store = s.Store.Sessions()
	m.Lifetime = 90 * 24 * time.Hour
	m.Cookie.Name = "mandate"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Path = "/"
	if s.secure() {
		m.Cookie.Name, m.Cookie.Secure = "__Host-mandate", true
	}
	return m
}

// withSession loads the session and writes it back before the answer begins.
// A visitor who changes nothing gets no cookie and costs no query.
func (s *Server) withSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		var token string
		if cookie, err := c.Cookie(s.sessions.Cookie.Name); err == nil {
			token = cookie.Value
		}
		ctx, err := s.sessions.Load(c.Request().Context(), token)
		if err != nil {
			return err
		}
		c.SetRequest(c.Request().WithContext(ctx))
		c.Response().Before(func() { s.commitSession(ctx, c) })
		return next(c)
	}
}

func (s *Server) commitSession(ctx context.Context, c echo.Context) {
	c.Response().Header().Add("Vary", "Cookie")
	switch s.sessions.Status(ctx) {
	case scs.Modified:
		token, expiry, err := s.sessions.Commit(context.WithoutCancel(ctx))
		if err != nil {
			s.log(c).ErrorContext(ctx, "the session could not be kept", "err", err)
			return
		}
		s.sessions.WriteSessionCookie(ctx, c.Response(), token, expiry)
	case scs.Destroyed:
		s.sessions.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	}
}

// subject is under what name the caller's values are kept: the lower-case
// account, or a name in the visitor's session, "" = nothing kept yet.
func (s *Server) subject(c echo.Context) string {
	if w := who(c); w.SignedIn() {
		return w.subject()
	}
	if id := s.sessions.GetString(c.Request().Context(), visitorKey); id != "" {
		return "session:" + id
	}
	return ""
}

// newSubject is subject, making one where there is none.
func (s *Server) newSubject(c echo.Context) string {
	if s.subject(c) == "" {
		s.sessions.Put(c.Request().Context(), visitorKey, randomHex(16))
	}
	return s.subject(c)
}

func stack() string { return string(debug.Stack()) }
