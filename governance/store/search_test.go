package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mandate/governance"
)

func TestParseQuery(t *testing.T) {
	cases := map[string]string{
		"":                              "[]",
		"  \t":                          "[]",
		`""`:                            "[]",
		"--- ***":                       "[]",
		"Treasury":                      "[{[treasury] true}]",
		"treasury ":                     "[{[treasury] false}]",
		"fee sw":                        "[{[fee] false} {[sw] false}]", // too short to be unfinished
		`"fee switch" now`:              "[{[fee switch] false} {[now] true}]",
		`"fee switch"`:                  "[{[fee switch] false}]",
		`"fee swi`:                      "[{[fee swi] false}]",
		"uniswap.eth":                   "[{[uniswap eth] true}]",
		"NEAR(a b, 5) OR title:x* ":     "[{[near a] false} {[b] false} {[5] false} {[or] false} {[title x] false}]",
		"Café ÉLAN ":                    "[{[cafe] false} {[elan] false}]",
		"治理 ":                           "[{[治 理] false}]",
		"a\x00b\xff ":                   "[{[a b] false}]",
		"'; DROP TABLE proposals; -- ":  "[{[drop] false} {[table] false} {[proposals] false}]",
		strings.Repeat("word ", 100):    fmt.Sprint(slices.Repeat([]phrase{{words: []string{"word"}}}, maxPhrase)),
		strings.Repeat("x", 2*maxQuery): "[{[" + strings.Repeat("x", maxQuery) + "] true}]",
	}
	for text, want := range cases {
		if got := fmt.Sprint(parseQuery(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestSearch(t *testing.T) {
	texts := []struct{ title, body string }{
		0: {"Fund the Treasury committee", "Pay three people."},
		1: {"Fee switch", "The treasury earns the protocol fee. Activate the fee switch for pool 0x00000000219ab540356cBB839Cbe05303d7705Fa."},
		2: {"Switch of fee collector", "A fee here, then later a switch."},
		3: {"Café élan vital", "Привет мир, голосование"},
		4: {"提案：治理改革", "社区国库资金"},
		5: {"Title \"quoted\" <b>bold</b>", "it's 100% of O'Neil's; DROP TABLE"},
	}
	var b governance.Batch
	for i, text := range texts {
		p := proposal(i, []string{"albatross.eth", "beluga.eth"}[i%2], 5)
		p.Title, p.Body, p.Author = text.title, text.body, fmt.Sprintf("0xAbCdEf%034d", i)
		b.Proposals = append(b.Proposals, p)
	}
	b.Spaces = []governance.Space{{ID: "albatross.eth", Name: "Albatross Collective"}}
	cases := map[string][]int{
		"treasury":        {0, 1}, // in the title first
		"TREAS":           {0, 1},
		`"fee switch"`:    {1},
		"fee switch":      {2, 1},
		"fee -switch":     {2, 1},
		"cafe":            {3},
		"Élan":            {3},
		"голосов":         {3},
		"治理":              {4},
		"国库":              {4},
		"理治":              nil,
		"collective fee ": {2},
		"beluga":          {5, 3, 1},
		"albatross.eth":   {4, 2, 0},
		"o'neil's":        {5},
		"100%":            {5},
		"nothing":         nil,
		"AND":             nil,
		"0x00000000219ab540356cbb839cbe05303d7705fa": {1},
		"0x00000000219AB540":                         {1},
		fmt.Sprintf("0xabcdef%034d", 3):              {3},
		string(b.Proposals[2].Ref):                   {2},
		b.Proposals[2].Ref.ID():                      {2},
		`"`:                                          {0, 1, 2, 3, 4, 5}, // nothing to look for: the plain list
	}
	eachEngine(t, func(t *testing.T, s *Store) {
		apply(t, s, b)
		for query, want := range cases {
			page := list(t, s, Filter{Query: query})
			got := numbers(page.Items)
			if query == `"` {
				slices.Sort(got)
			}
			if !slices.Equal(got, want) && len(got)+len(want) > 0 || page.Total != len(want) {
				t.Errorf("%q: %v (total %d), want %v", query, got, page.Total, want)
			}
		}
	})
}

func TestSearchPages(t *testing.T) {
	eachEngine(t, func(t *testing.T, s *Store) {
		for from := 0; from < 2100; from += 700 {
			var b governance.Batch
			for i := from; i < from+700; i++ {
				b.Proposals = append(b.Proposals, proposal(i, "a.eth", i%50))
			}
			apply(t, s, b)
		}
		page := list(t, s, Filter{Query: "proposal number ", Limit: 200})
		if page.Total != poolSize || !page.AtLeast {
			t.Errorf("total %d, at least %v", page.Total, page.AtLeast)
		}
		seen := map[int]bool{}
		for {
			for _, n := range numbers(page.Items) {
				if seen[n] || n < 100 {
					t.Fatalf("%d came twice, or is older than the newest %d", n, poolSize)
				}
				seen[n] = true
			}
			if page.Next == "" {
				break
			}
			page = list(t, s, Filter{Query: "proposal number ", Limit: 200, Cursor: page.Next})
		}
		if len(seen) != poolSize {
			t.Errorf("%d seen", len(seen))
		}
	})
}

// What a person types never reaches the engine as syntax.
func FuzzQuery(f *testing.F) {
	for _, text := range []string{"", "a OR b", `"x" y*`, "col:val", "NEAR(", "^a", "-b", `"\"`, "治理", "a\x00", "'", "?", "{a}:b", "Å", "ᾳ"} {
		f.Add(text)
	}
	s := openSQLite(f)
	apply(f, s, governance.Batch{Proposals: []governance.Proposal{proposal(1, "a.eth", 1)}})
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range parseQuery(text) {
			for _, w := range p.words {
				if strings.ContainsAny(w, "\"'*:^(){}+-?\\ \x00") || w == "" {
					t.Errorf("%q gave the word %q", text, w)
				}
			}
		}
		if _, err := s.Proposals(context.Background(), Filter{Query: text}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if folded := searchText(text); !reflect.DeepEqual(strings.Fields(searchText(folded)), strings.Fields(folded)) {
			t.Errorf("%q folds to %q and then to %q", text, folded, searchText(folded))
		}
	})
}
