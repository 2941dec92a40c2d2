package web

import (
	"context"
	"net/http"
	"net/http/httptest"

	"github.com/a-h/templ"

	"mandate/governance"
)

type captureKey struct{}

// InMemory answers every request with the page that path shows now, rendered
// anew from its filled page struct: no store, no session, no building. It is
// what benchmarks compare the real pages with. It returns NotFound where
// path shows no page.
func (s *Server) InMemory(path string) (http.Handler, error) {
	var page templ.Component
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, http.NoBody)
	if s.PublicURL != nil {
		r.Host = s.PublicURL.Host
	}
	s.echo.ServeHTTP(httptest.NewRecorder(), r.WithContext(context.WithValue(r.Context(), captureKey{}, &page)))
	if page == nil {
		return nil, governance.Errorf(governance.NotFound, "%s shows no page.", path)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.echo.NewContext(r, w)
		if err := s.render(c, http.StatusOK, page); err != nil {
			s.onError(err, c)
		}
	}), nil
}
