package agent

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the bare loop's database

	"mandate/governance"
	"mandate/governance/demo"
	"mandate/governance/snapshot"
)

// BenchmarkSync100k reads 100,000 proposals from the local hub into SQLite,
// stored and searchable, and compares with a bare loop in the same run: page,
// decode, insert, index, with the next page fetched meanwhile.
//
//	go test ./governance/agent -run '^$' -bench Sync100k -benchtime 1x
func BenchmarkSync100k(b *testing.B) {
	rows := 100_000
	if testing.Short() {
		rows = 10_000
	}
	w, err := demo.New(demo.Config{Now: func() time.Time { return testNow }, Empty: true, Faults: demo.Faults{RateLimitPerMinute: -1}})
	if err != nil {
		b.Fatal(err)
	}
	w.Add(demo.Synthetic(rows, 1)...)
	w.Proposals() // builds the hub's index outside of the measurement
	srv := httptest.NewServer(w.Handler())
	defer srv.Close()
	for b.Loop() {
		bare := bareLoop(b, srv.URL+"/graphql", filepath.Join(b.TempDir(), "bare.db"))
		ours, requests := benchSync(b, srv.URL+"/graphql", rows)
		b.ReportMetric(float64(rows)/ours.Seconds(), "proposals/s")
		b.ReportMetric(float64(rows)/bare.Seconds(), "bare_proposals/s")
		b.ReportMetric(bare.Seconds()/ours.Seconds(), "of_bare")
		b.ReportMetric(float64(requests)/float64((rows+999)/1000), "requests/page")
	}
}

func benchSync(b *testing.B, hubURL string, rows int) (time.Duration, int) {
	hub, err := snapshot.New(snapshot.Config{HubURL: hubURL, Now: func() time.Time { return testNow }})
	if err != nil {
		b.Fatal(err)
	}
	s := openStore(b, filepath.Join(b.TempDir(), "m.db"), func() time.Time { return testNow })
	a := &Agent{Store: s, Scope: governance.Scope{All: true}, Log: slog.New(slog.DiscardHandler)}
	sum, err := a.SyncOnce(context.Background(), hub, nil)
	if err != nil || sum.New != rows || sum.Requests > (rows+999)/1000+1 {
		b.Fatalf("%+v, err %v", sum, err)
	}
	return sum.Took, sum.Requests
}

type bareRow struct {
	ID      string              `json:"id"`
	Space   struct{ ID string } `json:"space"`
	Author  string              `json:"author"`
	Created int64               `json:"created"`
	Start   int64               `json:"start"`
	End     int64               `json:"end"`
	Type    string              `json:"type"`
	Title   string              `json:"title"`
	Body    string              `json:"body"`
	Choices []string            `json:"choices"`
	Scores  []float64           `json:"scores"`
	State   string              `json:"scores_state"`
}

// bareLoop is the least that does the job.
func bareLoop(b *testing.B, hub, path string) time.Duration {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=cache_size(-24000)")
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, q := range []string{
		`CREATE TABLE p (n INTEGER PRIMARY KEY, id TEXT UNIQUE, space TEXT, author TEXT, created INT, start INT, stop INT, type TEXT, title TEXT, body TEXT, choices TEXT, scores TEXT, state TEXT)`,
		`CREATE INDEX p_end ON p (stop)`, `CREATE INDEX p_space ON p (space, stop)`,
		`CREATE VIRTUAL TABLE f USING fts5(title, body, content='')`,
	} {
		if _, err := db.Exec(q); err != nil {
			b.Fatal(err)
		}
	}
	start := time.Now()
	pages := make(chan []bareRow, 1)
	go barePages(b, hub, pages)
	n := 0
	for page := range pages {
		n += bareInsert(b, db, page, n)
	}
	return time.Since(start)
}

func barePages(b *testing.B, hub string, out chan<- []bareRow) {
	defer close(out)
	from, skip := int64(0), 0
	for {
		q := fmt.Sprintf(`{proposals(first:1000,skip:%d,where:{created_gte:%d},orderBy:"created",orderDirection:asc){id space{id} author created start end type title body choices scores scores_state strategies{name network params} plugins}}`, skip, from)
		payload, _ := json.Marshal(map[string]string{"query": q})
		resp, err := http.Post(hub, "application/json", bytes.NewReader(payload)) // a local hub
		if err != nil {
			b.Error(err)
			return
		}
		var got struct {
			Data struct{ Proposals []bareRow }
		}
		err = json.NewDecoder(resp.Body).Decode(&got)
		_ = resp.Body.Close()
		page := got.Data.Proposals
		if err != nil || len(page) == 0 {
			return
		}
		if last := page[len(page)-1].Created; last != from {
			from, skip = last, 0
		}
		for _, p := range page {
			if p.Created == from {
				skip++
			}
		}
		out <- page
	}
}

func bareInsert(b *testing.B, db *sql.DB, page []bareRow, n int) int {
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	p, err1 := tx.Prepare(`INSERT INTO p VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)`)
	f, err2 := tx.Prepare(`INSERT INTO f (rowid, title, body) VALUES (?,?,?)`)
	if err1 != nil || err2 != nil {
		b.Fatal(err1, err2)
	}
	for i := range page {
		r := &page[i]
		choices, _ := json.Marshal(r.Choices)
		scores, _ := json.Marshal(r.Scores)
		_, err1 := p.Exec(n+i, r.ID, r.Space.ID, r.Author, r.Created, r.Start, r.End, r.Type, r.Title, r.Body, string(choices), string(scores), r.State)
		_, err2 := f.Exec(n+i, r.Title, r.Body)
		if err1 != nil || err2 != nil {
			b.Fatal(err1, err2)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	return len(page)
}
