package agent

import (
	"encoding/json"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/chain"
	"mandate/governance/demo"
	"mandate/governance/demo/devchain"
)

// Spaces of the delegation rig, by how they count.
const (
	registrySpace = "registry.eth" // strategy delegation: the own vote overrides
	tokenSpace    = "token.eth"
	splitSpace    = "split.eth"
	plainSpace    = voteSpace
	longSpace     = "a-space-with-a-name-of-more-than-31-bytes.eth"
)

// delegationRig is a vote rig with a chain: go-ethereum's, with the registry.
type delegationRig struct {
	*voteRig
	chain  *devchain.Chain
	client *ethclient.Client
	second string // an account that is funded too, and its delegate
}

func newDelegationRig(t *testing.T, change ...func(*demo.Config)) *delegationRig {
	t.Helper()
	r := &delegationRig{voteRig: newVoteRig(t, change...)}
	_, r.second = voter(t, "two")
	_, wallet := voter(t, "a contract wallet")
	var err error
	r.chain, err = devchain.Start(t.Context(), devchain.Config{BlockEvery: devchain.OnlyByHand, Fund: []string{r.account, r.second},
		Safes: map[string]string{wallet: r.account}, Names: map[string]string{"second.practice.eth": r.second}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.chain.Close() })
	if r.client, err = ethclient.Dial(r.chain.URL()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.client.Close)
	r.agent.Chains = chain.New(chain.Config{URLs: map[uint64][]string{1: {r.chain.URL()}}, Client: &http.Client{Timeout: 5 * time.Second}, Log: r.agent.Log, Now: time.Now})
	strategy := func(name, params string) []demo.Strategy {
		return []demo.Strategy{{Name: name, Params: json.RawMessage(params)}}
	}
	for id, strategies := range map[string][]demo.Strategy{
		registrySpace: strategy("delegation", `{}`), longSpace: strategy("delegation", `{}`),
		tokenSpace: strategy("erc20-votes", `{"address":"`+r.chain.Token()+`"}`), splitSpace: strategy("split-delegation", `{}`),
	} {
		r.world.AddSpace(demo.Space{ID: id, Name: "Space " + id[:5], Network: "1", Symbol: "S", Strategies: strategies})
		r.open(t, governance.Basic, func(p *demo.Proposal) { p.Space = id })
	}
	return r
}

// send is what an honest wallet does with a transaction.
func (r *delegationRig) send(t *testing.T, tx governance.Transaction) string {
	t.Helper()
	return r.sendAs(t, "one", tx.To, tx.Data, 300_000)
}

func (r *delegationRig) sendAs(t *testing.T, who, to, data string, gas uint64) string {
	t.Helper()
	key, from := voter(t, who)
	nonce, err := r.client.PendingNonceAt(t.Context(), common.HexToAddress(from))
	if err != nil {
		t.Fatal(err)
	}
	at := common.HexToAddress(to)
	signed, err := types.SignNewTx(key, types.LatestSignerForChainID(big.NewInt(1)), &types.DynamicFeeTx{ChainID: big.NewInt(1), Nonce: nonce,
		GasTipCap: big.NewInt(1e9), GasFeeCap: big.NewInt(1e11), Gas: gas, To: &at, Data: common.FromHex(data)})
	if err == nil {
		err = r.client.SendTransaction(t.Context(), signed)
	}
	if err != nil {
		t.Fatal(err)
	}
	return signed.Hash().Hex()
}

func (r *delegationRig) ask(method governance.DelegationKind, dao, delegate string) DelegationRequest {
	return DelegationRequest{Owner: r.owner, Account: r.account, DAO: dao, Method: method, Delegate: delegate}
}

