package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mandate/governance"
	"mandate/governance/actions"
	"mandate/governance/agent"
	"mandate/governance/chain"
	"mandate/governance/governor"
	"mandate/governance/snapshot"
	"mandate/governance/store"
	"mandate/summarizer"
	"mandate/summarizer/reader"
)

// parts are the opened program.
type parts struct {
	store    *store.Store
	agent    *agent.Agent
	compiler compiler
	chains   *chain.Chains
	nodes    *nodes
	log      *slog.Logger
}

// close closes the store. A failure is told and no more: what the command
// did is stored by then.
func (p parts) close() {
	if err := p.store.Close(); err != nil {
		p.log.Warn("the database was not closed cleanly", "error", err)
	}
}

// open opens the store and the agent with its tables of venues and readers.
func open(ctx context.Context, c Config, log *slog.Logger) (parts, error) {
	secret, err := secretKey(c.SecretFile)
	if err != nil {
		return parts{}, err
	}
	if path, ok := strings.CutPrefix(c.DatabaseURL, "sqlite:"); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return parts{}, governance.Wrap(governance.Invalid, err, "the folder of the database cannot be made")
		}
	}
	st, err := store.Open(ctx, store.Config{URL: c.DatabaseURL, Secret: secret, Log: log, OnChange: agent.AssessArgs{}})
	if err != nil {
		return parts{}, err
	}
	p := parts{store: st, log: log}
	if err := p.connect(ctx, c); err != nil {
		return parts{}, errors.Join(err, st.Close())
	}
	return p, nil
}

// connect makes what reaches out of the program, all through one client.
func (p *parts) connect(ctx context.Context, c Config) error {
	client := c.egress()
	hub, err := snapshot.New(snapshot.Config{HubURL: c.HubURL.String(), APIKey: c.APIKey, Client: client, Log: p.log, RequestsPerMinute: pace(c)})
	if err != nil {
		return usageError{err}
	}
	sequencer, err := snapshot.NewSequencer(snapshot.SequencerConfig{SequencerURL: c.SequencerURL.String(), RelayerURL: c.RelayerURL.String(),
		ScoreURL: c.ScoreURL.String(), APIKey: c.APIKey, Client: client, Log: p.log})
	if err != nil {
		return usageError{err}
	}
	p.chains = chain.New(chain.Config{URLs: c.RPC, Client: client, Log: p.log, Now: time.Now})
	governors := governor.New(governor.Config{Nodes: p.chains, Log: p.log, Now: time.Now})
	p.nodes = &nodes{store: p.store, chains: p.chains, offers: governors.PublicNodes(), client: client, settings: c.RPC}
	if err := p.nodes.load(ctx); err != nil {
		return err
	}
	assessor, err := newAssessor(c, p.store, client, p.log)
	if err != nil {
		return usageError{err}
	}
	if p.compiler, err = newCompiler(c, p.store, client, p.log); err != nil {
		return usageError{err}
	}
	p.agent = &agent.Agent{Store: p.store, Venues: venues(c, hub), Scope: c.scope(), Assessor: assessor, Log: p.log, Interval: c.SyncInterval,
		Hub: hub, Sequencer: sequencer, Chains: p.chains, EonKey: c.ShutterKey, Governors: governors,
		Inspector: actions.Inspector{Nodes: p.chains, Now: time.Now}}
	if !c.NoGovernors {
		p.agent.Detector, p.agent.Listed = governors, listed(c, governors.Listings())
	}
	return nil
}

// pace keeps below the public hub's limit of 100 requests a minute; a hub of
// one's own sets its limit by its headers.
func pace(c Config) int {
	if isLoopback(c.HubURL.Hostname()) {
		return 0
	}
	return 60
}

