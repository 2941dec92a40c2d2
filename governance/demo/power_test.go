package demo_test

import (
	"encoding/json"
	"slices"
	"testing"

	"mandate/governance/demo"
)

// embedded serves the embedded world at the tests' clock.
func embedded(t testing.TB) *seqRig {
	t.Helper()
	return newSeqRig(t, func(c *demo.Config) { c.Empty = false })
}

type power struct {
	VP         float64   `json:"vp"`
	ByStrategy []float64 `json:"vp_by_strategy"`
	State      string    `json:"vp_state"`
}

func (r *seqRig) power(voter, space, proposal string) power {
	r.t.Helper()
	if proposal != "" {
		proposal = `,proposal:"` + proposal + `"`
	}
	var out struct {
		VP power `json:"vp"`
	}
	r.ask(`{vp(voter:"`+voter+`",space:"`+space+`"`+proposal+`){vp vp_by_strategy vp_state}}`, &out)
	return out.VP
}

// The three practice accounts stand for the three answers to "why can I not
// vote": nothing, too late, given away.
func TestPracticeAccountsPower(t *testing.T) {
	r := embedded(t)
	accounts := r.world.Practice()
	today, gone, fractions := 0, []string{}, 0
	for _, p := range r.world.Proposals() {
		if p.State(r.now.Unix()) == "closed" || p.Space == seqSpace {
			continue
		}
		h, n, d := r.power(accounts[0].Address, p.Space, p.ID), r.power(accounts[1].Address, p.Space, p.ID), r.power(accounts[2].Address, p.Space, p.ID)
		if h.VP <= 0 || n.VP != 0 || len(h.ByStrategy) != len(p.Strategies) {
			t.Errorf("%s: holder %v, newcomer %v", p.Space, h, n)
		}
		if h.VP != float64(int(h.VP)) {
			fractions++
		}
		if d.VP == 0 && !slices.Contains(gone, p.Space) {
			gone = append(gone, p.Space)
		}
	}
	for _, s := range r.world.Spaces() {
		if r.power(accounts[1].Address, s.ID, "").VP > 0 {
			today++
		}
	}
	slices.Sort(gone)
	if want := []string{"atlasmap.dao.eth", "basalt.dao.eth", "meridian.dao.eth"}; !slices.Equal(gone, want) {
		t.Errorf("the delegator has nothing in %v, want %v", gone, want)
	}
	atLeast(t, "spaces where the newcomer has power today", today, 3)
	atLeast(t, "fractional powers", fractions, 20)
}

func TestStandingVotersPower(t *testing.T) {
	r := embedded(t)
	var out struct {
		Votes []struct {
			Voter    string
			VP       float64
			Proposal struct{ ID string }
			Space    struct{ ID string }
		}
	}
	r.ask(`{votes(first:50){voter vp proposal{id} space{id}}}`, &out)
	for _, v := range out.Votes {
		if got := r.power(v.Voter, v.Space.ID, v.Proposal.ID); got.VP != v.VP {
			t.Errorf("%s voted with %v, has %v", v.Voter, v.VP, got.VP)
		}
	}
}

// Every type is open, every way to delegate is there, and some rule for voters.
func TestWorldHasEveryCase(t *testing.T) {
	r := embedded(t)
	open := map[string]int{}
	for _, p := range r.world.Proposals() {
		if p.State(r.now.Unix()) == "active" && p.End-r.now.Unix() > 3600 && !p.Flagged {
			open[p.Type+" "+p.Privacy]++
		}
	}
	for _, kind := range []string{"single-choice ", "basic ", "approval ", "ranked-choice ", "quadratic ", "weighted ", "copeland ",
		"basic shutter", "single-choice shutter", "ranked-choice shutter", "weighted shutter"} {
		atLeast(t, "open "+kind, open[kind], 1)
	}
	portals, strategies, networks, rules := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, s := range r.world.Spaces() {
		if s.DelegationPortal != nil {
			portals[s.DelegationPortal.Type]++
		}
		for _, st := range s.Strategies {
			strategies[st.Name]++
		}
		networks[s.Network]++
		rules[s.VoteValidation.Name]++
	}
	for _, kind := range []string{"delegate-registry", "compound-governor", "split-delegation"} {
		atLeast(t, kind, portals[kind], 1)
	}
	for _, name := range []string{"delegation", "erc20-balance-of-delegation", "delegation-with-cap", "delegation-with-overrides",
		"with-delegation", "erc20-balance-of-with-delegation", "split-delegation", "erc20-votes"} {
		atLeast(t, name, strategies[name], 1)
	}
	atLeast(t, "on mainnet", networks["1"], 8)
	atLeast(t, "with a rule for voters", rules["basic"], 1)
}

func TestValidationLetsTheHolderVote(t *testing.T) {
	r := embedded(t)
	for i, want := range []bool{true, false, false} {
		body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": "validate", "params": map[string]any{
			"validation": "basic", "author": r.world.Practice()[i].Address, "space": "orchard.dao.eth", "network": "10",
			"snapshot": 1, "params": map[string]any{"minScore": 10000}}})
		if err != nil {
			t.Fatal(err)
		}
		out := r.post("/score/", body)
		if out.Raw != `{"cache":false,"id":null,"jsonrpc":"2.0","result":`+map[bool]string{true: "true", false: "false"}[want]+`}` {
			t.Errorf("account %d: %d %s", i+1, out.Status, out.Raw)
		}
	}
}

// What the open ranked votes show is what counting them gives.
func TestShownScoresAreTheCount(t *testing.T) {
	r := embedded(t)
	voter := addressOf(r.key(0))
	for _, p := range r.world.Proposals() {
		if p.State(r.now.Unix()) != "active" || p.Privacy != "" || p.Flagged || len(p.Scores) == 0 || p.Space == "orchard.dao.eth" && p.Type == "quadratic" {
			continue
		}
		r.world.SetPower(p.Space, voter, 1000)
		r.world.Edit(p.ID, func(p *demo.Proposal) { p.Validation = nil })
		m := r.vote(0, p.ID, firstChoice(p)).set("space", p.Space)
		r.accept(m)
		after, total, votes := r.scores(p.ID)
		if votes != p.VoteCount+1 || total != *p.ScoresTotal+1000 {
			t.Errorf("%s: %d votes, %v in total", p.Title, votes, total)
		}
		for i := range after {
			if d := after[i] - p.Scores[i]; d < -1000 || d > 1000.1 {
				t.Errorf("%s: one ballot moves choice %d from %v to %v", p.Title, i+1, p.Scores[i], after[i])
			}
		}
	}
}

func firstChoice(p demo.Proposal) any {
	switch p.Type {
	case "approval":
		return []int{1}
	case "ranked-choice", "copeland":
		order := []int{}
		for i := range p.Choices {
			order = append(order, i+1)
		}
		return order
	case "weighted", "quadratic":
		return `{"1":1}`
	}
	return 1
}
