package agent

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/demo"
)

// crookedHub changes the votes that the hub shows, or answers others.
type crookedHub struct {
	VoteHub
	shows func(*governance.Vote) *governance.Vote
}

func (h *crookedHub) Vote(ctx context.Context, id string) (*governance.Vote, error) {
	v, err := h.VoteHub.Vote(ctx, id)
	if h.shows != nil && err == nil {
		v = h.shows(v)
	}
	return v, err
}

func (h *crookedHub) VoteOf(ctx context.Context, proposal, voter string) (*governance.Vote, error) {
	v, err := h.VoteHub.VoteOf(ctx, proposal, voter)
	if h.shows != nil && err == nil {
		v = h.shows(v)
	}
	return v, err
}

// A hub that ignores what it was asked for answers with a vote of somebody
// else, or on something else. What was signed is sent all the same.
func TestAnothersVoteDecidesNothing(t *testing.T) {
	for name, change := range map[string]func(*governance.Vote){
		"of somebody else":  func(v *governance.Vote) { _, v.Voter = voter(t, "somebody else") },
		"on something else": func(v *governance.Vote) { v.Ref = governance.SnapshotRef(voteSpace, "0x"+strings.Repeat("77", 32)) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newVoteRig(t)
			hub := &crookedHub{VoteHub: r.hub}
			r.agent.Hub = hub
			p := r.prepare(t, r.open(t, governance.Basic), `2`)
			r.world.FailSequencer(demo.FaultBusy) // so that it looks before it sends again
			i := r.submit(t, p)
			hub.shows = func(*governance.Vote) *governance.Vote {
				v := governance.Vote{ID: "0x" + strings.Repeat("ff", 32), Ref: i.Ref, Voter: i.Voter, Created: r.clock.now().Add(time.Hour), Choice: json.RawMessage(`1`)}
				change(&v)
				return &v
			}
			if i = r.settle(t, p.ID, time.Minute); i.State != governance.IntentSent {
				t.Fatal(brief(i))
			}
			hub.shows = nil
			if i = r.settle(t, p.ID, time.Minute); i.State != governance.IntentConfirmed {
				t.Error(brief(i))
			}
			r.wantOneMessage(t, i)
		})
	}
}

// The hub shows the vote's id with another choice: that confirms nothing.
func TestAnotherChoiceConfirmsNothing(t *testing.T) {
	for _, privacy := range []string{"", privacyShutter} {
		t.Run(privacy, func(t *testing.T) {
			r := newVoteRig(t)
			hub := &crookedHub{VoteHub: r.hub, shows: func(v *governance.Vote) *governance.Vote {
				if v != nil {
					v.Choice = json.RawMessage(`1`)
				}
				return v
			}}
			r.agent.Hub = hub
			p := r.prepare(t, r.open(t, governance.Basic, func(p *demo.Proposal) { p.Privacy = privacy }), `2`)
			r.submit(t, p)
			i := r.settle(t, p.ID, 3*time.Minute)
			if i.State != governance.IntentSent || !strings.Contains(i.Note, "another choice") {
				t.Fatal(brief(i))
			}
			hub.shows = nil
			if i = r.settle(t, p.ID, time.Minute); i.State != governance.IntentConfirmed || i.Note != "" {
				t.Error(brief(i))
			}
		})
	}
}

// Whatever form a hub writes the signed choice in, it is the one.
func TestChoiceStands(t *testing.T) {
	for _, tt := range []struct {
		signed, shown string
		want          bool
	}{
		{`2`, `2`, true}, {`2`, `"2"`, true}, {`2`, `2.0`, true}, {`2`, `1`, false}, {`2`, `{}`, false}, {`2`, `null`, true},
		{`[1,2]`, `[1,2]`, true}, {`[1,2]`, `[2,1]`, false}, {`[1,2]`, `[1]`, false},
		{`{"1":50,"10":0.5}`, `{"10":5e-1,"1":50}`, true}, {`{"1":1}`, `"{\"1\":1}"`, true}, {`{"1":1}`, `{"2":1}`, false},
		{`2`, `"0xab"`, true}, {`2`, `"0xac"`, false},
		{`null`, `"0xab"`, true}, {`null`, `"0xac"`, false}, {`null`, `2`, true}, {`null`, `[2,1]`, true}, // sealed under a lost secret
	} {
		i := governance.Intent{Choice: json.RawMessage(tt.signed), Payload: json.RawMessage(`{"typed_data":{"message":{"choice":"0xab"}}}`)}
		if got := choiceStands(&governance.Vote{Choice: json.RawMessage(tt.shown)}, &i); got != tt.want {
			t.Errorf("signed %s, shown %s: %v", tt.signed, tt.shown, got)
		}
	}
}
