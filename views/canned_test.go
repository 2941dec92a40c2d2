package views

import (
	"strconv"
	"strings"
	"time"

	"mandate/governance"
)

// The canned pages: invented proposals of invented DAOs, one page for every
// state that matters, and hostile strings wherever strangers' text goes.

var cannedNow = time.Date(2026, 7, 14, 9, 12, 0, 0, time.UTC)

const hostileTitle = `<script>alert("x")</script>"><img src=x onerror=alert(1)> ` + "\u202Egnp.exe\u202C ' & Verylongwordwithoutanybreak" + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

var zalgo = "Z" + strings.Repeat("\u0301\u0302\u0316\u0317", 40) + "algo proposal"

func cannedAssets() Assets {
	return Assets{CSS: "/static/mandate.css", Icon: "/static/mark.svg", Theme: "/static/theme.js", HTMX: "/static/htmx.js",
		HxCSP: "/static/hx-csp.js", Keys: "/static/keys.js", Live: "/static/live.js", Values: "/static/values.js", Modules: map[string]string{"wallet": "/static/wallet.js", "signin": "/static/signin.js"}}
}

func cannedShell(title string, active Section) Shell {
	return Shell{
		Title: title, Active: active, Demo: true, NeedsYou: "2", Now: "Tuesday 14 July 2026, 09:12 UTC",
		Sync: SyncLine{OK: true, Text: "Synced 40 s ago"}, Reader: "Built-in reader, no model", Assets: cannedAssets(),
	}
}

func at(d time.Duration) time.Time { return cannedNow.Add(d) }

var (
	harbour = DAOName{Seal: "H", Name: "Harbour", Href: "/daos/harbour.eth"}
	lantern = DAOName{Seal: "L", Name: "Lantern", Href: "/daos/lantern.eth"}
	rtlDAO  = DAOName{Seal: "م", Name: "مجلس البستان", Href: "/daos/bustan.eth"}
)

func cannedStory() Story {
	const quote = "The council may cancel a queued transaction within 48 hours, by four of seven signatures."
	return Story{
		ID: "a1", Href: "/proposals/snapshot:harbour.eth:0x01", DAO: harbour, Venue: "Snapshot", Ends: Ends(cannedNow, at(30*time.Hour)),
		Tags:     []Tag{{Text: "Hidden text", Tone: Caution, Icon: "warn", Hint: "12 invisible characters were taken out"}},
		Title:    SplitTitle("[HIP-14] [Executable] - Renew the guardian council for two years"),
		Question: "Should seven people be able to cancel Harbour’s transactions for two more years?",
		Glance: Glance{Ends: When{Text: "in 1 d 6 h", Exact: Exact(at(30 * time.Hour)), ISO: "2026-07-15T15:12:00Z"}, EndsName: "Ends", Cost: "No money", CostNote: "one power granted",
			Reading: NewReading("For", 24, 0.64, 0.8), Importance: "High", ImportNote: "0.92, powers change"},
		For:     &Argument{Text: "A broken upgrade could be stopped in time.", Quote: quote, Href: "/proposals/snapshot:harbour.eth:0x01#q1"},
		Against: &Argument{Text: "Seven people hold a power that nobody can vote away quickly.", Quote: "Members serve until they resign.", Href: "/proposals/snapshot:harbour.eth:0x01#q2"},
		Why:     "Your values lean For, but are 64% sure and you want 80%.",
		Source:  Link{Label: "Vote at Snapshot", Href: "https://snapshot.box/#/s:harbour.eth/proposal/0x01"},
	}
}

