package agent

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/demo"
)

func TestVoteOfEveryKind(t *testing.T) {
	r := newVoteRig(t)
	for typ, choice := range map[governance.VotingType]string{
		governance.SingleChoice: `2`, governance.Basic: `1`, governance.Approval: `[3,1]`, governance.RankedChoice: `[2,3,1]`,
		governance.Copeland: `[3,2,1]`, governance.Quadratic: `{"1":1,"3":4}`, governance.Weighted: `{"2":1}`,
	} {
		for _, privacy := range []string{"", "shutter"} {
			t.Run(string(typ)+privacy, func(t *testing.T) {
				r.oneVote(t, typ, choice, privacy)
			})
		}
	}
}

func (r *voteRig) oneVote(t *testing.T, typ governance.VotingType, choice, privacy string) {
	before := len(r.world.Ledger())
	ref := r.open(t, typ, func(p *demo.Proposal) { p.Privacy = privacy })
	req := r.request(t, ref, choice)
	if privacy == "" {
		req.Reason = "Good stone — “worth it”, 石"
	}
	p, err := r.agent.PrepareVote(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	if n := r.hubVotes(t, ref); n != 0 || len(r.world.Ledger()) != before {
		t.Error("a prepared vote was sent")
	}
	i := r.settle(t, r.submit(t, p).ID, time.Minute)
	if i.State != governance.IntentConfirmed || i.Receipt == nil || !i.Receipt.Verified || i.Receipt.ReadBack.IsZero() || i.Receipt.Power != 12.5 || i.Receipt.ID != p.Digest || i.Receipt.IPFS == "" {
		t.Fatal(brief(i))
	}
	v, err := r.hub.Vote(context.Background(), p.Digest)
	if err != nil || v == nil || v.Reason != req.Reason || v.App != "mandate" || v.Voter != r.account {
		t.Fatalf("the hub has %+v, %v", v, err)
	}
	if privacy == "" {
		if !sameJSON(t, v.Choice, json.RawMessage(choice)) {
			t.Errorf("the hub has the choice %s", v.Choice)
		}
	} else {
		wantShielded(t, &i, v)
	}
	if string(i.Choice) != choice {
		t.Errorf("stored choice %s", i.Choice)
	}
	if _, err := json.Marshal(p); err != nil || p.Expires.Sub(r.clock.now()) > signWithin {
		t.Errorf("%v, expires %v", err, p.Expires)
	}
}

func (r *voteRig) hubVotes(t *testing.T, ref governance.Ref) int {
	t.Helper()
	v, err := r.hub.VoteOf(context.Background(), ref.ID(), r.account)
	if err != nil {
		t.Fatal(err)
	}
	if v == nil {
		return 0
	}
	return 1
}

// wantShielded opens the published ciphertext with the stored sigma.
func wantShielded(t *testing.T, i *governance.Intent, v *governance.Vote) {
	t.Helper()
	var cipher string
	if err := json.Unmarshal(v.Choice, &cipher); err != nil {
		t.Fatalf("the hub has the choice %s", v.Choice)
	}
	sigma, err := hex.DecodeString(strings.TrimPrefix(i.Sigma, "0x"))
	if err != nil || len(sigma) != 32 {
		t.Fatalf("sigma %q", i.Sigma)
	}
	plain, err := ballot.Unshield(cipher, [32]byte(sigma))
	if err != nil || string(plain) != string(i.Choice) {
		t.Errorf("the ciphertext says %q, %v", plain, err)
	}
}

func sameJSON(t *testing.T, a, b json.RawMessage) bool {
	t.Helper()
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return fmt.Sprint(x) == fmt.Sprint(y)
}

func TestWhatIsShown(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.RankedChoice, func(p *demo.Proposal) { p.Choices[1] = "No\u202e\u200b way" })
	req := r.request(t, ref, `[2,1,3]`)
	req.Reason = "Because"
	p, err := r.agent.PrepareVote(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"DAO": "Quarry (" + voteSpace + ")", "Proposal": "Cut stone 1", "Your vote": "1. No way, 2. Yes, 3. Later", "Your reason": "Because",
		"Account": r.account, "Voting power": "12.5 STONE", "from": r.account, "space": voteSpace, "proposal": ref.ID(), "choice": "[2,1,3]", "reason": "Because", "app": "mandate", "metadata": "{}"}
	for _, row := range p.Shown {
		if w, ok := want[row[0]]; ok && w != row[1] {
			t.Errorf("%s: %q", row[0], row[1])
		}
		delete(want, row[0])
	}
	if len(want) != 0 {
		t.Errorf("not shown: %v", want)
	}
	var asked struct {
		Message map[string]any `json:"message"`
	}
	if err := json.Unmarshal(p.TypedData, &asked); err != nil {
		t.Fatal(err)
	}
	for field := range asked.Message {
		if !slices.ContainsFunc(p.Shown, func(row [2]string) bool { return row[0] == field }) {
			t.Errorf("the field %s is signed but not shown", field)
		}
	}
	if !slices.ContainsFunc(p.Warnings, func(s string) bool { return strings.Contains(s, "can be changed until 22 November 2026") }) {
		t.Errorf("%q", p.Warnings)
	}
}

