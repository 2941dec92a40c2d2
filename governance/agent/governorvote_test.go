package agent

import (
	"encoding/json"
	"math/big"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/chain"
	"mandate/governance/governancetest/govkit"
	"mandate/governance/governor"
)

// A vote by transaction goes to a final block at each kind of governor, and
// what the chain counts is what was chosen.
func TestVoteAtGovernors(t *testing.T) {
	for _, kind := range []govkit.Kind{govkit.OZ5, govkit.OZ5Blocks, govkit.OZ4, govkit.BravoLike, govkit.Alpha} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := newChainRig(t, kind)
			ref := r.open(t, "# Pay the last voter\n\nOne ether.")
			q := r.request(t, ref, 1, `1`)
			if kind != govkit.Alpha {
				q.Reason = "It is owed."
			}
			p := r.prepare(t, q)
			if p.Transaction == nil || p.Transaction.To != r.Governor.Hex() || p.Transaction.Value != "0x0" || p.Transaction.Fee == nil || p.Transaction.Fee.Gas == 0 {
				t.Fatalf("%+v", p.Transaction)
			}
			for name, want := range map[string]string{"Your vote": "For", "Voting power": "00,000", "Contract": r.Governor.Hex(), "Chain": "1", "Function": "castVote",
				"Network fee": "gas", "Final": "cannot be changed", "Proposal": "Pay the last voter", "Checked": "by one node"} {
				if got := shownOf(p, name); !strings.Contains(got, want) {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			hash := r.send(t, 1, p.Transaction)
			r.submit(t, 1, p, Signed{TxHash: hash})
			if i := r.settle(t, 1, p.ID, 20*time.Second); i.State != governance.IntentSent || !strings.Contains(i.Note, "once that block is final") {
				t.Fatal("before its block is final: ", brief(i))
			}
			r.Mine(3)
			i := r.settle(t, 1, p.ID, time.Minute)
			r.wantConfirmed(t, i, tokens(r.Each, 18))
			if i.Receipt.ID != hash || !i.Receipt.Verified {
				t.Error(brief(i))
			}
			_, err := r.agent.PrepareVote(t.Context(), q)
			wantRefused(t, err, governance.Conflict, "on-chain vote")
		})
	}
}

// Ballots by signature are relayed by a third account.
func TestBallotsAreRelayed(t *testing.T) {
	for _, kind := range []govkit.Kind{govkit.OZ5, govkit.OZ4, govkit.BravoLike, govkit.Alpha} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := newChainRig(t, kind)
			ref := r.open(t, "# Pay the last voter\n\nOne ether.")
			q := r.request(t, ref, 2, `0`)
			q.Method = governance.BySignature
			if kind == govkit.OZ5 || kind == govkit.OZ4 {
				q.Reason = "It is not owed."
			}
			p := r.prepare(t, q)
			_, err := r.agent.BallotFile(t.Context(), q.Owner, p.ID)
			wantRefused(t, err, governance.Conflict, "not signed")
			sig := r.sign(t, 2, p)
			i := r.submit(t, 2, p, Signed{Signature: sig})
			if i.State != governance.IntentSigned || !strings.Contains(i.Note, "Anyone may relay") {
				t.Fatal(brief(i))
			}
			if again := r.submit(t, 2, p, Signed{Signature: sig}); again.ID != i.ID || again.State != i.State {
				t.Error(brief(again))
			}
			f, err := r.agent.BallotFile(t.Context(), q.Owner, p.ID)
			if err != nil || f.Format != ballotFormat || f.To != r.Governor.Hex() || f.Account != q.Account || f.Ref != ref || f.Signature != sig || f.Digest != p.Digest ||
				!strings.Contains(f.Note, "no expiry") || string(f.TypedData) != string(p.TypedData) {
				t.Fatalf("%+v, %v", f, err)
			}
			_, err = r.agent.BallotFile(t.Context(), r.owner(1), p.ID)
			wantRefused(t, err, governance.NotFound, "")
			if i = r.settle(t, 2, p.ID, time.Minute); i.State != governance.IntentSigned || i.Note != ballotWaits {
				t.Fatal(brief(i))
			}
			_, err = r.agent.PrepareVote(t.Context(), q) // never two at once
			wantRefused(t, err, governance.Conflict, "still on its way")
			receipt := r.relay(t, 4, f)
			r.Mine(3)
			i = r.settle(t, 2, p.ID, 10*time.Minute)
			r.wantConfirmed(t, i, tokens(r.Each, 18))
			if i.Receipt.ID != receipt.TxHash.Hex() || !strings.Contains(i.Receipt.Note, "relayed") {
				t.Error(brief(i))
			}
			if kind == govkit.OZ5 || kind == govkit.OZ4 {
				r.counted(t, ref, 100_000, 0, 0)
			}
		})
	}
}

