package web

import (
	"bytes"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// render writes a page or a fragment. It is rendered whole before its status
// is written, so an error never follows half a page; the buffers are reused.
func (s *Server) render(c echo.Context, status int, page templ.Component) error {
	if into, ok := c.Request().Context().Value(captureKey{}).(*templ.Component); ok {
		*into = page
	}
	b, ok := s.buffers.Get().(*bytes.Buffer)
	if !ok {
		b = new(bytes.Buffer)
	}
	defer s.buffers.Put(b)
	b.Reset()
	if err := page.Render(c.Request().Context(), b); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	return c.HTMLBlob(status, b.Bytes())
}

// isFragment reports whether htmx asks for a part of the page.
func isFragment(c echo.Context) bool {
	return c.Request().Header.Get("HX-Request") == "true" && c.Request().Header.Get("HX-History-Restore-Request") != "true"
}

func redirect(c echo.Context, path string) error { return c.Redirect(http.StatusSeeOther, path) }
