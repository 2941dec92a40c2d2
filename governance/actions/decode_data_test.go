package actions

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"testing"
	"time"

	"mandate/governance"
)

// dataRow is what the tests read of proposals_onchain.jsonl.
type dataRow struct {
	ID         string   `json:"id"`
	DAO        string   `json:"dao"`
	ChainID    uint64   `json:"chain_id"`
	Targets    []string `json:"targets"`
	Values     []string `json:"values"`
	Signatures []string `json:"signatures"`
	Calldatas  []string `json:"calldatas"`
}

func (r dataRow) calls() []governance.Call {
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	calls := make([]governance.Call, len(r.Targets))
	for i, target := range r.Targets {
		calls[i] = governance.Call{Target: target, Value: at(r.Values, i), Signature: at(r.Signatures, i), Calldata: at(r.Calldatas, i)}
	}
	return calls
}

// onchainRows reads the real proposals, or skips.
func onchainRows(t testing.TB) []dataRow {
	t.Helper()
	dir := os.Getenv("MANDATE_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	file, err := os.Open(filepath.Join(dir, "proposals_onchain.jsonl"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no real proposals: MANDATE_DATA_DIR has no proposals_onchain.jsonl")
	}
	defer func() { _ = file.Close() }()
	var rows []dataRow
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var r dataRow
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

func TestDecodeRealProposals(t *testing.T) {
	type share struct{ all, named int }
	shares := map[string]*share{}
	unknown := map[string]int{}
	rows := onchainRows(t)
	start := time.Now()
	for _, r := range rows {
		for _, a := range Decode(Input{ChainID: r.ChainID, Calls: r.calls()}) {
			for _, name := range []string{"all", r.DAO} {
				if shares[name] == nil {
					shares[name] = &share{}
				}
				shares[name].all++
				if a.Named {
					shares[name].named++
				}
			}
			countUnknown(unknown, a)
			checkAction(t, a)
		}
	}
	t.Logf("%d proposals in %s", len(rows), time.Since(start).Round(time.Millisecond))
	for name, s := range shares {
		t.Logf("%-18s %4d actions, fully named %.1f%%", name, s.all, 100*float64(s.named)/float64(s.all))
		if name != "all" && float64(s.named) < 0.95*float64(s.all) {
			t.Errorf("%s: fewer than 95%% of the actions are fully named", name)
		}
	}
	keys := make([]string, 0, len(unknown))
	for k := range unknown {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		t.Logf("unknown %s: %d", k, unknown[k])
	}
}

func countUnknown(unknown map[string]int, a governance.Action) {
	if !a.Named && len(a.Unverified) > 0 {
		key := a.Target
		if len(a.Calldata) >= 10 {
			key += " " + a.Calldata[:10] + " " + a.Function
		}
		unknown[key+" "+a.Unverified[0]]++
	}
	for _, n := range a.Nested {
		countUnknown(unknown, n)
	}
}

func checkAction(t *testing.T, a governance.Action) {
	t.Helper()
	if a.Sentence == "" || a.Target == "" || a.Args == nil || a.Effects == nil || a.Nested == nil {
		t.Errorf("incomplete action: %+v", a)
	}
	if os.Getenv("MANDATE_SHOW") != "" {
		t.Log(a.Sentence)
	}
	for _, n := range a.Nested {
		checkAction(t, n)
	}
}

func BenchmarkDecode(b *testing.B) {
	rows := onchainRows(b)
	inputs := make([]Input, len(rows))
	for i, r := range rows {
		inputs[i] = Input{ChainID: r.ChainID, Calls: r.calls()}
	}
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		for _, in := range inputs {
			Decode(in)
		}
	}
	b.ReportMetric(float64(b.N*len(rows))/b.Elapsed().Seconds(), "proposals/s")
}