// listed are the governors that the settings name: their own list, or the one
// that comes with Mandate without those that others replaced, and that of the
// file of more DAOs.
func listed(c Config, known []governor.Listing) (out []governance.Governor) {
	facts := map[string]governance.Governor{}
	for _, l := range known {
		id := governance.GovernorID(l.Chain, l.Address)
		facts[id] = governance.Governor{ID: id, Chain: l.Chain, Address: l.Address, DAO: l.DAO, DAOName: l.DAOName, StartBlock: l.StartBlock, Listed: true}
		if len(c.Governors) == 0 && !l.Historic {
			out = append(out, facts[id])
		}
	}
	for _, g := range c.DAOs {
		if _, ok := facts[g.ID]; !ok && len(c.Governors) == 0 {
			out = append(out, g)
		}
		facts[g.ID] = g
	}
	for _, id := range c.Governors {
		g, ok := facts[id]
		if !ok {
			chain, address, _ := governance.ParseGovernorID(id) // checked when it was read
			g = governance.Governor{ID: id, Chain: chain, Address: address, Listed: true}
		}
		out = append(out, g)
	}
	return out
}

// venues is the table of sources.
func venues(c Config, hub *snapshot.Hub) []governance.Venue {
	if c.NoSpaces {
		return nil
	}
	return []governance.Venue{hub}
}

func (c Config) scope() governance.Scope {
	switch {
	case c.AllSpaces:
		return governance.Scope{All: true}
	case len(c.Spaces) > 0:
		return governance.Scope{Spaces: c.Spaces}
	default:
		return governance.Scope{Spaces: snapshot.DefaultSpaces()}
	}
}

// assessor adapts the summarizer to the agent.
type assessor struct{ *summarizer.Summarizer }

func (a assessor) Assess(ctx context.Context, p *governance.Proposal) (governance.Assessment, governance.Facts, governance.Usage, error) {
	r, err := a.Summarizer.Assess(ctx, p)
	return r.Assessment, r.Facts, r.Usage, err
}

// compiler adapts the summarizer's compiler to the pages. A person's own
// words reach a model only if a private one is configured.
type compiler struct{ private summarizer.Leaner }

func (c compiler) Compile(ctx context.Context, statement string, daos map[string]string) (governance.Values, error) {
	s := summarizer.Compiler{DAOs: daos, Private: c.private}
	return s.Compile(ctx, statement)
}

func (compiler) Notes(ctx context.Context, statement string, daos map[string]string) ([]string, error) {
	s := summarizer.Compiler{DAOs: daos}
	out, err := s.Explain(ctx, statement)
	return out.Notes, err
}

func newCompiler(c Config, st *store.Store, client *http.Client, log *slog.Logger) (compiler, error) {
	if c.PrivateLLM.Provider == "none" {
		return compiler{}, nil
	}
	config := llmConfig(c.PrivateLLM, st, client, log)
	config.Record = recordCalls(st, "values")
	model, err := summarizer.NewLanguageModel(config)
	return compiler{private: model}, err
}

func newAssessor(c Config, st *store.Store, client *http.Client, log *slog.Logger) (assessor, error) {
	config := summarizer.Config{Fallback: reader.New(), Log: log}
	if c.LLM.Provider != "none" {
		model, err := summarizer.NewLanguageModel(llmConfig(c.LLM, st, client, log))
		if err != nil {
			return assessor{}, err
		}
		config.Model = model
	}
	return assessor{summarizer.New(config)}, nil
}

func llmConfig(m LLM, st *store.Store, client *http.Client, log *slog.Logger) summarizer.LLMConfig {
	c := summarizer.LLMConfig{Provider: m.Provider, Model: m.Model, APIKey: m.APIKey, MonthlyUSD: m.MonthlyUSD, Transport: client.Transport, Log: log}
	if m.URL != nil {
		c.URL = m.URL.String()
	}
	c.Spent = func(ctx context.Context) (float64, error) {
		spend, err := st.ModelSpend(ctx, time.Now())
		return spend.USD, err
	}
	c.Record = recordCalls(st, "assess")
	return c
}

// recordCalls keeps what each call cost.
func recordCalls(st *store.Store, purpose string) func(context.Context, summarizer.Call) error {
	return func(ctx context.Context, call summarizer.Call) error {
		return st.RecordModelCall(ctx, store.ModelCall{At: call.At, Purpose: purpose, Model: call.Model, PromptHash: call.PromptHash,
			InputTokens: call.InputTokens, OutputTokens: call.OutputTokens, USD: call.USD, Latency: call.Latency, Error: call.Error})
	}
}
