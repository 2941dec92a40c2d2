package demo

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// row is a hub-shaped proposal as files hold it: any field may be null, and
// the space may be its id alone.
type row struct {
	ID          string          `json:"id"`
	IPFS        string          `json:"ipfs"`
	Space       json.RawMessage `json:"space"`
	SpaceName   string          `json:"space_name"`
	Title       string          `json:"title"`
	Body        string          `json:"body"`
	Author      string          `json:"author"`
	Type        string          `json:"type"`
	Choices     []string        `json:"choices"`
	Labels      []string        `json:"labels"`
	Start       int64           `json:"start"`
	End         int64           `json:"end"`
	Created     int64           `json:"created"`
	Snapshot    json.RawMessage `json:"snapshot"`
	Scores      []float64       `json:"scores"`
	ScoresTotal *float64        `json:"scores_total"`
	Votes       int             `json:"votes"`
	Quorum      float64         `json:"quorum"`
	QuorumType  string          `json:"quorumType"`
	Discussion  string          `json:"discussion"`
	Privacy     string          `json:"privacy"`
	Plugins     json.RawMessage `json:"plugins"`
	Flagged     bool            `json:"flagged"`
	FlagCode    int             `json:"flagCode"`
	Network     string          `json:"network"`
	Symbol      string          `json:"symbol"`
	App         string          `json:"app"`
}

const maxRowBytes = 16 << 20

// loadRows serves the rows of a file instead of the embedded world.
func (w *World) loadRows(r io.Reader) error {
	ps, names, err := readRows(r)
	if err != nil {
		return err
	}
	cast, err := readBallots(w.cfg.Votes)
	if err != nil {
		return err
	}
	before := map[string]int64{}
	for i := range ps {
		before[ps[i].ID] = ps[i].End
		if ps[i].Type == "" {
			ps[i].Type = cast.typeOf(&ps[i])
		}
	}
	redate(ps, w.cfg.Now())
	for id, name := range names {
		s := Space{ID: id, Name: name, Created: oldest(ps, id)}
		fillSpace(&s)
		w.spaces[id] = &s
	}
	for i := range ps {
		finish(&ps[i], w.cfg.Now().Unix())
		w.AddVotes(cast.place(&ps[i], ps[i].End-before[ps[i].ID])...)
	}
	w.Add(ps...)
	return nil
}

func readRows(r io.Reader) ([]Proposal, map[string]string, error) {
	var ps []Proposal
	names := map[string]string{}
	lines := bufio.NewReaderSize(r, 1<<20)
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if len(bytes.TrimSpace(line)) > 0 {
			p, name, bad := parseRow(line)
			if bad != nil {
				return nil, nil, fmt.Errorf("line %d: %w", n, bad)
			}
			ps = append(ps, p)
			names[p.Space] = cmp.Or(names[p.Space], name)
		}
		if errors.Is(err, io.EOF) {
			return ps, names, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
}

func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull) && len(line) < maxRowBytes:
			continue
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("longer than %d MiB", maxRowBytes>>20)
		}
		return line, err
	}
}

func parseRow(line []byte) (Proposal, string, error) {
	var r row
	if err := json.Unmarshal(line, &r); err != nil {
		return Proposal{}, "", fmt.Errorf("parse the proposal: %w", err)
	}
	space := spaceID(r.Space)
	if r.ID == "" || space == "" {
		return Proposal{}, "", errors.New("a proposal needs an id and a space")
	}
	p := Proposal{
		ID: r.ID, IPFS: r.IPFS, Space: space, Title: r.Title, Body: r.Body, Author: r.Author,
		Choices: notNil(r.Choices), Labels: r.Labels, Start: r.Start, End: r.End, Created: r.Created,
		Scores: r.Scores, ScoresTotal: r.ScoresTotal, VoteCount: r.Votes, Quorum: r.Quorum, QuorumType: r.QuorumType,
		Discussion: r.Discussion, Privacy: r.Privacy, Flagged: r.Flagged, FlagCode: r.FlagCode,
		Network: r.Network, Symbol: r.Symbol, App: r.App, Plugins: r.Plugins,
		Type: r.Type, Snapshot: number(r.Snapshot),
	}
	if string(p.Plugins) == "null" { // never scraped, not the hub's broken row
		p.Plugins = nil
	}
	return p, r.SpaceName, nil
}

func spaceID(raw json.RawMessage) string {
	var id string
	if json.Unmarshal(raw, &id) == nil {
		return id
	}
	var s SpaceRef
	if json.Unmarshal(raw, &s) == nil {
		return s.ID
	}
	return ""
}

func number(raw json.RawMessage) int64 {
	n, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// inferType guesses from the labels where the row was scraped without a type:
// the basic ballot has fixed words, everything else takes one choice.
func inferType(choices []string) string {
	words := map[string]bool{"for": true, "against": true, "abstain": true, "yes": true, "no": true, "yae": true, "nay": true}
	if len(choices) < 2 || len(choices) > 3 {
		return "single-choice"
	}
	for _, c := range choices {
		if !words[strings.ToLower(strings.TrimSpace(c))] {
			return "single-choice"
		}
	}
	return "basic"
}

const (
	openRows   = 60
	openPeriod = 7 * 24 * time.Hour
)

// redate moves all rows by one amount, so that the newest that is not among the
// open ones ended an hour ago. The newest 60 are open and end one after the
// other over the next seven days.
func redate(ps []Proposal, now time.Time) {
	slices.SortStableFunc(ps, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(a.End, b.End), cmp.Compare(a.ID, b.ID))
	})
	open := max(0, len(ps)-openRows)
	if open > 0 {
		shift := now.Add(-time.Hour).Unix() - ps[open-1].End
		for i := range ps[:open] {
			move(&ps[i], shift)
		}
	}
	for i := range ps[open:] {
		p := &ps[open+i]
		end := now.Add(openPeriod * time.Duration(i+1) / time.Duration(len(ps)-open)).Unix()
		move(p, end-p.End)
		p.Start = min(p.Start, now.Add(-time.Hour).Unix())
		p.Created = min(p.Created, p.Start)
	}
}

func move(p *Proposal, by int64) {
	if p.Created == 0 {
		p.Created = p.Start
	}
	p.Start, p.End, p.Created = p.Start+by, p.End+by, p.Created+by
}

// finish sets what a scraped row does not tell. Scores that were never counted
// stay null.
func finish(p *Proposal, now int64) {
	if p.Scores == nil {
		return
	}
	p.ScoresState = "pending"
	if p.End < now {
		p.ScoresState = "final"
	}
}

func oldest(ps []Proposal, space string) int64 {
	out := int64(0)
	for _, p := range ps {
		if p.Space == space && (out == 0 || p.Created < out) {
			out = p.Created
		}
	}
	return out - 86400
}
