package governor

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"mandate/governance"
	"mandate/governance/chain"
	"mandate/governance/governancetest/govkit"
)

func TestBallot(t *testing.T) {
	w := newWorld(t, "1")
	for _, kind := range []govkit.Kind{govkit.OZ5, govkit.OZ5Blocks, govkit.OZ4, govkit.BravoLike, govkit.Alpha} {
		t.Run(string(kind), func(t *testing.T) {
			k := govkit.Deploy(t, w.url, kind)
			of := detected(t, w.g, 1, k.Governor)
			id := k.Pay("A payment")
			ref := governance.GovernorRef(of.ID, id.String())
			one, none := k.Voters[1], k.Voters[4]
			ask := func(who common.Address) governance.Ballot {
				t.Helper()
				b, err := w.g.Ballot(t.Context(), of, ref, who.Hex())
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
			each := k.Each.String()
			if b := ask(one.Address); b.State != governance.Pending || b.Power != each || b.Voted || b.VoteStart != k.Start(id).Uint64() || b.Account != one.Address.Hex() || b.AtBlock == 0 || b.Nodes != 1 {
				t.Errorf("before the vote: %+v", b)
			}
			k.ToVote(id)
			b := ask(one.Address)
			if b.State != governance.Active || b.Power != each || b.Voted || b.VoteEnd != k.Deadline(id).Uint64() || !b.Ends.After(b.Read) || b.Used != "0" || b.Quorum == "" {
				t.Errorf("during the vote: %+v", b)
			}
			if want := map[bool]string{true: "0"}[of.BallotSig == governance.BallotOZ5]; b.Nonce != want {
				t.Errorf("nonce %q", b.Nonce)
			}
			if b = ask(none.Address); b.Power != "0" || b.PowerNow != "0" || b.Balance != each || b.Delegate != "" {
				t.Errorf("without a delegate: %+v", b)
			}
			if e, err := w.g.VoteOf(t.Context(), of, ref, one.Address.Hex(), of.StartBlock, k.Head()); e != nil || err != nil {
				t.Errorf("no vote yet: %+v, %v", e, err)
			}
			receipt := k.Vote(one, id, 1)
			if b = ask(one.Address); !b.Voted || b.For != each || b.Delegate != one.Address.Hex() {
				t.Errorf("after the vote: %+v", b)
			}
			e, err := w.g.VoteOf(t.Context(), of, ref, strings.ToLower(one.Address.Hex()), of.StartBlock, k.Head())
			if err != nil || e == nil || e.Support != 1 || e.Weight != each || e.Tx != receipt.TxHash.Hex() || e.Block != receipt.BlockNumber.Uint64() || e.Time.IsZero() || e.Account != one.Address.Hex() {
				t.Errorf("%+v, %v", e, err)
			}
			has, block, final, err := w.g.HasVoted(t.Context(), of, ref, one.Address.Hex())
			if !has || final || block == 0 || err != nil {
				t.Errorf("voted %v in block %d, final %v, %v", has, block, final, err)
			}
			if has, _, _, err = w.g.HasVoted(t.Context(), of, ref, none.Address.Hex()); has || err != nil {
				t.Errorf("voted %v, %v", has, err)
			}
			k.Mine(100)
			if has, block, final, err = w.g.HasVoted(t.Context(), of, ref, one.Address.Hex()); !has || !final || err != nil {
				t.Errorf("voted %v in block %d, final %v, %v", has, block, final, err)
			}
			if n, err := w.g.TokenNonce(t.Context(), of, one.Address.Hex()); n != "0" || err != nil {
				t.Errorf("nonce at the token %q, %v", n, err)
			}
			unknown := governance.GovernorRef(of.ID, "12345678901234567890")
			if _, err := w.g.Ballot(t.Context(), of, unknown, one.Address.Hex()); governance.CodeOf(err) != governance.NotFound {
				t.Errorf("an unknown proposal: %v", err)
			}
		})
	}
}

// Who splits votes has voted and still has power left.
func TestBallotOfFractions(t *testing.T) {
	w := newWorld(t, "1")
	k := govkit.Deploy(t, w.url, govkit.OZ5)
	of := detected(t, w.g, 1, k.Governor)
	id := k.Pay("A payment")
	ref := governance.GovernorRef(of.ID, id.String())
	k.ToVote(id)
	parts := bytes.Join([][]byte{number(5)[16:], number(7)[16:], number(9)[16:]}, nil)
	k.VoteWith(k.Voters[0], id, 255, "", parts)
	b, err := w.g.Ballot(t.Context(), of, ref, k.Voters[0].Address.Hex())
	if err != nil || !b.Voted || b.Used != "21" || b.Against != "5" || b.For != "7" || b.Abstain != "9" {
		t.Errorf("%+v, %v", b, err)
	}
	e, err := w.g.VoteOf(t.Context(), of, ref, k.Voters[0].Address.Hex(), of.StartBlock, k.Head())
	if err != nil || e == nil || e.Support != 255 || e.Weight != "21" || e.Params != hexutil.Encode(parts) {
		t.Errorf("%+v, %v", e, err)
	}
	k.VoteBySig(k.Voters[1], k.Voters[0], id, 0)
	if b, err = w.g.Ballot(t.Context(), of, ref, k.Voters[1].Address.Hex()); err != nil || b.Nonce != "1" || !b.Voted {
		t.Errorf("after a ballot by signature: %+v, %v", b, err)
	}
}

func TestBallotRefusals(t *testing.T) {
	w := newWorld(t, "1")
	k := govkit.Deploy(t, w.url, govkit.OZ4)
	of := detected(t, w.g, 1, k.Governor)
	ref := governance.GovernorRef(of.ID, k.Pay("A payment").String())
	who := k.Voters[0].Address.Hex()
	readOnly := of
	readOnly.ReadOnly = "Only shown."
	for name, c := range map[string]struct {
		of      governance.Governor
		ref     governance.Ref
		account string
		code    governance.Code
	}{
		"another governor's proposal": {of, governance.GovernorRef(governance.GovernorID(1, k.Token.Hex()), "1"), who, governance.Invalid},
		"no address":                  {of, ref, "vitalik", governance.Invalid},
		"read only":                   {readOnly, ref, who, governance.Denied},
	} {
		if _, err := w.g.Ballot(t.Context(), c.of, c.ref, c.account); governance.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	deaf := of
	deaf.Token.BySig = false
	if _, err := w.g.TokenNonce(t.Context(), deaf, who); governance.CodeOf(err) != governance.Invalid {
		t.Errorf("%v", err)
	}
}

// Two nodes that tell different powers: no ballot.
func TestBallotConflict(t *testing.T) {
	a, b := newWorld(t, "1"), newWorld(t, "1")
	k, other := govkit.Deploy(t, a.url, govkit.OZ4), govkit.Deploy(t, b.url, govkit.OZ4)
	of := detected(t, a.g, 1, k.Governor)
	id := k.Pay("A payment")
	if id.Cmp(other.Pay("A payment")) != 0 || k.Governor != other.Governor {
		t.Fatal("the two chains are not alike")
	}
	ref := governance.GovernorRef(of.ID, id.String())
	for _, each := range []*govkit.Kit{k, other} {
		each.ToVote(id)
	}
	k.Vote(k.Voters[0], id, 1)
	other.Vote(other.Voters[0], id, 0)
	for _, each := range []*govkit.Kit{k, other} {
		each.Mine(4)
	}
	urls := []string{a.url, strings.Replace(b.url, "127.0.0.1", "localhost", 1)}
	g := New(Config{Nodes: chain.New(chain.Config{URLs: map[uint64][]string{1: urls}})})
	if got, err := g.Ballot(t.Context(), of, ref, k.Voters[0].Address.Hex()); governance.CodeOf(err) != governance.Conflict {
		t.Errorf("%+v, %v", got, err)
	}
	same := New(Config{Nodes: chain.New(chain.Config{URLs: map[uint64][]string{1: {a.url, strings.Replace(a.url, "127.0.0.1", "localhost", 1)}}})})
	if got, err := same.Ballot(t.Context(), of, ref, k.Voters[0].Address.Hex()); err != nil || got.Nodes != 2 || !got.Voted {
		t.Errorf("%+v, %v", got, err)
	}
}
