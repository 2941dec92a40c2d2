package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"mandate/governance"
)

// Caller is who a request comes from.
type Caller struct {
	Account string            // EIP-55, "" = a visitor
	Owner   bool              // of this installation
	Login   governance.Login  // of the browser; zero with a token
	Token   *governance.Token // nil = a browser
}

// SignedIn reports whether an account stands behind the request.
func (w Caller) SignedIn() bool { return w.Account != "" }

// subject is the name under which the account's things are stored.
func (w Caller) subject() string { return strings.ToLower(w.Account) }

// may reports whether the caller has a scope: a browser has all of them.
func (w Caller) may(s governance.TokenScope) bool { return w.Token == nil || w.Token.Allows(s) }

const callerKey = "caller"

// who returns the caller that identify found: a visitor where it found none.
func who(c echo.Context) Caller {
	w, _ := c.Get(callerKey).(Caller)
	return w
}

// requireAccount lets browsers pass that are signed in. Tokens are refused,
// so that a route which forgets to name its scope is closed to them, not
// open. A page sends visitors to the account page and back.
func (s *Server) requireAccount(next echo.HandlerFunc) echo.HandlerFunc {
	return s.require("", next)
}

// requireScope lets signed-in browsers pass, and tokens that have the scope.
func (s *Server) requireScope(scope governance.TokenScope) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc { return s.require(scope, next) }
}

// visitorsOr lets everybody pass who has no account, and of the others those
// whom requireScope lets pass: values work without an account.
func (s *Server) visitorsOr(scope governance.TokenScope) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		guarded := s.require(scope, next)
		return func(c echo.Context) error {
			if who(c).SignedIn() {
				return guarded(c)
			}
			return next(c)
		}
	}
}

// browsersOnly refuses tokens where nobody needs an account.
func browsersOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if who(c).Token != nil {
			return errNotForTokens()
		}
		return next(c)
	}
}

func errNotForTokens() error {
	return governance.Errorf(governance.Denied, "This is not for tokens. It takes a browser that is signed in.")
}

func (s *Server) require(scope governance.TokenScope, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		w := who(c)
		switch {
		case !w.SignedIn() && (isAPI(c) || isFragment(c)):
			return unauthorized("Sign in first: this belongs to an account.")
		case !w.SignedIn():
			return redirect(c, signInPath(c.Request()))
		case w.Token != nil && scope == "":
			return errNotForTokens()
		case w.Token != nil && !w.Token.Allows(scope):
			return governance.Errorf(governance.Denied, "This token lacks the scope “%s”.", scope)
		}
		return next(c)
	}
}

// unauthorized is the answer 401, with words of its own.
func unauthorized(words string) error {
	return echo.NewHTTPError(http.StatusUnauthorized).SetInternal(governance.Errorf(governance.Denied, "%s", words))
}

func isAPI(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, "/api/") }

// signInPath leads to the account page and, after the sign-in, back to a page
// that was asked for. A form that was sent is not sent again.
func signInPath(r *http.Request) string {
	if !isSafe(r.Method) {
		return "/account"
	}
	return "/account?next=" + url.QueryEscape(r.URL.RequestURI())
}

// ownPath returns next if it is a page of ours, else "". Browsers read
// backslashes as slashes and drop control characters, so none may be there.
func ownPath(next string) string {
	if len(next) > 2000 || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.HasPrefix(next, "/account") {
		return ""
	}
	for _, r := range next {
		if r <= ' ' || r == '\\' || r > '~' { // addresses are ASCII
			return ""
		}
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, `\`) {
		return ""
	}
	return next
}