func cannedItems() []Item {
	return []Item{
		{Href: "/proposals/snapshot:lantern.eth:0x02", DAO: lantern, Meta: []string{"Snapshot", "Grant"}, Title: SplitTitle("Fund the translation guild for a year"),
			Text: "Pays 48,000 USDC in four instalments to translate the handbook.", Advice: "Advice: Yes", Ends: Ends(cannedNow, at(55*time.Hour)), Cost: "48,000 USDC",
			Reading: NewReading("Yes", 52, 0.88, 0.8), Import: "Medium, 0.41"},
		{Href: "/proposals/snapshot:bustan.eth:0x03", DAO: rtlDAO, Meta: []string{"Snapshot", "Policy"}, Title: SplitTitle("اعتماد ميثاق السلوك لجميع الأعضاء"),
			Text: "يقترح هذا القرار اعتماد ميثاق سلوك موحد.", Ends: Ends(cannedNow, at(5*24*time.Hour)), Cost: "no money", Import: "Low, 0.12"},
		{Href: "/proposals/snapshot:harbour.eth:0x04", DAO: DAOName{Seal: Seal(hostileTitle), Name: hostileTitle}, Meta: []string{"Snapshot"}, Title: Title{Pre: "[" + hostileTitle + "] ", Rest: hostileTitle},
			Tags: []Tag{{Text: "marked as spam", Tone: Danger, Icon: "danger"}}, Text: hostileTitle, Ends: Ends(cannedNow, at(3*time.Hour)), Cost: "no amount given",
			Reading: NewReading(hostileTitle, -31, 0.5, 0.8)},
		{Href: "/proposals/snapshot:harbour.eth:0x05", DAO: harbour, Meta: []string{"Snapshot"}, Title: SplitTitle(Calm(zalgo)), Ends: Ends(cannedNow, at(90*time.Hour)), Cost: "no money", Import: "not read yet"},
	}
}

func cannedInbox() InboxPage {
	return InboxPage{
		Shell:   cannedShell("Inbox", SectionInbox),
		Heading: []Link{{Label: "One question for you.", Href: "#asks"}, {Label: "Your values are clear on two."}},
		Lead:    "14 open proposals in six DAOs.", Stated: true,
		DAOs: []Link{{Label: "All", Href: "/", Current: true, Count: "14"}, {Label: "Harbour", Href: "/?dao=harbour.eth", Count: "7"}, {Label: "Lantern", Href: "/?dao=lantern.eth", Count: "5"}, {Label: hostileTitle, Href: "/?dao=x", Count: "2"}},
		Asks: []Story{cannedStory()}, Sure: cannedItems()[:1], Rest: cannedItems()[1:], RestHead: "The rest", RestNote: "By your values × importance",
		More: &Link{Label: "Show 11 more", Href: "/proposals"},
		Due: []Due{
			{When: EndsShort(cannedNow, at(5*time.Hour)), Href: "/proposals/a", Title: SplitTitle("Lower the swap fee to 0.04%"), DAO: "Lantern", State: "advice: Yes", Icon: "check"},
			{When: EndsShort(cannedNow, at(30*time.Hour)), Href: "/proposals/b", Title: SplitTitle("[HIP-14] Renew the guardian council for two years"), DAO: "Harbour", State: "asks you", Icon: "ask"},
		},
		DueMore: &Link{Label: "all 14", Href: "/proposals"},
		Digest:  []string{"4 sorted out as unsure and small"},
	}
}

func cannedFirstRun() InboxPage {
	p := cannedProgress()
	return InboxPage{
		Shell:   cannedShell("Inbox", SectionInbox),
		Heading: []Link{{Label: "Welcome. Mandate is reading your DAOs for the first time."}},
		Lead:    "You can look around while it works.", Progress: &p,
		Notices: []Notice{{Title: "No model is set up. The built-in reader does the work.", Text: "It quotes, counts and compares, on your computer alone.", Actions: []Link{{Label: "What a model would add", Href: "/settings#model"}}}},
		Invite:  Invite{Samples: cannedSamples()}, RestHead: "Open, by importance", RestNote: "Ends first where it matters the same",
		NoRest: &Empty{Title: "Nothing is open yet", Text: "Open proposals appear here as soon as they are read.", Actions: []Link{{Label: "Browse what is there", Href: "/proposals"}}},
		Steps: []Step{{Done: true, Title: "Sources found", Text: "30 spaces"}, {N: "2", Current: true, Title: "Say what you stand for", Text: "Five minutes, no wallet needed", Href: "/values"},
			{N: "3", Title: "Read what asks you", Text: "Questions land in the inbox"}},
	}
}

