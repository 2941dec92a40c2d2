package governor

import (
	"context"
	"math/big"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
	"mandate/governance/chain"
	"mandate/governance/governancetest"
	"mandate/governance/governancetest/govkit"
)

// ledger keeps what batches say, as a store does.
type ledger struct {
	t         *testing.T
	venue     governance.Venue
	cursor    string
	proposals map[governance.Ref]governance.Proposal
	events    []governance.Event
	skipped   []string
	rollbacks int
}

func newLedger(t *testing.T, v governance.Venue) *ledger {
	return &ledger{t: t, venue: v, proposals: map[governance.Ref]governance.Proposal{}}
}

// read reads until there is nothing newer.
func (l *ledger) read() {
	l.t.Helper()
	for range 1000 {
		b, err := l.venue.Read(l.t.Context(), governance.Scope{}, l.cursor)
		if err != nil {
			l.t.Fatalf("read: %v", err)
		}
		l.apply(b)
		if l.cursor = b.Next; b.Done {
			return
		}
	}
	l.t.Fatal("reading does not end")
}

func (l *ledger) apply(b governance.Batch) {
	l.skipped = append(l.skipped, b.Skipped...)
	if r := b.Rollback; r != nil {
		l.rollbacks++
		l.events = slices.DeleteFunc(l.events, func(e governance.Event) bool { return e.Block > r.Above })
		for ref, p := range l.proposals {
			if p.OnChain.Block > r.Above {
				delete(l.proposals, ref)
			}
		}
	}
	for _, p := range b.Proposals {
		l.proposals[p.Ref] = p
	}
	for _, c := range b.Counts {
		p, ok := l.proposals[c.Ref]
		if !ok {
			continue
		}
		p.OnChain.Standing, p.Outcome, p.Tally = *c.Standing, c.Outcome, c.Tally
		if !c.Start.IsZero() {
			p.Start = c.Start
		}
		if !c.End.IsZero() {
			p.End = c.End
		}
		l.proposals[c.Ref] = p
	}
	l.events = append(l.events, b.Events...)
}

// refresh reads all proposals again.
func (l *ledger) refresh() {
	l.t.Helper()
	var refs []governance.Ref
	for ref := range l.proposals {
		refs = append(refs, ref)
	}
	b, err := l.venue.Refresh(l.t.Context(), refs)
	if err != nil {
		l.t.Fatalf("refresh: %v", err)
	}
	l.apply(b)
}

func (l *ledger) is(ref governance.Ref, state governance.State) governance.Proposal {
	l.t.Helper()
	p, ok := l.proposals[ref]
	if !ok || p.OnChain.State != state || p.Outcome != outcomeOf(state) {
		l.t.Fatalf("%s: state %q, outcome %q, want %q (skipped %v)", ref, p.OnChain.State, p.Outcome, state, l.skipped)
	}
	return p
}

func (l *ledger) kinds() string {
	var out []string
	for _, e := range l.events {
		if e.Ref != "" {
			out = append(out, string(e.Kind))
		}
	}
	return strings.Join(out, " ")
}

// livingWorld is a governor of a kind on a chain of its own.
type livingWorld struct {
	*govkit.Kit
	governors *Governors
	governor  governance.Governor
}

// quick is a clock that lets no answer be kept: two seconds pass at each look.
func quick() func() time.Time {
	var n atomic.Int64
	start := time.Now()
	return func() time.Time { return start.Add(time.Duration(n.Add(2)) * time.Second) }
}

func newLivingWorld(t *testing.T, kind govkit.Kind) *livingWorld {
	t.Helper()
	k := govkit.Deploy(t, governancetest.Anvil(t, "--chain-id", "1"), kind)
	w := &livingWorld{Kit: k, governors: governorsAt(k.URL)}
	w.Settle()
	var err error
	if w.governor, err = w.governors.Detect(t.Context(), 1, k.Governor.Hex()); err != nil {
		t.Fatal(err)
	}
	return w
}

func governorsAt(urls ...string) *Governors {
	return New(Config{Nodes: chain.New(chain.Config{URLs: map[uint64][]string{1: urls}, Now: quick()})})
}

// Settle makes what happened confirmed, but not final.
func (w *livingWorld) Settle() { w.Mine(34) }

// Finalize makes it final.
func (w *livingWorld) Finalize() { w.Mine(70) }