// One account splits its power, in two steps: by signature, then the rest.
func TestSplitVote(t *testing.T) {
	r := newChainRig(t, govkit.OZ5)
	ref := r.open(t, "# Pay the last voter\n\nOne ether.")
	q := r.request(t, ref, 1, `{"0":"10","2":"0.5"}`)
	q.Method, q.Reason = governance.BySignature, "Some of each."
	p := r.prepare(t, q)
	if shownOf(p, "Your vote") == "" || !strings.Contains(strings.Join(p.Warnings, " "), "stay unused") {
		t.Errorf("%v %v", p.Shown, p.Warnings)
	}
	r.submit(t, 1, p, Signed{Signature: r.sign(t, 1, p)})
	f, err := r.agent.BallotFile(t.Context(), q.Owner, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	r.relay(t, 3, f)
	r.Mine(3)
	r.wantConfirmed(t, r.settle(t, 1, p.ID, 10*time.Minute), 10.5)

	q = r.request(t, ref, 1, `{"1":"99999"}`)
	_, err = r.agent.PrepareVote(t.Context(), q)
	wantRefused(t, err, governance.Invalid, "only 99,989.5")
	if report, err := r.agent.PowerFor(t.Context(), q.Account, ref); err != nil || report.Total != 100_000 || !strings.Contains(strings.Join(report.Why, " "), "99,989.5") {
		t.Errorf("%+v, %v", report, err)
	}
	q.Choice = json.RawMessage(`{"1":"0.25"}`)
	r.wantConfirmed(t, r.vote(t, q, 1), 0.25)
	q.Choice = json.RawMessage(`1`) // what is left
	r.wantConfirmed(t, r.vote(t, q, 1), 99_989.25)
	r.counted0(t, ref, "10", "99989.5", "0.5")
	_, err = r.agent.PrepareVote(t.Context(), q)
	wantRefused(t, err, governance.Conflict, "all of its power already")
}

func (r *chainRig) counted0(t *testing.T, ref governance.Ref, want ...string) {
	t.Helper()
	for i, v := range r.Read(r.Governor, r.GovernorABI, "proposalVotes(uint256)", r.id(ref)) {
		if got := governance.FormatUnits(v.(*big.Int), 18); got != want[i] {
			t.Errorf("side %d has %s, want %s", i, got, want[i])
		}
	}
}

// Why nobody may vote: the state, the choice, the power, the page.
func TestChainVotesRefused(t *testing.T) {
	r := newChainRig(t, govkit.OZ4)
	ref := r.open(t, "# Pay the last voter\n\nOne ether.")
	with := func(change func(*VoteRequest)) VoteRequest {
		q := r.request(t, ref, 1, `1`)
		change(&q)
		return q
	}
	for _, c := range []struct {
		q     VoteRequest
		code  governance.Code
		words string
	}{
		{with(func(q *VoteRequest) { q.Owner = r.owner(2) }), governance.Denied, "Sign in as"},
		{with(func(q *VoteRequest) { q.Account = "0x12" }), governance.Invalid, "not an address"},
		{with(func(q *VoteRequest) { q.Ref += "0" }), governance.NotFound, ""},
		{with(func(q *VoteRequest) { q.Method = "carrier pigeon" }), governance.Invalid, "by transaction or by signature"},
		{with(func(q *VoteRequest) { q.ContentHash = "another" }), governance.Conflict, "not what you read"},
		{with(func(q *VoteRequest) { q.Choice = nil }), governance.Invalid, "Nothing is chosen"},
		{with(func(q *VoteRequest) { q.Choice = json.RawMessage(`3`) }), governance.Invalid, "no choice 3"},
		{with(func(q *VoteRequest) { q.Choice = json.RawMessage(`{"1":"1"}`) }), governance.Invalid, "cannot be split"},
		{with(func(q *VoteRequest) { q.Reason = strings.Repeat("x", 5001) }), governance.Invalid, "5001 characters"},
		{with(func(q *VoteRequest) { q.Reason = "\xff" }), governance.Invalid, "Unicode"},
		{r.request(t, ref, 4, `1`), governance.Denied, "delegated to nobody"},
	} {
		_, err := r.agent.PrepareVote(t.Context(), c.q)
		wantRefused(t, err, c.code, c.words)
	}
	early := r.Pay("# Too early\n\nOne ether.")
	r.Mine(4)
	r.read(t)
	_, err := r.agent.PrepareVote(t.Context(), r.request(t, governance.GovernorRef(r.gov.ID, early.String()), 1, `1`))
	wantRefused(t, err, governance.Conflict, "not begun")
	r.ToEnd(r.id(ref))
	_, err = r.agent.PrepareVote(t.Context(), r.request(t, ref, 1, `1`))
	wantRefused(t, err, governance.Conflict, "Voting is over: the governor says that the proposal is defeated")
	list, _, err := r.store.Intents(t.Context(), intentsOn(r.owner(1), ref))
	if err != nil || len(list) != 0 {
		t.Errorf("%d intents are stored, %v", len(list), err)
	}
}

// Why an account has no power, in the words of the page.
func TestNoPowerOnChain(t *testing.T) {
	r := newChainRig(t, govkit.OZ5)
	ref := r.open(t, "# Pay the last voter\n\nOne ether.")
	why := func(who int, words string) {
		t.Helper()
		report, err := r.agent.readChainPower(t.Context(), r.Voters[who].Address.Hex(), &governance.Proposal{Ref: ref})
		if got := strings.Join(report.Why, " "); err != nil || report.Total != 0 || !strings.Contains(got, words) {
			t.Errorf("%q, %v, want %q", got, err, words)
		}
		_, err = r.agent.PrepareVote(t.Context(), r.request(t, ref, who, `1`))
		wantRefused(t, err, governance.Denied, words)
	}
	why(4, "delegated to nobody")
	to := r.Token
	r.Send(r.Voters[4], &to, nil, r.Pack(r.TokenABI, "delegate(address)", r.Voters[4].Address))
	why(4, "counts for later proposals")
	r.Send(r.Voters[4], &to, nil, r.Pack(r.TokenABI, "delegate(address)", r.Voters[1].Address))
	why(4, "delegated to "+r.Voters[1].Address.Hex())
	r.Send(r.Voters[4], &to, nil, r.Pack(r.TokenABI, "transfer(address,uint256)", r.Voters[1].Address, r.Each))
	r.Send(r.Voters[4], &to, nil, r.Pack(r.TokenABI, "delegate(address)", r.Voters[4].Address))
	why(4, "holds no ")
}

// Two nodes of which one lies: nothing is done.
func TestNodesDisagree(t *testing.T) {
	r := newChainRig(t, govkit.OZ5)
	ref := r.open(t, "# Pay the last voter\n\nOne ether.")
	q := r.request(t, ref, 1, `1`)
	two := func(second string) {
		chains := chain.New(chain.Config{URLs: map[uint64][]string{1: {r.URL, second}}, Now: hurried()})
		r.agent.Chains, r.agent.Governors = chains, governor.New(governor.Config{Nodes: chains, Now: r.clock.now})
	}
	lying := httptest.NewServer(liar{r.URL})
	t.Cleanup(lying.Close)
	two(lying.URL)
	_, err := r.agent.PrepareVote(t.Context(), q)
	wantRefused(t, err, governance.Conflict, "")
	t.Log(err)
	two(strings.Replace(r.URL, "127.0.0.1", "localhost", 1))
	p := r.prepare(t, q)
	if !strings.Contains(shownOf(p, "Checked"), "2 independent nodes that agree") {
		t.Error(shownOf(p, "Checked"))
	}
}

// What the wallet gives back is checked before anything is stored.
func TestBallotSignatureRefused(t *testing.T) {
	r := newChainRig(t, govkit.OZ5)
	ref := r.open(t, "# Pay the last voter\n\nOne ether.")
	q := r.request(t, ref, 1, `1`)
	q.Method = governance.BySignature
	p := r.prepare(t, q)
	for raw, words := range map[string]string{
		"": "signature", "0x": "bytes", "0x12": "bytes", "0x" + strings.Repeat("11", 64): "64 bytes",
		sign(t, r.Voters[2].Key, p): "Signed by " + r.Voters[2].Address.Hex(),
	} {
		_, err := r.agent.Submit(t.Context(), q.Owner, p.ID, Signed{Signature: raw})
		wantRefused(t, err, governance.Invalid, words)
	}
	// Voted meanwhile by another way.
	sig := r.sign(t, 1, p)
	r.Vote(r.Voters[1], r.id(ref), 0)
	_, err := r.agent.Submit(t.Context(), q.Owner, p.ID, Signed{Signature: sig})
	if governance.CodeOf(err) != governance.Conflict && governance.CodeOf(err) != governance.Invalid {
		t.Error(err)
	}
	// Too late.
	q = r.request(t, ref, 2, `1`)
	q.Method = governance.BySignature
	p = r.prepare(t, q)
	r.clock.move(signWithin + time.Minute)
	_, err = r.agent.Submit(t.Context(), q.Owner, p.ID, Signed{Signature: r.sign(t, 2, p)})
	wantRefused(t, err, governance.Conflict, "too long ago")
}

// A ballot that nobody relays ends with the vote; one may stop waiting for it.
func TestBallotExpires(t *testing.T) {
	r := newChainRig(t, govkit.OZ4)
	ref := r.open(t, "# Pay the last voter\n\nOne ether.")
	var ids []string
	for _, who := range []int{1, 2} {
		q := r.request(t, ref, who, `1`)
		q.Method = governance.BySignature
		p := r.prepare(t, q)
		r.submit(t, who, p, Signed{Signature: r.sign(t, who, p)})
		ids = append(ids, p.ID)
	}
	i, err := r.agent.StopWaiting(t.Context(), r.owner(2), ids[1])
	if err != nil || i.State != governance.IntentSuperseded || !strings.Contains(i.Note, "stays valid") {
		t.Error(brief(i), err)
	}
	// The account votes anew, otherwise.
	r.wantConfirmed(t, r.vote(t, r.request(t, ref, 2, `0`), 2), 100_000)
	r.ToEnd(r.id(ref))
	r.Mine(4)
	r.sync(t)
	if i = r.settle(t, 1, ids[0], 2*time.Hour); i.State != governance.IntentExpired || !strings.Contains(i.Note, "Nobody relayed it") {
		t.Error(brief(i))
	}
}

// Another vote of the account than the signed one.
func TestBallotIsOvertaken(t *testing.T) {
	r := newChainRig(t, govkit.OZ5)
	ref := r.open(t, "# Pay the last voter\n\nOne ether.")
	q := r.request(t, ref, 1, `1`)
	q.Method = governance.BySignature
	p := r.prepare(t, q)
	r.submit(t, 1, p, Signed{Signature: r.sign(t, 1, p)})
	r.Vote(r.Voters[1], r.id(ref), 0)
	r.Mine(3)
	i := r.settle(t, 1, p.ID, 10*time.Minute)
	if i.State != governance.IntentSuperseded || !strings.Contains(i.Note, "counts instead: Against") {
		t.Error(brief(i))
	}
}
