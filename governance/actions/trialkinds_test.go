package actions

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"mandate/governance"
	"mandate/governance/governancetest/govkit"
)

// A GovernorAlpha pays out of what its caller brings.
func TestTrialOfAlpha(t *testing.T) {
	r := newRig(t, govkit.Alpha)
	r.Mine(4)
	id := r.Pay("# Pay\n\nOne ether to the auditors.")
	r.born[id.String()] = r.Head()
	r.queue(t, id)
	sim := r.inspect(t, r.subject(t, id)).Simulation
	if !sim.OK || len(sim.Calls) != 1 || sim.Calls[0].Index != -1 || !strings.Contains(sim.Why, "bring") {
		t.Errorf("%+v", sim)
	}
	if !slices.ContainsFunc(sim.Moves, func(m governance.BalanceChange) bool {
		return m.Account == r.Voters[4].Address.Hex() && m.Delta == "1000000000000000000"
	}) {
		t.Errorf("%+v", sim.Moves)
	}
	r.ToETA(id)
	r.Execute(id)
}

// A plugin's delegatecall comes from its module; without one it is left out.
func TestTrialOfModules(t *testing.T) {
	safe, module := "0x00000000000000000000000000000000000000aA", "0x00000000000000000000000000000000000000bB"
	tx := safeTx{to: common.HexToAddress("0x01"), value: new(big.Int), operation: 1}
	list := Decode(Input{ChainID: 1, Calls: []governance.Call{tx.call(safe), {Target: module, Value: "5", Calldata: "0x"}}})
	s := &Subject{Proposal: &governance.Proposal{}}
	got, left := trial{from: strings.ToLower(safe)}.each(s, batch{executor: safe, module: module}, list, 0)
	if len(got.calls) != 2 || got.caller(got.calls[0]) != strings.ToLower(module) || got.caller(got.calls[1]) != strings.ToLower(safe) || left != "" {
		t.Errorf("%+v %q", got, left)
	}
	got, left = trial{from: strings.ToLower(safe)}.each(s, batch{executor: safe}, list, 0)
	if len(got.calls) != 1 || got.calls[0].index != 1 || !strings.Contains(left, "module") {
		t.Errorf("%+v %q", got, left)
	}
}
