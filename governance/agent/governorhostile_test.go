package agent

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mandate/governance"
	"mandate/governance/chain"
	"mandate/governance/governancetest/govkit"
)

// found is a detector that finds what the test says.
type found map[string]governance.Governor

func (f found) Detect(_ context.Context, chain uint64, address string) (governance.Governor, error) {
	g := f[strings.ToLower(address)]
	g.ID, g.Chain, g.Address = governance.GovernorID(chain, address), chain, address
	return g, nil
}

func (found) Changed(context.Context, governance.Governor) (bool, error)  { return false, nil }
func (found) Venue(governance.Governor, []string) (none governance.Venue) { return none }

const (
	famous  = "0x408ED6354d4973f66138C91495F2f2FCbd8724C3"
	another = "0x323A76393544d5ecca80cd6ef2A560C6a395b7E3"
	hostile = "0x00000000000000000000000000000000DeaDBeef"
	votes   = "0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984"
)

// A contract may name any token as its own: that makes it no governor of the
// token's DAO. Only those that the settings name are put together by it.
func TestTokenMakesNoDAO(t *testing.T) {
	c := &clock{at: testNow}
	s := openStore(t, filepath.Join(t.TempDir(), "m.db"), c.now)
	token := governance.VotesToken{Address: votes, Symbol: "UNI", Decimals: 18}
	listed := governance.Governor{ID: governance.GovernorID(1, famous), Chain: 1, Address: famous, DAO: "uniswap.eth", DAOName: "Uniswap", Listed: true}
	second := governance.Governor{ID: governance.GovernorID(1, another), Chain: 1, Address: another, Listed: true}
	a := &Agent{Store: s, Now: c.now, Log: slog.New(slog.DiscardHandler), Chains: chain.New(chain.Config{URLs: map[uint64][]string{1: {"http://127.0.0.1:1"}}}),
		Detector: found{strings.ToLower(famous): {Token: token}, strings.ToLower(another): {Token: token}, strings.ToLower(hostile): {Token: token, Name: "Uniswap Governor"}}, Listed: []governance.Governor{listed}}
	if _, err := a.GovernorsOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	g, err := a.AddGovernor(t.Context(), 1, hostile, "")
	if err != nil || g.DAO != g.ID {
		t.Errorf("a stranger that names the token joined %q, %v", g.DAO, err)
	}
	// Neither does a stranger draw in a governor that the settings name.
	a.Listed = append(a.Listed, second)
	if _, err := a.GovernorsOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if g, err = s.Governor(t.Context(), second.ID); err != nil || g.DAO != "uniswap.eth" {
		t.Errorf("a listed governor of the same token is in %q, %v", g.DAO, err)
	}
	// An owner who says so is believed.
	if g, err = a.AddGovernor(t.Context(), 1, hostile, "uniswap.eth"); err != nil || g.DAO != "uniswap.eth" {
		t.Errorf("the owner's word was not taken: %q, %v", g.DAO, err)
	}
}

