package views

import (
	"strconv"
	"strings"
	"time"
)

const cannedAddress = "0x71C4000000000000000000000000000000009bE2"

// spoof has letters that turn the reading direction; pages isolate it.
var spoof = "transfer\u202e)redaol( \u2066x" + zalgo

// cannedOnChain is a proposal of a governor whose calls are dangerous, queued
// in a timelock, with a twin at Snapshot, and strings of strangers all over.
func cannedOnChain() ProposalPage {
	p := cannedProposal()
	p.Shell, p.Meta = cannedShell("Move the reserve", SectionProposals), []string{"On chain", "Treasury", "Queued"}
	p.Title, p.Source = Title{Rest: "Move the reserve to the new vault"}, Link{}
	p.Notices = []Notice{{Tone: Danger, Title: "Danger in what this would do", Text: "It upgrades the token.", Actions: []Link{{Label: "Read 1 finding", Href: "#findings"}}}}
	p.Findings = cannedFindings()
	p.Calls = cannedCalls()
	p.Simulation = SimulationBox{Heading: "Tried out: 1 call fails", Tone: Danger, Note: "By eth_simulateV1 at block 21,000,000, as 0x71C4…9bE2, 4 min ago.", Why: "The time of the timelock was set forward.",
		Calls:  []SimulatedRow{{N: "Action 1", OK: true, Text: "went through, 2 events", Gas: "84,112 gas"}, {N: "Action 2", Text: "failed: " + hostileTitle}},
		Moves:  []MoveRow{{Who: "Timelock", Address: cannedAddress, Amount: "-25,000 USDC"}, {Address: cannedAddress, Amount: "+25,000 " + spoof, Gains: true}},
		Powers: []Fact{{Name: "Upgraded", Value: spoof, Note: "action 2"}}}
	p.Chain = ChainBox{Heading: "On chain: queued", Note: "Read at block 21,000,000, 2 nodes agree, 12 s ago.", Doubt: "This was read 40 min ago; the chain may have moved on since.",
		Steps: []Stage{{Name: "Proposed", When: NewWhen("", cannedNow, at(-200*time.Hour)), Note: "· block 20,900,000", Done: true}, {Name: "Voting ends", When: NewWhen("", cannedNow, at(-30*time.Hour)), Note: "· Ethereum block 20,990,000, give or take 20 min", Done: true},
			{Name: "Executable", When: NewWhen("", cannedNow, at(20*time.Hour)), Note: "· until 1 Aug 2026", Now: true}},
		Facts: []Fact{{Name: "Governor", Value: cannedAddress, Mono: true, Note: "OpenZeppelin Governor 5 on Ethereum", Href: "/daos/lantern.eth"}, {Name: "For, exactly", Value: "1,412,880.000000000000000001 LAMP"}}}
	p.Twins = []TwinRow{{Kicker: "Temperature check at Snapshot", Title: hostileTitle, Href: "/proposals/x", Meta: "Closed, made 20 d ago. Linked because the titles are the same.", Diff: []DiffLine{{' ', "## Budget"}, {'-', "20,000"}, {'+', spoof}}, Cut: "3 more lines"},
		{Kicker: "Temperature check at Snapshot", Title: "Second", Href: "/proposals/y", Same: "Title and text are the same."}}
	p.Votes = cannedChainVotes()
	return p
}

func cannedFindings() Findings {
	return Findings{Heading: "What the calls would do: 1 danger, 1 caution", Note: "Checked by plain code. No model can add or clear a finding.", Fold: "1 more note",
		Rows: []FindingRow{{Level: "Danger", Tone: Danger, Icon: "danger", Title: "It upgrades the token", Detail: hostileTitle, Rule: "upgrade", Action: Link{Label: "Action 2", Href: "#action-2"}, Sides: []Side{{Name: "The text says", Text: "Nothing changes " + spoof}, {Name: "The calls do", Text: "upgradeTo(" + cannedAddress + ")"}}},
			{Level: "Caution", Tone: Caution, Icon: "warn", Title: "A short delay", Detail: "One hour."}},
		Folded: []FindingRow{{Level: "Note", Icon: "info", Title: "A new recipient"}}}
}

