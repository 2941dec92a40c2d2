package store

import (
	"context"
	"encoding/json"
	"time"

	"mandate/governance"
)

// Detail is a proposal with everything known about it.
type Detail struct {
	Proposal   governance.Proposal
	Assessment *governance.Assessment // nil = not read yet
	Facts      governance.Facts       // zero but for the repeated fields while Assessment is nil
	Versions   []governance.Version   // earlier contents, oldest first
	Demand     *governance.Demand     // of the calls, nil where nothing was inspected
	Twinned    bool                   // the DAO's other venue asks the same
}

// Proposal returns one proposal, also a deleted one. NotFound if there is none.
func (s *Store) Proposal(ctx context.Context, ref governance.Ref) (Detail, error) {
	rows, err := s.read.DB.QueryContext(ctx, s.sql(fullFrom+`WHERE p.ref = ?`), string(ref))
	found, err := collect(rows, err, scanFull)
	if err != nil {
		return Detail{}, s.fail(err, "read a proposal")
	}
	if len(found) == 0 {
		return Detail{}, governance.Errorf(governance.NotFound, "There is no proposal %s here.", ref)
	}
	d := Detail{Proposal: found[0].Proposal, Facts: found[0].Facts, Demand: found[0].Demand, Twinned: found[0].Twinned}
	if found[0].Assessed {
		if d.Assessment, err = s.assessment(ctx, d.Proposal.ContentHash); err != nil {
			return Detail{}, err
		}
	}
	if d.Proposal.Version > 1 {
		d.Versions, err = s.versions(ctx, ref)
	}
	return d, err
}

func (s *Store) assessment(ctx context.Context, contentHash string) (*governance.Assessment, error) {
	var raw []byte
	err := s.read.DB.QueryRowContext(ctx, s.sql(`SELECT data FROM assessments WHERE content_hash = ? AND rubric = ?`),
		contentHash, governance.Rubric).Scan(&raw)
	if governance.CodeOf(s.fail(err, "")) == governance.NotFound {
		return nil, nil // dropped meanwhile
	}
	if err != nil {
		return nil, s.fail(err, "read an assessment")
	}
	var a governance.Assessment
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, s.fail(err, "decode an assessment")
	}
	return &a, nil
}

func (s *Store) versions(ctx context.Context, ref governance.Ref) ([]governance.Version, error) {
	var rows []struct {
		Version                           int
		ContentHash, Title, Body, Choices string
		Seen                              int64
	}
	err := s.read.NewSelect().TableExpr("proposal_versions AS v").Join("JOIN proposals AS p ON p.id = v.proposal").
		ColumnExpr("v.version, v.content_hash, v.title, v.body, v.choices, v.seen").
		Where("p.ref = ?", string(ref)).OrderExpr("v.version").Scan(ctx, &rows)
	if err != nil {
		return nil, s.fail(err, "read earlier versions")
	}
	out := make([]governance.Version, len(rows))
	for i, r := range rows {
		out[i] = governance.Version{Version: r.Version, ContentHash: r.ContentHash, Title: r.Title, Body: r.Body, Seen: fromUnix(r.Seen)}
		if err := fromJSON([]byte(r.Choices), &out[i].Choices); err != nil {
			return nil, s.fail(err, "decode an earlier version")
		}
	}
	return out, nil
}

// Counts are the sizes that pages and progress show; deleted proposals are
// left out.
type Counts struct {
	Proposals, Active, Pending, Closed, Assessed, Unassessed, DAOs, Spaces int
}

// Counts counts what is stored, with states as of now.
func (s *Store) Counts(ctx context.Context, now time.Time) (Counts, error) {
	var c Counts
	n := ceilUnix(now)
	err := s.read.DB.QueryRowContext(ctx, s.sql(`SELECT
		(SELECT coalesce(sum(proposals), 0) FROM daos),
		(SELECT count(*) FROM proposals WHERE deleted = FALSE AND end_at >= ? AND start_at < ? AND outcome = ''),
		(SELECT count(*) FROM proposals WHERE deleted = FALSE AND end_at >= ? AND start_at >= ? AND outcome = ''),
		(SELECT count(*) FROM proposals WHERE deleted = FALSE AND assessed = FALSE),
		(SELECT count(*) FROM daos WHERE proposals > 0),
		(SELECT count(*) FROM spaces)`), n, n, n, n).Scan(&c.Proposals, &c.Active, &c.Pending, &c.Unassessed, &c.DAOs, &c.Spaces)
	c.Closed = c.Proposals - c.Active - c.Pending
	c.Assessed = c.Proposals - c.Unassessed
	return c, s.fail(err, "count")
}
