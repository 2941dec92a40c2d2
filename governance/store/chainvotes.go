package store

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
)

// ChainVoteFilter says which votes on a governor's proposal to list.
type ChainVoteFilter struct {
	Ref      governance.Ref
	ByWeight bool // the heaviest first; else the newest
	Cursor   string
	Limit    int // 1…200, 0 = 50
}

// ChainVotePage is one page of them.
type ChainVotePage struct {
	Items []governance.Event
	Next  string // "" = the last page
	Total int    // votes, of all pages
}

const voteFields = `p.ref, g.governor, v.block, v.idx, v.tx, v.at, v.voter, v.support, v.weight, v.reason, v.params, v.size`

const voteTables = ` FROM proposals p JOIN governor_proposals g ON g.id = p.id JOIN governor_votes v ON v.proposal = p.id `

// listedVote is a vote with its float, by which lists are sorted.
type listedVote struct {
	governance.Event
	size float64
}

func scanVote(rows *sql.Rows) (v listedVote, err error) {
	var at int64
	err = rows.Scan(&v.Ref, &v.Governor, &v.Block, &v.Index, &v.Tx, &at, &v.Account, &v.Support, &v.Weight, &v.Reason, &v.Params, &v.size)
	v.Kind, v.Time = governance.EventVote, fromUnix(at)
	return v, err
}

// GovernorVotes lists the votes on a governor's proposal. Invalid for a cursor
// that it did not make.
func (s *Store) GovernorVotes(ctx context.Context, f ChainVoteFilter) (ChainVotePage, error) {
	at, err := parsePlace(f.Cursor)
	if err != nil {
		return ChainVotePage{}, err
	}
	args := []any{string(f.Ref)}
	where, order := "", "v.block DESC, v.idx DESC"
	if f.ByWeight {
		order = "v.size DESC, " + order
	}
	if at.set {
		block, index, err := parseLog(at.key)
		if err != nil {
			return ChainVotePage{}, err
		}
		if f.ByWeight {
			where, args = ` AND (v.size, v.block, v.idx) < (?, ?, ?)`, append(args, math.Float64frombits(uint64(at.time)))
		} else {
			where = ` AND (v.block, v.idx) < (?, ?)`
		}
		args = append(args, block, index)
	}
	limit := pageLimit(f.Limit)
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT `+voteFields+voteTables+`WHERE p.ref = ?`+where+` ORDER BY `+order+` LIMIT ?`), append(args, limit+1)...)
	found, err := collect(rows, err, scanVote)
	if err != nil {
		return ChainVotePage{}, s.fail(err, "list votes on chain")
	}
	var page ChainVotePage
	if len(found) > limit {
		last := found[limit-1]
		found, page.Next = found[:limit], place{time: int64(math.Float64bits(last.size)), key: logKeyOf(last.Event)}.String()
	}
	for _, v := range found {
		page.Items = append(page.Items, v.Event)
	}
	err = s.read.DB.QueryRowContext(ctx, s.sql(`SELECT coalesce(sum(g.votes), 0) FROM governor_proposals g JOIN proposals p ON p.id = g.id WHERE p.ref = ?`), string(f.Ref)).Scan(&page.Total)
	return page, s.fail(err, "count votes on chain")
}

func logKeyOf(e governance.Event) string {
	return strconv.FormatUint(e.Block, 10) + "." + strconv.FormatUint(uint64(e.Index), 10)
}

func parseLog(key string) (block, index int64, err error) {
	left, right, _ := strings.Cut(key, ".")
	block, blockErr := strconv.ParseInt(left, 10, 64)
	index, indexErr := strconv.ParseInt(right, 10, 64)
	if blockErr != nil || indexErr != nil || block < 0 || index < 0 {
		return 0, 0, governance.Errorf(governance.Invalid, "This page of the list does not exist. Start again from the first page.")
	}
	return block, index, nil
}

// VoteOfAccount returns an account's votes on a governor's proposal, the
// newest first: several only where votes may be split. None = it did not vote,
// as far as blocks were read.
func (s *Store) VoteOfAccount(ctx context.Context, ref governance.Ref, account string) ([]governance.Event, error) {
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT `+voteFields+voteTables+`WHERE p.ref = ? AND v.account = ?
		ORDER BY v.block DESC, v.idx DESC LIMIT ?`), string(ref), accountKey(account), maxLimit)
	list, err := collect(rows, err, func(rows *sql.Rows) (governance.Event, error) {
		v, err := scanVote(rows)
		return v.Event, err
	})
	return list, s.fail(err, "read an account's vote")
}

// VotePoint is how a count stood at a time: whole tokens, from the beginning.
type VotePoint struct {
	Time                  time.Time
	Against, For, Abstain float64
	Votes                 int
}

// maxBuckets is how many points a chart may have.
const maxBuckets = 500

// VoteSeries returns how the count of a governor's proposal grew, from its
// first vote to its last, in at most `buckets` points; times without votes have
// none.
func (s *Store) VoteSeries(ctx context.Context, ref governance.Ref, buckets int) ([]VotePoint, error) {
	buckets = min(max(buckets, 1), maxBuckets)
	var id, from, to int64
	var decimals int
	err := s.read.DB.QueryRowContext(ctx, s.sql(`SELECT p.id, coalesce(min(v.at), 0), coalesce(max(v.at), 0), coalesce(max(r.decimals), 18)`+voteTables+
		`LEFT JOIN governors r ON r.id = g.governor WHERE p.ref = ? GROUP BY p.id`), string(ref)).Scan(&id, &from, &to, &decimals)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, s.fail(err, "read a vote's course")
	}
	span := to - from + 1
	rows, err := s.read.DB.QueryContext(ctx, s.sql(`SELECT (at - CAST(? AS BIGINT)) * CAST(? AS BIGINT) / CAST(? AS BIGINT) AS bucket, sum(against), sum(pro), sum(abstain), count(*)
		FROM governor_votes WHERE proposal = ? GROUP BY 1 ORDER BY 1`), from, buckets, span, id)
	var sum VotePoint
	list, err := collect(rows, err, func(rows *sql.Rows) (VotePoint, error) {
		var bucket int64
		var p VotePoint
		err := rows.Scan(&bucket, &p.Against, &p.For, &p.Abstain, &p.Votes)
		sum.Against, sum.For, sum.Abstain, sum.Votes = sum.Against+p.Against, sum.For+p.For, sum.Abstain+p.Abstain, sum.Votes+p.Votes
		return VotePoint{Time: fromUnix(min(from+(bucket+1)*span/int64(buckets), to)), Votes: sum.Votes,
			Against: tokens(sum.Against, decimals), For: tokens(sum.For, decimals), Abstain: tokens(sum.Abstain, decimals)}, err
	})
	return list, s.fail(err, "read a vote's course")
}
