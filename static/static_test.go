package static

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func get(s *Set, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func TestServesEveryFileUnderItsHash(t *testing.T) {
	s := New()
	for name, url := range s.byName {
		if !regexp.MustCompile(`^/static/.+\.[0-9a-f]{12}(\.\w+)?$`).MatchString(url) {
			t.Errorf("%s: odd address %s", name, url)
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		w := get(s, url)
		if w.Code != 200 || w.Body.String() != string(want) || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, %v", url, w.Code, w.Header())
		}
	}
}

func TestGzipAndRevalidation(t *testing.T) {
	s := New()
	url := s.URL("css/mandate.css")
	w := get(s, url, "Accept-Encoding", "gzip, br")
	if w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Vary") != "Accept-Encoding" || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Fatalf("%v", w.Header())
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil || string(plain) != get(s, url).Body.String() {
		t.Errorf("gzip gives something else: %v", err)
	}
	if w := get(s, url, "If-None-Match", w.Header().Get("Etag")); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("revalidation answered %d", w.Code)
	}
}

func TestRefusesTheRest(t *testing.T) {
	s := New()
	for _, path := range []string{"/static/", "/static/css/mandate.css", "/static/css/", "/static/../static.go", "/static/css/mandate.000000000000.css"} {
		if w := get(s, path); w.Code != http.StatusNotFound {
			t.Errorf("%s answered %d", path, w.Code)
		}
	}
	r := httptest.NewRequest(http.MethodPost, s.URL("css/mandate.css"), nil)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST answered %d", w.Code)
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown name is a fault of the program")
		}
	}()
	s.URL("css/none.css")
}

// The scripts are ours to keep small; nothing may evaluate text as code or
// write markup but the one place that has a policy.
func TestScriptsUseNoDangerousSinks(t *testing.T) {
	names, err := filepath.Glob("js/*.js")
	if err != nil || len(names) < 12 {
		t.Fatalf("scripts: %v %v", names, err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, sink := range []string{"innerHTML", "eval(", "new Function", "document.write", "insertAdjacentHTML", ".style", "http:", "https:"} {
			if strings.Contains(strings.ReplaceAll(string(src), "http://www.w3.org/2000/svg", ""), sink) {
				t.Errorf("%s uses %s", name, sink)
			}
		}
	}
}