func cannedProgress() Progress {
	return Progress{
		Heading: "Reading the sources", Status: "6,418 of about 15,600 proposals, 2 minutes left", Running: true,
		Rows: []ProgressRow{
			{Name: "Snapshot: 30 spaces", Text: "6,418 of about 15,600", Width: "41%", Aria: "41% done"},
			{Name: "Explained", Text: "1,204 of 6,418", Width: "18.8%", Aria: "19% done"},
		},
		Notices: []Notice{{Tone: Danger, Icon: "off", Title: "Snapshot does not answer", Alert: true,
			Text: "It has been silent since 09:08 (4 min). The next try is in 58 s; what was read so far is kept.", Detail: "POST /graphql: 503 <Service Unavailable>"}},
	}
}

func cannedSamples() []SampleCard {
	return []SampleCard{{Key: "lean", Name: "Lean treasury", About: "Spend little, report everything"}, {Key: "growth", Name: "Growth", About: "Invest in users and incentives"},
		{Key: "secure", Name: "Security first", About: "Audits and delays before changes"}, {Key: "goods", Name: "Public goods", About: "Fund what everyone uses"}}
}

func cannedRows(n int) []Row {
	rows := make([]Row, 0, n)
	for i := range n {
		r := Row{
			When: EndsShort(cannedNow, at(time.Duration(i*7+3)*time.Hour)), DAO: harbour, Href: "/proposals/snapshot:harbour.eth:0x" + strconv.Itoa(i),
			Title: SplitTitle("[HIP-" + strconv.Itoa(i) + "] Move the grants budget to quarterly instalments, with a report before each"),
			Kind:  "Treasury", Cost: "90,000 USDC", Result: NewMini("Yes", float64(70-i%40), 25, 100), Quorum: "122%",
			Reading: SmallReading("For", float64(i*13%201-100), 0.5+float64(i%5)/10, 0.8), State: "asks you", Icon: "ask",
		}
		switch i % 7 {
		case 1:
			r.DAO, r.NoCost, r.Cost, r.Result, r.NoResult, r.Quorum = lantern, true, "none", nil, "no votes yet", "–"
		case 2:
			r.Title, r.DAO, r.State, r.Icon = SplitTitle("انتخاب أمين الصندوق للدورة القادمة"), rtlDAO, "advice: الأولى", "check"
		case 3:
			r.Title, r.Tags = Title{Rest: hostileTitle}, []Tag{{Text: "spam", Tone: Danger, Icon: "danger"}}
			r.State, r.Cost = hostileTitle, "no amount given, in "+Clip(hostileTitle, 24)
		case 4:
			r.Result, r.NoResult, r.Reading, r.State, r.Icon, r.Kind = nil, "encrypted", nil, "not read yet", "", ""
		}
		rows = append(rows, r)
	}
	return rows
}

func cannedColumns() [9]Column {
	return [9]Column{{Label: "Ends", Href: "/proposals?sort=deadline", Sort: "ascending"}, {Label: "DAO"}, {Label: "Proposal", Href: "/proposals?sort=newest"}, {Label: "Kind, flags"},
		{Label: "Costs"}, {Label: "Result"}, {Label: "Quorum"}, {Label: "Your values", Href: "/proposals?sort=score"}, {Label: "Advice", Href: "/proposals?sort=importance"}}
}

func cannedFilters() Filters {
	return Filters{
		Query: `treasury "grant`, State: "active",
		States: []Link{{Label: "Open", Href: "/proposals", Current: true, Count: "60"}, {Label: "Asks you", Href: "/proposals?state=asks", Count: "5", Icon: "ask"}, {Label: "Starts soon", Href: "/proposals?state=pending", Count: "9"}, {Label: "Closed", Href: "/proposals?state=closed", Count: "3,967"}},
		DAOs:   []Option{{Value: "", Label: "All DAOs", Selected: true}, {Value: "harbour.eth", Label: "Harbour"}, {Value: "x", Label: hostileTitle}},
		Kinds:  []Option{{Value: "", Label: "All kinds", Selected: true}, {Value: "treasury", Label: "Treasury"}},
		Types:  []Option{{Value: "", Label: "All voting", Selected: true}, {Value: "basic", Label: "Basic"}},
		Ends:   []Option{{Value: "", Label: "Any time", Selected: true}, {Value: "24h", Label: "Within 24 hours"}},
		Flags:  []Option{{Value: "", Label: "Any flags", Selected: true}, {Value: "hidden_text", Label: "Hidden text"}},
		Sorts:  []Option{{Value: "deadline", Label: "Ends first", Selected: true}, {Value: "newest", Label: "Newest"}},
		Active: []Link{{Label: `“treasury "grant”`, Href: "/proposals?state=active"}}, Clear: "/proposals",
	}
}

