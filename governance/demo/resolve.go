package demo

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

func (e *exec) listProposals(dst []byte, f *ast.Field, args map[string]any) ([]byte, error) {
	p, err := e.readPage(args, 1000, 5000)
	if err != nil {
		return dst, err
	}
	cols := e.proposalColumns()
	tests, err := cols.compile(p.where, e.now)
	if err != nil {
		return dst, err
	}
	if e.gen == Latest {
		tests = append(tests, e.spaceLives)
	}
	get, known := cols.number[p.orderBy]
	sorted := !known || p.orderBy == "created"
	lo, hi := bounds(p.where)
	rows := e.ix.created(lo, hi, p.asc || !sorted)
	less := by(get, func(p *Proposal) string { return p.ID }, p.asc, false)
	chosen := choose(rows, tests, p, less, sorted)
	return list(e, dst, f, chosen, func(dst []byte, p *Proposal) ([]byte, error) {
		return e.proposal(dst, p, f.SelectionSet)
	})
}

func (e *exec) spaceLives(p *Proposal) bool {
	row := e.ix.bySpace[p.Space]
	return row != nil && !row.gone
}

func (e *exec) oneProposal(dst []byte, f *ast.Field, id string) []byte {
	p, ok := e.byID[id]
	if !ok || (e.gen == Latest && !e.spaceLives(p)) {
		return append(dst, "null"...)
	}
	mark := len(dst)
	out, err := e.proposal(dst, p, f.SelectionSet)
	if err != nil {
		e.fail(f, err.Error(), f.Alias)
		return append(out[:mark], "null"...)
	}
	return out
}

// proposal writes one row. An error means that a non-null field is null, so the
// row itself must be.
func (e *exec) proposal(dst []byte, p *Proposal, set ast.SelectionSet) ([]byte, error) {
	dst = append(dst, '{')
	for i, f := range e.collect(set) {
		dst = appendKey(dst, i, f.Alias)
		if f.Name == "plugins" && string(p.Plugins) == "null" {
			return dst, fmt.Errorf("Cannot return null for non-nullable field Proposal.plugins.") //nolint:staticcheck // graphql-js's words
		}
		dst = e.proposalField(dst, p, f)
	}
	return append(dst, '}'), nil
}

func (e *exec) proposalField(dst []byte, p *Proposal, f *ast.Field) []byte {
	switch f.Name {
	case "id":
		return appendString(dst, p.ID)
	case "ipfs":
		return appendString(dst, p.IPFS)
	case "author":
		return appendString(dst, p.Author)
	case "created":
		return strconv.AppendInt(dst, p.Created, 10)
	case "updated":
		return appendIntPtr(dst, p.Updated)
	case "space":
		return e.spaceOf(dst, p.Space, f)
	case "network":
		return appendString(dst, p.Network)
	case "symbol":
		return appendString(dst, p.Symbol)
	case "type":
		return appendString(dst, p.Type)
	case "title":
		return appendString(dst, p.Title)
	case "body":
		return appendString(dst, p.Body)
	case "discussion":
		return appendString(dst, p.Discussion)
	case "choices":
		return appendStrings(dst, p.Choices)
	case "labels":
		return appendStrings(dst, p.Labels)
	case "start":
		return strconv.AppendInt(dst, p.Start, 10)
	case "end":
		return strconv.AppendInt(dst, p.End, 10)
	case "state":
		return appendString(dst, p.State(e.now))
	}
	return e.proposalDetail(dst, p, f)
}

func (e *exec) proposalDetail(dst []byte, p *Proposal, f *ast.Field) []byte {
	switch f.Name {
	case "strategies":
		return e.strategies(dst, p, f)
	case "validation":
		return e.validation(dst, p, f)
	case "plugins":
		return appendRaw(dst, p.Plugins)
	case "quorum":
		return appendFloat(dst, p.Quorum)
	case "quorumType":
		return appendString(dst, p.QuorumType)
	case "privacy":
		return appendString(dst, p.Privacy)
	case "snapshot":
		return e.snapshotBlock(dst, p, f)
	case "link":
		return appendString(dst, "https://snapshot.example/#/s:"+p.Space+"/proposal/"+p.ID)
	case "app":
		return appendString(dst, p.App)
	case "flagged":
		return strconv.AppendBool(dst, p.Flagged)
	case "flagCode":
		return strconv.AppendInt(dst, int64(p.FlagCode), 10)
	case "__typename":
		return append(dst, `"Proposal"`...)
	}
	return e.proposalScores(dst, p, f)
}

func (e *exec) proposalScores(dst []byte, p *Proposal, f *ast.Field) []byte {
	switch f.Name {
	case "scores":
		return appendFloats(dst, p.Scores)
	case "scores_by_strategy":
		return appendRaw(dst, p.ScoresByStrategy)
	case "scores_state":
		return appendString(dst, p.countState(e.now))
	case "scores_total":
		return appendFloatPtr(dst, p.ScoresTotal)
	case "scores_updated":
		return appendIntPtr(dst, p.ScoresUpdated)
	case "scores_total_value":
		return appendFloatPtr(dst, p.ScoresTotalValue)
	case "votes":
		return strconv.AppendInt(dst, int64(p.VoteCount), 10)
	}
	return append(dst, "null"...)
}

