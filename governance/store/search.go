package store

import (
	"context"
	"strings"
	"unicode"

	"github.com/uptrace/bun"
	"golang.org/x/text/unicode/norm"

	"mandate/governance"
)

// poolSize is how many of the newest matches a search ranks. Ranking all
// matches of a common word costs hundreds of milliseconds.
const poolSize = 2000

// What is indexed of a proposal at most, in bytes: more would not fit into
// Postgres's tsvector (1 MiB).
const (
	maxIndexedTitle = 4 << 10
	maxIndexedBody  = 200 << 10
)

// Limits of a query; what is beyond is not looked for.
const (
	maxQuery  = 400 // bytes
	maxPhrase = 12
	// minPrefix is from how many letters on the last word is taken for the
	// beginning of others: fewer letters begin too many words to be quick.
	minPrefix = 3
)

// phrase is what has to occur as it is. A prefix may go on in its last word.
type phrase struct {
	words  []string
	prefix bool
}

// parseQuery reads what a person typed: words have to occur all, quotes make
// phrases, the last word may be unfinished. There is no other syntax: words
// hold letters and digits alone, so nothing typed reaches the engines as
// syntax. The result is empty if there is nothing to look for.
func parseQuery(text string) []phrase {
	if len(text) > maxQuery {
		text = strings.ToValidUTF8(text[:maxQuery], "")
	}
	var out []phrase
	parts := strings.Split(text, `"`)
	for i, part := range parts {
		if i%2 == 1 { // inside quotes
			if words := strings.Fields(searchText(part)); len(words) > 0 {
				out = append(out, phrase{words: words})
			}
			continue
		}
		for _, field := range strings.Fields(part) {
			if words := strings.Fields(searchText(field)); len(words) > 0 {
				out = append(out, phrase{words: words})
			}
		}
	}
	if n := len(out); n > 0 && len(parts)%2 == 1 && !strings.HasSuffix(text, `"`) && !endsInSpace(text) {
		last := out[n-1].words[len(out[n-1].words)-1]
		out[n-1].prefix = len([]rune(last)) >= minPrefix
	}
	return out[:min(len(out), maxPhrase)]
}

func endsInSpace(s string) bool { return strings.TrimRightFunc(s, unicode.IsSpace) != s }

// searchText folds text for the index and for queries alike, because the
// engines split differently: lower case, Latin accents removed, everything
// but letters, digits and their marks replaced by a space, each character of
// scripts without spaces a word of its own.
func searchText(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 16)
	space := true
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 0x80:
			foldRunes(&b, norm.NFKD.String(text[i:]), space)
			return b.String()
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			b.WriteByte(c)
			space = false
		case c >= 'A' && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
			space = false
		case !space:
			b.WriteByte(' ')
			space = true
		}
	}
	return b.String()
}

func foldRunes(b *strings.Builder, text string, space bool) {
	for _, r := range text {
		switch {
		case r >= 0x300 && r < 0x370: // accents, cut off by the decomposition
		case alone(r):
			if !space {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
			b.WriteByte(' ')
			space = true
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			b.WriteRune(unicode.ToLower(r))
			space = false
		case !space:
			b.WriteByte(' ')
			space = true
		}
	}
}

// alone reports whether r belongs to a script written without spaces.
func alone(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// indexed are the texts of one row of the search index.
type indexed struct {
	id                     int64
	title, body, dao, meta string
}

func indexOf(id int64, p *governance.Proposal, daoName string) indexed {
	return indexed{id,
		searchText(cut(p.Title, maxIndexedTitle)), searchText(cut(p.Body, maxIndexedBody)),
		searchText(cut(daoName+" "+p.DAO, maxIndexedTitle)), searchText(cut(string(p.Ref)+" "+p.Author, maxIndexedTitle))}
}

// cut shortens s to n bytes without leaving half a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// search returns a page of a search. Its cursor is a place in the ranking.
func (s *Store) search(ctx context.Context, f Filter) (Page, error) {
	at, err := parseCursor(f.Cursor, f.Sort)
	if err != nil {
		return Page{}, err
	}
	ids, more, err := s.ranked(ctx, f)
	if err != nil {
		return Page{}, err
	}
	page := Page{Total: len(ids), AtLeast: more}
	from := min(at.offset, len(ids))
	to := min(from+f.Limit, len(ids))
	if page.Items, err = s.byIDs(ctx, ids[from:to]); err != nil {
		return Page{}, err
	}
	if to < len(ids) {
		page.Next = cursor{sort: f.Sort, offset: to}.String()
	}
	return page, nil
}

// byIDs returns the rows with these ids, in that order.
func (s *Store) byIDs(ctx context.Context, ids []int64) ([]Listed, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := s.listed(ctx, s.read.NewSelect().TableExpr("proposals AS p").ColumnExpr(listColumns).Where("p.id IN (?)", bun.List(ids)))
	if err != nil {
		return nil, s.fail(err, "read search results")
	}
	place := make(map[int64]int, len(rows))
	for i, r := range rows {
		place[r.id] = i
	}
	items := make([]Listed, 0, len(rows))
	for _, id := range ids {
		if i, ok := place[id]; ok {
			items = append(items, rows[i].Listed)
		}
	}
	return items, nil
}