func cannedProposals(n int) ProposalsPage {
	s := cannedShell("Proposals", SectionProposals)
	s.Wide = true
	p := ProposalsPage{
		Shell: s, Heading: "60 open proposals", Lead: "Your values are clear on 38, ask about 5, and 17 are too small to ask.", Filters: cannedFilters(),
		List: ProposalList{Caption: "Open proposals, those that end first at the top", Columns: cannedColumns(), Rows: cannedRows(n), Scored: true, Range: "1–50 of 60", Next: "/proposals?cursor=abc", NextN: "Next 10"},
	}
	if n == 0 {
		p.Heading = "Nothing matches"
		p.List = ProposalList{Empty: &Empty{Title: "Nothing matches", Text: "Two words were searched in titles and texts of 6,418 proposals. Some sources are still being read.",
			Actions: []Link{{Label: "Clear the search", Href: "/proposals"}}}}
	}
	return p
}

func cannedProposal() ProposalPage {
	var refs Refs
	q1 := "The guild receives 48,000 USDC in four instalments of 12,000 USDC."
	q2 := "Each instalment is paid after a public report."
	deck := Claim{Text: "Pays the translation guild 48,000 USDC over a year, in four instalments.", Refs: refs.Of(1)}
	summary := &Summary{Note: "Built-in reader. 5 of 5 claims are word for word in the text.",
		Text:   []Claim{{Text: q1, Refs: refs.Of(1)}, {Text: q2, Refs: refs.Of(2)}},
		Quotes: []Argument{{Quote: q1, Href: "#q1"}, {Quote: q2, Href: "#q2"}}}
	return ProposalPage{
		Shell: cannedShell("Fund the translation guild for a year", SectionProposals), Ref: "snapshot:lantern.eth:0x02", DAO: lantern, Meta: []string{"Snapshot", "Grant", "Open"},
		Tags: []Tag{{Text: "edited", Tone: Caution, Icon: "pen"}}, Title: SplitTitle("[LIP-9] [Revised]: Fund the translation guild for a year"), Deck: deck,
		Glance: Glance{Ends: NewWhen("", cannedNow, at(52*time.Hour)), EndsName: "Ends", Cost: "48,000 USDC", CostNote: "in four instalments",
			Reading: NewReading("Yes", 46, 0.86, 0.8), Importance: "Medium", ImportNote: "0.41, money"},
		Notices: []Notice{{Tone: Caution, Title: "The text changed 3 h ago", Text: "The explanation below is of version 2.", Actions: []Link{{Label: "What changed", Href: "#versions"}}}},
		Summary: summary, Changes: []Claim{{Text: "The handbook gets official translations.", Refs: refs.Of(3)}},
		Asks: []AskRow{{To: "Guild multisig", Address: "0x71C4…9bE2", FullAddr: "0x71C4000000000000000000000000000000009bE2", What: Claim{Text: "Four instalments", Refs: refs.Of(1)}, Schedule: "each quarter", Amount: "48,000 USDC", USD: "$48,000"},
			{What: Claim{Text: "Travel to the meeting", Refs: refs.Of(4)}}},
		AsksNote: "One sum, and one promise without a sum",
		For:      []Argument{{Text: "Payment follows reports.", Quote: q2, Refs: refs.Of(2), Href: "#q2"}}, Against: []Argument{{Quote: hostileTitle, Href: "#q4"}},
		Gains:   []Claim{{Text: "The guild’s nine members are paid.", Refs: refs.Of(1)}},
		Choices: cannedChoices(), Says: cannedSays(&refs), Import: "Importance 0.41: money 0.52, powers 0, findings 0, closeness 0.30.",
		Tally: cannedTally(), Flags: []FlagLine{{OK: true, Text: "No words aimed at a model"}, {OK: false, Text: "Hidden text", Detail: "12 invisible characters were taken out"}, {OK: true, Text: "Links go where they say"}},
		Versions: Versions{Note: "2 versions seen, first on 11 Jul 2026, 08:00 UTC", Of: "Version 2 against version 1", Cut: "12 more lines",
			Rows: []VersionRow{{Label: "Version 2", Seen: NewWhen("seen", cannedNow, at(-3*time.Hour)), Changed: "text (+1 −1 lines)", Current: true}, {Label: "Version 1", Seen: NewWhen("seen", cannedNow, at(-73*time.Hour)), Href: "?version=1"}},
			Diff: []DiffLine{{' ', "## Budget"}, {'-', "The guild receives 40,000 USDC."}, {'+', q1}, {'+', hostileTitle}}},
		Full: FullText{Note: "As canonical text. Underlined: quoted above.", Removed: []Removed{{Kind: "Invisible characters", Count: "12", Sample: Visible("a\u200bb\u202ec")}},
			HTML: Sanitised("<h3>Budget</h3><p>" + MarkOpen(1, true) + q1 + MarkClose(1, true) + "</p><table><thead><tr><th>Quarter</th><th>Languages that are translated in it</th><th>Amount</th></tr></thead><tbody><tr><td>One</td><td>Spanish, Portuguese</td><td>12,000</td></tr></tbody></table><p>" +
				MarkOpen(2, true) + q2 + MarkClose(2, true) + "</p><pre><code>0x" + strings.Repeat("ab", 200) + "</code></pre><p>" + strings.Repeat("x", 300) + "</p>")},
		Sources: []Fact{{Name: "Ref", Value: "snapshot:lantern.eth:0x02", Mono: true}, {Name: "Author", Value: "0x71C4…9bE2", Mono: true}, {Name: "Content hash", Value: "sha256 5f0c1a7e…b1d94c22", Mono: true}, {Name: "Read by", Value: "built-in reader, rubric v1"}},
		Source:  Link{Label: "Open at Snapshot", Href: HTTPS("https://snapshot.box/#/s:lantern.eth/proposal/0x02", "snapshot.box")},
		Forum:   Link{Label: "Discussion", Href: HTTPS("javascript:alert(1)")},
	}
}

