package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/demo"
	"mandate/governance/snapshot"
	"mandate/governance/store"
)

// pickyHub is the hub, except that it has no power to tell in some spaces, and
// counts what it is asked.
type pickyHub struct {
	*snapshot.Hub
	refuses map[string]bool
	since   []time.Time // of asking for votes
}

func (h *pickyHub) Power(ctx context.Context, voter, space, proposal string) (governance.Power, error) {
	if h.refuses[space] {
		return governance.Power{}, governance.Errorf(governance.Upstream, "The hub cannot count this space.")
	}
	return h.Hub.Power(ctx, voter, space, proposal)
}

func (h *pickyHub) Votes(ctx context.Context, voter string, since time.Time) ([]governance.Vote, error) {
	h.since = append(h.since, since)
	return h.Hub.Votes(ctx, voter, since)
}

func newAccountRig(t *testing.T) (*delegationRig, *pickyHub) {
	t.Helper()
	r := newDelegationRig(t)
	hub := &pickyHub{Hub: r.hub, refuses: map[string]bool{}}
	r.agent.Hub = hub
	return r, hub
}

func (r *delegationRig) read(t *testing.T) map[string]governance.Delegation {
	t.Helper()
	if err := r.agent.AccountOnce(t.Context(), r.owner); err != nil {
		t.Fatal(err)
	}
	return r.rows(t)
}

func (r *delegationRig) rows(t *testing.T) map[string]governance.Delegation {
	t.Helper()
	list, err := r.store.Delegations(t.Context(), r.owner)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]governance.Delegation{}
	for _, d := range list {
		out[d.DAO] = d
	}
	return out
}

func (r *delegationRig) follow(spaces ...string) {
	for _, s := range spaces {
		r.world.AddFollows(demo.Follow{ID: "follow " + s, Follower: r.account, Space: s, Network: "s", Created: r.clock.now().Unix()})
	}
}

func (r *delegationRig) castElsewhere(n int, space string, at time.Time) {
	r.world.AddVotes(demo.Vote{ID: fmt.Sprintf("0x%064x", 0xc0000+n), Voter: r.account, Created: at.Unix(), Space: space, Proposal: fmt.Sprintf("0x%064x", n),
		Choice: json.RawMessage(`1`), VP: 3, VPState: "final"})
}

func TestAccountOnce(t *testing.T) {
	r, _ := newAccountRig(t)
	if rows := r.read(t); len(rows) != 1 || rows[plainSpace].Power != 12.5 || rows[plainSpace].Rules[0].Kind != governance.DelegateNone {
		t.Errorf("the only DAO with power: %+v", rows)
	}
	// What it follows and what it voted in is shown without power.
	r.follow(registrySpace, longSpace, "gone.eth")
	r.castElsewhere(4, tokenSpace, r.clock.now().Add(-time.Hour))
	rows := r.read(t)
	if len(rows) != 4 || rows[registrySpace].Power != 0 || rows[tokenSpace].DAOName != "Space token" || rows[longSpace].ChainError != "" {
		t.Errorf("%+v", rows)
	}
	// Who holds it: for the space, for all, by the token, in shares.
	r.wantConfirmed(t, r.delegate(t, r.ask(governance.DelegateToken, tokenSpace, r.second)))
	all := r.ask(governance.DelegateRegistry, "", r.second)
	all.All, all.Typed = true, "ALL"
	r.wantConfirmed(t, r.delegate(t, all))
	rows = r.read(t)
	held := governance.Holder{Address: r.second, Name: "second.practice.eth", Kind: governance.DelegateRegistry, All: true, Share: 1}
	for _, id := range []string{registrySpace, longSpace} {
		if got := rows[id].Held; len(got) != 1 || got[0] != held {
			t.Errorf("%s: %+v", id, got)
		}
	}
	if got := rows[tokenSpace].Held; len(got) != 1 || got[0].Kind != governance.DelegateToken || got[0].Address != r.second || got[0].All {
		t.Errorf("%+v", got)
	}
	_, third := voter(t, "three")
	r.wantConfirmed(t, r.delegate(t, r.ask(governance.DelegateRegistry, registrySpace, third)))
	if got := r.read(t)[registrySpace].Held; len(got) != 1 || got[0].Address != third || got[0].All || got[0].Name != "" {
		t.Errorf("the entry for the space goes first: %+v", got)
	}
	r.wantConfirmed(t, r.delegate(t, r.ask(governance.DelegateToken, tokenSpace, r.account)))
	if got := r.read(t)[tokenSpace].Held; len(got) != 0 {
		t.Errorf("its own delegate: %+v", got)
	}
}

