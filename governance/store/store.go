// Package store is every line of SQL: proposals, spaces, assessments, values,
// sources, sessions, jobs, on SQLite and Postgres with the same code. Only
// the migrations and the full-text queries differ between the engines.
//
// SQLite has one connection that writes and a few that read; memory mapping
// is off and the page caches are small, because the operating system caches
// the file anyway and the program promises to stay small.
package store

import (
	"context"
	"crypto/cipher"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"

	"mandate/governance"
)

// Config says which database to open and how. URL and Secret are required.
type Config struct {
	URL    string   // sqlite:PATH or postgres://…
	Secret [32]byte // encrypts what is private
	Log    *slog.Logger
	Now    func() time.Time
	// OnChange is a job that is enqueued, once at a time, in the transaction
	// that stores new or edited proposals. Nil = none.
	OnChange river.JobArgs
}

// Store is an open database. All methods may be called concurrently. Their
// errors are the context's, or a governance.Error: Upstream while the database
// is busy, full or gone, Conflict for what somebody else stored at the same
// moment, else Internal; other codes are said at the method.
type Store struct {
	read  *bun.DB
	write *bun.DB
	pg    bool
	log   *slog.Logger
	now   func() time.Time

	sealer     cipher.AEAD
	onChange   river.JobArgs
	inserter   *river.Client[*sql.Tx] // enqueues only
	worker     atomic.Pointer[river.Client[*sql.Tx]]
	generation atomic.Uint64
	totals     totals
}

// Open opens the database, creating it where there is none, and brings its
// schema up to date. It returns Invalid for a URL that it cannot use and
// Upstream if the database cannot be reached.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{log: c.Log, now: c.Now, onChange: c.OnChange}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	if err := s.connect(c.URL); err != nil {
		return nil, err
	}
	sealer, err := newSealer(c.Secret)
	if err == nil {
		s.sealer = sealer
		err = s.migrate(ctx)
	}
	if err == nil {
		s.inserter, err = s.newInserter()
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.generation.Store(1)
	return s, nil
}

func (s *Store) connect(address string) error {
	switch {
	case strings.HasPrefix(address, "sqlite:"):
		return s.connectSQLite(strings.TrimPrefix(address, "sqlite:"))
	case strings.HasPrefix(address, "postgres://"), strings.HasPrefix(address, "postgresql://"):
		return s.connectPostgres(address)
	}
	return governance.Errorf(governance.Invalid, "MANDATE_DATABASE_URL has to begin with sqlite: or postgres://.")
}

// Page caches in KiB: of the writer, which holds the hot index pages of a
// bulk load, and of each reader. Two to four readers answer lists equally
// fast on two cores; with three, two slow searches hold nobody up.
const (
	writerCache = 16000
	readerCache = 2000
	readers     = 3
)

func (s *Store) connectSQLite(path string) error {
	if path == "" || strings.ContainsAny(path, "?\x00") {
		return governance.Errorf(governance.Invalid, "MANDATE_DATABASE_URL has to name a file: sqlite:./data/mandate.db.")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return governance.Wrap(governance.Invalid, err, "The folder of the database %s cannot be made.", path)
	}
	write, err := sql.Open("sqlite", sqliteDSN(path, writerCache, "&_txlock=immediate"))
	if err != nil {
		return fmt.Errorf("open the database for writing: %w", err)
	}
	read, err := sql.Open("sqlite", sqliteDSN(path, readerCache, "&_pragma=query_only(1)"))
	if err != nil {
		return fmt.Errorf("open the database for reading: %w", err)
	}
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	s.write = bun.NewDB(write, sqlitedialect.New())
	s.read = bun.NewDB(read, sqlitedialect.New())
	return nil
}

// sqliteDSN syncs every commit to the disk (synchronous FULL): what was signed
// has to survive a power cut, and so has what was revoked. Reading 100,000
// proposals is not measurably slower for it: its commits are large and few.
func sqliteDSN(path string, cacheKiB int, more string) string {
	return fmt.Sprintf("file:%s?_pragma=page_size(4096)&_pragma=wal_autocheckpoint(3000)&_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=foreign_keys(1)&_pragma=mmap_size(0)&_pragma=cache_size(-%d)&_pragma=temp_store(MEMORY)%s",
		(&url.URL{Path: path}).EscapedPath(), cacheKiB, more)
}

func (s *Store) connectPostgres(address string) error {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		// The cause may quote the URL with its password: leave it out.
		return governance.Errorf(governance.Invalid, "MANDATE_DATABASE_URL is not a Postgres URL that can be read.")
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(4)
	s.pg = true
	s.write = bun.NewDB(db, pgdialect.New())
	s.read = s.write
	return nil
}

// Close waits for running queries and closes the database. Jobs have to be
// stopped before.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Ping reports whether the database answers (Upstream if not).
func (s *Store) Ping(ctx context.Context) error {
	var one int
	err := s.read.DB.QueryRowContext(ctx, "SELECT 1").Scan(&one)
	return s.fail(err, "ask the database")
}

// Generation grows with every write of this process that can change a page.
func (s *Store) Generation() uint64 { return s.generation.Load() }

func (s *Store) changed() { s.generation.Add(1) }
