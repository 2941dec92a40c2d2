package main

import (
	"fmt"
	goparser "go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "mandate"

// The packages, short: the name of a folder below the module's root.
const (
	pkgMain       = "."
	pkgDomain     = "governance"
	pkgText       = "governance/text"
	pkgBallot     = "governance/ballot"
	pkgSnapshot   = "governance/snapshot"
	pkgChain      = "governance/chain"
	pkgGovernor   = "governance/governor"
	pkgActions    = "governance/actions"
	pkgStore      = "governance/store"
	pkgAgent      = "governance/agent"
	pkgSigner     = "governance/signer"
	pkgNotify     = "governance/notify/*"
	pkgDemo       = "governance/demo"
	pkgDevchain   = "governance/demo/devchain"
	pkgContracts  = "governance/demo/devchain/contracts"
	pkgTests      = "governance/governancetest"
	pkgGovKit     = "governance/governancetest/govkit"
	pkgSummarizer = "summarizer"
	pkgReader     = "summarizer/reader"
	pkgQuality    = "summarizer/quality"
	pkgViews      = "views"
	pkgWeb        = "web"
	pkgSignIn     = "web/siwe"
	pkgStatic     = "static"
)

// importGraph says which packages of this module each package may import
// outside its tests. A folder that is not a row here fails the test: decide
// first what it may know. Rows of packages that do not exist yet rule them on
// the day they appear. The test-only package is in no row: nobody may.
func importGraph() map[string][]string {
	return map[string][]string{
		pkgMain: {pkgDomain, pkgText, pkgBallot, pkgSnapshot, pkgChain, pkgGovernor, pkgActions, pkgStore, pkgAgent, pkgSigner, pkgNotify, pkgDemo, pkgDevchain,
			pkgSummarizer, pkgReader, pkgQuality, pkgViews, pkgWeb, pkgSignIn, pkgStatic},
		pkgDomain:     {},
		pkgText:       {pkgDomain},
		pkgBallot:     {pkgDomain},
		pkgSnapshot:   {pkgDomain, pkgBallot},
		pkgChain:      {pkgDomain, pkgBallot},
		pkgGovernor:   {pkgDomain, pkgBallot},
		pkgSigner:     {pkgDomain, pkgBallot},
		pkgActions:    {pkgDomain, pkgText},
		pkgSummarizer: {pkgDomain, pkgText},
		pkgReader:     {pkgDomain, pkgText},
		pkgQuality:    {pkgDomain, pkgText},
		pkgStore:      {pkgDomain},
		pkgNotify:     {pkgDomain},
		pkgAgent:      {pkgDomain, pkgText, pkgBallot, pkgActions, pkgStore},
		pkgDemo:       {pkgDomain}, // verifies on its own, so that one fault cannot hide another
		pkgDevchain:   {pkgDomain, pkgContracts},
		pkgContracts:  {},
		pkgTests:      {pkgDomain, pkgText, pkgBallot},
		pkgGovKit:     {pkgTests, pkgContracts},
		pkgViews:      {pkgDomain, pkgStatic},
		// text is pure, and the page and the API show the canonical text.
		pkgWeb:    {pkgDomain, pkgText, pkgViews, pkgAgent, pkgStore, pkgBallot, pkgSignIn, pkgStatic},
		pkgSignIn: {pkgDomain, pkgBallot}, // a parser and a signature check; who may sign in is decided in web
		pkgStatic: {},
	}
}

// guarded says who may import what from outside the module. "x/..." is x and
// everything below it, "x" is x alone; the longest pattern that fits decides;
// what no pattern fits is free.
func guarded() map[string][]string {
	remote := []string{pkgMain, pkgWeb, pkgStatic, pkgSnapshot, pkgChain, pkgGovernor, pkgActions, pkgNotify, pkgDemo, pkgSummarizer}
	chain := []string{pkgChain, pkgGovernor, pkgActions, pkgDemo, pkgDevchain}
	nobody := []string{}
	return map[string][]string{
		// SQL, and what brings it.
		"database/sql/...":                                  {pkgStore},
		"github.com/uptrace/bun/...":                        {pkgStore},
		"github.com/jackc/pgx/v5/...":                       {pkgStore},
		"github.com/lib/pq/...":                             nobody,
		"github.com/pressly/goose/v3/...":                   {pkgStore},
		"modernc.org/...":                                   {pkgStore},
		"github.com/riverqueue/river/...":                   {pkgStore},
		"github.com/riverqueue/river":                       {pkgStore, pkgAgent}, // workers and arguments are the agent's, handed to the store
		"github.com/riverqueue/river/rivertype":             {pkgStore, pkgAgent},
		"net/http/...":                                      remote,
		"net":                                               append([]string{pkgStore}, remote...), // the store names its database's faults
		"github.com/labstack/echo/v4/...":                   {pkgWeb},                              // so that the move to v5 is mechanical
		"github.com/alexedwards/scs/v2/...":                 {pkgWeb},
		"github.com/ethereum/go-ethereum/ethclient":         chain,
		"github.com/ethereum/go-ethereum/rpc":               chain,
		"github.com/ethereum/go-ethereum/accounts/...":      {pkgBallot, pkgChain, pkgGovernor, pkgActions, pkgSigner, pkgDemo, pkgDevchain},
		"github.com/ethereum/go-ethereum/accounts/keystore": {pkgSigner},
		"github.com/ethereum/go-ethereum/ethclient/...":     {pkgDevchain},
		"github.com/ethereum/go-ethereum/node/...":          {pkgDevchain}, // these link the whole node
		"github.com/ethereum/go-ethereum/eth/...":           {pkgDevchain},
		"github.com/Khan/genqlient/...":                     {pkgSnapshot},
		"github.com/tmc/langchaingo/...":                    {pkgSummarizer},
		// Pages.
		"github.com/a-h/templ/...":           {pkgViews, pkgWeb},
		"github.com/yuin/goldmark/...":       {pkgWeb},
		"github.com/microcosm-cc/bluemonday": {pkgWeb},
		// Settings and commands stop at main.
		"github.com/knadh/koanf/...":      {pkgMain},
		"github.com/alecthomas/kong":      {pkgMain},
		"os":                              {pkgMain, pkgStore, pkgSigner, pkgDemo, pkgQuality},
		"os/...":                          {pkgMain},
		"os/exec":                         nobody,
		"C":                               nobody,
		"unsafe":                          nobody,
		"plugin":                          nobody,
		"testing/...":                     nobody,
		"github.com/chromedp/...":         nobody,
		"github.com/stretchr/testify/...": nobody,
	}
}

// breaches returns one line for each import that the tables do not allow.
// imports maps a folder ("." is the root) to what its files import.
func breaches(graph, guards map[string][]string, imports map[string][]string) []string {
	var out []string
	for pkg, list := range imports {
		row := fit(graph, pkg)
		if row == "" {
			out = append(out, fmt.Sprintf("%s is a new package: add it to importGraph in imports_test.go and to the graph in ARCHITECTURE.md", pkg))
			continue
		}
		for _, name := range list {
			if (pkg == pkgTests || pkg == pkgGovKit) && !strings.HasPrefix(name, "mandate/") {
				continue // imported by tests alone, it starts browsers, databases and servers
			}
			if why := breach(graph[row], guards, row, name); why != "" {
				out = append(out, fmt.Sprintf("%s imports %s: %s", pkg, name, why))
			}
		}
	}
	slices.Sort(out)
	return out
}

func breach(allowed []string, guards map[string][]string, row, name string) string {
	if inside, ok := ours(name); ok {
		if slices.ContainsFunc(allowed, func(a string) bool { return folderFits(a, inside) }) {
			return ""
		}
		return fmt.Sprintf("importGraph allows %v only", allowed)
	}
	pattern := guardOf(guards, name)
	if pattern == "" || slices.Contains(guards[pattern], row) {
		return ""
	}
	return fmt.Sprintf("guarded allows %s to %v only", pattern, guards[pattern])
}

// ours returns the folder of a package of this module.
func ours(name string) (string, bool) {
	if name == module {
		return pkgMain, true
	}
	return strings.CutPrefix(name, module+"/")
}

// fit returns the row that rules pkg, "" if none does.
func fit(graph map[string][]string, pkg string) string {
	if _, ok := graph[pkg]; ok {
		return pkg
	}
	for row := range graph {
		if folderFits(row, pkg) {
			return row
		}
	}
	return ""
}

func folderFits(row, pkg string) bool {
	ok, err := path.Match(row, pkg)
	return ok && err == nil
}

// guardOf returns the pattern that decides on name, "" if none does.
func guardOf(guards map[string][]string, name string) string {
	if _, ok := guards[name]; ok {
		return name
	}
	best := ""
	for pattern := range guards {
		root, tree := strings.CutSuffix(pattern, "/...")
		if tree && (name == root || strings.HasPrefix(name, root+"/")) && len(pattern) > len(best) {
			best = pattern
		}
	}
	return best
}

// readImports lists what the non-test files below root import, by folder.
// Build tags make no difference: a file is ruled whatever it is built for.
func readImports(root string) (map[string][]string, error) {
	out := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipFolder(root, file, d.Name())
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		folder, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		names, err := fileImports(file)
		folder = filepath.ToSlash(folder)
		out[folder] = append(out[folder], names...)
		return err
	})
	for folder, names := range out {
		slices.Sort(names)
		out[folder] = slices.Compact(names)
	}
	return out, err
}

