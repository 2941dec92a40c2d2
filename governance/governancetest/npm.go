package governancetest

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

//go:embed npm/package.json
var npmPackage []byte

//go:embed npm/package-lock.json
var npmLock []byte

// NodeModules returns the folder node_modules with what tests ask beside Go:
// the official Snapshot library, anvil, solc. It is installed once, at the
// versions of npm/package-lock.json, into the user's cache. Without npm the
// test is skipped, in CI it fails.
func NodeModules(t testing.TB) string {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		if os.Getenv("CI") != "true" {
			t.Skip("npm is not installed: apt-get install npm")
		}
		t.Fatal("npm is not installed")
	}
	dir, err := installNode()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Node runs a script with NodeModules to require from, and returns its
// standard output. stdin may be empty.
func Node(t testing.TB, script, stdin string) string {
	t.Helper()
	modules := NodeModules(t)
	cmd := exec.Command("node", "-e", script)
	cmd.Dir, cmd.Stdin = filepath.Dir(modules), strings.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		var stderr []byte
		if exit, ok := err.(*exec.ExitError); ok { //nolint:errorlint // Output returns it unwrapped
			stderr = exit.Stderr
		}
		t.Fatalf("node: %v\n%.4000s", err, stderr)
	}
	return string(out)
}

// installNode returns the folder of what is installed, and installs it where it
// is not.
func installNode() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(slices.Concat(npmPackage, npmLock))
	dir := filepath.Join(cache, "mandate", "npm-"+hex.EncodeToString(sum[:6]))
	modules := filepath.Join(dir, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules, nil
	}
	// Several test binaries may come here at once: each installs into a folder
	// of its own, and the first one to finish gives it its name.
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), "new-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	for name, body := range map[string][]byte{"package.json": npmPackage, "package-lock.json": npmLock} {
		if err := os.WriteFile(filepath.Join(fresh, name), body, 0o600); err != nil {
			return "", err
		}
	}
	cmd := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
	cmd.Dir = fresh
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	if err := os.Rename(fresh, dir); err != nil {
		if _, missing := os.Stat(modules); missing != nil {
			return "", err
		}
	}
	return modules, nil
}
