package quality

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"mandate/governance"
	"mandate/governance/text"
)

// Label is what a person found in one proposal.
type Label struct {
	File       string          `json:"file"`
	ID         string          `json:"id"`
	Kind       governance.Kind `json:"kind"`
	KindAlt    []string        `json:"kind_alt"` // as good
	Asks       []LabelAsk      `json:"asks"`
	Choices    []LabelChoice   `json:"choices"`
	Misleading bool            `json:"misleading"` // the labels or their order mislead
	Facts      []LabelFact     `json:"facts"`
	Leanings   map[string]int  `json:"leanings"`
}

// LabelAsk is an ask; any of Recipients is right.
type LabelAsk struct {
	Amount     string   `json:"amount"`
	Token      string   `json:"token"`
	Recipients []string `json:"recipient"`
}

// LabelChoice is the stance of one choice.
type LabelChoice struct {
	Index  int               `json:"index"`
	Stance governance.Stance `json:"stance"`
}

// LabelFact is a place of the raw body, in code points, that a voter must
// know.
type LabelFact struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Note  string `json:"note"`
}

// Case is a labelled proposal with its text.
type Case struct {
	Label    Label
	Proposal governance.Proposal
	Document text.Document
	Facts    [][2]int // the label's facts as places in the canonical text
}

// Load reads the labels of dir (*.jsonl) and the proposals that they are
// about from dataDir. A missing data file is an fs.ErrNotExist.
func Load(dir, dataDir string) ([]Case, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no labels in %s: %w", dir, fs.ErrNotExist)
	}
	var cases []Case
	for _, path := range paths {
		some, err := LoadFile(path, dataDir)
		if err != nil {
			return nil, err
		}
		cases = append(cases, some...)
	}
	return cases, nil
}

// LoadFile is Load for one file of labels.
func LoadFile(path, dataDir string) ([]Case, error) {
	labels, err := readLines[Label](path)
	if err != nil {
		return nil, err
	}
	wanted := map[string]map[string]bool{}
	for _, l := range labels {
		if wanted[l.File] == nil {
			wanted[l.File] = map[string]bool{}
		}
		wanted[l.File][l.ID] = true
	}
	found := map[string]governance.Proposal{}
	for file, ids := range wanted {
		if err := readProposals(filepath.Join(dataDir, file), ids, found); err != nil {
			return nil, err
		}
	}
	cases := make([]Case, 0, len(labels))
	for _, l := range labels {
		p, ok := found[l.ID]
		if !ok {
			return nil, fmt.Errorf("%s: no proposal %s in %s", path, l.ID, l.File)
		}
		cases = append(cases, newCase(l, p))
	}
	return cases, nil
}

func newCase(l Label, p governance.Proposal) Case {
	c := Case{Label: l, Proposal: p, Document: text.New(&p)}
	body := []rune(p.Body)
	for _, f := range l.Facts {
		if f.Start < 0 || f.End > len(body) || f.Start >= f.End {
			continue
		}
		c.Facts = append(c.Facts, locate(c.Document, body, f))
	}
	return c
}

// locate finds a place of the raw body in the canonical text: the occurrence
// that is nearest to where it was.
func locate(d text.Document, body []rune, f LabelFact) [2]int {
	said, _ := text.Canonical(string(body[f.Start:f.End]))
	said = strings.TrimSpace(said)
	best, from := [2]int{-1, -1}, 0
	want := d.BodyAt + f.Start
	for said != "" {
		at := strings.Index(d.Text[from:], said)
		if at < 0 {
			break
		}
		start := d.CodePoint(from + at)
		if best[0] < 0 || abs(start-want) < abs(best[0]-want) {
			best = [2]int{start, start + utf8.RuneCountInString(said)}
		}
		from += at + len(said)
	}
	return best
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// row is what both files of proposals have, under their own names.
type row struct {
	ID          string   `json:"id"`
	Space       string   `json:"space"`
	SpaceName   string   `json:"space_name"`
	DAO         string   `json:"dao"`
	Governor    string   `json:"governor"`
	ChainID     int64    `json:"chain_id"`
	ProposalID  string   `json:"proposal_id"`
	Title       string   `json:"title"`
	Body        string   `json:"body"`
	Description string   `json:"description"`
	Discussion  string   `json:"discussion"`
	Choices     []string `json:"choices"`
	Type        string   `json:"type"`
	Start       int64    `json:"start"`
	End         int64    `json:"end"`
}

func (r row) proposal() governance.Proposal {
	p := governance.Proposal{Ref: governance.SnapshotRef(r.Space, r.ID), DAO: r.Space, DAOName: r.SpaceName, Title: r.Title, Body: r.Body,
		Choices: r.Choices, Type: governance.VotingType(r.Type), Discussion: r.Discussion, Start: time.Unix(r.Start, 0), End: time.Unix(r.End, 0)}
	if r.Space == "" {
		p.Ref = governance.Ref(fmt.Sprintf("eip155:%d:%s:%s", r.ChainID, strings.ToLower(cmp.Or(r.Governor, noGovernor)), cmp.Or(r.ProposalID, "0")))
		p.DAO, p.Body = r.DAO, cmp.Or(r.Description, r.Body)
		p.Choices = []string{"Against", "For"}
		if r.DAO != "aave" { // its governor has no abstaining
			p.Choices = append(p.Choices, "Abstain")
		}
	}
	return p
}

// noGovernor stands for the governor of rows that do not name theirs.
const noGovernor = "0x0000000000000000000000000000000000000000"

// Proposals reads every proposal of a file of the data directory.
func Proposals(path string) ([]governance.Proposal, error) {
	rows, err := readLines[row](path)
	if err != nil {
		return nil, err
	}
	list := make([]governance.Proposal, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.proposal())
	}
	return list, nil
}

func readProposals(path string, ids map[string]bool, into map[string]governance.Proposal) error {
	rows, err := readLines[row](path)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if ids[r.ID] {
			into[r.ID] = r.proposal()
		}
	}
	return nil
}

func readLines[T any](path string) (rows []T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for n := 1; lines.Scan(); n++ {
		var r T
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		rows = append(rows, r)
	}
	return rows, lines.Err()
}