// What others gave the account, by space.
func TestDelegators(t *testing.T) {
	r, _ := newAccountRig(t)
	r.follow(registrySpace, longSpace)
	r.world.AddSpace(demo.Space{ID: "other.eth", Name: "Other", Network: "1", Strategies: []demo.Strategy{{Name: "with-delegation", Params: json.RawMessage(`{}`)}}})
	r.open(t, governance.Basic, func(p *demo.Proposal) { p.Space = "other.eth" })
	give := func(space string) {
		t.Helper()
		id := ballot.AllSpaces()
		var err error
		if space != "" {
			id, err = ballot.SpaceKey(space)
		}
		data := ballot.ClearDelegate(id)
		if err == nil {
			data, err = ballot.SetDelegate(id, r.account)
		}
		if err != nil {
			t.Fatal(err)
		}
		r.sendAs(t, "two", ballot.RegistryV1, data, 200_000)
		r.chain.Commit()
	}
	give(registrySpace)
	rows := r.read(t)
	if got := rows[registrySpace].Delegators; len(got) != 1 || got[0].Address != r.second || got[0].All || got[0].Name != "second.practice.eth" {
		t.Errorf("%+v", got)
	}
	if _, shown := rows["other.eth"]; shown || len(rows[longSpace].Delegators) != 0 {
		t.Errorf("%+v", rows)
	}
	give("")
	rows = r.read(t)
	for id, all := range map[string]bool{registrySpace: false, longSpace: true, "other.eth": true} {
		if got := rows[id].Delegators; len(got) != 1 || got[0].Address != r.second || got[0].All != all {
			t.Errorf("%s: %+v", id, got)
		}
	}
}

func TestSplitDelegationIsShown(t *testing.T) {
	r, _ := newAccountRig(t)
	_, third := voter(t, "three")
	r.follow(splitSpace)
	delegates := []string{r.second, third}
	slices.SortFunc(delegates, func(a, b string) int { return strings.Compare(ballot.Lower(a), ballot.Lower(b)) })
	r.sendAs(t, "one", ballot.SplitV2, splitCall(splitSpace, delegates), 500_000)
	r.chain.Commit()
	got := r.read(t)[splitSpace].Held
	if len(got) != 2 || got[0].Address != delegates[0] || got[0].Share != 0.25 || got[1].Share != 0.75 || got[1].Kind != governance.DelegateSplit {
		t.Errorf("%+v", got)
	}
}

// splitCall encodes setDelegation(context, [(a, 1), (b, 3)], 0).
func splitCall(space string, delegates []string) string {
	word := func(b []byte) []byte { return common.LeftPadBytes(b, 32) }
	out := crypto.Keccak256([]byte("setDelegation(string,(bytes32,uint256)[],uint256)"))[:4]
	for _, b := range [][]byte{{0x60}, {0xa0}, nil, {byte(len(space))}} {
		out = append(out, word(b)...)
	}
	out = append(out, common.RightPadBytes([]byte(space), 32)...)
	out = append(out, word([]byte{2})...)
	for i, d := range delegates {
		out = append(append(out, word(common.FromHex(d))...), word([]byte{byte(1 + 2*i)})...)
	}
	return "0x" + common.Bytes2Hex(out)
}

// One DAO that fails, and a chain that does, keep what was known and say so;
// the others go on.
func TestAccountWithFaults(t *testing.T) {
	r, hub := newAccountRig(t)
	r.world.SetPower(registrySpace, r.account, 7)
	r.wantConfirmed(t, r.delegate(t, r.ask(governance.DelegateRegistry, registrySpace, r.second)))
	good := r.read(t)
	hub.refuses[registrySpace] = true
	r.world.SetPower(plainSpace, r.account, 99)
	chains := r.agent.Chains
	r.agent.Chains = &testChains{err: governance.Errorf(governance.Upstream, "The node is down.")}
	r.clock.move(time.Minute)
	rows := r.read(t)
	d := rows[registrySpace]
	if d.Power != 7 || d.PowerError != "The hub cannot count this space." || d.ChainError != "The node is down." || len(d.Held) != 1 || d.Held[0].Address != r.second || !d.Read.Equal(good[registrySpace].Read) {
		t.Errorf("%+v", d)
	}
	if d := rows[plainSpace]; d.Power != 99 || d.PowerError != "" || d.ChainError != "" {
		t.Errorf("%+v", d)
	}
	r.agent.Chains = nil
	if d = r.read(t)[registrySpace]; !strings.Contains(d.ChainError, "MANDATE_RPC_1") {
		t.Errorf("%+v", d)
	}
	hub.refuses, r.agent.Chains = nil, chains
	if d = r.read(t)[registrySpace]; d.PowerError != "" || d.ChainError != "" || !d.Read.After(good[registrySpace].Read) {
		t.Errorf("%+v", d)
	}
	// A hub that is down takes nothing away.
	r.world.FailAll(demo.FaultHTML)
	if err := r.agent.AccountOnce(t.Context(), r.account); err == nil {
		t.Error("no error of a hub that is down")
	}
	if after := r.rows(t); len(after) != 2 || after[registrySpace].Power != 7 || after[registrySpace].PowerError == "" {
		t.Errorf("%+v", after)
	}
	for account, code := range map[string]governance.Code{"me": governance.Invalid, "": governance.Invalid} {
		if err := r.agent.AccountOnce(t.Context(), account); governance.CodeOf(err) != code {
			t.Errorf("%q: %v", account, err)
		}
	}
}

