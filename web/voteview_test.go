package web

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/store"
	"mandate/views"
)

func stateBuilder(typ governance.VotingType, choices ...string) *ballotBuilder {
	now := time.Date(2026, 7, 14, 9, 0, 0, 0, time.UTC)
	p := governance.Proposal{Ref: "snapshot:a.eth:0x01", DAO: "a.eth", Type: typ, Choices: choices, Start: now.Add(-time.Hour), End: now.Add(time.Hour), Symbol: "ARC", ContentHash: "h"}
	return &ballotBuilder{builder: builder{now: now, d: store.Detail{Proposal: p}, shown: p}, account: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", power: &governance.PowerReport{Power: governance.Power{Total: 3}}}
}

func intent(state governance.IntentState, choice string, b *ballotBuilder) *governance.Intent {
	return &governance.Intent{ID: "1", State: state, Choice: json.RawMessage(choice), Created: b.now.Add(-time.Minute), Updated: b.now.Add(-time.Minute), Digest: "0xaa"}
}

// What is shown of a vote on its way, at each of its stations.
func TestWayOfAVote(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*ballotBuilder)
		title  string
		poll   string
		form   bool
	}{
		{"signed", func(b *ballotBuilder) { b.way = intent(governance.IntentSigned, `1`, b) }, "Your vote is on its way", "load delay:5s", false},
		{"sent", func(b *ballotBuilder) { b.way = intent(governance.IntentSent, `1`, b); b.way.Updated = b.now }, "Snapshot took your vote", "load delay:2s", false},
		{"at the relayer", func(b *ballotBuilder) {
			b.way = intent(governance.IntentSent, `1`, b)
			b.way.Safe, b.way.Updated = true, b.now
		}, "Waiting for the owners of your Safe", "load delay:5s", false},
		{"at the relayer for long", func(b *ballotBuilder) {
			b.way = intent(governance.IntentSent, `1`, b)
			b.way.Safe, b.way.Updated, b.way.Created = true, b.now, b.now.Add(-time.Hour)
		}, "Waiting for the owners of your Safe", "load delay:15s", false},
		{"not waited for any more", func(b *ballotBuilder) { b.stopped = intent(governance.IntentSuperseded, `1`, b) }, "The owners of your Safe are not waited for any more", "", true},
		{"failed", func(b *ballotBuilder) { b.failed = intent(governance.IntentFailed, `1`, b) }, "Your vote was not cast", "", true},
	} {
		b := stateBuilder(governance.Basic, "For", "Against", "Abstain")
		c.change(b)
		v := b.view()
		if v.Way != nil && (v.Way.Stop != "") != (b.way != nil && b.way.Safe) {
			t.Errorf("%s: stops %q", c.name, v.Way.Stop)
		}
		if v.Way == nil || v.Way.Title != c.title || v.Way.Poll != c.poll || (v.Form != nil) != c.form {
			t.Errorf("%s: %+v form %v", c.name, v.Way, v.Form != nil)
		}
	}
}

// A change starts from the vote that counts.
func TestPrefill(t *testing.T) {
	for _, c := range []struct {
		typ    governance.VotingType
		choice string
		want   string // per choice: picked, place, weight
	}{
		{governance.SingleChoice, `2`, "- 0;x 0;- 0"},
		{governance.Approval, `[1,3]`, "x1 0;- 0;x2 0"},
		{governance.RankedChoice, `[3,1,2]`, "x2 0;x3 0;x1 0"},
		{governance.Weighted, `{"1":2.5,"3":1}`, "- 2.5;- 0;- 1"},
		{governance.SingleChoice, `9`, "- 0;- 0;- 0"},
		{governance.SingleChoice, `"0xabcdef"`, "- 0;- 0;- 0"},
	} {
		b := stateBuilder(c.typ, "One", "Two", "Three")
		b.vote = &governance.Vote{ID: "0xbb", Choice: json.RawMessage(c.choice), Created: b.now.Add(-time.Minute)}
		var got []string
		for _, ch := range b.form().Choices {
			picked := "-"
			if ch.Picked {
				picked = "x"
			}
			got = append(got, picked+ch.Place+" "+ch.Weight)
		}
		if s := strings.Join(got, ";"); s != c.want {
			t.Errorf("%s %s: %s", c.typ, c.choice, s)
		}
	}
}

func TestBallotNotices(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*ballotBuilder)
		want   string
		tone   views.Tone
	}{
		{"flagged", func(b *ballotBuilder) { b.d.Proposal.Flagged = true }, "Marked as spam or phishing", views.Danger},
		{"deleted", func(b *ballotBuilder) { b.d.Proposal.Deleted = true }, "Deleted at Snapshot", views.Caution},
		{"unknown type", func(b *ballotBuilder) { b.d.Proposal.Type = "dice" }, "Not from here", views.Plain},
		{"power unread", func(b *ballotBuilder) {
			b.power, b.powerErr = nil, governance.Errorf(governance.Upstream, "The hub does not answer.")
		}, "Your voting power could not be read", views.Caution},
	} {
		b := stateBuilder(governance.Basic, "For", "Against", "Abstain")
		c.change(b)
		n := b.view().Notices
		if len(n) != 1 || n[0].Title != c.want || n[0].Tone != c.tone {
			t.Errorf("%s: %+v", c.name, n)
		}
	}
	b := stateBuilder(governance.Basic, "For")
	b.power.Total, b.power.Why = 0, []string{"It is delegated."}
	if v := b.view(); v.Form != nil || v.Power == nil || v.Power.Why[0] != "It is delegated." {
		t.Errorf("no power: %+v", v)
	}
	b = stateBuilder(governance.Basic, "For")
	b.d.Proposal.Privacy = "shutter"
	if f := b.form(); f.Limit != 0 || f.NoReason == "" || f.Secret == "" {
		t.Errorf("sealed: %+v", f)
	}
}
