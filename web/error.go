package web

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mandate/governance"
)

// statusOf is the one table from error codes to HTTP.
func statusOf(code governance.Code) int {
	switch code {
	case governance.Invalid:
		return http.StatusBadRequest
	case governance.Denied:
		return http.StatusForbidden
	case governance.NotFound:
		return http.StatusNotFound
	case governance.Conflict:
		return http.StatusConflict
	case governance.Limited:
		return http.StatusTooManyRequests
	case governance.Upstream:
		return http.StatusBadGateway
	default:
		return http.StatusInternalServerError
	}
}

// codeOf is its inverse for errors that echo makes itself (no route, wrong
// method, body too large).
func codeOf(status int) governance.Code {
	switch {
	case status == http.StatusNotFound:
		return governance.NotFound
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return governance.Denied
	case status == http.StatusConflict:
		return governance.Conflict
	case status == http.StatusTooManyRequests || status == http.StatusRequestEntityTooLarge:
		return governance.Limited
	case status >= 500:
		return governance.Internal
	default:
		return governance.Invalid
	}
}

// problem is an RFC 9457 problem body.
type problem struct {
	Type      string          `json:"type"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail"`
	Code      governance.Code `json:"code"`
	RequestID string          `json:"request_id"`
}

// onError is the one door for errors: code to status, message to the user,
// cause to the log. Everything under /api answers in JSON, the rest as a page.
func (s *Server) onError(err error, c echo.Context) {
	if c.Response().Committed {
		s.log(c).Error("failed after the answer began", "err", err)
		return
	}
	p := s.problemOf(err, c)
	if p.Status >= 500 {
		s.log(c).Error("request failed", "status", p.Status, "err", err)
	}
	if wait := governance.WaitOf(err); wait > 0 && c.Response().Header().Get("Retry-After") == "" {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	var send error
	if strings.HasPrefix(c.Request().URL.Path, "/api/") {
		c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
		c.Response().WriteHeader(p.Status)
		send = c.Echo().JSONSerializer.Serialize(c, p, "")
	} else {
		send = s.errorPage(c, p)
	}
	if send != nil {
		s.log(c).Warn("the error could not be sent", "err", send)
	}
}

func (s *Server) problemOf(err error, c echo.Context) problem {
	p := problem{Type: "about:blank", RequestID: requestID(c)}
	var he *echo.HTTPError
	switch {
	case errors.As(err, &he):
		p.Status, p.Code = he.Code, codeOf(he.Code)
		p.Detail = echoMessage(he.Code)
		if own := (*governance.Error)(nil); errors.As(he.Internal, &own) {
			p.Detail = governance.MessageOf(own)
		}
	default:
		p.Code = governance.CodeOf(err)
		p.Status, p.Detail = statusOf(p.Code), governance.MessageOf(err)
	}
	p.Title = http.StatusText(p.Status)
	return p
}

func echoMessage(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is no such page."
	case http.StatusMethodNotAllowed:
		return "This page does not take that kind of request."
	case http.StatusRequestEntityTooLarge:
		return "That is more data than is taken here."
	case http.StatusUnsupportedMediaType:
		return "The body must be JSON or a form."
	case http.StatusForbidden:
		return "This request came from another site and was refused."
	case http.StatusTooManyRequests:
		return "Too many requests. Wait a minute and try again."
	default:
		return "The request could not be understood."
	}
}
