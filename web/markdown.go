package web

import (
	"bytes"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	gmhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"mandate/views"
)

// span is a quote to be marked, in code points of the text.
type span struct{ start, end int }

// maxMarks bounds the marks of one text; an assessment has far fewer.
const maxMarks = 400

// prose renders canonical Markdown: no raw HTML (shown as text), no images
// (shown as links), links to http(s) only, and the spans wrapped in marks.
type prose struct {
	md     goldmark.Markdown
	policy *bluemonday.Policy
}

func newProse() *prose {
	// The default block and inline parsers without the two for raw HTML: a
	// tag in a proposal is text that a reader must see.
	var blocks, inlines []util.PrioritizedValue
	for _, p := range parser.DefaultBlockParsers() {
		if p.Priority != 900 {
			blocks = append(blocks, p)
		}
	}
	for _, p := range parser.DefaultInlineParsers() {
		if p.Priority != 400 {
			inlines = append(inlines, p)
		}
	}
	md := goldmark.New(
		goldmark.WithParser(parser.NewParser(parser.WithBlockParsers(blocks...), parser.WithInlineParsers(inlines...),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
			parser.WithASTTransformers(util.Prioritized(allShown{}, 1000)))),
		goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(imageLinks{}, 100)), gmhtml.WithHardWraps()),
	)
	policy := bluemonday.NewPolicy()
	policy.AllowElements("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "del",
		"hr", "br", "table", "thead", "tbody", "tr", "th", "td")
	policy.AllowAttrs("href").OnElements("a")
	policy.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	policy.AllowURLSchemes("http", "https")
	policy.RequireParseableURLs(true)
	policy.RequireNoFollowOnLinks(true)
	policy.RequireNoReferrerOnLinks(true)
	policy.AddTargetBlankToFullyQualifiedLinks(true)
	return &prose{md: md, policy: policy}
}

// render returns safe HTML of a body with the marks of its spans, below the
// title where that has marks too. An empty span marks nothing.
func (p *prose) render(title string, inTitle []span, body string, inBody []span) (out views.SafeHTML, size int, err error) {
	safe, err := p.html(body, inBody)
	if err != nil {
		return views.SafeHTML{}, 0, err
	}
	safe = p.title(title, inTitle) + safe
	return views.Sanitised(safe), len(safe), nil
}

// html returns safe HTML of Markdown with the marks of the spans; their
// numbers count from 1 in the order given.
func (p *prose) html(text string, spans []span) (string, error) {
	m := newMarker(text)
	var html bytes.Buffer
	if err := p.md.Convert([]byte(m.insert(text, spans)), &html); err != nil {
		return "", err
	}
	return m.wrap(p.policy.SanitizeReader(&html)), nil
}

// title returns a title whose spans are marked, "" where there are none: the
// page shows it elsewhere. It is no Markdown.
func (p *prose) title(text string, spans []span) string {
	m := newMarker(text)
	marked := m.insert(text, spans)
	if marked == text {
		return ""
	}
	return m.wrap(bytes.NewBufferString("<p><strong>" + html.EscapeString(marked) + "</strong></p>\n"))
}

// imageLinks draws an image as a link to it: nothing is loaded.
type imageLinks struct{}

func (r imageLinks) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindImage, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			_, _ = w.WriteString("</a>")
			return ast.WalkContinue, nil
		}
		_, _ = w.WriteString(`<a href="`)
		_, _ = w.Write(util.EscapeHTML(util.URLEscape(n.(*ast.Image).Destination, true)))
		_, _ = w.WriteString(`">Image: `)
		return ast.WalkContinue, nil
	})
}

// marker carries marks through Markdown: it writes a sign at the places of
// the spans, lets the text be rendered, and turns the signs in the text of
// the result into marks. The sign is punctuation that the text does not
// have, around private-use characters, which canonical text never has.
type marker struct{ sign rune }

const firstPrivate = 0xE000