func TestChangeVote(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic)
	first := r.settle(t, r.submit(t, r.prepare(t, ref, `1`)).ID, time.Minute)
	// In the very second of the first one.
	r.clock.at = signedTime(&first)
	p := r.prepare(t, ref, `2`)
	if !slices.ContainsFunc(p.Warnings, func(s string) bool {
		return strings.Contains(s, "replaces your vote of") && strings.Contains(s, ": Yes.")
	}) {
		t.Errorf("%q", p.Warnings)
	}
	second := r.settle(t, r.submit(t, p).ID, time.Minute)
	if second.State != governance.IntentConfirmed || !signedTime(&second).After(signedTime(&first)) {
		t.Error(brief(second))
	}
	v, err := r.hub.VoteOf(context.Background(), ref.ID(), r.account)
	if err != nil || v == nil || string(v.Choice) != "2" || v.ID != second.Digest {
		t.Errorf("%+v, %v", v, err)
	}
	page, err := r.store.Votes(context.Background(), storeVotes(r.owner))
	if err != nil || page.Total != 1 || page.Items[0].ID != second.Digest || page.Items[0].IntentID != second.ID || page.Items[0].Title != "Cut stone 1" {
		t.Errorf("history %+v, %v", page, err)
	}
	// A third that the store still holds as signed keeps a fourth away.
	r.clock.move(time.Minute)
	r.submit(t, r.prepare(t, ref, `3`))
	_, err = r.agent.PrepareVote(context.Background(), r.request(t, ref, `1`))
	wantRefused(t, err, governance.Conflict, "still on its way")
}