// snapshotBlock is a 32-bit Int: a larger block is null with an error.
func (e *exec) snapshotBlock(dst []byte, p *Proposal, f *ast.Field) []byte {
	if p.Snapshot > math.MaxInt32 {
		e.fail(f, fmt.Sprintf("Int cannot represent non 32-bit signed integer value: %d", p.Snapshot), f.Alias)
		return append(dst, "null"...)
	}
	return strconv.AppendInt(dst, p.Snapshot, 10)
}

func (e *exec) strategies(dst []byte, p *Proposal, f *ast.Field) []byte {
	return e.cached(dst, p.Space+rawKey(p.Strategies), f, func() any {
		all := make([]any, 0, len(p.Strategies))
		for _, s := range p.Strategies {
			if s.Network == "" {
				s.Network = p.Network
			}
			all = append(all, jsonValues(s))
		}
		return all
	})
}

func (e *exec) validation(dst []byte, p *Proposal, f *ast.Field) []byte {
	v := p.Validation
	if v == nil {
		v = &Validation{Name: "any"}
	}
	return e.cached(dst, "validation "+v.Name+string(v.Params), f, func() any { return jsonValues(v) })
}

// cached writes a nested value that many rows share, cutting it once a request.
func (e *exec) cached(dst []byte, of string, f *ast.Field, build func() any) []byte {
	key := nestedKey{of, f}
	b, ok := e.nested[key]
	if !ok {
		b = e.value(nil, build(), f.SelectionSet)
		e.nested[key] = b
	}
	return append(dst, b...)
}

func rawKey(ss []Strategy) string {
	key := ""
	for _, s := range ss {
		key += "|" + s.Name + s.Network + string(s.Params)
	}
	return key
}

func (e *exec) listVotes(dst []byte, f *ast.Field, args map[string]any) ([]byte, error) {
	p, err := e.readPage(args, 1000, 5000)
	if err != nil {
		return dst, err
	}
	cols := voteColumns()
	tests, err := cols.compile(p.where, e.now)
	if err != nil {
		return dst, err
	}
	if e.gen == Latest {
		tests = append(tests, func(v *Vote) bool { return e.byID[v.Proposal] != nil })
	}
	if p.orderBy != "vp" {
		p.orderBy = "created"
	}
	less := by(cols.number[p.orderBy], func(v *Vote) string { return v.ID }, p.asc, e.gen == Latest)
	return list(e, dst, f, choose(e.ix.votes, tests, p, less, false), func(dst []byte, v *Vote) ([]byte, error) {
		return e.vote(dst, v, f.SelectionSet), nil
	})
}

func (e *exec) oneVote(dst []byte, f *ast.Field, id string) []byte {
	i := slices.IndexFunc(e.ix.votes, func(v *Vote) bool { return v.ID == id })
	if i < 0 {
		return append(dst, "null"...)
	}
	return e.vote(dst, e.ix.votes[i], f.SelectionSet)
}

func (e *exec) vote(dst []byte, v *Vote, set ast.SelectionSet) []byte {
	values := map[string]any{}
	dst = append(dst, '{')
	for i, f := range e.collect(set) {
		dst = appendKey(dst, i, f.Alias)
		switch f.Name {
		case "space":
			dst = e.spaceOf(dst, v.Space, f)
		case "proposal":
			dst = e.oneProposal(dst, f, v.Proposal)
		case "choice":
			dst = appendRaw(dst, v.Choice)
		case "metadata":
			dst = appendMetadata(dst, v.Metadata)
		default:
			if len(values) == 0 {
				values = jsonValues(v)
			}
			dst = e.member(dst, values, f)
		}
	}
	return append(dst, '}')
}

func appendMetadata(dst []byte, raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return append(dst, "{}"...)
	}
	return append(dst, raw...)
}

func (e *exec) listFollows(dst []byte, f *ast.Field, args map[string]any) ([]byte, error) {
	p, err := e.readPage(args, 1000, 5000)
	if err != nil {
		return dst, err
	}
	cols := followColumns()
	tests, err := cols.compile(p.where, e.now)
	if err != nil {
		return dst, err
	}
	less := by(cols.number["created"], func(f *Follow) string { return f.ID }, p.asc, false)
	return list(e, dst, f, choose(e.ix.follows, tests, p, less, false), func(dst []byte, row *Follow) ([]byte, error) {
		values := jsonValues(row)
		if s := e.ix.bySpace[row.Space]; s != nil {
			values["space"] = s.values
		}
		return e.value(dst, values, f.SelectionSet), nil
	})
}