func cannedChoices() ChoiceTable {
	t := ChoiceTable{Type: "Single choice", Scored: true, Meant: true, Stances: true, Fold: "180 more choices", Rows: []ChoiceRow{
		{N: "1", Label: "Yes, fund it", Meaning: "The guild is paid each quarter.", Stance: "supports", Advised: true, Reading: NewReading("", 46, 0.86, 0.8)},
		{N: "2", Label: hostileTitle, Meaning: "Nothing is paid.", Stance: "opposes", Reading: NewReading("", -46, 0.86, 0.8)},
		{N: "3", Label: Calm(zalgo), Stance: "neither"}, {N: "4", Label: "لا", Stance: "opposes"},
	}}
	for i := 5; i < 25; i++ {
		t.Folded = append(t.Folded, ChoiceRow{N: strconv.Itoa(i), Label: "Choice " + strconv.Itoa(i), Stance: "another way"})
	}
	return t
}

func cannedSays(refs *Refs) *ValuesSay {
	c := NewContrib("Pay people who ship, and let them report", "weight 4, transparency", 31, 31)
	c.Refs = refs.Of(2)
	return &ValuesSay{Line: "Yes +46 on a scale from −100 to 100. 86% sure.", Advice: "Advice: vote Yes, fund it.", Reason: "Your values are clear: 86% sure, and you want 80%.",
		Rows:  []Contrib{c, NewContrib("A lean treasury", "weight 3, treasury prudence", -22, 31), NewContrib("Audits before upgrades", "nothing in this text", 0, 31)},
		Total: "+46", TotalOf: "Yes, fund it", Rules: []string{"Your rule “ask me above $250,000” does not apply."}}
}

func cannedTally() Tally {
	return Tally{Heading: "Result so far", Quorum: NewQuorum("Quorum", 1_475_999, 1_000_000), Note: "1,204 voters. Counted 4 min ago.", Rule: "Ranked choice: bars show first choices.",
		Bars: []Bar{NewBar("Yes, fund it", 1_412_880, 1_974_203, "LAMP", FillInk), NewBar(hostileTitle, 498_204, 1_974_203, "LAMP", FillHatch), NewBar(Calm(zalgo), 63_119, 1_974_203, "LAMP", FillDots)},
		Fold: "2 more choices", Folded: []Bar{NewBar("لا", 0, 1_974_203, "LAMP", FillHatch)}}
}

