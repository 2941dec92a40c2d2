package agent

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"

	"mandate/governance"
	"mandate/governance/ballot"
	"mandate/governance/chain"
	"mandate/governance/governancetest"
	"mandate/governance/governancetest/govkit"
	"mandate/governance/governor"
	"mandate/governance/store"
)

// chainRig is an agent that votes at a real governor on anvil, read through
// the real venue into a real store.
type chainRig struct {
	*govkit.Kit
	agent *Agent
	store *store.Store
	clock *clock
	gov   governance.Governor
	venue governance.Venue
	reads *governor.Governors
}

func newChainRig(t *testing.T, kind govkit.Kind, urls ...string) *chainRig {
	t.Helper()
	// Blocks are final two after them.
	url := governancetest.Anvil(t, "--chain-id", "1", "--slots-in-an-epoch", "1")
	r := &chainRig{Kit: govkit.Deploy(t, url, kind), clock: &clock{at: time.Now().Add(-time.Hour)}}
	r.sync(t)
	chains := chain.New(chain.Config{URLs: map[uint64][]string{1: append([]string{url}, urls...)}, Client: &http.Client{Timeout: 10 * time.Second}, Now: hurried()})
	r.store = openStore(t, filepath.Join(t.TempDir(), "m.db"), r.clock.now)
	r.reads = governor.New(governor.Config{Nodes: chains, Now: r.clock.now})
	r.agent = &Agent{Store: r.store, Scope: governance.Scope{All: true}, Now: r.clock.now, Log: slog.New(slog.DiscardHandler), Chains: chains, Governors: r.reads,
		answerWait: time.Millisecond, pause: func(ctx context.Context, d time.Duration) error {
			r.clock.move(d)
			return ctx.Err()
		}}
	r.Mine(4)
	var err error
	if r.gov, err = r.reads.Detect(t.Context(), 1, r.Governor.Hex()); err != nil {
		t.Fatal(err)
	}
	if err := r.store.SaveGovernor(t.Context(), r.gov); err != nil {
		t.Fatal(err)
	}
	if r.gov, err = r.store.Governor(t.Context(), r.gov.ID); err != nil {
		t.Fatal(err)
	}
	r.venue = r.reads.Venue(r.gov, nil)
	r.agent.Venues = []governance.Venue{r.venue}
	return r
}

// hurried is a clock by which nothing that is kept for a while is kept: blocks
// come faster here than anywhere.
func hurried() func() time.Time {
	var n atomic.Int64
	return func() time.Time { return testNow.Add(time.Duration(n.Add(1)) * 2 * time.Second) }
}

// sync sets the agent's clock to the chain's.
func (r *chainRig) sync(t *testing.T) {
	t.Helper()
	at := time.Unix(int64(r.Time()), 0)
	if at.After(r.clock.now()) {
		r.clock.move(at.Sub(r.clock.now()))
	}
}

// open makes a proposal that is open and read.
func (r *chainRig) open(t *testing.T, text string) governance.Ref {
	t.Helper()
	id := r.Pay(text)
	r.ToVote(id)
	r.Mine(4)
	r.read(t)
	return governance.GovernorRef(r.gov.ID, id.String())
}

func (r *chainRig) read(t *testing.T) {
	t.Helper()
	r.sync(t)
	if _, err := r.agent.SyncOnce(t.Context(), r.venue, nil); err != nil {
		t.Fatal(err)
	}
}

func (r *chainRig) id(ref governance.Ref) *big.Int {
	n, _ := new(big.Int).SetString(ref.ID(), 10)
	return n
}