func cannedCalls() Calls {
	call := func(n, sentence string) CallRow {
		return CallRow{N: n, ID: "action-" + n, Sentence: sentence, Target: spoof, Address: cannedAddress, Function: "transfer(address to, uint256 amount)", Value: "0 ETH", Raw: "0x" + strings.Repeat("ab", 300),
			Args: []ArgRow{{Name: "to", Type: "address", Value: cannedAddress}, {Name: spoof, Type: "uint256", Value: strings.Repeat("9", 78), Reads: "25,000 USDC at 6 decimals"}}}
	}
	first, second := call("1", "Sends 25,000 USDC to "+cannedAddress), call("2", hostileTitle)
	second.Mark, second.Delegate, second.Chain, second.Function = Mark{Text: "Danger: it upgrades the token", Tone: Danger, Icon: "danger", Href: "#findings"}, true, "Arbitrum", ""
	second.Doubts = []string{"The function is not known, so its arguments cannot be read."}
	inner := call("2.1", "Calls "+spoof)
	inner.ID, inner.Nested = "", []CallRow{{N: "2.1.1", Sentence: "Innermost", Address: cannedAddress, Value: "1.5 ETH", Raw: "0x"}}
	second.Nested = []CallRow{inner}
	out := Calls{Heading: "What will be executed", Note: "14 calls, 13 decoded to the last argument", Rows: []CallRow{first, second}, Fold: "12 more calls"}
	for i := 3; i < 15; i++ {
		out.Folded = append(out.Folded, call(strconv.Itoa(i), "Sends 1 USDC"))
	}
	return out
}

func cannedChainVotes() VotesBox {
	return VotesBox{Heading: "Votes on chain", Note: "As the logs of the governor have them", More: Link{Label: "All votes", Href: "/proposals/x/votes"},
		Series: &SeriesChart{Aria: "Votes over time. In the end For 1.4M, Against 498k.", Quorum: "40.0", From: "3 Jul 2026, 09:12 UTC", To: "6 Jul 2026, 09:12 UTC", Lines: []SeriesLine{{Label: "For 1.4M", Path: "M0 160H10V20H600V8", Class: "ink"}, {Label: "Against 498k", Path: "M0 160H200V90H600V80", Class: "hatch"}},
			Table: []SeriesRow{{"4 Jul 2026, 09:12 UTC", "900,000", "12", "0"}, {"6 Jul 2026, 09:12 UTC", "1,412,880", "498,204", "0"}}},
		Rows: []VoteLine{{Voter: "0x71C4…9bE2", Full: cannedAddress, Choice: "For", Power: "1,240.5 LAMP", When: NewWhen("", cannedNow, at(-40*time.Hour)), Reason: hostileTitle + spoof}, {Voter: "0x71C4…9bE2", Full: cannedAddress, Choice: "split", Power: "1 " + spoof, When: NewWhen("", cannedNow, at(-41*time.Hour))}}}
}

func cannedChainVotesPage() ChainVotesPage {
	v := cannedChainVotes()
	v.Series, v.Heading = nil, "2 votes on chain"
	return ChainVotesPage{Shell: cannedShell("Votes", SectionProposals), DAO: lantern, Title: Title{Rest: hostileTitle}, Back: "/proposals/x", Votes: v,
		Sorts: []Link{{Label: "Newest first", Href: "/proposals/x/votes", Current: true}, {Label: "Heaviest first", Href: "/proposals/x/votes?sort=weight"}}}
}

func cannedOffer(host string) NodeOffer {
	return NodeOffer{URL: "https://" + host, Name: "Lighthouse", Host: host, Limits: "About 40 requests a second, 1,000 blocks of logs.", Learns: "The network address of this machine, and which contracts are read."}
}

