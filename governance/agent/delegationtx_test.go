package agent

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/ballot"
)

// A hash of something else is refused, known or not.
func TestSubmitAnotherTransaction(t *testing.T) {
	r := newDelegationRig(t)
	p := r.prepareDelegation(t, r.ask(governance.DelegateRegistry, registrySpace, r.second))
	wrong := map[string]string{
		r.sendAs(t, "two", p.Transaction.To, p.Transaction.Data, 300_000):                       "not of your account",
		r.sendAs(t, "one", r.chain.Token(), p.Transaction.Data, 300_000):                        "not the one that was shown",
		r.sendAs(t, "one", p.Transaction.To, ballot.ClearDelegate(ballot.AllSpaces()), 300_000): "not the one that was shown",
		"0x" + strings.Repeat("ab", 31):                                                         "64 hex digits",
		strings.Repeat("ab", 33):                                                                "64 hex digits",
		"":                                                                                      "64 hex digits",
		"0x" + strings.Repeat("zz", 32):                                                         "64 hex digits",
	}
	for hash, words := range wrong {
		_, err := r.agent.Submit(t.Context(), r.owner, p.ID, Signed{TxHash: hash})
		wantRefused(t, err, governance.Invalid, words)
	}
	_, err := r.agent.Submit(t.Context(), ballot.Lower(r.second), p.ID, Signed{TxHash: "0x" + strings.Repeat("ab", 32)})
	wantRefused(t, err, governance.NotFound, "")
	i, err := r.store.Intent(t.Context(), r.owner, p.ID)
	if err != nil || i.State != governance.IntentArmed || i.Digest != "" {
		t.Error(brief(i), err)
	}
}

// A transaction that turns out to be something else only when a node knows it.
func TestTransactionTurnsOutWrong(t *testing.T) {
	r := newDelegationRig(t)
	p := r.prepareDelegation(t, r.ask(governance.DelegateRegistry, registrySpace, r.second))
	late := &lateChain{Chains: r.agent.Chains}
	r.agent.Chains = late
	i, err := r.agent.Submit(t.Context(), r.owner, p.ID, Signed{TxHash: "0x" + strings.Repeat("ab", 32)})
	if err != nil || i.State != governance.IntentSent {
		t.Fatal(brief(i), err)
	}
	again, err := r.agent.Submit(t.Context(), r.owner, p.ID, Signed{TxHash: "0x" + strings.Repeat("AB", 32)})
	if err != nil || again.State != governance.IntentSent {
		t.Error(brief(again), err)
	}
	_, err = r.agent.Submit(t.Context(), r.owner, p.ID, Signed{TxHash: "0x" + strings.Repeat("cd", 32)})
	wantRefused(t, err, governance.Conflict, "sent already")
	if i = r.settle(t, p.ID, time.Minute); i.State != governance.IntentSent || !strings.Contains(i.Note, "No node knows") {
		t.Error(brief(i))
	}
	late.mined = governance.Mined{Known: true, From: r.second, To: p.Transaction.To, Data: p.Transaction.Data}
	if i = r.settle(t, p.ID, time.Minute); i.State != governance.IntentFailed || !strings.Contains(i.Note, "not of your account") {
		t.Error(brief(i))
	}
}

// lateChain says about transactions what a test writes down.
type lateChain struct {
	Chains
	mined governance.Mined
	err   error
}

func (c *lateChain) Transaction(context.Context, uint64, string) (governance.Mined, error) {
	return c.mined, c.err
}