func (r *delegationRig) prepareDelegation(t *testing.T, q DelegationRequest) governance.Prepared {
	t.Helper()
	p, err := r.agent.PrepareDelegation(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// delegate takes a delegation all the way.
func (r *delegationRig) delegate(t *testing.T, q DelegationRequest) governance.Intent {
	t.Helper()
	p := r.prepareDelegation(t, q)
	hash := r.send(t, *p.Transaction)
	i, err := r.agent.Submit(t.Context(), r.owner, p.ID, Signed{TxHash: "0x" + strings.ToUpper(hash[2:])})
	if err != nil || i.State != governance.IntentSent || i.Digest != hash {
		t.Fatal(brief(i), err)
	}
	if i = r.settle(t, p.ID, 5*time.Second); i.State != governance.IntentSent || i.Note != "The transaction waits for a block." {
		t.Fatal("without a block: ", brief(i))
	}
	r.chain.Commit()
	return r.settle(t, p.ID, time.Minute)
}

func (r *delegationRig) wantConfirmed(t *testing.T, i governance.Intent) {
	t.Helper()
	if i.State != governance.IntentConfirmed || i.Receipt == nil || i.Receipt.Block == 0 || i.Receipt.ID != i.Digest || i.Receipt.ReadBack.IsZero() || !i.Receipt.Verified {
		t.Fatal(brief(i))
	}
}

func (r *delegationRig) named(t *testing.T, space string) string {
	t.Helper()
	address, err := r.agent.Chains.RegistryDelegate(t.Context(), 1, ballot.RegistryV1, r.account, space)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

func TestRegistryDelegation(t *testing.T) {
	r := newDelegationRig(t)
	_, other := voter(t, "three")
	// Set, replace, clear, for one space.
	i := r.delegate(t, r.ask(governance.DelegateRegistry, registrySpace, r.second))
	r.wantConfirmed(t, i)
	if i.Act != governance.ActDelegate || i.Target != r.second || i.DAO != registrySpace || r.named(t, registrySpace) != r.second || r.named(t, "") != "" {
		t.Error(i, r.named(t, registrySpace))
	}
	p := r.prepareDelegation(t, r.ask(governance.DelegateRegistry, registrySpace, ballot.Lower(other)))
	if !slices.Contains(p.Shown, [2]string{"Delegate until now", r.second}) || !slices.Contains(p.Shown, [2]string{"What it does", "Delegate your voting power to " + other}) {
		t.Errorf("%q", p.Shown)
	}
	r.wantConfirmed(t, r.delegate(t, r.ask(governance.DelegateRegistry, registrySpace, other)))

	// All spaces, beside it.
	all := r.ask(governance.DelegateRegistry, "", r.second)
	all.All, all.Typed = true, "ALL"
	i = r.delegate(t, all)
	r.wantConfirmed(t, i)
	if i.DAO != "" || r.named(t, "") != r.second || r.named(t, registrySpace) != other {
		t.Error(i, r.named(t, ""), r.named(t, registrySpace))
	}
	p = r.prepareDelegation(t, r.ask(governance.DelegateRegistry, registrySpace, ballot.Zero))
	if !slices.ContainsFunc(p.Warnings, func(w string) bool { return strings.Contains(w, "then counts here too: "+r.second) }) {
		t.Errorf("%q", p.Warnings)
	}
	i = r.delegate(t, r.ask(governance.DelegateRegistry, registrySpace, ""))
	r.wantConfirmed(t, i)
	if i.Act != governance.ActUndelegate || r.named(t, registrySpace) != "" || r.named(t, "") != r.second {
		t.Error(i)
	}
	all.DAO, all.Delegate = registrySpace, "" // from a DAO's page
	r.wantConfirmed(t, r.delegate(t, all))
	if r.named(t, "") != "" {
		t.Error("all spaces are still delegated")
	}
}

func TestTokenDelegation(t *testing.T) {
	r := newDelegationRig(t)
	now := func() string {
		t.Helper()
		address, err := r.agent.Chains.TokenDelegate(t.Context(), 1, r.chain.Token(), r.account)
		if err != nil {
			t.Fatal(err)
		}
		return address
	}
	for _, to := range []string{r.second, r.account, ""} { // to oneself is how tokens begin to count
		i := r.delegate(t, r.ask(governance.DelegateToken, tokenSpace, to))
		r.wantConfirmed(t, i)
		if now() != to || i.Act != governance.ActToken {
			t.Errorf("%q, want %q: %+v", now(), to, i)
		}
		_, err := r.agent.PrepareDelegation(t.Context(), r.ask(governance.DelegateToken, tokenSpace, to))
		if governance.CodeOf(err) != governance.Conflict {
			t.Errorf("the same again: %v", err)
		}
	}
}

// What the contract would revert, or what nobody should send, is refused
// before anything is signed, and nothing is stored.
func TestPrepareDelegationRefuses(t *testing.T) {
	r := newDelegationRig(t)
	registry := func(dao, to string) DelegationRequest { return r.ask(governance.DelegateRegistry, dao, to) }
	with := func(q DelegationRequest, f func(*DelegationRequest)) DelegationRequest {
		f(&q)
		return q
	}
	all := func(typed string) DelegationRequest {
		return with(registry("", r.second), func(q *DelegationRequest) { q.All, q.Typed = true, typed })
	}
	tests := []struct {
		name  string
		q     DelegationRequest
		code  governance.Code
		words string
	}{
		{"another's account", with(registry(registrySpace, r.second), func(q *DelegationRequest) { q.Account = r.second }), governance.Denied, "Sign in as " + r.second},
		{"no account", with(registry(registrySpace, r.second), func(q *DelegationRequest) { q.Account = "" }), governance.Invalid, ""},
		{"no address", registry(registrySpace, "second.eth"), governance.Invalid, "address"},
		{"a wrong checksum", registry(registrySpace, flipCase(r.second)), governance.Invalid, "checksum"},
		{"itself", registry(registrySpace, ballot.Lower(r.account)), governance.Invalid, "cannot delegate to itself"},
		{"nothing to end", registry(registrySpace, ""), governance.Conflict, "No delegate is set in registry.eth"},
		{"nothing to end, the zero address", registry(registrySpace, ballot.Zero), governance.Conflict, "No delegate is set"},
		{"nothing to end for all", with(all("ALL"), func(q *DelegationRequest) { q.Delegate = "" }), governance.Conflict, "No delegate is set for all spaces"},
		{"all without the word", all(""), governance.Invalid, "Type ALL"},
		{"all with another word", all("all"), governance.Invalid, "Type ALL"},
		{"all with spaces", all("ALL "), governance.Invalid, "Type ALL"},
		{"all of a token", with(all("ALL"), func(q *DelegationRequest) { q.Method, q.DAO = governance.DelegateToken, tokenSpace }), governance.Invalid, "Only the registry"},
		{"no DAO without all", registry("", r.second), governance.NotFound, "Nothing is known here of a DAO"},
		{"an unknown DAO", registry("unknown.eth", r.second), governance.NotFound, "unknown.eth"},
		{"an id that is too long", registry(longSpace, r.second), governance.Invalid, "31 bytes"},
		{"a DAO without delegation", registry(plainSpace, r.second), governance.Invalid, "does not count delegations of this kind"},
		{"a token's DAO by the registry", registry(tokenSpace, r.second), governance.Invalid, "does not count delegations of this kind"},
		{"the registry's DAO by a token", r.ask(governance.DelegateToken, registrySpace, r.second), governance.Invalid, "does not count delegations of this kind"},
		{"the token has no delegate", r.ask(governance.DelegateToken, tokenSpace, ""), governance.Conflict, "names no delegate"},
		{"split", r.ask(governance.DelegateSplit, splitSpace, r.second), governance.Invalid, "not yet written"},
		{"no method", r.ask("", registrySpace, r.second), governance.Invalid, "registry, token or alias"},
		{"the method none", r.ask(governance.DelegateNone, registrySpace, r.second), governance.Invalid, "registry, token or alias"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := r.agent.PrepareDelegation(t.Context(), tt.q)
			wantRefused(t, err, tt.code, tt.words)
			r.wantNothing(t)
		})
	}
	r.wantConfirmed(t, r.delegate(t, registry(registrySpace, r.second)))
	_, err := r.agent.PrepareDelegation(t.Context(), registry(registrySpace, ballot.Lower(r.second)))
	wantRefused(t, err, governance.Conflict, "delegated to "+r.second+" already")
	r.agent.Chains = nil
	_, err = r.agent.PrepareDelegation(t.Context(), registry(registrySpace, ""))
	wantRefused(t, err, governance.Denied, "MANDATE_RPC_1")
}

func TestAliasOfAnAccount(t *testing.T) {
	r := newDelegationRig(t, func(c *demo.Config) { c.Generation = demo.Latest })
	q := r.ask(governance.DelegateAlias, "", r.second)
	end := q
	end.Revoke = true
	_, err := r.agent.PrepareDelegation(t.Context(), end)
	wantRefused(t, err, governance.Conflict, "is no alias of your account")
	for name, bad := range map[string]string{"itself": r.account, "nobody": "", "the zero address": ballot.Zero, "a wrong checksum": flipCase(r.second)} {
		wrong := q
		wrong.Delegate = bad
		if _, err := r.agent.PrepareDelegation(t.Context(), wrong); governance.CodeOf(err) != governance.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	r.wantNothing(t)
	for n, q := range []DelegationRequest{q, q, end} { // authorise, begin anew, end
		p := r.prepareDelegation(t, q)
		if text := strings.Join(p.Warnings, " "); !q.Revoke && (!strings.Contains(text, "every space") || !strings.Contains(text, "propose") || !strings.Contains(text, "edit and delete") ||
			!strings.Contains(text, "30 days") || !strings.Contains(text, "90") || strings.Contains(text, "alias already") != (n == 1)) {
			t.Errorf("%q", p.Warnings)
		}
		if _, err := r.agent.Submit(t.Context(), r.owner, p.ID, Signed{Signature: sign(t, r.key, p)}); err != nil {
			t.Fatal(err)
		}
		if i := r.settle(t, p.ID, time.Minute); i.State != governance.IntentConfirmed || i.Receipt.ReadBack.IsZero() {
			t.Fatal(n, brief(i))
		}
		if err := r.agent.AccountOnce(t.Context(), r.account); err != nil {
			t.Fatal(err)
		}
		list, err := r.store.Aliases(t.Context(), r.account)
		if want := map[bool]int{true: 0, false: 1}[q.Revoke]; err != nil || len(list) != want {
			t.Errorf("%+v, want %d; %v", list, want, err)
		}
		r.clock.move(time.Minute)
	}
	r.world.SkewSequencer(time.Minute)
	_, err = r.agent.PrepareDelegation(t.Context(), q)
	wantRefused(t, err, governance.Conflict, "clock")
	r.agent.Sequencer = nil
	_, err = r.agent.PrepareDelegation(t.Context(), q)
	wantRefused(t, err, governance.Denied, "not set up")
}
