package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mandate/governance"
	"mandate/governance/demo"
)

// execute runs a command line and returns what it printed.
func execute(t *testing.T, stdin string, environ []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	code = run(context.Background(), args, program{environ: environ, stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs})
	return code, out.String(), errs.String()
}

const grantProposal = `{"title":"[GRANT] Fund the lighthouse docs","body":"## Summary\n\nThis proposal requests 40,000 USDC for the Lighthouse docs team to write the user guide.\n\n## Against\n\nThe last guide was late by two months.","choices":["For","Against","Abstain"],"type":"basic"}`

func TestAssess(t *testing.T) {
	code, out, errs := execute(t, grantProposal, nil, "assess", "--json", "-")
	if code != 0 {
		t.Fatalf("%d %s", code, errs)
	}
	var a struct {
		governance.Assessment
		Text string
	}
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatal(err)
	}
	checkQuotes(t, a.Text, &a.Assessment)
	if len(a.Asks) != 1 || a.Asks[0].Amount != "40000" || a.Asks[0].Token != "USDC" || a.Choices[0].Stance != governance.Support || a.Choices[1].Stance != governance.Oppose {
		t.Errorf("%s", out)
	}
	file := filepath.Join(t.TempDir(), "proposal.md")
	if err := os.WriteFile(file, []byte("# Buy a kettle\n\nThe club house needs a kettle. We ask for 35 USDC from the treasury.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs = execute(t, "", nil, "assess", file)
	if code != 0 || !strings.Contains(out, "35 USDC") || !strings.Contains(out, "built-in") {
		t.Errorf("%d %s %s", code, out, errs)
	}
}

// Every fault is one line on standard error that says what to do, with the
// right exit status.
func TestCommandFaults(t *testing.T) {
	tests := []struct {
		name  string
		stdin string
		env   []string
		args  []string
		code  int
		says  []string
	}{
		{"unknown command", "", nil, []string{"vote"}, 2, []string{"vote"}},
		{"unknown flag", "", nil, []string{"serve", "--colour"}, 2, []string{"--colour"}},
		{"no file named", "", nil, []string{"assess"}, 2, []string{"file"}},
		{"missing file", "", nil, []string{"assess", "/nowhere/x.json"}, 1, []string{"/nowhere/x.json cannot be opened"}},
		{"empty file", " \n", nil, []string{"assess", "-"}, 1, []string{"the file is empty"}},
		{"broken JSON", "{", nil, []string{"assess", "-"}, 1, []string{"not valid JSON"}},
		{"JSON without a proposal", "{}", nil, []string{"assess", "-"}, 1, []string{"title or body"}},
		{"binary", "\xff\xfe\x00", nil, []string{"assess", "-"}, 1, []string{"not UTF-8"}},
		{"too large", strings.Repeat("a", maxFile+1), nil, []string{"assess", "-"}, 1, []string{"larger than 4 MiB"}},
		{"two kinds of scope", "", nil, []string{"sync", "--all", "--space", "a.eth"}, 2, []string{"exclude each other"}},
		{"all faults of the settings at once", "", []string{"MANDATE_LISTEN=here", "MANDATE_SYNC_INTERVAL=1", "MANDATE_LOG=xml"}, []string{"serve"}, 2, []string{"MANDATE_LISTEN", "MANDATE_SYNC_INTERVAL", "MANDATE_LOG"}},
		{"address in use elsewhere", "", nil, []string{"demo", "--listen", "192.0.2.1:1"}, 1, []string{"--listen"}},
		{"database that cannot be opened", "", []string{"MANDATE_DATABASE_URL=sqlite:/proc/none/x.db", "MANDATE_SECRET_FILE=" + filepath.Join(t.TempDir(), "s")}, []string{"sync"}, 1, []string{"database"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, errs := execute(t, tt.stdin, tt.env, tt.args...)
			if code != tt.code {
				t.Errorf("exit status %d, want %d", code, tt.code)
			}
			for _, line := range strings.Split(strings.TrimSpace(errs), "\n") {
				if !strings.HasPrefix(line, "mandate: ") {
					t.Errorf("line %q", line)
				}
			}
			for _, words := range tt.says {
				if !strings.Contains(errs, words) {
					t.Errorf("%q does not say %q", errs, words)
				}
			}
		})
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"demo", "--help"}, {"sync", "--help"}, {"assess", "--help"}, {"bench", "--help"}, {"bench", "web", "--help"}, {"version", "--help"}} {
		if code, out, errs := execute(t, "", nil, args...); code != 0 || !strings.Contains(out, "Usage:") || errs != "" {
			t.Errorf("%v: %d %q %q", args, code, out, errs)
		}
	}
	if code, out, _ := execute(t, "", nil, "version"); code != 0 || !strings.Contains(out, "mandate ") || !strings.Contains(out, "go1.") {
		t.Errorf("%d %q", code, out)
	}
	code, out, _ := execute(t, "", []string{"MANDATE_SNAPSHOT_API_KEY=canary-key", "MANDATE_DATABASE_URL=postgres://u:canary-pass@db/x"}, "serve", "--print-config")
	if code != 0 || !strings.Contains(out, "MANDATE_LISTEN=127.0.0.1:8080") || strings.Contains(out, "canary") {
		t.Errorf("%d %q", code, out)
	}
}

// TestSync catches up from a real hub into a fresh database: twice, and a
// second run finds nothing new.
func TestSync(t *testing.T) {
	world, err := demo.New(demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	hub := httptest.NewServer(world.Handler())
	defer hub.Close()
	env := []string{"MANDATE_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "x.db"), "MANDATE_SNAPSHOT_HUB_URL=" + hub.URL + "/graphql"}
	code, out, errs := execute(t, "", env, "sync", "--all")
	if code != 0 || !strings.Contains(out, " new, 0 edited") || strings.HasPrefix(out, "snapshot: 0 new") {
		t.Fatalf("%d %q %q", code, out, errs)
	}
	if strings.Contains(errs, "\r") {
		t.Error("progress went to something that is no terminal")
	}
	if code, out, errs = execute(t, "", env, "sync", "--all"); code != 0 || !strings.HasPrefix(out, "snapshot: 0 new") {
		t.Errorf("again: %d %q %q", code, out, errs)
	}
	hub.Close()
	if code, _, errs = execute(t, "", env, "sync", "--all"); code != 1 || !strings.Contains(errs, "mandate: ") {
		t.Errorf("without a hub: %d %q", code, errs)
	}
}
