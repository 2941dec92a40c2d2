package demo_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"mandate/governance/demo"
)

// starts are moments at which the world must hold: ordinary, the end of a
// year, a leap day, long after.
var starts = []string{"2026-11-24T15:00:00Z", "2026-12-31T23:59:59Z", "2028-02-29T00:00:01Z", "2031-07-01T12:00:00Z"}

func worldAt(t testing.TB, start string) ([]demo.Proposal, int64) {
	t.Helper()
	now, err := time.Parse(time.RFC3339, start)
	if err != nil {
		t.Fatal(err)
	}
	w, err := demo.New(demo.Config{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	return w.Proposals(), now.Unix()
}

func TestWorldHoldsAtAnyStart(t *testing.T) {
	for _, start := range starts {
		ps, now := worldAt(t, start)
		states, types, daos := map[string]int{}, map[string]int{}, map[string]int{}
		soon, late, long := 0, 0, 0
		for _, p := range ps {
			states[p.State(now)]++
			types[p.Type]++
			daos[p.Space]++
			if left := p.End - now; left >= 3*60 && left <= 20*60 {
				soon++
			}
			if len(p.Scores) > 1 && p.State(now) == "closed" && winner(p.Scores) > 0 {
				late++
			}
			if len(p.Body) > 10_000 {
				long++
			}
			if p.Created > now || p.Created > p.Start || p.Start >= p.End {
				t.Errorf("%s: times of %q make no sense", start, p.Title)
			}
			if len(p.Scores) > 0 && len(p.Scores) != len(p.Choices) {
				t.Errorf("%q has %d scores for %d choices", p.Title, len(p.Scores), len(p.Choices))
			}
		}
		t.Logf("%s: %d proposals, %d DAOs, states %v, types %v, soon %d, winner not first %d, above 10 kB %d", start, len(ps), len(daos), states, types, soon, late, long)
		atLeast(t, "proposals", len(ps), 84)
		atLeast(t, "DAOs", len(daos), 13)
		atLeast(t, "closed", states["closed"], 50)
		atLeast(t, "active", states["active"], 22)
		atLeast(t, "pending", states["pending"], 6)
		atLeast(t, "ending within 3 to 20 minutes", soon, 3)
		atLeast(t, "past ones not won by the first choice", late, 12)
		atLeast(t, "long bodies", long, 4)
		for _, kind := range []string{"single-choice", "basic", "approval", "ranked-choice", "copeland", "quadratic", "weighted"} {
			atLeast(t, kind, types[kind], 1)
		}
	}
}

func atLeast(t *testing.T, what string, have, want int) {
	t.Helper()
	if have < want {
		t.Errorf("%s: %d, want at least %d", what, have, want)
	}
}

func winner(scores []float64) int {
	best := 0
	for i, s := range scores {
		if s > scores[best] {
			best = i
		}
	}
	return best
}

var (
	links    = regexp.MustCompile(`(?i)\b(?:https?|ftp|ipfs|wss?)://([^/\s"')>\]?#]+)`)
	examples = regexp.MustCompile(`^([a-z0-9-]+\.)*(example|invalid|test)(\.(com|org|net))?$`)
)

// No link of the world leads to somebody's real site.
func TestWorldLinksStayOnExampleDomains(t *testing.T) {
	ps, _ := worldAt(t, starts[0])
	seen := 0
	for _, p := range ps {
		for _, text := range append([]string{p.Title, p.Body, p.Discussion, string(p.Plugins)}, p.Choices...) {
			for _, m := range links.FindAllStringSubmatch(text, -1) {
				seen++
				if !examples.MatchString(strings.ToLower(m[1])) {
					t.Errorf("%q links to %s", p.Title, m[0])
				}
			}
		}
	}
	atLeast(t, "links looked at", seen, 30)
}

func TestWorldAddressesAreChecksummed(t *testing.T) {
	form := regexp.MustCompile(`0x[0-9a-fA-F]{40}\b`)
	ps, _ := worldAt(t, starts[0])
	seen := 0
	for _, p := range ps {
		for _, a := range form.FindAllString(p.Author+" "+p.Body+" "+string(p.Plugins), -1) {
			seen++
			if demo.Checksum(a) != a {
				t.Errorf("%q holds %s, which should be %s", p.Title, a, demo.Checksum(a))
			}
		}
	}
	atLeast(t, "addresses looked at", seen, 100)
}

// The examples are EIP-55's own.
func TestChecksum(t *testing.T) {
	for _, want := range []string{
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
		"0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77",
	} {
		if got := demo.Checksum(strings.ToLower(want)); got != want {
			t.Errorf("checksum %s, want %s", got, want)
		}
	}
}