// skipFolder leaves out what the go command leaves out too.
func skipFolder(root, file, name string) error {
	if file != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "node_modules") {
		return fs.SkipDir
	}
	return nil
}

func fileImports(file string) ([]string, error) {
	parsed, err := goparser.ParseFile(token.NewFileSet(), file, nil, goparser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, spec := range parsed.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

func TestImportGraph(t *testing.T) {
	imports, err := readImports(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(imports[pkgMain]) == 0 || len(imports[pkgDomain]) == 0 {
		t.Fatalf("the walk found no files: %v", imports)
	}
	for _, line := range breaches(importGraph(), guarded(), imports) {
		t.Error(line)
	}
}

func TestImportGraphHasNoCycle(t *testing.T) {
	graph := importGraph()
	var visit func(pkg string, above []string)
	visit = func(pkg string, above []string) {
		if slices.Contains(above, pkg) {
			t.Fatalf("a cycle: %v → %s", above, pkg)
		}
		for _, next := range graph[pkg] {
			if _, ok := graph[next]; !ok {
				t.Errorf("%s may import %s, which has no row", pkg, next)
			}
			visit(next, append(slices.Clone(above), pkg))
		}
	}
	for pkg := range graph {
		visit(pkg, nil)
	}
}

// The checker itself must be able to fail.
func TestBreaches(t *testing.T) {
	for _, tt := range []struct {
		pkg, name string
		ok        bool
	}{
		{pkgDomain, "strings", true},
		{pkgDomain, "mandate/governance/text", false},
		{pkgDomain, "os", false},
		{pkgDomain, "net", false},
		{pkgDomain, "net/url", true},
		{pkgText, "mandate/governance", true},
		{pkgText, "mandate/governance/store", false},
		{pkgDemo, "mandate/governance/ballot", false},
		{pkgDemo, "net/http", true},
		{pkgWeb, "mandate/summarizer", false},
		{pkgWeb, "mandate/governance/agent", true},
		{pkgWeb, "github.com/labstack/echo/v4/middleware", true},
		{pkgWeb, "database/sql", false},
		{pkgWeb, "mandate/governance/signer", false},
		{pkgSignIn, "mandate/governance/ballot", true},
		{pkgSignIn, "mandate/governance/chain", false},
		{pkgSignIn, "net/http", false},
		{pkgChain, "net/http", true},
		{pkgChain, "github.com/ethereum/go-ethereum/rpc", true},
		{pkgChain, "github.com/ethereum/go-ethereum/accounts/keystore", false},
		{pkgAgent, "mandate/governance/chain", false},
		{pkgAgent, "github.com/labstack/echo/v4", false},
		{pkgAgent, "github.com/riverqueue/river", true},
		{pkgAgent, "github.com/riverqueue/river/rivertype", true},
		{pkgAgent, "github.com/riverqueue/river/riverdriver/riversqlite", false},
		{pkgAgent, "net/http", false},
		{pkgAgent, "mandate/summarizer", false},
		{pkgStore, "github.com/riverqueue/river/riverdriver/riversqlite", true},
		{pkgStore, "database/sql/driver", true},
		{pkgStore, "modernc.org/sqlite", true},
		{pkgSummarizer, "mandate/summarizer/reader", false},
		{pkgReader, "net/http", false},
		{pkgReader, "mandate/governance/text", true},
		{pkgGovernor, "github.com/ethereum/go-ethereum/ethclient", true},
		{pkgGovernor, "github.com/ethereum/go-ethereum/ethclient/simulated", false},
		{pkgDemo, "github.com/ethereum/go-ethereum/ethclient/simulated", false},
		{pkgDevchain, "github.com/ethereum/go-ethereum/ethclient/simulated", true},
		{pkgDevchain, "github.com/ethereum/go-ethereum/node", true},
		{pkgDemo, "github.com/ethereum/go-ethereum/node", false},
		{pkgMain, "mandate/governance/demo/devchain", true},
		{pkgSnapshot, "github.com/ethereum/go-ethereum/ethclient", false},
		{pkgSigner, "github.com/ethereum/go-ethereum/accounts/keystore", true},
		{pkgGovernor, "github.com/ethereum/go-ethereum/accounts/keystore", false},
		{pkgViews, "github.com/a-h/templ/runtime", true},
		{pkgStatic, "github.com/a-h/templ", false},
		{"governance/notify/mail", "mandate/governance", true},
		{"governance/notify/mail", "net/http", true},
		{"governance/notify/mail", "mandate/governance/store", false},
		{"governance/notify/mail/deep", "fmt", false},
		{pkgMain, "mandate/governance/notify/mail", true},
		{pkgMain, "mandate/governance/governancetest", false},
		{pkgMain, "os/signal", true},
		{pkgMain, "os/exec", false},
		{pkgTests, "testing", true},
		{pkgStore, "testing", false},
		{"governance/util", "fmt", false},
		{pkgDomain, "mandate", false},
	} {
		got := breaches(importGraph(), guarded(), map[string][]string{tt.pkg: {tt.name}})
		if (len(got) == 0) != tt.ok {
			t.Errorf("%s importing %s: %q, want allowed = %v", tt.pkg, tt.name, got, tt.ok)
		}
	}
}

func TestBreachesNameTheTable(t *testing.T) {
	got := breaches(importGraph(), guarded(), map[string][]string{"governance/util": nil, pkgDomain: {"os", module + "/web"}})
	for i, want := range []string{"importGraph allows", "guarded allows os", "add it to importGraph in imports_test.go"} {
		if !slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, want) }) {
			t.Errorf("line %d: %q says nothing of %q", i, got, want)
		}
	}
}

func TestReadImports(t *testing.T) {
	root := t.TempDir()
	for name, source := range map[string]string{
		"main.go":             "package main\nimport \"fmt\"\n",
		"main_test.go":        "package main\nimport \"testing\"\n",
		"a/a.go":              "package a\nimport (\n\t_ \"embed\"\n\tx \"os\"\n)\n",
		"a/b_windows.go":      "//go:build never\n\npackage a\nimport \"os/exec\"\n",
		"a/testdata/bad.go":   "not go",
		".hidden/h.go":        "not go",
		"node_modules/n/n.go": "not go",
	} {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readImports(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !slices.Equal(got["."], []string{"fmt"}) || !slices.Equal(got["a"], []string{"embed", "os", "os/exec"}) {
		t.Errorf("got %v", got)
	}
	if err = os.WriteFile(filepath.Join(root, "broken.go"), []byte("package"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err = readImports(root); err == nil {
		t.Error("a file that cannot be read passes")
	}
}
