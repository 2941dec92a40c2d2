package web

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
	"mandate/views"
)

// staleReading is how old a reading of an open proposal may be before the
// page warns.
const staleReading = 15 * time.Minute

// standing is how a proposal stands on its chain, with the times of its way.
func (b *builder) standing(g *governance.Governor) views.ChainBox {
	p := &b.d.Proposal
	o := p.OnChain
	if o == nil {
		return views.ChainBox{}
	}
	state := p.StateAt(b.now)
	box := views.ChainBox{Heading: "On chain: " + strings.ToLower(stateName(state))}
	switch {
	case o.AtBlock == 0:
		box.Note = "Its standing was not read yet."
	case o.Nodes > 1:
		box.Note = fmt.Sprintf("Read at block %s, %d nodes agree, %s.", views.Number(float64(o.AtBlock)), o.Nodes, views.Relative(b.now, o.Read))
	default:
		box.Note = fmt.Sprintf("Read at block %s from one node, %s.", views.Number(float64(o.AtBlock)), views.Relative(b.now, o.Read))
	}
	if !o.Final && o.AtBlock > 0 && b.now.Sub(o.Read) > staleReading && b.now.Sub(p.End) < 30*24*time.Hour {
		box.Doubt = "This was read " + views.Relative(b.now, o.Read) + "; the chain may have moved on since."
	}
	box.Steps = b.stages(o, g, state)
	box.Facts = b.chainFacts(o, g)
	return box
}

// stages are the steps that a proposal goes through, with the times known.
func (b *builder) stages(o *governance.OnChain, g *governance.Governor, state governance.State) []views.Stage {
	p := &b.d.Proposal
	past := func(t time.Time) bool { return !t.IsZero() && b.now.After(t) }
	out := []views.Stage{
		{Name: "Proposed", When: views.NewWhen("", b.now, p.Created), Note: "· block " + views.Number(float64(o.Block)), Done: true},
		{Name: "Voting opens", When: views.NewWhen("", b.now, p.Start), Note: clockNote(o.Clock, o.VoteStart, o.StartOff), Done: past(p.Start), Now: state == governance.Pending},
		{Name: "Voting ends", When: views.NewWhen("", b.now, p.End), Note: clockNote(o.Clock, o.VoteEnd, o.EndOff), Done: p.Ended(b.now), Now: state == governance.Active},
	}
	if !o.ETA.IsZero() {
		out = append(out, views.Stage{Name: "Executable", When: views.NewWhen("", b.now, o.ETA), Note: graceNote(g, o.ETA), Done: past(o.ETA), Now: state == governance.Queued})
	}
	last := views.Stage{Done: true, Now: true, Name: stateName(state)}
	switch state {
	case governance.Pending, governance.Active, governance.Queued:
		return out
	case governance.Succeeded:
		last.Note = "It can be queued or executed by anyone."
	case governance.Executed, governance.Defeated, governance.Canceled, governance.Expired, governance.Vetoed:
		last.Note = "Nothing more can happen to it here."
	}
	return append(out, last)
}

// longest is more seconds than any contract means: what it says beyond does
// not fit in a duration.
const longest = 1 << 33

// clockNote says what the contract itself counts, and how exact the time is.
func clockNote(clock governance.Clock, at uint64, off int64) string {
	var parts []string
	switch clock {
	case governance.ClockBlocks:
		parts = append(parts, "block "+views.Number(float64(at)))
	case governance.ClockL1Blocks:
		parts = append(parts, "Ethereum block "+views.Number(float64(at)))
	}
	if off > 0 {
		parts = append(parts, "give or take "+views.Span(time.Duration(min(off, longest))*time.Second))
	}
	if len(parts) == 0 {
		return ""
	}
	return "· " + strings.Join(parts, ", ")
}

func graceNote(g *governance.Governor, eta time.Time) string {
	if g == nil || g.Timelock == nil || g.Timelock.Grace == 0 {
		return ""
	}
	return "· until " + views.Exact(eta.Add(time.Duration(min(g.Timelock.Grace, longest))*time.Second))
}

