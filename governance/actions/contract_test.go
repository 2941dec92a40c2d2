package actions

import (
	"strings"
	"testing"
)

// TestTables reads every line, so that one fault does not hide the next.
func TestTables(t *testing.T) {
	r := &registry{functions: map[selector][]*function{}}
	files, err := tables.ReadDir("contracts")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, file := range files {
		text, err := tables.ReadFile("contracts/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(text), "\n") {
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			count++
			if err := r.add(line); err != nil {
				t.Errorf("%s:%d: %v", file.Name(), n+1, err)
			}
		}
	}
	for sel, list := range r.functions {
		if len(list) > 1 {
			t.Logf("%s belongs to %d functions: %s, %s", sel, len(list), list[0].signature, list[1].signature)
		}
	}
	t.Logf("%d functions", count)
	if err := r.addForms(); err != nil {
		t.Error(err)
	}
}
