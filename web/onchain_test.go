package web

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
)

const harbourGovernor = "eip155:1:0x00000000000000000000000000000000000000a1"

// governorsProposal makes number n of the governor, in a state.
func governorsProposal(now time.Time, n int, state governance.State) governance.Proposal {
	p := governance.Proposal{Ref: governance.GovernorRef(harbourGovernor, strconv.Itoa(n)), Author: personA, Title: fmt.Sprintf("Proposal %d of the governor", n), Body: "Pay 100 HRB to the keeper.",
		Type: governance.GovernorVote, Choices: []string{"Against", "For", "Abstain"}, Network: "1", Symbol: "HRB", Quorum: 4, QuorumType: "default", Created: now.Add(-96 * time.Hour), Seen: now,
		Start: now.Add(-48 * time.Hour), End: now.Add(48 * time.Hour), Tally: governance.Tally{Scores: []float64{1, 6, 0}, Total: 7}}
	switch state {
	case governance.Active:
	case governance.Pending:
		p.Start = now.Add(time.Hour)
	default:
		p.End, p.Outcome = now.Add(-time.Hour), state
	}
	p.OnChain = &governance.OnChain{Governor: harbourGovernor, Calls: []governance.Call{{Target: tokenA, Value: "0", Calldata: "0x12345678"}}, Description: "0x61", VoteStart: 110, Clock: governance.ClockBlocks, Block: uint64(n), BlockHash: "0x01", Tx: "0x02",
		Standing: governance.Standing{State: state, Read: now, AtBlock: 120, VoteEnd: 190, For: "6000000000000000001", Against: "1000000000000000000", Abstain: "0", Quorum: "4000000000000000000", EndOff: 1200, Nodes: 2}}
	p.ContentHash = p.HashContent()
	return p
}

// onChainRig has a governor without a Snapshot space, and its proposals.
func onChainRig(t *testing.T, list ...governance.Proposal) *rig {
	t.Helper()
	r := newRig(t, demo.Config{Empty: true})
	g := governance.Governor{ID: harbourGovernor, Chain: 1, Address: "0x00000000000000000000000000000000000000A1", DAOName: "Harbour" + markup, Name: "Governor" + markup, Family: governance.FamilyOZ5, Clock: governance.ClockBlocks,
		Token: governance.VotesToken{Address: tokenA, Symbol: "HRB\u202e" + markup, Decimals: 18}, Checked: r.clock.now(), Evidence: []governance.Evidence{{Probe: markup, Answer: markup, Says: markup}},
		Timelock: &governance.Timelock{Address: tokenA, MinDelay: 172800, Grace: 1209600, Roles: []governance.Role{{Role: "executor", Holder: zeroAddress}}}}
	if err := r.store.SaveGovernor(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	if _, err := r.store.Apply(t.Context(), harbourGovernor, governance.Batch{Proposals: list, Done: true}); err != nil {
		t.Fatal(err)
	}
	for {
		n, err := r.agent.AssessDue(t.Context(), 50)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return r
		}
	}
}

func (r *rig) inspected(p *governance.Proposal, in governance.Inspection) {
	r.t.Helper()
	in.Ref, in.ContentHash, in.Version, in.Made = p.Ref, p.ContentHash, 1, r.clock.now()
	if err := r.store.SaveInspection(r.t.Context(), in); err != nil {
		r.t.Fatal(err)
	}
}

