package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// The whole of what our pages are made of. What is not named here does not
// belong on a page, wherever it came from.
var (
	pageElements = strings.Fields(`html head title meta link script body main header footer nav section article aside div span p a ul ol li dl dt dd
		h1 h2 h3 h4 h5 h6 strong em b i small code pre blockquote hr br del mark bdi kbd abbr time data label input button select option optgroup textarea
		form fieldset legend details summary dialog table caption thead tbody tfoot tr th td colgroup col figure figcaption
		svg g path circle rect line text tspan use symbol defs pattern title desc polyline polygon ins sup sub q cite var samp meter progress`)
	pageAttributes = strings.Fields(`id class lang dir charset name content rel href target type src nonce defer method action value rows cols maxlength
		placeholder for checked selected hidden open disabled scope colspan rowspan start role title tabindex datetime viewbox width height d x y x1 x2 y1 y2
		cx cy r rx ry fill stroke points transform preserveaspectratio patternunits patterntransform download inputmode spellcheck autocomplete formnovalidate multiple
		text-anchor min max step required enterkeyhint xmlns form cite reversed stroke-width stroke-linecap
		stroke-linejoin stroke-dasharray font-family font-size font-weight textlength lengthadjust`)
)

// unsafe lists what a page holds that ours never do.
func unsafe(page string) []string {
	var bad []string
	add := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	if !utf8.ValidString(page) {
		add("invalid UTF-8")
	}
	if r := hiddenRune(page); r != 0 {
		add("the character %U", r)
	}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		add("%v", err)
		return bad
	}
	ids := map[string]bool{}
	for n := range root.Descendants() {
		if n.Type == html.CommentNode {
			add("a comment %.40q", n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(pageElements, n.Data) {
			add("<%s>", n.Data)
		}
		for _, a := range n.Attr {
			if fault := attributeFault(n, a); fault != "" {
				add("<%s %s=%.80q>: %s", n.Data, a.Key, a.Val, fault)
			}
			if a.Key == "id" && ids[a.Val] {
				add("id %q twice", a.Val)
			}
			ids[a.Val] = ids[a.Val] || a.Key == "id"
		}
	}
	return bad
}

// hiddenRune returns a character that no page may send: it would hide or
// turn around what stands beside it.
func hiddenRune(s string) rune {
	for _, r := range s {
		switch {
		case r == 0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r >= 0xe0000 && r <= 0xe0fff, r == 0x200b, r == 0x2060, r == 0xfeff,
			r < ' ' && r != '\n' && r != '\t' && r != '\r':
			return r
		}
	}
	return 0
}

func attributeFault(n *html.Node, a html.Attribute) string {
	key := strings.ToLower(a.Key)
	ours := strings.HasPrefix(key, "aria-") || strings.HasPrefix(key, "data-") || strings.HasPrefix(key, "hx-")
	if !ours && !slices.Contains(pageAttributes, key) {
		return "not an attribute of ours"
	}
	switch key {
	case "src":
		if n.Data != "script" || !strings.HasPrefix(a.Val, "/static/") {
			return "loads something"
		}
	case "href":
		return hrefFault(n, a.Val)
	case "action", "hx-get", "hx-post", "data-live":
		if !strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//") {
			return "leads elsewhere"
		}
	case "fill", "stroke":
		if strings.Contains(a.Val, "(") && !strings.HasPrefix(a.Val, "url(#") && !strings.HasPrefix(a.Val, "var(--") {
			return "may load something"
		}
	}
	return ""
}

func hrefFault(n *html.Node, href string) string {
	local := strings.HasPrefix(href, "#") || strings.HasPrefix(href, "?") || strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//")
	switch n.Data {
	case "use":
		local = strings.HasPrefix(href, "#")
	case "link":
		local = strings.HasPrefix(href, "/static/")
	case "a":
		u, err := url.Parse(href)
		if err != nil {
			return err.Error()
		}
		if u.Scheme != "" || u.Host != "" {
			return outsideFault(n, u)
		}
	}
	if !local {
		return "leads elsewhere"
	}
	return ""
}

// outsideFault checks a link to another site: a person may follow it, and
// the other site learns nothing and gets no hold of the page.
func outsideFault(n *html.Node, u *url.URL) string {
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "has a scheme that is not http"
	}
	rel := strings.Fields(attr(n, "rel"))
	if !slices.Contains(rel, "noreferrer") && !slices.Contains(rel, "noopener") {
		return "tells the other site about us"
	}
	return ""
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// checkPage reports what is unsafe or incomplete about a page.
func checkPage(t testing.TB, what, page string) {
	t.Helper()
	for _, bad := range unsafe(page) {
		t.Errorf("%s holds %s", what, bad)
	}
	if !strings.HasSuffix(strings.TrimSpace(page), "</html>") {
		t.Errorf("%s is cut off", what)
	}
}

// textOf is what a page says, in one line.
func textOf(page string) string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return ""
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && (n.Parent == nil || n.Parent.Data != "script") {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// links are the addresses inside our site that a page leads to.
func links(page string) []string {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil
	}
	var out []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, key := range []string{"href", "src", "data-live"} {
			if v := attr(n, key); strings.HasPrefix(v, "/") && !strings.HasPrefix(v, "//") {
				out = append(out, v)
			}
		}
	}
	return out
}

func TestUnsafeSees(t *testing.T) {
	for _, bad := range []string{"<img src=/x>", "<p onclick=x>", "<p style=x>", "<a href=javascript:x>", "<a href=//e.example>", "<a href=https://e.example>",
		"<script src=https://e.example/x.js></script>", "<iframe>", "<p>\u202e</p>", "<svg><use href=//e.example/a.svg#b></use></svg>", "<form action=//e.example>",
		"<link rel=stylesheet href=//e.example>", "<base href=x>", "<p id=a></p><p id=a></p>", "<!-- x -->", "<p>\x01", "<math>", "<noscript>x</noscript>", "<object data=x>"} {
		if len(unsafe(bad)) == 0 {
			t.Errorf("%q passes", bad)
		}
	}
}
