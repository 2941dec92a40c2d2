package actions

import (
	"math/rand/v2"
	"strings"
	"testing"

	"mandate/governance"
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

// TestEveryFunction decodes each function with plain and with odd arguments:
// no line of the tables may lead to a fault, and every effect is complete.
func TestEveryFunction(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for sel, list := range builtIn().functions {
		for round := range 8 {
			data := append([]byte{}, sel[:]...)
			for i := range 40 {
				word := make([]byte, 32)
				if round > 0 {
					word[31] = []byte{0, 1, 32, 64, 96, 160, 224, byte(i * 32)}[random.IntN(8)]
				}
				data = append(data, word...)
			}
			a := decodeOne(governance.Call{Target: someoneAddr, Value: "5", Calldata: hexText(data)})
			if a.Sentence == "" || strings.Contains(a.Sentence, "%!") {
				t.Errorf("%s: %q", list[0].signature, a.Sentence)
			}
			for _, e := range a.Effects {
				if e.To != "" && !isHexAddress(e.To) || e.Token != "" && !isHexAddress(e.Token) || e.From != "" && !isHexAddress(e.From) {
					t.Errorf("%s: %+v", list[0].signature, e)
				}
			}
		}
	}
}
