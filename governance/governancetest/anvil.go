package governancetest

import (
	"bufio"
	"context"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Anvil starts a node of its own with the given arguments, such as
// "--chain-id", "1", and returns its URL. It ends with the test.
func Anvil(t testing.TB, args ...string) string {
	t.Helper()
	// The program itself: npm's starter would leave it behind when killed.
	found, err := filepath.Glob(filepath.Join(NodeModules(t), "@foundry-rs", "anvil-*", "bin", "anvil"))
	if err != nil || len(found) != 1 {
		t.Fatalf("anvil is not where its package puts it: %v %v", found, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, found[0], append([]string{"--port", "0", "--host", "127.0.0.1"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		stop()
		t.Fatalf("anvil: %v", err)
	}
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait() // killed
	})
	select {
	case at, ok := <-listening(out):
		if !ok {
			t.Fatal("anvil ended before it listened")
		}
		return "http://" + strings.TrimSpace(at)
	case <-time.After(30 * time.Second):
		t.Fatal("anvil did not listen within 30 s")
		return ""
	}
}

// listening reads the node's output to its end, so that the node never waits,
// and tells the address that it names.
func listening(out io.Reader) <-chan string {
	address := make(chan string, 1)
	go func() {
		defer close(address)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if _, at, ok := strings.Cut(lines.Text(), "Listening on "); ok {
				address <- at
			}
		}
	}()
	return address
}
