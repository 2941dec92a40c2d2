package web

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	gmtext "github.com/yuin/goldmark/text"
)

// allShown adds to a parsed text what Markdown would leave out: a person must
// see every word that a reader of the canonical text, a program, sees. These
// are the words behind a code fence, cells that a table has no column for,
// links without words, and definitions that no link uses.
type allShown struct{}

// maxFence is how long the name of a programming language is at most.
const maxFence = 20

func (allShown) Transform(doc *ast.Document, reader gmtext.Reader, pc parser.Context) {
	source := reader.Source()
	used := map[string]bool{}
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // our steps return no error
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			used[string(n.Destination)] = true
			if isBlank(n, source) {
				n.AppendChild(n, plainText(string(n.Destination)))
			}
		case *ast.Image:
			used[string(n.Destination)] = true
		case *ast.FencedCodeBlock:
			showFence(n, source)
		case *extast.TableRow:
			showCells(n, source)
		}
		return ast.WalkContinue, nil
	})
	showDefinitions(doc, pc, used)
}

// plainText is shown as it is: no Markdown, no entity.
func plainText(s string) *ast.String {
	n := ast.NewString([]byte(s))
	n.SetRaw(true)
	return n
}

// isBlank reports a link in which there is nothing to see.
func isBlank(n ast.Node, source []byte) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		t, ok := c.(*ast.Text)
		if !ok || len(bytes.TrimSpace(t.Segment.Value(source))) > 0 {
			return false
		}
	}
	return true
}

func showFence(n *ast.FencedCodeBlock, source []byte) {
	if n.Info == nil {
		return
	}
	info := strings.TrimSpace(string(n.Info.Segment.Value(source)))
	if len(info) > maxFence || strings.ContainsAny(info, " \t") {
		p := ast.NewParagraph()
		p.AppendChild(p, plainText(info))
		n.Parent().InsertBefore(n.Parent(), n, p)
	}
}

func showCells(row *extast.TableRow, source []byte) {
	last := row.LastChild()
	if last == nil || last.Lines().Len() == 0 {
		return
	}
	rest := source[last.Lines().At(last.Lines().Len()-1).Stop:]
	if end := bytes.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	if more := strings.Trim(string(rest), "| \t\r"); more != "" {
		last.AppendChild(last, plainText(" | "+more))
	}
}

func showDefinitions(doc *ast.Document, pc parser.Context, used map[string]bool) {
	var lines []string
	for _, r := range pc.References() {
		if !used[string(r.Destination())] {
			lines = append(lines, strings.TrimSpace("["+string(r.Label())+"]: "+string(r.Destination())+" "+string(r.Title())))
		}
	}
	slices.Sort(lines) // they come in any order
	for _, line := range lines {
		p := ast.NewParagraph()
		p.AppendChild(p, plainText(line))
		doc.AppendChild(doc, p)
	}
}