func TestOutcomesInLists(t *testing.T) {
	t.Parallel()
	now := time.Now()
	states := []governance.State{governance.Active, governance.Pending, governance.Succeeded, governance.Queued, governance.Executed, governance.Defeated, governance.Canceled, governance.Expired, governance.Vetoed}
	var list []governance.Proposal
	for i, s := range states {
		list = append(list, governorsProposal(now, i+1, s))
	}
	r := onChainRig(t, list...)
	v := r.visitor(t)
	for i, s := range states {
		name := fmt.Sprintf("Proposal %d of the governor", i+1)
		api := v.sees("/api/v1/proposals?state=" + string(s))
		if strings.Count(api, `"ref":`) != 1 || !strings.Contains(api, name) {
			t.Errorf("state=%s: %.300s", s, api)
		}
		if !ended(string(s)) {
			continue
		}
		html := v.sees("/proposals?state=open&outcome=" + string(s))
		hasAll(t, string(s), html, "1 "+strings.ToLower(stateName(s))+" proposal", name, "On chain", "<strong>"+stateName(s)+"</strong>", `<option value="`+string(s)+`" selected>`, `name="state" value="closed"`)
		if strings.Count(html, "of the governor</a>") > 1 {
			t.Errorf("%s: more than one row", s)
		}
	}
	hasAll(t, "the list", v.sees("/proposals?state=closed"), "7 closed proposals", "Executed", "Vetoed")
	if a := v.get("/proposals?outcome=open"); a.StatusCode != 400 {
		t.Errorf("a wrong outcome: %d", a.StatusCode)
	}
	hasAll(t, "by kind of voting", v.sees("/proposals?state=all&type=governor"), "9 proposals", "On chain, power may be split")
	dao := v.sees("/daos/" + harbourGovernor)
	hasAll(t, "the DAO", dao, "On chain", "no Snapshot space is known", "OpenZeppelin Governor 5", "Decided lately", "anyone", "Executed")
	if strings.Contains(dao, "How it votes") || strings.Contains(dao, "What counts as power") {
		t.Error("settings of a space that there is not")
	}
	hasAll(t, "the DAOs", v.sees("/daos"), "OpenZeppelin Governor 5 on Ethereum")
}

func TestDangerAsks(t *testing.T) {
	t.Parallel()
	now := time.Now()
	calm, danger := governorsProposal(now, 1, governance.Active), governorsProposal(now, 2, governance.Active)
	r := onChainRig(t, calm, danger)
	r.inspected(&danger, governance.Inspection{Findings: []governance.Finding{{Rule: "upgrade", Severity: governance.Danger, Title: "It upgrades the token", ActionIndex: 0, Evidence: []governance.Proof{{Source: "text", Text: "nothing changes"}, {Source: "calldata", Text: "upgradeTo"}}}},
		Actions: []governance.Action{{ChainID: 1, Target: tokenA, Value: "0", Sentence: "Upgrades the token.", Calldata: "0x12345678"}}})
	v := r.visitor(t)
	page := v.sees("/proposals/" + string(danger.Ref))
	hasAll(t, "the page", page, "Danger in what this would do", "It upgrades the token", "The text says", "The calls do", `href="#findings"`, "give or take 20 min", "6.000000000000000001 HRB", "2 nodes agree")
	if strings.Index(page, `id="findings"`) > strings.Index(page, `id="choices"`) {
		t.Error("dangers are not on top")
	}
	html := v.sees("/")
	if a, b := strings.Index(html, "Proposal 2 of"), strings.Index(html, "Proposal 1 of"); a < 0 || b < 0 || a > b {
		t.Errorf("before there are values, danger is not first: %d, %d", a, b)
	}
	if a := v.do("PUT", "/api/v1/me/values", `{"statement":"I love paying keepers in HRB."}`, "Content-Type", "application/json", "Origin", r.base); a.StatusCode != 200 {
		t.Fatalf("values: %d %s", a.StatusCode, a.body)
	}
	html = v.sees("/")
	asks := html[strings.Index(html, `id="asks"`):]
	hasAll(t, "the inbox", asks, "Proposal 2 of the governor", "Plain code found something dangerous")
	hasAll(t, "what asks", v.sees("/proposals?state=asks"), "Proposal 2 of the governor")
}

