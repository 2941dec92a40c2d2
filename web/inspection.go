package web

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"mandate/governance"
	"mandate/views"
)

// How many findings, calls and arguments stand open, and how much of one
// value is shown. The API has all of it.
const (
	openNotes   = 4
	openAlarms  = 24 // dangers and cautions; the fold counts the rest of them
	openCalls   = 12
	shownNested = 60
	shownValue  = 600
	shownRaw    = 8192
)

// inspect fills in what plain code found out about what a proposal would do.
func (b *builder) inspect(page *views.ProposalPage, in *governance.Inspection) {
	if b.old() {
		return
	}
	if in == nil || in.ContentHash != b.shown.ContentHash {
		if b.shown.OnChain != nil {
			page.Findings = views.Findings{Heading: "What the calls would do", Wait: "Not checked yet. The check follows within a minute; open proposals come first."}
		}
		return
	}
	c := callList{findings: in.Findings, chain: b.shown.Network}
	page.Findings = findings(in)
	page.Calls = c.view(in.Actions)
	page.Simulation = simulation(in.Simulation, b.now)
	nameMoves(page.Simulation.Moves, in)
	if n, ok := dangerNotice(in); ok {
		page.Notices = append([]views.Notice{n}, page.Notices...)
	}
}

// dangerNotice says at the very top that something is dangerous, and what.
func dangerNotice(in *governance.Inspection) (views.Notice, bool) {
	var titles []string
	dangers := 0
	for i := range in.Findings {
		if f := &in.Findings[i]; f.Severity == governance.Danger {
			dangers++
			if title := plainLine(f.Title); !slices.Contains(titles, title) {
				titles = append(titles, title)
			}
		}
	}
	if dangers == 0 {
		return views.Notice{}, false
	}
	text := strings.Join(titles[:min(len(titles), 4)], ". ") + "."
	if more := len(titles) - 4; more > 0 {
		text += " And " + views.Plural(more, "more thing.", "more things.")
	}
	return views.Notice{Tone: views.Danger, Title: "Danger in what this would do", Text: text,
		Actions: []views.Link{{Label: "Read " + views.Plural(dangers, "finding", "findings"), Href: "#findings"}}}, true
}

// findings lists the findings, dangers and cautions open, of many notes the
// first ones.
func findings(in *governance.Inspection) views.Findings {
	out := views.Findings{Note: "Checked by plain code. No model can add or clear a finding."}
	count, folded := map[governance.Severity]int{}, 0
	for i := range in.Findings {
		f := &in.Findings[i]
		if count[f.Severity]++; f.Severity == governance.Info && count[governance.Info] > openNotes || len(out.Rows) >= openAlarms {
			if f.Severity == governance.Danger {
				folded++
			}
			out.Folded = append(out.Folded, findingRow(f))
			continue
		}
		out.Rows = append(out.Rows, findingRow(f))
	}
	if len(out.Folded) > 0 {
		out.Fold = views.Plural(len(out.Folded), "more note", "more notes")
		if folded > 0 {
			out.Fold = views.Plural(len(out.Folded), "more finding", "more findings") + ", " + views.Plural(folded, "of them dangerous", "of them dangerous")
		} else if count[governance.Danger]+count[governance.Warn] > len(out.Rows) {
			out.Fold = views.Plural(len(out.Folded), "more finding", "more findings")
		}
	}
	var parts []string
	for _, s := range []struct {
		severity  governance.Severity
		one, many string
	}{{governance.Danger, "danger", "dangers"}, {governance.Warn, "caution", "cautions"}} {
		if n := count[s.severity]; n > 0 {
			parts = append(parts, views.Plural(n, s.one, s.many))
		}
	}
	switch {
	case len(parts) > 0:
		out.Heading = "What the calls would do: " + strings.Join(parts, ", ")
	case len(in.Findings) > 0:
		out.Heading = "What the calls would do: nothing alarming"
	default:
		out.Heading = "What the calls would do: nothing stands out"
		out.Wait = "No rule of the list fits these calls and this text. That is no proof that all is well."
	}
	return out
}

