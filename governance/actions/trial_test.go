package actions

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/governancetest/govkit"
)

// usual is a proposal that pays coins and tokens, grants a role, upgrades,
// approves, and calls something that waits for its time.
func (r *rig) usual(door common.Address) []step {
	coin := func(signature string, args ...any) []byte { return r.Pack(r.TokenABI, signature, args...) }
	to := r.Voters[4].Address
	steps := []step{
		{to: to, value: big.NewInt(2e18)},
		{to: r.Stablecoin, data: coin("transfer(address,uint256)", to, big.NewInt(25_000_000_000))},
		{to: r.Stablecoin, data: coin("approve(address,uint256)", to, big.NewInt(7_000_000))},
		{to: r.Vault, data: append(crypto.Keccak256([]byte("upgradeToAndCall(address,bytes)"))[:4], append(common.LeftPadBytes(r.VaultTwo.Bytes(), 32), append(abiWord(64), abiWord(0)...)...)...)},
		{to: door},
	}
	if r.Kind != govkit.BravoLike {
		steps = append(steps, step{to: r.Timelock, data: r.Pack(r.TimelockABI, "grantRole(bytes32,address)", crypto.Keccak256Hash([]byte("PROPOSER_ROLE")), to)})
	}
	return steps
}

// What is tried out is what then happens.
func TestTrialComesTrue(t *testing.T) {
	for _, kind := range []govkit.Kind{govkit.OZ5, govkit.OZ4, govkit.BravoLike} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, kind)
			at := common.HexToAddress("0x00000000000000000000000000000000d0070001")
			id := r.propose(t, "# Many things", r.usual(at)...)
			r.put(t, at, door(1<<39))
			if sim := r.inspect(t, r.subject(t, id)).Simulation; sim.OK || len(sim.Calls) < 5 || sim.Calls[4].OK || !sim.Calls[3].OK {
				t.Errorf("a door that stays shut: %+v", sim)
			}
			r.queue(t, id)
			r.put(t, at, door(r.ETA(id).Uint64()+1))
			s := r.subject(t, id)
			found := r.inspect(t, s)
			sim := found.Simulation
			if sim == nil || sim.Method != "eth_simulateV1" || !sim.OK || len(sim.Calls) != 1 || sim.Calls[0].Index != -1 || sim.From != r.Timelock.Hex() {
				t.Fatalf("%+v", sim)
			}
			if got := sim.Time.Unix(); got != r.ETA(id).Int64()+1 {
				t.Errorf("tried at %d, due at %s", got, r.ETA(id))
			}
			if m := sim.Moves[0]; m.Account != r.Timelock.Hex() {
				t.Errorf("the executor is not first: %+v", sim.Moves)
			}
			// The same calls one by one.
			each := s
			p := *s.Proposal
			chain := *p.OnChain
			chain.State, p.Outcome, p.OnChain, each.Proposal = governance.Succeeded, governance.Succeeded, &chain, &p
			alone := r.inspect(t, each).Simulation
			if !alone.OK || len(alone.Calls) != len(chain.Calls) || !slices.Equal(alone.Moves, sim.Moves) || len(alone.Powers) != len(sim.Powers) {
				t.Errorf("one by one: %+v\nas a whole: %+v", alone, sim)
			}
			for _, rule := range []string{"simulation_power", "simulation_drop", "simulation_failed"} {
				if slices.Contains(rules(found, governance.Danger), rule) {
					t.Errorf("%s: %+v", rule, found.Findings)
				}
			}
			before := r.holdings(t, sim)
			r.ToETA(id)
			receipt := r.Execute(id)
			for i, m := range r.holdings(t, sim) {
				if got, want := new(big.Int).Sub(m, before[i]).String(), sim.Moves[i].Delta; got != want {
					t.Errorf("%s of %s moved by %s, tried: %s", sim.Moves[i].Account, sim.Moves[i].Symbol, got, want)
				}
			}
			if len(receipt.Logs) != sim.Calls[0].Events {
				t.Errorf("%d events, tried: %d", len(receipt.Logs), sim.Calls[0].Events)
			}
			powers := map[string]int{}
			for _, p := range sim.Powers {
				powers[p.Event]++
			}
			if powers["Approval"] != 1 || powers["Upgraded"] != 1 || (powers["RoleGranted"] == 1) == (kind == govkit.BravoLike) {
				t.Errorf("%+v", sim.Powers)
			}
			if over := r.inspect(t, r.subject(t, id)).Simulation; over.Method != "" || !strings.Contains(over.Why, "is over") {
				t.Errorf("%+v", over)
			}
		})
	}
}

