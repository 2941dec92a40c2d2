package reader

import (
	"sort"
	"strings"

	"mandate/governance/text"
)

// unitKind is what a unit was in the text.
type unitKind int

const (
	sentenceUnit unitKind = iota
	itemUnit
	rowUnit
	codeUnit
)

// unit is the smallest piece that is quoted by itself: a sentence, a list
// item, a table row.
type unit struct {
	kind      unitKind
	from, to  int // bytes
	section   int // index into page.sections
	inSection int // how many units came before it in its section
	inBlock   int // how many sentences came before it in its block
	lead      int // index of the unit that introduces the list it is in, -1 = none
	table     int
	head      bool   // header row of a table
	label     string // "Cost" of "Cost: 5 ETH", lower case
	low       string // the words, lower case
	amounts   []text.Amount
	addresses []text.Span
	dates     []text.Span
	terms     []int // distinct content stems, as numbers
	titled    bool  // a heading that says something
	noise     bool  // template, link list, greeting
	score     float64
}

// page is a document taken apart.
type page struct {
	doc      text.Document
	text     string
	title    string // without bracket prefix and numbering
	sections []section
	units    []unit
	stems    *stemmer
	tables   map[int]int    // first row of each table, as an index into units
	labels   map[string]int // first unit with each label
	lang     string
}

// section of unit u.
func (p *page) sectionOf(u *unit) *section { return &p.sections[u.section] }

func (p *page) words(u *unit) string { return p.text[u.from:u.to] }

// newPage takes d apart.
func newPage(d text.Document) *page {
	p := &page{doc: d, text: d.Text, title: plainTitle(d.Title), sections: []section{{}}, stems: newStemmer(), tables: map[int]int{}, labels: map[string]int{}}
	bodyAt := d.Byte(d.BodyAt)
	blocks := dropFrontMatter(d.Text, parseBlocks(d.Text, bodyAt))
	p.lang = text.Language(head(d.Text, 3000))
	b := builder{p: p, lead: -1}
	for i := range blocks {
		b.add(&blocks[i], i+1 < len(blocks) && blocks[i+1].kind == listItem)
	}
	p.attach()
	return p
}

func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}

// tail is the last n bytes of s, from a rune border.
func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	at := len(s) - n
	for at < len(s) && s[at]&0xC0 == 0x80 {
		at++
	}
	return s[at:]
}

// builder turns blocks into units.
type builder struct {
	p         *page
	lead      int // the unit that ended in a colon before the current list
	inSection int
}

func (b *builder) add(bl *block, listFollows bool) {
	p := b.p
	if bl.kind == paragraph && isLabelLine(p.text[bl.from:bl.to]) {
		bl.kind, bl.level = heading, 5
	}
	switch bl.kind {
	case heading:
		b.heading(bl)
	case tableRow, tableHead:
		from, to := trim(p.text, bl.from, bl.to)
		b.unit(unit{kind: rowUnit, from: from, to: to, table: bl.table, head: bl.kind == tableHead, lead: b.lead})
	case code:
		b.unit(unit{kind: codeUnit, from: bl.from, to: bl.to, lead: -1})
	case listItem:
		b.sentences(bl, itemUnit)
	default:
		b.lead = -1
		b.sentences(bl, sentenceUnit)
	}
	if listFollows || bl.kind == listItem || bl.kind == tableRow {
		return
	}
	if n := len(p.units); n > 0 && bl.kind == paragraph && strings.HasSuffix(p.words(&p.units[n-1]), ":") {
		b.lead = n - 1
	}
}

func (b *builder) heading(bl *block) {
	title := b.p.text[bl.from:bl.to]
	b.p.sections = append(b.p.sections, section{role: b.inherit(roleOf(title), bl.level), title: title, level: bl.level, from: bl.from, to: bl.to})
	b.inSection, b.lead = 0, -1
	// A heading that says something is also read: "Salaries: $1.9M".
	if at, _ := inlineHeading(title); at > 0 || len(title) > 60 {
		b.unit(unit{kind: itemUnit, from: bl.from, to: bl.to, lead: -1, titled: true})
	}
}

// inherit gives a sub-section without a role of its own that of its parent.
func (b *builder) inherit(r role, level int) role {
	if r != roleNone {
		return r
	}
	for i := len(b.p.sections) - 1; i > 0 && i > len(b.p.sections)-60; i-- {
		if s := b.p.sections[i]; s.level < level {
			return s.role
		}
	}
	return roleNone
}

// sentences adds the sentences of a block.
func (b *builder) sentences(bl *block, kind unitKind) {
	p := b.p
	from, label := bl.from, ""
	if at, title := inlineHeading(p.text[from:bl.to]); at > 0 {
		if r := roleOf(title); kind == sentenceUnit && r != roleNone && strings.Count(p.text[from+at:bl.to], " ") > 4 {
			p.sections = append(p.sections, section{role: r, title: title, level: 5, from: from, to: from + at})
			b.inSection = 0
			from += at
			label = strings.ToLower(title)
		}
	}
	lead := b.lead
	if kind == sentenceUnit {
		lead = -1
	}
	n := 0
	splitSentences(p.text, from, bl.to, func(a, z int) {
		a, z = trimQuote(p.text, a, z)
		if a >= z {
			return
		}
		b.unit(unit{kind: kind, from: a, to: z, lead: lead, inBlock: n, label: label})
		n, label = n+1, ""
		if strings.HasSuffix(p.text[a:z], ":") {
			b.lead = len(p.units) - 1
		}
	})
}

func (b *builder) unit(u unit) {
	u.section = len(b.p.sections) - 1
	u.inSection = b.inSection
	b.inSection++
	u.low = strings.ToLower(strings.ReplaceAll(b.p.text[u.from:u.to], "’", "'"))
	if at, label := inlineHeading(b.p.text[u.from:u.to]); at > 0 && u.label == "" {
		u.label = strings.ToLower(label)
	}
	b.p.units = append(b.p.units, u)
}

// attach gives every unit its amounts, addresses, dates and terms.
func (p *page) attach() {
	amounts, addresses, dates := text.Amounts(p.text), text.Addresses(p.text), text.Dates(p.text)
	for i := range p.units {
		u := &p.units[i]
		u.amounts = within(amounts, u, func(a text.Amount) int { return a.From })
		u.addresses = within(addresses, u, func(s text.Span) int { return s.From })
		u.dates = within(dates, u, func(s text.Span) int { return s.From })
		u.terms = p.stems.terms(u.low)
		u.noise = p.isNoise(u)
		if _, ok := p.tables[u.table]; !ok && u.kind == rowUnit {
			p.tables[u.table] = i
		}
		if label := strings.Trim(u.label, " .:*\"'"); label != "" && u.kind != codeUnit {
			if _, ok := p.labels[label]; !ok {
				p.labels[label] = i
			}
		}
	}
}

// within cuts the part of list (in order) that starts inside u.
func within[T any](list []T, u *unit, at func(T) int) []T {
	lo := sort.Search(len(list), func(i int) bool { return at(list[i]) >= u.from })
	hi := lo
	for hi < len(list) && at(list[hi]) < u.to {
		hi++
	}
	return list[lo:hi]
}
