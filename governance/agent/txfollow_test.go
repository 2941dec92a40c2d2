package agent

import (
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/governancetest/govkit"
)

// prepared is a rig with an open proposal and a vote of the second voter that
// is ready to be sent, on a node that makes no blocks by itself.
func preparedVote(t *testing.T, choice string) (*chainRig, governance.Ref, governance.Prepared) {
	t.Helper()
	r := newChainRig(t, govkit.OZ4)
	ref := r.open(t, "# Pay the last voter\n\nOne ether.")
	p := r.prepare(t, r.request(t, ref, 1, choice))
	r.byHand(t, true)
	return r, ref, p
}

func (r *chainRig) rpc(t *testing.T, method string, args ...any) {
	t.Helper()
	if err := r.Client.Client().CallContext(t.Context(), nil, method, args...); err != nil {
		t.Fatal(method, err)
	}
}

func TestVoteReverts(t *testing.T) {
	r, ref, p := preparedVote(t, `1`)
	hash := r.put(t, 1, p.Transaction.To, p.Transaction.Data, r.nonce(t, 1), 1e9, 30_000) // too little gas
	r.submit(t, 1, p, Signed{TxHash: hash})
	if i := r.settle(t, 1, p.ID, 10*time.Second); i.State != governance.IntentSent || i.Note != txWaits {
		t.Fatal(brief(i))
	}
	r.Mine(1)
	if i := r.settle(t, 1, p.ID, 10*time.Second); i.State != governance.IntentSent || !strings.Contains(i.Note, "failed there") {
		t.Error(brief(i))
	}
	r.Mine(3)
	i := r.settle(t, 1, p.ID, time.Minute)
	if i.State != governance.IntentFailed || !strings.Contains(i.Note, "No vote was cast. The fee was paid") {
		t.Error(brief(i))
	}
	// What would fail is refused before it is sent, by name.
	r.byHand(t, false)
	r.Vote(r.Voters[2], r.id(ref), 1)
	_, err := r.agent.PrepareVote(t.Context(), r.request(t, ref, 2, `1`))
	wantRefused(t, err, governance.Conflict, "voted already")
}

// A vote that was sent again with a higher fee, and one whose place something
// else took.
func TestVoteIsReplaced(t *testing.T) {
	r, _, p := preparedVote(t, `1`)
	nonce := r.nonce(t, 1)
	r.submit(t, 1, p, Signed{TxHash: r.put(t, 1, p.Transaction.To, p.Transaction.Data, nonce, 1e9, 500_000)})
	if i := r.settle(t, 1, p.ID, 10*time.Second); i.Note != txWaits {
		t.Fatal(brief(i))
	}
	second := r.put(t, 1, p.Transaction.To, p.Transaction.Data, nonce, 5e9, 500_000)
	r.Mine(1)
	if i := r.settle(t, 1, p.ID, 10*time.Second); i.State != governance.IntentSent || !strings.Contains(i.Note, "Another transaction cast the vote") {
		t.Error(brief(i))
	}
	r.Mine(3)
	i := r.settle(t, 1, p.ID, time.Minute)
	r.wantConfirmed(t, i, 100_000)
	if i.Receipt.ID != second || i.Receipt.Verified || !strings.Contains(i.Receipt.Note, "another transaction") {
		t.Error(brief(i))
	}

	r, _, p = preparedVote(t, `1`)
	nonce = r.nonce(t, 1)
	r.submit(t, 1, p, Signed{TxHash: r.put(t, 1, p.Transaction.To, p.Transaction.Data, nonce, 1e9, 500_000)})
	r.put(t, 1, r.Voters[2].Address.Hex(), "0x", nonce, 5e9, 50_000)
	r.Mine(4)
	i = r.settle(t, 1, p.ID, 2*time.Hour)
	if i.State != governance.IntentFailed || !strings.Contains(i.Note, "No vote was cast") && !strings.Contains(i.Note, "no vote was cast") {
		t.Error(brief(i))
	}
}