func (w *livingWorld) ref(id *big.Int) governance.Ref {
	return governance.GovernorRef(w.governor.ID, id.String())
}

func TestVenueFollowsALife(t *testing.T) {
	for _, kind := range []govkit.Kind{govkit.OZ5, govkit.OZ5Blocks, govkit.OZ4, govkit.BravoLike, govkit.Alpha} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			followLife(t, newLivingWorld(t, kind))
		})
	}
}

func followLife(t *testing.T, w *livingWorld) {
	l := newLedger(t, w.governors.Venue(w.governor, []string{w.Voters[0].Address.Hex()}))
	w.Send(w.Voters[4], &w.Token, nil, w.Pack(w.TokenABI, "delegate(address)", w.Voters[0].Address))
	text := "# Pay the last voter\n\nOne ether."
	id := w.Pay(text)
	ref := w.ref(id)
	l.read()
	if len(l.proposals) != 0 {
		t.Error("an unconfirmed proposal is read")
	}
	snapshot := w.Start(id)
	if w.Kind == govkit.OZ5 {
		w.Settle()
		l.read()
		p := l.is(ref, governance.Pending)
		if p.Start.Unix() != snapshot.Int64() || p.OnChain.StartOff != 0 {
			t.Errorf("starts %v (%d s off), want %d", p.Start, p.OnChain.StartOff, snapshot)
		}
	}
	w.ToVote(id)
	w.Vote(w.Voters[0], id, 1)
	w.VoteBySig(w.Voters[1], w.Voters[2], id, 1)
	w.Vote(w.Voters[3], id, 0)
	w.Settle()
	l.read()
	p := l.is(ref, governance.Active)
	checkProposal(t, w, p, text)
	if w.Kind == govkit.Alpha && p.OnChain.EndOff == 0 {
		t.Error("the end of a vote in blocks to come is told as exact")
	}
	w.ToEnd(id)
	w.Settle()
	l.refresh()
	p = l.is(ref, governance.Succeeded)
	if w.Kind != govkit.OZ5 {
		block, err := w.Client.HeaderByNumber(t.Context(), w.Deadline(id))
		if err != nil || p.End.Unix() != int64(block.Time) || p.OnChain.EndOff != 0 {
			t.Errorf("ended %v (%d s off), block %v %v", p.End, p.OnChain.EndOff, block.Time, err)
		}
	}
	w.Queue(id)
	w.Mine(34)
	l.read()
	if p = l.is(ref, governance.Queued); p.OnChain.ETA.Unix() != w.ETA(id).Int64() {
		t.Errorf("eta %v, want %d", p.OnChain.ETA, w.ETA(id))
	}
	w.ToETA(id)
	w.Execute(id)
	w.Settle()
	l.read()
	if p = l.is(ref, governance.Executed); p.OnChain.Final {
		t.Error("final before its block is")
	}
	w.Finalize()
	l.refresh()
	if p = l.is(ref, governance.Executed); !p.OnChain.Final || p.Tally.State != "final" {
		t.Errorf("not final: %+v", p.OnChain.Standing)
	}
	if got := l.kinds(); got != "vote vote vote queued executed" {
		t.Errorf("events: %s", got)
	}
	if len(l.skipped) > 0 {
		t.Errorf("skipped: %v", l.skipped)
	}
	checkEvents(t, w, l)
	checkAgain(t, w, l)
}

func checkProposal(t *testing.T, w *livingWorld, p governance.Proposal, text string) {
	t.Helper()
	choices := 3
	if w.Kind == govkit.Alpha {
		choices = 2
	}
	votes, _ := new(big.Float).Quo(new(big.Float).SetInt(w.Each), big.NewFloat(1e18)).Float64()
	switch o := p.OnChain; {
	case p.Title != "Pay the last voter" || p.Body != text || len(p.Choices) != choices || p.Author != w.Voters[0].Address.Hex():
		t.Errorf("content: %+v", p)
	case len(o.Calls) != 1 || o.Calls[0].Target != w.Voters[4].Address.Hex() || o.Calls[0].Value != "1000000000000000000" || o.Calls[0].Calldata != "0x":
		t.Errorf("calls: %+v", o.Calls)
	case len(p.Tally.Scores) != choices || p.Tally.Scores[0] != votes || p.Tally.Scores[1] < 2*votes || p.Quorum <= 0:
		t.Errorf("tally: %+v, quorum %v", p.Tally, p.Quorum)
	case o.Against != w.Each.String() || o.Nodes != 1 || o.AtBlock == 0 || o.Read.IsZero():
		t.Errorf("standing: %+v", o.Standing)
	case common.HexToHash(o.Tx) == common.Hash{} || o.Block == 0 || p.Created.IsZero() || p.Created.After(p.Start):
		t.Errorf("made: %+v, created %v, starts %v", o, p.Created, p.Start)
	}
}

