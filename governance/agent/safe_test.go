package agent

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/demo"
)

// testChains is a chain that tests write down: who is a contract, who owns
// it, and who holds whose power.
type testChains struct {
	owners    map[string]string // contract → its owner
	delegates map[string]string // "account space" → delegate
	err       error
}

func (c *testChains) Has(chain uint64) bool { return chain == 1 }
func (c *testChains) IsContract(_ context.Context, _ uint64, address string) (bool, error) {
	return c.owners[address] != "", c.err
}

func (c *testChains) ValidSignature(_ context.Context, _ uint64, account string, digest [32]byte, sig []byte) (bool, error) {
	who, err := ballot.Recover(digest, sig)
	return err == nil && c.owners[account] == who, c.err
}
func (c *testChains) Name(context.Context, string) (string, error) { return "", c.err }
func (c *testChains) RegistryDelegate(_ context.Context, _ uint64, registry, account, space string) (string, error) {
	if registry != ballot.RegistryV1 {
		return "", c.err
	}
	return c.delegates[account+" "+space], c.err
}

func (c *testChains) RegistryDelegators(context.Context, uint64, string, string, []string) ([]governance.Holder, error) {
	return nil, c.err
}

func (c *testChains) TokenDelegate(_ context.Context, _ uint64, token, account string) (string, error) {
	return c.delegates[account+" "+token], c.err
}

func (c *testChains) SplitDelegation(context.Context, uint64, string, string, string) ([]governance.Holder, error) {
	return nil, c.err
}

func (c *testChains) Transaction(context.Context, uint64, string) (governance.Mined, error) {
	return governance.Mined{}, c.err
}

// What voting on chain needs is tested with real nodes.
func (c *testChains) Fee(context.Context, uint64, governance.Transaction) (governance.Fee, error) {
	return governance.Fee{}, c.err
}

func (c *testChains) Calls(context.Context, uint64, uint64, []governance.ContractCall) ([]governance.CallResult, error) {
	return nil, c.err
}

func (c *testChains) Head(context.Context, uint64) (governance.Head, error) {
	return governance.Head{}, c.err
}

// newSafeRig is a rig whose account is a contract wallet of the key.
func newSafeRig(t *testing.T) (*voteRig, *testChains) {
	t.Helper()
	r := newVoteRig(t)
	owner := r.account
	_, r.account = voter(t, "a contract wallet")
	r.owner = strings.ToLower(r.account)
	r.world.AddContractWallet(r.account, owner)
	r.world.SetPower(voteSpace, r.account, 12.5)
	chains := &testChains{owners: map[string]string{r.account: owner}}
	r.agent.Chains = chains
	return r, chains
}

func (r *voteRig) prepareSafe(t *testing.T) governance.Prepared {
	t.Helper()
	q := r.request(t, r.open(t, governance.Basic), `1`)
	q.Safe = true
	p, err := r.agent.PrepareVote(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(p.Warnings, func(s string) bool { return strings.Contains(s, "have to sign on chain") }) {
		t.Errorf("%q", p.Warnings)
	}
	return p
}

func TestSafeOwnersSignOnChain(t *testing.T) {
	for _, fault := range []demo.Fault{demo.FaultNone, demo.FaultHTML, demo.FaultStall, demo.FaultServerError} {
		t.Run(string("fault "+fault), func(t *testing.T) {
			r, _ := newSafeRig(t)
			p := r.prepareSafe(t)
			r.world.FailRelayer(fault)
			if _, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{}); err != nil {
				t.Fatal(err)
			}
			i := r.settle(t, p.ID, 30*time.Minute)
			if i.State != governance.IntentSent || !i.Safe || !strings.Contains(i.Note, "waits for this wallet's owners") || !strings.Contains(string(i.Envelope), `"sig":"0x"`) {
				t.Fatal(brief(i))
			}
			if err := r.world.SafeSigned(context.Background(), p.Digest); err != nil {
				t.Fatal(err)
			}
			i = r.settle(t, p.ID, 10*time.Minute)
			if i.State != governance.IntentConfirmed || i.Receipt.Note != "relayed by the Safe relayer" || i.Receipt.Power != 12.5 {
				t.Error(brief(i))
			}
			r.wantOneMessage(t, i)
		})
	}
}

// The relayer watches some chains only.
func TestSafeWhereNobodyWatches(t *testing.T) {
	for network, warned := range map[string]bool{"1": false, "42161": false, "5": true, "SN_MAIN": true} {
		d := draft{VoteRequest: VoteRequest{Safe: true}, space: governance.Space{Network: network}}
		text := strings.Join(warnVote(&d), " ")
		if strings.Contains(text, "not known to watch") != warned || !strings.Contains(text, "at most six days") {
			t.Errorf("%s: %s", network, text)
		}
	}
}