func TestVoteIsDropped(t *testing.T) {
	r, ref, p := preparedVote(t, `1`)
	hash := r.put(t, 1, p.Transaction.To, p.Transaction.Data, r.nonce(t, 1), 1e9, 500_000)
	r.submit(t, 1, p, Signed{TxHash: hash})
	r.rpc(t, "anvil_dropTransaction", hash)
	if i := r.settle(t, 1, p.ID, 10*time.Second); i.State != governance.IntentSent || i.Note != txUnknown {
		t.Fatal(brief(i))
	}
	i := r.settle(t, 1, p.ID, time.Hour)
	if i.State != governance.IntentFailed || !strings.Contains(i.Note, "dropped or replaced") {
		t.Error(brief(i))
	}
	r.byHand(t, false)
	r.wantConfirmed(t, r.vote(t, r.request(t, ref, 1, `1`), 1), 100_000)
}

// A block that is replaced takes the vote back: it is never confirmed before
// its block is final, and confirmed once it is there again.
func TestVoteIsReorged(t *testing.T) {
	r, ref, p := preparedVote(t, `1`)
	nonce := r.nonce(t, 1)
	hash := r.put(t, 1, p.Transaction.To, p.Transaction.Data, nonce, 1e9, 500_000)
	r.submit(t, 1, p, Signed{TxHash: hash})
	r.Mine(1)
	if i := r.settle(t, 1, p.ID, 10*time.Second); i.State != governance.IntentSent || !wasInBlock(&i) {
		t.Fatal(brief(i))
	}
	r.Reorg(1)
	i := r.settle(t, 1, p.ID, 20*time.Second)
	if i.State != governance.IntentSent || wasInBlock(&i) {
		t.Error("after the block was replaced: ", brief(i))
	}
	if voted, _, _, err := r.reads.HasVoted(t.Context(), r.gov, ref, r.Voters[1].Address.Hex()); err != nil || voted {
		t.Fatal("the chain still has the vote: ", err)
	}
	if n, err := r.Client.NonceAt(t.Context(), r.Voters[1].Address, nil); err != nil || n != nonce {
		t.Fatal(n, err)
	}
	r.byHand(t, false)
	r.put(t, 1, p.Transaction.To, p.Transaction.Data, nonce, 2e9, 500_000)
	r.Mine(4)
	i = r.settle(t, 1, p.ID, time.Minute)
	r.wantConfirmed(t, i, 100_000)
}

// Delegation at a governor's token: by transaction and by a relayed signature.
func TestTokenDelegationOfGovernors(t *testing.T) {
	for _, kind := range []govkit.Kind{govkit.OZ5, govkit.Alpha} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := newChainRig(t, kind)
			account, to := r.Voters[4].Address.Hex(), r.Voters[1].Address.Hex()
			ask := DelegationRequest{Owner: r.owner(4), Account: account, DAO: r.gov.DAO, Method: governance.DelegateToken, Delegate: to, BySignature: true}
			p, err := r.agent.PrepareDelegation(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			i := r.submit(t, 4, p, Signed{Signature: r.sign(t, 4, p)})
			if i.State != governance.IntentSigned || i.Note != delegationWaits {
				t.Fatal(brief(i))
			}
			f, err := r.agent.BallotFile(t.Context(), ask.Owner, p.ID)
			if err != nil || !ballot.Same(f.To, r.gov.Token.Address) {
				t.Fatalf("%+v, %v", f, err)
			}
			r.relay(t, 2, f)
			if i = r.settle(t, 4, p.ID, 10*time.Minute); i.State != governance.IntentConfirmed {
				t.Fatal(brief(i))
			}
			_, err = r.agent.PrepareDelegation(t.Context(), ask)
			wantRefused(t, err, governance.Conflict, "already")
			ask.BySignature, ask.Delegate = false, account
			if p, err = r.agent.PrepareDelegation(t.Context(), ask); err != nil || p.Transaction.Fee == nil {
				t.Fatalf("%+v, %v", p.Transaction, err)
			}
			r.submit(t, 4, p, Signed{TxHash: r.send(t, 4, p.Transaction)})
			if i = r.settle(t, 4, p.ID, time.Minute); i.State != governance.IntentConfirmed {
				t.Error(brief(i))
			}
			if err := r.agent.AccountOnce(t.Context(), account); err != nil {
				t.Fatal(err)
			}
			list, err := r.store.Delegations(t.Context(), account)
			if err != nil || len(list) != 1 || list[0].Power != tokens(r.Each, 18) || len(list[0].Held) != 0 || list[0].Rules[0].Kind != governance.DelegateToken {
				t.Errorf("%+v, %v", list, err)
			}
		})
	}
}