func TestPrepareRefuses(t *testing.T) {
	r := newVoteRig(t)
	basic, ranked := r.open(t, governance.Basic), r.open(t, governance.RankedChoice)
	weighted, approval := r.open(t, governance.Weighted), r.open(t, governance.Approval)
	shielded := r.open(t, governance.Basic, func(p *demo.Proposal) { p.Privacy = "shutter" })
	odd := r.open(t, "custom")
	veiled := r.open(t, governance.Basic, func(p *demo.Proposal) { p.Privacy = "veil" })
	soon := r.open(t, governance.Basic, func(p *demo.Proposal) { p.Start = r.clock.now().Add(time.Hour).Unix() })
	over := r.open(t, governance.Basic, func(p *demo.Proposal) { p.End = r.clock.now().Add(time.Minute - time.Second).Unix() })
	r.world.AddSpace(demo.Space{ID: "strict.eth", VoteValidation: &demo.Validation{Name: "basic", Params: json.RawMessage(`{"minScore":15}`)}})
	r.world.SetPower("strict.eth", r.account, 14)
	strict := r.open(t, governance.Basic, func(p *demo.Proposal) { p.Space = "strict.eth" })
	_, other := voter(t, "two")
	for name, c := range map[string]struct {
		ref    governance.Ref
		choice string
		change func(*VoteRequest)
		code   governance.Code
		words  string
	}{
		"out of range":        {basic, `4`, nil, governance.Invalid, "no choice 4"},
		"zero":                {basic, `0`, nil, governance.Invalid, "no choice 0"},
		"a list for one":      {basic, `[1]`, nil, governance.Invalid, "not a number"},
		"nothing":             {basic, ``, nil, governance.Invalid, "Nothing is chosen"},
		"duplicate rank":      {ranked, `[1,1,2]`, nil, governance.Invalid, "two ranks"},
		"missing rank":        {ranked, `[1,2]`, nil, governance.Invalid, "no rank"},
		"all zero":            {weighted, `{"1":0}`, nil, governance.Invalid, "All weights are zero"},
		"negative":            {weighted, `{"1":-2}`, nil, governance.Invalid, "negative"},
		"empty approval":      {approval, `[]`, nil, governance.Invalid, "Nothing is chosen"},
		"reason on shielded":  {shielded, `1`, func(q *VoteRequest) { q.Reason = "x" }, governance.Invalid, "shielded vote cannot carry a reason"},
		"reason too long":     {basic, `1`, func(q *VoteRequest) { q.Reason = strings.Repeat("🚀", 2501) }, governance.Invalid, "5002 characters"},
		"unknown kind":        {odd, `1`, nil, governance.Invalid, "cannot be cast here"},
		"unknown privacy":     {veiled, `1`, nil, governance.Denied, "hides votes in a way that is not known"},
		"not begun":           {soon, `1`, nil, governance.Conflict, "has not begun"},
		"ended a second ago":  {over, `1`, nil, governance.Conflict, "Voting ended at"},
		"the space's rule":    {strict, `1`, nil, governance.Denied, "rule beside voting power"},
		"another account":     {basic, `1`, func(q *VoteRequest) { q.Account = other }, governance.Denied, "You are signed in as"},
		"no address":          {basic, `1`, func(q *VoteRequest) { q.Account = "me" }, governance.Invalid, "not an address"},
		"wrong checksum":      {basic, `1`, func(q *VoteRequest) { q.Account = flipCase(q.Account) }, governance.Invalid, "wrong checksum"},
		"no power":            {basic, `1`, func(q *VoteRequest) { q.Account, q.Owner = other, strings.ToLower(other) }, governance.Denied, "finds no voting power"},
		"unknown proposal":    {"snapshot:quarry.dao.eth:0x99", `1`, nil, governance.NotFound, "no proposal"},
		"no ref":              {"quarry", `1`, nil, governance.Invalid, "looks like"},
		"a governor's":        {"eip155:1:0x5afeaddbcd81f0a7f6d3c2b1a09876543210fedc:1", `1`, nil, governance.Denied, "on chain"},
		"a hash never stored": {basic, `1`, func(q *VoteRequest) { q.ContentHash = "00" }, governance.Conflict, "not what the page showed"},
	} {
		t.Run(name, func(t *testing.T) {
			q := VoteRequest{Owner: r.owner, Account: r.account, Ref: c.ref, Choice: json.RawMessage(c.choice)}
			if c.change != nil {
				c.change(&q)
			}
			_, err := r.agent.PrepareVote(context.Background(), q)
			wantRefused(t, err, c.code, c.words)
		})
	}
	r.wantNothing(t)
}

// In the second of its start a proposal may still be edited.
func TestPrepareAtTheStart(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic, func(p *demo.Proposal) { p.Start = r.clock.now().Add(time.Hour).Unix() })
	start := r.stored(t, ref).Start
	for _, after := range []time.Duration{0, 999 * time.Millisecond} {
		r.clock.at = start.Add(after)
		_, err := r.agent.PrepareVote(context.Background(), r.request(t, ref, `1`))
		wantRefused(t, err, governance.Conflict, "has not begun")
	}
	r.wantNothing(t)
	r.clock.at = start.Add(time.Second)
	r.prepare(t, ref, `1`)
}

