package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mandate/governance"
)

// synthetic makes proposals as long and as varied as real ones: bodies of
// about 3 kB with few common and many rare words, over six years and 200
// DAOs, some of them open at t0.
type synthetic struct {
	rng   *rand.Rand
	zipf  *rand.Zipf
	words []string
}

func newSynthetic() *synthetic {
	rng := rand.New(rand.NewPCG(1, 2))
	s := &synthetic{rng: rng, zipf: rand.NewZipf(rng, 1.2, 8, 39999)}
	s.words = append(s.words, "the", "proposal", "governance", "treasury", "protocol", "community", "of", "to", "and", "a")
	letters := "etaoinshrdlucmfwypvbgkjqxz"
	for len(s.words) < 40000 {
		n := 3 + rng.IntN(8)
		w := make([]byte, n)
		for i := range w {
			w[i] = letters[min(rng.IntN(26), rng.IntN(26))]
		}
		s.words = append(s.words, string(w))
	}
	return s
}

func (s *synthetic) text(words int) string {
	var b strings.Builder
	for i := range words {
		switch {
		case i > 0 && i%60 == 0:
			b.WriteString(".\n\n## ")
		case i > 0 && i%12 == 0:
			b.WriteString(". ")
		case i > 0:
			b.WriteByte(' ')
		}
		b.WriteString(s.words[s.zipf.Uint64()])
	}
	return b.String()
}

// batch makes the rows from..to of total, in order of creation.
func (s *synthetic) batch(from, to, total int) governance.Batch {
	b := governance.Batch{Next: strconv.Itoa(to), Requests: 1}
	for i := from; i < to; i++ {
		dao := fmt.Sprintf("dao%d.eth", min(s.rng.IntN(200), s.rng.IntN(200)))
		p := proposal(i, dao, 0)
		p.Title, p.Body = "Proposal to "+s.text(7), s.text(420)
		p.Created = t0().Add(-time.Duration(total-i) * (6 * 365 * 24 * time.Hour / time.Duration(total)))
		p.Start, p.End = p.Created.Add(time.Hour), p.Created.Add(time.Duration(49+s.rng.IntN(120))*time.Hour)
		p.Type = []governance.VotingType{governance.SingleChoice, governance.Basic, governance.Basic, governance.Weighted, governance.RankedChoice}[s.rng.IntN(5)]
		p.Strategies = []byte(`[{"name":"erc20-balance-of","network":"1","params":{"symbol":"TKN","address":"0x0000000000000000000000000000000000000001","decimals":18}}]`)
		p.URL = "https://snapshot.example/#/" + dao + "/proposal/" + p.Ref.ID()
		p.Tally = governance.Tally{Scores: []float64{1234.5 + float64(i), 99.25, 3}, Total: 1336.75 + float64(i), Voters: 55, State: "final", Updated: p.End}
		p.Seen = t0()
		b.Proposals = append(b.Proposals, p)
	}
	return b
}

func (s *synthetic) assessed(p *governance.Proposal) Assessed {
	a := governance.Assessment{Version: 1, Reader: "built-in", Headline: s.text(12), Summary: s.text(50), Kind: governance.Kinds()[min(s.rng.IntN(10), s.rng.IntN(10))],
		Asks:     []governance.Ask{{Amount: "25000", Token: "USDC", Recipient: "0x0000000000000000000000000000000000000001", Item: governance.Item{Text: "asks", Quote: s.text(8), Start: 10, End: 80}}},
		Leanings: map[string]governance.Leaning{"treasury_prudence": {Value: -1, Start: 5, End: 40}, "growth_spending": {Value: 1, Start: 50, End: 90}, "public_goods": {Value: 2, Start: 100, End: 140}}}
	for range 3 {
		a.Changes = append(a.Changes, governance.Item{Text: s.text(15), Quote: s.text(25), Start: 1, End: 100})
	}
	f := governance.Facts{Kind: a.Kind, Leanings: a.Leanings, AskUSD: 25000, Topics: []string{"audit", "multisig"}, Faithfulness: 1}
	for i, label := range p.Choices {
		f.Choices = append(f.Choices, governance.FactChoice{Index: i + 1, Label: label, Stance: governance.Support})
	}
	return Assessed{ContentHash: p.HashContent(), Assessment: a, Facts: f}
}