func checkEvents(t *testing.T, w *livingWorld, l *ledger) {
	t.Helper()
	delegated := false
	for _, e := range l.events {
		block, err := w.Client.HeaderByNumber(t.Context(), new(big.Int).SetUint64(e.Block))
		if err != nil || e.Time.Unix() != int64(block.Time) {
			t.Errorf("%s in block %d: %v, want %d (%v)", e.Kind, e.Block, e.Time, block.Time, err)
		}
		delegated = delegated || e.Kind == governance.EventDelegated && e.Account == w.Voters[4].Address.Hex() && e.To == w.Voters[0].Address.Hex()
	}
	if !delegated {
		t.Error("the watched delegation is missing")
	}
}

// checkAgain reads everything once more, from the beginning and from the
// cursor: the same rows, and none.
func checkAgain(t *testing.T, w *livingWorld, l *ledger) {
	t.Helper()
	again := newLedger(t, governorsAt(w.URL).Venue(w.governor, []string{w.Voters[0].Address.Hex()}))
	again.read()
	if !slices.Equal(l.events, again.events) {
		for i, e := range again.events {
			if i >= len(l.events) || l.events[i] != e {
				t.Errorf("another first event: %+v", e)
				break
			}
		}
	}
	for ref, p := range l.proposals {
		if q := again.proposals[ref]; q.HashContent() != p.HashContent() || q.Outcome != p.Outcome || !q.End.Equal(p.End) {
			t.Errorf("%s is another one: %+v, %+v", ref, p, q)
		}
		fresh, err := w.governors.Fresh(t.Context(), w.governor, ref, p.OnChain.Block)
		if err != nil || fresh.HashContent() != p.HashContent() || fresh.Outcome != p.Outcome {
			t.Errorf("fresh: %v %+v", err, fresh)
		}
		if _, err = w.governors.Fresh(t.Context(), w.governor, ref, p.OnChain.Block+1); governance.CodeOf(err) != governance.NotFound {
			t.Errorf("of another block: %v", err)
		}
	}
	b, err := l.venue.Read(context.Background(), governance.Scope{}, again.cursor)
	if err != nil || !b.Done || len(b.Events)+len(b.Proposals)+len(b.Counts) > 0 {
		t.Errorf("after the end: %+v %v", b, err)
	}
}

func TestVenueTakesBackWhatIsReplaced(t *testing.T) {
	w := newLivingWorld(t, govkit.OZ4)
	l := newLedger(t, w.governors.Venue(w.governor, nil))
	l.read()
	kept := w.Pay("Kept")
	w.Settle()
	l.read()
	mark := w.Snapshot()
	lost := w.Pay("Lost")
	w.ToVote(kept)
	w.Vote(w.Voters[0], kept, 1)
	w.Settle()
	l.read()
	if len(l.proposals) != 2 || l.kinds() != "vote" {
		t.Fatalf("before: %d proposals, events %q", len(l.proposals), l.kinds())
	}
	w.Revert(mark)
	other := w.Pay("Other")
	w.ToVote(kept)
	w.Vote(w.Voters[1], kept, 0)
	w.Settle()
	w.Mine(10)
	l.read()
	if _, ok := l.proposals[w.ref(lost)]; ok || l.rollbacks != 1 {
		t.Errorf("%d rollbacks; the lost proposal stands: %v", l.rollbacks, ok)
	}
	l.is(w.ref(kept), governance.Active)
	if p := l.proposals[w.ref(other)]; p.Title != "Other" || len(l.proposals) != 2 {
		t.Errorf("the new branch: %+v", l.proposals)
	}
	l.events = slices.DeleteFunc(l.events, func(e governance.Event) bool { return e.Ref == "" })
	if len(l.events) != 1 || l.events[0].Account != w.Voters[1].Address.Hex() {
		t.Errorf("events: %+v", l.events)
	}
}
