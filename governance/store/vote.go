package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"mandate/governance"
)

type voteRow struct {
	bun.BaseModel `bun:"table:votes,alias:v"`
	Account       string `bun:",pk"`
	Ref           string `bun:",pk"`
	DAO           string `bun:"dao"`
	ID            string
	Voter         string
	Choice        string
	Reason        string
	App           string
	Power         float64
	PowerState    string
	Created       int64
	IPFS          string `bun:"ipfs"`
}

// SaveVotes stores an account's votes as their venue shows them, one a
// proposal: a later vote on the same replaces the earlier. upTo is how far
// the account's votes are known now; it never goes back, and zero leaves it.
func (s *Store) SaveVotes(ctx context.Context, account string, votes []governance.Vote, upTo time.Time) error {
	key := accountKey(account)
	err := s.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for n := range votes {
			row := newVoteRow(key, &votes[n])
			_, err := tx.NewInsert().Model(&row).On("CONFLICT (account, ref) DO UPDATE").Set(`dao = excluded.dao, id = excluded.id, voter = excluded.voter,
				choice = excluded.choice, reason = excluded.reason, app = excluded.app, power = excluded.power, power_state = excluded.power_state,
				created = excluded.created, ipfs = excluded.ipfs`).Where("excluded.created >= v.created").Exec(ctx)
			if err != nil {
				return err
			}
		}
		if upTo.IsZero() {
			return nil
		}
		_, err := tx.Tx.ExecContext(ctx, s.sql(`INSERT INTO vote_cursors (account, up_to) VALUES (?, ?)
			ON CONFLICT (account) DO UPDATE SET up_to = excluded.up_to WHERE excluded.up_to > vote_cursors.up_to`), key, toUnix(upTo))
		return err
	})
	if err == nil {
		s.changed()
	}
	return s.fail(err, "store votes")
}

func newVoteRow(account string, v *governance.Vote) voteRow {
	dao := v.DAO
	if dao == "" {
		dao = v.Ref.Space()
	}
	return voteRow{Account: account, Ref: cleanText(string(v.Ref)), DAO: cleanText(dao), ID: cleanText(v.ID), Voter: cleanText(v.Voter),
		Choice: string(cleanJSON(v.Choice)), Reason: cleanText(v.Reason), App: cleanText(v.App), Power: finite(v.Power), PowerState: cleanText(v.State),
		Created: toUnix(v.Created), IPFS: cleanText(v.IPFS)}
}

// VotesCursor returns from when on an account's votes have to be read again:
// up to where they are known, or earlier where the power of a vote was not
// final yet and its proposal has not long ended. Zero = nothing is known.
func (s *Store) VotesCursor(ctx context.Context, account string) (time.Time, error) {
	var upTo, pending int64
	err := s.read.DB.QueryRowContext(ctx, s.sql(`SELECT coalesce((SELECT up_to FROM vote_cursors WHERE account = ?), 0),
		coalesce((SELECT min(v.created) FROM votes v JOIN proposals p ON p.ref = v.ref
		WHERE v.account = ? AND v.power_state <> 'final' AND p.end_at > ?), 0)`),
		accountKey(account), accountKey(account), toUnix(s.now().Add(-settling))).Scan(&upTo, &pending)
	if pending > 0 {
		upTo = min(upTo, pending)
	}
	return fromUnix(upTo), s.fail(err, "read how far votes are known")
}

// settling is how long after a proposal's end its votes' power may still
// become final.
const settling = 48 * time.Hour

// VotedDAOs returns the DAOs that an account has voted in, the last vote
// first.
func (s *Store) VotedDAOs(ctx context.Context, account string) ([]string, error) {
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT dao FROM `+votesAnywhere+` AS v WHERE dao <> '' GROUP BY dao ORDER BY max(created) DESC, dao`),
		accountKey(account), accountKey(account))
	daos, err := collect(rows, err, scanText)
	return daos, s.fail(err, "list the DAOs voted in")
}

// VoteFilter says which of an account's votes to list. Account is required;
// other empty fields do not filter.
type VoteFilter struct {
	Account string
	DAO     string
	Ref     governance.Ref
	Cursor  string
	Limit   int // 1…200, 0 = 50
}

// VotePage is one page of votes.
type VotePage struct {
	Items []governance.Vote
	Next  string // "" = the last page
	Total int    // of all pages
}

// Votes lists an account's votes, at Snapshot and on chain, the newest first, with the titles and DAOs
// of their proposals where these are known here, and the intents that cast
// them. Invalid for a cursor that it did not make.
func (s *Store) Votes(ctx context.Context, f VoteFilter) (VotePage, error) {
	at, err := parsePlace(f.Cursor)
	if err != nil {
		return VotePage{}, err
	}
	limit := pageLimit(f.Limit)
	var rows []struct {
		voteRow `bun:",extend"`
		onChainVote
		Title    string
		DAOName  string `bun:"dao_name"`
		IntentID string
	}
	q := f.where(s.read.NewSelect()).ColumnExpr(`v.*, coalesce(p.title, '') AS title, coalesce(p.dao_name, d.name, v.dao) AS dao_name,
		coalesce((SELECT i.id FROM intents AS i WHERE i.owner = v.account AND i.digest = v.id LIMIT 1),
		(SELECT i.id FROM intents AS i WHERE v.proposal > 0 AND i.owner = v.account AND i.ref = v.ref AND i.act = 'vote' AND i.state = 'confirmed'
		ORDER BY i.created_ms DESC LIMIT 1), '') AS intent_id`).
		Join("LEFT JOIN proposals AS p ON p.ref = v.ref").Join("LEFT JOIN daos AS d ON d.id = v.dao").
		OrderExpr("v.created DESC, v.ref DESC").Limit(int64(limit + 1))
	if at.set {
		q = q.Where("(v.created, v.ref) < (?, ?)", at.time, at.key)
	}
	if err := q.Scan(ctx, &rows); err != nil {
		return VotePage{}, s.fail(err, "list votes")
	}
	var page VotePage
	total, err := f.where(s.read.NewSelect()).Count(ctx)
	if err != nil {
		return VotePage{}, s.fail(err, "count votes")
	}
	page.Total = int(total)
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = place{time: rows[limit-1].Created, key: rows[limit-1].Ref}.String()
	}
	page.Items = make([]governance.Vote, len(rows))
	for n, r := range rows {
		page.Items[n] = r.vote()
		if r.Proposal > 0 {
			if err := s.completeVote(ctx, &page.Items[n], r.onChainVote); err != nil {
				return VotePage{}, err
			}
		}
		page.Items[n].Title, page.Items[n].DAOName, page.Items[n].IntentID = r.Title, r.DAOName, r.IntentID
	}
	return page, nil
}

func (f VoteFilter) where(q *bun.SelectQuery) *bun.SelectQuery {
	q = q.TableExpr(votesAnywhere+" AS v", accountKey(f.Account), accountKey(f.Account))
	if f.DAO != "" {
		q = q.Where("v.dao = ?", cleanText(f.DAO))
	}
	if f.Ref != "" {
		q = q.Where("v.ref = ?", cleanText(string(f.Ref)))
	}
	return q
}

func (r *voteRow) vote() governance.Vote {
	v := governance.Vote{ID: r.ID, Ref: governance.Ref(r.Ref), Voter: r.Voter, Reason: r.Reason, App: r.App, Power: r.Power,
		State: r.PowerState, Created: fromUnix(r.Created), IPFS: r.IPFS, DAO: r.DAO}
	if r.Choice != "" {
		v.Choice = json.RawMessage(r.Choice)
	}
	return v
}