func flipCase(address string) string {
	return "0x" + strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'f':
			return c - 32
		case c >= 'A' && c <= 'F':
			return c + 32
		}
		return c
	}, address[2:])
}

func TestPrepareAfterEdit(t *testing.T) {
	for name, c := range map[string]struct {
		edit  func(*demo.Proposal)
		words string
	}{
		"choices swapped": {func(p *demo.Proposal) { p.Choices[0], p.Choices[1] = p.Choices[1], p.Choices[0] }, "the choices are now 1 “No”, 2 “Yes”, 3 “Later”"},
		"title and text":  {func(p *demo.Proposal) { p.Title, p.Body = "Other", "Words" }, "changed: text, title"},
		"kind and choice": {func(p *demo.Proposal) { p.Type, p.Choices = "approval", []string{"A", "B"} }, "changed: choices, kind of vote"},
		"end":             {func(p *demo.Proposal) { p.End += 60 }, "changed: start or end"},
		"privacy":         {func(p *demo.Proposal) { p.Privacy = "shutter" }, "changed: privacy"},
		"block":           {func(p *demo.Proposal) { p.Snapshot++ }, "changed: voting power"},
	} {
		for _, known := range []bool{true, false} {
			t.Run(fmt.Sprint(name, known), func(t *testing.T) {
				r := newVoteRig(t)
				ref := r.open(t, governance.Basic)
				q := r.request(t, ref, `1`)
				if !known {
					q.ContentHash = ""
				}
				r.world.Edit(ref.ID(), c.edit)
				_, err := r.agent.PrepareVote(context.Background(), q)
				wantRefused(t, err, governance.Conflict, c.words)
				r.wantNothing(t)
				// The page shows the new content now, and voting on that is fine.
				q.ContentHash = r.stored(t, ref).ContentHash
				if known && name != "kind and choice" {
					if _, err := r.agent.PrepareVote(context.Background(), q); err != nil {
						t.Errorf("after reading again: %v", err)
					}
				}
			})
		}
	}
}

func TestPrepareAfterDeletion(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic)
	r.world.Delete(ref.ID())
	_, err := r.agent.PrepareVote(context.Background(), r.request(t, ref, `1`))
	wantRefused(t, err, governance.NotFound, "was deleted at Snapshot")
	r.wantNothing(t)
	if !r.stored(t, ref).Deleted {
		t.Error("the page does not know")
	}
}

func TestClocks(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic)
	for _, skew := range []time.Duration{-time.Hour, -32 * time.Second, 32 * time.Second, 10 * time.Minute} {
		r.world.SkewSequencer(skew)
		_, err := r.agent.PrepareVote(context.Background(), r.request(t, ref, `1`))
		wantRefused(t, err, governance.Conflict, "The clock of this server is")
	}
	r.wantNothing(t)
	for _, skew := range []time.Duration{-20 * time.Second, 0, 20 * time.Second} {
		r.world.SkewSequencer(skew)
		i, err := r.store.Intent(context.Background(), r.owner, r.prepare(t, ref, `1`).ID)
		latest := r.clock.now().Add(min(skew, 0))
		if at := signedTime(&i); err != nil || at.After(latest) || latest.Sub(at) > 2*time.Second {
			t.Errorf("skew %s: signed at %v, want just before %v, %v", skew, at, latest, err)
		}
	}
}

// What the other side does not answer is not signed.
func TestPrepareWithoutAnswers(t *testing.T) {
	r := newVoteRig(t)
	ref := r.open(t, governance.Basic)
	q := r.request(t, ref, `1`)
	r.world.FailAll(demo.FaultHTML)
	_, err := r.agent.PrepareVote(context.Background(), q)
	wantRefused(t, err, governance.Upstream, "")
	r.world.FailAll(demo.FaultNone)
	off := &Agent{Store: r.store, Now: r.clock.now}
	_, err = off.PrepareVote(context.Background(), q)
	wantRefused(t, err, governance.Denied, "not set up")
	r.wantNothing(t)
}
