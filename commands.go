package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"mandate/governance"
	"mandate/governance/agent"
	"mandate/governance/snapshot"
	"mandate/summarizer"
	"mandate/summarizer/reader"
)

type syncCommand struct {
	Space    []string `help:"Read this space; may be given several times." placeholder:"ID"`
	Governor []string `help:"Read this Governor contract, like eip155:1:0x…; may be given several times." placeholder:"REF"`
	All      bool     `help:"Read every space of the hub."`
	Database string   `help:"sqlite:PATH or postgres://…" placeholder:"URL"`
}

// Run catches up once with a progress line on a terminal and a summary.
func (s syncCommand) Run(ctx context.Context, p program) error {
	if s.All && len(s.Space) > 0 {
		return usageError{errors.New("--all and --space exclude each other")}
	}
	spaces := strings.Join(s.Space, ",")
	if s.All {
		spaces = "all"
	}
	if len(s.Governor) > 0 && len(s.Space) == 0 && !s.All {
		spaces = "none" // what is asked for, and nothing else
	}
	governors := strings.Join(s.Governor, ",")
	if len(s.Governor) == 0 && len(s.Space) > 0 {
		governors = "none"
	}
	c, err := p.load(map[string]string{"DATABASE_URL": s.Database, "SPACES": spaces, "GOVERNORS": governors})
	if err != nil {
		return err
	}
	parts, err := open(ctx, c, c.logger(p.stderr))
	if err != nil {
		return err
	}
	defer parts.close()
	bar := newBar(p.stderr)
	venues, err := s.venues(ctx, parts.agent, c)
	if err != nil {
		return err
	}
	for _, venue := range venues {
		if err := readSpaces(ctx, parts.agent, venue); err != nil {
			return err
		}
		summary, err := parts.agent.SyncOnce(ctx, venue, bar.show)
		bar.clear()
		fmt.Fprintf(p.stdout, "%s: %d new, %d edited, %d unchanged, %d deleted, %d skipped; %d requests in %s\n", venue.Source(),
			summary.New, summary.Edited, summary.Same, summary.Gone, len(summary.Skipped), summary.Requests, summary.Took.Round(time.Millisecond))
		for _, reason := range summary.Skipped {
			fmt.Fprintln(p.stderr, "skipped:", reason)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// venues are the sources to read: the hub, and the governors that pass their
// check. A governor that was asked for and does not is an error.
func (s syncCommand) venues(ctx context.Context, a *agent.Agent, c Config) ([]governance.Venue, error) {
	list, err := a.GovernorsOnce(ctx)
	if err != nil {
		return nil, err
	}
	venues := append([]governance.Venue{}, a.Venues...)
	ready := map[string]bool{}
	for _, g := range list {
		if len(c.Governors) == 0 || slices.Contains(c.Governors, g.ID) {
			venues, ready[g.ID] = append(venues, a.Detector.Venue(g, nil)), true
		}
	}
	for _, id := range c.Governors {
		if ready[id] {
			continue
		}
		chain, _, _ := governance.ParseGovernorID(id) // checked with the settings
		if !a.Chains.Has(chain) {
			return nil, governance.Errorf(governance.Denied, "%s cannot be read: set MANDATE_RPC_%d", id, chain)
		}
		g, err := a.Store.Governor(ctx, id)
		if err != nil {
			return nil, err
		}
		return nil, governance.Errorf(governance.Invalid, "%s cannot be read: %s", id, g.Fault)
	}
	return venues, nil
}

// readSpaces reads all settings that are due; each call takes some.
func readSpaces(ctx context.Context, a *agent.Agent, v governance.Venue) error {
	for {
		if n, err := a.SpacesOnce(ctx, v); err != nil || n == 0 {
			return err
		}
	}
}

// bar is a progress line, drawn on a terminal only.
type bar struct {
	w    io.Writer
	on   bool
	last time.Time
}

func newBar(w io.Writer) *bar {
	f, ok := w.(*os.File)
	if !ok {
		return &bar{w: w}
	}
	info, err := f.Stat()
	return &bar{w: w, on: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

func (b *bar) show(p agent.Progress) {
	if !b.on || time.Since(b.last) < 100*time.Millisecond {
		return
	}
	b.last = time.Now()
	estimate := 0
	for _, source := range p.Sources {
		estimate += source.Estimate
	}
	if estimate > 0 {
		share := p.Proposals * 30 / (p.Proposals + estimate)
		fmt.Fprintf(b.w, "\r\x1b[K[%s%s] %d of about %d", strings.Repeat("#", share), strings.Repeat(".", 30-share), p.Proposals, p.Proposals+estimate)
		return
	}
	fmt.Fprintf(b.w, "\r\x1b[K%d proposals stored", p.Proposals)
}

func (b *bar) clear() {
	if b.on {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}

type assessCommand struct {
	JSON bool   `help:"Print the assessment as JSON, with the canonical text."`
	File string `arg:"" help:"Proposal as JSON (the hub's field names) or Markdown; - = standard input."`
}

// maxFile is the largest proposal that is read, in bytes.
const maxFile = 4 << 20

// Run explains one proposal without network.
func (a assessCommand) Run(ctx context.Context, p program) error {
	raw, err := a.read(p.stdin)
	if err != nil {
		return err
	}
	proposal, err := parseProposal(raw)
	if err != nil {
		return err
	}
	s, err := a.summarizer(p)
	if err != nil {
		return err
	}
	result, err := s.Assess(ctx, &proposal)
	if err != nil {
		return err
	}
	if !a.JSON {
		printAssessment(p.stdout, result.Assessment, &proposal)
		return nil
	}
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(struct {
		governance.Assessment
		Text string `json:"text"`
	}{result.Assessment, result.Text})
}

// summarizer is the configured reader, without a database.
func (a assessCommand) summarizer(p program) (*summarizer.Summarizer, error) {
	c, err := p.load(nil)
	if err != nil {
		return nil, err
	}
	config := summarizer.Config{Fallback: reader.New(), Log: c.logger(p.stderr)}
	if c.LLM.Provider != "none" {
		m := summarizer.LLMConfig{Provider: c.LLM.Provider, Model: c.LLM.Model, APIKey: c.LLM.APIKey, Transport: c.egress().Transport, Log: config.Log}
		if c.LLM.URL != nil {
			m.URL = c.LLM.URL.String()
		}
		if config.Model, err = summarizer.NewLanguageModel(m); err != nil {
			return nil, usageError{err}
		}
	}
	return summarizer.New(config), nil
}

func (a assessCommand) read(stdin io.Reader) ([]byte, error) {
	in := stdin
	if a.File != "-" {
		f, err := os.Open(a.File)
		if err != nil {
			return nil, governance.Wrap(governance.Invalid, err, "%s cannot be opened", a.File)
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	raw, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	if err != nil {
		return nil, governance.Wrap(governance.Invalid, err, "%s cannot be read", a.File)
	}
	if len(raw) > maxFile {
		return nil, governance.Errorf(governance.Invalid, "%s is larger than %d MiB", a.File, maxFile>>20)
	}
	return raw, nil
}

// parseProposal takes JSON with the hub's field names, or Markdown whose
// first heading or line is the title.
func parseProposal(raw []byte) (governance.Proposal, error) {
	raw = bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\ufeff")))
	switch {
	case len(raw) == 0:
		return governance.Proposal{}, governance.Errorf(governance.Invalid, "the file is empty; it should hold a proposal as JSON or Markdown")
	case raw[0] == '{':
		return snapshot.DecodeProposal(raw)
	case !utf8.Valid(raw):
		return governance.Proposal{}, governance.Errorf(governance.Invalid, "the file is not UTF-8 text")
	}
	title, body, _ := strings.Cut(string(raw), "\n")
	return governance.Proposal{Title: strings.TrimSpace(strings.TrimLeft(title, "# ")), Body: strings.TrimSpace(body)}, nil
}

func printAssessment(w io.Writer, a governance.Assessment, p *governance.Proposal) {
	fmt.Fprintf(w, "%s\n\n%s\n\nKind: %s. Reader: %s. %.0f%% of the claims are word for word in the text.\n", a.Headline, a.Summary, a.Kind, a.Reader, 100*a.Faithfulness)
	if a.Fallback != "" {
		fmt.Fprintln(w, "The built-in reader stepped in:", a.Fallback)
	}
	for _, ask := range a.Asks {
		fmt.Fprintf(w, "Asks: %s %s to %s\n", orNone(ask.Amount), ask.Token, orNone(ask.Recipient))
	}
	printItems(w, "Changes", a.Changes)
	printItems(w, "For", a.For)
	printItems(w, "Against", a.Against)
	for _, c := range a.Choices {
		label := ""
		if c.Index >= 1 && c.Index <= len(p.Choices) {
			label = p.Choices[c.Index-1]
		}
		fmt.Fprintf(w, "Choice %d, %q: %s\n", c.Index, label, c.Stance)
	}
	for _, d := range governance.Dimensions() {
		if l, ok := a.Leanings[d.Key]; ok {
			fmt.Fprintf(w, "%s %+d: “%s”\n", d.Name, l.Value, l.Quote)
		}
	}
	for _, f := range a.Flags {
		fmt.Fprintln(w, "Flag:", f)
	}
}

func printItems(w io.Writer, name string, items []governance.Item) {
	for _, i := range items {
		fmt.Fprintf(w, "%s: “%s”\n", name, i.Quote)
	}
}

func orNone(s string) string {
	if s == "" {
		return "(not named)"
	}
	return s
}
