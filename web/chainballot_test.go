package web

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/views"
)

// chainBuilder has an open proposal at a governor whose power may be split.
func chainBuilder() *ballotBuilder {
	b := stateBuilder(governance.GovernorFractional, "Against", "For", "Abstain")
	b.d.Proposal.Ref, b.d.Proposal.Title, b.d.Proposal.Symbol = "eip155:1:0x00000000000000000000000000000000000000aa:7", "A title", "BSLT"
	b.shown = b.d.Proposal
	b.governor = &governance.Governor{ID: "eip155:1:0x00000000000000000000000000000000000000aa", Chain: 1, Address: "0x00000000000000000000000000000000000000AA", Family: governance.FamilyOZ5, BallotSig: governance.BallotOZ5,
		Fractional: true, Reasons: true, Clock: governance.ClockSeconds, Token: governance.VotesToken{Symbol: "BSLT", Decimals: 18}}
	b.power = &governance.PowerReport{Power: governance.Power{Total: 20000}, Symbol: "BSLT", Block: 1_795_386_036}
	return b
}

func TestChainForm(t *testing.T) {
	b := chainBuilder()
	v := b.view()
	f := v.Form
	if f == nil || f.Kind != views.BallotChain || f.Chain == nil || !f.Chain.Split || f.Chain.BallotSig != "oz5" || f.Chain.Left != "20,000 BSLT" || f.Safe != "" || f.Change || f.Choices[0].N != "0" {
		t.Fatalf("%+v", v)
	}
	if v.Power == nil || !strings.HasPrefix(v.Power.Note, "counted on ") || strings.Contains(v.Power.Note, "block") {
		t.Errorf("a time is shown as a block: %+v", v.Power)
	}
	b.governor.Clock = governance.ClockL1Blocks
	if got := b.powerLine().Note; !strings.HasSuffix(got, "1,795,386,036 of Ethereum") {
		t.Error(got)
	}
	b.governor.Reasons = false
	if f := b.view().Form; f.Limit != 0 || f.NoReason == "" {
		t.Errorf("a governor without reasons: %+v", f)
	}
	b.power.Left = "13999.75"
	if f := b.view().Form; f == nil || f.Chain.Left != "13999.75 BSLT" {
		t.Errorf("what is left: %+v", f)
	}
	b.power.Left = "0"
	if v := b.view(); v.Form != nil || v.Power != nil {
		t.Error("a form without power to use")
	}
	for name, change := range map[string]func(*ballotBuilder){
		"read only":    func(b *ballotBuilder) { b.governor.ReadOnly = "Only listed." },
		"not detected": func(b *ballotBuilder) { b.governor = nil },
		"deleted":      func(b *ballotBuilder) { b.d.Proposal.Deleted = true },
		"ended":        func(b *ballotBuilder) { b.now = b.d.Proposal.End.Add(time.Minute) },
		"another vote": func(b *ballotBuilder) {
			b.governor.Fractional, b.vote = false, &governance.Vote{ID: "0x1", Choice: json.RawMessage("1")}
		},
	} {
		b := chainBuilder()
		change(b)
		if v := b.view(); v.Form != nil || len(v.Notices) == 0 && v.Cast == nil {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestSupportWords(t *testing.T) {
	p := &chainBuilder().d.Proposal
	for raw, want := range map[string]string{
		`0`: "Against", `1`: "For", `2`: "Abstain", `3`: "", `-1`: "", `null`: "", `"For"`: "", `[1]`: "", `{}`: "", `{"7":1}`: "", `{"1":"x"}`: "", `{"1":-2}`: "", `{"1":"NaN"}`: "",
		`{"0":1000,"1":5000.250000000001}`: "1000 BSLT Against, 5000.25 BSLT For", `{"2":"0.5"}`: "0.5 BSLT Abstain",
	} {
		if got := supportWords(p, []byte(raw)); got != want {
			t.Errorf("%s is %q, want %q", raw, got, want)
		}
	}
}

// What counts, while another part is on its way and after.
func TestChainCast(t *testing.T) {
	done := func(b *ballotBuilder) {
		b.done = intent(governance.IntentConfirmed, `{"1":"5"}`, b)
		b.done.Method, b.done.Receipt = governance.BySignature, &governance.Receipt{ID: "0xbb", Block: 5, Power: 5, ReadBack: b.now}
	}
	vote := func(id string) func(*ballotBuilder) {
		return func(b *ballotBuilder) {
			b.vote = &governance.Vote{ID: id, Choice: json.RawMessage(`{"1":8}`), Power: 8, Created: b.now}
		}
	}
	way := func(b *ballotBuilder) { b.way = intent(governance.IntentSent, `{"2":"3"}`, b) }
	for name, c := range map[string]struct {
		changes []func(*ballotBuilder)
		want    string // from and choice, "" = none
	}{
		"nothing":                           {nil, ""},
		"confirmed, not indexed":            {[]func(*ballotBuilder){done}, "You voted from here: 5 BSLT For with 5 BSLT"},
		"relayed, in another's transaction": {[]func(*ballotBuilder){done, vote("0xBB")}, "You voted from here: 8 BSLT For with 8 BSLT"},
		"elsewhere":                         {[]func(*ballotBuilder){vote("0xcc")}, "You voted elsewhere: 8 BSLT For with 8 BSLT"},
		"elsewhere after here":              {[]func(*ballotBuilder){done, vote("0xcc")}, "You voted elsewhere: 8 BSLT For with 8 BSLT"},
		"on its way, indexed already":       {[]func(*ballotBuilder){way, vote("0xaa")}, ""},
		"the second part on its way":        {[]func(*ballotBuilder){done, way, vote("0xaa")}, "You voted from here: 5 BSLT For with 5 BSLT"},
	} {
		b := chainBuilder()
		for _, change := range c.changes {
			change(b)
		}
		got := ""
		if cast := b.castView(); cast != nil {
			got = cast.From + ": " + cast.Choice + " " + cast.Power
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A vote on its way at a governor, at each of its stations.
func TestChainWay(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*governance.Intent)
		title  string
		now    string // the step
		file   bool
	}{
		"sent": {func(in *governance.Intent) { in.State = governance.IntentSent }, "Your vote is on its way", "In a block", false},
		"in block": {func(in *governance.Intent) {
			in.State, in.Receipt = governance.IntentSent, &governance.Receipt{Block: 7}
		}, "Your vote is on its way", "Final", false},
		"signed": {func(in *governance.Intent) { in.Method = governance.BySignature }, "Your ballot is signed. It does not count yet.", "Relayed", true},
	} {
		b := chainBuilder()
		b.way = intent(governance.IntentSigned, `1`, b)
		b.way.Method = governance.ByTransaction
		c.change(b.way)
		w := b.wayView()
		now := ""
		for _, s := range w.Steps {
			if s.Now {
				now = s.Name
			}
		}
		if w.Title != c.title || now != c.now || (w.File.Href == "/api/v1/me/intents/1/ballot") != c.file || w.Choice != "For" || w.Poll == "" || w.Text == "" || b.view().Form != nil {
			t.Errorf("%s: %+v", name, w)
		}
	}
}