// holdings are the balances that a simulation says change, as they are.
func (r *rig) holdings(t *testing.T, sim *governance.Simulation) (out []*big.Int) {
	t.Helper()
	for _, m := range sim.Moves {
		if m.Token == "" {
			wei, err := r.Client.BalanceAt(t.Context(), common.HexToAddress(m.Account), nil)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, wei)
			continue
		}
		out = append(out, r.Read(common.HexToAddress(m.Token), r.TokenABI, "balanceOf(address)", common.HexToAddress(m.Account))[0].(*big.Int))
	}
	return out
}

// A governor's calls to itself count once it is queued.
func TestTrialOfOwnCalls(t *testing.T) {
	for _, kind := range []govkit.Kind{govkit.OZ5, govkit.OZ4} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, kind)
			id := r.propose(t, "# A longer delay\n\nThe voting delay becomes 77.", step{to: r.Governor, data: append(crypto.Keccak256([]byte(map[govkit.Kind]string{
				govkit.OZ5: "setVotingDelay(uint48)", govkit.OZ4: "setVotingDelay(uint256)"}[kind]))[:4], abiWord(77)...)})
			if sim := r.inspect(t, r.subject(t, id)).Simulation; sim.Method != "" || !strings.Contains(sim.Why, "to itself") {
				t.Errorf("before it is queued: %+v", sim)
			}
			r.queue(t, id)
			found := r.inspect(t, r.subject(t, id))
			sim := found.Simulation
			if !sim.OK || len(sim.Powers) != 1 || sim.Powers[0].Event != "VotingDelaySet" || !strings.Contains(sim.Powers[0].Detail, "77") {
				t.Fatalf("%+v", sim)
			}
			if list := append(rules(found, governance.Danger), rules(found, governance.Warn)...); slices.Contains(list, "simulation_power") {
				t.Errorf("%+v", found.Findings)
			}
			r.ToETA(id)
			r.Execute(id)
			if got := r.Read(r.Governor, r.GovernorABI, "votingDelay()")[0].(*big.Int); got.Int64() != 77 {
				t.Error(got)
			}
		})
	}
}

// A call that fails is named with its reason, alone and within the whole.
func TestTrialThatFails(t *testing.T) {
	r := newRig(t, govkit.OZ5)
	fee := func(points uint64) []byte {
		return append(crypto.Keccak256([]byte("setFee(uint256)"))[:4], abiWord(points)...)
	}
	id := r.propose(t, "# Fees", step{to: r.Vault, data: fee(40)}, step{to: r.Vault, data: fee(501)})
	is := func(sim *governance.Simulation, calls int) {
		t.Helper()
		if sim.Method != "eth_simulateV1" || sim.OK || len(sim.Calls) != calls || !sim.Calls[0].OK || sim.Calls[1].OK || sim.Calls[1].Error != "Too much" {
			t.Errorf("%+v", sim)
		}
	}
	is(r.inspect(t, r.subject(t, id)).Simulation, 2)
	r.queue(t, id)
	found := r.inspect(t, r.subject(t, id))
	is(found.Simulation, 3)
	if last := found.Simulation.Calls[2]; last.Index != -1 || last.OK || last.Error == "" || !strings.Contains(found.Simulation.Why, "as a whole") {
		t.Errorf("%+v", found.Simulation)
	}
	if !slices.Contains(rules(found, governance.Warn), "simulation_failed") {
		t.Errorf("%+v", found.Findings)
	}
}