// A governor that failed its check, or was removed, takes no votes from here.
func TestNoVoteAtFaultyGovernor(t *testing.T) {
	r := newChainRig(t, govkit.OZ5)
	ref := r.open(t, "# Pay the last voter\n\nOne ether.")
	g := r.gov
	g.Fault = "There is no governor at this address."
	if err := r.store.SaveGovernor(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	_, err := r.agent.PrepareVote(t.Context(), r.request(t, ref, 1, `1`))
	wantRefused(t, err, governance.Denied, "no governor at this address")
}

// A part of a split vote by another transaction decides nothing about a
// ballot that can still be relayed, nor about a transaction that waits.
func TestSplitVotesStandBesideEachOther(t *testing.T) {
	r := newChainRig(t, govkit.OZ5)
	ref := r.open(t, "# Pay the last voter\n\nOne ether.")
	for _, elsewhere := range []string{`{"1":"5"}`, `{"0":"5"}`} {
		q := r.request(t, ref, 1, `{"1":"5"}`)
		other := q
		other.Choice = []byte(elsewhere)
		sent := r.prepare(t, other)
		q.Method = governance.BySignature
		p := r.prepare(t, q) // supersedes what the wallet sends all the same
		r.submit(t, 1, p, Signed{Signature: r.sign(t, 1, p)})
		r.send(t, 1, sent.Transaction)
		r.Mine(4)
		if i := r.settle(t, 1, p.ID, 10*time.Minute); i.State != governance.IntentSigned {
			t.Fatalf("%s by another transaction ended the ballot: %s", elsewhere, brief(i))
		}
		f, err := r.agent.BallotFile(t.Context(), q.Owner, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		receipt := r.relay(t, 3, f)
		r.Mine(4)
		i := r.settle(t, 1, p.ID, 10*time.Minute)
		r.wantConfirmed(t, i, 5)
		if i.Receipt.ID != receipt.TxHash.Hex() {
			t.Error(brief(i))
		}
	}
	q := r.request(t, ref, 2, `{"1":"5"}`)
	p := r.prepare(t, q)
	r.byHand(t, true)
	nonce := r.nonce(t, 2)
	hash := r.put(t, 2, p.Transaction.To, p.Transaction.Data, nonce+2, 1e9, 500_000) // waits for two before it
	r.submit(t, 2, p, Signed{TxHash: hash})
	r.put(t, 2, p.Transaction.To, p.Transaction.Data, nonce, 1e9, 500_000) // another part, as large
	r.Mine(4)
	if i := r.settle(t, 2, p.ID, time.Minute); i.State != governance.IntentSent || i.Note != txWaits {
		t.Fatal("a part by another transaction ended one that waits: ", brief(i))
	}
	r.put(t, 2, r.Voters[3].Address.Hex(), "0x", nonce+1, 1e9, 50_000)
	r.Mine(4)
	i := r.settle(t, 2, p.ID, time.Minute)
	r.wantConfirmed(t, i, 5)
	if i.Receipt.ID != hash || !i.Receipt.Verified {
		t.Error(brief(i))
	}
}

// Deadlines that contracts make up stay times that can be stored and compared.
func TestEndsThatAContractMakesUp(t *testing.T) {
	const last = 253402300799 // 9999-12-31
	for _, c := range []struct{ ends, off, want int64 }{
		{1_800_000_000, 60, 1_800_000_060}, {last, last, last}, {1_800_000_000, 1 << 62, 1_800_000_000 + mostOff}, {last - 1, 5, last - 1},
	} {
		end := endOf(&governance.Ballot{Standing: governance.Standing{EndOff: c.off}, Ends: time.Unix(c.ends, 0).UTC()})
		if _, err := json.Marshal(end); err != nil || end.Unix() != c.want {
			t.Errorf("%+v: %v, %v", c, end, err)
		}
	}
	if endOf(&governance.Ballot{}) != nil {
		t.Error("an end that is not known")
	}
}

// upgraded finds that there is other code than before.
type upgraded struct{ found }

func (upgraded) Changed(context.Context, governance.Governor) (bool, error) { return true, nil }

// No vote is prepared at a contract whose code changed since it was checked.
func TestNoVoteAtOtherCode(t *testing.T) {
	r := newChainRig(t, govkit.OZ5)
	q := r.request(t, r.open(t, "# Pay the last voter\n\nOne ether."), 1, `1`)
	r.agent.Detector = upgraded{}
	_, err := r.agent.PrepareVote(t.Context(), q)
	wantRefused(t, err, governance.Conflict, "checked anew")
	r.agent.Detector = r.reads
	r.prepare(t, q)
}

// What an owner removed stays so, whatever the settings name.
func TestRemovedStaysRemoved(t *testing.T) {
	c := &clock{at: testNow}
	s := openStore(t, filepath.Join(t.TempDir(), "m.db"), c.now)
	listed := governance.Governor{ID: governance.GovernorID(1, famous), Chain: 1, Address: famous, DAO: "uniswap.eth", Listed: true}
	a := &Agent{Store: s, Now: c.now, Log: slog.New(slog.DiscardHandler), Chains: chain.New(chain.Config{URLs: map[uint64][]string{1: {"http://127.0.0.1:1"}}}),
		Detector: found{strings.ToLower(famous): {}}, Listed: []governance.Governor{listed}}
	if list, err := a.GovernorsOnce(t.Context()); err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if err := s.RemoveGovernor(t.Context(), listed.ID); err != nil {
		t.Fatal(err)
	}
	if list, err := a.GovernorsOnce(t.Context()); err != nil || len(list) != 0 {
		t.Error("it is read again: ", list, err)
	}
	if _, err := a.AddGovernor(t.Context(), 1, famous, ""); err != nil {
		t.Fatal(err)
	}
	if list, err := a.GovernorsOnce(t.Context()); err != nil || len(list) != 1 || list[0].Fault != "" || list[0].DAO != "uniswap.eth" {
		t.Error("it was not added again: ", list, err)
	}
}
