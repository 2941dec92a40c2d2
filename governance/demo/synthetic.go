package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// syntheticEnd is when the newest synthetic proposal was created: fixed, so that
// the same seed makes the same rows.
var syntheticEnd = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// Synthetic makes n varied proposals in 30 spaces over three years before
// November 2026, the same for the same seed. They are for load, not for
// reading: sentences are drawn from a small stock. Some share a second.
func Synthetic(n int, seed int64) []Proposal {
	r := rand.New(rand.NewPCG(uint64(seed), 42)) //nolint:gosec // the same rows each time
	out := make([]Proposal, n)
	span := int64(3 * 365 * 86400)
	authors := make([]string, 400)
	for i := range authors {
		authors[i] = fakeAddress(fmt.Sprint("author ", i))
	}
	for i := range out {
		created := syntheticEnd.Unix() - span + int64(i)*span/int64(max(n, 1))
		if r.IntN(20) == 0 && i > 0 {
			created = out[i-1].Created
		}
		out[i] = syntheticRow(r, i, created)
		out[i].Author = pick(r, authors)
	}
	return out
}

func syntheticRow(r *rand.Rand, i int, created int64) Proposal {
	space := fmt.Sprintf("load-%02d.dao.eth", r.IntN(30))
	kind := pick(r, syntheticTypes)
	p := Proposal{
		ID: hashID(fmt.Sprint("synthetic ", i, r.Uint64())), Space: space, Type: kind,
		Title:   fmt.Sprintf("%s %d: %s %s", pick(r, titleHeads), i, pick(r, titleVerbs), pick(r, titleThings)),
		Body:    syntheticBody(r),
		Choices: syntheticChoices(r, kind),
		Created: created, Start: created + 86400, End: created + 86400*int64(2+r.IntN(7)),
		Snapshot: 18_000_000 + int64(i), VoteCount: r.IntN(900), Quorum: float64(r.IntN(4)) * 100_000,
	}
	total := 0.0
	for range p.Choices {
		p.Scores = append(p.Scores, float64(r.IntN(2_000_000))/4)
		total += p.Scores[len(p.Scores)-1]
	}
	p.ScoresTotal, p.ScoresState = &total, "final"
	return p
}

func syntheticChoices(r *rand.Rand, kind string) []string {
	if kind == "basic" {
		return []string{"For", "Against", "Abstain"}
	}
	out := make([]string, 2+r.IntN(6))
	for i := range out {
		out[i] = fmt.Sprintf("%s (%s)", pick(r, titleThings), pick(r, titleHeads))
	}
	return out
}

func syntheticBody(r *rand.Rand) string {
	var b strings.Builder
	for _, head := range []string{"Summary", "Motivation", "Specification", "Cost"} {
		fmt.Fprintf(&b, "## %s\n\n", head)
		for range 3 + r.IntN(4) {
			fmt.Fprintf(&b, pick(r, bodySentences)+" ", pick(r, titleThings), 1000*(1+r.IntN(900)))
		}
		b.WriteString("\n\n")
	}
	return b.String()
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

var (
	syntheticTypes = []string{"basic", "basic", "single-choice", "single-choice", "weighted", "approval", "ranked-choice", "quadratic"}
	titleHeads     = []string{"LIP", "Request", "Motion", "Draft", "Season plan", "Temperature check"}
	titleVerbs     = []string{"fund", "renew", "raise the cap of", "wind down", "audit", "upgrade", "elect stewards for", "lower the fee of"}
	titleThings    = []string{"the grants pool", "the bridge guardians", "the lending market", "the translation desk", "the oracle committee", "the stable pool", "the security council", "the events budget", "the data portal", "the relayer fleet"}
	bodySentences  = []string{
		"This motion concerns %s and moves at most %d USDC from the treasury.",
		"Since the last season %s has served %d accounts without an interruption.",
		"The committee for %s reports every month, and spending above %d USDC needs a new vote.",
		"If the vote fails, %s continues as it is and %d tokens stay where they are.",
		"Two members objected that %s costs more than the %d USDC it brings in a year.",
	}
)