// TestHostileCalls: names, symbols, reasons and functions of strangers stay
// text; many calls and a long description stay folded and quick.
func TestHostileCalls(t *testing.T) {
	t.Parallel()
	now := time.Now()
	p := governorsProposal(now, 1, governance.Active)
	evil := "x\u202eevil\u2066" + markup + strings.Repeat("Z\u0335\u0336", 40)
	p.Title, p.Symbol = evil, evil
	p.Body = strings.Repeat("A long description without an end. "+evil+"\n\n", 6000)[:1<<20]
	p.OnChain.Calls = nil
	in := governance.Inspection{Simulation: &governance.Simulation{Method: "eth_simulateV1", From: personA, Calls: []governance.SimulatedCall{{Error: evil}}, Moves: []governance.BalanceChange{{Account: personA, Symbol: evil, Delta: "-5", Decimals: 300}}}}
	for i := range 500 {
		p.OnChain.Calls = append(p.OnChain.Calls, governance.Call{Target: tokenA, Value: "0", Signature: "f()", Calldata: "0x" + strings.Repeat("ab", 100)})
		a := governance.Action{Index: i, ChainID: 1, Target: tokenA, TargetName: evil, Value: "1", Function: evil, Sentence: evil, Calldata: "0x" + strings.Repeat("ab", 100), Args: []governance.Arg{{Name: evil, Type: "string", Value: evil, Note: evil}}, Unverified: []string{evil}}
		for depth := range 3 {
			a.Nested = append(a.Nested, governance.Action{Index: depth, Target: tokenA, Sentence: evil, Function: evil, Value: "0"})
		}
		in.Actions = append(in.Actions, a)
		in.Findings = append(in.Findings, governance.Finding{Rule: evil, Severity: governance.Danger, Title: evil + strconv.Itoa(i), Detail: evil, ActionIndex: i, Evidence: []governance.Proof{{Source: evil, Text: evil}}})
	}
	p.ContentHash = p.HashContent()
	r := onChainRig(t, p)
	stored, err := r.store.Proposal(t.Context(), p.Ref)
	if err != nil {
		t.Fatal(err)
	}
	r.inspected(&stored.Proposal, in)
	events := []governance.Event{}
	for i := range 20 {
		events = append(events, governance.Event{Governor: harbourGovernor, Ref: p.Ref, Kind: governance.EventVote, Block: uint64(200 + i), Index: 1, Tx: fmt.Sprintf("0x%d", i), Time: now.Add(time.Duration(i-30) * time.Minute), Account: fmt.Sprintf("0x%040d", i), Support: uint8(i % 3), Weight: "1000000000000000000", Reason: evil})
	}
	if _, err := r.store.Apply(t.Context(), harbourGovernor, governance.Batch{Events: events, Done: true}); err != nil {
		t.Fatal(err)
	}
	v := r.visitor(t)
	page := v.sees("/proposals/" + string(p.Ref))
	hasAll(t, "the page", page, "Danger in what this would do", "488 more calls", "476 more findings, 476 of them dangerous", "more things.", "Tried out: 1 call fails", "As a table", "All votes")
	if n := len(page); n > 6<<20 {
		t.Errorf("the page has %d bytes", n)
	}
	for _, path := range []string{"/proposals/" + string(p.Ref), "/proposals/" + string(p.Ref) + "/votes", "/proposals/" + string(p.Ref) + "/votes?sort=weight", "/daos", "/daos/" + harbourGovernor, "/chains", "/proposals", "/", "/settings"} {
		html := v.sees(path)
		for _, bad := range []string{"<script>alert", "<img", "<svg/", "\u202e", "\u2066"} {
			if at := strings.Index(html, bad); at >= 0 {
				t.Errorf("%s has %q: %.120q", path, bad, html[max(0, at-60):])
			}
		}
		if zalgo := regexp.MustCompile(`[\x{0300}-\x{036f}]{5}`).FindString(html); zalgo != "" {
			t.Errorf("%s has stacked marks", path)
		}
	}
	toc := page[strings.Index(page, `aria-label="On this page"`):]
	toc = toc[:strings.Index(toc, "</nav>")]
	for _, m := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(toc, -1) {
		if !strings.Contains(page, `id="`+m[1]+`"`) {
			t.Errorf("#%s leads nowhere", m[1])
		}
	}
}

// What a contract says of far days stays a time that can be shown.
func TestSpansThatAContractMakesUp(t *testing.T) {
	if note := clockNote(governance.ClockBlocks, 1<<63, math.MaxInt64); strings.Contains(note, "-") || !strings.Contains(note, "give or take") {
		t.Error(note)
	}
	if note := graceNote(&governance.Governor{Timelock: &governance.Timelock{Grace: math.MaxUint64}}, time.Unix(1_800_000_000, 0)); !strings.Contains(note, "22") {
		t.Error(note)
	}
}
