package demo

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
)

// ballots are the votes of a file by proposal id.
type ballots map[string][]Vote

// readBallots reads CSV with at least the columns proposal_id, space, voter,
// choice (JSON), vp, created and reason.
func readBallots(r io.Reader) (ballots, error) {
	out := ballots{}
	if r == nil {
		return out, nil
	}
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = -1
	lines.LazyQuotes = true
	head, err := lines.Read()
	if err != nil {
		return nil, fmt.Errorf("read the head of the votes: %w", err)
	}
	at := map[string]int{}
	for i, name := range head {
		at[name] = i
	}
	for {
		line, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the votes: %w", err)
		}
		get := func(name string) string {
			if i, ok := at[name]; ok && i < len(line) {
				return line[i]
			}
			return ""
		}
		if v, ok := readBallot(get); ok {
			out[v.Proposal] = append(out[v.Proposal], v)
		}
	}
}

// readBallot leaves out lines whose choice is no JSON.
func readBallot(get func(string) string) (Vote, bool) {
	v := Vote{
		Proposal: get("proposal_id"), Space: get("space"), Voter: get("voter"),
		Choice: json.RawMessage(get("choice")), Reason: get("reason"), VPState: "final",
	}
	v.VP, _ = strconv.ParseFloat(get("vp"), 64)
	v.Created, _ = strconv.ParseInt(get("created"), 10, 64)
	v.ID = hashID("vote " + v.Voter + v.Proposal)
	v.IPFS = fakeCID(v.ID)
	return v, v.Proposal != "" && json.Valid(v.Choice)
}

// typeOf infers the kind of voting from the form of the ballots: a number is
// one choice, a list is approval or, where every list is a full order, ranked;
// an object is weighted, since nothing tells it from quadratic.
func (b ballots) typeOf(p *Proposal) string {
	kind := ""
	for _, v := range b[p.ID] {
		switch v.Choice[0] {
		case '{':
			return "weighted"
		case '[':
			if !fullOrder(v.Choice, len(p.Choices)) {
				return "approval"
			}
			kind = "ranked-choice"
		}
	}
	if kind != "" {
		return kind
	}
	return inferType(p.Choices)
}

func fullOrder(choice json.RawMessage, n int) bool {
	var order []int
	if json.Unmarshal(choice, &order) != nil || len(order) != n || n < 2 {
		return false
	}
	sort.Ints(order)
	for i, c := range order {
		if c != i+1 {
			return false
		}
	}
	return true
}

// place moves a proposal's ballots with it. A time that lies outside the
// voting period (some sources give a day or a block) becomes its first second.
func (b ballots) place(p *Proposal, shift int64) []Vote {
	out := b[p.ID]
	for i := range out {
		out[i].Space = p.Space
		out[i].Created += shift
		if out[i].Created <= p.Start || out[i].Created > p.End {
			out[i].Created = p.Start + 1
		}
	}
	return out
}
