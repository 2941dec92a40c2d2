package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
	"mandate/governance/store"
	"mandate/governance/text"
	"mandate/summarizer"
	"mandate/summarizer/quality"
	"mandate/summarizer/reader"
	"mandate/web"
)

// benchCommand holds the benchmarks that need the whole program; those of
// single parts are Go benchmarks (go test -bench).
type benchCommand struct {
	Assess benchAssess `cmd:"" help:"Quality and speed of the built-in reader on labelled proposals."`
	Web    benchWeb    `cmd:"" help:"Pages and search under load, against the same pages from memory."`
	Score  benchScore  `cmd:"" help:"Scoring for one person."`
}

type benchAssess struct {
	Labels string `help:"Folder with labels." default:"summarizer/testdata" type:"path"`
	Data   string `help:"Folder with the labelled proposals." default:"../shared/data" env:"MANDATE_DATA_DIR" type:"path"`
}

// Run prints each figure for the reader and for the baseline.
func (b benchAssess) Run(ctx context.Context, p program) error {
	cases, err := quality.Load(b.Labels, b.Data)
	if err != nil {
		return governance.Wrap(governance.Invalid, err, "the labels or their proposals cannot be read (set --data or MANDATE_DATA_DIR)")
	}
	s := summarizer.New(summarizer.Config{Fallback: reader.New()})
	ours, err := quality.Run(ctx, cases, func(ctx context.Context, _ text.Document, p *governance.Proposal) (governance.Assessment, error) {
		r, err := s.Assess(ctx, p)
		return r.Assessment, err
	})
	if err != nil {
		return err
	}
	base, err := quality.Run(ctx, cases, quality.Baseline)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%d labelled proposals\n%-28s %8s %8s\n", len(cases), "", "reader", "baseline")
	baseline := base.Figures()
	for i, f := range ours.Figures() {
		fmt.Fprintf(p.stdout, "%-28s %8.3f %8.3f\n", f.Name, f.Value, baseline[i].Value)
	}
	return b.all(ctx, s, p.stdout)
}