// world makes a database of n assessed proposals once and keeps it between
// runs, in the folder MANDATE_BENCH_DIR where that is set.
func world(b *testing.B, n int) *Store {
	b.Helper()
	dir := os.Getenv("MANDATE_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	path := filepath.Join(dir, fmt.Sprintf("world%d.db", n))
	_, err := os.Stat(path)
	s := openAt(b, "sqlite:"+path)
	if err == nil {
		return s
	}
	fill(b, s, n)
	return s
}

func fill(b testing.TB, s *Store, n int) {
	src := newSynthetic()
	for from := 0; from < n; from += 1000 {
		batch := src.batch(from, from+1000, n)
		apply(b, s, batch)
		list := make([]Assessed, 0, 1000)
		for i := range batch.Proposals {
			list = append(list, src.assessed(&batch.Proposals[i]))
		}
		if err := s.SaveAssessments(context.Background(), list); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkApply stores batches of 1,000 new proposals, searchable.
func BenchmarkApply(b *testing.B) { benchApply(b, openSQLite(b)) }

// BenchmarkApplyPostgres is BenchmarkApply on Postgres (without fsync).
func BenchmarkApplyPostgres(b *testing.B) { benchApply(b, openAt(b, cluster.Database(b))) }

func benchApply(b *testing.B, s *Store) {
	src := newSynthetic()
	b.ReportAllocs()
	n := 0
	var cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		batch := src.batch(n, n+1000, 100000)
		b.StartTimer()
		before := cpuTime(b)
		apply(b, s, batch)
		cpu += cpuTime(b) - before
		n += 1000
	}
	b.ReportMetric(float64(cpu.Microseconds())/float64(n), "cpu-µs/proposal")
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "proposals/s")
}

// BenchmarkApplyVotes stores batches of 5,000 votes on the 20 newest of 500
// proposals, which is how a governor is read for the first time.
func BenchmarkApplyVotes(b *testing.B) { benchVotes(b, openSQLite(b)) }

// BenchmarkApplyVotesPostgres is BenchmarkApplyVotes on Postgres (without fsync).
func BenchmarkApplyVotesPostgres(b *testing.B) { benchVotes(b, openAt(b, cluster.Database(b))) }

func benchVotes(b *testing.B, s *Store) {
	const size = 5000
	var proposals governance.Batch
	for n := range 500 {
		proposals.Proposals = append(proposals.Proposals, onChain(testGovernor, n+1))
	}
	apply(b, s, proposals)
	rng := rand.New(rand.NewPCG(3, 4))
	n := 0
	var cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		batch := governance.Batch{Next: strconv.Itoa(n), Requests: 1}
		for i := range size {
			ref := proposals.Proposals[min(n/10000+rng.IntN(20), 499)].Ref
			e := cast(ref, rng.IntN(20000), 1000+n+i, strconv.FormatUint(rng.Uint64(), 10))
			e.Tx, e.Index = fmt.Sprintf("0x%064x", n+i), uint(i%300)
			batch.Events = append(batch.Events, e)
		}
		b.StartTimer()
		before := cpuTime(b)
		if done := apply(b, s, batch); done.Events != size {
			b.Fatalf("%+v", done)
		}
		cpu += cpuTime(b) - before
		n += size
	}
	b.ReportMetric(float64(cpu.Microseconds())/float64(n), "cpu-µs/event")
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

// percentile reports a high percentile of durations in milliseconds.
func percentile(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
}

func BenchmarkList100k(b *testing.B) {
	s := world(b, 100000)
	ctx := context.Background()
	for name, f := range map[string]Filter{
		"deadline": {}, "newest": {Sort: SortNewest}, "active": {States: []governance.State{governance.Active}},
		"closed": {States: []governance.State{StateOver}}, "dao": {DAO: "dao7.eth"}, "daonewest": {DAO: "dao7.eth", Sort: SortNewest},
		"kind": {Kinds: []governance.Kind{governance.KindMeta}}, "kindnewest": {Kinds: []governance.Kind{governance.KindMeta}, Sort: SortNewest},
		"kinds": {Kinds: []governance.Kind{governance.KindMeta, governance.KindTreasury}},
		"type":  {Types: []governance.VotingType{governance.Weighted}}, "activenewest": {States: []governance.State{governance.Active}, Sort: SortNewest},
		"flags": {Flags: []governance.Flag{governance.FlagHiddenText}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var times []time.Duration
			for b.Loop() {
				at := time.Now()
				if _, err := s.Proposals(ctx, f); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(at))
			}
			percentile(b, times)
		})
	}
	b.Run("deep", func(b *testing.B) {
		f := Filter{}
		for b.Loop() {
			page, err := s.Proposals(ctx, f)
			if err != nil {
				b.Fatal(err)
			}
			f.Cursor = page.Next
		}
	})
}

