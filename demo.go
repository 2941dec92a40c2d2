package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
	"mandate/governance/demo/devchain"
)

type demoCommand struct {
	Listen    string `help:"Address and port to serve on; the default takes a free port if 8080 is taken." placeholder:"ADDR:PORT"`
	Proposals string `help:"Show these proposals (JSON lines, hub-shaped) instead, dated anew." type:"existingfile" placeholder:"FILE.jsonl"`
	Keep      string `help:"Keep the data in this directory." type:"path" placeholder:"DIR"`
}

// Run serves the embedded world.
func (d demoCommand) Run(ctx context.Context, p program) error {
	dir, cleanUp, err := d.directory()
	if err != nil {
		return err
	}
	defer cleanUp()
	world, err := startWorld(ctx, d.Proposals)
	if err != nil {
		return err
	}
	defer world.close()
	if err := world.writeDAOs(filepath.Join(dir, "daos.json")); err != nil {
		return err
	}
	c, err := p.load(map[string]string{
		"GOVERNORS": world.governors(), "DAOS_FILE": filepath.Join(dir, "daos.json"),
		"LISTEN": d.Listen, "DATABASE_URL": "sqlite:" + filepath.Join(dir, "demo.db"), "SPACES": "all",
		"SNAPSHOT_HUB_URL": world.url + "/graphql", "SNAPSHOT_SEQUENCER_URL": world.url + "/seq/", "SNAPSHOT_SCORE_URL": world.url + "/score/",
		"SNAPSHOT_RELAYER_URL": world.url + "/relayer/", "RPC_1": world.chain, "OWNERS": world.owner, "SIGNUPS": "open",
		"SECRET_FILE": filepath.Join(dir, "secret"), "EGRESS": "local", "LLM_PROVIDER": "none", "PRIVATE_LLM_PROVIDER": "none", "SYNC_INTERVAL": "5s",
	})
	if err != nil {
		return err
	}
	l, err := listen(ctx, c.Listen)
	if err != nil && d.Listen == "" {
		l, err = listen(ctx, "127.0.0.1:0")
	}
	if err != nil {
		return err
	}
	return serve(ctx, c, l, world, p)
}

func (d demoCommand) directory() (dir string, cleanUp func(), err error) {
	if d.Keep != "" {
		return d.Keep, func() {}, os.MkdirAll(d.Keep, 0o700)
	}
	dir, err = os.MkdirTemp("", "mandate-demo-")
	return dir, func() { _ = os.RemoveAll(dir) }, err
}

// practice is the demo world as the program sees it; zero outside the demo.
type practice struct {
	note   string             // what is shown, for every page
	url    string             // of hub, sequencer, score service and relayer
	chain  string             // RPC URL
	owner  string             // the practice account that owns the installation
	daos   []devchain.Listing // Governor contracts on the chain
	wallet http.Handler
	close  func()
}

// governors names the chain's governors as the setting does.
func (w practice) governors() string {
	ids := []string{}
	for _, l := range w.daos {
		ids = append(ids, governance.GovernorID(l.ChainID, l.Address))
	}
	if len(ids) == 0 {
		return "none"
	}
	return strings.Join(ids, ",")
}

// writeDAOs writes the file that says which DAO a governor belongs to.
func (w practice) writeDAOs(path string) error {
	rows := []daoRow{}
	for _, l := range w.daos {
		rows = append(rows, daoRow{Name: l.Name, Chain: l.ChainID, Governor: l.Address, StartBlock: l.StartBlock, Space: l.Space})
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	return os.WriteFile(path, raw, 0o600)
}

// startWorld serves the demo world and its chain on loopback until close.
func startWorld(ctx context.Context, file string) (practice, error) {
	chain, err := startChain(ctx, file == "")
	if err != nil {
		return practice{}, err
	}
	world, err := newWorld(file, chain.URL())
	if err != nil {
		return practice{}, errors.Join(err, chain.Close())
	}
	l, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return practice{}, errors.Join(err, chain.Close())
	}
	server := &http.Server{Handler: world.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }() // ends with Close
	p := practice{note: "invented DAOs and proposals", url: "http://" + l.Addr().String(), chain: chain.URL(), daos: chain.Governors(), owner: world.Practice()[0].Address, wallet: world.Wallet()}
	if file != "" {
		p.note = "proposals from " + filepath.Base(file) + ", dated anew"
	}
	p.close = func() { _ = errors.Join(server.Close(), chain.Close()) } // the program ends: nobody is left to tell
	return p, nil
}

// startChain starts the demo's chain with something to spend for everybody
// who practises. The invented DAOs have governors on it; proposals of a file
// have none.
func startChain(ctx context.Context, invented bool) (*devchain.Chain, error) {
	c := devchain.Config{BlockEvery: time.Second, Names: map[string]string{}}
	for _, a := range demo.PracticeAccounts() {
		c.Fund = append(c.Fund, a.Address)
		c.Names[strings.ToLower(a.Name)+".practice.eth"] = a.Address
	}
	safe, owner := demo.PracticeSafe()
	c.Safes = map[string]string{safe: owner}
	if invented {
		c.Members = members(safe)
	}
	return devchain.Start(ctx, c)
}

// members are the practice accounts as they belong to the DAOs on chain: one
// votes itself, one has tokens that nobody votes with, one gave its votes to a
// delegate, and the contract wallet votes itself.
func members(safe string) []devchain.Member {
	keys := demo.PracticeKeys()
	delegates := []string{"self", "", "mara"}
	var out []devchain.Member
	for i, key := range keys {
		out = append(out, devchain.Member{Key: key, Tokens: 1000, Delegate: delegates[i]})
	}
	return append(out, devchain.Member{Key: keys[0], Wallet: safe, Tokens: 1000, Delegate: "self"})
}

// newWorld builds the embedded world, or one of a file. Ballots in a
// votes.csv beside the file show how its proposals were voted on.
func newWorld(file, chain string) (*demo.World, error) {
	if file == "" {
		return demo.New(demo.Config{Chain: chain})
	}
	rows, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // only read
	c := demo.Config{Proposals: rows, Chain: chain}
	votes, err := os.Open(filepath.Join(filepath.Dir(file), "votes.csv"))
	if err == nil {
		defer func() { _ = votes.Close() }() // only read
		c.Votes = votes
	}
	return demo.New(c)
}