// all reads every Snapshot proposal of the data on all cores: how fast, how
// many headlines are empty, how many quotes are not word for word.
func (b benchAssess) all(ctx context.Context, s *summarizer.Summarizer, w io.Writer) error {
	list, err := quality.Proposals(filepath.Join(b.Data, "proposals_snapshot.jsonl"))
	if err != nil {
		return governance.Wrap(governance.Invalid, err, "the proposals cannot be read (set --data or MANDATE_DATA_DIR)")
	}
	sums := make([]reading, runtime.GOMAXPROCS(0))
	began := time.Now()
	var wg sync.WaitGroup
	for n := range sums {
		wg.Go(func() {
			for i := n; i < len(list) && ctx.Err() == nil; i += len(sums) {
				sums[n].add(ctx, s, &list[i])
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	var total reading
	for _, sum := range sums {
		total.failed += sum.failed
		total.empty += sum.empty
		total.quotes += sum.quotes
		total.literal += sum.literal
	}
	fmt.Fprintf(w, "%d proposals: %d failed, %d without a headline, %d of %d quotes literal\n", len(list), total.failed, total.empty, total.literal, total.quotes)
	fmt.Fprintf(w, "%.0f proposals/s on %d cores\n", float64(len(list))/took.Seconds(), len(sums))
	return ctx.Err()
}

// reading counts what came of reading proposals.
type reading struct{ failed, empty, quotes, literal int }

func (r *reading) add(ctx context.Context, s *summarizer.Summarizer, p *governance.Proposal) {
	result, err := s.Assess(ctx, p)
	if err != nil {
		r.failed++
		return
	}
	if result.Assessment.Headline == "" {
		r.empty++
	}
	runes := []rune(result.Text)
	for _, item := range quality.Quotes(text.Document{Text: result.Text}, result.Assessment) {
		r.quotes++
		if item.Start >= 0 && item.End <= len(runes) && item.Start <= item.End && string(runes[item.Start:item.End]) == item.Quote {
			r.literal++
		}
	}
}

type benchScore struct {
	N int `help:"Proposals." default:"10000"`
}

// Run scores made-up facts by a sample of values.
func (b benchScore) Run(_ context.Context, p program) error {
	facts := make([]governance.Facts, b.N)
	dims := governance.Dimensions()
	for i := range facts {
		facts[i] = governance.Facts{Type: governance.Basic, Kind: governance.Kinds()[i%len(governance.Kinds())], AskUSD: float64(i * 100), Faithfulness: 1,
			Choices:  []governance.FactChoice{{Index: 1, Label: "For", Stance: governance.Support}, {Index: 2, Label: "Against", Stance: governance.Oppose}, {Index: 3, Label: "Abstain", Stance: governance.AbstainVote}},
			Leanings: map[string]governance.Leaning{dims[i%len(dims)].Key: {Value: 1 + i%2, Start: 10, End: 90}, dims[(i+3)%len(dims)].Key: {Value: -1, Start: 100, End: 180}}}
	}
	values := summarizer.Samples()[0].Values
	began := time.Now()
	for i := range facts {
		governance.ScoreProposal(facts[i], values, governance.ScoreContext{Now: began})
	}
	took := time.Since(began)
	_, err := fmt.Fprintf(p.stdout, "%d proposals scored for one person in %s\n", b.N, took.Round(time.Microsecond))
	return err
}

type benchWeb struct {
	N           int           `help:"Stored proposals." default:"100000"`
	Connections int           `help:"Connections at once." default:"32"`
	Lasting     time.Duration `help:"Time for each page." default:"5s"`
	Keep        string        `help:"Keep (and use again) the database in this directory." type:"path"`
}

// Run fills a store, serves it on loopback, and loads it.
func (b benchWeb) Run(ctx context.Context, p program) error {
	dir := b.Keep
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "mandate-bench-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }() // what is left lies in the temporary folder
	}
	quiet := slog.New(slog.DiscardHandler)
	c, err := p.load(map[string]string{"DATABASE_URL": "sqlite:" + filepath.Join(dir, "bench.db"), "SECRET_FILE": filepath.Join(dir, "secret"), "SPACES": "all", "SYNC_INTERVAL": "24h", "EGRESS": "local"})
	if err != nil {
		return err
	}
	filled := false
	if _, err := os.Stat(filepath.Join(dir, "bench.db")); err != nil {
		if err := b.fill(ctx, c, quiet, p.stdout); err != nil {
			return err
		}
		filled = true
	}
	began := time.Now()
	parts, err := open(ctx, c, quiet)
	if err != nil {
		return err
	}
	defer parts.close()
	server := web.New(webConfig(c, parts, practice{}))
	fmt.Fprintf(p.stdout, "%-34s %8s\n", "open and ready", time.Since(began).Round(time.Millisecond))
	time.Sleep(2 * time.Second)
	if filled { // the hub and the sync ran in this process too: its memory says nothing
		fmt.Fprintf(p.stdout, "%-34s %8s\n", "resident, idle", "with --keep, at the second run")
	} else {
		fmt.Fprintf(p.stdout, "%-34s %8d MB\n", "resident, idle", residentMB())
	}
	refs, err := newest(ctx, parts.store, 1000)
	if err != nil {
		return err
	}
	return b.load(ctx, server, refs, p.stdout)
}

// newest lists the n newest proposals.
func newest(ctx context.Context, st *store.Store, n int) ([]governance.Ref, error) {
	var refs []governance.Ref
	for f := (store.Filter{Now: time.Now(), Sort: store.SortNewest, Limit: 200}); len(refs) < n; {
		page, err := st.Proposals(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			refs = append(refs, item.Proposal.Ref)
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			break
		}
	}
	return refs, nil
}

// fill syncs synthetic proposals from a local hub and stores assessments: the
// reader's for the first thousand, which the others then share in turn.
func (b benchWeb) fill(ctx context.Context, c Config, log *slog.Logger, w io.Writer) error {
	world, err := demo.New(demo.Config{Empty: true})
	if err != nil {
		return err
	}
	world.Add(demo.Synthetic(b.N, 1)...)
	l, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	hub := &http.Server{Handler: world.Handler(), ReadHeaderTimeout: time.Minute}
	go func() { _ = hub.Serve(l) }()
	defer func() { _ = hub.Close() }()
	c.HubURL = &url.URL{Scheme: "http", Host: l.Addr().String(), Path: "/graphql"}
	parts, err := open(ctx, c, log)
	if err != nil {
		return err
	}
	defer parts.close()
	began := time.Now()
	for _, venue := range parts.agent.Venues {
		summary, err := parts.agent.SyncOnce(ctx, venue, nil)
		if err != nil {
			return err
		}
		if summary.New > 0 {
			fmt.Fprintf(w, "%-34s %8.0f proposals/s (%d new, %d requests)\n", "sync, stored and searchable", float64(summary.New)/time.Since(began).Seconds(), summary.New, summary.Requests)
		}
	}
	return shareAssessments(ctx, parts.store)
}

func shareAssessments(ctx context.Context, st *store.Store) error {
	s := summarizer.New(summarizer.Config{Fallback: reader.New()})
	var made []store.Assessed
	for {
		due, err := st.DueAssessments(ctx, time.Now(), 1000)
		if err != nil || len(due) == 0 {
			return err
		}
		batch := make([]store.Assessed, len(due))
		for i := range due {
			if len(made) < 1000 {
				r, err := s.Assess(ctx, &due[i])
				if err != nil {
					return err
				}
				made = append(made, store.Assessed{Assessment: r.Assessment, Facts: r.Facts})
			}
			batch[i] = made[i%len(made)]
			batch[i].ContentHash = due[i].ContentHash
		}
		if err := st.SaveAssessments(ctx, batch); err != nil {
			return err
		}
	}
}

// load measures each kind of page against the same page from memory.
func (b benchWeb) load(ctx context.Context, server *web.Server, refs []governance.Ref, w io.Writer) error {
	detail := make([]string, len(refs))
	for i, ref := range refs {
		detail[i] = "/proposals/" + url.PathEscape(string(ref))
	}
	pages := []struct {
		name  string
		paths []string
	}{
		{"list", []string{"/proposals?state=all", "/proposals?state=closed", "/proposals?state=all&kind=treasury", "/proposals?state=all&type=basic&sort=newest"}},
		{"detail", detail},
	}
	fmt.Fprintf(w, "%-34s %10s %10s %10s\n", fmt.Sprintf("%d connections", b.Connections), "requests/s", "p50", "p99")
	for _, page := range pages {
		memory, err := server.InMemory(page.paths[0])
		if err != nil {
			return err
		}
		bare, err := b.hammer(ctx, memory, page.paths[:1])
		if err != nil {
			return err
		}
		bare.print(w, page.name+" page from memory")
		full, err := b.hammer(ctx, server.Handler(), page.paths)
		if err != nil {
			return err
		}
		full.print(w, page.name+" page")
		fmt.Fprintf(w, "%-34s %10.2f\n", "  of the page from memory", full.rate/bare.rate)
	}
	for _, word := range []string{"the", "proposal", "treasury audit", "zzzz", `"budget"`} {
		found, err := b.hammer(ctx, server.Handler(), []string{"/proposals?state=all&q=" + url.QueryEscape(word)})
		if err != nil {
			return err
		}
		found.print(w, "search "+word)
	}
	return nil
}

type result struct {
	rate     float64
	p50, p99 time.Duration
}

func (r result) print(w io.Writer, name string) {
	fmt.Fprintf(w, "%-34s %10.0f %10s %10s\n", name, r.rate, r.p50.Round(10*time.Microsecond), r.p99.Round(10*time.Microsecond))
}

// hammer asks for the paths in turn over all connections.
func (b benchWeb) hammer(ctx context.Context, h http.Handler, paths []string) (result, error) {
	l, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return result{}, err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = srv.Serve(l) }()
	defer func() { _ = srv.Close() }()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: b.Connections, DisableCompression: true}}
	base := "http://" + l.Addr().String()
	took := make([][]time.Duration, b.Connections)
	errs := make([]error, b.Connections)
	began := time.Now()
	var wg sync.WaitGroup
	for n := range b.Connections {
		wg.Go(func() {
			for i := n * 7; time.Since(began) < b.Lasting && ctx.Err() == nil && errs[n] == nil; i++ {
				at := time.Now()
				errs[n] = get(ctx, client, base+paths[i%len(paths)])
				took[n] = append(took[n], time.Since(at))
			}
		})
	}
	wg.Wait()
	all := slices.Concat(took...)
	slices.Sort(all)
	if err := errors.Join(errors.Join(errs...), ctx.Err()); err != nil || len(all) == 0 {
		return result{}, err
	}
	return result{float64(len(all)) / time.Since(began).Seconds(), all[len(all)/2], all[len(all)*99/100]}, nil
}

func get(ctx context.Context, client *http.Client, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return governance.Errorf(governance.Internal, "%s answered %d", address, resp.StatusCode)
	}
	return nil
}

// residentMB reads the resident set from /proc; 0 where there is none.
func residentMB() int {
	raw, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(raw))
	if err != nil || len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(fields[1])
	return pages * os.Getpagesize() >> 20
}