// cannedBare is a proposal that is not read yet, encrypted and deleted.
func cannedBare() ProposalPage {
	return ProposalPage{
		Shell: cannedShell("Untitled", SectionProposals), DAO: harbour, Meta: []string{"Snapshot", "Open"}, Title: Title{Rest: hostileTitle},
		Glance:  Glance{Ends: NewWhen("", cannedNow, at(52*time.Hour)), EndsName: "Ends", Cost: "not read yet", NoReading: "no values yet"},
		Notices: []Notice{{Tone: Danger, Title: "Deleted at Snapshot", Text: "What was read before is kept."}},
		Choices: ChoiceTable{Type: "“weird-vote”: this kind of voting is not known here, so it is shown read-only."},
		Tally:   Tally{Heading: "Result so far", Empty: "The choices stay encrypted until the end."}, Versions: Versions{Note: "1 version seen"},
	}
}

func cannedDAOs() DAOsPage {
	return DAOsPage{NoNode: true, Shell: cannedShell("DAOs", SectionDAOs), Heading: "12 DAOs are read", Lead: "Six of them have open proposals.",
		Rows: []DAORow{{DAO: harbour, ID: "harbour.eth", About: "Moorings for ships that nobody owns alone.", Active: "7", ActiveURL: "/proposals?dao=harbour.eth", Proposals: "312", Followers: "18,204", Quorum: "1,000,000"},
			{DAO: rtlDAO, ID: "bustan.eth", About: "بستان مشترك", Proposals: "4", Followers: "12", Quorum: "none"},
			{DAO: lantern, ID: "eip155:1:0x71c4000000000000000000000000000000009be2", Proposals: "3", Venues: []Fact{{Value: "OpenZeppelin Governor 5 on Ethereum"}, {Value: "Compound GovernorBravo on Optimism", Note: "not read"}}},
			{DAO: DAOName{Seal: "V", Name: hostileTitle, Href: "/daos/x"}, ID: strings.Repeat("long", 30) + ".eth", About: hostileTitle, Proposals: "1", Followers: "0", Quorum: "none", Tags: []Tag{{Text: "flagged", Tone: Danger, Icon: "danger"}}}}}
}

func cannedDAO() DAOPage {
	addr := AddressRow{Name: "Main", Network: "Ethereum", Address: "0x71C4…9bE2", FullAddr: "0x71C4000000000000000000000000000000009bE2"}
	return DAOPage{Shell: cannedShell("Harbour", SectionDAOs), DAO: harbour, ID: "harbour.eth", About: "Moorings for ships that nobody owns alone.",
		Glance:   []Fact{{Name: "Open now", Value: "7"}, {Name: "Proposals", Value: "312"}, {Name: "Quorum", Value: "1,000,000", Note: "HARB"}, {Name: "Voting period", Value: "5 d"}},
		Settings: []Fact{{Name: "Symbol", Value: "HARB"}, {Name: "Privacy", Value: "open votes"}}, Links: []Link{{Label: "Website", Href: "https://harbour.example"}},
		Strategies: []StrategyRow{{Name: "erc20-balance-of", Symbol: "HARB", Network: "Ethereum", Address: addr.Address, FullAddr: addr.FullAddr}}, Treasuries: []AddressRow{addr},
		People: []People{{Name: "Admins", Right: "May change the space’s settings", Addresses: []AddressRow{addr}, Folded: []AddressRow{addr}, Fold: "1 more"}},
		Open:   cannedItems(), All: Link{Label: "All 312", Href: "/proposals?dao=harbour.eth&state=all"}, NoOpen: Empty{Title: "Nothing is open", Text: "The last vote ended 3 d ago."}}
}