func newMarker(text string) marker {
	for _, r := range "⸊⸋⸖⸗⸨⸩⁐⁑⁓⁖⁘⁙⁛⁜⁝" {
		if !strings.ContainsRune(text, r) {
			return marker{sign: r}
		}
	}
	return marker{}
}

// blockStart matches what Markdown reads at the beginning of a line; a sign
// before it would change the meaning of the line.
var (
	blockStart  = regexp.MustCompile(`^[ \t]*(?:(?:[#>*+|-]+|\d{1,9}[.)])[ \t]*)+`)
	destination = regexp.MustCompile(`\]\([^)\n]*\)|<https?://[^>\s]*>|(?m:^[ ]{0,3}\[[^\]\n]+\]:.*$)|(?m:^[ \t]*[|:\- ]+$)|(?m:^[ \t]*(?:` + "```|~~~" + `).*$)|https?://[^\s)>\]]+`)
)

func (m marker) insert(text string, spans []span) string {
	if m.sign == 0 || len(spans) == 0 {
		return text
	}
	if len(spans) > maxMarks {
		spans = spans[:maxMarks]
	}
	type cut struct{ at, mark int }
	var cuts []cut
	offsets := byteOffsets(text, spans)
	closed := destination.FindAllStringIndex(text, -1)
	for i := range spans {
		start, end := pastBlockStart(text, offsets[spans[i].start]), offsets[spans[i].end]
		start, end = outside(closed, start, true), outside(closed, end, false)
		for end > start && strings.IndexByte("\n |", text[end-1]) >= 0 { // the bar that ends a table's row stays outside
			end--
		}
		if start < end {
			cuts = append(cuts, cut{start, 2 * i}, cut{end, 2*i + 1})
		}
	}
	// At one place, marks close before others open.
	sort.SliceStable(cuts, func(a, b int) bool {
		if cuts[a].at != cuts[b].at {
			return cuts[a].at < cuts[b].at
		}
		return cuts[a].mark%2 > cuts[b].mark%2
	})
	var b strings.Builder
	b.Grow(len(text) + 9*len(cuts))
	from := 0
	for _, c := range cuts {
		b.WriteString(text[from:c.at])
		b.WriteRune(m.sign)
		b.WriteRune(rune(firstPrivate + c.mark))
		b.WriteRune(m.sign)
		from = c.at
	}
	b.WriteString(text[from:])
	return b.String()
}

// byteOffsets maps the borders of the spans to bytes, in one pass.
func byteOffsets(text string, spans []span) map[int]int {
	out := map[int]int{}
	for _, s := range spans {
		out[s.start], out[s.end] = len(text), len(text)
	}
	n := 0
	for at := range text {
		if _, wanted := out[n]; wanted {
			out[n] = at
		}
		n++
	}
	return out
}

func pastBlockStart(text string, at int) int {
	if at > 0 && text[at-1] != '\n' && strings.TrimLeft(text[strings.LastIndexByte(text[:at], '\n')+1:at], " \t>#*+-|") != "" {
		return at
	}
	return at + len(blockStart.FindString(text[at:]))
}

// outside moves a place out of the ranges in which a sign would break a
// link, a fence or a table's ruler.
func outside(ranges [][]int, at int, forward bool) int {
	i := sort.Search(len(ranges), func(i int) bool { return ranges[i][1] > at })
	if i < len(ranges) && ranges[i][0] < at {
		if forward {
			return ranges[i][1]
		}
		return ranges[i][0]
	}
	return at
}

// maxDepth bounds how deep quotes and lists may nest; browsers stop at 512
// and then close elements of the page around them.
const maxDepth = 40

