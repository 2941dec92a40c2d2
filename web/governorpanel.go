package web

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
	"mandate/views"
)

// shownChanges is how many changes of settings and delegates a page lists.
const shownChanges = 10

// governorPanel is what the detector found out about a governor, and what its
// logs say of changed settings, the newest first.
func governorPanel(g *governance.Governor, changes []governance.Event, now time.Time) views.GovernorPanel {
	p := views.GovernorPanel{ID: "governor-" + strings.ToLower(g.Address), Heading: familyName(g.Family), Address: g.Address, Chain: chain(strconv.FormatUint(g.Chain, 10))}
	switch {
	case g.Fault != "":
		p.Notice = &views.Notice{Tone: views.Caution, Title: "It is not read", Text: views.Clip(plainLine(g.Fault), 300)}
	case g.Checked.IsZero():
		p.Notice = &views.Notice{Title: "It waits for its check", Text: "It is read as soon as a node of its chain has said what it is."}
		return p
	case g.ReadOnly != "":
		p.Notice = &views.Notice{Title: "Read only", Text: plainLine(g.ReadOnly)}
	}
	symbol := views.Clip(plainLine(g.Token.Symbol), 16)
	p.Facts = []views.Fact{
		{Name: "Name", Value: views.Clip(plainLine(cmp.Or(g.Name, "none")), 60)},
		{Name: "Votes token", Value: g.Token.Address, Mono: true, Note: symbol},
		{Name: "Counts time in", Value: clockWords(g.Clock)},
		{Name: "Voting delay", Value: clockSpan(g, g.VotingDelay)},
		{Name: "Voting period", Value: clockSpan(g, g.VotingPeriod)},
		{Name: "To propose", Value: units(g.Threshold, g.Token.Decimals, symbol)},
		{Name: "Passes if", Value: passRule(g)},
	}
	if g.Quorum != "" {
		p.Facts = append(p.Facts, views.Fact{Name: "Quorum now", Value: units(g.Quorum, g.Token.Decimals, symbol)})
	}
	if g.Fractional {
		p.Facts = append(p.Facts, views.Fact{Name: "Split votes", Value: "allowed", Note: "one account may spread its power"})
	}
	p.Facts = append(p.Facts, views.Fact{Name: "Ballots by signature", Value: ballotWords(g.BallotSig)})
	if len(g.Extensions) > 0 {
		p.Facts = append(p.Facts, views.Fact{Name: "Also has", Value: views.Clip(plainLine(strings.Join(g.Extensions, ", ")), 200)})
	}
	if g.Implementation != "" {
		p.Facts = append(p.Facts, views.Fact{Name: "Code behind the proxy", Value: g.Implementation, Mono: true})
	}
	if t := g.Timelock; t != nil {
		p.Facts = append(p.Facts, views.Fact{Name: "Timelock", Value: t.Address, Mono: true, Note: "delay " + seconds(int64(min(t.MinDelay, math.MaxInt64)), "none")})
		for _, r := range t.Roles {
			p.Roles = append(p.Roles, roleFact(r))
		}
	} else {
		p.Facts = append(p.Facts, views.Fact{Name: "Timelock", Value: "none", Note: "what passes can be executed at once"})
	}
	for i := range changes {
		e := &changes[i]
		p.Changes = append(p.Changes, views.Fact{Name: views.Exact(e.Time), Value: views.Clip(plainLine(e.Value), 160), Note: "block " + views.Number(float64(e.Block))})
	}
	for _, e := range g.Evidence {
		p.Evidence = append(p.Evidence, views.EvidenceRow{Probe: views.Clip(plainLine(e.Probe), 80), Answer: views.Clip(plainLine(e.Answer), 160), Says: views.Clip(plainLine(e.Says), 200)})
	}
	if !g.Checked.IsZero() {
		p.Checked = fmt.Sprintf("Checked %s, at block %s.", views.Relative(now, g.Checked), views.Number(float64(g.Block)))
	}
	return p
}

func roleFact(r governance.Role) views.Fact {
	f := views.Fact{Name: map[string]string{"proposer": "May schedule", "executor": "May execute", "canceller": "May cancel", "admin": "Administers"}[r.Role], Value: r.Holder, Mono: true, Note: plainLine(r.Name)}
	if f.Name == "" {
		f.Name = views.Clip(plainLine(r.Role), 40)
	}
	if strings.Trim(r.Holder, "0x") == "" {
		f.Value, f.Mono, f.Note = "anyone", false, ""
	}
	return f
}

func clockWords(c governance.Clock) string {
	switch c {
	case governance.ClockSeconds:
		return "seconds"
	case governance.ClockL1Blocks:
		return "blocks of Ethereum"
	}
	return "blocks of its chain"
}

// clockSpan is a span of the governor's clock, as it counts and, where known,
// as time.
func clockSpan(g *governance.Governor, n uint64) string {
	if n == 0 {
		return "none"
	}
	if g.Clock == governance.ClockSeconds {
		return views.Span(time.Duration(min(n, math.MaxInt64/uint64(time.Second))) * time.Second)
	}
	text := views.Number(float64(n)) + " blocks"
	if (g.Clock == governance.ClockL1Blocks || g.Chain == 1) && n < 1e8 {
		text += ", about " + views.Span(time.Duration(n)*12*time.Second) // Ethereum's slots
	}
	return text
}

func ballotWords(sig governance.BallotSig) string {
	switch sig {
	case governance.BallotOZ5:
		return "taken, from contract wallets too"
	case governance.BallotAlpha, governance.BallotBravo, governance.BallotOZ4:
		return "taken, from accounts of a key"
	}
	return "not taken"
}
