package views

import (
	"strings"
	"testing"
	"time"
)

const (
	cannedMe     = "0x71C7656EC7ab88b098defB751B7401B5f6d8976F"
	cannedPerson = "0x8E20aD5B5aF8bd3E2E8A6c5BfF4D0d8a5D1e41Aa"
	cannedToken  = "0xC18360217D8F7Ab5e7c516566761Ea12Ce7F9D72"
)

func cannedOptions() []DelegationOption {
	base := DelegationOption{Method: "registry", Chain: "1", To: "0x469788fE6E9E9681C6ebF3bF78e7Fd26Fc015446", Cost: "a transaction's fee", Undo: "one transaction", Keep: "Tokens, and your own vote overrides theirs"}
	take, set, every := base, base, base
	take.Act, take.Label, take.What, take.Risk = "clear", "Take it back", "Your entry for this space is removed.", "You forget to vote"
	set.Act, set.Label, set.What, set.Risk = "set", "Give it to a person", "Your entry for this space names them.", "They vote against your values; nobody asks you"
	every.Act, every.All, every.Label, every.What, every.Risk = "set", true, "Set a delegate for ALL spaces", "One entry for every space that has none of its own.", "It also holds in spaces that you join later. You must type ALL."
	split := DelegationOption{Label: "Split it", What: "Parts to several delegates.", Off: "Shown only. It is set at Snapshot."}
	return []DelegationOption{{Now: true, Label: "Keep it with " + hostileTitle, What: "They go on voting with your power.", Keep: "Tokens", Risk: "They vote against your values", Cost: "nothing", Undo: "nothing to undo"}, take, set, every, split}
}

// cannedDelegations is a page with one DAO of each kind.
func cannedDelegations() DelegationsPage {
	read := NewWhen("", cannedNow, at(-40*time.Second))
	rows := []DelegationRow{
		{ID: "d1", DAO: harbour, Power: "1,240 HRB", Who: "0x8e20…41Aa", WhoIcon: "person", Delegators: "3 accounts", Override: "overrides a delegate's"},
		{ID: "d2", DAO: rtlDAO, Power: "not known", Who: "not known", Unknown: true, Delegators: "not known", Override: "is the only one"},
		{ID: "d3", DAO: DAOName{Seal: "<", Name: hostileTitle, Href: "/daos/x"}, Power: "0.4 " + zalgo, Who: hostileTitle, WhoIcon: "person", Delegators: "nobody", Override: "does not override a delegate's"},
	}
	token := DelegationOption{Act: "self", Method: "token", Chain: "1", To: cannedToken, Label: "Vote with the token yourself", What: "The token names you.", Keep: "Everything", Risk: "You forget to vote", Cost: "a transaction's fee", Undo: "one transaction"}
	person := token
	person.Act, person.Label = "set", "Give the token's votes to a person"
	rows = append(rows, DelegationRow{DAO: lantern, Power: "3 LAN", Who: "you", WhoIcon: "pen", Delegators: "nobody", Override: "is the only one"})
	blocks := []DelegationBlock{
		{ID: "d1", DAO: harbour, Kind: "Snapshot registry", Facts: []Fact{{Name: "Your power now", Value: "1,240 HRB", Note: "own and received"}, {Name: "Who votes with it", Value: "0x8e20…41Aa", Note: "by your entry for this DAO"}, {Name: "Delegate to you", Value: "3 accounts"}},
			Rules:      []RuleLine{{Text: "Your delegate votes with your power. If you vote yourself, your vote counts.", Wins: true, Cause: "delegation", Facts: []Fact{{Name: "Contract", Value: "0x469788fE6E9E9681C6ebF3bF78e7Fd26Fc015446", Mono: true}}}},
			Held:       []HolderRow{{Name: hostileTitle, Short: "0x8E20…41Aa", Address: cannedPerson}},
			Delegators: []HolderRow{{Short: "0x71C7…976F", Address: cannedMe, Note: "60%, until 3 Mar 2027"}, {Short: "0xC183…9D72", Address: cannedToken}, {Short: "0x8E20…41Aa", Address: cannedPerson}, {Name: "lantern.eth", Short: "0x8E20…41Aa", Address: cannedPerson}}, More: ", the first 50 are listed",
			Form: &DelegationForm{ID: "d1-who", Account: cannedMe, DAO: "harbour.eth", Name: "Harbour", Open: true, Options: cannedOptions(), ToPick: true, All: true}},
		{ID: "d2", DAO: rtlDAO, Kind: "no delegation", Facts: []Fact{{Name: "Your power now", Value: "not known"}}, Rules: []RuleLine{{Text: "Delegating changes nothing here."}},
			Notices: []Notice{{Tone: Caution, Title: "Who holds your power here could not be read in full", Text: hostileTitle}}, Cannot: "Nothing can be changed from here.", Outside: Link{Label: "The space at Snapshot", Href: "https://snapshot.box/#/s:bustan.eth"}},
		{ID: "d3", DAO: rows[2].DAO, Kind: "votes token", Facts: []Fact{{Name: "Your power now", Value: "0.4 " + zalgo}}, Form: &DelegationForm{ID: "d3-who", Account: cannedMe, DAO: `x" onload="alert(1)`, Name: hostileTitle, Options: []DelegationOption{{Now: true, Label: "Leave it"}, token, person}, ToPick: true}},
	}
	return DelegationsPage{Shell: cannedShell("Delegations", SectionDelegations), Heading: "A delegate votes for you in two DAOs. In one DAO that is not known.", Lead: "Delegating moves votes, never tokens. Everything below can be undone.",
		Account: cannedMe, Script: "/static/delegate.js", Rows: rows, Blocks: blocks, Without: hostileTitle,
		State: ReadState{Src: "/delegations", Action: "/delegations", Read: read, Pending: []PendingRow{
			{Title: "0x8E20…41Aa as delegate for " + hostileTitle, Text: "The transaction is on its way.", When: read, Facts: []Fact{{Name: "Message", Value: "0x12", Mono: true}}},
			{Title: "Your vote on “X”", Href: "/proposals/snapshot:harbour.eth:0x01", Text: "Done, and read back.", Tone: You, When: read}, {Title: "Y", Text: "It did not come about.", Tone: Danger, When: read}}},
		Keys: &AliasBox{Account: cannedMe, Rows: []AliasRow{{Address: cannedPerson, Short: "0x8E20…41Aa", Since: NewWhen("", cannedNow, at(-48*time.Hour)), Ends: NewWhen("", cannedNow, at(28*24*time.Hour))}, {Address: cannedToken, Short: "0xC183…9D72", Expired: true}}}}
}

