package web

import (
	"context"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"mandate/governance"
	"mandate/governance/ballot"
)

// What a session holds.
const (
	visitorKey = "visitor" // the name under which a visitor's values are kept
	loginKey   = "login"   // the id of a login
)

// How long a login lasts.
const (
	loginLife  = 7 * 24 * time.Hour // from the signature, however much it is used
	loginIdle  = 12 * time.Hour     // without a request
	loginTouch = 5 * time.Minute    // how exact its last use is
)

// newSessions keeps sessions in our database. Over https the cookie has the
// __Host- prefix; on loopback http browsers refuse that, so it has none.
func (s *Server) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store = s.Store.Sessions()
	m.Lifetime = 90 * 24 * time.Hour
	m.Cookie.Name = s.cookieName("mandate")
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Path = "/"
	m.Cookie.Secure = s.secure()
	return m
}

func (s *Server) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// withSession finds out who asks, by token or by session, and writes the
// session back before the answer begins. A visitor who changes nothing gets
// no cookie and costs no query.
func (s *Server) withSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store") // unless the handler knows better
		if secret, ok := bearer(c.Request()); ok {
			return s.withToken(c, secret, next)
		}
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
		caller, err := s.signedIn(ctx)
		if err != nil {
			return err
		}
		c.Set(callerKey, caller)
		return next(c)
	}
}

// findCaller looks who asks for a page that is not there. What fails leaves a
// visitor.
func (s *Server) findCaller(c echo.Context) {
	cookie, err := c.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return
	}
	ctx, err := s.sessions.Load(c.Request().Context(), cookie.Value)
	if err != nil {
		return
	}
	if caller, err := s.signedIn(ctx); err == nil {
		c.Set(callerKey, caller)
	}
}

// signedIn is whom the session's login belongs to. A login that was ended,
// has expired, lay idle, or belongs to somebody who may not sign in any more
// ends the session with it.
func (s *Server) signedIn(ctx context.Context) (Caller, error) {
	id := s.sessions.GetString(ctx, loginKey)
	if id == "" {
		return Caller{}, nil
	}
	login, err := s.Store.Login(ctx, id)
	if governance.CodeOf(err) == governance.NotFound {
		return Caller{}, s.sessions.Destroy(ctx)
	}
	if err != nil {
		return Caller{}, err
	}
	in, owner, err := s.admitted(ctx, login.Account)
	if err != nil {
		return Caller{}, err
	}
	now := s.Now()
	idle := now.Sub(login.Seen)
	if !in || idle > loginIdle {
		return Caller{}, s.endSession(ctx, login)
	}
	if idle >= loginTouch {
		err := s.Store.TouchLogin(ctx, id, now)
		if governance.CodeOf(err) == governance.NotFound { // ended this very moment
			return Caller{}, s.sessions.Destroy(ctx)
		}
		if err != nil {
			return Caller{}, err
		}
		login.Seen = now
	}
	account, err := ballot.Checksum(login.Account)
	return Caller{Account: account, Owner: owner, Login: login}, err
}

// endSession ends a login and the session that holds it.
func (s *Server) endSession(ctx context.Context, login governance.Login) error {
	if err := s.Store.EndLogin(ctx, login.Account, login.ID); err != nil && governance.CodeOf(err) != governance.NotFound {
		return err
	}
	return s.sessions.Destroy(ctx)
}

// bearer is the personal token of a request to the API. Other paths and other
// schemes have none: a proxy in front may use the header for itself.
func bearer(r *http.Request) (string, bool) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(secret), strings.EqualFold(scheme, "Bearer") && strings.HasPrefix(r.URL.Path, "/api/v1/")
}

// withToken answers as the token's account, without any session: a cookie
// that came along is not looked at and none is set.
func (s *Server) withToken(c echo.Context, secret string, next echo.HandlerFunc) error {
	ctx, err := s.sessions.Load(c.Request().Context(), "")
	if err != nil {
		return err
	}
	c.SetRequest(c.Request().WithContext(ctx))
	c.Response().Header().Add("Vary", "Authorization")
	token, err := s.Store.TokenBy(ctx, secret)
	if err != nil && governance.CodeOf(err) != governance.NotFound {
		return err
	}
	in, owner := false, false
	if err == nil {
		if in, owner, err = s.admitted(ctx, token.Account); err != nil {
			return err
		}
	}
	if !in {
		c.Response().Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		return unauthorized("This token is not valid: it is unknown, was revoked, or has expired.")
	}
	account, err := ballot.Checksum(token.Account)
	if err != nil {
		return err
	}
	c.Set(callerKey, Caller{Account: account, Owner: owner, Token: &token})
	return next(c)
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
	return s.visitor(c.Request().Context())
}

// visitor is the subject of somebody without an account, "" = none yet.
func (s *Server) visitor(ctx context.Context) string {
	if id := s.sessions.GetString(ctx, visitorKey); id != "" {
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
