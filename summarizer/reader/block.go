package reader

import "strings"

// blockKind is what a run of lines is.
type blockKind int

const (
	paragraph blockKind = iota
	heading
	listItem
	tableRow
	tableHead
	code
)

// block is a piece of the Markdown source. From and To are byte offsets of
// its words, without the marks before and after.
type block struct {
	kind     blockKind
	from, to int
	level    int // of a heading; of a list item its indent
	table    int // rows of one table share a number
	ordered  int // the number of an ordered item, 0 = none
}

// blockParser walks over lines once.
type blockParser struct {
	s      string
	blocks []block
	fence  string // inside a code block: what closes it
	tables int
	inRow  bool // the line before was a table row
	open   bool // the last block is a paragraph or an item that may go on
}

// parseBlocks splits s[from:] into blocks.
func parseBlocks(s string, from int) []block {
	p := blockParser{s: s}
	for at := from; at < len(s); {
		end := strings.IndexByte(s[at:], '\n')
		if end < 0 {
			end = len(s)
		} else {
			end += at
		}
		p.line(at, end)
		at = end + 1
	}
	return p.blocks
}

func (p *blockParser) line(from, to int) {
	a, b := trim(p.s, from, to)
	text := p.s[a:b]
	switch {
	case p.fence != "":
		p.inFence(a, b, text)
	case text == "":
		p.open, p.inRow = false, false
	case strings.HasPrefix(text, "```"), strings.HasPrefix(text, "~~~"):
		p.fence, p.open, p.inRow = text[:3], false, false
	case isRule(text):
		p.rule(text)
	case p.row(a, b, text):
	default:
		p.inRow = false
		p.words(from, a, b)
	}
}

// inFence: short lines of prose in a code block are read like a paragraph,
// because many authors use the block as a frame; code is kept apart.
func (p *blockParser) inFence(a, b int, text string) {
	if strings.HasPrefix(text, p.fence) {
		p.fence, p.open = "", false
		return
	}
	if looksLikeProse(text) {
		p.words(a, a, b)
		return
	}
	p.blocks = append(p.blocks, block{kind: code, from: a, to: b})
	p.open = false
}

func looksLikeProse(s string) bool {
	words, letters := 0, 0
	for _, w := range strings.Fields(s) {
		words++
		if len(w) > 30 || strings.ContainsAny(w, "{};=<>") {
			return false
		}
		if isLetter(w[0]) || w[0] >= 0x80 {
			letters++
		}
	}
	return words >= 5 && letters*10 >= words*6 && !strings.Contains(s, "()")
}

// rule: a line of dashes under one line of text makes that a heading.
func (p *blockParser) rule(text string) {
	if n := len(p.blocks) - 1; p.open && n >= 0 && p.blocks[n].kind == paragraph && (text[0] == '=' || text[0] == '-') && p.blocks[n].to-p.blocks[n].from < 80 {
		p.blocks[n].kind, p.blocks[n].level = heading, 2
	}
	p.open, p.inRow = false, false
}

// isRule: ---, ***, ===, ___ and the like.
func isRule(s string) bool {
	if len(s) < 3 || !strings.ContainsRune("-*=_+~#", rune(s[0])) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if s[i] != s[0] && s[i] != ' ' {
			return false
		}
	}
	return true
}

// row reads a table row and reports whether the line is one.
func (p *blockParser) row(a, b int, text string) bool {
	bars := strings.Count(text, "|")
	if bars == 0 || bars == 1 && text[0] != '|' && !p.inRow {
		return false
	}
	if bars == 1 && !p.inRow && !strings.HasPrefix(text, "|") {
		return false
	}
	if isDelimiter(text) {
		if n := len(p.blocks) - 1; n >= 0 && p.blocks[n].kind != heading && strings.Contains(p.s[p.blocks[n].from:p.blocks[n].to], "|") {
			p.blocks[n].kind = tableHead
			if !p.inRow {
				p.tables++
				p.blocks[n].table = p.tables
			}
		}
		p.inRow, p.open = true, false
		return true
	}
	if !p.inRow {
		p.tables++
	}
	p.blocks = append(p.blocks, block{kind: tableRow, from: a, to: b, table: p.tables})
	p.inRow, p.open = true, false
	return true
}

func isDelimiter(s string) bool {
	return strings.Trim(s, "|-: \t") == "" && strings.Contains(s, "-")
}

// words adds a heading, an item, or (more of) a paragraph. From is where the
// line starts: the blanks before a are its indent.
func (p *blockParser) words(from, a, b int) {
	indent := a - from
	for a < b && p.s[a] == '>' {
		a, b = trim(p.s, a+1, b)
		p.open = false
	}
	if a == b {
		p.open = false
		return
	}
	if level := hashes(p.s[a:b]); level > 0 {
		p.heading(a+level, b, level)
		return
	}
	if size, number := marker(p.s[a:b]); size > 0 {
		a, b = trim(p.s, a+size, b)
		if a < b {
			p.blocks = append(p.blocks, block{kind: listItem, from: a, to: b, level: indent, ordered: number})
			p.open = true
		}
		return
	}
	if level := boldLine(p.s[a:b]); level > 0 {
		p.heading(a, b, level)
		return
	}
	if p.open && p.continues(a) {
		p.blocks[len(p.blocks)-1].to = b
		return
	}
	p.blocks = append(p.blocks, block{kind: paragraph, from: a, to: b})
	p.open = true
}

// continues reports whether the line at a goes on with the sentence before:
// authors wrap lines, but as often end a thought with the line.
func (p *blockParser) continues(a int) bool {
	last := p.blocks[len(p.blocks)-1]
	c := p.s[a]
	prev := p.s[last.to-1]
	return c >= 'a' && c <= 'z' || prev == ',' || (c == '(' || c == '&') && prev != '.'
}

func (p *blockParser) heading(a, b, level int) {
	a, b = trimMarks(p.s, a, b)
	p.open = false
	if a < b {
		p.blocks = append(p.blocks, block{kind: heading, from: a, to: b, level: level})
	}
}