func cannedDelegationsReading() DelegationsPage {
	return DelegationsPage{Shell: cannedShell("Delegations", SectionDelegations), Heading: "Your DAOs are being read.", Account: cannedMe, Keys: &AliasBox{Account: cannedMe}, Script: "/static/delegate.js",
		State:   ReadState{Src: "/delegations", Action: "/delegations", Reading: "Your DAOs are being read: power, delegates, keys. This takes a moment."},
		Notices: []Notice{{Tone: Caution, Title: "No node is set up", Text: "Who holds your power stands on chain."}}}
}

func cannedDelegationsOut() DelegationsPage {
	return DelegationsPage{Shell: cannedShell("Delegations", SectionDelegations), Heading: "Who votes with your power?", Empty: &Empty{Title: "Sign in to see your delegations", Text: "Your wallet signs one short text.", Actions: []Link{{Label: "Sign in", Href: "/account"}}}}
}

func cannedVotes() VotesPage {
	return VotesPage{Shell: cannedShell("My votes", SectionVotes), Heading: "You have voted 142 times.", Lead: "As Snapshot shows them.", State: &ReadState{Src: "/votes", Action: "/votes"}, Script: "/static/delegate.js",
		Range: "The newest 3 of 142 votes", First: "/votes", Next: "/votes?cursor=abc", Exports: []Link{{Label: "All as CSV", Href: "/votes.csv"}, {Label: "All as JSON", Href: "/votes.json"}},
		Rows: []VoteRow{
			{Title: SplitTitle("[HIP-14] Renew the guardian council"), Href: "/proposals/snapshot:harbour.eth:0x01", DAO: harbour, Choice: "For", Power: "1,240 HRB", Note: "may still change", When: NewWhen("", cannedNow, at(-3*time.Hour)), Reason: hostileTitle, Tags: []Tag{{Text: "Open", Icon: "clock"}, {Text: "From here", Tone: You, Icon: "check"}},
				Facts: []Fact{{Name: "Message", Value: "0x2a61576a367f34f75e31c59aaf3726c7bfbee1a61e6c2bb69d35b8e6032a82d9", Mono: true}, {Name: "Verified", Value: "the id is the digest you signed"}, {Name: "At Snapshot", Value: "open the proposal", Href: "https://snapshot.box/#/s:harbour.eth/proposal/0x01"}}},
			{Title: SplitTitle(hostileTitle), DAO: rtlDAO, Choice: "Hidden until the end", Hidden: true, Power: "3", When: NewWhen("", cannedNow, at(-30*time.Hour))},
			{Title: SplitTitle(zalgo), DAO: lantern, Choice: hostileTitle, Power: "0.000421 " + zalgo, When: NewWhen("", cannedNow, at(-1000*time.Hour))},
		}}
}

func cannedNoVotes() VotesPage {
	return VotesPage{Shell: cannedShell("My votes", SectionVotes), Heading: "You have not voted yet.", State: &ReadState{Src: "/votes", Action: "/votes"}, Empty: &Empty{Title: "No vote of this account at Snapshot", Text: "Votes appear here once they are cast.", Actions: []Link{{Label: "Open proposals", Href: "/proposals"}}}}
}

func cannedReadState(done string) ReadState {
	return ReadState{Src: "/delegations", Action: "/delegations", Read: NewWhen("", cannedNow, at(-40*time.Second)), Poll: done == "", Done: done}
}

func TestDelegationsLead(t *testing.T) {
	html := render(t, cannedDelegations().View())
	for _, id := range []string{"d1", "d2", "d3"} {
		if !strings.Contains(html, `href="#`+id+`"`) || !strings.Contains(html, `<section class="section" id="`+id+`"`) {
			t.Errorf("#%s leads nowhere", id)
		}
	}
	if n := strings.Count(html, "data-every"); n != 1 {
		t.Errorf("%d options concern every space", n)
	}
	if strings.Count(html, "disabled") != 1+2+2+1 { // one option, two forms of DAOs, two keys, one new key
		t.Errorf("%d controls are off until the script runs", strings.Count(html, "disabled"))
	}
	if strings.Contains(render(t, cannedDelegationsOut().View()), "read-state") {
		t.Error("a visitor is told when something was read")
	}
}