func TestSafeOwnersNeverSign(t *testing.T) {
	r, _ := newSafeRig(t)
	p := r.prepareSafe(t)
	if _, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{}); err != nil {
		t.Fatal(err)
	}
	r.settle(t, p.ID, time.Minute)
	r.clock.move(48 * time.Hour)
	i := r.settle(t, p.ID, 10*time.Minute)
	if i.State != governance.IntentExpired || !strings.Contains(i.Note, "did not sign in time") {
		t.Error(brief(i))
	}
}

func TestContractSignature(t *testing.T) {
	r, chains := newSafeRig(t)
	p := r.prepare(t, r.open(t, governance.Basic), `1`)
	stranger, _ := voter(t, "two")
	_, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: sign(t, stranger, p)})
	wantRefused(t, err, governance.Invalid, "Signed by 0x")
	_, err = r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: "0x" + strings.Repeat("ab", 130)})
	wantRefused(t, err, governance.Invalid, "does not accept this signature on chain 1")
	chains.err = governance.Errorf(governance.Upstream, "The node is down.")
	_, err = r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: sign(t, r.key, p)})
	wantRefused(t, err, governance.Upstream, "The node is down")
	chains.err = nil
	// The owner's own signature is the wallet's.
	i, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: sign(t, r.key, p)})
	if err != nil || i.Safe {
		t.Fatal(brief(i), err)
	}
	if i = r.settle(t, p.ID, time.Minute); i.State != governance.IntentConfirmed || !i.Receipt.Verified {
		t.Error(brief(i))
	}
	r.wantOneMessage(t, i)
}

// A wallet app that answers "0x" is a Safe's whose owners sign on chain; from
// a key it is nothing.
func TestEmptySignature(t *testing.T) {
	r, _ := newSafeRig(t)
	p := r.prepare(t, r.open(t, governance.Basic), `1`)
	i, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: "0x"})
	if err != nil || !i.Safe {
		t.Error(brief(i), err)
	}
	plain := newVoteRig(t)
	plain.agent.Chains = &testChains{}
	q := plain.request(t, plain.open(t, governance.Basic), `1`)
	p = plain.prepare(t, q.Ref, `1`)
	_, err = plain.agent.Submit(context.Background(), plain.owner, p.ID, Signed{Signature: "0x"})
	wantRefused(t, err, governance.Invalid, "0 bytes")
	q.Safe = true
	_, err = plain.agent.PrepareVote(context.Background(), q)
	wantRefused(t, err, governance.Invalid, "is no contract wallet on chain 1")
}

// aliasIntent prepares what a delegation page would.
func (r *voteRig) aliasIntent(t *testing.T, act governance.Act, target string) governance.Prepared {
	t.Helper()
	message := ballot.Alias
	if act == governance.ActUnalias {
		message = ballot.RevokeAlias
	}
	typed, err := message(r.account, target, r.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.agent.prepare(context.Background(), governance.Intent{Owner: r.owner, Voter: r.account, Act: act, Target: target, Chain: 1}, typed, payload{}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAliasIsCast(t *testing.T) {
	r := newVoteRig(t, func(c *demo.Config) { c.Generation = demo.Latest })
	_, target := voter(t, "an alias")
	for n, act := range []governance.Act{governance.ActAlias, governance.ActUnalias, governance.ActAlias} {
		r.world.FailSequencer(demo.FaultErrorAfter)
		p := r.aliasIntent(t, act, target)
		r.submit(t, p)
		i := r.settle(t, p.ID, time.Minute)
		if i.State != governance.IntentConfirmed || i.Receipt == nil || i.Receipt.ReadBack.IsZero() {
			t.Fatal(act, brief(i))
		}
		if ledger := r.world.Ledger(); len(ledger) != n+1 || string(ledger[n].Body) != string(i.Envelope) {
			t.Errorf("%s: %d messages", act, len(ledger))
		}
		list, err := r.hub.Aliases(context.Background(), r.account)
		if err != nil || (len(list) == 1) != (act == governance.ActAlias) {
			t.Errorf("%s: %+v, %v", act, list, err)
		}
		r.clock.move(time.Minute)
	}
	p := r.aliasIntent(t, governance.ActAlias, target)
	stranger, _ := voter(t, "two")
	_, err := r.agent.Submit(context.Background(), r.owner, p.ID, Signed{Signature: sign(t, stranger, p)})
	wantRefused(t, err, governance.Invalid, "but the authorisation is of")
	if _, err := hex.DecodeString(p.Digest[2:]); err != nil {
		t.Error(err)
	}
}