func TestVoteHistory(t *testing.T) {
	r, hub := newAccountRig(t)
	start := r.clock.now()
	for n := range 30 { // proposal 4 is of token.eth or another space of the rig; the rest are not here
		r.castElsewhere(n+1, registrySpace, start.Add(-time.Duration(n)*24*time.Hour))
	}
	r.read(t)
	page, err := r.store.Votes(t.Context(), store.VoteFilter{Account: r.account})
	if err != nil || page.Total == 0 {
		t.Fatal(page.Total, err)
	}
	known := page.Total
	if !hub.since[0].IsZero() {
		t.Errorf("the first reading begins at %v", hub.since[0])
	}
	r.clock.move(time.Hour)
	ref := r.open(t, governance.Basic)
	r.submit(t, r.prepare(t, ref, `2`))
	if err := r.agent.SettleOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.read(t)
	if since := hub.since[len(hub.since)-1]; since.Before(start.Add(-hubLag - time.Second)) {
		t.Errorf("it began again at %v", since)
	}
	page, err = r.store.Votes(t.Context(), store.VoteFilter{Account: r.account})
	if err != nil || page.Total != known+1 || page.Items[0].Ref != ref || page.Items[0].IntentID == "" || page.Items[0].Title == "" || page.Items[0].DAOName != "Quarry" {
		t.Errorf("%+v %v", page.Items[0], err)
	}
	// A hub that fails in the middle keeps what came before.
	r.world.FailAll(demo.FaultHTML)
	if err := r.agent.saveHistory(t.Context(), r.account); err == nil {
		t.Error("no error")
	}
	if after, err := r.store.Votes(t.Context(), store.VoteFilter{Account: r.account}); err != nil || after.Total != page.Total {
		t.Errorf("%d, %v", after.Total, err)
	}
}

// By jobs: asked for often, read once; asked for meanwhile, read again; and
// every account in use by itself.
func TestWatchAccount(t *testing.T) {
	r, hub := newAccountRig(t)
	if err := r.store.AddLogin(t.Context(), governance.Login{ID: "1", Account: r.account, Created: r.clock.now(), Expires: r.clock.now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	r.agent.Venues = nil // only accounts are read here
	for range 5 {
		if err := r.agent.WatchAccount(t.Context(), r.account); err != nil {
			t.Fatal(err)
		}
	}
	if !r.agent.Reading(r.owner) || r.agent.Reading(r.second) {
		t.Error("it is not said to be read")
	}
	if err := r.store.StartJobs(t.Context(), r.agent.Jobs()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.store.StopJobs(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	until := time.Now().Add(30 * time.Second)
	for len(r.rows(t)) == 0 || r.agent.Reading(r.account) {
		if time.Now().After(until) {
			t.Fatalf("never read: %+v", r.rows(t))
		}
		time.Sleep(20 * time.Millisecond)
	}
	if len(hub.since) > 2 { // one was asked for, one may be the periodic one
		t.Errorf("read %d times", len(hub.since))
	}
	if err := (&Agent{Store: r.store}).WatchAccount(t.Context(), r.account); err != nil {
		t.Errorf("without a hub there is nothing to do: %v", err)
	}
}

// An account that is asked for while it is read is read once more.
func TestWatchAccountAgain(t *testing.T) {
	r, hub := newAccountRig(t)
	hold := &heldHub{pickyHub: hub, entered: make(chan struct{}), leave: make(chan struct{})}
	r.agent.Hub = hold
	done := make(chan error)
	go func() { done <- r.agent.accountJob(context.Background(), AccountArgs{Account: r.owner}) }()
	<-hold.entered
	if err := r.agent.WatchAccount(t.Context(), r.account); err != nil {
		t.Fatal(err)
	}
	if err := r.agent.accountJob(t.Context(), AccountArgs{Account: r.owner}); err != nil { // a second job leaves it to the first
		t.Fatal(err)
	}
	if !r.agent.Reading(r.account) {
		t.Error("it is not said to be read")
	}
	close(hold.leave)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := len(hub.since); n != 1 {
		t.Errorf("read %d times", n)
	}
	if !r.agent.Reading(r.account) {
		t.Error("the next job is not queued")
	}
	r.clock.move(queuedFor) // another process took it
	if r.agent.Reading(r.account) {
		t.Error("a job that never came counts for ever")
	}
}

// heldHub stops at the first question until it is told.
type heldHub struct {
	*pickyHub
	entered, leave chan struct{}
}

func (h *heldHub) Aliases(ctx context.Context, owner string) ([]governance.Alias, error) {
	close(h.entered)
	<-h.leave
	return h.pickyHub.Aliases(ctx, owner)
}