func (b *builder) chainFacts(o *governance.OnChain, g *governance.Governor) []views.Fact {
	p := &b.d.Proposal
	facts := []views.Fact{}
	decimals, symbol := 18, p.Symbol
	if g != nil {
		decimals = g.Token.Decimals
		facts = append(facts, views.Fact{Name: "Governor", Value: g.Address, Mono: true, Note: familyName(g.Family) + " on " + chain(p.Network), Href: daoPath(g.DAO)})
		if g.Timelock != nil {
			facts = append(facts, views.Fact{Name: "Timelock", Value: g.Timelock.Address, Mono: true, Note: "delay " + seconds(int64(min(g.Timelock.MinDelay, math.MaxInt64)), "none")})
		} else {
			facts = append(facts, views.Fact{Name: "Timelock", Value: "none", Note: "what passes can be executed at once"})
		}
		facts = append(facts, views.Fact{Name: "Passes if", Value: passRule(g)})
	}
	if o.Quorum != "" {
		facts = append(facts, views.Fact{Name: "Quorum", Value: units(o.Quorum, decimals, symbol)})
	}
	for _, c := range []struct{ name, raw string }{{"Against, exactly", o.Against}, {"For, exactly", o.For}, {"Abstain, exactly", o.Abstain}} {
		if c.raw != "" && c.raw != "0" {
			facts = append(facts, views.Fact{Name: c.name, Value: units(c.raw, decimals, symbol)})
		}
	}
	if o.Tx != "" {
		facts = append(facts, views.Fact{Name: "Proposed in transaction", Value: o.Tx, Mono: true})
	}
	for _, pl := range o.Payloads {
		facts = append(facts, views.Fact{Name: "Payload", Value: strconv.FormatUint(pl.ID, 10), Note: "at " + pl.Controller + " on " + chain(strconv.FormatUint(pl.Chain, 10))})
	}
	return facts
}

// passRule is how a governor decides, in words.
func passRule(g *governance.Governor) string {
	counted := "For and Abstain together reach the quorum"
	if g.QuorumFor || g.Family == governance.FamilyAlpha || g.Family == governance.FamilyBravo || g.Family == governance.FamilyNouns {
		counted = "For reaches the quorum"
	}
	return "For is more than Against, and " + counted
}

func familyName(f governance.Family) string {
	switch f {
	case governance.FamilyAlpha:
		return "Compound GovernorAlpha"
	case governance.FamilyBravo:
		return "Compound GovernorBravo"
	case governance.FamilyOZ4:
		return "OpenZeppelin Governor 4"
	case governance.FamilyOZ5:
		return "OpenZeppelin Governor 5"
	case governance.FamilyArbitrum:
		return "Arbitrum’s governor"
	case governance.FamilyAgora:
		return "Agora’s governor"
	case governance.FamilyNouns:
		return "Nouns’ governor"
	case governance.FamilyAave:
		return "Aave governance v3"
	}
	return "a governor not checked yet"
}

// twinRows are the same question at the DAO's other venue, with what this
// text changed.
func (b *builder) twinRows(list []governance.Twin, bodies map[governance.Ref]governance.Version) []views.TwinRow {
	var out []views.TwinRow
	for _, t := range list {
		row := views.TwinRow{Kicker: "The vote on chain", Title: views.Clip(plainLine(t.Title), 200), Href: refPath(t.Ref)}
		if t.Ref.Venue() == governance.VenueSnapshot {
			row.Kicker = "Temperature check at Snapshot"
		}
		row.Meta = fmt.Sprintf("%s, made %s. Linked because %s.", stateName(t.State), views.Relative(b.now, t.Created), plainLine(t.Why))
		if other, ok := bodies[t.Ref]; ok {
			p := &b.shown
			mine := governance.Version{Title: p.Title, Body: p.Body, Choices: p.Choices}
			other.Choices = mine.Choices // the venues name their choices differently
			lines, cut := views.DiffLines(plainVersion(other), plainVersion(mine), 1, maxDiff)
			if row.Diff = lines; !slices.ContainsFunc(lines, func(l views.DiffLine) bool { return l.Kind != ' ' }) {
				row.Diff, row.Same = nil, "Title and text are the same."
			}
			if cut > 0 {
				row.Cut = views.Plural(cut, "more line", "more lines")
			}
		}
		out = append(out, row)
	}
	return out
}