func cannedValues(stated bool) ValuesPage {
	p := ValuesPage{Shell: cannedShell("Values", SectionValues), Version: "Nothing is saved yet.", Privacy: "Kept in this session, on this machine. Never sent anywhere.", MaxState: "8000",
		PrinNote: "0 of at most 24", CanAdd: true, CanAddRule: true, Samples: cannedSamples(), NewRule: cannedBuilder(),
		Preview: Preview{Heading: "What your values say", Empty: "Write a few words, or start from a sample, and the open proposals are scored here."}}
	if !stated {
		return p
	}
	p.Stated, p.Version, p.ExportURL, p.StateNote, p.PrinNote = true, "Version 7, saved 4 min ago.", "/api/v1/me/values", "151 characters. The built-in reader found 2 principles.", "2 of at most 24"
	p.Statement = "I care about a lean treasury, and I distrust token incentives. I want audits before upgrades. </textarea><script>alert(1)</script>"
	p.Principles = []PrincipleForm{cannedPrinciple(0, "A lean treasury", "I care about a lean treasury", 5, map[string]int{"treasury_prudence": 2, "growth_spending": -1}), cannedPrinciple(1, hostileTitle, "", 3, nil)}
	p.Principles[1].Error, p.Principles[0].Changed = "A principle has at most 400 characters; this one has 512.", "changed, was 4"
	p.Rules = []RuleForm{{Index: "0", ID: "r1", When: "the sum is $250,000 or more", Then: cannedThen(), Said: "ask me above $250,000", Fits: "fits 3 open proposals"},
		{Index: "1", ID: "r2", When: "the author is 0x71C4…9bE2", Then: cannedThen(), Error: "An address has 42 characters; this one has 10."}}
	p.RuleNote, p.Errors = "Rule 1 fits 3 of the open proposals.", []string{"One principle is too long, and one rule names no address."}
	s1, s2 := NewShift(-9, true, -33), NewShift(0, false, 44)
	s1.Href, s1.DAO, s1.Title, s1.Text = "/proposals/a", harbour, "Pay delegates for voting", "now sure: advises Against, no longer asks you"
	s2.Href, s2.DAO, s2.Title, s2.Text = "/proposals/b", rtlDAO, hostileTitle, "new"
	p.Preview = Preview{Heading: "What the draft changes", Lead: "23 open proposals scored in 11 ms. One question answers itself.", Shifts: []Shift{s1, s2}, Legend: true, Before: "version 7, saved", After: "this draft", More: &Link{Label: "All 23", Href: "/proposals?sort=score"}}
	return p
}

func cannedPrinciple(i int, text, from string, weight int, leanings map[string]int) PrincipleForm {
	f := PrincipleForm{Index: strconv.Itoa(i), ID: "p" + strconv.Itoa(i), Text: text, From: from, Weight: weight}
	for _, d := range governance.Dimensions() {
		f.Leanings = append(f.Leanings, LeanForm{Key: d.Key, Name: d.Name, Minus: d.Minus, Plus: d.Plus, Value: leanings[d.Key]})
	}
	return f
}

func cannedThen() []Option {
	return []Option{{Value: "ask", Label: "ask me", Selected: true}, {Value: "against", Label: "vote against"}, {Value: "abstain", Label: "abstain"}}
}

func cannedBuilder() RuleBuilder {
	anyOr := func(v, l string) []Option {
		return []Option{{Value: "", Label: "any", Selected: true}, {Value: v, Label: l}}
	}
	return RuleBuilder{Kinds: anyOr("election", "an election"), DAOs: anyOr("harbour.eth", "Harbour"), Flags: anyOr("hidden_text", "hidden text"), Mentions: anyOr("audit", "an audit"), Lacks: anyOr("audit", "an audit"), Then: cannedThen()}
}

func cannedSettings() SettingsPage {
	p := cannedProgress()
	return SettingsPage{Shell: cannedShell("Settings", SectionSettings), Heading: "Almost everything is read. One source does not answer.", Lead: "Everything stays on this machine.", Progress: p,
		Sources: []SourceRow{{Name: "Snapshot hub", State: "Silent since 09:08 (4 min). What was read so far is kept.", Facts: []TimedFact{{Name: "Last answer", When: NewWhen("", cannedNow, at(-4*time.Minute))}, {Name: "Next try", When: NewWhen("", cannedNow, at(58*time.Second))}, {Name: "Requests", Text: "412 requests sent"}, {Name: "Stored", Text: "6,418 proposals"}}, Error: "503 <b>Service Unavailable</b>"},
			{Name: "Second hub", OK: true, State: "Answers.", Facts: []TimedFact{{Name: "Last answer", Text: "none yet"}, {Name: "Stored", Text: "12 proposals"}}}},
		Model: ModelState{Title: "No model is set up. The built-in reader does the work.", Text: "It quotes, counts and compares, on your computer alone.", Spent: "$1.20 of $20.00 this month", Width: "6%", Warning: "The model did not answer in 60 s.", Facts: []Fact{{Name: "Calls", Value: "12"}}},
		Scope: []Fact{{Name: "Spaces", Value: "30"}}, Storage: []Fact{{Name: "Database", Value: "SQLite, 41 MB"}}, About: []Fact{{Name: "Version", Value: "dev"}}, Config: []Fact{{Name: "MANDATE_LISTEN", Value: "127.0.0.1:8080", Mono: true}}, Unset: []string{"MANDATE_PUBLIC_URL", "MANDATE_SPACES"}}
}