func BenchmarkDetail100k(b *testing.B) {
	s := world(b, 100000)
	ctx := context.Background()
	refs := sampleRefs(b, s)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := s.Proposal(ctx, refs[i%len(refs)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func sampleRefs(b testing.TB, s *Store) []governance.Ref {
	rows, err := s.read.DB.QueryContext(context.Background(), `SELECT ref FROM proposals WHERE id % 97 = 0 LIMIT 1000`)
	refs, err := collect(rows, err, func(rows *sql.Rows) (ref governance.Ref, err error) {
		return ref, rows.Scan(&ref)
	})
	if err != nil {
		b.Fatal(err)
	}
	return refs
}

func BenchmarkSearch100k(b *testing.B) {
	s := world(b, 100000)
	ctx := context.Background()
	src := newSynthetic()
	queries := map[string]func() Filter{
		"common":       func() Filter { return Filter{Query: "the proposal"} },
		"common3":      func() Filter { return Filter{Query: "the proposal governance to "} },
		"rare":         func() Filter { return Filter{Query: src.words[20000+src.rng.IntN(20000)] + " "} },
		"mixed":        func() Filter { return Filter{Query: "the proposal " + src.words[1000+src.rng.IntN(9000)] + " "} },
		"prefix2":      func() Filter { return Filter{Query: "pr"} },
		"prefix3":      func() Filter { return Filter{Query: "pro"} },
		"prefix1":      func() Filter { return Filter{Query: "the e"} },
		"phrase":       func() Filter { return Filter{Query: `"the proposal"`} },
		"address":      func() Filter { return Filter{Query: fmt.Sprintf("0x%040x", src.rng.IntN(100000))} },
		"commondao":    func() Filter { return Filter{Query: "the proposal ", DAO: "dao150.eth"} },
		"commonactive": func() Filter { return Filter{Query: "the ", States: []governance.State{governance.Active}} },
		"commonkind":   func() Filter { return Filter{Query: "the ", Kinds: []governance.Kind{governance.KindOther}} },
		"commonflag":   func() Filter { return Filter{Query: "the ", Flags: []governance.Flag{governance.FlagSpam}} },
	}
	for _, name := range sortedKeys(queries) {
		b.Run(name, func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				s.changed() // nothing may be remembered
				at := time.Now()
				if _, err := s.Proposals(ctx, queries[name]()); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(at))
			}
			percentile(b, times)
		})
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// BenchmarkConcurrentLists asks from 32 sides at once.
func BenchmarkConcurrentLists(b *testing.B) {
	s := world(b, 100000)
	var mu sync.Mutex
	var times []time.Duration
	b.SetParallelism(32 / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		var mine []time.Duration
		for pb.Next() {
			at := time.Now()
			if _, err := s.Proposals(context.Background(), Filter{}); err != nil {
				b.Error(err)
			}
			mine = append(mine, time.Since(at))
		}
		mu.Lock()
		times = append(times, mine...)
		mu.Unlock()
	})
	percentile(b, times)
}

// BenchmarkIdleMemory reports the resident size with 100,000 proposals after
// a little use.
func BenchmarkIdleMemory(b *testing.B) {
	s := world(b, 100000)
	for b.Loop() {
		for range 50 {
			if _, err := s.Proposals(context.Background(), Filter{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	runtime.GC()
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skip("no /proc")
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(raw), &size, &resident); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(resident*int64(os.Getpagesize()))/1e6, "RSS-MB")
}

// cpuTime is what this process has used, in all threads.
func cpuTime(b testing.TB) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkApplyBare is the least that any program would do with the same
// rows: insert and index them, nothing else. Compare within one run.
func BenchmarkApplyBare(b *testing.B) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	for _, ddl := range []string{
		`CREATE TABLE p (id INTEGER PRIMARY KEY, ref TEXT UNIQUE, dao TEXT, title TEXT, body TEXT, start_at INTEGER, end_at INTEGER)`,
		`CREATE VIRTUAL TABLE f USING fts5 (title, body, content = '', detail = full)`} {
		if _, err := db.Exec(ddl); err != nil {
			b.Fatal(err)
		}
	}
	src := newSynthetic()
	n := 0
	var cpu time.Duration
	for b.Loop() {
		b.StopTimer()
		batch := src.batch(n, n+1000, 100000)
		b.StartTimer()
		before := cpuTime(b)
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		rows, err1 := tx.Prepare(`INSERT INTO p VALUES (?, ?, ?, ?, ?, ?, ?)`)
		index, err2 := tx.Prepare(`INSERT INTO f (rowid, title, body) VALUES (?, ?, ?)`)
		if err := errors.Join(err1, err2); err != nil {
			b.Fatal(err)
		}
		for i, p := range batch.Proposals {
			_, err1 := rows.Exec(n+i+1, string(p.Ref), p.DAO, p.Title, p.Body, p.Start.Unix(), p.End.Unix())
			_, err2 := index.Exec(n+i+1, p.Title, p.Body)
			if err := errors.Join(err1, err2); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
		cpu += cpuTime(b) - before
		n += 1000
	}
	b.ReportMetric(float64(cpu.Microseconds())/float64(n), "cpu-µs/proposal")
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "proposals/s")
}

// BenchmarkOverview100k reads what the frame of every page may ask for.
func BenchmarkOverview100k(b *testing.B) {
	s := world(b, 100000)
	ctx := context.Background()
	for name, f := range map[string]func() error{
		"counts":     func() error { _, err := s.Counts(ctx, t0()); return err },
		"daos":       func() error { _, err := s.DAOs(ctx, t0()); return err },
		"dao":        func() error { _, err := s.DAO(ctx, "dao7.eth", t0()); return err },
		"refresh":    func() error { _, err := s.RefsToRefresh(ctx, t0(), 100); return err },
		"due":        func() error { _, err := s.DueAssessments(ctx, t0(), 20); return err },
		"candidates": func() error { _, err := s.Candidates(ctx, Filter{}, 10000); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
