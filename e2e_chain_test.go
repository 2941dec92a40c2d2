package main

import (
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
	"mandate/governance/governancetest"
	"mandate/governance/governancetest/govkit"
)

// command runs the program once and returns its exit status and what it said.
func command(t *testing.T, environ []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, log governancetest.Log
	code = run(t.Context(), args, program{environ: environ, stdin: strings.NewReader(""), stdout: &out, stderr: &log})
	return code, out.String(), log.String()
}

// Four kinds of governors on a real chain, each led from proposal to
// execution: mandate sync reads them from the chain alone, and after each
// stage the program says what the contract says.
func TestGovernorsOnAnvil(t *testing.T) {
	for _, kind := range []govkit.Kind{govkit.OZ5, govkit.OZ4, govkit.BravoLike, govkit.Alpha} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			url := governancetest.Anvil(t, "--chain-id", "31337")
			k := govkit.Deploy(t, url, kind)
			id := governance.GovernorID(31337, k.Governor.Hex())
			dir := t.TempDir()
			environ := []string{"MANDATE_DATABASE_URL=sqlite:" + filepath.Join(dir, "m.db"), "MANDATE_RPC_31337=" + url, "MANDATE_EGRESS=local", "MANDATE_LOG_LEVEL=error"}
			sync := func() string {
				t.Helper()
				k.Mine(70) // what is read has to be confirmed
				code, out, log := command(t, environ, "sync", "--governor", id)
				if code != 0 {
					t.Fatalf("exit status %d\n%s%s", code, out, log)
				}
				return out
			}
			pid := k.Pay("# Pay the lamplighter\n\nOne ether for a winter of lamps, paid to " + k.Voters[4].Address.Hex() + ".")
			k.ToVote(pid)
			for _, v := range k.Voters[:3] {
				k.Vote(v, pid, 1)
			}
			k.ToEnd(pid)
			k.Queue(pid)
			if out := sync(); !strings.Contains(out, "1 new") {
				t.Errorf("after the queue: %s", out)
			}
			if got := stateAt(t, environ, id, pid); got != "queued" {
				t.Errorf("queued, and the program says %q", got)
			}
			k.ToETA(pid)
			k.Execute(pid)
			sync()
			if got := stateAt(t, environ, id, pid); got != "executed" {
				t.Errorf("executed, and the program says %q", got)
			}
		})
	}
}

// stateAt starts the program on the stored data, without any source, and asks
// its API.
func stateAt(t *testing.T, environ []string, governor string, id *big.Int) string {
	t.Helper()
	base, _ := launch(t, append(environ, "MANDATE_SPACES=none", "MANDATE_GOVERNORS=none", "MANDATE_LISTEN=127.0.0.1:0"))
	status, body := fetch(t, base+"/api/v1/proposals/"+governor+":"+id.String())
	var p struct {
		State string `json:"state"`
		Chain struct {
			Calls []governance.Call `json:"calls"`
		} `json:"chain"`
		Title string `json:"title"`
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil || status != http.StatusOK {
		t.Fatalf("status %d: %s", status, body)
	}
	if p.Title != "Pay the lamplighter" || len(p.Chain.Calls) != 1 || p.Chain.Calls[0].Value != "1000000000000000000" {
		t.Errorf("read as %q with %+v", p.Title, p.Chain.Calls)
	}
	return p.State
}

// What is wrong with a node or an address is one line and an exit status.
func TestSyncOfWrongGovernors(t *testing.T) {
	url := governancetest.Anvil(t, "--chain-id", "31337")
	k := govkit.Deploy(t, url, govkit.OZ4)
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	at := func(a common.Address) string { return governance.GovernorID(31337, a.Hex()) }
	for _, tt := range []struct{ name, rpc, governor, want string }{
		{"a token", "31337=" + url, at(k.Token), "cannot be read"},
		{"an account", "31337=" + url, at(k.Voters[0].Address), "cannot be read"},
		{"no node", "5=" + url, at(k.Governor), "MANDATE_RPC_31337"},
		{"another chain", "1=" + url, governance.GovernorID(1, k.Governor.Hex()), "cannot be read"},
		{"down", "31337=" + down.URL, at(k.Governor), "cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			environ := []string{"MANDATE_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "m.db"), "MANDATE_RPC_" + tt.rpc, "MANDATE_EGRESS=local", "MANDATE_LOG_LEVEL=error"}
			code, out, log := command(t, environ, "sync", "--governor", tt.governor)
			if lines := strings.Count(strings.TrimSpace(log), "\n"); code != 1 || !strings.Contains(log, tt.want) || lines > 0 {
				t.Errorf("exit status %d, want 1 and one line with %q:\n%s%s", code, tt.want, out, log)
			}
		})
	}
	if code, _, log := command(t, nil, "sync", "--governor", "eip155:1:0x12"); code != 2 || !strings.Contains(log, "MANDATE_GOVERNORS") {
		t.Errorf("exit status %d: %s", code, log)
	}
}

// Calls in a file are decoded without network; what is wrong with the file is one
// line.
func TestDecodeCommand(t *testing.T) {
	pay := `{"chain_id":1,"targets":["0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"],"values":["0"],"signatures":[""],` +
		`"calldatas":["0xa9059cbb00000000000000000000000084f35851d35a1fe0ad6af36c0f7b8f6bc8a08b6e00000000000000000000000000000000000000000000000000000005d21dba00"],` +
		`"description":"# Pay 25,000 USDC for lamps\n\nTo 0x84f35851d35A1fE0Ad6Af36C0F7b8F6bC8a08B6E."}`
	file := filepath.Join(t.TempDir(), "calls.json")
	write(t, file, pay)
	code, out, log := command(t, nil, "decode", "--json", file)
	var got struct {
		Actions []struct {
			Index    int              `json:"index"`
			Target   string           `json:"target"`
			Value    string           `json:"value"`
			Function string           `json:"function"`
			Args     []governance.Arg `json:"args"`
			Nested   []any            `json:"nested"`
			Chain    uint64           `json:"chain_id"`
		} `json:"actions"`
		Findings []governance.Finding `json:"findings"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 || len(got.Actions) != 1 || got.Findings == nil {
		t.Fatalf("exit status %d, %v\n%s%s", code, err, out, log)
	}
	if a := got.Actions[0]; a.Function != "transfer(address,uint256)" || len(a.Args) != 2 || a.Args[1].Value != "25000000000" || a.Args[1].Note != "25,000 USDC" || a.Nested == nil || a.Chain != 1 {
		t.Errorf("decoded as %+v", a)
	}
	for _, f := range got.Findings {
		if f.Severity == governance.Danger {
			t.Errorf("a plain payment: %+v", f)
		}
	}
	if code, out, _ = command(t, nil, "decode", file); code != 0 || !strings.Contains(out, "1. Sends 25,000 USDC") {
		t.Errorf("exit status %d: %s", code, out)
	}
	for _, bad := range []string{`{}`, `[]`, `{"chain_id":1,"targets":["0x1"],"calldatas":["0x"]}`, `{"chain_id":1,"targets":[],"calldatas":["0x"]}`, ``} {
		write(t, file, bad)
		if code, _, log := command(t, nil, "decode", file); code != 1 || strings.Count(strings.TrimSpace(log), "\n") > 0 || log == "" {
			t.Errorf("%s: exit status %d: %s", bad, code, log)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