func (r *chainRig) request(t *testing.T, ref governance.Ref, who int, choice string) VoteRequest {
	t.Helper()
	d, err := r.store.Proposal(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	address := r.Voters[who].Address.Hex()
	return VoteRequest{Owner: strings.ToLower(address), Account: address, Ref: ref, Choice: json.RawMessage(choice), ContentHash: d.Proposal.ContentHash}
}

func (r *chainRig) prepare(t *testing.T, q VoteRequest) governance.Prepared {
	t.Helper()
	p, err := r.agent.PrepareVote(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (r *chainRig) owner(who int) string { return strings.ToLower(r.Voters[who].Address.Hex()) }

// put signs a transaction as the voter's wallet would, with a nonce and a tip
// of its own, and hands it to the node without waiting.
func (r *chainRig) put(t *testing.T, who int, to, data string, nonce uint64, tip int64, gas uint64) string {
	t.Helper()
	at := common.HexToAddress(to)
	tx, err := types.SignNewTx(r.Voters[who].Key, types.LatestSignerForChainID(r.Chain), &types.DynamicFeeTx{ChainID: r.Chain, Nonce: nonce,
		To: &at, Data: common.FromHex(data), Gas: gas, GasFeeCap: big.NewInt(30e9 + 10*tip), GasTipCap: big.NewInt(tip)})
	if err == nil {
		err = r.Client.SendTransaction(t.Context(), tx)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tx.Hash().Hex()
}

func (r *chainRig) nonce(t *testing.T, who int) uint64 {
	t.Helper()
	n, err := r.Client.PendingNonceAt(t.Context(), r.Voters[who].Address)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// byHand stops the node from making blocks by itself, or lets it again.
func (r *chainRig) byHand(t *testing.T, on bool) {
	t.Helper()
	if err := r.Client.Client().CallContext(t.Context(), nil, "evm_setAutomine", !on); err != nil {
		t.Fatal(err)
	}
}

func (r *chainRig) send(t *testing.T, who int, tx *governance.Transaction) string {
	t.Helper()
	return r.put(t, who, tx.To, tx.Data, r.nonce(t, who), 1e9, 500_000)
}

func (r *chainRig) submit(t *testing.T, who int, p governance.Prepared, in Signed) governance.Intent {
	t.Helper()
	i, err := r.agent.Submit(t.Context(), r.owner(who), p.ID, in)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// sign is what an honest wallet does with typed data.
func (r *chainRig) sign(t *testing.T, who int, p governance.Prepared) string {
	t.Helper()
	return sign(t, r.Voters[who].Key, p)
}

// settle does what the jobs do until the intent ends, or for so long.
func (r *chainRig) settle(t *testing.T, who int, id string, atMost time.Duration) governance.Intent {
	t.Helper()
	for until := r.clock.now().Add(atMost); ; r.clock.move(5 * time.Second) {
		if err := r.agent.SettleOnce(t.Context()); err != nil {
			t.Fatal(err)
		}
		i, err := r.store.Intent(t.Context(), r.owner(who), id)
		if err != nil {
			t.Fatal(err)
		}
		if !i.State.Live() || r.clock.now().After(until) {
			return i
		}
	}
}

// vote takes a vote by transaction all the way.
func (r *chainRig) vote(t *testing.T, q VoteRequest, who int) governance.Intent {
	t.Helper()
	p := r.prepare(t, q)
	r.submit(t, who, p, Signed{TxHash: r.send(t, who, p.Transaction)})
	r.Mine(3)
	return r.settle(t, who, p.ID, time.Minute)
}

func (r *chainRig) wantConfirmed(t *testing.T, i governance.Intent, power float64) {
	t.Helper()
	if i.State != governance.IntentConfirmed || i.Receipt == nil || i.Receipt.Block == 0 || i.Receipt.ReadBack.IsZero() || i.Receipt.Power != power {
		t.Fatal(brief(i))
	}
	page, err := r.store.Votes(t.Context(), store.VoteFilter{Account: i.Owner})
	if err != nil || len(page.Items) == 0 || page.Items[0].Ref != i.Ref || string(page.Items[0].Choice) != string(i.Choice) {
		t.Errorf("the history has %+v, %v", page.Items, err)
	}
}

// counted checks what the governor counts, in whole tokens.
func (r *chainRig) counted(t *testing.T, ref governance.Ref, against, yes, abstain int64) {
	t.Helper()
	for i, v := range r.Read(r.Governor, r.GovernorABI, "proposalVotes(uint256)", r.id(ref)) {
		want := new(big.Int).Mul(big.NewInt([]int64{against, yes, abstain}[i]), big.NewInt(1e18))
		if v.(*big.Int).Cmp(want) != 0 {
			t.Errorf("%s has %s, want %s", ballot.Support(i), v, want)
		}
	}
}

// shownOf returns a line of what a page shows.
func shownOf(p governance.Prepared, name string) string {
	for _, row := range p.Shown {
		if row[0] == name {
			return row[1]
		}
	}
	return ""
}

// relay is what anybody does with a ballot file.
func (r *chainRig) relay(t *testing.T, by int, f governance.BallotFile) *types.Receipt {
	t.Helper()
	to := common.HexToAddress(f.To)
	return r.Send(r.Voters[by], &to, nil, common.FromHex(f.Data))
}

// liar is a node that answers like the real one, except that it says more
// voting power.
type liar struct{ url string }

// ServeHTTP implements http.Handler.
func (l liar) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	asked, err := io.ReadAll(q.Body)
	if err != nil {
		return
	}
	res, err := http.Post(l.url, "application/json", strings.NewReader(string(asked)))
	if err != nil {
		return
	}
	defer res.Body.Close()
	answer, _ := io.ReadAll(res.Body)
	power := hexutil.Encode(common.LeftPadBytes(new(big.Int).Mul(big.NewInt(100_000), big.NewInt(1e18)).Bytes(), 32))
	more := hexutil.Encode(common.LeftPadBytes(new(big.Int).Mul(big.NewInt(900_000), big.NewInt(1e18)).Bytes(), 32))
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(strings.ReplaceAll(string(answer), power, more)))
}
