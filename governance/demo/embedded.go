package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"
)

//go:embed world
var worldFiles embed.FS

// spaceFile is one entry of world/spaces.json: a hub's space whose creation is
// told as an offset from the program's start.
type spaceFile struct {
	Space
	Created string `json:"created"`
}

// proposalFile is the header of one file of the world; its body follows after
// a line of three dashes. Times are offsets such as "-3d4h" or "+7m".
type proposalFile struct {
	ID          string          `json:"id"`
	Title       string          `json:"title"`
	Author      string          `json:"author"`
	Type        string          `json:"type"`
	Choices     []string        `json:"choices"`
	Created     string          `json:"created"`
	Start       string          `json:"start"`
	End         string          `json:"end"`
	Scores      []float64       `json:"scores"`
	ScoresTotal *float64        `json:"scores_total"`
	Votes       int             `json:"votes"`
	Quorum      float64         `json:"quorum"`
	QuorumType  string          `json:"quorumType"`
	Labels      []string        `json:"labels"`
	Discussion  string          `json:"discussion"`
	Privacy     string          `json:"privacy"`
	Plugins     json.RawMessage `json:"plugins"`
	Flagged     bool            `json:"flagged"`
	FlagCode    int             `json:"flagCode"`
	App         string          `json:"app"`
}

func (w *World) loadEmbedded() error {
	now := w.cfg.Now()
	if err := w.embeddedSpaces(now); err != nil {
		return err
	}
	paths, err := fs.Glob(worldFiles, "world/*/*.md")
	if err != nil {
		return fmt.Errorf("list the world's files: %w", err)
	}
	for _, path := range paths {
		p, err := w.readProposal(path, now)
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		w.Add(p)
	}
	w.inventVotes(now)
	return nil
}

func (w *World) embeddedSpaces(now time.Time) error {
	b, err := worldFiles.ReadFile("world/spaces.json")
	if err != nil {
		return fmt.Errorf("read the world's spaces: %w", err)
	}
	var files []spaceFile
	if err := json.Unmarshal(b, &files); err != nil {
		return fmt.Errorf("parse the world's spaces: %w", err)
	}
	for _, f := range files {
		at, err := offset(f.Created)
		if err != nil {
			return fmt.Errorf("space %s: %w", f.ID, err)
		}
		f.Space.Created = now.Add(at).Unix()
		w.AddSpace(f.Space)
	}
	return nil
}

func (w *World) readProposal(path string, now time.Time) (Proposal, error) {
	b, err := worldFiles.ReadFile(path)
	if err != nil {
		return Proposal{}, fmt.Errorf("open: %w", err)
	}
	f, body, err := splitFile(b)
	if err != nil {
		return Proposal{}, err
	}
	parts := strings.Split(path, "/")
	return f.proposal(w.spaces[parts[1]], parts[1]+"/"+parts[2], body, now)
}

func splitFile(b []byte) (f proposalFile, body string, err error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return f, "", fmt.Errorf("parse the header: %w", err)
	}
	rest, ok := bytes.CutPrefix(b[dec.InputOffset():], []byte("\n---\n"))
	if !ok {
		return f, "", fmt.Errorf("no line of three dashes after the header")
	}
	return f, strings.TrimSuffix(string(rest), "\n"), nil
}

func (f proposalFile) proposal(s *Space, name, body string, now time.Time) (Proposal, error) {
	if s == nil {
		return Proposal{}, fmt.Errorf("its space is not in spaces.json")
	}
	start, errStart := offset(f.Start)
	end, errEnd := offset(f.End)
	if errStart != nil || errEnd != nil || end <= start {
		return Proposal{}, fmt.Errorf("start %q and end %q make no period", f.Start, f.End)
	}
	p := Proposal{
		ID: f.ID, Space: s.ID, Author: f.Author, Type: f.Type, Title: f.Title, Body: body,
		Choices: f.Choices, Labels: f.Labels, Discussion: f.Discussion, Privacy: f.Privacy, Plugins: f.Plugins,
		Quorum: f.Quorum, QuorumType: f.QuorumType, Flagged: f.Flagged, FlagCode: f.FlagCode, App: f.App,
		Start: now.Add(start).Unix(), End: now.Add(end).Unix(), VoteCount: f.Votes,
	}
	orElse(&p.ID, hashID(name))
	if p.Choices == nil {
		p.Choices = []string{"For", "Against", "Abstain"}
	}
	err := f.created(&p, s, start, now)
	p.Snapshot = blockAt(s.Network, p.Created)
	f.results(&p, now)
	return p, err
}

// created is told, or lies the space's delay before the start.
func (f proposalFile) created(p *Proposal, s *Space, start time.Duration, now time.Time) error {
	at := start
	if s.Voting.Delay != nil {
		at -= time.Duration(*s.Voting.Delay) * time.Second
	}
	if f.Created != "" {
		var err error
		if at, err = offset(f.Created); err != nil {
			return err
		}
	}
	if at > 0 {
		return fmt.Errorf("it would be created after the program's start")
	}
	p.Created = now.Add(at).Unix()
	return nil
}

func (f proposalFile) results(p *Proposal, now time.Time) {
	p.Scores = notNil(f.Scores)
	p.ScoresTotal = f.ScoresTotal
	if p.ScoresTotal == nil {
		total := totalOf(p.Type, p.Scores)
		p.ScoresTotal = &total
	}
	if len(p.Scores) == 0 {
		return
	}
	updated := min(now.Unix(), p.End+75)
	p.ScoresUpdated, p.ScoresState = &updated, "pending"
	if p.End < now.Unix() {
		p.ScoresState = "final"
	}
	p.ScoresByStrategy = byStrategy(p.Scores)
}

// totalOf sums the power of all votes. An approval vote counts for several
// choices at once, so there it is below the sum of the scores.
func totalOf(kind string, scores []float64) float64 {
	sum, largest := 0.0, 0.0
	for _, s := range scores {
		sum += s
		largest = max(largest, s)
	}
	if kind == "approval" {
		return min(sum, largest*1.18)
	}
	return sum
}

func byStrategy(scores []float64) json.RawMessage {
	rows := make([][]float64, len(scores))
	for i, s := range scores {
		rows[i] = []float64{s}
	}
	return json.RawMessage(rawJSON(rows))
}

var offsetForm = regexp.MustCompile(`^([+-])(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$`)

// offset reads "-3d4h", "+7m" and the like.
func offset(s string) (time.Duration, error) {
	m := offsetForm.FindStringSubmatch(s)
	if m == nil || len(s) < 3 {
		return 0, fmt.Errorf("%q is no offset such as -3d4h", s)
	}
	var out time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute} {
		if m[i+2] == "" {
			continue
		}
		n, err := strconv.Atoi(m[i+2])
		if err != nil {
			return 0, fmt.Errorf("%q is no offset: %w", s, err)
		}
		out += time.Duration(n) * unit
	}
	if m[1] == "-" {
		out = -out
	}
	return out, nil
}

// blockAt is a plausible block height for the second.
func blockAt(network string, second int64) int64 {
	perSecond := map[string]float64{"1": 1.0 / 12, "10": 0.5, "100": 0.2, "137": 0.48, "42161": 4}[network]
	return int64(float64(second-1_600_000_000) * max(perSecond, 0.01))
}