func findingRow(f *governance.Finding) views.FindingRow {
	r := views.FindingRow{Level: "Note", Icon: "info", Title: views.Clip(plainLine(f.Title), 240), Detail: views.Clip(plainLine(f.Detail), 1200), Rule: f.Rule}
	switch f.Severity {
	case governance.Danger:
		r.Level, r.Tone, r.Icon = "Danger", views.Danger, "danger"
	case governance.Warn:
		r.Level, r.Tone, r.Icon = "Caution", views.Caution, "warn"
	}
	if f.ActionIndex >= 0 {
		n := strconv.Itoa(f.ActionIndex + 1)
		r.Action = views.Link{Label: "Action " + n, Href: "#action-" + n}
	}
	names := map[string]string{"text": "The text says", "calldata": "The calls do", "chain": "The chain says", "simulation": "The trial shows"}
	for _, e := range f.Evidence {
		name := names[e.Source]
		if name == "" {
			name = "Seen"
		}
		r.Sides = append(r.Sides, views.Side{Name: name, Text: views.Clip(plainLine(e.Text), 500)})
	}
	return r
}

// callList draws decoded calls.
type callList struct {
	findings []governance.Finding
	chain    string // of the proposal
	nested   int    // drawn so far
}

func (c *callList) view(list []governance.Action) views.Calls {
	out := views.Calls{Heading: "What will be executed"}
	if len(list) == 0 {
		out.Empty = "This proposal calls nothing: it is a decision in words."
		return out
	}
	named := 0
	for i := range list {
		if list[i].Named {
			named++
		}
		row := c.row(&list[i], strconv.Itoa(i+1))
		row.ID, row.Mark = "action-"+row.N, c.mark(i)
		if i < openCalls {
			out.Rows = append(out.Rows, row)
		} else {
			out.Folded = append(out.Folded, row)
		}
	}
	out.Note = views.Plural(len(list), "call", "calls") + ", all decoded"
	if named < len(list) {
		out.Note = fmt.Sprintf("%s, %d decoded to the last argument", views.Plural(len(list), "call", "calls"), named)
	}
	if len(out.Folded) > 0 {
		out.Fold = views.Plural(len(out.Folded), "more call", "more calls")
	}
	return out
}

// mark is the worst finding that names an action.
func (c *callList) mark(index int) views.Mark {
	for i := range c.findings { // the worst first
		if f := &c.findings[i]; f.ActionIndex == index && f.Severity.Rank() > governance.Info.Rank() {
			row := findingRow(f)
			return views.Mark{Text: row.Level + ": " + views.Clip(row.Title, 60), Tone: row.Tone, Icon: row.Icon, Href: "#findings"}
		}
	}
	return views.Mark{}
}

func (c *callList) row(a *governance.Action, n string) views.CallRow {
	r := views.CallRow{N: n, Sentence: views.Clip(plainLine(a.Sentence), 400), Target: views.Clip(plainLine(a.TargetName), 60), Address: a.Target, Function: views.Clip(plainLine(a.Function), 300),
		Value: units(a.Value, 18, governance.CoinSymbol(a.ChainID)), Delegate: a.Delegate, Raw: clipRaw(a.Calldata)}
	if id := strconv.FormatUint(a.ChainID, 10); a.ChainID != 0 && id != c.chain {
		r.Chain = chain(id)
	}
	for _, d := range a.Unverified {
		r.Doubts = append(r.Doubts, views.Clip(plainLine(d), 300))
	}
	for _, arg := range a.Args {
		r.Args = append(r.Args, views.ArgRow{Name: views.Clip(plainLine(arg.Name), 40), Type: views.Clip(arg.Type, 60), Value: views.Clip(plainLine(arg.Value), shownValue), Reads: views.Clip(plainLine(arg.Note), 200)})
	}
	for i := range a.Nested {
		if c.nested++; c.nested > shownNested {
			r.Doubts = append(r.Doubts, fmt.Sprintf("%d of the calls that it makes in turn are not drawn here; the API lists all.", len(a.Nested)-i))
			break
		}
		r.Nested = append(r.Nested, c.row(&a.Nested[i], n+"."+strconv.Itoa(i+1)))
	}
	return r
}