func TestDroppedTransaction(t *testing.T) {
	r := newDelegationRig(t)
	submit := func() governance.Prepared {
		t.Helper()
		p := r.prepareDelegation(t, r.ask(governance.DelegateRegistry, registrySpace, r.second))
		if _, err := r.agent.Submit(t.Context(), r.owner, p.ID, Signed{TxHash: "0x" + strings.Repeat("ab", 32)}); err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := submit()
	r.clock.move(unknownFor)
	if i := r.settle(t, p.ID, time.Minute); i.State != governance.IntentFailed || !strings.Contains(i.Note, "dropped, or never sent") {
		t.Error(brief(i))
	}
	// Replaced in the wallet by another transaction that does the same.
	p = submit()
	r.send(t, *p.Transaction)
	r.chain.Commit()
	i := r.settle(t, p.ID, time.Minute)
	if i.State != governance.IntentConfirmed || !strings.Contains(i.Receipt.Note, "another transaction") || i.Receipt.Verified {
		t.Error(brief(i))
	}
}

// A transaction that fails in its block, and one whose block comes too late.
func TestTransactionFails(t *testing.T) {
	r := newDelegationRig(t)
	p := r.prepareDelegation(t, r.ask(governance.DelegateRegistry, registrySpace, r.second))
	hash := r.sendAs(t, "one", p.Transaction.To, p.Transaction.Data, 25_000) // too little gas
	if _, err := r.agent.Submit(t.Context(), r.owner, p.ID, Signed{TxHash: hash}); err != nil {
		t.Fatal(err)
	}
	r.chain.Commit()
	i := r.settle(t, p.ID, time.Minute)
	if i.State != governance.IntentFailed || !strings.Contains(i.Note, "it failed there: nothing changed") || r.named(t, registrySpace) != "" {
		t.Error(brief(i))
	}

	p = r.prepareDelegation(t, r.ask(governance.DelegateRegistry, registrySpace, r.second))
	if _, err := r.agent.Submit(t.Context(), r.owner, p.ID, Signed{TxHash: r.send(t, *p.Transaction)}); err != nil {
		t.Fatal(err)
	}
	_, err := r.agent.PrepareDelegation(t.Context(), r.ask(governance.DelegateRegistry, registrySpace, r.second))
	wantRefused(t, err, governance.Conflict, "still on its way")
	r.clock.move(pendingFor)
	if i = r.settle(t, p.ID, time.Minute); i.State != governance.IntentFailed || !strings.Contains(i.Note, "no block after six hours") {
		t.Error(brief(i))
	}
}

// Mined is not enough: the contract itself has to say so.
func TestMinedButNotThere(t *testing.T) {
	r := newDelegationRig(t)
	p := r.prepareDelegation(t, r.ask(governance.DelegateRegistry, registrySpace, r.second))
	tx := *p.Transaction
	late := &lateChain{Chains: r.agent.Chains, mined: governance.Mined{Known: true, Mined: true, Block: 9, From: tx.From, To: tx.To, Data: tx.Data}}
	r.agent.Chains = late
	if _, err := r.agent.Submit(t.Context(), r.owner, p.ID, Signed{TxHash: "0x" + strings.Repeat("ab", 32)}); err != nil {
		t.Fatal(err)
	}
	i := r.settle(t, p.ID, time.Minute)
	if i.State != governance.IntentSent || i.Note != "The transaction is in block 9. It is being read back." {
		t.Error(brief(i))
	}
	late.err = governance.Errorf(governance.Upstream, "The node is down.")
	if i = r.settle(t, p.ID, 30*time.Second); i.State != governance.IntentSent || !strings.Contains(i.Note, "The node is down") {
		t.Error(brief(i))
	}
	late.err = nil
	r.clock.move(unreadFor)
	// Other nodes may be a block behind: that says nothing yet.
	if i = r.settle(t, p.ID, time.Minute); i.State != governance.IntentSent {
		t.Error(brief(i))
	}
	late.mined.Depth = deepEnough
	if i = r.settle(t, p.ID, time.Minute); i.State != governance.IntentFailed || !strings.Contains(i.Note, "now names nobody") {
		t.Error(brief(i))
	}
}

// A contract wallet's owner sends; what counts is what the registry says.
func TestContractWalletDelegates(t *testing.T) {
	r := newDelegationRig(t)
	_, r.account = voter(t, "a contract wallet")
	r.owner = strings.ToLower(r.account)
	p := r.prepareDelegation(t, r.ask(governance.DelegateRegistry, registrySpace, r.second))
	inner := common.FromHex(p.Transaction.Data)
	call := hexutil.Encode(execute(p.Transaction.To, inner))
	hash := r.sendAs(t, "one", r.account, call, 500_000)
	if i, err := r.agent.Submit(t.Context(), r.owner, p.ID, Signed{TxHash: hash}); err != nil {
		t.Fatal(brief(i), err)
	}
	r.chain.Commit()
	r.wantConfirmed(t, r.settle(t, p.ID, time.Minute))
}

// execute encodes the contract wallet's execute(address,uint256,bytes).
func execute(to string, data []byte) []byte {
	out := crypto.Keccak256([]byte("execute(address,uint256,bytes)"))[:4]
	for _, word := range [][]byte{common.FromHex(to), nil, {0x60}, {byte(len(data))}} {
		out = append(out, common.LeftPadBytes(word, 32)...)
	}
	return append(out, common.RightPadBytes(data, (len(data)+31)/32*32)...)
}