// cannedChains is the page of an owner with one chain, or, without a node,
// of a newcomer.
func cannedChains(owner, node bool) ChainsPage {
	p := ChainsPage{Shell: cannedShell("Chains", SectionDAOs), Owner: owner, Heading: "One chain is read.", Lead: "2 Governor contracts are read from their chains, by no third party’s index.", Own: OwnNodeForm{Chain: "1"},
		Form:   GovernorForm{Chains: []Option{{Value: "1", Label: "Ethereum", Selected: true}}, Address: "0xzz", DAO: "a.eth", Error: "An address is 0x and 40 hexadecimal digits."},
		Others: []ChainRow{{ID: "10", Name: "Optimism", Offers: []NodeOffer{cannedOffer("optimism.example")}}, {ID: "957", Name: "Derive", Offers: []NodeOffer{cannedOffer("derive.example")}}}}
	row := ChainRow{ID: "1", Name: "Ethereum", Advice: "One node: what it says is believed.", Offers: []NodeOffer{cannedOffer("ethereum.example")},
		Nodes: []NodeRow{{Host: strings.Repeat("long", 20) + ".example:8545", OK: true, State: "answers, block 21,000,000", Chosen: true}, {Host: "down.example", State: "it does not answer: " + hostileTitle}},
		Governors: []GovernorRow{{ID: "eip155:1:0x1", Name: "Lantern", Href: "/daos/lantern.eth", Address: cannedAddress, Kind: "OpenZeppelin Governor 5", State: "read"},
			{ID: "eip155:1:0x2", Name: spoof, Address: cannedAddress, Kind: "a governor not checked yet", Fault: hostileTitle, Listed: true}}}
	if node {
		p.Chains, p.Own.Error = []ChainRow{row}, "At most 8 nodes can be chosen for one chain."
		return p
	}
	row.Nodes, row.Advice = nil, "No node is set. Nothing of this chain is read."
	p.Heading, p.Lead, p.Form, p.Chains = "No chain is read yet.", "Governor contracts are not read yet, because no node of their chains is set.", GovernorForm{}, []ChainRow{row}
	return p
}

// cannedGovernorDAO has no space at Snapshot, and two governors.
func cannedGovernorDAO() DAOPage {
	g := GovernorPanel{ID: "governor-0x1", Heading: "OpenZeppelin Governor 5", Chain: "Ethereum", Address: cannedAddress, Checked: "Checked 3 h ago, at block 21,000,000.",
		Facts: []Fact{{Name: "Name", Value: hostileTitle}, {Name: "Votes token", Value: cannedAddress, Mono: true, Note: spoof}, {Name: "Passes if", Value: "For is more than Against, and For and Abstain together reach the quorum"}},
		Roles: []Fact{{Name: "May execute", Value: "anyone"}, {Name: "Administers", Value: cannedAddress, Mono: true}}, Evidence: []EvidenceRow{{Probe: "COUNTING_MODE()", Answer: strings.Repeat("0x00", 40), Says: "For and Abstain count."}}}
	other := GovernorPanel{ID: "governor-0x2", Heading: "a governor not checked yet", Chain: "Optimism", Address: cannedAddress, Notice: &Notice{Title: "It waits for its check", Text: "It is read as soon as a node of its chain has said what it is."}}
	return DAOPage{Shell: cannedShell("Lantern", SectionDAOs), DAO: lantern, ID: "eip155:1:" + strings.ToLower(cannedAddress), Glance: []Fact{{Name: "Open now", Value: "0"}, {Name: "Votes", Value: "On chain", Note: "no Snapshot space is known"}},
		Governors: []GovernorPanel{g, other}, NoOpen: Empty{Title: "Nothing is open", Text: "This DAO has no open proposal."}, All: Link{Label: "All 3 proposals", Href: "/proposals?dao=x"}}
}
