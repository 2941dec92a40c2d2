// Package governancetest holds what the tests of several packages share:
// a real Postgres, started on the spot. Tests alone import it.
package governancetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Postgres is one cluster for all tests of a test binary. It starts with the
// first Database. Its zero value is ready; TestMain has to call Stop.
type Postgres struct {
	once sync.Once
	mu   sync.Mutex
	err  error
	dir  string
	bin  string
	stop func()
	n    int
}

// errNoPostgres says that the programs are not installed.
var errNoPostgres = errors.New("Postgres is not installed: apt-get install postgresql")

// Database makes an empty database and returns its URL. Without Postgres the
// test is skipped, in CI it fails.
func (p *Postgres) Database(t testing.TB) string {
	t.Helper()
	p.once.Do(func() { p.err = p.start() })
	if errors.Is(p.err, errNoPostgres) && os.Getenv("CI") != "true" {
		t.Skip(p.err)
	}
	if p.err != nil {
		t.Fatal(p.err)
	}
	p.mu.Lock()
	p.n++
	name := "test" + strconv.Itoa(p.n)
	p.mu.Unlock()
	if out, err := exec.Command(filepath.Join(p.bin, "createdb"), "-h", p.dir, "-U", "postgres", name).CombinedOutput(); err != nil {
		t.Fatalf("createdb: %v: %s", err, out)
	}
	return "postgres:///" + name + "?user=postgres&host=" + p.dir
}

// Stop ends the cluster and removes its files.
func (p *Postgres) Stop() {
	if p.stop != nil {
		p.stop()
	}
	if p.dir != "" {
		_ = os.RemoveAll(p.dir) // a left-over in the temporary folder harms nobody
	}
}

func (p *Postgres) start() error {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return errNoPostgres
	}
	p.bin = filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return majorOf(a) - majorOf(b) }))
	// A short path: the name of a Unix socket has at most 107 bytes.
	if p.dir, err = os.MkdirTemp("/tmp", "mandate-pg"); err != nil {
		return err
	}
	account, err := p.account()
	if err != nil {
		return err
	}
	data := filepath.Join(p.dir, "data")
	initdb := exec.Command(filepath.Join(p.bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
	initdb.Dir, initdb.SysProcAttr = p.dir, processAttr(account)
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return p.serve(data, account)
}

func majorOf(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // "15" of /usr/lib/postgresql/15/bin/initdb
	return n
}

// account returns whom to run as, nil = as we are. Postgres refuses root.
func (p *Postgres) account() (*user.User, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, err1 := strconv.Atoi(account.Uid)
	gid, err2 := strconv.Atoi(account.Gid)
	return account, errors.Join(err1, err2, os.Chown(p.dir, uid, gid))
}

// serve starts the server and waits until it answers. It ends with the test
// binary, even one that is killed.
func (p *Postgres) serve(data string, account *user.User) error {
	server := exec.Command(filepath.Join(p.bin, "postgres"), "-D", data, "-k", p.dir, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=64MB", "-c", "max_connections=60")
	var log bytes.Buffer
	server.Dir, server.Stdout, server.Stderr, server.SysProcAttr = p.dir, &log, &log, processAttr(account)
	started, ended := make(chan error), make(chan struct{})
	go func() {
		// The kernel signals the child when this thread ends: keep it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		started <- server.Start()
		_ = server.Wait() // its exit status says nothing more than the log
		close(ended)
	}()
	if err := <-started; err != nil {
		return err
	}
	p.stop = func() {
		_ = server.Process.Signal(os.Interrupt) // "fast shutdown"; it may have ended already
		<-ended
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for exec.CommandContext(ctx, filepath.Join(p.bin, "pg_isready"), "-q", "-h", p.dir).Run() != nil {
		select {
		case <-ended:
			return fmt.Errorf("Postgres ended: %s", log.String())
		case <-ctx.Done():
			return errors.New("Postgres did not answer within 30 seconds")
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}
