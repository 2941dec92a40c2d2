package govkit

import (
	"math/big"
	"testing"

	"mandate/governance/governancetest"
)

// Each kind goes from the proposal to its execution, with a relayed vote.
func TestKinds(t *testing.T) {
	for _, kind := range []Kind{OZ5, OZ5Blocks, OZ4, BravoLike, Alpha} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			k := Deploy(t, governancetest.Anvil(t, "--chain-id", "1"), kind)
			id := k.Pay("# Pay the last voter\n\nOne ether.")
			is := func(want uint8) {
				t.Helper()
				if got := k.State(id); got != want {
					t.Fatalf("state %d, want %d", got, want)
				}
			}
			is(0)
			k.ToVote(id)
			is(1)
			k.Vote(k.Voters[0], id, 1)
			k.VoteBySig(k.Voters[1], k.Voters[2], id, 1)
			k.Vote(k.Voters[3], id, 0)
			k.ToEnd(id)
			is(4)
			k.Queue(id)
			is(5)
			k.ToETA(id)
			k.Execute(id)
			is(7)
			got, err := k.Client.BalanceAt(t.Context(), k.Voters[4].Address, nil)
			if want := tokens(1001); err != nil || got.Cmp(want) != 0 {
				t.Errorf("paid: %s, want %s (%v)", got, want, err)
			}
		})
	}
}

// A fraction of each, and a reorganisation that takes the vote back.
func TestFractionAndReorg(t *testing.T) {
	k := Deploy(t, governancetest.Anvil(t), OZ5)
	id := k.Pay("Pay\n\nOne ether.")
	k.ToVote(id)
	params := make([]byte, 48)
	for i, n := range []int64{10, 60, 30} {
		tokens(n).FillBytes(params[16*i : 16*i+16])
	}
	k.VoteWith(k.Voters[0], id, 255, "some of each", params)
	votes := func() (out [3]*big.Int) {
		for i, v := range k.Read(k.Governor, k.GovernorABI, "proposalVotes(uint256)", id) {
			out[i] = v.(*big.Int)
		}
		return out
	}
	if got := votes(); got[0].Cmp(tokens(10)) != 0 || got[1].Cmp(tokens(60)) != 0 || got[2].Cmp(tokens(30)) != 0 {
		t.Fatalf("votes %v", got)
	}
	head := k.Head()
	old, err := k.Client.HeaderByNumber(t.Context(), new(big.Int).SetUint64(head))
	if err != nil {
		t.Fatal(err)
	}
	k.Reorg(1)
	fresh, err := k.Client.HeaderByNumber(t.Context(), old.Number)
	if err != nil || fresh.Hash() == old.Hash() || k.Head() != head+1 {
		t.Errorf("block %d is as before (%v)", head, err)
	}
	if got := votes(); got[1].Sign() != 0 {
		t.Errorf("votes of the old branch: %v", got)
	}
}

func TestCancelAndRevert(t *testing.T) {
	k := Deploy(t, governancetest.Anvil(t), OZ4)
	mark := k.Snapshot()
	id := k.Pay("Never mind")
	k.Cancel(id)
	if got := k.State(id); got != 2 {
		t.Errorf("state %d, want canceled", got)
	}
	head := k.Head()
	k.Revert(mark)
	if k.Head() >= head {
		t.Error("the chain did not go back")
	}
}
