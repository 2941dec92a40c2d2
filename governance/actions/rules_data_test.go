package actions

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/text"
)

// chainRow is a row of proposals_onchain.jsonl.
type chainRow struct {
	ID, DAO, Governor, Proposer, Title, Description, State string
	ChainID                                                uint64 `json:"chain_id"`
	Targets, Values, Signatures, Calldatas                 []string
	Start, Duration                                        any
}

// chainRows reads the real proposals, or skips the test where there are none
// (CI always has them).
func chainRows(t testing.TB) []chainRow {
	t.Helper()
	dir := os.Getenv("MANDATE_DATA_DIR")
	if dir == "" {
		dir = "../../../shared/data"
	}
	f, err := os.Open(filepath.Join(dir, "proposals_onchain.jsonl"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no data: set MANDATE_DATA_DIR (%v)", err)
	}
	defer f.Close()
	var rows []chainRow
	s := bufio.NewScanner(f)
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		var row chainRow
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

func (r chainRow) calls() []governance.Call {
	var list []governance.Call
	for i, target := range r.Targets {
		c := governance.Call{Target: target, Value: r.Values[i], Calldata: r.Calldatas[i]}
		if i < len(r.Signatures) {
			c.Signature = r.Signatures[i]
		}
		list = append(list, c)
	}
	return list
}

// dataWorld is what is known beside the proposals: the governors of daos.json.
type dataWorld struct {
	governors map[string]*governance.Governor // by DAO and address
	known     Known
}

func newDataWorld(t testing.TB) dataWorld {
	t.Helper()
	dir := os.Getenv("MANDATE_DATA_DIR")
	if dir == "" {
		dir = "../../../shared/data"
	}
	raw, err := os.ReadFile(filepath.Join(dir, "daos.json"))
	if err != nil {
		chainRows(t) // fails or skips, with the reason
		t.Fatal(err)
	}
	var file struct {
		DAOs []struct {
			Name, Governor, Timelock, Token string
			ChainID                         uint64 `json:"chainId"`
		} `json:"daos"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	w := dataWorld{governors: map[string]*governance.Governor{}}
	var list []governance.Governor
	for _, r := range file.DAOs {
		g := governance.Governor{Name: r.Name, Chain: r.ChainID, Address: r.Governor, Token: governance.VotesToken{Address: r.Token, Symbol: map[string]string{"ENS": "ENS", "Arbitrum Core": "ARB", "Arbitrum Treasury": "ARB"}[r.Name], Decimals: 18}}
		if r.Timelock != "" {
			g.Timelock = &governance.Timelock{Address: r.Timelock, Kind: "other"}
		}
		w.governors[strings.ToLower(r.Governor)] = &g
		w.governors[strings.ToLower(r.Name)] = &g
		list = append(list, g)
	}
	w.known = NewKnown(list, nil)
	return w
}

// context is what the inspector would give the rules for the row, with the
// given calls, where the governor is known by its addresses alone and nothing
// was read from a chain.
func (w dataWorld) context(r chainRow, calls []governance.Call) Context {
	p := &governance.Proposal{Title: r.Title, Body: r.Description, Author: r.Proposer, Type: governance.GovernorVote,
		OnChain: &governance.OnChain{Calls: calls, Description: "0x" + hex.EncodeToString([]byte(r.Description))}}
	if start, ok := r.Start.(float64); ok && r.Duration != nil {
		p.Start = time.Unix(int64(start), 0)
		p.End = p.Start.Add(time.Duration(r.Duration.(float64) * float64(time.Second)))
	}
	doc := text.New(p)
	g := w.governors[strings.ToLower(r.Governor)]
	if g == nil {
		g = w.governors[r.DAO]
	}
	return Context{Title: doc.Title, Text: doc.Text, Flags: doc.Flags, Proposal: p, Governor: g, Known: w.known,
		Actions: Decode(Input{ChainID: r.ChainID, Calls: calls, Known: w.known})}
}

// TestFalseDangers counts the danger findings on real proposals that nobody
// tampered with, and prints each.
func TestFalseDangers(t *testing.T) {
	byRule, rows, checked := map[string]int{}, 0, 0
	warns, env := map[string]int{}, newDataWorld(t)
	for _, r := range chainRows(t) {
		checked++
		hit := false
		for _, f := range Check(env.context(r, r.calls())) {
			switch f.Severity {
			case governance.Danger:
				byRule[f.Rule]++
				hit = true
				t.Logf("%.60s · %.60s\n    %s [%d]: %s\n    %v", r.ID, r.Title, f.Rule, f.ActionIndex, f.Title, shortProofs(f))
			case governance.Warn:
				warns[f.Rule]++
			}
		}
		if hit {
			rows++
		}
	}
	t.Logf("danger findings on %d of %d untouched proposals: %s", rows, checked, tally(byRule))
	t.Logf("warnings: %s", tally(warns))
	if rows*50 > checked {
		t.Errorf("more than 2%% of real proposals raise a danger")
	}
}

func shortProofs(f governance.Finding) string {
	var parts []string
	for _, p := range f.Evidence {
		parts = append(parts, p.Source+": "+clip(p.Text, 230))
	}
	return strings.Join(parts, " | ")
}

func tally(m map[string]int) string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for i, k := range keys {
		keys[i] = k + " " + strconv.Itoa(m[k])
	}
	return strings.Join(keys, ", ")
}