// wrap turns signs into marks. A mark is written anew around each piece of
// text, so it never crosses an element. Elements that nest too deep are left
// out, their text stays.
func (m marker) wrap(in *bytes.Buffer) string {
	var b strings.Builder
	b.Grow(in.Len() + 1024)
	w := markWriter{marker: m, out: &b, begun: map[int]bool{}}
	var outline outline
	z := html.NewTokenizer(in)
	depth := 0
	for {
		kind := z.Next()
		raw := z.Raw()
		name := ""
		if kind == html.StartTagToken || kind == html.EndTagToken {
			tag, _ := z.TagName()
			name = string(tag)
		}
		switch kind {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			w.text(raw)
			continue
		case html.StartTagToken:
			if !isVoid(name) {
				depth++
			}
			if depth > maxDepth {
				continue
			}
		case html.EndTagToken:
			if depth--; depth >= maxDepth {
				continue
			}
		}
		if m.sign != 0 {
			raw = bytes.ReplaceAll(raw, []byte(string(m.sign)), nil)
		}
		switch {
		case isHeading(name):
			b.Write(bytes.Replace(raw, []byte(name), []byte(outline.place(name, kind)), 1))
		case name == "table" && kind == html.StartTagToken:
			b.WriteString(tableOpen)
			b.Write(raw)
		case name == "table":
			b.Write(raw)
			b.WriteString("</div>")
		default:
			b.Write(raw)
		}
	}
}

// A table scrolls in its own box, which the keyboard can reach.
const tableOpen = `<div class="scroll-x" role="group" aria-label="Table of the text" tabindex="0">`

func isHeading(name string) bool {
	return len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6'
}

// outline puts the headings of a text below the section's own, an h2, without
// skipping a level: what counts is which heading stands under which.
type outline struct {
	levels []byte // of the headings that are open, the highest first
}

func (o *outline) place(name string, kind html.TokenType) string {
	if kind == html.StartTagToken {
		for len(o.levels) > 0 && o.levels[len(o.levels)-1] >= name[1] {
			o.levels = o.levels[:len(o.levels)-1]
		}
		o.levels = append(o.levels, name[1])
	}
	return "h" + strconv.Itoa(min(2+len(o.levels), 6))
}

// isVoid names the elements of ours that have no end.
func isVoid(name string) bool { return name == "br" || name == "hr" }

type markWriter struct {
	marker
	out   *strings.Builder
	open  []int
	begun map[int]bool
}

func (w *markWriter) text(raw []byte) {
	for len(raw) > 0 {
		at := -1
		if w.sign != 0 {
			at = bytes.IndexRune(raw, w.sign)
		}
		if at < 0 {
			w.piece(raw)
			return
		}
		w.piece(raw[:at])
		raw = raw[at+utf8.RuneLen(w.sign):]
		r, size := utf8.DecodeRune(raw)
		if r < firstPrivate || r >= firstPrivate+2*maxMarks {
			continue
		}
		raw = bytes.TrimPrefix(raw[size:], []byte(string(w.sign)))
		w.toggle(int(r - firstPrivate))
	}
}

func (w *markWriter) toggle(mark int) {
	if mark%2 == 0 {
		w.open = append(w.open, mark/2)
		return
	}
	n := mark / 2
	for i := range w.open {
		if w.open[i] != n {
			continue
		}
		w.open = append(w.open[:i], w.open[i+1:]...)
		if w.begun[n] { // the way back to the claim
			w.out.WriteString(views.MarkOpen(n+1, false) + views.MarkClose(n+1, true))
		}
		return
	}
}

func (w *markWriter) piece(raw []byte) {
	if len(raw) == 0 {
		return
	}
	if len(w.open) == 0 || len(bytes.TrimSpace(raw)) == 0 {
		w.out.Write(raw)
		return
	}
	for _, n := range w.open {
		w.out.WriteString(views.MarkOpen(n+1, !w.begun[n]))
		w.begun[n] = true
	}
	w.out.Write(raw)
	for i := len(w.open) - 1; i >= 0; i-- {
		w.out.WriteString(views.MarkClose(w.open[i]+1, false))
	}
}
