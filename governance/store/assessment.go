package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"mandate/governance"
)

// Assessed is a finished reading, to be stored under the hash of the content
// that was read.
type Assessed struct {
	ContentHash string
	Assessment  governance.Assessment
	Facts       governance.Facts
	Usage       governance.Usage
}

// copyAssessment gives proposals the list fields of their content's
// assessment. More conditions may follow.
const copyAssessment = `UPDATE proposals SET assessed = TRUE, kind = a.kind, flag_bits = a.flag_bits, headline = a.headline,
	summary = a.summary, asks = a.asks, facts = a.facts
	FROM assessments a WHERE a.content_hash = proposals.content_hash AND a.rubric = ?`

// DueAssessments returns proposals, with their bodies, whose content has not
// been read under the current rubric: open ones first, soonest end first, then
// the others, latest end first.
func (s *Store) DueAssessments(ctx context.Context, now time.Time, limit int) ([]governance.Proposal, error) {
	n := ceilUnix(now)
	out, err := s.due(ctx, limit, `p.end_at >= ? ORDER BY p.end_at`, n)
	if err == nil && len(out) < limit {
		var rest []governance.Proposal
		rest, err = s.due(ctx, limit-len(out), `p.end_at < ? ORDER BY p.end_at DESC`, n)
		out = append(out, rest...)
	}
	return out, s.fail(err, "find what has to be read")
}

func (s *Store) due(ctx context.Context, limit int, rest string, now int64) ([]governance.Proposal, error) {
	rows, err := s.read.DB.QueryContext(ctx, s.sql(fullFrom+`WHERE p.assessed = FALSE AND p.deleted = FALSE AND `+rest+` LIMIT ?`), now, limit)
	return collect(rows, err, scanProposal)
}

// SaveAssessments stores finished readings and shows them on every proposal
// of the same content. A content read already keeps its first reading.
func (s *Store) SaveAssessments(ctx context.Context, list []Assessed) error {
	if len(list) == 0 {
		return nil
	}
	err := s.inApplyTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		hashes := make([]any, 0, len(list))
		for _, a := range list {
			if err := s.saveAssessment(ctx, tx.Tx, a); err != nil {
				return err
			}
			hashes = append(hashes, a.ContentHash)
		}
		for part := range slices.Chunk(hashes, applyChunk) {
			query := copyAssessment + ` AND proposals.assessed = FALSE AND proposals.content_hash IN (` + marks(len(part)) + `)`
			if _, err := tx.Tx.ExecContext(ctx, s.sql(query), append([]any{governance.Rubric}, part...)...); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.changed()
	}
	return s.fail(err, "store assessments")
}

func (s *Store) saveAssessment(ctx context.Context, tx *sql.Tx, a Assessed) error {
	a.Facts.Leanings = withoutQuotes(a.Facts.Leanings)
	data, err := json.Marshal(a.Assessment)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, s.sql(`INSERT INTO assessments
		(content_hash, rubric, reader, kind, flag_bits, headline, summary, asks, facts, data, usage, made)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
		a.ContentHash, governance.Rubric, cleanText(a.Assessment.Reader), cleanText(string(a.Assessment.Kind)), flagBits(a.Assessment.Flags),
		cleanText(a.Assessment.Headline), cleanText(a.Assessment.Summary), toJSON(a.Assessment.Asks), toJSON(a.Facts),
		string(data), toJSON(a.Usage), toUnix(s.now()))
	return err
}

func withoutQuotes(leanings map[string]governance.Leaning) map[string]governance.Leaning {
	out := make(map[string]governance.Leaning, len(leanings))
	for key, l := range leanings {
		l.Quote = ""
		out[key] = l
	}
	return out
}

func scanFacts(rows *sql.Rows) (governance.Facts, error) {
	var p governance.Proposal
	var f governance.Facts
	var end int64
	var dangers, warnings int
	var tally, facts, demand sql.RawBytes
	err := rows.Scan(&p.Ref, &p.DAO, &p.Author, &p.Type, &end, &tally, &facts, &dangers, &warnings, &demand)
	if err == nil {
		err = decode(facts, &f, quickFacts)
	}
	if err == nil {
		p.Tally, err = decodeTally(tally)
	}
	p.End = fromUnix(end)
	completeFacts(&f, &p)
	f.Dangers, f.Warnings = dangers, warnings
	if err == nil {
		_, err = addDemand(&f, demand)
	}
	return f, err
}

// Assessments returns the readings of several contents under the current
// rubric, by content hash, in one query. What is not read yet is left out.
func (s *Store) Assessments(ctx context.Context, hashes []string) (map[string]*governance.Assessment, error) {
	out := make(map[string]*governance.Assessment, len(hashes))
	for part := range slices.Chunk(hashes, applyChunk) {
		args := []any{governance.Rubric}
		for _, h := range part {
			args = append(args, h)
		}
		rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT content_hash, data FROM assessments WHERE rubric = ? AND content_hash IN (`+marks(len(part))+`)`), args...)
		_, err = collect(rows, err, func(rows *sql.Rows) (struct{}, error) {
			var hash string
			var data []byte
			var a governance.Assessment
			if err := rows.Scan(&hash, &data); err != nil {
				return struct{}{}, err
			}
			out[hash] = &a
			return struct{}{}, json.Unmarshal(data, &a)
		})
		if err != nil {
			return nil, s.fail(err, "read assessments")
		}
	}
	return out, nil
}
