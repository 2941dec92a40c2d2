package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"mandate/governance"
)

// listColumns are what row.targets takes: the narrow row. What few rows have
// is one column, because each of its own would cost every row.
const listColumns = `p.id, p.ref, p.dao, p.dao_name, p.author, p.title, p.discussion, p.url, p.type, p.choices, p.labels,
	p.start_at, p.end_at, p.created_at, p.updated_at, p.snapshot, p.network, p.symbol, p.privacy, p.quorum, p.quorum_type,
	p.app, p.ipfs, p.flagged, p.deleted, p.tally, p.content_hash, p.version, p.seen,
	p.assessed, p.kind, p.headline, p.summary, p.asks, p.facts,
	CASE WHEN p.outcome <> '' OR p.risk > 0 OR p.demand <> '' THEN p.risk || ' ' || p.dangers || ' ' || p.warnings || ' ' || p.outcome || ' ' || p.demand END`

// row is a narrow row as the driver gives it.
type row struct {
	listed                              Listed
	id                                  int64
	kind                                string
	choices, labels, tally, asks, facts sql.RawBytes
	marks                               sql.RawBytes // risk, dangers, warnings, outcome, demand
	start, end, created, updated, seen  int64
}

// targets returns where Scan puts listColumns.
func (r *row) targets() []any {
	p := &r.listed.Proposal
	return []any{&r.id, &p.Ref, &p.DAO, &p.DAOName, &p.Author, &p.Title, &p.Discussion, &p.URL, &p.Type, &r.choices, &r.labels,
		&r.start, &r.end, &r.created, &r.updated, &p.Snapshot, &p.Network, &p.Symbol, &p.Privacy, &p.Quorum, &p.QuorumType,
		&p.App, &p.IPFS, &p.Flagged, &p.Deleted, &r.tally, &p.ContentHash, &p.Version, &r.seen,
		&r.listed.Assessed, &r.kind, &r.listed.Headline, &r.listed.Summary, &r.asks, &r.facts, &r.marks}
}

// finish decodes the JSON columns. The raw bytes are valid until the next row.
func (r *row) finish() error {
	p := &r.listed.Proposal
	p.Start, p.End, p.Created, p.Updated, p.Seen = fromUnix(r.start), fromUnix(r.end), fromUnix(r.created), fromUnix(r.updated), fromUnix(r.seen)
	err := errors.Join(decode(r.choices, &p.Choices, quickList((*quick).text)), decode(r.labels, &p.Labels, quickList((*quick).text)),
		decode(r.asks, &r.listed.Asks, quickList(quickAsk)), decode(r.facts, &r.listed.Facts, quickFacts))
	if err != nil {
		return err
	}
	p.Tally, err = decodeTally(r.tally)
	if err != nil {
		return err
	}
	completeFacts(&r.listed.Facts, p)
	return r.finishMarks()
}

// finishMarks reads the few rows' column.
func (r *row) finishMarks() error {
	if len(r.marks) == 0 {
		return nil
	}
	parts := strings.SplitN(string(r.marks), " ", 5) // no state has a space in it
	if len(parts) < 5 {
		return errors.New("the marks of a row are cut short")
	}
	p, f := &r.listed.Proposal, &r.listed.Facts
	p.Outcome = governance.State(parts[3])
	var err [4]error
	p.Risk, err[0] = strconv.Atoi(parts[0])
	f.Dangers, err[1] = strconv.Atoi(parts[1])
	f.Warnings, err[2] = strconv.Atoi(parts[2])
	r.listed.Demand, err[3] = addDemand(f, []byte(parts[4]))
	return errors.Join(err[:]...)
}

// addDemand lets what the calls move and change speak in the facts; nil where
// nothing was inspected.
func addDemand(f *governance.Facts, raw []byte) (*governance.Demand, error) {
	if len(raw) == 0 {
		return nil, nil //nolint:nilnil // most rows have none
	}
	var d governance.Demand
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, err
	}
	f.Add(&d)
	return &d, nil
}

// completeFacts fills what Facts repeats of the proposal.
func completeFacts(f *governance.Facts, p *governance.Proposal) {
	f.Ref, f.DAO, f.Author, f.Type, f.End, f.Tally = p.Ref, p.DAO, p.Author, p.Type, p.End, p.Tally
}

// fullFrom selects what scanFull reads.
const fullFrom = `SELECT ` + listColumns + `, b.body, b.plugins, b.strategies, b.onchain, g.standing,
	EXISTS (SELECT 1 FROM twins t WHERE t.ref = p.ref)
	FROM proposals p JOIN proposal_bodies b ON b.id = p.id LEFT JOIN governor_proposals g ON g.id = p.id `

// scanFull reads what fullFrom selects.
func scanFull(rows *sql.Rows) (Listed, error) {
	var r row
	var plugins, strategies, onChain, standing sql.NullString
	p := &r.listed.Proposal
	if err := rows.Scan(append(r.targets(), &p.Body, &plugins, &strategies, &onChain, &standing, &r.listed.Twinned)...); err != nil {
		return Listed{}, err
	}
	if plugins.Valid {
		p.Plugins = json.RawMessage(plugins.String)
	}
	if strategies.Valid {
		p.Strategies = json.RawMessage(strategies.String)
	}
	var err error
	if onChain.Valid {
		p.OnChain, err = decodeOnChain(onChain.String, standing.String)
	}
	err = errors.Join(err, r.finish())
	return r.listed, err
}

// tallyRow is a Tally as it is stored: short names, because every list reads it.
type tallyRow struct {
	Scores  []float64 `json:"s,omitempty"`
	Total   float64   `json:"t,omitempty"`
	Quorum  float64   `json:"q,omitempty"`
	Voters  int       `json:"v,omitempty"`
	State   string    `json:"f,omitempty"`
	Updated int64     `json:"u,omitempty"`
}

func encodeTally(t governance.Tally) string {
	return toJSON(tallyRow{t.Scores, t.Total, t.Quorum, t.Voters, t.State, toUnix(t.Updated)})
}

func decodeTally(raw []byte) (governance.Tally, error) {
	var t tallyRow
	err := decode(raw, &t, quickTally)
	return governance.Tally{Scores: t.Scores, Total: t.Total, Quorum: t.Quorum, Voters: t.Voters, State: t.State, Updated: fromUnix(t.Updated)}, err
}

// toJSON encodes v, "" for an empty list or map. What is stored here has no
// field that could fail.
func toJSON(v any) string {
	raw, err := json.Marshal(v)
	if err != nil || string(raw) == "null" || string(raw) == "[]" || string(raw) == "{}" {
		return ""
	}
	return string(raw)
}

func fromJSON(raw []byte, to any) error {
	if len(raw) == 0 {
		return nil
	}
	return json.Unmarshal(raw, to)
}

// isFinal reports whether the count can no longer change.
func isFinal(p *governance.Proposal) bool {
	if p.OnChain != nil {
		return p.OnChain.Final
	}
	return p.Tally.State == "final" && p.Seen.After(p.End)
}
