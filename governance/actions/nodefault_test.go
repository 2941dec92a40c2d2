package actions

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/crypto"

	"mandate/governance"
	"mandate/governance/governancetest/govkit"
)

func (r *rig) fee(points uint64) []byte {
	return append(crypto.Keccak256([]byte("setFee(uint256)"))[:4], abiWord(points)...)
}

// What is left where nodes offer less.
func TestNodesThatOfferLess(t *testing.T) {
	r := newRig(t, govkit.OZ5)
	id := r.propose(t, "# Fees and a payment", step{to: r.Vault, data: r.fee(40)}, step{to: r.Vault, data: r.fee(501)}, step{to: r.Voters[4].Address, value: big.NewInt(1)})
	none := func(q question, _ func() string) string {
		if q.Method == "eth_simulateV1" {
			return q.refuse(-32601, "the method eth_simulateV1 does not exist/is not available")
		}
		return ""
	}
	refusing := func(code int, message string) func(question, func() string) string {
		return func(q question, next func() string) string {
			if q.Method == "eth_call" && len(q.Params) > 2 {
				return q.refuse(code, message)
			}
			return none(q, next)
		}
	}
	for name, c := range map[string]struct {
		each func(question, func() string) string
		says []string
		not  string
	}{
		"no simulation":       {none, []string{"one after the other", "Action 3 sends coins"}, "changes of the state"},
		"no overrides":        {refusing(-32601, "too many arguments, want at most 2"), []string{"one after the other", "no changes of the state"}, ""},
		"overrides are wrong": {refusing(-32602, "invalid params"), []string{"one after the other", "no changes of the state"}, ""},
		"a question too wrong": {func(q question, next func() string) string { // neither
			if q.Method == "eth_call" && strings.Contains(string(q.Params[0]), strings.ToLower(r.Timelock.Hex()[2:])) && strings.Contains(string(q.Params[0]), "from") {
				return q.refuse(-32602, "from is not allowed")
			}
			return none(q, next)
		}, []string{"could not be tried out"}, ""},
	} {
		look := r.look
		r.look = r.inspector(newFault(t, r.url, c.each).URL)
		sim := r.inspect(t, r.subject(t, id)).Simulation
		r.look = look
		for _, words := range c.says {
			if !strings.Contains(sim.Why, words) {
				t.Errorf("%s: %q does not say %q", name, sim.Why, words)
			}
		}
		if c.not != "" && strings.Contains(sim.Why, c.not) {
			t.Errorf("%s: %q says %q", name, sim.Why, c.not)
		}
		if name == "a question too wrong" {
			if sim.Method != "" || sim.OK {
				t.Errorf("%s: %+v", name, sim)
			}
		} else if sim.Method != "eth_call" || sim.OK || len(sim.Calls) != 2 || !sim.Calls[0].OK || sim.Calls[1].Error != "Too much" || len(sim.Moves) > 0 {
			t.Errorf("%s: %+v", name, sim)
		}
	}
	// Once it may be executed, even eth_call tries it as a whole.
	r.queue(t, id)
	look := r.look
	r.look = r.inspector(newFault(t, r.url, none).URL)
	if sim := r.inspect(t, r.subject(t, id)).Simulation; len(sim.Calls) != 2 {
		t.Errorf("before its time: %+v", sim)
	}
	r.ToETA(id)
	if sim := r.inspect(t, r.subject(t, id)).Simulation; len(sim.Calls) != 3 || sim.Calls[2].Index != -1 || sim.Calls[2].OK {
		t.Errorf("at its time: %+v", sim)
	}
	r.look = Inspector{Now: look.Now}
	if sim := r.inspect(t, r.subject(t, id)).Simulation; sim.Method != "" || !strings.Contains(sim.Why, "No node") {
		t.Errorf("%+v", sim)
	}
}

// An answer that does not fit is the node's failure, not a result.
func TestAnswersThatDoNotFit(t *testing.T) {
	r := newRig(t, govkit.OZ5)
	id := r.propose(t, "# Fees", step{to: r.Vault, data: r.fee(40)})
	s := r.subject(t, id)
	for name, result := range map[string]string{
		"no blocks": `[]`, "no calls": `[{"calls":[]}]`, "another form": `{"calls":"0x"}`, "two blocks": `[{"calls":[{"status":"0x1"}]},{"calls":[]}]`,
		"more calls": `[{"calls":[{"status":"0x1"},{"status":"0x1"}]}]`, "nothing": `null`, "numbers": `[{"calls":[{"status":1}]}]`,
	} {
		f := newFault(t, r.url, func(q question, _ func() string) string {
			if q.Method == "eth_simulateV1" {
				return q.answer(result)
			}
			return ""
		})
		found, err := r.inspector(f.URL).Inspect(t.Context(), s)
		if governance.CodeOf(err) != governance.Upstream || found.Ref != "" {
			t.Errorf("%s: %v %+v", name, err, found.Simulation)
		}
	}
	if _, err := r.inspector("http://127.0.0.1:1").Inspect(t.Context(), s); governance.CodeOf(err) != governance.Upstream {
		t.Errorf("a node that is down: %v", err)
	}
}

// Of two nodes that disagree neither is believed.
func TestNodesDisagree(t *testing.T) {
	r := newRig(t, govkit.OZ5)
	id := r.propose(t, "# Pay\n\nPay 25,000 KUSD.", step{to: r.Stablecoin, data: r.Pack(r.TokenABI, "transfer(address,uint256)", r.Voters[4].Address, big.NewInt(25_000_000_000))})
	s := r.subject(t, id)
	for name, lie := range map[string]func(q question, next func() string) string{
		"code": func(q question, next func() string) string {
			if q.Method == "eth_getCode" {
				return q.answer(`"0x600160015500"`)
			}
			return ""
		},
		"calls": func(q question, next func() string) string {
			if q.Method == "eth_call" {
				return q.answer(`"0x` + strings.Repeat("0", 63) + `2"`)
			}
			return ""
		},
	} {
		for _, honestFirst := range []bool{true, false} {
			urls := []string{r.url, newFault(t, r.url, lie).URL}
			if !honestFirst {
				slices.Reverse(urls)
			}
			found, err := r.inspector(urls...).Inspect(t.Context(), s)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if !slices.Contains(rules(found, governance.Danger), "nodes_disagree") || len(found.Code) > 0 || found.Simulation.Method != "" || len(found.Actions) != 1 {
				t.Errorf("%s: %+v", name, found)
			}
		}
	}
	// Honest ones agree, and it is noted how many said so.
	found, err := r.inspector(r.url, newFault(t, r.url, func(question, func() string) string { return "" }).URL).Inspect(t.Context(), s)
	if err != nil || len(found.Code) != 1 || found.Code[0].Nodes != 2 || found.Simulation.Method != "eth_simulateV1" {
		t.Errorf("%v %+v", err, found)
	}
}