func cannedError() ErrorPage {
	s := cannedShell("Not found", "")
	s.Notices = []Notice{{Tone: You, Title: "Saved", Text: "Version 8 is in use."}}
	return ErrorPage{Shell: s, Status: "404", Heading: "There is no such proposal", Text: "The address names " + hostileTitle + ".", Safe: "Nothing was changed.", Actions: []Link{{Label: "To the inbox", Href: "/"}, {Label: "All proposals", Href: "/proposals"}}, RequestID: "01HX"}
}

func cannedSignIn() AccountPage {
	return AccountPage{Shell: cannedShell("Sign in", SectionAccount), Heading: "Sign in with your wallet", Lead: "It signs one short text. That proves which account is yours, and does nothing else.",
		SignIn: &SignInBox{Next: "/votes", Button: "Sign in with", NeedsToken: true, OwnersAlone: true, EmptyText: "Install a wallet, then look again.",
			Networks: []Option{{Value: "1", Label: "Ethereum", Selected: true}, {Value: "8453", Label: "Network 8453"}}},
		Links: []Link{{Label: "Read proposals", Href: "/proposals"}, {Label: "Settings", Href: "/settings", Icon: "gear"}}}
}

func cannedAccount(fresh bool) AccountPage {
	p := AccountPage{Shell: cannedShell("Account", SectionAccount), Heading: "You are signed in on two browsers, and two tokens act for you.", Lead: "Mandate knows you by this account.",
		Address: "0x71C4000000000000000000000000000000009bE2", Name: strings.Repeat("long", 20) + ".eth", Facts: []Fact{{Name: "Here", Value: "owner of this Mandate"}, {Name: "Signed in", Value: Exact(cannedNow)}},
		Sessions: []SessionRow{{ID: "a", Device: "Firefox on Linux", Current: true, Since: NewWhen("", cannedNow, at(-time.Hour)), Seen: NewWhen("", cannedNow, cannedNow), Ends: NewWhen("", cannedNow, at(160*time.Hour))},
			{ID: "b", Device: "Safari on iPhone", Since: NewWhen("", cannedNow, at(-70*time.Hour)), Seen: NewWhen("", cannedNow, at(-3*time.Hour)), Ends: NewWhen("", cannedNow, at(90*time.Hour))}},
		Tokens: []TokenRow{{ID: "c", Name: hostileTitle, Scopes: "read, values, vote", Made: NewWhen("", cannedNow, at(-time.Hour)), Ends: NewWhen("", cannedNow, at(time.Hour))},
			{ID: "d", Name: "Script", Scopes: "read", Made: NewWhen("", cannedNow, at(-time.Hour)), Used: NewWhen("", cannedNow, at(-time.Minute)), Ends: NewWhen("", cannedNow, at(-time.Second)), Expired: true}},
		NewToken: TokenForm{Name: "x", Error: "A token needs a name.", Days: []Option{{Value: "90", Label: "90 days", Selected: true}}, Scopes: []ScopeOption{{Value: "read", Label: "Read", Help: "your values and votes", Checked: true}, {Value: "vote", Label: "Vote", Help: "hand in signed votes"}}},
		Links:    []Link{{Label: "My votes", Href: "/votes"}, {Label: "DAOs", Href: "/daos"}}}
	p.Shell.Account = "0x71C4…9bE2"
	if fresh {
		p.Made = &MadeToken{Name: "Script", Secret: "mandate_" + strings.Repeat("a", 43)}
	} else {
		p.SignIn = &SignInBox{Next: "/account#new-token", Account: p.Address, Button: "Sign again with", EmptyText: "Install a wallet, then look again."}
	}
	return p
}