func clipRaw(s string) string {
	if len(s) <= shownRaw {
		return s
	}
	return s[:shownRaw] + fmt.Sprintf("… (%s bytes in all)", views.Number(float64(len(s)/2-1)))
}

// units writes an amount of a token's smallest unit in whole tokens, exactly.
func units(raw string, decimals int, symbol string) string {
	v, ok := new(big.Int).SetString(raw, 10)
	switch {
	case !ok && raw == "":
		return views.Amount("0", symbol)
	case !ok:
		return views.Clip(plainLine(raw), 80)
	case decimals < 0 || decimals > governance.MaxDecimals:
		return strings.TrimSpace(raw + " of the smallest unit of " + views.Clip(plainLine(symbol), 16))
	}
	sign := ""
	if v.Sign() < 0 {
		sign, v = "−", v.Neg(v)
	}
	return sign + views.Amount(governance.FormatUnits(v, decimals), views.Clip(plainLine(symbol), 16))
}

// nameMoves names the accounts of a simulation as far as the calls do.
func nameMoves(moves []views.MoveRow, in *governance.Inspection) {
	names := map[string]string{}
	if in.Simulation != nil {
		names[strings.ToLower(in.Simulation.From)] = "Executor"
	}
	for i := range in.Actions {
		if a := &in.Actions[i]; a.TargetName != "" {
			names[strings.ToLower(a.Target)] = views.Clip(plainLine(a.TargetName), 60)
		}
	}
	for i := range moves {
		moves[i].Who = names[strings.ToLower(moves[i].Address)]
	}
}

// simulation says what a node saw when the calls were tried.
func simulation(s *governance.Simulation, now time.Time) views.SimulationBox {
	switch {
	case s == nil:
		return views.SimulationBox{}
	case s.Method == "":
		return views.SimulationBox{Heading: "Not tried out", Why: views.Clip(plainLine(s.Why), 300)}
	}
	out := views.SimulationBox{Heading: "Tried out: every call goes through", Why: views.Clip(plainLine(s.Why), 300)}
	when := ""
	if s.Time.After(now.Add(time.Minute)) {
		when = ", as if it were " + views.Exact(s.Time)
	}
	out.Note = fmt.Sprintf("By %s on the state of block %s, as %s%s.", s.Method, views.Number(float64(s.Block)), views.ShortAddress(s.From), when)
	failed := 0
	for _, c := range s.Calls {
		row := views.SimulatedRow{N: simulatedCall(c.Index), OK: c.OK, Text: "went through, " + views.Plural(c.Events, "event", "events")}
		if !c.OK {
			failed++
			row.Text = "failed: " + views.Clip(plainLine(c.Error), 200)
		}
		if c.Gas > 0 {
			row.Gas = views.Number(float64(c.Gas)) + " gas"
		}
		out.Calls = append(out.Calls, row)
	}
	if failed > 0 || !s.OK {
		out.Tone, out.Heading = views.Danger, "Tried out: "+views.Plural(failed, "call fails", "calls fail")
	}
	for _, m := range s.Moves {
		amount := units(m.Delta, m.Decimals, m.Symbol)
		gains := !strings.HasPrefix(m.Delta, "-")
		if gains {
			amount = "+" + amount
		}
		out.Moves = append(out.Moves, views.MoveRow{Address: m.Account, Amount: amount, Gains: gains})
	}
	for _, p := range s.Powers {
		out.Powers = append(out.Powers, views.Fact{Name: views.Clip(plainLine(p.Event), 40), Value: views.Clip(plainLine(p.Detail), 300), Note: strings.ToLower(simulatedCall(p.Index))})
	}
	return out
}

// simulatedCall names a tried call: some trials make all of them in one.
func simulatedCall(index int) string {
	if index < 0 {
		return "All calls together"
	}
	return "Action " + strconv.Itoa(index+1)
}
