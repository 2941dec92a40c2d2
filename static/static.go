// Package static serves the style sheet, the scripts and the drawings that
// are embedded in the program. Their addresses carry a hash of their
// content, so browsers may keep them for ever.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed css img js vendor
var files embed.FS

// Prefix is where Handler is mounted.
const Prefix = "/static/"

// Set is the table of the files by name and by address. It is safe for
// concurrent use.
type Set struct {
	byName map[string]string // "css/mandate.css" → "/static/css/mandate.<hash>.css"
	byPath map[string]*file
}

// file is one embedded file; its compressed form is made when first asked.
type file struct {
	kind string
	body []byte
	etag string
	once sync.Once
	gzip []byte // nil = not smaller
}

// New reads every embedded file and hashes it.
func New() *Set {
	s := &Set{byName: map[string]string{}, byPath: map[string]*file{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		s.add(name, body)
		return nil
	})
	if err != nil { // an embedded file system does not fail
		panic("static: " + err.Error())
	}
	return s
}

func (s *Set) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	url := Prefix + strings.TrimSuffix(name, ext) + "." + hash + ext
	s.byName[name] = url
	s.byPath[url] = &file{kind: kindOf(ext), body: body, etag: `"` + hash + `"`}
}

// URL returns the hashed address of a file. An unknown name is a fault of
// the program, which a test finds: it panics.
func (s *Set) URL(name string) string {
	url, ok := s.byName[name]
	if !ok {
		panic("static: no file " + name)
	}
	return url
}

// Modules returns the addresses of our scripts by their bare name, for an
// import map: "wallet" → "/static/js/wallet.<hash>.js".
func (s *Set) Modules() map[string]string {
	out := map[string]string{}
	for name, url := range s.byName {
		if script, ok := strings.CutPrefix(name, "js/"); ok && path.Ext(script) == ".js" {
			out[strings.TrimSuffix(script, ".js")] = url
		}
	}
	return out
}

// ServeHTTP answers hashed addresses; anything else is not found.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := s.byPath[r.URL.Path]
	switch {
	case !ok:
		http.NotFound(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
	default:
		f.serve(w, r)
	}
}

// Handler returns the set as a handler for everything below Prefix.
func (s *Set) Handler() http.Handler { return s }

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", f.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Etag", f.etag)
	if strings.Contains(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if small := f.compressed(); small != nil {
			h.Set("Content-Encoding", "gzip")
			body = small
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader may be gone
	}
}

func (f *file) compressed() []byte {
	f.once.Do(func() {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
		_, _ = z.Write(f.body)
		if z.Close() == nil && b.Len() < len(f.body)*9/10 {
			f.gzip = b.Bytes()
		}
	})
	return f.gzip
}

func kindOf(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return "text/plain; charset=utf-8"
	}
}
